"""The text that is read out before a face is kept, and its versions."""

from __future__ import annotations

import struct

import pytest

from kiosk_ui.words.consent import CONSENT, SENTENCES, consent_text
from terminal.core.capture import GUIDED, GUIDED_MAX_S, Capture
from terminal.core.consent import (
    CONSENT_VERSION,
    VERSIONS,
    ConsentText,
    months_told,
    still_holds,
    version_told,
)
from terminal.core.national_crypto import sm3
from terminal.core.recognition import Portrait, Template

_READ_A_SECOND = 4
"""Characters of Chinese, to somebody hard of hearing."""


def test_nobody_changes_a_letter_of_the_text_without_another_version() -> None:
    told = sm3("".join(SENTENCES).encode("utf-8")).hex()
    assert (CONSENT_VERSION, told) == (VERSIONS[-1].version, VERSIONS[-1].sm3)
    assert len({each.version for each in VERSIONS}) == len({each.sm3 for each in VERSIONS})


def test_the_text_is_read_aloud_in_less_than_forty_seconds() -> None:
    assert len("".join(consent_text(120))) / _READ_A_SECOND < 40
    assert max(map(len, CONSENT)) <= 40, "a sentence that can be said in one breath"


def test_an_enrolment_that_uses_all_its_time_still_ends_within_a_minute() -> None:
    begun_s = at_s = 100.0
    capture = Capture(GUIDED, begun_s, GUIDED_MAX_S)
    while not capture.over:
        at_s += 0.1
        capture.pass_time(at_s)
    assert not capture.enough
    assert len("".join(consent_text(120))) / _READ_A_SECOND + (at_s - begun_s) <= 60


def test_the_prompts_of_an_enrolment_take_less_than_a_minute_of_somebody_who_cannot_turn() -> None:
    begun_s = at_s = 100.0
    capture = Capture(GUIDED, begun_s, GUIDED_MAX_S)
    prompts = [capture.hint]
    ahead = Portrait(Template(struct.pack("<2f", 1.0, 0.0), "digest", 0.9), 0.0, 0.0)
    while not capture.over:
        at_s += 0.1
        capture.feed(ahead, at_s)
        prompts += [] if capture.over or capture.hint == prompts[-1] else [capture.hint]
    assert capture.enough
    assert len(prompts) == 3
    assert len("".join(CONSENT)) / _READ_A_SECOND + (at_s - begun_s) <= 60


def test_the_text_names_the_months_that_the_region_has_set() -> None:
    assert "12个月" in "".join(consent_text(12))
    assert "24个月" in "".join(CONSENT)
    assert "{" not in "".join(CONSENT)


@pytest.mark.parametrize(
    "promise", ["只为看病", "不留照片", "加密", "不传到别处", "马上删掉", "不登记也一样看病", "问"]
)
def test_every_promise_that_the_law_asks_for_stands_in_the_text(promise: str) -> None:
    assert promise in "".join(CONSENT)


def test_what_was_promised_stands_in_the_version_that_is_written_down() -> None:
    assert (version_told(12), months_told(version_told(12))) == ("2.12", 12)
    assert [months_told(each) for each in ("1", "2", "demo-1", "2.", "2.x", "2.²")] == [None] * 6


def test_an_older_version_holds_until_one_that_asks_anew() -> None:
    assert all(still_holds(each) for each in ("1", "2", "2.24", "a form of the county"))
    later = (*VERSIONS, ConsentText("3", "", asks_anew=True), ConsentText("4", "", asks_anew=False))
    held = [still_holds(each, later) for each in ("1", "2.24", "3", "3.12", "4", "a form")]
    assert held == [False, False, True, True, True, False]


def test_the_text_names_no_number_of_its_own() -> None:
    assert not any(character.isdigit() for character in "".join(SENTENCES))
