"""Which fund stands behind a visit, and why: contract, place, registration, region.

The nearest reason is given when the reform does not apply, so that a screen can tell a
resident what is missing: no contract, one elsewhere, one package short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from terminal.core.benefit_policy import ContractScope, Policy, Pot
from terminal.core.bill import BillLine
from terminal.core.faults import Refused


class Scheme(StrEnum):
    """Which insurance a person uses for this visit."""

    RESIDENT = "resident"
    EMPLOYEE = "employee"


class Category(StrEnum):
    """Which kind of benefit a batch of lines asks for; one settlement has one."""

    ORDINARY = "ordinary"
    CHRONIC = "chronic"
    TWO_DISEASES = "two_diseases"


class Reason(StrEnum):
    """Why an amount is borne by whom; the screens have words for each."""

    # Why this policy stands behind the visit.
    CONTRACTED = "contracted"
    NO_CONTRACT = "no_contract"
    CONTRACT_ELSEWHERE = "contract_elsewhere"
    CONTRACT_OTHER_REGION = "contract_other_region"
    CONTRACT_NOT_IN_FORCE = "contract_not_in_force"
    CONTRACT_PACKAGES = "contract_packages"
    AWAY_FROM_REGION = "away_from_region"
    CHRONIC_DISEASE = "chronic_disease"
    TWO_DISEASES = "two_diseases"
    # Why the fund pays an amount (CONTRACTED, CHRONIC_DISEASE and TWO_DISEASES as well).
    SPECIFIC_LIST = "specific_list"
    HIGHER_LIST = "higher_list"
    BASE_POLICY = "base_policy"
    EMPLOYEE_POLICY = "employee_policy"
    # Why the person pays an amount (AWAY_FROM_REGION as well).
    FULL_SELF_PAY = "full_self_pay"
    OVER_PRICE_LIMIT = "over_price_limit"
    ADVANCE_SELF_PAY = "advance_self_pay"
    CO_PAYMENT = "co_payment"
    LIMIT_REACHED = "limit_reached"


@dataclass(frozen=True, slots=True)
class Contract:
    """A family-doctor contract: with which institution, where, when, what was signed."""

    institution: str
    region: str
    begins: date
    ends: date
    """The last day it is in force."""
    packages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Insured:
    """What decides a person's benefits on the day of the visit."""

    scheme: Scheme
    region: str
    contracts: tuple[Contract, ...] = ()
    registered: frozenset[Category] = frozenset()
    """Programmes whose registration is in force for the disease treated."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the visit is; `under` is the township hospital a village clinic belongs to."""

    institution: str
    region: str
    under: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which pot pays, and why; no pot means the fund pays nothing."""

    pot: Pot | None
    reason: Reason
    rest: Pot | None = None
    """Takes what `pot` no longer covers once its limit is used."""
    contracted: bool = False
    """The visit is at the contracted family doctor: waived items are not billed."""


def cover(
    insured: Insured, place: Place, category: Category, day: date, policy: Policy
) -> Coverage:
    """Say which pot stands behind a visit on that day.

    The policy is the insured region's. Raises Refused `benefits.not_registered` for a
    disease programme the person is not registered in: it is another settlement then.
    """
    reason = _contract_reason(insured, place, day, policy)
    contracted = reason is Reason.CONTRACTED
    if insured.region != place.region and not policy.cross_region_outpatient:
        return Coverage(None, Reason.AWAY_FROM_REGION)
    if category is not Category.ORDINARY:
        if category not in insured.registered:
            raise Refused("benefits.not_registered", category=category.value)
        if category is Category.CHRONIC:
            return Coverage(Pot.CHRONIC, Reason.CHRONIC_DISEASE, contracted=contracted)
        return Coverage(Pot.TWO_DISEASES, Reason.TWO_DISEASES, contracted=contracted)
    if insured.scheme is Scheme.EMPLOYEE:
        if contracted:
            return Coverage(Pot.REFORM, reason, rest=Pot.EMPLOYEE, contracted=True)
        return Coverage(Pot.EMPLOYEE, reason)
    return Coverage(Pot.REFORM if contracted else Pot.BASE, reason, contracted=contracted)


def waived(lines: Sequence[BillLine], coverage: Coverage, policy: Policy) -> list[str]:
    """The numbers of the lines that must not be billed at the contracted family doctor."""
    if not coverage.contracted:
        return []
    return [line.number for line in lines if line.charge_type in policy.waived_items]


def _contract_reason(insured: Insured, place: Place, day: date, policy: Policy) -> Reason:
    """CONTRACTED, or the nearest thing that is missing."""
    if not insured.contracts:
        return Reason.NO_CONTRACT
    reasons = [_judged(each, insured, place, day, policy) for each in insured.contracts]
    nearest = (
        Reason.CONTRACTED,
        Reason.CONTRACT_PACKAGES,
        Reason.CONTRACT_NOT_IN_FORCE,
        Reason.CONTRACT_ELSEWHERE,
        Reason.CONTRACT_OTHER_REGION,
    )
    return min(reasons, key=nearest.index)


def _judged(
    contract: Contract, insured: Insured, place: Place, day: date, policy: Policy
) -> Reason:
    here = {place.institution}
    if policy.contract_scope is ContractScope.TOWNSHIP_GROUP and place.under is not None:
        here.add(place.under)
    if contract.region != insured.region:
        return Reason.CONTRACT_OTHER_REGION
    if contract.institution not in here:
        return Reason.CONTRACT_ELSEWHERE
    if not contract.begins <= day <= contract.ends:
        return Reason.CONTRACT_NOT_IN_FORCE
    missing = policy.resident_packages - contract.packages
    if insured.scheme is Scheme.RESIDENT and missing:
        return Reason.CONTRACT_PACKAGES
    return Reason.CONTRACTED
