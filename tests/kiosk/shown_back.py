"""Months, past visits and who is due, as a stand-in desk shows them; and the card's verbs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from terminal.core.money import ZERO, Money
from terminal.core.people import masked_name
from terminal.core.screen_views import FollowUp, MonthDay, MonthPicture, PastVisit


def yuan(text: str) -> Money:
    return Money.parse(text)


def picture(year: int = 2025, month: int = 11, **other: Any) -> MonthPicture:
    """A month in which every day but Sundays somebody came."""
    days = []
    day = date(year, month, 1)
    while day.month == month:
        came = 0 if day.weekday() == 6 or day > date(2025, 11, 20) else 12 + day.day * 7 % 13
        days.append(MonthDay(day, came, Money(came * 3517), Money(came * 2461)))
        day += timedelta(days=1)
    visits = sum(each.visits for each in days)
    known: dict[str, Any] = {
        "visits": visits,
        "mean_cost": Money(3517 if visits else 0),
        "fund_share": 700 if visits else None,
        "chronic_share": 412 if visits else None,
        "total": Money(visits * 3517),
        "fund": Money(visits * 2461),
        "days": tuple(days),
        "clinic_fund": yuan("30000.00"),
        "clinic_fund_used": yuan("24380.60"),
        "pace": -75,
        "waiting": 3,
        "cancelled": 2,
    }
    return MonthPicture(year, month, **{**known, **other})


def past(visit_id: str = "v1", name: str = "王建国", state: str = "settled") -> PastVisit:
    free = state == "closed"
    return PastVisit(
        visit_id, date(2025, 11, 19), masked_name(name), state,
        ZERO if free else yuan("26.34"), ZERO if free else yuan("7.90"),
    )  # fmt: skip


PAST = (
    past(),
    past("v2", "欧阳晓芳", "waiting"),
    past("v3", "买买提·吐尔逊·阿卜杜热合曼", "cancelled"),
    past("v4", "𬀩芳", "closed"),
    past("v5", "李秀英", "traced"),
)

DUE = (
    FollowUp("p1", "王建国 1030", "王*国", date(2025, 11, 17), "苯磺酸氨氯地平片"),
    FollowUp("p2", "欧阳晓芳 1045", "欧**芳", date(2025, 11, 20), "盐酸二甲双胍片、阿司匹林肠溶片"),
    FollowUp("p3", "买买提·吐尔逊 107X", "买*****逊", date(2025, 11, 24), "硝苯地平缓释片(Ⅱ)"),
)


class ShownBack:
    """Looks back on what it is told to; what it is asked is kept with the desk's verbs."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self.rows = PAST
        self.due = DUE

    def month(self, year: int, month: int) -> MonthPicture:
        self._desk.take("month", year, month)
        return picture(year, month)

    def find(self, typed: str, day: date | None) -> tuple[PastVisit, ...]:
        self._desk.take("find", typed, day)
        return self.rows

    def follow_ups(self) -> tuple[FollowUp, ...]:
        return self.due


class ShownBigText:
    """The card of a stand-in desk."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk

    def show(self, text: str) -> None:
        self._desk.take("show_big", text)

    def hide(self) -> None:
        self._desk.take("hide_big")
