"""The other end of a scanner's cable: a real pseudo-terminal that types codes.

A link stands for the name under /dev/serial/by-id: it comes with the plug and goes with
it, and what it points to is another device after each replug, as in a clinic. Faults
have names and spoil the next scan only.
"""

from __future__ import annotations

import os
import pty
import re
import select
import threading
import time
import tty
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Self

from terminal.core.trace_codes import ACKNOWLEDGEMENT

WRITE_MAX_S = 1.0
"""A scanner does not wait for its host: what is not read by then is lost."""

_NOISE = bytes(197 * i * i % 251 + i % 5 for i in range(4096))
"""4 KB as from a wrong baud rate; the same every time, with every kind of byte in it."""

_LETTER = "处方笺：阿莫西林胶囊 2盒|每日三次".encode("gbk")

_GS1_SERIAL = re.compile(r"01[0-9]{14}(?:17[0-9]{6})?21[^\x1d]*")

WRONG_THINGS: tuple[tuple[str, str], ...] = (
    ("商品条码（69 码）", "6901234567892"),
    ("身份证", "990101196001010015"),  # Region 99: nobody's.
    ("微信付款码", "130000000000000001"),
    ("支付宝付款码（20 位）", "28000000000000000001"),
    ("云闪付付款码", "6200000000000000001"),
    ("医保电子凭证", "SIMULATED0000000000000000001"),
    ("两次扫码连在一起", "8385793000087976666083857930000879766661"),
    ("没扫完整", "838579300008797"),
    ("物流箱标签", "00069012345000000004"),
    ("药品本位码", "86901234567890"),
    ("箱码", "16901234567899"),
    ("没有序列号的 GS1 码", "010690123456789217271130"),
    ("丢了分隔符的 GS1 码", "010690123456789221SN1231727113010LOT1"),
    ("其他厂家的 20 位码", "90000000000000000001"),
    ("医保药品编码", "XJ01CAA040E001010100999"),
    ("网址二维码", "https://example.invalid/p?id=1"),
    ("处方二维码", "处方|阿莫西林胶囊|2盒"),
    ("读码失败", "NOREAD"),
    ("别的编码", "ABC-12345"),
)
"""What people scan by mistake: one of each, under the name a doctor would give it."""


class ScannerFault(StrEnum):
    """What the next scan does instead of a clean code and its end."""

    BURST = "burst"
    """Ten boxes at once: this one and the nine after it."""
    CUT = "cut"
    GLUED = "glued"
    NO_TERMINATOR = "no_terminator"
    NOISE = "noise"
    ACKNOWLEDGEMENT_FIRST = "acknowledgement_first"
    AIM_ID = "aim_id"
    REPEATS = "repeats"
    """As in continuous mode: the same code three times."""
    GBK_TEXT = "gbk_text"
    """Not the box but a letter beside it, with Chinese text in GBK."""


class SimulatedScanner:
    """A scanner without a beam; its methods may be called from any thread."""

    def __init__(self, link: Path, *, end: bytes = b"\r") -> None:
        """Plug in a scanner under this name; end is what it sends after each code."""
        self._link = link
        self._end = end
        self._lock = threading.Lock()
        self._ends_of_pty: tuple[int, int] | None = None
        self._fault: ScannerFault | None = None
        self.replug()

    def scan(self, code: str | bytes) -> None:
        """Send one code and its end, or what the planted fault makes of it."""
        data = code.encode() if isinstance(code, str) else code
        with self._lock:
            fault, self._fault = self._fault, None
        self.send(data + self._end if fault is None else _SPOILED[fault](data, self._end))

    def plant(self, fault: ScannerFault) -> None:
        """Let the next scan go wrong in this way."""
        with self._lock:
            self._fault = fault

    def send(self, data: bytes) -> None:
        """Send bytes as they are. What cannot leave, unplugged or unread, is lost."""
        give_up_s = time.monotonic() + WRITE_MAX_S
        with self._lock:
            while data and self._ends_of_pty and (left_s := give_up_s - time.monotonic()) > 0:
                ours, _ = self._ends_of_pty
                _, ready, _ = select.select([], [ours], [], left_s)
                if ready:
                    data = data[os.write(ours, data) :]

    def unplug(self) -> None:
        """Pull the cable: the name goes, and whoever reads is told by an error."""
        with self._lock:
            self._link.unlink(missing_ok=True)
            for end in self._ends_of_pty or ():
                os.close(end)
            self._ends_of_pty = None

    def told(self, timeout_s: float) -> bytes:
        """What the host has sent, as soon as it sent anything; empty when it did not."""
        with self._lock:
            ends = self._ends_of_pty
        if ends is None or not select.select([ends[0]], [], [], timeout_s)[0]:
            return b""
        return os.read(ends[0], 4096)

    def replug(self) -> None:
        """Plug in again: a new device under the same name."""
        self.unplug()
        with self._lock:
            ours, theirs = pty.openpty()
            self._ends_of_pty = ours, theirs
            # No echo, and our end of the cable never waits. Their side is held open as
            # well, so that bytes sent before anybody listens wait there and go stale.
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            self._link.parent.mkdir(parents=True, exist_ok=True)
            self._link.symlink_to(os.ttyname(theirs))

    def close(self) -> None:
        """Unplug for good."""
        self.unplug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def next_box(code: str) -> str:
    """The code of the box beside this one: the last digits of its serial, one higher."""
    serial = _GS1_SERIAL.match(code)
    end = serial.end() if serial else len(code)
    digits = re.search(r"[0-9]+(?=[^0-9]*$)", code[:end])
    if digits is None:
        return code
    width = len(digits[0])
    higher = str(int(digits[0]) + 1).zfill(width)[-width:]
    return code[: digits.start()] + higher + code[digits.end() :]


def _burst(data: bytes, end: bytes) -> bytes:
    codes = [data.decode("latin-1")]
    while len(codes) < 10:
        codes.append(next_box(codes[-1]))
    return b"".join(code.encode("latin-1") + end for code in codes)


_SPOILED: dict[ScannerFault, Callable[[bytes, bytes], bytes]] = {
    ScannerFault.BURST: _burst,
    ScannerFault.CUT: lambda data, end: data[: len(data) // 2] + end,
    ScannerFault.GLUED: lambda data, end: data + data + end,
    ScannerFault.NO_TERMINATOR: lambda data, _: data,
    ScannerFault.NOISE: lambda data, end: _NOISE + end + data + end,
    ScannerFault.ACKNOWLEDGEMENT_FIRST: lambda data, end: ACKNOWLEDGEMENT + data + end,
    ScannerFault.AIM_ID: lambda data, end: b"]C0" + data + end,
    ScannerFault.REPEATS: lambda data, end: (data + end) * 3,
    ScannerFault.GBK_TEXT: lambda _, end: _LETTER + end,
}
