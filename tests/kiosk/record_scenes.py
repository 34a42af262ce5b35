"""The counter beside a record system that settles: each step, and what goes wrong at it."""

from __future__ import annotations

from typing import Any

from terminal.core.counter import Waiting
from terminal.core.record_views import What
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import AT, visit, yuan
from tests.kiosk.record_views_shown import OTHER_THERE, handed, there, typed

CUT = typed(count=1, wanted=3, whole=False)
ID_TYPED = typed(What.ID_NUMBER, 1)


def beside(state: VisitState = VisitState.TRACED, **other: Any) -> dict[str, Any]:
    """A visit in this state where the record system settles."""
    of_it: dict[str, Any] = {} if "handed" in other else {"handed": handed()}
    return {"visit": visit(state, **of_it, **other), "record_settles": True}


RECORD_SCENES: dict[str, dict[str, Any]] = {
    "record: to type": beside(),
    "record: named": beside(VisitState.IDENTIFIED, handed=handed(may_hand_over=False, total=None)),
    "record: typing": beside(handed=handed(typed=(ID_TYPED, typed(whole=None, count=0)))),
    "record: typed": beside(handed=handed(typed=(ID_TYPED, typed()))),
    "record: cut": beside(handed=handed(typed=(ID_TYPED, CUT))),
    "record: keyboard away": beside(handed=handed(typing_away="typing.away")),
    "record: no keyboard": beside(handed=handed(may_type=False, may_hand_over=False)),
    "record: never asked": beside(VisitState.HANDED_OVER, handed=handed(may_hand_over=False)),
    "record: asking": beside(
        VisitState.HANDED_OVER, busy="asking_there", handed=handed(asked_at=AT, may_hand_over=False)
    ),
    "record: which of them": beside(
        VisitState.HANDED_OVER,
        handed=handed(
            asked_at=AT,
            may_hand_over=False,
            typed=(ID_TYPED, typed()),
            found=(there(), OTHER_THERE, there("S-990101-0913", refunded=True)),
        ),
    ),
    "record: settled beside another": beside(
        VisitState.SETTLED_THERE,
        handed=handed(may_type=False, found=(there(ours=True), OTHER_THERE)),
    ),
    "record: settled, sums not told": beside(
        VisitState.SETTLED_THERE, handed=handed(may_type=False)
    ),
    "record: others wait": {
        "record_settles": True,
        "waiting": (
            Waiting("v5", VisitState.HANDED_OVER, "李*", AT, None, AT, name="李秀英 1045"),
            Waiting("v9", VisitState.TRACED, "欧*芳", AT, yuan("3.00"), set_aside=True),
        ),
    },
}
