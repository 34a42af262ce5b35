"""Whose money moves while people die and bindings end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.families import EndedBy
from terminal.core.settlement_evidence import Reader
from terminal.core.shares import Shares
from terminal.core.visit import VisitState
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CHILD,
    LI,
    WANG,
    charges,
    code,
)
from tests.counter import Counter
from tests.families import bound
from tests.rooms import Rooms
from tests.shell.between import Between, Message
from tests.shell.conftest import NOWHERE
from tests.shell.family_place import FamilyPlace
from tests.shell.test_companions import (
    FATHER,
    code_of,
    errand,
    opened,
)

Open = Callable[..., Rooms]
BOX, PILLS = code(AMOXICILLIN, 1), code(AMLODIPINE, 1)


@pytest.fixture
def province_address(line: Between) -> str:
    return line.address


@pytest.fixture
def place(counter: Counter) -> FamilyPlace:
    return FamilyPlace(counter)


def died(line: Between, id_number: str) -> None:
    """From now on 1101 says that they died three weeks ago."""

    def answer(sent: Message, said: Any) -> Message:
        if sent["infno"] == "1101" and said["output"]["baseinfo"]["certno"] == id_number:
            said["output"]["baseinfo"]["die_date"] = "2025-09-01"
        return dict(said)

    line.answer = answer


def ends(place: FamilyPlace, binding_id: str) -> None:
    """The member takes their leave back."""
    binding = place.store.families.binding(binding_id)
    assert binding is not None
    place.bindings.end(binding, EndedBy.MEMBER)


def agreed_offline(here: Rooms, visit_id: str) -> None:
    """The resident agrees to an estimate while the line is away."""
    here.counter.front, here.line_is_away = visit_id, True
    here.till.estimate(visit_id)
    own = Shares.from_fen(here.record(visit_id).estimate or {}).own
    here.till.agree_ceiling(visit_id, here.store.visits.visit(visit_id).revision, own)
    assert here.state(visit_id) is VisitState.WAITING


# --- the dead


def test_an_errand_while_the_line_is_away_brings_nobody_back_to_life(
    rooms: Open, line: Between
) -> None:
    here = rooms()
    here.reception.refuse_person(errand(here))
    died(line, FATHER)
    here.reception.refuse_person(opened(here, FATHER))
    here = rooms(NOWHERE)
    visit_id = errand(here)
    assert code_of(lambda: here.reception.confirm_person(visit_id)) == "person.died"


def test_an_errand_that_the_province_says_no_to_does_not_rest_on_what_it_said_before(
    rooms: Open, province: SandboxProvince
) -> None:
    here = rooms()
    here.reception.refuse_person(errand(here))
    province.faults.plant("refused", "1101")
    visit_id = errand(here)
    assert (here.state(visit_id), here.notice(visit_id)) == (VisitState.OPEN, "province.refused")


def test_nobody_dead_is_said_to_stand_here_in_their_relatives_place(
    place: FamilyPlace, line: Between, province: SandboxProvince
) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    bound(place.store, mother, child)
    visit = place.priced_for(mother, child, BOX)
    died(line, CHILD)
    place.desk.reception.learn(visit.visit_id, CHILD)
    assert code_of(lambda: place.desk.reception.stands_here(visit.visit_id)) == "person.died"
    assert charges(province) == []


def test_nothing_is_agreed_to_for_whom_a_late_answer_calls_dead(
    rooms: Open, line: Between, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = here.priced(LI, BOX)
    died(line, LI)
    here.reception.learn(visit_id, LI)
    assert code_of(lambda: here.confirm(visit_id)) == "person.died"
    assert charges(province) == []


def test_what_waited_for_the_line_is_not_claimed_for_somebody_who_was_dead_before(
    rooms: Open, line: Between, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = here.traced(LI, BOX)
    here.store.visits.change_diagnosis(visit_id, "J06.900", here.clock())
    here.till.price(visit_id)  # Registered (2201) while nobody knew.
    here.basket.remove_line(visit_id, 1)
    here = rooms(NOWHERE)
    here.counter.front = visit_id
    here.scanning.scanned(BOX.encode())
    agreed_offline(here, visit_id)
    died(line, LI)
    here = rooms()
    here.till.ask_now()
    assert charges(province) == []
    assert (here.state(visit_id), here.notice(visit_id)) == (VisitState.TRACED, "person.died")


# --- bindings, at every moment


@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "refused"])
def test_a_binding_that_ends_while_the_charge_is_on_its_way_changes_nothing_of_it(
    place: FamilyPlace, line: Between, province: SandboxProvince, fault: str
) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    binding_id = bound(place.store, mother, child)
    visit = place.priced_for(mother, child, BOX)

    def on_its_way(sent: Message) -> Message:
        if sent["infno"] == "2207A":
            ends(place, binding_id)
        return sent

    line.request = on_its_way
    province.faults.plant(fault, "2207A")
    place.counter.confirm(visit)
    line.request = dict
    place.counter.a_round()
    kept = place.store.visits.visit(visit.visit_id)
    assert (kept.holder_id, kept.binding_id) == (mother, binding_id)
    assert len(charges(province)) == (fault == "lost_after_commit")
    if fault == "refused":
        place.desk.till.price(visit.visit_id)
        again = place.counter.rested()
        assert code_of(lambda: place.counter.confirm(again)) == "family.binding_ended"


def test_what_a_holder_agreed_to_names_them_though_the_rest_was_agreed_to_in_person(
    place: FamilyPlace, line: Between, province: SandboxProvince
) -> None:
    mother, wang = place.counter.knows(LI), place.counter.knows(WANG)
    binding_id = bound(place.store, mother, wang)
    visit = place.priced_for(mother, wang, BOX, PILLS)

    def second(sent: Message) -> Message:
        if sent["infno"] == "2207A" and line.asked.count("2207A") == 2:
            province.faults.plant("refused", "2207A")
        return sent

    line.request = second
    assert place.counter.confirm(visit).state is VisitState.PARTLY_SETTLED
    ends(place, binding_id)
    place.desk.till.price(visit.visit_id)
    rest = place.counter.rested()
    assert code_of(lambda: place.counter.confirm(rest)) == "family.binding_ended"
    place.desk.reception.stands_here(visit.visit_id)
    assert place.counter.confirm(place.counter.rested()).state is VisitState.SETTLED
    assert len(charges(province)) == 2
    first, other = place.store.settlements.of_visit(visit.visit_id)
    by_number = place.desk.inspection.evidence
    told = by_number(first.setl_id or "", Reader.BUREAU).standing
    assert told.holder is not None
    assert told.binding is not None
    assert (told.holder.certno, told.binding.binding_id) == (LI, binding_id)
    assert by_number(other.setl_id or "", Reader.BUREAU).standing.holder is None
