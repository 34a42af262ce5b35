"""Yearly sums of money, used and left: a person's limit, and the clinic's fund.

They inform the doctor. Nothing here refuses, delays or discourages a visit.
"""

from __future__ import annotations

from datetime import date, timedelta

from terminal.core.money import ZERO, Money
from terminal.core.money_views import FundView, LimitView


def limit_view(total: Money, used: Money) -> LimitView:
    """A limit, used and left. Overspent, nothing is left; `used` then says by how much."""
    return LimitView(total, used, left=max(ZERO, total - used))


def fund_view(total: Money, used: Money, today: date) -> FundView:
    """The clinic's fund of this year with its pace; `today` counts as a whole day.

    `lasts_until` is the last day that the fund covers when each day costs what the days
    so far did on average; None where that is beyond the year, or nothing was used.
    """
    first = date(today.year, 1, 1)
    days_of_year = (date(today.year + 1, 1, 1) - first).days
    days_gone = (today - first).days + 1
    return FundView(
        today.year,
        limit_view(total, used),
        expected=Money(total.fen * days_gone // days_of_year),
        lasts_until=_lasts_until(total, used, days_gone, first, days_of_year),
    )


def _lasts_until(
    total: Money, used: Money, days_gone: int, first: date, days_of_year: int
) -> date | None:
    if used <= ZERO:
        return None
    days = total.fen * days_gone // used.fen
    # A fund too small for one day's pace is gone on the first.
    return None if days >= days_of_year else first + timedelta(days=max(0, days - 1))
