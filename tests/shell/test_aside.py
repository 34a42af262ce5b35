"""Several visits open at once: what is of one is never of another. A real desk, the sandbox
province, a real store."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault
from terminal.core.money import Money
from terminal.core.recognition import Challenged, Known
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, COLD, LI, PARACETAMOL, RULES, WANG, Clock, charges, code
from tests.counter import Counter
from tests.shell.sights import alive

FACE = alive()
BOX, OTHER_BOX = code(AMOXICILLIN, 1), code(PARACETAMOL, 2)


def refused(verb: object, *arguments: object) -> str:
    with pytest.raises(Fault) as fault:
        verb(*arguments)  # type: ignore[operator]
    return fault.value.code


def aside(counter: Counter, id_number: str, *codes: str) -> str:
    """Somebody whose boxes are priced, put aside."""
    visit = counter.priced(id_number, *codes)
    counter.desk.reception.set_aside(visit.visit_id)
    assert counter.desk.view().visit is None
    return visit.visit_id


def lines(counter: Counter, visit_id: str) -> list[str]:
    return [line.item_code for line in counter.store.lines.of(visit_id)]


def state(counter: Counter, visit_id: str) -> VisitState:
    return counter.store.visits.visit(visit_id).state


def test_what_is_put_aside_keeps_its_boxes_and_comes_back_as_it_was(counter: Counter) -> None:
    wang = aside(counter, WANG, BOX)
    counter.receive(LI)
    counter.scan(BOX)
    told = counter.desk.view().scan
    assert told is not None
    assert told.code == "scan.sold_before"
    counter.desk.reception.bring_forward(wang)
    visit = counter.rested()
    assert (visit.visit_id, visit.state, len(visit.lines)) == (wang, VisitState.PRICED, 1)
    assert counter.confirm(visit).state is VisitState.SETTLED


def test_bringing_one_forward_puts_the_other_aside_and_ends_nothing(counter: Counter) -> None:
    wang = aside(counter, WANG, BOX)
    li = counter.priced(LI, OTHER_BOX).visit_id
    counter.desk.reception.bring_forward(wang)
    counter.desk.reception.bring_forward(wang)  # A second tap.
    assert counter.desk.counter.front == wang
    assert state(counter, li) is VisitState.PRICED
    assert counter.store.visits.visit(li).set_aside_at is not None
    assert counter.store.visits.visit(wang).set_aside_at is None


def test_an_amount_of_one_is_never_confirmed_from_behind_another(
    counter: Counter, province: SandboxProvince
) -> None:
    first = counter.priced(WANG, BOX)
    counter.desk.reception.set_aside(first.visit_id)
    counter.priced(LI, OTHER_BOX)
    with pytest.raises(Fault) as fault:
        counter.confirm(first)
    assert fault.value.code == "visit.other_on_counter"
    assert charges(province) == []


def test_a_face_seen_for_one_never_vouches_for_whose_visit_comes_next(
    counter: Counter,
) -> None:
    li = counter.receive(LI)
    counter.desk.reception.set_aside(li)
    counter.desk.reception.recognised(Known(counter.knows(WANG), 0.9), FACE)
    wang = counter.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
    counter.desk.counter.hint = "face.too_far"
    assert counter.desk.counter.face is not None
    counter.desk.reception.bring_forward(li)
    board = counter.desk.counter
    assert (board.face, board.comparison, board.held, board.hint) == (None, None, None, None)
    assert (board.scan, board.assurance_of, board.advice) == (None, None, {})
    shown = counter.rested()
    assert (shown.visit_id, shown.similarity, shown.face_agrees) == (li, None, None)
    assert counter.store.visits.visit(wang.visit_id).similarity == 0.9


@pytest.fixture
def strict(tmp_path: Path, province: SandboxProvince, clock: Clock) -> Iterator[Counter]:
    """A desk at which the smallest bill asks for more than a face."""
    rules = dataclasses.replace(RULES, asks_more_from=Money.parse("1.00"))
    running = Counter(tmp_path / "terminal", province.address, clock, rules)
    yield running
    running.close()


def test_what_is_asked_of_one_is_not_answered_by_another(strict: Counter) -> None:
    li = strict.receive(LI)
    strict.desk.reception.set_aside(li)
    strict.desk.reception.recognised(Known(strict.knows(WANG), 0.9), FACE)
    seen = strict.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
    strict.desk.reception.confirm_person(seen.visit_id)
    strict.desk.basket.set_diagnosis(seen.visit_id, COLD)
    strict.scan(BOX)
    visit = strict.until(lambda v: v.assurance_wanted)
    strict.desk.reception.bring_forward(li)
    assert not strict.rested().assurance_wanted
    assert strict.desk.counter.assurance_of is None
    assert refused(strict.desk.doubts.vouch, li) == "visit.assurance_not_asked"
    strict.desk.reception.bring_forward(visit.visit_id)
    again = strict.rested()
    with pytest.raises(Fault) as fault:
        strict.confirm(again)
    assert fault.value.code == "visit.assurance_wanted"


def test_what_was_answered_before_the_visit_lay_aside_is_asked_again(strict: Counter) -> None:
    strict.desk.reception.recognised(Known(strict.knows(WANG), 0.9), FACE)
    seen = strict.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
    strict.desk.reception.confirm_person(seen.visit_id)
    strict.desk.basket.set_diagnosis(seen.visit_id, COLD)
    strict.scan(BOX)
    wang = strict.until(lambda v: v.assurance_wanted).visit_id
    strict.desk.doubts.vouch(wang)
    strict.store.visits.note(wang, {"challenged": Challenged.PASSED})  # As the camera does.
    strict.desk.reception.set_aside(wang)
    strict.desk.reception.bring_forward(wang)
    assert strict.desk.view().visit is not None
    with pytest.raises(Fault) as fault:
        strict.confirm(strict.rested())
    assert fault.value.code == "visit.assurance_wanted"
    strict.desk.doubts.vouch(wang)
    assert strict.confirm(strict.rested()).state is VisitState.SETTLED


def test_before_a_name_and_after_an_agreement_nothing_is_put_aside(
    counter: Counter, province: SandboxProvince
) -> None:
    wang, li = counter.knows(WANG), counter.knows(LI)
    doubted = counter.desk.reception.doubted((wang, li), FACE)
    assert doubted is not None
    set_aside = counter.desk.reception.set_aside
    assert refused(set_aside, doubted) == "visit.not_aside"
    counter.desk.reception.leave(doubted)
    settled = counter.settled(WANG, BOX)
    assert refused(set_aside, settled.visit_id) == "visit.not_aside"
    assert len(charges(province)) == 1


def test_over_midnight_the_amount_of_yesterday_is_not_agreed_to(
    counter: Counter, clock: Clock
) -> None:
    before = counter.priced(WANG, BOX)
    counter.desk.reception.set_aside(before.visit_id)
    clock.now += timedelta(days=1)
    counter.desk.reception.bring_forward(before.visit_id)
    after = counter.rested()
    assert after.state is VisitState.PRICED
    assert after.revision > before.revision
    with pytest.raises(Fault) as fault:
        counter.confirm(before)
    assert fault.value.code == "visit.price_changed"
    assert counter.confirm(after).state is VisitState.SETTLED


def test_after_a_restart_the_front_is_in_front_and_what_was_aside_is_aside(
    counter: Counter, tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    older = counter.receive(WANG)
    counter.desk.reception.set_aside(older)
    newer = counter.receive(LI)
    counter.desk.reception.bring_forward(older)
    counter.close()
    again = Counter(tmp_path / "terminal", province.address, clock)
    assert again.desk.counter.front == older
    assert again.store.visits.visit(newer).set_aside_at is not None
    again.close()


def test_with_everybody_aside_a_restart_puts_nobody_in_front(
    counter: Counter, tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    aside(counter, WANG, BOX)
    counter.close()
    again = Counter(tmp_path / "terminal", province.address, clock)
    assert again.desk.counter.front is None
    again.close()


# --- a box scanned onto the wrong visit


def test_a_box_on_the_wrong_visit_moves_with_its_claim(
    counter: Counter, province: SandboxProvince
) -> None:
    li = counter.receive(LI)
    counter.desk.reception.set_aside(li)
    before = counter.priced(WANG, BOX, OTHER_BOX)
    revision = counter.store.visits.visit(li).revision
    counter.desk.basket.move_line(before.visit_id, 2, li)
    assert (len(lines(counter, before.visit_id)), len(lines(counter, li))) == (1, 1)
    box = counter.store.boxes.box(OTHER_BOX)
    assert box is not None
    assert box.visit_id == li
    assert counter.store.visits.visit(li).revision > revision
    with pytest.raises(Fault) as fault:
        counter.confirm(before)
    assert fault.value.code == "visit.price_changed"
    counter.confirm(counter.rested())
    counter.desk.reception.bring_forward(li)
    counter.desk.basket.set_diagnosis(li, COLD)
    assert counter.confirm(counter.rested()).state is VisitState.SETTLED
    assert len(charges(province)) == 2


def test_nothing_moves_to_a_visit_that_takes_no_lines_and_nothing_is_lost(
    counter: Counter, province: SandboxProvince
) -> None:
    settled = counter.settled(LI, OTHER_BOX).visit_id
    counter.desk.reception.leave(settled)
    visit = counter.priced(WANG, BOX)
    move = counter.desk.basket.move_line
    assert refused(move, visit.visit_id, 1, settled) == "visit.line_not_moved"
    assert refused(move, visit.visit_id, 1, visit.visit_id) == "visit.line_not_moved"
    assert refused(move, visit.visit_id, 1, "nobody") == "visit.not_found"
    assert refused(move, visit.visit_id, 7, settled) == "visit.no_such_line"
    assert len(lines(counter, visit.visit_id)) == 1
    paid = counter.confirm(counter.rested())
    assert refused(move, paid.visit_id, 1, settled) == "visit.line_charged"


def test_a_refusal_on_the_way_leaves_the_box_on_its_bill(counter: Counter) -> None:
    li = counter.receive(LI)
    for service in ["FW0005"] * 60:
        counter.desk.basket.add_service(li, service)
    assert counter.desk.errands.rest(60)
    counter.desk.reception.set_aside(li)
    visit = counter.priced(WANG, BOX)
    move = counter.desk.basket.move_line
    assert refused(move, visit.visit_id, 1, li) == "visit.too_many_lines"
    box = counter.store.boxes.box(BOX)
    assert box is not None
    assert box.visit_id == visit.visit_id
    assert counter.confirm(counter.rested()).state is VisitState.SETTLED


def test_who_was_put_aside_stands_among_the_waiting_with_why_and_since_when(
    counter: Counter, clock: Clock
) -> None:
    wang = aside(counter, WANG, BOX)
    (row,) = counter.desk.view().waiting
    assert (row.visit_id, row.set_aside, row.why) == (wang, True, "waiting.set_aside")
    assert row.since == clock()
    counter.desk.reception.bring_forward(wang)
    assert counter.desk.view().waiting == ()
