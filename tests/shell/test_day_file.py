"""A charge nobody heard of, decided by the day's file (3202) and by nothing less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from drivers.simulated.province.server import SandboxProvince
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, LI, PARACETAMOL, WANG, Clock, charges, code, settling
from tests.rooms import Rooms
from tests.shell.between import Between, Message

Open = Callable[..., Rooms]
BOX = code(AMOXICILLIN, 1)
OTHER = code(PARACETAMOL, 1)
FINAL = timedelta(hours=12)
CANNOT_FIND = settling(find_by_visit=False)


def told(here: Rooms, visit_id: str) -> list[str]:
    """Every code of the story that the doctor's page tells."""
    visit = here.store.visits.visit(visit_id)
    settlements = here.store.settlements.of_visit(visit_id)
    return [each.code for each in here.beside.of(visit, settlements)["told"]]


def without_row(zipped: bytes, setl_id: str) -> bytes:
    """The file as it came, but for one settlement."""
    with ZipFile(BytesIO(zipped)) as file:
        (name,) = file.namelist()
        rows = file.read(name).decode("utf-8").splitlines(keepends=True)
    packed = BytesIO()
    with ZipFile(packed, "w") as file:
        file.writestr(name, "".join(row for row in rows if setl_id not in row))
    return packed.getvalue()


def lost(province: SandboxProvince, here: Rooms, fault: str) -> str:
    """A visit whose 2207 met this fault."""
    visit_id = here.priced(WANG, BOX)
    province.faults.plant(fault, "2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    return visit_id


def test_a_charge_that_never_arrived_is_let_go_when_the_file_says_so(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    visit_id = lost(province, here, "lost_before")
    here.till.ask_now()
    clock.now += FINAL - timedelta(minutes=1)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    assert "3202" not in line.asked, "too early for the file to decide"
    clock.now += timedelta(minutes=2)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert charges(province) == []
    assert line.asked.count("2207A") == 1
    assert {"told.silent", "told.reversal_sent", "told.file_absent"} <= set(told(here, visit_id))
    here.till.price(visit_id)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_the_screen_says_until_when_it_is_decided(
    province: SandboxProvince, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    sent_at = clock.now
    visit_id = lost(province, here, "lost_before")
    shown = here.beside.of(
        here.store.visits.visit(visit_id), here.store.settlements.of_visit(visit_id)
    )
    assert shown["decided_by"] == sent_at + FINAL
    assert shown["slip"][2] == "凭条号 0920-001"
    amounts = [line for line in shown["slip"] if "26.34" in line or "7.90" in line]
    assert amounts == [], "no amount is promised"


def test_a_charge_that_nobody_may_find_is_undone_and_the_file_agrees(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms(rules=CANNOT_FIND)
    visit_id = lost(province, here, "lost_after_commit")
    here.till.ask_now()
    assert [len(charges(province, state)) for state in ("settled", "reversed")] == [0, 1]
    assert here.state(visit_id) is VisitState.UNCERTAIN
    clock.now += FINAL
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert "told.file_absent" in told(here, visit_id)


def test_a_file_that_lacks_what_certainly_stands_proves_nothing(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """Half a file must not let a charge be made twice."""
    here = rooms()
    other = here.priced(LI, OTHER)
    here.confirm(other)
    assert here.state(other) is VisitState.SETTLED
    here.counter.clear()
    visit_id = lost(province, here, "lost_before")
    here.till.ask_now()
    clock.now += FINAL
    kept = here.store.settlements.of_visit(other)[0].setl_id or ""

    def without(sent: Message, said: Any) -> Message | bytes:
        return without_row(said, kept) if sent["infno"] == "9102" else said

    line.answer = without
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    assert "told.file_not_trusted" in told(here, visit_id)
    asked = line.asked.count("3202")
    here.till.ask_now()
    assert line.asked.count("3202") == asked, "not asked for every half minute"
    line.answer = lambda _, said: said
    clock.now += timedelta(minutes=11)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED


def test_a_charge_that_the_file_shows_standing_is_undone_again_and_never_made_twice(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """The reversal was answered, and the charge stands all the same: it overtook."""
    here = rooms(rules=CANNOT_FIND)
    visit_id = lost(province, here, "lost_after_commit")

    def only_said(sent: Message) -> Message:
        return {**sent, "infno": "1101", "input": {}} if sent["infno"] == "2601" else sent

    def answered(sent: Message, said: Any) -> Message | bytes:
        good = {"infcode": 0, "err_msg": None, "output": {}}
        return good if sent["infno"] == "2601" else said

    line.request, line.answer = only_said, answered
    here.till.ask_now()
    line.request, line.answer = (lambda sent: sent), (lambda _, said: said)
    assert len(charges(province)) == 1
    clock.now += FINAL
    here.till.ask_now()
    assert charges(province) == []
    assert here.state(visit_id) is VisitState.UNCERTAIN
    clock.now += timedelta(minutes=11)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert line.asked.count("2207A") == 1


def test_until_the_file_is_there_nothing_is_decided(
    province: SandboxProvince, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    visit_id = lost(province, here, "lost_before")
    here.till.ask_now()
    clock.now += FINAL
    province.faults.plant("nonsense", "3202")
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    province.faults.plant("half_answer", "9102")
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
