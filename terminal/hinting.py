"""What the person before the camera is told, and for how long it stays to be read."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.board import Board, Counter
from terminal.core.recognition import Action, Asked

_HINT_STAYS_S = 1.5
"""A hint must be read before the next one; a verdict replaces it at once."""

_CALM = "face.hold_still"
"""Not so urgent that the hint before it could not be read to its end."""

_ENDS_FLAT = ("face.none", "face.locked", "camera.virtual")

_SAID_ONCE = ("challenge.again", "challenge.failed")
"""Nobody sends these a second time, so whatever comes next waits until they are read."""


CHALLENGE_HINTS: Mapping[Action, str] = {
    Action.TURN_LEFT: "challenge.turn_left",
    Action.TURN_RIGHT: "challenge.turn_right",
    Action.NOD: "challenge.nod",
    Action.BLINK: "challenge.blink",
    Action.COME_CLOSER: "challenge.come_closer",
}


class Hinting:
    """One hint at a time."""

    def __init__(self, counter: Counter, board: Board) -> None:
        self._counter = counter
        self._board = board
        self._said_at_s = 0.0
        self._again = False

    def ask(self, asked: Asked, now_s: float) -> None:
        """Show what a challenge asks for; gently, when it has just begun anew."""
        begins_anew, self._again = asked.again and not self._again, asked.again
        self.say("challenge.again" if begins_anew else CHALLENGE_HINTS[asked.action], now_s)

    def say(self, code: str, now_s: float) -> None:
        """Show a hint, unless the one before it must be read first; `now_s` as frames carry."""
        if code == self._counter.hint:
            self._said_at_s = now_s
            return
        calmly = code == _CALM or self._counter.hint in _SAID_ONCE
        # Of a picture held up every other frame is too far or turned: one word at a time.
        flickers = self._counter.hint == "face.not_live" and code not in _ENDS_FLAT
        if (calmly or flickers) and now_s - self._said_at_s < _HINT_STAYS_S:
            return
        self._said_at_s = now_s
        with self._counter.lock:
            self._counter.hint = code
        self._board.publish()
