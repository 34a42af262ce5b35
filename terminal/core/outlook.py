"""How long what is left of the yearly limit lasts, at what somebody usually needs.

Reckoned from their own settled visits of the last year: how many days usually lie between
two of them, and what the fund usually pays each time. The median of each, so that one cold
or one holiday changes nothing. Whoever has been here less than three times, or has stopped
coming, is told nothing: a guess would be taken for a promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low

from terminal.core.coverage import Category
from terminal.core.estimate import Paid
from terminal.core.money import ZERO, Money, total
from terminal.core.people import Coverage
from terminal.core.screen_views import LastsUntil

LOOK_BACK_D = 366
"""Days of settled visits that are looked at."""

TIMES_MIN = 3
"""Two pauses at least: one alone is not a habit."""

_LATE_D = 30
"""Who is later than a usual pause by more than this has stopped coming."""


@dataclass(frozen=True, slots=True)
class Fill:
    """What the fund paid under the yearly limit on one day."""

    on: date
    fund: Money


def lasts_until(fills: Iterable[Fill], left: Money, today: date) -> LastsUntil | None:
    """How long `left` lasts at the usual pace; None where there is no habit to go by.

    Fills of one day count as one time; a day on which the fund paid nothing tells nothing
    of what is usual, for its limit may have been used up.
    """
    by_day = _by_day(fills, today)
    if len(by_day) < TIMES_MIN:
        return None
    days = [on for on, _ in by_day]
    every = median_low([(after - before).days for before, after in pairwise(days)])
    each = Money(median_low([fund.fen for _, fund in by_day]))
    if (today - days[-1]).days > every + _LATE_D:
        return None
    coming = max(days[-1] + timedelta(days=every), today)
    return reckoned(left, each, every, coming)


def reckoned(left: Money, each: Money, every_days: int, coming: date) -> LastsUntil:
    """How long `left` lasts when the fund pays `each`, from the day `coming` on.

    `until` is the day of the first time that it no longer pays all; None where that lies
    in another year, which has a limit of its own.
    """
    times, last = divmod(max(left.fen, 0), each.fen)
    until = _days_after(coming, every_days * times)
    return LastsUntil(
        left=left,
        each=each,
        every_days=every_days,
        times_full=times,
        last_pays=Money(last),
        until=until if until is not None and until.year == coming.year else None,
    )


def used_of_limit(told: Coverage, paid: Iterable[Paid], day: date) -> Money | None:
    """What is used of this year's limit: what the province said last, and what was settled
    here since. None where it has not said it this year."""
    if told.fund_used is None or told.as_of.year != day.year:
        return None
    since = (
        each.fund
        for each in paid
        if each.category is Category.ORDINARY
        and (each.counted_at is None or each.counted_at > told.as_of)
    )
    return told.fund_used + total(since)


def _by_day(fills: Iterable[Fill], today: date) -> Sequence[tuple[date, Money]]:
    first = today - timedelta(days=LOOK_BACK_D)
    sums: dict[date, Money] = {}
    for fill in fills:
        if first <= fill.on <= today and fill.fund > ZERO:
            sums[fill.on] = sums.get(fill.on, ZERO) + fill.fund
    return sorted(sums.items())


def _days_after(day: date, days: int) -> date | None:
    """None where that is beyond the calendar: a limit of fen that are paid one by one."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
