"""A region's rules are read whole or not at all, and chosen by date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from terminal.core.benefit_policy import (
    LimitYear,
    Pot,
    policy_for,
    read_policy,
)
from terminal.core.benefits import limit_left
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from tests.core.benefit_cases import (
    JIAHE,
    JIAHE_TABLE,
)


def test_the_shared_limit_counts_what_the_base_policy_paid() -> None:
    spent = {Pot.BASE: Money.parse("100.00")}
    apart = replace(JIAHE, limit_shared_with_base=False)
    assert limit_left(Pot.REFORM, JIAHE, spent).yuan == "320.00"
    assert limit_left(Pot.REFORM, apart, spent).yuan == "420.00"
    assert limit_left(Pot.REFORM, JIAHE, {Pot.REFORM: Money.parse("500.00")}) == ZERO


def test_the_year_of_a_limit_follows_the_visit_or_the_settlement() -> None:
    visited, settled = date(2025, 12, 31), date(2026, 1, 2)
    by_settlement = replace(JIAHE, limit_year_by=LimitYear.SETTLEMENT)
    assert JIAHE.limit_year(visited, settled) == 2025
    assert by_settlement.limit_year(visited, settled) == 2026


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reform_ratoi", "0.7"),
        ("reform_ratio", "1.01"),
        ("reform_ratio", "NaN"),
        ("reform_ratio", 7),
        ("reform_limit", "-1.00"),
        ("year", True),
        ("waived_items", "02"),
        ("higher_list_uses_limit", "yes"),
        ("limit_year_by", "birthday"),
    ],
)
def test_a_table_with_an_unreadable_parameter_is_refused_by_its_name(
    name: str, value: object
) -> None:
    with pytest.raises(Refused) as refusal:
        read_policy({**JIAHE_TABLE, name: value})
    assert refusal.value.code == "benefits.policy_unreadable"
    assert refusal.value.facts == {"parameter": name}


def test_a_table_that_lacks_a_parameter_is_refused_by_its_name() -> None:
    with pytest.raises(Refused) as refusal:
        read_policy({k: v for k, v in JIAHE_TABLE.items() if k != "base_ratio"})
    assert refusal.value.facts == {"parameter": "base_ratio"}


def test_the_latest_table_not_after_the_day_is_the_regions() -> None:
    later = replace(JIAHE, year=2027)
    assert policy_for([later, JIAHE], "431024", date(2026, 5, 1)) is JIAHE
    assert policy_for([later, JIAHE], "431024", date(2027, 1, 1)) is later
    with pytest.raises(Refused) as refusal:
        policy_for([JIAHE], "431024", date(2024, 12, 31))
    assert refusal.value.code == "benefits.no_policy"
