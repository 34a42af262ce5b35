"""Telling the province which boxes were sold: each once, none made up, never touching money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.region import Region, TraceCodes
from terminal.core.visit import VisitState
from tests.clinic import (
    AMOXICILLIN,
    CLINIC,
    LI,
    PARACETAMOL,
    RULES,
    WANG,
    catalogue,
    charges,
    code,
)
from tests.rooms import Rooms
from tests.shell.between import Between, Dropped, Message

Open = Callable[..., Rooms]
BOX, OTHER = code(AMOXICILLIN, 1), code(PARACETAMOL, 1)
NO_DELIVERIES = replace(RULES, catalogue=catalogue(deliveries=False))


def settled(here: Rooms, *codes: str) -> str:
    visit_id = here.priced(WANG, *codes)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    return visit_id


def sold(province: SandboxProvince) -> list[str]:
    listed: Any = province.book()["sales"]
    return [row["code"] for row in listed]


def test_every_box_is_told_of_with_its_settlement(province: SandboxProvince, rooms: Open) -> None:
    here = rooms()
    visit_id = settled(here, BOX, OTHER)
    assert sold(province) == [BOX, OTHER]
    listed: Any = province.book()["sales"]
    assert {row["setl_id"] for row in listed} == {here.record(visit_id).setl_id}
    assert not here.sales.any_waiting()


@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "nonsense", "system_error"])
def test_a_report_that_was_not_answered_is_told_again_until_it_is(
    province: SandboxProvince, line: Between, rooms: Open, fault: str
) -> None:
    here = rooms()
    province.faults.plant(fault, "3505A")
    settled(here, BOX, OTHER)
    assert here.sales.any_waiting()
    back = rooms()
    back.sales.tell()
    assert sorted(sold(province)) == sorted([BOX, OTHER])
    assert not back.sales.any_waiting()
    asked = line.asked.count("3505A")
    back.sales.tell()
    assert line.asked.count("3505A") == asked


def test_a_line_that_is_down_is_met_once_a_round(line: Between, rooms: Open) -> None:
    here = rooms()

    def down(sent: Message) -> Message:
        if sent["infno"] == "3505A":
            raise Dropped
        return sent

    line.request = down
    settled(here, BOX, OTHER)
    assert line.asked.count("3505A") == 1


def test_a_refused_box_holds_up_neither_the_money_nor_the_next_box(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """Somebody sold it elsewhere: the province's own check, told once."""
    here = rooms()
    province.faults.plant("refused", "3505A")
    visit_id = settled(here, BOX, OTHER)
    assert sold(province) == [OTHER]
    assert not here.sales.any_waiting()
    assert here.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_a_terminal_that_is_not_admitted_loses_no_report(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)

    def clock_is_off(sent: Message) -> Message:
        if sent["infno"] == "3505A":
            here.clock.now = here.clock.now.replace(hour=23)  # The sandbox's clock jumps, too.
        return sent

    line.request = clock_is_off
    here.confirm(visit_id)
    here.clock.now = here.clock.now.replace(hour=9)
    assert sold(province) == []
    assert here.sales.any_waiting()
    line.request = lambda sent: sent
    here.sales.tell()
    assert sold(province) == [BOX]


def test_a_box_of_no_known_delivery_waits_until_the_clinic_has_written_it_down(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms(rules=NO_DELIVERIES)
    settled(here, BOX)
    assert sold(province) == []
    assert not here.sales.any_waiting(), "asking again changes nothing before a restart"
    still = rooms(rules=NO_DELIVERIES)
    still.sales.take_up()
    still.sales.tell()
    assert sold(province) == []
    back = rooms()
    back.sales.take_up()
    back.sales.tell()
    assert sold(province) == [BOX]


def test_boxes_of_no_known_delivery_do_not_hold_up_a_hundred_others(
    province: SandboxProvince, rooms: Open
) -> None:
    drugs = [replace(drug, batch="") if drug.name == "对乙酰氨基酚片" else drug
             for drug in RULES.catalogue.drugs]  # fmt: skip
    rules = replace(RULES, catalogue=type(RULES.catalogue)(drugs, RULES.catalogue.services))
    here = rooms(rules=rules)
    for first in (0, 60):
        visit_id = here.priced(WANG, *(code(PARACETAMOL, n) for n in range(first, first + 60)))
        here.confirm(visit_id)
        here.reception.leave(visit_id)
    visit_id = here.priced(LI, BOX)
    here.confirm(visit_id)
    here.sales.tell()
    assert sold(province) == [BOX]


def test_nothing_is_told_of_a_settlement_that_was_cancelled(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    province.faults.plant("lost_before", "3505A")
    visit_id = settled(here, BOX)
    here.undoing.cancel(visit_id, "开错了药")
    here.sales.tell()
    assert sold(province) == []
    assert not here.sales.any_waiting()
    here.reception.leave(visit_id)
    settled(here, BOX)
    assert sold(province) == [BOX]


# --- cancelled after it was told


def test_a_box_told_of_is_taken_back_with_its_settlement_and_can_be_sold_again(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = settled(here, BOX)
    here.undoing.cancel(visit_id, "开错了药")
    assert here.sales.any_waiting()
    here.sales.tell()
    assert not here.sales.any_waiting()
    assert line.asked.count("3506A") == 1
    here.reception.leave(visit_id)
    again = settled(here, BOX)
    listed: Any = province.book()["sales"]
    standing = [row["setl_id"] for row in listed if not row["returned"]]
    assert standing == [here.record(again).setl_id]


@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "system_error"])
def test_taking_back_is_told_until_it_is_answered_and_nothing_new_before(
    province: SandboxProvince, line: Between, rooms: Open, fault: str
) -> None:
    here = rooms()
    visit_id = settled(here, BOX)
    province.faults.plant(fault, "3506A", 2)
    here.undoing.cancel(visit_id, "开错了药")
    here.sales.tell()
    assert here.sales.any_waiting()
    here.reception.leave(visit_id)
    line.asked.clear()
    here.sales.tell()
    here.sales.tell()
    assert not here.sales.any_waiting()
    assert "3505A" not in line.asked


def test_already_sold_is_a_receipt_only_where_the_sale_is_ours(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """The first report was lost on its way, and somebody else sold the box meanwhile."""
    here = rooms()

    def somebody_elses(sent: Message, said: Message) -> Message:
        if sent["infno"] == "3513":
            for row in said["output"]["data"]:
                row["setl_id"] = "another's"
        return said

    province.faults.plant("lost_after_commit", "3505A")
    settled(here, BOX)
    line.answer = somebody_elses
    here.sales.tell()
    assert line.asked.count("3513") == 1
    assert not here.sales.any_waiting()
    assert [row["state"] for row in reports(here)] == ["refused"]


def test_a_silence_while_asking_whose_the_sale_is_decides_nothing(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    province.faults.plant("lost_after_commit", "3505A")
    settled(here, BOX)
    province.faults.plant("lost_before", "3513")
    here.sales.tell()
    assert here.sales.any_waiting()
    here.sales.tell()
    assert [row["state"] for row in reports(here)] == ["told"]


# --- where trace codes travel


def reports(here: Rooms) -> list[dict[str, str]]:
    from terminal.store.database import Database  # noqa: PLC0415

    database: Database = here.store.sales._db  # noqa: SLF001
    return [dict(row) for row in database.rows("SELECT trace_code, state FROM sale_report")]


@pytest.mark.parametrize(
    ("travel", "with_money", "reports_sent"),
    [
        (TraceCodes.SALE_REPORT, [], 2),
        (TraceCodes.SETTLEMENT, [BOX, OTHER], 0),
        (TraceCodes.BOTH, [BOX, OTHER], 2),
    ],
)
def test_trace_codes_travel_where_the_region_wants_them(
    province: SandboxProvince,
    line: Between,
    rooms: Open,
    travel: TraceCodes,
    with_money: list[str],
    reports_sent: int,
) -> None:
    carried: list[Any] = []

    def look(sent: Message) -> Message:
        if sent["infno"] == "2207A":
            carried.extend(sent["input"].get("drug_trac_info", []))
        return sent

    line.request = look
    here = rooms(clinic=replace(CLINIC, region=Region(trace_codes=travel)))
    settled(here, BOX, OTHER)
    assert [row["drug_trac_codg"] for row in carried] == with_money
    assert line.asked.count("3505A") == reports_sent
    assert sorted(set(sold(province))) == sorted([BOX, OTHER])
    assert not here.sales.any_waiting()


@pytest.mark.parametrize(("sale", "back"), [("3505A", "3506A"), ("3505", "3506")])
def test_a_sale_is_reported_in_the_regions_form(
    line: Between, rooms: Open, sale: str, back: str
) -> None:
    region = Region(infno_sale=sale, infno_sale_return=back)
    here = rooms(clinic=replace(CLINIC, region=region))
    visit_id = settled(here, BOX)
    here.undoing.cancel(visit_id, "开错了药")
    here.sales.tell()
    assert {sale, back} <= set(line.asked)
    assert {row["state"] for row in reports(here)} == {"taken_back"}
