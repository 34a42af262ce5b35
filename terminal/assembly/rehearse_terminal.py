"""A terminal process of a rehearsal, and its handle: started, given visits, killed.

A process of its own, so that `kill -9` is one; forked from a server that has everything
loaded, so that starting it anew costs little.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from terminal.assembly.counter_without_eyes import CounterWithoutEyes
from terminal.assembly.rehearse_doctor import Doctor
from terminal.assembly.rehearse_mishaps import (
    Mishaps,
    WatchedJournal,
    WorldClock,
    failing_database,
)
from terminal.assembly.rehearse_plans import Plan
from terminal.core.faults import Unavailable
from terminal.settings import Settings
from terminal.store import Store
from terminal.vault import database_key

STORE = "terminal.db"

_SILENT_S = 120.0
"""A terminal that says nothing for so long is stuck, which is a finding of its own."""

_ROUNDS_MAX = 12

_processes = get_context("forkserver")
_processes.set_forkserver_preload(["terminal.assembly.rehearse_terminal"])


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a terminal process told, and when (monotonic)."""

    kind: str
    """ready, visit, confirming, met, now, trouble, dies, ended, rested; gone when it died."""
    at_s: float
    what: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What a terminal process is to do next."""

    plan: Plan | None
    """A visit; None for rounds without one."""
    visit_id: str
    leapt_s: float
    """How far the rehearsal's time has leapt."""


class TerminalProcess:
    """One life of the terminal."""

    def __init__(self, settings: Settings, began_s: float) -> None:
        self._pipe, theirs = _processes.Pipe()
        self._process = _processes.Process(target=_serve, args=(settings, began_s, theirs))
        self._process.start()
        theirs.close()

    def order(self, order: Order | None) -> None:
        """None: stop in good order."""
        self._pipe.send(order)

    def go_on(self) -> None:
        """It waits until something was done to the province."""
        self._pipe.send(None)

    def hear(self) -> Said:
        """The next thing it says. Raises Unavailable `rehearsal.stuck`."""
        try:
            if not self._pipe.poll(_SILENT_S):
                raise Unavailable("rehearsal.stuck", step="terminal")
            told: Said = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            self.gone()
            return Said("gone", time.monotonic(), ())
        return told

    def gone(self) -> None:
        """Wait until it has ended."""
        self._process.join(_SILENT_S)
        self._pipe.close()

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process.is_alive():
            self._process.kill()
        self.gone()


def _serve(settings: Settings, began_s: float, pipe: Connection) -> None:
    """Be the terminal until told to stop, or killed."""
    logging.disable(logging.CRITICAL)  # What happened stands in the store, step by step.

    def tell(kind: str, *what: object) -> None:
        pipe.send(Said(kind, time.monotonic(), what))

    clock = WorldClock(began_s)
    mishaps = Mishaps(clock, tell, pipe.recv)
    folder = settings.data_dir
    store = Store(folder / STORE, database_key(folder / "keys"), failing_database(mishaps))
    journal = WatchedJournal(store.journal, mishaps, tell)
    counter = CounterWithoutEyes(settings, store, clock, journal)
    first: Order | None = pipe.recv()
    clock.leapt_s = 0.0 if first is None else first.leapt_s
    counter.start()
    doctor = Doctor(counter, tell)
    order = first
    while order is not None:
        clock.leapt_s = order.leapt_s
        if order.plan is None:
            doctor.rounds(_ROUNDS_MAX)
            tell("rested")
        else:
            mishaps.arm(order.plan)
            ended = doctor.see(order.plan, order.visit_id)
            mishaps.settle_down()
            tell("ended", ended)
        order = pipe.recv()
    counter.stop()
