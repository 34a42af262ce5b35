"""A bill is shared as the worked cases say, and always adds back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.benefit_policy import (
    EmployeeRest,
    Policy,
    Pot,
)
from terminal.core.benefits import assess, limit_left, tender
from terminal.core.bill import BillLine, Grade, Listed
from terminal.core.coverage import Category, Insured, Reason, Scheme, cover
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total
from tests.core.benefit_cases import (
    AT_VILLAGE,
    CASES,
    DAY,
    ELSEWHERE,
    EMPLOYEE,
    IN_CHANGSHA,
    JIAHE,
    RESIDENT,
    Case,
    drug,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_worked_case_is_shared_as_written(case: Case) -> None:
    shares = case.shares()
    assert (shares.fund.yuan, shares.person.yuan) == (case.fund, case.person)


def test_an_employees_rest_is_covered_from_the_fees_the_limit_did_not_reach() -> None:
    case = next(each for each in CASES if each.name.startswith("8 "))
    shares = case.shares()
    assert shares.paid_from(Pot.REFORM).yuan == "20.00"
    assert shares.paid_from(Pot.EMPLOYEE).yuan == "14.57"
    assert shares.counted == {Pot.REFORM: Money(2000), Pot.EMPLOYEE: Money(1457)}


def test_an_employee_without_a_contract_has_the_employee_policy_alone() -> None:
    insured = Insured(Scheme.EMPLOYEE, "431024")
    shares = Case("", (drug("40.00"),), "", "", insured=insured).shares()
    assert shares.fund.yuan == "24.00"
    assert shares.counted == {Pot.EMPLOYEE: Money(2400)}


def test_every_fen_says_who_bears_it_and_why() -> None:
    case = next(each for each in CASES if each.name.startswith("13 "))
    [line] = case.shares().lines
    assert [(part.reason, part.pot, part.amount.yuan) for part in line.parts] == [
        (Reason.CONTRACTED, Pot.REFORM, "14.32"),
        (Reason.CO_PAYMENT, None, "7.90"),
        (Reason.LIMIT_REACHED, None, "4.12"),
    ]


@pytest.mark.parametrize(
    ("own", "relative", "paid"),
    [
        ("0.00", "500.00", ("0.00", "7.90", "0.00")),
        ("0.00", "5.00", ("0.00", "5.00", "2.90")),
        ("3.00", "4.00", ("3.00", "4.00", "0.90")),
        ("-1.00", "0.00", ("0.00", "0.00", "7.90")),
    ],
)
def test_a_share_is_paid_from_the_own_account_then_a_relatives_then_cash(
    own: str, relative: str, paid: tuple[str, str, str]
) -> None:
    due = tender(Money.parse("7.90"), Money.parse(own), Money.parse(relative))
    assert (due.account.yuan, due.mutual_aid.yuan, due.cash.yuan) == paid


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": Decimal("NaN")},
        {"price": Decimal("-0.01")},
        {"price": Decimal(10) ** 14},
        {"quantity": Decimal(0)},
        {"quantity": Decimal("Infinity")},
        {"advance_ratio": Decimal("1.1")},
        {"price_limit": Decimal("NaN")},
    ],
)
def test_a_line_no_bill_can_have_is_refused(wrong: dict[str, Decimal]) -> None:
    with pytest.raises(Refused) as refusal:
        replace(drug("1.00"), **wrong)
    assert refusal.value.code == "bill.line_unreadable"


ratios = st.decimals(0, 1, places=2)
lines = st.lists(
    st.builds(
        BillLine,
        number=st.uuids().map(str),
        price=st.decimals(0, 999, places=6),
        quantity=st.decimals("0.0001", 99, places=4),
        grade=st.sampled_from(Grade),
        advance_ratio=st.one_of(ratios, st.just(Decimal(1))),
        price_limit=st.none() | st.decimals(0, 999, places=2),
        governed_price=st.booleans(),
        listed=st.sampled_from(Listed),
    ),
    max_size=8,
)
policies = st.builds(
    replace,
    st.just(JIAHE),
    reform_ratio=ratios,
    specific_list_ratio=ratios,
    higher_list_ratio=ratios,
    employee_ratio=ratios,
    reform_limit=st.integers(0, 100_000).map(Money),
    employee_limit=st.integers(0, 100_000).map(Money),
    higher_list_uses_limit=st.booleans(),
    higher_list_covers_advance=st.booleans(),
    employee_rest=st.sampled_from(EmployeeRest),
)


@given(
    lines,
    policies,
    st.sampled_from([RESIDENT, ELSEWHERE, EMPLOYEE, IN_CHANGSHA]),
    st.integers(0, 50_000).map(Money),
)
def test_shares_add_back_to_the_bill_and_never_exceed_it(
    bill: list[BillLine], policy: Policy, insured: Insured, spent: Money
) -> None:
    coverage = cover(insured, AT_VILLAGE, Category.ORDINARY, DAY, policy)
    shares = assess(bill, coverage, policy, {Pot.REFORM: spent})
    for line, billed in zip(shares.lines, bill, strict=True):
        assert line.number == billed.number
        assert line.split.total == billed.total == line.fund + line.person
        assert total(part.amount for part in line.parts) == billed.total
        assert all(part.amount.fen > 0 for part in line.parts)
        assert ZERO <= line.fund <= line.split.in_scope
    assert shares.fund + shares.person == shares.split.total
    if coverage.pot is not None:
        assert shares.counted[coverage.pot] <= limit_left(coverage.pot, policy, {Pot.REFORM: spent})
