"""What the doctor sees of the record system that settles: what was typed into it, and what
the province tells of it. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kiosk_ui.bill_picture import BillPicture, picture_of_sums
from kiosk_ui.taps import Tap
from terminal.core.counter import VisitView
from terminal.core.money import total
from terminal.core.record_views import HandedView, SettledThere, TypedView, What
from terminal.core.visit import VisitState

_SHOWN = {
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.HANDED_OVER,
    VisitState.SETTLED_THERE,
}


@dataclass(frozen=True, slots=True)
class RecordCard:
    """One card: what to do in the record system, and what came of it."""

    handed: HandedView
    codes: int
    """Trace codes on the bill."""
    typed: tuple[TypedView, ...]
    """How the last typing of each kind went."""
    sent: frozenset[str]
    """Kinds that were typed before, whole or not: sending them again is another button."""
    typing: bool
    """Keys are being pressed now."""
    cut: bool
    """The last one broke off: what stands there now, only the doctor can see."""
    awaited: bool
    """It lies there, and is not known to be settled."""
    settled: BillPicture | None
    """What the record system settled for this visit."""
    found: tuple[SettledThere, ...]
    """What the doctor chooses from, or has to know besides."""
    may_choose: bool
    undone: tuple[SettledThere, ...]
    """What is held to be this visit's, and may be said not to be."""


def record_card(visit: VisitView, taps: AbstractSet[Tap]) -> RecordCard | None:
    """The card of this visit; None where this terminal settles, or nobody is named yet."""
    handed = visit.handed
    if handed is None or visit.state not in _SHOWN:
        return None
    last = {typed.what: typed for typed in handed.typed}
    newest = handed.typed[-1] if handed.typed else None
    over = visit.state is VisitState.SETTLED_THERE
    return RecordCard(
        handed=handed,
        codes=sum(bool(line.code_shown) for line in visit.lines),
        typed=tuple(last[what] for what in What if what in last),
        sent=frozenset(what.value for what in last),
        typing=newest is not None and newest.whole is None,
        cut=newest is not None and newest.whole is False,
        awaited=visit.state is VisitState.HANDED_OVER,
        settled=settled_there(visit),
        found=tuple(each for each in handed.found if not (over and each.ours)),
        may_choose=Tap.CHOOSE_THERE in taps,
        undone=tuple(
            each
            for each in handed.found
            if each.ours and not each.refunded and Tap.UNDO_CHOICE_THERE in taps
        ),
    )


def settled_there(visit: VisitView) -> BillPicture | None:
    """What the record system settled for this visit, added up; None while that is not known."""
    if visit.state is not VisitState.SETTLED_THERE or visit.handed is None:
        return None
    ours = [each for each in visit.handed.found if each.ours and not each.refunded]
    if not ours:
        return None
    return picture_of_sums(
        total(each.total for each in ours),
        total(each.fund for each in ours),
        total(each.own for each in ours),
    )
