"""Does a second camera see a head where the first one sees a face?

Infrared: a screen gives no infrared light and shows nothing; most inks are transparent to
it, so a print is evenly bright, and so is the paper around the face. A head is bright in
the middle, darker to its sides, with dark eyes, and what is behind it is farther from the lamp.

Depth: paper and screens are flat, or bent one way. A nose stands out from the plane of
its face and also from every smoothly bent surface through it.

Both pictures show what the colour picture shows (registered), at any size. The scores are
made of drawings and physics, not of measured cameras: docs/thresholds.md.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Face
from terminal.core.faults import Refused

_SIDE = 64
"""The face is looked at in a square of this many samples: its box."""

_HOLES_MAX = 0.5
"""Most of a face that a depth camera may leave out; hair and dark eyes give holes."""

_DISTANCE_MM = (200.0, 2000.0)
"""Where a person stands who wants to be recognised."""

_VIEW_DEG = 60.0
"""The usual angle of view across; only to tell a telephone's small face from a head."""

_WIDTH_MM = (70.0, 320.0)
"""A face is 130 to 160 mm wide; as much again for other angles of view."""

_RELIEF_MM = ((4.0, 10.0), (60.0, 80.0))
"""How far a nose stands before the plane of its face: certainly not, certainly; and again
when it is too much. Noses have 15 to 30."""

_BENT_RELIEF_MM = (2.5, 6.0)
"""The same against a bent surface: paper rolled round a hand leaves 1, a nose 8 and more."""

_NOSE_REACH = 0.35
"""How far from its landmark the tip of the nose is looked for, in half boxes."""

_TIP_SAMPLES = (7, 7)
"""A tenth of the face each way."""

_INFRARED_LEVEL = (20.0, 45.0)
"""Mean grey of the face: a screen has 5 to 15, a lit face at a metre 60 and more."""

_EYES_DARKER = (0.04, 0.12)
"""How much darker the eyes are than the cheeks, as a share."""

_SIDES_DARKER = (0.03, 0.10)
"""How much darker the sides of a face are than its middle; paper is as bright at its side."""

_BEHIND_DARKER = (0.05, 0.25)
"""How much darker it is beside the head; paper goes on around its face."""


def judge_infrared(infrared: NDArray[np.uint8], face: Face, colour_size: tuple[int, int]) -> float:
    """Return 0 (a print, a screen, nothing) to 1 (a head) for an infrared picture.

    `infrared` is (height, width), of eight bits. `face` is in pixels of the colour
    picture, whose (height, width) is `colour_size`. Raises Refused `picture.unsuitable`.
    """
    _refuse_unsuitable(infrared)
    seen = _square(infrared.astype(np.float32), face, colour_size, wider=1.0)
    around = _square(infrared.astype(np.float32), face, colour_size, wider=1.7)
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE] / (_SIDE - 1) * 2 - 1
    apart = np.hypot(rows, columns)
    middle, inside = _mean(seen, apart < 0.5), _mean(seen, apart < 0.85)
    sides = _mean(seen, (np.abs(columns) > 0.75) & (np.abs(rows) < 0.5))
    beside = _mean(around, (np.abs(columns) > 0.85) & (rows < 0.3))
    eyes, cheeks = _eyes_and_cheeks(infrared, face, colour_size)
    lowest = max(inside, 1.0)
    return min(
        _rise(inside, _INFRARED_LEVEL),
        _rise((cheeks - eyes) / max(cheeks, 1.0), _EYES_DARKER),
        _rise((middle - sides) / lowest, _SIDES_DARKER),
        _rise((inside - beside) / lowest, _BEHIND_DARKER),
    )


def judge_depth(
    depth_mm: NDArray[np.uint16] | NDArray[np.floating[Any]],
    face: Face,
    colour_size: tuple[int, int],
) -> float:
    """Return 0 (flat, bent, nothing) to 1 (a head) for a picture of distances.

    `depth_mm` is (height, width), millimetres, 0 where not known; NaN counts as not known.
    `face` and `colour_size` as in `judge_infrared`. Raises Refused `picture.unsuitable`.
    """
    _refuse_unsuitable(depth_mm)
    finite = np.where(np.isfinite(depth_mm), depth_mm, 0).astype(np.float32)
    known = _square((finite > 0).astype(np.float32), face, colour_size, wider=1.0) > 0.999
    seen = _square(finite, face, colour_size, wider=1.0)
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE] / (_SIDE - 1) * 2 - 1
    inside = known & (np.hypot(rows, columns) < 0.75)
    if inside.sum() < (1 - _HOLES_MAX) * (np.hypot(rows, columns) < 0.75).sum():
        return 0.0
    distance = float(np.median(seen[inside]))
    if not _DISTANCE_MM[0] <= distance <= _DISTANCE_MM[1]:
        return 0.0
    across = 2 * distance * math.tan(math.radians(_VIEW_DEG / 2)) * face.width / colour_size[1]
    if not _WIDTH_MM[0] <= across <= _WIDTH_MM[1]:
        return 0.0
    x, y = _place(face, face.landmarks[2])
    nose = np.hypot(columns - x, rows - y)
    # What is far behind the middle is the room beside a narrow face, not the face.
    of_face = inside & (np.abs(seen - distance) < 100.0)
    near, rest = of_face & (nose < _NOSE_REACH), of_face & (nose > _NOSE_REACH + 0.1)
    if near.sum() < 30 or rest.sum() < 200:
        return 0.0
    flat = np.stack([np.ones_like(rows), columns, rows], -1)
    bent = np.concatenate([flat, np.stack([columns**2, columns * rows, rows**2], -1)], -1)
    least, most = _RELIEF_MM
    relief = _relief(seen, flat, near, rest)
    return min(
        _rise(relief, least),
        1.0 - _rise(relief, most),
        _rise(_relief(seen, bent, near, rest), _BENT_RELIEF_MM),
    )


def _relief(
    seen: NDArray[np.float32],
    terms: NDArray[np.float64],
    near: NDArray[np.bool_],
    rest: NDArray[np.bool_],
) -> float:
    """How far the nose stands before the surface fitted through the rest, millimetres.

    Averaged over the size of a nose's tip, or noise alone would stand out.
    """
    fitted, *_ = np.linalg.lstsq(terms[rest], seen[rest].astype(np.float64), rcond=None)
    before = np.where(near, terms @ fitted - seen, 0.0)
    known = cv2.blur(near.astype(np.float64), _TIP_SAMPLES)
    tips = cv2.blur(before, _TIP_SAMPLES) / np.maximum(known, 0.5)
    return float(tips[near & (known >= 0.5)].max(initial=0.0))


def _eyes_and_cheeks(
    infrared: NDArray[np.uint8], face: Face, colour_size: tuple[int, int]
) -> tuple[float, float]:
    """Mean grey around the pupils, and of the skin half way from the eyes to the mouth."""
    scale = np.array([infrared.shape[1] / colour_size[1], infrared.shape[0] / colour_size[0]])
    left, right, _, *mouth = face.landmarks * scale
    cheeks = [(left * 0.5 + mouth[0] * 0.5), (right * 0.5 + mouth[1] * 0.5)]
    reach = max(round(face.width * float(scale[0]) * 0.06), 1)

    def level(point: NDArray[np.float64]) -> float:
        x, y = (int(value) for value in point)
        part = infrared[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1]
        return float(part.mean()) if part.size else 0.0

    return (level(left) + level(right)) / 2, (level(cheeks[0]) + level(cheeks[1])) / 2


def _square(
    picture: NDArray[np.float32], face: Face, colour_size: tuple[int, int], wider: float
) -> NDArray[np.float32]:
    """The face's box as a square of samples; what is outside the picture is 0."""
    across, down = picture.shape[1] / colour_size[1], picture.shape[0] / colour_size[0]
    middle = ((face.x + face.width / 2) * across, (face.y + face.height / 2) * down)
    size = (face.width * across * wider, face.height * down * wider)
    step = (size[0] / (_SIDE - 1), size[1] / (_SIDE - 1))
    matrix = np.array(
        [[step[0], 0.0, middle[0] - size[0] / 2], [0.0, step[1], middle[1] - size[1] / 2]]
    )
    # Nearest, so that a hole never mixes into the distances beside it.
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, (_SIDE, _SIDE), flags=flags), np.float32)


def _place(face: Face, point: NDArray[np.float32]) -> tuple[float, float]:
    """Where a point of the picture is in the box, -1 to 1 both ways."""
    x = (float(point[0]) - face.x) / face.width * 2 - 1
    return x, (float(point[1]) - face.y) / face.height * 2 - 1


def _mean(samples: NDArray[np.float32], where: NDArray[np.bool_]) -> float:
    return float(samples[where].mean())


def _rise(value: float, between: tuple[float, float]) -> float:
    """From 0 at the first to 1 at the second. NaN is 0."""
    share = (value - between[0]) / (between[1] - between[0])
    return min(share, 1.0) if share > 0.0 else 0.0


def _refuse_unsuitable(picture: NDArray[Any]) -> None:
    if picture.ndim != 2 or min(picture.shape) < 16 or max(picture.shape) > 4096:
        raise Refused("picture.unsuitable", dtype=str(picture.dtype), shape=str(picture.shape))
