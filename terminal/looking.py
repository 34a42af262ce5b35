"""The thread that looks: the newest picture, for whoever wants it.

An enrolment comes first, then the comparison with a claimed person, then the greeting of
whoever comes in. While nobody wants a picture none is looked at, and nobody is remembered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from terminal.board import Board
from terminal.core.faults import Fault
from terminal.health import Health
from terminal.ports import Camera, Frame

_PAUSE_S = 0.02
"""Between two looks for a new picture: half a frame at 25 a second."""

_IDLE_PAUSE_S = 0.25
"""While nobody wants a picture, or nobody is before the camera: an empty room needs no more
than four looks a second, which cost a fifth of what every picture costs."""

_BROKEN_PAUSE_S = 1.0
"""Before looking again after a mistake of ours: it may come with every picture."""

_STARTING = "camera.starting"
"""Neither well nor away yet."""


class Looker(Protocol):
    """Somebody who may want pictures."""

    def wants(self) -> bool:
        """Whether the next picture is wanted; cheap, asked for each."""
        ...

    def see(self, frame: Frame) -> None:
        """Make what is to be made of a picture. May raise a Fault."""
        ...


class Looking:
    """Camera and eyes, joined to those who want to see."""

    def __init__(
        self,
        camera: Camera,
        lookers: Sequence[Looker],
        forget: Callable[[], None],
        board: Board,
        health: Health,
        nobody: Callable[[], bool] = lambda: False,
    ) -> None:
        """`lookers`: whoever stands earlier sees first. `forget` makes the eyes start anew.

        `nobody`: whether those who looked found the room empty, so that there is no hurry.
        """
        self._camera = camera
        self._lookers = tuple(lookers)
        self._forget = forget
        self._board = board
        self._health = health
        self._nobody = nobody
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="looking", daemon=True)
        self._seen = -1
        self._turned_at_s = time.monotonic()

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def hung_s(self) -> float:
        """Seconds since the thread last asked whether a picture is wanted."""
        return time.monotonic() - self._turned_at_s

    def asked_for(self) -> bool:
        """Whether somebody in particular is looked for: all but the last, who greets anyone."""
        return any(map(self._wanted, self._lookers[:-1]))

    def _work(self) -> None:
        """Look until told to stop; what nobody foresaw is said, and looking goes on."""
        try:
            self._look()
        finally:
            if not self._stop.is_set():
                self._health.report("eyes", "eyes.broken")
                self._board.publish()
                self._stop.wait(_BROKEN_PAUSE_S)
                self._thread = threading.Thread(target=self._work, name="looking", daemon=True)
                self._thread.start()

    def _look(self) -> None:
        before: Looker | None = None
        while not self._stop.is_set():
            self._turned_at_s = time.monotonic()
            code = self._camera.state().code
            if code != _STARTING and self._health.report("camera", code):
                self._board.publish()
            looker = next((each for each in self._lookers if self._wanted(each)), None)
            if looker is not before:
                self._forget()
                before = looker
            if looker is None:
                self._stop.wait(_IDLE_PAUSE_S)
                continue
            frame = self._camera.frame()
            if frame is None or frame.number == self._seen:
                self._stop.wait(_PAUSE_S)
                continue
            self._seen = frame.number
            self._show(looker, frame)
            if self._nobody():
                self._stop.wait(_IDLE_PAUSE_S)

    def _wanted(self, looker: Looker) -> bool:
        try:
            return looker.wants()
        except Fault as fault:
            if self._health.report("eyes", fault.code):
                self._board.publish()
            return False

    def _show(self, looker: Looker, frame: Frame) -> None:
        try:
            looker.see(frame)
        except Fault as fault:
            if self._health.report("eyes", fault.code):
                self._board.publish()
            self._stop.wait(_IDLE_PAUSE_S)
        else:
            self._health.report("eyes", None)
