"""What can be put before the demo's camera: the sample clips, and clips made of them.

The made ones stand for mishaps: a photograph held up, two people at once, a covered
lens. They are written beside the clips, never committed, and made anew when missing.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera import Camera
from terminal.core.faults import Unavailable

MAN = "man"
WOMAN = "woman"
NOBODY = "nobody"
PHOTOGRAPH = "photograph"
TWO = "two"
BLACK = "black"
FROZEN = "frozen"
GONE = "gone"

_WIDTH, _HEIGHT, _RATE = 640, 480, 15.0
_FRAMES = 45
"""Three seconds, then it begins anew."""

_READ_MAX_S = 10.0
"""A clip that gives no picture by then is damaged."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Footage:
    """A clip, or a part of one, and what it shows."""

    label: str
    file: str
    start: float = 0.0
    end: float = 1.0


SCENES: dict[str, Footage] = {
    MAN: Footage("王建国走到镜头前", "face_noface.mov"),
    WOMAN: Footage("李秀英走到镜头前", "WolfgangLanger_Pexels.mp4", 0.67, 1.0),
    NOBODY: Footage("没有人", "no_face.mp4"),
    PHOTOGRAPH: Footage("有人举着手机里的照片", "made_telephone.mp4"),
    TWO: Footage("两个人同时站着", "made_two.mp4"),
    BLACK: Footage("镜头被盖住（全黑）", "made_black.mp4"),
    FROZEN: Footage("画面不动（卡住）", "single_face.jpg"),
    GONE: Footage("摄像头被拔掉", "no-such-camera.mp4"),
}

ENROLS: dict[str, Footage] = {
    MAN: Footage("", "single_face.mp4"),
    WOMAN: Footage("", "WolfgangLanger_Pexels.mp4", 0.0, 0.33),
}
"""From what each person is enrolled: never from what they are recognised in."""


def make_scenes(folder: Path) -> None:
    """Write the made clips that are missing. Raises Unavailable `scenes.not_made`."""
    makers: dict[str, Callable[[Path], list[Pixels]]] = {
        SCENES[PHOTOGRAPH].file: _photograph,
        SCENES[TWO].file: _two,
        SCENES[BLACK].file: _black,
    }
    for file, frames in makers.items():
        if not (folder / file).exists():
            _write(folder / file, frames(folder))


def _photograph(folder: Path) -> list[Pixels]:
    """The man's picture on a telephone, moved a little by a hand, before a wall.

    A plain wall and a glaring telephone held near, because before some backgrounds and for
    some telephones passive liveness alone is lucky now and then (docs/thresholds.md): the
    scene shows what a refusal looks like, not how often there is one.
    """
    phone = _phone(_read(folder / ENROLS[MAN].file, 0.0, 1.0, 1)[0])
    grain = np.random.default_rng(11)
    shade = np.linspace(120, 175, _WIDTH)[None, :, None] * np.ones((_HEIGHT, 1, 3))
    rooms = [shade + grain.normal(0, 3, shade.shape) for _ in range(_FRAMES)]
    walls = [np.asarray(room.clip(0, 255), np.uint8) for room in rooms]
    return [_held(wall, phone, number) for number, wall in enumerate(walls)]


def _phone(picture: Pixels) -> Pixels:
    side = min(picture.shape[:2])
    left = (picture.shape[1] - side) // 2
    square = cv2.resize(picture[:side, left : left + side], (260, 260))
    lit = cv2.convertScaleAbs(square, alpha=0.8, beta=40)
    lit[::2] = cv2.convertScaleAbs(lit[::2], alpha=0.85)  # The screen's own rows.
    return np.asarray(
        cv2.copyMakeBorder(lit, 40, 40, 16, 16, cv2.BORDER_CONSTANT, value=(20, 20, 20)), np.uint8
    )


def _held(room: Pixels, phone: Pixels, number: int) -> Pixels:
    top = 70 + round(4 * np.sin(number / 5))
    left = 174 + round(6 * np.sin(number / 7))
    shown = room.copy()
    shown[top : top + phone.shape[0], left : left + phone.shape[1]] = phone
    return shown


def _two(folder: Path) -> list[Pixels]:
    half = (_WIDTH // 2, _HEIGHT)
    men = _read(folder / ENROLS[MAN].file, 0.0, 1.0, _FRAMES)
    women = _read(folder / ENROLS[WOMAN].file, 0.0, 0.2, _FRAMES)
    return [
        np.hstack([_middle(man, half), _middle(woman, half)])
        for man, woman in zip(men, women, strict=True)
    ]


def _middle(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """The middle of a picture, cut to the shape of `size` (width, height)."""
    height, width = picture.shape[:2]
    wanted = min(width, height * size[0] // size[1])
    left = (width - wanted) // 2
    return np.asarray(cv2.resize(picture[:, left : left + wanted], size), np.uint8)


def _black(_folder: Path) -> list[Pixels]:
    noise = np.random.default_rng(7)
    return [noise.integers(0, 4, (_HEIGHT, _WIDTH, 3), np.uint8) for _ in range(_FRAMES)]


def _read(clip: Path, start: float, end: float, count: int) -> list[Pixels]:
    """Some frames of a clip, as the camera sees them."""
    camera = Camera(str(clip), start=start, end=end)
    frames: list[Pixels] = []
    number, until_s = -1, time.monotonic() + _READ_MAX_S
    try:
        while len(frames) < count:
            frame = camera.frame()
            if frame is not None and frame.number != number:
                number = frame.number
                frames.append(frame.pixels)
            elif time.monotonic() > until_s:
                raise Unavailable("scenes.not_made", clip=clip.name)
            else:
                time.sleep(0.005)
    finally:
        camera.close()
    return frames


def _write(clip: Path, frames: list[Pixels]) -> None:
    # A name of its own: two demos that share a data folder may make a clip at one moment.
    part = clip.with_name(f"part-{secrets.token_hex(8)}-{clip.name}")
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(part), cv2.VideoWriter.fourcc(*"mp4v"), _RATE, (width, height))
    try:
        for frame in frames:
            writer.write(frame)
    finally:
        writer.release()
    part.replace(clip)
