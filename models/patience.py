"""Finds the face in a photograph that nobody can be asked to take again.

A camera's next frame comes in a tenth of a second; a photograph is all there is. So a
miss is searched again: smaller and with room around it, for a face that fills the whole
picture hides its own outline; larger, for a face far away; then with less certainty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import SCORE_MIN, SIDE_MAX_PX, Face, FaceFinder


@dataclass(frozen=True, slots=True)
class _Try:
    """One more search."""

    side_px: int
    """The picture's longer side, made smaller or larger to this."""
    room_share: float
    """Added on all four sides, as a share of the longer side."""
    score_min: float


_FAR_SIDE_PX = 1600
"""Two and a half times finer than a frame is searched: 0.1 s."""

_UNSURE_SCORE_MIN = 0.4
"""Only when all else found nothing: of 68 London faces made dark to 6 %, it misses 3
instead of 7. What is no face scores low when compared."""

_FILLING_SHARE = 0.85
"""A face that takes more of the picture's shorter side is looked for with room around it
as well: the landmarks of both looks together are better than those of either."""

_SAME_OVERLAP_MIN = 0.3
"""Least overlap of two boxes, intersection over union, to be one face."""

_TRIES = (
    _Try(200, 0.5, SCORE_MIN),
    _Try(320, 0.5, SCORE_MIN),
    _Try(_FAR_SIDE_PX, 0.0, SCORE_MIN),
    _Try(200, 0.5, _UNSURE_SCORE_MIN),
    _Try(320, 0.5, _UNSURE_SCORE_MIN),
    _Try(SIDE_MAX_PX, 0.0, _UNSURE_SCORE_MIN),
)

_CORNER_WEIGHT = 0.5
"""How much a face in the corner counts against one in the middle, by its side."""


class PatientDetector:
    """A detector that tries again, and takes the face in the middle to be the one meant."""

    def __init__(self, detector: FaceFinder) -> None:
        self._detector = detector

    def find(self, pixels: NDArray[np.uint8]) -> list[Face]:
        """Return the faces in a BGR picture, the large and central first.

        Raises Refused `weights.not_finite`.
        """
        found = self._detector.find(pixels)
        if found and found[0].side_px > _FILLING_SHARE * min(pixels.shape[:2]):
            found = [self._with_room(pixels, found[0])]
        for attempt in _TRIES:
            if found:
                break
            found = self._again(pixels, attempt)
        return sorted(found, key=lambda face: _prominence(face, pixels), reverse=True)

    def steadied(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """Return a face's landmarks as the detector steadies them."""
        return self._detector.steadied(pixels, face)

    def _with_room(self, pixels: NDArray[np.uint8], face: Face) -> Face:
        for again in self._again(pixels, _TRIES[0]):
            if again.overlap(face) >= _SAME_OVERLAP_MIN:
                together = (face.landmarks + again.landmarks) / 2
                return replace(again, landmarks=together.astype(np.float32))
        return face

    def _again(self, pixels: NDArray[np.uint8], attempt: _Try) -> list[Face]:
        height, width = pixels.shape[:2]
        scale = attempt.side_px / max(height, width)
        size = (max(round(width * scale), 1), max(round(height * scale), 1))
        how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
        room = round(attempt.side_px * attempt.room_share)
        roomy = np.asarray(
            cv2.copyMakeBorder(
                cv2.resize(pixels, size, interpolation=how),
                *(room, room, room, room),
                cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )
        found = self._detector.find_within(roomy, max(roomy.shape), attempt.score_min)
        return [_moved(face, room, scale) for face in found]


def _moved(face: Face, room: int, scale: float) -> Face:
    """Bring a face from the searched picture back to the whole one."""
    return replace(
        face,
        x=(face.x - room) / scale,
        y=(face.y - room) / scale,
        width=face.width / scale,
        height=face.height / scale,
        landmarks=((face.landmarks - room) / scale).astype(np.float32),
    )


def _prominence(face: Face, pixels: NDArray[np.uint8]) -> float:
    """The box's side, less the further it stands from the middle."""
    height, width = pixels.shape[:2]
    across = abs(face.x + face.width / 2 - width / 2) / (width / 2)
    down = abs(face.y + face.height / 2 - height / 2) / (height / 2)
    weight = 1.0 - _CORNER_WEIGHT * min(max(across, down), 1.0)
    return float(face.side_px * weight)
