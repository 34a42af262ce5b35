"""Months, past visits and who is due, from a real book; and the card for somebody deaf."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from terminal.big_text import BIG_TEXT_MAX, BigText
from terminal.board import Board, Counter, Workplace
from terminal.core.catalogue import Catalogue
from terminal.core.counter import CounterView
from terminal.core.evidence import canonical
from terminal.core.faults import Refused
from terminal.core.fund import fund_view
from terminal.core.money import Money
from terminal.core.past import FOUND_MAX
from terminal.core.visit import VisitEvent
from terminal.looking_back import LookingBack
from terminal.store import Store
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    LI,
    PARACETAMOL,
    RULES,
    WANG,
    Clock,
    catalogue,
    code,
)
from tests.rooms import AtOnce, Rooms
from tests.shell.shelf_book import Book

DAY = date(2025, 9, 20)
PRESSURE_DRUG = "YP0015"


@pytest.fixture
def book(store: Store, clock: Clock) -> Book:
    return Book(store, clock)


@pytest.fixture
def back(store: Store, clock: Clock) -> LookingBack:
    return LookingBack(store, catalogue(), lambda: None, clock, 7)


def found(back: LookingBack, typed: str, day: date | None = None) -> list[str]:
    return [each.masked_name for each in back.find(typed, day)]


def visited(book: Book, *names: str) -> list[str]:
    return [book.visit(book.person(name)) for name in names]


# --- the month


def test_a_month_is_the_signed_statement_of_the_same_book_to_the_cent(
    rooms: Callable[..., Rooms],
) -> None:
    counter = rooms()
    for who, box in ((WANG, (AMLODIPINE, 1)), (LI, (AMOXICILLIN, 2)), (LI, (PARACETAMOL, 3))):
        visit_id = counter.priced(who, code(*box))
        counter.confirm(visit_id)
        counter.reception.leave(visit_id)
    cancelled = counter.priced(LI, code(PARACETAMOL, 4))
    counter.judge_all(cancelled)
    counter.confirm(cancelled)
    counter.undoing.cancel(cancelled, "开错了")
    counter.reception.leave(cancelled)
    counter.traced(WANG, code(AMOXICILLIN, 5))
    fund = fund_view(Money(3_000_000), counter.store.closings.fund_paid(DAY, DAY), DAY)
    back = LookingBack(counter.store, RULES.catalogue, lambda: fund, counter.clock, 7)

    picture = back.month(2025, 9)
    told = json.loads(counter.closing.statement(2025, 9))
    told = told.get("record", told)
    told = json.loads(told) if isinstance(told, str) else told
    assert canonical(told)
    assert picture.total.fen == told["sums_fen"]["medfee_sumamt"] > 0
    assert picture.fund.fen == told["sums_fen"]["fund_pay_sumamt"] > 0
    assert picture.visits == told["visits"]["settled"] - told["settlements"]["cancelled"]
    assert picture.cancelled == 1
    assert picture.chronic_share == 1000 // picture.visits + (1000 % picture.visits > 1)
    assert picture.clinic_fund_used == picture.fund
    assert [each.day for each in picture.days if each.visits] == [DAY]


def test_a_month_that_has_not_begun_is_refused(back: LookingBack) -> None:
    for year, month in ((2025, 10), (2025, 0), (2025, 13), (1999, 12), (10**9, 1)):
        with pytest.raises(Refused, match="no_such_month"):
            back.month(year, month)
    assert back.month(2025, 9).fund_share is None, "a month without a visit is a month"


# --- past visits


def test_a_visit_is_found_by_any_part_of_the_name_and_shown_masked(
    back: LookingBack, book: Book
) -> None:
    visited(book, "王建国", "李秀英", "买买提·吐尔逊", "𬀩芳", "欧阳晓")
    for typed in ("王", "建国", "国", "wjg", "wangjianguo", "WJG", "王*国", "jian guo"):
        assert found(back, typed) == ["王*国"], typed
    assert (
        found(back, "吐尔逊") == found(back, "买买提吐尔逊") == found(back, "·吐") == ["买*****逊"]
    )
    assert found(back, "𬀩") == ["𬀩*"]
    assert found(back, "xy") == ["李*英"]
    assert found(back, "x") == ["欧*晓", "买*****逊", "李*英"], "newest first"


NOBODY = (
    "", "  ", "%", "_", "%%", "王%", "王_国", "[王]国%", "' OR 1=1 --", '"; DROP TABLE visit; --',
    "\0", "\u202e", "*", "**", "王**国", "?" * 10_000, "王" * 10_000, "w" * 10_000,
)  # fmt: skip


def test_what_is_no_part_of_a_name_finds_nobody(back: LookingBack, book: Book) -> None:
    visited(book, "李秀英", "邓大山")
    assert [typed for typed in NOBODY if back.find(typed, None)] == []
    assert len(found(back, "", DAY)) == 2, "and harms nothing"


def test_a_day_is_a_search_and_narrows_one(back: LookingBack, book: Book, clock: Clock) -> None:
    person = book.person("王建国")
    first = book.visit(person)
    book.later(days=1)
    second = book.visit(person)
    visited(book, "李秀英")
    assert [each.visit_id for each in back.find("王", None)] == [second, first]
    assert [each.visit_id for each in back.find("王", DAY)] == [first]
    assert found(back, "", date(2025, 9, 21)) == ["李*英", "王*国"]
    assert back.find("李", DAY) == back.find("", date.max.replace(year=9998)) == ()


def test_nobody_is_listed_for_whom_no_doctor_has_answered(
    back: LookingBack, book: Book, store: Store, clock: Clock
) -> None:
    person = book.person("王建国")
    store.visits.open("presented", "D1", clock())
    changes = {"person_id": person}
    store.visits.record("presented", VisitEvent.PERSON_PRESENTED, clock(), changes=changes)
    assert found(back, "王") == found(back, "", DAY) == []
    store.visits.record("presented", VisitEvent.DOCTOR_REFUSED_PERSON, clock())
    assert found(back, "王") == found(back, "", DAY) == [], "nor somebody it was not"


def test_whoever_is_called_otherwise_is_found_so_at_once(
    back: LookingBack, book: Book, store: Store
) -> None:
    person_id = book.person("王建国")
    book.visit(person_id)
    assert found(back, "王")
    person = store.people.person(person_id)
    assert person is not None
    store.people.keep(
        type(person)(person_id, person.psn_no, "刘建国", person.id_number, "1", person.born)
    )
    assert found(back, "王") == []
    assert found(back, "刘") == ["刘*国"]


def test_no_more_are_listed_than_a_doctor_reads(back: LookingBack, book: Book) -> None:
    person = book.person("王建国")
    newest = [book.visit(person) for _ in range(FOUND_MAX + 5)][-1]
    rows = back.find("王", None)
    assert len(rows) == FOUND_MAX
    assert rows[0].visit_id == newest


def test_amounts_are_what_was_charged_and_nothing_where_nothing_was(
    rooms: Callable[..., Rooms],
) -> None:
    counter = rooms()
    charged = counter.priced(LI, code(AMOXICILLIN, 1))
    counter.confirm(charged)
    counter.reception.leave(charged)
    free = counter.traced(WANG)
    back = LookingBack(counter.store, RULES.catalogue, lambda: None, counter.clock, 7)
    settled = counter.record(charged).settled
    assert settled is not None
    rows = {each.visit_id: each for each in back.find("", DAY)}
    assert (rows[charged].total.fen, rows[charged].own.fen) == (settled["total"], settled["own"])
    assert (rows[free].state, rows[free].total) == ("identified", Money(0))
    assert "李" not in repr(rows[charged])


# --- who is due


def given_drug(book: Book, person: str, days: int | None, item: str = PRESSURE_DRUG) -> None:
    visit_id = book.visit(person)
    book.line(visit_id, item, quantity=Decimal(1), days=days)
    book.sell(visit_id)


def test_who_runs_out_is_listed_soonest_first_with_name_and_drug(
    back: LookingBack, book: Book
) -> None:
    first, second, later = book.person("王建国"), book.person("李秀英"), book.person("邓大山")
    given_drug(book, first, 30)
    given_drug(book, second, 25)
    given_drug(book, later, 60)
    assert back.follow_ups() == ()
    book.later(days=24)
    rows = back.follow_ups()
    assert [row.person_id for row in rows] == [second, first]
    assert rows[0].due == date(2025, 10, 15)
    assert rows[0].name.startswith("李秀英 ")
    assert rows[0].masked_name == "李*英"
    given_drug(book, second, 30)
    assert [row.person_id for row in back.follow_ups()] == [first], "came again"
    book.later(days=40)
    assert first not in [row.person_id for row in back.follow_ups()], "late for a month: gone"


def test_nobody_is_sent_to_the_door_of_the_dead(
    back: LookingBack, book: Book, store: Store
) -> None:
    person = book.person("王建国")
    given_drug(book, person, 14)
    book.later(days=12)
    assert [row.person_id for row in back.follow_ups()] == [person]
    store.families.note_death(person, date(2025, 10, 1))
    assert back.follow_ups() == ()


def test_what_the_catalogue_no_longer_has_is_passed_over(
    store: Store, book: Book, clock: Clock
) -> None:
    given_drug(book, book.person(), 28)
    book.later(days=25)
    assert LookingBack(store, Catalogue([], []), lambda: None, clock, 7).follow_ups() == ()


# --- the card


@pytest.fixture
def place(store: Store, clock: Clock) -> Workplace:
    counter = Counter()
    drawn = CounterView(1, DAY, "", "", None, None, None, {}, (), (), ())
    return Workplace(store, counter, Board(lambda _: drawn), AtOnce(counter), clock, lambda: "D1")


def test_a_card_says_what_was_written_and_is_gone_with_the_visit(place: Workplace) -> None:
    card, counter = BigText(place), place.counter
    counter.front = "v1"
    card.show("  请付\n 7.90元。 ")
    assert counter.big_text == ("v1", "请付 7.90元。")
    counter.clear()
    assert counter.big_text == (None, "")
    card.show("您好")
    card.hide()
    assert counter.big_text == (None, "")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", "bigtext.empty"), (" \n\t\u3000", "bigtext.empty"), ("\u202e\0", "bigtext.empty"),
     ("字" * (BIG_TEXT_MAX + 1), "bigtext.too_long"), ("字" * 10_000, "bigtext.too_long")],
    ids=["nothing", "spaces", "marks", "one too many", "ten thousand"],
)  # fmt: skip
def test_a_card_that_nobody_could_read_is_refused(
    place: Workplace, text: str, refusal: str
) -> None:
    card = BigText(place)
    card.show("字" * BIG_TEXT_MAX)
    with pytest.raises(Refused) as refused:
        card.show(text)
    assert refused.value.code == refusal
    assert place.counter.big_text[1] == "字" * BIG_TEXT_MAX, "what stood there still stands"
    assert "字" not in str(refused.value)
