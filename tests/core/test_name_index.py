"""Finding names by what is typed of them, against a plain look at every name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal import shipped
from terminal.core.name_index import Fit, Named, NameIndex
from terminal.core.pinyin import typed

PINYIN = shipped.pinyin()
NAMES = [
    Named("阿莫西林胶囊", ("YP0002", "XJ01CAQ001A003020190002")),
    Named("阿莫西林克拉维酸钾片", ("YP0013", "XJ01CRQ002A003")),
    Named("注射用阿莫西林钠", ("YP0201", "XJ01CAQ001B001")),
    Named("重酒石酸间羟胺注射液", ("YP0300", "XC01")),
    Named("维生素C片", ("YP0006", "XA11")),
    Named("头痛宁胶囊", ("YP0400", "ZA")),
    Named("头痛", ("R51.x00",)),
]
INDEX = NameIndex(PINYIN, NAMES)


def names(wanted: str, most: int = 12) -> list[str]:
    return [NAMES[place].name for _, place in INDEX.find(wanted, most)]


@pytest.mark.parametrize(
    "wanted",
    ["amxl", "AMXL", "ａｍｘｌ", "amoxilin", "amoxil", "阿mxl", "莫西林", "moxil", "阿莫 西林"],
)
def test_initials_pinyin_and_any_part_of_the_name_find_it(wanted: str) -> None:
    assert names(wanted)[:2] == ["阿莫西林胶囊", "阿莫西林克拉维酸钾片"]
    assert names(wanted)[2] == "注射用阿莫西林钠"


@pytest.mark.parametrize("wanted", ["zjss", "cjss", "chongjiu", "zhongjiushisuan", "重js"])
def test_whichever_reading_is_meant(wanted: str) -> None:
    assert names(wanted) == ["重酒石酸间羟胺注射液"]


@pytest.mark.parametrize("wanted", ["藏红", "藏h", "藏hong", "藏hhu"])
def test_a_character_that_is_typed_is_meant_not_another_that_sounds_alike(wanted: str) -> None:
    index = NameIndex(PINYIN, [Named("仓红花"), Named("藏红花"), Named("苍红花")])
    assert [place for _, place in index.find(wanted, 12)] == [1]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("yp0002", "阿莫西林胶囊"), ("xj01ca", "阿莫西林胶囊"), ("r51", "头痛"), ("Ｒ51.X", "头痛")],
)
def test_the_beginning_of_a_code_finds_it(wanted: str, name: str) -> None:
    assert names(wanted)[0] == name


def test_a_code_is_not_found_by_its_middle() -> None:
    assert names("p0002") == names("ca003") == []


def test_what_is_just_so_comes_before_what_begins_so_and_that_before_the_rest() -> None:
    assert INDEX.find("头痛", 12) == [(Fit.EXACT, 6), (Fit.BEGINS, 5)]
    assert INDEX.find("YP0006", 12) == [(Fit.EXACT, 4)]
    assert [fit for fit, _ in INDEX.find("amxl", 12)] == [Fit.BEGINS, Fit.BEGINS, Fit.WITHIN]


@pytest.mark.parametrize("wanted", ["", " ", "!?", "\n", "\t", "\x00", "qqqq", "𝒳𝒴𝒵zz" * 30, "uv"])
def test_nothing_that_counts_finds_nothing(wanted: str) -> None:
    assert names(wanted) == []


def test_an_exact_name_is_found_however_many_begin_so() -> None:
    many = [Named(f"头痛片{number}") for number in range(5000)] + [Named("头痛"), Named("感头痛")]
    index = NameIndex(PINYIN, many)
    assert index.find("头痛", 12)[0] == (Fit.EXACT, 5000)
    for wanted in ("tt", "toutong", "touto"):
        assert index.find(wanted, 3) == [
            (Fit.EXACT, 5000),
            (Fit.BEGINS, 0),
            (Fit.BEGINS, 1),
        ], wanted
    assert index.find("gtt", 12) == [(Fit.EXACT, 5001)]


def test_what_begins_so_is_found_however_many_have_it_within() -> None:
    many = [Named(f"小头痛片{number}") for number in range(9000)] + [Named("头痛片")]
    index = NameIndex(PINYIN, many)
    for wanted in ("头", "tt", "toutong", "tou"):
        assert index.find(wanted, 12)[0] == (Fit.BEGINS, 9000), wanted


def test_an_empty_list_finds_nothing() -> None:
    assert NameIndex(PINYIN, []).find("a", 12) == []


CHARS = "阿莫西林重酒石酸参单c3片"


@settings(max_examples=300)
@given(
    st.lists(st.text(CHARS, min_size=1, max_size=6), max_size=8),
    st.text("amxlzcjsd3片参", max_size=4),
)
def test_initials_find_what_a_look_at_every_character_finds(written: list[str], key: str) -> None:
    index = NameIndex(PINYIN, [Named(name) for name in written])
    found = {place for _, place in index.find(key, 1000)}
    by_initial = PINYIN.by_initial

    def may_be(char: str, wanted: str) -> bool:
        return char == wanted or PINYIN.sounds(char) in by_initial.get(wanted, "")

    plain = {
        place
        for place, name in enumerate(written)
        for at in range(len(typed(name)) - len(key) + 1)
        if key and all(may_be(typed(name)[at + n], wanted) for n, wanted in enumerate(key))
    }
    assert plain <= found
    spelt = PINYIN.spellings(key)
    if all(len(part) == 1 for parts in spelt for part in parts):
        assert found == plain


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=12))
def test_no_name_and_no_query_is_too_strange(written: list[str], wanted: str) -> None:
    found = NameIndex(PINYIN, [Named(name, (name,)) for name in written]).find(wanted, 5)
    assert all(0 <= place < len(written) for _, place in found)
    for place, name in enumerate(written):
        if typed(name) and len(typed(name)) <= 40:
            index = NameIndex(PINYIN, [Named(name)])
            assert index.find(name, 5)[0] == (Fit.EXACT, 0), place
