"""What stands beside the bill on the screens: slip, story, waiting list, differences."""

from __future__ import annotations

from pathlib import Path

from drivers.simulated.province.server import SandboxProvince
from terminal.core.counter import CounterView
from terminal.core.money import Money
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, WANG, Clock, code
from tests.counter import Counter
from tests.shell.between import Between
from tests.shell.test_undoing import raised

BOX = code(AMOXICILLIN, 1)


def test_an_unknown_visit_has_a_slip_a_story_and_a_time_and_no_receipt(
    counter: Counter, province: SandboxProvince, clock: Clock
) -> None:
    visit = counter.priced(WANG, BOX)
    province.faults.plant("lost_before", "2207A")
    visit = counter.confirm(visit)
    assert visit.state is VisitState.UNCERTAIN
    assert visit.receipt == ()
    assert visit.decided_by is not None
    assert visit.decided_by > clock.now
    assert any("0920-001" in line for line in visit.slip)
    assert [each.code for each in visit.told if each.code != "told.asked"] == [
        "told.confirmed",
        "told.silent",
        "told.sent",
    ]
    counter.desk.reception.leave(visit.visit_id)
    (waiting,) = counter.desk.view().waiting
    assert (waiting.why, waiting.slip_no) == ("waiting.file", "0920-001")
    assert waiting.since == clock.now


def test_a_charge_that_differs_prints_nothing_and_shows_both_amounts(
    tmp_path: Path, line: Between, clock: Clock
) -> None:
    counter = Counter(tmp_path / "terminal", line.address, clock)
    try:
        visit = counter.priced(WANG, BOX)
        line.answer = raised
        visit = counter.confirm(visit)
        assert (visit.state, visit.receipt) == (VisitState.DIFFERS, ())
        assert visit.bill is not None
        (share,) = visit.bill.shares
        assert (share.agreed_own, share.own) == (Money(790), Money(1790))
        counter.desk.till.accept_difference(visit.visit_id)
        visit = counter.rested()
        assert visit.state is VisitState.SETTLED
        assert any("17.90" in row for row in visit.receipt)
    finally:
        counter.close()


def test_after_a_restart_the_screen_says_that_unfinished_work_is_picked_up_first(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    before = Counter(tmp_path / "terminal", province.address, clock)
    visit = before.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    before.confirm(visit)
    before.close()
    seen: list[CounterView] = []
    province.faults.plant("slow", "5203", seconds=0.3)
    after = Counter(tmp_path / "terminal", province.address, clock)
    try:
        seen.append(after.desk.view())
        assert seen[0].picking_up == 1
        assert after.rested().state is VisitState.SETTLED
        assert after.desk.view().picking_up == 0
    finally:
        after.close()
