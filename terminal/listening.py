"""The thread that listens to the scanner and puts what it reads on the counter."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from terminal.board import Board
from terminal.core.status_views import ScannerStatus
from terminal.health import Health
from terminal.overhearing import Overhearing
from terminal.ports import Scanner
from terminal.scanning import Scanning

_WAIT_S = 0.2
"""How long one take waits: the device's state is looked at in between."""


_STARTING = "scanner.starting"
"""Neither well nor away yet."""


class Listening:
    """The scanner, joined to the counter."""

    def __init__(
        self,
        scanner: Scanner,
        scanning: Scanning,
        board: Board,
        health: Health,
        overhearing: Overhearing | None = None,
    ) -> None:
        """`overhearing`: told each line before the counter takes it, while a test is open."""
        self._overhearing = overhearing
        self._scanner = scanner
        self._scanning = scanning
        self._board = board
        self._health = health
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="listening", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _work(self) -> None:
        try:
            self._hear()
        finally:
            # Whatever ended it: a scanner that nobody hears must not look well.
            if not self._stop.is_set() and self._health.report("scanner", "scanner.closed"):
                self._board.publish()

    def _hear(self) -> None:
        while not self._stop.is_set():
            line = self._scanner.take(_WAIT_S)
            state = self._scanner.state()
            code = state.code or state.notice
            if code != _STARTING and self._health.report("scanner", code):
                self._board.publish()
            if self._overhearing is not None:
                self._overhearing.heard(None if line is None else line.data)
            if line is not None:
                self._scanning.scanned(line.data)


def scanner_status(
    scanner: Scanner, port: str, profile: str, now: datetime, monotonic_s: float
) -> ScannerStatus:
    """How the scanner is, for whoever looks after the terminal.

    port and profile are the settings' words; now and monotonic_s are the same moment on
    the clinic's clock and on the monotonic one, for the device knows only the latter.
    """
    state = scanner.state()
    last_byte_at = None
    if state.last_byte_s is not None:
        last_byte_at = now - timedelta(seconds=max(monotonic_s - state.last_byte_s, 0.0))
    return ScannerStatus(
        where=f"{port} ({state.found_as})" if state.found_as else port,
        profile=profile,
        code=state.code,
        last_byte_at=last_byte_at,
        lines=state.line_count,
        noise=state.noise_count,
        unended=state.unended_count,
    )
