"""Orders of events that once put a box back on the shelf, or stopped the counter."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.boxes import BoxState, ReturnReason, ScanMode
from terminal.core.faults import Fault
from terminal.core.money import Money
from terminal.core.visit import VisitState
from tests.clinic import COLD, GLUCOSE_TEST, LI, RULES, WANG, Clock, code
from tests.rooms import Rooms
from tests.shell.test_goods import BOX, OTHER, amounts, opened, said, scan, settled_and_gone

Open = Callable[..., Rooms]
SETTLES_ANEW = dataclasses.replace(
    RULES, settling=dataclasses.replace(RULES.settling, reversal_answer_suffices=True)
)


def state_of(here: Rooms, trace_code: str = BOX) -> BoxState:
    box = here.store.boxes.box(trace_code)
    return BoxState.SHELF if box is None else box.state


def sold_to(here: Rooms, id_number: str, trace_code: str = BOX) -> str | None:
    """What the counter says when somebody else is sold this box."""
    here.traced(id_number)
    scan(here, trace_code)
    return said(here)


def in_tablets(here: Rooms, id_number: str, box: int, units: int) -> str:
    visit_id = here.traced(id_number)
    here.goods.add_split(visit_id, box, units)
    here.basket.set_diagnosis(visit_id, COLD)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    return visit_id


def self_paid(here: Rooms, id_number: str, *codes: str, fen: int = 2634) -> str:
    visit_id = here.traced(id_number, *codes)
    revision = here.store.visits.visit(visit_id).revision
    here.till.sell_self_paid(visit_id, revision, Money(fen))
    assert here.state(visit_id) is VisitState.SETTLED
    return visit_id


# --- what left the counter


def left_and_reversed(here: Rooms, province: SandboxProvince, visit_id: str) -> None:
    """They went home before the outcome was known; it was reversed, and they are here again."""
    province.faults.plant("lost_before", "2207A")
    here.confirm(visit_id)
    here.reception.leave(visit_id)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED, "reversed: nothing is charged"
    here.reception.call_up(visit_id)


def test_a_box_that_left_before_its_charge_was_reversed_is_sold_to_nobody_else(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms(rules=SETTLES_ANEW)
    visit_id = here.priced(WANG, BOX)
    left_and_reversed(here, province, visit_id)
    here.reception.leave(visit_id)
    assert sold_to(here, LI) == "scan.sold_before"


def test_a_box_that_waited_for_the_line_with_somebody_is_not_taken_back_to_the_shelf(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX, OTHER)
    province.close()
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.CONFIRMED
    here.reception.leave(visit_id)
    here.reception.call_up(visit_id)
    here.undoing.take_back(visit_id, "换药")
    here.basket.remove_line(visit_id, 1)
    assert state_of(here) is BoxState.GONE


def test_tablets_that_left_are_not_back_in_the_box(province: SandboxProvince, rooms: Open) -> None:
    here = rooms()
    box = opened(here)
    visit_id = here.traced(WANG)
    here.goods.add_split(visit_id, box, 20)
    here.basket.set_diagnosis(visit_id, COLD)
    province.close()
    here.confirm(visit_id)
    here.reception.leave(visit_id)
    here.reception.call_up(visit_id)
    here.undoing.take_back(visit_id, "换药")
    here.reception.leave(visit_id)
    assert here.goods.opened()[0].left == 30


def test_after_a_restart_nobody_stands_at_the_counter_any_more(rooms: Open, clock: Clock) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.confirm(visit_id)
    here = rooms()
    clock.now += timedelta(hours=2)
    assert state_of(here) is BoxState.GONE
    here.reception.call_up(visit_id)
    here.undoing.cancel(visit_id, "开错")
    here.reception.leave(visit_id)
    assert sold_to(here, LI) == "scan.sold_before"


def test_a_box_added_after_they_left_may_go_back_when_they_are_here_again(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms(rules=SETTLES_ANEW)
    visit_id = here.priced(WANG, BOX)
    left_and_reversed(here, province, visit_id)
    scan(here, OTHER)
    here.basket.remove_line(visit_id, 2)
    assert (state_of(here, OTHER), state_of(here)) == (BoxState.SHELF, BoxState.BILL)


def test_fewer_tablets_on_a_bill_that_was_reversed_puts_none_back_that_are_at_home(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms(rules=SETTLES_ANEW)
    box = opened(here)
    visit_id = here.traced(WANG)
    here.goods.add_split(visit_id, box, 40)
    here.basket.set_diagnosis(visit_id, COLD)
    left_and_reversed(here, province, visit_id)
    here.basket.set_quantity(visit_id, 1, Decimal(10))
    assert here.goods.opened()[0].left == 10


# --- corrections


def test_a_correction_takes_tablets_that_were_put_back(rooms: Open) -> None:
    here = rooms()
    box = opened(here)
    visit_id = in_tablets(here, WANG, box, 20)
    here.undoing.cancel(visit_id, "数量")
    assert here.goods.opened()[0].left == 50
    here.reception.leave(visit_id)
    here.reception.call_up(visit_id)
    here.undoing.correct(visit_id, "数量")
    assert here.goods.opened()[0].left == 30


def test_a_correction_to_fewer_tablets_puts_none_back_that_are_at_home(rooms: Open) -> None:
    here = rooms()
    box = opened(here)
    visit_id = in_tablets(here, WANG, box, 40)
    here.reception.leave(visit_id)
    here.reception.call_up(visit_id)
    here.undoing.correct(visit_id, "数量")
    anew = here.counter.front or ""
    here.basket.set_quantity(anew, 1, Decimal(10))
    assert here.goods.opened()[0].left == 10
    here.goods.close_box(box, "受潮")
    here.reception.leave(anew)
    assert here.counter.front is None, "a counter can always be cleared"


def test_a_visit_with_one_box_brought_back_is_corrected_for_the_rest(rooms: Open) -> None:
    here = rooms()
    visit_id = settled_and_gone(here, WANG, BOX, OTHER)
    here.goods.take_in(ReturnReason.REACTION, "")
    scan(here, BOX)
    here.reception.call_up(visit_id)
    here.undoing.correct(visit_id, "退一盒")
    anew = here.counter.front or ""
    assert [line.trace_code for line in here.store.lines.of(anew)] == [OTHER]
    assert here.notice(anew) == "box.left_out_of_correction"


def test_a_box_off_a_correction_and_on_again_is_the_same_persons(rooms: Open) -> None:
    here = rooms()
    visit_id = settled_and_gone(here, WANG, BOX)
    here.reception.call_up(visit_id)
    here.undoing.correct(visit_id, "重录")
    anew = here.counter.front or ""
    here.basket.remove_line(anew, 1)
    scan(here, BOX)
    assert said(here) == "scan.accepted"


def test_a_bedside_visit_is_corrected_at_the_bedside(rooms: Open) -> None:
    here = rooms()
    here.goods.scan_means(ScanMode.PACK)
    scan(here, BOX)
    visit_id = here.traced(WANG)
    here.goods.bedside(visit_id, wanted=True)
    scan(here, BOX)
    here.basket.set_diagnosis(visit_id, COLD)
    here.confirm(visit_id)
    here.undoing.correct(visit_id, "重录")
    anew = here.counter.front or ""
    assert len(amounts(here, anew)) == 1


def test_a_corrected_course_goes_on_and_keeps_its_days(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(WANG, BOX)
    here.basket.add_service(visit_id, GLUCOSE_TEST)
    here.basket.set_quantity(visit_id, 2, Decimal(3))
    here.basket.set_days(visit_id, 1, 84)
    courses = here.goods_rooms.courses
    courses.begin(visit_id, 2, 3)
    here.basket.set_diagnosis(visit_id, COLD)
    here.confirm(visit_id)
    courses.tick(courses.view()[0].course_id)
    here.undoing.correct(visit_id, "重录")
    anew = here.counter.front or ""
    assert here.store.lines.line(anew, 1).days == 84
    here.confirm(anew)
    assert [(each.times, each.done) for each in courses.view()] == [(3, 1)]


def test_a_course_is_of_no_more_times_than_are_billed(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(WANG)
    here.basket.add_service(visit_id, GLUCOSE_TEST)
    here.basket.set_quantity(visit_id, 1, Decimal(3))
    here.goods_rooms.courses.begin(visit_id, 1, 3)
    here.basket.set_quantity(visit_id, 1, Decimal(2))
    assert here.store.courses.times_of(visit_id) == {1: 2}


# --- without insurance


def test_the_day_closes_and_the_counter_is_drawn_after_a_sale_without_insurance(
    rooms: Open, clock: Clock
) -> None:
    here = rooms(rules=dataclasses.replace(RULES, clinic_fund=Money(30_000_00)))
    self_paid(here, WANG, BOX)
    day = clock().date()
    assert here.money.fund() is not None
    here.closing.close(day)
    view = here.closing.view(day)
    assert view.differences == ()


def test_a_sale_without_insurance_is_no_visit_that_lacked_limit(rooms: Open) -> None:
    here = rooms()
    first = settled_and_gone(here, WANG, BOX)
    here.reception.leave(self_paid(here, WANG, OTHER))
    here.reception.call_up(first)
    here.undoing.cancel(first, "开错")
    assert here.money.correcting.freed(here.store.visits.visit(first)) == ()


def test_an_estimate_is_reckoned_for_whoever_bought_without_insurance_before(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    here.reception.leave(self_paid(here, WANG, BOX))
    visit_id = here.traced(WANG, OTHER)
    province.close()
    here.line_is_away = True
    here.basket.set_diagnosis(visit_id, COLD)
    here.till.estimate(visit_id)
    assert here.state(visit_id) is VisitState.ESTIMATED


# --- modes


@pytest.mark.parametrize("mode", [ScanMode.OPEN, ScanMode.PACK])
def test_an_expired_box_is_neither_opened_nor_packed(rooms: Open, mode: ScanMode) -> None:
    here = rooms()
    here.store.catalogues.bind("06901234567892", "YP0002", "D1", here.clock())
    here.upkeep.take_up()
    here.goods.scan_means(mode)
    scan(here, "01069012345678921720013121SN1")
    assert said(here) == "box.expired"


def test_what_the_next_scan_means_is_meant_of_whoever_stands_here(rooms: Open) -> None:
    here = rooms()
    here.goods.scan_means(ScanMode.OPEN)
    visit_id = here.traced(WANG, BOX)
    assert amounts(here, visit_id) == [("1", "26.34")]


def test_a_binding_that_cannot_be_billed_is_not_remembered(rooms: Open) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    scan(here, code("8999999", 1))
    here.goods.propose_binding("YP0002")
    here.confirm(visit_id)
    with pytest.raises(Fault):
        here.goods.confirm_binding("YP0002")
    assert here.store.catalogues.bindings() == {}


def test_a_box_of_an_unsettled_visit_is_said_to_be_just_that(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.close()
    here.confirm(visit_id)
    here.reception.leave(visit_id)
    here.goods.take_in(ReturnReason.WRONG_DRUG, "")
    scan(here, BOX)
    assert said(here) == "box.not_settled_yet"


def test_a_reason_is_about_the_diagnosis_it_was_given_under(rooms: Open) -> None:
    from tests.shell.test_warned import PILLS, WARNED, answer_all, findings  # noqa: PLC0415

    here = rooms(rules=WARNED)
    visit_id = here.priced(LI, PILLS)
    answer_all(here, visit_id)
    here.basket.set_diagnosis(visit_id, "M54.500")
    assert any(each.open for each in findings(here, visit_id))
