"""A real process is killed in the middle of a charge, started again, and killed again.

`SEED=… pytest tests/crash/test_killed.py` replays the same faults and moments, as far as
a machine can.
"""

from __future__ import annotations

import os
import random
import time
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from drivers.simulated.province.server import SandboxProvince
from terminal.core.charge import SettlementState
from terminal.core.money import Money
from terminal.core.visit import VisitState
from terminal.store import Store
from tests.clinic import AMOXICILLIN, KEY, WAIT_S, charges, code, quick_folder
from tests.crash.visitor import serve

SEED = int(os.environ.get("SEED", random.randrange(2**32)))  # noqa: S311 - dice, not keys.
VISITS = 20
KILLS_MAX = 3
LATEST_S = 0.06
"""A charge and what follows it take some fifty milliseconds."""

FAULTS = [None, None, "lost_before", "lost_after_commit", "system_error", "refused", "slow_answer"]

processes = get_context("forkserver")
processes.set_forkserver_preload(["tests.crash.visitor"])


class Terminal:
    """A process, and what it told us."""

    def __init__(self, folder: Path, address: str, box: str, visit_id: str | None) -> None:
        self._told, theirs = processes.Pipe(duplex=False)
        self._process = processes.Process(
            target=serve, args=(folder, address, box, visit_id, theirs)
        )
        self._process.start()
        theirs.close()

    def says(self) -> str:
        assert self._told.poll(WAIT_S)
        return str(self._told.recv())

    def killed(self) -> None:
        self._process.kill()
        self.gone()

    def gone(self) -> None:
        self._process.join(WAIT_S)
        self._process.close()
        self._told.close()


def one_visit(
    dice: random.Random, folder: Path, province: SandboxProvince, box: str
) -> tuple[str, VisitState]:
    """Kill the terminal a few times, then let it live; the visit and its end."""
    visit_id: str | None = None
    if fault := dice.choice(FAULTS):
        province.faults.plant(fault, "2207A", seconds=0.02 if fault == "slow_answer" else 0.0)
    for _ in range(dice.randint(1, KILLS_MAX)):
        terminal = Terminal(folder, province.address, box, visit_id)
        visit_id = terminal.says()
        time.sleep(dice.uniform(0, LATEST_S))  # Whenever the knife falls, the books must agree.
        terminal.killed()
    terminal = Terminal(folder, province.address, box, visit_id)
    assert terminal.says() == visit_id
    end = VisitState(terminal.says())
    terminal.gone()
    assert visit_id is not None
    return visit_id, end


def test_a_killed_terminal_ends_settled_once_or_uncharged() -> None:
    print(f"SEED={SEED}")  # noqa: T201 - shown when it fails, to be replayed.
    dice = random.Random(SEED)  # noqa: S311
    ends = []
    with ExitStack() as stack:
        province = stack.enter_context(SandboxProvince(stack.enter_context(quick_folder())))
        folder = stack.enter_context(quick_folder())
        for number in range(VISITS):
            before = len(charges(province))
            visit_id, end = one_visit(dice, folder, province, code(AMOXICILLIN, number))
            province.faults.clear()
            standing = charges(province)[before:]
            store = Store(folder / "terminal.db", KEY)
            (record,) = store.settlements.of_visit(visit_id)
            store.close()
            assert len(standing) == (1 if end is VisitState.SETTLED else 0)
            assert end in (VisitState.SETTLED, VisitState.UNCERTAIN)
            for row in standing:
                assert record.state is SettlementState.SETTLED
                assert (row["setl_id"], row["psn_part_amt"]) == (
                    record.setl_id,
                    Money((record.settled or {})["own"]).yuan,
                )
            ends.append(end)
    assert VisitState.SETTLED in ends
