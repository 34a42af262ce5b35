"""How the scanner is, told by the clinic's clock."""

from __future__ import annotations

from datetime import timedelta

from drivers.heard import ScannedLine, ScannerState
from terminal import clock
from terminal.listening import scanner_status


class Still:
    """A scanner whose state stands still."""

    def __init__(self, state: ScannerState) -> None:
        self._state = state

    def take(self, timeout_s: float) -> ScannedLine | None:
        return None

    def state(self) -> ScannerState:
        return self._state

    def close(self) -> None:
        pass


def test_the_last_byte_is_told_by_the_clock_on_the_wall() -> None:
    now = clock.now()
    state = ScannerState(None, None, 90.0, 3, 2, 17, "ttyACM1")
    status = scanner_status(Still(state), "usb:1eab:8306", "newland", now, 100.0)
    assert status.last_byte_at == now - timedelta(seconds=10)
    assert status.where == "usb:1eab:8306 (ttyACM1)"
    assert (status.lines, status.noise, status.unended) == (17, 3, 2)
    assert (status.code, status.profile) == (None, "newland")


def test_a_scanner_never_heard_has_no_last_byte() -> None:
    state = ScannerState("scanner.not_found")
    status = scanner_status(Still(state), "usb:1eab:8306", "none", clock.now(), 100.0)
    assert status.last_byte_at is None
    assert (status.where, status.code) == ("usb:1eab:8306", "scanner.not_found")
