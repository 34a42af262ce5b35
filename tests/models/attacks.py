"""Simulated presentations of a face: a phone or a sheet of paper held up in a room.

They are drawings, not recordings: no screen, printer or camera took part. They are good
for seeing that an answer changes, not for stating an error rate.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def on_a_phone(face: Pixels, room: Pixels, *, height: float = 0.72) -> Pixels:
    """Show a picture on a phone held before a room; `height` is a share of the room's."""
    return _hold_up(_screen(face), room, height, border=(0.03, 0.09), edge=(18, 18, 20))


def on_paper(face: Pixels, room: Pixels, *, height: float = 0.8) -> Pixels:
    """Show a picture printed on white paper held before a room."""
    return _hold_up(_print(face), room, height, border=(0.10, 0.08), edge=(236, 240, 242))


def _screen(face: Pixels) -> Pixels:
    """Cooler, brighter, and striped where the screen's lines meet the camera's."""
    rows, columns = np.mgrid[0 : face.shape[0], 0 : face.shape[1]]
    stripes = 6.0 * np.sin(rows * 2.1 + columns * 0.35)
    shown = face.astype(np.float32) * (1.10, 1.04, 0.98) + 12.0 + stripes[..., None]
    glare = np.exp(-(((rows - columns * 0.6) / (0.18 * face.shape[0])) ** 2))
    return np.clip(shown + 26.0 * glare[..., None], 0, 255).astype(np.uint8)


def _print(face: Pixels) -> Pixels:
    """Duller, coarser, with the paper's grain."""
    grain = np.random.default_rng(7).normal(0.0, 3.0, face.shape)
    soft = cv2.GaussianBlur(face, (0, 0), 1.2).astype(np.float32)
    return np.clip(40.0 + soft * 0.72 + grain, 0, 255).astype(np.uint8)


def _hold_up(
    shown: Pixels,
    room: Pixels,
    height: float,
    *,
    border: tuple[float, float],
    edge: tuple[int, int, int],
) -> Pixels:
    """Frame a picture and paste it in the middle of a room, a little crooked."""
    across, down = (round(share * shown.shape[0]) for share in border)
    framed = cv2.copyMakeBorder(shown, down, down, across, across, cv2.BORDER_CONSTANT, value=edge)
    scale = height * room.shape[0] / framed.shape[0]
    middle = (framed.shape[1] / 2, framed.shape[0] / 2)
    turn = cv2.getRotationMatrix2D(middle, 4.0, scale)
    turn[:, 2] += (room.shape[1] / 2 - middle[0], room.shape[0] / 2 - middle[1])
    size = (room.shape[1], room.shape[0])
    held = cv2.warpAffine(framed, turn, size)
    inside = cv2.warpAffine(np.full(framed.shape[:2], 255, np.uint8), turn, size)
    share = cv2.GaussianBlur(inside, (3, 3), 0).astype(np.float32)[..., None] / 255.0
    return (held * share + room * (1.0 - share)).astype(np.uint8)


def plain_room() -> Pixels:
    """An evenly lit wall with a camera's noise, 960x540: what stands behind the attacker."""
    light = np.linspace(150.0, 190.0, 960)[None, :, None] * np.ones((540, 1, 3))
    noise = np.random.default_rng(1).normal(0.0, 4.0, light.shape)
    return np.clip(light * (0.95, 1.0, 1.02) + noise, 0, 255).astype(np.uint8)
