"""What a look and a search cost, by the clip of a real face and the networks in use."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drivers.camera import Camera
from drivers.simulated.scenes import ENROLS, MAN
from models.evaluation.look_trial import look_trial
from models.evaluation.search_trial import search_trial
from models.packs import Pack
from terminal.core.faults import Unavailable

_WIDTH, _HEIGHT = 640, 480
"""What an ordinary camera gives; the clip is narrower and gets its edges drawn out."""

_FRAMES = 10
_WATCH_MAX_S = 20.0
"""A clip that gives no ten pictures by then is damaged."""

_PAUSE_S = 0.005

_SIZES = (2000, 10_000, 50_000)


def bench_faces(pack: Pack, clips: Path) -> dict[str, object]:
    """Time whole looks and exact searches. Raises Unavailable `demo.stuck`."""
    frames = _frames(clips / ENROLS[MAN].file)
    return {
        "look": look_trial(pack, frames),
        "search": search_trial(_SIZES, pack.model_digest, pack.dimension, lambda *_: None),
    }


def _frames(clip: Path) -> list[NDArray[np.uint8]]:
    frames: list[NDArray[np.uint8]] = []
    camera, number = Camera(str(clip)), -1
    until_s = time.monotonic() + _WATCH_MAX_S
    try:
        while len(frames) < _FRAMES:
            if time.monotonic() > until_s:
                raise Unavailable("demo.stuck", step="clip")
            frame = camera.frame()
            if frame is None or frame.number == number:
                time.sleep(_PAUSE_S)
                continue
            number = frame.number
            frames.append(_framed(frame.pixels))
    finally:
        camera.close()
    return frames


def _framed(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut to the middle, or draw the edges out, until it is a camera's frame."""
    for axis, side in ((0, _HEIGHT), (1, _WIDTH)):
        room = side - pixels.shape[axis]
        before = abs(room) // 2
        if room < 0:
            pixels = pixels.take(range(before, before + side), axis)
        else:
            margins = [(0, 0)] * 3
            margins[axis] = (before, room - before)
            pixels = np.pad(pixels, margins, mode="edge")
    return np.ascontiguousarray(pixels)
