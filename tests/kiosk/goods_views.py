"""Boxes, courses and a shelf for the doctor's pages, and a desk that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from terminal.core.boxes import BoxState, ScanMode
from terminal.core.goods_views import (
    BagBox,
    BoxTrace,
    CourseView,
    FoundItem,
    GoodsView,
    OpenedBox,
    RefusedBox,
    ShelfView,
    StockMove,
    StockRow,
    Unbound,
)
from tests.kiosk.counter_views import AT, ShownDesk, notice

DAY = date(2025, 11, 20)
CODE = "83857930000879766660"
PRINTED = "8385793 0000879766660"
NASTY = "<script>alert(1)</script>"

OPENED = (
    OpenedBox(3, "YP0004", "盐酸左西替利嗪片", "5mg×12片", "片", 12, 4, AT, PRINTED),
    OpenedBox(7, "YP0009", "地塞米松磷酸钠注射液", "1ml:5mg×10支", "支", 10, 10, AT, PRINTED),
)
BAG = (
    BagBox("苯磺酸氨氯地平片", "5mg×28片", PRINTED, AT),
    BagBox("盐酸二甲双胍片", "0.5g×20片", "8385801 0000879766661", AT + timedelta(minutes=1)),
)
REFUSED = (
    RefusedBox(
        "阿莫西林胶囊", PRINTED, "王*国", "追溯码重复扫描：该码已于 2025-11-18 销售",
        AT - timedelta(days=1),
    ),
)  # fmt: skip


def course(course_id: str = "c1", **other: Any) -> CourseView:
    """A course of seven injections, three of them done."""
    known: dict[str, Any] = {
        "masked_name": "王*国",
        "name": "王建国",
        "item_name": "注射用青霉素钠",
        "times": 7,
        "done": 3,
        "last_at": AT - timedelta(days=1),
        "due_today": True,
    }
    return CourseView(course_id, **{**known, **other})


COURSES = (
    course(),
    course("c2", name="欧阳芳", masked_name="欧**芳", times=3, done=2),
    course("c3", name="何桂香", item_name="维生素B12注射液", times=20, done=0, last_at=None),
    course("c4", name="周平", done=6, due_today=False, last_at=AT),
)


def goods(**other: Any) -> GoodsView:
    """Two opened boxes, two in the bag, a refused report and four courses."""
    known: dict[str, Any] = {
        "opened": OPENED, "bag": BAG, "refused": REFUSED, "courses": COURSES,
    }  # fmt: skip
    return GoodsView(**{**known, **other})


UNBOUND = Unbound("8999999", "8999999 0000000000017")


def row(item_code: str = "YP0001", **other: Any) -> StockRow:
    known: dict[str, Any] = {
        "name": "苯磺酸氨氯地平片",
        "spec": "5mg×28片",
        "unit": "盒",
        "on_hand": Decimal("4.50"),
        "needed": Decimal(11),
        "people": 9,
        "to_order": Decimal(7),
    }
    return StockRow(item_code, **{**known, **other})


ROWS = (
    row(),
    row("YP0002", name="盐酸二甲双胍缓释片（Ⅲ）", spec="0.5g×30片", on_hand=None, needed=Decimal(6),
        people=5, to_order=Decimal(6)),
    row("YP 3/中", name="阿莫西林胶囊", spec="0.25g×24粒", on_hand=Decimal(18), needed=Decimal(0),
        people=0, to_order=Decimal(0), expires_on=date(2025, 12, 31), expires_soon=True),
    *(row(f"YP01{n:02}", name=f"村里常备药第{n}种", on_hand=Decimal(n), needed=Decimal(0), people=0,
          to_order=Decimal(0)) for n in range(30)),
)  # fmt: skip


def move(number: int, told: str, said: str = "", **other: Any) -> StockMove:
    known: dict[str, Any] = {
        "item_code": "YP0001",
        "name": "苯磺酸氨氯地平片",
        "kind": "in",
        "packs": Decimal("20.00"),
        "reason": "进货",
        "at": AT,
        "by_whom": "李医生",
    }
    return StockMove(number, told=told, said=said, **{**known, **other})


MOVES = (
    move(5, "to_tell"),
    move(4, "unknown", kind="out", packs=Decimal(1), reason="过期"),
    move(3, "refused", "库存变更类型不合法[inv_chg_type]", item_code="YP0002", name="盐酸二甲双胍"),
    move(2, "told", kind="count", packs=Decimal("4.5"), reason=""),
    move(1, "off", kind="count", packs=Decimal(0), reason=""),
)

TRACE = BoxTrace(
    BoxState.NOT_FOR_SALE,
    "阿莫西林胶囊",
    PRINTED,
    "99202511-004",
    "2409117",
    (
        (AT - timedelta(days=2), "scanned", "李医生"),
        (AT - timedelta(days=2), "handed_over", "李医生"),
        (AT, "brought_back", "李医生"),
    ),
)


class ShownShelf:
    """A shelf that shows what it is told to; its verbs are kept with the desk's."""

    def __init__(self, desk: ShownDesk) -> None:
        self._desk = desk
        self.shown = ShelfView(DAY, 14, ROWS, MOVES)

    def view(self) -> ShelfView:
        return self.shown

    def count(self, *told: Any) -> None:
        self._desk.take("count", *told)

    def moved(self, *told: Any) -> None:
        self._desk.take("moved", *told)

    def order_csv(self) -> str:
        return "药品,数量\n苯磺酸氨氯地平片,7\n"

    def order_pdf(self) -> bytes:
        return b"%PDF-1.7 order"


class GoodsDesk(ShownDesk):
    """A desk with boxes and goods beside the visit."""

    def __init__(self) -> None:
        super().__init__()
        self.show(goods=goods())
        self.on_the_shelf = ShownShelf(self)
        self.traced = TRACE

    @property
    def goods(self) -> GoodsDesk:
        return self

    @property
    def courses(self) -> GoodsDesk:
        return self

    @property
    def finding(self) -> GoodsDesk:
        return self

    @property
    def shelf(self) -> ShownShelf:
        return self.on_the_shelf

    def scan_means(self, mode: ScanMode) -> None:
        self.take("scan_means", mode)
        self.show(goods=goods(mode=mode))

    def trace(self, code: str) -> BoxTrace:
        self.take("trace", code)
        return self.traced

    def find(self, text: str, kinds: Sequence[str]) -> tuple[FoundItem, ...]:
        self.take("find", text, tuple(kinds))
        fits = [each for each in ROWS if text in each.name]
        return tuple(FoundItem("drug", each.item_code, each.name, each.spec) for each in fits)


PACKING = goods(mode=ScanMode.PACK)

SCENES: dict[str, tuple[str, dict[str, Any]]] = {
    "boxes": ("/doctor/boxes", {"goods": goods()}),
    "boxes packing": (
        "/doctor/boxes",
        {"goods": PACKING, "scan": notice("box.packed", name="盐酸二甲双胍片")},
    ),
    "boxes mistaken": (
        "/doctor/boxes",
        {"goods": PACKING, "scan": notice("scan.commodity_code")},
    ),
    "courses": ("/doctor/courses", {"goods": goods()}),
    "shelf": ("/doctor/shelf", {"goods": goods()}),
    "shelf drug": ("/doctor/shelf/drugs/YP0001", {"goods": goods()}),
}
"""Every page of goods by name: its address, and what the desk shows meanwhile."""
