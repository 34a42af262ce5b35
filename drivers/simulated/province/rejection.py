"""How the simulated province says no: in the interface's words, not in the terminal's."""

from __future__ import annotations

BUSINESS = -2
"""A rule said no; nothing was done."""
SYSTEM = -1
"""The platform's own trouble: the caller must find out what became of its request."""
_TEXT_MAX = 200
"""The interface's err_msg is C200."""


class Rejection(Exception):
    """An answer with an infcode other than 0, and what err_msg says."""

    keeps_what_was_written = False
    """Whether the no is about the past only, so that this request's own marks stay."""

    def __init__(self, text: str, origin: str, infcode: int = BUSINESS) -> None:
        super().__init__(text)
        tail = f"[{origin}]"
        self.infcode = infcode
        self.err_msg = f"FSI-{text}"[: _TEXT_MAX - len(tail)] + tail
