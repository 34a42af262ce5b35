"""The command `classify` on an examiner's list of unseen lines, read as a process reads them."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from terminal.core.trace_codes import Kind, classify
from tests.core.scan_examples import BOX, PRODUCT
from tests.core.scan_lists import GROUPS, MODULE_ACK, Labelled, examiners_list
from tests.core.scan_numbers import digits, gtin

SECRET = {"identity_card", "payment_code", "insurance_voucher"}
ACCEPTED = {"trace_code", "gs1"}
Answered = list[tuple[Labelled, dict[str, Any], bytes]]


@pytest.fixture(scope="module")
def answered() -> Answered:
    """The list, through the command once: each line with its answer, read and as printed."""
    lines = examiners_list()
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "classify"],
        input=b"".join(each.line + b"\n" for each in lines),
        capture_output=True,
        check=True,
        timeout=120,
    )
    printed = done.stdout.splitlines()
    assert len(printed) == len(lines)
    return [(line, json.loads(out), out) for line, out in zip(lines, printed, strict=True)]


def test_the_list_is_long_and_shows_every_kind_and_frame() -> None:
    lines = examiners_list()
    assert len(lines) >= 3_000
    assert lines == examiners_list()
    kinds = Counter(each.kind for each in lines)
    assert set(kinds) == {kind.value for kind in Kind}
    assert min(kinds.values()) >= 40


@pytest.mark.parametrize("group", [group.__name__ for group in GROUPS])
def test_every_line_is_the_kind_that_the_reference_says(answered: Answered, group: str) -> None:
    wrong = [
        (line.group, line.line, line.kind, told["kind"])
        for line, told, _ in answered
        if line.group.split()[-1] == group and told["kind"] != line.kind
    ]
    assert wrong == []


def test_nothing_is_accepted_that_is_no_code_and_no_code_is_refused(answered: Answered) -> None:
    for line, told, _ in answered:
        assert told["accepted"] is (line.kind in ACCEPTED), line
        assert (told["product_prefix"] is not None) is told["accepted"], line
        assert (told["serial"] is not None) is told["accepted"], line
        if told["kind"] == "trace_code":
            assert (told["product_prefix"] + told["serial"]).encode() in line.line


def test_of_a_secret_no_digit_is_printed(answered: Answered) -> None:
    of_secrets = {(out, told["kind"]) for _, told, out in answered if told["kind"] in SECRET}
    assert len(of_secrets) == len(SECRET), "one answer for a kind, whatever was scanned"


def test_every_kind_of_mistake_has_its_own_plain_words(answered: Answered) -> None:
    words = {told["kind"]: told["words"] for _, told, _ in answered}
    assert all(words.values())
    mistakes = [text for kind, text in words.items() if kind not in ACCEPTED]
    assert len(set(mistakes)) == len(mistakes) == 17
    for text in mistakes:
        assert not any(letter.isascii() and letter.isalpha() for letter in text), text


@pytest.mark.parametrize("serial", [b"SER1000001", b"BOX100234", b"SN10001", b"A1000000001"])
def test_letters_before_a_number_beginning_with_10_are_one_serial(serial: bytes) -> None:
    assert classify(PRODUCT + b"21" + serial).serial == serial.decode()
    assert classify(PRODUCT + b"1727113021" + serial).serial == serial.decode()
    assert not classify(PRODUCT + b"21" + serial + b"7" + b"10556677").accepted


@pytest.mark.parametrize("batch", [b"A2145", b"LOT2103", b"B2199001"])
def test_a_batch_of_the_year_21_is_no_lost_serial(batch: bytes) -> None:
    assert classify(PRODUCT + b"1727113010" + batch).kind is Kind.PRODUCT_ONLY
    assert classify(PRODUCT + b"1727113010" + batch + b"21SN1").kind is Kind.SEPARATOR_LOST


def test_a_module_that_answers_within_a_code_does_not_join_its_halves() -> None:
    assert classify(BOX[:10] + MODULE_ACK + BOX[10:]).kind is Kind.UNKNOWN
    assert classify(MODULE_ACK + BOX + MODULE_ACK).kind is Kind.TRACE_CODE


def test_a_name_with_a_rare_character_is_text_in_any_chinese_encoding() -> None:
    for text in ("姓名：㛃𬭎", "处方：䶮"):
        assert classify(text.encode("gb18030")).kind is Kind.TEXT
        assert classify(text.encode()).kind is Kind.TEXT


def test_gbk_that_happens_to_be_good_utf_8_is_still_chinese() -> None:
    assert "液莫莫".encode("gbk").decode("utf-8") == "ҺĪĪ"
    assert classify("液莫莫".encode("gbk")).kind is Kind.TEXT
    assert classify("https://example.com/é".encode()).kind is Kind.URL


@pytest.mark.parametrize("lost", ["{s}17{d}10{b}", "{s}10{b}17{d}", "{s}17{d}", "{s}10{b}"])
def test_a_lost_separator_is_never_an_accepted_serial(lost: str) -> None:
    """Serials as makers print them, batches with a letter, any product: two thousand of each."""
    rng = random.Random(lost)  # noqa: S311 - a list of codes, not a secret.
    for _ in range(2_000):
        serial = digits(rng, rng.randrange(4, 14), rng.choice(["", "SN", "A", "7", "10", "21"]))
        batch = rng.choice("ABCDEFGLT") + digits(rng, rng.randrange(1, 8))
        fields = lost.format(s="21" + serial, d="271130", b=batch)
        for before in ("", "11240101"):
            scan = classify(f"01{gtin(rng)}{before}{fields}".encode())
            assert not scan.accepted, fields
