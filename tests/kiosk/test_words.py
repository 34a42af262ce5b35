from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kiosk_ui.words import WORDS, Reader, words_of

KIOSK = Path(__file__).parents[2] / "kiosk_ui"
_LATIN = re.compile(r"[A-Za-z_]")


@pytest.mark.parametrize("reader", Reader)
def test_every_code_has_words_for_every_reader(reader: Reader) -> None:
    assert [code for code, words in WORDS.items() if not words.to(reader).strip()] == []


@pytest.mark.parametrize("reader", [Reader.RESIDENT, Reader.DOCTOR])
def test_residents_and_doctors_read_plain_chinese_without_codes(reader: Reader) -> None:
    assert [code for code, words in WORDS.items() if _LATIN.search(words.to(reader))] == []


@pytest.mark.parametrize(
    "code", ["province.no_answer", "province.nonsense", "step.uncertain", "step.cancelling"]
)
def test_while_an_outcome_is_unknown_only_the_check_is_promised(code: str) -> None:
    assert WORDS[code].resident == "正在向医保中心核实，不会重复扣费。"


@pytest.mark.parametrize(
    "code", [c for c in WORDS if c.startswith(("camera.", "face.unknown", "face.ambiguous"))]
)
def test_whoever_the_camera_fails_is_shown_the_other_way_in(code: str) -> None:
    assert "身份证号" in WORDS[code].resident
    assert "身份证号" in WORDS[code].doctor


@pytest.mark.parametrize("reader", [Reader.RESIDENT, Reader.DOCTOR])
def test_a_fault_does_not_say_that_nothing_was_charged(reader: Reader) -> None:
    """The same refusal or silence can follow a charge that stands, when it is cancelled."""
    faults = {code: words for code, words in WORDS.items() if not code.startswith("step.")}
    assert [code for code, words in faults.items() if "没有扣费" in words.to(reader)] == []


def test_a_code_without_words_is_answered_calmly() -> None:
    assert words_of("never.heard_of").resident


def test_no_code_is_worded_twice() -> None:
    seen: list[str] = []
    for path in (KIOSK / "words").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                seen += [str(k.value) for k in node.keys if isinstance(k, ast.Constant)]
    assert len(seen) == len(set(seen)) == len(WORDS)
