"""What a region's fund promises in a year: every parameter of its coverage rules.

Parameters are read from one table a region and year, so that a rule that changes on a
date is a new table and not a new release. What the texts leave open is a parameter too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from terminal.core.faults import Refused
from terminal.core.money import Money


class ContractScope(StrEnum):
    """Where a family-doctor contract with a township hospital is good."""

    TOWNSHIP_GROUP = "township_group"
    """At the hospital and at every village clinic under it."""
    INSTITUTION = "institution"
    """At the hospital alone."""


class LimitYear(StrEnum):
    """Which day decides whose year's limit a settlement uses."""

    VISIT = "visit"
    SETTLEMENT = "settlement"


class EmployeeRest(StrEnum):
    """What goes on to the employee policy once the contract's limit is used."""

    UNCOVERED_FEES = "uncovered_fees"
    """The in-scope fees the limit no longer reached."""
    UNPAID_IN_SCOPE = "unpaid_in_scope"
    """Everything in scope the contract's policy did not pay."""


class Pot(StrEnum):
    """A yearly limit of its own, and the ratio that goes with it."""

    REFORM = "reform"
    """The primary-care outpatient reform, for people contracted here."""
    BASE = "base"
    """Residents without such a contract."""
    EMPLOYEE = "employee"
    CHRONIC = "chronic"
    """慢特病, registered chronic special diseases."""
    TWO_DISEASES = "two_diseases"
    """两病, registered hypertension and diabetes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One region's rules for one year. Ratios are 0 to 1; limits are a person a year."""

    region: str
    year: int
    reform_ratio: Decimal
    specific_list_ratio: Decimal
    higher_list_ratio: Decimal
    reform_limit: Money
    base_ratio: Decimal
    base_limit: Money
    employee_ratio: Decimal
    employee_limit: Money
    chronic_ratio: Decimal
    chronic_limit: Money
    two_diseases_ratio: Decimal
    two_diseases_limit: Money
    contract_scope: ContractScope
    higher_list_uses_limit: bool
    higher_list_covers_advance: bool
    limit_shared_with_base: bool
    limit_year_by: LimitYear
    waived_items: frozenset[str]
    """Charge item types that a contracted person is never billed (诊查费, 一般诊疗费)."""
    resident_packages: frozenset[str]
    """What a resident must have signed for the contract to count."""
    employee_rest: EmployeeRest
    cross_region_outpatient: bool
    """Whether a visit outside the insured region is paid by the pool at all."""

    def ratio(self, pot: Pot) -> Decimal:
        """What the fund pays of in-scope fees that stand on no list."""
        return {
            Pot.REFORM: self.reform_ratio,
            Pot.BASE: self.base_ratio,
            Pot.EMPLOYEE: self.employee_ratio,
            Pot.CHRONIC: self.chronic_ratio,
            Pot.TWO_DISEASES: self.two_diseases_ratio,
        }[pot]

    def limit(self, pot: Pot) -> Money:
        """The most the fund pays from this pot for one person in one year."""
        return {
            Pot.REFORM: self.reform_limit,
            Pot.BASE: self.base_limit,
            Pot.EMPLOYEE: self.employee_limit,
            Pot.CHRONIC: self.chronic_limit,
            Pot.TWO_DISEASES: self.two_diseases_limit,
        }[pot]

    def limit_year(self, visited: date, settled: date) -> int:
        """Whose year's limit a visit uses when it is settled on another day."""
        day = visited if self.limit_year_by is LimitYear.VISIT else settled
        return day.year


def read_policy(table: Mapping[str, object]) -> Policy:
    """Read one table of parameters, as TOML gives it with amounts as strings.

    Raises Refused `benefits.policy_unreadable` with the name of the first parameter
    that is unknown, missing or out of range: a misspelt name is not a default.
    """
    names = [field.name for field in fields(Policy)]
    for name in [*table, *names]:
        if name not in names or name not in table:
            raise Refused("benefits.policy_unreadable", parameter=name)
    read: dict[str, object] = {}
    for field in fields(Policy):
        try:
            read[field.name] = _READERS[str(field.type)](table[field.name])
        except (ValueError, InvalidOperation, Refused) as unreadable:
            raise Refused("benefits.policy_unreadable", parameter=field.name) from unreadable
    return Policy(**read)  # type: ignore[arg-type]  # Each name was read by its own type.


def policy_for(policies: Iterable[Policy], region: str, day: date) -> Policy:
    """The region's table for that day's year, or its latest earlier one.

    Raises Refused `benefits.no_policy` when the region has none that early.
    """
    known = [each for each in policies if each.region == region and each.year <= day.year]
    if not known:
        raise Refused("benefits.no_policy", region=region, year=day.year)
    return max(known, key=lambda each: each.year)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _year(value: object) -> int:
    if type(value) is not int or not 2000 <= value <= 2100:
        raise ValueError
    return value


def _ratio(value: object) -> Decimal:
    ratio = Decimal(_text(value))
    if not 0 <= ratio <= 1:
        raise ValueError
    return ratio


def _money(value: object) -> Money:
    money = Money.parse(_text(value))
    if money.fen < 0:
        raise ValueError
    return money


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        # Not TypeError: to the reader of the table it is one more unreadable value.
        raise ValueError  # noqa: TRY004
    return value


def _words(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise ValueError  # noqa: TRY004  # As above.
    return frozenset(_text(each) for each in value)


_READERS: dict[str, Callable[[object], object]] = {
    "str": _text,
    "int": _year,
    "Decimal": _ratio,
    "Money": _money,
    "bool": _switch,
    "frozenset[str]": _words,
    "ContractScope": lambda value: ContractScope(_text(value)),
    "LimitYear": lambda value: LimitYear(_text(value)),
    "EmployeeRest": lambda value: EmployeeRest(_text(value)),
}
