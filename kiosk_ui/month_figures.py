"""A month beside the one before, in words and as bars: pure, from what the desk says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from terminal.core.money import Money
from terminal.core.screen_views import MonthPicture

BAR_HEIGHT = 100
"""Units of the highest day's bar."""

_LABELLED = frozenset({1, 5, 10, 15, 20, 25, 30})
"""Days whose number stands below: all of them would not be read."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the bureau's four."""

    name: str
    term: str
    """As the bureau writes it."""
    value: str
    before: str
    """The same of the month before, and how it differs."""


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day: what was spent, and of that what the fund paid, in units of BAR_HEIGHT."""

    day: date
    label: str
    height: int
    fund: int


def figures(now: MonthPicture, before: MonthPicture, *, over: bool) -> tuple[Figure, ...]:
    """The four, in the bureau's order. While the month is not `over`, its visits are not held
    against those of a whole one."""
    apart = now.visits - before.visits
    whole = f"上月整月 {before.visits}"
    cost = ("平均一次花多少", "次均费用", now.mean_cost, before.mean_cost)
    return (
        Figure(
            "看病的人次",
            "就诊人次",
            str(now.visits),
            _than(apart, str(before.visits), str(abs(apart)), "多", "少") if over else whole,
        ),
        Figure(*cost[:2], str(cost[2]), _money_than(cost[2], cost[3], before.visits)),
        Figure(
            "医保实际付了几成",
            "基金实际支付比",
            percent(now.fund_share),
            _share_than(now.fund_share, before.fund_share),
        ),
        Figure(
            "高血压、糖尿病占几成",
            "两病占比",
            percent(now.chronic_share),
            _share_than(now.chronic_share, before.chronic_share),
        ),
    )


def bars(picture: MonthPicture) -> tuple[DayBar, ...]:
    """A bar for each day; a day of cancellations alone has none."""
    highest = max((day.total.fen for day in picture.days), default=0)
    return tuple(
        DayBar(
            day.day,
            str(day.day.day) if day.day.day in _LABELLED else "",
            height := _units(day.total.fen, highest),
            min(height, _units(day.fund.fen, highest)),
        )
        for day in picture.days
    )


def percent(thousandths: int | None) -> str:
    """783 is 78.3%; a dash where there is nothing to share."""
    if thousandths is None:
        return "—"
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{abs(thousandths) // 10}.{abs(thousandths) % 10}%"


def _units(fen: int, highest: int) -> int:
    """At least one where there was anything at all, so that it is seen."""
    return max(1, fen * BAR_HEIGHT // highest) if fen > 0 else 0


def _money_than(now: Money, before: Money, visits: int) -> str:
    if not visits:
        return "上月没有"
    apart = now - before
    return _than(apart.fen, str(before), Money(abs(apart.fen)).yuan + " 元", "多", "少")


def _share_than(now: int | None, before: int | None) -> str:
    if before is None:
        return "上月没有"
    if now is None:
        return f"上月 {percent(before)}"
    apart = abs(now - before)
    points = f"{apart // 10}.{apart % 10} 个百分点"
    return _than(now - before, percent(before), points, "高", "低")


def _than(apart: int, before: str, by: str, more: str, less: str) -> str:
    if not apart:
        return f"上月 {before}，一样"
    return f"上月 {before}，{more if apart > 0 else less}了 {by}"
