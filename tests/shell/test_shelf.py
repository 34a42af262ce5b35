"""The shelf as the doctor sees it, its verbs, its order, and what the province is told of it."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.catalogue import Catalogue, Item
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.goods_views import StockRow
from terminal.operating import Operating
from terminal.ordering import Order, OrderRow, order_csv
from terminal.province.conversation import Province
from terminal.province.session import Session
from terminal.sheets import order_pdf
from terminal.shelf import Shelf, ShelfRules
from terminal.stock_reports import ChangeTypes, StockReports
from terminal.store import Store
from tests.clinic import CLINIC, PARACETAMOL, RULES, Clock, code, open_line
from tests.operators import LEI, SUBSTITUTE, make_operators
from tests.shell.shelf_book import Book

SOON = date(2025, 10, 20)


def drug(number: int, name: str, **more: object) -> Item:
    item = Item(
        med_list_codg=f"XN02BEQ001A00201019{number:04}",
        medins_list_codg=f"YP{number:04}",
        name=name,
        spec="0.5g×12片",
        unit="盒",
        price=Decimal("4.00"),
        prescription=False,
        programme="",
        prefixes=(),
        batch="B1",
        lot="L1",
        made_on="2025-01-01",
        pack_units=12,
        expires_on="2027-12-31",
        aprvno=f"国药准字H9900{number:04}",
    )
    return replace(item, **more)  # type: ignore[arg-type]


PARACETAMOL_PILLS = drug(1, "对乙酰氨基酚片")
PRESSURE_PILLS = drug(
    2, "氨氯地平片", programme="hypertension", pack_units=28, daily_units=Decimal(1)
)
NO_DELIVERY = drug(3, "板蓝根颗粒", batch="", lot="", made_on="")
CATALOGUE = Catalogue([PARACETAMOL_PILLS, PRESSURE_PILLS, NO_DELIVERY], [])
PILLS, PRESSURE = "YP0001", "YP0002"


class Township:
    """A province that writes down what it is told of stock, and answers as a test says."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, Decimal]] = []
        self.rows: list[Mapping[str, object]] = []
        self.says: Fault | None = None
        self.ready_says: Fault | None = None

    def ready(self) -> None:
        if self.ready_says is not None:
            raise self.ready_says

    def report_stocktake(self, row: Mapping[str, object]) -> None:
        self._hear("3501", row, "inv_cnt")

    def report_stock_move(self, row: Mapping[str, object]) -> None:
        self._hear("3502", row, "cnt")

    def _hear(self, infno: str, row: Mapping[str, object], packs: str) -> None:
        count = row[packs]
        assert isinstance(count, Decimal)
        self.heard.append((infno, str(row["fixmedins_hilist_id"]), count))
        self.rows.append(row)
        if self.says is not None:
            raise self.says


class Here:
    """A shelf over a real store."""

    def __init__(self, store: Store, clock: Clock, *, told: bool = True) -> None:
        self.book = Book(store, clock)
        self.store = store
        self.township = Township()
        types = ChangeTypes("101", "102") if told else None
        clinic = replace(CLINIC, settles_under="演示镇中心卫生院")
        self.reports = StockReports(store, self.township, CATALOGUE, clinic, types, clock)
        rules = ShelfRules(forecast_d=14, expiry_warning_d=60)
        self.doctor = clinic.doctor_code
        self.shelf = Shelf(
            store, CATALOGUE, self.reports, clinic, lambda: self.doctor, rules, clock
        )

    def row(self, item_code: str) -> StockRow:
        return next(row for row in self.shelf.view().rows if row.item_code == item_code)

    def count(self, packs: str = "5", item_code: str = PILLS) -> None:
        self.book.later(minutes=1)
        self.shelf.count(item_code, Decimal(packs), "", None)

    def moved(self, kind: str, packs: str, item_code: str = PILLS, lot: str = "") -> None:
        self.book.later(minutes=1)
        self.shelf.moved(item_code, kind, Decimal(packs), lot, None, "进货")

    def told(self) -> list[str]:
        """How far the province knows, oldest first."""
        return [move.told for move in reversed(self.shelf.view().moves)]


@pytest.fixture
def here(store: Store, clock: Clock) -> Here:
    return Here(store, clock)


# --- what lies there, and who needs what


def test_what_is_short_comes_first_and_counts_people_without_names(here: Here) -> None:
    here.count("5")
    here.count("1", PRESSURE)
    for name in ("王建国", "李秀英"):
        visit_id = here.book.visit(here.book.person(name))
        here.book.line(visit_id, PRESSURE)
        here.book.sell(visit_id)
    here.book.later(days=20)
    view = here.shelf.view()
    assert (view.days_ahead, view.rows[0].item_code) == (14, PRESSURE)
    row = view.rows[0]
    # One was counted, two went: what should lie there is less than nothing.
    assert (row.on_hand, row.needed, row.people, row.to_order) == (-1, 2, 2, 2)
    assert "王" not in repr(view)


def test_of_two_that_are_short_the_one_that_more_people_need_comes_first(here: Here) -> None:
    for item_code, people in ((PILLS, 1), (PRESSURE, 2)):
        for _ in range(people):
            person_id = here.book.person()
            for _ in range(2):
                visit_id = here.book.visit(person_id)
                here.book.line(visit_id, item_code, days=10)
                here.book.sell(visit_id)
                here.book.later(days=5)
    rows = here.shelf.view().rows
    assert [(row.item_code, row.people) for row in rows[:2]] == [(PRESSURE, 2), (PILLS, 1)]
    here.count("500", PRESSURE)
    assert here.shelf.view().rows[0].item_code == PILLS


def test_tablets_of_an_opened_box_are_needed_as_a_part_of_a_pack(here: Here) -> None:
    here.store.opened.open(code(PARACETAMOL, 1), PRESSURE, 28, here.book.clock(), "D1")
    here.book.sold(PRESSURE, code(PARACETAMOL, 1), quantity=Decimal(7), split_units=7)
    here.book.later(days=6)
    assert here.row(PRESSURE).needed == Decimal("0.5")  # Seven more days, twice in the span.
    assert here.row(PRESSURE).to_order == 1


def test_what_expires_soon_is_said_by_the_book_or_by_the_catalogue(here: Here) -> None:
    assert here.row(PILLS).expires_on == date(2027, 12, 31)
    here.shelf.count(PILLS, Decimal(3), "L2", SOON)
    assert (here.row(PILLS).expires_on, here.row(PILLS).expires_soon) == (SOON, True)
    here.count("0")
    assert here.row(PILLS).expires_on is None


# --- the verbs


@pytest.mark.parametrize("packs", ["-1", "100000", "1.001", "NaN", "Infinity"])
def test_a_count_that_cannot_be_is_refused(here: Here, packs: str) -> None:
    with pytest.raises(Refused, match=r"stock\.amount"):
        here.shelf.count(PILLS, Decimal(packs), "", None)
    assert here.shelf.view().moves == ()


@pytest.mark.parametrize(
    ("refusal", "changed"),
    [
        ("stock.no_such_item", {"item_code": "YP9999"}),
        ("stock.kind", {"kind": "count"}),
        ("stock.amount", {"packs": Decimal(0)}),
        ("stock.amount", {"packs": Decimal("0.00001")}),
        ("stock.no_reason", {"reason": " "}),
        ("stock.expired_already", {"expires_on": date(2025, 9, 19)}),
        ("stock.more_than_there", {"kind": "out", "packs": Decimal(6)}),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    here: Here, refusal: str, changed: dict[str, object]
) -> None:
    here.count("5")
    asked = {
        "item_code": PILLS, "kind": "in", "packs": Decimal(1), "lot": "", "expires_on": None,
        "reason": "进货",
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        here.shelf.moved(**(asked | changed))  # type: ignore[arg-type]
    assert refused.value.code == refusal
    assert len(here.shelf.view().moves) == 1


def test_two_taps_write_one_move(here: Here) -> None:
    here.moved("in", "5")
    with pytest.raises(Refused, match=r"stock\.same_again"):
        here.shelf.moved(PILLS, "in", Decimal("5.0"), "", None, "进货")
    here.moved("in", "5")
    assert len(here.shelf.view().moves) == 2


def test_expired_packs_go_out(here: Here) -> None:
    here.count("5")
    here.shelf.moved(PILLS, "out", Decimal(2), "", date(2025, 9, 1), "过期")
    assert here.row(PILLS).on_hand == 3


# --- the order


ORDER = Order(
    "演示村卫生室",
    "演示镇中心卫生院",
    14,
    Clock().now,
    (
        OrderRow("氨氯地平片", "5mg×28片", Decimal(2), "盒", "国药准字H99000002"),
        OrderRow("=cmd|'/c calc'!A1", "a\u2028b", Decimal(1), "盒", ""),
    ),
)


def test_the_order_names_clinic_hospital_drugs_and_packs(here: Here) -> None:
    here.count("1", PRESSURE)
    here.book.sold(PRESSURE)
    here.book.later(days=20)
    lines = list(csv.reader(io.StringIO(here.shelf.order_csv())))
    assert lines == [
        ["演示村卫生室", "药品要货单", "2025-10-10"],
        ["送", "演示镇中心卫生院"],
        ["序号", "药品", "规格", "数量", "单位", "批准文号"],
        ["1", "氨氯地平片", "0.5g×12片", "1", "盒", "国药准字H99000002"],
    ]


def test_no_cell_of_the_order_is_a_formula_or_breaks_its_line() -> None:
    last = list(csv.reader(io.StringIO(order_csv(ORDER))))[-1]
    assert last[1].startswith("'=")
    assert last[2] == "a b"


def drawn(made: bytes) -> set[str]:
    """The characters on the pages: each stands in the table from glyphs to text."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)
    opened = b"".join(_inflated(stream) for stream in streams)
    pairs = re.findall(rb"<[0-9A-Fa-f]{4}> <([0-9A-Fa-f]{4})>", opened)
    return {chr(int(found, 16)) for found in pairs}


def test_the_printed_order_holds_every_row_and_a_place_to_sign(here: Here) -> None:
    on_paper = drawn(order_pdf(ORDER))
    assert set("演示村卫生室镇中心院氨氯地平片盒要货发收人国药准字29") <= on_paper
    many = replace(ORDER, rows=ORDER.rows[:1] * 70)
    assert len(re.findall(rb"/Type /Page\b(?!s)", order_pdf(many))) >= 3
    assert here.shelf.order_pdf().startswith(b"%PDF")  # Nothing short: a sheet that says so.


def test_where_the_font_is_missing_the_order_says_so() -> None:
    with pytest.raises(Unavailable, match=r"sheet\.no_font"):
        order_pdf(ORDER, [Path("/nowhere/font.ttc")])


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


# --- what the province is told


def test_counts_and_moves_are_told_in_their_order(here: Here) -> None:
    here.count("5")
    here.moved("in", "3")
    here.moved("out", "2")
    assert here.reports.any_waiting()
    here.reports.tell()
    assert [(infno, packs) for infno, _, packs in here.township.heard] == [
        ("3501", 5), ("3502", 3), ("3502", 2),
    ]  # fmt: skip
    assert [row.get("inv_chg_type") for row in here.township.rows] == [None, "101", "102"]
    assert here.township.rows[0]["expy_end"] == "2027-12-31"
    assert here.told() == ["told"] * 3
    assert not here.reports.any_waiting()
    here.reports.tell()
    assert len(here.township.heard) == 3


def test_a_move_that_nobody_answered_is_never_told_again_and_a_count_covers_it(
    here: Here,
) -> None:
    here.moved("in", "3")
    here.township.says = Uncertain("province.no_answer")
    here.reports.tell()
    assert here.told() == ["unknown"]
    here.township.says = None
    here.reports.tell()
    assert len(here.township.heard) == 1
    here.count("3")
    here.reports.tell()
    assert here.told() == ["told", "told"]


def test_a_power_cut_between_telling_a_move_and_the_answer_leaves_it_unknown(here: Here) -> None:
    class PowerCut(BaseException):
        pass

    def cut(row: Mapping[str, object]) -> None:
        raise PowerCut

    here.moved("in", "3")
    here.township.report_stock_move = cut  # type: ignore[method-assign]
    with pytest.raises(PowerCut):
        here.reports.tell()
    del here.township.report_stock_move
    here.reports.tell()
    assert here.township.heard == []
    assert here.told() == ["unknown"]


def test_a_count_that_nobody_answered_is_told_again_before_anything_later(here: Here) -> None:
    here.count("5")
    here.moved("in", "3")
    here.township.says = Uncertain("province.no_answer")
    here.reports.tell()
    assert here.told() == ["to_tell", "to_tell"]
    here.township.says = None
    here.reports.tell()
    assert [infno for infno, _, _ in here.township.heard] == ["3501", "3501", "3502"]


def test_trouble_inside_the_platform_decides_nothing(here: Here) -> None:
    here.count("5")
    here.township.says = Refused("province.refused", infcode=-1)
    here.reports.tell()
    assert here.told() == ["to_tell"]
    here.township.says = None
    here.reports.tell()
    here.moved("in", "1")
    here.township.says = Refused("province.refused", infcode=-1)
    here.reports.tell()
    assert here.told() == ["told", "unknown"]


@pytest.mark.parametrize(
    "fault", [Unavailable("province.away"), Refused("province.not_admitted", infcode=0)]
)
def test_a_line_that_is_down_is_met_once_a_round_and_loses_nothing(
    here: Here, fault: Fault
) -> None:
    here.moved("in", "3")
    here.moved("in", "4")
    here.township.says = fault
    here.reports.tell()
    assert len(here.township.heard) == 1
    assert here.told() == ["to_tell", "to_tell"]
    here.township.says = None
    here.reports.tell()
    assert here.told() == ["told", "told"]


def test_a_sign_in_that_nobody_answers_makes_no_move_unknown(here: Here) -> None:
    here.moved("in", "3")
    here.township.ready_says = Uncertain("province.no_answer")
    here.reports.tell()
    assert (here.township.heard, here.told()) == ([], ["to_tell"])


def test_a_refused_row_stays_with_the_provinces_words_and_the_next_is_told(here: Here) -> None:
    no = Refused("province.stock_refused")
    no.said = "批次号不存在"
    here.moved("in", "3")
    here.township.says = no
    here.reports.tell()
    here.township.says = None
    here.count("3")
    here.reports.tell()
    first = here.shelf.view().moves[-1]
    assert (first.told, first.said) == ("refused", "批次号不存在")
    assert here.told() == ["refused", "told"]


def test_a_row_of_no_known_delivery_waits_until_the_clinic_has_written_it_down(
    here: Here,
) -> None:
    here.moved("in", "3", NO_DELIVERY.medins_list_codg)
    here.moved("in", "3", lot="another lot")
    here.count("5")
    here.reports.tell()
    assert here.told() == ["delivery_unknown", "delivery_unknown", "told"]
    assert not here.reports.any_waiting()
    here.reports.take_up()
    assert here.reports.any_waiting()


def test_where_no_stock_is_reported_nobody_is_told(store: Store, clock: Clock) -> None:
    here = Here(store, clock, told=False)
    here.count("5")
    here.reports.tell()
    assert not here.reports.any_waiting()
    assert (here.township.heard, here.told()) == ([], ["off"])


def test_a_row_from_before_a_restart_is_not_lost(store: Store, clock: Clock) -> None:
    Here(store, clock).count("5")
    clock.now += timedelta(days=1)
    again = Here(store, clock)
    again.reports.tell()
    assert again.told() == ["told"]
    assert again.township.rows[0]["invdate"] == "2025-09-20"


def test_the_province_is_told_who_moved_it_whoever_is_on_duty_when_it_is_told(
    here: Here,
) -> None:
    who = make_operators(here.store, here.book.clock)
    here.doctor = SUBSTITUTE
    here.moved("in", "3")
    here.doctor = LEI
    Operating(here.store, here.book.clock, "tests").retire(who["substitute"])
    here.reports.tell()
    assert [row["inv_chg_opter_name"] for row in here.township.rows] == ["唐小兰"]


# --- the sandbox itself


@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "system_error"])
def test_whatever_becomes_of_a_report_the_next_count_makes_both_books_equal(
    store: Store, clock: Clock, province: SandboxProvince, fault: str
) -> None:
    client = open_line(province.address, store.journal, clock, 2.0)
    session = Session(client, CLINIC, store.journal, clock)
    catalogue = RULES.catalogue
    types = ChangeTypes("101", "102")
    reports = StockReports(store, Province(session), catalogue, CLINIC, types, clock)
    shelf = Shelf(store, catalogue, reports, CLINIC, lambda: "D1", ShelfRules(14, 60), clock)
    expires_on = date(2027, 12, 31)

    shelf.count(PILLS, Decimal(5), "", expires_on)
    shelf.moved(PILLS, "in", Decimal(3), "", None, "进货")
    reports.tell()
    assert lies_there(province) == ["8.0000"]
    province.faults.plant(fault, "3502")
    shelf.moved(PILLS, "out", Decimal(2), "", None, "报损")
    reports.tell()
    assert shelf.view().moves[0].told == "unknown"
    province.faults.plant(fault, "3501")
    shelf.count(PILLS, Decimal(6), "", expires_on)
    reports.tell()
    assert reports.any_waiting()
    reports.tell()
    assert lies_there(province) == ["6.0000"]
    assert {move.told for move in shelf.view().moves} == {"told"}
    client.close()


def lies_there(province: SandboxProvince) -> list[str]:
    listed: Any = province.book()["stock"]
    return [row["cnt"] for row in listed]
