"""A terminal taken over, updated, revoked or enrolled: what could be charged twice, or falsely."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.assembly.service import Service
from terminal.bindings import Bindings
from terminal.core.county_files import CountyKind
from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.ledger import Deed
from terminal.core.provisioning import Step
from terminal.core.revocations import Revocations, device_name
from terminal.core.visit import VisitState
from terminal.county_shelf import CountyShelf
from terminal.county_signing import signed_file
from terminal.health import Health
from terminal.revoking import Revoking
from terminal.service_manager import ServiceManager
from terminal.settings import Settings
from terminal.slips import slip_number
from tests.clinic import COLD, LI, PARACETAMOL, WANG, Clock, charges, code
from tests.rooms import Rooms
from tests.shell.conftest import NOWHERE
from tests.shell.provision_place import bench, failed, rested
from tests.shell.test_from_county import CLINIC as OURS
from tests.shell.test_from_county import DEVICE, NOW, a_file, revoking
from tests.shell.test_from_county import KEY as COUNTY_KEY
from tests.shell.test_hostile_shifts import agreed_offline
from tests.shell.test_restoring import PEOPLE, Clinic, waiting

VISITS = 21
"""One more than one person is asked about."""


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


def late(here: Rooms, visit_id: str) -> None:
    """The line is back: what was agreed to is charged."""
    here.offline.line_back(visit_id)
    here.settlement.settle(visit_id)


def taken_over(clinic: Clinic, old: Rooms, backup: Path, successor: Callable[[], Rooms]) -> Rooms:
    """Two hours later, the successor has gone its first round."""
    old.close()
    clinic.clock.now += timedelta(hours=2)
    clinic.reseal(backup)
    clinic.restore()
    new = successor()
    new.till.ask_now()
    return new


# --- a successor


def test_what_the_old_terminal_charged_and_took_back_is_not_charged_by_itself(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    late(old, visits[0])
    old.counter.front = visits[0]
    old.undoing.cancel(visits[0], "开错了药")
    assert charges(province) == []
    new = taken_over(clinic, old, backup, successor)
    assert len(charges(province)) == len(PEOPLE) - 1, "the doctor had taken it back"
    assert new.state(visits[0]) is VisitState.WAITING
    assert new.notice(visits[0]) == "restored.taken_back"
    assert [new.state(each) for each in visits[1:]] == [VisitState.SETTLED] * 2


def test_what_was_taken_back_and_begun_anew_is_not_charged_a_second_time(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    late(old, visits[0])
    old.counter.front = visits[0]
    clinic.clock.now += timedelta(minutes=9)
    old.undoing.correct(visits[0], "换了诊断")
    anew = old.counter.front
    assert anew != visits[0]
    old.judge_all(anew)
    old.confirm(anew)
    assert len(charges(province)) == 1
    new = taken_over(clinic, old, backup, successor)
    assert new.notice(visits[0]) == "restored.taken_back"
    assert len(charges(province)) == len(PEOPLE)


def test_boxes_that_the_old_terminal_told_of_are_not_held_against_the_clinic(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    late(old, visits[0])  # Charged, and its box not told of, when the backup was made.
    backup = clinic.back_up()
    late(old, visits[1])
    old.sales.tell()
    new = taken_over(clinic, old, backup, successor)
    new.till.ask_now()
    assert new.store.sales.refused(clinic.clock() - timedelta(days=9), 9) == []
    sold = [row["code"] for row in province.book()["sales"]]
    assert sorted(sold) == sorted(code(PARACETAMOL, each) for each in (1, 2, 3))


def test_a_box_that_only_the_old_terminal_told_of_is_taken_back_with_its_charge(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    late(old, visits[0])
    backup = clinic.back_up()
    old.sales.tell()
    old.close()
    clinic.reseal(backup)
    clinic.restore()
    new = successor()
    new.counter.front = visits[0]
    new.undoing.cancel(visits[0], "开错了药")
    new.till.ask_now()
    sold = [row["code"] for row in province.book()["sales"] if not row.get("returned")]
    assert code(PARACETAMOL, 1) not in sold


def test_a_charge_of_the_old_terminal_for_another_bill_goes_to_the_doctor(
    clinic, rooms, province, successor
):
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    old.counter.front = visits[0]
    old.undoing.take_back(visits[0], "少了一盒")
    old.scanning.scanned(code(PARACETAMOL, 7).encode())
    with suppress(Fault):
        old.confirm(visits[0])
    old.judge_all(visits[0])
    if old.state(visits[0]) is not VisitState.SETTLED:
        old.confirm(visits[0])
    assert len(charges(province)) == 1
    new = taken_over(clinic, old, backup, successor)
    assert len(charges(province)) == len(PEOPLE)
    assert new.state(visits[0]) is VisitState.DIFFERS


def test_a_person_with_more_visits_than_are_asked_about_is_not_charged_again(
    clinic, rooms, province, successor
):
    visit_id = rooms().traced(WANG, code(PARACETAMOL, 1))
    here = rooms(NOWHERE)
    here.counter.front, here.line_is_away = visit_id, True
    here.basket.set_diagnosis(visit_id, COLD)
    agreed_offline(here, visit_id)
    old = rooms()
    backup = clinic.back_up()
    for serial in range(VISITS):
        clinic.clock.now += timedelta(minutes=5)
        other = old.priced(WANG, code(PARACETAMOL, 90 + serial))
        with suppress(Fault):  # The waiting visit of the same person is to be judged first.
            old.confirm(other)
        old.judge_all(other)
        old.confirm(other)
        assert old.state(other) is VisitState.SETTLED
        old.counter.front = None
    late(old, visit_id)
    assert len(charges(province)) == VISITS + 1
    new = taken_over(clinic, old, backup, successor)
    assert len(charges(province)) == VISITS + 1
    assert new.notice(visit_id) == "restored.which_bill"


def test_a_slip_of_the_day_is_never_given_twice_though_the_backup_was_made_at_night(
    clinic, rooms, successor
):
    old = rooms()
    backup = clinic.back_up()
    clinic.clock.now += timedelta(days=1)
    given = {slip_number(old.store, clinic.clock()) for _ in range(3)}
    old.close()
    clinic.reseal(backup)
    clinic.restore()
    assert slip_number(successor().store, clinic.clock()) not in given


def test_a_successor_of_a_successor_charges_nothing_twice(
    clinic, rooms, province, successor, tmp_path
):
    old, visits = waiting(rooms)
    backup = clinic.back_up()
    late(old, visits[0])
    old.close()
    clinic.clock.now += timedelta(hours=2)
    clinic.reseal(backup)
    clinic.restore()
    (tmp_path / "third").mkdir()
    third = Clinic(tmp_path / "third", clinic.clock)
    clinic.stick.joinpath(backup.name).unlink()
    clinic.old, clinic.old_vault = clinic.new, clinic.new_vault
    clinic.new, clinic.new_vault = third.new, third.new_vault
    again = clinic.back_up()
    clinic.clock.now += timedelta(hours=2)
    clinic.reseal(again)
    clinic.restore()
    new = successor()
    new.till.ask_now()
    assert [new.state(each) for each in visits] == [VisitState.SETTLED] * len(PEOPLE)
    assert len(charges(province)) == len(PEOPLE)
    assert clinic.verdict(new.store).broken is None


# --- an update that is undone


def test_a_box_told_of_while_a_version_is_on_trial_keeps_the_store_from_going_back(rooms):
    here, visits = waiting(rooms)
    late(here, visits[0])
    before = here.store.contents.told()
    here.sales.tell()
    assert here.store.contents.told() != before, "it would be told twice, and refused"


def test_a_reversal_on_trial_keeps_the_store_from_going_back(rooms, province):
    """Forgotten, a charge that is found meanwhile would be taken for settled."""
    here, visits = waiting(rooms)
    province.faults.plant("lost_before", "2207A")
    with suppress(Fault):
        late(here, visits[0])
    assert here.state(visits[0]) is VisitState.UNCERTAIN
    before = here.store.contents.told()
    province.faults.plant("lost_before", "2601")
    with suppress(Fault):
        here.settlement.resume()
    assert here.store.contents.told() != before


def test_a_sign_in_and_a_question_are_no_reason_to_stay(rooms):
    here, _ = waiting(rooms)
    before = here.store.contents.told()
    here.session.sign_in()
    assert here.store.contents.told() == before


# --- the old terminal, alive


@pytest.mark.parametrize("agreed", ["online", "offline"])
def test_an_old_terminal_that_comes_to_life_again_does_not_charge_what_its_successor_did(
    clinic, rooms, province, successor, agreed
):
    if agreed == "online":
        old = rooms()
        visit_id = old.priced(WANG, code(PARACETAMOL, 1))
        old.counter.front = None
    else:
        visit_id = waiting(rooms)[1][0]
    backup = clinic.back_up()
    clinic.clock.now += timedelta(minutes=5)
    clinic.reseal(backup)
    clinic.restore()
    new = successor()
    new.till.ask_now()
    if agreed == "online":
        new.counter.front = visit_id
        new.confirm(visit_id)
    assert new.state(visit_id) is VisitState.SETTLED
    made = len(charges(province))
    old = rooms()
    old.till.ask_now()
    if agreed == "online":
        old.counter.front = visit_id
        with suppress(Fault):
            old.confirm(visit_id)
    assert len(charges(province)) == made


# --- the one-fen visit of an enrolment


@pytest.mark.parametrize("infno", ["2207A", "2208"])
@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "refused"])
def test_the_trial_fen_never_stands_unseen_and_is_never_doubled(tmp_path, infno, fault):
    with bench(tmp_path) as board:
        board.province.faults.plant(fault, infno)
        with board.provisioning() as machine:
            machine.take_card(board.card().text)
            view = rested(machine)
            if not view.is_done:
                assert failed(view)[0] == Step.TRIAL_VISIT.value
        if charges(board.province):
            assert not view.is_done
        for _ in range(4):
            if view.is_done:
                break
            with board.provisioning() as machine:
                with suppress(Fault):
                    machine.try_again()
                view = rested(machine)
        made = len(board.province.book()["settlements"])
        if (fault, infno) == ("lost_before", "2207A"):  # The day's file decides, tomorrow.
            assert failed(view) == (Step.TRIAL_VISIT.value, "provision.trial_unknown")
            assert made == 0
        else:
            assert view.is_done
            assert (made, charges(board.province)) == (1, [])


# --- what the old terminal charged and the backup never saw


def test_a_bill_of_yesterday_that_only_the_old_terminal_charged_is_shown_before_it_is_charged_anew(
    clinic, rooms, province, successor
):
    """As where the record system pushes again what it heard no answer to."""
    old = rooms()
    old.traced(LI)
    old.counter.front = None
    backup = clinic.back_up()
    visit_id = old.priced(WANG, code(PARACETAMOL, 1))
    old.confirm(visit_id)
    assert old.state(visit_id) is VisitState.SETTLED
    old.close()
    clinic.clock.now += timedelta(days=1)
    clinic.reseal(backup)
    clinic.restore()
    new = successor()
    again = new.priced(WANG, code(PARACETAMOL, 2))
    with suppress(Fault):
        new.confirm(again)
    assert len(charges(province)) == 1
    assert new.notice(again) == "settlement.settled_elsewhere"
    new.judge_all(again)
    new.confirm(again)
    assert len(charges(province)) == 2, "the doctor has said: another matter"


def test_a_revoked_device_lets_nothing_be_agreed_to_offline_either(rooms):
    visit_id = rooms().traced(WANG, code(PARACETAMOL, 1))
    here = rooms(NOWHERE)
    here.counter.front, here.line_is_away = visit_id, True
    here.basket.set_diagnosis(visit_id, COLD)
    here.counter.revoked.note(True)
    with pytest.raises(Refused, match=r"device\.revoked"):
        agreed_offline(here, visit_id)
    assert here.state(visit_id) is not VisitState.WAITING


class Started:
    """Of a device what a service asks of it before it starts; then the port is taken."""

    def __init__(self, settings, counter, vault):
        self.settings, self.vault, self.health = settings, vault, Health()
        self.desk, self.store = counter.desk, counter.store
        self.revoked_at_start = None

    def start(self):
        self.revoked_at_start = self.desk.counter.revoked.told()
        raise Unavailable("web.port_in_use")


def test_a_revoked_device_that_is_started_again_knows_it_before_its_first_round(
    counter, tmp_path, clock
):
    """The first round charges what waited."""
    vault = Clinic(tmp_path, clock).old_vault
    device = device_name(vault.device_keys()[0].public_key)
    content = json.dumps({"devices": [device]}).encode()
    keys = tmp_path / "county.pub"
    keys.write_text(COUNTY_KEY.public_hex + "\n")
    shelf = CountyShelf(tmp_path / "county", OURS, [COUNTY_KEY.public_hex])
    shelf.take(
        CountyKind.REVOCATIONS,
        signed_file(a_file(CountyKind.REVOCATIONS, 1, content), COUNTY_KEY.private_hex),
        NOW,
    )
    settings = Settings(data_dir=tmp_path, fixmedins_code=OURS, county_keys_file=keys)
    started = Started(settings, counter, vault)
    with pytest.raises(Unavailable, match=r"web\.port_in_use"):
        Service(started, ServiceManager.from_variables({}, 1)).start()
    assert started.revoked_at_start


def revoked_by(counter, *devices):
    """Whether this device heeds a list that names these public keys."""
    told = Revocations(devices=frozenset(map(device_name, devices)))
    revoking(counter).apply(told)
    return counter.desk.counter.revoked.told()


def test_a_revoked_device_is_not_let_in_again_by_a_new_key(counter, clock):
    first, second = "04" + "11" * 64, "04" + "22" * 64
    for before, now in ((first, second), (second, DEVICE)):
        facts = {"key": "device", "now": now, "before": before, "vouched": ""}
        counter.store.ledger.add(Deed.KEY_CHANGED, clock(), facts, who="technician")
    assert revoked_by(counter, first)
    assert revoked_by(counter, second)
    assert not revoked_by(counter, "04" + "33" * 64)


def test_a_successor_is_not_revoked_with_the_terminal_it_replaces(clinic, rooms, successor):
    rooms()
    backup = clinic.back_up()
    clinic.reseal(backup)
    clinic.restore()
    new = successor()
    old, ours = (each.device_keys()[0].public_key for each in (clinic.old_vault, clinic.new_vault))
    rooms_of = Revoking(
        new.store, Bindings(new.place), None, new.counter.revoked, lambda: (ours,), ""
    )
    rooms_of.apply(Revocations(devices=frozenset({device_name(old)})))
    assert not new.counter.revoked.told()
    rooms_of.apply(Revocations(devices=frozenset({device_name(ours)})))
    assert new.counter.revoked.told()
