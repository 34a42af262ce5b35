"""The threat model names rooms and tests: each must be there, or nothing stops the attacker."""

import re

import pytest

from tests.house.source import HOUSE

PAGE = (HOUSE / "docs/security.md").read_text("utf-8")
NAMED = sorted(
    set(re.findall(r"`((?:terminal|models|kiosk_ui|tests)/[\w/]+\.py)(?:::(\w+))?`", PAGE))
)
ATTACKERS = (
    "thief", "neighbour", "doctor", "holder", "network", "USB stick", "county", "repairman",
)  # fmt: skip


@pytest.mark.parametrize(("path", "test"), NAMED)
def test_what_the_threat_model_names_is_there(path, test):
    file = HOUSE / path
    assert file.is_file()
    if test:
        assert re.search(rf"(?m)^def {test}\(", file.read_text("utf-8")), test


@pytest.mark.parametrize("who", ATTACKERS)
def test_of_every_attacker_it_says_what_stops_them_what_does_not_and_what_remains(who):
    sections = re.split(r"(?m)^## ", PAGE)[1:]
    (section,) = [each for each in sections if who in each.splitlines()[0]]
    assert "| stops them |" in section
    assert "Does not stop them:" in section
    assert "Remains:" in section
