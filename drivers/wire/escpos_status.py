"""What a receipt printer says of itself: orders that ask, and what the answers mean.

DLE EOT is answered at once, whatever waits to be printed; GS r comes after everything
that was sent before it, so that its answer says: printed.
"""

from __future__ import annotations

ASK_OFFLINE = b"\x10\x04\x02"
ASK_ERROR = b"\x10\x04\x03"
ASK_PAPER = b"\x10\x04\x04"
ASK_WHEN_DONE = b"\x1dr\x01"

_COVER_OPEN, _STOPPED_FOR_PAPER = 0x04, 0x20
_CUTTER, _NOT_MENDED = 0x08, 0x20
_NO_PAPER = 0x60


def answer_to_asking(data: bytes) -> int | None:
    """The newest answer to DLE EOT among these bytes: 0xx1xx10. Anything else is none."""
    return next((byte for byte in reversed(data) if byte & 0x93 == 0x12), None)


def done(data: bytes) -> bool:
    """Whether the answer to GS r 1 is among these bytes, with paper left: 0xx000xx."""
    return any(byte & 0x9C == 0x00 for byte in data)


def wrong_offline(answer: int) -> str | None:
    """What DLE EOT 2 says is wrong."""
    if answer & _COVER_OPEN:
        return "printer.cover_open"
    return "printer.paper_out" if answer & _STOPPED_FOR_PAPER else None


def wrong_error(answer: int) -> str | None:
    """What DLE EOT 3 says is wrong."""
    return "printer.jammed" if answer & (_CUTTER | _NOT_MENDED) else None


def wrong_paper(answer: int) -> str | None:
    """What DLE EOT 4 says is wrong."""
    return "printer.paper_out" if answer & _NO_PAPER else None


QUESTIONS = ((ASK_OFFLINE, wrong_offline), (ASK_PAPER, wrong_paper), (ASK_ERROR, wrong_error))
"""In the order in which they are asked: an open cover also looks like no paper."""
