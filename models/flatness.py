"""Geometry of a face in motion: what a head does when it turns, and a flat picture does not.

A plane seen from two sides is the same plane but for one homography, however it is turned,
tilted or brought near. A head is not: its nose stands out by two fifths of the way from eyes
to mouth and moves against them. So 68 points of two frames tell a head from a sheet. A
sheet that is bent lies between: it grows narrow long before its nose moves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_EYES = (slice(36, 42), slice(42, 48))
_MOUTH_MIDDLE = [51, 57, 62, 66]
_NOSE_TIP = 30
_INNER = slice(17, 68)
"""All but the jaw: on a turned head its points slide along the outline."""

_RIGID = [*range(27, 36), 36, 39, 42, 45, *range(48, 55)]
"""Nose, corners of the eyes, upper lip: what stays where it is when somebody blinks."""

_HEIGHT_MIN_PX = 8.0
"""Eyes and mouth nearer than this are one spot."""

_NARROWED_MIN = 0.02
"""Less narrowing than this (1 %) is the network's noise, and nothing is divided by it."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A face freed from its place, size and roll: between the eyes is (0, 0), the middle of
    the mouth (0, 1). Lengths are shares of the way between these two, which turning the head
    aside does not change."""

    points: NDArray[np.float64]
    """Shape (68, 2)."""
    height_px: float
    """From between the eyes to the mouth, in the picture."""
    middle_px: tuple[float, float]
    """Between the eyes, in the picture."""
    roll_deg: float

    @property
    def nose_aside(self) -> float:
        """Tip of the nose, to the person's own left: about a third of sine the turn."""
        return float(self.points[_NOSE_TIP, 0])

    @property
    def nose_down(self) -> float:
        """Tip of the nose, from the eyes (0) to the mouth (1)."""
        return float(self.points[_NOSE_TIP, 1])

    @property
    def eyes_apart(self) -> float:
        """From eye to eye, in the same unit; less when the head is turned."""
        right, left = (self.points[eye].mean(axis=0) for eye in _EYES)
        return float(np.linalg.norm(left - right))


def shape_of(landmarks: NDArray[np.floating]) -> Shape | None:
    """Return the shape of (68, 2) points in pixels, or None when they make no face."""
    points = np.asarray(landmarks, np.float64)
    if points.shape != (68, 2) or not np.isfinite(points).all():
        return None
    right, left = (points[eye].mean(axis=0) for eye in _EYES)
    between = (right + left) / 2
    down = points[_MOUTH_MIDDLE].mean(axis=0) - between
    height = float(np.linalg.norm(down))
    if not height >= _HEIGHT_MIN_PX or not np.linalg.norm(left - right) > 0:
        return None
    across = np.array([down[1], -down[0]])
    upright = (points - between) @ np.stack([across, down], axis=1) / height**2
    roll = math.degrees(math.atan2(-down[0], down[1]))
    return Shape(upright, height, (float(between[0]), float(between[1])), roll)


def mean_shape(shapes: Sequence[Shape]) -> Shape:
    """Return the mean of a few frames: steadier than any of them."""
    x, y = (float(np.mean([shape.middle_px[axis] for shape in shapes])) for axis in (0, 1))
    return Shape(
        np.mean([shape.points for shape in shapes], axis=0),
        float(np.mean([shape.height_px for shape in shapes])),
        (x, y),
        float(np.mean([shape.roll_deg for shape in shapes])),
    )


def off_plane(frontal: Shape, later: Shape) -> float:
    """Return how far the later points are from any plane's motion of the frontal ones.

    The root mean square over 51 points of what the best homography leaves, by the distance
    between the eyes: 0.003 for a face that does not move, up to 0.03 for a picture turned,
    0.05 and more for a head turned by 20 degrees. NaN when none can be fitted.
    """
    before = np.asarray(frontal.points[_INNER], np.float32)
    after = np.asarray(later.points[_INNER], np.float32)
    homography, _ = cv2.findHomography(before, after, 0)
    if homography is None or not np.isfinite(homography).all():
        return math.nan
    predicted = cv2.perspectiveTransform(before[None], homography)[0]
    return _root_mean_square(predicted - after) / frontal.eyes_apart


def stands_out(frontal: Shape, later: Shape) -> float:
    """Return how far the nose stands out, as the turn between the two frames tells it.

    The nose's way aside divided by the tangent of the turn, which the narrowing of the
    face tells: about 0.4 for heads, 0.2 for bent paper, 0.05 for flat. At least nought.
    """
    narrowed = frontal.eyes_apart / max(later.eyes_apart, 1e-6)
    tangent = math.sqrt(max(narrowed**2 - 1.0, _NARROWED_MIN))
    return abs(later.nose_aside - frontal.nose_aside) / tangent


def stirred(before: Shape, after: Shape) -> float:
    """Return how much nose, eyes' corners and upper lip moved, by the distance of the eyes."""
    return _root_mean_square(after.points[_RIGID] - before.points[_RIGID]) / before.eyes_apart


def _root_mean_square(difference: NDArray[np.floating]) -> float:
    return float(np.sqrt((np.asarray(difference, np.float64) ** 2).sum(axis=1).mean()))
