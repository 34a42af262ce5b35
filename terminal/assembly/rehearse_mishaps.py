"""What goes wrong inside a rehearsed terminal: killed, disk full, clock jumping.

Everything is handed to the terminal from outside, as a database, a journal and a clock
of its own kind: nothing of the terminal is changed for it. A kill is `kill -9` of the
whole process by itself; a full disk is the driver's own SQLITE_FULL.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from terminal.assembly.rehearse_plans import Fault, Mishap, Plan, Point
from terminal.clock import SHANGHAI
from terminal.core.faults import Unavailable
from terminal.store.database import Database
from terminal.store.journal import Journal

BEGINNING = datetime(2026, 3, 2, 8, 0, tzinfo=SHANGHAI)
"""When every rehearsal begins: a Monday morning."""

_HEARD_NOTHING_S = 0.05
"""How long after writing a message down the terminal is killed, to have sent it."""

_STAYS_FULL = 3
"""Writes that fail before the disk is freed again."""

_WRONG_CLOCK = 4
"""Messages until the clock is put right."""


class WorldClock:
    """The time of the rehearsal: real seconds, and leaps from visit to visit."""

    def __init__(self, began_s: float) -> None:
        """`began_s`: on the monotonic clock, which all processes of a machine share."""
        self._began_s = began_s
        self.leapt_s = 0.0
        self.jumped = timedelta(0)
        """How wrong this terminal's clock is."""

    def __call__(self) -> datetime:
        ran_s = time.monotonic() - self._began_s
        return BEGINNING + timedelta(seconds=ran_s + self.leapt_s) + self.jumped


class Mishaps:
    """What is still to go wrong at this visit, and the hooks where it does."""

    def __init__(
        self, clock: WorldClock, tell: Callable[..., None], wait: Callable[[], object]
    ) -> None:
        """`tell` reaches whoever watches, at once: the next moment may be the last. `wait`
        returns when they have done what they were told."""
        self._clock = clock
        self._tell = tell
        self._wait = wait
        self._left: list[Mishap] = []
        self._writes = 0
        self._failed_writes = 0
        self._messages = 0
        self._full = False
        self._put_right_at = 0

    def arm(self, plan: Plan) -> None:
        """From now on these."""
        self._left = list(plan.mishaps)
        self._writes = 0

    def settle_down(self) -> None:
        """Nothing more goes wrong, and the clock is right."""
        self._left = []
        self._clock.jumped = timedelta(0)

    # --- around a write
    def before_keeping(self) -> None:
        self._killed_at_write(after=False)

    def after_keeping(self) -> None:
        self._killed_at_write(after=True)
        self._writes += 1

    def wants_full(self) -> bool:
        """Whether the disk is full now."""
        return self._full

    def could_not_keep(self) -> None:
        """A write failed; after a few of them somebody frees the disk."""
        self._failed_writes += 1
        if self._failed_writes >= _STAYS_FULL:
            self._full = False
            self._failed_writes = 0

    # --- around a message
    def at(self, point: Point, infno: str) -> None:
        """This message has come to this point."""
        if point is Point.BEFORE_WRITING:
            self._messages += 1
            if self._clock.jumped and self._messages >= self._put_right_at:
                self._clock.jumped = timedelta(0)
            if self._take(Fault.DISK_FULL, infno):
                self._full = True
        if point is Point.BEFORE_SENDING:
            jump = self._take(Fault.CLOCK_JUMP, infno)
            if jump is not None:
                self._clock.jumped = timedelta(hours=jump.hours)
                self._put_right_at = self._messages + _WRONG_CLOCK
            for fault in (Fault.SANDBOX_RESTART, Fault.CERTIFICATE):
                place = self._take(fault, infno)
                if place is not None:
                    self._tell("now", place)
                    self._wait()
            self._killed_after_sending(infno)
        for mishap in self._left:
            if mishap.fault is Fault.KILLED and (mishap.point, mishap.infno) == (point, infno):
                self._die(mishap)

    def _killed_after_sending(self, infno: str) -> None:
        for mishap in self._left:
            same = mishap.point is Point.AFTER_SENDING and mishap.infno == infno
            if mishap.fault is Fault.KILLED and same:
                knife = threading.Timer(_HEARD_NOTHING_S, self._die, (mishap,))
                knife.daemon = True
                knife.start()

    def _killed_at_write(self, *, after: bool) -> None:
        for mishap in self._left:
            if mishap.write == self._writes and mishap.after_write is after:
                self._die(mishap)

    def _take(self, fault: Fault, infno: str) -> Mishap | None:
        for mishap in self._left:
            if (mishap.fault, mishap.infno) == (fault, infno):
                self._left.remove(mishap)
                self._tell("met", mishap)
                return mishap
        return None

    def _die(self, mishap: Mishap) -> None:
        if not any(left is mishap for left in self._left):
            return  # Its visit has ended meanwhile.
        self._left = [mishap]
        self._tell("dies", mishap)
        os.kill(os.getpid(), signal.SIGKILL)


def failing_database(mishaps: Mishaps) -> type[Database]:
    """A database of this terminal, whose power and disk fail as planned."""

    class FailingDatabase(Database):
        @contextmanager
        def transaction(self) -> Iterator[Any]:
            if self._writer == threading.get_ident():  # Inside one: kept with the outer.
                with super().transaction() as db:
                    yield db
                return
            full = mishaps.wants_full()
            if full:
                self.leave_pages(0)
            try:
                with super().transaction() as db:
                    yield db
                    mishaps.before_keeping()
            except Unavailable:
                if full:
                    mishaps.could_not_keep()
                raise
            finally:
                if full and not mishaps.wants_full():
                    self.leave_pages(None)
            mishaps.after_keeping()

    return FailingDatabase


class WatchedJournal:
    """The store's journal as the client sees it, with the points around each message."""

    def __init__(self, journal: Journal, mishaps: Mishaps, tell: Callable[..., None]) -> None:
        self._journal = journal
        self._mishaps = mishaps
        self._tell = tell
        self._infnos: dict[str, str] = {}

    def next_msgid(self, fixmedins_code: str, now: datetime) -> str:
        return self._journal.next_msgid(fixmedins_code, now)

    def sending(
        self, msgid: str, infno: str, settlement_id: str | None, request: bytes, at: datetime
    ) -> None:
        self._infnos = {msgid: infno}
        self._mishaps.at(Point.BEFORE_WRITING, infno)
        self._journal.sending(msgid, infno, settlement_id, request, at)
        self._mishaps.at(Point.BEFORE_SENDING, infno)

    def heard(self, msgid: str, outcome: str, code: str, answer: bytes, at: datetime) -> None:
        infno = self._infnos.get(msgid, "")
        if outcome != "answered":
            self._tell("trouble", infno, outcome, code)
        self._mishaps.at(Point.BEFORE_OUTCOME, infno)
        self._journal.heard(msgid, outcome, code, answer, at)
        self._mishaps.at(Point.AFTER_OUTCOME, infno)
