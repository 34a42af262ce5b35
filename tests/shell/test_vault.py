"""The keys: made once, whole, and for our eyes only."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from terminal.clock import now
from terminal.core.faults import Refused
from terminal.core.national_crypto import sm2_verify
from terminal.key_files import Files
from terminal.vault import database_key
from tests.keys import device_key


def test_a_key_is_made_at_the_first_start_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    key = database_key(folder)
    assert len(key) == 32
    assert database_key(folder) == key
    assert database_key(tmp_path / "others") != key
    (file,) = folder.iterdir()  # Nothing half-made is left beside it.
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_two_first_starts_at_once_use_the_same_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    start = threading.Barrier(16)

    def begin() -> None:
        start.wait()
        keys.append(database_key(tmp_path / "keys"))

    threads = [threading.Thread(target=begin) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 16
    assert set(keys) == {database_key(tmp_path / "keys")}


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    database_key(tmp_path)
    (tmp_path / "database.key").chmod(0o640)
    with pytest.raises(Refused) as refused:
        database_key(tmp_path)
    assert refused.value.code == "vault.key_open_to_others"


@pytest.mark.parametrize("held", [b"", b"short", bytes(33), bytes(10**6)])
def test_a_file_that_is_no_key_is_refused_and_not_replaced(tmp_path: Path, held: bytes) -> None:
    file = tmp_path / "database.key"
    file.touch(0o600)
    file.write_bytes(held)
    with pytest.raises(Refused) as refused:
        database_key(tmp_path)
    assert refused.value.code == "vault.key_unreadable"
    assert file.read_bytes() == held


def test_a_key_that_cannot_be_read_or_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "database.key").mkdir()
    with pytest.raises(Refused) as refused:
        database_key(tmp_path)
    assert refused.value.code == "vault.key_unreadable"
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Refused) as refused:
        database_key(tmp_path / "file")
    assert refused.value.code in ("vault.key_unreadable", "vault.key_not_written")


def test_the_devices_key_is_made_once_and_its_signature_is_its_own(tmp_path: Path) -> None:
    key = device_key(tmp_path / "keys")
    signature = key.sign(b"told")
    again = device_key(tmp_path / "keys")
    assert again.public_key == key.public_key
    assert sm2_verify(again.public_key, b"told", signature)
    assert not sm2_verify(again.public_key, b"tolD", signature)
    assert not sm2_verify(device_key(tmp_path / "others").public_key, b"told", signature)
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_devices_private_key_shows_in_no_text(tmp_path: Path) -> None:
    key = device_key(tmp_path)
    pair = Files(tmp_path, now).read("device")
    assert pair is not None
    private = pair.decode().splitlines()[0]
    assert len(private) == 64
    assert private not in repr(key)
    assert private.encode() not in (tmp_path / "device.key").read_bytes()


@pytest.mark.parametrize("held", [b"", b"short", bytes(196), b"a" * 64 + b"\n", bytes(10**6)])
def test_a_device_key_that_is_none_is_refused_and_not_replaced(tmp_path: Path, held: bytes) -> None:
    file = tmp_path / "device.key"
    file.touch(0o600)
    file.write_bytes(held)
    with pytest.raises(Refused) as refused:
        device_key(tmp_path)
    assert refused.value.code == "vault.key_unreadable"
    assert file.read_bytes() == held


def test_a_device_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    device_key(tmp_path)
    (tmp_path / "device.key").chmod(0o604)
    with pytest.raises(Refused) as refused:
        device_key(tmp_path)
    assert refused.value.code == "vault.key_open_to_others"
