"""The thread that goes the rounds: asks, settles and tells what nobody waits for."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable

from terminal.core.backoff import pause_s
from terminal.core.faults import Fault

log = logging.getLogger(__name__)


class GoingRounds:
    """Goes a round, then pauses: shortly as long as the line holds, longer while it does not."""

    def __init__(
        self, go: Callable[[], None], failures: Callable[[], int], every_s: float, most_s: float
    ) -> None:
        """`failures`: how many rounds in a row a bad line has ended."""
        self._go = go
        self._failures = failures
        self._every_s = every_s
        self._most_s = most_s
        self._dice = random.Random()  # noqa: S311 - spreads pauses, guards nothing.
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Let the round in hand end. Also before a start."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        pause = self._every_s
        while not self._stopping.wait(pause):
            try:
                self._go()
            except Fault as fault:
                log.warning("a round was left out: %s", fault)
            pause = pause_s(self._failures(), self._every_s, self._most_s, self._dice.random())
