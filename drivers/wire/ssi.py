"""Bytes of a scanner that speaks in packets (SSI, by Zebra; some Grow modules too).

A packet is `length opcode source status data... check check`: the length counts itself
up to the data, the check is the two's complement of the sum, high byte first. The host
must acknowledge a packet, or the scanner sends it twice more: so a packet that says it
is a repetition of the one before is acknowledged, and brings no second line.

The same laws hold as for plain lines: packets come out the same however the stream is
cut, no bytes can break it, and of a packet whose check is wrong nothing is handed on.
"""

from __future__ import annotations

from drivers.wire.scanner import ScannerWire

PACKET_S = 1.0
"""A whole packet takes 0.3 s at 9600 baud. A part this old is never continued."""

RESENT_S = 30.0
"""Longer than any scanner waits for its acknowledgement (2 s, at most 9.9 s, three times)."""

_DECODE_DATA = 0xF3
_FROM_SCANNER = 0x00
_OPCODES = {0xA4, 0xC6, 0xD0, 0xD1, 0xD4, _DECODE_DATA, 0xF6}
"""What is understood: replies, parameters, ACK, NAK, codes, events. A batch of stored codes
(D6) is not among them: acknowledged, it would be lost."""
_UNANSWERED = {0xD0, 0xD1}
_RESENT, _CONTINUED = 0x01, 0x02
"""Bits of the status: this packet was sent before; another with more of the code follows."""
_HEADER_BYTES = 4
_ANSWERS_BYTES_MAX = 4096
"""Acknowledgements that nobody collects are no reason to grow."""


def packet(opcode: int, *data: int, source: int = 0x04, status: int = 0x00) -> bytes:
    """One packet with its check; by default from the host."""
    body = bytes((_HEADER_BYTES + len(data), opcode, source, status, *data))
    return body + (-sum(body) & 0xFFFF).to_bytes(2, "big")


ACKNOWLEDGE = packet(0xD0)
SEND_AGAIN = packet(0xD1, 0x01)


class SsiWire:
    """Turns pieces of a stream of packets into whole lines, and says what to answer."""

    def __init__(self, *, prefix: bytes = b"") -> None:
        self._lines = ScannerWire(prefix=prefix)
        self._pending = b""
        self._in_noise = False
        self._last = b""
        """The last good packet with a code, without status: that of a repetition may differ."""
        self._answer = b""
        self.noise_count = 0
        """Packets with a wrong check, runs of bytes that are no packet, and lines of noise."""
        self.dropped_count = 0
        self.unended_count = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the codes completed by these bytes, in order; as ScannerWire.feed."""
        self._pending += data
        lines: list[bytes] = []
        while len(self._pending) >= 3:
            length, opcode, source = self._pending[:3]
            if length < _HEADER_BYTES or opcode not in _OPCODES or source != _FROM_SCANNER:
                if not self._in_noise:
                    self._drop()
                self._in_noise, self._pending = True, self._pending[1:]
                continue
            if len(self._pending) < length + 2:
                break
            whole, self._pending = self._pending[: length + 2], self._pending[length + 2 :]
            self._in_noise = False
            lines += self._packet(whole)
        return lines

    def silence(self, silent_s: float) -> list[bytes]:
        """Hear that nothing came for so long; a part of a packet is then given up."""
        if silent_s >= PACKET_S and self._pending:
            self.unended_count += 1
            self._pending, self._in_noise = b"", False
        self._lines.silence(silent_s)  # The rest of a code in several packets never came.
        self._count()
        if silent_s >= RESENT_S:
            self._last = b""
        return []

    def forget(self) -> None:
        """Drop what is pending: the line was opened anew."""
        self._pending, self._in_noise, self._last, self._answer = b"", False, b"", b""
        self._lines.forget()

    def answer(self) -> bytes:
        """What the scanner must be told now, once: the acknowledgements of what came."""
        answer, self._answer = self._answer, b""
        return answer

    def _packet(self, whole: bytes) -> list[bytes]:
        _, opcode, _, status = whole[:_HEADER_BYTES]
        if sum(whole[:-2]) + int.from_bytes(whole[-2:], "big") & 0xFFFF:
            self._drop()
            self._say(SEND_AGAIN)
            # What comes again is this one, even if it equals the one before.
            self._last = b""
            return []
        if opcode not in _UNANSWERED:
            self._say(ACKNOWLEDGE)
        if opcode != _DECODE_DATA or len(whole) <= _HEADER_BYTES + 3:
            return []
        same, self._last = self._last, whole[:3] + whole[_HEADER_BYTES:-2]
        if status & _RESENT and same == self._last:
            return []
        code = whole[_HEADER_BYTES + 1 : -2]  # The first byte names the symbology.
        lines = self._lines.feed(code if status & _CONTINUED else code + b"\r")
        self._count()
        return lines

    def _count(self) -> None:
        inner = self._lines
        self.noise_count += inner.noise_count
        self.dropped_count += inner.dropped_count
        self.unended_count += inner.unended_count
        inner.noise_count = inner.dropped_count = inner.unended_count = 0

    def _say(self, answer: bytes) -> None:
        self._answer = (self._answer + answer)[-_ANSWERS_BYTES_MAX:]

    def _drop(self) -> None:
        self.noise_count += 1
        self.dropped_count += 1
