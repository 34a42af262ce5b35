"""A table of the province: every way in which a file can be no good is refused by its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.faults import Refused
from terminal.core.items import ProvincePrefix
from terminal.core.province_tables import (
    check_size,
    check_whole,
    read_diagnosis_rows,
    read_prefixes,
    version_of,
)

GOOD = ["8910037", "XN02BEQ001A002010190001", "1", "1", "F001_20250701"]
CASE = ["8910038", "XN02BEQ001A002010190001", "3", "120", "F001_20250701"]


def refusal(work: Callable[[], object]) -> str:
    try:
        work()
    except Refused as fault:
        return fault.code
    return ""


def test_prefixes_are_read_with_their_level_and_ratio() -> None:
    assert read_prefixes([GOOD, CASE, GOOD]) == {
        "8910037": ProvincePrefix("XN02BEQ001A002010190001", 1, 1),
        "8910038": ProvincePrefix("XN02BEQ001A002010190001", 3, 120),
    }


@pytest.mark.parametrize(
    ("place", "cell"),
    [
        (0, "891003"), (0, "89100371"), (0, "８９１００３７"), (0, "891003A"), (0, ""),
        (1, ""), (1, "X" * 51), (1, "一"),
        (2, "0"), (2, "4"), (2, ""), (2, "1.0"), (2, "一"),
        (3, "0"), (3, "-1"), (3, "1000000"), (3, "1.5"), (3, ""), (3, "١"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_refuses_the_whole_table(place: int, cell: str) -> None:
    bad = [*GOOD]
    bad[place] = cell
    assert refusal(lambda: read_prefixes([CASE, bad])) == "catalogue.bad_row"


def test_a_prefix_never_stands_for_two_drugs() -> None:
    other = [GOOD[0], "XJ01CAQ001A003020190002", *GOOD[2:]]
    assert refusal(lambda: read_prefixes([GOOD, other])) == "catalogue.bad_row"


def test_a_file_is_as_long_and_as_wide_as_was_told() -> None:
    assert refusal(lambda: check_whole([GOOD, CASE], 2, 5)) == ""
    assert refusal(lambda: check_whole([GOOD, CASE], None, 5)) == ""
    assert refusal(lambda: check_whole([GOOD, CASE], 3, 5)) == "catalogue.cut_short"
    assert refusal(lambda: check_whole([GOOD, CASE], 1, 5)) == "catalogue.cut_short"
    assert refusal(lambda: check_whole([], 0, 5)) == "catalogue.cut_short"
    assert refusal(lambda: check_whole([GOOD, CASE[:3]], 2, 5)) == "catalogue.cut_short"
    assert refusal(lambda: check_whole([GOOD[:3], CASE], 2, 5)) == "catalogue.wrong_kind"
    assert refusal(lambda: check_whole([GOOD, CASE], 2, 24)) == "catalogue.wrong_kind"
    assert refusal(lambda: check_whole([[*GOOD, ""]], 1, 5)) == "catalogue.wrong_kind"


@pytest.mark.parametrize(
    ("named", "inside", "kept", "version"),
    [
        ("F001_20250701", {"F001_20250701"}, "", "F001_20250701"),
        ("F001_20250701", {"F001_20250701"}, "F001_20250601", "F001_20250701"),
        ("F001_20250701", {"F001_20250701", "F001_20240101"}, "", "F001_20250701"),
        ("F002_20240101", {"F002_20240101"}, "F001_20250601", "F002_20240101"),
        ("F001_20250701", {""}, "", "F001_20250701"),
        ("", {"7"}, "", "7"),
        ("F001_20250701", {"F001_20250601"}, "", None),
        ("F001_20250601", {"F001_20250601"}, "F001_20250701", None),
        ("", {"7", "8"}, "", None),
        ("", {""}, "", None),
    ],
)
def test_a_version_is_what_name_and_rows_say_and_never_goes_back(
    named: str, inside: set[str], kept: str, version: str | None
) -> None:
    if version is None:
        assert refusal(lambda: version_of(named, inside, kept)) == "catalogue.wrong_version"
    else:
        assert version_of(named, inside, kept) == version


def test_a_table_never_loses_more_than_half_of_what_is_known() -> None:
    assert refusal(lambda: check_size(50, 100)) == ""
    assert refusal(lambda: check_size(49, 100)) == "catalogue.shrunk"
    assert refusal(lambda: check_size(1, 0)) == ""


def test_diagnoses_are_read_by_their_places() -> None:
    rows = [["1", "J06.900", "感冒"], ["2", "I10.x00x002", "高血压"], ["3", "J06.900", "别名"]]
    assert read_diagnosis_rows(rows, 1, 2) == {"J06.900": "感冒", "I10.x00x002": "高血压"}
    for bad in (["1", "", "x"], ["1", "J06.900", ""], ["1", "感冒", "J06.900"]):
        assert refusal(lambda bad=bad: read_diagnosis_rows([bad], 1, 2)) == "catalogue.bad_row"


@given(st.lists(st.lists(st.text(max_size=9), min_size=5, max_size=5), max_size=4))
def test_whatever_stands_in_a_file_it_is_read_or_refused(rows: list[list[str]]) -> None:
    def reads() -> None:
        check_whole(rows, len(rows), 5)
        read_prefixes(rows)

    assert refusal(reads) in {"", "catalogue.cut_short", "catalogue.bad_row"}
