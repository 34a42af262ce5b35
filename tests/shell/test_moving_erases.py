"""A device that leaves its clinic: nothing of it is left in any byte of the data folder.

Encrypted, nobody's name is found in a store that is still there. So what is looked for is
each file's own bytes as well, and each key: what stayed is seen, whether it can be read or not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest

from drivers.simulated.province.reference import DATA
from terminal import clock
from terminal.assembly.backups import back_up
from terminal.assembly.counter_without_eyes import CounterWithoutEyes
from terminal.assembly.keys import open_settled_store
from terminal.assembly.moving import finish_erasing
from terminal.assembly.parts import clinic as clinic_of
from terminal.core.county_files import CountyKind
from terminal.core.faults import Refused, Unavailable
from terminal.core.national_crypto import new_sm2_key
from terminal.core.operators import Operator, Role
from terminal.county_shelf import CountyShelf
from terminal.county_signing import signed_file
from terminal.enrolled_settings import read_local
from terminal.key_files import Files
from terminal.province.session import Session
from terminal.provisioning import Provisioning
from terminal.settings import Settings
from terminal.settings_file import read_settings
from terminal.store import Store
from terminal.vault import Vault
from tests.clinic import CHILD, LI, WANG, open_line
from tests.families import bound
from tests.house.source import HOUSE
from tests.longer import longer
from tests.shell.a_morning import BOXES, FACES, Morning
from tests.shell.provision_place import (
    CLINIC,
    DOCTORS,
    OTHER_CLINIC,
    Machine,
    bench,
    failed,
    rested,
)
from tests.shell.test_copied_disk import forms_of
from tests.shell.test_from_county import a_file

NURSE, PIN_HASH = "欧阳若兰", "scrypt$operators-own-hash$7f3a91"
CAMERA_PASSWORD = "wall-camera-s3cret"
SUPPORT_WORD = "联系人谭九妹13900009931"
SECRET_OF_ITS_SETTINGS = "old-clinics-own-secret"
_PIECE = 24
"""Bytes of a file or a face that are looked for, at several places of it."""


@dataclass
class Left:
    """What the old clinic had, before the move."""

    texts: Mapping[str, str]
    """What it is of -> how it is written."""
    bytes_: list[bytes]
    files: Mapping[str, bytes]
    """Every file below the board that is the clinic's."""
    database_key: bytes

    @cached_property
    def looked_for(self) -> Mapping[str, list[bytes]]:
        """What it is of -> every form in which it would be seen."""
        wanted = {what: [*written(text)] for what, text in self.texts.items()}
        wanted["a key or a face"] = [form for each in self.bytes_ for form in forms_of(each)]
        for name, data in self.files.items():
            if name.endswith((".db", ".db-wal", ".key", ".crt", ".backup")):
                wanted[name] = pieces(data)
        return wanted


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Machine]:
    with bench(tmp_path) as machine:
        yield machine


class OldClinic(Morning):
    """Its counter, by the settings that the county wrote."""

    def __init__(self, settings: Settings) -> None:
        self.clock = clock.now  # type: ignore[assignment] - only ever asked the time.
        self.store = open_settled_store(settings)
        self.whole = CounterWithoutEyes(settings, self.store, clock.now)
        self.client = open_line(settings.province_url, self.store.journal, self.clock)
        self.session = Session(self.client, clinic_of(settings), self.store.journal, clock.now)
        self.desk = self.whole.desk
        self.desk.start()

    def close(self) -> None:
        self.desk.stop()
        self.client.close()
        self.whole.stop()


def cells(store: Store) -> bytes:
    """Everything in it, as whoever has the keys reads it."""
    with store.transaction() as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        rows = [row for each in tables for row in db.execute(f"SELECT * FROM {each}")]  # noqa: S608
    return b"\n".join(
        cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row
    )


def a_morning(board: Machine) -> dict[str, str]:
    """In the clinic's real store: people, a face, a binding, a settled visit, its slip."""
    lists = {"drugs_file": "drugs.csv", "services_file": "services.csv"}
    settings = read_settings(board.places.settings_file).model_copy(
        update={"data_dir": board.data_dir, "benefits_file": DATA / "benefits.toml"}
        | {name: DATA / file for name, file in lists.items()}
    )
    morning = OldClinic(settings)
    try:
        visit = morning.settled(WANG, *BOXES)
        wang, holder, child = (morning.knows(each) for each in (WANG, LI, CHILD))
        morning.enrol(wang, FACES[0])
        binding = bound(morning.store, holder, child)
        nurse = Operator("7", NURSE, frozenset({Role.DOCTOR}), "D431024000777")
        morning.store.operators.keep(nurse, PIN_HASH, clock.now())
        (record,) = morning.store.settlements.of_visit(visit.visit_id)
        people = [morning.store.people.person(each) for each in (wang, holder, child)]
    finally:
        morning.close()
    told = {"binding": binding, "operator": NURSE, "PIN": PIN_HASH}
    told |= {"visit": visit.visit_id, "slip": record.setl_id or "", "charge": record.settlement_id}
    for number, person in enumerate(people):
        assert person is not None
        told |= {f"name {number}": person.name, f"ID number {number}": person.id_number}
        told |= {f"insurance number {number}": person.psn_no}
    return told


def beside_the_store(board: Machine, told: Mapping[str, str]) -> None:
    """What other rooms leave in the folder, and what was left there by hand or a power cut."""
    folder = board.data_dir
    safe = new_sm2_key().public_hex.lower()
    settings = read_settings(board.places.settings_file)
    update = {"data_dir": folder, "backup_public_key": safe}
    (folder / "backup.out").mkdir()
    back_up(settings.model_copy(update=update), folder / "backup.out")
    key = board.office.enrolment.key
    people = "\n".join(told.values()).encode()
    CountyShelf(folder / "county", CLINIC, [key.public_hex]).take(
        CountyKind.SETTINGS,
        signed_file(
            replace(
                a_file(CountyKind.SETTINGS, 1, people),
                scope=CLINIC,
                expires=clock.now().replace(year=2099),
            ),
            key.private_hex,
        ),
        clock.now(),
    )
    with zipfile.ZipFile(folder / "support-20261123.zip", "w") as support:
        support.writestr("log.jsonl", json.dumps({"text": SUPPORT_WORD}, ensure_ascii=False))
        support.writestr("more", people)
    (folder / "slips").mkdir()
    for number, form in enumerate(("utf-8", "utf-16-le", "gbk")):
        (folder / "slips" / f"{told['slip']}-{number}.png").write_bytes(b"\x89PNG" + people)
        (folder / f"terminal.log.{number}").write_bytes(people.decode().encode(form))
    (folder / ".terminal.db.part").write_bytes(FACES[0] + people)
    (folder / "identity" / "answer.signed").write_text(people.hex(), "ascii")
    with board.places.settings_file.open("a", encoding="utf-8") as written:
        written.write(f'metrics_socket = "/run/{SECRET_OF_ITS_SETTINGS}.sock"\n')
        written.write(f'camera = "rtsp://admin:{CAMERA_PASSWORD}@192.0.2.7/one"\n')
        written.write('printer = "/dev/printer"\n')


def an_old_clinic(board: Machine) -> Left:
    told = a_morning(board)
    beside_the_store(board, told)
    settings = board.bare_settings()
    with closing(open_settled_store(settings)) as store:
        held = cells(store)
    for what, text in told.items():
        assert text, what
        assert text.encode() in held, f"{what} is not in the store: nothing would be shown"
    vault = Vault([Files(board.data_dir / "keys", clock.now)])
    (database,), (template,) = vault.database_keys(), vault.template_keys()
    code, name = DOCTORS[CLINIC]
    told |= {"doctor": name, "doctor's code": code, "clinic": "演示村卫生室"}
    told |= {"support": SUPPORT_WORD, "camera": CAMERA_PASSWORD, "set": SECRET_OF_ITS_SETTINGS}
    faces = [face[at : at + _PIECE] for face in FACES[:1] for at in (0, 1001)]
    files = {
        name: data
        for name, data in board.every_file().items()
        if name.startswith("data/") and name != "data/pairing.open"
    }
    return Left(told, [database, template, *vault.tls_keys(), *faces], files, database)


def moved(board: Machine, machine: Provisioning) -> None:
    card = board.card(OTHER_CLINIC, clinic_name="邻村卫生室")
    with pytest.raises(Refused, match=r"provision\.another_clinic"):
        machine.take_card(card.text)
    machine.move()
    assert rested(machine).is_done


def pieces(data: bytes) -> list[bytes]:
    """Of a file nobody can read: what no other file has by chance."""
    found = (data[at : at + _PIECE] for at in range(len(data) // 2 % 4096, len(data), 4096))
    return [each for each in found if len(set(each)) > _PIECE // 2]


def written(text: str) -> Iterable[bytes]:
    for form in ("utf-8", "gbk", "utf-16-le", "utf-16-be"):
        yield from forms_of(text.encode(form))
    yield json.dumps(text)[1:-1].encode()


def found_in(folder: Path, left: Left) -> dict[str, set[str]]:
    """What is still there of the old clinic: what it is -> the files, or names of files."""
    there = {
        str(path.relative_to(folder)): (path.readlink().name.encode() if path.is_symlink() else b"")
        or (path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }
    found = {
        what: {n for n, data in there.items() if any(f in data or f in os.fsencode(n) for f in fs)}
        for what, fs in left.looked_for.items()
    }
    return {what: names for what, names in found.items() if names}


def test_of_a_clinic_that_a_device_left_nothing_is_in_any_byte_of_the_data_folder(board, tmp_path):
    assert board.provisioned().is_done
    fresh = set(board.every_file())
    left = an_old_clinic(board)
    before = found_in(board.folder, left)
    assert set(left.texts) <= set(before), "each is found while it is there"
    with board.provisioning() as machine:
        moved(board, machine)
    assert found_in(board.folder, left) == {}
    assert set(board.every_file()) - fresh == {"data/moved.signed", "data/device.toml"}
    # Its code stands in the signed statement alone: base64, for whoever asks later.
    plain = (CLINIC.encode(), CLINIC.encode().hex().encode(), CLINIC.encode("utf-16-le"))
    for name, data in board.every_file().items():
        assert not any(form in data for form in plain), name
    kept = read_local(board.places.settings_file)
    assert kept["printer"] == "/dev/printer", "what a technician set of the devices stays"
    stolen = tmp_path / "stolen.db"
    stolen.write_bytes(left.files["data/terminal.db"])
    Store(stolen, left.database_key).close()  # The key did open it, and is nowhere any more.
    new = Vault([Files(board.data_dir / "keys", clock.now)]).database_keys()
    assert left.database_key not in new
    _whatever_is_left_is_seen(board, left)


def _whatever_is_left_is_seen(board: Machine, left: Left) -> None:
    """Each file of the old clinic, put back alone, turns the search red."""
    blind = []
    alone = board.folder.parent / "alone"
    alone.mkdir()
    for name, data in left.files.items():
        back = alone / f"left-{Path(name).name}"
        back.write_bytes(data)
        if not found_in(alone, left):
            blind.append(name)
        back.unlink()
    # None of these says anything of anybody; that they are gone, their names have shown.
    nothing_in_it = {"county/settings.seen", "identity/authority.pem", "terminal.lock"}
    assert set(blind) <= {f"data/{name}" for name in nothing_in_it}, blind
    for form in written(left.texts["ID number 0"]):
        (alone / "left").write_bytes(b"ahead " + form + b" behind")
        assert found_in(alone, left)


# --- what is not a whole clinic yet, or not ours to remove


def test_a_clinic_that_has_settings_and_no_store_yet_is_left_on_purpose_as_well(board):
    card = board.card()
    card.settings = board.settings(backup_public_key=new_sm2_key().public_hex.lower())

    def away():
        raise Unavailable("camera.no_frame")

    board.works.parts = away
    with board.provisioning() as machine:
        machine.take_card(card.text)
        assert failed(rested(machine)) == ("parts", "camera.no_frame")
        del board.works.parts
        assert not (board.data_dir / "terminal.db").exists()
        old_key = board.works.device_key().public_key
        moved(board, machine)
    assert board.works.device_key().public_key != old_key
    assert "backup_public_key" not in read_local(board.places.settings_file)
    assert [each.clinic for each in board.office.enrolment.erasures] == [CLINIC]


def test_what_the_county_says_no_more_does_not_stay_when_a_clinic_is_enrolled_again(board):
    card = board.card()
    card.settings = board.settings(backup_public_key=new_sm2_key().public_hex.lower())
    with board.provisioning() as machine:
        machine.take_card(card.text)
        assert rested(machine).is_done
    with board.places.settings_file.open("a", encoding="utf-8") as written_by_hand:
        written_by_hand.write('printer = "/dev/printer"\n')
    assert board.provisioned().is_done
    there = read_local(board.places.settings_file)
    assert "backup_public_key" not in there
    assert there["printer"] == "/dev/printer"


NOBODY = 65534
_MOVES = """
import encodings.ascii, os, sys
from pathlib import Path
from terminal import clock
from terminal.assembly.moving import erase
from terminal.core.faults import Fault
from terminal.settings import Settings
os.setgid(65534); os.setuid(65534)
data, settings = map(Path, sys.argv[1:])
try:
    erase(Settings(data_dir=data), settings, "H43102400991", "serial", clock.now)
except Fault as fault:
    print(fault.code)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed")
@pytest.mark.parametrize(("owner", "said"), [(0, "enrol.not_kept"), (NOBODY, "")])
def test_settings_that_root_wrote_are_known_before_the_first_byte_is_erased(board, owner, said):
    """Found after it, the device had neither a clinic nor a way to a new one."""
    assert board.provisioned().is_done
    etc = board.places.settings_file.parent
    for path in (board.folder, *board.folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    os.chown(etc, 0, NOBODY)
    etc.chmod(0o1770)
    os.chown(board.places.settings_file, owner, NOBODY)
    board.places.settings_file.chmod(0o640)
    for above in board.folder.parents:
        if above.is_relative_to("/dev/shm/") or above.name.startswith("tmp"):  # noqa: S108
            above.chmod(0o755)
    before = {name for name in board.every_file() if name.startswith("data/")}
    done = subprocess.run(
        [sys.executable, "-c", _MOVES, str(board.data_dir), str(board.places.settings_file)],
        capture_output=True, text=True, check=False, timeout=60, cwd=HOUSE,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == (said, "")
    after = {name for name in board.every_file() if name.startswith("data/")}
    assert (before <= after) == bool(said)
    assert board.places.settings_file.exists() == bool(said)


# --- the power fails while it is erased

_ERASES = """
import sys
from pathlib import Path
from terminal import clock
from terminal.assembly.moving import erase
from terminal.settings import Settings
data, settings = map(Path, sys.argv[1:])
erase(Settings(data_dir=data), settings, "H43102400991", "serial", clock.now)
"""
_CHANGES = ("rename", "unlinkat", "unlink", "rmdir")
"""Of names in a folder: nothing else makes something be there, or not."""


def killed(data: Path, settings_file: Path, change: str, which: int) -> bool:
    """Erase in a process that is killed at this change of the folder; whether it was."""
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={change}"]
    strace += ["-e", f"inject={change}:signal=KILL:when={which}"]
    program = [sys.executable, "-B", "-c", _ERASES, str(data), str(settings_file)]
    done = subprocess.run([*strace, *program], check=False, timeout=60, cwd=HOUSE)
    assert done.returncode in {0, -9, 137}
    return done.returncode != 0


@pytest.mark.usefixtures("can_trace")
@pytest.mark.parametrize("change", longer(_CHANGES, {"rename", "unlinkat"}))
def test_wherever_the_power_fails_the_old_clinic_is_whole_or_gone_after_the_next_start(
    board, tmp_path, change
):
    assert board.provisioned().is_done
    left = an_old_clinic(board)
    whole = tmp_path / "whole"
    shutil.copytree(board.folder, whole, symlinks=True)
    cuts = {"whole": 0, "begun": 0, "gone": 0}
    for which in count(1):
        shutil.rmtree(board.folder)
        shutil.copytree(whole, board.folder, symlinks=True)
        was_killed = killed(board.data_dir, board.places.settings_file, change, which)
        names = {path.name for path in board.data_dir.iterdir()}
        if not names & {"moving.signed", "moved.signed"}:
            held = board.works.held()
            assert held is not None, which
            assert (held.clinic, held.waits) == (CLINIC, 0), which
        else:
            assert finish_erasing(board.bare_settings(), board.places.settings_file)
            assert found_in(board.folder, left) == {}, which
            assert not board.places.settings_file.exists()
        if not was_killed:
            break
        begun = "begun" if "moving.signed" in names else "whole"
        cuts["gone" if "moved.signed" in names else begun] += 1
    assert cuts["begun"], cuts
