"""The power fails at every write while a pushed bill is taken: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.callbacks import Callbacks, CallMe
from terminal.core.record_views import PushedState
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, PARACETAMOL, WANG, Clock, code, quick_folder
from tests.crash.power import FailingDisk, Power, PowerCut
from tests.pushing import CLIENT, SECRET, Listener, bill, box, pushing, service
from tests.rooms import Rooms

CODES = (code(AMOXICILLIN, 1), code(AMOXICILLIN, 2), code(PARACETAMOL, 3))
LINES = (box(*CODES[:2]), box(CODES[2], item="YP0001"), service(quantity="2"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def address(clock: Clock) -> Iterator[str]:
    with quick_folder() as folder, SandboxProvince(folder, clock=clock) as province:
        yield province.address


def cut_after(writes: int, address: str, clock: Clock) -> bool:
    """Take a bill of three boxes and a service, the power failing then; whether it failed."""
    clock.now += timedelta(days=1)  # A fresh terminal's numbers begin anew with the day.
    with quick_folder() as folder:
        here = Rooms(folder, address, clock, database=FailingDisk)
        pushed = pushing(here)
        pushed.door.push(CLIENT, bill(diagnosis="", lines=LINES))
        visit_id = here.traced(WANG)
        cut = False
        Power.left = writes
        try:
            pushed.take(visit_id, CLIENT, "A-1")
        except PowerCut:
            cut = True
        finally:
            Power.left = float("inf")
            here.close()
        again = Rooms(folder, address, clock)
        lines = again.store.lines.of(visit_id)
        boxes = [again.store.boxes.box(each) for each in CODES]
        row = again.store.pushed.bill(CLIENT, "A-1")
        assert row is not None
        if row.visit_id is None:
            assert cut
            assert (lines, boxes) == ([], [None] * 3)
            assert again.state(visit_id) is VisitState.IDENTIFIED
        else:
            assert row.visit_id == visit_id
            assert [line.trace_code for line in lines] == [*CODES, None]
            assert all(boxes)
            assert pushing(again).door.result(CLIENT, "A-1").state is PushedState.TAKEN
        again.close()
        return cut


def test_the_power_leaves_all_of_a_taken_bill_or_nothing(address: str, clock: Clock) -> None:
    cuts = 0
    for writes in count():
        if not cut_after(writes, address, clock):
            break
        cuts += 1
    assert cuts > 10


def told_after(writes: int, address: str, clock: Clock, listener: Listener) -> bool:
    """Hand a refused bill's result back, the power failing then; whether it failed."""
    clock.now += timedelta(days=1)
    listener.heard.clear()
    with quick_folder() as folder:
        here = Rooms(folder, address, clock, database=FailingDisk)
        pushed = pushing(here)
        pushed.door.push(CLIENT, bill(lines=(service(),)))
        pushed.take(here.traced(WANG), CLIENT, "A-1")
        here.reception.leave(here.counter.front or "")
        cut = False
        Power.left = writes
        try:
            Callbacks(here.place, lambda _: CallMe(listener.url, SECRET), ()).attend()
        except PowerCut:
            cut = True
        finally:
            Power.left = float("inf")
            here.close()
        again = Rooms(folder, address, clock)
        Callbacks(again.place, lambda _: CallMe(listener.url, SECRET), ()).attend()
        again.close()
        return cut


def test_the_power_loses_no_result_that_is_to_be_told(address: str, clock: Clock) -> None:
    listener = Listener()
    try:
        for writes in count():
            cut = told_after(writes, address, clock, listener)
            assert set(listener.states()) == {"refused"}
            assert len(listener.heard) <= 2  # Once more where nobody knew that it was heard.
            if not cut:
                break
        assert len(listener.heard) == 1
        assert writes > 3
    finally:
        listener.close()
