"""A yearly sum, used and left: it informs, also on the first of January and when overspent."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.fund import fund_view, limit_view
from terminal.core.money import Money

FUND = Money(3_000_000)


@pytest.mark.parametrize(("used", "left"), [(0, 42000), (41000, 1000), (42000, 0), (42500, 0)])
def test_a_limit_is_never_less_than_used_up(used, left):
    view = limit_view(Money(42000), Money(used))
    assert (view.used, view.left) == (Money(used), Money(left))


@pytest.mark.parametrize(
    ("today", "used", "expected", "lasts_until"),
    [
        (date(2025, 1, 1), 0, 8219, None),
        # A whole day's worth at an even pace on the first day: the year's end, not beyond.
        (date(2025, 1, 1), 8220, 8219, date(2025, 12, 30)),
        # Nothing used by the end of the year.
        (date(2025, 12, 31), 0, 3_000_000, None),
        # Just enough: the last day is covered, so nothing runs out.
        (date(2025, 12, 31), 3_000_000, 3_000_000, None),
        (date(2025, 12, 31), 3_000_001, 3_000_000, date(2025, 12, 30)),
        # Half the year's days in a leap year are 183 of 366.
        (date(2024, 7, 1), 1_500_000, 1_500_000, None),
        (date(2025, 7, 2), 1_500_000, 1_504_109, None),
        # Twice the pace.
        (date(2024, 7, 1), 3_000_000, 1_500_000, date(2024, 7, 1)),
        # Overspent: it has run out on a day that is past.
        (date(2025, 2, 2), 6_000_000, 271_232, date(2025, 1, 16)),
        # More than the whole fund on the first day.
        (date(2025, 1, 1), 9_000_000, 8219, date(2025, 1, 1)),
    ],
)
def test_the_pace_so_far_says_until_when_the_fund_lasts(today, used, expected, lasts_until):
    view = fund_view(FUND, Money(used), today)
    assert (view.expected, view.lasts_until) == (Money(expected), lasts_until)


def test_the_clinic_of_the_reference_uses_its_fund_in_thirty_three_days():
    # 23 visits a day at a mean of 57.45, were the fund to pay all of it: 30,000 at most.
    used = Money(23 * 5745 * 20)
    assert fund_view(FUND, used, date(2025, 1, 20)).lasts_until == date(2025, 1, 22)


def test_a_fund_of_nothing_lasts_no_day_and_breaks_nothing():
    view = fund_view(Money(0), Money(100), date(2025, 6, 1))
    assert (view.limit.left, view.lasts_until) == (Money(0), date(2025, 1, 1))


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
def test_what_lasts_beyond_today_is_not_used_up(today, total, used):
    view = fund_view(Money(total), Money(used), today)
    assert view.expected <= Money(total)
    if view.lasts_until is None or view.lasts_until > today:
        assert used <= total
    else:
        assert view.lasts_until.year == today.year
