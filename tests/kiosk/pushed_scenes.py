"""What the counter shows while bills of the record system wait."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from terminal.core.people import masked_id
from terminal.core.record_views import PushedView
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import AT, ID_NUMBER, visit, yuan

WAITS = PushedView("jiwei", "A-1", AT, "王*国", masked_id(ID_NUMBER), 3, yuan("34.34"))
OPENS = replace(WAITS, may_open=True)
FITS = replace(WAITS, may_take=True)
LONG = replace(OPENS, number="A" * 40, masked_name="", lines=60, total=yuan("99999.99"))

PUSHED_SCENES: dict[str, dict[str, Any]] = {
    "the queue": {"pushed": (OPENS, LONG)},
    "for whom is in front": {"visit": visit(VisitState.IDENTIFIED), "pushed": (FITS, WAITS)},
    "beside an amount": {"visit": visit(VisitState.PRICED), "pushed": (FITS,)},
}
