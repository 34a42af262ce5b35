"""A month at a glance: the four figures that the bureau looks at, and a bar for each day.

Counted as core/monthly counts: a charge on the day it was made, taken off on the day it was
cancelled. So the sums are those of the month's signed statement, the days add up to the
month, and twelve months to the year. A visit counts on the day of its first charge of the
month, and is taken off on the day on which nothing of it is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from terminal.core.charged import Charge
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import FundView
from terminal.core.screen_views import MonthDay, MonthPicture
from terminal.core.visit import VisitState

WAITS = (
    VisitState.WAITING,
    VisitState.CONFIRMED,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
    VisitState.PARTLY_SETTLED,
    VisitState.HANDED_OVER,
)
"""Agreed to or handed over, and not done."""


def month_picture(
    first: date, charges: Sequence[Charge], two_diseases: Collection[str]
) -> MonthPicture:
    """The month that begins on `first`. `charges`: those made or cancelled in it, and perhaps
    others; `two_diseases`: which of their settlements are 两病."""
    days = tuple(_days(first, charges))
    visits = sum(day.visits for day in days)
    spent, fund = total(day.total for day in days), total(day.fund for day in days)
    chronic = _visits([charge for charge in charges if charge.settlement_id in two_diseases])
    with_chronic = sum(chronic[day.day] for day in days)
    return MonthPicture(
        first.year,
        first.month,
        visits,
        mean(spent, visits),
        thousandths(fund.fen, spent.fen),
        thousandths(with_chronic, visits),
        total=spent,
        fund=fund,
        days=days,
    )


def with_states(picture: MonthPicture, by_state: Mapping[str, int]) -> MonthPicture:
    """With how many visits opened in the month wait, and how many were cancelled."""
    return replace(
        picture,
        waiting=sum(by_state.get(state.value, 0) for state in WAITS),
        cancelled=by_state.get(VisitState.CANCELLED.value, 0),
    )


def with_fund(picture: MonthPicture, fund: FundView | None) -> MonthPicture:
    """With the clinic's fund, where it is known and is this year's."""
    if fund is None or fund.year != picture.year:
        return picture
    limit = fund.limit
    ahead = limit.used - fund.expected
    return replace(
        picture,
        clinic_fund=limit.total,
        clinic_fund_used=limit.used,
        pace=thousandths(ahead.fen, limit.total.fen),
    )


def mean(amount: Money, count: int) -> Money:
    """An amount shared among so many, rounded half up to the fen; of nobody, nothing."""
    return Money((2 * amount.fen + count) // (2 * count)) if count > 0 else ZERO


def thousandths(part: int, whole: int) -> int | None:
    """A part in thousandths of the whole, rounded half up; None where there is no whole."""
    return (2000 * part + whole) // (2 * whole) if whole > 0 else None


def _days(first: date, charges: Sequence[Charge]) -> Iterator[MonthDay]:
    """Each day of the month, also those on which nobody came."""
    visits = _visits(charges)
    spent: Counter[date] = Counter()
    fund: Counter[date] = Counter()
    for charge in charges:
        spent[charge.settled_on] += charge.shares.total.fen
        fund[charge.settled_on] += charge.shares.fund.fen
        if charge.cancelled_on is not None:
            spent[charge.cancelled_on] -= charge.shares.total.fen
            fund[charge.cancelled_on] -= charge.shares.fund.fen
    day = first.replace(day=1)
    while day.month == first.month:
        yield MonthDay(day, visits[day], Money(spent[day]), Money(fund[day]))
        day += timedelta(days=1)


def _visits(charges: Iterable[Charge]) -> Counter[date]:
    """By day, visits that began to count on it, less those of which nothing was left on it."""
    by_visit: dict[str, list[Charge]] = {}
    for charge in charges:
        by_visit.setdefault(charge.visit_id, []).append(charge)
    counted: Counter[date] = Counter()
    for together in by_visit.values():
        counted[min(each.settled_on for each in together)] += 1
        undone = [each.cancelled_on for each in together if each.cancelled_on is not None]
        if len(undone) == len(together):
            counted[max(undone)] -= 1
    return counted
