"""Power that fails while the ledger is written or sealed leaves a ledger that nobody doubts."""

from __future__ import annotations

import os
import random
import time
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from terminal import clock
from terminal.core.ledger import Deed
from terminal.health import Health
from terminal.ledger import Ledger
from terminal.store import Store
from terminal.store.database import Database
from tests.clinic import DEVICE_KEY, KEY, WAIT_S, quick_folder
from tests.crash.power import FailingDisk, Power, PowerCut

SEED = int(os.environ.get("SEED", random.randrange(2**32)))  # noqa: S311 - dice, not keys.
KILLS = 8
LATEST_S = 0.05

processes = get_context("fork")


def opened(folder: Path, database: type[Database] = Database) -> tuple[Store, Ledger, Health]:
    store, health = Store(folder / "terminal.db", KEY, database), Health()
    return store, Ledger(store, DEVICE_KEY, folder, 3, clock.now, health), health


def write_on(folder: Path, told: Connection) -> None:
    """Decide and seal until killed; tells the number of what is written for sure."""
    store, ledger, _ = opened(folder)
    for number in count():
        store.ledger.add(Deed.SETTLED, clock.now(), {"own_fen": number})
        last = store.ledger.last()
        told.send(last.entry.number if last else 0)
        ledger.work()


def test_a_terminal_killed_in_mid_write_has_a_whole_ledger() -> None:
    print(f"SEED={SEED}")  # noqa: T201 - shown when it fails, to be replayed.
    dice = random.Random(SEED)  # noqa: S311
    with quick_folder() as folder:
        for _ in range(KILLS):
            ours, theirs = processes.Pipe(duplex=False)
            process = processes.Process(target=write_on, args=(folder, theirs))
            process.start()
            theirs.close()
            assert ours.poll(WAIT_S)
            time.sleep(dice.uniform(0, LATEST_S))  # Whenever the knife falls.
            process.kill()
            process.join(WAIT_S)
            sure = 0
            while ours.poll():
                try:
                    sure = ours.recv()
                except EOFError:
                    break
            store, ledger, health = opened(folder)
            try:
                assert (store.ledger.last().entry.number if store.ledger.last() else 0) >= sure
                ledger.look()
                assert health.away() == {}
                assert ledger.verify().sound
            finally:
                store.close()


@pytest.mark.parametrize("entries", [0, 1, 7])
def test_power_that_fails_before_any_write_of_a_seal_is_no_break(
    entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for steps in count():
        with quick_folder() as folder:
            store, ledger, _ = opened(folder)
            for number in range(entries):
                store.ledger.add(Deed.SETTLED, clock.now(), {"own_fen": number})
            ledger.look()
            store.close()
            store, ledger, _ = opened(folder, FailingDisk)
            cut = False
            monkeypatch.setattr(Power, "left", steps)
            try:
                store.ledger.add(Deed.SETTLED, clock.now(), {"own_fen": 1})
                ledger.seal()
            except PowerCut:
                cut = True
            monkeypatch.setattr(Power, "left", float("inf"))
            store.close()
            store, ledger, health = opened(folder)
            ledger.look()
            assert health.away() == {}
            assert ledger.verify().sound
            store.close()
            if not cut:
                break
    assert steps > 2
