"""What a successor never charges or tells twice; a visit half charged and a face in view when
the county takes a device or a consent back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.bindings import Bindings
from terminal.core.charge import SettlementState
from terminal.core.consent import Consent
from terminal.core.families import EndedBy
from terminal.core.faults import Fault, Refused
from terminal.core.money import total
from terminal.core.recognition import Known
from terminal.core.record_views import RxState
from terminal.core.revocations import Revocations, RevokedConsent, person_name
from terminal.core.visit import VisitState
from terminal.greeting import Greeting
from terminal.lockout import Lockout, LockoutRule
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CHILD,
    COLD,
    LI,
    PARACETAMOL,
    WANG,
    Clock,
    charges,
    code,
    settling,
)
from tests.families import bound
from tests.pushing import CLIENT, bill, pushing
from tests.rooms import Rooms
from tests.shell.faces_in import DOCTOR, template
from tests.shell.handed import HandedRooms, record_system
from tests.shell.sights import Eyes, Frame, alive, gaze
from tests.shell.test_from_county import PEOPLE_KEY, revoking
from tests.shell.test_hostile_field import taken_over
from tests.shell.test_prescribed import WANG_NO, AtTheCounter
from tests.shell.test_restoring import Clinic, waiting

BOX, PILLS = code(PARACETAMOL, 1), code(AMLODIPINE, 2)


@pytest.fixture
def clinic(tmp_path: Path, clock: Clock) -> Clinic:
    return Clinic(tmp_path, clock)


@pytest.fixture
def successor(clinic: Clinic, province: SandboxProvince) -> Iterator[Callable[..., Rooms]]:
    opened: list[Rooms] = []

    def begin(rooms: type[Rooms] = Rooms, **more: object) -> Rooms:
        opened.append(rooms(clinic.new, province.address, clinic.clock, **more))
        return opened[-1]

    yield begin
    for each in opened:
        each.close()


def asked_to_charge(here: Rooms, visit_id: str) -> None:
    """All that a doctor may do to have it charged, short of judging another charge."""
    here.counter.front = visit_id
    for step in (here.till.price, here.confirm):
        with suppress(Fault):
            step(visit_id)


# --- a visit that the record system settles


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("handed", ["before", "after"])
def test_a_visit_that_the_record_system_settled_is_not_charged_by_a_successor_that_settles(
    clinic, province, successor, handed, days
):
    old = HandedRooms(clinic.old, province.address, clinic.clock)
    visit_id = old.priced(WANG, BOX)
    if handed == "before":
        old.handing_over.hand_over(visit_id)
    backup = clinic.back_up()
    if handed == "after":
        old.handing_over.hand_over(visit_id)
    clinic.clock.now += timedelta(minutes=4)
    record_system(province, old, WANG, amount="4.00")
    clinic.clock.now += timedelta(days=days)
    new = taken_over(clinic, old, backup, successor)
    asked_to_charge(new, visit_id)
    assert len(charges(province)) == 1
    if handed == "after":
        assert new.notice(visit_id) == "settlement.settled_elsewhere"
    else:
        assert new.state(visit_id) is VisitState.HANDED_OVER


def test_what_was_settled_there_shows_at_a_successor_whose_region_does_not_look_at_the_day(
    clinic, province, successor
):
    old = HandedRooms(clinic.old, province.address, clinic.clock)
    visit_id = old.priced(WANG, BOX)
    backup = clinic.back_up()
    old.handing_over.hand_over(visit_id)
    clinic.clock.now += timedelta(minutes=4)
    record_system(province, old, WANG, amount="4.00")
    rules = settling(look_at_the_day=False)
    new = taken_over(clinic, old, backup, lambda: successor(rules=rules))
    asked_to_charge(new, visit_id)
    assert len(charges(province)) == 1
    assert new.notice(visit_id) == "settlement.settled_elsewhere"


def test_what_waited_and_was_handed_over_since_is_not_charged_by_the_successor(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    old.close()
    there = HandedRooms(clinic.old, province.address, clinic.clock)
    there.counter.front = visits[0]
    there.undoing.take_back(visits[0], "改由基卫系统结算")
    there.handing_over.hand_over(visits[0])
    clinic.clock.now += timedelta(minutes=4)
    record_system(province, there, WANG, amount="4.00")
    made = len(charges(province))
    new = taken_over(clinic, there, backup, successor)
    asked_to_charge(new, visits[0])
    assert len(charges(province)) == made + len(visits) - 1
    assert new.state(visits[0]) is not VisitState.SETTLED


def test_a_successor_of_a_terminal_that_handed_over_finds_what_was_settled(
    clinic, province, successor
):
    old = HandedRooms(clinic.old, province.address, clinic.clock)
    visit_id = old.handed(WANG, BOX)
    backup = clinic.back_up()
    clinic.clock.now += timedelta(minutes=4)
    done = record_system(province, old, WANG, amount="4.00")
    new = taken_over(clinic, old, backup, lambda: successor(HandedRooms))
    new.ask()
    assert new.state(visit_id) is VisitState.SETTLED_THERE
    assert new.claimed(visit_id) == [done["setl_id"]]
    assert len(charges(province)) == 1


# --- a pushed bill


@pytest.mark.parametrize("again", ["in the queue", "pushed again"])
def test_a_pushed_bill_that_the_old_terminal_charged_is_not_charged_again(
    clinic, rooms, province, successor, again
):
    old = rooms()
    told = bill()
    if again == "pushed again":
        backup = clinic.back_up()
    pushing(old).door.push(CLIENT, told)
    if again == "in the queue":
        backup = clinic.back_up()
    take(old, told.number)
    assert len(charges(province)) == 1
    new = taken_over(clinic, old, backup, successor)
    if again == "pushed again":
        pushing(new).door.push(CLIENT, told)
    visit_id = take(new, told.number)
    assert len(charges(province)) == 1
    assert new.notice(visit_id) == "settlement.settled_elsewhere"


def take(here, number):
    visit_id = here.traced(WANG)
    pushing(here).take(visit_id, CLIENT, number)
    with suppress(Fault):
        here.confirm(visit_id)
    return visit_id


# --- a prescription


@pytest.mark.parametrize("found", ["the same visit", "another visit"])
def test_a_prescription_that_the_old_terminal_dispensed_is_not_dispensed_again(
    clinic, rooms, province, successor, found
):
    rx = province.prescribe(psn_no=WANG_NO)
    old = rooms()
    with closing(At(old, province)) as at:
        if found == "another visit":
            backup = clinic.back_up()
        visit_id = old.traced(WANG, *(code(AMOXICILLIN, n) for n in (1, 2)))
        at.at.scan(rx["rxTraceCode"], code(PARACETAMOL, 4))
        if found == "the same visit":
            backup = clinic.back_up()
        old.confirm(visit_id)
        assert old.state(visit_id) is VisitState.SETTLED
    new = taken_over(clinic, old, backup, successor)
    with closing(At(new, province)) as at:
        if found == "another visit":
            visit_id = new.traced(WANG, *(code(AMOXICILLIN, n) for n in (7, 8)))
        else:
            new.counter.front = visit_id
        said = at.at.scan(rx["rxTraceCode"])
        if found == "another visit":
            assert said == "prescription.dispensed"
            assert at.at.rxnos(visit_id) == [None, None]
        else:
            new.confirm(visit_id)
            assert new.state(visit_id) is VisitState.SETTLED
        assert at.at.platform.look(rx["rxTraceCode"]).state is RxState.DISPENSED
    assert len(charges(province)) == 1


class At:
    def __init__(self, here, province):
        self.at = AtTheCounter(here, province.address, here.clock)

    def close(self):
        self.at.platform.close()


# --- sold without insurance


@pytest.mark.parametrize("sold", ["before", "after"])
def test_a_box_sold_without_insurance_is_told_once(clinic, rooms, province, successor, sold):
    old = rooms()
    visit_id = old.priced(WANG, BOX)
    if sold == "after":
        backup = clinic.back_up()
    if sold == "before":
        province.faults.plant("lost_before", "3505A", count=9)
        sell(old, visit_id)
        province.faults.clear()
        backup = clinic.back_up()
        old.sales.tell()
    else:
        sell(old, visit_id)
    assert len(province.book()["sales"]) == 1
    new = taken_over(clinic, old, backup, successor)
    if sold == "after":
        new.counter.front = visit_id
        sell(new, visit_id)
    new.till.ask_now()
    assert len(province.book()["sales"]) == 1
    assert new.store.sales.refused(clinic.clock() - timedelta(days=9), 9) == []
    assert not new.sales.any_waiting()
    assert charges(province) == []


def sell(here, visit_id):
    whole = total(line.total for line in here.store.lines.of(visit_id))
    here.till.sell_self_paid(visit_id, here.store.visits.visit(visit_id).revision, whole)
    assert here.state(visit_id) is VisitState.SETTLED


# --- a family


@pytest.mark.parametrize("unbound", [False, True])
def test_a_visit_of_a_child_that_the_old_terminal_charged_is_found(
    clinic, rooms, province, successor, unbound
):
    """Also where the binding ended at the old terminal after the backup, or at the successor."""
    old = rooms()
    ids = []
    for person in (LI, CHILD):
        ids.append(old.store.visits.visit(old.traced(person)).person_id)
        old.reception.leave(old.counter.front)
    binding = bound(old.store, *ids, made_at=clinic.clock())
    visit_id = old.traced(CHILD, BOX)
    old.store.visits.note(visit_id, {"holder_id": ids[0], "binding_id": binding})
    old.basket.set_diagnosis(visit_id, COLD)
    backup = clinic.back_up()
    old.confirm(visit_id)
    assert old.state(visit_id) is VisitState.SETTLED
    new = taken_over(clinic, old, backup, successor)
    if unbound:
        held = new.store.families.binding(binding)
        Bindings(new.place).end(held, EndedBy.COUNTY, "county")
    asked_to_charge(new, visit_id)
    assert len(charges(province)) == 1
    assert (new.state(visit_id) is VisitState.SETTLED) is not unbound


# --- half charged


def half_charged(here, line, away):
    """The first of two is charged, and before the second `away` happens."""
    visit_id = here.priced(WANG, BOX, PILLS)

    def cut(sent):
        if sent["infno"] == "2207A" and line.asked.count("2207A") == 2:
            away()
        return sent

    line.request = cut
    here.confirm(visit_id)
    line.request = lambda sent: sent
    assert here.state(visit_id) is VisitState.PARTLY_SETTLED
    return visit_id


def test_the_rest_of_a_half_charged_visit_is_not_agreed_to_at_a_revoked_device(
    rooms, line, province
):
    """Agreed to and then not charged: the resident would have said yes to nothing."""
    here = rooms()
    visit_id = half_charged(here, line, lambda: province.faults.plant("refused", "2207A"))
    here.counter.revoked.note(True)
    here.till.price(visit_id)
    with pytest.raises(Refused, match=r"device\.revoked"):
        here.confirm(visit_id)
    assert len(charges(province)) == 1
    assert here.record(visit_id, 1).state is SettlementState.PRICED
    here.basket.remove_line(visit_id, 2)
    assert here.state(visit_id) is VisitState.SETTLED
    here.undoing.cancel(visit_id, "改日再开")
    assert charges(province) == []


@pytest.mark.parametrize("when", ["between", "line away"])
def test_the_rest_that_was_agreed_to_comes_back_to_the_doctor_and_may_be_taken_off(
    rooms, line, province, when
):
    """Nothing can be taken off what is agreed to, and nothing half charged be cancelled: it
    would hang for as long as the device is out of use."""
    here = rooms()
    visit_id = agreed_and_half_charged(here, line, province, when)
    here.counter.revoked.note(True)
    here.till.ask_now()
    assert len(charges(province)) == 1
    assert here.notice(visit_id) == "device.revoked"
    here.counter.front = visit_id
    here.basket.remove_line(visit_id, 2)
    assert here.state(visit_id) is VisitState.SETTLED
    here.till.ask_now()
    assert len(charges(province)) == 1


def test_the_rest_is_charged_when_the_device_is_let_in_again_and_it_is_agreed_to(
    rooms, line, province
):
    here = rooms()
    visit_id = agreed_and_half_charged(here, line, province, "line away")
    here.counter.revoked.note(True)
    here.till.ask_now()
    here.counter.revoked.note(False)
    here.till.ask_now()
    assert len(charges(province)) == 1, "it is asked about first"
    here.counter.front = visit_id
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 2


def agreed_and_half_charged(here, line, province, when):
    """The first is charged; the second was agreed to and not sent: the county took the device
    out of use between them, or the line went."""
    visit_id = here.priced(WANG, BOX, PILLS)

    def after_the_first(sent):
        if sent["infno"] == "2207A" and when == "between":
            here.counter.revoked.note(True)
        elif sent["infno"] == "2207A":
            province.faults.plant("lost_before", "5201", count=9)
        return sent

    line.request = after_the_first
    here.confirm(visit_id)
    line.request = lambda sent: sent
    province.faults.clear()
    assert here.state(visit_id) is VisitState.PARTLY_SETTLED
    return visit_id


# --- a face in view


class Interrupted(Eyes):
    """While a picture is judged something else happens."""

    def __init__(self, meanwhile):
        super().__init__(seen=[alive()])
        self.meanwhile = meanwhile

    def look(self, *given, **named):
        seen = super().look(*given, **named)
        self.meanwhile()
        return seen


def enrolled(counter):
    person_id = counter.knows(WANG)
    keyed = {f"key-{counter.clock().timestamp()}": template(0.0)}
    counter.store.people.enrol(person_id, Consent("1", DOCTOR), keyed, counter.clock())
    return person_id


def ends_it(counter):
    """The county's list that ends it, of this moment."""
    until = counter.clock() + timedelta(minutes=1)
    told = Revocations(consents=(RevokedConsent(person_name(WANG, PEOPLE_KEY), until),))
    return lambda: revoking(counter).apply(told)


@pytest.mark.parametrize("look_alike", [False, True])
def test_a_consent_that_ends_while_its_face_is_looked_at_opens_no_visit(counter, look_alike):
    person_id = enrolled(counter)
    eyes = Interrupted(ends_it(counter))
    eyes.seen = [alive((person_id, 0.9))]
    rule = LockoutRule(3, timedelta(minutes=5), timedelta(minutes=5))
    desk = counter.desk
    greeting = Greeting(
        gaze(counter.store, counter.clock, eyes),
        Lockout(counter.store.face_record, rule, counter.clock),
        desk.reception,
        lambda: {person_id: frozenset({"another"})} if look_alike else {},
        lambda _: False,
        desk.counter,
        desk.board,
    )
    for turn in range(9):
        greeting.see(Frame(turn, 100.0 + turn * 0.3))
    assert desk.counter.front is None
    assert desk.counter.face is None
    assert counter.store.visits.unfinished() == []


def test_a_face_that_is_enrolled_again_afterwards_opens_a_visit(counter):
    person_id = enrolled(counter)
    ends_it(counter)()
    assert counter.desk.reception.recognised(Known(person_id, 0.9), alive()) is None
    counter.clock.now += timedelta(hours=1)
    enrolled(counter)
    assert counter.desk.reception.recognised(Known(person_id, 0.9), alive()) is not None
