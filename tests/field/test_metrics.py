"""What a terminal tells of itself: valid OpenMetrics, and nobody's data."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from terminal.assembly import metrics
from terminal.core.open_metrics import Kind, Metric, exposition
from terminal.core.visit import VisitEvent
from terminal.store import Store
from tests.clinic import KEY, Clock

DOCS = Path(__file__).parents[2] / "docs"
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?"
SAMPLE = re.compile(rf'([a-z_]+)(?:\{{([a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*)\}})? ({NUMBER})')
ENDS = {
    "gauge": {""},
    "info": {"_info"},
    "gaugehistogram": {"_bucket", "_gcount", "_gsum"},
}


def _described(line: str, name: str) -> None:
    _, word, whose, what = line.split(" ", 3)
    if word not in {"UNIT", "HELP"} or whose != name:
        raise ValueError(line)
    if word == "UNIT" and not name.endswith(f"_{what}"):
        raise ValueError(line)


def parsed(text: str) -> dict[tuple[str, str], float]:
    """A strict reader of the part of OpenMetrics that we write; ValueError for anything else."""
    *lines, mark, last = text.split("\n")
    if (mark, last) != ("# EOF", ""):
        raise ValueError("no end")
    families: set[str] = set()
    name, kind, samples = "", "", {}
    for line in lines:
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name in families or kind not in ENDS:
                raise ValueError(line)
            families.add(name)
        elif line.startswith("# "):
            _described(line, name)
        else:
            found = SAMPLE.fullmatch(line)
            if found is None or found[1].removeprefix(name) not in ENDS[kind]:
                raise ValueError(line)
            if (found[1], found[2] or "") in samples:
                raise ValueError(f"twice: {line}")
            samples[found[1], found[2] or ""] = float(found[3])
    return samples


def test_every_number_comes_back_and_a_buckets_count_never_falls():
    stages = {"priced": [0.5, 1.0, 7.0, 9000.0], "settling": [2.5]}
    told = parsed(exposition([(metrics.STAGES, stages), (metrics.HEAT, {"": 61.5})]))
    assert told["clinic_heat_celsius", ""] == 61.5
    assert told["clinic_stage_seconds_gcount", 'state="priced"'] == 4
    assert told["clinic_stage_seconds_gsum", 'state="priced"'] == 9008.5
    buckets = [n for (name, label), n in told.items() if "_bucket" in name and "priced" in label]
    assert buckets == [2, 2, 2, 3, 3, 3, 3, 3, 3, 4]


@pytest.mark.parametrize(
    "personal", ["王建国", "991024196503121030", "13900000000", 'a"} 1\nx', "a\\b", "8f3a91c2d4e5"]
)
def test_whatever_is_not_our_own_word_is_told_as_other(personal):
    labelled = [each for each in metrics.ALL if each.label and not each.edges]
    text = exposition([(metric, {personal: 1}) for metric in labelled])
    assert personal not in text
    assert all('="other"' in label for _, label in parsed(text))


def test_two_foreign_words_are_one_sample():
    assert parsed(exposition([(metrics.AWAY, {"甲": 1, "乙": 2, "camera.no_frame": 1})])) == {
        ("clinic_away", 'code="other"'): 3,
        ("clinic_away", 'code="camera.no_frame"'): 1,
    }


def test_a_reading_counts_steps_and_stays_while_the_writer_is_busy(tmp_path):
    clock = Clock()
    store = Store(tmp_path / "clinic.db", KEY)
    try:
        opened = clock()
        store.visits.open("v1", "D1", opened)
        presented = opened + timedelta(seconds=10)
        state = store.visits.record("v1", VisitEvent.PERSON_PRESENTED, presented)
        store.visits.open("v2", "D1", opened)
        store.visits.record("v1", VisitEvent.ABANDONED, presented + timedelta(seconds=30))
        store.visits.record("v2", VisitEvent.ABANDONED, presented)
        with store.transaction():
            read: list[object] = []
            reading = threading.Thread(target=lambda: read.append(store.tallies.tallied()))
            reading.start()
            reading.join(20.0)
            assert read, "a reading waited for the writer"
        tallied = store.tallies.tallied()
    finally:
        store.close()
    assert tallied.visits == {"abandoned": 2}
    assert tallied.steps["abandoned"] == 2
    assert [round(each) for each in tallied.stages_s[state]] == [30]
    assert "abandoned" not in tallied.stages_s, "from one visit's end to the next one's begin"


def test_the_page_lists_every_metric_as_it_is_told():
    page = (DOCS / "metrics.md").read_text("utf-8")
    listed = [line for line in page.splitlines() if line.startswith("| `clinic_")]
    assert listed == [
        f"| `{each.name}` | {each.kind} | {each.unit or '-'} | {each.label or '-'} | "
        f"{each.meaning} |"
        for each in metrics.ALL
    ]


def test_the_dashboard_names_only_what_is_told():
    board = json.loads((DOCS / "grafana/clinic-terminal.json").read_text("utf-8"))
    named = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"clinic_[a-z_]+", target["expr"])
    }
    told = {each.name + end for each in metrics.ALL for end in ENDS[each.kind]}
    assert named <= told
    assert all(any(name.startswith(each.name) for name in named) for each in metrics.ALL)


def test_a_unit_that_is_not_the_names_end_is_not_valid():
    wrong = Metric("clinic_heat", Kind.GAUGE, "Wrong.", unit="celsius")
    with pytest.raises(ValueError, match="UNIT"):
        parsed(exposition([(wrong, {"": 1})]))
