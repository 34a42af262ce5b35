"""Whose money moves while shifts change, visits are put right, and the disk fills."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.ledger import Deed
from terminal.core.operators import Registered, Role
from terminal.core.shares import Shares
from terminal.core.standing import StandingRules
from terminal.core.visit import VisitState
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CHILD,
    LI,
    PARACETAMOL,
    RULES,
    WANG,
    Clock,
    charges,
    code,
)
from tests.counter import Counter
from tests.families import bound
from tests.operators import LEI, PIN, make_operators
from tests.rooms import Rooms
from tests.shell.between import Between, Message
from tests.shell.conftest import NOWHERE
from tests.shell.family_place import FamilyPlace
from tests.shell.test_companions import (
    TOKEN,
    code_of,
    errand,
    front,
    paid,
    registered,
)

Open = Callable[..., Rooms]
BOX, PILLS = code(AMOXICILLIN, 1), code(AMLODIPINE, 1)
CLAIMED = dataclasses.replace(RULES, standing=StandingRules(newborn_claims=True))


@pytest.fixture
def province_address(line: Between) -> str:
    return line.address


@pytest.fixture
def place(counter: Counter) -> FamilyPlace:
    return FamilyPlace(counter)


def agreed_offline(here: Rooms, visit_id: str) -> None:
    """The resident agrees to an estimate while the line is away."""
    here.counter.front, here.line_is_away = visit_id, True
    here.till.estimate(visit_id)
    own = Shares.from_fen(here.record(visit_id).estimate or {}).own
    here.till.agree_ceiling(visit_id, here.store.visits.visit(visit_id).revision, own)
    assert here.state(visit_id) is VisitState.WAITING


def stood_in(here: Rooms) -> list[str]:
    """The visits for which the ledger says that somebody stood in."""
    entries = [each.entry for each in here.store.ledger.entries()]
    return [json.loads(each.facts)["visit"] for each in entries if each.deed == Deed.STOOD_IN]


# --- errands, newborns and codes


def test_yesterdays_errand_put_right_today_is_not_todays(
    rooms: Open, line: Between, clock: Clock
) -> None:
    here = rooms()
    first = errand(here)
    here.reception.confirm_person(first)
    here.scanning.scanned(PILLS.encode())
    here.basket.set_diagnosis(first, "I10.x00")
    here.confirm(first)
    clock.now += timedelta(days=1)
    here.undoing.correct(first, "开错了")
    right = front(here)
    here.confirm(right)
    assert stood_in(here) == [first, right]
    here.reception.leave(right)
    today = errand(here)
    assert here.state(today) is VisitState.PRESENTED
    here.reception.confirm_person(today)
    here.reception.leave(today)


def test_a_newborns_box_is_sold_once_when_what_was_paid_is_claimed(
    rooms: Open, province: SandboxProvince
) -> None:
    here = rooms(rules=CLAIMED)
    visit_id = paid(here)
    here.reception.leave(visit_id)
    registered(here)
    here.undoing.correct(visit_id, "孩子已参保")
    here.confirm(front(here))
    sales = province.book()["sales"]
    assert isinstance(sales, list)
    standing = [row for row in sales if isinstance(row, dict) and not row["returned"]]
    assert [row["setl_id"] for row in standing] == [here.record(front(here)).setl_id]


def test_where_the_region_allows_none_a_newborns_sale_put_right_is_no_claim(
    rooms: Open, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = paid(here)
    here.reception.leave(visit_id)
    registered(here)
    here.reception.call_up(visit_id)
    here.undoing.correct(visit_id, "开错了")
    anew = front(here)
    assert here.state(anew) is VisitState.TRACED
    assert here.notice(anew) == "standing.newborn_claims_off"
    assert charges(province) == []


def test_a_code_that_was_shown_registers_no_later_visit_by_number(
    rooms: Open, line: Between
) -> None:
    here = rooms()
    here.companions.open_by_code(TOKEN, "", "")
    here.reception.refuse_person(front(here))
    shown: list[str] = []

    def hears(sent: Message) -> Message:
        if sent["infno"] == "2201":
            shown.append(sent["input"]["data"]["mdtrt_cert_type"])
        return sent

    line.request = hears
    here.priced(WANG, BOX)
    assert shown == ["02"]


# --- shifts, and who is at home


def test_whose_visit_is_put_right_while_they_are_at_home_is_not_here(
    place: FamilyPlace, province: SandboxProvince
) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    binding_id = bound(place.store, mother, child)
    visit = place.counter.confirm(place.priced_for(mother, child, BOX))
    place.desk.reception.leave(visit.visit_id)
    place.desk.reception.call_up(visit.visit_id)
    place.desk.undoing.correct(visit.visit_id, "开错了")
    anew = place.counter.rested().visit_id
    assert anew != visit.visit_id
    act = lambda: place.desk.families.unbind_here(anew, binding_id)  # noqa: E731
    assert code_of(act) == "family.not_certain"


def test_a_visit_put_right_is_claimed_by_whoever_treated(counter: Counter, clock: Clock) -> None:
    who = make_operators(counter.store, clock)
    counter.desk.duty.sign_in(who["lei"], PIN, Role.DOCTOR)
    visit = counter.settled(WANG, BOX)
    counter.desk.duty.sign_in(who["substitute"], PIN, Role.DOCTOR)
    counter.desk.undoing.correct(visit.visit_id, "开错了")
    anew = counter.rested().visit_id
    assert anew != visit.visit_id
    assert counter.store.visits.visit(anew).doctor_code == LEI


def test_what_waited_is_not_claimed_for_a_doctor_who_turns_out_not_to_be_registered(
    rooms: Open, province: SandboxProvince
) -> None:
    here = rooms(NOWHERE)
    who = make_operators(here.store, here.clock)
    here = rooms()
    visit_id = here.priced(LI, BOX)
    here = rooms(NOWHERE)
    here.counter.front = visit_id
    here.scanning.scanned(code(PARACETAMOL, 1).encode())
    agreed_offline(here, visit_id)
    here = rooms()
    here.store.operators.note_registered(who["lei"], Registered.NO, here.clock())
    here.till.ask_now()
    assert charges(province) == []
    assert here.notice(visit_id) == "doctor.not_registered"


# --- the disk


def test_a_ledger_that_finds_no_room_when_the_charge_is_answered_charges_once(
    rooms: Open, line: Between, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = here.priced(LI, BOX)
    filled = here

    def full(sent: Message, said: Any) -> Message:
        if sent["infno"] == "2207A":
            filled.store.ledger.add(Deed.VERIFIED, filled.clock(), {"pad": "x" * 3700})
            filled.store._database.leave_pages(0)  # noqa: SLF001
        return dict(said)

    line.answer = full
    here.confirm(visit_id)
    assert here.state(visit_id) is not VisitState.SETTLED
    line.answer = lambda _, said: said
    here = rooms()
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 1
    told = [
        json.loads(each.entry.facts)
        for each in here.store.ledger.entries()
        if each.entry.deed == Deed.SETTLED
    ]
    assert [each["visit"] for each in told] == [visit_id]
