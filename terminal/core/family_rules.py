"""What a binding must satisfy before it is made, and the steps of making one.

Refused here is only what stands in the way for good; whoever is refused has their other
ways: an ID number and the doctor, for anybody who is present.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from terminal.core.families import Basis, Binding, Terms
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.months import months_after
from terminal.core.people import OF_AGE, Person, age_on
from terminal.core.people_views import BindingStep

INFANT_UNDER = 3
"""A face of so small a child is neither kept nor compared."""

WITNESS_REASONS = ("infant", "dementia", "facial_palsy")
OTHER_REASON = "other:"
"""Before the doctor's own words, where none of the reasons above fits."""

_WORDS_MAX = 60
"""Characters of a relation, a document or a reason: a few words."""

_DAY_SUM_MAX = Money(500_00)


@dataclass(frozen=True, slots=True)
class FamilyRules:
    """What a region and a clinic have settled on."""

    members_max: int = 6
    holders_max: int = 2
    valid_months_max: int = 36
    documents_under: int = 16
    """Years of age."""
    day_visits_max: int = 6
    day_sum_max: Money = _DAY_SUM_MAX
    pattern_members: int = 3


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """One of the two between whom a binding is to be made."""

    person: Person
    died: bool
    doubted: bool
    """Enrolled with the face of somebody else, and no doctor has told them apart."""


@dataclass(frozen=True, slots=True)
class Around:
    """The bindings in force around the two, as far as the rules look."""

    of_holder: Sequence[Binding]
    for_member: Sequence[Binding]
    members_of: Callable[[str], Collection[str]]
    """For whom a person may act; asked along a chain."""


def refuse_unless_may_bind(
    holder: Side,
    member: Side,
    around: Around,
    rules: FamilyRules,
    day: date,
) -> None:
    """Whether these two may be bound at all, whatever it rests on.

    Raises Refused `family.self`, `family.holder_died`, `family.member_died`,
    `family.holder_too_young`, `family.holder_doubted`, `family.loop`,
    `family.members_full`, `family.holders_full`. One that is made anew counts once.
    """
    first, second = holder.person.person_id, member.person.person_id
    if first == second:
        raise Refused("family.self")
    if holder.died:
        raise Refused("family.holder_died")
    if member.died:
        raise Refused("family.member_died")
    if age_on(holder.person.born, day) < OF_AGE:
        raise Refused("family.holder_too_young", least=OF_AGE)
    if holder.doubted:
        raise Refused("family.holder_doubted")
    if reaches(second, first, around.members_of):
        raise Refused("family.loop")
    if len({each.member_id for each in around.of_holder} - {second}) >= rules.members_max:
        raise Refused("family.members_full", most=rules.members_max)
    if len({each.holder_id for each in around.for_member} - {first}) >= rules.holders_max:
        raise Refused("family.holders_full", most=rules.holders_max)


def refuse_terms(basis: Basis, terms: Terms, member: Person, rules: FamilyRules, day: date) -> None:
    """Whether the member may be bound on these terms.

    Raises Refused `family.relation_wanted`, `family.scope_wanted`, `family.validity`,
    `family.documents_age`, `family.document_wanted`, `family.reason_wanted`.
    """
    if not 0 < len(terms.relation) <= _WORDS_MAX:
        raise Refused("family.relation_wanted", most=_WORDS_MAX)
    if not terms.scopes:
        raise Refused("family.scope_wanted")
    if not day <= terms.valid_until <= months_after(day, rules.valid_months_max):
        raise Refused("family.validity", most_months=rules.valid_months_max)
    if basis is Basis.DOCUMENTS:
        if age_on(member.born, day) >= rules.documents_under:
            raise Refused("family.documents_age", under=rules.documents_under)
        if not 0 < len(terms.document) <= _WORDS_MAX:
            raise Refused("family.document_wanted", most=_WORDS_MAX)
    if basis is Basis.WITNESS and not _is_reason(terms.reason, age_on(member.born, day)):
        raise Refused("family.reason_wanted", most=_WORDS_MAX)


def may_rest_on(
    member: Person, rules: FamilyRules, day: date, *, enrolled: bool
) -> tuple[Basis, ...]:
    """What a binding to this member may rest on, the surest first."""
    face = (Basis.FACE,) if enrolled else ()
    young = age_on(member.born, day) < rules.documents_under
    return (*face, *((Basis.DOCUMENTS,) if young else ()), Basis.WITNESS)


def reaches(start: str, end: str, members_of: Callable[[str], Collection[str]]) -> bool:
    """Whether a chain of bindings leads from one to the other, of any length."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        person_id = ahead.pop()
        if person_id == end:
            return True
        if person_id not in seen:
            seen.add(person_id)
            ahead.extend(members_of(person_id))
    return False


BINDING_ARROWS: dict[BindingStep, tuple[BindingStep, ...]] = {
    BindingStep.ASKING: (BindingStep.HOLDER, BindingStep.MEMBER, BindingStep.FAILED),
    BindingStep.HOLDER: (BindingStep.ASKING,),
    BindingStep.MEMBER: (
        BindingStep.ASKING,
        BindingStep.LOOKING,
        BindingStep.WITNESSING,
        BindingStep.DONE,
    ),
    BindingStep.LOOKING: (BindingStep.ASKING, BindingStep.MEMBER, BindingStep.DONE),
    BindingStep.WITNESSING: (
        BindingStep.ASKING,
        BindingStep.WITNESSING,
        BindingStep.LOOKING,
        BindingStep.MEMBER,
        BindingStep.DONE,
    ),
    BindingStep.DONE: (BindingStep.ASKING,),
    BindingStep.FAILED: (),
}
"""DONE by witness comes only from WITNESSING, by a face only from LOOKING; a look that came
to nothing leads back to MEMBER, where the other ways are."""


def _is_reason(reason: str, age: int) -> bool:
    if reason == "infant":
        return age < INFANT_UNDER
    words = reason.removeprefix(OTHER_REASON).strip()
    in_words = reason.startswith(OTHER_REASON) and 0 < len(words) <= _WORDS_MAX
    return reason in WITNESS_REASONS or in_words
