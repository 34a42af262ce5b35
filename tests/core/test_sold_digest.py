"""The filter of sold codes: never wrong about a sold one, seldom about another."""

from __future__ import annotations

import hashlib
import math
import struct
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.core.faults import Refused
from terminal.core.sold_digest import BYTES_MAX, FALSE_POSITIVE_WORST, SoldDigest, build

DAY = date(2025, 9, 20)
SALT = bytes(range(16))
SUM_AT, BODY_AT = 58, 90


def made(codes: list[str], rate: float = 0.001, salt: bytes = SALT) -> bytes:
    return build(codes, salt=salt, day=DAY, county="431024", false_positive_max=rate)


def boxes(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{serial:013}" for serial in range(count)]


@given(st.lists(st.text(max_size=40), max_size=60), st.sampled_from([0.05, 0.001, 1e-6]))
def test_what_was_put_in_is_never_denied(codes: list[str], rate: float) -> None:
    told = SoldDigest.read(made(codes, rate))
    assert all(told.may_hold(code) for code in codes)
    assert (told.county, told.day, told.count) == ("431024", DAY, len(set(codes)))


@pytest.mark.parametrize("rate", [0.05, 0.01, 0.001])
def test_other_codes_are_suspected_no_oftener_than_promised(rate: float) -> None:
    told = SoldDigest.read(made(boxes("8910111", 20_000), rate))
    tried = 30_000
    wrong = sum(told.may_hold(code) for code in boxes("8910148", tried))
    noise = 3 * math.sqrt(rate * tried)
    assert wrong <= rate * tried + noise
    assert wrong < tried * rate, "the room beyond the formula keeps it below"


def test_an_empty_filter_suspects_nothing() -> None:
    told = SoldDigest.read(made([]))
    assert not any(told.may_hold(code) for code in boxes("8910111", 1000))


def test_the_same_codes_are_the_same_bytes_and_another_salt_hides_them_elsewhere() -> None:
    codes = boxes("8910111", 50)
    assert made(codes) == made(codes[::-1])
    assert made(codes)[BODY_AT:] != made(codes, salt=bytes(16))[BODY_AT:]


def test_no_code_stands_in_the_file() -> None:
    [code] = boxes("8910111", 1)
    assert code.encode() not in made([code])


@given(st.data())
def test_any_damage_is_noticed(data: st.DataObject) -> None:
    whole = made(boxes("8910111", 30))
    place = data.draw(st.integers(0, len(whole) - 1))
    broken = bytearray(whole)
    broken[place] ^= data.draw(st.integers(1, 255))
    assert refused(bytes(broken)) in {"no such file", "sum"}


@given(st.integers(0, 10_000))
def test_a_file_cut_short_is_noticed(length: int) -> None:
    whole = made(boxes("8910111", 30))
    assert refused(whole[: length % len(whole)]) in {"no such file", "sum"}


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda rest: b"SOLDCODE" + rest))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    assert refused(data)


def forged(**changes: object) -> bytes:
    """A file whose sum is right and whose header is not."""
    names = ("magic", "version", "county", "day", "count", "hashes", "bits", "salt")
    values = dict(zip(names, struct.unpack(">8sH6s8sQHQ16s", made(["8"])[:SUM_AT]), strict=True))
    body = changes.pop("body", made(["8"])[BODY_AT:])
    assert isinstance(body, bytes)
    head = struct.pack(">8sH6s8sQHQ16s", *{**values, **changes}.values())
    return head + hashlib.sha256(head + body).digest() + body


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": 2}, "version"),
        ({"hashes": 0}, "sizes"),
        ({"hashes": 33}, "sizes"),
        ({"bits": 8}, "sizes"),
        ({"bits": 2**63}, "sizes"),
        ({"count": 2**40}, "sizes"),
        ({"body": b"\xff" * 128}, "full"),
        ({"county": b"43102x"}, "county"),
        ({"county": b"\xff" * 6}, "county"),
        ({"day": b"20251301"}, "day"),
    ],
    ids=str,
)
def test_a_right_sum_over_absurd_sizes_is_refused_all_the_same(
    changes: dict[str, object], why: str
) -> None:
    assert refused(forged(**changes)) == why


def test_a_forgery_that_changes_nothing_is_read() -> None:
    assert SoldDigest.read(forged()).may_hold("8")


def test_more_than_a_device_should_read_is_refused_unread() -> None:
    assert refused(made(["8"]) + bytes(BYTES_MAX)) == "too large"


def test_more_codes_than_fit_are_refused_before_they_are_hashed() -> None:
    with pytest.raises(Refused) as raised:
        made(boxes("8910111", 300_000), 1e-300)
    assert raised.value.code == "digest.too_large"


@pytest.mark.parametrize(("rate", "salt"), [(0.0, SALT), (FALSE_POSITIVE_WORST * 2, SALT),
                                            (0.01, b"x")])  # fmt: skip
def test_a_rate_or_a_salt_out_of_range_is_a_mistake_of_the_maker(rate: float, salt: bytes) -> None:
    with pytest.raises(ValueError, match="out of range"):
        made([], rate, salt)


def refused(data: bytes) -> str:
    """Why it is not read."""
    with pytest.raises(Refused) as raised:
        SoldDigest.read(data)
    assert raised.value.code == "digest.unreadable"
    return str(raised.value.facts["reason"])
