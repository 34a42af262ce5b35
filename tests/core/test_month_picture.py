"""The month's picture is the month's statement, and a naive count of the same charges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from terminal.core.charged import Charge
from terminal.core.money import Money
from terminal.core.money_views import FundView, LimitView
from terminal.core.month_picture import mean, month_picture, thousandths, with_fund, with_states
from terminal.core.monthly import Institution, Month, statement
from terminal.core.screen_views import MonthPicture
from tests.core.charges import charge, shares

FIRST = date(2025, 9, 1)
WHO = Institution("H99102400991", "演示村卫生室", "", "04" + "0" * 128)
MADE_AT = datetime.fromisoformat("2025-12-31T08:00:00+08:00")

CHARGES = st.lists(
    st.tuples(
        st.integers(0, 5),  # whose visit
        st.integers(0, 90),  # on which day
        st.none() | st.integers(0, 40),  # cancelled after
        st.integers(0, 4250),  # what the fund paid
        st.booleans(),  # 两病
    ),
    max_size=14,
)


def built(facts: list[tuple[int, int, int | None, int, bool]]) -> tuple[list[Charge], set[str]]:
    """Charges of August to October, and which are 两病. A visit's are all of one day."""
    made, chronic = [], set()
    day_of: dict[int, int] = {}
    for number, (visit, day, after, fund, two) in enumerate(facts):
        on = date(2025, 8, 1) + timedelta(days=day_of.setdefault(visit, day))
        off = None if after is None else on + timedelta(days=after)
        one = charge(
            number, visited_on=on, settled_on=on, cancelled_on=off, shares=shares(fund=fund)
        )
        made.append(replace(one, visit_id=f"visit-{visit}"))
        if two:
            chronic.add(one.settlement_id)
    return made, chronic


def of_month(picture: MonthPicture) -> tuple[int, int, int]:
    return picture.visits, picture.total.fen, picture.fund.fen


@given(CHARGES)
def test_the_sums_are_those_of_the_months_statement(facts):
    made, chronic = built(facts)
    picture = month_picture(FIRST, made, chronic)
    told = statement(WHO, Month(2025, 9, made, {}, (), {}, (), (), {}), MADE_AT)["sums_fen"]
    assert picture.total.fen == told["medfee_sumamt"]
    assert picture.fund.fen == told["fund_pay_sumamt"]


@given(CHARGES)
def test_the_days_add_up_to_the_month_and_each_is_there(facts):
    made, chronic = built(facts)
    picture = month_picture(FIRST, made, chronic)
    assert [each.day.day for each in picture.days] == list(range(1, 31))
    summed = (
        sum(each.visits for each in picture.days),
        sum(each.total.fen for each in picture.days),
        sum(each.fund.fen for each in picture.days),
    )
    assert summed == of_month(picture)


@given(CHARGES)
def test_months_add_up_to_what_stands(facts):
    """August to December: whatever was cancelled was cancelled by then."""
    made, chronic = built(facts)
    months = [month_picture(date(2025, n, 1), made, chronic) for n in range(8, 13)]
    standing = [each for each in made if each.cancelled_on is None]
    assert sum(each.visits for each in months) == len({each.visit_id for each in standing})
    assert sum(each.total.fen for each in months) == sum(c.shares.total.fen for c in standing)
    assert sum(each.fund.fen for each in months) == sum(c.shares.fund.fen for c in standing)


@given(CHARGES)
def test_the_four_figures_are_a_naive_count_where_nothing_was_cancelled(facts):
    made, chronic = built([(who, day, None, fund, two) for who, day, _, fund, two in facts])
    picture = month_picture(FIRST, made, chronic)
    mine = [each for each in made if each.settled_on.month == 9]
    visits = {each.visit_id for each in mine}
    with_chronic = {each.visit_id for each in mine if each.settlement_id in chronic}
    assert picture.visits == len(visits)
    if visits:
        whole = sum(each.shares.total.fen for each in mine)
        fund = sum(each.shares.fund.fen for each in mine)
        half = Fraction(1, 2)
        assert abs(picture.mean_cost.fen - Fraction(whole, len(visits))) <= half
        assert abs(picture.fund_share - Fraction(1000 * fund, whole)) <= half
        assert abs(picture.chronic_share - Fraction(1000 * len(with_chronic), len(visits))) <= half
    else:
        assert (picture.mean_cost, picture.fund_share, picture.chronic_share) == (
            Money(0), None, None,
        )  # fmt: skip


def test_shares_are_rounded_half_up_and_nothing_is_shared_of_nothing():
    assert [thousandths(n, 2000) for n in (1, 2, 3)] == [1, 1, 2]
    assert thousandths(-75, 1000) == -75
    assert thousandths(0, 0) is None
    assert thousandths(5, -3) is None
    assert [mean(Money(n), 2).fen for n in (1, 2, 3)] == [1, 1, 2]
    assert mean(Money(-5), -1) == Money(0)


def test_a_visit_of_two_batches_counts_once_and_is_gone_with_the_last():
    two = replace(charge(2), visit_id="visit-1")
    assert month_picture(FIRST, [charge(1), two], {"settlement-2"}).chronic_share == 1000
    undone = [charge(1, cancelled_on=date(2025, 9, 20)), two]
    assert month_picture(FIRST, undone, ()).visits == 1
    both = [replace(each, cancelled_on=date(2025, 9, 20)) for each in (charge(1), two)]
    assert of_month(month_picture(FIRST, both, ())) == (0, 0, 0)


def test_what_waits_and_what_was_cancelled_stands_apart():
    picture = month_picture(FIRST, [charge()], ())
    states = {"waiting": 2, "uncertain": 1, "cancelled": 4, "abandoned": 9, "settled": 1}
    shown = with_states(picture, states)
    assert (shown.visits, shown.waiting, shown.cancelled) == (1, 3, 4)


def test_another_years_fund_is_not_shown():
    limit = LimitView(Money(300_000), Money(150_000), Money(150_000))
    fund = FundView(2025, limit, Money(180_000), None)
    picture = month_picture(FIRST, [], ())
    assert with_fund(picture, fund).pace == -100
    assert with_fund(picture, fund).clinic_fund_used == Money(150_000)
    assert with_fund(picture, replace(fund, year=2024)).clinic_fund is None
    assert with_fund(picture, None).pace is None
