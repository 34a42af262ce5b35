"""The barcode scanner as the terminal sees it: whole lines in order, and how it is.

One thread owns the port. It opens it, hears lines into a bounded queue, and after an
unplug opens it again under the same name, at growing intervals, for ever. Each change
of its state is said once, through a callback; nothing is logged here.

What a line is, terminal/core/trace_codes decides. No byte is ever sent to the port: an
unknown one may be the card reader or the printer.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from drivers.serial_line import SerialLine
from drivers.wire.scanner import ScannerWire
from terminal.core.faults import Unavailable

LINES_MAX = 64
"""Far more than one visit's boxes; beyond it nobody is taking them."""

HICCUPS_MAX = 3
"""Losses that mend themselves at once are a worn cable, or another program reading."""

JOIN_MAX_S = 5.0
"""Far beyond the longest single wait of the thread."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How patiently a lost scanner is sought."""

    retry_first_s: float = 0.2
    retry_max_s: float = 2.0
    """A doctor who has plugged it in again should not have to wait longer."""
    steady_s: float = 10.0
    """How long an unsteady line must hold before it counts as well again."""


@dataclass(frozen=True, slots=True)
class ScannedLine:
    """One whole line, and when its end was heard."""

    data: bytes = field(repr=False)  # It may be an identity number.
    at_s: float
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class ScannerState:
    """How the scanner is. Words for the codes are elsewhere."""

    code: str | None
    """None when well; else scanner.starting, .not_found, .unplugged, .held, .not_allowed,
    .not_a_port, .unsteady or .closed."""
    notice: str | None = None
    """What to tell the doctor although it is well, until the next line is heard:
    scanner.rescan_last, scanner.unended or scanner.overrun."""
    last_byte_s: float | None = None
    """Monotonic seconds. An open port with no bytes for days may be the wrong port."""
    noise_count: int = 0


_AWAY = {
    "serial.not_found": "scanner.not_found",
    "serial.held": "scanner.held",
    "serial.not_allowed": "scanner.not_allowed",
    "serial.not_a_port": "scanner.not_a_port",
}


class Scanner:
    """A scanner on a serial port, heard from the moment this is made until close()."""

    def __init__(
        self,
        path: Path,
        *,
        baud_rate: int = 9600,
        idle_gap_s: float | None = None,
        on_change: Callable[[ScannerState], None] = lambda _: None,
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        """Hear the port at this path, best a link under /dev/serial/by-id.

        on_change is called from the scanner's thread, once for each change of code or
        notice; it must be quick and raise nothing. idle_gap_s is for a scanner that
        cannot send CR or LF; see ScannerWire.
        """
        self._path = path
        self._baud_rate = baud_rate
        self._on_change = on_change
        self._rhythm = rhythm
        self._wire = ScannerWire(idle_gap_s)
        self._unended_said = 0
        self._lines: queue.Queue[ScannedLine] = queue.Queue(LINES_MAX)
        self._state = ScannerState("scanner.starting")  # Replaced whole, by the thread only.
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)
        self._thread.start()

    def take(self, timeout_s: float) -> ScannedLine | None:
        """Return the next line, oldest first, or None when none came in time."""
        try:
            return self._lines.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def state(self) -> ScannerState:
        """Say how the scanner is at this moment."""
        return self._state

    def close(self) -> None:
        """Let go of the port and wait for the thread; lines already heard stay to be taken."""
        self._closing.set()
        self._thread.join(JOIN_MAX_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        try:
            self._hear_for_ever()
        finally:
            self._say(replace(self._state, code="scanner.closed"))

    def _hear_for_ever(self) -> None:
        retry_s = self._rhythm.retry_first_s
        was_open, hiccups = False, 0
        while not self._closing.is_set():
            try:
                line = SerialLine(self._path, baud_rate=self._baud_rate)
            except Unavailable as away:
                gone = was_open and away.code == "serial.not_found"
                code = "scanner.unplugged" if gone else _AWAY[away.code]
                self._say(replace(self._state, code=code))
                hiccups = 0
                self._closing.wait(retry_s)
                retry_s = min(2 * retry_s, self._rhythm.retry_max_s)
                continue
            with line:
                # Opening discarded what had waited, and half a code has lost its other half.
                self._wire.forget()
                doubt = "scanner.unsteady" if hiccups >= HICCUPS_MAX else None
                notice = "scanner.rescan_last" if was_open else None
                self._say(replace(self._state, code=doubt, notice=notice))
                was_open, retry_s = True, self._rhythm.retry_first_s
                steady = self._listen(line)
            hiccups = 1 if steady else hiccups + 1
            # Long enough for the system to take away the name of a pulled device, and
            # the pace at which a line that another program reads is tried again.
            self._closing.wait(retry_s if hiccups < HICCUPS_MAX else self._rhythm.retry_max_s)

    def _listen(self, line: SerialLine) -> bool:
        """Hear the line until it fails or close() is called; tell whether it was steady."""
        opened_s = heard_s = time.monotonic()
        while not self._closing.is_set():
            try:
                data = line.read()
            except Unavailable:
                break
            now_s = time.monotonic()
            if data:
                heard_s = now_s
                self._state = replace(self._state, last_byte_s=now_s)
                lines = self._wire.feed(data)
            else:
                lines = self._wire.silence(now_s - heard_s)
            self._deliver(lines, now_s)
            if self._state.code is not None and now_s - opened_s >= self._rhythm.steady_s:
                self._say(replace(self._state, code=None))
        return time.monotonic() - opened_s >= self._rhythm.steady_s

    def _deliver(self, lines: list[bytes], now_s: float) -> None:
        notice = None if lines else self._state.notice
        for data in lines:
            try:
                self._lines.put_nowait(ScannedLine(data, now_s))
            except queue.Full:
                # The newest is dropped, and said: the doctor still has that box in hand.
                notice = "scanner.overrun"
        if self._wire.unended_count > self._unended_said:
            self._unended_said = self._wire.unended_count
            notice = "scanner.unended"
        self._say(replace(self._state, notice=notice, noise_count=self._wire.noise_count))

    def _say(self, state: ScannerState) -> None:
        changed = (state.code, state.notice) != (self._state.code, self._state.notice)
        self._state = state
        if changed:
            self._on_change(state)
