"""The thread that looks: newest picture in, a greeting or a hint out.

It looks only while nobody lies on the counter. Someone who has just left is not greeted
again before their face was gone, or the doctor would be asked the same twice.
"""

from __future__ import annotations

import logging
import threading
import time

from terminal.board import Board, Counter
from terminal.core.faults import Fault
from terminal.core.recognition import (
    Ambiguous,
    Hint,
    Known,
    NotLive,
    Sighting,
    Thresholds,
    Unknown,
    decide,
)
from terminal.health import Health
from terminal.ports import Camera, Eyes
from terminal.reception import Reception

log = logging.getLogger(__name__)

_PAUSE_S = 0.02
"""Between two looks for a new picture: half a frame at 25 a second."""

_IDLE_PAUSE_S = 0.2
"""While a visit lies on the counter nobody is looked for."""

_NOBODY = "face.none"

_STARTING = "camera.starting"
"""Neither well nor away yet."""

_NOT_LIVE_S = 1.0
"""A turning face may look flat for a moment; longer, and it is said."""

_ALIVE_AGAIN_S = 2.0
"""A face that looked flat is believed only after it looked alive for so long without a
break: a photograph moved about looks alive now and then, but not for long."""

_HINT_STAYS_S = 1.5
"""A hint must be read before the next one; a verdict replaces it at once."""


class Looking:
    """Camera and eyes, joined to the reception."""

    def __init__(
        self,
        camera: Camera,
        eyes: Eyes,
        thresholds: Thresholds,
        reception: Reception,
        counter: Counter,
        board: Board,
        health: Health,
    ) -> None:
        self._camera = camera
        self._eyes = eyes
        self._thresholds = thresholds
        self._reception = reception
        self._counter = counter
        self._board = board
        self._health = health
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="looking", daemon=True)
        self._seen = -1
        self._hinted_at_s = 0.0
        self._flat_since_s: float | None = None
        self._flat_last_s: float | None = None
        self.face_to_card_s: float | None = None
        """From the first picture with the face to the card before the doctor, last time."""

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stop.is_set():
            code = self._camera.state().code
            if code != _STARTING and self._health.report("camera", code):
                self._board.publish()
            if self._counter.front is not None:
                self._eyes.forget()
                self._stop.wait(_IDLE_PAUSE_S)
                continue
            frame = self._camera.frame()
            if frame is None or frame.number == self._seen:
                self._stop.wait(_PAUSE_S)
                continue
            self._seen = frame.number
            try:
                self._judge(self._eyes.look(frame.pixels, frame.seen_at_s))
            except Fault as fault:
                if self._health.report("eyes", fault.code):
                    self._board.publish()
                self._stop.wait(_IDLE_PAUSE_S)
            else:
                self._health.report("eyes", None)

    def _judge(self, seen: Sighting | Hint) -> None:
        if isinstance(seen, Hint):
            if seen.code == _NOBODY:
                self._counter.departed = None
                self._flat_since_s = self._flat_last_s = None
            self._hint(seen.code)
            return
        match decide(seen.live_score, seen.candidates, self._thresholds):
            case NotLive():
                self._flat()
            case _ if not self._alive_again():
                self._hint("face.hold_still")
            case Known() as known if known.person_id == self._counter.departed:
                self._hint("face.seen_before")
            case Known() as known:
                if self._reception.recognised(known, seen.live_score) is not None:
                    self.face_to_card_s = time.monotonic() - seen.first_seen_s
                self._eyes.forget()
            case Ambiguous():
                self._hint("face.ambiguous")
            case Unknown():
                self._hint("face.unknown")

    def _flat(self) -> None:
        now_s = time.monotonic()
        self._flat_last_s = now_s
        if self._flat_since_s is None:
            self._flat_since_s = now_s
        held = now_s - self._flat_since_s < _NOT_LIVE_S
        self._hint("face.hold_still" if held else "face.not_live")

    def _alive_again(self) -> bool:
        """Whether this face may be believed: it never looked flat, or not for a while."""
        if self._flat_last_s is None:
            return True
        if time.monotonic() - self._flat_last_s < _ALIVE_AGAIN_S:
            return False
        self._flat_since_s = self._flat_last_s = None
        return True

    def _hint(self, code: str) -> None:
        now_s = time.monotonic()
        if code == self._counter.hint:
            self._hinted_at_s = now_s
            return
        if code == "face.hold_still" and now_s - self._hinted_at_s < _HINT_STAYS_S:
            return
        self._hinted_at_s = now_s
        with self._counter.lock:
            self._counter.hint = code
        self._board.publish()
