"""Finds faces with SCRFD, the detector of insightface's packs.

insightface's own class reads the network's answers, so that the same file finds the same
faces here as there. Landmarks are taken as found: how steady they are was not measured.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # none exist
from insightface.model_zoo.scrfd import SCRFD
from numpy.typing import NDArray

from models.detector import SIDE_MAX_PX, Face
from models.manifest import Network, Preprocessing
from models.session import Session
from terminal.core.faults import Refused

SCORE_MIN = 0.5
"""insightface's own; this network is surer of less than YuNet is."""

_OVERLAP_MAX = 0.4
"""insightface's own: two boxes sharing more (intersection over union) are one face."""

_FACES_MAX = 50
"""A waiting room; more rows than this are noise."""

_STRIDE_PX = 32
"""The coarsest grid of the network: sides of its input are multiples of it."""

_OUTPUTS = 9
"""A score, a box and five landmarks for each of three grids."""

_WITHOUT_LANDMARKS = (6, 10)

_NORMALISED = Preprocessing(mean=127.5, std=128.0)
"""What this family was trained with."""


class ScrfdDetector:
    """SCRFD by way of insightface. Not for two threads at once."""

    def __init__(self, path: Path, entry: Network) -> None:
        """Raises Refused `weights.unreadable`, also for a network without landmarks."""
        self._name = entry.file
        self._session = Session(path, entry)
        outputs = len(self._session.runtime.get_outputs())
        if outputs != _OUTPUTS:
            what = "no landmarks" if outputs in _WITHOUT_LANDMARKS else "answers"
            raise Refused("weights.unreadable", name=self._name, reason=what)
        try:
            # One session for all sizes: one for each would keep the weights many times.
            watched = _Watched(self._session)
            self._net = SCRFD(str(path), watched, static_shape_sessions=False)
        except (DecodeError, IndexError, AttributeError) as error:
            raise Refused("weights.unreadable", name=self._name, reason="answers") from error
        self._net.nms_thresh = _OVERLAP_MAX
        levels = _levels(entry)
        self._net.input_mean, self._net.input_std = levels.mean, levels.std
        self.find(np.zeros((SIDE_MAX_PX, SIDE_MAX_PX, 3), np.uint8))

    def find(self, pixels: NDArray[np.uint8]) -> list[Face]:
        """Return the faces in a BGR picture, the largest first.

        Raises Refused `weights.not_finite`, `weights.unreadable`.
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
        grid = tuple(-(-side // _STRIDE_PX) * _STRIDE_PX for side in size)
        # Black to the right and below, or insightface would stretch the picture to the grid.
        room = (0, grid[1] - size[1], 0, grid[0] - size[0])
        whole = cv2.copyMakeBorder(small, *room, cv2.BORDER_CONSTANT)
        try:
            boxes, points = self._net.detect(
                whole, input_size=grid, max_num=_FACES_MAX, det_thresh=score_min
            )
        except (ValueError, IndexError) as error:  # Answers of another shape.
            raise Refused("weights.unreadable", name=self._name, reason="shape") from error
        found = [_face(box, five, scale) for box, five in zip(boxes, points, strict=True)]
        return sorted(found, key=lambda face: face.side_px, reverse=True)

    def steadied(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:  # noqa: ARG002 - as every detector's.
        """Return a face's landmarks as they were found."""
        return face.landmarks


class _Watched:
    """The session as insightface's class asks it, with every answer looked at first.

    It compares scores with a threshold, and a NaN is below each: broken weights would see
    an empty room for ever.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.get_inputs = session.runtime.get_inputs
        self.get_outputs = session.runtime.get_outputs

    def run(self, names: list[str], given: dict[str, NDArray[np.float32]]) -> list[Any]:
        with self._session.guarded():
            answers: list[Any] = self._session.runtime.run(names, given)
        if not all(np.isfinite(answer).all() for answer in answers):
            raise Refused("weights.not_finite", name=self._session.name)
        return answers


def _levels(entry: Network) -> Preprocessing:
    """What is subtracted and divided by: the manifest's, or this family's own."""
    if isinstance(entry.preprocessing, Preprocessing):
        return entry.preprocessing
    embedded = Preprocessing(mean=0.0, std=1.0)
    return embedded if entry.preprocessing == "embedded" else _NORMALISED


def _face(box: NDArray[np.float32], five: NDArray[np.float32], scale: float) -> Face:
    left, top, right, bottom, score = map(float, box)
    width, height = (right - left) / scale, (bottom - top) / scale
    landmarks = np.asarray(five, np.float32) / np.float32(scale)
    return Face(left / scale, top / scale, width, height, landmarks, score)
