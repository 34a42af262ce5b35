"""Mutated scans through the wire and the classifier, by the million: `make fuzz`.

Usage: python -m tests.fuzz_scans COUNT [SEED]. Ends with what was made of them, or with
the seed and the bytes that broke something. A short run of it stands in the test suite.

Each string goes through every wire: lines, lines with a gap, lines with a prefix, packets
(SSI), and the keys of a scanner that types.
"""

from __future__ import annotations

import logging
import random
import resource
import sys
import time
from collections import Counter

from drivers.wire.keyboard import EVENT, KeyboardWire
from drivers.wire.scanner import LINE_BYTES_MAX, ScannerWire
from drivers.wire.ssi import SsiWire, packet
from terminal.core.trace_codes import ACKNOWLEDGEMENT, SECRET_KINDS, Kind, Scan, classify

log = logging.getLogger(__name__)

_CODE = b"83857930000879766660"
_GTIN = b"0106901234567892"
SEEDS = [
    _CODE, b"]C0" + _CODE, ACKNOWLEDGEMENT + _CODE, b"\x02" + _CODE + b"\x03", _CODE * 2,
    _GTIN, _GTIN + b"21SN123\x1d1727113010LOT1", b"]d2\x1d" + _GTIN + b"21SN123\x1d17271130",
    _GTIN + b"21SN1231727113010LOT1", _GTIN + b"10LOT121SN123", b"(01)06901234567892(21)SN123",
    b"https://id.gs1.org/01/06901234567892/21/SN123?17=271130", b"00690123456789012345",
    b"6901234567892", b"86901234567890", b"16901234567899", b"134567890123456789",
    b"990101196001010015", "处方|阿".encode("gbk"), "序列号:0000879766660".encode(), b'{"a":1}',
    packet(0xF3, 3, *_CODE, source=0), packet(0xF3, 3, *_CODE, source=0, status=1),
    packet(0xF3, 3, *_CODE[:9], source=0, status=2), packet(0xF6, 1, source=0),
    b"\x02\x010000#SCNTRG1\x06;\x03" + _CODE, b"T:" + _CODE,
    EVENT.pack(0, 0, 1, 9, 1) + EVENT.pack(0, 0, 1, 28, 1), EVENT.pack(0, 0, 1, 56, 1),
    b"NR", b"\x1d", b"http://[::1/01/06901234567892/21/a", b"3103000195", b"3922123",
]  # fmt: skip
TOKENS = [
    b"01", b"21", b"17", b"10", b"\x1d", b"00", b"8", b"(", b")", b"]", b"\r", b"\n", b"\x00",
    b"\x02", b"\x03", b"\xf3\x00", b"T:", ACKNOWLEDGEMENT,
    b"/01/", b"/21/", b"?17=", b"%", b"\xff", b" ", b"392",
]  # fmt: skip


def mutated(seed: bytes, draw: random.Random) -> bytes:
    """A scan spoilt in up to four places."""
    data = bytearray(seed)
    for _ in range(draw.randint(0, 4)):
        at = draw.randint(0, len(data))
        match draw.randrange(6):
            case 0 if data:
                data[at % len(data)] = draw.randrange(256)
            case 1:
                data[at:at] = draw.choice(TOKENS)
            case 2:
                del data[at : at + draw.randint(1, 6)]
            case 3:
                data[at:at] = draw.choice(SEEDS)
            case 4 if data:
                data[at % len(data)] = 48 + draw.randrange(10)
            case _:
                data += draw.randbytes(4000 if draw.random() < 0.01 else 4)
    return bytes(data)


class _Wires:
    """Every way in which bytes become lines, each with the same bytes."""

    def __init__(self) -> None:
        self._keys = KeyboardWire()
        self._all = (ScannerWire(), ScannerWire(0.1), ScannerWire(prefix=b"T:"), SsiWire())
        self._typed = ScannerWire()

    def feed(self, raw: bytes, *, silent: bool) -> list[bytes]:
        lines = self._typed.feed(self._keys.feed(raw, 0.0))
        for wire in self._all:
            lines += wire.feed(raw)
            if silent:
                lines += wire.silence(0.1)
            wire.answer()
        return lines


def fuzz(count: int, seed: int) -> Counter[Kind]:
    """What became of so many scans. Raises AssertionError naming the bytes."""
    draw = random.Random(seed)  # noqa: S311 - reproducible, not secret.
    kinds: Counter[Kind] = Counter()
    wires = _Wires()
    for _ in range(count):
        raw = mutated(draw.choice(SEEDS), draw)
        scan = classify(raw)
        kinds[scan.kind] += 1
        assert scan.kind not in SECRET_KINDS or scan == Scan(scan.kind), f"seed {seed}: {raw!r}"
        hidden = scan.serial if scan.serial and len(scan.serial) > 3 else "\0"
        shown = repr(scan).replace(scan.product_prefix or "\0", "")
        assert hidden not in shown, f"seed {seed}: {raw!r}"
        for line in wires.feed(raw, silent=draw.random() < 0.5):
            assert len(line) <= LINE_BYTES_MAX, f"seed {seed}: {raw!r}"
            classify(line)
    return kinds


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    log.info("%d scans, seed %d", count, seed)
    begun_s = time.monotonic()
    kinds = fuzz(count, seed)
    log.info("%.0f s", time.monotonic() - begun_s)
    for kind, found in kinds.most_common():
        log.info("%9d %s", found, kind.value)
    log.info("%.0f MB at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
