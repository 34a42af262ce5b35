"""The record system settles: this terminal never does, and learns the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.boxes import BoxState
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused, Unavailable, Uncertain
from terminal.core.ledger import Deed
from terminal.core.money import Money
from terminal.core.record_system import SETTLING
from terminal.core.record_views import What
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, CEFIXIME, COLD, LI, WANG, Clock, charges, code
from tests.shell.between import Between
from tests.shell.handed import HandedRooms, handed_rooms, record_system

Open = Callable[..., HandedRooms]
BOX, OTHER_BOX = code(AMOXICILLIN, 1), code(CEFIXIME, 2)
PRICE = "26.34"


@pytest.fixture
def there(tmp_path: Path, line: Between, clock: Clock) -> Iterator[Open]:
    with handed_rooms(tmp_path / "terminal", line.address, clock) as open_rooms:
        yield open_rooms


# --- never both


@pytest.mark.parametrize("infno", sorted(SETTLING))
def test_what_settles_does_not_leave_and_is_not_written_down(
    there: Open, line: Between, infno: str
) -> None:
    here = there()
    with pytest.raises(Refused, match=r"settling\.record_system"):
        here.session.send(infno, {"data": {}})
    assert line.asked == [], "not even a sign-in for it"
    assert here.store.journal.next_msgid("H43102400991", here.clock()).endswith("0001")


def test_no_way_at_the_counter_leads_to_a_charge(
    province: SandboxProvince, there: Open, line: Between
) -> None:
    here = there()
    visit_id = here.traced(WANG, BOX)
    here.basket.set_diagnosis(visit_id, COLD)
    here.line_is_away = True
    whole, revision = Money.parse(PRICE), here.store.visits.visit(visit_id).revision
    for verb in (
        lambda: here.till.price(visit_id),
        lambda: here.till.estimate(visit_id),
        lambda: here.till.agree_ceiling(visit_id, revision, whole),
        lambda: here.till.confirm_amount(visit_id, revision, whole),
        lambda: here.till.sell_self_paid(visit_id, revision, whole),
    ):
        with pytest.raises(Refused, match=r"settling\.record_system"):
            verb()
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert here.notice(visit_id) is None, "a scan asks for no price"
    assert not SETTLING & set(line.asked)
    assert charges(province) == []


def test_what_was_agreed_to_before_the_setting_changed_is_kept_back_until_it_changes_back(
    province: SandboxProvince, there: Open, line: Between, clock: Clock
) -> None:
    here = there(settles_here=True)
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_before", "5201", count=9)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.CONFIRMED
    province.faults.clear()
    clock.now += timedelta(days=1)
    asked = len(line.asked)
    here = there()
    here.till.ask_now()
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.CONFIRMED
    assert not SETTLING & set(line.asked[asked:])
    here.reception.call_up(visit_id)
    here.undoing.take_back(visit_id, "改由基卫系统结算")
    assert here.state(visit_id) is VisitState.TRACED
    here.handing_over.hand_over(visit_id)
    assert charges(province) == []


def test_a_charge_in_flight_when_the_setting_changed_is_still_found_out(
    province: SandboxProvince, there: Open, line: Between
) -> None:
    here = there(settles_here=True)
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here = there()
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 1
    told = here.store.sales.waiting()
    assert [each.trace_code for each in told] == [BOX], "it waits, and nothing is lost"
    assert not here.sales.any_waiting()
    here.reception.call_up(visit_id)
    here.undoing.cancel(visit_id, "改由基卫系统结算")
    assert here.state(visit_id) is VisitState.CANCELLED
    assert charges(province) == []


def test_a_visit_handed_over_is_not_charged_when_the_setting_changes_back(
    province: SandboxProvince, there: Open, line: Between
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    record_system(province, here, WANG, amount=PRICE)
    province.faults.plant("not_known_yet", "5201", count=9)
    here.ask()
    here = there(settles_here=True)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.HANDED_OVER
    with pytest.raises(Refused, match=r"handed\.terminal_settles"):
        here.handing_over.hand_over(visit_id)
    province.faults.clear()
    here.reception.call_up(visit_id)
    here.handing_over.take_back(visit_id)
    here.basket.set_diagnosis(visit_id, COLD)
    assert here.notice(visit_id) == "settlement.settled_elsewhere"
    with pytest.raises(Refused, match=r"settlement\.settled_elsewhere"):
        here.confirm(visit_id)
    assert len(charges(province)) == 1, "the record system's"


# --- learning the result


def test_the_one_settlement_of_just_this_total_is_found_by_itself(
    province: SandboxProvince, there: Open, line: Between
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    here.ask()
    assert here.state(visit_id) is VisitState.HANDED_OVER
    settled = record_system(province, here, WANG, amount=PRICE)
    here.ask()
    assert here.state(visit_id) is VisitState.HANDED_OVER, "not asked again at once"
    here.clock.now += timedelta(minutes=1)
    here.ask()
    assert here.state(visit_id) is VisitState.SETTLED_THERE
    (found,) = here.shown(visit_id).found
    assert (found.setl_id, found.ours, found.same_total) == (settled["setl_id"], True, True)
    assert found.total.yuan == PRICE
    assert found.fund + found.own == found.total
    here.reception.leave(visit_id)
    box = here.store.boxes.box(BOX)
    assert box is not None
    assert (box.state, box.visit_id) == (BoxState.GONE, visit_id)
    assert here.store.sales.waiting() == [], "the record system reports it"
    assert not SETTLING & set(line.asked)
    assert [each.visit_id for each in here.beside.over_on(here.clock().date())] == [visit_id]
    deeds = [
        row.entry for row in here.store.ledger.entries() if row.entry.deed == Deed.SETTLED_THERE
    ]
    assert settled["setl_id"] in deeds[0].facts


@pytest.mark.parametrize("asked", [{"amount": "12.50"}, {"here": False, "amount": PRICE}])
def test_another_total_or_another_place_is_never_taken_by_itself(
    province: SandboxProvince, there: Open, asked: dict[str, Any]
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    record_system(province, here, WANG, **asked)
    here.ask()
    assert here.state(visit_id) is VisitState.HANDED_OVER
    assert len(here.shown(visit_id).found) == asked.get("here", True)


def test_what_was_settled_before_the_visit_opened_is_not_its_own(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    here.reception.leave(here.traced(WANG))
    record_system(province, here, WANG, amount=PRICE)
    here.clock.now += timedelta(minutes=11)
    visit_id = here.handed(WANG, BOX)
    here.ask()
    assert here.shown(visit_id).found == ()


def test_two_visits_of_one_person_and_one_total_wait_for_the_doctor(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    first = here.handed(WANG, BOX)
    here.reception.leave(first)
    second = here.handed(WANG, code(AMOXICILLIN, 3))
    one = record_system(province, here, WANG, amount=PRICE)["setl_id"]
    here.ask()
    assert (here.claimed(first), here.claimed(second)) == ([], [])
    here.handing_over.choose(second, one)
    here.reception.leave(second)
    assert here.shown(first).found == (), "it belongs to the second now"
    here.reception.call_up(first)
    with pytest.raises(Refused, match=r"handed\.of_another_visit"):
        here.handing_over.choose(first, one)
    two = record_system(province, here, WANG, amount=PRICE)["setl_id"]
    here.handing_over.ask_now(first)
    assert here.claimed(first) == [two], "the only one left, and no rival"


def test_a_bill_settled_in_two_is_put_together_by_the_doctor(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX, OTHER_BOX)
    settled = record_system(province, here, WANG, amount=PRICE)
    other = record_system(province, here, WANG, amount="30.00")
    here.handing_over.ask_now(visit_id)
    assert here.notice(visit_id) == "handed.to_choose"
    with pytest.raises(Refused, match=r"handed\.not_told"):
        here.handing_over.choose(visit_id, "99010100000000000999")
    here.handing_over.choose(visit_id, settled["setl_id"])
    here.handing_over.choose(visit_id, other["setl_id"])
    assert here.state(visit_id) is VisitState.SETTLED_THERE
    assert here.claimed(visit_id) == [settled["setl_id"], other["setl_id"]]


def test_what_the_record_system_cancels_later_ends_the_visit(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    settled = record_system(province, here, WANG, amount=PRICE)
    here.ask()
    assert here.state(visit_id) is VisitState.SETTLED_THERE
    record_system(province, here, WANG, mdtrt_id=settled["mdtrt_id"], cancel=settled["setl_id"])
    here.ask()
    assert here.state(visit_id) is VisitState.SETTLED_THERE, "looked at again some hours later"
    here.clock.now += timedelta(hours=7)
    here.ask()
    assert here.state(visit_id) is VisitState.CANCELLED
    box = here.store.boxes.box(BOX)
    assert box is not None
    assert box.state is BoxState.SHELF, "it had not left the counter"


def test_a_platform_that_is_slow_to_know_is_asked_until_it_does(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    record_system(province, here, WANG, amount=PRICE)
    province.faults.plant("not_known_yet", "5201", count=3)
    here.handing_over.ask_now(visit_id)
    assert here.notice(visit_id) == "handed.not_found_yet"
    province.faults.plant("lost_before", "5203")
    here.clock.now += timedelta(minutes=1)
    here.ask()
    assert here.state(visit_id) is VisitState.HANDED_OVER
    here.clock.now += timedelta(minutes=1)
    here.ask()
    assert here.state(visit_id) is VisitState.SETTLED_THERE


def test_one_whom_nobody_answers_about_does_not_hold_up_the_next(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    first = here.handed(WANG, BOX)
    here.reception.leave(first)
    second = here.handed(LI, OTHER_BOX)
    record_system(province, here, LI, amount="30.00")
    province.faults.plant("nonsense", "5201")
    here.ask()
    assert here.state(first) is VisitState.HANDED_OVER
    assert here.state(second) is VisitState.SETTLED_THERE


def test_a_box_that_left_before_the_settlement_was_found_is_gone(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    here.reception.leave(visit_id)
    record_system(province, here, WANG, amount=PRICE)
    here.ask()
    box = here.store.boxes.box(BOX)
    assert box is not None
    assert (here.state(visit_id), box.state) == (VisitState.SETTLED_THERE, BoxState.GONE)


def test_a_visit_is_still_found_on_the_day_after(province: SandboxProvince, there: Open) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    record_system(province, here, WANG, amount=PRICE)
    here.clock.now += timedelta(days=1)
    here = there()
    here.ask()
    assert here.state(visit_id) is VisitState.SETTLED_THERE


# --- as a keyboard


def test_the_number_and_the_codes_are_typed_in_the_bills_order(there: Open) -> None:
    here = there()
    visit_id = here.traced(LI, OTHER_BOX, BOX)
    here.handing_over.type_out(visit_id, What.ID_NUMBER)
    here.handing_over.type_out(visit_id, What.TRACE_CODES)
    assert here.keys.lines == [LI, OTHER_BOX, BOX]
    assert [(each.what, each.count, each.whole) for each in here.shown(visit_id).typed] == [
        (What.ID_NUMBER, 1, True),
        (What.TRACE_CODES, 2, True),
    ]


def test_a_line_that_was_cut_is_told_and_kept_as_cut(there: Open) -> None:
    here = there()
    visit_id = here.traced(LI, OTHER_BOX, BOX)
    here.keys.cut = {1: Unavailable("typing.away")}
    here.handing_over.type_out(visit_id, What.TRACE_CODES)
    assert here.notice(visit_id) == "typing.cut", "one code stands there already"
    here.keys.cut = {1: Uncertain("typing.cut")}
    here.handing_over.type_out(visit_id, What.ID_NUMBER)
    assert [(each.count, each.whole) for each in here.shown(visit_id).typed] == [
        (1, False),
        (0, False),
    ]


def test_nothing_is_typed_for_somebody_who_does_not_stand_here(there: Open) -> None:
    here = there()
    visit_id = here.traced(LI, BOX)
    here.reception.leave(visit_id)
    other = here.traced(WANG)
    with pytest.raises(Refused, match=r"visit\.other_on_counter"):
        here.handing_over.type_out(visit_id, What.ID_NUMBER)
    with pytest.raises(Refused, match=r"typing\.nothing"):
        here.handing_over.type_out(other, What.TRACE_CODES)
    assert here.keys.lines == []


def test_a_power_cut_while_typing_leaves_a_typing_that_is_not_whole(there: Open) -> None:
    class PowerCut(BaseException):
        """No handler survives it."""

    def fails() -> None:
        raise PowerCut

    here = there()
    visit_id = here.traced(LI, BOX)
    here.keys.before = fails
    with pytest.raises(PowerCut):
        here.handing_over.type_out(visit_id, What.TRACE_CODES)
    here = there()
    assert [(each.count, each.whole) for each in here.shown(visit_id).typed] == [(0, False)]


def test_a_settlement_of_ours_is_never_taken_for_the_record_systems(
    province: SandboxProvince, there: Open
) -> None:
    here = there(settles_here=True)
    mine = here.priced(WANG, BOX)
    here.confirm(mine)
    assert here.record(mine).state is SettlementState.SETTLED
    here.reception.leave(mine)
    here = there()
    visit_id = here.handed(WANG, code(AMOXICILLIN, 3))
    here.ask()
    assert here.shown(visit_id).found == ()
