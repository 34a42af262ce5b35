"""Laying out: nothing wider than the paper, no amount cut, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.money import Money
from terminal.core.papers import (
    AGAIN,
    COLUMNS,
    Paper,
    PaperLine,
    Style,
    again,
    clean,
    laid_out,
    width,
    wrapped,
)

AMOUNTS = st.integers(0, 10**12).map(lambda fen: Money(fen).yuan)


@given(st.text(), AMOUNTS, st.sampled_from([32, 48]), st.sampled_from(list(Style)[:4]))
def test_no_row_is_wider_than_the_paper_and_no_amount_is_cut(
    left: str, amount: str, columns: int, style: Style
) -> None:
    rows = list(laid_out([PaperLine(left, amount, style)], columns))
    for row in rows:
        wide = 2 if row.style in (Style.TITLE, Style.LARGE) else 1
        assert width(row.text) * wide <= columns
    assert rows[-1].text.endswith(amount)


@given(st.text(), st.sampled_from([32, 48]))
def test_wrapping_loses_nothing_but_spaces(text: str, columns: int) -> None:
    cleaned = clean(text)
    put_back = "".join(wrapped(cleaned, columns))
    assert put_back.replace(" ", "") == cleaned.replace(" ", "")


def test_an_amount_inside_a_sentence_goes_to_the_next_line_whole() -> None:
    rows = list(wrapped("今年医保一共已经付了这么多钱：￥1234.56", 32))
    assert rows == ["今年医保一共已经付了这么多钱：", "￥1234.56"]


@pytest.mark.parametrize("given_text", ["¥7.90", "a\x1bb", "ｘ\u200b", "𬱖", "阿依古丽·买买提"])
def test_what_is_cleaned_can_be_printed(given_text: str) -> None:
    assert clean(given_text).isprintable()
    assert "¥" not in clean(given_text)


def test_an_indent_stays_and_no_line_begins_with_a_full_stop() -> None:
    (row,) = laid_out([PaperLine("  其中现金", "7.90")], 32)
    assert row.text.startswith("  其中现金 ")
    assert list(wrapped("一二三四五六七八九十一二三四五六。七", 32))[1] == "六。七"


def test_a_width_is_what_the_printer_counts() -> None:
    for text in ("中文abc￥·×", "（重印）"):
        assert width(text) == len(text.encode("gb18030"))
    assert COLUMNS == {58: 32, 80: 48}


def test_what_is_printed_again_says_so_on_each_part() -> None:
    paper = again(Paper(((PaperLine("一"),), (PaperLine("二"),))))
    assert [part[0].left for part in paper.parts] == [AGAIN, AGAIN]
