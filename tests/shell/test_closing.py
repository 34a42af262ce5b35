"""The day's end against a real province: what differs is found, explained, and nothing else."""

from __future__ import annotations

import dataclasses
import http.client
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from drivers.simulated.province.manner import FileRows, Manner
from drivers.simulated.province.server import SandboxProvince
from terminal.core.evidence import canonical
from terminal.core.faults import Refused, Unavailable
from terminal.core.money import Money
from terminal.core.money_views import Way, Whose
from terminal.core.national_crypto import sm2_verify
from terminal.core.region import FileLists, Region
from terminal.core.visit import VisitState
from terminal.health import Health
from terminal.ledger import Ledger
from terminal.province.conversation import Province
from terminal.province.session import Session
from tests.clinic import (
    AMOXICILLIN,
    CEFIXIME,
    CHILD,
    CLINIC,
    DEVICE_KEY,
    LI,
    PARACETAMOL,
    RULES,
    WANG,
    code,
)
from tests.rooms import Rooms

DAY = date(2025, 9, 20)


@pytest.fixture
def line(province: SandboxProvince) -> SandboxProvince:
    """The province itself: where it is closed, nobody takes the connection."""
    return province


def settled(here: Rooms, id_number: str, *boxes: str) -> str:
    visit_id = here.priced(id_number, *boxes)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    here.reception.leave(visit_id)
    return visit_id


def cancelled(here: Rooms, id_number: str, *boxes: str) -> str:
    """Settled, and taken back on the same day."""
    visit_id = here.priced(id_number, *boxes)
    here.confirm(visit_id)
    here.undoing.cancel(visit_id, "拿错药")
    assert here.state(visit_id) is VisitState.CANCELLED
    here.reception.leave(visit_id)
    return visit_id


def closed(here: Rooms, day: date = DAY) -> Any:
    here.closing.close(day)
    return here.closing.view(day)


def found(here: Rooms, day: date = DAY) -> list[tuple[str, Whose, str]]:
    return [(each.code, each.whose, each.action) for each in closed(here, day).differences]


def by_record_system(province: SandboxProvince, psn_no: str) -> None:
    """The clinic's other system settles under the same code."""
    at = urlsplit(province.address)
    connection = http.client.HTTPConnection(at.hostname or "", at.port)
    body = json.dumps({"psn_no": psn_no, "here": True, "amount": "26.34"})
    connection.request("POST", "/sandbox/elsewhere", body, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 200
    connection.close()


def rows(here: Rooms, sql: str) -> int:
    """How many, read from the file itself."""
    with here.store.transaction() as db:
        return int(db.execute(sql).fetchone()[0])


def asked(here: Rooms, infno: str) -> int:
    return rows(here, f"SELECT count(*) FROM message WHERE infno = '{infno}'")  # noqa: S608


def psn_no(here: Rooms, id_number: str) -> str:
    person = here.store.people.by_id_number(id_number)
    assert person is not None
    return person.psn_no


def by_others(here: Rooms) -> Province:
    """Somebody who acts under our code, and of whom this terminal's book knows nothing."""
    return Province(Session(here.client, CLINIC, here.store.journal, here.clock))


# --- a day with the province


def test_a_day_whose_books_agree_is_level_to_the_fen(rooms, province):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    settled(here, WANG, code(CEFIXIME, 2))
    before = here.closing.view(DAY)
    assert (before.closed_at, before.balanced) == (None, None)
    after = closed(here)
    assert (after.balanced, after.differences, after.notice) == (True, (), None)
    (group,) = after.groups
    assert (group.count, group.total, group.balanced) == (2, Money(5634), True)
    assert (group.insutype, group.clr_type, group.clr_optins) == ("390", "11", "431024")


def test_a_day_with_nothing_can_be_closed(rooms):
    after = closed(rooms())
    assert (after.balanced, after.groups) == (True, ())


def test_a_cancelled_visit_is_level_as_well(rooms):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    cancelled(here, WANG, code(CEFIXIME, 2))
    after = closed(here)
    assert (after.balanced, after.groups[0].count) == (True, 1)


def test_what_the_record_system_settled_is_found_and_named_so(rooms, province):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    by_record_system(province, psn_no(here, LI))
    assert found(here) == [
        ("closing.record_system", Whose.RECORD_SYSTEM, "action.look_in_record_system")
    ]
    view = here.closing.view(DAY)
    assert (view.balanced, view.differences[0].theirs) == (False, Money(2634))
    assert [group.balanced for group in view.groups] == [False]


def test_it_is_found_also_on_a_day_on_which_we_did_nothing(rooms, province, clock):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    clock.now += timedelta(days=1)
    by_record_system(province, psn_no(here, LI))
    assert [kind for kind, _, _ in found(here, DAY + timedelta(days=1))] == [
        "closing.record_system"
    ]
    assert found(here) == []


def test_a_charge_whose_answer_was_lost_is_found_in_the_file(rooms, province):
    here = rooms()
    visit_id = here.priced(LI, code(AMOXICILLIN, 1))
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    assert found(here) == [("closing.found", Whose.OURS, "action.ask_anew")]
    view = here.closing.view(DAY)
    assert view.differences[0].visit_id == visit_id
    assert view.open_visits == (here.store.visits.visit(visit_id).slip_no,)
    # The next action is what it says: afterwards the day is level.
    here.till.ask_now()
    after = closed(here)
    assert (here.state(visit_id), after.balanced) == (VisitState.SETTLED, True)
    assert after.open_visits == ()


def test_while_a_charge_is_unknown_the_file_is_asked_although_the_sums_agree(rooms, province):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    closed(here)
    assert asked(here, "3202") == 0
    here.priced(WANG, code(CEFIXIME, 2))
    province.faults.plant("lost_before", "2207A")
    here.confirm(here.counter.front or "")
    after = closed(here)
    assert (after.balanced, after.differences) == (True, ())
    assert asked(here, "3202") > 0


def test_a_cancellation_that_is_not_ours_is_found(rooms):
    here = rooms()
    visit_id = settled(here, LI, code(AMOXICILLIN, 1))
    record = here.record(visit_id)
    case = here.pricing.case(here.store.visits.visit(visit_id), record)
    by_others(here).cancel(case, record.mdtrt_id or "", record.setl_id or "")
    assert found(here) == [("closing.refunded_there", Whose.UNKNOWN, "action.look_who_cancelled")]


def test_an_amount_that_differs_is_found_with_both_figures(rooms):
    here = rooms()
    visit_id = settled(here, LI, code(AMOXICILLIN, 1))
    record = here.record(visit_id)
    changed = {**(record.settled or {}), "fund": 1843, "own": 791, "cash": 791}
    here.store.settlements.note(record.settlement_id, settled=json.dumps(changed))
    (difference,) = closed(here).differences
    assert difference.code == "closing.fund_differs"
    assert (difference.ours, difference.theirs) == (Money(1843), Money(1844))
    assert difference.masked_name == "李*英"


def test_a_settlement_that_they_lack_is_found(rooms):
    here = rooms()
    visit_id = settled(here, LI, code(AMOXICILLIN, 1))
    record = here.record(visit_id)
    case = here.pricing.case(here.store.visits.visit(visit_id), record)
    by_others(here).reverse(case, record.settle_msgid or "")
    assert found(here) == [("closing.only_ours", Whose.PROVINCE, "action.call_bureau")]


@pytest.mark.parametrize("file_rows", list(FileRows))
@pytest.mark.parametrize("netted", [True, False])
@pytest.mark.parametrize("by_insurance", [True, False])
def test_every_manner_of_reconciling_finds_the_same(
    tmp_path, clock, file_rows, netted, by_insurance
):
    lists = FileLists.DIFFERENCES if file_rows is FileRows.DIFFERENCES else FileLists.ALL
    region = Region(file_lists=lists, refunds_netted=netted, file_by_insurance=by_insurance)
    manner = Manner(file_rows=file_rows, refunds_netted=netted)
    with SandboxProvince(tmp_path / "other", clock=clock, manner=manner) as province:
        clinic = dataclasses.replace(CLINIC, region=region)
        here = Rooms(tmp_path / "terminal", province.address, clock, clinic=clinic)
        settled(here, LI, code(AMOXICILLIN, 1))
        cancelled(here, WANG, code(CEFIXIME, 2))
        assert closed(here).balanced is True
        by_record_system(province, psn_no(here, LI))
        assert [kind for kind, _, _ in found(here)] == ["closing.record_system"]
        # With an unknown charge the files of all groups are asked, and told apart.
        here.priced(WANG, code(CEFIXIME, 3))
        province.faults.plant("lost_after_commit", "2207A")
        here.confirm(here.counter.front or "")
        kinds = {kind for kind, _, _ in found(here)}
        assert kinds == {"closing.record_system", "closing.found"}
        here.close()


# --- what a closing does not do


def test_a_closing_without_a_line_says_so_and_changes_nothing(rooms, province):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    first = closed(here)
    province.close()
    after = closed(here)
    assert after.notice == "province.away"
    assert (after.closed_at, after.balanced) == (first.closed_at, True)


def test_the_last_closing_counts_and_the_others_stay(rooms, province):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    by_record_system(province, psn_no(here, LI))
    assert closed(here).balanced is False
    assert closed(here).balanced is False
    assert rows(here, "SELECT count(*) FROM closing WHERE day = '2025-09-20'") == 2


def test_a_later_days_settlement_never_disturbs_a_closing(rooms, clock):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    closed(here)
    clock.now += timedelta(days=1)
    settled(here, LI, code(CEFIXIME, 2))
    after = here.closing.view(DAY)
    assert (after.balanced, after.notice, after.groups[0].count) == (True, None, 1)


def test_a_day_that_changed_after_its_closing_says_so(rooms):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    closed(here)
    settled(here, WANG, code(CEFIXIME, 2))
    assert here.closing.view(DAY).notice == "closing.changed_since"
    assert closed(here).notice is None


def test_a_day_that_has_not_come_is_not_closed(rooms):
    with pytest.raises(Refused, match=r"closing\.day_not_come"):
        rooms().closing.close(DAY + timedelta(days=1))


def test_a_closing_outlives_a_restart(rooms, province):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    by_record_system(province, psn_no(here, LI))
    before = closed(here)
    assert rooms().closing.view(DAY) == before


# --- money, sheet and statement


def test_the_drawer_is_counted_and_the_last_count_stands(rooms):
    here = rooms()
    visit_id = settled(here, LI, code(AMOXICILLIN, 1))
    here.cashbox.paid(visit_id, Way.CASH, Money(790))
    here.closing.count_drawer(DAY, Money(780))
    here.closing.count_drawer(DAY, Money(790))
    view = here.closing.view(DAY)
    assert (view.drawer_expected, view.drawer_counted) == (Money(790), Money(790))
    assert view.taken[Way.CASH] == Money(790)
    with pytest.raises(Refused, match=r"closing\.drawer_below_zero"):
        here.closing.count_drawer(DAY, Money(-1))


def test_what_was_settled_late_stands_beside_its_estimate(rooms, province, clock):
    here = rooms()
    visit_id = here.traced(LI, code(AMOXICILLIN, 1))
    province.faults.plant("lost_before", "2201")
    here.line_is_away = True
    here.basket.set_diagnosis(visit_id, "J06.900")
    here.till.estimate(visit_id)
    visit = here.store.visits.visit(visit_id)
    here.till.agree_ceiling(visit_id, visit.revision, Money(790))
    here.cashbox.deposit(visit_id, Money(1000))
    here.line_is_away = False
    clock.now += timedelta(days=1)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert here.closing.view(DAY).late == ()
    (row,) = here.closing.view(DAY + timedelta(days=1)).late
    assert (row.estimated_own, row.own, row.deposit) == (Money(790), Money(790), Money(1000))
    assert (row.to_pay, row.to_return) == (Money(0), Money(210))
    sheet = here.closing.publicity(DAY + timedelta(days=1))
    assert (sheet.rows, [each.mark for each in sheet.since]) == ((), ["late"])


def test_the_sheet_is_ready_in_the_morning_and_leaves_children_out(rooms, clock):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1))
    settled(here, CHILD, code(PARACETAMOL, 2))
    clock.now += timedelta(hours=22)
    sheet = here.closing.publicity(DAY)
    assert [(row.masked_name, row.total) for row in sheet.rows] == [("李*英", Money(2634))]
    assert (sheet.left_out, sheet.total) == (1, Money(2634))
    assert "李*英" in here.closing.publicity_csv(DAY)
    assert here.closing.publicity_pdf(DAY).startswith(b"%PDF-")


def test_the_statement_is_signed_and_adds_up(rooms, clock):
    here = rooms()
    settled(here, LI, code(AMOXICILLIN, 1), code(PARACETAMOL, 1))
    cancelled(here, WANG, code(AMOXICILLIN, 2))
    closed(here)
    clock.now += timedelta(days=20)
    told = json.loads(here.closing.statement(2025, 9))
    record = told["record"]
    key = record["device"]["public_key"]
    assert sm2_verify(key, canonical(record), told["signature"])
    assert record["settlements"] == {"settled": 2, "cancelled": 1, "late": 0}
    assert record["sums_fen"]["medfee_sumamt"] == 3034
    assert [(each["quantity"], each["sum_fen"]) for each in record["drugs"]] == [
        ("1", 400),
        ("1", 2634),
    ]
    assert record["closings"]["balanced"] == ["2025-09-20"]
    assert record["owed_to_clinic"]["province"]["settled_fund_fen_by_month"] == {
        "2025-09": record["sums_fen"]["fund_pay_sumamt"]
    }


def test_a_month_that_has_not_come_has_no_statement(rooms):
    with pytest.raises(Refused, match=r"statement\.no_such_month"):
        rooms().closing.statement(2025, 10)


def test_the_clinics_fund_is_what_stands_of_the_year(rooms):
    rules = dataclasses.replace(RULES, clinic_fund=Money.parse("30000.00"))
    here = rooms(rules=rules)
    settled(here, LI, code(AMOXICILLIN, 1))
    cancelled(here, WANG, code(CEFIXIME, 2))
    fund = here.closing.fund(DAY)
    assert fund is not None
    assert (fund.year, fund.limit.used) == (2025, Money(1844))
    assert rooms().closing.fund(DAY) is None


def test_a_day_that_is_closed_is_signed_with_all_its_decisions(
    rooms: Callable[..., Rooms], tmp_path: Path
) -> None:
    here = rooms()
    ledger = Ledger(here.store, DEVICE_KEY, tmp_path, 100, here.clock, Health())
    here.closing.seal = ledger.seal
    settled(here, WANG, code(AMOXICILLIN, 1))
    assert here.store.ledger.last_seal() is None
    closed(here)
    seal, last = here.store.ledger.last_seal(), here.store.ledger.last()
    assert seal is not None
    assert last is not None
    assert seal.number == last.entry.number


def test_a_day_is_closed_though_its_ledger_cannot_be_signed(rooms: Callable[..., Rooms]) -> None:
    here = rooms()

    def no_room() -> None:
        raise Unavailable("ledger.head_not_written", reason="disk full")

    here.closing.seal = no_room
    settled(here, WANG, code(AMOXICILLIN, 1))
    assert closed(here).balanced
