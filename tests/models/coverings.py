"""Draws what covers a face: masks, scarves, eye patches, bandages, dark glasses.

Drawings, not people: no mask was worn and no patient photographed. They are good for
developing a check and for seeing it fail, not for stating an error rate. Two drawings,
clear glasses and a beard, cover nothing and must pass.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import insightface
import numpy as np
from insightface.utils.face_align import arcface_dst
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]
Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""A picture (side, side, 3) and how much of it is seen (side, side), 0 to 1."""

SCALE = 4
SIDE = 224 * SCALE
MASKS = Path(insightface.__file__).parent / "data" / "images"
"""Photographs of real masks, shipped with the library."""


def cover(pixels: Pixels, landmarks: Points, kind: str, seed: int = 0) -> Pixels:
    """Return the picture with a covering of this kind drawn over the face.

    `landmarks` as `Face.landmarks`. The seed moves, turns, scales and lights the drawing.
    """
    rng = np.random.default_rng(seed)
    paint, share = KINDS[kind](rng)
    place, _ = cv2.estimateAffinePartial2D(at(arcface_dst), landmarks)
    size = rng.uniform(0.94, 1.06)
    nudge = at(arcface_dst).mean(0) * (1 - size) + rng.uniform(-1.5, 1.5, 2) * SCALE
    place = place @ np.array([[size, 0, nudge[0]], [0, size, nudge[1]], [0, 0, 1]])
    span = (pixels.shape[1], pixels.shape[0])
    drawn = cv2.warpAffine(paint, place, span, flags=cv2.INTER_AREA)
    seen = cv2.warpAffine(share, place, span, flags=cv2.INTER_AREA)[..., None]
    drawn = drawn * light(pixels, landmarks)[..., None] * rng.uniform(0.85, 1.1)
    drawn += rng.normal(0.0, 2.0, pixels.shape)
    soft = cv2.GaussianBlur(np.clip(drawn, 0, 255), (0, 0), 0.7)
    return np.clip(soft * seen + pixels * (1.0 - seen), 0, 255).astype(np.uint8)


def at(points: object) -> Points:
    """From the places of a 112-pixel crop to those of the drawing, which is wider."""
    return ((np.asarray(points, np.float32) + 56.0) * SCALE).astype(np.float32)


def light(pixels: Pixels, landmarks: Points) -> NDArray[np.float32]:
    """How bright each place is lit, 1 in the middle of the face: the soft light of the room."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.float32)
    apart = float(np.linalg.norm(landmarks[1] - landmarks[0]))
    soft = cv2.GaussianBlur(grey, (0, 0), apart * 0.5)
    x, y = landmarks.mean(0).astype(int)
    level = soft[y.clip(0, len(soft) - 1), x.clip(0, soft.shape[1] - 1)]
    # White cloth beside a dark face is exposed as the face is, or half way to it.
    exposure = np.clip(level / 130.0, 0.55, 1.1)
    return np.clip((soft / max(level, 1.0)) ** 0.5, 0.6, 1.2) * exposure


def region(points: list[tuple[float, float]], soft: float = 0.6) -> NDArray[np.float32]:
    """A filled outline, its edge a little soft."""
    share = np.zeros((SIDE, SIDE), np.float32)
    cv2.fillPoly(share, [at(points).round().astype(np.int32)], 1.0)
    return cv2.GaussianBlur(share, (0, 0), soft * SCALE)


def plain(colour: tuple[float, float, float]) -> NDArray[np.float32]:
    return np.full((SIDE, SIDE, 3), colour, np.float32)


def woven(colour: tuple[float, float, float], period: float, depth: float) -> NDArray[np.float32]:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / SCALE
    weave = np.sin(rows * 2 * np.pi / period) * np.sin(columns * 2 * np.pi / period)
    return (plain(colour) + depth * weave[..., None]).astype(np.float32)


def mask_outline(rng: np.random.Generator, top: float) -> list[tuple[float, float]]:
    low = 112.0 + rng.uniform(-2, 5)
    return [
        (56, top), (68, top + 4), (84, top + 7), (96, top + 10), (93, 96), (84, low - 2),
        (56, low + 4), (28, low - 2), (19, 96), (16, top + 10), (28, top + 7), (44, top + 4),
    ]  # fmt: skip


def mask_of(colour: str) -> Callable[[np.random.Generator], Layer]:
    def draw(rng: np.random.Generator) -> Layer:
        cloth = cv2.imread(str(MASKS / f"mask_{colour}.jpg"))
        rows, columns = cloth.shape[:2]
        cloth = cloth[rows // 12 : -rows // 12, columns // 16 : -columns // 16]
        top = rng.uniform(58, 68)
        left, upper = (at((14, top)).round().astype(int)).tolist()
        right, lower = (at((98, 122)).round().astype(int)).tolist()
        paint = plain((128, 128, 128))
        size = (right - left, lower - upper)
        paint[upper:lower, left:right] = cv2.resize(cloth, size, interpolation=cv2.INTER_AREA)
        return paint, region(mask_outline(rng, top))

    return draw


def mask_cloth(rng: np.random.Generator) -> Layer:
    colours = ((150, 90, 60), (60, 60, 170), (90, 130, 70), (180, 160, 200), (70, 70, 75))
    paint = woven(colours[rng.integers(len(colours))], rng.uniform(5, 12), 35.0)
    return paint, region(mask_outline(rng, rng.uniform(58, 68)))


def mask_under_the_nose(rng: np.random.Generator) -> Layer:
    paint, _ = mask_of(("blue", "white", "black")[rng.integers(3)])(rng)
    return paint, region(mask_outline(rng, rng.uniform(77, 80)))


def scarf(rng: np.random.Generator) -> Layer:
    colours = ((40, 40, 150), (120, 80, 50), (60, 60, 60), (150, 150, 155))
    paint = woven(colours[rng.integers(len(colours))], rng.uniform(3, 5), 22.0)
    top = rng.uniform(62, 76)
    edge = [(x, top + 3 * np.sin(x / 9 + rng.uniform(0, 6))) for x in range(2, 112, 6)]
    return paint, region([*edge, (114, 150), (-2, 150)])


def eye_of(rng: np.random.Generator) -> Points:
    return arcface_dst[int(rng.integers(2))]


def around(middle: Points, across: float, down: float) -> list[tuple[float, float]]:
    turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return [(middle[0] + across * np.cos(t), middle[1] + down * np.sin(t)) for t in turns]


def patch_black(rng: np.random.Generator) -> Layer:
    eye = eye_of(rng)
    share = region(around(np.add(eye, (0, 1)), rng.uniform(12, 15), rng.uniform(11, 14)))
    strap = np.zeros_like(share)
    far = (-6.0, 36.0) if eye[0] > 56 else (118.0, 36.0)
    ends = at([far, eye]).round().astype(int).tolist()
    cv2.line(strap, ends[0], ends[1], 1.0, round(2.4 * SCALE))
    return woven((28, 28, 30), 3.0, 5.0), np.maximum(share, strap)


def patch_gauze(rng: np.random.Generator) -> Layer:
    eye = eye_of(rng)
    share = region(around(np.add(eye, (0, 1)), rng.uniform(13, 17), rng.uniform(12, 15)))
    return woven((222, 228, 230), 2.6, 7.0), share


def bandage(rng: np.random.Generator) -> Layer:
    """A strip wound round the head, down over one eye."""
    eye = eye_of(rng)
    away = 1.0 if eye[0] > 56 else -1.0
    wide = rng.uniform(13, 16)
    ends = [(56 - away * 55, 18 - wide), (56 + away * 60, 66 - wide)]
    paint = woven((205, 216, 222), 3.4, 10.0)
    return paint, region([ends[0], ends[1], (ends[1][0], 66 + wide), (ends[0][0], 18 + wide)])


def lenses(
    rng: np.random.Generator, level: float, rim: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Two lenses and what joins them: (how much of the lens, how much of the rim) is seen."""
    lens, frame = np.zeros((SIDE, SIDE), np.float32), np.zeros((SIDE, SIDE), np.float32)
    size = (rng.uniform(14, 16), rng.uniform(10, 13))
    for eye in arcface_dst[:2]:
        middle = at(np.add(eye, (0, 1.5))).round().astype(int).tolist()
        axes = (round(size[0] * SCALE), round(size[1] * SCALE))
        cv2.ellipse(lens, middle, axes, 0, 0, 360, level, -1)
        cv2.ellipse(frame, middle, axes, 0, 0, 360, 1.0, max(round(rim * SCALE), 1))
    for points in ([(52.5, 50), (59.5, 50)], [(-4, 47), (23, 49)], [(89, 49), (116, 47)]):
        ends = at(points).round().astype(int).tolist()
        cv2.line(frame, ends[0], ends[1], 1.0, max(round(rim * SCALE), 1))
    return lens, frame


def dark_glasses(rng: np.random.Generator) -> Layer:
    lens, frame = lenses(rng, rng.uniform(0.88, 1.0), 1.4)
    paint = plain((30, 26, 24))
    rows = np.mgrid[0:SIDE, 0:SIDE][0] / SIDE
    paint += (18.0 * (1.0 - rows))[..., None].astype(np.float32)
    return paint, np.maximum(lens, frame)


def clear_glasses(rng: np.random.Generator) -> Layer:
    """Covers nothing: rims, a faint tint and a small reflection."""
    lens, frame = lenses(rng, 0.06, rng.uniform(0.8, 1.8))
    paint = plain((40, 40, 45))
    for eye in arcface_dst[:2]:
        glint = region(around(np.add(eye, (-6, -6)), 2.4, 1.2))
        paint = paint * (1 - glint[..., None]) + 235.0 * glint[..., None]
        lens = np.maximum(lens, glint * 0.7)
    return paint.astype(np.float32), np.maximum(lens, frame)


def beard(rng: np.random.Generator) -> Layer:
    """Covers nothing that a beard does not: cheeks and chin, not the lips."""
    shades = ((25, 28, 34), (40, 55, 75), (120, 122, 126), (60, 66, 76))
    shade = np.array(shades[rng.integers(len(shades))], np.float32)
    hairs = rng.normal(0.0, 1.0, (SIDE, SIDE)).astype(np.float32)
    hairs = cv2.GaussianBlur(hairs, (0, 0), sigmaX=0.5 * SCALE, sigmaY=1.6 * SCALE)
    hairs /= hairs.std()
    paint = shade + 16.0 * hairs[..., None]
    outline = [
        (22, 70), (28, 84), (40, 82), (50, 79), (56, 81), (62, 79), (72, 82), (84, 84), (90, 70),
        (92, 96), (80, 112), (56, 120), (32, 112), (20, 96),
    ]  # fmt: skip
    lips = region(around(arcface_dst[3:].mean(0), 15.5, 6.0), 1.0)
    share = region(outline, 2.0) * (1 - lips) * np.clip(0.75 + 0.2 * hairs, 0, 1)
    return paint.astype(np.float32), np.clip(share * rng.uniform(0.7, 1.15), 0, 1)


OVER_THE_MOUTH: dict[str, Callable[[np.random.Generator], Layer]] = {
    **{f"mask_{colour}": mask_of(colour) for colour in ("blue", "green", "white", "black")},
    "mask_cloth": mask_cloth,
    "mask_under_the_nose": mask_under_the_nose,
    "scarf": scarf,
}
OVER_AN_EYE: dict[str, Callable[[np.random.Generator], Layer]] = {
    "patch_black": patch_black,
    "patch_gauze": patch_gauze,
    "bandage": bandage,
    "dark_glasses": dark_glasses,
}
OVER_NOTHING: dict[str, Callable[[np.random.Generator], Layer]] = {
    "clear_glasses": clear_glasses,
    "beard": beard,
}
KINDS = {**OVER_THE_MOUTH, **OVER_AN_EYE, **OVER_NOTHING}
