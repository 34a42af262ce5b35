"""How each family of scanners is triggered, stopped and answered.

A profile is chosen by whoever sets the terminal up, never found out by trying: the bytes
that trigger one device configure another. `none` sends nothing, ever.

The bytes are those of the makers' manuals: Honeywell SYN T CR and SYN U CR (N86, N431X;
only in manual or serial trigger mode), Newland's SCNTRG in the frame of NLS manuals,
Grow GM65 and GM8xx (AB CD: the check is skipped), Grow GM72 and Zebra the packets of SSI,
Datalogic E. Datalogic's D is never sent: a disabled scanner looks dead.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.wire.scanner import ScannerWire
from drivers.wire.ssi import SsiWire, packet

WAKE_PAUSE_S = 0.05
"""A sleeping SSI scanner loses the first byte; it is woken with a byte to lose (GM72)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What may be sent to a scanner of one family."""

    trigger: bytes = b""
    stop: bytes = b""
    wake: bytes = b""
    packets: bool = False
    """Whether its codes come as packets, each of which must be acknowledged."""


_SSI = Profile(trigger=packet(0xE4), stop=packet(0xE5), wake=b"\x00", packets=True)

PROFILES: dict[str, Profile] = {
    "none": Profile(),
    "honeywell": Profile(trigger=b"\x16T\r", stop=b"\x16U\r"),
    "newland": Profile(trigger=b"~\x010000#SCNTRG1;\x03", stop=b"~\x010000#SCNTRG0;\x03"),
    "grow": Profile(
        trigger=bytes.fromhex("7e000801000201abcd"), stop=bytes.fromhex("7e000801000200abcd")
    ),
    "grow_ssi": _SSI,
    "zebra_ssi": _SSI,
    "datalogic": Profile(trigger=b"E"),
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How one scanner was set up to speak."""

    profile: Profile = PROFILES["none"]
    idle_gap_s: float | None = None
    """A silence that ends a code; see ScannerWire."""
    prefix: bytes = b""
    """What it sends before each code."""

    def wire(self) -> ScannerWire | SsiWire:
        """What understands its bytes. A packet knows its own end and needs no gap."""
        if self.profile.packets:
            return SsiWire(prefix=self.prefix)
        return ScannerWire(self.idle_gap_s, prefix=self.prefix)


TYPING = Manner()
"""A scanner that types a code and an end, and is only listened to."""
