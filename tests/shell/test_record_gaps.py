"""What stands in the books beside a record system that settles: day, month, past, inspection."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.counter import Waiting
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.money_views import Whose
from terminal.core.month_picture import MonthPicture
from terminal.core.record_views import What
from terminal.core.settlement_evidence import Reader
from terminal.core.visit import VisitState
from terminal.errands import Errands
from terminal.inspection import Inspection
from terminal.looking_back import LookingBack
from terminal.typing_out import TypingOut
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CEFIXIME,
    CLINIC,
    DEVICE_KEY,
    LI,
    RULES,
    WANG,
    Clock,
    charges,
    code,
)
from tests.shell.between import Between, Message
from tests.shell.handed import HandedRooms, handed_rooms, record_system
from tests.shell.test_hostile_province import DELIVERED_TWICE, NOT_FOUND

Open = Callable[..., HandedRooms]
DAY = date(2025, 9, 20)
BOX, OTHER_BOX = code(AMOXICILLIN, 1), code(CEFIXIME, 2)
PRICE, OTHER_PRICE = "26.34", "30.00"


@pytest.fixture
def there(tmp_path: Path, line: Between, clock: Clock) -> Iterator[Open]:
    with handed_rooms(tmp_path / "terminal", line.address, clock) as open_rooms:
        yield open_rooms


def settled_there(here: HandedRooms, province: SandboxProvince, who: str = WANG) -> str:
    """A visit that the record system settled, and that is found; its SETL_ID."""
    visit_id = here.handed(who, BOX)
    setl_id: str = record_system(province, here, who, amount=PRICE)["setl_id"]
    here.ask()
    assert here.state(visit_id) is VisitState.SETTLED_THERE
    here.reception.leave(visit_id)
    return setl_id


def cancelled_there(here: HandedRooms, province: SandboxProvince) -> None:
    """One that the record system settled and cancelled, both found."""
    visit_id = here.handed(LI, OTHER_BOX)
    made = record_system(province, here, LI, amount=OTHER_PRICE)
    here.ask()
    record_system(province, here, LI, mdtrt_id=made["mdtrt_id"], cancel=made["setl_id"])
    here.clock.now += timedelta(hours=7)
    here.ask()
    assert here.state(visit_id) is VisitState.CANCELLED
    here.reception.leave(visit_id)


def charged_here(there: Open, who: str, box: str) -> HandedRooms:
    """One charge of this terminal's own, made before the setting changed."""
    here = there(settles_here=True)
    visit_id = here.priced(who, box)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    here.reception.leave(visit_id)
    return here


def closed(here: HandedRooms) -> Any:
    here.closing.close(DAY)
    return here.closing.view(DAY)


# --- the day's end


def test_what_the_record_system_settles_is_no_difference_at_the_days_end(
    province: SandboxProvince, there: Open, line: Between
) -> None:
    here = there()
    settled_there(here, province)
    record_system(province, here, WANG, amount=OTHER_PRICE)  # Of a visit that nobody opened here.
    line.asked.clear()
    after = closed(here)
    assert (after.balanced, after.differences, after.groups) == (True, (), ())
    assert "3201" not in line.asked, "nothing of ours to compare"


def test_beside_the_record_systems_our_own_charges_are_still_compared_row_by_row(
    province: SandboxProvince, there: Open
) -> None:
    charged_here(there, LI, OTHER_BOX)
    here = there()
    settled_there(here, province)
    after = closed(here)
    assert (after.balanced, after.differences) == (True, ())
    assert [group.balanced for group in after.groups] == [True]
    assert [group.total for group in after.groups] == [Money.parse(OTHER_PRICE)]
    again = there(settles_here=True).closing.view(DAY)
    assert again.balanced is True, "as it was when it was closed"


def test_a_row_of_ours_that_differs_is_named_though_the_record_system_settles(
    province: SandboxProvince, there: Open
) -> None:
    before = charged_here(there, LI, OTHER_BOX)
    (mine,) = before.store.closings.charges(DAY, DAY)
    here = there()
    settled_there(here, province)
    record = here.record(mine.visit_id)
    record_system(province, here, LI, mdtrt_id=record.mdtrt_id, cancel=record.setl_id)
    after = closed(here)
    assert after.balanced is False
    assert [(each.code, each.whose) for each in after.differences] == [
        ("closing.refunded_there", Whose.UNKNOWN)
    ]
    assert [group.balanced for group in after.groups] == [False]


def test_a_charge_in_flight_when_the_setting_changed_is_sought_in_the_file(
    province: SandboxProvince, there: Open
) -> None:
    here = there(settles_here=True)
    visit_id = here.priced(LI, OTHER_BOX)
    province.faults.plant("lost_after_commit", "2207A")
    province.faults.plant("lost_before", "5203", count=9)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here = there()
    record_system(province, here, LI, amount=PRICE)
    after = closed(here)
    assert [(each.code, each.visit_id) for each in after.differences] == [
        ("closing.found", visit_id)
    ], "and nothing of what the record system settled"
    assert after.balanced is False


def test_the_days_end_names_what_was_handed_over_and_not_found(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    (named,) = here.closing.view(DAY).not_found
    assert named.endswith("王*国")
    assert here.closing.view(DAY - timedelta(days=1)).not_found == (), "it was not there yet"
    assert here.closing.view(DAY + timedelta(days=1)).not_found == (named,), "until it is found"
    record_system(province, here, WANG, amount=PRICE)
    here.handing_over.ask_now(visit_id)
    assert here.closing.view(DAY).not_found == ()


def test_the_clinics_fund_counts_what_stands_at_the_record_system(
    province: SandboxProvince, there: Open
) -> None:
    rules = dataclasses.replace(RULES, clinic_fund=Money.parse("30000.00"))
    here = there(rules=rules)
    cancelled_there(here, province)
    (told,) = here.store.handed_over.of_visit(settled_visit(here, province))
    fund = here.closing.fund(DAY)
    assert fund is not None
    assert fund.limit.used == told.told.fund
    assert fund.limit.used.fen > 0


def settled_visit(here: HandedRooms, province: SandboxProvince) -> str:
    setl_id = settled_there(here, province)
    return here.store.handed_over.holders([setl_id])[setl_id]


# --- looked at later


def back(here: HandedRooms) -> LookingBack:
    return LookingBack(here.store, RULES.catalogue, lambda: None, here.clock, 7)


def month(here: HandedRooms) -> MonthPicture:
    return back(here).month(2025, 9)


def test_the_month_holds_what_the_record_system_settled_and_says_what_it_cancelled(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    settled_there(here, province)
    one = month(here)
    assert (one.visits, one.total, one.cancelled) == (1, Money.parse(PRICE), 0)
    assert one.fund.fen > 0
    cancelled_there(here, province)
    both = month(here)
    assert (both.visits, both.total, both.cancelled) == (1, Money.parse(PRICE), 1)
    assert both.fund == one.fund


def test_past_visits_and_a_persons_own_list_show_what_stands_there(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    settled_there(here, province)
    cancelled_there(here, province)
    found = {each.masked_name: each for each in back(here).find("", DAY)}
    assert found["王*国"].total == Money.parse(PRICE)
    of_whom = {name: here.store.people.by_id_number(name) for name in (WANG, LI)}
    sums = {
        name: [each.total for each in here.store.mine.settled(person.person_id, 10)]
        for name, person in of_whom.items()
        if person is not None
    }
    assert sums == {WANG: [Money.parse(PRICE)], LI: []}


def test_whose_long_term_drugs_run_out_is_known_of_what_was_settled_there_too(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    visit_id = here.handed(WANG, code(AMLODIPINE, 1))
    here.store.lines.note_days(visit_id, 1, 14)
    record_system(province, here, WANG, amount=here.shown(visit_id).total.yuan)
    here.clock.now += timedelta(days=12)
    assert back(here).follow_ups() == (), "nobody knows yet whether it went out"
    here.ask()
    assert [each.masked_name for each in back(here).follow_ups()] == ["王*国"]
    person_id = here.store.visits.visit(visit_id).person_id
    since = here.clock.now - timedelta(days=14)
    assert [each.visit_id for each in here.store.dispensed.of_person(person_id or "", since)] == [
        visit_id
    ], "so that a second pack too soon is warned of"


def test_an_inspector_finds_the_visit_under_the_record_systems_number(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    setl_id = settled_there(here, province)
    name_of = RULES.goods.diagnoses.name_of
    told = Inspection(
        here.store, RULES.catalogue, name_of, CLINIC, DEVICE_KEY, here.clock
    ).evidence(setl_id, Reader.BUREAU)
    assert told.visit_id == here.store.handed_over.holders([setl_id])[setl_id]
    assert [each.trace_code for each in told.lines] == [BOX]


# --- asked, and told


def test_a_visit_of_ours_is_not_asked_about_as_if_it_were_the_record_systems(
    there: Open, line: Between
) -> None:
    charged_here(there, WANG, BOX)
    here = there()
    here.handed(WANG, code(AMOXICILLIN, 3))
    line.asked.clear()
    here.ask()
    assert line.asked.count("5203") == 0


def test_a_charge_of_ours_believed_lost_is_never_taken_for_the_record_systems(
    province: SandboxProvince, there: Open, line: Between
) -> None:
    here = there(settles_here=True)
    first = here.priced(WANG, BOX)
    line.tell({"2207A": DELIVERED_TWICE, "5203": NOT_FOUND})
    here.confirm(first)
    line.tell({})
    assert (here.state(first), len(charges(province))) == (VisitState.TRACED, 1)
    here = there()
    here.reception.call_up(first)
    here.reception.leave(first)
    second = here.traced(WANG, BOX)
    here.handing_over.hand_over(second)
    here.judge_all(second)  # The doctor says that it is another matter.
    here.handing_over.hand_over(second)
    here.ask()
    assert here.state(second) is VisitState.HANDED_OVER, "of the same total, and ours"
    assert here.shown(second).found == ()


@pytest.mark.parametrize("flags", ["01", "10"])
def test_what_was_cancelled_before_it_was_found_is_taken_for_nothing(
    province: SandboxProvince, there: Open, line: Between, flags: str
) -> None:
    """Some platforms tell of an undone settlement twice: as it was made, and as it was undone."""

    def twice(_: Message, said: Any) -> Message:
        rows = said["output"]["setlinfo"]
        rows = rows if isinstance(rows, list) else [rows]
        told = [{**row, "refd_setl_flag": flag} for flag in flags for row in rows]
        return {**said, "output": {**said["output"], "setlinfo": told}}

    here = there()
    visit_id = here.handed(WANG, BOX)
    record_system(province, here, WANG, amount=PRICE)
    line.tell({"5203": twice})
    here.ask()
    assert line.asked.count("5203") == 1
    assert here.state(visit_id) is VisitState.HANDED_OVER
    assert here.shown(visit_id).found == ()


def test_of_a_bill_settled_in_two_what_was_not_cancelled_stands(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX, OTHER_BOX)
    made = [record_system(province, here, WANG, amount=each) for each in (PRICE, OTHER_PRICE)]
    here.handing_over.ask_now(visit_id)
    for each in made:
        here.handing_over.choose(visit_id, each["setl_id"])
    record_system(province, here, WANG, mdtrt_id=made[0]["mdtrt_id"], cancel=made[0]["setl_id"])
    here.clock.now += timedelta(hours=7)
    here.ask()
    assert here.state(visit_id) is VisitState.SETTLED_THERE
    gone, stands = here.store.handed_over.of_visit(visit_id)
    assert (gone.refunded_at is None, stands.refunded_at) == (False, None)
    visit = here.store.visits.visit(visit_id)
    row = Waiting(visit_id, visit.state, "王*国", here.clock(), None)
    assert here.beside.waiting(visit, (), row).own == stands.told.own


def test_nothing_is_claimed_for_a_visit_that_the_doctor_took_back_meanwhile(
    province: SandboxProvince, there: Open
) -> None:
    here = there()
    visit_id = here.handed(WANG, BOX)
    record_system(province, here, WANG, amount="12.50")
    here.ask()
    (found,) = here.handing_over.finding.candidates(here.store.visits.visit(visit_id))
    here.handing_over.take_back(visit_id)
    with pytest.raises(Refused, match=r"visit\.no_such_step"):
        here.handing_over.finding.take(visit_id, found, "")
    assert here.claimed(visit_id) == []


def test_where_the_terminal_settles_nothing_is_typed_or_handed_over(there: Open) -> None:
    here = there(settles_here=True)
    visit_id = here.traced(WANG, BOX)
    for verb in (
        lambda: here.handing_over.type_out(visit_id, What.ID_NUMBER),
        lambda: here.handing_over.hand_over(visit_id),
    ):
        with pytest.raises(Refused, match=r"handed\.terminal_settles"):
            verb()
    assert (here.keys.lines, here.state(visit_id)) == ([], VisitState.TRACED)


def test_a_second_tap_while_it_types_types_nothing_twice(there: Open) -> None:
    here = there()
    visit_id = here.traced(WANG, BOX)
    begun, go_on = threading.Event(), threading.Event()

    def holds() -> None:
        begun.set()
        assert go_on.wait(60)

    here.keys.before = holds
    errands = Errands(lambda *_: None, lambda: None)
    errands.start()
    typing = TypingOut(dataclasses.replace(here.place, errands=errands), here.keys)
    try:
        typing.type_out(visit_id, What.ID_NUMBER)
        assert begun.wait(60)
        with pytest.raises(Refused, match=r"typing\.busy"):
            typing.type_out(visit_id, What.ID_NUMBER)
    finally:
        go_on.set()
        assert errands.rest(60)
        errands.stop(60)
    assert here.keys.lines == [WANG]


def test_what_was_reported_before_is_taken_back_and_nothing_else_is_reported(
    there: Open, line: Between
) -> None:
    here = charged_here(there, WANG, BOX)
    here.sales.tell()
    assert line.asked.count("3505A") == 1
    (mine,) = here.store.closings.charges(DAY, DAY)
    here = there(settles_here=True)
    visit_id = here.priced(LI, OTHER_BOX)
    here.confirm(visit_id)
    here.reception.leave(visit_id)
    here = there()
    here.reception.bring_forward(mine.visit_id)
    here.undoing.cancel(mine.visit_id, "拿错药")
    line.asked.clear()
    here.sales.tell()
    assert [each for each in line.asked if each.startswith("350")] == ["3506A"]
