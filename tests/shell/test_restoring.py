"""A broken terminal's successor: what the old one charged is found, what it did not is settled."""

from __future__ import annotations

import resource
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.simulated.county.enrolment import CountyEnrolment
from drivers.simulated.county.server import SandboxCounty
from drivers.simulated.province.server import SandboxProvince
from terminal import clock as wall
from terminal.assembly.backups import (
    back_up,
    back_up_to_county,
    reseal_for,
    restore_from,
    restore_from_county,
)
from terminal.assembly.keys import open_settled_store
from terminal.backup import (
    KEPT_MAX,
    Place,
    backup_name,
    backups_in,
    make_backup,
    manifest_of,
)
from terminal.core.backup_file import head_of, reseal
from terminal.core.faults import Fault
from terminal.core.ledger import Deed, enrolled
from terminal.core.ledger_check import LedgerVerdict
from terminal.core.national_crypto import Sm2Key, new_sm2_key
from terminal.core.visit import VisitState
from terminal.health import Health
from terminal.identity import Identity
from terminal.key_files import Files
from terminal.ledger import Ledger
from terminal.restoring import Restoring, Taken, key_file, newest_in
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.snapshot import Snapshot
from terminal.vault import Vault
from tests.clinic import CLINIC, COLD, KEY, LI, PARACETAMOL, WANG, Clock, charges, code
from tests.longer import longer
from tests.rooms import Rooms
from tests.shell.conftest import NOWHERE
from tests.shell.test_hostile_shifts import agreed_offline

SONG = "991024196012311577"
PEOPLE = (WANG, LI, SONG)


class Clinic:
    """An old terminal, a stick, a county's safe, and a successor."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self.old, self.new, self.stick = (folder / name for name in ("terminal", "new", "stick"))
        for each in (self.old, self.new, self.stick):
            each.mkdir(exist_ok=True)
        self.safe: Sm2Key = new_sm2_key()
        self.old_vault, self.new_vault = (self._vault(each) for each in (self.old, self.new))

    def back_up(self, after: timedelta = timedelta(0)) -> Path:
        place = Place(
            self.old, CLINIC.fixmedins_code, self.safe.public_hex.lower(),
            self.old_vault.device_keys()[0], {"clinic_name": "龙背村卫生室"},
        )  # fmt: skip
        snapshot = Snapshot(self.old / "terminal.db", KEY)
        try:
            return make_backup(place, snapshot, self.stick, self.clock() + after)
        finally:
            snapshot.close()

    def reseal(self, backup: Path) -> None:
        successor = self.new_vault.device_keys()[0].public_key
        told = reseal(manifest_of(backup), self.safe.private_hex, successor)
        key_file(backup, successor).write_bytes(told)

    def restore(self, backup: Path | None = None) -> Taken:
        manifest, newest = newest_in(self.stick, CLINIC.fixmedins_code)
        if backup is not None:
            newest, manifest = backup, manifest_of(backup)
        restoring = Restoring(
            self.new, CLINIC.fixmedins_code, self.safe.public_hex.lower(), self.new_vault
        )
        return restoring.restore(newest, manifest, self.clock())

    def verdict(self, store: Store) -> LedgerVerdict:
        key = self.new_vault.device_keys()[0]
        return Ledger(store, key, self.new, 1, self.clock, Health()).verdict()

    def seal_old(self, store: Store) -> None:
        Ledger(store, self.old_vault.device_keys()[0], self.old, 1, self.clock, Health()).seal()

    @staticmethod
    def _vault(folder: Path) -> Vault:
        files = Files(folder / "keys", wall.now)
        files.add("database", KEY)
        return Vault([files], folder / "terminal.db")


@pytest.fixture
def clinic(tmp_path: Path, clock: Clock) -> Clinic:
    return Clinic(tmp_path, clock)


@pytest.fixture
def successor(clinic: Clinic, province: SandboxProvince) -> Iterator[Callable[[], Rooms]]:
    opened: list[Rooms] = []

    def begin() -> Rooms:
        opened.append(Rooms(clinic.new, province.address, clinic.clock))
        return opened[-1]

    yield begin
    for each in opened:
        each.close()


def waiting(rooms: Callable[..., Rooms]) -> tuple[Rooms, list[str]]:
    """A visit of each person, agreed to while the line was away; the line is back."""
    visits = []
    for serial, person in enumerate(PEOPLE, 1):
        visit_id = rooms().traced(person, code(PARACETAMOL, serial))
        here = rooms(NOWHERE)
        here.counter.front, here.line_is_away = visit_id, True
        here.basket.set_diagnosis(visit_id, COLD)
        agreed_offline(here, visit_id)
        visits.append(visit_id)
    return rooms(), visits


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as fault:
        act()
    return fault.value.code


@pytest.mark.parametrize(
    "cut",
    longer(
        [(2, None), (1, "lost_after_commit"), (0, None), (3, None)],
        [(2, None), (1, "lost_after_commit")],
    ),
)
def test_what_the_old_terminal_charged_after_the_backup_is_never_charged_again(
    clinic, rooms, province, successor, cut
):
    charged_by_the_old, fault = cut
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    if fault is not None:
        province.faults.plant(fault, "2207A")
    for visit_id in visits[:charged_by_the_old]:
        old.offline.line_back(visit_id)
        try:
            old.settlement.settle(visit_id)
        except Fault:
            assert fault is not None
    assert len(charges(province)) == charged_by_the_old
    old.sales.tell()
    old.close()
    clinic.clock.now += timedelta(hours=2)
    clinic.reseal(backup)
    assert clinic.restore().open_visits == len(PEOPLE)
    new = successor()
    new.till.ask_now()
    assert [new.state(each) for each in visits] == [VisitState.SETTLED] * len(PEOPLE)
    assert len(charges(province)) == len(PEOPLE)
    theirs = {str(row["setl_id"]) for row in charges(province)}
    assert {new.record(each).setl_id for each in visits} == theirs
    new.till.ask_now()
    sold = [row["code"] for row in province.book()["sales"]]
    assert sorted(sold) == sorted(code(PARACETAMOL, each) for each in (1, 2, 3))
    new.counter.front = visits[0]
    new.undoing.cancel(visits[0], "开错了药")
    assert len(charges(province)) == len(PEOPLE) - 1


def test_a_successor_whose_clock_was_behind_still_asks_before_it_charges(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    for visit_id in visits[:2]:
        old.offline.line_back(visit_id)
        old.settlement.settle(visit_id)
    old.close()
    right = clinic.clock.now
    clinic.clock.now = right.replace(year=1970)
    clinic.reseal(backup)
    clinic.restore()
    clinic.clock.now = right + timedelta(hours=1)
    new = successor()
    new.till.ask_now()
    assert [new.state(each) for each in visits] == [VisitState.SETTLED] * len(PEOPLE)
    assert len(charges(province)) == len(PEOPLE)


def test_a_backup_made_by_a_clock_that_was_set_back_is_still_the_newest(clinic, rooms):
    old, _ = waiting(rooms)
    for days in range(KEPT_MAX + 1):
        clinic.back_up(timedelta(seconds=days - 60))
    old.close()
    made = clinic.back_up(timedelta(days=-365 * 55))
    assert newest_in(clinic.stick, CLINIC.fixmedins_code)[1] == made


def test_what_was_agreed_to_online_and_charged_by_the_old_is_found_at_its_registration(
    clinic, rooms, province, successor
):
    old = rooms()
    visit_id = old.priced(WANG, code(PARACETAMOL, 1))
    backup = clinic.back_up()
    old.confirm(visit_id)
    old.close()
    clinic.clock.now += timedelta(minutes=5)
    clinic.reseal(backup)
    clinic.restore()
    new = successor()
    new.counter.front = visit_id
    new.confirm(visit_id)
    assert new.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_a_number_of_the_old_terminal_is_never_given_out_again(clinic, rooms, successor, clock):
    old, _ = waiting(rooms)
    backup = clinic.back_up()
    moment = clock()
    later = {old.store.journal.next_msgid(CLINIC.fixmedins_code, moment) for _ in range(200)}
    batches = {old.store.journal.next_number("chrg_bchno") for _ in range(200)}
    old.close()
    clinic.reseal(backup)
    clinic.restore()
    store = successor().store
    ours = {store.journal.next_msgid(CLINIC.fixmedins_code, moment) for _ in range(200)}
    assert not ours & later
    assert store.journal.next_number("chrg_bchno") > max(batches)


def test_no_face_travels_and_the_ledger_says_which_went(clinic, rooms, successor, clock):
    old = rooms()
    visit_id = old.traced(WANG, code(PARACETAMOL, 1))
    person = old.store.visits.visit(visit_id).person_id
    vector = bytes(range(256)) * 8
    at = clock().isoformat()
    with old.store.transaction() as db:
        db.execute("INSERT INTO consent (consent_id, person_id, version, witness, given_at)"
                   " VALUES ('c1', ?, '2.24', 'D1', ?)", (person, at))  # fmt: skip
        row = {each["name"]: each for each in db.execute("PRAGMA table_info(template)")}
        known = {"template_key": "t1", "vector": vector, "sealed_under": "other"}
        names = [n for n, each in row.items() if n in known or (each["notnull"] and not each["pk"])]
        values = [known.get(n, 0 if row[n]["type"] in {"INTEGER", "REAL"} else "x") for n in names]
        db.execute(f"INSERT INTO template ({', '.join(names)}) VALUES"  # noqa: S608
                   f" ({', '.join('?' * len(names))})", values)  # fmt: skip
        db.execute("INSERT INTO enrolment (template_key, person_id, consent_id, enrolled_at)"
                   " VALUES ('t1', ?, 'c1', ?)", (person, at))  # fmt: skip
        old.store.ledger.add(Deed.ENROLLED, clock(), enrolled(person, "c1", "2.24", {"t1": vector}))
    backup = clinic.back_up()
    old.close()
    clinic.reseal(backup)
    assert clinic.restore().faces == 1
    store = successor().store
    assert store.census.people().templates == 0
    assert vector[:64] not in (clinic.new / "terminal.db").read_bytes()
    last = store.ledger.last_of(Deed.ERASED)
    assert last is not None
    assert '"by":"replaced"' in last.facts
    assert '"t1"' in last.facts


def test_the_ledger_goes_on_under_the_new_key_and_is_sound(clinic, rooms, successor):
    old, _ = waiting(rooms)
    clinic.seal_old(old.store)
    head = old.store.ledger.last()
    backup = clinic.back_up()
    old.close()
    clinic.reseal(backup)
    clinic.restore()
    store = successor().store
    verdict = clinic.verdict(store)
    assert verdict.broken is None
    assert verdict.sealed_to > head.entry.number
    told = [each.entry for each in store.ledger.entries() if each.entry.deed == Deed.RESTORED]
    assert clinic.old_vault.device_keys()[0].public_key in told[0].facts
    assert head.digest.hex() in told[0].facts


@pytest.fixture
def sealed(clinic: Clinic, store: Store) -> Path:
    """A backup of an old terminal that has no visit, resealed for the successor."""
    store.close()
    (clinic.old.parent / "terminal.db").replace(clinic.old / "terminal.db")
    backup = clinic.back_up()
    clinic.reseal(backup)
    return backup


def untouched(clinic: Clinic) -> bool:
    return sorted(each.name for each in clinic.new.iterdir() if each.suffix != ".lock") == ["keys"]


@pytest.mark.parametrize("place", [0.02, 0.3, 0.5, 0.9, 0.9999])
def test_a_flipped_byte_is_refused_and_nothing_is_changed(clinic, sealed, place):
    data = bytearray(sealed.read_bytes())
    begins = head_of(bytes(data))[1]
    at = begins + int((len(data) - begins - 1) * place)
    data[at] ^= 1
    sealed.write_bytes(bytes(data))
    assert refused(clinic.restore) == "backup.changed"
    assert untouched(clinic)


def test_pieces_that_are_missing_doubled_or_moved_are_refused(clinic, sealed):
    data = sealed.read_bytes()
    begins = head_of(data)[1]
    size = 64 * 1024 + 28
    pieces = [data[at : at + size] for at in range(begins, len(data), size)]
    assert len(pieces) > 3
    for wrong, code_ in (
        (pieces[:-1], "backup.wrong_form"),
        (pieces[1:], "backup.changed"),
        ([pieces[1], pieces[0], *pieces[2:]], "backup.changed"),
        ([*pieces, pieces[-1]], "backup.changed"),
        ([*pieces[:-1], pieces[-1][:-1]], "backup.changed"),
        ([], "backup.none_here"),
    ):
        sealed.write_bytes(data[:begins] + b"".join(wrong))
        assert refused(clinic.restore) in {code_, "backup.cut"}
        assert untouched(clinic)


def test_what_the_county_did_not_seal_for_this_very_terminal_does_not_open(clinic, sealed):
    successor = clinic.new_vault.device_keys()[0].public_key
    word = key_file(sealed, successor)
    manifest, safe = manifest_of(sealed), clinic.safe.private_hex
    stranger = new_sm2_key()
    for told, why in (
        (reseal(manifest, safe, stranger.public_hex), "backup.not_resealed"),
        (reseal(replace(manifest, number=manifest.number + 1), safe, successor),
         "backup.not_resealed"),
        (word.read_bytes().replace(b'"number"', b'"numbeR"'), "backup.not_resealed"),
        (b"", "backup.not_resealed"),
    ):  # fmt: skip
        word.write_bytes(told)
        assert refused(clinic.restore) == why
        assert untouched(clinic)
    word.unlink()
    assert refused(clinic.restore) == "restore.key_wanted"
    assert refused(lambda: reseal(manifest, stranger.private_hex, successor)) == "backup.other_key"


def test_an_older_backup_beside_a_newer_one_is_refused(clinic, sealed):
    newer = clinic.back_up(timedelta(hours=1))
    assert refused(lambda: clinic.restore(sealed)) == "backup.older"
    clinic.reseal(newer)
    assert clinic.restore().manifest.number == manifest_of(newer).number


def test_another_clinics_backup_and_a_terminal_that_has_a_store_are_refused(clinic, sealed):
    manifest = manifest_of(sealed)
    other = Restoring(clinic.new, "H99010299999", clinic.safe.public_hex, clinic.new_vault)
    code_ = refused(lambda: other.restore(sealed, manifest, clinic.clock()))
    assert code_ == "backup.other_clinic"
    (clinic.new / "terminal.db").write_bytes(b"what is there")
    assert refused(clinic.restore) == "restore.store_there"
    assert (clinic.new / "terminal.db").read_bytes() == b"what is there"


def test_a_stick_that_is_full_or_gone_keeps_what_it_had(clinic, sealed):
    before = sealed.read_bytes()
    clinic.stick.rename(clinic.stick.with_name("pulled"))
    assert refused(lambda: clinic.back_up(timedelta(hours=1))) == "backup.not_written"
    clinic.stick.with_name("pulled").rename(clinic.stick)
    assert sealed.read_bytes() == before
    assert not (clinic.old / "backup.part").exists()


def test_a_stick_keeps_the_newest_week(clinic, sealed):
    for hour in range(1, KEPT_MAX + 3):
        newest = clinic.back_up(timedelta(hours=hour))
    kept = backups_in(clinic.stick, CLINIC.fixmedins_code)
    assert len(kept) == KEPT_MAX
    assert kept[0][1] == newest
    assert newest.name == backup_name(kept[0][0])


def test_a_restore_that_the_power_cut_broke_off_can_begin_again(clinic, sealed):
    (clinic.new / "restore.part").mkdir()
    (clinic.new / "restore.part/terminal.db").write_bytes(b"half")
    (clinic.new / "ledger.head").write_bytes(b"of a store that did not come")
    assert clinic.restore().open_visits == 0
    with_store = Store(clinic.new / "terminal.db", KEY)
    try:
        assert clinic.verdict(with_store).broken is None
    finally:
        with_store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[SandboxCounty, CountyEnrolment]]:
    (tmp_path / "county").mkdir()
    enrolment = CountyEnrolment()
    with SandboxCounty(tmp_path / "county", enrolment=enrolment) as running:
        yield running, enrolment


def of_clinic(
    folder: Path, office: tuple[SandboxCounty, CountyEnrolment], clinic: str, vault: Vault
) -> Settings:
    """The settings of a terminal that the county has given a certificate for this clinic."""
    county, enrolment = office
    identity = Identity(folder / "identity", vault.tls_keys)
    certificate = enrolment.certify(identity.request(clinic, "1"), clinic)
    identity.take(certificate, enrolment.authority_pem, clinic, wall.now())
    return Settings(
        data_dir=folder,
        fixmedins_code=clinic,
        county_url=county.address,
        county_ca_file=county.authority,
        backup_public_key=county.safe.key.public_hex,
    )


def test_the_county_seals_only_the_newest_for_the_terminal_that_is_enrolled(
    clinic, sealed, office, tmp_path
):
    """Over real mutual TLS."""
    county, _ = office
    clinic.safe, ours = county.safe.key, CLINIC.fixmedins_code
    old = of_clinic(clinic.old, office, ours, clinic.old_vault)
    new = of_clinic(clinic.new, office, ours, clinic.new_vault)
    before = sorted(each.name for each in clinic.new.iterdir())
    assert refused(lambda: restore_from_county(new)) == "backup.none_here"
    number = back_up_to_county(old)["number"]
    older = clinic.back_up().read_bytes()  # The clock of these tests stands years before.
    assert county.safe.handle("PUT", f"/backups/{ours}", older, ours)[0] == 409
    assert refused(lambda: restore_from_county(new)) == "backup.county_refused"
    county.safe.enrolled[ours] = clinic.new_vault.device_keys()[0].public_key
    status, _, told = county.safe.handle("GET", f"/backups/{ours}", b"", "H99010299999")
    assert (status, told) == (403, b"")
    left = sorted(each.name for each in clinic.new.iterdir() if each.suffix != ".lock")
    assert left == before
    assert restore_from_county(new).manifest.number == number
    assert county.safe.replaced == {clinic.old_vault.device_keys()[0].public_key.lower()}
    assert refused(lambda: back_up_to_county(old)) == "backup.county_refused"
    assert refused(lambda: restore_from_county(new)) == "restore.store_there"


def test_the_commands_make_reseal_and_take_a_backup_over(clinic, sealed, tmp_path):
    safe = clinic.safe.public_hex.lower()
    told = {"fixmedins_code": CLINIC.fixmedins_code, "backup_public_key": safe}
    old = Settings(data_dir=clinic.old, **told)
    new = Settings(data_dir=clinic.new, clinic_name="还没有名字", **told)
    number = back_up(old, clinic.stick)["number"]
    assert refused(lambda: restore_from(new, clinic.stick)) == "restore.key_wanted"
    backup = newest_in(clinic.stick, CLINIC.fixmedins_code)[1]
    reseal_for(backup, clinic.new_vault.device_keys()[0].public_key, clinic.safe.private_hex)
    assert restore_from(new, clinic.stick).manifest.number == number
    before = (clinic.new / "terminal.toml.before").read_text("utf-8")
    assert tomllib.loads(before)["fixmedins_code"] == CLINIC.fixmedins_code
    assert "secret" not in before
    assert refused(lambda: back_up(Settings(data_dir=clinic.old), clinic.stick)) == "backup.no_safe"
    opened = open_settled_store(new)
    opened.close()


def test_a_later_visit_of_the_same_sum_is_not_taken_for_the_open_one(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    clinic.clock.now += timedelta(minutes=30)
    other = old.priced(WANG, code(PARACETAMOL, 9))
    with suppress(Fault):  # The waiting visit of the same person is to be judged first.
        old.confirm(other)
    old.judge_all(other)
    old.confirm(other)
    assert old.state(other) is VisitState.SETTLED
    old.close()
    clinic.reseal(backup)
    clinic.restore()
    new = successor()
    new.till.ask_now()
    assert new.state(visits[0]) is not VisitState.SETTLED
    assert [new.state(each) for each in visits[1:]] == [VisitState.SETTLED] * 2
    assert len(charges(province)) == len(PEOPLE)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """A disk that is full behind so many bytes, as the kernel tells it (setrlimit(2))."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("kilobytes", [0, 40, 200, 500])
def test_a_full_disk_is_said_and_leaves_everything_as_it_was(clinic, sealed, kilobytes):
    before = sealed.read_bytes()
    assert len(before) > 500 * 1024
    with no_file_larger_than(kilobytes * 1024):
        made = refused(lambda: clinic.back_up(timedelta(hours=1)))
        taken = refused(clinic.restore)
    assert made in {"backup.not_written", "store.away"}
    assert taken in {"restore.not_written", "store.away"}
    assert [sealed.read_bytes()] == [each.read_bytes() for each in clinic.stick.glob("*.backup")]
    assert untouched(clinic)
    assert clinic.restore().open_visits == 0
