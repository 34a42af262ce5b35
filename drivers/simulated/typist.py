"""The PC of the clinic's record system: reads the reports of a USB keyboard into its fields.

A named pipe stands for the gadget's cable: without a reader it cannot be opened, a reader
that goes away breaks it, one that stands fills it. The reports are decoded by a table of its
own, shared with no driver, so that a wrong key shows as a wrong sign.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
from enum import StrEnum
from pathlib import Path
from typing import Self

_REPORT = 8
_SHIFTS = 0x22
"""Left and right Shift among the modifiers."""

# HID Usage Tables, section 10: what a US layout makes of a key, without and with Shift.
_SIGNS: dict[int, tuple[str, str]] = {
    **{0x04 + n: (chr(97 + n), chr(65 + n)) for n in range(26)},
    **{0x1E + n: (sign, "!@#$%^&*()"[n]) for n, sign in enumerate("1234567890")},
    0x28: ("\n", "\n"), 0x2B: ("\t", "\t"), 0x2C: (" ", " "), 0x2D: ("-", "_"),
    0x2E: ("=", "+"), 0x2F: ("[", "{"), 0x30: ("]", "}"), 0x31: ("\\", "|"),
    0x33: (";", ":"), 0x34: ("'", '"'), 0x35: ("`", "~"), 0x36: (",", "<"),
    0x37: (".", ">"), 0x38: ("/", "?"),
}  # fmt: skip


class TypingFault(StrEnum):
    """What is wrong with the PC from the beginning."""

    STANDS = "stands"
    """Asleep, or its cable out: it never takes a report."""
    GONE_IN_MID_LINE = "gone_in_mid_line"
    """Pulled out after sixteen reports."""
    STANDS_IN_MID_LINE = "stands_in_mid_line"
    """Falls asleep after sixteen reports."""


_MID_LINE = 16
_LOOKS_UP_S = 0.02


class ReportReader:
    """Reads a stream of boot keyboard reports, as the driver of a PC does."""

    def __init__(self) -> None:
        self._pending = b""
        self.down: frozenset[int] = frozenset()
        """Keys that are held now; a PC repeats the last of them."""

    def feed(self, data: bytes) -> str:
        """Return what these bytes type; a key without a sign types U+FFFD."""
        self._pending += data
        typed = ""
        while len(self._pending) >= _REPORT:
            report, self._pending = self._pending[:_REPORT], self._pending[_REPORT:]
            now = frozenset(report[2:]) - {0}
            for usage in report[2:]:
                if usage and usage not in self.down:
                    plain, shifted = _SIGNS.get(usage, ("\ufffd", "\ufffd"))
                    typed += shifted if report[0] & _SHIFTS else plain
            self.down = now
        return typed


class RecordPc:
    """A PC at the other end of the cable; its reader is a thread of its own."""

    def __init__(self, port: Path, fault: TypingFault | None = None) -> None:
        """Plug in: `port` is made, and stands for /dev/hidg0."""
        self._port, self._fault = port, fault
        self.reader = ReportReader()
        self.reports = 0
        """How many were taken."""
        self.changed = threading.Condition()
        self._typed = ""
        port.unlink(missing_ok=True)  # Of one that was killed.
        os.mkfifo(port)
        self._pipe = os.open(port, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if fault is TypingFault.STANDS:
            _fill(port)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._read, name="record pc", daemon=True)
        self._thread.start()

    def typed(self) -> str:
        """All that was typed into it so far; what ended a line is \\n or \\t."""
        with self.changed:
            return self._typed

    def close(self) -> None:
        """Unplug; twice is fine."""
        self._ending.set()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        try:
            while not self._ending.is_set():
                if self._stands():
                    self._ending.wait(_LOOKS_UP_S)
                elif select.select([self._pipe], [], [], _LOOKS_UP_S)[0]:
                    self._take(self._next())
                if self._fault is TypingFault.GONE_IN_MID_LINE and self.reports >= _MID_LINE:
                    return
        finally:
            os.close(self._pipe)
            with contextlib.suppress(FileNotFoundError):
                self._port.unlink()

    def _next(self) -> bytes:
        """The next report; empty where nobody holds the other end, or has just taken it."""
        try:
            return os.read(self._pipe, _REPORT)
        except BlockingIOError:
            return b""

    def _take(self, data: bytes) -> None:
        if not data:
            self._ending.wait(_LOOKS_UP_S)
            return
        with self.changed:
            self._typed += self.reader.feed(data)
            self.reports += 1
            self.changed.notify_all()
        if self._fault is TypingFault.STANDS_IN_MID_LINE and self.reports == _MID_LINE:
            _fill(self._port)

    def _stands(self) -> bool:
        if self._fault is TypingFault.STANDS_IN_MID_LINE:
            return self.reports >= _MID_LINE
        return self._fault is TypingFault.STANDS


def _fill(port: Path) -> None:
    """A pipe has room for thousands of reports, an endpoint for one: take the room away."""
    file = os.open(port, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(file, bytes(4096))
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(file, bytes(_REPORT))
    finally:
        os.close(file)
