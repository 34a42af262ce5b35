"""Says how much a face looks like a person rather than a print or a screen.

It judges the surroundings as much as the face: a paper's edge, a hand, a phone's frame.
What it cannot see is listed in docs/thresholds.md.
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

_CLASSES = 3
"""Live first, then two kinds of attack."""


class Liveness:
    """One passive look at one face."""

    def __init__(self, path: Path, entry: Network) -> None:
        """Raises Refused `weights.unreadable`, also when the manifest lacks what is needed."""
        levels = entry.preprocessing
        if not isinstance(levels, Preprocessing) or not entry.input_size or not entry.expansion:
            raise Refused("weights.unreadable", name=entry.file, reason="manifest")
        self._session = Session(path, entry)
        self._levels = levels
        self._size = entry.input_size
        self._expansion = entry.expansion
        if self.answer(np.zeros((8, 8, 3), np.uint8)).size != _CLASSES:
            raise Refused("weights.unreadable", name=entry.file, reason="classes")

    def score(self, pixels: NDArray[np.uint8], face: Face) -> float:
        """Return 0 (an attack) to 1 (live) for a face in a BGR picture."""
        return float(self.answer(_surroundings(pixels, face, self._expansion))[0])

    def answer(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the three classes' shares of 1 for a crop of any size, live first."""
        image = cv2.resize(crop, self._size).astype(np.float32)
        blob = ((image - self._levels.mean) / self._levels.std).transpose(2, 0, 1)[None]
        raw = self._session.run(np.ascontiguousarray(blob))
        shares = np.exp(raw - raw.max())
        return np.asarray(shares / shares.sum(), np.float32)


def _surroundings(pixels: NDArray[np.uint8], face: Face, expansion: float) -> NDArray[np.uint8]:
    """Cut the box made wider, shrunk until it fits the picture and shifted inside it."""
    height, width = pixels.shape[:2]
    grow = min((height - 1) / face.height, (width - 1) / face.width, expansion)
    crop_width, crop_height = face.width * grow, face.height * grow
    left = min(max(face.x + (face.width - crop_width) / 2, 0.0), width - 1 - crop_width)
    top = min(max(face.y + (face.height - crop_height) / 2, 0.0), height - 1 - crop_height)
    x, y = max(int(left), 0), max(int(top), 0)
    return pixels[y : y + int(crop_height) + 1, x : x + int(crop_width) + 1]
