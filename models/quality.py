"""Is this picture worth judging? Either one clear face, or what the person can do."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Face
from models.policy import Policy
from terminal.core.recognition import Hint

_SHARPNESS_SIDE_PX = 112
"""Faces are compared at one size, so that a near face is not called blurred."""


def clear_face(pixels: NDArray[np.uint8], faces: list[Face], policy: Policy) -> Face | Hint:
    """Return the one face to judge, or a hint; `faces` are ordered largest first.

    Who is meant comes first, then where they stand, then light and sharpness: a person
    is never told to hold still when they should come closer.
    """
    if not faces:
        return Hint("face.none")
    face = faces[0]
    if len(faces) > 1 and faces[1].side_px >= policy.rival_share * face.side_px:
        return Hint("face.two")
    if face.side_px < policy.side_min_px:
        return Hint("face.too_far")
    if face.side_px > policy.side_max_share * min(pixels.shape[:2]):
        return Hint("face.too_close")
    if _edge_share(pixels, face) < policy.edge_min_share:
        return Hint("face.outside")
    grey = _grey(pixels, face)
    brightness = float(grey.mean())
    if brightness < policy.brightness_min:
        return Hint("face.too_dark")
    if brightness > policy.brightness_max:
        return Hint("face.too_bright")
    if _sharpness(grey) < policy.sharpness_min:
        return Hint("face.blurred")
    return face


def _edge_share(pixels: NDArray[np.uint8], face: Face) -> float:
    """How far the landmark nearest to the picture's edge is from it, in box sides."""
    height, width = pixels.shape[:2]
    x, y = face.landmarks[:, 0], face.landmarks[:, 1]
    nearest = min(x.min(), y.min(), width - x.max(), height - y.max())
    return float(nearest) / face.side_px


def _grey(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """Cut the box out, in grey, at the size sharpness is measured at."""
    left, top = max(int(face.x), 0), max(int(face.y), 0)
    box = pixels[top : int(face.y + face.height) + 1, left : int(face.x + face.width) + 1]
    side = (_SHARPNESS_SIDE_PX, _SHARPNESS_SIDE_PX)
    grey = cv2.resize(cv2.cvtColor(box, cv2.COLOR_BGR2GRAY), side, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, np.uint8)


def _sharpness(grey: NDArray[np.uint8]) -> float:
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())
