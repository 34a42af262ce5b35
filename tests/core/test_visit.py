"""The tables of a visit and of its settlements: every pair, and what must be missing."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.charge import (
    SETTLEMENT_ARROWS,
    SettlementEvent,
    SettlementState,
    advance_settlement,
)
from terminal.core.faults import Refused
from terminal.core.visit import VISIT_ARROWS, VisitEvent, VisitState, advance, summary

S, V = SettlementState, VisitState


@pytest.mark.parametrize(("state", "event"), list(product(VisitState, VisitEvent)))
def test_a_visit_goes_where_its_table_says_and_nowhere_else(
    state: VisitState, event: VisitEvent
) -> None:
    if event in VISIT_ARROWS[state]:
        assert advance(state, event) is VISIT_ARROWS[state][event]
        return
    with pytest.raises(Refused) as refused:
        advance(state, event)
    assert refused.value.code == "visit.no_such_step"
    assert refused.value.facts == {"state": state.value, "event": event.value}


@pytest.mark.parametrize(("state", "event"), list(product(SettlementState, SettlementEvent)))
def test_a_settlement_goes_where_its_table_says_and_nowhere_else(
    state: SettlementState, event: SettlementEvent
) -> None:
    if event in SETTLEMENT_ARROWS[state]:
        assert advance_settlement(state, event) is SETTLEMENT_ARROWS[state][event]
        return
    with pytest.raises(Refused) as refused:
        advance_settlement(state, event)
    assert refused.value.code == "settlement.no_such_step"


def into(arrows: dict, target: object) -> set:
    return {state for state, exits in arrows.items() if target in exits.values()}


def test_nothing_is_charged_without_a_doctor() -> None:
    assert into(VISIT_ARROWS, V.SETTLING) == {V.CONFIRMED, V.PARTLY_SETTLED}
    assert into(SETTLEMENT_ARROWS, S.SETTLING) == {S.CONFIRMED}
    assert into(SETTLEMENT_ARROWS, S.CONFIRMED) - {S.SETTLING} == {S.PRICED, S.WAITING}
    assert into(SETTLEMENT_ARROWS, S.WAITING) == {S.ESTIMATED}
    assert into(VISIT_ARROWS, V.CONFIRMED) == {V.PRICED, V.WAITING, V.SETTLING}


def test_money_that_may_have_moved_is_never_abandoned() -> None:
    for state in (V.SETTLING, V.UNCERTAIN, V.DIFFERS, V.PARTLY_SETTLED):
        assert not {V.ABANDONED, V.CLOSED} & set(VISIT_ARROWS[state].values())
    for state in (S.SETTLING, S.UNCERTAIN, S.DIFFERS, S.CANCELLING, S.SETTLED):
        assert S.DROPPED not in SETTLEMENT_ARROWS[state].values()


def test_an_unknown_charge_is_never_sent_again() -> None:
    exits = SETTLEMENT_ARROWS[S.UNCERTAIN]
    assert exits == {
        SettlementEvent.PROVINCE_SETTLED: S.SETTLED,
        SettlementEvent.PROVINCE_DIFFERED: S.DIFFERS,
        SettlementEvent.PROVINCE_REVERSED: S.DRAFT,
        SettlementEvent.PROVINCE_SILENT: S.UNCERTAIN,
    }
    assert not {V.SETTLING, V.CONFIRMED, V.PRICED} & set(VISIT_ARROWS[V.UNCERTAIN].values())


def test_a_difference_ends_only_by_being_accepted_or_cancelled() -> None:
    assert SETTLEMENT_ARROWS[S.DIFFERS] == {
        SettlementEvent.DIFFERENCE_ACCEPTED: S.SETTLED,
        SettlementEvent.CANCELLATION_SENT: S.CANCELLING,
    }
    assert advance_settlement(S.CANCELLING, SettlementEvent.STILL_DIFFERS) is S.DIFFERS
    for state in set(SettlementState) - {S.CANCELLING}:
        assert SettlementEvent.STILL_DIFFERS not in SETTLEMENT_ARROWS[state]
    came_to = summary([S.DIFFERS])
    assert came_to is VisitEvent.SOME_DIFFER
    assert advance(V.DIFFERS, came_to) is V.DIFFERS


def reachable(arrows: dict, start: object) -> set:
    seen, ahead = {start}, [start]
    while ahead:
        ahead += (new := set(arrows[ahead.pop()].values()) - seen)
        seen |= new
    return seen


def test_every_state_can_be_reached_and_every_visit_can_end() -> None:
    assert reachable(VISIT_ARROWS, V.OPEN) == set(VisitState)
    assert reachable(SETTLEMENT_ARROWS, S.DRAFT) == set(SettlementState)
    ends = {V.SETTLED, V.SETTLED_THERE, V.CLOSED, V.ABANDONED}
    for state in set(VisitState) - {V.CANCELLED}:
        assert reachable(VISIT_ARROWS, state) & ends


@pytest.mark.parametrize(
    ("states", "event"),
    [
        ([S.SETTLED], VisitEvent.ALL_SETTLED),
        ([S.SETTLED, S.SETTLED], VisitEvent.ALL_SETTLED),
        ([S.SETTLED, S.DROPPED], VisitEvent.ALL_SETTLED),
        ([S.SETTLED, S.DRAFT], VisitEvent.SOME_SETTLED),
        ([S.SETTLED, S.CONFIRMED], VisitEvent.SOME_SETTLED),
        ([S.CONFIRMED, S.CONFIRMED], VisitEvent.PROVINCE_AWAY),
        ([S.DRAFT, S.CONFIRMED], VisitEvent.NONE_SETTLED),
        ([S.DRAFT], VisitEvent.NONE_SETTLED),
        ([S.SETTLED, S.UNCERTAIN], VisitEvent.PROVINCE_SILENT),
        ([S.DRAFT, S.UNCERTAIN], VisitEvent.PROVINCE_SILENT),
        ([S.SETTLED, S.SETTLING], None),
        ([S.UNCERTAIN, S.SETTLING], None),
        ([S.SETTLED, S.CANCELLING], None),
        ([S.CANCELLED, S.CANCELLED], VisitEvent.ALL_CANCELLED),
        ([S.CANCELLED, S.SETTLED], VisitEvent.ALL_SETTLED),
        ([S.CANCELLED, S.CONFIRMED], VisitEvent.PROVINCE_AWAY),
        ([S.DIFFERS, S.SETTLED], VisitEvent.SOME_DIFFER),
        ([S.DIFFERS, S.CONFIRMED], VisitEvent.SOME_DIFFER),
        ([S.DIFFERS, S.UNCERTAIN], VisitEvent.PROVINCE_SILENT),
        ([S.DIFFERS, S.SETTLING], None),
        ([S.DROPPED], VisitEvent.NONE_SETTLED),
    ],
)
def test_what_the_settlements_have_come_to(
    states: list[SettlementState], event: VisitEvent | None
) -> None:
    assert summary(states) is event
    assert summary(states[::-1]) is event


@given(st.lists(st.sampled_from(SettlementState), min_size=1, max_size=4))
def test_one_silence_outweighs_everything(states: list[SettlementState]) -> None:
    outcome = summary([*states, S.UNCERTAIN])
    assert outcome in (VisitEvent.PROVINCE_SILENT, None)
    moving = {S.SETTLING, S.CANCELLING} & set(states)
    assert (outcome is None) == bool(moving)


@given(st.lists(st.sampled_from(SettlementState), min_size=1, max_size=4))
def test_settled_is_said_only_when_nothing_is_left(states: list[SettlementState]) -> None:
    live = [state for state in states if state not in (S.DROPPED, S.CANCELLED)]
    assert (summary(states) is VisitEvent.ALL_SETTLED) == (bool(live) and set(live) == {S.SETTLED})


def test_a_moving_visit_has_an_arrow_for_whatever_its_settlements_come_to() -> None:
    """From SETTLING any summary may come; from UNCERTAIN nothing can be all agreed to again."""
    for states in product(SettlementState, repeat=2):
        outcome = summary(states)
        before_money = {S.CANCELLED, S.CANCELLING} & set(states)
        if outcome is None or before_money:
            continue
        assert outcome in VISIT_ARROWS[V.SETTLING]
        if outcome is not VisitEvent.PROVINCE_AWAY:
            assert outcome in VISIT_ARROWS[V.UNCERTAIN]
