"""Which steps of a visit, a settlement and a face's judgement are decisions of the ledger.

A step that only follows from another (a price came, a line was added, the province was
silent) is kept beside the visit and is no decision.
"""

from __future__ import annotations

from collections.abc import Mapping

from terminal.core.charge import SettlementEvent
from terminal.core.ledger import Deed
from terminal.core.visit import VisitEvent, VisitState

Told = tuple[Deed, dict[str, object]]

OF_VISIT = {
    VisitEvent.PERSON_PRESENTED: Deed.PRESENTED,
    VisitEvent.DOCTOR_CONFIRMED_PERSON: Deed.PERSON_CONFIRMED,
    VisitEvent.DOCTOR_REFUSED_PERSON: Deed.PERSON_REFUSED,
    VisitEvent.AMOUNT_CONFIRMED: Deed.AMOUNT_CONFIRMED,
    VisitEvent.CEILING_AGREED: Deed.CEILING_AGREED,
    VisitEvent.SOLD_SELF_PAID: Deed.SELF_PAID,
    VisitEvent.CLOSED_UNBILLED: Deed.CLOSED_UNBILLED,
    VisitEvent.ABANDONED: Deed.ABANDONED,
    VisitEvent.HANDED_OVER: Deed.HANDED_OVER,
    VisitEvent.TAKEN_BACK: Deed.TAKEN_BACK,
    VisitEvent.FOUND_THERE: Deed.SETTLED_THERE,
    VisitEvent.GONE_THERE: Deed.GONE_THERE,
    VisitEvent.CHOICE_UNDONE: Deed.CHOICE_UNDONE,
}

OF_SETTLEMENT = {
    SettlementEvent.PROVINCE_SETTLED: Deed.SETTLED,
    SettlementEvent.PROVINCE_DIFFERED: Deed.DIFFERED,
    SettlementEvent.DIFFERENCE_ACCEPTED: Deed.DIFFERENCE_ACCEPTED,
    SettlementEvent.PROVINCE_REVERSED: Deed.REVERSED,
    SettlementEvent.CANCELLATION_SENT: Deed.CANCELLATION_ASKED,
    SettlementEvent.PROVINCE_CANCELLED: Deed.CANCELLED,
    SettlementEvent.SELF_PAID_UNDONE: Deed.SELF_PAID_UNDONE,
}

_OF_FACE = {
    "known": Deed.RECOGNISED,
    "agrees": Deed.RECOGNISED,
    "doubted": Deed.LOOK_ALIKES,
}
"""Every other outcome is NOT_RECOGNISED."""

_FROM_STEP = ("own_fen", "revision", "agreed", "setl_ids", "total_fen", "fund_fen", "chosen_by")
"""Of a step's facts; a reason may be free text, and names stand in those."""

_FROM_VISIT = {
    "person_id": "person",
    "holder_id": "holder",
    "binding_id": "binding",
    "identified": "how",
    "second_factor": "second_factor",
    "slip_no": "slip",
}

_WHO = ("person_id", "holder_id", "binding_id")


def of_visit(
    event: VisitEvent,
    came_from: VisitState,
    visit: Mapping[str, object],
    facts: Mapping[str, object],
) -> Told:
    """The decision that this step of OF_VISIT was. `visit`: its row, after the step."""
    deed = OF_VISIT[event]
    if deed is Deed.PRESENTED and came_from is VisitState.CHOOSING:
        deed = Deed.CHOSEN
    told = _of_row(visit, tuple(_FROM_VISIT))
    told |= {name: facts[name] for name in _FROM_STEP if name in facts}
    return deed, told


def of_settlement(
    event: SettlementEvent, visit: Mapping[str, object], charge: Mapping[str, object]
) -> Told:
    """The decision that this step of OF_SETTLEMENT was.

    `visit`: its row. `charge`: settlement, setl_id, and the amounts in fen; None among
    them is left out.
    """
    kept = {name: value for name, value in charge.items() if value is not None}
    return OF_SETTLEMENT[event], {**_of_row(visit, _WHO), **kept}


def of_face(outcome: str, told: Mapping[str, object]) -> Told:
    """What was made of a face; scores as text, None among them left out."""
    deed = _OF_FACE.get(outcome, Deed.NOT_RECOGNISED)
    kept = {
        name: f"{value:.4f}" if isinstance(value, float) else value
        for name, value in told.items()
        if value is not None
    }
    return deed, {"outcome": outcome, **kept}


def _of_row(visit: Mapping[str, object], names: tuple[str, ...]) -> dict[str, object]:
    told = {_FROM_VISIT[name]: visit[name] for name in names if visit[name] is not None}
    standing = {} if visit["standing"] == "self" else {"standing": visit["standing"]}
    return {"visit": visit["visit_id"], **told, **standing}
