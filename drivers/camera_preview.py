"""The picture on the screen: encoded when somebody asks, once for all who ask."""

from __future__ import annotations

import threading

import cv2
import numpy as np
from numpy.typing import NDArray

from terminal.core.faults import Refused

_QUALITY = 80
_WIDTH_MAX_PX = 640
"""A preview on the terminal's own screen; more costs time and shows nothing."""


class Preview:
    """Keeps the last JPEG and how old it is."""

    def __init__(self, per_s_max: float) -> None:
        """Raises Refused `camera.source_unsuitable` for a rate that is none."""
        if not 0.0 < per_s_max <= 60.0:
            raise Refused("camera.source_unsuitable", previews_per_s_max=per_s_max)
        self._every_s = 1.0 / per_s_max
        self._encoding = threading.Lock()
        self._number = -1
        self._made_at_s = 0.0
        self._data = b""

    def jpeg(self, pixels: NDArray[np.uint8], number: int, now_s: float) -> bytes:
        """Return this frame's JPEG, or a slightly older one when asked too often."""
        with self._encoding:
            fresh = now_s - self._made_at_s < self._every_s
            if not self._data or not (number == self._number or fresh):
                self._data = _encode(pixels)
                self._number, self._made_at_s = number, now_s
            return self._data

    def clear(self) -> None:
        """Forget the last picture: what is before the camera is another now."""
        with self._encoding:
            self._data = b""


def _encode(pixels: NDArray[np.uint8]) -> bytes:
    height, width = pixels.shape[:2]
    if width > _WIDTH_MAX_PX:
        size = (_WIDTH_MAX_PX, max(round(height * _WIDTH_MAX_PX / width), 1))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
