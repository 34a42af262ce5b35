"""The pulse: the watchdog is fed while frames, store and web truly move.

One thread asks each part in turn. A part that stands still is named once and the watchdog
goes hungry; a part that never answers holds the thread, which comes to the same. Whoever
watches (systemd) then starts the terminal anew, and what was under way is picked up as
after a power cut.

A part that is *away* moves all the same: a camera unplugged or a disk full is said on the
screens, and a new start would not bring it back.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from terminal.core.faults import Unavailable

log = logging.getLogger(__name__)

BEATS = 3
"""So many beats within the time after which the watchdog bites: one may be late."""

HUNG_S = 30.0
"""A thread that has not gone round for so long is stuck: reading from a device takes ten
seconds to give up, and its longest pause is eight."""


class Pulse:
    """Asks the parts whether they move, and feeds the watchdog when all do."""

    def __init__(
        self,
        parts: Mapping[str, Callable[[], bool]],
        feed: Callable[[], None],
        stands_still: Callable[[str], None],
    ) -> None:
        """`parts`: by name; each returns whether it moves, and may take its time."""
        self._parts = parts
        self._feed = feed
        self._stands_still = stands_still
        self._still: str | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, watchdog_s: float) -> None:
        """Beat from now on, often enough for a watchdog of so many seconds."""
        pause_s = watchdog_s / BEATS
        self._thread = threading.Thread(
            target=self._work, args=(pause_s,), name="pulse", daemon=True
        )
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def beat(self) -> str | None:
        """Ask each part once and feed; the part that stands still, and then nobody is fed."""
        still = next((name for name, moves in self._parts.items() if not _moves(moves)), None)
        if still is None:
            self._feed()
            if self._still is not None:
                log.info("%s moves again", self._still)
        elif still != self._still:
            self._stands_still(still)
            log.error("%s stands still: the watchdog is no longer fed", still)
        self._still = still
        return still

    def _work(self, pause_s: float) -> None:
        while not self._stop.is_set():
            self.beat()
            self._stop.wait(pause_s)


def _moves(part: Callable[[], bool]) -> bool:
    try:
        return part()
    except Unavailable:
        return True  # It answered: it is away, which is said elsewhere.
