"""Simulated presentations of a face: a phone or a sheet of paper held up in a room.

They are drawings, not recordings: no screen, printer or camera took part. They are good
for seeing that an answer changes, not for stating an error rate. `presented` makes a
sequence of one of KINDS; the same seed makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

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


@cache
def plain_room() -> Pixels:
    """An evenly lit wall with a camera's noise, 960x540: what stands behind the attacker."""
    light = np.linspace(150.0, 190.0, 960)[None, :, None] * np.ones((540, 1, 3))
    noise = np.random.default_rng(1).normal(0.0, 4.0, light.shape)
    room = np.clip(light * (0.95, 1.0, 1.02) + noise, 0, 255).astype(np.uint8)
    room.flags.writeable = False  # One room for all who ask.
    return room


@dataclass(frozen=True, slots=True, eq=False)
class _Hand:
    """How one thing is held up for as long as a sequence lasts, and how the hand shakes."""

    rng: np.random.Generator
    height: float
    """Of the thing held up, as a share of the picture's."""
    tilt_deg: float
    lean: NDArray[np.float32]
    """How far each corner is from a rectangle's, as a share of the height; (4, 2)."""


def _hand(seed: int) -> _Hand:
    rng = np.random.default_rng(seed)
    lean = rng.uniform(-0.05, 0.05, (4, 2)).astype(np.float32)
    return _Hand(rng, float(rng.uniform(0.5, 1.2)), float(rng.uniform(-8.0, 8.0)), lean)


Attack = Callable[[Sequence[Pixels], Sequence[NDArray[np.float32]], Pixels, _Hand], list[Pixels]]


def presented(
    kind: str,
    pictures: Sequence[Pixels],
    landmarks: Sequence[NDArray[np.float32]],
    room: Pixels,
    seed: int,
) -> list[Pixels]:
    """Present a person's frames, with the detector's five landmarks of each, as an attack."""
    return KINDS[kind](pictures, landmarks, room, _hand(seed))


def _still_print(
    pictures: Sequence[Pixels],
    landmarks: Sequence[NDArray[np.float32]],
    room: Pixels,
    hand: _Hand,
) -> list[Pixels]:
    """One frame on fibrous paper with a white border."""
    paper = _bordered(_inked(pictures[0], hand.rng))
    return [_held(paper, room, hand) for _ in pictures]


def _bent_paper(
    pictures: Sequence[Pixels],
    landmarks: Sequence[NDArray[np.float32]],
    room: Pixels,
    hand: _Hand,
) -> list[Pixels]:
    """One frame on paper rolled about an upright line, darker where it turns away."""
    paper = _bordered(_inked(pictures[0], hand.rng))
    height, width = paper.shape[:2]
    half_angle = hand.rng.uniform(0.5, 1.1)
    across = np.linspace(-np.sin(half_angle), np.sin(half_angle), width)
    columns = (np.arcsin(across) / half_angle + 1.0) / 2.0 * (width - 1)
    rows = np.mgrid[0:height, 0:width][0].astype(np.float32)
    where = np.broadcast_to(columns.astype(np.float32), (height, width))
    rolled = cv2.remap(paper, np.ascontiguousarray(where), rows, cv2.INTER_LINEAR)
    light = np.sqrt(1.0 - across**2)[None, :, None] * 0.45 + 0.55
    shaded = np.clip(rolled * light, 0, 255).astype(np.uint8)
    return [_held(shaded, room, hand) for _ in pictures]


def _cut_out_eyes(
    pictures: Sequence[Pixels],
    landmarks: Sequence[NDArray[np.float32]],
    room: Pixels,
    hand: _Hand,
) -> list[Pixels]:
    """A print of the first frame with holes, behind which the eyes of each frame move."""
    inked = _inked(pictures[0], hand.rng)
    apart = float(np.linalg.norm(landmarks[0][1] - landmarks[0][0]))
    shown = []
    for picture, points in zip(pictures, landmarks, strict=True):
        matrix, _ = cv2.estimateAffinePartial2D(points, landmarks[0])
        size = (inked.shape[1], inked.shape[0])
        behind = cv2.warpAffine(picture, matrix, size) * 0.8  # It is darker behind the paper.
        hole = np.zeros(inked.shape[:2], np.float32)
        for x, y in landmarks[0][:2].round().astype(int).tolist():
            cv2.ellipse(hole, (x, y), (round(apart * 0.3), round(apart * 0.15)), 0, 0, 360, 1, -1)
        share = hole[..., None]
        seen = (behind * share + inked * (1.0 - share)).astype(np.uint8)
        shown.append(_held(_bordered(seen), room, hand))
    return shown


def _replay(
    pictures: Sequence[Pixels],
    landmarks: Sequence[NDArray[np.float32]],
    room: Pixels,
    hand: _Hand,
) -> list[Pixels]:
    """The frames one after the other on a screen, with moire and glare, in a dark frame."""
    pitch, slant, phase = hand.rng.uniform((2.1, 0.0, 0.0), (3.3, 0.4, 6.28))
    aside, wide = hand.rng.uniform((-0.3, 0.08), (0.3, 0.3))
    shown = []
    for picture in pictures:
        height, width = picture.shape[:2]
        rows, columns = np.mgrid[0:height, 0:width]
        # Two gratings that nearly agree: the screen's own lines, and the camera's pixels.
        beat = np.sin(rows * pitch + columns * slant + phase)
        colour = np.stack([np.sin(columns * (pitch + shift)) for shift in (0.0, 0.7, 1.4)], -1)
        lit = picture.astype(np.float32) * (1.10, 1.04, 0.98) + 10.0
        lit += 5.0 * beat[..., None] + 4.0 * colour
        glare = np.exp(-(((columns / width - 0.5 - aside - rows / height * 0.3) / wide) ** 2))
        bright = np.clip(lit + 30.0 * glare[..., None], 0, 255).astype(np.uint8)
        edge = round(0.04 * height)
        framed = cv2.copyMakeBorder(
            bright, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(16, 16, 18)
        )
        shown.append(_held(framed, room, hand))
    return shown


def _still_screen(
    pictures: Sequence[Pixels],
    landmarks: Sequence[NDArray[np.float32]],
    room: Pixels,
    hand: _Hand,
) -> list[Pixels]:
    """A photograph on a screen."""
    return _replay([pictures[0]] * len(pictures), landmarks, room, hand)


KINDS: dict[str, Attack] = {
    "print": _still_print,
    "bent_paper": _bent_paper,
    "cut_out_eyes": _cut_out_eyes,
    "photograph_on_screen": _still_screen,
    "replayed_clip": _replay,
}


def _inked(face: Pixels, rng: np.random.Generator) -> Pixels:
    """Duller and coarser, a little off in colour, on paper whose fibres show."""
    soft = cv2.GaussianBlur(face, (0, 0), 1.1).astype(np.float32)
    fibres = rng.normal(0.0, 1.0, face.shape[:2]).astype(np.float32)
    fibres = cv2.GaussianBlur(fibres, (0, 0), 2.2, sigmaY=0.7) * 9.0
    grain = rng.normal(0.0, 2.5, face.shape)
    printed = 36.0 + soft * rng.uniform(0.68, 0.78, 3) + fibres[..., None] + grain
    return np.clip(printed, 0, 255).astype(np.uint8)


def _bordered(shown: Pixels) -> Pixels:
    edge = round(0.08 * shown.shape[0])
    border = cv2.BORDER_CONSTANT
    return np.asarray(
        cv2.copyMakeBorder(shown, edge, edge, edge, edge, border, value=(236, 240, 242)), np.uint8
    )


def _held(thing: Pixels, room: Pixels, hand: _Hand) -> Pixels:
    """Hold it before a room, where the hand is now: it shakes by some pixels."""
    height, width = thing.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    centred = (corners - (width / 2, height / 2)) / height + hand.lean
    turn = np.radians(hand.tilt_deg + hand.rng.normal(0.0, 0.4))
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    middle = np.array([room.shape[1] / room.shape[0] / 2, 0.5])
    shake = middle + hand.rng.normal(0.0, 0.004, 2)
    to = ((centred @ spin) * hand.height + shake) * room.shape[0]
    matrix = cv2.getPerspectiveTransform(corners, to.astype(np.float32))
    size = (room.shape[1], room.shape[0])
    how = cv2.INTER_AREA if hand.height * room.shape[0] < height else cv2.INTER_LINEAR
    held = cv2.warpPerspective(thing, matrix, size, flags=how)
    inside = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size)
    share = cv2.GaussianBlur(inside, (3, 3), 0).astype(np.float32)[..., None] / 255.0
    noise = hand.rng.normal(0.0, 1.5, room.shape)
    return np.clip(held * share + room * (1.0 - share) + noise, 0, 255).astype(np.uint8)
