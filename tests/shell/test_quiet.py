"""Quiet: when the terminal may be started anew, and that nobody's visit begins meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from terminal.core.faults import Refused
from terminal.core.recognition import Known
from terminal.core.visit import VisitState
from terminal.opening import HOLD_MAX_S, Opening
from terminal.quiet import Quiet
from tests.clinic import LI, PARACETAMOL, WAIT_S, WANG, Clock, code
from tests.counter import Counter
from tests.shell.sights import alive


@dataclass
class Seconds:
    """A monotonic clock in the hand."""

    s: float = 0.0

    def __call__(self) -> float:
        return self.s


@dataclass
class Devices:
    used: bool = False

    def __call__(self) -> bool:
        return self.used


def quiet_at(counter: Counter, devices: Devices, seconds: Seconds) -> Quiet:
    desk = counter.desk
    assert desk.errands.rest(WAIT_S)
    under_way = desk.errands.under_way
    view = desk.board.view
    return Quiet(counter.store, desk.counter, view, under_way, devices, counter.clock, seconds)


@pytest.fixture
def quiet(counter: Counter) -> Quiet:
    return quiet_at(counter, Devices(), Seconds())


def test_an_empty_counter_is_quiet_and_a_visit_is_not(counter: Counter, quiet: Quiet) -> None:
    assert quiet.is_quiet()
    visit = counter.receive(WANG)
    assert counter.desk.errands.rest(WAIT_S)
    assert not quiet.is_quiet()
    counter.desk.reception.set_aside(visit)
    assert counter.desk.counter.front is None
    assert not quiet.is_quiet()  # Somebody is on the drip.
    counter.desk.reception.bring_forward(visit)
    counter.desk.reception.leave(visit)
    assert counter.desk.errands.rest(WAIT_S)
    assert quiet.is_quiet()


def test_a_settled_visit_left_on_the_counter_is_quiet_after_a_while(
    counter: Counter, quiet: Quiet, clock: Clock
) -> None:
    visit = counter.settled(WANG, code(PARACETAMOL, 1))
    assert visit.state is VisitState.SETTLED
    assert not quiet.is_quiet()
    clock.now += timedelta(minutes=11)
    assert quiet.is_quiet()


def test_a_visit_that_everybody_forgot_does_not_keep_the_terminal_old(
    counter: Counter, quiet: Quiet, clock: Clock
) -> None:
    counter.receive(WANG)
    assert counter.desk.errands.rest(WAIT_S)
    assert not quiet.is_quiet()
    clock.now += timedelta(hours=13)
    assert quiet.is_quiet()


def test_a_scan_and_a_face_before_the_camera_are_somebody(counter: Counter) -> None:
    devices, seconds = Devices(), Seconds()
    quiet = quiet_at(counter, devices, seconds)
    devices.used = True
    assert not quiet.is_quiet()
    devices.used = False
    counter.desk.counter.hint = "face.too_far"
    assert not quiet.is_quiet()
    seconds.s = 601.0
    assert quiet.is_quiet()  # A poster.
    counter.desk.counter.hint = "face.turned"
    assert not quiet.is_quiet()
    counter.desk.counter.hint = "face.none"
    assert quiet.is_quiet()


def test_while_it_is_held_nobody_begins_and_an_open_visit_is_finished(
    counter: Counter, quiet: Quiet
) -> None:
    opened = counter.priced(WANG, code(PARACETAMOL, 1))
    assert not quiet.hold("update", 60)
    assert counter.desk.counter.opening.held() is None  # Not quiet: nothing is held.
    counter.desk.counter.opening.hold("settings", 60)
    assert counter.confirm(opened).state is VisitState.SETTLED
    counter.desk.reception.leave(opened.visit_id)
    with pytest.raises(Refused, match=r"quiet\.held"):
        counter.desk.reception.open_by_id_number(LI)
    known = Known(counter.knows(LI), 0.8)
    assert counter.desk.reception.recognised(known, alive((known.person_id, 0.8))) is None
    assert counter.desk.reception.doubted([known.person_id], alive((known.person_id, 0.8))) is None
    assert counter.desk.counter.front is None
    quiet.release()
    counter.receive(LI)


def test_a_hold_ends_by_itself_and_never_lasts_long() -> None:
    seconds = Seconds()
    opening = Opening(seconds)
    opening.hold("settings", 60)
    seconds.s = 59.9
    assert opening.held() == "settings"
    seconds.s = 60.0
    assert opening.held() is None
    opening.hold("update", 1e9)
    seconds.s += HOLD_MAX_S
    assert opening.held() is None
