"""How names are read: every reading of every character counts."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal import shipped
from terminal.core.pinyin import Pinyin, typed
from tests.house.pinyin_table import TABLE, table

PINYIN = shipped.pinyin()


def reads(text: str, parts: tuple[str, ...]) -> bool:
    """Whether the text's sounds begin with these parts."""
    last = len(parts) - 1
    pattern = "".join(PINYIN.pattern(part, last=at == last) for at, part in enumerate(parts))
    return re.match(pattern, PINYIN.sounds(text)) is not None


def test_the_shipped_table_is_what_the_library_says() -> None:
    assert Path(TABLE).read_text("utf-8") == table()


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("重酒石酸", ["zhongjiushisuan", "chongjiushisuan", "zjss", "cjss"]),
        ("参", ["shen", "can", "cen", "s", "c"]),
        ("藏红花", ["zanghonghua", "canghonghua", "zhh", "chh"]),
        ("单硝酸", ["danxiaosuan", "shanxiaosuan", "dxs", "sxs"]),
        ("阿莫西林", ["amoxilin", "emoxilin", "amxl", "amoxil", "amoxlin"]),
        ("白术", ["baizhu", "baishu", "bz"]),
        ("绿", ["lv", "lu"]),
        ("疟", ["nve", "nue", "yao"]),
        ("维生素c", ["weishengsuc", "wssc"]),
        ("重楼", ["zhlou", "chonglou"]),
    ],
)
def test_every_reading_of_a_name_is_known(name: str, ways: list[str]) -> None:
    for way in ways:
        spelt = [*PINYIN.spellings(way), tuple(way)]
        assert any(reads(name, parts) for parts in spelt), way


def test_a_syllable_that_has_ended_is_not_the_beginning_of_another() -> None:
    assert reads("西林", ("xi", "lin"))
    assert not reads("先林", ("xi", "lin"))
    assert reads("西林", ("xi", "li"))
    assert not reads("西林", ("li", "xi"))


def test_letters_are_read_as_the_fewest_syllables() -> None:
    assert PINYIN.spellings("amoxilin") == (("a", "mo", "xi", "lin"),)
    assert PINYIN.spellings("amxl") == (("a", "m", "x", "l"),)
    assert set(PINYIN.spellings("fangan")) == {("fang", "an"), ("fan", "gan")}
    assert PINYIN.spellings("阿mo3") == (("阿", "mo", "3"),)
    assert PINYIN.spellings("uvi") == ()


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("ＡＭＸＬ", "amxl"),
        (" J06.9 ", "j069"),
        ("硝苯地平缓释片(Ⅱ)", "硝苯地平缓释片ii"),
        ("0.25g×50粒", "025g50粒"),
        ("\n\t_。", ""),
    ],
)
def test_text_is_compared_without_width_case_and_signs(text: str, compared: str) -> None:
    assert typed(text) == compared


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    key = typed(text)
    assert len(PINYIN.sounds(key)) == len(key)
    for parts in PINYIN.spellings(key[:12]):
        assert "".join(parts) == key[:12]


SYLLABLES = {
    line.split(" ")[0]: line.split(" ")[1]
    for line in Path(TABLE).read_text("utf-8").splitlines()
    if line[0] != "#"
}


@given(st.lists(st.sampled_from("阿莫西林重酒石酸藏红花参单硝绿白术"), min_size=1, max_size=4))
def test_whatever_the_readings_their_pinyin_and_their_initials_find_them(chars: list[str]) -> None:
    readings = [[way for way, those in SYLLABLES.items() if char in those] for char in chars]
    for ways in product(*readings):
        assert reads("".join(chars), ways)
        for char, way in zip(chars, ways, strict=True):
            assert PINYIN.sounds(char) in PINYIN.by_initial[way[0]]


def test_a_table_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        Pinyin("a阿\n")
