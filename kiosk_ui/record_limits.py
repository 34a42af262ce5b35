"""How often one client of the local API may ask."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

REQUESTS_A_MINUTE = 120
"""A record system asks for a result every few seconds; a loop gone wild is told to wait."""

_ASKING_MAX = 64
"""Whose asking is remembered: clients and addresses that a technician named."""


class Allowance:
    """So many at once, and so many a minute after that."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """`monotonic`: seconds that only grow."""
        self._monotonic = monotonic
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait_s(self, who: str) -> int:
        """Count one request; 0: it may go on, else after how many whole seconds another may."""
        now = self._monotonic()
        with self._lock:
            if who not in self._left and len(self._left) >= _ASKING_MAX:
                del self._left[min(self._left, key=lambda each: self._left[each][1])]
            left, at = self._left.get(who, (float(REQUESTS_A_MINUTE), now))
            left = min(REQUESTS_A_MINUTE, left + (now - at) * REQUESTS_A_MINUTE / 60)
            if left < 1:
                self._left[who] = (left, now)
                return math.ceil((1 - left) * 60 / REQUESTS_A_MINUTE)
            self._left[who] = (left - 1, now)
            return 0
