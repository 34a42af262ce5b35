"""What the doctor's pages of boxes and goods call things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from terminal.core.boxes import BoxEvent, BoxState, ReturnReason, ScanMode
from terminal.core.goods_views import CourseView

BOX_STATES = {
    BoxState.SHELF: "在药架上，可以卖",
    BoxState.BAG: "在上门包里",
    BoxState.BILL: "在账单上，还没有给人",
    BoxState.GONE: "已经卖出",
    BoxState.OPENED: "拆开了，零卖",
    BoxState.NOT_FOR_SALE: "不可再售",
}

BOX_EVENTS = {
    BoxEvent.SCANNED: "扫进账单",
    BoxEvent.SCANNED_AT_BEDSIDE: "上门时扫进账单",
    BoxEvent.TAKEN_OFF: "从账单上去掉，回到药架",
    BoxEvent.TAKEN_OFF_AT_BEDSIDE: "从账单上去掉，回到上门包",
    BoxEvent.HANDED_OVER: "卖出，给了居民",
    BoxEvent.CORRECTED: "账单撤销后重办，还是给这位居民",
    BoxEvent.BROUGHT_BACK: "退回来了",
    BoxEvent.OPENED: "拆开零卖",
    BoxEvent.CLOSED_UNTOUCHED: "没有动过，回到药架",
    BoxEvent.PACKED: "装进上门包",
    BoxEvent.UNPACKED: "从上门包放回药架",
    BoxEvent.CONDEMNED: "停售",
}

RETURN_REASONS = {
    ReturnReason.REACTION: "吃了不舒服",
    ReturnReason.QUALITY: "药有质量问题",
    ReturnReason.WRONG_DRUG: "发错了药",
    ReturnReason.CANCELLED: "账已经撤销",
    ReturnReason.OTHER: "别的原因",
}

CLOSE_REASONS = ("用完", "过期", "污染")

UNTOUCHED = "untouched"
"""Why a box is closed that was opened by mistake: it goes back on the shelf (terminal/goods)."""

END_REASONS = ("好了，不用再做", "用药后不舒服", "转院了", "不来了")

MODES_OFFERED = {
    ScanMode.OPEN: ("拆一盒零卖", "扫一盒，就记它拆开了"),
    ScanMode.PACK: ("装上门包", "出诊前，一盒一盒扫进包"),
    ScanMode.UNPACK: ("放回药架", "出诊回来，剩下的扫出来"),
}
"""What one tap makes the next scan mean; a box brought back needs its reason first."""

GOOD_SCANS = frozenset(
    {
        "scan.accepted",
        "prescription.asked",
        "prescription.taken",
        "prescription.taken_before",
        "prescription.counted",
        "prescription.complete",
        "box.opened",
        "box.unit_taken",
        "box.packed",
        "box.unpacked",
        "box.taken_in",
    }
)
"""Outcomes of a scan that are what was wanted; every other one is a mistake to look at."""

MOVE_REASONS = {
    "in": ("进货", "调入", "盘盈"),
    "out": ("报损", "过期", "调出", "退给供货商"),
}

MOVE_KINDS = {"count": "点数", "in": "进", "out": "出"}

TOLD = {
    "to_tell": "等着上报",
    "told": "已上报",
    "refused": "医保中心没有收",
    "unknown": "发出去了，没有回音；请把这种药再点一次数，就对上了",
    "delivery_unknown": "还没有写明是哪一批进的货；请技术员在药品目录里补上，再上报",
    "off": "不用上报",
}


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course as its card shows it."""

    course: CourseView
    dots: tuple[bool, ...]
    """One for each time; done or not."""
    last: bool
    """Whether the next time is the last."""


def course_card(course: CourseView) -> CourseCard:
    """How far a course has come."""
    dots = tuple(number < course.done for number in range(course.times))
    return CourseCard(course, dots, last=course.done + 1 >= course.times)


def packs(amount: Decimal | None) -> str:
    """12, or 12.5: as few digits as say it; a shelf that was never counted says so."""
    if amount is None:
        return "没点过"
    return f"{amount.normalize():f}" if amount else "0"


def expiry(day: date | None) -> str:
    """2027年11月30日, as it stands on a box; empty when it is not known."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
