"""Who stands at the counter for whom, where it is not the person with their own face.

Whoever is present needs no binding: an ID number and the doctor's word, with the adult who
brought them noted. Someone absent is acted for by a binding, or once by an errand (代办)
for chronic-disease drugs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from terminal.core.catalogue import CHRONIC, TWO_DISEASES
from terminal.core.faults import Refused
from terminal.core.people import OF_AGE, Coverage, age_on, born_of

NEWBORN_MONTHS_MAX = 12
"""A child is registered within months; an older one has an ID number to ask for."""

NAME_CHARS_MAX = 50
"""As long as the province's own psn_name."""

RELATION_CHARS_MAX = 10
"""母亲, 邻居, 村干部: a word, not a story that somebody's illness stands in."""

_WORD = re.compile(r"[\u3400-\u9fff]+")
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff\u00b7A-Za-z .'-]+")
"""Rare characters of names lie beyond the first plane."""
_BIRTH_CERTIFICATE = re.compile(r"[A-Z][0-9]{9}")
"""出生医学证明编号: a letter for the issue, the province's two digits, seven more."""

UNREGISTERED = "NB:"
"""Begins both numbers of a child whom the province does not know: theirs have no colon."""


class Standing(StrEnum):
    """In what relation to the person treated somebody stands at the counter."""

    SELF = "self"
    FAMILY = "family"
    """A bound relative (亲情账户); the person may be at home."""
    BROUGHT = "brought"
    """The person is here, brought by an adult who is noted."""
    CODE_SHOWN = "code_shown"
    """The person's own insurance code on a relative's phone (近亲代展码)."""
    ERRAND = "errand"
    """The person is absent; somebody was sent once (代办)."""
    NEWBORN = "newborn"
    """Not registered yet: known by the birth certificate, and paid in full for now."""


@dataclass(frozen=True, slots=True, repr=False)
class Companion:
    """Who came with or for a visit's person, as it was noted."""

    standing: Standing
    name: str
    id_number: str = ""
    relation: str = ""
    """What they are to the person treated, in plain Chinese: 母亲, 邻居."""
    noted_by: str = ""
    """National code of the doctor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRules:
    """What a region allows without a binding."""

    errands: bool = True
    """Somebody may be sent once for an absent person (代办)."""
    newborn_claims: bool = False
    """A newborn's self-paid visits may be claimed once the registration has come."""


def checked_name(told: str) -> str:
    """A name as it is noted. Raises Refused `standing.name_wrong`; it is not in the facts."""
    name = " ".join(told.split())
    if not 2 <= len(name) <= NAME_CHARS_MAX or not _NAME.fullmatch(name):
        raise Refused("standing.name_wrong")
    return name


def checked_relation(told: str) -> str:
    """A relation in one plain Chinese word. Raises Refused `standing.relation_wrong`."""
    relation = "".join(told.split())
    if len(relation) > RELATION_CHARS_MAX or not _WORD.fullmatch(relation):
        raise Refused("standing.relation_wrong", most=RELATION_CHARS_MAX)
    return relation


def checked_certificate(told: str) -> str:
    """A birth certificate's number. Raises Refused `standing.certificate_wrong`."""
    number = "".join(told.split()).upper()
    if not number.isascii() or not _BIRTH_CERTIFICATE.fullmatch(number):
        raise Refused("standing.certificate_wrong", length=len(number))
    return number


def refuse_helper(helper_id_number: str, person_id_number: str, today: date) -> None:
    """Who brings somebody, or is sent for them, is an adult and somebody else.

    Both numbers were checked (people.check_id_number). Raises Refused
    `standing.helper_is_person`, `standing.helper_minor`.
    """
    if helper_id_number == person_id_number:
        raise Refused("standing.helper_is_person")
    if age_on(born_of(helper_id_number), today) < OF_AGE:
        raise Refused("standing.helper_minor", years=OF_AGE)


def refuse_newborn_age(born: date, today: date) -> None:
    """Raises Refused `standing.newborn_age` for a day to come, or one long gone."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if born > today or months >= NEWBORN_MONTHS_MAX:
        raise Refused("standing.newborn_age", months=NEWBORN_MONTHS_MAX)


def is_chronic(category: str) -> bool:
    """Whether a batch settles under a chronic disease that is registered (慢特病, 两病)."""
    return category.partition(":")[0] in (CHRONIC, TWO_DISEASES)


def refuse_off_errand(standing: Standing, categories: Iterable[str]) -> None:
    """An errand brings home what is registered for the absent person, and nothing else.

    Looked at when a line is added, and again when it is priced: a registration may have
    ended meanwhile. Raises Refused `standing.errand_drug`.
    """
    if standing is Standing.ERRAND and not all(map(is_chronic, categories)):
        raise Refused("standing.errand_drug")


def refuse_uninsured(standing: Standing, coverage: Coverage) -> None:
    """Raises Refused `standing.newborn_unregistered`, `person.not_insured`."""
    if coverage.in_force:
        return
    if standing is Standing.NEWBORN:
        raise Refused("standing.newborn_unregistered")
    raise Refused("person.not_insured")


def is_registered(psn_no: str) -> bool:
    """Whether the province knows the person by this number; it does not know a newborn."""
    return not psn_no.startswith(UNREGISTERED)
