"""Two who look alike, and amounts that ask for more than a face: never a guess, never a
dead end. A real desk, the sandbox province, a real store."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.counter import VisitView
from terminal.core.faults import Fault, Refused
from terminal.core.money import Money
from terminal.core.people import Identified
from terminal.core.recognition import Challenged, Known
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, COLD, LI, RULES, WANG, Clock, charges, code
from tests.counter import Counter
from tests.shell.sights import PASSED, alive, with_challenge

FACE = alive()
BOX = code(AMOXICILLIN, 1)


@pytest.fixture
def strict(tmp_path: Path, province: SandboxProvince, clock: Clock) -> Iterator[Counter]:
    """A desk at which the smallest bill asks for more than a face."""
    rules = dataclasses.replace(RULES, asks_more_from=Money.parse("1.00"))
    running = Counter(tmp_path / "terminal", province.address, clock, rules)
    yield running
    running.close()


def twins(counter: Counter) -> tuple[str, VisitView]:
    """Wang and Li before the camera, and nobody can say which of them."""
    wang, li = counter.knows(WANG), counter.knows(LI)
    visit_id = counter.desk.reception.doubted((wang, li), FACE)
    assert visit_id is not None
    return visit_id, counter.rested()


def billed(counter: Counter, *, challenged: bool = False) -> VisitView:
    """Wang, recognised by the face, with a box of drugs priced."""
    seen = with_challenge(FACE) if challenged else FACE
    counter.desk.reception.recognised(Known(counter.knows(WANG), 0.9), seen)
    visit = counter.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
    counter.desk.reception.confirm_person(visit.visit_id)
    counter.desk.basket.set_diagnosis(visit.visit_id, COLD)
    counter.scan(BOX)
    return counter.until(lambda v: v.state is VisitState.PRICED and v.busy is None)


def refusal(counter: Counter, visit: VisitView) -> str:
    with pytest.raises(Fault) as refused:
        counter.confirm(visit)
    return refused.value.code


# --- two who look alike


def test_until_somebody_says_which_of_them_there_is_no_person_on_the_visit(
    counter: Counter,
) -> None:
    _, visit = twins(counter)
    assert (visit.state, visit.person, visit.holder) == (VisitState.DOUBTED, None, None)
    assert [card.person_id for card in visit.doubted] == [counter.knows(WANG), counter.knows(LI)]
    assert visit.digits_left == 3
    with pytest.raises(Refused) as refused:
        counter.desk.reception.confirm_person(visit.visit_id)
    assert refused.value.code == "visit.no_such_step"


def test_the_last_digits_say_which_of_two(counter: Counter) -> None:
    visit_id, _ = twins(counter)
    counter.desk.doubts.give_digits(visit_id, LI[-4:].lower())
    visit = counter.rested()
    assert visit.person is not None
    assert (visit.state, visit.second_factor) == (VisitState.PRESENTED, "id_digits")
    assert counter.store.visits.visit(visit_id).person_id == counter.knows(LI)
    assert visit.identified is Identified.BY_FACE
    assert visit.doubted == ()


def test_wrong_digits_name_nobody_and_run_out(counter: Counter) -> None:
    visit_id, _ = twins(counter)
    for left in (2, 1):
        with pytest.raises(Refused) as refused:
            counter.desk.doubts.give_digits(visit_id, "0000")
        assert (refused.value.code, refused.value.facts) == ("person.digits_wrong", {"left": left})
        assert counter.rested().digits_left == left
    with pytest.raises(Refused) as refused:
        counter.desk.doubts.give_digits(visit_id, "0000")
    assert refused.value.code == "person.digits_used_up"  # Nobody is told to try again.
    assert counter.rested().digits_left == 0
    with pytest.raises(Refused) as refused:
        counter.desk.doubts.give_digits(visit_id, WANG[-4:])
    assert refused.value.code == "person.digits_used_up"
    assert counter.rested().state is VisitState.DOUBTED


def test_after_that_the_doctor_still_can(counter: Counter) -> None:
    visit_id, _ = twins(counter)
    for _ in range(3):
        with pytest.raises(Refused):
            counter.desk.doubts.give_digits(visit_id, "0000")
    counter.desk.doubts.choose_look_alike(visit_id, counter.knows(WANG))
    visit = counter.rested()
    assert (visit.state, visit.second_factor) == (VisitState.PRESENTED, "doctor")


def test_tries_are_counted_over_all_visits_of_a_day(counter: Counter, clock: Clock) -> None:
    for left in (3, 2, 1):
        visit_id, visit = twins(counter)
        assert visit.digits_left == left
        with pytest.raises(Refused):
            counter.desk.doubts.give_digits(visit_id, "0000")
        counter.desk.reception.leave(visit_id)
    visit_id, visit = twins(counter)
    assert visit.digits_left == 0
    with pytest.raises(Refused) as refused:
        counter.desk.doubts.give_digits(visit_id, WANG[-4:])
    assert refused.value.code == "person.digits_used_up"
    counter.desk.reception.leave(visit_id)
    clock.now += timedelta(days=1)
    assert twins(counter)[1].digits_left == 3


def test_a_scan_waits_until_it_is_known_for_whom(counter: Counter) -> None:
    twins(counter)
    counter.scan(BOX)
    scan = counter.desk.view().scan
    assert scan is not None
    assert scan.code == "scan.person_first"


def test_digits_that_two_of_them_share_decide_nothing_and_count(counter: Counter) -> None:
    wang, li = counter.knows(WANG), counter.knows(LI)
    shared = counter.store.people.person(li)
    assert shared is not None
    counter.store.people.keep(dataclasses.replace(shared, id_number=LI[:14] + WANG[-4:]))
    visit_id = counter.desk.reception.doubted((wang, li), FACE)
    assert visit_id is not None
    with pytest.raises(Refused) as refused:
        counter.desk.doubts.give_digits(visit_id, WANG[-4:])
    assert refused.value.code == "person.digits_shared"
    assert counter.rested().digits_left == 2


@pytest.mark.parametrize("other", ["", "somebody else"])
def test_the_doctor_chooses_among_them_and_nobody_else(counter: Counter, other: str) -> None:
    visit_id, _ = twins(counter)
    with pytest.raises(Refused) as refused:
        counter.desk.doubts.choose_look_alike(visit_id, other)
    assert refused.value.code == "person.no_look_alike"


def test_neither_of_them_leaves_nothing_behind(counter: Counter) -> None:
    visit_id, _ = twins(counter)
    counter.desk.reception.leave(visit_id)
    assert counter.store.visits.visit(visit_id).state is VisitState.ABANDONED
    assert counter.desk.counter.departed in {counter.knows(WANG), counter.knows(LI)}


def test_a_doubt_does_not_outlive_a_restart(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    first = Counter(tmp_path / "terminal", province.address, clock)
    visit_id, _ = twins(first)
    first.close()
    again = Counter(tmp_path / "terminal", province.address, clock)
    assert again.desk.view().visit is None
    assert again.store.visits.visit(visit_id).state is VisitState.ABANDONED
    again.close()


def test_digits_are_asked_of_nobody_who_is_not_in_doubt(counter: Counter) -> None:
    visit_id = counter.receive(WANG)
    for verb in (
        lambda: counter.desk.doubts.give_digits(visit_id, WANG[-4:]),
        lambda: counter.desk.doubts.vouch(visit_id),
    ):
        with pytest.raises(Refused) as refused:
            verb()
        assert refused.value.code in {"person.digits_not_asked", "visit.assurance_not_asked"}


# --- an amount that asks for more


def test_a_face_alone_charges_nothing_from_the_amount_on(
    strict: Counter, province: SandboxProvince
) -> None:
    visit = billed(strict)
    assert strict.rested().assurance_wanted, "asked beside the amount, before anybody taps"
    assert refusal(strict, visit) == "visit.assurance_wanted"
    after = strict.rested()
    assert (after.state, after.assurance_wanted) == (VisitState.PRICED, True)
    assert charges(province) == []
    comparison = strict.desk.counter.comparison
    assert comparison is not None
    assert (comparison.visit_id, comparison.challenge) == (visit.visit_id, True)


def test_a_smaller_bill_is_no_longer_asked_about(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    rules = dataclasses.replace(RULES, asks_more_from=Money.parse("30.00"))
    desk = Counter(tmp_path / "terminal", province.address, clock, rules)
    visit = billed(desk)
    assert not desk.rested().assurance_wanted
    desk.scan(code(AMOXICILLIN, 2))
    desk.until(lambda v: v.assurance_wanted)
    desk.desk.basket.remove_line(visit.visit_id, 2)
    desk.until(lambda v: v.state is VisitState.PRICED and not v.assurance_wanted)
    assert desk.desk.counter.comparison is None
    desk.close()


def test_the_digits_of_who_stands_there_are_enough(
    strict: Counter, province: SandboxProvince
) -> None:
    visit = billed(strict)
    refusal(strict, visit)
    with pytest.raises(Refused) as refused:
        strict.desk.doubts.give_digits(visit.visit_id, LI[-4:])
    assert refused.value.code == "person.digits_wrong"
    strict.desk.doubts.give_digits(visit.visit_id, WANG[-4:])
    assert not strict.rested().assurance_wanted
    assert strict.confirm(strict.rested()).state is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_the_doctors_word_is_enough_and_is_written_down(
    strict: Counter, province: SandboxProvince
) -> None:
    visit = billed(strict)
    refusal(strict, visit)
    strict.desk.doubts.vouch(visit.visit_id)
    assert strict.confirm(strict.rested()).state is VisitState.SETTLED
    assert strict.store.visits.visit(visit.visit_id).second_factor == "doctor"
    assert len(charges(province)) == 1


def test_who_passed_a_challenge_at_the_door_is_not_asked_again(strict: Counter) -> None:
    visit = billed(strict, challenged=True)
    assert visit.challenged is PASSED
    assert strict.confirm(visit).state is VisitState.SETTLED


def test_a_visit_by_card_is_not_asked(strict: Counter) -> None:
    assert strict.settled(WANG, BOX).state is VisitState.SETTLED


def test_a_small_bill_is_not_asked(counter: Counter) -> None:
    visit = billed(counter)
    assert visit.challenged is Challenged.NOT_ASKED
    assert counter.confirm(visit).state is VisitState.SETTLED


def test_whoever_is_always_asked_can_be_let_off_again(counter: Counter) -> None:
    visit = billed(counter)
    for asked in (True, False):
        for _ in range(2):  # A second tap of an old page changes nothing.
            counter.desk.doubts.challenge_always(visit.visit_id, wanted=asked)
        assert counter.rested().always_challenged is asked
