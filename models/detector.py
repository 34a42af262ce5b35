"""Finds faces in a picture: a box, five landmarks and a score for each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from models.manifest import Network
from models.session import THREADS_MAX
from terminal.core.faults import Refused

SCORE_MIN = 0.7
"""Below this YuNet begins to see faces in curtains; people before the camera score 0.85 up."""

_MIRRORED = [1, 0, 2, 4, 3]
"""Which landmark each one becomes in a mirror."""

SIDE_MAX_PX = 640
"""A larger picture is searched at this size: 20 ms instead of 60, and a face near enough to
be judged is still five times the smallest one found."""

_OVERLAP_MAX = 0.3
"""Two boxes sharing more than this (intersection over union) are one face."""

_FACES_MAX = 50
"""A waiting room; more rows than this are noise."""

_SECOND_LOOK_SIDE_PX = 224
_SECOND_LOOK_BOX_PX = 112
"""A face is looked at again at one size, in the middle of twice its box: 2 ms each time."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """Where a face is, in pixels of the whole picture."""

    x: float
    y: float
    width: float
    height: float
    landmarks: NDArray[np.float32]
    """Shape (5, 2): the eye on the picture's left, the other, nose, mouth left and right."""
    score: float

    @property
    def side_px(self) -> float:
        """The box's shorter side: what a quality gate may count on."""
        return min(self.width, self.height)

    def overlap(self, other: Face) -> float:
        """Return intersection over union of the two boxes, 0 to 1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        shared = max(across, 0.0) * max(down, 0.0)
        whole = self.width * self.height + other.width * other.height - shared
        return shared / whole if whole > 0 else 0.0


class FaceFinder(Protocol):
    """Whatever finds faces in a picture: YuNet here, SCRFD in scrfd.py."""

    def find(self, pixels: NDArray[np.uint8], /) -> list[Face]:
        """The faces in a BGR picture, the largest first."""
        ...

    def find_within(
        self, pixels: NDArray[np.uint8], side_max_px: int, score_min: float, /
    ) -> list[Face]:
        """The same, searched at another size, with another least score."""
        ...

    def steadied(self, pixels: NDArray[np.uint8], face: Face, /) -> NDArray[np.float32]:
        """The landmarks of one of them, as good as this detector gives them."""
        ...


class Detector:
    """YuNet by way of OpenCV. Not for two threads at once."""

    def __init__(self, path: Path, entry: Network) -> None:
        """Raises Refused `weights.unreadable`."""
        self._name = entry.file
        logging = cv2.utils.logging
        loud = logging.setLogLevel(logging.LOG_LEVEL_ERROR)  # It warns of its own default.
        try:
            self._net = cv2.FaceDetectorYN.create(
                str(path), "", (SIDE_MAX_PX, SIDE_MAX_PX), SCORE_MIN, _OVERLAP_MAX, _FACES_MAX
            )
        except cv2.error as error:
            raise Refused("weights.unreadable", name=entry.file, reason=error.err) from error
        finally:
            logging.setLogLevel(loud)
        cv2.setNumThreads(THREADS_MAX)
        self.find(np.zeros((SIDE_MAX_PX, SIDE_MAX_PX, 3), np.uint8))

    def find(self, pixels: NDArray[np.uint8]) -> list[Face]:
        """Return the faces in a BGR picture, the largest first.

        Raises Refused `weights.not_finite` when the network answers with NaN.
        """
        return self.find_within(pixels, SIDE_MAX_PX, SCORE_MIN)

    def find_within(
        self, pixels: NDArray[np.uint8], side_max_px: int, score_min: float
    ) -> list[Face]:
        """Return the faces as `find` does, at another size and another least score."""
        height, width = pixels.shape[:2]
        scale = min(1.0, side_max_px / max(height, width))
        size = (max(round(width * scale), 1), max(round(height * scale), 1))
        small = pixels if scale == 1.0 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        self._net.setInputSize(size)
        self._net.setScoreThreshold(score_min)
        _, found = self._net.detect(small)
        if found is None:
            return []
        rows = np.asarray(found, np.float32)
        if not np.isfinite(rows).all():
            raise Refused("weights.not_finite", name=self._name)
        rows[:, :14] /= scale
        return sorted(map(_face, rows), key=lambda face: face.side_px, reverse=True)

    def steadied(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """Return a face's landmarks, averaged over three looks at it.

        The second look is at one size whatever the distance, the third at its mirror
        image: what one look puts too far left, the other puts too far right. Measured in
        docs/thresholds.md. A look that finds nothing counts as the first one.
        """
        side = _SECOND_LOOK_SIDE_PX
        scale = _SECOND_LOOK_BOX_PX / max(face.width, face.height)
        middle = np.array([face.x + face.width / 2, face.y + face.height / 2], np.float32)
        shift = side / 2 - middle * scale
        matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
        # Area averaging, or the second look would see what sampling made of fine detail.
        how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
        border = cv2.BORDER_REPLICATE
        near = np.asarray(
            cv2.warpAffine(pixels, matrix, (side, side), flags=how, borderMode=border), np.uint8
        )
        again = self._middlemost(near)
        mirrored = self._middlemost(np.ascontiguousarray(near[:, ::-1]))
        looks: list[NDArray[np.floating[Any]]] = [face.landmarks]
        if again is not None:
            looks.append((again - shift) / scale)
        if mirrored is not None:
            mirrored[:, 0] = side - 1 - mirrored[:, 0]
            looks.append((mirrored[_MIRRORED] - shift) / scale)
        return np.asarray(np.mean(looks, axis=0), np.float32)

    def _middlemost(self, near: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """The landmarks of the face nearest to the middle of a square picture."""
        middle = near.shape[0] / 2

        def off_centre(face: Face) -> float:
            across, down = face.x + face.width / 2 - middle, face.y + face.height / 2 - middle
            return float(abs(across) + abs(down))

        found = min(self.find(near), key=off_centre, default=None)
        return None if found is None else found.landmarks


def _face(row: NDArray[np.float32]) -> Face:
    x, y, width, height = map(float, row[:4])
    return Face(x, y, width, height, row[4:14].reshape(5, 2).copy(), float(row[14]))
