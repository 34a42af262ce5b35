"""The barcode scanner as the terminal sees it: whole lines in order, and how it is.

One thread owns the port. It opens it, hears lines into a bounded queue, and after an
unplug finds and opens it again, at growing intervals, for ever. Each change of its state
is said once, through a callback; nothing is logged here.

What a line is, terminal/core/trace_codes decides. What may be sent to the port, the
profile that somebody chose says; without one no byte is ever sent, for an unknown port
may be the card reader or the printer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from drivers.heard import LINES_MAX, Heard, Listener, ScannedLine, ScannerState
from drivers.scanner_place import Place
from drivers.serial_line import SerialLine
from drivers.wire.scanner_profiles import TYPING, WAKE_PAUSE_S, Manner
from terminal.core.faults import Refused, Unavailable

__all__ = ["HICCUPS_MAX", "LINES_MAX", "Line", "Rhythm", "ScannedLine", "Scanner", "ScannerState"]

HICCUPS_MAX = 3
"""Losses that mend themselves at once are a worn cable, or another program reading."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How patiently a lost scanner is sought."""

    retry_first_s: float = 0.2
    retry_max_s: float = 2.0
    """A doctor who has plugged it in again should not have to wait longer."""
    steady_s: float = 10.0
    """How long an unsteady line must hold before it counts as well again."""


class Line(Protocol):
    """An open way to a scanner; its failures are those of a SerialLine."""

    def read(self) -> bytes: ...

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


_AWAY = {
    "serial.not_found": "scanner.not_found",
    "serial.two_fit": "scanner.two_fit",
    "serial.held": "scanner.held",
    "serial.not_allowed": "scanner.not_allowed",
    "serial.not_a_port": "scanner.not_a_port",
}


class Scanner(Listener):
    """A scanner on a line, heard from the moment this is made until close()."""

    def __init__(
        self,
        place: Place | Path,
        *,
        manner: Manner = TYPING,
        baud_rate: int = 9600,
        open_line: Callable[[Path], Line] | None = None,
        on_change: Callable[[ScannerState], None] = lambda _: None,
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        """Hear the scanner at this place; open_line opens what is no serial port.

        on_change is called from the scanner's thread, once for each change of code or
        notice; it must be quick and raise nothing.
        """
        self._place = place if isinstance(place, Place) else Place(str(place))
        self._open_line = open_line or (lambda path: SerialLine(path, baud_rate=baud_rate))
        self._rhythm = rhythm
        self._profile = manner.profile
        self._wire = manner.wire()
        super().__init__(Heard(on_change))
        self._line: Line | None = None
        self._to_send: tuple[bytes, ...] = ()
        self._thread.start()

    def trigger(self) -> None:
        """Let the scanner look for a code, as if its button were pressed.

        Raises Refused `scanner.no_trigger` where the profile knows none. The bytes leave
        within a read's wait; to a scanner that is away nothing is sent.
        """
        self._send(self._profile.trigger)

    def untrigger(self) -> None:
        """Let the scanner stop looking; where the profile has no way, it stops by itself."""
        if self._profile.stop:
            self._send(self._profile.stop)

    def _send(self, command: bytes) -> None:
        if not command:
            raise Refused("scanner.no_trigger")
        # The last wish counts: a trigger that waited would fire into somebody's eyes.
        self._to_send = (self._profile.wake, command)

    def _hear_for_ever(self) -> None:
        retry_s = self._rhythm.retry_first_s
        was_open, hiccups = False, 0
        while not self._closing.is_set():
            try:
                path = self._place.find()
                line = self._open_line(path)
            except Unavailable as away:
                gone = was_open and away.code == "serial.not_found"
                code = "scanner.unplugged" if gone else _AWAY[away.code]
                self._heard.say(replace(self._heard.state, code=code))
                hiccups = 0
                self._closing.wait(retry_s)
                retry_s = min(2 * retry_s, self._rhythm.retry_max_s)
                continue
            try:
                self._opened(path, was_open=was_open, unsteady=hiccups >= HICCUPS_MAX)
                was_open, retry_s = True, self._rhythm.retry_first_s
                steady = self._listen(line)
            finally:
                line.close()
            hiccups = 1 if steady else hiccups + 1
            # Long enough for the system to take away the name of a pulled device, and
            # the pace at which a line that another program reads is tried again.
            self._closing.wait(retry_s if hiccups < HICCUPS_MAX else self._rhythm.retry_max_s)

    def _opened(self, path: Path, *, was_open: bool, unsteady: bool) -> None:
        # Opening discarded what had waited, and half a code has lost its other half.
        self._wire.forget()
        self._heard.opened_anew()
        self._to_send = ()
        self._heard.say(
            replace(
                self._heard.state,
                code="scanner.unsteady" if unsteady else None,
                notice="scanner.rescan_last" if was_open else None,
                found_as=self._place.opened(path),
            )
        )

    def _listen(self, line: Line) -> bool:
        """Hear the line until it fails or close() is called; tell whether it was steady."""
        opened_s = heard_s = time.monotonic()
        while not self._closing.is_set():
            try:
                self._send_waiting(line)
                data = line.read()
            except Unavailable:
                break
            now_s = time.monotonic()
            if data:
                heard_s = now_s
                self._heard.bytes_came(now_s)
                lines = self._wire.feed(data)
            else:
                lines = self._wire.silence(now_s - heard_s)
            self._heard.deliver(lines, self._wire, now_s)
            state = self._heard.state
            if state.code is not None and now_s - opened_s >= self._rhythm.steady_s:
                self._heard.say(replace(state, code=None))
        return time.monotonic() - opened_s >= self._rhythm.steady_s

    def _send_waiting(self, line: Line) -> None:
        """Send what a packet of the scanner is answered with, and what was asked for."""
        if answer := self._wire.answer():
            line.write(answer)
        waiting, self._to_send = self._to_send, ()
        for number, data in enumerate(data for data in waiting if data):
            if number:
                self._closing.wait(WAKE_PAUSE_S)
            line.write(data)
