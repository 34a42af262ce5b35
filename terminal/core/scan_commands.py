"""Commands that are scanned: a doctor with full hands works by the scanner alone.

A printed sheet may lie on the counter, where anybody can hold it to the scanner. So no
command on it moves money or takes anything back: what it does, the doctor sees at once and
can undo. The amount is confirmed by a code that stands on the doctor's own screen only as
long as that amount does: it is of one visit, one step of it, one state of its lines and one own
share, and of no other for ever.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2s

from terminal.core.faults import Refused
from terminal.core.money import Money

COMMAND_BYTES_MAX = 64
"""The longest is a diagnosis of some twenty characters."""

_FRAMING = b"\x00\x02\x03\r\n\t "
_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_BEGINS = b"CT-"
_AMOUNT_BYTES = 5
"""Forty bits, eight letters: short enough to be read off a small screen, and nobody guesses
it by scanning."""


class Command(StrEnum):
    """What a scan may ask for."""

    PERSON = "PERSON"
    """The person before the doctor is the one on the card."""
    DIAGNOSIS = "DIAG"
    """Followed by the code of the diagnosis, never by its place in a list that changes."""
    ASIDE = "ASIDE"
    NEXT = "NEXT"
    GIVE = "GIVE"
    """Everything is scanned: the record system settles it. It types nothing there."""
    AMOUNT = "SUM"
    """Followed by what `amount_code` says."""


_FOLLOWED = {Command.DIAGNOSIS, Command.AMOUNT}


@dataclass(frozen=True, slots=True)
class Scanned:
    """A command, and what it is about."""

    command: Command
    what: str = ""


def command_of(raw: bytes) -> Scanned | None:
    """The command that these bytes are; None for anything that does not begin like one.

    Raises Refused `command.unknown` for what begins like one and is none.
    """
    line = _AIM.sub(b"", raw[: COMMAND_BYTES_MAX + 8].strip(_FRAMING), count=1).strip(_FRAMING)
    if not line.startswith(_BEGINS):
        return None
    text = line[len(_BEGINS) :].decode("ascii", "replace")
    name, _, what = text.partition("-")
    try:
        command = Command(name)
    except ValueError:
        raise Refused("command.unknown") from None
    if len(line) > COMMAND_BYTES_MAX or bool(what) is not (command in _FOLLOWED):
        raise Refused("command.unknown")
    return Scanned(command, what)


def command_text(command: Command, what: str = "") -> str:
    """What is printed for a command; `command_of` reads it."""
    return f"CT-{command}-{what}" if what else f"CT-{command}"


def amount_code(visit_id: str, step: int, revision: int, own: Money) -> str:
    """What names just this amount of just these lines of this visit, as long as the visit makes
    no step; its id is random and stands on no paper, so that nobody can make one.

    `step`: number of its last step. The same amount asked once more, after it was taken back
    or refused, has another code: one that was photographed confirms nothing then.
    """
    said = f"{visit_id}:{step}:{revision}:{own.fen}".encode()
    digest = blake2s(said, digest_size=_AMOUNT_BYTES, person=b"amount").digest()
    return base64.b32encode(digest).decode("ascii")
