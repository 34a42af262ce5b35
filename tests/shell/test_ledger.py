"""What was decided stands in the ledger, and what was done to the ledger is seen."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from terminal.core.faults import Refused
from terminal.core.ledger import BEGINNING, Deed, Entry, digest_of
from terminal.core.ledger_check import Break, LedgerVerdict
from terminal.core.money import Money
from terminal.core.national_crypto import new_sm2_key, sm3
from terminal.core.recognition import Challenged
from terminal.health import Health
from terminal.ledger import Ledger
from terminal.ledger_head import HEAD_FILE
from terminal.ledger_start import note_start
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.database import Database, IntegrityError
from terminal.store.face_record import FaceDecision, FaceOutcome
from terminal.vault import DeviceKey
from tests.clinic import AMOXICILLIN, DEVICE_KEY, KEY, LI, WANG, Clock, code
from tests.rooms import Rooms

Start = Callable[..., Rooms]
EVERY = 10
RARE = (
    Deed.ENROLLED, Deed.WITHDRAWN, Deed.ERASED, Deed.SETTING_CHANGED, Deed.WEIGHTS_CHANGED,
    Deed.KEY_CHANGED, Deed.VERIFIED, Deed.BREAK_FOUND,
)  # fmt: skip


class House:
    """A store with its ledger, that may be opened, copied, forged and started again."""

    def __init__(self, folder: Path, clock: Clock, key: DeviceKey = DEVICE_KEY) -> None:
        self.folder, self.clock, self.key = folder, clock, key
        self.health = Health()
        self.path = folder / "terminal.db"

    @contextmanager
    def started(self) -> Iterator[Ledger]:
        store = Store(self.path, KEY)
        try:
            self.store = store
            self.health = Health()
            ledger = Ledger(store, self.key, self.folder, EVERY, self.clock, self.health)
            ledger.look()
            yield ledger
            ledger.stop()
        finally:
            store.close()

    def filled(self, count: int = 35, who: str = "D1") -> None:
        with self.started() as ledger:
            for number in range(count):
                self.store.ledger.add(Deed.SETTLED, self.clock(), {"own_fen": number}, who=who)
                ledger.work()

    def forge(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        """What somebody with the database's key can do."""
        database = Database(self.path, KEY)
        try:
            with database.transaction() as db:
                db.execute("PRAGMA defer_foreign_keys = ON")
                triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                for row in triggers.fetchall():
                    db.execute(f"DROP TRIGGER {row['name']}")
                for sql, values in statements:
                    db.execute(sql, values)
        finally:
            database.close()

    def read(self) -> LedgerVerdict:
        """A reading by somebody else than the terminal, before its next start."""
        store = Store(self.path, KEY)
        try:
            return Ledger(store, self.key, self.folder, EVERY, self.clock, Health()).verdict()
        finally:
            store.close()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> House:
    return House(tmp_path, clock)


def entries(store: Store) -> list[Entry]:
    return [kept.entry for kept in store.ledger.entries()]


def deeds(store: Store) -> list[str]:
    return [entry.deed for entry in entries(store)]


def facts(store: Store, deed: Deed) -> dict[str, Any]:
    (entry,) = [entry for entry in entries(store) if entry.deed == deed]
    told: dict[str, Any] = json.loads(entry.facts)
    return told


# --- what stands in it
def test_a_visit_leaves_who_decided_what_in_its_order(rooms: Start) -> None:
    here = rooms()
    here.store.ledger.who = lambda: "D431024000991"
    visit_id = here.priced(WANG, code(AMOXICILLIN, 1))
    here.confirm(visit_id)
    assert deeds(here.store) == ["presented", "person_confirmed", "amount_confirmed", "settled"]
    record, settled = here.record(visit_id), facts(here.store, Deed.SETTLED)
    assert settled["visit"] == visit_id
    assert settled["setl_id"] == record.setl_id
    assert (settled["own_fen"], settled["fund_fen"]) == (
        (record.settled or {})["own"],
        (record.settled or {})["fund"],
    )
    assert facts(here.store, Deed.AMOUNT_CONFIRMED)["own_fen"] == settled["own_fen"]
    assert {entry.who for entry in entries(here.store)} == {"D431024000991"}


def test_nobody_is_named_in_it(rooms: Start) -> None:
    here = rooms()
    box = code(AMOXICILLIN, 1)
    visit_id = here.priced(WANG, box)
    here.confirm(visit_id)
    here.undoing.cancel(visit_id, "王建国开错了药")
    told = "".join(entry.facts for entry in entries(here.store))
    for secret in ("王建国", WANG, WANG[-6:], box, "开错"):
        assert secret not in told


def test_a_cancelled_settlement_is_asked_for_and_then_done(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, code(AMOXICILLIN, 1))
    here.confirm(visit_id)
    here.undoing.cancel(visit_id, "开错了药")
    assert deeds(here.store)[-2:] == ["cancellation_asked", "cancelled"]
    cancelled = facts(here.store, Deed.CANCELLED)
    assert cancelled["setl_id"] == facts(here.store, Deed.SETTLED)["setl_id"]


def test_a_person_refused_and_one_who_left_are_told_apart(rooms: Start) -> None:
    here = rooms()
    here.reception.open_by_id_number(WANG)
    here.reception.refuse_person(here.counter.front or "")
    here.traced(LI)
    here.reception.leave(here.counter.front or "")
    assert deeds(here.store)[1:] == [
        "person_refused", "presented", "person_confirmed", "closed_unbilled",
    ]  # fmt: skip


def test_an_amount_that_was_refused_is_no_entry_and_no_gap(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, code(AMOXICILLIN, 1))
    revision = here.store.visits.visit(visit_id).revision
    before = deeds(here.store)
    with pytest.raises(Refused):
        here.till.confirm_amount(visit_id, revision, replace(here_own(here), fen=1))
    assert deeds(here.store) == before
    here.confirm(visit_id)
    assert [entry.number for entry in entries(here.store)] == [1, 2, 3, 4]


def here_own(here: Rooms) -> Money:
    return Money((here.record(here.counter.front or "").pre_settlement or {})["own"])


@pytest.mark.parametrize(
    ("outcome", "deed"),
    [
        (FaceOutcome.KNOWN, "recognised"),
        (FaceOutcome.AGREES, "recognised"),
        (FaceOutcome.DOUBTED, "look_alikes"),
        (FaceOutcome.UNKNOWN, "not_recognised"),
        (FaceOutcome.NOT_LIVE, "not_recognised"),
        (FaceOutcome.CHALLENGE_FAILED, "not_recognised"),
        (FaceOutcome.STREAM_DOUBTED, "not_recognised"),
    ],
)
def test_what_was_made_of_a_face_stands_once_in_it(
    store: Store, clock: Clock, outcome: FaceOutcome, deed: str
) -> None:
    store.face_record.note(
        FaceDecision(outcome, "camera", similarity=0.61234, challenged=Challenged.PASSED), clock()
    )
    (entry,) = entries(store)
    assert entry.deed == deed
    assert json.loads(entry.facts) == {"outcome": outcome.value, "similarity": "0.6123"}


# --- only ever added to
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger SET facts = '{}' WHERE number = 2",
        "DELETE FROM ledger WHERE number = 3",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT 1, at, deed, who, '', digest FROM ledger LIMIT 1",
        "INSERT INTO ledger SELECT 9, at, deed, who, facts, digest FROM ledger WHERE number = 1",
        "UPDATE ledger_seal SET at = ''",
        "DELETE FROM ledger_seal",
        "INSERT OR REPLACE INTO ledger_seal SELECT * FROM ledger_seal",
    ],
)
def test_the_store_does_not_take_a_change_of_what_stands_there(house: House, sql: str) -> None:
    house.filled(3)
    database = Database(house.path, KEY)
    try:
        with pytest.raises(IntegrityError), database.transaction() as db:
            db.execute(sql)
    finally:
        database.close()
    assert house.read().sound


@pytest.mark.parametrize("deed", RARE)
def test_a_rare_deed_is_found_without_reading_every_entry(
    tmp_path: Path, clock: Clock, deed: Deed
) -> None:
    """At each start and each seal these are asked for, beside a million others."""
    asked: list[str] = []

    class Listening(Database):
        def rows(self, sql: str, values: Any = ()) -> list[Any]:
            plan = super().rows(f"EXPLAIN QUERY PLAN {sql}", values)
            asked.append(" ".join(row["detail"] for row in plan))
            return super().rows(sql, values)

    store = Store(tmp_path / "terminal.db", KEY, Listening)
    try:
        asked.clear()
        store.ledger.last_of(deed)
        store.ledger.of(deed)
        assert len(asked) == 2
        assert all("ledger_by_deed" in plan for plan in asked)
    finally:
        store.close()


def test_what_is_undone_leaves_no_gap(store: Store, clock: Clock) -> None:
    store.ledger.add(Deed.SETTLED, clock(), {})

    def undone() -> None:
        with store.transaction():
            store.ledger.add(Deed.SETTLED, clock(), {"own_fen": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    store.ledger.add(Deed.SETTLED, clock(), {"own_fen": 2})
    assert [(entry.number, entry.facts) for entry in entries(store)] == [
        (1, "{}"),
        (2, '{"own_fen":2}'),
    ]


def test_two_threads_add_to_one_chain(house: House) -> None:
    with house.started() as ledger:
        ledger.work()  # The day's first reading.

        def add(who: str) -> None:
            for number in range(60):
                house.store.ledger.add(Deed.SETTLED, house.clock(), {"n": number}, who=who)
                ledger.work()

        threads = [threading.Thread(target=add, args=(who,)) for who in ("D1", "D2", "D3")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        verdict = ledger.verdict()
        assert (verdict.broken, verdict.entries) == (None, 181)


# --- seals
def test_a_seal_is_due_after_so_many_entries_and_not_before(house: House) -> None:
    with house.started() as ledger:
        ledger.work()  # Its first reading today.
        sealed = len(house.store.ledger.seals())
        for number in range(EVERY - 2):
            house.store.ledger.add(Deed.SETTLED, house.clock(), {"n": number})
        ledger.work()
        assert len(house.store.ledger.seals()) == sealed
        house.store.ledger.add(Deed.SETTLED, house.clock(), {})
        ledger.work()
        assert len(house.store.ledger.seals()) == sealed + 1


def test_what_is_there_is_sealed_when_the_day_is_over(house: House) -> None:
    with house.started() as ledger:
        house.store.ledger.add(Deed.SETTLED, house.clock(), {})
        ledger.work()
        sealed = len(house.store.ledger.seals())
        ledger.work()
        assert len(house.store.ledger.seals()) == sealed
        house.clock.now += timedelta(hours=1)
        ledger.work()
        assert len(house.store.ledger.seals()) == sealed + 1


def test_what_is_not_written_for_sure_is_never_sealed(house: House) -> None:
    with house.started() as ledger:

        def too_early() -> None:
            with house.store.transaction():
                house.store.ledger.add(Deed.SETTLED, house.clock(), {})
                ledger.seal()

        with pytest.raises(RuntimeError):
            too_early()
        assert not (house.folder / HEAD_FILE).exists()


def test_a_stop_seals_and_the_next_start_finds_nothing(house: House) -> None:
    house.filled(3)
    assert house.read().sealed_to == 4
    with house.started():
        assert house.health.away() == {}
        assert Deed.BREAK_FOUND not in deeds(house.store)


def test_each_day_has_one_reading_from_the_beginning(house: House) -> None:
    house.filled(15)
    with house.started() as ledger:
        for _ in range(3):
            ledger.work()
        assert deeds(house.store).count("verified") == 1
        house.clock.now += timedelta(days=1)
        ledger.work()
        told = house.store.ledger.last_of(Deed.VERIFIED)
        assert told is not None
        assert json.loads(told.facts) == {"entries": 16, "sealed_to": 16}


def test_a_head_that_cannot_be_written_is_said_and_the_clinic_goes_on(house: House) -> None:
    with house.started() as ledger:
        (house.folder / f"{HEAD_FILE}.part").mkdir()
        house.store.ledger.add(Deed.SETTLED, house.clock(), {})
        ledger.look()
        assert house.health.away() == {"ledger": "ledger.head_not_written"}
        house.store.ledger.add(Deed.SETTLED, house.clock(), {})
        (house.folder / f"{HEAD_FILE}.part").rmdir()
        ledger.look()
        assert house.health.away() == {}


# --- what somebody with the database's key does to it
def rewritten(house: House, number: int) -> list[tuple[str, tuple[object, ...]]]:
    """One entry changed and every digest behind it reckoned anew."""
    store = Store(house.path, KEY)
    rows = [kept.entry for kept in store.ledger.entries()]
    store.close()
    rows[number - 1] = replace(rows[number - 1], facts='{"own_fen":0}')
    before, told = BEGINNING, []
    for entry in rows:
        before = digest_of(before, entry)
        sql = "UPDATE ledger SET facts = ?, digest = ? WHERE number = ?"
        told.append((sql, (entry.facts, before, entry.number)))
    return told


SWAP = [
    ("UPDATE ledger SET number = -17 WHERE number = 17", ()),
    ("UPDATE ledger SET number = 17 WHERE number = 18", ()),
    ("UPDATE ledger SET number = 18 WHERE number = -17", ()),
]


@pytest.mark.parametrize(
    ("statements", "broken", "number"),
    [
        ([("UPDATE ledger SET facts = '{\"own_fen\":1}' WHERE number = 17", ())], Break.EDITED, 17),
        ([("UPDATE ledger SET who = 'D2' WHERE number = 33", ())], Break.EDITED, 33),
        ([("UPDATE ledger SET digest = zeroblob(32) WHERE number = 1", ())], Break.EDITED, 1),
        ([("DELETE FROM ledger WHERE number = 17", ())], Break.REMOVED, 17),
        (SWAP, Break.REORDERED, 17),
        (
            [
                ("DELETE FROM ledger_seal WHERE number > 12", ()),
                ("DELETE FROM ledger WHERE number > 12", ()),
            ],
            Break.CUT,
            13,
        ),
        ([("UPDATE ledger_seal SET signature = upper(at)", ())], Break.BAD_SEAL, None),
    ],
)
def test_what_was_done_to_the_rows_is_named_with_its_number(
    house: House,
    statements: list[tuple[str, tuple[object, ...]]],
    broken: Break,
    number: int | None,
) -> None:
    house.filled()
    house.forge(*statements)
    verdict = house.read()
    assert verdict.broken is broken
    assert number in (None, verdict.number)


def test_digests_reckoned_anew_are_shown_by_the_next_seal(house: House) -> None:
    house.filled()
    house.forge(*rewritten(house, 17))
    verdict = house.read()
    assert verdict.broken is Break.REWRITTEN
    assert verdict.sealed_to < 17 <= (verdict.number or 0) <= 17 + EVERY


def test_one_byte_of_the_file_changed_is_found(house: House) -> None:
    house.filled(400)
    raw = bytearray(house.path.read_bytes())
    raw[-2_000] ^= 1
    house.path.write_bytes(raw)
    with pytest.raises(Refused) as refused:
        house.read()
    assert refused.value.code in ("store.damaged", "store.will_not_open")


# --- what the next start sees
def test_yesterdays_copy_put_back_is_seen_and_the_clinic_goes_on(house: House) -> None:
    house.filled(12)
    shutil.copy(house.path, house.folder / "yesterday.db")
    with house.started():
        house.store.ledger.add(Deed.SETTLED, house.clock(), {})
    (house.folder / "yesterday.db").replace(house.path)
    with house.started() as ledger:
        assert house.health.away() == {"ledger": "ledger.cut"}
        noted = facts(house.store, Deed.BREAK_FOUND)
        assert noted["code"] == "ledger.cut"
        assert noted["head"]["n"] == noted["entries"] + 1
        house.store.ledger.add(Deed.SETTLED, house.clock(), {})
        verdict = ledger.verify()
        assert (verdict.broken, verdict.number) == (Break.CUT, noted["entries"] + 1)
    with house.started() as ledger:
        assert house.health.away() == {"ledger": "ledger.broken_before"}
        assert ledger.verdict().broken is Break.NOTED
    assert len(list(house.folder.glob(f"{HEAD_FILE}.*"))) == 1


def test_a_seal_taken_away_with_the_head_is_seen_at_the_next_start(house: House) -> None:
    house.filled(12)
    (house.folder / HEAD_FILE).unlink()
    assert house.read().broken is Break.HEAD_MISSING
    with house.started():
        assert house.health.away() == {"ledger": "ledger.head_missing"}


def test_old_entries_without_any_seal_have_lost_theirs(house: House) -> None:
    with house.started():
        house.store.ledger.add(Deed.ENROLLED, house.clock(), {"person": "p1"}, who="D1")
    house.forge(("DELETE FROM ledger_seal", ()))
    (house.folder / HEAD_FILE).unlink()
    with house.started():  # As after an enrolment before the first start.
        assert house.health.away() == {}
    house.forge(("DELETE FROM ledger_seal", ()))
    (house.folder / HEAD_FILE).unlink()
    house.clock.now += timedelta(days=8)
    with house.started():
        assert house.health.away() == {"ledger": "ledger.never_sealed"}


@pytest.mark.parametrize("told", [b"", b"nothing", b'{"head":{}}', b"\xff" * 9_000])
def test_a_head_without_sense_is_seen(house: House, told: bytes) -> None:
    house.filled(12)
    (house.folder / HEAD_FILE).write_bytes(told)
    assert house.read().broken is Break.HEAD_UNREADABLE
    with house.started():
        assert house.health.away() == {"ledger": "ledger.head_unreadable"}


def test_another_terminals_whole_database_is_seen(house: House, tmp_path: Path) -> None:
    house.filled(12)
    pair = new_sm2_key()
    other = House(tmp_path / "other", house.clock, DeviceKey(pair.private_hex, pair.public_hex))
    other.filled(40, "D2")
    shutil.copy(other.path, house.path)
    assert house.read().broken in (Break.REWRITTEN, Break.FOREIGN_KEY)
    with house.started():
        assert house.health.away() == {"ledger": "ledger.rewritten"}
    shutil.copy(other.path, house.path)
    shutil.copy(other.folder / HEAD_FILE, house.folder / HEAD_FILE)
    assert house.read().broken is Break.FOREIGN_KEY
    with house.started():
        assert house.health.away() == {"ledger": "ledger.foreign_key"}


def test_an_edit_behind_the_last_seal_is_seen_at_the_start(house: House) -> None:
    house.filled(12)
    house.forge(
        ("INSERT INTO ledger SELECT max(number) + 1, at, deed, who, '{}', digest FROM ledger", ())
    )
    with house.started():
        assert house.health.away() == {"ledger": "ledger.edited"}


def test_a_power_cut_between_entry_and_seal_is_no_break(house: House) -> None:
    house.filled(12)
    store = Store(house.path, KEY)
    for number in range(3):
        store.ledger.add(Deed.SETTLED, house.clock(), {"n": number})
    store.close()
    with house.started() as ledger:
        assert house.health.away() == {}
        assert ledger.verify().sound


# --- what a start notes
def test_a_start_notes_what_was_set_differently_and_no_secret(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    first = Settings(data_dir=tmp_path, province_secret="a secret")  # type: ignore[arg-type]
    note_start(store, first, {"eyes.onnx": "00"}, clock())
    note_start(store, first, {"eyes.onnx": "00"}, clock())
    assert deeds(store) == ["setting_changed", "weights_changed"]
    second = first.model_copy(update={"live_min": 0.5, "clinic_name": "王建国的卫生室"})
    note_start(store, second, {"eyes.onnx": "01"}, clock())
    assert deeds(store)[2:] == ["setting_changed", "weights_changed"]
    told = json.loads(entries(store)[2].facts)
    assert told["changed"] == ["clinic_name", "live_min"]
    assert told["values"] == {"live_min": "0.5"}
    everything = "".join(entry.facts for entry in entries(store))
    assert "王建国" not in everything
    assert "a secret" not in everything


def test_a_short_secret_cannot_be_guessed_from_its_digest(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, province_secret="1234")  # type: ignore[arg-type]
    note_start(store, settings, {}, clock())
    told = json.loads(entries(store)[-1].facts)["digests"]["province_secret"]
    assert told != sm3(repr("1234").encode()).hex()[:16]
    other = Store(tmp_path / "another.db", KEY)
    note_start(other, settings, {}, clock())
    assert json.loads(entries(other)[-1].facts)["digests"]["province_secret"] != told
    other.close()


def test_a_secret_set_anew_is_noted_without_it(store: Store, clock: Clock, tmp_path: Path) -> None:
    for secret in ("one", "another"):
        settings = Settings(data_dir=tmp_path, province_secret=secret)  # type: ignore[arg-type]
        note_start(store, settings, {}, clock())
    told = json.loads(entries(store)[-1].facts)
    assert told["changed"] == ["province_secret"]
    assert told["values"] == {}
