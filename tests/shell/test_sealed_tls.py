"""The certificate's key from systemd's credentials, as the other keys: sealed for the board."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from terminal import clock
from terminal.assembly.keys import open_vault
from terminal.identity import renew
from terminal.province.post import Post
from terminal.vault import KEYS, TLS
from tests.house.source import HOUSE
from tests.shell.provision_place import CLINIC, Machine, bench

UNITS = HOUSE / "systemd/units"


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Machine]:
    with bench(tmp_path) as machine:
        yield machine


def sealed(folder: Path) -> bytes:
    """What a technician makes as docs/keys.md says, in the place where systemd hands it over."""
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{TLS}.key"
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-outform", "DER", "-out", str(file)],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    return file.read_bytes()


def given_by(board: Machine) -> list[tuple[str, str]]:
    """Which keys there are, and from where."""
    return [(each.name, each.source) for each in open_vault(board.bare_settings()).told()]


def speaks_to_its_county(board: Machine) -> None:
    """Over mutual TLS, with a certificate that is taken in the place of the one before."""
    identity, key = board.works.identity(), board.works.device_key()
    before = identity.certificate()
    told = (board.office.address, CLINIC, tuple(board.works.keys()))
    with closing(Post(None, 5.0, identity.context(board.places.ca_file))) as line:
        renew(identity, line, told, key, clock.now())
    assert identity.certificate() not in (None, before)


def test_every_unit_that_is_handed_keys_is_handed_all_of_them():
    handed = {
        unit.name: set(re.findall(r"(?m)^LoadCredentialEncrypted=(\S+)\.key$", text))
        for unit in UNITS.glob("*.service")
        if "LoadCredentialEncrypted" in (text := unit.read_text("utf-8"))
    }
    assert set(handed) >= {"clinic-terminal.service", "clinic-terminal-pairing.service"}
    # A change of keys leaves the certificate's alone: there is none beside it.
    wanted = {*KEYS, TLS, *(f"{name}.next" for name in KEYS)}
    assert [name for name, keys in handed.items() if keys != wanted] == []


def test_a_board_with_a_sealed_key_is_enrolled_with_it_and_writes_none(
    board, tmp_path, monkeypatch
):
    key = sealed(tmp_path / "handed")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "handed"))
    assert board.provisioned().is_done
    assert (TLS, "credentials") in given_by(board)
    assert not (board.data_dir / "keys" / f"{TLS}.key").exists()
    assert not [name for name, data in board.every_file().items() if key in data]
    speaks_to_its_county(board)


def test_a_key_that_is_sealed_later_does_not_part_a_clinic_from_its_county(
    board, tmp_path, monkeypatch
):
    """Its certificate is of the key in the file, until it is enrolled again."""
    assert board.provisioned().is_done
    speaks_to_its_county(board)
    sealed(tmp_path / "handed")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "handed"))
    speaks_to_its_county(board)
    assert board.provisioned().is_done
    (board.data_dir / "keys" / f"{TLS}.key").unlink()
    speaks_to_its_county(board)


def test_a_key_file_that_a_command_made_does_not_either(board, tmp_path, monkeypatch):
    """`clinic-terminal` by hand is handed nothing."""
    with monkeypatch.context() as service:
        sealed(tmp_path / "handed")
        service.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "handed"))
        assert board.provisioned().is_done
    board.works.identity().request(CLINIC, "1")
    assert (board.data_dir / "keys" / f"{TLS}.key").exists()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "handed"))
    speaks_to_its_county(board)


def test_a_sealed_key_that_is_none_is_named(board, tmp_path, monkeypatch):
    handed = tmp_path / "handed"
    sealed(handed)
    (handed / f"{TLS}.key").write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    view = board.provisioned()
    assert [each.code for each in view.steps if each.code] == ["vault.key_unreadable"]
