"""What is reckoned while the province is away; what is not known counts against the fund."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.province.reference import DATA, read_reference
from terminal.clock import SHANGHAI
from terminal.core.benefit_policy import LimitYear
from terminal.core.benefits_file import WHOLLY_SELF_PAID, Terms, read_policies, read_terms
from terminal.core.bill import Grade, Listed
from terminal.core.coverage import Category
from terminal.core.estimate import Here, Known, Paid, estimate
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.people import Coverage
from tests.core.benefit_cases import CASE_3, CONSULTATION, JIAHE, TWO_AT_4, class_b, drug

DAY = date(2025, 9, 20)
TOLD_AT = datetime(2025, 9, 20, 9, 0, tzinfo=SHANGHAI)
HERE = Here("431024")
TOLD = Coverage(
    insutype="390",
    insuplc_admdvs="431024",
    psn_type="1501",
    in_force=True,
    balance=ZERO,
    contract="演示镇中心卫生院",
    registrations={},
    fund_used=ZERO,
    as_of=TOLD_AT,
)
YUAN = Money.parse


def reckoned(
    lines, told=TOLD, *, paid=(), category=Category.ORDINARY, here=HERE, day=DAY, by=JIAHE
):
    return estimate(lines, category, Known(told, paid), here, [by], day)


def used(amount: str) -> Coverage:
    return replace(TOLD, fund_used=YUAN(amount))


@pytest.mark.parametrize(
    ("lines", "told", "fund", "own"),
    [
        ([TWO_AT_4], TOLD, "8.00", "0.00"),
        ([drug("26.34")], TOLD, "18.44", "7.90"),
        (CASE_3, TOLD, "32.25", "10.25"),
        (CASE_3, used("410.00"), "10.00", "32.50"),
        ([class_b("50.00")], TOLD, "31.50", "18.50"),
        ([drug("26.34")], used("405.68"), "14.32", "12.02"),
        ([drug("26.34")], replace(TOLD, contract=""), "13.17", "13.17"),
        ([drug("26.34")], replace(TOLD, contract=None), "13.17", "13.17"),
        (CASE_3, replace(TOLD, insutype="310", fund_used=YUAN("400.00")), "30.50", "12.00"),
    ],
    ids=["1", "2", "3", "4", "6", "13", "no contract", "contract not told", "employee"],
)
def test_a_worked_case_is_reckoned_as_the_province_would(lines, told, fund, own):
    shares = reckoned(list(lines), told)
    assert (shares.fund, shares.own) == (YUAN(fund), YUAN(own))


@pytest.mark.parametrize("by", LimitYear)
def test_worked_case_20_the_year_is_the_visits_whatever_the_region_settles_by(by):
    visit = date(2025, 12, 31)
    rules = replace(JIAHE, limit_year_by=by)
    shares = reckoned([drug("26.34")], used("420.00"), day=visit, by=rules)
    assert (shares.fund, shares.own) == (ZERO, YUAN("26.34"))


@pytest.mark.parametrize(
    "told",
    [
        None,
        replace(TOLD, in_force=False),
        replace(TOLD, insutype="340"),
        replace(TOLD, insuplc_admdvs="990000"),
        replace(TOLD, fund_used=None),
    ],
    ids=["nothing", "paused", "an insurance without rules", "a region without rules", "limit"],
)
def test_what_is_not_known_is_the_persons_to_pay(told):
    shares = reckoned([drug("26.34"), TWO_AT_4], told)
    assert (shares.fund, shares.own, shares.cash) == (ZERO, YUAN("34.34"), YUAN("34.34"))


def test_a_limit_nobody_told_of_is_no_reason_against_a_fund_with_its_own():
    told = replace(TOLD, fund_used=None)
    shares = reckoned([drug("26.34")], told, category=Category.TWO_DISEASES)
    assert shares.fund == YUAN("18.44")


def test_what_was_told_last_year_uses_nothing_of_this_years_limit():
    told = replace(used("420.00"), as_of=datetime(2024, 12, 30, 9, 0, tzinfo=SHANGHAI))
    assert reckoned([drug("26.34")], told).own == YUAN("7.90")


def test_a_second_visit_away_from_the_network_finds_what_the_first_will_use():
    """Worked case 17, morning and afternoon, nothing settled in between."""
    morning = Paid(Category.ORDINARY, YUAN("21.00"), None)
    shares = reckoned([drug("30.00")], used("390.00"), paid=(morning,))
    assert (shares.fund, shares.own) == (YUAN("9.00"), YUAN("21.00"))


def test_what_the_province_has_counted_is_not_counted_again():
    before = Paid(Category.ORDINARY, YUAN("21.00"), TOLD_AT - timedelta(minutes=1))
    after = Paid(Category.ORDINARY, YUAN("5.00"), TOLD_AT + timedelta(minutes=1))
    elsewhere = Paid(Category.TWO_DISEASES, YUAN("100.00"), None)
    shares = reckoned([drug("30.00")], used("411.00"), paid=(before, after, elsewhere))
    assert shares.fund == YUAN("4.00")


def test_a_contract_with_another_hospital_counts_only_where_ours_is_not_known():
    known = Here("431024", frozenset({"演示镇中心卫生院"}))
    other = replace(TOLD, contract="邻镇中心卫生院")
    assert reckoned([drug("26.34")], here=known).fund == YUAN("18.44")
    assert reckoned([drug("26.34")], other, here=known).fund == YUAN("13.17")
    assert reckoned([drug("26.34")], other).fund == YUAN("18.44")


def test_a_visit_away_from_the_insured_region_is_the_persons_to_pay():
    assert reckoned(list(CASE_3), here=Here("430100")).own == YUAN("42.50")


def test_a_waived_item_is_refused_while_the_person_is_still_there():
    with pytest.raises(Refused) as refused:
        reckoned([CONSULTATION])
    assert refused.value.code == "benefits.waived_item_billed"


def test_an_account_promises_no_cash_less():
    told = replace(TOLD, balance=YUAN("100.00"))
    shares = reckoned([drug("26.34")], told)
    assert (shares.account, shares.cash) == (ZERO, YUAN("7.90"))


PRICES = st.decimals(Decimal(0), Decimal(5000), places=2)


@given(
    st.lists(st.tuples(PRICES, st.sampled_from(Grade), st.sampled_from(Listed)), min_size=1),
    st.none() | st.integers(0, 50_000),
    st.sampled_from(["310", "390", "999"]),
    st.sampled_from(list(Category)),
)
def test_an_estimate_always_adds_up_and_never_promises_more_than_the_bill(
    lines, fund_used, insutype, category
):
    told = replace(
        TOLD, insutype=insutype, fund_used=None if fund_used is None else Money(fund_used)
    )
    bill = [
        drug(str(price), number=str(number), grade=grade, listed=listed)
        for number, (price, grade, listed) in enumerate(lines, 1)
    ]
    shares = reckoned(bill, told, category=category)
    assert shares.verified() is shares
    assert ZERO <= shares.fund <= shares.total
    assert shares.own == shares.total - shares.fund


# --- the files


def test_the_lists_of_the_clinic_say_of_each_item_what_the_province_says():
    reference = read_reference()
    known = {each.own_code: each for each in reference.items.values()}
    for name in ("drugs.csv", "services.csv"):
        for code, terms in read_terms((DATA / name).read_text("utf-8")).items():
            item = known[code]
            assert terms == Terms(
                item.grade,
                item.advance_ratio,
                item.price_limit,
                item.listed,
                item.governed_price,
                item.charge_type,
            )


def test_an_item_without_a_class_has_no_terms_and_is_wholly_self_paid():
    assert read_terms("medins_list_codg,name\nYP1,药\n") == {}
    assert WHOLLY_SELF_PAID.grade is Grade.C


@pytest.mark.parametrize(
    "row", ["09,0,,none", "01,x,,none", "01,2,,none", "01,NaN,,none", "01,0,-1,none", "01,0,,best"]
)
def test_terms_that_cannot_be_are_refused_by_line(row):
    with pytest.raises(Refused) as refused:
        read_terms(f"medins_list_codg,class,selfpay_ratio,price_limit,list\nYP1,{row}\n")
    assert refused.value.code == "catalogue.unreadable"
    assert refused.value.facts == {"line": 2}


def test_the_regions_rules_are_read_whole_or_refused():
    assert len(read_policies((DATA / "benefits.toml").read_text("utf-8"))) == 3
    assert read_policies("") == ()
    for text in ("[[policy", "policy = 1", "policy = [1]", "[[policy]]\nregion = '431024'"):
        with pytest.raises(Refused) as refused:
            read_policies(text)
        assert refused.value.code == "benefits.policy_unreadable"
