"""How sure the counter must be of who stands there, and of what they do for others.

A face opens a visit; a large amount asks for one thing more: a challenge passed before
the camera, the last digits of an ID number, or the doctor's word. So do a face that
somebody else has as well, a child brought by whom the papers do not show as a parent, and
a holder who acts for many on one day. Whoever has none of the first two always has the
third: money never waits for a face.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from terminal.core.families import Basis
from terminal.core.family_rules import FamilyRules
from terminal.core.money import Money
from terminal.core.people import Identified
from terminal.core.recognition import Challenged

DIGITS_TRIES_MAX = 3
"""How often the last digits may be tried on one day, over all visits: after that the doctor
says who it is. Twins need fewer guesses than strangers: the last digit follows from the
others."""

DIGITS_ASKED = 4
"""How many of an ID number's last characters are asked: nobody has to know all eighteen."""

GUARDED_UNDER = 14
"""Years of age: for a smaller child a parent or guardian decides (PIPL, article 31)."""

_CHILDREN = frozenset(
    {"儿子", "女儿", "子女", "孩子", "孙子", "孙女", "外孙", "外孙女", "被监护人"}
)
"""What a child is to a parent, to a grandparent who raises it, or to a guardian."""


class SecondFactor(StrEnum):
    """What was asked besides the face."""

    ID_DIGITS = "id_digits"
    DOCTOR = "doctor"


class Why(StrEnum):
    """Why more than a face is asked for."""

    AMOUNT = "assurance.amount"
    LOOK_ALIKE = "assurance.look_alike"
    """Somebody else has this face as well, and nothing but the face was asked."""
    GUARDIAN = "assurance.guardian"
    """A child, and no paper shows that the holder answers for it."""
    DAY_VISITS = "assurance.day_visits"
    DAY_SUM = "assurance.day_sum"
    PATTERN = "assurance.pattern"
    """One holder, many members, one day."""


DOCTORS_ALONE = frozenset({Why.DAY_VISITS, Why.DAY_SUM, Why.PATTERN})
"""A holder who misuses their leave knows their own digits."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who stands there, and what they were asked besides the face."""

    identified: Identified | None
    challenged: Challenged
    second_factor: str | None
    face_agrees: bool | None
    looks_like_another: bool = False
    answered: frozenset[str] = frozenset()
    """What the doctor has answered for."""

    @property
    def assured(self) -> bool:
        return assured(
            self.identified, self.challenged, self.second_factor, face_agrees=self.face_agrees
        )


@dataclass(frozen=True, slots=True)
class Acting:
    """What a holder does here, and has done on this day, with this visit."""

    relation: str
    basis: Basis
    member_age: int
    """In years, of whom the visit is for."""
    day_visits: int
    day_sum: Money
    day_members: int


def wanted(
    amount: Money,
    asked_from: Money | None,
    actor: Actor,
    acting: Acting | None,
    rules: FamilyRules,
) -> tuple[Why, ...]:
    """Why more is asked before this amount may be agreed to; nothing when it may be.

    `asked_from`: None where no amount asks for more. `acting`: None for whoever stands
    there for themselves. A challenge proves that a face is alive, not which of two it is
    nor whose child that is; those two want the digits or the doctor.
    """
    by_face = actor.identified in (Identified.BY_FACE, Identified.BY_RELATIVE)
    found = {
        Why.AMOUNT: asks_for_more(amount, asked_from),
        Why.LOOK_ALIKE: by_face and actor.looks_like_another,
    }
    if acting is not None:
        found[Why.GUARDIAN] = not _answers_for(acting)
        found[Why.DAY_VISITS] = acting.day_visits > rules.day_visits_max
        found[Why.DAY_SUM] = acting.day_sum > rules.day_sum_max
        found[Why.PATTERN] = acting.day_members >= rules.pattern_members
    return still_open([why for why, holds in found.items() if holds], actor)


def still_open(reasons: Collection[Why], actor: Actor) -> tuple[Why, ...]:
    """Those of these reasons that nothing has answered yet."""

    def answered(why: Why) -> bool:
        if why in DOCTORS_ALONE:
            return why in actor.answered
        return actor.assured if why is Why.AMOUNT else actor.second_factor is not None

    return tuple(why for why in reasons if not answered(why))


def digits_help(reasons: Collection[str]) -> bool:
    """Whether the last digits answer any of these; else only the doctor's word does."""
    return bool(set(reasons) - DOCTORS_ALONE)


def challenge_helps(reasons: Collection[str]) -> bool:
    """Whether a challenge before the camera answers any of these."""
    return Why.AMOUNT in reasons


def assured(
    identified: Identified | None,
    challenged: Challenged,
    second_factor: str | None,
    *,
    face_agrees: bool | None,
) -> bool:
    """Whether more than a look at a face says who this is.

    A doctor has compared whoever gave an ID number with the card; that is enough unless the
    camera saw another face.
    """
    if identified is Identified.BY_ID_NUMBER and face_agrees is not False:
        return True
    return challenged is Challenged.PASSED or second_factor is not None


def asks_for_more(amount: Money, asked_from: Money | None) -> bool:
    """Whether so large an amount asks for more than a face; None: none does."""
    return asked_from is not None and amount >= asked_from


def digits_fit(id_number: str, typed: str) -> bool:
    """Whether these are the last characters of the ID number; X may be small."""
    return len(typed) == DIGITS_ASKED and id_number[-DIGITS_ASKED:] == typed.upper()


def _answers_for(acting: Acting) -> bool:
    """Whether a paper, or what the child is to them, says that the holder decides for it."""
    papers = acting.basis in (Basis.DOCUMENTS, Basis.PROVINCE)
    return acting.member_age >= GUARDED_UNDER or papers or acting.relation in _CHILDREN
