"""Is this picture worth judging? Either one clear face, or what the person can do."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Face
from models.occlusion import Covering, covered
from models.policy import Policy
from terminal.core.recognition import Hint

_SHARPNESS_SIDE_PX = 112
"""Faces are compared at one size, so that a near face is not called blurred."""

_NOSE_DEPTH_ACROSS = 0.45
_NOSE_DEPTH_DOWN = 0.43
"""How far the tip of the nose stands before the plane of eyes and mouth, as a share of the
distance between the eyes, and of that from eyes to mouth: 28 of 63 and of 65 mm."""

_NOSE_HEIGHT = 0.57
"""Where between eyes and mouth the detector sees the nose in a face looking ahead: 0.61 in
the London set's median, 0.57 in the clips'; landmarks of other detectors stand higher."""

_FLAT_DEG = 85.0
"""Said of landmarks that have no width or no height left."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Which way a face looks, degrees, -90 to 90; 0 is into the camera."""

    yaw_deg: float
    """Positive: turned to the person's own left."""
    pitch_deg: float
    """Positive: looking up."""


def pose(face: Face) -> Pose:
    """Estimate the pose from the five landmarks alone; a tilted head changes nothing.

    The nose stands before the plane of eyes and mouth, so it moves against them as the
    head turns. Good to some ten degrees: noses differ.
    """
    left, right, nose, *mouth = face.landmarks.astype(np.float64)
    eyes, lips = (left + right) / 2, (mouth[0] + mouth[1]) / 2
    down = lips - eyes
    height = float(np.hypot(*down))
    if height < 1.0:
        return Pose(0.0, _FLAT_DEG)
    down /= height
    across = np.array([down[1], -down[0]])
    width = float((right - left) @ across)
    if width < 1.0:
        return Pose(math.copysign(_FLAT_DEG, float((nose - eyes) @ across)), 0.0)
    yaw = math.atan(float((nose - eyes) @ across) / width / _NOSE_DEPTH_ACROSS)
    lower = float((nose - eyes) @ down) / height - _NOSE_HEIGHT
    pitch = math.atan(-lower / (_NOSE_DEPTH_DOWN * math.cos(yaw)))
    return Pose(math.degrees(yaw), math.degrees(pitch))


def clear_face(pixels: NDArray[np.uint8], faces: list[Face], policy: Policy) -> Face | Hint:
    """Return the one face to judge, or a hint; `faces` are ordered largest first.

    Who is meant comes first, then where they stand, which way they look, the light, what
    is covered, and sharpness last: a person is never told to hold still when they should
    come closer, and a smooth mask is not taken for a blurred mouth.
    """
    if not faces:
        return Hint("face.none")
    face = faces[0]
    # By the longer sides: somebody cut by the picture's edge has a narrow box.
    if any(_length(rival) >= policy.rival_share * _length(face) for rival in faces[1:]):
        return Hint("face.two")
    if face.side_px < policy.side_min_px:
        return Hint("face.too_far")
    if face.side_px > policy.side_max_share * min(pixels.shape[:2]):
        return Hint("face.too_close")
    if _is_outside(pixels, face) or _edge_share(pixels, face) < policy.edge_min_share:
        return Hint("face.outside")
    looks = pose(face)
    if abs(looks.yaw_deg) > policy.yaw_max_deg or abs(looks.pitch_deg) > policy.pitch_max_deg:
        return Hint("face.turned")
    return _hidden(pixels, face, policy) or face


def light_and_sharpness(pixels: NDArray[np.uint8], face: Face) -> tuple[float, float]:
    """Mean grey of a face that lies in the picture, 0 to 255, and how sharp it is: the
    variance of its Laplacian at 112 pixels a side."""
    grey = _grey(pixels, face)
    return float(grey.mean()), _sharpness(grey)


def _hidden(pixels: NDArray[np.uint8], face: Face, policy: Policy) -> Hint | None:
    """What light, a covering or movement hides of a face."""
    grey = _grey(pixels, face)
    brightness = float(grey.mean())
    if brightness < policy.brightness_min:
        return Hint("face.too_dark")
    if brightness > policy.brightness_max:
        return Hint("face.too_bright")
    match covered(pixels, face, policy.covered_min):
        case Covering.MOUTH:
            return Hint("face.mouth_covered")
        case Covering.EYE:
            return Hint("face.eye_covered")
        case None:
            pass
    if _sharpness(grey) < policy.sharpness_min:
        return Hint("face.blurred")
    return None


def _edge_share(pixels: NDArray[np.uint8], face: Face) -> float:
    """How far the landmark nearest to the picture's edge is from it, in box sides."""
    height, width = pixels.shape[:2]
    x, y = face.landmarks[:, 0], face.landmarks[:, 1]
    nearest = min(x.min(), y.min(), width - x.max(), height - y.max())
    return float(nearest) / face.side_px


def _length(face: Face) -> float:
    return max(face.width, face.height)


def _is_outside(pixels: NDArray[np.uint8], face: Face) -> bool:
    """Whether nothing of the box is in the picture, wherever a detector put its landmarks."""
    height, width = pixels.shape[:2]
    across = min(face.x + face.width, width) - max(face.x, 0.0)
    down = min(face.y + face.height, height) - max(face.y, 0.0)
    return not min(across, down) >= 1.0  # NaN is outside too.


def _grey(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """Cut the box out, in grey, at the size sharpness is measured at."""
    left, top = max(int(face.x), 0), max(int(face.y), 0)
    box = pixels[top : int(face.y + face.height) + 1, left : int(face.x + face.width) + 1]
    side = (_SHARPNESS_SIDE_PX, _SHARPNESS_SIDE_PX)
    grey = cv2.resize(cv2.cvtColor(box, cv2.COLOR_BGR2GRAY), side, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, np.uint8)


def _sharpness(grey: NDArray[np.uint8]) -> float:
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())
