"""A list that somebody else wrote is read whole, or refused with the line that is wrong."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.lists import Role, read_labels, read_pairs, read_protocol
from terminal.core.faults import Refused

READERS = {"pairs": read_pairs, "protocol": read_protocol, "labels": read_labels}


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "list.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_other_columns_blanks_and_the_mark_of_a_table_program_are_no_matter(tmp_path):
    file = written(tmp_path, "\ufeffnote, path_b ,path_a,same\r\nx, b/2.jpg ,a/1.jpg, 1\r\n\r\n")
    (pair,) = read_pairs(file, tmp_path)
    assert (pair.first, pair.second, pair.same) == (
        tmp_path / "a" / "1.jpg",
        tmp_path / "b" / "2.jpg",
        True,
    )


def test_a_list_saved_as_chinese_table_programs_do_is_read(tmp_path):
    file = written(tmp_path, "path,label,attack\n王/一.jpg,spoof,打印\n".encode("gb18030"))
    (row,) = read_labels(file, tmp_path)
    assert (row.path, row.live, row.attack) == (tmp_path / "王" / "一.jpg", False, "打印")


def test_a_protocol_says_what_each_picture_is_for(tmp_path):
    file = written(
        tmp_path,
        "path,identity,role\na.jpg,1,enrol\nb.jpg,1,enrol\nc.jpg,1,probe_known\nd.jpg,,probe_unknown\n",
    )
    roles = [row.role for row in read_protocol(file, tmp_path)]
    assert roles == [Role.ENROL, Role.ENROL, Role.PROBE_KNOWN, Role.PROBE_UNKNOWN]


@pytest.mark.parametrize(
    ("kind", "text", "code", "line"),
    [
        ("pairs", "path_a,path_b\na,b\n", "columns_missing", None),
        ("protocol", "path,role\na,enrol\n", "columns_missing", None),
        ("labels", "label\nreal\n", "columns_missing", None),
        ("pairs", "", "list_empty", None),
        ("pairs", "path_a,path_b,same\n\n", "list_empty", None),
        ("pairs", "path_a,path_b,same\na,b,1\na,b,2\n", "row_wrong", 3),
        ("pairs", "path_a,path_b,same\na,b\n", "row_wrong", 2),
        ("pairs", "path_a,path_b,same\n,b,1\n", "row_wrong", 2),
        ("pairs", 'path_a,path_b,same\n"a,b,1\n', "list_unreadable", 2),
        ("pairs", b"\xff\xff\xff\xff", "list_unreadable", None),
        ("protocol", "path,identity,role\na,1,probe\n", "row_wrong", 2),
        ("protocol", "path,identity,role\na,,enrol\n", "row_wrong", 2),
        ("protocol", "path,identity,role\na,1,enrol\na,2,enrol\n", "contradiction", 3),
        ("protocol", "path,identity,role\na,1,enrol\nb,2,probe_known\n", "contradiction", 3),
        ("protocol", "path,identity,role\na,1,enrol\nb,1,probe_unknown\n", "contradiction", 3),
        ("labels", "path,label\na,fake\n", "row_wrong", 2),
        ("labels", "path,label\na,real\na,spoof\n", "contradiction", 3),
        ("labels", "path,label\n../a,real\n", "outside_root", 2),
        ("labels", "path,label\n/etc/hostname,real\n", "outside_root", 2),
        ("labels", "path,label\nx/../../a,real\n", "outside_root", 2),
        ("labels", "path,label\n..\\a,real\n", "outside_root", 2),
        ("labels", "path,label\n.,real\n", "outside_root", 2),
    ],
)
def test_a_wrong_list_is_refused_with_its_line(tmp_path, kind, text, code, line):
    with pytest.raises(Refused) as fault:
        READERS[kind](written(tmp_path, text), tmp_path)
    assert fault.value.code == f"evaluation.{code}"
    assert fault.value.facts.get("line") == line


def test_a_list_that_is_not_there_and_a_root_that_is_none_are_said(tmp_path):
    with pytest.raises(Refused) as fault:
        read_pairs(tmp_path / "nothing.csv", tmp_path)
    assert fault.value.code == "evaluation.list_unreadable"
    with pytest.raises(Refused) as fault:
        read_pairs(written(tmp_path, "path_a,path_b,same\na,b,1\n"), tmp_path / "nowhere")
    assert fault.value.code == "evaluation.root_missing"


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_no_bytes_break_the_reading_of_a_list(tmp_path_factory, junk):
    folder = tmp_path_factory.getbasetemp()
    text = junk if isinstance(junk, bytes) else junk.encode("utf-8", "surrogatepass")
    for reader in READERS.values():
        for start in (b"", b"path_a,path_b,same\n", b"path,identity,role,label\n"):
            with contextlib.suppress(Refused):
                assert reader(written(folder, start + text), folder)
