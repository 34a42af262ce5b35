"""Which fund stands behind a visit, and the nearest reason why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from terminal.core.benefit_policy import (
    ContractScope,
    Policy,
    Pot,
)
from terminal.core.benefits import assess
from terminal.core.coverage import Category, Insured, Place, Reason, Scheme, cover, waived
from terminal.core.faults import Refused
from tests.core.benefit_cases import (
    AT_HOSPITAL,
    AT_VILLAGE,
    CASE_7,
    CHANGSHA,
    DAY,
    ELSEWHERE,
    EMPLOYEE,
    IN_CHANGSHA,
    JIAHE,
    OTHER_HOSPITAL,
    RESIDENT,
    contract,
)


@pytest.mark.parametrize(
    ("insured", "place", "policy", "pot", "reason"),
    [
        (RESIDENT, AT_VILLAGE, JIAHE, Pot.REFORM, Reason.CONTRACTED),
        (Insured(Scheme.RESIDENT, "431024"), AT_VILLAGE, JIAHE, Pot.BASE, Reason.NO_CONTRACT),
        (ELSEWHERE, AT_VILLAGE, JIAHE, Pot.BASE, Reason.CONTRACT_ELSEWHERE),
        (
            RESIDENT,
            AT_VILLAGE,
            replace(JIAHE, contract_scope=ContractScope.INSTITUTION),
            Pot.BASE,
            Reason.CONTRACT_ELSEWHERE,
        ),
        (
            RESIDENT,
            AT_HOSPITAL,
            replace(JIAHE, contract_scope=ContractScope.INSTITUTION),
            Pot.REFORM,
            Reason.CONTRACTED,
        ),
        (
            replace(RESIDENT, contracts=(replace(contract(), region="430100"),)),
            AT_VILLAGE,
            JIAHE,
            Pot.BASE,
            Reason.CONTRACT_OTHER_REGION,
        ),
        (
            replace(RESIDENT, contracts=(replace(contract(), ends=date(2025, 9, 19)),)),
            AT_VILLAGE,
            JIAHE,
            Pot.BASE,
            Reason.CONTRACT_NOT_IN_FORCE,
        ),
        (
            replace(RESIDENT, contracts=(replace(contract(), packages=frozenset({"basic"})),)),
            AT_VILLAGE,
            JIAHE,
            Pot.BASE,
            Reason.CONTRACT_PACKAGES,
        ),
        (
            replace(EMPLOYEE, contracts=(replace(contract(), packages=frozenset()),)),
            AT_VILLAGE,
            JIAHE,
            Pot.REFORM,
            Reason.CONTRACTED,
        ),
        (IN_CHANGSHA, AT_VILLAGE, CHANGSHA, None, Reason.AWAY_FROM_REGION),
        (
            IN_CHANGSHA,
            Place("village-3", "431024", under="elsewhere"),
            replace(CHANGSHA, cross_region_outpatient=True),
            Pot.BASE,
            Reason.CONTRACT_ELSEWHERE,
        ),
    ],
)
def test_the_nearest_reason_is_given_for_the_fund_behind_a_visit(
    insured: Insured, place: Place, policy: Policy, pot: Pot | None, reason: Reason
) -> None:
    coverage = cover(insured, place, Category.ORDINARY, DAY, policy)
    assert (coverage.pot, coverage.reason) == (pot, reason)


def test_the_best_of_several_contracts_counts() -> None:
    insured = replace(RESIDENT, contracts=(contract(OTHER_HOSPITAL), contract()))
    assert cover(insured, AT_VILLAGE, Category.ORDINARY, DAY, JIAHE).contracted


def test_a_programme_without_registration_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        cover(RESIDENT, AT_VILLAGE, Category.CHRONIC, DAY, JIAHE)
    assert refusal.value.code == "benefits.not_registered"


def test_the_contracted_doctor_bills_no_consultation() -> None:
    coverage = cover(RESIDENT, AT_VILLAGE, Category.ORDINARY, DAY, JIAHE)
    assert waived(CASE_7, coverage, JIAHE) == ["3"]
    with pytest.raises(Refused) as refusal:
        assess(CASE_7, coverage, JIAHE, {})
    assert refusal.value.code == "benefits.waived_item_billed"
