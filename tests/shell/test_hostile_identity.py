"""Whoever wants to be somebody else, or to have decided something else: each attack that once
went through, and those beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread, get_ident

import pytest

from terminal.clock import now
from terminal.core.faults import Fault
from terminal.core.ledger_check import Break
from terminal.core.operators import Role
from terminal.key_files import Files
from terminal.ledger_start import note_start
from terminal.lockout import Lockout, LockoutRule
from terminal.pin_tries import PinTries, SignInLimits
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.face_record import FaceDecision, FaceOutcome
from terminal.store.operators import Operators
from terminal.unlocking import open_store
from terminal.vault import Vault
from tests.clinic import CHILD, LI, Clock
from tests.counter import Counter
from tests.families import bound
from tests.operators import LEI, PIN, make_operators
from tests.shell.conftest import NOWHERE
from tests.shell.family_place import FamilyPlace, code_of
from tests.shell.test_ledger import House

WRONG = "739104"
DOCTOR = Role.DOCTOR
LIMITS = SignInLimits()
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def offline(tmp_path: Path, clock: Clock) -> Callable[[], Counter]:
    """A desk whose province is away; a test closes it."""
    return lambda: Counter(tmp_path / "terminal", NOWHERE, clock)


# --- a clock that is set back, or ran ahead
def test_a_clock_set_back_keeps_no_screen_open(counter: Counter, clock: Clock) -> None:
    who = make_operators(counter.store, clock)
    token = counter.desk.duty.sign_in(who["lei"], PIN, DOCTOR)
    clock.now -= timedelta(seconds=5)  # As the network's time corrects it.
    assert counter.desk.duty.roles_of(token) == {DOCTOR}
    clock.now -= timedelta(days=1)
    assert counter.desk.duty.roles_of(token) == frozenset()
    assert not counter.desk.duty.on_duty().signed_in


def wrong_often(tries: PinTries, operator_id: str, store: Store) -> None:
    operator = store.operators.operator(operator_id)
    assert operator is not None
    for _ in range(LIMITS.failures_max):
        assert code_of(lambda: tries.refuse_wrong(operator, WRONG)).startswith("operator.")


@pytest.mark.parametrize("way", ["pin", "face"])
def test_a_clock_that_ran_ahead_locks_nobody_out_for_longer_than_a_wait(
    store: Store, clock: Clock, way: str
) -> None:
    operator_id = make_operators(store, clock)["lei"]
    operator = store.operators.operator(operator_id)
    assert operator is not None
    tries = PinTries(store, LIMITS, clock)
    clock.now += timedelta(days=400)
    wrong_often(tries, operator_id, store)
    clock.now -= timedelta(days=400)

    def come() -> None:
        if way == "pin":
            tries.refuse_wrong(operator, PIN)
        else:
            tries.refuse_locked(operator_id)

    assert code_of(come) == "operator.locked", "set back, it unlocks nobody either"
    clock.now += LIMITS.locked_for - timedelta(seconds=1)
    assert code_of(come) == "operator.locked"
    clock.now += timedelta(seconds=1)
    come()


def test_a_clock_that_ran_ahead_closes_the_face_route_for_no_longer_than_a_while(
    store: Store, clock: Clock
) -> None:
    rule = LockoutRule(3, timedelta(minutes=5), timedelta(minutes=5))
    clock.now += timedelta(days=400)
    for _ in range(3):
        store.face_record.note(FaceDecision(FaceOutcome.NOT_LIVE, "camera"), clock())
    running = Lockout(store.face_record, rule, clock)
    clock.now -= timedelta(days=400)
    for lockout in (running, Lockout(store.face_record, rule, clock)):  # Also after a restart.
        assert lockout.until() == clock() + rule.lasts
        clock.now += rule.lasts - timedelta(seconds=1)
        assert lockout.until() is not None, "set back, it opens nothing"
        clock.now += timedelta(seconds=1)
        assert lockout.until() is None


# --- PINs guessed at once
class Overtaken(Operators):
    """Whoever is about to write how often a PIN went wrong is overtaken by another try, if it
    may be: one that is kept waiting, as it must be, writes nothing before this one has."""

    def __init__(self, operators: Operators, other: Callable[[], object]) -> None:
        self.__dict__.update(vars(operators))
        self.other = Thread(target=other)
        self.written = Event()
        self.first = get_ident()

    def tried(self, operator_id: str, failures: int, locked_until: datetime | None) -> None:
        if get_ident() == self.first:
            self.other.start()
            self.written.wait(0.5)
        super().tried(operator_id, failures, locked_until)
        if get_ident() != self.first:
            self.written.set()


def overtaken_tries(store: Store, attempt: Callable[[], object]) -> int:
    """How many of two wrong tries at once were counted."""
    operators = store.operators

    def quietly() -> None:
        assert code_of(attempt) == "operator.pin_wrong"

    (operator,) = [each for each in operators.active() if each.doctor_code == LEI]
    store.operators = overtaken = Overtaken(operators, quietly)
    try:
        quietly()
        overtaken.other.join()
    finally:
        store.operators = operators
    kept = operators.pin_kept(operator.operator_id)
    assert kept is not None
    return kept.failures


def test_two_tries_at_once_are_two(store: Store, clock: Clock) -> None:
    operator = store.operators.operator(make_operators(store, clock)["lei"])
    assert operator is not None
    tries = PinTries(store, LIMITS, clock)
    assert overtaken_tries(store, lambda: tries.refuse_wrong(operator, WRONG)) == 2


def test_tries_at_once_are_counted_one_by_one(counter: Counter, clock: Clock) -> None:
    who = make_operators(counter.store, clock)
    duty = counter.desk.duty
    assert overtaken_tries(counter.store, lambda: duty.sign_in(who["lei"], WRONG, DOCTOR)) == 2


def test_a_stopped_guesser_stops_no_clinic(counter: Counter, clock: Clock) -> None:
    """Whoever taps wrong PINs at the resident's screen ends nobody's sign-in and no visit."""
    who = make_operators(counter.store, clock)
    duty = counter.desk.duty
    token = duty.sign_in(who["lei"], PIN, DOCTOR)
    visit_id = counter.receive(LI)
    for _ in range(3 * LIMITS.failures_max):
        assert code_of(lambda: duty.sign_in(who["lei"], WRONG, DOCTOR))
    assert duty.roles_of(token) == {DOCTOR}
    counter.desk.basket.set_diagnosis(visit_id, "J06.900")
    assert duty.sign_in(who["substitute"], PIN, DOCTOR)


# --- at the resident's screen
def test_whoever_taps_at_a_visit_that_was_called_up_again_ends_no_binding_of_its_person(
    counter: Counter,
) -> None:
    place = FamilyPlace(counter)
    mother, child = counter.knows(LI), counter.knows(CHILD)
    binding_id = bound(place.store, mother, child)
    visit = place.came(mother)
    place.desk.reception.choose_person(visit.visit_id, mother)
    counter.rested()
    place.desk.reception.confirm_person(visit.visit_id)
    assert place.page.here(visit.visit_id).bindings
    counter.scan("89100370000000000001")
    place.desk.basket.set_diagnosis(visit.visit_id, "J06.900")
    settled = counter.confirm(counter.rested())
    place.desk.reception.leave(settled.visit_id)
    place.desk.reception.call_up(settled.visit_id)  # To be printed again; she is at home.
    assert code_of(lambda: place.page.here(visit.visit_id)) == "family.not_certain"
    act = place.page.unbind_here
    assert code_of(lambda: act(visit.visit_id, binding_id)) == "family.not_certain"
    kept = place.store.families.binding(binding_id)
    assert kept is not None
    assert kept.ended_by is None


def test_whoever_looks_like_somebody_else_ends_no_binding_by_themselves(counter: Counter) -> None:
    """A neighbour gives the number of another, and the doctor has confirmed it unthinkingly."""
    place = FamilyPlace(counter)
    binding_id = bound(place.store, counter.knows(LI), counter.knows(CHILD))
    visit_id = counter.receive(LI)
    place.store.visits.note(visit_id, {"face_agrees": 0})
    act = place.page.unbind_here
    assert code_of(lambda: act(visit_id, binding_id)) == "family.not_certain"
    place.store.visits.note(visit_id, {"face_agrees": 1})
    act(visit_id, binding_id)


# --- keys
_KILLED_ANYWHERE = """
import os, shutil, sys
from pathlib import Path
from terminal.clock import now
from terminal.key_files import Files
from terminal.unlocking import open_store
from terminal.vault import Vault

TOLD = {"os.remove", "os.rename", "os.link", "os.chmod", "open"}
act = sys.argv[2]

def vault(folder):
    return Vault([Files(folder / "keys", now, folder / "machine-id")], folder / "terminal.db")

def rotate(folder):
    vault(folder).change()
    open_store(folder / "terminal.db", vault(folder), now).close()

def keys_of(folder):
    kept = vault(folder)
    public = [key.public_key for key in kept.device_keys()]
    return [*kept.database_keys(), *kept.template_keys(), *public]

def killed(folder, left):
    def hook(event, told):
        nonlocal left
        if event in TOLD and "/keys/" in str(told[0]) + str(told[1:2]):
            if left == 0:
                os._exit(9)
            left -= 1
    sys.addaudithook(hook)
    (rotate if act == "rotate" else lambda each: vault(each).destroy())(folder)

sound = Path(sys.argv[1])
for acts in range(1000):
    folder = sound.with_name(f"cut-{acts}")
    shutil.copytree(sound, folder)
    child = os.fork()
    if not child:
        try:
            killed(folder, acts)
        except BaseException as failed:
            print(repr(failed), flush=True)
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(acts, code, flush=True)
    if act == "rotate":
        store = open_store(folder / "terminal.db", vault(folder), now)
        store.close()
        before = keys_of(folder)
        rotate(folder)
        assert not set(before) & set(keys_of(folder)), "a change after it changes every key"
    else:
        vault(folder).destroy()
        assert not list((folder / "keys").glob("*.key"))
    shutil.rmtree(folder)
    if code == 0:
        print("ended", flush=True)
        break
"""


@pytest.mark.parametrize(("act", "least"), [("rotate", 20), ("destroy", 6)])
def test_killed_before_any_act_on_a_key_file_the_terminal_still_opens(
    tmp_path: Path, clock: Clock, act: str, least: int
) -> None:
    """A real process that dies (no handler runs) before each of its acts on the key files."""
    folder = tmp_path / "sound"
    folder.mkdir()
    (folder / "machine-id").write_text("0123456789abcdef0123456789abcdef")
    vault = Vault([Files(folder / "keys", now, folder / "machine-id")], folder / "terminal.db")
    open_store(folder / "terminal.db", vault, clock).close()
    done = subprocess.run(
        [sys.executable, "-c", _KILLED_ANYWHERE, str(folder), act],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    told = done.stdout.splitlines()
    assert done.returncode == 0, f"{told[-3:]} {done.stderr[-500:]}"
    assert told[-1] == "ended"
    assert len(told) > least
    assert all(line.endswith(" 9") for line in told[:-2]), told


def test_key_files_put_in_each_others_place_open_nothing(tmp_path: Path) -> None:
    machine_id = tmp_path / "machine-id"
    machine_id.write_text("0123456789abcdef0123456789abcdef")
    files = Files(tmp_path / "keys", now, machine_id)
    for name in ("database", "database.next"):
        files.add(name, name.ljust(32).encode())
    first, second = (tmp_path / "keys" / f"{each}.key" for each in ("database", "database.next"))
    held = first.read_bytes()
    second.write_bytes(held)
    assert code_of(lambda: files.read("database.next")) == "vault.key_unreadable"
    for length in (0, 1, 40, len(held) - 1):
        first.write_bytes(held[:length])
        with pytest.raises(Fault):
            Vault([files]).database_keys()


# --- the ledger
def test_a_young_ledger_that_was_cut_together_with_all_that_was_signed_of_it_is_seen(
    house: House,
) -> None:
    """Rows at the end, every seal and the head are gone: the readings still tell of a seal."""
    house.filled(35)
    house.forge(("DELETE FROM ledger_seal", ()), ("DELETE FROM ledger WHERE number > 20", ()))
    (house.folder / "ledger.head").unlink()
    with house.started():
        assert house.health.away() == {"ledger": Break.HEAD_MISSING}


@pytest.mark.parametrize("facts", ["", "[]", "{}", '{"digests":1}', "\x00"])
def test_an_entry_whose_facts_were_made_nonsense_stops_no_start(
    house: House, tmp_path: Path, facts: str
) -> None:
    settings = Settings(data_dir=tmp_path)
    with house.started():
        note_start(house.store, settings, {"eyes.onnx": "00"}, house.clock())
    house.forge(("UPDATE ledger SET facts = ?", (facts,)))
    with house.started() as ledger:
        assert not ledger.verdict().sound
        note_start(house.store, settings, {"eyes.onnx": "00"}, house.clock())


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> House:
    return House(tmp_path, clock)
