"""The day is closed, and the session with the province ends; the next message begins it anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, LI, WANG, Clock, code
from tests.rooms import Rooms
from tests.shell.between import Between

DAY = date(2025, 9, 20)

Open = Callable[..., Rooms]


def settled(here: Rooms, id_number: str, box: str) -> None:
    visit_id = here.priced(id_number, box)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    here.reception.leave(visit_id)


def test_closing_the_day_signs_out_and_whoever_comes_late_is_settled_all_the_same(
    rooms: Open, line: Between
) -> None:
    here = rooms()
    settled(here, WANG, code(AMOXICILLIN, 1))
    here.closing.close(DAY)
    assert here.closing.view(DAY).balanced
    assert line.asked[-1] == "9002"
    settled(here, LI, code(AMOXICILLIN, 2))
    assert line.asked.count("9001") == 2
    here.closing.close(DAY)
    assert here.closing.view(DAY).balanced
    assert (line.asked[-1], line.asked.count("9002")) == ("9002", 2)


def test_another_days_closing_ends_nobodys_work(rooms: Open, line: Between, clock: Clock) -> None:
    here = rooms()
    settled(here, WANG, code(AMOXICILLIN, 1))
    clock.now += timedelta(days=1)
    here.closing.close(DAY)
    assert here.closing.view(DAY).balanced
    assert "9002" not in line.asked


@pytest.mark.parametrize("fault", ["refused", "lost_before", "lost_after_commit", "nonsense"])
def test_a_day_is_closed_although_signing_out_failed(
    rooms: Open, province: SandboxProvince, line: Between, fault: str
) -> None:
    here = rooms()
    settled(here, WANG, code(AMOXICILLIN, 1))
    province.faults.plant(fault, "9002")
    here.closing.close(DAY)
    view = here.closing.view(DAY)
    assert (view.balanced, view.notice) == (True, None)
    assert here.counter.notices == {}, "nobody need know"
    assert line.asked[-1] == "9002"
    settled(here, LI, code(AMOXICILLIN, 2))
    assert line.asked.count("9001") == 2


def test_a_closing_that_broke_off_stays_signed_in(
    rooms: Open, province: SandboxProvince, line: Between
) -> None:
    here = rooms()
    settled(here, WANG, code(AMOXICILLIN, 1))
    province.faults.plant("lost_before", "3201")
    here.closing.close(DAY)
    assert here.closing.view(DAY).closed_at is None
    assert "9002" not in line.asked
