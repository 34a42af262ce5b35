"""Packed files: what goes out comes back, and no file can fill the memory."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.faults import Uncertain
from terminal.province.files import ENTRIES_MAX, RATIO_MAX, TEXT_BYTES_MAX, pack, unpack


def zipped(*entries: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return packed.getvalue()


def refused(packed: bytes) -> str:
    with pytest.raises(Uncertain) as raised:
        unpack(packed)
    assert raised.value.code == "province.nonsense"
    return str(raised.value.facts["reason"])


def opened(packed: bytes) -> bool:
    """Whether this was opened, or refused as nonsense: nothing else may come of it."""
    try:
        unpack(packed)
    except Uncertain as nonsense:
        return nonsense.code == "province.nonsense"
    return True


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).filter(
    lambda cell: cell != "null"
)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=6).filter(any), max_size=20))
def test_rows_that_are_packed_come_out_as_they_were(rows: list[list[str]]) -> None:
    assert unpack(pack("a.txt", rows)) == tuple(tuple(row) for row in rows)


def test_a_text_is_tab_separated_and_an_empty_field_is_the_literal_null() -> None:
    with zipfile.ZipFile(io.BytesIO(pack("a.txt", [("1", "", "王"), ("a\tb\n", "x", "")]))) as got:
        assert got.namelist() == ["a.txt"]
        assert got.read("a.txt").decode() == "1\tnull\t王\na b \tx\tnull\n"


def test_the_same_rows_are_the_same_bytes() -> None:
    assert pack("a.txt", [("1",)]) == pack("a.txt", [("1",)])


def test_a_mark_at_the_beginning_and_windows_line_ends_are_borne() -> None:
    assert unpack(zipped(("a.txt", "\ufeff1\tnull\r\n\r\n2\t王\r\n".encode()))) == (
        ("1", ""),
        ("2", "王"),
    )


def test_an_empty_file_has_no_rows() -> None:
    assert unpack(zipped(("a.txt", b""))) == ()
    assert unpack(zipped()) == ()


def test_several_texts_are_one_list() -> None:
    assert unpack(zipped(("a.txt", b"1\t2\n"), ("b/", b""), ("b/c.txt", b"3\t4"))) == (
        ("1", "2"),
        ("3", "4"),
    )


def test_a_zip_bomb_is_nonsense_and_never_opened() -> None:
    bomb = zipped(("a.txt", b"0" * (4 * 1024 * 1024)))
    assert len(bomb) * RATIO_MAX < 4 * 1024 * 1024
    assert refused(bomb) == "a zip bomb"


def test_a_small_table_that_packs_well_is_no_bomb() -> None:
    assert len(unpack(zipped(("a.txt", b"1\tnull\n" * 100_000)))) == 100_000


def test_more_text_than_any_catalogue_is_nonsense() -> None:
    """By what it says of itself: nothing is unpacked to find out."""
    honest = zipped(("a.txt", b"x"))
    claims = TEXT_BYTES_MAX + 1
    at = honest.rindex(b"PK\x01\x02")
    lying = honest[: at + 24] + claims.to_bytes(4, "little") + honest[at + 28 :]
    assert refused(lying) == "a file too large"


def test_a_text_longer_than_it_says_is_nonsense() -> None:
    honest = zipped(("a.txt", b"x" * 5000))
    at = honest.rindex(b"PK\x01\x02")
    lying = honest[: at + 24] + (10).to_bytes(4, "little") + honest[at + 28 :]
    assert refused(lying) == "no readable file"


def test_more_texts_than_a_file_has_are_nonsense() -> None:
    assert refused(zipped(*((f"{n}.txt", b"1") for n in range(ENTRIES_MAX + 1)))) == (
        "a file too large"
    )


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_with_other_limits_is_nonsense(how: int) -> None:
    assert refused(zipped(("a.txt", b"1\t2"), how=how)) == "no readable file"


@pytest.mark.parametrize(
    "packed",
    [
        b"", b"PK", b"<html>", b"PK\x05\x06" + b"\xff" * 18,
        zipped(("a.txt", b"1\t2"))[:-1], zipped(("a.txt", b"\xff\xfe\xff")),
    ],
)  # fmt: skip
def test_what_is_no_file_is_nonsense(packed: bytes) -> None:
    assert refused(packed) == "no readable file"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_opening(packed: bytes) -> None:
    assert opened(packed)


WHOLE = zipped(("a.txt", b"psn\t1\tnull\n" * 40), ("b.txt", b"x\ty\n"))


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=6))
def test_no_damage_to_a_file_breaks_the_opening(damage: list[tuple[int, int]]) -> None:
    broken = bytearray(WHOLE)
    for place, byte in damage:
        broken[place] = byte
    assert opened(bytes(broken))
