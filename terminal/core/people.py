"""Who a person is, whom they may stand in for, and what of them may be shown.

The check digit of an ID number is GB 11643 (ISO 7064, MOD 11-2). `repr` of a person
shows nothing that names them, so that no log or traceback can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from terminal.core.families import ToldBinding, ToldRelative
from terminal.core.faults import Refused
from terminal.core.money import Money

OF_AGE = 18
"""Years (Civil Code, article 17): who acts for another is of age; no child is named in public."""

_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


class Identified(StrEnum):
    """How the person before the camera was found."""

    BY_FACE = "by_face"
    BY_RELATIVE = "by_relative"
    """A relative's face, through a family account (亲情账户)."""
    BY_ID_NUMBER = "by_id_number"
    BY_CODE = "by_code"
    """The person's own insurance code (医保码), on whosever phone."""
    BY_BIRTH_CERTIFICATE = "by_birth_certificate"
    """A newborn whom the province does not know yet."""


class Insurance(StrEnum):
    """insutype of the interface: the two that a village clinic meets."""

    EMPLOYEE = "310"
    RESIDENT = "390"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Someone known here: from the province's 1101, kept for days without a network."""

    person_id: str
    """Our own number; the province's is psn_no."""
    psn_no: str
    name: str
    id_number: str
    gender: str
    """gend of the interface: 1 man, 2 woman."""
    born: date

    def __repr__(self) -> str:
        return f"Person({self.person_id!r})"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the province said of a person's insurance, and when it said so."""

    insutype: str
    insuplc_admdvs: str
    psn_type: str
    in_force: bool
    """psn_insu_stas 1: insured and paying."""
    balance: Money
    contract: str | None
    """Name of the institution of the family-doctor contract in force; empty when there is
    none, None when the province did not say."""
    registrations: Mapping[str, str]
    """opsp_dise_code and name of each chronic disease registered and in force."""
    fund_used: Money | None
    """What the fund has paid this year under the yearly limit; None when not told."""
    as_of: datetime
    family: tuple[ToldBinding, ...] | None = None
    """For whom the province says this person may act; None when it did not say."""
    aid_payers: tuple[ToldRelative, ...] | None = None
    """Whose account may pay this person's share (家庭共济); None when it did not say."""
    died_on: date | None = None
    """As the province says; nobody acts for or as them any more."""
    packages: tuple[str, ...] = ()
    """Service packages of the contract, as the province calls them; empty when not told."""

    def same_insurance(self, then: Coverage | None) -> bool:
        """A visit is registered under one insurance; under another it is registered anew."""
        if then is None:
            return False
        return (then.insutype, then.insuplc_admdvs) == (self.insutype, self.insuplc_admdvs)


def check_id_number(typed: str) -> str:
    """Return the ID number as it is stored, upper case, or refuse a mistyped one.

    Raises Refused `person.id_number_wrong`; the number is not among the facts.
    """
    number = typed.strip().upper().replace(" ", "")
    if not number.isascii() or not _ID_NUMBER.fullmatch(number):
        raise Refused("person.id_number_wrong", reason="form", length=len(number))
    if id_check_digit(number[:17]) != number[17]:
        raise Refused("person.id_number_wrong", reason="check_digit")
    try:
        born_of(number)
    except ValueError:
        raise Refused("person.id_number_wrong", reason="date") from None
    return number


def born_of(id_number: str) -> date:
    """The day of birth that stands in it. Raises ValueError where that is no day."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def id_check_digit(first_17: str) -> str:
    """The eighteenth digit of an ID number (GB 11643)."""
    return _CHECK_DIGITS[sum(int(d) * w for d, w in zip(first_17, _WEIGHTS, strict=True)) % 11]


def masked_id(id_number: str) -> str:
    """First three and last four digits: enough for a doctor to compare with a card."""
    return f"{id_number[:3]}{'*' * (len(id_number) - 7)}{id_number[-4:]}"


def named(person: Person) -> str:
    """Name and last four digits, 王建国 1030: for whoever must not mix up two people."""
    return f"{person.name} {person.id_number[-4:]}"


def masked_name(name: str) -> str:
    """The name with its middle hidden: 王*国, 李*; as on the publicity sheet (公示)."""
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def age_on(born: date, day: date) -> int:
    """Full years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
