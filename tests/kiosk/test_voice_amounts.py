"""Amounts as they are spoken, against a reading of the digits that knows nothing of clips."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk_ui.voice.numbers import AMOUNT_MAX, UNSAYABLE, amount, counted, number
from kiosk_ui.voice.table import clips
from terminal.core.money import Money

DIGITS = "零一二三四五六七八九"


def said(names: tuple[str, ...]) -> str:
    return "".join(clips()[name].words for name in names)


def read(count: int) -> str:
    """A number by the school's rule: every digit with its place, then the zeros put right."""
    if count == 0:
        return "零"
    figures = f"{count:08d}"
    halves = [
        "".join(DIGITS[int(d)] + u for d, u in zip(part, "千百十 ", strict=True))
        for part in (figures[:4], figures[4:])
    ]
    text = f"{halves[0]}万{halves[1]}".replace(" ", "")
    text = re.sub(r"零[千百十]", "零", text)
    text = re.sub(r"零+万", "万", re.sub(r"零+", "零", text)).strip("零")
    text = text[1:].strip("零") if text.startswith("万") else text
    text = re.sub(r"^一十", "十", text)
    return re.sub(r"二(?=[百千])|二(?=万)(?<![十百千零]二)", "两", text)


def read_amount(fen: int) -> str:
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    two = DIGITS.replace("二", "两")
    text = ("两" if yuan == 2 else read(yuan)) + "元" if yuan or not fen else ""
    text += f"{two[jiao]}角" if jiao else ""
    zero = "零" if rest and yuan and not jiao else ""
    return text + (f"{zero}{two[rest]}分" if rest else "")


@given(st.integers(0, AMOUNT_MAX.fen))
@example(AMOUNT_MAX.fen)
@example(10_001_000)
@example(2_050_000)
@example(12_000_000)
@example(22_222_222)
@example(20_000_002)
def test_an_amount_is_said_as_it_is_read(fen: int) -> None:
    assert said(amount(Money(fen))) == read_amount(fen)


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("0.00", "零元"),
        ("0.05", "五分"),
        ("0.22", "两角两分"),
        ("0.50", "五角"),
        ("2.00", "两元"),
        ("7.90", "七元九角"),
        ("10.00", "十元"),
        ("12.05", "十二元零五分"),
        ("20.20", "二十元两角"),
        ("110.00", "一百一十元"),
        ("203.00", "两百零三元"),
        ("405.68", "四百零五元六角八分"),
        ("1010.00", "一千零一十元"),
        ("2002.00", "两千零二元"),
        ("10500.00", "一万零五百元"),
        ("20010.00", "两万零一十元"),
        ("120000.00", "十二万元"),
        ("205000.00", "二十万五千元"),
        ("2000000.00", "两百万元"),
        ("9999999.99", "九百九十九万九千九百九十九元九角九分"),
    ],
)
def test_known_amounts_are_said_as_people_say_them(yuan: str, words: str) -> None:
    assert said(amount(Money.parse(yuan))) == words


@pytest.mark.parametrize("fen", [-1, -500, AMOUNT_MAX.fen + 1, 10**14])
def test_an_amount_that_cannot_be_said_points_to_the_screen(fen: int) -> None:
    assert amount(Money(fen)) == (UNSAYABLE,)


def test_two_is_counted_as_a_pair_and_numbered_as_a_figure() -> None:
    assert said(counted(2)) == "两"
    assert said(number(2)) == "二"
    assert said(counted(24)) == "二十四"
    assert said(counted(12)) == "十二"
