"""A terminal process that lives for one visit, unless it is killed before."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from terminal import clock
from tests.clinic import RULES, WANG
from tests.crash.doctor import go_on
from tests.rooms import Rooms


def serve(
    folder: Path, address: str, trace_code: str, visit_id: str | None, told: Connection
) -> None:
    """Settle a visit with this box, or go on with the one that a killed process left.

    Tells the visit's number when the charge comes next, and the end it came to.
    """
    here = Rooms(folder, address, clock.now, RULES)
    here.counter.front = visit_id or here.priced(WANG, trace_code)
    told.send(here.counter.front)
    told.send(go_on(here, trace_code))
    here.close()
