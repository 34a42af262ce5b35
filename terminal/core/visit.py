"""The life of one visit, as a table; that of each settlement in it is in charge.py.

Every state and every arrow is in these two tables; there is no other place where a visit
or a settlement changes state, and an event without an arrow is refused and changes
nothing. The diagrams in docs/visit.md are drawn from them.

A visit holds one or more settlements (ordinary, two diseases, chronic disease: lines of
one batch belong to one category), agreed to by one confirmation. What the settlements
have come to moves the visit: `summary` turns their states into the visit's next event.

Absences carry the safety of the whole terminal:

- into SETTLING only from CONFIRMED, or from PARTLY_SETTLED for what was agreed to with
  it: nothing is charged without a doctor;
- no arrow from SETTLING or UNCERTAIN to ABANDONED or DROPPED: money that may have moved
  is never forgotten;
- out of UNCERTAIN only by being found settled or proven reversed: never by sending the
  same charge again;
- into HANDED_OVER no arrow from anything priced or agreed to, and none from it to
  CONFIRMED or SETTLING: what the record system settles, this terminal never charges;
- out of WAITING (agreed to while the province was away) into CONFIRMED only by a
  pre-settlement at or under what the resident agreed to.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from terminal.core.charge import SettlementState
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
    ESTIMATED = "estimated"
    """The province is away: an estimate of ours stands there, marked as one."""
    WAITING = "waiting"
    """Agreed to as a ceiling; it is priced and settled when the line is back."""
    PRICED = "priced"
    CONFIRMED = "confirmed"
    SETTLING = "settling"
    UNCERTAIN = "uncertain"
    DIFFERS = "differs"
    """Charged, but not what was agreed to: the doctor looks before anybody pays."""
    PARTLY_SETTLED = "partly_settled"
    SETTLED = "settled"
    HANDED_OVER = "handed_over"
    """Given to the clinic's record system, which settles here; what came of it is asked."""
    SETTLED_THERE = "settled_there"
    """Settled by the record system, as the province tells."""
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
    ITEM_CHANGED = "item_changed"
    """Another quantity, or the price of today."""
    DIAGNOSIS_CHANGED = "diagnosis_changed"
    ESTIMATED = "estimated"
    CEILING_AGREED = "ceiling_agreed"
    HELD = "held"
    """Pre-settled anew at or under the ceiling: it settles by itself."""
    EXCEEDED = "exceeded"
    """Pre-settled anew above the ceiling: doctor and resident are asked."""
    PRE_SETTLED = "pre_settled"
    AMOUNT_CONFIRMED = "amount_confirmed"
    REOPENED = "reopened"
    SETTLEMENT_SENT = "settlement_sent"
    SOME_DIFFER = "some_differ"
    ALL_SETTLED = "all_settled"
    SOME_SETTLED = "some_settled"
    NONE_SETTLED = "none_settled"
    """Refused, or reversed and proven so: to be priced and agreed to anew."""
    PROVINCE_AWAY = "province_away"
    PROVINCE_SILENT = "province_silent"
    ALL_CANCELLED = "all_cancelled"
    CLOSED_UNBILLED = "closed_unbilled"
    HANDED_OVER = "handed_over"
    TAKEN_BACK = "taken_back"
    """The record system has not settled it: back to the boxes."""
    FOUND_THERE = "found_there"
    GONE_THERE = "gone_there"
    """The record system has cancelled what it settled."""
    CHOICE_UNDONE = "choice_undone"
    """It was another visit's settlement: what this one's is, is sought again."""
    SOLD_SELF_PAID = "sold_self_paid"
    """Without insurance: the person pays all of it, and the province charges nothing."""
    ABANDONED = "abandoned"


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
        VisitEvent.RELATIVE_ASKED: VisitState.CHOOSING,  # The province knows of a family.
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
        VisitEvent.ITEM_CHANGED: VisitState.TRACED,
        VisitEvent.LAST_ITEM_REMOVED: VisitState.IDENTIFIED,
        VisitEvent.ESTIMATED: VisitState.ESTIMATED,
        VisitEvent.PRE_SETTLED: VisitState.PRICED,
        VisitEvent.HANDED_OVER: VisitState.HANDED_OVER,
        VisitEvent.SOLD_SELF_PAID: VisitState.SETTLED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.ESTIMATED: {
        VisitEvent.DIAGNOSIS_CHANGED: VisitState.TRACED,
        VisitEvent.ITEM_ADDED: VisitState.TRACED,
        VisitEvent.ITEM_REMOVED: VisitState.TRACED,
        VisitEvent.ITEM_CHANGED: VisitState.TRACED,
        VisitEvent.LAST_ITEM_REMOVED: VisitState.IDENTIFIED,
        VisitEvent.ESTIMATED: VisitState.ESTIMATED,
        VisitEvent.PRE_SETTLED: VisitState.PRICED,
        VisitEvent.CEILING_AGREED: VisitState.WAITING,
        VisitEvent.SOLD_SELF_PAID: VisitState.SETTLED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
        VisitEvent.REOPENED: VisitState.TRACED,  # Reckoned for a day that is over.
    },
    VisitState.WAITING: {
        VisitEvent.HELD: VisitState.CONFIRMED,
        VisitEvent.EXCEEDED: VisitState.PRICED,
        VisitEvent.REOPENED: VisitState.TRACED,
    },
    VisitState.PRICED: {
        VisitEvent.DIAGNOSIS_CHANGED: VisitState.TRACED,
        VisitEvent.ITEM_ADDED: VisitState.TRACED,
        VisitEvent.ITEM_REMOVED: VisitState.TRACED,
        VisitEvent.ITEM_CHANGED: VisitState.TRACED,
        VisitEvent.LAST_ITEM_REMOVED: VisitState.IDENTIFIED,
        VisitEvent.PRE_SETTLED: VisitState.PRICED,
        VisitEvent.AMOUNT_CONFIRMED: VisitState.CONFIRMED,
        VisitEvent.SOLD_SELF_PAID: VisitState.SETTLED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
        VisitEvent.REOPENED: VisitState.TRACED,  # Reckoned for a day that is over.
    },
    VisitState.CONFIRMED: {
        VisitEvent.SETTLEMENT_SENT: VisitState.SETTLING,
        VisitEvent.REOPENED: VisitState.TRACED,
        VisitEvent.ABANDONED: VisitState.ABANDONED,
    },
    VisitState.SETTLING: {
        VisitEvent.SOME_DIFFER: VisitState.DIFFERS,
        VisitEvent.ALL_SETTLED: VisitState.SETTLED,
        VisitEvent.SOME_SETTLED: VisitState.PARTLY_SETTLED,
        VisitEvent.NONE_SETTLED: VisitState.TRACED,
        VisitEvent.PROVINCE_AWAY: VisitState.CONFIRMED,  # No byte left this machine.
        VisitEvent.PROVINCE_SILENT: VisitState.UNCERTAIN,
    },
    VisitState.UNCERTAIN: {
        VisitEvent.SOME_DIFFER: VisitState.DIFFERS,
        VisitEvent.ALL_SETTLED: VisitState.SETTLED,
        VisitEvent.SOME_SETTLED: VisitState.PARTLY_SETTLED,
        VisitEvent.NONE_SETTLED: VisitState.TRACED,
        VisitEvent.PROVINCE_SILENT: VisitState.UNCERTAIN,
    },
    VisitState.DIFFERS: {
        VisitEvent.SOME_DIFFER: VisitState.DIFFERS,  # Its cancellation came to nothing.
        VisitEvent.ALL_SETTLED: VisitState.SETTLED,  # Accepted, after the doctor looked.
        VisitEvent.SOME_SETTLED: VisitState.PARTLY_SETTLED,
        VisitEvent.NONE_SETTLED: VisitState.TRACED,
        VisitEvent.ALL_CANCELLED: VisitState.CANCELLED,
    },
    VisitState.PARTLY_SETTLED: {
        VisitEvent.ITEM_REMOVED: VisitState.PARTLY_SETTLED,  # Of what is still unpaid.
        VisitEvent.PRE_SETTLED: VisitState.PARTLY_SETTLED,
        VisitEvent.AMOUNT_CONFIRMED: VisitState.PARTLY_SETTLED,
        VisitEvent.SETTLEMENT_SENT: VisitState.SETTLING,
        VisitEvent.ALL_SETTLED: VisitState.SETTLED,  # What was left unpaid was taken off.
    },
    VisitState.SETTLED: {VisitEvent.ALL_CANCELLED: VisitState.CANCELLED},
    VisitState.HANDED_OVER: {
        VisitEvent.FOUND_THERE: VisitState.SETTLED_THERE,
        VisitEvent.TAKEN_BACK: VisitState.TRACED,
    },
    VisitState.SETTLED_THERE: {
        VisitEvent.GONE_THERE: VisitState.CANCELLED,
        VisitEvent.CHOICE_UNDONE: VisitState.HANDED_OVER,
    },
    VisitState.CLOSED: {},
    VisitState.CANCELLED: {},
    VisitState.ABANDONED: {},
}

_UNDONE = (SettlementState.DROPPED, SettlementState.CANCELLED)


def advance(state: VisitState, event: VisitEvent) -> VisitState:
    """Return the visit's state after this event, or refuse an event with no arrow here."""
    try:
        return VISIT_ARROWS[state][event]
    except KeyError:
        raise Refused("visit.no_such_step", state=state.value, event=event.value) from None


def summary(states: Collection[SettlementState]) -> VisitEvent | None:
    """What the settlements of a visit have come to, or None while one is on its way.

    Dropped settlements do not count, nor cancelled ones beside others. One silence
    outweighs everything: while any money may have moved, the visit is uncertain.
    """
    live = [state for state in states if state not in _UNDONE]
    if SettlementState.SETTLING in live or SettlementState.CANCELLING in live:
        return None
    if SettlementState.UNCERTAIN in live:
        return VisitEvent.PROVINCE_SILENT
    if SettlementState.DIFFERS in live:
        return VisitEvent.SOME_DIFFER
    if not live and SettlementState.CANCELLED in states:
        return VisitEvent.ALL_CANCELLED
    if live and all(state is SettlementState.SETTLED for state in live):
        return VisitEvent.ALL_SETTLED
    if SettlementState.SETTLED in live:
        return VisitEvent.SOME_SETTLED
    if live and all(state is SettlementState.CONFIRMED for state in live):
        return VisitEvent.PROVINCE_AWAY
    return VisitEvent.NONE_SETTLED
