"""Watches pictures for what a camera does when it does not see: stay black, or stay equal."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

_BLACK_MAX = 8.0
"""Mean grey, 0 to 255, at or below which a picture is black: a covered lens gives 0 to 5."""

_BLACK_AFTER_S = 2.0
"""A lens is covered for longer than a light flickers or a clip fades in."""

_FROZEN_AFTER_S = 3.0
"""A sensor's noise changes every frame; three seconds of equal ones are no camera's."""

_RATE_FRAMES = 30
"""How many frames the rate is measured over: a second or two."""


class Watch:
    """Remembers one picture and a few times; fed every frame of one source."""

    def __init__(self, now_s: float) -> None:
        self._last: NDArray[np.uint8] | None = None
        self._moved_at_s = self._lit_at_s = now_s
        self._read_at_s: deque[float] = deque(maxlen=_RATE_FRAMES)

    def see(self, pixels: NDArray[np.uint8], now_s: float) -> str | None:
        """Return `camera.black`, `camera.frozen`, or None for a picture like any other."""
        if self._last is None or not np.array_equal(self._last, pixels):
            self._moved_at_s = now_s
        self._last = pixels
        if float(pixels[::8, ::8].mean()) > _BLACK_MAX:
            self._lit_at_s = now_s
        self._read_at_s.append(now_s)
        # Black is said first: a covered lens may give equal pictures as well.
        if now_s - self._lit_at_s > _BLACK_AFTER_S:
            return "camera.black"
        if now_s - self._moved_at_s > _FROZEN_AFTER_S:
            return "camera.frozen"
        return None

    def frames_per_s(self) -> float:
        """Return the rate over the last frames; 0 before the second."""
        read_at_s = tuple(self._read_at_s)
        if len(read_at_s) < 2 or read_at_s[-1] <= read_at_s[0]:
            return 0.0
        return (len(read_at_s) - 1) / (read_at_s[-1] - read_at_s[0])
