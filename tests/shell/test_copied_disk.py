"""A copied disk is useless: nothing of a person can be found in any file of the terminal."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.clock import now
from terminal.core.faults import Refused
from terminal.key_files import Files
from terminal.store import Store
from terminal.store.database import Database
from terminal.vault import Vault
from tests.clinic import KEY
from tests.shell.a_morning import BOXES, FACES, ID_NUMBERS, NAMES

HOUSE = Path(__file__).parents[2]

_FACE_PIECE = 24
"""Bytes of a face that are looked for, at several places: a part of one is found, too."""


def secrets_of(keys: Iterable[bytes] = ()) -> list[bytes]:
    """Everything that must not be found, as it would be written down plainly."""
    texts = [*NAMES, *ID_NUMBERS, *BOXES]
    found = [text.encode(form) for text in texts for form in ("utf-8", "gbk", "utf-16-le")]
    for face in FACES:
        found += [face[at : at + _FACE_PIECE] for at in (0, 500, 1001, 2000)]
    return [*found, *keys]


def forms_of(secret: bytes) -> Iterator[bytes]:
    """The secret itself, in hexadecimal digits, in JSON's escapes, in Base64 at any place."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for ahead in range(3):
        whole = base64.b64encode(bytes(ahead) + secret).rstrip(b"=")
        yield whole[-(-ahead * 8 // 6) + (1 if ahead else 0) : -1]


def searched() -> list[bytes]:
    escaped = [name.encode("ascii", "backslashreplace") for name in NAMES]
    return [form for secret in secrets_of() for form in forms_of(secret)] + escaped


def betraying(*folders: Path) -> list[str]:
    """Names of the files in which something can be found that must not be."""
    wanted = searched()
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    held = {path.name: path.read_bytes() for path in files}
    return [name for name, data in held.items() if any(secret in data for secret in wanted)]


@contextmanager
def a_morning(folder: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A terminal process with its work done, not closed yet."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    log = (folder / "log").open("wb")
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.shell.a_morning", str(folder / "data"), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        cwd=HOUSE,
        env={**os.environ, "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        said = child.stdout.readline()
        assert said == b"ready\n", (folder / "log").read_text("utf-8", "replace")[-3000:]
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()
        log.close()


def test_nothing_of_a_person_is_found_in_any_file_of_a_terminal_at_work_killed_or_closed(
    tmp_path: Path, province: SandboxProvince
) -> None:
    folder = tmp_path / "device"
    data = folder / "data"
    with a_morning(folder, province.address) as child:
        names = {path.name for path in data.rglob("*")}
        assert {"terminal.db", "terminal.db-wal", "database.key", "template.key"} <= names
        assert (data / "terminal.db-wal").stat().st_size, "the work of the morning is in it"
        assert betraying(folder) == []
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert (data / "terminal.db-wal").stat().st_size
    assert betraying(folder) == []
    _on_another_device_nothing_opens(tmp_path, data)
    _what_was_looked_for_is_there(data)
    assert not (data / "terminal.db-wal").exists(), "closed: everything is in one file"
    assert betraying(folder) == []


def _on_another_device_nothing_opens(elsewhere: Path, data: Path) -> None:
    shutil.copytree(data, elsewhere / "copied")
    (elsewhere / "machine-id").write_text("f" * 32)
    files = Files(elsewhere / "copied" / "keys", now, elsewhere / "machine-id")
    with pytest.raises(Refused) as refused:
        Vault([files], elsewhere / "copied" / "terminal.db").database_keys()
    assert refused.value.code == "vault.other_device"


def _what_was_looked_for_is_there(data: Path) -> None:
    """With the keys of its own machine it opens, and holds what was not found in it."""
    vault = Vault([Files(data / "keys", now)])
    (key,) = vault.database_keys()
    with closing(Store(data / "terminal.db", key, template_keys=vault.template_keys())) as store:
        wang = store.people.by_id_number(ID_NUMBERS[0])
        assert wang is not None
        assert wang.name == NAMES[0]
        assert [template.vector for _, template in store.people.templates()] == [FACES[0]] * 3
    _whoever_has_the_stores_key_alone_sees_no_face(data, key)


def _whoever_has_the_stores_key_alone_sees_no_face(data: Path, key: bytes) -> None:
    with closing(Database(data / "terminal.db", key)) as database:
        tables = [
            row["name"]
            for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        cells = [
            cell if isinstance(cell, bytes) else str(cell).encode()
            for table in tables
            for row in database.rows(f"SELECT * FROM {table}")  # noqa: S608 - our own names.
            for cell in row
        ]
    pieces = [face[at : at + _FACE_PIECE] for face in FACES for at in (0, 500, 1001, 2000)]
    forms = [form for piece in pieces for form in forms_of(piece)]
    assert not [cell for cell in cells if any(form in cell for form in forms)]
    assert any(NAMES[0].encode() in cell for cell in cells), "the names are what this key opens"


# --- the search itself finds what is there


@pytest.mark.parametrize("secret", secrets_of(), ids=lambda secret: secret.hex()[:12])
def test_the_search_finds_a_secret_in_every_form(tmp_path: Path, secret: bytes) -> None:
    assert betraying(tmp_path) == []
    for number, form in enumerate(
        (
            secret,
            secret.hex().encode(),
            secret.hex().upper().encode(),
            base64.b64encode(b"." + secret + b"."),
            base64.b64encode(b".." + secret + b"."),
            base64.b64encode(b"..." + secret + b"."),
        )
    ):
        (tmp_path / f"part-{number}").write_bytes(b"ahead " + form + b" behind")
    assert len(betraying(tmp_path)) == 6


def test_the_search_finds_a_row_in_a_plain_journal(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "plain.db", isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("CREATE TABLE person (name TEXT, face BLOB)")
        plain.execute("INSERT INTO person VALUES (?, ?)", (NAMES[0], FACES[0]))
        assert betraying(tmp_path) == ["plain.db-wal"]


def test_a_sort_spills_over_into_memory_not_into_a_file(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "terminal.db", KEY)) as database:
        in_memory = 2
        assert database.rows("PRAGMA temp_store")[0][0] == in_memory
        with database.transaction() as writer:
            assert writer.execute("PRAGMA temp_store").fetchone()[0] == in_memory
