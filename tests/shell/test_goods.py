"""Boxes at the counter: opened, bound, packed, brought back, sold without insurance."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.boxes import BoxState, ReturnReason, ScanMode, Untraced
from terminal.core.charge import SettlementState
from terminal.core.faults import Fault
from terminal.core.money import Money
from terminal.core.visit import VisitState
from terminal.store.opened import UNTOUCHED
from tests.clinic import (
    AMOXICILLIN,
    CEFIXIME,
    COLD,
    GLUCOSE_TEST,
    LI,
    PARACETAMOL,
    PAUSED,
    RULES,
    WANG,
    code,
)
from tests.rooms import Rooms

Open = Callable[..., Rooms]
BOX, OTHER = code(AMOXICILLIN, 1), code(AMOXICILLIN, 2)
UNKNOWN = code("8999999", 1)
OTHER_MAKER = "90000000000000000001"
SOLD_ELSEWHERE = "89101117700000000002"
"""By another clinic of the sandbox's county."""


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


def said(here: Rooms) -> str | None:
    return here.counter.scan.code if here.counter.scan else None


def scan(here: Rooms, *codes: str) -> None:
    for each in codes:
        here.scanning.scanned(each.encode())


def amounts(here: Rooms, visit_id: str) -> list[tuple[str, str]]:
    return [(str(line.quantity), str(line.total.yuan)) for line in here.store.lines.of(visit_id)]


def settled_and_gone(here: Rooms, id_number: str, *codes: str) -> str:
    visit_id = here.priced(id_number, *codes)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    here.reception.leave(visit_id)
    return visit_id


# --- opened boxes


def opened(here: Rooms, trace_code: str = BOX) -> int:
    here.goods.scan_means(ScanMode.OPEN)
    scan(here, trace_code)
    assert said(here) == "box.opened"
    assert here.counter.mode is ScanMode.SELL, "one box is opened, and the next is sold"
    return here.goods.opened()[0].box


def test_an_opened_box_is_sold_to_three_people_until_it_is_empty(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    box = opened(here)
    for id_number, units in ((WANG, 20), (LI, 20), (WANG, 10)):
        visit_id = here.traced(id_number)
        here.goods.add_split(visit_id, box, units)
        here.basket.set_diagnosis(visit_id, COLD)
        here.judge_all(visit_id)
        here.confirm(visit_id)
        assert here.state(visit_id) is VisitState.SETTLED
        here.reception.leave(visit_id)
    assert here.goods.opened() == []
    last = here.traced(LI)
    assert code_of(lambda: here.goods.add_split(last, box, 1)) == "box.not_enough"
    listed: Any = province.book()["sales"]
    assert [(row["code"], row["trdn_flag"]) for row in listed] == [(BOX, "1")] * 3


def test_tablets_cost_their_part_of_the_pack_and_the_line_is_rounded_once(rooms: Open) -> None:
    """Fifty at 26.34: one is 0.5268, ten are 5.268, which is 5.27."""
    here = rooms()
    box = opened(here)
    visit_id = here.traced(WANG)
    here.goods.add_split(visit_id, box, 10)
    assert amounts(here, visit_id) == [("10", "5.27")]
    here.basket.set_quantity(visit_id, 1, Decimal(3))
    assert amounts(here, visit_id) == [("3", "1.58")]
    assert here.goods.opened()[0].left == 47


def test_scanning_an_opened_box_takes_one_unit_out_and_again_one_more(rooms: Open) -> None:
    here = rooms()
    opened(here)
    visit_id = here.traced(WANG)
    scan(here, BOX, BOX)
    assert said(here) == "box.unit_taken"
    assert amounts(here, visit_id) == [("2", "1.05")]


def test_a_box_on_a_bill_cannot_be_opened_and_an_opened_one_not_be_sold_whole(rooms: Open) -> None:
    here = rooms()
    here.traced(WANG, BOX)
    here.goods.scan_means(ScanMode.OPEN)
    scan(here, BOX)
    assert said(here) == "scan.sold_before"
    here.goods.scan_means(ScanMode.SELL)
    assert here.goods.opened() == []


def test_a_closed_box_says_why_and_an_untouched_one_goes_back(rooms: Open) -> None:
    here = rooms()
    box = opened(here)
    assert code_of(lambda: here.goods.close_box(box, " ")) == "visit.no_reason"
    here.goods.close_box(box, UNTOUCHED)
    visit_id = here.traced(WANG, BOX)
    assert amounts(here, visit_id) == [("1", "26.34")]


# --- unknown prefixes


def test_an_unknown_prefix_is_bound_with_a_second_look_and_remembered(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(WANG)
    scan(here, UNKNOWN)
    assert said(here) == "scan.not_in_catalogue"
    assert code_of(lambda: here.goods.confirm_binding("YP0002")) == "binding.other_proposed"
    here.goods.propose_binding("YP0003")
    assert code_of(lambda: here.goods.confirm_binding("YP0002")) == "binding.other_proposed"
    here.goods.propose_binding("YP0002")
    assert amounts(here, visit_id) == [], "the first look bills nothing"
    here.goods.confirm_binding("YP0002")
    assert amounts(here, visit_id) == [("1", "26.34")]
    scan(here, code("8999999", 2))
    assert said(here) == "scan.accepted"
    again = rooms()
    again.reception.call_up(visit_id)
    scan(again, code("8999999", 3))
    assert len(amounts(again, visit_id)) == 3, "this clinic's own, after a restart"


def test_another_makers_code_is_confirmed_for_one_box_and_not_remembered(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(WANG)
    scan(here, OTHER_MAKER)
    assert said(here) == "scan.other_maker"
    here.goods.propose_binding("YP0002")
    here.goods.confirm_binding("YP0002")
    assert len(amounts(here, visit_id)) == 1
    scan(here, OTHER_MAKER[:-1] + "2")
    assert said(here) == "scan.other_maker", "each box is looked at"
    scan(here, OTHER_MAKER)
    here.goods.propose_binding("YP0002")
    assert code_of(lambda: here.goods.confirm_binding("YP0002")) == "scan.same_box"


def test_a_held_box_is_forgotten_when_the_next_thing_is_scanned(rooms: Open) -> None:
    here = rooms()
    here.traced(WANG)
    scan(here, UNKNOWN, BOX)
    assert code_of(lambda: here.goods.propose_binding("YP0002")) == "binding.nothing_held"


def test_a_box_held_for_one_visit_is_not_billed_to_the_next(rooms: Open) -> None:
    here = rooms()
    first = here.traced(WANG)
    scan(here, UNKNOWN)
    here.goods.propose_binding("YP0002")
    here.reception.leave(first)
    second = here.traced(LI)
    assert code_of(lambda: here.goods.confirm_binding("YP0002")) == "binding.nothing_held"
    assert amounts(here, second) == []


# --- goods without a code


def test_goods_without_a_code_need_their_reason_and_its_evidence(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(WANG)

    def add(why: Untraced, lot: str = "", note: str = "") -> None:
        here.goods.add_untraced(visit_id, "YP0002", Decimal(1), why, lot, note)

    assert code_of(lambda: add(Untraced.HERBAL_PIECES)) == "box.not_exempt"
    assert code_of(lambda: add(Untraced.BOUGHT_BEFORE, "2503002")) == "box.no_evidence"
    add(Untraced.UNREADABLE, "2503002", "JH20250002")
    line = here.store.lines.line(visit_id, 1)
    assert (line.untraced, line.trace_code) == (Untraced.UNREADABLE, None)
    assert line.evidence == {"lot": "2503002", "delivery_note": "JH20250002"}


def test_goods_without_a_code_are_never_reported_with_one(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.traced(WANG)
    why = Untraced.BOUGHT_BEFORE
    here.goods.add_untraced(visit_id, "YP0002", Decimal(2), why, "2503002", "JH1")
    here.basket.set_diagnosis(visit_id, COLD)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert province.book()["sales"] == []


@pytest.mark.parametrize("wrong", ["0", "-1", "NaN", "Infinity", "10000", "1.001"])
def test_no_quantity_that_is_none_reaches_a_bill(rooms: Open, wrong: str) -> None:
    here = rooms()
    visit_id = here.traced(WANG)
    here.basket.add_service(visit_id, GLUCOSE_TEST)
    quantity = Decimal(wrong)
    assert code_of(lambda: here.basket.set_quantity(visit_id, 1, quantity)) == "visit.quantity"
    assert amounts(here, visit_id) == [("1", "12.50")]


def test_a_scanned_box_is_one_pack_and_stays_one(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(WANG, BOX)
    quantity = lambda: here.basket.set_quantity(visit_id, 1, Decimal(2))  # noqa: E731
    assert code_of(quantity) == "visit.line_is_a_box"


def test_a_changed_quantity_is_priced_anew_before_it_can_be_confirmed(rooms: Open) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.basket.add_service(visit_id, GLUCOSE_TEST)
    revision = here.store.visits.visit(visit_id).revision
    own = Money(here.record(visit_id).pre_settlement["own"])
    here.basket.set_quantity(visit_id, 2, Decimal(3))
    stale = lambda: here.till.confirm_amount(visit_id, revision, own)  # noqa: E731
    assert code_of(stale) == "visit.price_changed"
    assert here.record(visit_id).pre_settlement["total"] == 2634 + 3 * 1250


# --- brought back


def test_a_box_brought_back_is_taken_in_told_of_and_never_sold_again(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    settled_and_gone(here, WANG, BOX)
    here.goods.take_in(ReturnReason.REACTION, "皮疹")
    scan(here, BOX)
    assert said(here) == "box.taken_in"
    assert here.counter.mode is ScanMode.SELL
    here.sales.tell()
    listed: Any = province.book()["sales"]
    assert [row["returned"] for row in listed] == [1]
    visit_id = here.traced(LI)
    scan(here, BOX)
    assert said(here) == "box.not_for_sale"
    assert amounts(here, visit_id) == []
    trace = here.goods.trace(BOX)
    assert trace.state is BoxState.NOT_FOR_SALE
    assert [step for _, step, _ in trace.steps] == ["scanned", "handed_over", "brought_back"]


def test_a_box_that_was_never_sold_here_is_not_taken_in(rooms: Open) -> None:
    here = rooms()
    here.goods.take_in(ReturnReason.QUALITY, "")
    scan(here, BOX)
    assert said(here) == "box.not_claimed"


def test_a_visit_cancelled_after_they_left_keeps_its_boxes_from_sale(rooms: Open) -> None:
    here = rooms()
    visit_id = settled_and_gone(here, WANG, BOX)
    here.reception.call_up(visit_id)
    here.undoing.cancel(visit_id, "开错")
    assert here.state(visit_id) is VisitState.CANCELLED
    here.reception.leave(visit_id)
    here.traced(LI)
    scan(here, BOX)
    assert said(here) == "scan.sold_before"


def test_a_visit_cancelled_before_they_left_gives_its_boxes_back(rooms: Open) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.confirm(visit_id)
    here.undoing.cancel(visit_id, "开错")
    here.reception.leave(visit_id)
    here.traced(LI)
    scan(here, BOX)
    assert said(here) == "scan.accepted"


def test_tablets_of_a_corrected_visit_are_taken_from_the_box_once(rooms: Open) -> None:
    here = rooms()
    box = opened(here)
    visit_id = here.traced(WANG)
    here.goods.add_split(visit_id, box, 20)
    here.basket.set_diagnosis(visit_id, COLD)
    here.confirm(visit_id)
    here.reception.leave(visit_id)
    here.reception.call_up(visit_id)
    here.undoing.correct(visit_id, "数量")
    anew = here.counter.front
    assert anew not in (None, visit_id)
    assert here.goods.opened()[0].left == 30
    here.basket.set_quantity(anew or "", 1, Decimal(25))
    assert here.goods.opened()[0].left == 25, "five more leave the box"
    here.reception.leave(anew or "")
    assert here.goods.opened()[0].left == 30, "and go back; the twenty are at home"


# --- the bag


def test_what_is_packed_is_sold_at_the_bedside_and_the_rest_goes_back(rooms: Open) -> None:
    here = rooms()
    here.goods.scan_means(ScanMode.PACK)
    scan(here, BOX, OTHER, "6901234567892", BOX)
    assert said(here) == "box.in_bag"
    assert len(here.store.boxes.in_bag()) == 2
    visit_id = here.traced(WANG)
    scan(here, BOX)
    assert said(here) == "box.in_bag", "the other room does not sell it"
    here.goods.bedside(visit_id, wanted=True)
    scan(here, BOX)
    assert amounts(here, visit_id) == [("1", "26.34")]
    here.reception.leave(visit_id)
    assert len(here.store.boxes.in_bag()) == 2, "a bill that was left puts it back into the bag"
    here.goods.scan_means(ScanMode.UNPACK)
    scan(here, BOX, OTHER)
    assert here.store.boxes.in_bag() == []


def test_packing_ends_when_somebody_stands_at_the_counter(rooms: Open) -> None:
    here = rooms()
    here.goods.scan_means(ScanMode.PACK)
    visit_id = here.traced(WANG)
    scan(here, BOX)
    assert amounts(here, visit_id) == [("1", "26.34")]
    pack = lambda: here.goods.scan_means(ScanMode.PACK)  # noqa: E731
    assert code_of(pack) == "visit.other_on_counter"


# --- typed


def test_a_code_read_by_eye_is_checked_like_a_scan_and_marked(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(WANG)
    here.goods.typed(visit_id, f" {BOX[:7]} {BOX[7:]} ")
    assert here.store.lines.line(visit_id, 1).typed
    assert code_of(lambda: here.goods.typed(visit_id, BOX)) == "scan.same_box"
    assert code_of(lambda: here.goods.typed(visit_id, "6901234567892")) == "scan.commodity_code"
    assert code_of(lambda: here.goods.typed(visit_id, "990101196001010015")) == "scan.identity_card"


# --- without insurance


def test_whoever_is_not_insured_pays_all_and_the_boxes_are_reported_all_the_same(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(PAUSED, BOX)
    assert here.notice(visit_id) == "person.not_insured"
    revision = here.store.visits.visit(visit_id).revision
    short = lambda: here.till.sell_self_paid(visit_id, revision, Money(2633))  # noqa: E731
    assert code_of(short) == "visit.price_changed"
    here.till.sell_self_paid(visit_id, revision, Money(2634))
    assert here.state(visit_id) is VisitState.SETTLED
    record = here.record(visit_id)
    assert (record.state, record.setl_id) == (SettlementState.SETTLED, None)
    assert record.settled is not None
    assert record.settled["own"] == 2634
    book: Any = province.book()
    assert [row["code"] for row in book["sales"]] == [BOX]
    assert book["settlements"] == []


def test_a_sale_without_insurance_is_taken_back_here_and_its_report_with_it(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    revision = here.store.visits.visit(visit_id).revision
    here.till.sell_self_paid(visit_id, revision, Money(2634))
    assert here.state(visit_id) is VisitState.SETTLED
    here.undoing.cancel(visit_id, "要用医保")
    assert here.state(visit_id) is VisitState.CANCELLED
    here.sales.tell()
    book: Any = province.book()
    assert [row["returned"] for row in book["sales"]] == [1]
    assert book["settlements"] == []


def test_a_priced_visit_that_is_paid_privately_leaves_nothing_at_the_province(
    province: SandboxProvince, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX, code(PARACETAMOL, 4), code(CEFIXIME, 4))
    assert here.record(visit_id).mdtrt_id
    revision = here.store.visits.visit(visit_id).revision
    here.till.sell_self_paid(visit_id, revision, Money(2634 + 400 + 3000))
    book: Any = province.book()
    assert [row["open"] for row in book["visits"]] == [0]


# --- sold somewhere else


def test_without_a_line_the_countys_filter_warns_of_a_box_sold_elsewhere_and_bills_it(
    tmp_path: Path, rooms: Open
) -> None:
    """A filter may be wrong about a good box: it never refuses one."""
    goods = dataclasses.replace(RULES.goods, folder=tmp_path, sold_digest_file="sold_digest")
    here = rooms(rules=dataclasses.replace(RULES, goods=goods))
    here.upkeep.tell()
    visit_id = here.traced(WANG)
    scan(here, SOLD_ELSEWHERE)
    assert said(here) == "scan.accepted", "the province itself will say it"
    here.basket.remove_line(visit_id, 1)
    here.line_is_away = True
    scan(here, SOLD_ELSEWHERE)
    assert said(here) == "box.maybe_sold"
    assert len(amounts(here, visit_id)) == 1
    scan(here, BOX)
    assert said(here) == "scan.accepted"


def test_the_province_refuses_a_box_sold_elsewhere_and_its_words_are_shown(
    rooms: Open,
) -> None:
    here = rooms()
    settled_and_gone(here, WANG, SOLD_ELSEWHERE)
    (refused,) = here.goods_rooms.view().refused
    assert refused.said
    assert (refused.name, refused.masked_name) == ("阿莫西林胶囊", "王*国")
