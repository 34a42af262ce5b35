"""Keys are changed wherever the power fails; and all of them end with everything."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from terminal import clock as wall_clock
from terminal.assembly.key_commands import add_keys
from terminal.assembly.keys import rotate_keys, told_keys, wipe
from terminal.core.consent import Consent
from terminal.core.faults import Fault
from terminal.core.ledger import Deed
from terminal.core.national_crypto import new_sm2_key
from terminal.core.recognition import Template
from terminal.key_files import Files
from terminal.key_sources import Credentials
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.database import Database
from terminal.store.sealing import TemplateSeal
from terminal.unlocking import change_keys, open_store
from terminal.vault import Vault
from tests.clinic import Clock
from tests.shell.test_store import WANG

FACE = b"\x07" * 512


class PowerCut(BaseException):
    """Not an Exception, so that no handler can survive it."""


class Power:
    """Fails after so many acts that leave something behind."""

    def __init__(self, acts: int) -> None:
        self.left = acts

    def spend(self) -> None:
        if self.left == 0:
            raise PowerCut
        self.left -= 1


def failing(power: Power) -> tuple[type[Files], type[Database]]:
    """Key files and a database that the power may fail at any step of."""

    class CutFiles(Files):
        def add(self, name: str, key: bytes) -> bytes:
            power.spend()
            return super().add(name, key)

        def keep(self, name: str, key: bytes) -> None:
            power.spend()
            super().keep(name, key)

        def destroy(self, name: str) -> None:
            power.spend()
            super().destroy(name)

    class CutDatabase(Database):
        def lock_anew(self, key: bytes) -> None:
            power.spend()
            super().lock_anew(key)
            power.spend()

    return CutFiles, CutDatabase


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


def vault_in(folder: Path) -> Vault:
    machine_id = folder / "machine-id"
    machine_id.write_text("0123456789abcdef0123456789abcdef")
    return Vault([Files(folder / "keys", wall_clock.now, machine_id)], folder / "terminal.db")


def begin(folder: Path, clock: Clock, pages: int = 0) -> Vault:
    """A store with somebody enrolled in it."""
    vault = vault_in(folder)
    with closing(open_store(folder / "terminal.db", vault, clock)) as store:
        store.people.keep(WANG)
        faces = {f"k{number}": Template(FACE, "digest", 0.9) for number in range(3)}
        store.people.enrol("p1", Consent("1", "D1"), faces, clock())
        with store.transaction() as db:
            db.execute("CREATE TABLE much (x BLOB)")
            db.executemany("INSERT INTO much VALUES (randomblob(4000))", [()] * pages)
    return vault


def changes_told(store: Store) -> list[str]:
    return [json.loads(entry.facts)["key"] for entry in store.ledger.of(Deed.KEY_CHANGED)]


def whole(store: Store) -> bool:
    known = store.people.person("p1")
    return (
        known is not None
        and store.people.templates() == [("p1", Template(FACE, "digest", 0.9))] * 3
    )


def test_every_key_is_another_after_a_change_and_the_store_is_whole(
    tmp_path: Path, clock: Clock
) -> None:
    vault = begin(tmp_path, clock)
    before = (vault.database_keys(), vault.template_keys(), vault.device_keys()[0].public_key)
    change_keys(tmp_path / "terminal.db", vault, clock)
    after = (vault.database_keys(), vault.template_keys(), vault.device_keys()[0].public_key)
    assert [len(keys) for keys in after[:2]] == [1, 1], "nothing waits any more"
    assert all(old != new for old, new in zip(before, after, strict=True))
    with closing(open_store(tmp_path / "terminal.db", vault, clock)) as store:
        assert whole(store)
        assert sorted(changes_told(store)) == ["database", "device", "template"]
        device = [json.loads(entry.facts) for entry in store.ledger.of(Deed.KEY_CHANGED)]
        told = next(facts for facts in device if facts["key"] == "device")
        assert (told["before"], told["now"]) == (before[2], after[2])
    assert code_of(lambda: Store(tmp_path / "terminal.db", before[0][0])) == "store.will_not_open"
    with closing(Store(tmp_path / "terminal.db", after[0][0], template_keys=before[1])) as store:
        assert store.people.templates() == [], "the old key opens no face"
        assert store.people.unreadable_templates() == 3


def test_a_change_of_keys_survives_a_power_cut_before_any_of_its_steps(
    tmp_path: Path, clock: Clock
) -> None:
    for acts in count():
        folder = tmp_path / str(acts)
        folder.mkdir()
        begin(folder, clock)
        power = Power(acts)
        failing_files, failing_database = failing(power)
        files = failing_files(folder / "keys", clock, folder / "machine-id")
        cutting = Vault([files], folder / "terminal.db")
        try:
            open_store(folder / "terminal.db", cutting, clock, failing_database).close()
            cutting.change()
            open_store(folder / "terminal.db", cutting, clock, failing_database).close()
            ended = True
        except PowerCut:
            ended = False
        vault = vault_in(folder)
        with closing(open_store(folder / "terminal.db", vault, clock)) as store:
            assert whole(store), acts
            told = changes_told(store)
            assert len(told) == len(set(told)), "each change is told once"
        assert len(vault.database_keys()) == len(vault.template_keys()) == 1
        assert len(vault.device_keys()) == 1
        if ended:
            assert acts >= 10
            assert sorted(told) == ["database", "device", "template"]
            return


_CHILD = """
import sys
from pathlib import Path
from terminal.clock import now
from terminal.key_files import Files
from terminal.store.database import Database
from terminal.unlocking import open_store
from terminal.vault import Vault

class Telling(Database):
    def lock_anew(self, key):
        print("begun", flush=True)
        super().lock_anew(key)

folder = Path(sys.argv[1])
vault = Vault([Files(folder / "keys", now, folder / "machine-id")], folder / "terminal.db")
vault.change()
open_store(folder / "terminal.db", vault, now, Telling)
"""


@pytest.mark.parametrize("after_s", [0.005, 0.02, 0.06, 0.15])
def test_a_process_killed_while_it_locks_anew_leaves_a_store_that_opens(
    tmp_path: Path, clock: Clock, after_s: float
) -> None:
    begin(tmp_path, clock, pages=1000)
    command = [sys.executable, "-c", _CHILD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as child:
        assert child.stdout is not None
        child.stdout.readline()
        try:
            child.wait(after_s)
        except subprocess.TimeoutExpired:
            child.kill()
    with closing(open_store(tmp_path / "terminal.db", vault_in(tmp_path), clock)) as store:
        assert whole(store)


def test_a_disk_too_full_for_a_change_leaves_the_clinic_at_work(
    tmp_path: Path, clock: Clock
) -> None:
    class Full(Database):
        def lock_anew(self, key: bytes) -> None:
            before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
            try:
                super().lock_anew(key)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)

    vault = begin(tmp_path, clock, pages=200)
    old = vault.database_keys()[0]
    vault.change()
    with closing(open_store(tmp_path / "terminal.db", vault, clock, Full)) as store:
        assert whole(store)
        store.people.keep(WANG)
    assert vault.database_keys()[-1] == old, "the new one still waits"
    with closing(open_store(tmp_path / "terminal.db", vault, clock)) as store:
        assert whole(store)
    assert vault.database_keys() != [old]


def test_faces_of_a_store_without_a_key_of_their_own_are_sealed_at_the_next_start(
    tmp_path: Path, clock: Clock
) -> None:
    vault = vault_in(tmp_path)
    with closing(Store(tmp_path / "terminal.db", vault.database_keys()[0])) as store:
        store.people.keep(WANG)
        faces = {f"k{number}": Template(FACE, "digest", 0.9) for number in range(3)}
        store.people.enrol("p1", Consent("1", "D1"), faces, clock())
        with store.transaction() as db:  # As versions wrote them that sealed nothing.
            db.execute("UPDATE template SET vector = ?, sealed_under = NULL", (FACE,))
    with closing(open_store(tmp_path / "terminal.db", vault, clock)) as store:
        assert whole(store)
        with store.transaction() as db:
            rows = db.execute("SELECT vector, sealed_under FROM template").fetchall()
        assert all(FACE[:8] not in bytes(row[0]) and row[1] for row in rows)


def test_a_face_put_in_anothers_row_opens_nothing_and_that_is_said_once(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    vault = begin(tmp_path, clock)
    with closing(open_store(tmp_path / "terminal.db", vault, clock)) as store:
        with store.transaction() as db:
            db.execute(
                "UPDATE template SET vector = (SELECT vector FROM template"
                " WHERE template_key = 'k1') WHERE template_key = 'k0'"
            )
        for _ in range(3):
            assert len(store.people.templates()) == 2
            assert store.people.unreadable_templates() == 1
    assert [record.message for record in caplog.records] == ["vault.template_unreadable: 1"]


def test_keys_move_to_a_better_source_and_the_files_are_destroyed(
    tmp_path: Path, clock: Clock
) -> None:
    files = begin(tmp_path, clock)
    before = files.device_keys()[0].public_key
    handed = tmp_path / "handed"
    handed.mkdir()
    pair = new_sm2_key()
    (handed / "database.key").write_bytes(b"d" * 32)
    (handed / "template.key").write_bytes(b"t" * 16)
    (handed / "device.key").write_text(f"{pair.private_hex}\n{pair.public_hex}\n".lower())
    sources = [Credentials(handed), Files(tmp_path / "keys", clock, tmp_path / "machine-id")]
    vault = Vault(sources, tmp_path / "terminal.db")
    for _ in range(2):
        with closing(open_store(tmp_path / "terminal.db", vault, clock)) as store:
            assert whole(store)
            assert len(changes_told(store)) == 3
            (device,) = [
                entry for entry in store.ledger.of(Deed.KEY_CHANGED) if before in entry.facts
            ]
            assert pair.public_hex.lower() in device.facts
    assert list((tmp_path / "keys").iterdir()) == []
    assert {key.source for key in vault.told()} == {"credentials"}
    assert code_of(lambda: change_keys(tmp_path / "terminal.db", vault, clock)) == (
        "vault.source_read_only"
    )


def test_a_waiting_credential_serves_until_a_technician_exchanges_it(
    tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "database.key").write_bytes(b"a" * 32)
    (tmp_path / "template.key").write_bytes(b"a" * 16)
    pairs = [new_sm2_key(), new_sm2_key()]
    for name, pair in zip(("device", "device.next"), pairs, strict=True):
        (tmp_path / f"{name}.key").write_text(f"{pair.private_hex}\n{pair.public_hex}\n".lower())
    vault = Vault([Credentials(tmp_path)], tmp_path / "terminal.db")
    open_store(tmp_path / "terminal.db", vault, clock).close()
    (tmp_path / "database.next.key").write_bytes(b"b" * 32)
    (tmp_path / "template.next.key").write_bytes(b"b" * 16)
    for _ in range(3):
        with closing(open_store(tmp_path / "terminal.db", vault, clock)) as store:
            assert sorted(changes_told(store)) == ["database", "device", "template"]
    assert vault.device_keys()[0].public_key == pairs[1].public_hex.lower()
    Store(tmp_path / "terminal.db", b"b" * 32).close()


# --- the commands


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Root deletes whatever it likes; a service does not run as root."""
    user = os.geteuid()
    if user == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 65534, 65534)
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


class Works:
    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder, key_source="file")

    def keys(self, settings_file: Path | None) -> list[dict[str, str]]:
        return told_keys(self.settings)

    def rotate_keys(self, settings_file: Path | None) -> list[dict[str, str]]:
        return rotate_keys(self.settings)

    def wipe(self, settings_file: Path | None) -> dict[str, object]:
        return wipe(self.settings)


@pytest.fixture
def app(tmp_path: Path) -> typer.Typer:
    app = typer.Typer()
    add_keys(app, Works(tmp_path))
    return app


def test_the_keys_are_told_without_a_key(app: typer.Typer, tmp_path: Path) -> None:
    rotate_keys(Settings(data_dir=tmp_path, key_source="file"))
    vault = Vault([Files(tmp_path / "keys", wall_clock.now)])
    private = Files(tmp_path / "keys", wall_clock.now).read("device")
    assert private is not None
    for words in (["keys"], ["keys", "--json"], ["keys", "rotate", "--json"]):
        said = CliRunner().invoke(app, words).output
        assert "database" in said
        secret = [vault.database_keys()[0].hex(), vault.template_keys()[0].hex()]
        assert not [key for key in [*secret, private.decode()[:64]] if key in said]
    (row, *_) = json.loads(CliRunner().invoke(app, ["keys", "--json"]).output)
    assert (row["class"], row["source"], row["age_days"]) == ("weak", "file", "0")


def test_keys_are_not_changed_while_a_terminal_runs(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, key_source="file")
    rotate_keys(settings)
    before = told_keys(settings)
    vault = Vault([Files(tmp_path / "keys", wall_clock.now)], tmp_path / "terminal.db")
    with closing(open_store(tmp_path / "terminal.db", vault, wall_clock.now)):
        assert code_of(lambda: rotate_keys(settings)) == "store.held"
        assert code_of(lambda: wipe(settings)) == "store.held"
    assert told_keys(settings) == before


def test_nothing_is_erased_without_the_word(app: typer.Typer, tmp_path: Path) -> None:
    rotate_keys(Settings(data_dir=tmp_path, key_source="file"))
    assert CliRunner().invoke(app, ["wipe"]).exit_code == 2
    assert (tmp_path / "terminal.db").exists()


def test_a_wipe_leaves_only_what_is_nobodys_and_says_so(app: typer.Typer, tmp_path: Path) -> None:
    rotate_keys(Settings(data_dir=tmp_path, key_source="file"))
    (tmp_path / "weights").mkdir()
    (tmp_path / "exported").mkdir()
    (tmp_path / "exported/v1.json").write_text("王建国")
    said = CliRunner().invoke(app, ["wipe", "--yes-erase-everything", "--json"])
    assert json.loads(said.stdout) == {"keys_left": [], "left": ["weights"]}
    assert [path.name for path in tmp_path.iterdir()] == ["weights"]


def test_a_wipe_that_breaks_off_has_destroyed_the_keys_already(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, key_source="file")
    rotate_keys(settings)
    stuck = tmp_path / "a_folder"
    stuck.mkdir()
    (stuck / "file").touch()
    stuck.chmod(0o500)
    with as_nobody(tmp_path):
        assert code_of(lambda: wipe(settings)) == "wipe.not_erased"
    assert list((tmp_path / "keys").glob("*.key")) == []
    stuck.chmod(0o700)


def test_a_folder_that_is_no_terminals_is_not_wiped(tmp_path: Path) -> None:
    (tmp_path / "photographs").mkdir()
    settings = Settings(data_dir=tmp_path, key_source="file")
    assert code_of(lambda: wipe(settings)) == "wipe.no_terminal"
    assert (tmp_path / "photographs").exists()


def test_sealing_and_opening_a_face_takes_no_time_to_speak_of(tmp_path: Path, clock: Clock) -> None:
    seal = TemplateSeal(bytes(16))
    begun_s = time.perf_counter()
    for _ in range(200):
        assert seal.open(seal.seal(FACE * 4, "k"), "k", seal.name) == FACE * 4
    assert (time.perf_counter() - begun_s) / 200 < 0.01, "1 ms is promised; ten for a busy machine"
