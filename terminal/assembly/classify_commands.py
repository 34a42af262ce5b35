"""The command `clinic-terminal classify`: what each scanned line is, as the counter sees it.

For whoever sets up a scanner, and for lists of codes. Nothing is stored or logged, and of
identity cards, payment codes and vouchers no digit comes out.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, Protocol

import typer

from terminal.core.trace_codes import SCAN_BYTES_MAX, classify

_CHUNK_BYTES = 65_536


class Classified(Protocol):
    """What the command asks for; the joiner provides it."""

    def doctors_words(self, code: str) -> str:
        """What the doctor's screen says of a code."""
        ...


class Lines:
    """Cuts a stream into scans at LF, CR or both, however it arrives.

    A line ended by LF is always a scan, also an empty one, so that a list and its answers
    go side by side. A CR ends what stands before it; one with nothing before it is only
    part of an end, as in CR LF.
    """

    def __init__(self) -> None:
        self._open = bytearray()
        self._ended_by_cr = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The scans that these bytes complete; of one that is too long, its beginning."""
        for number, line in enumerate(data.split(b"\n")):
            if number:
                yield from self._line_fed()
            for place, piece in enumerate(line.split(b"\r")):
                if place and self._open:
                    yield self._taken()
                    self._ended_by_cr = True
                # One byte beyond the limit tells the classifier that it is too long.
                self._open += piece[: SCAN_BYTES_MAX + 1 - len(self._open)]

    def end(self) -> Iterator[bytes]:
        """What was left without an end."""
        if self._open:
            yield self._taken()

    def _line_fed(self) -> Iterator[bytes]:
        if self._open or not self._ended_by_cr:
            yield self._taken()
        self._ended_by_cr = False

    def _taken(self) -> bytes:
        taken = bytes(self._open)
        self._open.clear()
        return taken


def add_classify(app: typer.Typer, works: Classified) -> None:
    """Add the command to the program."""

    @app.command(name="classify")
    def classify_lines() -> None:
        """Say what each line of standard input is, one JSON object a line."""
        with suppress(BrokenPipeError):
            _classify_all(sys.stdin.fileno(), sys.stdout.buffer, works.doctors_words)
            return
        # The reader has gone. What is left in the buffer must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _classify_all(given: int, out: IO[bytes], words: Callable[[str], str]) -> None:
    lines = Lines()
    while data := os.read(given, _CHUNK_BYTES):  # As much as there is, and never waiting for more.
        for raw in lines.feed(data):
            out.write(_told(raw, words))
        out.flush()
    for raw in lines.end():
        out.write(_told(raw, words))
    out.flush()


def _told(raw: bytes, words: Callable[[str], str]) -> bytes:
    """In UTF-8, whatever the language of the machine."""
    scan = classify(raw)
    told = {
        "kind": scan.kind.value,
        "accepted": scan.accepted,
        "words": words(f"scan.{scan.kind.value}"),
        "product_prefix": scan.product_prefix,
        "serial": scan.serial,
    }
    return json.dumps(told, ensure_ascii=False).encode("utf-8") + b"\n"
