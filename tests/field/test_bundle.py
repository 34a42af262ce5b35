"""A stick is a stranger: what is changed, foreign or hostile on it is refused before it is used."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.bundle import bundle_keys, verify_bundle
from terminal.bundle_making import new_bundle_key, seal_bundle
from terminal.core import bundle
from terminal.core.bundle import Listed, read_list, write_list
from terminal.core.faults import Refused, Unavailable
from terminal.core.national_crypto import new_sm2_key, sm2_sign
from tests.clinic import quick_folder

KEY = new_sm2_key()
DIGEST = "0" * 64


@pytest.fixture
def place():
    with quick_folder() as made:
        yield made


@pytest.fixture
def stick(place):
    """A small bundle, sealed as the county seals it."""
    folder = place / "stick"
    (folder / "packages").mkdir(parents=True)
    (folder / "weights").mkdir()
    (folder / "packages/clinic-terminal_0.1.0_amd64.deb").write_bytes(b"a package" * 1000)
    (folder / "weights/liveness.onnx").write_bytes(b"a network" * 1000)
    (place / "key").write_text(KEY.private_hex)
    (place / "key").chmod(0o600)
    assert seal_bundle(folder, place / "key", "0.1.0") == 2
    return folder


def refused(stick, code, into=None):
    with pytest.raises(Refused) as raised:
        verify_bundle(stick, [KEY.public_hex], into)
    assert raised.value.code == code


def signed_anew(stick, text):
    """What a county's stolen key, or a mistake at the county, would make."""
    (stick / bundle.LIST).write_bytes(text)
    (stick / bundle.SIGNATURE).write_text(sm2_sign(KEY.private_hex, text))


def listing(*lines):
    return "\n".join(["clinic-terminal bundle 1", "version 0.1.0", *lines, ""]).encode()


def test_a_bundle_as_it_was_signed_is_right_and_copied_whole(stick, place):
    listed = verify_bundle(stick, [KEY.public_hex], place / "taken")
    assert (listed.version, len(listed.files)) == ("0.1.0", 2)
    for file in listed.files:
        assert (place / "taken" / file.name).read_bytes() == (stick / file.name).read_bytes()


def test_a_list_is_the_same_however_the_files_lie(stick, place):
    copied = place / "again"
    shutil.copytree(stick, copied)
    seal_bundle(copied, place / "key", "0.1.0")
    assert (copied / bundle.LIST).read_bytes() == (stick / bundle.LIST).read_bytes()


def test_a_changed_byte_is_found_and_nothing_of_that_file_is_left(stick, place):
    network = stick / "weights/liveness.onnx"
    network.write_bytes(b"A network" + network.read_bytes()[9:])
    refused(stick, "bundle.file_changed", place / "taken")
    assert not (place / "taken/weights/liveness.onnx").exists()
    assert not list((place / "taken").rglob("*.part"))


def test_a_file_that_grew_is_not_read_to_its_end(stick):
    with (stick / "weights/liveness.onnx").open("r+b") as network:
        network.truncate(1 << 40)
    refused(stick, "bundle.file_changed")


def test_a_list_of_anothers_hand_is_refused_before_it_is_read(stick):
    (stick / bundle.LIST).write_bytes(b"\x00" * 100)
    refused(stick, "bundle.not_signed")


def test_a_bundle_of_another_county_is_refused(stick, place):
    foreign = new_sm2_key()
    (place / "foreign").write_text(foreign.private_hex)
    (place / "foreign").chmod(0o600)
    seal_bundle(stick, place / "foreign", "0.1.0")
    refused(stick, "bundle.not_signed")
    assert verify_bundle(stick, [KEY.public_hex, foreign.public_hex]).version == "0.1.0"


def test_the_signature_of_another_list_does_not_serve(stick):
    text = (stick / bundle.LIST).read_bytes().replace(b"version 0.1.0", b"version 9.9.9")
    (stick / bundle.LIST).write_bytes(text)
    refused(stick, "bundle.not_signed")


@pytest.mark.parametrize("signature", ["", "00" * 64, "zz", "0" * 1000, "é"])
def test_what_is_no_signature_signs_nothing(stick, signature):
    (stick / bundle.SIGNATURE).write_text(signature, "utf-8")
    with pytest.raises(Refused):
        verify_bundle(stick, [KEY.public_hex])


@pytest.mark.parametrize(
    "name",
    ["../outside", "/etc/passwd", "a/../../b", "./a", ".hidden", "a//b", "a/", "LIST", "LIST.sm2",
     "a\\b", "-rf", "a/" * 101 + "b"],
)  # fmt: skip
def test_a_name_that_leads_out_is_refused_even_when_signed(stick, name):
    signed_anew(stick, listing(f"{DIGEST} 1 {name}"))
    refused(stick, "bundle.name_unsafe")


@pytest.mark.parametrize("lines", [
    [f"{DIGEST} 1 b", f"{DIGEST} 1 a"],
    [f"{DIGEST} 1 a", f"{DIGEST} 1 a"],
    [f"{DIGEST} 1 A", f"{DIGEST} 1 a"],
    [f"{DIGEST} -1 a"],
    [f"{DIGEST} 01 a"],
    ["0 1 a"],
    [f"{DIGEST} 1 a b"],
])  # fmt: skip
def test_a_list_that_we_did_not_write_is_refused_even_when_signed(stick, lines):
    signed_anew(stick, listing(*lines))
    refused(stick, "bundle.list_wrong")


def test_sizes_without_measure_are_refused(stick):
    signed_anew(stick, listing(f"{DIGEST} {bundle.FILE_BYTES_MAX + 1} a"))
    refused(stick, "bundle.too_large")
    many = [f"{DIGEST} {bundle.FILE_BYTES_MAX} a{number}" for number in range(5)]
    signed_anew(stick, listing(*many))
    refused(stick, "bundle.too_large")
    (stick / bundle.LIST).write_bytes(b"x" * (bundle.LIST_BYTES_MAX + 1))
    refused(stick, "bundle.too_large")


def test_a_link_is_never_followed(stick, place):
    outside = place / "outside"
    network = stick / "weights/liveness.onnx"
    network.rename(outside)
    network.symlink_to(outside)
    refused(stick, "bundle.not_a_file")


def test_a_folder_that_is_a_link_is_never_entered(stick, place):
    (stick / "weights").rename(place / "elsewhere")
    (stick / "weights").symlink_to(place / "elsewhere")
    refused(stick, "bundle.not_a_file")


def test_a_list_that_is_a_link_is_never_read(stick, place):
    (stick / bundle.LIST).rename(place / "list")
    (stick / bundle.LIST).symlink_to(place / "list")
    refused(stick, "bundle.not_a_file")


def test_a_pipe_holds_nobody(stick):
    network = stick / "weights/liveness.onnx"
    network.unlink()
    os.mkfifo(network)
    refused(stick, "bundle.not_a_file")


def test_a_file_that_nobody_listed_is_refused(stick):
    (stick / "packages/another.deb").write_bytes(b"?")
    refused(stick, "bundle.not_listed")


def test_a_file_that_is_missing_is_named(stick):
    (stick / "weights/liveness.onnx").unlink()
    refused(stick, "bundle.file_missing")


def test_a_stick_that_is_not_there_is_said(place):
    refused(place / "nowhere", "bundle.unreadable")


def test_a_copy_that_does_not_fit_is_said(stick, place):
    (place / "file").write_text("")
    with pytest.raises(Unavailable) as raised:
        verify_bundle(stick, [KEY.public_hex], place / "file")
    assert raised.value.code == "bundle.not_kept"


def test_keys_are_made_once_and_read_one_a_line(place):
    public = new_bundle_key(place / "county.key")
    assert (place / "county.key").stat().st_mode & 0o077 == 0
    (place / "bundle.pub").write_text(f"# 嘉禾县 2026\n{public}\n\n{KEY.public_hex}\n", "utf-8")
    assert bundle_keys(place / "bundle.pub") == [public, KEY.public_hex]
    with pytest.raises(Refused):
        new_bundle_key(place / "county.key")
    (place / "empty.pub").write_text("# nothing\n")
    with pytest.raises(Refused):
        bundle_keys(place / "empty.pub")


def test_a_key_that_others_may_read_signs_nothing(stick, place):
    (place / "key").chmod(0o644)
    with pytest.raises(Refused) as raised:
        seal_bundle(stick, place / "key", "0.1.0")
    assert raised.value.code == "vault.key_open_to_others"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading_of_a_list(data):
    with pytest.raises(Refused, match=r"bundle\."):
        read_list(data)


NAME = st.from_regex(r"[a-z][a-z0-9.+~_-]{0,20}(/[a-z0-9_][a-z0-9.]{0,9})?", fullmatch=True)


@given(st.lists(st.tuples(NAME, st.integers(0, 1 << 20)), max_size=20, unique_by=lambda x: x[0]))
def test_what_is_written_is_read_the_same(files):
    listed = [Listed(name, size, DIGEST) for name, size in files]
    told = read_list(write_list("0.1.0", listed))
    assert sorted(told.files, key=lambda f: f.name) == sorted(listed, key=lambda f: f.name)
