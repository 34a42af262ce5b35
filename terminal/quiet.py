"""Quiet: nobody is served, nothing moves; the one time to start the terminal anew.

Money needs no quiet (a start picks up what was under way, as after a power cut). People
do: nobody's visit, face or paper is to be broken off because of us.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from terminal.board import Counter
from terminal.core.counter import CounterView
from terminal.core.visit import VisitState
from terminal.store import Store
from terminal.store.visits import Visit
from terminal.visits_aside import DONE, WAITS_BY_ITSELF

SCANNED_S = 60.0
"""Whoever scanned so shortly ago is at work."""

_OPEN_S = 12 * 3600.0
"""A visit that nobody touched for so long was forgotten; it is there again after a start."""

_LEFT_S = 600.0
"""A visit that is over may lie on the counter all night: nobody took it off."""

_FACE_S = 600.0
"""Somebody before the camera is waited for; a poster on the wall is not."""

_NO_FACE = ("face.none", "face.locked")


class Quiet:
    """Whether it is quiet, and keeps it so: `is_quiet`, `hold`, `release`."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        view: Callable[[], CounterView],
        under_way: Callable[[], tuple[str, ...]],
        devices_used: Callable[[], bool],
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`under_way`: errands; `devices_used`: somebody scanned within `SCANNED_S`, or is
        looked for by the camera."""
        self._store = store
        self._counter = counter
        self._view = view
        self._under_way = under_way
        self._devices_used = devices_used
        self._now = now
        self._monotonic = monotonic
        self._hint: tuple[str | None, float] = (None, 0.0)

    def is_quiet(self) -> bool:
        """Whether nobody would notice a new start. Raises what the store raises."""
        if self._under_way() or self._devices_used() or self._somebody_stands_there():
            return False
        view = self._view()
        if view.enrolling is not None:
            return False
        paper = view.paper
        if paper.fitted and paper.waiting and paper.away is None and not paper.asks:
            return False
        front = self._counter.front
        if front is not None and self._fresh(self._store.visits.visit(front)):
            return False
        return not any(self._in_hand(visit) for visit in self._store.visits.unfinished())

    def hold(self, reason: str, s: float) -> bool:
        """No new visit begins for so many seconds; whether that was done.

        False, and nothing is held, when it is not quiet: both are seen together, so that
        nobody's visit begins in between.
        """
        with self._counter.lock:
            self._counter.opening.hold(reason, s)
        quiet = False
        try:
            quiet = self.is_quiet()
        finally:
            if not quiet:
                self.release()
        return quiet

    def release(self) -> None:
        """Visits may begin again."""
        self._counter.opening.release()

    def _in_hand(self, visit: Visit) -> bool:
        if visit.state is VisitState.SETTLING:
            return True
        if visit.state in WAITS_BY_ITSELF and visit.state is not VisitState.CONFIRMED:
            return False
        return self._touched_s(visit) < _OPEN_S

    def _fresh(self, visit: Visit) -> bool:
        """Whether the visit that lies on the counter is somebody's who stands there."""
        left = visit.state in (*DONE, *WAITS_BY_ITSELF)
        return self._touched_s(visit) < (_LEFT_S if left else _OPEN_S)

    def _touched_s(self, visit: Visit) -> float:
        """Seconds since the visit last changed; a clock that was turned back counts as now."""
        last = self._store.visits.came_to(visit.visit_id, visit.state) or visit.opened_at
        return (self._now() - last).total_seconds()

    def _somebody_stands_there(self) -> bool:
        hint = self._counter.hint
        if hint is None or hint in _NO_FACE or not hint.startswith(("face.", "challenge.")):
            self._hint = (None, 0.0)
            return False
        if hint != self._hint[0]:
            self._hint = (hint, self._monotonic())
        return self._monotonic() - self._hint[1] < _FACE_S
