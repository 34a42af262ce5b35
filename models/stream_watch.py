"""Notices pictures that no lens delivers: they repeat, stand still, or jump.

Whoever feeds a recording in place of the camera mostly loops it, pauses it, or switches
to it. A sensor's noise makes every frame unlike all before it; people walk in, and rooms
change their light but not their furniture, within one frame.

Seen: a loop whose frames come again byte for byte. Not seen: a recording that is encoded
anew each time, or played once; only something asked of the person shows those.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

import cv2
import numpy as np
from numpy.typing import NDArray

_SAMPLES = (48, 64)
"""Rows and columns of pixels that are compared byte for byte: enough noise to tell any two
frames of a sensor apart, 0.1 ms."""

_REMEMBERED = 6000
"""Frames whose fingerprints are kept, 8 bytes each: ten minutes at ten looks a second."""

_FLAT_MAX = 2.0
"""Least spread of grey, 0 to 255, of a picture that could only be itself; a covered lens
may well give equal ones."""

_REPEATS = 4
"""So many pictures seen before, forwards or backwards. One may be a driver's."""

_REPEATS_WITHIN_S = 3.0
"""A longer pause between two repeated pictures, and the counting begins anew."""

_STILL_FRAMES = 5
_STILL_S = 0.8
"""Equal frames in a row, and over how long: a slow sensor's driver hands one out twice."""

_MOMENT_S = 0.5
"""Within it a room is the same; after a longer pause anything may have changed."""

_CELLS = (4, 6)
_CELL_PX = 8
"""The picture is compared in 4 by 6 cells, each of 8 by 8 averaged samples."""

_STRUCTURE_MIN = 4.0
"""Least spread of grey in a cell to have a structure at all, before and after."""

_CELLS_MIN = 8
"""With fewer such cells, a bare wall or a dark room, no jump is called."""

_ALIKE_MAX = 0.35
"""Correlation of a cell with itself one frame later, below which it shows something else."""

_CHANGED_MIN = 0.85
"""The share of cells that change at once in a jump; a person close to the lens leaves more."""

_REPEATS_STAND_S = 30.0
_JUMPS_STAND_S = 3.0
_STILL_STANDS_S = 2.0
"""How long each notice stands after it was last true. A loop goes on; a knock against the
camera is soon over."""


class StreamWatch:
    """Remembers fingerprints, never pictures, but for one thumbnail. For one thread."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Another source is before the camera: begin anew."""
        self._marks: OrderedDict[bytes, None] = OrderedDict()
        self._until_s: dict[str, float] = {}
        self._seen_at_s = -np.inf
        self._shape: tuple[int, ...] = ()
        self._last = b""
        self._equal_since_s = 0.0
        self._equal = 0
        self._repeats = 0
        self._repeated_at_s = -np.inf
        self._cells: NDArray[np.float32] | None = None

    def note(self, pixels: NDArray[np.uint8], seen_at_s: float) -> str | None:
        """Return `camera.repeats`, `camera.jumps`, `camera.still`, or None for a lens.

        `pixels` is (height, width, 3), of eight bits; `seen_at_s` a monotonic clock in
        seconds. A frame no newer than the last is that one again and adds nothing.
        """
        if seen_at_s > self._seen_at_s:
            self._add(pixels, seen_at_s)
            self._seen_at_s = seen_at_s
        for code in ("camera.repeats", "camera.jumps", "camera.still"):
            if self._seen_at_s <= self._until_s.get(code, -np.inf):
                return code
        return None

    def _add(self, pixels: NDArray[np.uint8], now_s: float) -> None:
        samples = _samples(pixels)
        mark = blake2b(samples.tobytes(), digest_size=8).digest()
        if mark == self._last:
            self._stays(now_s)
            return
        self._last, self._equal, self._equal_since_s = mark, 1, now_s
        if float(samples.std()) >= _FLAT_MAX:
            self._compare_past(mark, now_s)
        self._compare_structure(pixels, now_s)

    def _stays(self, now_s: float) -> None:
        self._equal += 1
        if self._equal >= _STILL_FRAMES and now_s - self._equal_since_s >= _STILL_S:
            self._until_s["camera.still"] = now_s + _STILL_STANDS_S

    def _compare_past(self, mark: bytes, now_s: float) -> None:
        """Count the pictures that came before, byte for byte."""
        before = mark in self._marks
        self._marks[mark] = None
        self._marks.move_to_end(mark)
        if len(self._marks) > _REMEMBERED:
            self._marks.popitem(last=False)
        if not before:
            return
        soon = now_s - self._repeated_at_s <= _REPEATS_WITHIN_S
        self._repeats = self._repeats + 1 if soon else 1
        self._repeated_at_s = now_s
        if self._repeats >= _REPEATS:
            self._until_s["camera.repeats"] = now_s + _REPEATS_STAND_S

    def _compare_structure(self, pixels: NDArray[np.uint8], now_s: float) -> None:
        """Call a jump when another place is seen at once, or the same at another size."""
        cells, before = _cells(pixels), self._cells
        resized = bool(self._shape) and pixels.shape != self._shape
        self._cells, self._shape = cells, pixels.shape
        if resized:
            self._until_s["camera.jumps"] = now_s + _JUMPS_STAND_S
            return
        if before is None or now_s - self._seen_at_s > _MOMENT_S:
            return
        spread, spread_before = cells.std(axis=1), before.std(axis=1)
        told = (spread >= _STRUCTURE_MIN) & (spread_before >= _STRUCTURE_MIN)
        if told.sum() < _CELLS_MIN:
            return
        alike = (cells[told] * before[told]).mean(axis=1) / (spread * spread_before)[told]
        if (alike < _ALIKE_MAX).mean() >= _CHANGED_MIN:
            self._until_s["camera.jumps"] = now_s + _JUMPS_STAND_S


def _samples(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = _SAMPLES
    height, width = pixels.shape[:2]
    return np.ascontiguousarray(pixels[:: max(height // rows, 1), :: max(width // columns, 1)])


def _cells(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Each cell's samples about their own mean, (cells, samples): level counts for nothing."""
    down, across = _CELLS
    size = (across * _CELL_PX, down * _CELL_PX)
    step = max(min(pixels.shape[0] // (size[1] * 2), pixels.shape[1] // (size[0] * 2)), 1)
    small = cv2.resize(pixels[::step, ::step], size, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    blocks = grey.reshape(down, _CELL_PX, across, _CELL_PX).swapaxes(1, 2)
    flat = blocks.reshape(down * across, _CELL_PX * _CELL_PX)
    return np.asarray(flat - flat.mean(axis=1, keepdims=True), np.float32)
