"""A camera beside the first one, made up: what infrared or depth would show of a scene.

It draws from the colour picture and the place of the face in it, which somebody else must
find. Physics by rule of thumb: no sensor was measured.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from terminal.core.camera_checks import SecondStream

_SIZE = (240, 320)
"""Rows and columns of the made pictures: what small depth cameras give."""

_VIEW_DEG = 60.0
_FACE_MM = 145.0
_WALL_MM = 1800.0
_NOSE_MM = 22.0
_HEAD_MM = 75.0
"""Angle of view across, a face's width, the wall behind, a nose's height, and how much
farther the sides of a head are than its front."""

_DEPTH_NOISE_MM = 2.0
_HOLES = 0.03
"""Spread of a depth camera's answers, and the share of pixels it leaves out."""

_INFRARED_NOISE = 3.0

Box = tuple[float, float, float, float]
"""Left, top, width and height of a face, in pixels of the colour picture."""


class Scene(StrEnum):
    """What really stands before the cameras."""

    PERSON = "person"
    PRINT = "print"
    BENT_PRINT = "bent_print"
    SCREEN = "screen"
    AWAY = "away"
    """The second camera gives no picture."""


@dataclass(frozen=True, slots=True, eq=False)
class SecondFrame:
    """One made picture."""

    kind: SecondStream
    pixels: NDArray[Any]
    """(height, width): infrared 0 to 255, or depth in millimetres, 0 where not known."""


class SecondCamera:
    """Shows the scene it is told, whatever the colour camera sees."""

    def __init__(
        self,
        kind: SecondStream,
        colour: Callable[[], NDArray[np.uint8] | None],
        where: Callable[[NDArray[np.uint8]], Box | None],
        scene: Scene = Scene.PERSON,
    ) -> None:
        """`colour` gives the newest colour picture, `where` the face in it."""
        self.kind = kind
        self._colour = colour
        self._where = where
        self.scene = scene

    def frame_at(self, seen_at_s: float) -> SecondFrame | None:
        """Return the picture of this moment; None while there is none."""
        colour = self._colour()
        if colour is None or self.scene is Scene.AWAY:
            return None
        box = self._where(colour)
        seed = zlib.crc32(f"{seen_at_s:.6f}".encode())
        if self.kind is SecondStream.DEPTH:
            return SecondFrame(self.kind, depth_of(self.scene, colour.shape[:2], box, seed))
        return SecondFrame(self.kind, infrared_of(self.scene, colour, box, seed))


def depth_of(
    scene: Scene, colour_size: tuple[int, ...], box: Box | None, seed: int = 0
) -> NDArray[np.uint16]:
    """Draw the distances of a scene, millimetres, 0 where the camera leaves a hole."""
    rng = np.random.default_rng(seed)
    depth = np.full(_SIZE, _WALL_MM)
    if box is not None and scene is not Scene.AWAY:
        place = _Place.of(box, colour_size)
        front = place.distance_mm(box[2] / colour_size[1])
        depth = np.where(place.held(scene), place.surface(scene, front), depth)
    depth += rng.normal(0.0, _DEPTH_NOISE_MM, _SIZE)
    depth[rng.random(_SIZE) < _HOLES] = 0.0
    return np.asarray(depth.round(), np.uint16)


def infrared_of(
    scene: Scene, colour: NDArray[np.uint8], box: Box | None, seed: int = 0
) -> NDArray[np.uint8]:
    """Draw what a lamp beside the camera lights up, invisible to people."""
    rng = np.random.default_rng(seed)
    size = colour.shape[:2]
    lit = np.full(_SIZE, 25.0)
    if box is not None and scene is not Scene.AWAY:
        place = _Place.of(box, size)
        lit = np.where(place.held(scene), _reflected(scene, colour, place), lit)
    lit += rng.normal(0.0, _INFRARED_NOISE, _SIZE)
    return np.asarray(np.clip(lit, 0, 255), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Every pixel's place in the face's box: -1 to 1 across and down inside it."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @classmethod
    def of(cls, box: Box, colour_size: tuple[int, ...]) -> _Place:
        left, top, width, height = box
        rows, columns = np.mgrid[0 : _SIZE[0], 0 : _SIZE[1]].astype(np.float64)
        across = (columns + 0.5) / _SIZE[1] * colour_size[1]
        down = (rows + 0.5) / _SIZE[0] * colour_size[0]
        return cls((across - left) / width * 2 - 1, (down - top) / height * 2 - 1)

    def held(self, scene: Scene) -> NDArray[np.bool_]:
        """Where the head is, or the sheet or the screen that shows it."""
        if scene is Scene.PERSON:
            return np.hypot(self.x / 1.05, self.y / 1.15) < 1.0
        return np.asarray((np.abs(self.x) < 1.9) & (np.abs(self.y) < 1.7))

    def distance_mm(self, share: float) -> float:
        """How far a face is that takes this share of the picture's width."""
        return _FACE_MM / (2 * math.tan(math.radians(_VIEW_DEG / 2)) * max(share, 1e-3))

    def surface(self, scene: Scene, front_mm: float) -> NDArray[np.float64]:
        """Distances of the head or of what shows it."""
        if scene is Scene.PERSON:
            round_mm = _HEAD_MM * (1 - np.sqrt(np.clip(1 - self.round2(), 0, 1)))
            nose = np.exp(-((self.x / 0.17) ** 2) - ((self.y - 0.12) / 0.26) ** 2)
            return np.asarray(front_mm + round_mm - _NOSE_MM * nose)
        bent_mm = 40.0 * self.x**2 if scene is Scene.BENT_PRINT else 0.0 * self.x
        return np.asarray(front_mm + 6.0 * self.y + bent_mm)

    def round2(self) -> NDArray[np.float64]:
        return np.asarray((self.x / 1.1) ** 2 + (self.y / 1.25) ** 2)


def _reflected(scene: Scene, colour: NDArray[np.uint8], place: _Place) -> NDArray[np.float64]:
    """How bright the head or what shows it is: skin, paper, or the dark of a screen."""
    glare = np.exp(-((place.x - 0.9) ** 2 + (place.y + 0.8) ** 2) / 0.1)
    if scene is Scene.SCREEN:
        return np.asarray(8.0 + 60.0 * glare)
    small = cv2.resize(colour, (_SIZE[1], _SIZE[0]), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float64)
    inside = place.round2() < 0.6
    detail = grey / max(float(grey[inside].mean()) if inside.any() else 1.0, 1.0)
    if scene is Scene.PERSON:
        shading = np.sqrt(np.clip(1 - 0.75 * place.round2(), 0.05, 1))
        return np.asarray(150.0 * shading * (0.35 + 0.65 * np.clip(detail, 0.2, 1.4)))
    bent = 1 - 0.08 * place.x**2 if scene is Scene.BENT_PRINT else 1.0
    return np.asarray(185.0 * bent * (0.96 + 0.04 * detail))
