"""Taking back: what waits, what differs, what was settled, and what was wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, PARACETAMOL, WANG, charges, code
from tests.rooms import Rooms
from tests.shell.between import Between, Message

Open = Callable[..., Rooms]
BOX = code(AMOXICILLIN, 1)


def raised(sent: Message, said: Message | bytes) -> Message | bytes:
    """The province's limit moved between 2206 and 2207: the fund pays 8.44 of 18.44."""
    if sent["infno"] != "2207A" or not isinstance(said, dict):
        return said
    info: dict[str, Any] = said["output"]["setlinfo"]
    moved = {"fund_pay_sumamt": 8.44, "hifp_pay": 8.44, "psn_part_amt": 17.9, "psn_cash_pay": 17.9}
    return {**said, "output": {**said["output"], "setlinfo": {**info, **moved}}}


def differing(line: Between, here: Rooms) -> str:
    visit_id = here.priced(WANG, BOX)
    line.answer = raised
    here.confirm(visit_id)
    line.answer = lambda _, said: said
    return visit_id


def test_a_charge_that_differs_stops_for_the_doctors_eye(line: Between, rooms: Open) -> None:
    here = rooms()
    visit_id = differing(line, here)
    assert here.state(visit_id) is VisitState.DIFFERS
    assert here.notice(visit_id) == "settlement.differs_from_agreed"
    with pytest.raises(Refused, match=r"cash\.outcome_unknown"):
        here.cashbox.on_credit(visit_id)
    assert here.store.sales.waiting() == []


def test_a_difference_that_the_resident_takes_is_settled_as_it_is(
    line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = differing(line, here)
    here.till.accept_difference(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert here.record(visit_id).settled["own"] == 1790  # type: ignore[index]
    assert line.asked.count("2207A") == 1
    with pytest.raises(Refused):
        here.till.accept_difference(visit_id)


def test_a_difference_that_nobody_takes_is_cancelled(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = differing(line, here)
    here.undoing.cancel(visit_id, "居民不要了")
    assert here.state(visit_id) is VisitState.CANCELLED
    assert charges(province) == []


def test_what_waits_for_the_line_can_be_taken_back(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.close()
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.CONFIRMED
    with pytest.raises(Refused, match=r"visit\.no_reason"):
        here.undoing.take_back(visit_id, " ")
    here.undoing.take_back(visit_id, "居民不等了")
    assert here.state(visit_id) is VisitState.TRACED
    here.reception.leave(visit_id)
    assert here.state(visit_id) is VisitState.ABANDONED


def test_what_is_unknown_cannot_be_taken_back(province: SandboxProvince, rooms: Open) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_before", "2207A")
    here.confirm(visit_id)
    with pytest.raises(Refused, match=r"visit\.no_such_step"):
        here.undoing.take_back(visit_id, "居民不等了")
    assert here.state(visit_id) is VisitState.UNCERTAIN


def test_a_visit_is_corrected_by_a_new_one_that_names_it(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    wrong = code(PARACETAMOL, 2)
    old = here.priced(WANG, BOX, wrong)
    here.confirm(old)
    here.undoing.correct(old, "开错了药")
    assert here.state(old) is VisitState.CANCELLED
    new = here.counter.front
    assert new is not None
    visit = here.store.visits.visit(new)
    assert (visit.corrects, visit.state) == (old, VisitState.PRICED)
    before = here.store.visits.visit(old)
    assert (visit.person_id, visit.diagnosis) == (before.person_id, before.diagnosis)
    lines = here.store.lines.of(new)
    assert [line.trace_code for line in lines] == [BOX, wrong]
    assert not {line.feedetl_sn for line in lines} & {
        line.feedetl_sn for line in here.store.lines.of(old)
    }
    here.basket.remove_line(new, lines[1].number)
    here.confirm(new)
    assert here.state(new) is VisitState.SETTLED
    assert [row["medfee_sumamt"] for row in charges(province)] == ["26.34"]


def test_a_cancelled_visit_gives_the_years_limit_back_on_the_card(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.confirm(visit_id)
    here.counter.clear()
    here.reception.leave(here.traced(WANG))
    assert used(here, visit_id) == Money(1844)
    here.counter.front = visit_id
    here.undoing.cancel(visit_id, "开错了药")
    assert used(here, visit_id) == Money(0)


def used(here: Rooms, visit_id: str) -> Money | None:
    """What the person's card says of the year's limit."""
    visit = here.store.visits.visit(visit_id)
    coverage = here.store.people.coverage(visit.person_id or "")
    return coverage.fund_used if coverage else None


def test_a_visit_is_corrected_once(province: SandboxProvince, rooms: Open) -> None:
    here = rooms()
    old = here.priced(WANG, BOX)
    here.confirm(old)
    here.undoing.correct(old, "开错了药")
    here.counter.clear()
    here.counter.front = old
    here.undoing.correct(old, "开错了药")
    assert here.notice(old) == "visit.corrected_before"


def test_a_correction_waits_until_the_cancellation_is_known(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    old = here.priced(WANG, BOX)
    here.confirm(old)
    province.faults.plant("lost_after_commit", "2208")
    here.undoing.correct(old, "开错了药")
    assert here.counter.front == old
    assert here.record(old).state is SettlementState.CANCELLING
    here.till.ask_now()
    assert here.state(old) is VisitState.CANCELLED
    here.undoing.correct(old, "开错了药")
    assert here.counter.front != old


def test_a_cancellation_names_the_visit_that_lacked_the_limit_it_gives_back(
    province: SandboxProvince, rooms: Open
) -> None:
    """Worked case 29, by the terminal's own reckoning."""
    here = rooms()
    many = [code(AMOXICILLIN, n) for n in range(1, 24)]
    first = here.priced(WANG, *many)
    here.confirm(first)
    here.counter.clear()
    later = here.priced(WANG, code(AMOXICILLIN, 40))
    here.confirm(later)
    assert here.record(later).settled["fund"] < 1844  # type: ignore[index]
    here.counter.clear()
    here.counter.front = first
    here.undoing.cancel(first, "开错了药")
    (freed,) = here.money.correcting.freed(here.store.visits.visit(first))
    assert freed.visit_id == later
    fund = Money(here.record(later).settled["fund"])  # type: ignore[index]
    assert freed.lacked == Money(1844) - fund
    assert here.money.correcting.freed(here.store.visits.visit(later)) == ()
