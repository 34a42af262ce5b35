"""How long my 420 lasts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terminal.clock import SHANGHAI
from terminal.core.coverage import Category
from terminal.core.estimate import Paid
from terminal.core.money import ZERO, Money
from terminal.core.outlook import LOOK_BACK_D, Fill, lasts_until, reckoned, used_of_limit
from terminal.core.people import Coverage

LIMIT, PILLS = Money.parse("420.00"), Money.parse("18.44")
NEW_YEAR = date(2026, 1, 1)


def every(days: int, times: int, last: date, fund: Money = PILLS) -> list[Fill]:
    return [Fill(last - timedelta(days=days * n), fund) for n in range(times)]


def test_the_yearly_420_pays_22_boxes_and_14_32_of_the_23rd() -> None:
    lasts = reckoned(LIMIT, PILLS, 14, NEW_YEAR)
    assert lasts.times_full == 22
    assert Money(PILLS.fen * 22) == Money.parse("405.68")
    assert lasts.last_pays == Money.parse("14.32")
    # The first box is on New Year's Day, the 23rd 22 times 14 days later.
    assert lasts.until == date(2026, 11, 5)


def test_the_pace_is_what_is_usual_for_this_person() -> None:
    fills = every(14, 10, date(2026, 7, 1))
    lasts = lasts_until(fills, LIMIT - Money(PILLS.fen * 10), date(2026, 7, 6))
    assert lasts is not None
    assert (lasts.every_days, lasts.each, lasts.times_full) == (14, PILLS, 12)
    assert lasts.until == date(2026, 7, 15) + timedelta(days=14 * 12)


def test_one_dear_cold_and_one_holiday_change_nothing() -> None:
    fills = [
        *every(14, 6, date(2026, 7, 1)),
        Fill(date(2026, 4, 1), PILLS),  # Six weeks late.
        Fill(date(2026, 5, 1), Money.parse("150.00")),
    ]
    lasts = lasts_until(fills, Money.parse("100"), date(2026, 7, 3))
    assert lasts is not None
    assert (lasts.each, lasts.times_full) == (PILLS, 5)


def test_who_was_here_twice_is_told_nothing() -> None:
    assert lasts_until(every(14, 2, date(2026, 7, 1)), LIMIT, date(2026, 7, 2)) is None


def test_who_has_stopped_coming_is_told_nothing() -> None:
    assert lasts_until(every(14, 9, date(2026, 3, 1)), LIMIT, date(2026, 7, 2)) is None


def test_two_fills_of_one_day_are_one_time() -> None:
    fills = [*every(14, 3, date(2026, 7, 1)), *every(14, 3, date(2026, 7, 1))]
    lasts = lasts_until(fills, LIMIT, date(2026, 7, 2))
    assert lasts is not None
    assert lasts.each == Money(PILLS.fen * 2)


def test_what_is_older_than_a_year_or_yet_to_come_is_no_habit() -> None:
    today = date(2026, 7, 2)
    old = every(14, 3, today - timedelta(days=LOOK_BACK_D + 1))
    ahead = every(14, 3, today + timedelta(days=60))
    assert lasts_until([*old, *ahead], LIMIT, today) is None


def test_a_limit_that_outlasts_the_year_has_no_day() -> None:
    lasts = lasts_until(every(30, 3, date(2026, 11, 1)), LIMIT, date(2026, 11, 2))
    assert lasts is not None
    assert lasts.until is None


def test_a_limit_that_is_used_up_pays_nothing_next_time() -> None:
    lasts = lasts_until(every(14, 4, date(2026, 7, 1)), ZERO, date(2026, 7, 3))
    assert lasts is not None
    assert (lasts.times_full, lasts.last_pays, lasts.until) == (0, ZERO, date(2026, 7, 15))


@given(st.integers(-10_000, 100_000), st.integers(1, 50_000), st.integers(1, 400))
def test_full_times_and_the_last_one_add_up_to_what_is_left(left: int, each: int, d: int) -> None:
    lasts = reckoned(Money(left), Money(each), d, NEW_YEAR)
    assert lasts.times_full * each + lasts.last_pays.fen == max(left, 0)
    assert lasts.last_pays < lasts.each


def told(fund_used: Money | None, as_of: datetime) -> Coverage:
    return Coverage("390", "431024", "15", True, ZERO, "石桥镇卫生院", {}, fund_used, as_of)


def test_what_was_settled_here_since_counts_and_what_was_told_already_does_not() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=SHANGHAI)
    hour = timedelta(hours=1)
    paid = [
        Paid(Category.ORDINARY, PILLS, noon - hour),
        Paid(Category.ORDINARY, Money(500), noon + hour),
        Paid(Category.ORDINARY, Money(70), None),
        Paid(Category.CHRONIC, Money(9_000), noon + hour),
    ]
    assert used_of_limit(told(PILLS, noon), paid, noon.date()) == Money(1844 + 570)


def test_what_was_told_last_year_says_nothing_of_this_one() -> None:
    december = datetime(2025, 12, 30, tzinfo=SHANGHAI)
    assert used_of_limit(told(PILLS, december), (), NEW_YEAR) is None
    assert used_of_limit(told(None, december), (), december.date()) is None
