"""Of the terminal and its pairing page one begins, whatever is there; and who writes settings."""

from __future__ import annotations

import re
from itertools import product

import pytest

from terminal.assembly.pairing import MARK
from tests.house.source import HOUSE

UNITS = HOUSE / "systemd/units"
SETTINGS_PATH = "/etc/clinic-terminal/settings.toml"
MARK_PATH = f"/var/lib/clinic-terminal/{MARK}"


def begins(name: str, there: set[str]) -> bool:
    """What systemd.unit(5) says of ConditionPathExists: all of them, and one of those with |."""
    text = (UNITS / f"{name}.service").read_text("utf-8")
    every, one = [], []
    for written in re.findall(r"(?m)^ConditionPathExists=(.*)$", text):
        wanted = not written.lstrip("|").startswith("!")
        holds = (written.lstrip("|!") in there) == wanted
        (one if written.startswith("|") else every).append(holds)
    return all(every) and (any(one) or not one)


@pytest.mark.parametrize(("settings", "mark"), list(product((True, False), repeat=2)))
def test_either_the_terminal_begins_or_its_pairing_page(settings, mark):
    there = {path for path, is_there in ((SETTINGS_PATH, settings), (MARK_PATH, mark)) if is_there}
    pairs = begins("clinic-terminal-pairing", there)
    assert pairs == (mark or not settings)
    assert begins("clinic-terminal", there) != pairs
    assert begins("clinic-terminal-kiosk", there)


def test_the_terminal_begins_when_pairing_ends_in_good_order():
    text = (UNITS / "clinic-terminal-pairing.service").read_text("utf-8")
    assert "\nOnSuccess=clinic-terminal.service\n" in text
    assert "\nRestart=on-failure\n" in text


def test_pairing_alone_writes_the_settings():
    for unit in UNITS.glob("clinic-terminal*.service"):
        text = unit.read_text("utf-8")
        if "\nUser=clinic-terminal\n" not in text:
            continue
        writes = re.findall(r"(?m)^(?:ReadWritePaths|ConfigurationDirectory)=(.*)$", text)
        strict = "\nProtectSystem=strict\n" in text
        etc = any("/etc" in each or each == "clinic-terminal" for each in writes)
        assert (strict, etc) == (True, unit.stem == "clinic-terminal-pairing"), unit.name


def test_what_root_put_beside_the_settings_nobody_else_replaces():
    text = (HOUSE / "systemd/conf/tmpfiles.conf").read_text("utf-8")
    (mode,) = re.findall(r"(?m)^d /etc/clinic-terminal (\d+) root clinic-terminal -$", text)
    assert int(mode, 8) & 0o1007 == 0o1000
