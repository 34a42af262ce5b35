"""Screens of boxes and goods on the doctor's main page, by name.

Drawn by the browser's tests; the drugs are common ones, the codes and prefixes invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from terminal.core.bill_views import Line
from terminal.core.boxes import ScanMode
from terminal.core.goods_views import (
    CommonVisit,
    FindingView,
    FoundItem,
    GoodsView,
    OldPrice,
    OpenedBox,
    Severity,
    Unbound,
)
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import AT, line, notice, payments, visit, yuan

BOX = line()
SPLIT = replace(
    line(2, "阿莫西林胶囊", "4.20"),
    spec="0.25g×50粒", quantity="12", unit="粒", price="0.35", split=True, left=20, days=3,
    countable=True,
)  # fmt: skip
SERVICE = replace(line(3, "静脉输液", "8.00"), spec="", unit="次", code_shown="", countable=True)
INJECTION = replace(line(4, "头孢曲松钠注射液", "6.10"), spec="1g", unit="支", typed=True)
PIECES = replace(
    line(5, "黄芪", "4.50"), spec="饮片", quantity="15", unit="克", price="0.3", code_shown="",
    untraced="herbal_pieces", countable=True,
)  # fmt: skip
OLD_STOCK = replace(
    line(6, "复方丹参片", "9.80"), code_shown="", untraced="bought_before", countable=True,
    new_price=OldPrice("8.60", yuan("8.60")), days=14,
)  # fmt: skip
COURSE = replace(line(7, "针灸", "60.00"), spec="", unit="次", quantity="5",
                 price="12.00", code_shown="", course_times=5)  # fmt: skip
ALL_LINES: tuple[Line, ...] = (BOX, SPLIT, SERVICE, INJECTION, PIECES, OLD_STOCK, COURSE)

WARN = FindingView(
    "same_ingredient", Severity.WARN, "和第一项的主要成分一样，合起来每天超过常用量。",
    "药品说明书", 2,
)  # fmt: skip
BLOCK = FindingView(
    "public_health", Severity.BLOCK, "这是公共卫生项目，由公卫经费支付，不能记医保。",
    "基本公共卫生服务规范", 3,
)  # fmt: skip
HINT = FindingView(
    "better_list", Severity.HINT, "同样的药，目录里有一种报得更多，一盒少付 3.20 元。",
    "集采目录", 1,
)  # fmt: skip
OF_THE_VISIT = FindingView(
    "limit_near", Severity.WARN, "今年的报销额度快用完了，还剩 14.32 元。", "省门诊统筹办法"
)
ANSWERED = replace(WARN, reason="病情需要")

OPENED = OpenedBox(
    1, "YP0002", "阿莫西林胶囊", "0.25g×50粒", "粒", 50, 20, AT, "8100021 0000000000017"
)
COMMON = (
    CommonVisit(1, "I10.x00", "高血压", ("血压测量",)),
    CommonVisit(2, "J06.9", "感冒", ()),
    CommonVisit(3, "E11.9", "糖尿病", ("血糖测定", "血压测量")),
    CommonVisit(4, "M54.5", "腰痛", ("针灸", "拔罐")),
)
FOUND = (
    FoundItem("diagnosis", "J06.9", "急性上呼吸道感染", "感冒"),
    FoundItem("service", "s-glucose", "血糖测定", "12.50 元"),
    FoundItem("drug", "YP0002", "阿莫西林胶囊", "0.25g×50粒 · 17.50 元", opened=1),
    FoundItem("drug", "YP0009", "黄芪饮片", "0.30 元/克", exempt="herbal_pieces"),
    FoundItem("drug", "YP0001", "苯磺酸氨氯地平片", "5mg×28片 · 26.34 元"),
)
UNBOUND = Unbound("8399999", "8399999 0000123456789")
SECOND_LOOK = replace(
    UNBOUND, proposed="YP0001", proposed_name="苯磺酸氨氯地平片", proposed_spec="5mg×28片/盒"
)
OTHER_MAKER = Unbound("", "10012345678901234567", other_maker=True)

DUE = date(2025, 12, 20)
SELF_PAID = visit(
    VisitState.SETTLED, bill=None, self_paid=True, payments=payments("26.34"), receipt=()
)

GOODS_SCENES: dict[str, dict[str, Any]] = {
    "common visits": {
        "visit": visit(VisitState.IDENTIFIED), "goods": GoodsView(common=COMMON),
    },
    "every line": {
        "visit": visit(VisitState.TRACED, lines=ALL_LINES, next_due=DUE, may_self_pay=True),
        "goods": GoodsView(opened=(OPENED,)),
    },
    "warnings": {
        "visit": visit(
            VisitState.PRICED, lines=ALL_LINES[:3],
            findings=(HINT, WARN, BLOCK, OF_THE_VISIT),
        ),
    },
    "answered": {
        "visit": visit(VisitState.PRICED, lines=ALL_LINES[:2], findings=(HINT, ANSWERED)),
    },
    "unknown box": {
        "visit": visit(VisitState.TRACED), "goods": GoodsView(unbound=UNBOUND),
        "scan": notice("scan.not_in_catalogue"),
    },
    "second look": {
        "visit": visit(VisitState.TRACED), "goods": GoodsView(unbound=SECOND_LOOK),
    },
    "other maker": {
        "visit": visit(VisitState.TRACED), "goods": GoodsView(unbound=OTHER_MAKER),
    },
    "next scan opens": {
        "visit": visit(VisitState.TRACED), "goods": GoodsView(mode=ScanMode.OPEN),
        "scan": notice("scan.accepted", name="苯磺酸氨氯地平片"),
    },
    "bedside": {"visit": visit(VisitState.TRACED, bedside=True, may_self_pay=True)},
    "self paid": {"visit": SELF_PAID},
}  # fmt: skip
NOTHING_ELSE: dict[str, Any] = {"scan": None, "goods": GoodsView(), "visit": None}
