"""The page about thresholds and the code say the same."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from models.policy import Policy
from terminal.core.recognition import DEFAULT_THRESHOLDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "thresholds.md").read_text("utf-8")


def test_every_setting_stands_on_the_page_with_the_value_it_has():
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", PAGE, re.MULTILINE)
    told = {name: float(value) for name, value in rows}
    assert told == asdict(Policy()) | asdict(DEFAULT_THRESHOLDS)


def test_the_page_speaks_of_the_weights_in_use(manifest):
    told = re.findall(r"^\| (\w+) \| (\S+\.onnx) \| ([0-9a-f]{64}) \|", PAGE, re.MULTILINE)
    used = [manifest.task(task) for task in ("detection", "recognition", "liveness")]
    assert told == [(entry.task, entry.file, entry.sha256) for entry in used]
