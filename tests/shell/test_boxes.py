"""The store's account of boxes: one code sold once, and what is left in an opened one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest

from terminal.core.boxes import BoxEvent, BoxState
from terminal.core.charge import SettlementEvent
from terminal.core.faults import Fault
from terminal.core.money import Money
from terminal.core.visit import VisitEvent
from terminal.store import Store
from terminal.store.bill_line import CARRIED, BillLine
from terminal.store.opened import UNTOUCHED
from tests.clinic import Clock, code
from tests.shell.test_store import add_box, identified, to_cancelled

BOX = code("8910037", 1)
BOTTLE = code("8910111", 7)


def units_line(store: Store, visit_id: str, units: int, *, carried: int = 0) -> BillLine:
    return BillLine(
        visit_id=visit_id,
        number=store.lines.next_number(visit_id),
        item_code="YP0002",
        category="ordinary",
        quantity=Decimal(units),
        price=Decimal("0.5268"),
        total=Money(53 * units),
        trace_code=BOTTLE,
        feedetl_sn=str(store.journal.next_number("feedetl_sn")),
        split_units=units,
        evidence={CARRIED: str(carried)} if carried else {},
    )


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


def state_of(store: Store, trace_code: str = BOX) -> BoxState:
    box = store.boxes.box(trace_code)
    return BoxState.SHELF if box is None else box.state


def test_two_who_claim_a_box_at_the_same_instant_are_one_seller(store: Store, clock: Clock) -> None:
    visits = [f"v{n}" for n in range(8)]
    for visit_id in visits:
        identified(store, visit_id, clock)
    said: list[str] = []
    at_once = threading.Barrier(len(visits))

    def sell(visit_id: str) -> None:
        at_once.wait()
        try:
            add_box(store, visit_id, clock)
            said.append("sold")
        except Fault as fault:
            said.append(fault.code)

    threads = [threading.Thread(target=sell, args=(visit_id,)) for visit_id in visits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["scan.sold_before"] * 7 + ["sold"]
    assert sum(len(store.lines.of(visit_id)) for visit_id in visits) == 1


def test_a_box_that_was_refused_leaves_no_line_behind(store: Store, clock: Clock) -> None:
    identified(store, "v1", clock)
    identified(store, "v2", clock)
    add_box(store, "v1", clock)
    revision = store.visits.visit("v2").revision
    assert code_of(lambda: add_box(store, "v2", clock)) == "scan.sold_before"
    assert store.lines.of("v2") == []
    assert store.visits.visit("v2").revision == revision


def test_the_same_box_twice_on_one_bill_is_said_so(store: Store, clock: Clock) -> None:
    identified(store, "v1", clock)
    add_box(store, "v1", clock)
    assert code_of(lambda: add_box(store, "v1", clock)) == "scan.same_box"


def test_a_cancelled_visit_that_was_handed_over_keeps_its_boxes_from_sale(
    store: Store, clock: Clock
) -> None:
    identified(store, "v1", clock)
    identified(store, "v2", clock)
    add_box(store, "v1", clock)
    settle(store, clock)
    store.lines.hand_over("v1", clock())
    assert state_of(store) is BoxState.GONE
    cancel(store, clock)
    assert code_of(lambda: add_box(store, "v2", clock)) == "scan.sold_before"
    store.boxes.bring_back(BOX, clock(), "D1", "cancelled", "")
    assert state_of(store) is BoxState.NOT_FOR_SALE
    assert code_of(lambda: add_box(store, "v2", clock)) == "box.not_for_sale"
    assert [step.event for step in store.boxes.history(BOX)] == [
        BoxEvent.SCANNED,
        BoxEvent.HANDED_OVER,
        BoxEvent.BROUGHT_BACK,
    ]


def test_a_visit_cancelled_on_the_counter_gives_its_boxes_back(store: Store, clock: Clock) -> None:
    identified(store, "v1", clock)
    add_box(store, "v1", clock)
    to_cancelled(store, clock)
    assert state_of(store) is BoxState.SHELF


def test_whoever_leaves_before_the_outcome_is_known_takes_the_boxes_once_it_settles(
    store: Store, clock: Clock
) -> None:
    identified(store, "v1", clock)
    add_box(store, "v1", clock)
    to_settling(store, clock)
    store.settlements.record("s1", SettlementEvent.PROVINCE_SILENT, clock())
    store.lines.hand_over("v1", clock())
    assert state_of(store) is BoxState.BILL, "it may still be taken back"
    store.settlements.record("s1", SettlementEvent.PROVINCE_SETTLED, clock())
    assert state_of(store) is BoxState.GONE


def test_a_correction_takes_over_the_same_persons_box_and_leaving_it_sells_it_to_nobody(
    store: Store, clock: Clock
) -> None:
    identified(store, "v1", clock)
    add_box(store, "v1", clock)
    settle(store, clock)
    store.lines.hand_over("v1", clock())
    cancel(store, clock)
    identified(store, "v2", clock)
    store.visits.note("v2", {"corrects": "v1"})
    add_box(store, "v2", clock)
    assert state_of(store) is BoxState.BILL
    store.settlements.abandon("v2", VisitEvent.ABANDONED, clock())
    assert state_of(store) is BoxState.GONE
    identified(store, "v3", clock)
    assert code_of(lambda: add_box(store, "v3", clock)) == "scan.sold_before"


def test_what_is_in_the_bag_is_sold_at_the_bedside_only_and_goes_back_into_the_bag(
    store: Store, clock: Clock
) -> None:
    store.boxes.claim(BOX, "YP0001", BoxEvent.PACKED, clock(), "D1")
    identified(store, "v1", clock)
    assert code_of(lambda: add_box(store, "v1", clock)) == "box.in_bag"
    store.visits.note("v1", {"bedside": 1})
    add_box(store, "v1", clock)
    store.lines.remove("v1", 1, clock())
    assert state_of(store) is BoxState.BAG
    assert [box.trace_code for box in store.boxes.in_bag()] == [BOX]


def test_an_opened_box_is_sold_until_it_is_empty_and_not_a_tablet_more(
    store: Store, clock: Clock
) -> None:
    store.opened.open(BOTTLE, "YP0002", 50, clock(), "D1")
    for visit_id, units in (("v1", 20), ("v2", 20), ("v3", 10)):
        identified(store, visit_id, clock)
        store.lines.add(units_line(store, visit_id, units), clock())
    assert store.opened.left_in(BOTTLE) == 0
    assert store.opened.under_way() == []
    identified(store, "v4", clock)
    short = units_line(store, "v4", 1)
    assert code_of(lambda: store.lines.add(short, clock())) == "box.not_enough"
    assert store.lines.of("v4") == []


def test_two_who_want_the_last_tablets_are_one_who_gets_them(store: Store, clock: Clock) -> None:
    store.opened.open(BOTTLE, "YP0002", 30, clock(), "D1")
    lines = []
    for visit_id in ("v1", "v2"):
        identified(store, visit_id, clock)
        lines.append(units_line(store, visit_id, 20))
    said: list[str] = []
    at_once = threading.Barrier(2)

    def take(line: BillLine) -> None:
        at_once.wait()
        try:
            store.lines.add(line, clock())
            said.append("sold")
        except Fault as fault:
            said.append(fault.code)

    threads = [threading.Thread(target=take, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["box.not_enough", "sold"]
    assert store.opened.left_in(BOTTLE) == 10


def test_tablets_taken_off_the_bill_go_back_and_those_carried_home_do_not(
    store: Store, clock: Clock
) -> None:
    store.opened.open(BOTTLE, "YP0002", 50, clock(), "D1")
    identified(store, "v1", clock)
    store.lines.add(units_line(store, "v1", 10), clock())
    store.lines.remove("v1", 1, clock())
    assert store.opened.left_in(BOTTLE) == 50
    store.lines.add(units_line(store, "v1", 10, carried=10), clock())
    assert store.opened.left_in(BOTTLE) == 50, "they had left the box with the bill before"
    store.settlements.abandon("v1", VisitEvent.ABANDONED, clock())
    assert store.opened.left_in(BOTTLE) == 50


def test_more_tablets_of_a_line_are_taken_and_fewer_put_back(store: Store, clock: Clock) -> None:
    store.opened.open(BOTTLE, "YP0002", 50, clock(), "D1")
    identified(store, "v1", clock)
    store.lines.add(units_line(store, "v1", 10), clock())
    line = store.lines.line("v1", 1)
    store.lines.change(line, Decimal(30), line.price, Money(1580), clock())
    assert store.opened.left_in(BOTTLE) == 20
    store.lines.change(line, Decimal(5), line.price, Money(263), clock())
    assert store.opened.left_in(BOTTLE) == 45
    most = lambda: store.lines.change(line, Decimal(51), line.price, Money(2687), clock())  # noqa: E731
    assert code_of(most) == "box.not_enough"
    assert store.lines.line("v1", 1).split_units == 5


def test_an_opened_box_is_not_sold_whole_and_a_touched_one_not_put_back(
    store: Store, clock: Clock
) -> None:
    store.opened.open(BOTTLE, "YP0002", 50, clock(), "D1")
    identified(store, "v1", clock)
    assert code_of(lambda: add_box(store, "v1", clock, BOTTLE)) == "box.opened_already"
    store.lines.add(units_line(store, "v1", 10), clock())
    box = store.opened.under_way()[0].box
    untouched = lambda: store.opened.close(box, clock(), "D1", UNTOUCHED)  # noqa: E731
    assert code_of(untouched) == "box.touched"
    store.lines.remove("v1", 1, clock())
    untouched()
    add_box(store, "v1", clock, BOTTLE)
    assert state_of(store, BOTTLE) is BoxState.BILL


def test_a_spoilt_box_is_closed_for_good(store: Store, clock: Clock) -> None:
    store.opened.open(BOTTLE, "YP0002", 50, clock(), "D1")
    store.opened.close(store.opened.under_way()[0].box, clock(), "D1", "受潮")
    identified(store, "v1", clock)
    assert code_of(lambda: add_box(store, "v1", clock, BOTTLE)) == "box.not_for_sale"
    short = units_line(store, "v1", 1)
    assert code_of(lambda: store.lines.add(short, clock())) == "box.not_opened"


def to_settling(store: Store, clock: Clock) -> None:
    store.settlements.add("s1", "v1", "ordinary")
    record, step = store.settlements.record, store.visits.record
    record("s1", SettlementEvent.PRE_SETTLED, clock())
    step("v1", VisitEvent.PRE_SETTLED, clock())
    step("v1", VisitEvent.AMOUNT_CONFIRMED, clock())
    record("s1", SettlementEvent.AMOUNT_CONFIRMED, clock())
    record("s1", SettlementEvent.SETTLEMENT_SENT, clock())


def settle(store: Store, clock: Clock) -> None:
    to_settling(store, clock)
    store.settlements.record("s1", SettlementEvent.PROVINCE_SETTLED, clock())


def cancel(store: Store, clock: Clock) -> None:
    store.settlements.record("s1", SettlementEvent.CANCELLATION_SENT, clock())
    store.settlements.record("s1", SettlementEvent.PROVINCE_CANCELLED, clock())
