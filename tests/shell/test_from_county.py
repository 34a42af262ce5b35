"""What came from the county is put to use once, judged whole, and survives what breaks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.assembly.county_room import stage_settings
from terminal.bindings import Bindings
from terminal.core.consent import Consent
from terminal.core.county_files import CountyFile, CountyKind
from terminal.core.faults import Fault, Refused
from terminal.core.ledger import Deed, Entry
from terminal.core.national_crypto import new_sm2_key
from terminal.core.revocations import (
    Revocations,
    RevokedBinding,
    RevokedConsent,
    device_name,
    person_name,
    read_revocations,
)
from terminal.core.visit import VisitState
from terminal.county_duty import CountyDuty
from terminal.county_laid import CountyLaid
from terminal.county_shelf import CountyShelf
from terminal.county_signing import signed_file
from terminal.county_trial import SettingsTrial
from terminal.revoking import Revoking
from terminal.store import Store
from terminal.wellness import FILE, Wellness
from tests.clinic import LI, PARACETAMOL, WANG, Clock, code
from tests.counter import Counter
from tests.families import bound
from tests.rooms import Rooms
from tests.shell.between import Between, Message
from tests.shell.conftest import NOWHERE
from tests.shell.faces_in import DOCTOR, WANGS, template

KEY = new_sm2_key()
CLINIC = "H99102400001"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PEOPLE_KEY = bytes(range(32))
DEVICE = "04" + "ab" * 64
CODE = "revocations.unreadable"


def a_file(kind: CountyKind, revision: int, content: bytes) -> CountyFile:
    begins, ends = NOW - timedelta(days=1), NOW + timedelta(days=30)
    return CountyFile(kind, "991024", revision, begins, ends, content)


def of(store: Store, deed: Deed) -> list[Entry]:
    return [kept.entry for kept in store.ledger.entries() if kept.entry.deed == deed]


# --- revocations


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"\xff", b"[" * 3000, b'{"people": []}', b'{"devices": ["x"]}',
        b'{"consents": [{"person": "' + b"a" * 64 + b'"}]}',
        b'{"consents": [{"person": "' + b"a" * 64 + b'", "before": "2026-11-23"}]}',
        b'{"bindings": {}}', b'{"devices": [1]}',
    ],
)  # fmt: skip
def test_a_list_that_is_not_whole_is_not_read(content: bytes) -> None:
    with pytest.raises(Refused) as raised:
        read_revocations(content)
    assert raised.value.code == CODE


def test_a_name_is_of_one_person_and_one_key() -> None:
    assert person_name(WANG, PEOPLE_KEY) != person_name(LI, PEOPLE_KEY)
    assert person_name(WANG, PEOPLE_KEY) != person_name(WANG, bytes(32))


def revoking(counter: Counter, key: bytes = PEOPLE_KEY) -> Revoking:
    desk = counter.desk
    place = SimpleNamespace(store=counter.store, counter=desk.counter, now=counter.clock)
    return Revoking(
        counter.store,
        Bindings(place),  # type: ignore[arg-type]
        desk.consents,
        desk.counter.revoked,
        lambda: (DEVICE,),
        key.hex(),
    )


def test_a_revoked_consent_erases_the_face_and_a_newer_one_stands(counter: Counter) -> None:
    person_id = counter.knows(WANG)
    store, before = counter.store, counter.clock() + timedelta(hours=1)
    store.people.enrol(person_id, Consent("2.24", DOCTOR), {"k": template(WANGS)}, counter.clock())
    told = Revocations(consents=(RevokedConsent(person_name(WANG, PEOPLE_KEY), before),))
    rooms = revoking(counter)
    assert rooms.apply(told).consents == 1
    assert not store.faces.enrolled(person_id)
    entry = store.ledger.last_of(Deed.WITHDRAWN)
    assert entry is not None
    assert (entry.who, json.loads(entry.facts)["by"]) == ("county", "county")
    assert rooms.apply(told).consents == 0
    assert len(store.ledger.of(Deed.WITHDRAWN)) == 1
    counter.clock.now = before + timedelta(hours=1)
    store.people.enrol(person_id, Consent("2.24", DOCTOR), {"n": template(WANGS)}, counter.clock())
    assert rooms.apply(told).consents == 0
    assert store.faces.enrolled(person_id)


def test_a_revoked_binding_ends_once_and_by_the_county(counter: Counter) -> None:
    holder, member = counter.knows(WANG), counter.knows(LI)
    bound(counter.store, holder, member)
    names = person_name(WANG, PEOPLE_KEY), person_name(LI, PEOPLE_KEY)
    long_ago = Revocations(bindings=(RevokedBinding(*names, datetime(2020, 1, 1, tzinfo=UTC)),))
    told = Revocations(bindings=(RevokedBinding(*names, datetime(2030, 1, 1, tzinfo=UTC)),))
    rooms = revoking(counter)
    assert rooms.apply(long_ago).bindings == 0
    assert rooms.apply(told).bindings == 1
    assert rooms.apply(told).bindings == 0
    assert counter.store.families.open_of(holder) == []
    entry = of(counter.store, Deed.UNBOUND)[-1]
    assert json.loads(entry.facts)["ended_by"] == "county"


def test_people_are_not_guessed_without_the_countys_key(counter: Counter) -> None:
    told = Revocations(consents=(RevokedConsent(person_name(WANG, PEOPLE_KEY), NOW),))
    with pytest.raises(Refused) as raised:
        revoking(counter, b"").apply(told)
    assert raised.value.code == "revocations.no_key"


def test_a_revoked_device_charges_nothing_new_and_again_when_it_is_let(counter: Counter) -> None:
    visit = counter.priced(WANG, code(PARACETAMOL, 1))
    rooms = revoking(counter)
    assert rooms.apply(Revocations(devices=frozenset({device_name(DEVICE)}))).device_changed
    with pytest.raises(Refused) as raised:
        counter.desk.counter.revoked.refuse()
    assert raised.value.code == "device.revoked"
    after = _confirm(counter, visit)
    assert after.state is not VisitState.SETTLED
    assert not of(counter.store, Deed.SETTLED)
    rooms.apply(Revocations())
    assert _confirm(counter, counter.rested()).state is VisitState.SETTLED


def _confirm(counter: Counter, visit: object) -> object:
    try:
        return counter.confirm(visit)  # type: ignore[arg-type]
    except Fault:
        return counter.rested()


def test_what_waited_is_not_charged_by_a_revoked_device_and_not_taken_apart(
    rooms: Callable[..., Rooms], line: Between
) -> None:
    visit_id = rooms().priced(WANG, code(PARACETAMOL, 1))
    cut = rooms(NOWHERE)
    cut.counter.front = visit_id
    cut.confirm(visit_id)
    here = rooms()
    here.counter.revoked.note(True)
    here.till.ask_now()
    assert here.notice(visit_id) == "device.revoked"
    assert here.state(visit_id) is VisitState.CONFIRMED
    assert "2207A" not in line.asked
    here.counter.revoked.note(False)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED


def test_what_may_have_been_charged_is_found_out_by_a_revoked_device(
    rooms: Callable[..., Rooms], line: Between, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, code(PARACETAMOL, 1))
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    here.counter.revoked.note(True)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert line.asked.count("2207A") == 1


def test_a_revoked_device_writes_down_an_earlier_charge_that_shows_itself(
    rooms: Callable[..., Rooms], line: Between, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, code(PARACETAMOL, 1))
    province.faults.plant("refused", "2207A")
    here.confirm(visit_id)
    late = {"medins_setl_id": here.record(visit_id).settle_msgid, "refd_setl_flag": "0"}
    said: dict[str, Message] = {}

    def shows_itself(sent: Message, told: Message) -> Message:
        if sent["infno"] == "2206A":
            said.update(told["output"]["setlinfo"])
        elif sent["infno"] == "5203":
            told["output"]["setlinfo"] = {**said, **late, "setl_id": "LATE"}
        return told

    here.till.price(visit_id)
    cut = rooms(NOWHERE)
    cut.counter.front = visit_id
    cut.confirm(visit_id)
    line.answer = shows_itself
    here = rooms()
    here.counter.revoked.note(True)
    here.till.ask_now()
    assert here.record(visit_id).setl_id == "LATE"
    assert line.asked.count("2207A") == 1


# --- laid out


def test_what_is_laid_counts_while_it_is_what_was_laid(tmp_path: Path) -> None:
    laid = CountyLaid(tmp_path)
    kind = CountyKind.CATALOGUE
    laid.lay(a_file(kind, 1, b"one"), str)
    assert laid.in_force()["drugs_file"].read_bytes() == b"one"

    def no(_: str) -> None:
        raise Refused("catalogue.unreadable")

    with pytest.raises(Refused):
        laid.lay(a_file(kind, 2, b"two"), no)
    with pytest.raises(Refused):
        laid.lay(a_file(kind, 2, b"\xff"), str)
    assert laid.revision(kind) == 1
    laid.lay(a_file(kind, 3, b"three"), str)
    assert [path.name for path in tmp_path.glob("*.csv")] == ["catalogue-3.csv"]
    (tmp_path / "catalogue-3.csv").write_bytes(b"thief")
    assert laid.in_force() == {}
    laid.lay(a_file(kind, 4, b"four"), str)
    assert laid.give_up(kind)
    assert (laid.in_force(), laid.is_given_up(kind, 4), laid.give_up(kind)) == ({}, True, False)
    (tmp_path / "catalogue-4.csv").unlink()
    assert laid.in_force() == {}


# --- the duty


class Bench:
    """A duty with a real shelf, trial and ledger; well and quiet are in the hand."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.shelf = CountyShelf(folder, CLINIC, [KEY.public_hex])
        self.trial = SettingsTrial(folder)
        self.store = store
        self.used: list[int] = []
        self.begun: list[str] = []
        self.quiet = True
        self.well: datetime | None = NOW
        self.refuses = False
        self.duty = self.opened()

    def opened(self) -> CountyDuty:
        uses = {
            CountyKind.SETTINGS: lambda file: stage_settings(self.trial, file),
            CountyKind.BENEFITS: self._use,
        }
        return CountyDuty(
            self.shelf,
            self.trial,
            uses,
            self.store,
            lambda: self.well,
            (self, self.begun.append),
            900.0,
        )

    def hold(self, reason: str, s: float) -> bool:
        return bool(reason and s) and self.quiet

    def take(self, kind: CountyKind, revision: int, content: bytes) -> None:
        whole = signed_file(a_file(kind, revision, content), KEY.private_hex)
        self.shelf.take(kind, whole, NOW)

    def turn(self, elapsed_s: float) -> None:
        self.duty.turn(None, NOW, elapsed_s, lambda: 0.0)

    def told(self) -> list[tuple[str, int, str]]:
        facts = [json.loads(entry.facts) for entry in of(self.store, Deed.FROM_COUNTY)]
        return [(each["kind"], each["revision"], each["became"]) for each in facts]

    def _use(self, file: CountyFile) -> Mapping[str, object]:
        if self.refuses:
            raise Refused("benefits.policy_unreadable")
        self.used.append(file.revision)
        return {}


@pytest.fixture
def bench(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("CLINIC_TERMINAL_DATA_DIR", str(tmp_path))
    return Bench(tmp_path / "county", store)


def test_what_lies_on_the_shelf_is_used_once_and_after_a_start_told_no_more(bench: Bench) -> None:
    bench.take(CountyKind.BENEFITS, 1, b"x")
    bench.turn(0.0)
    bench.turn(30.0)
    assert bench.used == [1]
    bench.opened().take_up(NOW)
    assert bench.used == [1, 1]
    assert bench.told() == [("benefits", 1, "used")]
    entry = of(bench.store, Deed.FROM_COUNTY)[0]
    assert len(entry.who) == 16


def test_bad_content_is_said_and_the_next_one_is_used(bench: Bench) -> None:
    bench.refuses = True
    bench.take(CountyKind.BENEFITS, 1, b"x")
    bench.turn(0.0)
    assert bench.duty.troubles() == {"benefits": "benefits.policy_unreadable"}
    bench.refuses = False
    bench.turn(30.0)
    assert bench.used == []
    bench.take(CountyKind.BENEFITS, 2, b"y")
    bench.turn(60.0)
    assert bench.used == [2]
    assert bench.duty.troubles() == {}


def test_settings_wait_for_a_quiet_moment_and_are_kept_when_well(bench: Bench) -> None:
    bench.quiet = False
    bench.take(CountyKind.SETTINGS, 1, b"let_go_max_fen = 7\n")
    bench.turn(0.0)
    assert bench.begun == []
    bench.quiet = True
    bench.turn(30.0)
    assert bench.begun == ["county.settings"]
    bench.trial.begin()
    bench.duty = bench.opened()
    bench.duty.take_up(NOW)
    bench.turn(100.0)
    bench.turn(999.0)
    assert bench.trial.state().good == 0
    bench.turn(1000.0)
    assert bench.trial.state().good == 1
    assert bench.told() == [("settings", 1, "on_trial"), ("settings", 1, "kept")]


def test_settings_under_which_it_is_not_well_are_given_up(bench: Bench) -> None:
    bench.take(CountyKind.SETTINGS, 1, b"let_go_max_fen = 7\n")
    bench.turn(0.0)
    bench.trial.begin()
    bench.duty, bench.well = bench.opened(), None
    bench.duty.take_up(NOW)
    bench.turn(100.0)
    bench.turn(1000.0)
    assert bench.trial.state().failed == 1
    assert bench.begun[-1] == "county.given_up"
    assert bench.told()[-1] == ("settings", 1, "given_up")


def test_settings_that_broke_a_start_are_told_of_at_the_next(bench: Bench) -> None:
    bench.take(CountyKind.SETTINGS, 1, b"let_go_max_fen = 7\n")
    bench.turn(0.0)
    bench.trial.begin()
    bench.trial.begin()
    for _ in range(2):
        bench.opened().take_up(NOW)
    assert bench.told() == [("settings", 1, "on_trial"), ("settings", 1, "given_up")]


def test_settings_that_are_not_valid_are_never_tried(bench: Bench) -> None:
    bench.take(CountyKind.SETTINGS, 1, b"let_go_max_fen = 100000\n")
    bench.turn(0.0)
    assert bench.trial.state().trial == 0
    assert bench.duty.troubles() == {"settings": "settings.wrong_value"}


def test_a_power_cut_before_the_restart_leaves_it_due(bench: Bench) -> None:
    bench.quiet = False
    bench.take(CountyKind.SETTINGS, 1, b"let_go_max_fen = 7\n")
    bench.turn(0.0)
    bench.duty, bench.quiet = bench.opened(), True
    bench.turn(0.0)
    assert bench.begun == ["county.settings"]


def test_a_disk_that_takes_nothing_leaves_the_earlier_in_force(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.take(CountyKind.SETTINGS, 1, b"let_go_max_fen = 7\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("terminal.county_trial.write_private", full)
    bench.turn(0.0)
    assert bench.duty.troubles() == {"settings": "county.not_kept"}
    monkeypatch.undo()
    monkeypatch.setenv("CLINIC_TERMINAL_DATA_DIR", str(tmp_path))
    bench.turn(30.0)
    assert bench.trial.state().trial == 1


# --- well


def test_well_is_what_moves_and_what_worked_before(tmp_path: Path) -> None:
    clock, away, moves = Clock(), dict[str, str](), [True]
    moving = {"web": lambda: moves[0]}
    first = Wellness(moving, lambda: away, tmp_path, clock)
    assert first.since() is None
    began = first.look()
    assert began == clock()
    clock.now += timedelta(minutes=2)
    first.look()
    away["province"] = "province.away"
    assert first.look() == began  # It is the first start: nothing was there before.
    second = Wellness(moving, lambda: away, tmp_path, clock)
    assert second.look() is None
    assert second.missing() == ("province",)
    third = Wellness(moving, lambda: away, tmp_path, clock)
    assert third.look() is None  # Missing it twice is no custom.
    away.clear()
    assert third.look() == clock()
    moves[0] = False
    assert third.look() is None
    assert third.missing() == ("web",)


def test_what_nobody_has_asked_yet_is_not_taken_for_well(tmp_path: Path) -> None:
    clock, away = Clock(), dict[str, str]()
    first = Wellness({}, lambda: away, tmp_path, clock)
    first.look()
    clock.now += timedelta(seconds=110)
    first.look()
    away["province"] = "province.away"
    clock.now += timedelta(seconds=10)
    first.look()
    assert Wellness({}, lambda: away, tmp_path, clock).look() == clock()


def test_what_was_away_for_days_is_not_missed(tmp_path: Path) -> None:
    clock = Clock()
    first = Wellness({}, dict, tmp_path, clock)
    clock.now += timedelta(minutes=2)
    first.look()
    clock.now += timedelta(days=4)
    assert Wellness({}, lambda: {"scanner": "x"}, tmp_path, clock).look() == clock()
    (tmp_path / FILE).write_bytes(b"\x00")
    assert Wellness({}, lambda: {"scanner": "x"}, tmp_path, clock).look() == clock()
