"""The page about thresholds and the code say the same."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from models.challenge_policy import ChallengePolicy
from models.policy import ONE_PHOTOGRAPH, Policy
from terminal.core.calibration import DEFAULT_CALIBRATION
from terminal.core.recognition import DEFAULT_THRESHOLDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "thresholds.md").read_text("utf-8")


SECTIONS = dict(re.findall(r"^## (.*)\n((?:(?!^## ).*\n?)*)", PAGE, re.MULTILINE))


USED = ("detection", "recognition", "liveness", "landmarks", "eyes")


def told(section: str) -> dict[str, float]:
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", section, re.MULTILINE)
    return {name: float(value) for name, value in rows}


def test_every_setting_stands_on_the_page_with_the_value_it_has():
    assert told(SECTIONS["Settings"]) == asdict(Policy()) | asdict(DEFAULT_THRESHOLDS)


def test_what_is_asked_of_a_photograph_instead_stands_on_the_page():
    live, photograph = asdict(Policy()), asdict(ONE_PHOTOGRAPH)
    other = {name: value for name, value in photograph.items() if value != live[name]}
    assert told(SECTIONS["One photograph"]) == other


def test_what_a_challenge_asks_stands_on_the_page():
    assert told(SECTIONS["A challenge"]) == asdict(ChallengePolicy())


def test_what_a_similarity_means_stands_on_the_page():
    section = SECTIONS["How alike is alike enough"]
    points = re.findall(r"^\| FMR (1e-\d) \| ([\d.]+) \|", section, re.MULTILINE)
    assert tuple((float(fmr), float(at)) for fmr, at in points) == DEFAULT_CALIBRATION.points
    known = asdict(DEFAULT_CALIBRATION)
    numbers = told(section)
    assert numbers
    assert numbers == {name: known[name] for name in numbers}


def test_the_page_speaks_of_the_weights_in_use(manifest):
    named = re.findall(r"^\| (\w+) \| (\S+\.onnx) \| ([0-9a-f]{64}) \|", PAGE, re.MULTILINE)
    used = [manifest.task(task) for task in USED]
    assert named == [(entry.task, entry.file, entry.sha256) for entry in used]
