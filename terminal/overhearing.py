"""The scanner's test: the last lines, in memory, while a technician looks at them.

Opened by hand, closed by hand or by itself; closed, it holds nothing. What the scanner
sends goes to the counter all the while: a forgotten page must not swallow a doctor's box.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime

from terminal.core.overheard import overheard
from terminal.core.technical_views import HeardLine, HeardView

OPEN_S = 300.0
"""Then it closes by itself."""

LINES_MAX = 20
"""As many as a page shows."""


class Overhearing:
    """Any thread may call."""

    def __init__(
        self,
        now: Callable[[], datetime],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._monotonic_s = monotonic_s
        self._lines: deque[HeardLine] = deque(maxlen=LINES_MAX)
        self._until_s: float | None = None
        self._lock = threading.Lock()

    def open(self) -> None:
        """Begin, or go on for the whole time again."""
        with self._lock:
            self._until_s = self._monotonic_s() + OPEN_S

    def close(self) -> None:
        """End, and keep nothing."""
        with self._lock:
            self._end()

    def heard(self, data: bytes | None) -> None:
        """Take note of a line, if it is looked at; None when there was none."""
        with self._lock:
            if self._is_open() and data is not None:
                kind, shown = overheard(data)
                line = HeardLine(self._now(), kind.value, len(data), shown)
                self._lines.appendleft(line)

    def view(self) -> HeardView:
        """What was heard since it was opened."""
        with self._lock:
            if not self._is_open() or self._until_s is None:
                return HeardView(open=False)
            left_s = self._until_s - self._monotonic_s()
            return HeardView(open=True, closes_in_s=max(round(left_s), 0), lines=tuple(self._lines))

    def _is_open(self) -> bool:
        """Whether its time is not over; when it is, nothing is kept any more."""
        if self._until_s is not None and self._monotonic_s() >= self._until_s:
            self._end()
        return self._until_s is not None

    def _end(self) -> None:
        self._until_s = None
        self._lines.clear()
