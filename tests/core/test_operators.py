from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.core.faults import Refused
from terminal.core.pins import hashed_pin, is_pin, refuse_weak_pin

SALT = bytes(range(16))
PIN = "820463"


def test_only_the_same_pin_opens_what_was_kept_of_it() -> None:
    kept = hashed_pin(PIN, SALT)
    assert is_pin(PIN, kept)
    assert not is_pin("820464", kept)
    assert not is_pin("", kept)
    assert not is_pin(PIN + "0", kept)


def test_a_pin_is_not_in_what_is_kept_of_it() -> None:
    assert PIN not in hashed_pin(PIN, SALT)


def test_two_who_chose_the_same_pin_have_nothing_the_same_kept() -> None:
    kept, other = hashed_pin(PIN, SALT), hashed_pin(PIN, bytes(16))
    assert kept.rpartition("$")[2] != other.rpartition("$")[2]


def test_a_guess_costs_what_a_memory_hard_hash_costs() -> None:
    kept = hashed_pin(PIN, SALT)
    _, cost, block, parallel, _, _ = kept.split("$")
    assert 128 * 2 ** int(cost) * int(block) * int(parallel) == 32 * 1024 * 1024
    begun_s = time.process_time()
    is_pin(PIN, kept)
    assert time.process_time() - begun_s > 0.01


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "scrypt",
        "scrypt$15$8$1$00$00",
        "scrypt$60$8$1$" + "00" * 16 + "$" + "00" * 32,
        "scrypt$15$8$0$" + "00" * 16 + "$" + "00" * 32,
        "md5$15$8$1$" + "00" * 16 + "$" + "00" * 32,
        "scrypt$15$8$1$zz$" + "00" * 32,
    ],
)
def test_a_damaged_hash_opens_for_nobody_and_eats_no_memory(kept: str) -> None:
    with pytest.raises(Refused, match=r"operator\.pin_hash_unusable"):
        is_pin(PIN, kept)


@pytest.mark.parametrize(
    "pin",
    [
        "", "82046", "8204631234567", "82046a", "８２０４６３", " 820463",
        "111111", "000000", "112211", "123456", "654321", "890123", "121212", "123123",
        "19650312", "12031965", "650312", "120365", "196503", "20240229",
    ],
)  # fmt: skip
def test_a_pin_that_is_guessed_first_is_refused(pin: str) -> None:
    with pytest.raises(Refused, match=r"operator\.pin_weak"):
        refuse_weak_pin(pin)


def test_a_pin_out_of_the_doctors_own_code_is_refused() -> None:
    refuse_weak_pin("990997")
    with pytest.raises(Refused, match=r"operator\.pin_weak"):
        refuse_weak_pin("990997", "D431024990997")


@pytest.mark.parametrize("pin", [PIN, "820463951", "995733", "820463957210"])
def test_an_ordinary_pin_is_taken(pin: str) -> None:
    refuse_weak_pin(pin)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=20))
def test_whatever_is_typed_is_taken_or_refused_and_never_breaks(typed: str) -> None:
    if typed.isascii() and typed.isdigit() and 6 <= len(typed) <= 12:
        with suppress(Refused):
            refuse_weak_pin(typed)
    else:
        with pytest.raises(Refused, match=r"operator\.pin_weak"):
            refuse_weak_pin(typed)
