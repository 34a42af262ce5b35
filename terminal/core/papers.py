"""What is printed: lines, each with a left and a right end, laid out for a paper's width.

A receipt printer counts in half columns: 32 across 58 mm, 48 across 80 mm. An ASCII
character takes one, every other one two, as its GB18030 code has one byte or two.
An amount is never cut and never parted from its sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

COLUMNS = {58: 32, 80: 48}
"""Half columns by the paper's width in mm."""

AGAIN = "（重印：前一张可能没有打完）"

_YUAN_SIGNS = str.maketrans({"¥": "￥", "\u00a0": " ", "\t": " "})
# U+00A5 is four bytes in GB18030, which printers do not have; U+FFE5 is two.

_UNPARTED = re.compile(r"(?:[!-~￥]+|.)[，。；：、？！）]*", re.DOTALL)
"""A number, an amount or a code stays whole; between other characters a line may end, but
none begins with what closes a sentence."""


class PaperKind(StrEnum):
    """What a paper is, as it is kept while it waits."""

    RECEIPT = "receipt"
    """Of a settled visit, or the numbered slip while nobody knows."""
    SET = "set"
    """For an insurer: receipt, itemised list, diagnosis and prescription."""
    PUBLICITY = "publicity"
    PADS = "pads"


class Style(StrEnum):
    """How a line looks."""

    PLAIN = "plain"
    STRONG = "strong"
    TITLE = "title"
    """Twice as wide and high, in the middle."""
    LARGE = "large"
    """Twice as wide and high, for the amounts that matter."""
    RULE = "rule"
    """A line across the paper."""
    QR = "qr"
    """A code to be read by a machine; `left` is what it says."""


@dataclass(frozen=True, slots=True, repr=False)
class PaperLine:
    """One line before it is laid out; it may become several."""

    left: str = ""
    right: str = ""
    """An amount, at the right edge."""
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """What is printed in one go; after each part the paper is cut."""

    parts: tuple[tuple[PaperLine, ...], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One line as the printer gets it; no wider than the paper."""

    text: str
    style: Style = Style.PLAIN


RULE = PaperLine(style=Style.RULE)


def lines_of(texts: Iterable[str]) -> tuple[PaperLine, ...]:
    """Plain lines."""
    return tuple(PaperLine(text) for text in texts)


def again(paper: Paper) -> Paper:
    """The same, marked: an earlier print of it may lie about, whole or half."""
    mark = PaperLine(AGAIN, style=Style.STRONG)
    return Paper(tuple((mark, *part) for part in paper.parts))


def printed_before(paper: Paper, times: int) -> Paper:
    """The same, marked as printed so often before: two receipts are not two payments."""
    mark = PaperLine(f"补打 第{times}次", style=Style.STRONG)
    return Paper(tuple((mark, *part) for part in paper.parts))


def clean(text: str) -> str:
    """What a printer may be given: no control character, which it would take as an order."""
    composed = unicodedata.normalize("NFC", text.translate(_YUAN_SIGNS))
    return "".join(each for each in composed if each.isprintable())


def width(text: str) -> int:
    """In half columns."""
    return sum(1 if each.isascii() else 2 for each in text)


def wrapped(text: str, columns: int) -> Iterator[str]:
    """The text in lines of at most so many half columns. What is wider than a whole line,
    and no amount is, is cut."""
    line = ""
    for found in _UNPARTED.finditer(text):
        for piece in _pieces(found.group(), columns):
            if line and width(line) + width(piece) > columns:
                yield line.rstrip()
                line = ""
                piece = piece.lstrip()  # noqa: PLW2901 - what parts two lines is dropped.
            line += piece
    yield line.rstrip()


def laid_out(part: Iterable[PaperLine], columns: int) -> Iterator[Row]:
    """The rows of a part on a paper of so many half columns."""
    for line in part:
        left, right = clean(line.left), clean(line.right)
        if line.style is Style.RULE:
            yield Row("-" * columns, Style.PLAIN)
        elif line.style is Style.QR:
            yield Row(left, Style.QR)
        else:
            yield from _rows(left, right, line.style, columns)


def _rows(left: str, right: str, style: Style, columns: int) -> Iterator[Row]:
    across = columns // 2 if style in (Style.TITLE, Style.LARGE) else columns
    if width(right) > across:
        # An amount that is too wide for large letters is printed in ordinary ones.
        style, across = Style.STRONG, columns
    *before, last = wrapped(left, across)
    for text in before:
        yield Row(_placed(text, style, across), style)
    if right and last and width(last) + 1 + width(right) > across:
        yield Row(last, style)
        last = ""
    if right:
        yield Row(last + " " * (across - width(last) - width(right)) + right, style)
    else:
        yield Row(_placed(last, style, across), style)


def _placed(text: str, style: Style, across: int) -> str:
    if style is not Style.TITLE:
        return text
    return " " * ((across - width(text)) // 2) + text


def _pieces(word: str, columns: int) -> Iterator[str]:
    piece = ""
    for each in word:
        if width(piece) + width(each) > columns:
            yield piece
            piece = ""
        piece += each
    yield piece
