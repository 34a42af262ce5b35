"""The encrypted file: who may open it, what survives, what is never two."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.consent import Consent
from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.money import Money
from terminal.core.people import Person
from terminal.core.recognition import Template
from terminal.core.visit import VisitEvent, VisitState
from terminal.province.envelope import Caller, envelope
from terminal.store import Store
from terminal.store.bill_line import BillLine
from terminal.store.database import Database, IntegrityError
from terminal.store.journal import Outcome
from terminal.store.packing import packed, unpacked
from terminal.store.schema import MIGRATIONS
from tests.clinic import KEY, Clock, code

WANG = Person("p1", "psn-1", "王建国", "991024196503121030", "1", date(1965, 3, 12))
BOX = code("8910037", 1)

PACKED_IN_MARCH = "012318f0060696968640379a1918035b7a16402dc0469f911989d6189a83621900"
"""A message as a clinic's store has it."""


def identified(store: Store, visit_id: str, clock: Clock) -> None:
    """A visit that takes lines."""
    store.people.keep(WANG)
    store.visits.open(visit_id, "D1", clock())
    for event in (VisitEvent.PERSON_PRESENTED, VisitEvent.DOCTOR_CONFIRMED_PERSON):
        store.visits.record(visit_id, event, clock(), changes={"person_id": "p1"})


def add_box(store: Store, visit_id: str, clock: Clock, trace_code: str = BOX) -> None:
    store.lines.add(
        BillLine(
            visit_id=visit_id,
            number=store.lines.next_number(visit_id),
            item_code="YP0001",
            category="ordinary",
            quantity=Decimal(1),
            price=Decimal("4.00"),
            total=Money(400),
            trace_code=trace_code,
            feedetl_sn=str(store.journal.next_number("feedetl_sn")),
        ),
        clock(),
    )


def code_of(act: Callable[[], object]) -> str:
    """The code of the fault that this raises."""
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


# --- encrypted


def test_nothing_of_a_person_lies_readable_in_any_file(tmp_path: Path, clock: Clock) -> None:
    store = Store(tmp_path / "terminal.db", KEY)
    identified(store, "v1", clock)
    add_box(store, "v1", clock)
    store.journal.sending("m1", "1101", None, "王建国 请求".encode(), clock())
    secrets = [WANG.name.encode(), WANG.id_number.encode(), BOX.encode(), b"CREATE TABLE", KEY]
    for _ in ("while open", "after closing"):
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert any(path.stat().st_size for path in files)
        for path in files:
            held = path.read_bytes()
            assert not [secret for secret in secrets if secret in held], path.name
            assert not held.startswith(b"SQLite format 3")
        store.close()


def test_an_erased_face_leaves_the_store_and_its_gallery(store: Store, clock: Clock) -> None:
    store.people.keep(WANG)
    faces = {
        "k1": Template(b"\x01" * 512, "digest", 0.9),
        "k2": Template(b"\x02" * 512, "digest", 1),
    }
    store.people.enrol("p1", Consent("1", "D1"), faces, clock())
    assert [person for person, _ in store.people.templates()] == ["p1", "p1"]
    assert store.people.erase_templates("p1") == 2
    assert store.people.templates() == []


def test_enrolling_again_replaces_faces_of_the_same_weights(store: Store, clock: Clock) -> None:
    store.people.keep(WANG)
    for consent in ("c1", "c2"):
        faces = {f"{consent}-{n}": Template(b"\x01" * 512, "digest", 0.9) for n in range(3)}
        store.people.enrol("p1", Consent("1", "D1"), faces, clock())
    assert len(store.people.templates()) == 3


# --- who may open it


def test_a_wrong_key_opens_nothing_and_lets_the_right_one_in_after(tmp_path: Path) -> None:
    Store(tmp_path / "terminal.db", KEY).close()
    assert code_of(lambda: Store(tmp_path / "terminal.db", bytes(32))) == "store.will_not_open"
    Store(tmp_path / "terminal.db", KEY).close()


def test_a_file_damaged_at_its_head_is_refused(tmp_path: Path) -> None:
    Store(tmp_path / "terminal.db", KEY).close()
    held = bytearray((tmp_path / "terminal.db").read_bytes())
    held[100:200] = bytes(100)
    (tmp_path / "terminal.db").write_bytes(held)
    assert code_of(lambda: Store(tmp_path / "terminal.db", KEY)) == "store.will_not_open"


def test_a_file_damaged_in_its_middle_is_said_to_be_damaged(tmp_path: Path, clock: Clock) -> None:
    store = Store(tmp_path / "terminal.db", KEY)
    noise = random.Random(1)  # noqa: S311 - what packs badly fills pages behind the tables.
    for number in range(200):
        store.journal.sending(f"m{number}", "1101", None, noise.randbytes(2000), clock())
    store.close()
    held = bytearray((tmp_path / "terminal.db").read_bytes())
    pages = len(held) // 4096
    for page in range(pages // 2, pages):  # Behind the list of tables, which opens it.
        held[page * 4096 + 50 : page * 4096 + 60] = bytes(10)
    (tmp_path / "terminal.db").write_bytes(held)
    store = Store(tmp_path / "terminal.db", KEY)
    codes = {code_of(lambda: [store.journal.message(f"m{n}") for n in range(200)])}
    store.close()
    assert codes == {"store.damaged"}


def test_a_newer_file_is_left_as_it_is(tmp_path: Path) -> None:
    database = Database(tmp_path / "terminal.db", KEY)
    with database.transaction() as db:
        db.execute("PRAGMA user_version = 99")
    database.close()
    assert code_of(lambda: Store(tmp_path / "terminal.db", KEY)) == "store.newer"
    assert code_of(lambda: Store(tmp_path / "terminal.db", KEY)) == "store.newer"


HOLDER = """
import sys
from pathlib import Path
from terminal.store import Store
store = Store(Path(sys.argv[1]), bytes(range(32)))
print("open", flush=True)
sys.stdin.read()
"""


def test_another_process_that_holds_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "terminal.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(Refused) as refused:
            Store(path, KEY)
        assert (refused.value.code, refused.value.facts) == (
            "store.held",
            {"process": str(other.pid)},
        )
        other.kill()
    Store(path, KEY).close()


def test_a_folder_that_cannot_be_made_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert code_of(lambda: Store(tmp_path / "file" / "terminal.db", KEY)) == "store.away"


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    assert code_of(store.visits.unfinished) == "store.away"
    assert code_of(lambda: store.journal.next_number("msgid")) == "store.away"


# --- migrations


def test_a_file_of_the_first_version_is_brought_forward_with_what_it_holds(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terminal.store.database.MIGRATIONS", MIGRATIONS[:1])
    old = Database(tmp_path / "terminal.db", KEY)
    with old.transaction() as db:
        db.execute("INSERT INTO person VALUES ('p1', 'n1', '王建国', '1', '1', '1965-03-12')")
        db.execute(
            "INSERT INTO visit (visit_id, state, opened_at, doctor_code)"
            " VALUES ('v1', 'traced', ?, 'D1')",
            (clock().isoformat(),),
        )
        db.execute(
            "INSERT INTO line VALUES ('v1', 1, 'YP0001', 'ordinary', '1', '4.00', 400, ?, '1', ?,"
            " NULL)",
            (BOX, clock().isoformat()),
        )
    old.close()
    monkeypatch.undo()
    store = Store(tmp_path / "terminal.db", KEY)
    assert [line.trace_code for line in store.lines.of("v1")] == [BOX]
    identified(store, "v2", clock)
    assert code_of(lambda: add_box(store, "v2", clock)) == "scan.sold_before"
    store.close()


def test_a_migration_that_fails_leaves_the_old_version_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(tmp_path / "terminal.db", KEY).close()
    broken = (*MIGRATIONS, ("CREATE TABLE half (a TEXT) STRICT", "CREATE NONSENSE"))
    monkeypatch.setattr("terminal.store.database.MIGRATIONS", broken)
    assert code_of(lambda: Store(tmp_path / "terminal.db", KEY)) == "store.away"
    monkeypatch.undo()
    database = Database(tmp_path / "terminal.db", KEY)
    assert database.row("SELECT 1 FROM sqlite_master WHERE name = 'half'") is None
    database.close()


# --- writing and reading


def test_the_log_is_on_the_disk_before_a_call_returns(tmp_path: Path) -> None:
    database = Database(tmp_path / "terminal.db", KEY)
    with database.transaction() as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert db.execute("PRAGMA secure_delete").fetchone()[0] == 1
        spill = [row[0] for row in db.execute("PRAGMA compile_options") if "TEMP_STORE" in row[0]]
    assert spill == ["TEMP_STORE=2"], "sorting may spill to files that nobody encrypts"
    database.close()


def test_what_fails_inside_a_transaction_undoes_all_of_it(store: Store, clock: Clock) -> None:
    class PowerCut(BaseException):
        pass

    identified(store, "v1", clock)

    def cut_in_the_middle() -> None:
        with store.transaction():
            store.visits.record("v1", VisitEvent.ITEM_ADDED, clock())
            with store.transaction():
                store.journal.next_number("n")
            raise PowerCut

    with pytest.raises(PowerCut):
        cut_in_the_middle()
    assert store.visits.visit("v1").state is VisitState.IDENTIFIED
    assert store.journal.next_number("n") == 1


def test_inside_a_transaction_what_it_wrote_is_seen_and_outside_not_yet(
    store: Store, clock: Clock
) -> None:
    identified(store, "v1", clock)
    seen: list[VisitState] = []
    with store.transaction():
        store.visits.record("v1", VisitEvent.ITEM_ADDED, clock())
        assert store.visits.visit("v1").state is VisitState.TRACED
        reader = threading.Thread(target=lambda: seen.append(store.visits.visit("v1").state))
        reader.start()
        reader.join()
    assert seen == [VisitState.IDENTIFIED]


def test_a_message_is_never_written_down_where_it_could_be_undone(
    store: Store, clock: Clock
) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.journal.sending("m1", "2207A", None, b"", clock())
    assert store.journal.message("m1") is None


def test_many_threads_never_get_the_same_number(store: Store) -> None:
    given: list[int] = []

    def take() -> None:
        given.extend(store.journal.next_number("n") for _ in range(20))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 161))


def test_a_full_disk_is_a_fault_and_changes_nothing(tmp_path: Path) -> None:
    filled = Database(tmp_path / "small.db", KEY)
    with filled.transaction() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")

    def overfill() -> None:
        with filled.transaction() as db:
            db.execute("INSERT INTO fact VALUES ('a', '1')")
            db.execute("INSERT INTO fact VALUES ('b', ?)", ("x" * 100_000,))

    with pytest.raises(Unavailable) as away:
        overfill()
    assert away.value.code == "store.away"
    assert filled.rows("SELECT * FROM fact") == []
    filled.close()


# --- what is never two


def test_one_box_is_on_one_bill(store: Store, clock: Clock) -> None:
    for visit_id in ("v1", "v2"):
        identified(store, visit_id, clock)
    add_box(store, "v1", clock)
    assert code_of(lambda: add_box(store, "v1", clock)) == "scan.same_box"
    assert code_of(lambda: add_box(store, "v2", clock)) == "scan.sold_before"
    assert store.visits.visit("v2").state is VisitState.IDENTIFIED
    assert store.visits.visit("v1").revision == 1


def test_the_index_decides_when_two_scan_the_same_box_at_once(store: Store, clock: Clock) -> None:
    visits = [f"v{n}" for n in range(8)]
    for visit_id in visits:
        identified(store, visit_id, clock)
    refused: list[str] = []
    start = threading.Barrier(len(visits))

    def scan(visit_id: str) -> None:
        start.wait()
        try:
            add_box(store, visit_id, clock)
        except Refused as no:
            refused.append(no.code)

    threads = [threading.Thread(target=scan, args=(visit_id,)) for visit_id in visits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["scan.sold_before"] * 7
    assert sum(len(store.lines.of(visit_id)) for visit_id in visits) == 1


@pytest.mark.parametrize("how", ["line removed", "visit abandoned", "settlement cancelled"])
def test_a_box_that_came_back_may_be_scanned_again(store: Store, clock: Clock, how: str) -> None:
    identified(store, "v1", clock)
    identified(store, "v2", clock)
    add_box(store, "v1", clock)
    if how == "line removed":
        store.lines.remove("v1", 1, clock())
    elif how == "visit abandoned":
        store.settlements.abandon("v1", VisitEvent.ABANDONED, clock())
    else:
        to_cancelled(store, clock)
        assert len(store.lines.of("v1")) == 1  # What was on the bill can still be read.
    add_box(store, "v2", clock)


def to_cancelled(store: Store, clock: Clock) -> None:
    store.settlements.add("s1", "v1", "ordinary")
    steps: list[SettlementEvent | VisitEvent] = [
        SettlementEvent.PRE_SETTLED, VisitEvent.PRE_SETTLED, VisitEvent.AMOUNT_CONFIRMED,
        SettlementEvent.AMOUNT_CONFIRMED, SettlementEvent.SETTLEMENT_SENT,
        SettlementEvent.PROVINCE_SETTLED, SettlementEvent.CANCELLATION_SENT,
        SettlementEvent.PROVINCE_CANCELLED,
    ]  # fmt: skip
    for event in steps:
        if isinstance(event, VisitEvent):
            store.visits.record("v1", event, clock())
        else:
            store.settlements.record("s1", event, clock())


def test_a_settlement_takes_its_visit_along_in_the_same_breath(store: Store, clock: Clock) -> None:
    identified(store, "v1", clock)
    add_box(store, "v1", clock)
    to_cancelled(store, clock)
    assert store.settlements.settlement("s1").state is SettlementState.CANCELLED
    assert store.visits.visit("v1").state is VisitState.CANCELLED
    assert store.visits.came_to("v1", VisitState.SETTLED) == clock()
    assert store.visits.unfinished() == []


def test_one_setl_id_belongs_to_one_settlement(store: Store, clock: Clock) -> None:
    for number in ("1", "2"):
        store.visits.open(f"v{number}", "D1", clock())
        store.settlements.add(f"s{number}", f"v{number}", "ordinary")
    store.settlements.note("s1", setl_id="SETL")
    assert store.settlements.holder_of("SETL") == "s1"
    with pytest.raises(IntegrityError):
        store.settlements.note("s2", setl_id="SETL")


def test_money_that_may_have_moved_cannot_be_abandoned(store: Store, clock: Clock) -> None:
    identified(store, "v1", clock)
    add_box(store, "v1", clock)
    to_cancelled(store, clock)
    assert (
        code_of(lambda: store.settlements.abandon("v1", VisitEvent.ABANDONED, clock()))
        == "visit.no_such_step"
    )
    assert len(store.lines.of("v1")) == 1


# --- the journal


def test_a_message_number_is_never_given_twice_though_the_clock_stands_or_turns_back(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    with store.transaction() as db:
        db.execute("INSERT INTO counter VALUES ('msgid', 9998)")
    first = [store.journal.next_msgid("H43102400991", clock()) for _ in range(3)]
    assert [msgid[-4:] for msgid in first] == ["9999", "0000", "0001"]
    for msgid in first:
        store.journal.sending(msgid, "1101", None, b"", clock())
    with store.transaction() as db:
        db.execute("UPDATE counter SET value = 9998 WHERE name = 'msgid'")
    store.close()
    reopened = Store(tmp_path / "terminal.db", KEY)
    again = reopened.journal.next_msgid("H43102400991", clock())
    assert again not in first
    assert len(again) == 30
    reopened.close()


def test_message_numbers_are_never_given_twice_across_restarts(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    given = [store.journal.next_msgid("H43102400991", clock()) for _ in range(100)]
    store.close()
    reopened = Store(tmp_path / "terminal.db", KEY)
    given += [reopened.journal.next_msgid("H43102400991", clock()) for _ in range(100)]
    reopened.close()
    assert len(set(given)) == 200


@given(st.binary(max_size=2000))
def test_a_message_comes_back_as_it_was_kept(plain: bytes) -> None:
    assert unpacked(packed(plain)) == plain


def test_a_message_that_an_older_version_kept_is_still_read(store: Store, clock: Clock) -> None:
    store.journal.sending("m1", "2207A", None, b"?", clock())
    with store.transaction() as db:
        db.execute("UPDATE message SET request = ?, answer = ?", (b'{"infno": "2207A"}', b"<html>"))
    sent = store.journal.message("m1")
    assert sent is not None
    assert (sent.request, sent.answer) == (b'{"infno": "2207A"}', b"<html>")


def test_a_message_takes_a_third_of_its_size() -> None:
    clinic = ("H43102400991", "演示村卫生室", "431024", "YBXT", "V1.0", "D431024000991")
    caller = Caller(*clinic, "雷新民", "100001")
    node = {"data": {"psn_no": "43102400000000000001", "mdtrt_id": "4310242026030200000001"}}
    plain = envelope("5203", "H43102400991202603020800030017", caller, node, Clock()(), "431024")
    assert len(packed(plain)) * 3 < len(plain)


def test_the_dictionary_of_what_is_kept_is_never_another() -> None:
    """What lies in the clinics was packed with it: a change makes it unreadable."""
    kept = bytes.fromhex(PACKED_IN_MARCH)
    assert unpacked(kept).startswith(b'{"infno":"2207A"')


def test_an_outcome_that_was_not_written_down_is_known_as_such(store: Store, clock: Clock) -> None:
    store.journal.sending("m1", "2207A", None, b"?", clock())
    sent = store.journal.message("m1")
    assert sent is not None
    assert (sent.outcome, sent.left) == (Outcome.STOPPED, True)
    store.journal.heard("m1", "unavailable", "province.away", b"", clock())
    sent = store.journal.message("m1")
    assert sent is not None
    assert (sent.outcome, sent.left) == (Outcome.UNAVAILABLE, False)


def test_a_corrected_number_is_the_same_person_and_two_people_are_never_merged(
    store: Store,
) -> None:
    store.people.keep(WANG)
    other = Person("p2", "psn-2", "李秀英", "991024199007081045", "2", date(1990, 7, 8))
    store.people.keep(other)

    def told(psn_no: str, id_number: str) -> Person:
        return Person("?", psn_no, "王建国", id_number, "1", WANG.born)

    assert store.people.known_as(told("psn-1", "new")) == "p1"
    assert store.people.known_as(told("new", WANG.id_number)) == "p1"
    assert store.people.known_as(told("new", "new")) is None
    assert code_of(lambda: store.people.known_as(told("psn-1", other.id_number))) == (
        "person.two_records"
    )
