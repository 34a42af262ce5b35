"""The page about thresholds and the code say the same."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from models.policy import ONE_PHOTOGRAPH, Policy
from terminal.core.recognition import DEFAULT_THRESHOLDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "thresholds.md").read_text("utf-8")


SETTINGS, PHOTOGRAPH, *_ = re.split(r"^## .*\n", PAGE, flags=re.MULTILINE)[1:]


def told(section: str) -> dict[str, float]:
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", section, re.MULTILINE)
    return {name: float(value) for name, value in rows}


def test_every_setting_stands_on_the_page_with_the_value_it_has():
    assert told(SETTINGS) == asdict(Policy()) | asdict(DEFAULT_THRESHOLDS)


def test_what_is_asked_of_a_photograph_instead_stands_on_the_page():
    live, photograph = asdict(Policy()), asdict(ONE_PHOTOGRAPH)
    other = {name: value for name, value in photograph.items() if value != live[name]}
    assert told(PHOTOGRAPH) == other


def test_the_page_speaks_of_the_weights_in_use(manifest):
    named = re.findall(r"^\| (\w+) \| (\S+\.onnx) \| ([0-9a-f]{64}) \|", PAGE, re.MULTILINE)
    used = [manifest.task(task) for task in ("detection", "recognition", "liveness")]
    assert named == [(entry.task, entry.file, entry.sha256) for entry in used]
