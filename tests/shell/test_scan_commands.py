"""A doctor who works by the scanner alone: a real desk, the sandbox province."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from drivers.simulated.province.server import SandboxProvince
from terminal.board import Comparison
from terminal.core.counter import VisitView
from terminal.core.money import Money
from terminal.core.operators import Role
from terminal.core.scan_commands import amount_code
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, COLD, LI, PARACETAMOL, WAIT_S, WANG, charges, code
from tests.counter import Counter
from tests.operators import PIN, make_operators

BOX, OTHER_BOX = code(AMOXICILLIN, 1), code(PARACETAMOL, 2)


def told(counter: Counter) -> str:
    scan = counter.desk.view().scan
    return scan.code if scan is not None else ""


def command(counter: Counter, text: str) -> str:
    """Scan it; the code of what became of it."""
    counter.scan(text)
    return told(counter)


def of_amount(visit: VisitView) -> str:
    assert visit.bill is not None
    return f"CT-SUM-{amount_code(visit.visit_id, visit.step, visit.revision, visit.bill.own)}"


def presented(counter: Counter, id_number: str) -> None:
    counter.desk.reception.open_by_id_number(id_number)
    counter.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)


def test_a_whole_visit_is_done_without_touching_anything(
    counter: Counter, province: SandboxProvince
) -> None:
    presented(counter, WANG)
    assert command(counter, "CT-PERSON") == "command.person"
    assert command(counter, f"CT-DIAG-{COLD}") == "command.diagnosis"
    counter.scan(BOX)
    visit = counter.rested()
    assert command(counter, of_amount(visit)) == "command.amount"
    assert counter.rested().state is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_a_code_of_another_amount_or_visit_charges_nothing(
    counter: Counter, province: SandboxProvince
) -> None:
    first = counter.priced(WANG, BOX)
    for wrong in (
        replace(first, revision=first.revision + 1),
        replace(first, visit_id="another"),
    ):
        assert command(counter, of_amount(wrong)) == "command.other_amount"
    old = of_amount(first)
    counter.scan(OTHER_BOX)
    counter.rested()
    assert command(counter, old) == "command.other_amount"
    assert command(counter, f"CT-SUM-{amount_code(first.visit_id, first.step, 1, Money(0))}") != (
        "command.amount"
    )
    assert charges(province) == []


def test_a_code_of_an_amount_scanned_twice_charges_once(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.priced(WANG, BOX)
    counter.scan(of_amount(visit), of_amount(visit))
    assert counter.rested().state is VisitState.SETTLED
    assert command(counter, of_amount(visit)) == "command.other_amount"
    assert len(charges(province)) == 1


def test_a_photographed_code_is_worth_nothing_once_its_amount_was_confirmed(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.priced(WANG, BOX)
    photographed = of_amount(visit)
    province.faults.plant("refused", "2207A")
    counter.confirm(visit)
    counter.desk.till.price(visit.visit_id)
    again = counter.rested()
    assert again.bill is not None
    assert visit.bill is not None
    assert (again.visit_id, again.revision) == (visit.visit_id, visit.revision)
    assert again.bill.own == visit.bill.own
    assert command(counter, photographed) == "command.other_amount"
    assert charges(province) == []
    assert command(counter, of_amount(again)) == "command.amount"


def test_a_sheet_confirms_nobody_while_their_face_is_still_looked_for(counter: Counter) -> None:
    presented(counter, WANG)
    visit = counter.rested()
    assert visit.person is not None
    looked_for = Comparison.of_claimed(visit.visit_id, visit.person.person_id)
    counter.desk.counter.comparison = looked_for
    assert command(counter, "CT-PERSON") == "command.still_looking"
    assert counter.rested().state is VisitState.PRESENTED
    counter.desk.counter.comparison = replace(looked_for, until_s=time.monotonic() - 1)
    assert command(counter, "CT-PERSON") == "command.person"


def test_a_sheet_on_the_counter_does_nothing_while_the_screen_is_locked(
    counter: Counter,
) -> None:
    lei = make_operators(counter.store, counter.clock)["lei"]
    presented(counter, WANG)
    assert command(counter, "CT-PERSON") == "command.locked"
    token = counter.desk.duty.sign_in(lei, PIN, Role.DOCTOR)
    counter.desk.duty.sign_out(token)
    assert command(counter, "CT-PERSON") == "command.locked"
    assert counter.rested().state is VisitState.PRESENTED


def test_a_face_that_disagrees_is_not_confirmed_by_a_sheet(counter: Counter) -> None:
    presented(counter, WANG)
    visit = counter.rested()
    counter.store.visits.note(visit.visit_id, {"face_agrees": 0})
    assert command(counter, "CT-PERSON") == "command.look_first"
    assert counter.rested().state is VisitState.PRESENTED


def test_aside_and_next_go_through_those_who_wait(counter: Counter) -> None:
    assert command(counter, "CT-ASIDE") == "command.nobody_here"
    assert command(counter, "CT-NEXT") == "command.nobody_waits"
    first = counter.receive(WANG)
    assert command(counter, "CT-ASIDE") == "command.aside"
    second = counter.receive(LI)
    assert command(counter, "CT-NEXT") == "command.next"
    assert counter.desk.counter.front == first
    assert command(counter, "CT-NEXT") == "command.next"
    assert counter.desk.counter.front == second
    assert command(counter, "CT-OPEN") == "command.unknown"
    assert command(counter, "CT-DIAG-nothing") == "diagnosis.unknown"


def test_a_sheet_hands_nothing_over_where_the_terminal_settles(counter: Counter) -> None:
    assert command(counter, "CT-GIVE") == "command.nobody_here"
    counter.priced(WANG, BOX)
    assert command(counter, "CT-GIVE") == "handed.terminal_settles"
    assert counter.rested().state is VisitState.PRICED


def test_a_scan_in_flight_goes_to_whoever_was_in_front_when_it_was_scanned(
    counter: Counter,
) -> None:
    li = counter.receive(LI)
    counter.desk.reception.set_aside(li)
    wang = counter.receive(WANG)
    began = threading.Event()
    command_heard = counter.desk.scanning.command_heard
    assert command_heard is not None

    def heard(raw: bytes) -> bool:  # The scan has begun; the counter is held by a tap.
        began.set()
        return command_heard(raw)

    counter.desk.scanning.command_heard = heard
    with counter.desk.counter.lock:
        scanning = threading.Thread(target=counter.scan, args=(BOX,))
        scanning.start()
        assert began.wait(WAIT_S)
        counter.desk.counter.front = li  # As a tap does, but for the drawing.
    scanning.join(WAIT_S)
    assert len(counter.store.lines.of(wang)) == 1
    assert counter.store.lines.of(li) == []
    assert told(counter) == "scan.went_before"
