"""Says how open each eye is."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.manifest import Network, Preprocessing
from models.session import Session
from terminal.core.faults import Refused

_RIGHT, _LEFT = slice(36, 42), slice(42, 48)
"""The person's own eyes among the 68 points; each begins and has its fourth at a corner."""

_LIDS = (1, 2, 4, 5)
_CORNERS = (0, 3)

_EXPANSION = 1.6
"""Side of the square about an eye, by the distance of its corners; as the publisher has it.
From 1.3 to 1.9 the answers on the sample clips are the same but for eyes half shut."""

_SIDE_MIN_PX = 4
"""A smaller eye is a few grey dots."""

_SHUT, _OPEN = 0, 1
"""The two classes' order: found on real blinks, the publisher does not say."""


class Eyelids:
    """One network, asked once for each eye. Any thread may call."""

    def __init__(self, path: Path, entry: Network) -> None:
        """Raises Refused `weights.unreadable`, also when the manifest lacks what is needed."""
        levels = entry.preprocessing
        if not isinstance(levels, Preprocessing) or not entry.input_size:
            raise Refused("weights.unreadable", name=entry.file, reason="manifest")
        self._session = Session(path, entry)
        self._levels = levels
        self._size = entry.input_size
        if self._session.run(np.zeros((1, 1, *reversed(self._size)), np.float32)).size != 2:
            raise Refused("weights.unreadable", name=entry.file, reason="classes")

    def open_share(
        self, pixels: NDArray[np.uint8], landmarks: NDArray[np.float32]
    ) -> tuple[float, float]:
        """Return how open the person's right and left eye are, 0 shut to 1 open.

        `landmarks` is (68, 2) in pixels of the BGR picture. An eye too small or outside
        the picture gives NaN, which is neither open nor shut. Raises Refused
        `weights.not_finite`.
        """
        return self._one(pixels, landmarks[_RIGHT]), self._one(pixels, landmarks[_LEFT])

    def _one(self, pixels: NDArray[np.uint8], eye: NDArray[np.float32]) -> float:
        side = float(np.linalg.norm(eye[_CORNERS[1]] - eye[_CORNERS[0]])) * _EXPANSION
        x, y = eye[list(_LIDS)].mean(axis=0)
        height, width = pixels.shape[:2]
        inside = 0 <= x < width and 0 <= y < height  # NaN is not.
        if not (inside and _SIDE_MIN_PX <= side <= max(width, height)):
            return float("nan")
        left, top = max(round(x - side / 2), 0), max(round(y - side / 2), 0)
        cut = pixels[top : top + round(side), left : left + round(side)]
        crop = cv2.resize(cut, self._size, interpolation=cv2.INTER_AREA)
        grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), np.float32)
        blob = ((grey - self._levels.mean) / self._levels.std)[None, None]
        raw = self._session.run(np.ascontiguousarray(blob, np.float32))
        shares = np.exp(raw - raw.max())
        return float(shares[_OPEN] / (shares[_SHUT] + shares[_OPEN]))
