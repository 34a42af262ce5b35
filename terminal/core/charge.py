"""The life of one settlement, as a table: from its lines to a charge, or to none.

A visit has one or more, each a batch of one category at the province; several attempts,
and at most one charge. What is absent here protects the money: see visit.py.
"""

from __future__ import annotations

from enum import StrEnum

from terminal.core.faults import Refused


class SettlementState(StrEnum):
    DRAFT = "draft"
    ESTIMATED = "estimated"
    WAITING = "waiting"
    PRICED = "priced"
    CONFIRMED = "confirmed"
    SETTLING = "settling"
    UNCERTAIN = "uncertain"
    DIFFERS = "differs"
    SETTLED = "settled"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    DROPPED = "dropped"
    """Its lines were removed before anything was charged."""


class SettlementEvent(StrEnum):
    ESTIMATED = "estimated"
    CEILING_AGREED = "ceiling_agreed"
    HELD = "held"
    EXCEEDED = "exceeded"
    PRE_SETTLED = "pre_settled"
    REOPENED = "reopened"
    AMOUNT_CONFIRMED = "amount_confirmed"
    SETTLEMENT_SENT = "settlement_sent"
    PROVINCE_SETTLED = "province_settled"
    PROVINCE_DIFFERED = "province_differed"
    """Settled, but with other figures than were agreed to."""
    DIFFERENCE_ACCEPTED = "difference_accepted"
    PROVINCE_REFUSED = "province_refused"
    PROVINCE_AWAY = "province_away"
    PROVINCE_SILENT = "province_silent"
    PROVINCE_REVERSED = "province_reversed"
    CANCELLATION_SENT = "cancellation_sent"
    PROVINCE_CANCELLED = "province_cancelled"
    CANCELLATION_REFUSED = "cancellation_refused"
    STILL_DIFFERS = "still_differs"
    """Not cancelled after all, and nobody has accepted what differs."""
    DROPPED = "dropped"
    SOLD_SELF_PAID = "sold_self_paid"
    """Sold without insurance: nothing is charged at the province, now or later."""
    SELF_PAID_UNDONE = "self_paid_undone"


SETTLEMENT_ARROWS: dict[SettlementState, dict[SettlementEvent, SettlementState]] = {
    SettlementState.DRAFT: {
        SettlementEvent.ESTIMATED: SettlementState.ESTIMATED,
        SettlementEvent.PRE_SETTLED: SettlementState.PRICED,
        SettlementEvent.REOPENED: SettlementState.DRAFT,
        SettlementEvent.DROPPED: SettlementState.DROPPED,
        SettlementEvent.SOLD_SELF_PAID: SettlementState.SETTLED,
    },
    SettlementState.ESTIMATED: {
        SettlementEvent.ESTIMATED: SettlementState.ESTIMATED,
        SettlementEvent.PRE_SETTLED: SettlementState.PRICED,
        SettlementEvent.REOPENED: SettlementState.DRAFT,
        SettlementEvent.CEILING_AGREED: SettlementState.WAITING,
        SettlementEvent.DROPPED: SettlementState.DROPPED,
    },
    SettlementState.WAITING: {
        SettlementEvent.HELD: SettlementState.CONFIRMED,
        SettlementEvent.EXCEEDED: SettlementState.PRICED,
        SettlementEvent.REOPENED: SettlementState.DRAFT,
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
        SettlementEvent.PROVINCE_DIFFERED: SettlementState.DIFFERS,
        SettlementEvent.PROVINCE_REFUSED: SettlementState.DRAFT,
        SettlementEvent.PROVINCE_AWAY: SettlementState.CONFIRMED,
        SettlementEvent.PROVINCE_SILENT: SettlementState.UNCERTAIN,
    },
    SettlementState.UNCERTAIN: {
        SettlementEvent.PROVINCE_SETTLED: SettlementState.SETTLED,
        SettlementEvent.PROVINCE_DIFFERED: SettlementState.DIFFERS,
        SettlementEvent.PROVINCE_REVERSED: SettlementState.DRAFT,
        SettlementEvent.PROVINCE_SILENT: SettlementState.UNCERTAIN,
    },
    SettlementState.DIFFERS: {
        SettlementEvent.DIFFERENCE_ACCEPTED: SettlementState.SETTLED,
        SettlementEvent.CANCELLATION_SENT: SettlementState.CANCELLING,
    },
    SettlementState.SETTLED: {
        SettlementEvent.CANCELLATION_SENT: SettlementState.CANCELLING,
        SettlementEvent.SELF_PAID_UNDONE: SettlementState.CANCELLED,
    },
    SettlementState.CANCELLING: {
        SettlementEvent.PROVINCE_CANCELLED: SettlementState.CANCELLED,
        SettlementEvent.CANCELLATION_REFUSED: SettlementState.SETTLED,
        SettlementEvent.STILL_DIFFERS: SettlementState.DIFFERS,
        SettlementEvent.PROVINCE_AWAY: SettlementState.SETTLED,
        SettlementEvent.PROVINCE_SILENT: SettlementState.CANCELLING,
    },
    SettlementState.CANCELLED: {},
    SettlementState.DROPPED: {},
}


def advance_settlement(state: SettlementState, event: SettlementEvent) -> SettlementState:
    """Return the settlement's state after this event, or refuse one with no arrow here."""
    try:
        return SETTLEMENT_ARROWS[state][event]
    except KeyError:
        raise Refused("settlement.no_such_step", state=state.value, event=event.value) from None
