"""The power fails before and after every write of a visit, and so around every send.

In-process cuts check the logic: what was written is kept, what was not is gone, and the
province has done whatever it was told. They cannot see a missing fsync.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.charge import SettlementState
from terminal.core.money import Money
from terminal.core.visit import VisitState
from terminal.desk import Rules
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    RULES,
    WANG,
    Clock,
    charges,
    code,
    quick_folder,
    settling,
)
from tests.crash.doctor import go_on
from tests.crash.power import FailingDisk, Power, PowerCut
from tests.rooms import Rooms
from tests.shell.between import Between, between

SUFFICES = settling(reversal_answer_suffices=True)
CANNOT_FIND = settling(reversal_answer_suffices=True, find_by_visit=False)

STANDS = (SettlementState.SETTLED, SettlementState.DIFFERS)

PATIENCE_S, LATE_S = 0.1, 0.2
"""An answer, or a request, later than anyone waits."""


class Village:
    """A province, and a fresh terminal for each cut."""

    def __init__(
        self, province: SandboxProvince, line: Between, clock: Clock, rules: Rules
    ) -> None:
        self.province, self.line, self.clock, self.rules = province, line, clock, rules
        self.patience_s = 5.0
        self._before = 0
        self._visits: set[str] = set()

    @contextmanager
    def day(self) -> Iterator[Callable[..., Rooms]]:
        """A terminal that has seen nothing yet; calling it again is starting it again."""
        self.line.idle()
        self.province.faults.clear()
        self.clock.now += timedelta(days=1)  # Or it would be settled elsewhere today.
        self._before = len(charges(self.province))
        self._visits.clear()
        opened: list[Rooms] = []
        with quick_folder() as folder:

            def start(patience_s: float = 5.0) -> Rooms:
                front = None
                for earlier in opened:
                    front = earlier.counter.front
                    earlier.close()
                address = self.line.address or self.province.address
                opened.append(
                    Rooms(
                        folder,
                        address,
                        self.clock,
                        self.rules,
                        read_timeout_s=patience_s,
                        database=FailingDisk,
                    )
                )
                opened[-1].counter.front = front
                return opened[-1]

            yield start
            opened[-1].close()

    def charged(self) -> list[dict[str, object]]:
        """What this day's terminal has standing at the province."""
        assert self.line.idle()
        return charges(self.province)[self._before :]

    def agrees(self, here: Rooms, doubts: int | None = None) -> None:
        """Whatever is not in doubt is as the province has it, to the fen.

        In the end nothing may stand there that is in doubt here: then `doubts` is 0.
        """
        if here.counter.front is not None:
            self._visits.add(here.counter.front)
        known: dict[object, object] = {}
        doubtful = 0
        for visit_id in self._visits:
            for record in here.store.settlements.of_visit(visit_id):
                if record.state in STANDS and record.settled:
                    known[record.setl_id] = Money(record.settled["own"]).yuan
                doubtful += record.state in (SettlementState.UNCERTAIN, SettlementState.CANCELLING)
                assert record.state is not SettlementState.SETTLING, "taken up by the resuming"
        standing = {row["setl_id"]: row["psn_part_amt"] for row in self.charged()}
        assert known.items() <= standing.items()
        assert len(standing) - len(known) <= (doubtful if doubts is None else doubts)


@contextmanager
def village(rules: Rules = RULES) -> Iterator[Village]:
    clock = Clock()
    with (
        quick_folder() as folder,
        SandboxProvince(folder, clock=clock) as province,
        between(province.address) as line,
    ):
        yield Village(province, line, clock, rules)


def cut_at(step: float, act: Callable[[], object]) -> bool:
    """Do this until the power fails at its step-th write; False when it never did."""
    Power.left = step
    try:
        act()
    except PowerCut:
        return True
    finally:
        Power.left = float("inf")
    return False


def cut_everywhere(
    world: Village,
    prefixes: tuple[str, ...],
    prepare: Callable[[Rooms, list[str]], object],
    act: Callable[[Rooms, list[str]], object],
) -> set[VisitState]:
    """Cut `act` at each of its writes in turn; the ends that the visits came to."""
    ends = set()
    for step in count():
        codes = [code(prefix, step) for prefix in prefixes]
        with world.day() as start:
            here = start()
            prepare(here, codes)
            if world.patience_s < 5.0:  # Not before: a busy machine is no fault to be tested.
                here = start(world.patience_s)
            cut = cut_at(step, partial(act, here, codes))
            here = start()
            here.till.ask_now()
            world.agrees(here)
            world.province.faults.clear()
            ends.add(go_on(here, *codes))
            world.agrees(here, doubts=0)
            assert len(world.charged()) <= len(codes)
        if not cut:
            break
    assert step > 0
    return ends


def priced(here: Rooms, codes: list[str]) -> None:
    here.priced(WANG, *codes)


def confirming(
    world: Village, *faults: tuple[str, str, float]
) -> Callable[[Rooms, list[str]], None]:
    """Confirm under these faults, and let the desk find out what became of it."""

    def act(here: Rooms, _: list[str]) -> None:
        for fault, infno, seconds in faults:
            world.province.faults.plant(fault, infno, seconds=seconds)
        here.confirm(here.counter.front or "")
        for _ in range(2):
            here.till.ask_now()

    return act


FAULTS: dict[str, list[tuple[str, str, float]]] = {
    "none": [],
    "request lost": [("lost_before", "2207A", 0)],
    "answer lost": [("lost_after_commit", "2207A", 0)],
    "answer late": [("slow_answer", "2207A", LATE_S)],
    "request late": [("slow", "2207A", LATE_S)],
    "refused": [("refused", "2207A", 0)],
    "second delivery refused": [("duplicated_second_answer", "2207A", 0)],
    "answer lost, and nobody can say": [
        ("lost_after_commit", "2207A", 0),
        ("nonsense", "5203", 0),
    ],
}


IN_MINUTES = ("none", "answer lost")
"""The rest runs with `make long`: test_points cuts each named point in every suite."""


@pytest.mark.parametrize(
    "fault",
    [
        fault if fault in IN_MINUTES else pytest.param(fault, marks=pytest.mark.long)
        for fault in FAULTS
    ],
)
def test_what_we_believe_is_what_the_province_did_wherever_the_power_fails(fault: str) -> None:
    with village() as world:
        if "late" in fault:
            world.patience_s = PATIENCE_S
        ends = cut_everywhere(world, (AMOXICILLIN,), priced, confirming(world, *FAULTS[fault]))
    # Where the power failed before the first byte left, nobody can prove it to this region.
    assert ends == {VisitState.SETTLED, VisitState.UNCERTAIN}


@pytest.mark.long
def test_a_charge_is_undone_and_made_anew_wherever_the_power_fails() -> None:
    """Where visits cannot be looked up: reversed until that is answered, then charged anew."""
    faults = [("lost_after_commit", "2207A", 0.0), ("lost_after_commit", "2601", 0.0)]
    with village(CANNOT_FIND) as world:
        ends = cut_everywhere(world, (AMOXICILLIN,), priced, confirming(world, *faults))
    assert ends == {VisitState.SETTLED}


@pytest.mark.long
def test_two_settlements_of_one_visit_are_two_charges_wherever_the_power_fails() -> None:
    with village(SUFFICES) as world:
        ends = cut_everywhere(world, (AMOXICILLIN, AMLODIPINE), priced, confirming(world))
        assert len(world.charged()) == 2
    assert ends == {VisitState.SETTLED}


@pytest.mark.parametrize(
    "fault",
    [
        "lost_after_commit",
        pytest.param("slow", marks=pytest.mark.long),
        pytest.param("lost_before", marks=pytest.mark.long),
    ],
)
def test_a_cancelled_visit_is_charged_nothing_wherever_the_power_fails(fault: str) -> None:
    with village() as world:

        def settle(here: Rooms, codes: list[str]) -> None:
            here.confirm(here.priced(WANG, *codes))
            world.province.faults.plant(fault, "2208")

        def cancel(here: Rooms, _: list[str]) -> None:
            here.undoing.cancel(here.counter.front or "", "开错了药")
            here.till.ask_now()

        ends = cut_everywhere(world, (AMOXICILLIN,), settle, cancel)
    assert ends == {VisitState.SETTLED, VisitState.CANCELLED}


@pytest.mark.long
def test_a_whole_visit_settles_once_wherever_the_power_fails() -> None:
    """From the first tap on."""
    with village(SUFFICES) as world:
        ends = cut_everywhere(
            world,
            (AMOXICILLIN,),
            lambda *_: None,
            lambda here, codes: here.confirm(here.priced(WANG, *codes)),
        )
    assert ends == {VisitState.SETTLED}
