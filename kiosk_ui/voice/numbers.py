"""Amounts and numbers, composed from clips as Mandarin says them.

A clip is a digit with its unit (三百, 五角), not a bare digit: so 五百 keeps the tones that
it has in the mouth, and a voice records about eighty short clips for every amount there is.
"""

from __future__ import annotations

from terminal.core.money import Money

AMOUNT_MAX = Money(999_999_999)
"""9,999,999.99: far beyond what a village clinic charges. Beyond it the screen is read."""

UNSAYABLE = "amount.on_screen"

_DIGITS = "零一二三四五六七八九"
_COUNTED = "零一两三四五六七八九"
"""两 before a unit that counts; 二 in 二十 and at the end of a number."""

_UNITS = {10: "十", 100: "百", 1000: "千"}


def number_words() -> dict[str, str]:
    """Every clip of which numbers and amounts are made: its name, and its words."""
    words = {f"number.{digit}": _DIGITS[digit] for digit in range(10)}
    words |= {"number.10": "十", "number.10_within": "一十", "number.wan": "万"}
    words |= {f"number.{tens}0": f"{_DIGITS[tens]}十" for tens in range(2, 10)}
    for unit in (100, 1000):
        words |= {f"number.{n * unit}": f"{_COUNTED[n]}{_UNITS[unit]}" for n in range(1, 10)}
    words |= {f"number.{n}0000": f"{_COUNTED[n]}万" for n in range(1, 10)}
    words |= {"number.two": "两", "yuan": "元"}
    for name, unit_word in (("yuan", "元"), ("jiao", "角"), ("fen", "分")):
        words |= {f"{name}.{n}": f"{_COUNTED[n]}{unit_word}" for n in range(1, 10)}
    return words


def amount(money: Money) -> tuple[str, ...]:
    """The clips of an amount: 203.05 is 两百, 零, 三, 元, 零, 五分.

    From 0.00 up to AMOUNT_MAX; for anything else the clip that points to the screen.
    """
    if not 0 <= money.fen <= AMOUNT_MAX.fen:
        return (UNSAYABLE,)
    yuan, rest = divmod(money.fen, 100)
    jiao, fen = divmod(rest, 10)
    clips: list[str] = []
    if 0 < yuan < 10:
        clips.append(f"yuan.{yuan}")
    elif yuan or not rest:
        clips += [*number(yuan), "yuan"]
    if jiao:
        clips.append(f"jiao.{jiao}")
    if fen:
        clips += ["number.0"] if yuan and not jiao else []
        clips.append(f"fen.{fen}")
    return tuple(clips)


def number(count: int) -> tuple[str, ...]:
    """The clips of a number as it is read out: 二十四; from 0 to 9,999,999."""
    if count == 0:
        return ("number.0",)
    wan, rest = divmod(count, 10_000)
    clips: list[str] = []
    if 0 < wan < 10:
        clips.append(f"number.{wan}0000")
    elif wan:
        clips += [*_below_wan(wan), "number.wan"]
    if rest:
        clips += ["number.0"] if wan and rest < 1000 else []
        clips += _below_wan(rest, after=bool(wan))
    return tuple(clips)


def counted(count: int) -> tuple[str, ...]:
    """The clips of a number before a measure word: 两次, 十二个."""
    return ("number.two",) if count == 2 else number(count)


def one_by_one(digits: str) -> tuple[str, ...]:
    """The clips of a number on a slip, digit by digit; what is no digit is left out."""
    return tuple(f"number.{digit}" for digit in digits if digit in "0123456789")


def _below_wan(count: int, *, after: bool = False) -> list[str]:
    """The clips of 1 to 9999; `after` others, ten is 一十."""
    clips: list[str] = []
    skipped = False
    for unit in (1000, 100, 10, 1):
        digit = count // unit % 10
        if digit == 0:
            skipped = bool(clips)
            continue
        if skipped:
            clips.append("number.0")
            skipped = False
        ten = unit == 10 and digit == 1
        clips.append("number.10_within" if ten and (clips or after) else f"number.{digit * unit}")
    return clips
