"""Units, users, folders and device rules, judged by systemd's own tools without a systemd."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.source import HOUSE

SYSTEMD = HOUSE / "systemd"
UNITS = sorted((SYSTEMD / "units").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
EXPOSURE_MAX = {"clinic-terminal-kiosk.service": 4.0}
"""Of the browser, which writes code into memory; of every other service 2.0."""

RUNS = re.compile(r"(?m)^ExecStart=(\S+)")
SHIPPED = Path("/usr/lib/systemd/system")

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here"
)


def said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A root with Debian's own units, ours, and something to run for each."""
    folder = tmp_path_factory.mktemp("root")
    units = folder / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for unit in [*SHIPPED.glob("*.target"), *SHIPPED.glob("*.slice"), *UNITS]:
        shutil.copy(unit, units / unit.name)
    for unit in SERVICES:
        for program in RUNS.findall(unit.read_text("utf-8")):
            target = folder / program.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy("/bin/true", target)
    return folder


def test_systemd_finds_nothing_wrong_with_any_unit(root):
    names = [unit.name for unit in UNITS]
    assert said("systemd-analyze", "verify", "--man=no", f"--root={root}", *names) == ""


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_exposed_as_little_as_was_promised(unit):
    told = said("systemd-analyze", "security", "--offline=true", "--no-pager", str(unit))
    (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", told)
    assert float(exposure) <= EXPOSURE_MAX.get(unit.name, 2.0), told


@pytest.mark.parametrize(
    "unit", [unit for unit in UNITS if unit.suffix == ".timer"], ids=lambda unit: unit.name
)
def test_a_timer_has_a_time_and_a_service(unit):
    (when,) = re.findall(r"(?m)^OnCalendar=(.*)$", unit.read_text("utf-8"))
    said("systemd-analyze", "calendar", when)
    assert unit.with_suffix(".service") in SERVICES


def test_the_verifying_test_can_fail(root, tmp_path):
    wrong = tmp_path / "root"
    shutil.copytree(root, wrong)
    unit = wrong / "usr/lib/systemd/system/clinic-terminal.service"
    unit.write_text(unit.read_text("utf-8").replace("WatchdogSec=60", "WatchdogSec=soon"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={wrong}", unit.name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Failed to parse sec value" in done.stderr


def test_users_and_folders_are_made_as_systemd_reads_them(tmp_path):
    for name, target in (("sysusers", "sysusers.d"), ("tmpfiles", "tmpfiles.d")):
        folder = tmp_path / "usr/lib" / target
        folder.mkdir(parents=True)
        shutil.copy(SYSTEMD / f"conf/{name}.conf", folder / "clinic-terminal.conf")
    (tmp_path / "etc").mkdir()
    base = "g video - -\ng dialout - -\ng input - -\ng lp - -\ng render - -\ng audio - -\n"
    (tmp_path / "usr/lib/sysusers.d/basic.conf").write_text(base)
    said("systemd-sysusers", f"--root={tmp_path}")
    users = (tmp_path / "etc/passwd").read_text()
    assert "clinic-terminal:" in users
    assert "clinic-kiosk:" in users
    groups = (tmp_path / "etc/group").read_text()
    for group in ("video", "dialout", "input", "lp"):
        assert re.search(rf"(?m)^{group}:.*clinic-terminal", groups), group
    assert not re.search(r"(?m)^clinic-terminal:.*clinic-kiosk", groups)


DEVICE_TESTS = re.compile(r'[A-Z]+(\{[\w/.]+\})?(==|!=|=|\+=|:=)"[^"]*"')


def test_a_device_rule_is_words_that_udev_knows():
    """udev reads rules as root of a running machine only; what is wrong most often is a comma."""
    lines = (SYSTEMD / "conf/udev.rules").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    for rule in rules:
        for part in re.split(r",\s*(?=[A-Z])", rule):
            assert DEVICE_TESTS.fullmatch(part.strip()), part
    assert 'ENV{ID_MM_DEVICE_IGNORE}="1"' in "".join(rules)
    assert 'ENV{BRLTTY_BRAILLE_DRIVER}="no"' in "".join(rules)


def test_the_program_in_the_units_is_the_one_of_the_package():
    launched = {program for unit in SERVICES for program in RUNS.findall(unit.read_text("utf-8"))}
    assert launched == {
        "/opt/clinic-terminal/current/bin/clinic-terminal",
        "/usr/bin/cage",
        "/usr/sbin/clinic-terminal-update",
    }
