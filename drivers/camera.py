"""The camera: a device, a network stream or a recorded clip, by way of OpenCV.

One thread reads and keeps the newest frame only; whoever asks too late gets a later one.
A clip plays at its own rate and begins anew at its end, and goes the very way a device
goes. What is wrong is a value, never an exception in somebody's hand: the reader keeps
opening the source again, ever more slowly, until it is back or another is chosen.

A still picture is a source that does not move: it opens, and is reported as frozen.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera_identity import CameraIdentity, identify
from drivers.camera_preview import Preview
from drivers.camera_source import Source
from drivers.camera_watch import Watch

_LOST_AFTER_S = 3.0
"""A reader that hangs this long is lost; OpenCV itself waits ten seconds for a device."""

_REOPEN_FIRST_S = 0.5
_REOPEN_MAX_S = 8.0
"""Waits between attempts double from the first to the last: a plug pushed back in is seen
soon, and a camera taken away overnight costs nothing."""

_PRESENT_EVERY_S = 0.5
"""How often it is asked whether the device or file is still there: an open one survives
its own removal."""

_CLOSE_TIMEOUT_S = 12.0
"""Longest wait for the reader to leave: a device read takes up to ten seconds to give up."""

_STREAM_TIMEOUT_MS = 4000
"""For opening and for each read of a network stream."""

_DEVICE_SIZE = (640, 480)
"""Asked of a device, pixels; at arm's length a face is 140 wide, which is plenty."""

_CLIP_RATE = 25.0
_CLIP_RATE_MAX = 120.0
"""Frames a second for a clip that does not say, or says more than any camera gives."""

_STILL_PERIOD_S = 0.2
"""How often a still picture is read again."""

_NOTHING_SEEN = {"camera.lost", "camera.not_found"}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture: (height, width, 3), BGR, as OpenCV gives it; not to be written to."""

    pixels: NDArray[np.uint8]
    number: int
    """Grows by one each frame, also over a switch of sources."""
    seen_at_s: float
    """When it was read, on the monotonic clock."""


@dataclass(frozen=True, slots=True)
class CameraState:
    """How the camera does."""

    code: str | None
    """None when frames come; else `camera.starting`, `.not_found`, `.lost`, `.black`
    or `.frozen`."""
    width: int
    height: int
    frames_per_s: float
    """Measured over the last frames; 0 when none come."""


class Camera:
    """What is before the lens now. Every method returns at once and from any thread."""

    def __init__(
        self, source: str, *, start: float = 0.0, end: float = 1.0, previews_per_s_max: float = 15.0
    ) -> None:
        """Begin to read. `start` and `end` name the part of a clip to play, 0 to 1.

        `previews_per_s_max`: how often a preview is encoded, for all viewers together.
        Raises Refused `camera.source_unsuitable`; a source that is away is a state.
        """
        # OpenCV would say on every attempt to reopen what the state says once.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        self._source = Source.parse(source, start, end)
        self._preview = Preview(previews_per_s_max)
        self._changing = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._number = 0
        self._turned_at_s = time.monotonic()
        self._start_anew()
        self._reader = threading.Thread(target=self._read, name="camera", daemon=True)
        self._reader.start()

    def frame(self) -> Frame | None:
        """Return the newest frame, or None while there is none to be judged.

        None also for a frozen picture: nobody is recognised in a still.
        """
        code = self.state().code
        return self._newest if code in {None, "camera.black"} else None

    def jpeg(self) -> bytes | None:
        """Return the newest frame as a JPEG for the preview, None while nothing is seen."""
        newest = self._newest
        if newest is None or self.state().code in _NOTHING_SEEN:
            return None
        return self._preview.jpeg(newest.pixels, newest.number, time.monotonic())

    def state(self) -> CameraState:
        """Say how the camera does now."""
        newest, code = self._newest, self._code
        if newest is None:
            return CameraState(code or "camera.starting", 0, 0, 0.0)
        height, width = newest.pixels.shape[:2]
        if time.monotonic() - newest.seen_at_s > _LOST_AFTER_S:
            code = "camera.lost"
        rate = 0.0 if code in _NOTHING_SEEN else self._watch.frames_per_s()
        return CameraState(code, width, height, rate)

    def hung_s(self) -> float:
        """Seconds since the reader last went round: a frame came, or an attempt ended.

        Zero while no frame ever came: what never moved here is away, and hangs nobody.
        """
        return time.monotonic() - self._turned_at_s if self._number else 0.0

    def identity(self) -> CameraIdentity:
        """Say which camera it is, read anew: another may be plugged in by now."""
        return identify(self._source)

    def switch(self, source: str, *, start: float = 0.0, end: float = 1.0) -> None:
        """Put another source before the camera; frames of the old one end at once.

        Raises Refused `camera.source_unsuitable`, and then nothing changes.
        """
        wanted = Source.parse(source, start, end)
        with self._changing:
            self._source = wanted
            self._start_anew()
            self._wake.set()

    def close(self) -> None:
        """Stop reading and let the device go. A second call does nothing."""
        self._closing = True
        self._wake.set()
        self._reader.join(_CLOSE_TIMEOUT_S)

    def _start_anew(self) -> None:
        self._newest: Frame | None = None
        self._code: str | None = None
        self._watch = Watch(time.monotonic())
        self._preview.clear()

    def _read(self) -> None:
        """Play the wanted source for ever; the body of the one thread."""
        source, wait_s = self._source, _REOPEN_FIRST_S
        while True:
            self._wake.clear()  # Before asking why, so that no wish falls in between.
            self._turned_at_s = time.monotonic()
            if self._closing:
                return
            if source is not self._source:
                source, wait_s = self._source, _REOPEN_FIRST_S
            opened = _open(source)
            before = self._number
            if opened is not None:
                try:
                    self._play(source, opened)
                finally:
                    opened.close()
            if self._number > before:
                wait_s = _REOPEN_FIRST_S
                if opened is not None and opened.ended:
                    continue
            self._away(source)
            self._wake.wait(wait_s)
            wait_s = min(wait_s * 2, _REOPEN_MAX_S)

    def _play(self, source: Source, opened: _Opened) -> None:
        """Show frames until the source ends, is gone or is no longer wanted."""
        due_s = asked_s = time.monotonic()
        while not self._closing and source is self._source:
            now_s = self._turned_at_s = time.monotonic()
            if now_s - asked_s > _PRESENT_EVERY_S:
                asked_s = now_s
                if not source.present():
                    return
            pixels = opened.read()
            if pixels is None:
                return
            self._show(source, pixels)
            # A clip waits for its next frame's time, and does not hurry after a pause.
            due_s = max(due_s + opened.period_s, time.monotonic() - opened.period_s)
            if opened.period_s > 0.0:
                self._wake.wait(max(due_s - time.monotonic(), 0.0))

    def _show(self, source: Source, pixels: NDArray[np.uint8]) -> None:
        now_s = time.monotonic()
        with self._changing:
            if source is not self._source:
                return
            self._number += 1
            self._newest = Frame(pixels, self._number, now_s)
            self._code = self._watch.see(pixels, now_s)

    def _away(self, source: Source) -> None:
        with self._changing:
            if source is self._source:
                self._code = "camera.lost" if self._newest else "camera.not_found"
                self._watch = Watch(time.monotonic())


class _Opened:
    """A source that opened. The only place that reads from OpenCV's capture."""

    def __init__(self, capture: cv2.VideoCapture, source: Source) -> None:
        self._capture = capture
        self._left: int | None = None
        self.period_s = 0.0
        """Time between two frames; zero where the device itself sets the pace."""
        self.ended = False
        """Whether a clip was played to the end of its part."""
        if source.kind == "clip":
            self._choose_part(source)

    def read(self) -> NDArray[np.uint8] | None:
        """Return the next frame, or None at the end or when nothing comes."""
        if self._left == 0:
            self.ended = True
            return None
        seen, pixels = self._capture.read()
        if not seen or pixels is None or pixels.ndim != 3:
            self.ended = self.period_s > 0.0
            return None
        if self._left is not None:
            self._left -= 1
        return np.asarray(pixels, np.uint8)

    def close(self) -> None:
        self._capture.release()

    def _choose_part(self, source: Source) -> None:
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        count = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.period_s = 1.0 / (rate if 0.0 < rate <= _CLIP_RATE_MAX else _CLIP_RATE)
        if count <= 1:
            self.period_s = _STILL_PERIOD_S
            return
        first = int(count * source.start)
        self._left = max(int(count * source.end) - first, 1)
        if first:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, first)


def _open(source: Source) -> _Opened | None:
    """Open a source as what it is, or return None while it is away or unreadable."""
    if not source.present():
        return None
    capture = cv2.VideoCapture()
    if source.kind == "device":
        number = source.device_number()
        if number is not None and capture.open(number, cv2.CAP_V4L2):
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, _DEVICE_SIZE[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, _DEVICE_SIZE[1])
            capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    elif source.kind == "stream":
        timeouts = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, cv2.CAP_PROP_READ_TIMEOUT_MSEC)
        options = [value for name in timeouts for value in (name, _STREAM_TIMEOUT_MS)]
        capture.open(source.address, cv2.CAP_FFMPEG, options)
    else:
        capture.open(source.address, cv2.CAP_FFMPEG)
    if capture.isOpened():
        return _Opened(capture, source)
    capture.release()
    return None
