"""A sentence in huge letters, for somebody who cannot hear: shown, and kept nowhere.

It belongs to the visit that lies on the counter, and is gone with it.
"""

from __future__ import annotations

from terminal.board import Workplace
from terminal.core.faults import Refused

BIG_TEXT_MAX = 60
"""Characters: more is not read from a screen at arm's length."""


class BigText:
    """The doctor's two verbs (kiosk_ui/desk_screens.BigText)."""

    def __init__(self, workplace: Workplace) -> None:
        self._counter = workplace.counter
        self._board = workplace.board

    def show(self, text: str) -> None:
        """Show it instead of what was shown before; neither stored nor logged.

        Raises Refused `bigtext.empty`, `bigtext.too_long`.
        """
        # Each letter is written as it is: a mark that turns the line around is not.
        said = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
        if not said.strip():
            raise Refused("bigtext.empty")
        if len(said) > BIG_TEXT_MAX:
            raise Refused("bigtext.too_long", length=len(said), most=BIG_TEXT_MAX)
        with self._counter.lock:
            self._counter.big_text = (self._counter.front, said)
        self._board.publish()

    def hide(self) -> None:
        """It has been read."""
        with self._counter.lock:
            self._counter.big_text = (None, "")
        self._board.publish()
