"""Scan before you buy: a price is told, and nothing is marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.core.boxes import BoxState
from terminal.core.counter import VisitView
from terminal.core.money import Money
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, CEFIXIME, LI, RULES, WANG, code
from tests.counter import Counter
from tests.shell.asking_place import AskingPlace

BOX, OTHER = code(AMOXICILLIN, 1), code(CEFIXIME, 1)


@pytest.fixture
def place(counter: Counter) -> AskingPlace:
    return AskingPlace(counter)


def yuan(text: str) -> Money:
    return Money.parse(text)


def has_used(place: AskingPlace, visit: VisitView, amount: str) -> None:
    """The province has said how much of the yearly limit this person has used."""
    assert visit.person is not None
    person_id = visit.person.person_id
    told = place.store.people.coverage(person_id)
    assert told is not None
    place.store.people.keep_coverage(person_id, replace(told, fund_used=yuan(amount)))


def test_with_nobody_here_a_box_tells_its_price_by_the_rule_and_nothing_is_written(
    place: AskingPlace,
) -> None:
    steps, entries = place.store.history.last_step(), len(list(place.store.ledger.entries()))
    said, told = place.scanned(BOX)
    assert told is not None
    assert (said, told.price, told.fund) == ("price.told", yuan("26.34"), yuan("18.44"))
    assert (told.for_whom, told.why[0]) == ("", "price.everybody")
    assert place.desk.view().visit is None
    assert place.store.boxes.box(BOX) is None
    assert place.store.history.last_step() == steps
    assert len(list(place.store.ledger.entries())) == entries
    # It is sold as if it had never been looked at.
    visit_id = place.counter.receive(WANG)
    assert place.scanned(BOX) == ("scan.accepted", None)
    assert len(place.store.lines.of(visit_id)) == 1


def test_a_recognised_face_is_told_its_own_price_before_the_doctor_confirms(
    place: AskingPlace,
) -> None:
    visit = place.came(place.counter.knows(LI))
    has_used(place, visit, "405.68")
    said, told = place.scanned(BOX)
    assert told is not None
    assert (said, told.fund, told.for_whom) == ("price.told", yuan("14.32"), "李*英")
    assert place.store.boxes.box(BOX) is None
    assert place.store.lines.of(visit.visit_id) == []


def test_beside_a_typed_number_a_scan_waits_for_the_doctor_and_tells_no_price(
    place: AskingPlace,
) -> None:
    place.desk.reception.open_by_id_number(LI)
    place.counter.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
    assert place.scanned(BOX) == ("scan.person_first", None)


def test_a_visit_that_was_put_aside_and_called_back_tells_nobodys_own_price(
    place: AskingPlace,
) -> None:
    visit = place.came(place.counter.knows(LI))
    place.desk.counter.called_up = visit.visit_id
    assert place.scanned(BOX) == ("scan.person_first", None)


def test_once_the_doctor_has_confirmed_a_scan_sells_again(place: AskingPlace) -> None:
    visit = place.came(place.counter.knows(LI))
    place.scanned(BOX)
    place.desk.reception.confirm_person(visit.visit_id)
    assert place.prices.shown() is None
    assert place.scanned(BOX)[0] == "scan.accepted"


def sold(place: AskingPlace) -> None:
    visit = place.counter.settled(WANG, BOX)
    place.desk.reception.leave(visit.visit_id)


def on_a_bill(place: AskingPlace) -> None:
    visit_id = place.counter.receive(WANG)
    place.counter.scan(BOX)
    place.desk.counter.front = None
    assert place.store.lines.of(visit_id)


def returned(place: AskingPlace) -> None:
    sold(place)
    place.store.boxes.bring_back(BOX, place.counter.clock(), "D1", "other", "")


def split(place: AskingPlace) -> None:
    now = place.counter.clock()
    place.store.opened.open(BOX, item_code(BOX), 24, now, "D1")


def item_code(scanned: str) -> str:
    pack = RULES.catalogue.pack_of(scanned[:7])
    assert pack is not None
    return pack.item.medins_list_codg


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (sold, "price.sold"),
        (on_a_bill, "price.sold"),
        (returned, "price.returned"),
        (split, "price.opened"),
    ],
)
def test_a_box_that_cannot_be_sold_says_so_and_stays_what_it_is(
    place: AskingPlace, happened: Callable[[AskingPlace], None], said: str
) -> None:
    happened(place)
    before = place.store.boxes.box(BOX)
    code_said, told = place.scanned(BOX)
    assert told is not None
    assert (code_said, told.fund, told.own) == (said, None, None)
    assert place.store.boxes.box(BOX) == before
    assert before is not None
    assert before.state is not BoxState.SHELF


def test_an_expired_box_says_so(place: AskingPlace) -> None:
    gtin = "06901234567892"
    RULES.catalogue.bind({gtin: item_code(BOX)})
    try:
        day = place.counter.clock().date() - timedelta(days=1)
        said, told = place.scanned(f"01{gtin}17{day:%y%m%d}21SERIAL1")
    finally:
        RULES.catalogue.bind({})
    assert said == "price.expired"
    assert told is not None
    assert told.fund is None


def test_a_box_of_no_known_drug_has_no_price_and_the_last_one_is_gone(place: AskingPlace) -> None:
    place.scanned(BOX)
    assert place.scanned(code("8999998", 1)) == ("price.unknown_box", None)


def test_what_is_no_box_is_said_as_ever(place: AskingPlace) -> None:
    assert place.scanned("6901234567892")[0] == "scan.commodity_code"


def test_a_price_goes_after_its_time_with_a_newcomer_and_when_it_was_seen(
    place: AskingPlace,
) -> None:
    place.scanned(BOX)
    place.watch.now_s += 19
    assert place.prices.shown() is not None
    place.watch.now_s += 1
    assert place.prices.shown() is None
    place.scanned(BOX)
    place.asking.forget_price()
    assert place.prices.shown() is None
    place.scanned(BOX)
    visit = place.came(place.counter.knows(LI))
    assert place.prices.shown() is None
    place.scanned(OTHER)
    place.desk.reception.leave(visit.visit_id)
    assert place.prices.shown() is None
