"""Finds 68 points of a face: jaw, brows, nose, eyes and mouth, in the order of iBUG 300-W.

The network sees a square of 64 grey pixels. How it wants its square was measured
(docs/thresholds.md): about the box, a little below its middle. A narrow crop, as the
publisher cuts it, pulls a turned head back to the front.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Face
from models.manifest import Network, Preprocessing
from models.session import Session
from terminal.core.faults import Refused

POINTS = 68

_EXPANSION = 0.95
"""Side of the square, by the mean side of the detector's box."""

_LOWER_SHARE = 0.09
"""How far the square's middle stands below the box's, by the box's height: the detector
counts some forehead in, the network was taught without it."""

_SIDE_MIN_PX = 4
_SIDE_MAX_PX = 8192
"""A box outside these is no face, and a square of it could not be cut."""

_MIRRORED = [
    *range(16, -1, -1),  # jaw
    *range(26, 16, -1),  # brows
    *(27, 28, 29, 30, 35, 34, 33, 32, 31),  # nose
    *(45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40),  # eyes
    *(54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55),  # lips outside
    *(64, 63, 62, 61, 60, 67, 66, 65),  # lips inside
]
"""Which point each one becomes in a mirror."""


class Landmarks:
    """One network. Any thread may call."""

    def __init__(self, path: Path, entry: Network) -> None:
        """Raises Refused `weights.unreadable`, also when the manifest lacks what is needed."""
        levels = entry.preprocessing
        if not isinstance(levels, Preprocessing) or not entry.input_size:
            raise Refused("weights.unreadable", name=entry.file, reason="manifest")
        self._session = Session(path, entry)
        self._name = entry.file
        self._levels = levels
        self._size = entry.input_size
        if self._session.run(np.zeros((1, 1, *reversed(self._size)), np.float32)).size != 136:
            raise Refused("weights.unreadable", name=entry.file, reason="points")

    def find(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """Return (68, 2), x and y in pixels of the whole BGR picture.

        The picture and its mirror image are averaged: what one look puts too far left, the
        other puts too far right. 1 ms. Points may stand a little outside the picture.
        Raises Refused `weights.not_finite`, `picture.unsuitable` for a box that is none.
        """
        left, top, side = _square(face)
        crop = cv2.resize(_cut(pixels, left, top, side), self._size, interpolation=cv2.INTER_AREA)
        grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), np.float32)
        shares = self._points(grey)
        mirrored = self._points(grey[:, ::-1])
        mirrored[:, 0] = 1.0 - mirrored[:, 0]
        together = (shares + mirrored[_MIRRORED]) / 2
        return np.asarray(together * side + (left, top), np.float32)

    def _points(self, grey: NDArray[np.float32]) -> NDArray[np.float32]:
        blob = ((grey - self._levels.mean) / self._levels.std)[None, None]
        return self._session.run(np.ascontiguousarray(blob, np.float32)).reshape(POINTS, 2)


def _square(face: Face) -> tuple[int, int, int]:
    """Where the network's square stands: left, top, side, in whole pixels."""
    side = (face.width + face.height) / 2 * _EXPANSION
    left = face.x + face.width / 2 - side / 2
    top = face.y + face.height * (0.5 + _LOWER_SHARE) - side / 2
    within = max(abs(left), abs(top)) <= _SIDE_MAX_PX  # NaN is not.
    if not (within and _SIDE_MIN_PX <= side <= _SIDE_MAX_PX):
        raise Refused("picture.unsuitable", reason="box")
    return round(left), round(top), round(side)


def _cut(pixels: NDArray[np.uint8], left: int, top: int, side: int) -> NDArray[np.uint8]:
    """Cut a square; what lies outside the picture repeats its edge."""
    height, width = pixels.shape[:2]
    if min(left, top) >= 0 and left + side <= width and top + side <= height:
        return pixels[top : top + side, left : left + side]
    rows = np.clip(np.arange(top, top + side), 0, height - 1)
    columns = np.clip(np.arange(left, left + side), 0, width - 1)
    return pixels[rows[:, None], columns[None, :]]
