"""Amounts: exact to the fen, read strictly, shared so that nothing is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, line_total, total

MOST = 10**16 - 1
"""Fen of the interface's N16,2."""

amounts = st.integers(-MOST, MOST).map(Money)


@given(amounts)
def test_what_is_written_is_read_back(amount: Money) -> None:
    assert Money.parse(amount.yuan) == amount


@pytest.mark.parametrize(
    ("written", "fen"),
    [("0", 0), ("12.5", 1250), ("12.50", 1250), ("-0.05", -5), ("7.9000", 790), ("007", 700)],
)
def test_yuan_are_read_as_provinces_write_them(written: str, fen: int) -> None:
    assert Money.parse(written).fen == fen


@pytest.mark.parametrize(
    "written",
    ["", " 1", "1 ", "1.", ".5", "1.234", "1e3", "NaN", "Infinity", "1,000.00", "--1", "+1", "１２",
     "1.00\n", "123456789012345", "0x10", "1_000", "¥1"],
)  # fmt: skip
def test_anything_else_is_no_amount(written: str) -> None:
    with pytest.raises(Refused) as refused:
        Money.parse(written)
    assert refused.value.code == "money.unreadable"


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_or_is_repeated_in_the_refusal(written: str) -> None:
    try:
        assert Money.parse(written).yuan
    except Refused as no:
        facts = no.facts
    else:
        facts = {}
    assert set(facts) <= {"length"}


def test_money_is_whole_fen_only() -> None:
    for wrong in (1.0, True, Decimal(1), "1"):
        with pytest.raises(TypeError):
            Money(wrong)


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [("0.005", 1), ("0.0049", 0), ("-0.005", -1), ("2.675", 268), ("18.438", 1844), ("1.125", 113)],
)
def test_a_line_is_rounded_half_up_and_never_half_even(yuan: str, fen: int) -> None:
    assert Money.of(Decimal(yuan)).fen == fen
    assert line_total(Decimal(yuan), Decimal(1)).fen == fen


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_shares_add_back_to_the_whole_and_no_share_is_a_fen_off(
    amount: Money, weights: list[int]
) -> None:
    shares = amount.split(weights)
    assert total(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        exact = Decimal(amount.fen) * weight / sum(weights)
        assert abs(share.fen - exact) < 1 + abs(exact) * Decimal("1e-20")


def test_the_earlier_line_gets_the_fen_that_does_not_divide() -> None:
    assert Money(100).split([1, 1, 1]) == [Money(34), Money(33), Money(33)]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_share_nothing_are_a_mistake_of_ours(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(1).split(weights)


def test_amounts_are_shown_with_sign_and_two_digits() -> None:
    assert [str(Money(fen)) for fen in (5, -5, 123456)] == ["¥0.05", "-¥0.05", "¥1234.56"]
    assert total([]) == ZERO
