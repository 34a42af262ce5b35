"""A doctor who goes on with whatever lies on the counter after the power came back."""

from __future__ import annotations

from terminal.core.charge import SettlementState
from terminal.core.visit import VisitState
from terminal.store.visits import Visit
from tests.clinic import COLD, WANG
from tests.rooms import Rooms


def go_on(here: Rooms, *codes: str) -> VisitState:
    """What a doctor does with the visit on the counter, until nothing is left to do."""
    for _ in range(12):
        front = here.counter.front
        if front is None or not known(here, front):
            here.counter.front = None
            here.reception.open_by_id_number(WANG)
            continue
        visit = here.store.visits.visit(front)
        states = {record.state for record in here.store.settlements.of_visit(front)}
        over = visit.state in (VisitState.SETTLED, VisitState.CANCELLED)
        if over and SettlementState.CANCELLING not in states:
            break
        if visit.state is VisitState.DIFFERS:
            here.till.accept_difference(front)
            continue
        one_step(here, visit, codes)
    return here.state(here.counter.front or "")


def known(here: Rooms, visit_id: str) -> bool:
    """Whether the visit was written down before the power failed."""
    return visit_id in {visit.visit_id for visit in here.store.visits.unfinished()} or bool(
        here.store.settlements.of_visit(visit_id)
    )


def one_step(here: Rooms, visit: Visit, codes: tuple[str, ...]) -> None:
    front = visit.visit_id
    match visit.state:
        case VisitState.OPEN | VisitState.CHOOSING:
            here.reception.leave(front)
        case VisitState.PRESENTED:
            here.reception.confirm_person(front)
        case VisitState.IDENTIFIED | VisitState.TRACED if visit.diagnosis is None:
            here.basket.set_diagnosis(front, COLD)
        case VisitState.IDENTIFIED | VisitState.TRACED:
            for each in codes:  # Those that are there already are refused.
                here.scanning.scanned(each.encode())
            if here.state(front) is VisitState.TRACED:
                here.till.price(front)
        case VisitState.PRICED:
            here.judge_all(front)
            here.confirm(front)
        case VisitState.PARTLY_SETTLED:
            here.till.ask_now()
            if here.state(front) is VisitState.PARTLY_SETTLED:
                here.till.price(front)
                here.confirm(front)
        case _:
            here.till.ask_now()
