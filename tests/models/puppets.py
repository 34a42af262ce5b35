"""A frontal picture set in motion: laid over a head's relief, on a print, on bent paper.

Drawings, not recordings. Hair and ears go along with the head, and what a real head would
uncover is guessed from beside it. Good for seeing that an answer follows the geometry, not
for stating an error rate.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.models.heads import Floats, Pose, Surface, head, looked_at

Pixels = NDArray[np.uint8]

_FINER = 2
"""The picture is drawn from this many times finer points, so that stretching leaves no gaps."""

_HEAD_HALF = (1.55, 2.3)
"""Half the width and height of what moves with the head, hair and ears included; in
distances of the eyes."""

_HEAD_MIDDLE_DOWN = 0.25
_FADE = 1.35
"""Beyond the head the picture stands still; between, it gives way."""


def moved(picture: Pixels, eyes: NDArray[np.float32], surface: Surface, pose: Pose) -> Pixels:
    """Draw the picture anew with what it shows laid on a surface and moved.

    `eyes` is (2, 2), pixels, the one on the picture's left first. A head moves before its
    background; anything else is the whole picture, before a grey wall.
    """
    height, width = picture.shape[:2]
    apart = float(np.linalg.norm(eyes[1] - eyes[0]))
    middle = eyes.mean(axis=0).astype(np.float64)
    distance = width / apart  # A lens as wide as its distance: 53 degrees.
    size = (width * _FINER, height * _FINER)
    fine = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR).reshape(-1, 3)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float64)
    x = ((columns + 0.5) / _FINER - 0.5 - middle[0]).ravel() / apart
    y = ((rows + 0.5) / _FINER - 0.5 - middle[1]).ravel() / apart
    ours = _head_share(x, y) if surface is head else np.ones_like(x)
    far, across, down = looked_at(x, y, surface, distance, pose)
    x, y = x + ours * (across - x), y + ours * (down - y)
    u, v = np.rint(x * apart + middle[0]).astype(int), np.rint(y * apart + middle[1]).astype(int)
    seen = (u >= 0) & (u < width) & (v >= 0) & (v < height)
    order = np.flatnonzero(seen)[np.argsort(-far[seen], kind="stable")]
    behind = picture if surface is head else np.full_like(picture, 150)
    return _painted(behind, fine[order], u[order], v[order], whole=surface is head)


def with_eyes_shut(picture: Pixels, landmarks: NDArray[np.float32]) -> Pixels:
    """Draw the lids down: the skin between brow and eye stretched over each eye."""
    drawn = picture
    for eye, brow in ((slice(36, 42), slice(17, 22)), (slice(42, 48), slice(22, 27))):
        points = landmarks[eye].astype(np.float64)
        apart = float(np.linalg.norm(points[3] - points[0]))
        lids = float(points[1:3, 1].mean()), float(points[4:6, 1].mean())
        top = float(landmarks[brow, 1].mean() * 0.4 + lids[0] * 0.6)
        rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
        bottom = lids[1] + 0.06 * apart
        squeeze = (lids[0] - 0.13 * apart - top) / (bottom - top)
        lidded = np.where((rows > top) & (rows < bottom), top + (rows - top) * squeeze, rows)
        lowered = cv2.remap(drawn, columns, lidded.astype(np.float32), cv2.INTER_LINEAR)
        x, y = points.mean(axis=0)
        near = np.exp(-(((columns - x) / (0.75 * apart)) ** 8) - ((rows - y) / apart) ** 8)
        lash = np.exp(-(((rows - bottom) / (0.035 * apart)) ** 2)) * (
            np.abs(columns - x) < apart / 2
        )
        shown = lowered * (1.0 - 0.6 * lash[..., None])
        drawn = (shown * near[..., None] + drawn * (1.0 - near[..., None])).astype(np.uint8)
    return drawn


def _painted(behind: Pixels, colours: Pixels, u: Floats, v: Floats, *, whole: bool) -> Pixels:
    """Paint points, the far ones first; fill what none of them hit."""
    drawn = behind.copy()
    bare = np.full(behind.shape[:2], 255, np.uint8)
    drawn[v, u] = colours
    bare[v, u] = 0
    if not whole:  # Only the gaps between points, not the wall around the paper.
        bare &= cv2.morphologyEx(255 - bare, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.inpaint(drawn, bare, 2, cv2.INPAINT_TELEA), np.uint8)


def _head_share(x: Floats, y: Floats) -> Floats:
    """1 on the head, 0 in the room, between them a slope."""
    out = np.hypot(x / _HEAD_HALF[0], (y - _HEAD_MIDDLE_DOWN) / _HEAD_HALF[1])
    return np.clip((_FADE - out) / (_FADE - 1.0), 0.0, 1.0)
