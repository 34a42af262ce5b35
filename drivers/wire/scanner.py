"""The barcode scanner's bytes, with no serial port in sight.

The scanner ends each code with CR or LF. Feed whatever bytes arrive, in whatever
pieces; take out whole lines. What a line is, core/trace_codes decides: it may be a
trace code, a GS1 string with separators, or any of the wrong things people scan.

Two laws: lines come out the same however the stream is cut, and no bytes can break it.
A third keeps money right: of a line that was too long, no part is ever handed on, for
the tail of many glued codes can look like one good code.
"""

from __future__ import annotations

import re

LINE_BYTES_MAX = 3072
"""The fullest QR code holds 2953 bytes; beyond that the cable is worn or the line is noise."""

UNENDED_S = 2.0
"""A code takes 0.1 s at 9600 baud. Half a line this old is never continued, and would
spoil the next good scan."""

_ENDS = re.compile(rb"[\r\n]")
_ANSWERS = re.compile(
    # Grow modules: done, wrong check sum, unknown command; seven bytes each.
    rb"\x02\x00(?:\x00\x01\x00\x331|\x01\x01\x00\x04\x01|\x03\x01\x00\x6a\x61)"
    # Newland: STX SOH, what was asked, ACK, NAK or ENQ, and `;` ETX.
    rb"|\x02\x01[\x20-\x7e]{4,64}[\x05\x06\x15];\x03"
)
"""What modules answer to a command, in the same stream as the codes and just before one."""
_FRAMING = b"\x00\x02\x03"
"""Padding, start and end of text: about the wire, never about the code."""
_NOISE = re.compile(rb"[\x00-\x03\x05-\x08\x0b\x0c\x0e-\x1b\x7f]")
"""Bytes no barcode holds. GS, its three neighbours, EOT and TAB do occur in real ones."""


class ScannerWire:
    """Turns pieces of the scanner's stream into whole lines."""

    def __init__(self, idle_gap_s: float | None = None, *, prefix: bytes = b"") -> None:
        """Lines end at CR or LF; with an idle gap, also at a silence that long.

        The gap is for a scanner that cannot send an end, and never a default: a busy
        machine delivers late, and a gap would then cut a good code in two. The prefix is
        what the scanner was told to send before each code; it is taken off once, and a
        line without it is handed on as it is.
        """
        self._idle_gap_s = idle_gap_s
        self._prefix = prefix
        self._pending = b""
        self._skipping = False
        self.noise_count = 0
        """Lines that were too long, or held bytes no barcode holds."""
        self.dropped_count = 0
        """Of these, what no line was handed on for."""
        self.unended_count = 0
        """Halves given up after a silence, because their end never came."""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines completed by these bytes, in order, without their ends.

        Module acknowledgements, padding and STX/ETX are gone; GS and AIM identifier
        stay. Empty lines are dropped. A line too long is counted and dropped whole.
        """
        *whole, rest = _ENDS.split(self._pending + data)
        lines = [line for frame in whole if (line := self._line(frame))]
        rest = b"" if self._skipping else _without_lead(rest)
        if len(rest) > LINE_BYTES_MAX:
            self._drop()
            self._skipping, rest = True, b""
        self._pending = rest
        return lines

    def silence(self, silent_s: float) -> list[bytes]:
        """Hear that nothing came for so long; return the line that this ends, if any.

        Only with an idle gap does silence end a line. Without one, a half whose end
        never came is given up after a while and counted in unended_count.
        """
        if self._idle_gap_s is not None and silent_s >= self._idle_gap_s:
            line = self._line(self._pending)
            self._pending = b""
            return [line] if line else []
        if silent_s >= UNENDED_S and (self._pending or self._skipping):
            self.unended_count += 1
            self.forget()
        return []

    def forget(self) -> None:
        """Drop what is pending: the line was opened anew, and its half has no other half."""
        self._pending, self._skipping = b"", False

    def _line(self, frame: bytes) -> bytes:
        if self._skipping:
            self._skipping = False
            return b""
        frame = _without_lead(frame)
        if len(frame) > LINE_BYTES_MAX:
            self._drop()
            return b""
        line = frame.strip(_FRAMING).removeprefix(self._prefix)
        self.noise_count += _NOISE.search(line) is not None
        return line

    def answer(self) -> bytes:
        """What the scanner must be told now: nothing, for it types and never asks."""
        return b""

    def _drop(self) -> None:
        self.noise_count += 1
        self.dropped_count += 1


def _without_lead(frame: bytes) -> bytes:
    """Take off whole answers of a module and padding, but no STX that may begin either."""
    while True:
        shorter = frame.lstrip(b"\x00\x03")
        if answer := _ANSWERS.match(shorter):
            shorter = shorter[answer.end() :]
        if shorter == frame:
            return frame
        frame = shorter
