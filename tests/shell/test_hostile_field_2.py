"""A terminal taken over or revoked: what was sold, handed over or half charged meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.assembly.service import Service
from terminal.core.county_files import CountyFile, CountyKind
from terminal.core.faults import Fault, Unavailable
from terminal.core.money import Money, total
from terminal.core.national_crypto import new_sm2_key
from terminal.core.revocations import device_name
from terminal.core.visit import VisitState
from terminal.county_duty import CountyDuty
from terminal.county_shelf import CountyShelf
from terminal.county_signing import signed_file
from terminal.county_trial import SettingsTrial
from terminal.service_manager import ServiceManager
from terminal.settings import Settings
from terminal.slips import slip_number
from tests.clinic import AMLODIPINE, AMOXICILLIN, WANG, Clock, charges, code
from tests.counter import Counter
from tests.rooms import Rooms
from tests.shell.between import Message
from tests.shell.test_from_county import CLINIC as OURS
from tests.shell.test_from_county import KEY as COUNTY_KEY
from tests.shell.test_from_county import NOW, a_file
from tests.shell.test_hostile_field import Started, taken_over
from tests.shell.test_restoring import PEOPLE, Clinic, waiting

BOX, PILLS = code(AMOXICILLIN, 1), code(AMLODIPINE, 1)


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


def whole(here: Rooms, visit_id: str) -> Money:
    return total(line.total for line in here.store.lines.of(visit_id))


def sold_self_paid(here: Rooms, visit_id: str) -> None:
    here.counter.front = visit_id
    revision = here.store.visits.visit(visit_id).revision
    here.till.sell_self_paid(visit_id, revision, whole(here, visit_id))
    assert here.state(visit_id) is VisitState.SETTLED


# --- a successor


def test_what_the_old_terminal_sold_without_insurance_is_not_charged_to_the_fund(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    old.counter.front = visits[0]
    old.undoing.take_back(visits[0], "想自费")
    sold_self_paid(old, visits[0])
    old.sales.tell()
    new = taken_over(clinic, old, backup, successor)
    assert new.state(visits[0]) is VisitState.WAITING
    assert new.notice(visits[0]) == "restored.box_sold"
    assert len(charges(province)) == len(PEOPLE) - 1


def test_a_priced_visit_that_the_old_terminal_sold_without_insurance_is_not_charged_anew(
    clinic, rooms, province, successor
):
    old = rooms()
    visit_id = old.priced(WANG, BOX)
    backup = clinic.back_up()
    sold_self_paid(old, visit_id)
    old.sales.tell()
    new = taken_over(clinic, old, backup, successor)
    new.counter.front = visit_id
    with suppress(Fault):
        new.confirm(visit_id)
    assert charges(province) == []
    assert new.notice(visit_id) == "restored.box_sold"


# --- a device that was taken out of use


def test_a_device_revoked_between_two_charges_stops_after_the_first(rooms, province, line):
    here = rooms()
    visit_id = here.priced(WANG, BOX, PILLS)

    def revoke(sent: Message, told: Message) -> Message:
        if sent["infno"] == "2207A":
            here.counter.revoked.note(True)
        return told

    line.answer = revoke
    here.confirm(visit_id)
    assert len(charges(province)) == 1
    assert here.notice(visit_id) == "device.revoked"
    assert here.state(visit_id) is VisitState.PARTLY_SETTLED
    here.basket.remove_line(visit_id, 2)
    assert here.state(visit_id) is VisitState.SETTLED
    here.counter.revoked.note(False)
    here.till.ask_now()
    assert len(charges(province)) == 1


# --- a clock that is put right after the restore


def test_no_slip_of_the_day_meets_the_old_terminals_though_the_clock_was_behind(
    clinic, rooms, successor
):
    old = rooms()
    backup = clinic.back_up()
    clinic.clock.now += timedelta(days=1)
    right = clinic.clock.now
    given = {slip_number(old.store, clinic.clock()) for _ in range(3)}
    cash = {old.store.journal.next_number(f"cash:{right.date()}") for _ in range(3)}
    old.close()
    clinic.clock.now = right.replace(year=1970)
    clinic.reseal(backup)
    clinic.restore()
    new = successor().store
    clinic.clock.now = right
    assert slip_number(new, clinic.clock()) not in given
    assert new.journal.next_number(f"cash:{right.date()}") not in cash


# --- a revoked device whose list on the disk is not what it was


class Board:
    """A device that is started again and again, and its county's lists."""

    def __init__(self, folder: Path, counter: Counter, clock: Clock) -> None:
        self.counter = counter
        self.shelf_folder = folder / "county"
        self.vault = Clinic(folder, clock).old_vault
        self.device = device_name(self.vault.device_keys()[0].public_key)
        keys = folder / "county.pub"
        keys.write_text(COUNTY_KEY.public_hex + "\n")
        self.settings = Settings(data_dir=folder, fixmedins_code=OURS, county_keys_file=keys)

    def list_taken(self, revision: int, *devices: str) -> None:
        shelf = CountyShelf(self.shelf_folder, OURS, [COUNTY_KEY.public_hex])
        shelf.take(CountyKind.REVOCATIONS, a_list(revision, *devices), NOW)

    def put_on_disk(self, data: bytes) -> None:
        """Past every judgement, and without what was remembered of the revision."""
        (self.shelf_folder / "revocations.seen").unlink()
        (self.shelf_folder / "revocations.signed").write_bytes(data)

    def starts_revoked(self) -> bool:
        """A new process begins with nothing in its memory."""
        self.counter.desk.counter.revoked.note(False)
        started = Started(self.settings, self.counter, self.vault)
        with pytest.raises(Unavailable, match=r"web\.port_in_use"):
            Service(started, ServiceManager.from_variables({}, 1)).start()
        assert started.revoked_at_start is not None
        county_duty(self)[0].take_up(NOW)
        return started.revoked_at_start


def a_list(revision: int, *devices: str, scope: str = "991024") -> bytes:
    content = json.dumps({"devices": devices}).encode()
    file = replace(a_file(CountyKind.REVOCATIONS, revision, content), scope=scope)
    return signed_file(file, COUNTY_KEY.private_hex)


@pytest.fixture
def board(tmp_path: Path, counter: Counter, clock: Clock) -> Board:
    return Board(tmp_path, counter, clock)


@pytest.mark.parametrize("became", ["changed", "lost", "older", "another clinic's", "forged"])
def test_a_revoked_device_is_not_let_in_by_what_became_of_the_list_on_its_disk(board, became):
    board.list_taken(5, board.device)
    assert board.starts_revoked()
    held = board.shelf_folder / "revocations.signed"
    match became:
        case "changed":
            board.put_on_disk(held.read_bytes().replace(b"devices", b"Devices"))
        case "lost":
            held.unlink()
        case "older":
            board.put_on_disk(a_list(4))
        case "another clinic's":
            board.put_on_disk(a_list(6, scope="H99102499999"))
        case "forged":
            board.put_on_disk(signed_file(
                a_file(CountyKind.REVOCATIONS, 6, b"{}"), new_sm2_key().private_hex
            ))  # fmt: skip
    assert board.starts_revoked()
    assert board.starts_revoked(), "nor by the start after that"


def test_the_countys_newer_list_lets_a_device_in_also_when_it_is_lost_afterwards(board):
    board.list_taken(5, board.device)
    assert board.starts_revoked()
    board.list_taken(6)
    assert not board.starts_revoked()
    (board.shelf_folder / "revocations.signed").unlink()
    assert not board.starts_revoked()


def test_an_older_list_put_beside_a_running_terminal_is_not_used(board):
    board.list_taken(5, board.device)
    duty, used = county_duty(board)
    duty.take_up(NOW)
    board.put_on_disk(a_list(4))
    duty.turn(None, NOW, 1.0, lambda: 0.5)
    assert used == [5]
    assert duty.troubles() == {"revocations": "county.replayed"}


def county_duty(board: Board) -> tuple[CountyDuty, list[int]]:
    used: list[int] = []

    def use(file: CountyFile) -> dict[str, object]:
        used.append(file.revision)
        return {}

    never = SimpleNamespace(hold=lambda *_: False)
    duty = CountyDuty(
        CountyShelf(board.shelf_folder, OURS, [COUNTY_KEY.public_hex]),
        SettingsTrial(board.shelf_folder),
        {CountyKind.REVOCATIONS: use},
        board.counter.store,
        lambda: None,
        (never, lambda _: None),
        60.0,
    )
    return duty, used
