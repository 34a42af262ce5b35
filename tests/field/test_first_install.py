"""On a bare board the stick is judged by its own openssl, and nothing unsigned is copied."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from terminal.bundle_making import seal_bundle
from terminal.core import bundle
from terminal.core.bundle import Listed, write_list
from terminal.core.national_crypto import new_sm2_key, sm2_sign
from tests.clinic import quick_folder

SCRIPT = Path(__file__).parents[2] / "systemd/package/first-install"
KEY = new_sm2_key()
OTHER = new_sm2_key()


@pytest.fixture
def place():
    with quick_folder() as made:
        yield made


@pytest.fixture
def stick(place):
    """A small bundle of both architectures, and the county's public keys beside it."""
    folder = place / "stick"
    for name in ("packages/p_1_amd64.deb", "packages/p_1_arm64.deb", "weights/live.onnx"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode() * 500)
    (place / "key").write_text(KEY.private_hex)
    (place / "key").chmod(0o600)
    seal_bundle(folder, place / "key", "0.1.0")
    (place / "bundle.pub").write_text(f"# the county\n{OTHER.public_hex}\n{KEY.public_hex[2:]}\n")
    return folder


def judged(stick, into):
    keys = stick.parent / "bundle.pub"
    return subprocess.run([SCRIPT, stick, keys, into], capture_output=True, text=True, check=False)


def refused(stick, into, why):
    told = judged(stick, into)
    assert told.returncode == 1
    assert why in told.stderr
    assert "什么也没有安装" in told.stderr


def test_a_stick_as_the_county_signed_it_is_copied_whole(stick, place):
    told = judged(stick, place / "into")
    assert (told.returncode, told.stderr) == (
        0,
        "first-install: the stick is the county's and whole\n",
    )
    for name in ("packages/p_1_amd64.deb", "packages/p_1_arm64.deb", "weights/live.onnx"):
        assert (place / "into" / name).read_bytes() == (stick / name).read_bytes()


def test_a_stick_of_anothers_key_is_refused(stick, place):
    text = (stick / bundle.LIST).read_bytes()
    (stick / bundle.SIGNATURE).write_text(sm2_sign(new_sm2_key().private_hex, text))
    refused(stick, place / "into", "it is not the county's")


@pytest.mark.parametrize("told", ["", "zz" * 64, "00" * 63, "00" * 64])
def test_a_signature_that_is_none_is_refused(stick, place, told):
    (stick / bundle.SIGNATURE).write_text(told)
    refused(stick, place / "into", "it is not the county's" if told == "00" * 64 else "is none")


@pytest.mark.parametrize("change", ["byte", "longer", "shorter", "gone", "link"])
def test_a_file_that_was_changed_is_refused_and_not_left_behind(stick, place, change):
    file = stick / "weights/live.onnx"
    whole = file.read_bytes()
    file.unlink()
    match change:
        case "byte":
            file.write_bytes(whole[:-1] + b"X")
        case "longer":
            file.write_bytes(whole + b"X")
        case "shorter":
            file.write_bytes(whole[:-1])
        case "link":
            (place / "elsewhere").write_bytes(whole)
            file.symlink_to(place / "elsewhere")
    refused(stick, place / "into", "weights/live.onnx is")
    assert not (place / "into/weights/live.onnx").exists()


def test_a_folder_on_the_stick_that_leads_elsewhere_is_refused(stick, place):
    (stick / "weights").rename(place / "elsewhere")
    (stick / "weights").symlink_to(place / "elsewhere")
    refused(stick, place / "into", "is a link")


def test_a_signed_list_whose_names_lead_out_is_refused(stick, place):
    text = write_list("0.1.0", [Listed("weights/live.onnx", 1, "0" * 64)])
    text = text.replace(b"weights/live.onnx", b"weights/../../out")
    (stick / bundle.LIST).write_bytes(text)
    (stick / bundle.SIGNATURE).write_text(sm2_sign(KEY.private_hex, text))
    refused(stick, place / "into", "leads elsewhere")


def test_a_list_larger_than_any_folder_of_this_disk_is_refused_before_a_byte_is_copied(
    stick, place
):
    files = [Listed(f"weights/{n}", bundle.FILE_BYTES_MAX, "0" * 64) for n in range(1, 4)]
    text = write_list("0.1.0", files).replace(b" 2147483648 ", b" 9147483648000 ")
    (stick / bundle.LIST).write_bytes(text)
    (stick / bundle.SIGNATURE).write_text(sm2_sign(KEY.private_hex, text))
    refused(stick, place / "into", "kB are needed")
    assert not list((place / "into").iterdir())
