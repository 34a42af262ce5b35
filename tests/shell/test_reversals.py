"""A reversal that was answered, or lost, and a province whose copy for questions lags."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.visit import VisitState
from tests.clinic import Clock, charges
from tests.rooms import Rooms
from tests.shell.between import Between, Message
from tests.shell.test_day_file import FINAL, lost
from tests.shell.test_hostile_province import NOT_FOUND, days, no, reversing_nothing

Open = Callable[..., Rooms]


@pytest.mark.parametrize(
    "wait", [timedelta(0), FINAL - timedelta(minutes=5)], ids=["at once", "late"]
)
def test_reversed_already_is_no_reason_to_believe_a_copy_that_lags(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock, wait: timedelta
) -> None:
    here = rooms()
    visit_id = lost(province, here, "lost_after_commit")
    copied: list[object] = []

    def lagging(_: Message, said: Message) -> Message:
        copied.append(said["output"])
        return NOT_FOUND if len(copied) == 1 else {**said, "output": copied[0]}

    line.tell({"5203": lagging})
    clock.now += wait
    here.till.ask_now()
    assert charges(province) == []
    line.tell({"5203": lagging, "2601": no("FSI-原交易已撤销")})
    clock.now += timedelta(minutes=10)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN


def test_a_reversal_lost_long_ago_keeps_nothing_unknown_for_ever(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    visit_id = lost(province, here, "lost_after_commit")
    reversing_nothing(line)
    province.faults.plant("lost_before", "2601")
    line.tell({"5203": NOT_FOUND})
    here.till.ask_now()
    line.tell({})
    days(here, clock)
    days(here, clock)
    assert here.state(visit_id) is VisitState.SETTLED
