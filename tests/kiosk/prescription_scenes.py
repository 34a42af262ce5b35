"""What the counter shows of the county hospital's prescriptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from terminal.core.counter import Notice
from terminal.core.record_views import RxLine, RxState, RxView
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import visit

WANTED = RxLine(
    "XJ01CAQ001A003020190002", "阿莫西林胶囊", "0.25g×50粒", "2", "盒", "口服，每日3次", "1", left=1
)
ENOUGH = RxLine(
    "XN02BEQ001A002010190001", "对乙酰氨基酚片", "0.5g×12片", "1", "盒", "发热时口服", "1"
)
NOT_HERE = RxLine(
    "XA02BCQ999X999990190999",
    "注射用重组人" * 8,
    "100IU×" * 6,
    "12",
    "支",
    "皮下注射，" * 12,
    stocked=False,
)
BY_THE_TABLET = RxLine(
    "XC08CAQ002A001150190015", "苯磺酸氨氯地平片", "5mg×28片", "7", "板", "", countable=False
)
RX = RxView(
    hi_rxno="431024202511200000000001",
    hospital="演示县人民医院",
    doctor="欧阳海",
    prescribed_on=date(2025, 11, 20),
    valid_until=date(2025, 11, 23),
    diagnosis="急性上呼吸道感染",
    state=RxState.OPEN,
    lines=(WANTED, ENOUGH, NOT_HERE, BY_THE_TABLET),
)
OVER = replace(RX, state=RxState.EXPIRED, lines=(WANTED,), hi_rxno="4" * 30)
DONE = replace(RX, lines=(ENOUGH,))


def scan(code: str, **facts: str) -> Notice:
    return Notice(code, facts)


PRESCRIPTION_SCENES: dict[str, dict[str, Any]] = {
    "two of them": {
        "visit": visit(VisitState.TRACED, prescriptions=(RX, OVER)),
        "scan": scan("prescription.counted", name="阿莫西林胶囊", left="1", unit="盒"),
    },
    "beside an amount": {
        "visit": visit(VisitState.PRICED, prescriptions=(DONE,)),
        "scan": scan("prescription.enough", name="对乙酰氨基酚片"),
    },
    "refused": {
        "visit": visit(VisitState.IDENTIFIED, diagnosis=None, diagnosis_name=None),
        "scan": scan("prescription.dispensed", where="演示镇中心卫生院"),
    },
    "agreed to": {"visit": visit(VisitState.CONFIRMED, prescriptions=(RX,))},
}
