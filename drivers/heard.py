"""What was heard of a scanner, whatever kind it is: lines in order, and how it is."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

LINES_MAX = 64
"""Far more than one visit's boxes; beyond it nobody is taking them."""

JOIN_MAX_S = 5.0
"""Far beyond the longest single wait of the thread."""

REPEATS_MIN = 3
REPEAT_S = 1.0
"""So many times one code, each within this of the one before: no hand does that."""


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
    """None when well; else scanner.starting, .not_found, .two_fit, .unplugged, .held,
    .not_allowed, .not_a_port, .unsteady, .no_picture or .closed."""
    notice: str | None = None
    """What to tell the doctor although it is well, until the next line is heard:
    scanner.rescan_last, .unended, .overrun, .noise or .repeats."""
    last_byte_s: float | None = None
    """Monotonic seconds. An open port with no bytes for days may be the wrong port."""
    noise_count: int = 0
    unended_count: int = 0
    line_count: int = 0
    found_as: str = ""
    """The device that the settings' name led to at last, such as `ttyACM1`."""


class Counts(Protocol):
    """What a wire counts."""

    noise_count: int
    dropped_count: int
    unended_count: int


class Heard:
    """Lines waiting to be taken, and the state; written by one thread, read by any."""

    def __init__(self, on_change: Callable[[ScannerState], None]) -> None:
        """on_change is told each change of code or notice, once, from the writing thread."""
        self._on_change = on_change
        self._lines: queue.Queue[ScannedLine] = queue.Queue(LINES_MAX)
        self.state = ScannerState("scanner.starting")  # Replaced whole, by one thread only.
        self._unended_said = self._dropped_said = 0
        # Of the last line: a digest of this process, for it may be an identity number.
        self._last, self._last_s, self._same = 0, 0.0, 0
        self._repeats_said = self._repeating = False

    def take(self, timeout_s: float) -> ScannedLine | None:
        """Return the next line, oldest first, or None when none came in time."""
        try:
            return self._lines.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def opened_anew(self) -> None:
        """Another device may be there: what it does wrong is said once more."""
        self._repeats_said = self._repeating = False
        self._same = 0

    def bytes_came(self, now_s: float) -> None:
        self.state = replace(self.state, last_byte_s=now_s)

    def deliver(self, lines: list[bytes], counts: Counts, now_s: float) -> None:
        """Let these lines be taken, and say what the counts show."""
        notice = None if lines else self.state.notice
        for data in lines:
            try:
                self._lines.put_nowait(ScannedLine(data, now_s))
            except queue.Full:
                # The newest is dropped, and said: the doctor still has that box in hand.
                notice = "scanner.overrun"
            else:
                notice = self._repetition(data, now_s) or notice
        if counts.dropped_count > self._dropped_said:
            self._dropped_said = counts.dropped_count
            notice = "scanner.noise"
        if counts.unended_count > self._unended_said:
            self._unended_said = counts.unended_count
            notice = "scanner.unended"
        self.say(
            replace(
                self.state,
                notice=notice,
                noise_count=counts.noise_count,
                unended_count=counts.unended_count,
                line_count=self.state.line_count + len(lines),
            )
        )

    def say(self, state: ScannerState) -> None:
        """Be in this state; a change of code or notice is told."""
        changed = (state.code, state.notice) != (self.state.code, self.state.notice)
        self.state = state
        if changed:
            self._on_change(state)

    def _repetition(self, data: bytes, now_s: float) -> str | None:
        """Count equal lines in quick succession. None is hidden: whether a box was scanned
        twice is the visit's to say; that the scanner does it by itself is said once."""
        same = hash(data) == self._last and now_s - self._last_s <= REPEAT_S
        self._same = self._same + 1 if same else 1
        self._last, self._last_s = hash(data), now_s
        if not same:
            self._repeating = False
        elif self._same == REPEATS_MIN and not self._repeats_said:
            self._repeats_said = self._repeating = True
        return "scanner.repeats" if self._repeating else None


class Listener:
    """A thread that hears a scanner, as whoever takes its lines sees it."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    def take(self, timeout_s: float) -> ScannedLine | None:
        """Return the next line, oldest first, or None when none came in time."""
        return self._heard.take(timeout_s)

    def state(self) -> ScannerState:
        """Say how the scanner is at this moment."""
        return self._heard.state

    def close(self) -> None:
        """Let go and wait for the thread; lines already heard stay to be taken."""
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
            self._heard.say(replace(self._heard.state, code="scanner.closed"))

    def _hear_for_ever(self) -> None:
        """Hear until closing is asked for."""
        raise NotImplementedError
