"""The life of one visit, and of each settlement in it, as tables.

Every state and every arrow is here; there is no other place where a visit or a
settlement changes state, and an event without an arrow is refused and changes
nothing. The diagrams in docs/visit.md are drawn from these tables.

A visit holds one or more settlements (ordinary, two diseases, chronic disease: lines of
one batch belong to one category), agreed to by one confirmation. What the settlements
have come to moves the visit: `summary` turns their states into the visit's next event.

Absences carry the safety of the whole terminal:

- into SETTLING only from CONFIRMED, or from PARTLY_SETTLED for what was agreed to with
  it: nothing is charged without a doctor;
- no arrow from SETTLING or UNCERTAIN to ABANDONED or DROPPED: money that may have moved
  is never forgotten;
- out of UNCERTAIN only by being found settled or proven reversed: never by sending the
  same charge again.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from terminal.core.faults import Refused


class VisitState(StrEnum):
    OPEN = "open"
    DOUBTED = "doubted"
    """A face was seen that two people share: the last digits of an ID, or the doctor, say
    which of them it is."""
    CHOOSING = "choosing"
    """A relative was recognised and is asked for whom the visit is."""
    PRESENTED = "presented"
    """A person card lies before the doctor."""
    IDENTIFIED = "identified"
    TRACED = "traced"
    PRICED = "priced"
    CONFIRMED = "confirmed"
    SETTLING = "settling"
    UNCERTAIN = "uncertain"
    PARTLY_SETTLED = "partly_settled"
    SETTLED = "settled"
    CLOSED = "closed"
    """Nothing was billed (blood pressure taken); nothing was sent."""
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class VisitEvent(StrEnum):
    LOOK_ALIKES_FOUND = "look_alikes_found"
    RELATIVE_ASKED = "relative_asked"
    PERSON_PRESENTED = "person_presented"
    DOCTOR_CONFIRMED_PERSON = "doctor_confirmed_person"
    DOCTOR_REFUSED_PERSON = "doctor_refused_person"
    ITEM_ADDED = "item_added"
    ITEM_REMOVED = "item_removed"
    LAST_ITEM_REMOVED = "last_item_removed"
    DIAGNOSIS_CHANGED = "diagnosis_changed"
    PRE_SETTLED = "pre_settled"
    AMOUNT_CONFIRMED = "amount_confirmed"
    REOPENED = "reopened"
    SETTLEMENT_SENT = "settlement_sent"
    ALL_SETTLED = "all_settled"
    SOME_SETTLED = "some_settled"
    NONE_SETTLED = "none_settled"
    """Refused, or reversed and proven so: to be priced and agreed to anew."""
    PROVINCE_AWAY = "province_away"
    PROVINCE_SILENT = "province_silent"
    ALL_CANCELLED = "all_cancelled"
    CLOSED_UNBILLED = "closed_unbilled"
    ABANDONED = "abandoned"


class SettlementState(StrEnum):
    DRAFT = "draft"
    PRICED = "priced"
    CONFIRMED = "confirmed"
    SETTLING = "settling"
    UNCERTAIN = "uncertain"
    SETTLED = "settled"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    DROPPED = "dropped"
    """Its lines were removed before anything was charged."""


class SettlementEvent(StrEnum):
    PRE_SETTLED = "pre_settled"
    REOPENED = "reopened"
    AMOUNT_CONFIRMED = "amount_confirmed"
    SETTLEMENT_SENT = "settlement_sent"
    PROVINCE_SETTLED = "province_settled"
    PROVINCE_REFUSED = "province_refused"
    PROVINCE_AWAY = "province_away"
    PROVINCE_SILENT = "province_silent"
    PROVINCE_REVERSED = "province_reversed"
    CANCELLATION_SENT = "cancellation_sent"
    PROVINCE_CANCELLED = "province_cancelled"
    CANCELLATION_REFUSED = "cancellation_refused"
    DROPPED = "dropped"


VISIT_ARROWS: dict[VisitState, dict[VisitEvent, VisitState]] = {
    VisitState.OPEN: {
        VisitEvent.LOOK_ALIKES_FOUND: VisitState.DOUBTED,
        VisitEvent.RELATIVE_ASKED: VisitState.CHOOSING,
        VisitEvent.PERSON_PRESENTED: VisitState.PRESENTED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.DOUBTED: {
        VisitEvent.RELATIVE_ASKED: VisitState.CHOOSING,
        VisitEvent.PERSON_PRESENTED: VisitState.PRESENTED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.CHOOSING: {
        VisitEvent.PERSON_PRESENTED: VisitState.PRESENTED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.PRESENTED: {
        VisitEvent.DOCTOR_CONFIRMED_PERSON: VisitState.IDENTIFIED,
        VisitEvent.DOCTOR_REFUSED_PERSON: VisitState.ABANDONED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.IDENTIFIED: {
        VisitEvent.DIAGNOSIS_CHANGED: VisitState.IDENTIFIED,
        VisitEvent.ITEM_ADDED: VisitState.TRACED,
        VisitEvent.CLOSED_UNBILLED: VisitState.CLOSED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.TRACED: {
        VisitEvent.DIAGNOSIS_CHANGED: VisitState.TRACED,
        VisitEvent.ITEM_ADDED: VisitState.TRACED,
        VisitEvent.ITEM_REMOVED: VisitState.TRACED,
        VisitEvent.LAST_ITEM_REMOVED: VisitState.IDENTIFIED,
        VisitEvent.PRE_SETTLED: VisitState.PRICED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.PRICED: {
        VisitEvent.DIAGNOSIS_CHANGED: VisitState.TRACED,
        VisitEvent.ITEM_ADDED: VisitState.TRACED,
        VisitEvent.ITEM_REMOVED: VisitState.TRACED,
        VisitEvent.LAST_ITEM_REMOVED: VisitState.IDENTIFIED,
        VisitEvent.PRE_SETTLED: VisitState.PRICED,
        VisitEvent.AMOUNT_CONFIRMED: VisitState.CONFIRMED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.CONFIRMED: {
        VisitEvent.SETTLEMENT_SENT: VisitState.SETTLING,
        VisitEvent.REOPENED: VisitState.TRACED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.SETTLING: {
        VisitEvent.ALL_SETTLED: VisitState.SETTLED,
        VisitEvent.SOME_SETTLED: VisitState.PARTLY_SETTLED,
        VisitEvent.NONE_SETTLED: VisitState.TRACED,
        VisitEvent.PROVINCE_AWAY: VisitState.CONFIRMED,  # No byte left this machine.
        VisitEvent.PROVINCE_SILENT: VisitState.UNCERTAIN,
    },
    VisitState.UNCERTAIN: {
        VisitEvent.ALL_SETTLED: VisitState.SETTLED,
        VisitEvent.SOME_SETTLED: VisitState.PARTLY_SETTLED,
        VisitEvent.NONE_SETTLED: VisitState.TRACED,
        VisitEvent.PROVINCE_SILENT: VisitState.UNCERTAIN,
    },
    VisitState.PARTLY_SETTLED: {
        VisitEvent.ITEM_REMOVED: VisitState.PARTLY_SETTLED,  # Of what is still unpaid.
        VisitEvent.PRE_SETTLED: VisitState.PARTLY_SETTLED,
        VisitEvent.AMOUNT_CONFIRMED: VisitState.PARTLY_SETTLED,
        VisitEvent.SETTLEMENT_SENT: VisitState.SETTLING,
        VisitEvent.ALL_SETTLED: VisitState.SETTLED,  # What was left unpaid was taken off.
    },
    VisitState.SETTLED: {VisitEvent.ALL_CANCELLED: VisitState.CANCELLED},
    VisitState.CLOSED: {},
    VisitState.CANCELLED: {},
    VisitState.ABANDONED: {},
}

SETTLEMENT_ARROWS: dict[SettlementState, dict[SettlementEvent, SettlementState]] = {
    SettlementState.DRAFT: {
        SettlementEvent.PRE_SETTLED: SettlementState.PRICED,
        SettlementEvent.REOPENED: SettlementState.DRAFT,
        SettlementEvent.DROPPED: SettlementState.DROPPED,
    },
    SettlementState.PRICED: {
        SettlementEvent.PRE_SETTLED: SettlementState.PRICED,
        SettlementEvent.REOPENED: SettlementState.DRAFT,
        SettlementEvent.AMOUNT_CONFIRMED: SettlementState.CONFIRMED,
        SettlementEvent.DROPPED: SettlementState.DROPPED,
    },
    SettlementState.CONFIRMED: {
        SettlementEvent.SETTLEMENT_SENT: SettlementState.SETTLING,
        SettlementEvent.REOPENED: SettlementState.DRAFT,
        SettlementEvent.DROPPED: SettlementState.DROPPED,
    },
    SettlementState.SETTLING: {
        SettlementEvent.PROVINCE_SETTLED: SettlementState.SETTLED,
        SettlementEvent.PROVINCE_REFUSED: SettlementState.DRAFT,
        SettlementEvent.PROVINCE_AWAY: SettlementState.CONFIRMED,
        SettlementEvent.PROVINCE_SILENT: SettlementState.UNCERTAIN,
    },
    SettlementState.UNCERTAIN: {
        SettlementEvent.PROVINCE_SETTLED: SettlementState.SETTLED,
        SettlementEvent.PROVINCE_REVERSED: SettlementState.DRAFT,
        SettlementEvent.PROVINCE_SILENT: SettlementState.UNCERTAIN,
    },
    SettlementState.SETTLED: {SettlementEvent.CANCELLATION_SENT: SettlementState.CANCELLING},
    SettlementState.CANCELLING: {
        SettlementEvent.PROVINCE_CANCELLED: SettlementState.CANCELLED,
        SettlementEvent.CANCELLATION_REFUSED: SettlementState.SETTLED,
        SettlementEvent.PROVINCE_AWAY: SettlementState.SETTLED,
        SettlementEvent.PROVINCE_SILENT: SettlementState.CANCELLING,
    },
    SettlementState.CANCELLED: {},
    SettlementState.DROPPED: {},
}


def advance(state: VisitState, event: VisitEvent) -> VisitState:
    """Return the visit's state after this event, or refuse an event with no arrow here."""
    try:
        return VISIT_ARROWS[state][event]
    except KeyError:
        raise Refused("visit.no_such_step", state=state.value, event=event.value) from None


def advance_settlement(state: SettlementState, event: SettlementEvent) -> SettlementState:
    """Return the settlement's state after this event, or refuse one with no arrow here."""
    try:
        return SETTLEMENT_ARROWS[state][event]
    except KeyError:
        raise Refused("settlement.no_such_step", state=state.value, event=event.value) from None


def summary(states: Collection[SettlementState]) -> VisitEvent | None:
    """What the settlements of a visit have come to, or None while one is on its way.

    Dropped settlements do not count. One silence outweighs everything: while any money
    may have moved, the visit is uncertain.
    """
    live = [state for state in states if state is not SettlementState.DROPPED]
    if SettlementState.SETTLING in live or SettlementState.CANCELLING in live:
        return None
    if SettlementState.UNCERTAIN in live:
        return VisitEvent.PROVINCE_SILENT
    if live and all(state is SettlementState.CANCELLED for state in live):
        return VisitEvent.ALL_CANCELLED
    if live and all(state is SettlementState.SETTLED for state in live):
        return VisitEvent.ALL_SETTLED
    if SettlementState.SETTLED in live:
        return VisitEvent.SOME_SETTLED
    if live and all(state is SettlementState.CONFIRMED for state in live):
        return VisitEvent.PROVINCE_AWAY
    return VisitEvent.NONE_SETTLED
