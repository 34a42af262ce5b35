"""Bills pushed by the record system: what is one, how it enters a visit, what became of it.

A real desk or its real rooms, a real store, the sandbox province.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault
from terminal.core.money import Money
from terminal.core.pushed import as_json
from terminal.core.record_views import PushedBill, PushedLine, PushedState
from terminal.core.visit import VisitState
from terminal.pushed import Pushed
from tests.clinic import AMOXICILLIN, CHILD, COLD, LI, PARACETAMOL, WANG, charges, code
from tests.pushing import CLIENT, bill, box, pushing, service
from tests.rooms import Rooms

Open = Callable[..., Rooms]


def refused(verb: Callable[..., object], *arguments: object) -> Fault:
    with pytest.raises(Fault) as fault:
        verb(*arguments)
    return fault.value


@pytest.fixture
def here(rooms: Open) -> Rooms:
    return rooms()


@pytest.fixture
def pushed(here: Rooms) -> Pushed:
    return pushing(here)


def state(pushed: Pushed, number: str = "A-1") -> PushedState:
    return pushed.door.result(CLIENT, number).state


WRONG: dict[str, tuple[PushedBill, str, int | None]] = {
    "its number": (bill(number="A 1"), "pushed.number", None),
    "no number": (bill(number="甲"), "pushed.number", None),
    "the check digit": (bill(id_number=WANG[:-1] + "1"), "person.id_number_wrong", None),
    "a diagnosis nobody knows": (bill(diagnosis="Z99.999"), "diagnosis.unknown", None),
    "nothing on it": (bill(lines=()), "pushed.no_lines", None),
    "sixty-one lines": (
        bill(lines=(box(*(code(AMOXICILLIN, n) for n in range(61))),)),
        "visit.too_many_lines",
        None,
    ),
    "an item nobody sells": (
        bill(lines=(service(), PushedLine("YP9999", "1"))),
        "pushed.no_such_item",
        2,
    ),
    "public health": (bill(lines=(service("FW0019"),)), "catalogue.public_health", 1),
    "no number at all": (bill(lines=(service(quantity="NaN"),)), "visit.quantity", 1),
    "an exponent": (bill(lines=(service(quantity="1e3"),)), "visit.quantity", 1),
    "nothing of it": (bill(lines=(service(quantity="0"),)), "visit.quantity", 1),
    "half a service": (bill(lines=(service(quantity="0.5"),)), "visit.quantity", 1),
    "a box without its code": (
        bill(lines=(PushedLine("YP0002", "2", (code(AMOXICILLIN, 1),)),)),
        "pushed.codes_count",
        1,
    ),
    "a code on a service": (
        bill(lines=(PushedLine("FW0005", "1", (code(AMOXICILLIN, 1),)),)),
        "pushed.codes_count",
        1,
    ),
    "an identity card for a box": (
        bill(lines=(PushedLine("YP0002", "1", (WANG,)),)),
        "pushed.not_a_code",
        1,
    ),
    "another drug's code": (
        bill(lines=(service(), PushedLine("YP0001", "1", (code(AMOXICILLIN, 1),)))),
        "pushed.other_item",
        2,
    ),
    "one box twice": (
        bill(lines=(box(code(AMOXICILLIN, 1)), box(code(AMOXICILLIN, 1)))),
        "scan.same_box",
        2,
    ),
    "another sum": (bill(total=Money.parse("26.35")), "pushed.total_differs", None),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_bill_is_refused_with_its_line_and_nothing_is_kept(
    pushed: Pushed, here: Rooms, what: str
) -> None:
    wrong, why, line = WRONG[what]
    fault = refused(pushed.door.push, CLIENT, wrong)
    assert (fault.code, fault.facts.get("line")) == (why, line)
    assert here.store.pushed.waiting() == []


def test_a_box_sold_before_is_refused_with_its_line(pushed: Pushed, here: Rooms) -> None:
    here.priced(LI, code(AMOXICILLIN, 1))
    fault = refused(pushed.door.push, CLIENT, bill(lines=(service(), box(code(AMOXICILLIN, 1)))))
    assert (fault.code, fault.facts["line"]) == ("scan.sold_before", 2)


def test_the_same_push_twice_is_one_bill_and_another_under_its_number_is_refused(
    pushed: Pushed,
) -> None:
    first, new = pushed.door.push(CLIENT, bill())
    assert (first.state, new) == (PushedState.WAITING, True)
    assert pushed.door.push(CLIENT, bill()) == (first, False)
    assert refused(pushed.door.push, CLIENT, bill(diagnosis="")).code == "api.number_reused"
    assert len(pushed.view()) == 1


def test_nobody_sees_or_withdraws_what_another_client_pushed(pushed: Pushed, here: Rooms) -> None:
    pushed.door.push(CLIENT, bill())
    assert refused(pushed.door.result, "another", "A-1").code == "pushed.not_found"
    assert refused(pushed.door.withdraw, "another", "A-1").code == "pushed.not_found"


def test_a_wall_of_bills_stops_at_two_hundred(pushed: Pushed) -> None:
    for n in range(200):
        pushed.door.push(CLIENT, bill(number=f"N-{n}", lines=(service(),)))
    assert refused(pushed.door.push, CLIENT, bill()).code == "pushed.too_many"
    pushed.door.withdraw(CLIENT, "N-7")
    assert pushed.door.push(CLIENT, bill())[1]


def test_a_pushed_bill_is_taken_agreed_to_and_settled_as_a_scanned_one(
    pushed: Pushed, here: Rooms, province: SandboxProvince
) -> None:
    lines = (box(code(AMOXICILLIN, 1), code(AMOXICILLIN, 2)), service(quantity="2"))
    pushed.door.push(CLIENT, bill(lines=lines, total=Money.parse("77.68")))
    pushed.open_visit(CLIENT, "A-1")
    visit_id = here.counter.front or ""
    assert not pushed.view()[0].may_take  # Nobody has said yet who it is.
    here.reception.confirm_person(visit_id)
    assert pushed.view()[0].may_take
    pushed.take(visit_id, CLIENT, "A-1")
    pushed.take(visit_id, CLIENT, "A-1")  # A second tap.
    assert [line.trace_code for line in here.store.lines.of(visit_id)] == [
        code(AMOXICILLIN, 1),
        code(AMOXICILLIN, 2),
        None,
    ]
    assert here.state(visit_id) is VisitState.PRICED
    assert state(pushed) is PushedState.TAKEN
    assert pushed.view() == ()
    here.confirm(visit_id)
    result = pushed.door.result(CLIENT, "A-1")
    charged = charges(province)
    assert result.state is PushedState.SETTLED
    assert result.setl_ids == tuple(row["setl_id"] for row in charged)
    assert result.total == Money.parse("77.68")
    assert result.fund is not None
    assert result.own is not None
    assert result.fund + result.own == result.total
    assert (result.lines_changed, result.shared_with_visit) == (False, False)
    assert "王" not in str(as_json(result))
    assert WANG not in str(as_json(result))


def test_a_bill_of_somebody_else_never_enters_the_visit_in_front(
    pushed: Pushed, here: Rooms
) -> None:
    pushed.door.push(CLIENT, bill(id_number=LI))
    visit_id = here.traced(WANG)
    assert not pushed.view()[0].may_take
    assert refused(pushed.take, visit_id, CLIENT, "A-1").code == "pushed.other_person"
    assert here.store.lines.of(visit_id) == []


def test_before_the_doctor_has_confirmed_the_person_nothing_is_taken(
    pushed: Pushed, here: Rooms
) -> None:
    pushed.door.push(CLIENT, bill())
    pushed.open_visit(CLIENT, "A-1")
    visit_id = here.counter.front or ""
    assert refused(pushed.take, visit_id, CLIENT, "A-1").code == "scan.person_first"


def test_half_of_a_bill_is_never_taken(pushed: Pushed, here: Rooms) -> None:
    """The second box was sold between the push and the tap."""
    lines = (box(code(AMOXICILLIN, 1)), service(), box(code(PARACETAMOL, 2), item="YP0001"))
    pushed.door.push(CLIENT, bill(lines=lines))
    here.priced(LI, code(PARACETAMOL, 2))
    here.reception.set_aside(here.counter.front or "")
    visit_id = here.traced(WANG)
    fault = refused(pushed.take, visit_id, CLIENT, "A-1")
    assert (fault.code, fault.facts["line"]) == ("scan.sold_before", 3)
    assert here.store.lines.of(visit_id) == []
    assert here.store.boxes.box(code(AMOXICILLIN, 1)) is None
    assert here.store.visits.visit(visit_id).diagnosis is None
    assert state(pushed) is PushedState.WAITING


def test_a_diagnosis_of_the_doctor_is_never_replaced_by_the_pushed_one(
    pushed: Pushed, here: Rooms
) -> None:
    pushed.door.push(CLIENT, bill(diagnosis="J20.900"))
    visit_id = here.traced(WANG)
    here.basket.set_diagnosis(visit_id, COLD)
    assert refused(pushed.take, visit_id, CLIENT, "A-1").code == "pushed.other_diagnosis"
    here.basket.set_diagnosis(visit_id, "J20.900")
    pushed.take(visit_id, CLIENT, "A-1")
    assert state(pushed) is PushedState.TAKEN


def test_what_the_doctor_changed_is_said_beside_the_amounts(pushed: Pushed, here: Rooms) -> None:
    pushed.door.push(CLIENT, bill(lines=(box(code(AMOXICILLIN, 1)), service())))
    visit_id = here.traced(WANG)
    pushed.take(visit_id, CLIENT, "A-1")
    assert not pushed.door.result(CLIENT, "A-1").lines_changed
    here.basket.remove_line(visit_id, 2)
    here.confirm(visit_id)
    result = pushed.door.result(CLIENT, "A-1")
    assert (result.state, result.lines_changed) == (PushedState.SETTLED, True)
    assert result.total == Money.parse("26.34")


def test_a_bill_of_which_nothing_was_left_is_not_called_settled(
    pushed: Pushed, here: Rooms
) -> None:
    pushed.door.push(CLIENT, bill())
    visit_id = here.traced(WANG)
    pushed.take(visit_id, CLIENT, "A-1")
    here.scanning.scanned(code(PARACETAMOL, 9).encode())
    here.basket.remove_line(visit_id, 1)
    here.confirm(visit_id)
    result = pushed.door.result(CLIENT, "A-1")
    assert (result.state, result.code) == (PushedState.REFUSED, "pushed.lines_removed")
    assert result.total is None


def test_two_bills_of_one_visit_say_that_their_amounts_are_of_both(
    pushed: Pushed, here: Rooms
) -> None:
    pushed.door.push(CLIENT, bill())
    pushed.door.push(CLIENT, bill(number="A-2", lines=(service(),)))
    visit_id = here.traced(WANG)
    pushed.take(visit_id, CLIENT, "A-1")
    pushed.take(visit_id, CLIENT, "A-2")
    here.confirm(visit_id)
    one, other = (pushed.door.result(CLIENT, number) for number in ("A-1", "A-2"))
    assert one.shared_with_visit
    assert other.shared_with_visit
    assert one.setl_ids == other.setl_ids
    assert one.total == Money.parse("38.84")
    assert not one.lines_changed


def test_while_nobody_knows_what_was_charged_neither_does_whoever_pushed(
    pushed: Pushed, here: Rooms, province: SandboxProvince
) -> None:
    pushed.door.push(CLIENT, bill())
    visit_id = here.traced(WANG)
    pushed.take(visit_id, CLIENT, "A-1")
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    result = pushed.door.result(CLIENT, "A-1")
    assert (result.state, result.total, result.setl_ids) == (PushedState.UNKNOWN, None, ())
    here.till.ask_now()
    assert state(pushed) is PushedState.SETTLED


def test_a_corrected_visit_goes_on_with_the_bill(pushed: Pushed, here: Rooms) -> None:
    pushed.door.push(CLIENT, bill())
    visit_id = here.traced(WANG)
    pushed.take(visit_id, CLIENT, "A-1")
    here.confirm(visit_id)
    first = pushed.door.result(CLIENT, "A-1")
    here.undoing.correct(visit_id, "发错药")
    assert state(pushed) is PushedState.TAKEN
    anew = here.counter.front or ""
    assert anew != visit_id
    here.judge_all(anew)
    here.confirm(anew)
    again = pushed.door.result(CLIENT, "A-1")
    assert again.state is PushedState.SETTLED
    assert again.setl_ids != first.setl_ids
    assert not again.lines_changed


def test_a_cancelled_visit_takes_its_bill_along(pushed: Pushed, here: Rooms) -> None:
    pushed.door.push(CLIENT, bill())
    visit_id = here.traced(WANG)
    pushed.take(visit_id, CLIENT, "A-1")
    here.confirm(visit_id)
    here.undoing.cancel(visit_id, "发错药")
    result = pushed.door.result(CLIENT, "A-1")
    assert (result.state, result.total) == (PushedState.CANCELLED, None)


def test_a_visit_that_ends_unsettled_refuses_its_bill(pushed: Pushed, here: Rooms) -> None:
    pushed.door.push(CLIENT, bill())
    visit_id = here.traced(WANG)
    pushed.take(visit_id, CLIENT, "A-1")
    here.reception.leave(visit_id)
    result = pushed.door.result(CLIENT, "A-1")
    assert (result.state, result.code) == (PushedState.REFUSED, "pushed.visit_ended")


def test_a_bill_ends_once_refused_withdrawn_or_taken(pushed: Pushed, here: Rooms) -> None:
    door = pushed.door
    for number in ("A-1", "A-2", "A-3"):
        door.push(CLIENT, bill(number=number, lines=(service(),)))
    assert refused(pushed.refuse, CLIENT, "A-1", "王建国不要").code == "visit.no_reason"
    pushed.refuse(CLIENT, "A-1", "not_here")
    told = door.result(CLIENT, "A-1")
    assert (told.state, told.code, told.reason) == ("refused", "pushed.refused", "not_here")
    assert door.withdraw(CLIENT, "A-1") == told
    assert door.withdraw(CLIENT, "A-2").state is PushedState.WITHDRAWN
    assert door.withdraw(CLIENT, "A-2").state is PushedState.WITHDRAWN
    visit_id = here.traced(WANG)
    for number in ("A-1", "A-2"):
        assert refused(pushed.take, visit_id, CLIENT, number).code == "pushed.not_waiting"
    pushed.take(visit_id, CLIENT, "A-3")
    assert refused(door.withdraw, CLIENT, "A-3").code == "pushed.taken_already"


def test_where_the_record_system_settles_nothing_is_pushed_and_nothing_taken(
    here: Rooms, pushed: Pushed
) -> None:
    pushed.door.push(CLIENT, bill())
    there = pushing(here, record_settles=True)
    fault = refused(there.door.push, CLIENT, bill(number="A-2"))
    assert fault.code == "settling.record_system"
    visit_id = here.traced(WANG)
    assert not there.view()[0].may_take
    assert refused(there.take, visit_id, CLIENT, "A-1").code == "settling.record_system"
    there.refuse(CLIENT, "A-1", "wrong")
    assert state(there) is PushedState.REFUSED


def test_who_was_never_here_is_shown_by_the_masked_number_alone(pushed: Pushed) -> None:
    pushed.door.push(CLIENT, bill(id_number=CHILD))
    shown = pushed.view()[0]
    assert (shown.masked_name, shown.masked_id) == ("", "991***********1070")
    assert CHILD not in repr(shown)


def test_a_box_that_the_county_knows_as_sold_is_warned_of_as_a_scan_warns(here: Rooms) -> None:
    pushed = pushing(here, suspects=lambda _: date(2025, 9, 1))
    pushed.door.push(CLIENT, bill())
    pushed.take(here.traced(WANG), CLIENT, "A-1")
    assert here.counter.scan is not None
    assert here.counter.scan.code == "box.maybe_sold"


def test_a_price_that_changed_since_the_push_takes_nothing(pushed: Pushed, here: Rooms) -> None:
    pushed.door.push(CLIENT, bill())
    dearer: Any = pushing(here, prices=lambda item: replace(item, price=item.price + 1))
    visit_id = here.traced(WANG)
    assert refused(dearer.take, visit_id, CLIENT, "A-1").code == "pushed.total_differs"
    assert here.store.lines.of(visit_id) == []
