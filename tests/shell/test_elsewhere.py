"""What else was settled for this person today: shown, judged, and never overlooked."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, COLD, GLUCOSE_TEST, WANG, Clock, charges, code, settling
from tests.rooms import Rooms
from tests.shell.between import Between

Open = Callable[..., Rooms]
BOX = code(AMOXICILLIN, 1)


def settle_elsewhere(province: SandboxProvince, rooms: Rooms, **more: Any) -> None:
    person = rooms.store.people.by_id_number(WANG)
    assert person is not None
    body = json.dumps({"psn_no": person.psn_no, "amount": "26.34", **more}).encode()
    request = urllib.request.Request(  # noqa: S310 - the sandbox on this machine.
        f"{province.address}/sandbox/elsewhere", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answered:  # noqa: S310
        assert answered.status == 200


def told_wang(here: Rooms) -> None:
    """Have the province asked who he is, so that he is known here."""
    visit_id = here.traced(WANG)
    here.reception.leave(visit_id)


@pytest.mark.parametrize("by", ["another place", "record system"])
def test_a_visit_settled_elsewhere_today_is_shown_and_must_be_judged(
    province: SandboxProvince, line: Between, rooms: Open, by: str
) -> None:
    here = rooms()
    told_wang(here)
    settle_elsewhere(province, here, here=by == "record system")
    visit_id = here.priced(WANG, BOX)
    assert here.notice(visit_id) == "settlement.settled_elsewhere"
    (found,) = here.store.elsewhere.of_visit(visit_id)
    assert (found.total.yuan, found.judged) == ("26.34", False)
    with pytest.raises(Refused, match=r"settlement\.settled_elsewhere"):
        here.confirm(visit_id)
    assert len(charges(province)) == 1
    here.till.judge_elsewhere(visit_id, found.setl_id)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 2


def test_of_more_visits_than_are_asked_about_each_is_still_shown(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    told_wang(here)
    for _ in range(12):
        settle_elsewhere(province, here)
    visit_id = here.priced(WANG, BOX)
    found = here.store.elsewhere.of_visit(visit_id)
    assert len(found) == 12
    assert sum(each.total > ZERO for each in found) == 10
    assert here.notice(visit_id) == "settlement.settled_elsewhere"


def test_what_was_settled_between_the_bill_and_the_tap_keeps_the_charge_back(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    settle_elsewhere(province, here)
    here.confirm(visit_id)
    assert "2207A" not in line.asked
    assert here.state(visit_id) is VisitState.PRICED, "back before the doctor's eye"
    assert here.notice(visit_id) == "settlement.settled_elsewhere"


def test_a_charge_of_ours_that_is_unknown_is_such_a_visit_too(
    province: SandboxProvince, rooms: Open
) -> None:
    """Whoever begins the same visit anew because the first one hangs would pay twice."""
    here = rooms()
    first = here.priced(WANG, BOX)
    province.faults.plant("lost_before", "2207A")
    here.confirm(first)
    assert here.state(first) is VisitState.UNCERTAIN
    here.reception.leave(first)
    second = here.traced(WANG)
    here.basket.set_diagnosis(second, "J06.900")
    here.basket.add_service(second, GLUCOSE_TEST)
    assert here.notice(second) == "settlement.settled_elsewhere"
    with pytest.raises(Refused, match=r"settlement\.settled_elsewhere"):
        here.confirm(second)


def test_what_does_not_stand_any_more_is_forgotten_unless_it_was_judged(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    first = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(first)
    here.reception.leave(first)
    second = here.traced(WANG)
    here.basket.set_diagnosis(second, "J06.900")
    here.basket.add_service(second, GLUCOSE_TEST)
    assert len(here.store.elsewhere.of_visit(second)) == 1
    here.till.ask_now()
    assert here.state(first) is VisitState.SETTLED
    here.till.price(second)
    assert here.store.elsewhere.of_visit(second) == []
    here.confirm(second)
    assert here.state(second) is VisitState.SETTLED


def test_our_own_settlements_of_the_day_are_nobody_elses(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    first = here.priced(WANG, BOX)
    here.confirm(first)
    here.reception.leave(first)
    second = here.priced(WANG, code(AMOXICILLIN, 2))
    assert here.store.elsewhere.of_visit(second) == []
    here.confirm(second)
    assert here.state(second) is VisitState.SETTLED


def test_while_the_day_cannot_be_looked_at_nothing_is_charged(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("nonsense", "5201")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.CONFIRMED
    assert "2207A" not in line.asked
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED


def test_a_region_may_say_that_the_day_is_not_looked_at(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms(rules=settling(look_at_the_day=False))
    told_wang(here)
    settle_elsewhere(province, here)
    visit_id = here.priced(WANG, BOX)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert "5201" not in line.asked


def test_where_settlements_are_not_found_by_visit_the_registration_is_shown(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms(rules=settling(find_by_visit=False))
    told_wang(here)
    settle_elsewhere(province, here)
    visit_id = here.priced(WANG, BOX)
    (found,) = here.store.elsewhere.of_visit(visit_id)
    assert found.setl_id.startswith("mdtrt:")
    assert found.total.fen == 0


def test_what_waited_for_the_line_goes_back_to_the_doctor_in_the_same_round(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    told_wang(here)
    visit_id = here.traced(WANG, BOX)
    province.faults.plant("lost_before", "2201")  # Not priced: the line is bad.
    here.basket.set_diagnosis(visit_id, COLD)
    here.line_is_away = True
    here.till.estimate(visit_id)
    own = Money(here.record(visit_id).estimate["own"])  # type: ignore[index]
    here.till.agree_ceiling(visit_id, here.store.visits.visit(visit_id).revision, own)
    settle_elsewhere(province, here)
    here.till.ask_now()
    assert "2207A" not in line.asked
    assert here.state(visit_id) is VisitState.PRICED
