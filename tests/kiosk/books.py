"""The books of a stand-in desk: a day closed or not, the credit book, the publicity sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from terminal.core.money import ZERO, Money
from terminal.core.money_views import (
    ClosingView,
    CreditRow,
    DifferenceView,
    FundView,
    GroupView,
    LateRow,
    LimitView,
    Publicity,
    PublicityRow,
    Way,
    Whose,
)

AT = datetime(2025, 11, 20, 9, 40, tzinfo=UTC)
DAY = date(2025, 11, 20)


def yuan(text: str) -> Money:
    return Money.parse(text)


CREDIT = (
    CreditRow("p8", "李*", yuan("12.30"), date(2025, 9, 3)),
    CreditRow("p9", "欧*芳", yuan("3.00"), date(2025, 11, 18)),
)

FUND = FundView(
    2025,
    LimitView(yuan("30000"), yuan("24380.60"), yuan("5619.40")),
    yuan("26630.14"),
    None,
)

GROUPS = (
    GroupView("390", "11", "990101", 21, yuan("1206.40"), yuan("902.13"), ZERO, True, "平"),
    GroupView("310", "11", "990201", 2, yuan("88.00"), yuan("41.20"), yuan("30.00"), False, "不平"),
)

DIFFERENCES = (
    DifferenceView(
        "closing.record_system", Whose.RECORD_SYSTEM, "action.look_in_record_system",
        "99010100000000000771", None, "周*", None, yuan("26.34"),
    ),
    DifferenceView(
        "closing.total_differs", Whose.PROVINCE, "action.call_bureau",
        "99010100000000000772", "v5", "何*香", yuan("7.90"), yuan("8.90"),
    ),
)  # fmt: skip

LATE = (LateRow("v4", "唐*生", AT, yuan("7.90"), yuan("6.20"), yuan("10.00"), ZERO, yuan("3.80")),)


def closing(day: date = DAY, **other: Any) -> ClosingView:
    """A day with a difference in it, closed once."""
    known: dict[str, Any] = {
        "day": day,
        "closed_at": AT,
        "balanced": False,
        "groups": GROUPS,
        "differences": DIFFERENCES,
        "open_visits": ("1120-003", "1120-007"),
        "taken": {Way.CASH: yuan("81.70"), Way.CODE: yuan("46.00"), Way.ACCOUNT: yuan("30.00")},
        "drawer_expected": yuan("81.70"),
        "drawer_counted": None,
        "late": LATE,
        "credit": CREDIT,
        "busy": False,
        "notice": None,
    }
    return ClosingView(**{**known, **other})


def nothing(day: date) -> ClosingView:
    """A day on which nobody came."""
    return closing(
        day, closed_at=None, balanced=None, groups=(), differences=(), open_visits=(), taken={},
        drawer_expected=ZERO, late=(), credit=(),
    )  # fmt: skip


SHEET = Publicity(
    clinic_name="石桥镇大屋村卫生室",
    day=date(2025, 11, 19),
    rows=(
        PublicityRow(date(2025, 11, 19), "王*国", yuan("26.34"), yuan("18.44"), yuan("7.90"), ""),
        PublicityRow(date(2025, 11, 19), "欧*芳", yuan("42.50"), yuan("32.25"), yuan("10.25"), ""),
    ),
    since=(
        PublicityRow(date(2025, 11, 17), "周*", yuan("8.00"), yuan("8.00"), ZERO, "late"),
        PublicityRow(
            date(2025, 11, 18), "何*香", yuan("20.00"), yuan("14.00"), yuan("6.00"), "cancelled"
        ),
    ),
    left_out=1,
    total=yuan("68.84"),
    fund=yuan("50.69"),
    own=yuan("18.15"),
    made_at=AT,
)


class ShownBooks:
    """A day's end that shows what it is told to; its verbs are kept with the desk's."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self.days: dict[date, ClosingView] = {}
        self.sheet = SHEET

    def view(self, day: date) -> ClosingView:
        return self.days.get(day) or nothing(day)

    def close(self, day: date) -> None:
        self._desk.take("close", day)

    def count_drawer(self, day: date, counted: Money) -> None:
        self._desk.take("count_drawer", day, counted)

    def publicity(self, day: date) -> Publicity:
        self._desk.take("publicity", day)
        return replace(self.sheet, day=day)

    def publicity_csv(self, day: date) -> str:
        return f"日期,姓名\n{day},王*国\n"

    def publicity_pdf(self, day: date) -> bytes:
        return b"%PDF-1.7 of " + str(day).encode()

    def statement(self, year: int, month: int) -> str:
        return f'{{"month": "{year}-{month:02}"}}'
