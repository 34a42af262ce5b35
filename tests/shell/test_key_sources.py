"""Where keys come from: files locked to this machine, credentials, a chip behind a PIN."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.simulated.secure_element import ElementFault, SimulatedElement
from terminal.assembly.demo_element import demo_element
from terminal.assembly.keys import open_vault
from terminal.core.faults import Fault
from terminal.core.status_views import KeyClass
from terminal.key_files import Files
from terminal.key_sources import Credentials, InElement
from terminal.settings import Settings
from terminal.vault import Vault
from tests.clinic import Clock
from tests.keys import device_key

KEY = bytes(range(32))
PIN = "271828"


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


def machine(folder: Path, number: str = "0123456789abcdef0123456789abcdef") -> Path:
    path = folder / f"machine-id-{number[:4]}"
    path.write_text(number + "\n")
    return path


@pytest.fixture
def files(tmp_path: Path, clock: Clock) -> Files:
    return Files(tmp_path / "keys", clock, machine(tmp_path))


# --- files


def test_a_key_file_holds_no_key_that_can_be_read(files: Files, tmp_path: Path) -> None:
    files.keep("database", KEY)
    held = (tmp_path / "keys/database.key").read_bytes()
    assert KEY not in held
    assert KEY.hex().encode() not in held
    assert files.read("database") == KEY
    assert (tmp_path / "keys/database.key").stat().st_mode & 0o777 == 0o600


def test_a_key_file_of_another_machine_does_not_open(
    files: Files, tmp_path: Path, clock: Clock
) -> None:
    files.keep("database", KEY)
    shutil.copytree(tmp_path / "keys", tmp_path / "copied")
    other = Files(tmp_path / "copied", clock, machine(tmp_path, "f" * 32))
    assert code_of(lambda: other.read("database")) == "vault.other_device"
    nameless = Files(tmp_path / "copied", clock, tmp_path / "no-such-file")
    assert code_of(lambda: nameless.read("database")) == "vault.other_device"
    assert Files(tmp_path / "copied", clock, files.machine_id).read("database") == KEY


@pytest.mark.parametrize("key", [KEY, b"a" * 64 + b"\n04" + b"b" * 128 + b"\n"])
def test_a_plain_file_of_an_earlier_version_is_locked_at_its_first_reading(
    files: Files, tmp_path: Path, clock: Clock, key: bytes
) -> None:
    path = tmp_path / "keys/old.key"
    Files(tmp_path / "keys", clock, tmp_path / "no-such-file").keep("old", key)
    assert path.read_bytes() == key  # A machine without a number has nothing to lock with.
    assert files.read("old") == key
    assert key[:30] not in path.read_bytes()
    assert files.read("old") == key


@pytest.mark.parametrize("place", [0, 8, 30, 60, -1])
def test_a_damaged_key_file_is_told_from_another_machines(
    files: Files, tmp_path: Path, place: int
) -> None:
    files.keep("database", KEY)
    path = tmp_path / "keys/database.key"
    held = bytearray(path.read_bytes())
    held[place] ^= 1
    path.write_bytes(held)
    vault = Vault([files])
    assert code_of(vault.database_keys) in ("vault.key_unreadable", "vault.other_device")
    assert path.read_bytes() == bytes(held), "what is damaged is evidence, and stays"


def test_a_key_file_under_another_name_does_not_open(files: Files, tmp_path: Path) -> None:
    files.keep("template", KEY)
    shutil.copy(tmp_path / "keys/template.key", tmp_path / "keys/database.key")
    assert code_of(lambda: files.read("database")) == "vault.key_unreadable"


def test_a_key_file_remembers_when_its_key_was_made(files: Files, clock: Clock) -> None:
    files.keep("database", KEY)
    made = clock()
    clock.now += timedelta(days=400)
    assert files.since("database") == made
    assert files.since("device") is None


def test_a_destroyed_key_is_gone_and_so_is_its_file(files: Files, tmp_path: Path) -> None:
    files.keep("database", KEY)
    files.destroy("database")
    files.destroy("database")
    assert files.read("database") is None
    assert list((tmp_path / "keys").iterdir()) == []


# --- credentials


def test_what_systemd_hands_over_is_read_and_never_written(tmp_path: Path) -> None:
    (tmp_path / "database.key").write_bytes(KEY)
    source = Credentials(tmp_path)
    assert source.read("database") == KEY
    assert source.read("device") is None
    for act in (
        lambda: source.keep("database", bytes(32)),
        lambda: source.add("device", KEY),
        lambda: source.destroy("database"),
    ):
        assert code_of(act) == "vault.source_read_only"
    assert source.read("database") == KEY


def test_the_weakest_source_is_named(tmp_path: Path, files: Files) -> None:
    (tmp_path / "handed").mkdir()
    for name, key in (("database", KEY), ("template", KEY[:16])):
        (tmp_path / "handed" / f"{name}.key").write_bytes(key)
    vault = Vault([Credentials(tmp_path / "handed"), files])
    assert vault.database_keys() == [KEY]
    status = vault.status()
    assert status is not None
    assert (status.klass, status.source) == (KeyClass.MEDIUM, "credentials")
    vault.device_keys()  # Made in a file: nobody handed one over.
    status = vault.status(3)
    assert status is not None
    assert (status.klass, status.source) == (KeyClass.WEAK, "file")
    assert status.templates_unreadable == 3
    assert [key.source for key in vault.told()] == ["credentials", "credentials", "file"]


def test_credentials_that_are_gone_make_no_new_key_for_a_store_that_is_there(
    tmp_path: Path, files: Files
) -> None:
    (tmp_path / "terminal.db").touch()
    vault = Vault([files], tmp_path / "terminal.db")
    assert code_of(vault.database_keys) == "vault.key_missing"
    assert not (tmp_path / "keys").exists()


# --- a chip


def test_a_chip_gives_its_keys_for_its_pin_alone(clock: Clock) -> None:
    chip = SimulatedElement(PIN)
    vault = Vault([InElement(chip, PIN, clock)])
    key, pair = vault.database_keys(), vault.device_keys()
    again = Vault([InElement(chip, PIN, clock)])
    assert again.database_keys() == key
    assert again.device_keys() == pair
    status = again.status()
    assert status is not None
    assert (status.klass, status.since) == (KeyClass.STRONG, clock())
    stranger = Vault([InElement(chip, "000000", clock)])
    for _ in range(3):
        assert code_of(stranger.database_keys) == "vault.element_wrong_pin"
    assert code_of(again.database_keys) == "vault.element_wrong_pin", "it locked itself"


@pytest.mark.parametrize(
    ("fault", "code"),
    [(ElementFault.AWAY, "vault.element_away"), (ElementFault.WIPED, "vault.element_wiped")],
)
def test_a_chip_that_is_away_or_wiped_makes_no_new_key(
    clock: Clock, fault: ElementFault, code: str
) -> None:
    chip = SimulatedElement(PIN)
    vault = Vault([InElement(chip, PIN, clock)])
    key = vault.database_keys()
    chip.fault = fault
    assert code_of(vault.database_keys) == code
    chip.fault = None
    assert vault.database_keys() == key


@pytest.mark.parametrize("held", [b"", b"\n", b"no date\n" + KEY])
def test_a_chip_that_holds_something_else_is_refused(clock: Clock, held: bytes) -> None:
    chip = SimulatedElement(PIN)
    chip.write(PIN, "database", held)
    source = InElement(chip, PIN, clock)
    assert code_of(lambda: source.read("database")) == "vault.key_unreadable"


# --- as the settings say


def test_the_setting_decides_where_keys_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sources(chosen: str) -> list[str]:
        vault = open_vault(Settings(data_dir=tmp_path / chosen, key_source=chosen))
        vault.database_keys()
        return [key.source for key in vault.told()]

    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert sources("auto") == ["file"]
    assert code_of(lambda: sources("credentials")) == "vault.no_credentials"
    assert code_of(lambda: sources("secure_element")) == "vault.no_element"
    handed = tmp_path / "handed"
    handed.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    assert code_of(lambda: sources("credentials")) == "vault.source_read_only"
    (handed / "database.key").write_bytes(KEY)
    assert sources("credentials") == ["credentials"]
    assert sources("auto") == ["credentials"]


def test_a_chip_is_opened_with_the_pin_that_is_kept_for_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, key_source="secure_element")
    chip = SimulatedElement(PIN)
    assert code_of(lambda: open_vault(settings, chip)) == "vault.key_missing"
    (pair,) = open_vault(settings, demo_element(settings)).device_keys()
    assert open_vault(settings, demo_element(settings)).device_keys() == [pair]
    assert pair.public_key != device_key(tmp_path / "other").public_key
    assert demo_element(Settings(data_dir=tmp_path)) is None
