"""The command that shows a technician what a scanner sends, and what it never shows."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from drivers.simulated.scanner import SimulatedScanner
from terminal.assembly.scanner_bench import heard, ports
from terminal.core.faults import Refused
from terminal.settings import Settings

BOX = "83857930000879766660"
IDENTITY = "990101196001010015"


def scans_when_triggered(simulated: SimulatedScanner, *codes: str) -> threading.Thread:
    """Sends these once the host has triggered it."""

    def work() -> None:
        if simulated.told(10.0):
            for code in codes:
                simulated.scan(code)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_lines_are_shown_with_what_they_are_and_a_persons_number_never(tmp_path: Path) -> None:
    link = tmp_path / "scanner"
    settings = Settings(scanner_port=str(link), scanner_profile="grow")
    with SimulatedScanner(link) as simulated:
        scans = scans_when_triggered(simulated, BOX, IDENTITY, f"no:{IDENTITY}")
        *lines, state = heard(settings, 0.0, trigger=True)
        scans.join()
    assert [line["kind"] for line in lines] == ["trace_code", "identity_card", "unknown"]
    assert lines[0]["hex"] == BOX.encode().hex(" ")
    assert "hex" not in lines[1]
    assert str(lines[2]["hex"]).count("··") == 20
    assert state["state"] == "well"
    assert state["lines"] == 3


def test_no_scanner_set_and_no_trigger_known_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        list(heard(Settings(), 0.0, trigger=False))
    assert refused.value.code == "scanner.none_set"
    settings = Settings(scanner_port=str(tmp_path / "scanner"))
    with pytest.raises(Refused) as refused:
        list(heard(settings, 0.0, trigger=True))
    assert refused.value.code == "scanner.no_trigger"


def test_ports_are_listed_without_opening_any() -> None:
    # Whatever this machine has; a port that was opened would have to be there.
    columns = {"setting", "device", "vendor_product", "serial", "name"}
    assert all(set(row) == columns for row in ports())
