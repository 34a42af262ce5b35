"""Several visits at once as the doctor sees them: who waits, whose a line may be, and what
was said of the amount in front."""

from __future__ import annotations

from collections.abc import Collection

from kiosk_ui.steps import FOR_THE_DOCTOR, why_waiting
from terminal.core.agreement import Agreement, Answer
from terminal.core.counter import CounterView, VisitView, Waiting
from terminal.core.money import Money
from terminal.core.scan_commands import Command, amount_code, command_text
from terminal.core.visit import VisitState

_TAKES_LINES = {
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.PRICED,
    VisitState.ESTIMATED,
}


def in_order(view: CounterView) -> tuple[Waiting, ...]:
    """What cannot go on without the doctor first, then what was put aside, then the rest."""
    return tuple(
        sorted(view.waiting, key=lambda item: (not for_the_doctor(item, view), not item.set_aside))
    )


def for_the_doctor(item: Waiting, view: CounterView) -> bool:
    """Whether this visit waits for nobody but the doctor."""
    return why_waiting(item, view.away) == FOR_THE_DOCTOR


def takers(waiting: Collection[Waiting]) -> tuple[Waiting, ...]:
    """To whom a line of the visit in front may be moved."""
    return tuple(each for each in waiting if each.set_aside and each.state in _TAKES_LINES)


def also_open(visit: VisitView, view: CounterView) -> bool:
    """Whether the same person, by name and last four digits, has another visit put aside."""
    if visit.person is None:
        return False
    named = f"{visit.person.name} {visit.person.masked_id[-4:]}"
    return any(each.set_aside and each.name == named for each in view.waiting)


def answered(visit: VisitView, agree: Money | None) -> Agreement | None:
    """What the resident said to just the amount that is asked for; None: nothing yet."""
    said = visit.agreement
    asked = agree if agree is not None else visit.bill.own if visit.bill else None
    return said if said is not None and said.is_of(visit.revision, asked) else None


def amount_scan(visit: VisitView, agree: Money | None, said: Agreement | None) -> str:
    """What confirms just this amount when it is scanned from the screen; empty where there is
    no amount, or the resident said no to it."""
    if agree is None or (said is not None and said.answer is Answer.DECLINED):
        return ""
    code = amount_code(visit.visit_id, visit.step, visit.revision, agree)
    return command_text(Command.AMOUNT, code)
