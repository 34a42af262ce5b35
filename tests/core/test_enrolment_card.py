"""The enrolment card: which is read, which is taken, and the short code."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.enrolment_answer import read_answer, read_erasure, read_request
from terminal.core.enrolment_card import (
    CARD_CHARACTERS_MAX,
    CODE_CHARACTERS,
    EnrolmentCard,
    card_text,
    code_of,
    judge_card,
    read_card,
    read_code,
)
from terminal.core.faults import Refused
from terminal.core.national_crypto import new_sm2_key, sm2_sign
from terminal.core.signed_text import signed_text

COUNTY, OTHER = new_sm2_key(), new_sm2_key()
KEYS = [COUNTY.public_hex]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CARD = EnrolmentCard(
    serial="0123456789abcdef",
    clinic="H99102400992",
    clinic_name="示例县珠泉镇石燕村卫生室",
    county_url="https://county.example/clinics",
    province_url="https://province.example/fsi/api/medical/service",
    region=7,
    secret="00112233445566778899aabbccddeeff",
    valid_from=NOW - timedelta(days=1),
    expires=NOW + timedelta(days=13),
)


def signed(data: bytes) -> str:
    return sm2_sign(COUNTY.private_hex, data)


def code_raised(act, *given):
    with pytest.raises(Refused) as refused:
        act(*given)
    return refused.value.code


def test_a_card_is_read_as_it_was_signed_and_fits_one_qr_code():
    text = card_text(CARD, signed)
    assert read_card(text + "\r\n", KEYS) == CARD
    assert len(text) <= 700 < CARD_CHARACTERS_MAX
    assert "secret" not in repr(CARD)
    assert CARD.secret not in repr(CARD)


@given(place=st.integers(min_value=0), to=st.sampled_from("AZaz09-_."))
def test_no_changed_character_leaves_a_card_readable(place, to):
    text = TEXT
    place %= len(text)
    changed = text[:place] + to + text[place + 1 :]
    if changed != text:
        assert code_raised(read_card, changed, KEYS) == "card.not_signed"


TEXT = card_text(CARD, signed)


@given(st.text(max_size=1200))
def test_no_text_that_is_scanned_breaks_the_reading(text):
    for each in (text, "CTE1." + text):
        assert code_raised(read_card, each, KEYS) in {"card.too_large", "card.not_signed"}


def test_another_countys_card_is_not_signed():
    theirs = card_text(CARD, lambda data: sm2_sign(OTHER.private_hex, data))
    assert code_raised(read_card, theirs, KEYS) == "card.not_signed"


def test_size_is_judged_before_anything_is_read():
    assert code_raised(read_card, TEXT + "A" * 900, KEYS) == "card.too_large"


WRONG = {
    "no serial": {"n": "1"},
    "a clinic of another form": {"c": "X1"},
    "a name with a line's end": {"m": "a\nb"},
    "an address without TLS": {"u": "http://county.example"},
    "an endless address": {"u": "https://" + "a" * 200},
    "a revision below nothing": {"r": -1},
    "a moment that is none": {"f": "today"},
    "a moment that is true": {"f": True},
    "an end before its beginning": {"t": 1},
    "a field nobody knows": {"x": 1},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_signed_and_of_a_wrong_form_is_refused(wrong):
    told = {
        "n": CARD.serial, "c": CARD.clinic, "m": CARD.clinic_name, "u": CARD.county_url,
        "p": CARD.province_url, "r": 1, "k": CARD.secret, "f": 1763800000, "t": 1864000000,
    }  # fmt: skip
    text = signed_text("CTE1.", told | wrong, signed)
    assert code_raised(read_card, text, KEYS) == "card.wrong_form"


TIMES = {
    "card.clock": datetime(1970, 1, 1, 8, 0, tzinfo=UTC),
    "card.not_yet": NOW - timedelta(days=2),
    "card.expired": NOW + timedelta(days=13),
}


@pytest.mark.parametrize("code", TIMES)
def test_a_card_outside_its_time_is_refused_by_name(code):
    assert code_raised(judge_card, CARD, TIMES[code], ()) == code


def test_a_card_is_used_once_on_a_device():
    judge_card(CARD, NOW, ("fedcba9876543210",))
    assert code_raised(judge_card, CARD, NOW, (CARD.serial,)) == "card.used"


@given(st.lists(st.integers(0, 31), min_size=11, max_size=11), st.integers(0, 11), st.data())
def test_a_slip_of_the_finger_in_a_code_is_seen(drawn, place, data):
    code = code_of(drawn)
    assert read_code(f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()) == code
    to = data.draw(st.sampled_from(CODE_CHARACTERS.replace(code[place], "")))
    assert code_raised(read_code, code[:place] + to + code[place + 1 :]) == "card.code_wrong"


def test_letters_that_look_like_figures_are_read_as_them():
    code = code_of([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert read_code(code.replace("0", "O").replace("1", "l")) == code


@given(st.text(max_size=60))
def test_no_line_breaks_what_reads_the_counterpart(text):
    for read, prefix in ((read_request, "CTR1."), (read_erasure, "CTX1.")):
        assert code_raised(read, prefix + text).startswith("enrol.")
    assert code_raised(read_answer, "CTA1." + text, KEYS, "").startswith("enrol.")


def test_one_kind_of_line_is_never_another():
    card = card_text(dataclasses.replace(CARD, region=8), signed)
    assert code_raised(read_request, card.replace("CTE1.", "CTR1.")) == "enrol.not_signed"
