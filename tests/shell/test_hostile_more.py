"""What happens around a charge: differences, trouble, a cut line, visits that wait or are left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.visit import VisitState
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    COLD,
    DENG,
    GLUCOSE_TEST,
    LI,
    PARACETAMOL,
    WANG,
    Clock,
    charges,
    code,
)
from tests.rooms import Rooms
from tests.shell.between import Between, Dropped, Instead, Message
from tests.shell.conftest import NOWHERE
from tests.shell.test_day_file import lost
from tests.shell.test_elsewhere import settle_elsewhere, told_wang
from tests.shell.test_hostile_province import DELIVERED_TWICE, NOT_FOUND, rows_of
from tests.shell.test_undoing import differing, raised

Open = Callable[..., Rooms]
BOX, PILLS = code(AMOXICILLIN, 1), code(AMLODIPINE, 1)
SYSTEM: Message = {"infcode": -1, "err_msg": "FSI-系统异常[x_1]", "output": {}}
TROUBLE = pytest.mark.parametrize("how", ["-1", "401", "403"])


def without_line(rooms: Open, visit_id: str, act: Callable[[Rooms], object]) -> Rooms:
    """Do this with the line cut, the visit on the counter; the rooms with the line back."""
    for address in (NOWHERE, None):
        here = rooms(address=address)
        here.counter.front = visit_id
        if address is NOWHERE:
            act(here)
    return here


def states(here: Rooms, visit_id: str) -> list[SettlementState]:
    return [record.state for record in here.store.settlements.of_visit(visit_id)]


def sugar_tested(here: Rooms) -> str:
    """A visit with one glucose test and no box."""
    visit_id = here.traced(WANG)
    here.basket.set_diagnosis(visit_id, COLD)
    here.basket.add_service(visit_id, GLUCOSE_TEST)
    return visit_id


def two_of_which_the_first_differs(line: Between, here: Rooms) -> str:
    visit_id = here.traced(WANG, BOX, PILLS)
    here.basket.set_diagnosis(visit_id, COLD)
    line.answer = raised
    here.confirm(visit_id)
    line.tell({})
    assert states(here, visit_id) == [SettlementState.DIFFERS, SettlementState.CONFIRMED]
    return visit_id


# --- a difference, and its cancellation


@pytest.mark.parametrize("how", ["line away", "refused"])
def test_a_difference_is_not_accepted_by_a_cancellation_that_failed(
    province: SandboxProvince, line: Between, rooms: Open, how: str
) -> None:
    here = rooms()
    visit_id = differing(line, here)
    if how == "refused":
        province.faults.plant("refused", "2208")
        here.undoing.cancel(visit_id, "居民不要了")
    else:
        here = without_line(rooms, visit_id, lambda cut: cut.undoing.cancel(visit_id, "不要了"))
    assert here.state(visit_id) is VisitState.DIFFERS
    assert states(here, visit_id) == [SettlementState.DIFFERS]
    with pytest.raises(Refused, match=r"cash\.outcome_unknown"):
        here.cashbox.on_credit(visit_id)
    here.undoing.cancel(visit_id, "居民不要了")
    assert here.state(visit_id) is VisitState.CANCELLED
    assert charges(province) == []


def test_a_difference_that_was_accepted_stays_so_when_its_cancellation_fails(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = differing(line, here)
    here.till.accept_difference(visit_id)
    province.faults.plant("refused", "2208")
    here.undoing.cancel(visit_id, "居民不要了")
    assert here.state(visit_id) is VisitState.SETTLED
    assert states(here, visit_id) == [SettlementState.SETTLED]


def test_a_visit_whose_first_settlement_differs_can_be_cancelled(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = two_of_which_the_first_differs(line, here)
    here.undoing.cancel(visit_id, "居民不要了")
    here.till.ask_now()
    assert charges(province) == []
    assert here.state(visit_id) is VisitState.CANCELLED
    assert states(here, visit_id) == [SettlementState.CANCELLED], "and the other dropped"


def test_the_rest_of_a_visit_that_was_to_be_cancelled_is_not_charged(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = two_of_which_the_first_differs(line, here)
    province.faults.plant("refused", "2208")
    here.undoing.cancel(visit_id, "居民不要了")
    here.till.ask_now()
    assert len(charges(province)) == 1
    assert line.asked.count("2207A") == 1


def test_a_visit_of_which_a_part_is_cancelled_can_be_left(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """Charged by a round: the first differs, and the round opens the second anew."""
    here = rooms()
    visit_id = here.traced(WANG, BOX, PILLS)
    here.basket.set_diagnosis(visit_id, COLD)
    here = without_line(rooms, visit_id, lambda cut: cut.confirm(visit_id))
    line.answer = raised
    here.till.ask_now()
    line.tell({})
    assert here.state(visit_id) is VisitState.DIFFERS
    here.undoing.cancel(visit_id, "居民不要了")
    here.till.ask_now()
    assert charges(province) == []
    here.reception.leave(visit_id)
    assert here.state(visit_id) is VisitState.CANCELLED


# --- trouble is not "not found"


def in_trouble(line: Between, infno: str, how: str, more: Mapping[str, Instead] = {}) -> None:
    """The platform, or the gateway before it, fails at this transaction."""
    line.tell({**more, infno: SYSTEM} if how == "-1" else more)
    line.status = {} if how == "-1" else {infno: int(how)}


def mended(line: Between) -> None:
    line.tell({})
    line.status = {}
    line.request = lambda sent: sent


def changed(**changes: object) -> Instead:
    """The answer to 5203 with this in each of its rows."""

    def answer(_: Message, said: Any) -> Message:
        for row in rows_of(said):
            row.update(changes)
        return dict(said)

    return answer


@TROUBLE
def test_trouble_at_the_question_does_not_make_a_charge_a_refusal(
    province: SandboxProvince, line: Between, rooms: Open, how: str
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    in_trouble(line, "5203", how, {"2207A": DELIVERED_TWICE})
    here.confirm(visit_id)
    assert len(charges(province)) == 1
    assert here.state(visit_id) is VisitState.UNCERTAIN
    mended(line)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert line.asked.count("2207A") == 1


@TROUBLE
def test_trouble_at_the_question_does_not_reinstate_a_cancelled_visit(
    province: SandboxProvince, line: Between, rooms: Open, how: str
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.confirm(visit_id)
    province.faults.plant("lost_after_commit", "2208")
    here.undoing.cancel(visit_id, "开错了药")
    in_trouble(line, "5203", how)
    here.till.ask_now()
    assert charges(province) == []
    assert here.record(visit_id).state is SettlementState.CANCELLING
    mended(line)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.CANCELLED


def test_told_already_cancelled_is_a_cancellation_where_the_question_is_no_help(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """A region that does not tell of it any more: the words of the no are all there is."""
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.confirm(visit_id)
    province.faults.plant("lost_after_commit", "2208")
    here.undoing.cancel(visit_id, "开错了药")
    line.tell({"5203": NOT_FOUND})
    here.till.ask_now()
    assert charges(province) == []
    assert here.state(visit_id) is VisitState.CANCELLED


@TROUBLE
def test_a_day_that_is_not_told_for_trouble_keeps_the_charge_back(
    province: SandboxProvince, line: Between, rooms: Open, how: str
) -> None:
    here = rooms()
    told_wang(here)
    settle_elsewhere(province, here, here=True)
    in_trouble(line, "5201", how)
    visit_id = here.priced(WANG, BOX)
    here.confirm(visit_id)
    assert "2207A" not in line.asked
    mended(line)
    here.till.ask_now()
    assert "2207A" not in line.asked
    assert here.notice(visit_id) == "settlement.settled_elsewhere"


@pytest.mark.parametrize("wrong", [{"psn_part_amt": "1.00"}, {"inscp_scp_amt": "x"}], ids=str)
def test_a_row_of_another_place_that_cannot_be_read_is_judged_and_stops_nobody(
    province: SandboxProvince, line: Between, rooms: Open, wrong: dict[str, str]
) -> None:
    here = rooms()
    told_wang(here)
    settle_elsewhere(province, here)
    line.tell({"5203": changed(**wrong)})
    visit_id = here.priced(WANG, BOX)
    with pytest.raises(Refused, match=r"settlement\.settled_elsewhere"):
        here.confirm(visit_id)
    here.judge_all(visit_id)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED


# --- a line that was cut


def test_what_was_settled_elsewhere_on_the_day_of_a_late_visit_keeps_its_charge_back(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """Priced before midnight, settled at another place the same day, charged after it."""
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    settle_elsewhere(province, here)
    here = without_line(rooms, visit_id, lambda cut: cut.confirm(visit_id))
    assert here.state(visit_id) is VisitState.CONFIRMED
    clock.now += timedelta(hours=20)
    here.till.ask_now()
    assert "2207A" not in line.asked
    assert here.notice(visit_id) == "settlement.settled_elsewhere"


def test_a_visit_that_waits_for_the_line_is_shown_beside_the_same_begun_anew(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """It was forgotten; its charge goes out with the next round."""
    here = rooms()
    first = sugar_tested(here)
    here = without_line(rooms, first, lambda cut: cut.confirm(first))
    here.reception.leave(first)
    clock.now += timedelta(minutes=5)
    second = sugar_tested(here)
    with pytest.raises(Refused, match=r"settlement\.settled_elsewhere"):
        here.confirm(second)
    here.till.ask_now()
    assert here.state(first) is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_two_visits_that_are_never_answered_do_not_keep_the_others_waiting(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    stuck = []
    for person, box in ((WANG, BOX), (LI, code(PARACETAMOL, 1))):
        visit_id = here.priced(person, box)
        province.faults.plant("lost_after_commit", "2207A")
        here.confirm(visit_id)
        here.reception.leave(visit_id)
        stuck.append(here.record(visit_id).mdtrt_id)
    third = here.priced(DENG, code(AMOXICILLIN, 9))
    here = without_line(rooms, third, lambda cut: cut.confirm(third))

    def silent(sent: Message, said: Any) -> Message:
        if sent["input"]["data"].get("mdtrt_id") in stuck:
            raise Dropped
        return dict(said)

    line.tell({"5203": silent})
    for _ in range(4):
        here.till.ask_now()
    assert here.state(third) is VisitState.SETTLED


# --- a visit that was left


def test_a_visit_decided_overnight_is_on_the_list_of_the_day_it_was_decided(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """Money is due, its slip is in a pocket: a screen must have it."""
    here = rooms()
    clock.now = clock.now.replace(hour=20)
    visit_id = lost(province, here, "lost_after_commit")
    here.reception.leave(visit_id)
    clock.now += timedelta(hours=12)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    payments = here.cashbox.payments_of(here.store.visits.visit(visit_id))
    assert payments is not None
    assert payments.due == Money(790)
    shown = (*here.beside.over_on(clock.now.date()), *here.beside.unfinished())
    assert visit_id in {visit.visit_id for visit in shown}
