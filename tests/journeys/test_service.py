"""The terminal as systemd starts it: ready with a page, fed, asked through its door, ended."""

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from terminal.core.county_files import CountyFile, CountyKind
from terminal.county_laid import CountyLaid
from terminal.county_trial import SettingsTrial, TrialState
from tests.clinic import WAIT_S
from tests.journeys.test_commands import device_variables, run


@pytest.fixture
def manager(tmp_path):
    """systemd's end of NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(WAIT_S)
        yield heard


def test_a_terminal_as_a_service_is_ready_fed_asked_and_ended(data_dir, manager, tmp_path):
    variables = {
        **device_variables(data_dir),
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "60000000",
    }
    told = {**os.environ, "CLINIC_TERMINAL_DATA_DIR": str(data_dir), **variables}
    terminal = subprocess.Popen([sys.executable, "-m", "terminal", "run"], env=told)
    try:
        assert manager.recv(4096).startswith(b"READY=1\nSTATUS=at http://127.0.0.1:")
        assert manager.recv(4096) == b"WATCHDOG=1"
        kept = run(["upkeep"], data_dir, **variables)
        assert (kept.returncode, '"store_whole": true' in kept.stdout) == (0, True), kept.stderr
        closed = run(["close"], data_dir, **variables)
        assert closed.returncode == 0, closed.stderr
        assert closed.stdout == '{"closed": [], "open": {}}\n'  # Nothing happened today.
        checked = run(["check", "--json"], data_dir, **variables)
        looked = json.loads(checked.stdout)
        assert (looked["running"], looked["worst"]) == (True, checked.returncode), checked.stderr
        names = {row["part"] for row in looked["parts"]}
        assert {"camera", "store", "network.sign_in", "weights", "power"} <= names
        terminal.terminate()
        assert terminal.wait(WAIT_S) == 0
    finally:
        terminal.kill()
        terminal.wait()
    last = b""
    while not last.startswith(b"STOPPING"):
        last = manager.recv(4096)
    nobody = run(["close"], data_dir, **variables)
    assert nobody.returncode == 1
    assert "door.nobody" in nobody.stderr


def test_settings_that_a_start_refuses_are_given_up_by_it_and_it_begins_anew(data_dir):
    variables = device_variables(data_dir)
    trial = SettingsTrial(data_dir / "county")
    trial.stage(3, b'benefits_file = "/none.csv"\n')
    trial.begin()
    refused = run(["run"], data_dir, **variables)
    assert (refused.returncode, trial.state()) == (75, TrialState(failed=3)), refused.stderr
    # The clinic's own: there is nothing to go back to.
    refused = run(["run"], data_dir, **variables, CLINIC_TERMINAL_BENEFITS_FILE="/none.csv")
    assert refused.returncode == 78, refused.stderr


def test_a_catalogue_of_the_countys_that_a_start_refuses_is_given_up_by_it(data_dir):
    laid, now = CountyLaid(data_dir / "county"), datetime.now(UTC)
    bad = CountyFile(CountyKind.CATALOGUE, "431024", 1, now, now, b"no,catalogue\n1,2\n")
    laid.lay(bad, str)
    refused = run(["run"], data_dir, **device_variables(data_dir))
    assert (refused.returncode, laid.in_force()) == (75, {}), refused.stderr
    assert laid.is_given_up(CountyKind.CATALOGUE, 1)
