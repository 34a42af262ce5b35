"""Courses: settled once, ticked off once a day, and over with their settlement."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from terminal.board import Board, Counter, Workplace
from terminal.core.catalogue import Catalogue
from terminal.core.faults import Refused
from terminal.courses import Courses
from terminal.errands import Errands
from terminal.store import Store
from tests.clinic import RULES, Clock
from tests.shell.shelf_book import Book

INJECTION = RULES.catalogue.drugs[0].medins_list_codg


class Ward:
    """Courses over a real store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.book = Book(store, clock)
        self.store = store
        self.counter = Counter()
        nothing: Any = SimpleNamespace(number=1)
        errands = Errands(lambda *_: None, lambda: None)
        place = Workplace(
            store, self.counter, Board(lambda _: nothing), errands, clock, lambda: "D1"
        )
        catalogue: Catalogue = RULES.catalogue
        self.courses = Courses(place, catalogue)

    def on_bill(self, times: int = 3) -> str:
        """A visit with a course on its bill."""
        visit_id = self.book.visit(self.book.person())
        self.counter.front = visit_id
        self.courses.begin(visit_id, self.book.line(visit_id, INJECTION), times)
        return visit_id

    def settled(self, times: int = 3) -> str:
        """A course whose settlement stands; returns the settlement."""
        return self.book.sell(self.on_bill(times))

    @property
    def only(self) -> str:
        return self.courses.view()[0].course_id


@pytest.fixture
def ward(store: Store, clock: Clock) -> Ward:
    return Ward(store, clock)


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=code.replace(".", r"\.") + r"\b")


def test_a_course_is_ticked_off_day_by_day_until_it_is_done(ward: Ward) -> None:
    ward.settled(times=2)
    view = ward.courses.view()[0]
    assert (view.name, view.masked_name, view.times, view.done) == ("王建国", "王*国", 2, 0)
    assert view.due_today
    assert view.last_at is None
    ward.courses.tick(view.course_id)
    view = ward.courses.view()[0]
    assert (view.done, view.due_today, view.last_at) == (1, False, ward.book.clock())
    ward.book.later(days=1)
    assert ward.courses.view()[0].due_today
    ward.courses.tick(view.course_id)
    assert ward.courses.view() == ()
    with refused("course.done"):
        ward.courses.tick(view.course_id)


def test_one_day_has_one_tick(ward: Ward) -> None:
    ward.settled()
    ward.courses.tick(ward.only)
    ward.book.later(hours=8)
    with refused("course.ticked_today"):
        ward.courses.tick(ward.only)
    assert ward.courses.view()[0].done == 1


def test_two_taps_at_one_instant_are_one_tick(ward: Ward) -> None:
    ward.settled(times=10)
    course_id, outcomes = ward.only, []

    def tap() -> None:
        try:
            ward.courses.tick(course_id)
            outcomes.append("done")
        except Refused as fault:
            outcomes.append(fault.code)

    taps = [threading.Thread(target=tap) for _ in range(4)]
    for each in taps:
        each.start()
    for each in taps:
        each.join()
    assert sorted(outcomes) == ["course.ticked_today"] * 3 + ["done"]


@pytest.mark.parametrize("times", [0, 1, 32])
def test_once_is_no_course_and_more_than_a_month_is_none_either(ward: Ward, times: int) -> None:
    with refused("course.times"):
        ward.on_bill(times)


def test_only_a_line_of_the_bill_on_the_counter_can_be_a_course(ward: Ward) -> None:
    visit_id = ward.on_bill()
    with refused("visit.no_such_line"):
        ward.courses.begin(visit_id, 9, 3)
    ward.counter.front = None
    with refused("visit.other_on_counter"):
        ward.courses.begin(visit_id, 1, 3)


def test_what_was_charged_is_no_course_any_more(ward: Ward) -> None:
    visit_id = ward.book.visit(ward.book.person())
    ward.counter.front = visit_id
    number = ward.book.line(visit_id, INJECTION)
    ward.book.sell(visit_id)
    with refused("course.line_charged"):
        ward.courses.begin(visit_id, number, 3)


def test_the_last_word_on_the_bill_counts(ward: Ward) -> None:
    visit_id = ward.on_bill(times=3)
    ward.courses.begin(visit_id, 1, 7)
    assert ward.store.courses.times_of(visit_id) == {1: 7}
    ward.book.sell(visit_id)
    assert [course.times for course in ward.courses.view()] == [7]


def test_nothing_is_ticked_before_it_is_settled(ward: Ward) -> None:
    visit_id = ward.on_bill()
    assert ward.courses.view() == ()
    with ward.store.transaction() as db:
        course_id = db.execute("SELECT course_id FROM course").fetchone()[0]
    with refused("course.not_settled"):
        ward.courses.tick(course_id)
    ward.book.sell(visit_id)
    ward.courses.tick(course_id)


def test_a_cancelled_settlement_ends_its_course(ward: Ward) -> None:
    settlement_id = ward.settled()
    course_id = ward.only
    ward.courses.tick(course_id)
    ward.book.cancel(settlement_id)
    assert ward.courses.view() == ()
    with refused("course.not_found"):
        ward.courses.tick(course_id)


def test_a_line_taken_off_takes_its_course_with_it(ward: Ward) -> None:
    visit_id = ward.on_bill()
    ward.store.lines.remove(visit_id, 1, ward.book.clock())
    ward.book.line(visit_id, INJECTION)
    ward.book.sell(visit_id)
    assert ward.courses.view() == ()


def test_a_course_broken_off_says_why_and_is_over(ward: Ward) -> None:
    ward.settled()
    course_id = ward.only
    with refused("course.no_reason"):
        ward.courses.end(course_id, " ")
    ward.courses.end(course_id, "转院了")
    assert ward.courses.view() == ()
    with refused("course.not_found"):
        ward.courses.tick(course_id)


def test_those_due_today_come_first(ward: Ward) -> None:
    ward.settled()
    first = ward.only
    ward.courses.tick(first)
    ward.book.later(minutes=5)
    ward.settled()
    assert [course.due_today for course in ward.courses.view()] == [True, False]
    assert ward.courses.view()[1].course_id == first
