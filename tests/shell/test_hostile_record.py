"""Beside the record system: money that could move twice, and what a stranger could steer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from kiosk_ui.record_api import REQUEST_BYTES_MAX, create_api
from terminal.assembly.api_server import ApiServer
from terminal.billing import Billing
from terminal.core.diagnoses import Diagnosis
from terminal.core.faults import Fault, Refused
from terminal.core.ledger import Deed
from terminal.core.money import Money
from terminal.core.record_system import SETTLING
from terminal.core.record_views import PushedState
from terminal.core.visit import VisitState
from terminal.pushed import Pushed
from terminal.pushed_door import PushedRules
from terminal.retention import Retention
from tests.clinic import (
    AMOXICILLIN,
    CEFIXIME,
    CLINIC,
    COLD,
    LI,
    RULES,
    WAIT_S,
    WANG,
    Clock,
    charges,
    code,
)
from tests.pushing import CLIENT, bill, box, pushing, registered, service
from tests.rooms import Rooms
from tests.shell.between import Between, Dropped
from tests.shell.faces_in import Place
from tests.shell.handed import HandedRooms, handed_rooms, record_system
from tests.shell.test_hostile_province import DELIVERED_TWICE, NOT_FOUND
from tests.shell.test_prescribed import WANG_NO, AtTheCounter
from tests.shell.test_record_api import HEAD, Nobody

Open = Callable[..., HandedRooms]
processes = get_context("forkserver")
processes.set_forkserver_preload(["tests.crash.visitor"])
BOX, OTHER_BOX = code(AMOXICILLIN, 1), code(CEFIXIME, 2)
PRICE = "26.34"


@pytest.fixture
def there(tmp_path: Path, line: Between, clock: Clock) -> Iterator[Open]:
    with handed_rooms(tmp_path / "terminal", line.address, clock) as open_rooms:
        yield open_rooms


def believed_refused(here: HandedRooms, line: Between) -> str:
    """A visit that is charged, though a no was heard and nothing was found."""
    visit_id = here.priced(WANG, BOX)
    line.tell({"2207A": DELIVERED_TWICE, "5203": NOT_FOUND})
    here.confirm(visit_id)
    line.tell({})
    assert here.state(visit_id) is VisitState.TRACED
    return visit_id


# --- what was charged here before the setting changed


def test_a_charge_that_was_believed_refused_is_looked_for_before_handing_over(
    province: SandboxProvince, there: Open, line: Between
) -> None:
    visit_id = believed_refused(there(settles_here=True), line)
    assert len(charges(province)) == 1
    here = there()
    here.reception.call_up(visit_id)
    here.handing_over.hand_over(visit_id)
    assert here.state(visit_id) is VisitState.TRACED, "it would be paid twice"
    assert here.notice(visit_id) == "handed.charged_here"
    province.faults.plant("lost_before", "5203")
    here.handing_over.hand_over(visit_id)
    assert here.state(visit_id) is VisitState.TRACED, "nobody knows"


def test_a_charge_that_was_refused_and_does_not_stand_lets_the_visit_go(
    province: SandboxProvince, there: Open
) -> None:
    here = there(settles_here=True)
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("refused", "2207A")
    here.confirm(visit_id)
    here = there()
    here.reception.call_up(visit_id)
    here.handing_over.hand_over(visit_id)
    assert here.state(visit_id) is VisitState.HANDED_OVER
    assert charges(province) == []


def test_leaving_the_visit_and_beginning_anew_does_not_hide_a_charge_of_ours(
    province: SandboxProvince, there: Open, line: Between
) -> None:
    first = believed_refused(there(settles_here=True), line)
    here = there()
    here.reception.call_up(first)
    here.reception.leave(first)
    assert here.state(first) is VisitState.ABANDONED
    second = here.traced(WANG, BOX)
    here.handing_over.hand_over(second)
    assert here.state(second) is VisitState.TRACED
    assert here.notice(second) == "settlement.settled_elsewhere"
    here.judge_all(second)
    here.handing_over.hand_over(second)
    assert here.state(second) is VisitState.HANDED_OVER, "the doctor has said: another matter"


@pytest.mark.parametrize("fault", ["lost_after_commit", "lost_before"])
def test_while_a_charge_of_ours_is_unknown_the_same_person_is_handed_over_only_by_a_word(
    province: SandboxProvince, there: Open, fault: str
) -> None:
    here = there(settles_here=True)
    first = here.priced(WANG, BOX)
    province.faults.plant(fault, "2207A" if fault == "lost_after_commit" else "5201", count=9)
    here.confirm(first)
    province.faults.clear()
    here = there()
    here.clock.now += timedelta(minutes=1)
    second = here.traced(WANG, OTHER_BOX)
    with pytest.raises(Refused, match=r"settlement\.settled_elsewhere"):
        here.handing_over.hand_over(second)
    assert here.state(second) is VisitState.TRACED
    here.judge_all(second)
    here.handing_over.hand_over(second)
    assert here.state(second) is VisitState.HANDED_OVER
    here.reception.leave(second)
    third = here.handed(LI, code(AMOXICILLIN, 7))
    assert here.state(third) is VisitState.HANDED_OVER, "nobody else is held up"


def asking_beside(folder: Path, address: str) -> None:
    """A terminal beside the record system, in a process of its own."""
    HandedRooms(folder, address, Clock()).till.ask_now()


@pytest.mark.parametrize("fault", ["lost_after_commit", "lost_before"])
def test_a_terminal_killed_while_it_asks_about_an_old_charge_neither_repeats_nor_forgets_it(
    province: SandboxProvince, there: Open, line: Between, tmp_path: Path, fault: str
) -> None:
    here = there(settles_here=True)
    visit_id = here.priced(WANG, BOX)
    province.faults.plant(fault, "2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.close()
    asked, killed = threading.Event(), threading.Event()

    def held(*_: Any) -> bytes:
        asked.set()
        assert killed.wait(WAIT_S)
        raise Dropped

    line.tell({"5203": held})
    before = len(line.asked)
    child = processes.Process(target=asking_beside, args=(tmp_path / "terminal", line.address))
    child.start()
    assert asked.wait(WAIT_S)
    child.kill()
    child.join(WAIT_S)
    killed.set()
    assert line.idle(WAIT_S)
    line.tell({})
    here = there()
    here.till.ask_now()
    assert not SETTLING & set(line.asked[before:])
    stands = fault == "lost_after_commit"
    assert here.state(visit_id) is (VisitState.SETTLED if stands else VisitState.UNCERTAIN)
    assert len(charges(province)) == stands
    with pytest.raises(Refused):
        here.handing_over.hand_over(visit_id)


# --- the setting changed with a visit in every state


def _agreed(here: HandedRooms, province: SandboxProvince) -> str:
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_before", "5201", count=9)
    here.confirm(visit_id)
    province.faults.clear()
    return visit_id


def _unknown(here: HandedRooms, province: SandboxProvince) -> str:
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    return visit_id


def _settled(here: HandedRooms, _: SandboxProvince) -> str:
    visit_id = here.priced(WANG, BOX)
    here.confirm(visit_id)
    return visit_id


def _cancelled(here: HandedRooms, province: SandboxProvince) -> str:
    visit_id = _settled(here, province)
    here.undoing.cancel(visit_id, "开错了药")
    return visit_id


def _left(here: HandedRooms, _: SandboxProvince) -> str:
    visit_id = here.traced(WANG, BOX)
    here.reception.leave(visit_id)
    return visit_id


def _presented(here: HandedRooms, _: SandboxProvince) -> str:
    here.reception.open_by_id_number(WANG)
    return here.counter.front or ""


def _found(here: HandedRooms, province: SandboxProvince) -> str:
    visit_id = here.handed(WANG, BOX)
    record_system(province, here, WANG, amount=PRICE)
    here.ask()
    return visit_id


def _gone(here: HandedRooms, province: SandboxProvince) -> str:
    visit_id = here.handed(WANG, BOX)
    settled = record_system(province, here, WANG, amount=PRICE)
    here.ask()
    record_system(province, here, WANG, mdtrt_id=settled["mdtrt_id"], cancel=settled["setl_id"])
    here.clock.now += timedelta(hours=7)
    here.ask()
    return visit_id


Built = Callable[[HandedRooms, SandboxProvince], str]
HERE: dict[VisitState, Built] = {
    VisitState.PRESENTED: _presented,
    VisitState.IDENTIFIED: lambda here, _: here.traced(WANG),
    VisitState.TRACED: lambda here, _: here.traced(WANG, BOX),
    VisitState.PRICED: lambda here, _: here.priced(WANG, BOX),
    VisitState.CONFIRMED: _agreed,
    VisitState.UNCERTAIN: _unknown,
    VisitState.SETTLED: _settled,
    VisitState.CANCELLED: _cancelled,
    VisitState.ABANDONED: _left,
}
THERE: dict[VisitState, Built] = {
    **{state: HERE[state] for state in (VisitState.PRESENTED, VisitState.IDENTIFIED)},
    VisitState.TRACED: HERE[VisitState.TRACED],
    VisitState.HANDED_OVER: lambda here, _: here.handed(WANG, BOX),
    VisitState.SETTLED_THERE: _found,
    VisitState.CANCELLED: _gone,
    VisitState.ABANDONED: _left,
}
CHARGED = {VisitState.UNCERTAIN, VisitState.SETTLED}


def every_way_to_charge(here: HandedRooms, visit_id: str) -> None:
    """What a doctor, or the rounds, could do to have it charged; refused or not."""
    here.till.ask_now()
    with suppress(Refused):
        here.reception.call_up(visit_id)
    with suppress(Refused):
        here.reception.confirm_person(visit_id)
    with suppress(Refused):
        here.basket.set_diagnosis(visit_id, COLD)
    whole = Money.parse(PRICE)
    revision = here.store.visits.visit(visit_id).revision
    for verb in (
        lambda: here.till.price(visit_id),
        lambda: here.confirm(visit_id),
        lambda: here.till.estimate(visit_id),
        lambda: here.till.agree_ceiling(visit_id, revision, whole),
        lambda: here.till.sell_self_paid(visit_id, revision, whole),
        here.till.ask_now,
    ):
        with suppress(Fault):
            verb()


@pytest.mark.parametrize("state", HERE)
def test_what_this_terminal_left_in_any_state_is_not_charged_where_the_record_system_settles(
    province: SandboxProvince, there: Open, line: Between, state: VisitState
) -> None:
    here = there(settles_here=True)
    visit_id = HERE[state](here, province)
    assert here.state(visit_id) is state
    before = charges(province)
    assert len(before) == (state in CHARGED)
    asked = len(line.asked)
    here = there()
    every_way_to_charge(here, visit_id)
    assert not SETTLING & set(line.asked[asked:])
    assert charges(province) == before
    found_out = {VisitState.UNCERTAIN: VisitState.SETTLED, VisitState.PRICED: VisitState.TRACED}
    found_out[VisitState.PRESENTED] = VisitState.IDENTIFIED
    assert here.state(visit_id) is found_out.get(state, state)


@pytest.mark.parametrize("state", THERE)
def test_what_lies_there_in_any_state_is_charged_here_only_when_nothing_of_it_was_handed_over(
    province: SandboxProvince, there: Open, state: VisitState
) -> None:
    here = there()
    visit_id = THERE[state](here, province)
    assert here.state(visit_id) is state
    before = charges(province)
    here = there(settles_here=True)
    here.till.ask_now()
    assert charges(province) == before, "nothing by itself"
    every_way_to_charge(here, visit_id)
    mine = [row for row in charges(province) if row not in before]
    assert len(mine) == (state is VisitState.TRACED), "by the doctor's taps, and once"


def test_what_was_priced_before_the_setting_changed_can_be_handed_over(
    province: SandboxProvince, there: Open
) -> None:
    here = there(settles_here=True)
    visit_id = here.priced(WANG, BOX)
    assert here.state(visit_id) is VisitState.PRICED
    here = there()
    here.reception.call_up(visit_id)
    here.handing_over.hand_over(visit_id)
    assert here.state(visit_id) is VisitState.HANDED_OVER
    assert charges(province) == []


# --- whose settlement it is


def test_where_clinics_share_a_code_nothing_is_taken_by_itself(
    province: SandboxProvince, there: Open
) -> None:
    here = there(clinic=replace(CLINIC, settles_under="乡卫生院"))
    visit_id = here.handed(WANG, BOX)
    theirs = record_system(province, here, WANG, amount=PRICE)["setl_id"]
    here.ask()
    assert here.state(visit_id) is VisitState.HANDED_OVER, "the next village's, for all we know"
    assert [each.setl_id for each in here.shown(visit_id).found] == [theirs]
    here.handing_over.choose(visit_id, theirs)
    assert here.claimed(visit_id) == [theirs]


def test_a_choice_is_undone_and_its_settlement_is_free_for_the_right_visit(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    first = here.handed(WANG, BOX)
    here.reception.leave(first)
    second = here.handed(WANG, code(AMOXICILLIN, 3))
    one = record_system(province, here, WANG, amount=PRICE)["setl_id"]
    here.ask()
    here.handing_over.choose(second, one)
    with pytest.raises(Refused, match=r"handed\.not_told"):
        here.handing_over.undo_choice(second, "99010100000000000999")
    here.handing_over.undo_choice(second, one)
    assert (here.state(second), here.claimed(second)) == (VisitState.HANDED_OVER, [])
    with pytest.raises(Refused, match=r"handed\.not_told"):
        here.handing_over.undo_choice(second, one)
    here.reception.leave(second)
    here.reception.call_up(first)
    here.handing_over.ask_now(first)
    here.handing_over.choose(first, one)
    assert here.claimed(first) == [one]
    deeds = [row.entry.deed for row in here.store.ledger.entries()]
    assert deeds.count(Deed.CHOICE_UNDONE) == 1


def test_what_the_doctor_undid_is_not_taken_by_itself_again(
    province: SandboxProvince, there: Open, clock: Clock
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX, OTHER_BOX)
    one = record_system(province, here, WANG, amount="56.34")["setl_id"]
    other = record_system(province, here, WANG, amount="30.00")["setl_id"]
    here.ask()
    assert here.claimed(visit_id) == [one]
    here.handing_over.choose(visit_id, other)
    here.handing_over.undo_choice(visit_id, one)
    assert (here.state(visit_id), here.claimed(visit_id)) == (VisitState.SETTLED_THERE, [other])
    here.handing_over.undo_choice(visit_id, other)
    clock.now += timedelta(hours=1)
    here.ask()
    assert (here.state(visit_id), here.claimed(visit_id)) == (VisitState.HANDED_OVER, [])


# --- pushed bills


def test_the_same_services_pushed_under_two_numbers_are_said_to_be_maybe_twice(
    rooms: Callable[..., Rooms],
) -> None:
    here = rooms()
    pushed = pushing(here)
    registered(here, "other")
    services = (service(),)
    pushed.door.push(CLIENT, bill("A-1", lines=services))
    assert [each.maybe_twice for each in pushed.view()] == [False]
    pushed.door.push("other", bill("A-1", lines=services))
    assert [each.maybe_twice for each in pushed.view()] == [True, True]
    pushed.door.push(CLIENT, bill("A-2", LI, lines=services))
    pushed.door.push(CLIENT, bill("A-3", lines=(service(quantity="2"),)))
    assert [each.maybe_twice for each in pushed.view()] == [True, True, False, False]
    pushed.open_visit(CLIENT, "A-1")
    visit_id = here.counter.front or ""
    here.reception.confirm_person(visit_id)
    pushed.take(visit_id, CLIENT, "A-1")
    told = {(each.client, each.number): each.maybe_twice for each in pushed.view()}
    assert told[("other", "A-1")], "the first lies in the visit"
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    told = {(each.client, each.number): each.maybe_twice for each in pushed.view()}
    assert told[("other", "A-1")], "the first is charged"
    here.clock.now += timedelta(days=1)
    assert not any(each.maybe_twice for each in pushed.view()), "another day"


class Slow:
    """The clinic's diagnoses, which somebody takes his time over."""

    def __init__(self) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()

    def diagnosis(self, code: str) -> Diagnosis:
        self.asked.set()
        assert self.go_on.wait(WAIT_S)
        return RULES.goods.diagnoses.diagnosis(code)


@pytest.mark.parametrize("how", ["withdrawn", "refused"])
def test_a_bill_does_not_end_while_it_is_being_taken(rooms: Callable[..., Rooms], how: str) -> None:
    here = rooms()
    pushing(here).door.push(CLIENT, bill(lines=(service(),)))
    slow = Slow()
    rules = PushedRules(RULES.catalogue, slow, lambda _: CLIENT)  # type: ignore[arg-type]
    billing = Billing(here.store, RULES.catalogue, RULES.registrations, here.clock)
    opened = here.reception.open_by_id_number
    pushed = Pushed(here.place, rules, billing, lambda _: None, opened, lambda _: None)
    visit_id = here.traced(WANG)
    ended: list[Fault | None] = []

    def end() -> None:
        try:
            if how == "withdrawn":
                pushed.door.withdraw(CLIENT, "A-1")
            else:
                pushed.refuse(CLIENT, "A-1", "wrong")
            ended.append(None)
        except Refused as refused:
            ended.append(refused)

    taking = threading.Thread(target=pushed.take, args=(visit_id, CLIENT, "A-1"))
    ending = threading.Thread(target=end)
    taking.start()
    assert slow.asked.wait(WAIT_S)
    ending.start()
    ending.join(0.3)  # It waits; were it not to, it would be over by now.
    slow.go_on.set()
    for each in (taking, ending):
        each.join(WAIT_S)
    assert [each and each.code for each in ended] == [
        "pushed.taken_already" if how == "withdrawn" else "pushed.not_waiting"
    ]
    assert pushed.door.result(CLIENT, "A-1").state is PushedState.TAKEN


def test_a_scanned_visit_that_was_charged_is_remembered_beside_a_pushed_bill(
    rooms: Callable[..., Rooms],
) -> None:
    here = rooms()
    here.confirm(here.priced(WANG, BOX))
    pushed = pushing(here)
    pushed.door.push(CLIENT, bill(lines=(service(),)))
    assert not pushed.view()[0].maybe_twice
    pushed.door.push(CLIENT, bill("A-2", lines=(box(code(AMOXICILLIN, 8)),)))
    assert [each.maybe_twice for each in pushed.view()] == [False, True]


def test_who_never_came_is_forgotten_after_a_month_and_the_number_is_not(
    rooms: Callable[..., Rooms], tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    here = rooms()
    pushed = pushing(here)
    here.reception.leave(here.traced(WANG))
    for number in ("waits", "refused", "withdrawn", "taken"):
        pushed.door.push(CLIENT, bill(number, lines=(service(),)))
    pushed.refuse(CLIENT, "refused", "not_here")
    pushed.door.withdraw(CLIENT, "withdrawn")
    pushed.open_visit(CLIENT, "taken")
    visit_id = here.counter.front or ""
    here.reception.confirm_person(visit_id)
    pushed.take(visit_id, CLIENT, "taken")
    person = here.store.visits.visit(visit_id).person_id or ""
    assert here.store.held.of(person, clock.now.year).pushed == 4
    here.close()
    place = Place(tmp_path / "terminal", province.address, clock)
    for days in (20, 9, 2):
        before = _told(place)
        clock.now += timedelta(days=days)
        Retention(place.store, place.enrolment, clock).tend()
    assert all(before.values()), "not before a month is over"
    assert {name for name, told in _told(place).items() if told} == {"taken"}
    assert place.store.held.of(person, clock.now.year).pushed == 1
    place.close()
    pushed = pushing(here := rooms())
    assert pushed.view() == ()
    again, new = pushed.door.push(CLIENT, bill("waits", lines=(service(),)))
    assert (again.state, again.reason, new) == (PushedState.REFUSED, "not_here", False)
    assert pushed.door.result(CLIENT, "withdrawn").state is PushedState.WITHDRAWN


def _told(place: Place) -> dict[str, bool]:
    rows = ("waits", "refused", "withdrawn", "taken")
    kept = {name: place.store.pushed.bill(CLIENT, name) for name in rows}
    return {name: bool(row and row.told) for name, row in kept.items()}


# --- prescriptions


def test_one_prescription_is_never_dispensed_in_two_open_visits(
    rooms: Callable[..., Rooms], province: SandboxProvince, clock: Clock
) -> None:
    here = rooms()
    at = AtTheCounter(here, province.address, clock)
    rx = province.prescribe(psn_no=WANG_NO)
    first = here.traced(WANG, code(AMOXICILLIN, 1))
    at.scan(rx["rxTraceCode"])
    assert at.rxnos(first) == [rx["hiRxno"]]
    here.reception.aside.set_aside(first)
    second = here.traced(WANG, code(AMOXICILLIN, 2))
    assert at.scan(rx["rxTraceCode"]) == "prescription.in_other_visit"
    assert at.rxnos(second) == [None]
    here.reception.leave(second)
    here.reception.aside.bring_forward(first)
    here.reception.leave(first)
    third = here.traced(WANG, code(AMOXICILLIN, 2))
    assert at.scan(rx["rxTraceCode"]) == "prescription.taken", "the first came to nothing"
    assert at.rxnos(third) == [rx["hiRxno"]]
    at.platform.close()


# --- bytes


@pytest.fixture(scope="module")
def server() -> Iterator[ApiServer]:
    """A door that knows every token and takes no bill."""
    app = create_api(Nobody(), ())  # type: ignore[arg-type]
    running = ApiServer(("127.0.0.1", 0), app, request_s=0.25)
    thread = threading.Thread(target=running.serve)
    thread.start()
    yield running
    running.stop()
    thread.join()


GOOD = b'{"number":"A-1","id_number":"%s","lines":[]}' % WANG.encode()
HEALTH = b"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def pieces(*parts: bytes) -> bytes:
    told = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + told + b"0\r\n\r\n"


HOSTILE = {
    "a good bill, and more than the limit behind it": (
        pieces(GOOD + b" " * (REQUEST_BYTES_MAX - len(GOOD)), b"{" * 100),
        [b"413"],
    ),
    "a chunk of less than nothing": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
        [b"400"],
    ),
    "an unknown encoding": (HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}", [b"501"]),
    "a length and pieces": (
        HEAD
        + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        + HEALTH
        + b"\r\n",
        [b"400"],
    ),
    "two requests at once": (
        HEALTH + b"\r\n" + HEALTH + b"Connection: close\r\n\r\n",
        [b"200"],
    ),
    "a whole address": (
        HEALTH.replace(b"/api", b"http://a.example/api") + b"Connection: close\r\n\r\n",
        [b"400"],
    ),
    "a tunnel": (b"CONNECT a.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", [b"405"]),
    "two hosts": (HEALTH + b"Host: a.example\r\nConnection: close\r\n\r\n", [b"403"]),
    "a body that is waited for": (
        HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        [b"100", b"400"],
    ),
}


@pytest.mark.parametrize(("sent", "statuses"), HOSTILE.values(), ids=HOSTILE)
def test_a_request_that_could_mean_two_things_means_none(
    server: ApiServer, sent: bytes, statuses: list[bytes]
) -> None:
    told = b""
    with socket.create_connection(server.bind_addr[:2], timeout=WAIT_S) as peer:
        with suppress(ConnectionError):  # It may hang up on what it will not read.
            peer.sendall(sent)
        with suppress(ConnectionError):
            while piece := peer.recv(4096):
                told += piece
    heads = [each for each in told.split(b"\r\n") if each.startswith(b"HTTP/1.1 ")]
    assert [each[9:12] for each in heads] == statuses
