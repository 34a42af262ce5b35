"""Signing in, shifts, and under whose code a visit is claimed: a real desk and province."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.operators import Doctor, Registered, Role
from terminal.core.visit import VisitState
from terminal.operating import Operating
from terminal.pin_tries import SignInLimits
from tests.clinic import AMOXICILLIN, COLD, PARACETAMOL, WAIT_S, WANG, Clock, code
from tests.counter import Counter
from tests.operators import LEI, PIN, STRANGER, SUBSTITUTE, make_operators
from tests.shell.between import Between
from tests.shell.conftest import NOWHERE

WRONG = "739104"
DOCTOR, TECHNICIAN = Role.DOCTOR, Role.TECHNICIAN
LIMITS = SignInLimits()
DOCTORS_OF = {
    "2201": lambda data: [data["data"]["atddr_no"]],
    "2203A": lambda data: [row["dise_dor_no"] for row in data["diseinfo"]],
    "2204": lambda data: [row["bilg_dr_codg"] for row in data["feedetail"]],
}


class Heard:
    """Every message that reached the province, and which doctors it names."""

    def __init__(self, line: Between) -> None:
        self.messages: list[dict[str, Any]] = []
        line.request = self._hear

    def _hear(self, sent: dict[str, Any]) -> dict[str, Any]:
        self.messages.append(sent)
        return sent

    def treating(self) -> set[str]:
        named: set[str] = set()
        for sent in self.messages:
            if sent["infno"] in DOCTORS_OF:
                data = sent["input"]
                data = json.loads(data) if isinstance(data, str) else data
                named |= set(DOCTORS_OF[sent["infno"]](data))
        return named

    def opters(self, infno: str) -> list[str]:
        return [sent["opter"] for sent in self.messages if sent["infno"] == infno]


@pytest.fixture
def heard(line: Between) -> Heard:
    return Heard(line)


@pytest.fixture
def province_address(line: Between) -> str:
    return line.address


@pytest.fixture
def who(counter: Counter, clock: Clock) -> dict[str, str]:
    return make_operators(counter.store, clock)


def sign_in(counter: Counter, operator_id: str, role: Role = DOCTOR) -> str:
    token = counter.desk.duty.sign_in(operator_id, PIN, role)
    assert counter.desk.errands.rest(20)
    return token


def refused(counter: Counter, operator_id: str, pin: str = WRONG) -> Refused:
    with pytest.raises(Refused) as found:
        counter.desk.duty.sign_in(operator_id, pin, DOCTOR)
    return found.value


def deeds(counter: Counter, deed: Deed) -> list[dict[str, Any]]:
    found = [kept.entry for kept in counter.store.ledger.entries()]
    return [json.loads(entry.facts) for entry in found if entry.deed == deed]


# --- PINs
def test_the_right_pin_opens_the_pages_of_the_role_and_no_others(
    counter: Counter, who: dict[str, str]
) -> None:
    doctor = sign_in(counter, who["lei"])
    technician = sign_in(counter, who["technician"], TECHNICIAN)
    assert counter.desk.duty.roles_of(doctor) == {DOCTOR}
    assert counter.desk.duty.roles_of(technician) == {TECHNICIAN}
    assert counter.desk.duty.roles_of("") == counter.desk.duty.roles_of("guessed") == set()


def test_nobody_signs_in_as_what_they_are_not(counter: Counter, who: dict[str, str]) -> None:
    for operator, role in ((who["lei"], TECHNICIAN), (who["technician"], DOCTOR)):
        with pytest.raises(Refused, match=r"operator\.wrong_role"):
            counter.desk.duty.sign_in(operator, PIN, role)
    with pytest.raises(Refused, match=r"operator\.wrong_role"):
        counter.desk.duty.sign_in(who["lei"], PIN, Role.RESIDENT)


def test_a_wrong_pin_says_how_many_tries_are_left_and_then_is_waited_for(
    counter: Counter, who: dict[str, str], clock: Clock
) -> None:
    said = [refused(counter, who["lei"]) for _ in range(LIMITS.failures_max)]
    assert [each.code for each in said] == ["operator.pin_wrong"] * 4 + ["operator.locked"]
    assert [each.facts["tries_left"] for each in said] == [4, 3, 2, 1, 0]
    assert refused(counter, who["lei"], PIN).code == "operator.locked"  # The right one, too.
    clock.now += LIMITS.locked_for
    sign_in(counter, who["lei"])
    assert len(deeds(counter, Deed.SIGN_IN_REFUSED)) == LIMITS.failures_max


def test_whoever_waits_holds_nobody_else_up(counter: Counter, who: dict[str, str]) -> None:
    for _ in range(LIMITS.failures_max):
        refused(counter, who["lei"])
    assert counter.desk.duty.roles_of(sign_in(counter, who["substitute"])) == {DOCTOR}


def test_a_restart_gives_no_more_tries(
    tmp_path: Path, counter: Counter, who: dict[str, str], clock: Clock
) -> None:
    for _ in range(LIMITS.failures_max - 1):
        refused(counter, who["lei"])
    counter.close()
    again = Counter(tmp_path / "terminal", NOWHERE, clock)
    try:
        assert refused(again, who["lei"]).code == "operator.locked"
        assert refused(again, who["lei"], PIN).code == "operator.locked"
    finally:
        again.close()


def test_a_right_pin_forgets_the_wrong_ones(counter: Counter, who: dict[str, str]) -> None:
    refused(counter, who["lei"])
    sign_in(counter, who["lei"])
    assert refused(counter, who["lei"]).facts["tries_left"] == LIMITS.failures_max - 1


def test_no_pin_lies_in_the_store_or_the_ledger(counter: Counter, who: dict[str, str]) -> None:
    refused(counter, who["lei"])
    sign_in(counter, who["lei"])
    kept = counter.store.operators.pin_kept(who["lei"])
    assert kept is not None
    assert PIN not in kept.pin_hash
    assert not any(pin in str(deeds(counter, deed)) for deed in Deed for pin in (PIN, WRONG))


# --- the lock, and other ends
def test_a_screen_that_nobody_taps_locks_itself(
    counter: Counter, who: dict[str, str], clock: Clock
) -> None:
    token = sign_in(counter, who["lei"])
    clock.now += LIMITS.lock_after - timedelta(seconds=1)
    counter.desk.duty.stay(token)
    clock.now += LIMITS.lock_after - timedelta(seconds=1)
    assert counter.desk.duty.roles_of(token) == {DOCTOR}
    clock.now += timedelta(seconds=1)
    counter.desk.duty.stay(token)  # Too late: a tap on a locked screen opens nothing.
    assert counter.desk.duty.roles_of(token) == set()
    assert [each["why"] for each in deeds(counter, Deed.SIGNED_OUT)] == ["locked"]
    assert counter.desk.duty.on_duty().signed_in is False


def test_signing_out_ends_this_browser_alone(counter: Counter, who: dict[str, str]) -> None:
    here, there = sign_in(counter, who["lei"]), sign_in(counter, who["lei"])
    counter.desk.duty.sign_out(here)
    assert counter.desk.duty.roles_of(here) == set()
    assert counter.desk.duty.roles_of(there) == {DOCTOR}
    assert counter.desk.duty.on_duty().signed_in


def test_whoever_is_retired_is_out_at_once_and_cannot_come_back(
    counter: Counter, who: dict[str, str], clock: Clock
) -> None:
    token = sign_in(counter, who["lei"])
    Operating(counter.store, clock, "tests").retire(who["lei"])
    assert counter.desk.duty.roles_of(token) == set()
    assert refused(counter, who["lei"], PIN).code == "operator.unknown"
    assert who["lei"] not in {each.operator_id for each in counter.desk.duty.operators()}


def test_a_restart_asks_for_the_pin_and_remembers_who_is_on_duty(
    tmp_path: Path, counter: Counter, who: dict[str, str], clock: Clock
) -> None:
    token = sign_in(counter, who["substitute"])
    counter.close()
    again = Counter(tmp_path / "terminal", NOWHERE, clock)
    try:
        assert again.desk.duty.roles_of(token) == set()
        on_duty = again.desk.duty.on_duty()
        assert on_duty.operator is not None
        assert (on_duty.operator.name, on_duty.signed_in) == ("唐小兰", False)
        assert again.session.on_duty().code == SUBSTITUTE
    finally:
        again.close()


def test_before_anybody_was_made_an_operator_the_clinics_doctor_is_on_duty(
    counter: Counter,
) -> None:
    assert counter.desk.duty.operators() == ()
    assert counter.desk.duty.on_duty().operator is None
    assert counter.session.on_duty().code == LEI
    assert counter.settled(WANG, code(PARACETAMOL, 1)).state is VisitState.SETTLED


# --- shifts
def test_one_doctor_is_on_duty_at_a_time_and_a_technician_takes_no_shift(
    counter: Counter, who: dict[str, str]
) -> None:
    lei = sign_in(counter, who["lei"])
    technician = sign_in(counter, who["technician"], TECHNICIAN)
    assert counter.desk.duty.roles_of(lei) == {DOCTOR}
    substitute = sign_in(counter, who["substitute"])
    assert counter.desk.duty.roles_of(lei) == set()
    assert counter.desk.duty.roles_of(technician) == {TECHNICIAN}
    assert counter.desk.duty.roles_of(substitute) == {DOCTOR}
    assert [each["why"] for each in deeds(counter, Deed.SIGNED_OUT)] == ["handed_over"]
    shown = counter.desk.duty.on_duty()
    assert shown.operator is not None
    assert shown.operator.doctor_code == SUBSTITUTE
    assert LEI in {each.doctor_code for each in shown.others}


def test_a_visit_nothing_was_sent_for_goes_over_to_whoever_takes_the_shift(
    counter: Counter, who: dict[str, str], heard: Heard
) -> None:
    sign_in(counter, who["lei"])
    visit_id = counter.receive(WANG)
    counter.scan(code(PARACETAMOL, 1))
    assert counter.rested().state is VisitState.TRACED
    sign_in(counter, who["substitute"])
    assert counter.rested().visit_id == visit_id
    assert counter.store.visits.visit(visit_id).doctor_code == SUBSTITUTE
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    assert counter.confirm(counter.rested()).state is VisitState.SETTLED
    assert heard.treating() == {SUBSTITUTE}


def test_a_visit_something_was_sent_for_is_claimed_by_whoever_treated(
    counter: Counter, who: dict[str, str], heard: Heard
) -> None:
    sign_in(counter, who["lei"])
    counter.priced(WANG, code(PARACETAMOL, 1))
    sign_in(counter, who["substitute"])
    counter.scan(code(AMOXICILLIN, 2))  # Registered and uploaded anew, after the change.
    assert counter.confirm(counter.rested()).state is VisitState.SETTLED
    assert heard.treating() == {LEI}
    assert set(heard.opters("2207A")) == {SUBSTITUTE}  # Who agreed is who is on duty.


def test_a_visit_registered_at_the_province_stays_although_it_has_no_price_now(
    counter: Counter, who: dict[str, str], heard: Heard, line: Between
) -> None:
    sign_in(counter, who["lei"])
    visit = counter.priced(WANG, code(PARACETAMOL, 1))
    line.tell({"2206A": b"not json"})
    counter.scan(code(AMOXICILLIN, 2))
    assert counter.rested().state is VisitState.TRACED
    sign_in(counter, who["substitute"])
    assert counter.store.visits.visit(visit.visit_id).doctor_code == LEI
    line.tell({})
    counter.desk.till.price(visit.visit_id)
    assert counter.confirm(counter.rested()).state is VisitState.SETTLED
    assert heard.treating() == {LEI}


def test_a_settlement_that_is_resumed_names_the_doctor_it_was_registered_under(
    tmp_path: Path,
    counter: Counter,
    who: dict[str, str],
    clock: Clock,
    line: Between,
    heard: Heard,
) -> None:
    sign_in(counter, who["lei"])
    priced = counter.priced(WANG, code(PARACETAMOL, 1))
    counter.close()
    again = Counter(tmp_path / "terminal", line.address, clock)
    try:
        sign_in(again, who["substitute"])
        again.desk.till.price(priced.visit_id)
        assert again.confirm(again.rested()).state is VisitState.SETTLED
    finally:
        again.close()
    assert heard.treating() == {LEI}


def test_the_substitute_claims_under_her_own_code_and_signs_in_at_the_province(
    counter: Counter, who: dict[str, str], heard: Heard
) -> None:
    sign_in(counter, who["substitute"])
    counter.settled(WANG, code(PARACETAMOL, 1))
    assert heard.treating() == {SUBSTITUTE}
    opters = {sent["opter"] for sent in heard.messages}
    assert opters == {SUBSTITUTE}
    assert {sent["opter_name"] for sent in heard.messages} == {"唐小兰"}


def test_a_shift_in_mid_message_never_mixes_two_sign_ins(counter: Counter, heard: Heard) -> None:
    shifts = cycle([Doctor(LEI, "雷新民"), Doctor(SUBSTITUTE, "唐小兰")])
    counter.session.on_duty = lambda: next(shifts)
    for _ in range(3):
        counter.knows(WANG)
    by_sign: dict[str, set[str]] = {}
    for sent in heard.messages:
        if sent.get("sign_no"):
            by_sign.setdefault(sent["sign_no"], set()).add(sent["opter"])
    assert len(by_sign) > 1
    assert all(len(opters) == 1 for opters in by_sign.values())


# --- registered here (5102)
def test_an_unregistered_doctor_is_told_before_the_first_patient(
    counter: Counter, who: dict[str, str]
) -> None:
    sign_in(counter, who["stranger"])
    on_duty = counter.desk.duty.on_duty()
    assert on_duty.insured_refused
    assert on_duty.operator is not None
    assert on_duty.operator.registered is Registered.NO


def test_an_unregistered_doctor_records_and_sells_but_settles_nothing_insured(
    counter: Counter, who: dict[str, str], heard: Heard
) -> None:
    sign_in(counter, who["stranger"])
    visit_id = counter.receive(WANG)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.scan(code(PARACETAMOL, 1))
    visit = counter.rested()
    assert (visit.state, visit.notice and visit.notice.code) == (
        VisitState.TRACED,
        "doctor.not_registered",
    )
    assert heard.treating() == set()
    counter.desk.till.sell_self_paid(visit_id, visit.revision, visit.lines[0].total)
    assert counter.rested().state is VisitState.SETTLED


def test_an_unregistered_doctor_agrees_to_nothing_another_priced(
    counter: Counter, who: dict[str, str], heard: Heard
) -> None:
    sign_in(counter, who["lei"])
    priced = counter.priced(WANG, code(PARACETAMOL, 1))
    sign_in(counter, who["stranger"])
    with pytest.raises(Refused, match=r"doctor\.not_registered"):
        counter.confirm(priced)
    assert heard.opters("2207A") == []
    sign_in(counter, who["lei"])
    assert counter.confirm(counter.rested()).state is VisitState.SETTLED


def test_what_an_unregistered_doctor_treated_is_claimed_by_nobody_else(
    counter: Counter, who: dict[str, str], heard: Heard
) -> None:
    sign_in(counter, who["stranger"])  # So that the province has said no of him.
    sign_in(counter, who["lei"])
    visit_id = counter.receive(WANG)
    counter.store.visits.note(visit_id, {"doctor_code": STRANGER})
    counter.scan(code(PARACETAMOL, 1))
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    visit = counter.rested()
    assert visit.notice is not None
    assert visit.notice.code == "doctor.not_registered"
    assert heard.treating() == set()


def test_a_doctor_of_whom_the_province_cannot_be_asked_is_not_held_up(
    counter: Counter, who: dict[str, str], line: Between
) -> None:
    line.tell({"5102": b"not json"})
    sign_in(counter, who["lei"])
    assert not counter.desk.duty.on_duty().insured_refused
    line.tell({})
    assert counter.settled(WANG, code(PARACETAMOL, 1)).state is VisitState.SETTLED


def test_who_signed_in_while_the_line_was_away_is_asked_about_when_it_is_back(
    counter: Counter, who: dict[str, str], line: Between
) -> None:
    line.tell({"5102": b"not json"})
    sign_in(counter, who["stranger"])
    assert not counter.desk.duty.on_duty().insured_refused
    line.tell({})
    counter.desk.duty.ask_again()
    counter.desk.errands.rest(WAIT_S)
    assert counter.desk.duty.on_duty().insured_refused


def test_the_province_is_asked_once_a_day_and_a_no_is_asked_about_again(
    counter: Counter, who: dict[str, str], clock: Clock, heard: Heard
) -> None:
    def asked() -> int:
        return len(heard.opters("5102"))

    for _ in range(2):
        sign_in(counter, who["lei"])
    assert asked() == 1
    clock.now += timedelta(days=1)
    sign_in(counter, who["lei"])
    assert asked() == 2
    for _ in range(2):
        sign_in(counter, who["stranger"])
    assert asked() == 4


# --- a face
def looked(counter: Counter, person_id: str, *, agrees: bool) -> None:
    """What the looking thread does once the face is wanted."""
    until_s = time.monotonic() + 10
    door = counter.desk.duty.door
    while door.looked_for() is None:
        assert time.monotonic() < until_s
    if agrees:
        door.agreed(person_id)
    else:
        door.in_vain(person_id, "face.locked")


def test_a_bound_face_signs_in_without_a_pin_and_only_when_it_was_seen(
    counter: Counter, who: dict[str, str]
) -> None:
    duty, person_id = counter.desk.duty, counter.knows(WANG)
    with pytest.raises(Refused, match=r"operator\.face_unknown"):
        duty.sign_in_by_face(who["lei"], DOCTOR)
    counter.store.operators.bind_face(who["lei"], person_id)
    assert next(card for card in duty.operators() if card.operator_id == who["lei"]).has_face
    with ThreadPoolExecutor(1) as page:
        waiting = page.submit(duty.sign_in_by_face, who["lei"], DOCTOR)
        looked(counter, "somebody else", agrees=True)
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
        looked(counter, person_id, agrees=False)
        with pytest.raises(Refused, match=r"operator\.face_not_seen"):
            waiting.result(20)
        waiting = page.submit(duty.sign_in_by_face, who["lei"], DOCTOR)
        looked(counter, person_id, agrees=True)
        assert duty.roles_of(waiting.result(20)) == {DOCTOR}
    assert duty.door.looked_for() is None


def test_a_face_does_not_get_around_the_wait_after_wrong_pins(
    counter: Counter, who: dict[str, str]
) -> None:
    counter.store.operators.bind_face(who["lei"], counter.knows(WANG))
    for _ in range(LIMITS.failures_max):
        refused(counter, who["lei"])
    with pytest.raises(Refused, match=r"operator\.locked"):
        counter.desk.duty.sign_in_by_face(who["lei"], DOCTOR)


# --- making operators
def test_the_first_operator_is_a_technician(counter: Counter, clock: Clock) -> None:
    made = Operating(counter.store, clock, "tests")
    with pytest.raises(Refused, match=r"operator\.technician_first"):
        made.add("雷新民", frozenset({DOCTOR}), PIN, LEI)
    made.add("陈师傅", frozenset({TECHNICIAN}), PIN)
    made.add("雷新民", frozenset({DOCTOR}), PIN, LEI)


def test_a_doctor_has_a_code_of_their_own(
    counter: Counter, clock: Clock, who: dict[str, str]
) -> None:
    made = Operating(counter.store, clock, "tests")
    for wrong, code_given in (("code_missing", ""), ("code_missing", "D12"), ("code_taken", LEI)):
        with pytest.raises(Refused, match=rf"operator\.{wrong}"):
            made.add("新来的", frozenset({DOCTOR}), PIN, code_given)
    made.retire(who["lei"])
    made.add("雷新民", frozenset({DOCTOR}), PIN, LEI)


def test_the_last_technician_stays(counter: Counter, clock: Clock, who: dict[str, str]) -> None:
    made = Operating(counter.store, clock, "tests")
    with pytest.raises(Refused, match=r"operator\.last_technician"):
        made.retire(who["technician"])
    made.add("第二位", frozenset({TECHNICIAN}), PIN)
    made.retire(who["technician"])


def test_another_pin_ends_the_wait_and_the_old_one(
    counter: Counter, clock: Clock, who: dict[str, str]
) -> None:
    for _ in range(LIMITS.failures_max):
        refused(counter, who["lei"])
    Operating(counter.store, clock, "tests").reset_pin(who["lei"], WRONG)
    assert refused(counter, who["lei"], PIN).code == "operator.pin_wrong"
    counter.desk.duty.sign_in(who["lei"], WRONG, DOCTOR)
    changes = [each["change"] for each in deeds(counter, Deed.OPERATOR_CHANGED)]
    assert changes == ["added"] * 4 + ["pin_reset"]


def test_a_face_is_bound_only_where_a_template_is_kept(
    counter: Counter, clock: Clock, who: dict[str, str]
) -> None:
    counter.knows(WANG)
    with pytest.raises(Refused, match=r"operator\.face_not_enrolled"):
        Operating(counter.store, clock, "tests").bind_face(who["lei"], WANG)
