"""How long each stage of a look takes; a few thousand of the newest, in memory."""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

_KEPT = 4096
"""Times kept for each stage: some minutes of looking, and a whole evaluation's median."""


class Stopwatch:
    """Takes the time of named stages. For one thread at a time."""

    def __init__(self) -> None:
        self._took_s: dict[str, deque[float]] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what stands inside; what raises is not counted."""
        begun_s = time.perf_counter()
        yield
        took_s = time.perf_counter() - begun_s
        self._took_s.setdefault(name, deque(maxlen=_KEPT)).append(took_s)

    def medians_ms(self) -> dict[str, float]:
        """Return the median of each stage in milliseconds, in the order they first ran."""
        return {
            name: round(statistics.median(times) * 1000, 3) for name, times in self._took_s.items()
        }
