"""What the resident says to an amount is written once, and holds for just that amount."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.money import Money, total
from terminal.core.shares import Shares
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, CLINIC, PARACETAMOL, WANG, code
from tests.crash.power import FailingDisk, Power, PowerCut
from tests.rooms import Rooms

Start = Callable[..., Rooms]
BOX = code(AMOXICILLIN, 1)


def asked(here: Rooms, visit_id: str) -> tuple[str, int, Money]:
    """What the resident's tap carries: the visit, its lines, and the amount on the screen."""
    priced = [
        Shares.from_fen(record.estimate or {}).own
        if here.state(visit_id) is VisitState.ESTIMATED
        else Shares.from_fen(record.pre_settlement or {}).own
        for record in here.store.settlements.of_visit(visit_id)
    ]
    return visit_id, here.store.visits.visit(visit_id).revision, total(priced)


def said(here: Rooms) -> list[tuple[str, str, str]]:
    """The deeds of agreement in the ledger, with manner and who answers for them."""
    kept = [each.entry for each in here.store.ledger.entries()]
    found = [each for each in kept if each.deed in {Deed.AGREED, Deed.DECLINED}]
    return [(each.deed, json.loads(each.facts)["agreed"], each.who) for each in found]


def rows(here: Rooms, visit_id: str) -> list[Agreement]:
    """Every answer as it was written, newest last."""
    book = here.store.agreements
    return [] if (last := book.last(visit_id)) is None else [last]


def refused(verb: Callable[..., object], *arguments: Any) -> str:
    with pytest.raises(Refused) as caught:
        verb(*arguments)
    return caught.value.code


def test_an_amount_that_was_declined_is_not_charged_until_they_say_yes(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.money.agreeing.decline(*asked(here, visit_id))
    assert refused(here.confirm, visit_id) == "agreement.declined"
    assert here.state(visit_id) is VisitState.PRICED
    assert here.record(visit_id).setl_id is None
    here.money.agreeing.agree(*asked(here, visit_id))
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert [deed for deed, *_ in said(here)] == ["declined", "agreed"]


def test_a_no_is_taken_back_aloud_only_by_a_tap_of_the_doctor_who_heard_it(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.money.agreeing.decline(*asked(here, visit_id), Manner.BUTTON)
    here.money.agreeing.spoken(*asked(here, visit_id))
    here.confirm(visit_id)
    assert said(here) == [
        ("declined", "button", ""),
        ("agreed", "spoken", CLINIC.doctor_code),
    ]
    (last,) = rows(here, visit_id)
    assert (last.manner, last.heard_by) == (Manner.SPOKEN, CLINIC.doctor_code)


def test_what_nobody_answered_on_the_screen_was_said_aloud_to_the_doctor(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    _, revision, own = asked(here, visit_id)
    here.confirm(visit_id)
    (last,) = rows(here, visit_id)
    assert last.is_of(revision, own)
    assert (last.answer, last.manner) == (Answer.AGREED, Manner.SPOKEN)
    assert last.heard_by == CLINIC.doctor_code
    assert said(here) == []  # It is the confirmation itself, which the ledger has.
    confirmed = [e.entry for e in here.store.ledger.entries() if e.entry.deed == "amount_confirmed"]
    assert [json.loads(each.facts)["agreed"] for each in confirmed] == ["spoken"]


def test_a_tap_of_the_resident_is_not_turned_into_a_word_that_the_doctor_heard(
    rooms: Start,
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.money.agreeing.agree(*asked(here, visit_id))
    here.confirm(visit_id)
    (last,) = rows(here, visit_id)
    assert (last.manner, last.heard_by) == (Manner.TAP, "")


def test_a_double_tap_is_one_answer(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    for _ in range(3):
        here.money.agreeing.agree(*asked(here, visit_id))
    assert [deed for deed, *_ in said(here)] == ["agreed"]


def another_box(here: Rooms) -> None:
    here.scanning.scanned(code(PARACETAMOL, 2).encode())


def priced_anew(here: Rooms) -> None:
    here.clock.now += timedelta(minutes=5)
    here.till.price(here.counter.front or "")


@pytest.mark.parametrize("later", [another_box, priced_anew])
def test_a_yes_holds_only_for_the_price_it_was_given_to(
    rooms: Start, later: Callable[[Rooms], None]
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.money.agreeing.agree(*asked(here, visit_id))
    later(here)
    here.confirm(visit_id)
    (last,) = rows(here, visit_id)
    assert last.manner is Manner.SPOKEN


def test_no_yes_is_taken_to_an_amount_that_has_changed_since(rooms: Start) -> None:
    here = rooms()
    seen = asked(here, here.priced(WANG, BOX))
    another_box(here)
    assert refused(here.money.agreeing.agree, *seen) == "visit.price_changed"


def test_a_no_is_not_priced_away(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.money.agreeing.decline(*asked(here, visit_id))
    here.clock.now += timedelta(minutes=5)
    here.till.price(visit_id)
    assert refused(here.confirm, visit_id) == "agreement.declined"


def test_there_is_nothing_to_agree_to_before_a_price_and_after_the_charge(rooms: Start) -> None:
    here = rooms()
    visit_id = here.traced(WANG, BOX)
    for verb in (here.money.agreeing.agree, here.money.agreeing.decline):
        assert refused(verb, visit_id, 1, Money(0)) == "agreement.nothing"
        assert refused(verb, "somebody else's", 1, Money(0)) == "visit.other_on_counter"
    here.basket.set_diagnosis(visit_id, "J06.900")
    seen = asked(here, visit_id)
    here.confirm(visit_id)
    assert refused(here.money.agreeing.decline, *seen) == "agreement.nothing"
    assert here.state(visit_id) is VisitState.SETTLED


def test_whoever_declined_is_not_sold_it_without_insurance_either(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.money.agreeing.decline(*asked(here, visit_id))
    revision = here.store.visits.visit(visit_id).revision
    whole = total(line.total for line in here.store.lines.of(visit_id))
    sell = here.till.sell_self_paid
    assert refused(sell, visit_id, revision, whole) == "agreement.declined"
    here.money.agreeing.spoken(*asked(here, visit_id))
    sell(visit_id, revision, whole)
    assert here.state(visit_id) is VisitState.SETTLED
    (last,) = rows(here, visit_id)
    assert (last.own, last.manner) == (whole, Manner.SPOKEN)


def test_a_refused_confirmation_leaves_no_word_that_nobody_said(rooms: Start) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    _, revision, own = asked(here, visit_id)
    wrong = (visit_id, revision, own + Money(1))
    assert refused(here.till.confirm_amount, *wrong) == "visit.price_changed"
    assert rows(here, visit_id) == []
    here.confirm(visit_id)
    assert refused(here.till.confirm_amount, visit_id, revision, own) == "visit.no_such_step"
    assert len(rows(here, visit_id)) == 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(answers=st.lists(st.sampled_from(["agree", "decline", "spoken"]), max_size=6))
def test_the_last_word_decides_whatever_was_said_before(
    rooms_of_one_visit: Rooms, answers: list[str]
) -> None:
    here = rooms_of_one_visit
    visit_id = here.counter.front or ""
    before = here.store.agreements.last(visit_id)
    for answer in answers:
        getattr(here.money.agreeing, answer)(*asked(here, visit_id))
    last = here.store.agreements.last(visit_id)
    if not answers:
        assert last == before
        return
    assert last is not None
    assert (last.answer is Answer.DECLINED) == (answers[-1] == "decline")
    visit = here.store.visits.visit(visit_id)
    if last.answer is Answer.DECLINED:
        own = asked(here, visit_id)[2]
        assert refused(here.money.agreeing.confirmed, visit, own) == "agreement.declined"
    else:
        assert here.money.agreeing.confirmed(visit, last.own) is last.manner


@pytest.fixture
def rooms_of_one_visit(rooms: Start) -> Rooms:
    here = rooms()
    here.priced(WANG, BOX)
    return here


def test_a_power_cut_leaves_the_confirmation_with_its_spoken_yes_or_neither(rooms: Start) -> None:
    before, cuts = (VisitState.PRICED, None), 0
    here = rooms(database=FailingDisk)
    visit_id = here.priced(WANG, BOX)
    while here.state(visit_id) is VisitState.PRICED:
        Power.left = cuts
        try:
            here.confirm(visit_id)
        except PowerCut:
            Power.left = float("inf")
            here = rooms(database=FailingDisk)
            here.counter.front = visit_id
        finally:
            Power.left = float("inf")
        cuts += 1
        after = (here.state(visit_id), here.store.agreements.last(visit_id))
        assert (after == before) or (after[0] is not VisitState.PRICED and after[1] is not None), (
            cuts
        )
    assert cuts > 3  # The answer, the step, its ledger entry, and the settlement's step.
