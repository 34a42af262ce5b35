"""Lines of standard input, cut into scans and each said what it is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import IO

from terminal.core.trace_codes import SCAN_BYTES_MAX, classify

_CHUNK_BYTES = 65_536


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


def classify_all(given: int, out: IO[bytes], words: Callable[[str], str]) -> None:
    """One JSON object for each line that is given, until there are no more."""
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
