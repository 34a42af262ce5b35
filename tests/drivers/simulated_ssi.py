"""A scanner that speaks in packets, and sends one again that nobody acknowledges."""

from __future__ import annotations

from enum import Enum

from drivers.simulated.scanner import SimulatedScanner
from drivers.wire.ssi import packet

CODE_128, DATA_MATRIX = 0x03, 0x1B
RESENT, CONTINUED = 0x01, 0x02


class SsiFault(Enum):
    """What happens to one packet on its way."""

    UNACKNOWLEDGED = "unacknowledged"
    """The host's answer went astray: the packet comes twice more."""
    CORRUPT = "corrupt"
    """One byte is another; the packet comes again."""


def decoded(code: bytes, status: int = 0) -> bytes:
    """A packet with one code."""
    return packet(0xF3, CODE_128, *code, source=0x00, status=status)


class SimulatedSsiScanner(SimulatedScanner):
    def scan_packet(self, code: bytes, fault: SsiFault | None = None) -> None:
        first, again = decoded(code), decoded(code, RESENT)
        match fault:
            case SsiFault.UNACKNOWLEDGED:
                self.send(first + again + again)
            case SsiFault.CORRUPT:
                self.send(first[:9] + b"#" + first[10:] + again)
            case None:
                self.send(first)
