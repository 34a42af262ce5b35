"""Who stands here for whom, and what is drawn on a person's card.

Pure. For the resident's screen, so without a name in full.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from kiosk_ui.people_names import SCOPES
from terminal.core.counter import PersonCard, VisitView
from terminal.core.families import Scope
from terminal.core.people import Identified
from terminal.core.people_views import BindingStep, FamilyView
from terminal.core.standing import Standing
from terminal.core.visit import VisitState

_BABY_UNDER, _CHILD_UNDER, _OLD_FROM = 3, 16, 65
"""Years: only for which figure is drawn."""

_OVER = {VisitState.CLOSED, VisitState.ABANDONED, VisitState.CANCELLED}

_OWN_FAMILY = {
    VisitState.CHOOSING,
    VisitState.PRESENTED,
    VisitState.IDENTIFIED,
    VisitState.SETTLED,
}
"""When whoever was recognised may look at their own bindings: nothing else is asked."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Who stands here beside or instead of the visit's person, masked."""

    standing: Standing
    who: str
    relation: str
    """Under a binding, what the person is to the holder; else what the companion is to
    the person."""


@dataclass(frozen=True, slots=True)
class OwnBinding:
    """One binding as its own people see it, masked."""

    binding_id: str
    other: str
    relation: str
    scopes: tuple[str, ...]
    valid_until: date
    as_holder: bool


@dataclass(frozen=True, slots=True)
class AskedToBind:
    """A member before the camera: to whom they give leave, masked, and what they can do."""

    holder: str
    member: str
    scopes: tuple[str, ...]
    valid_until: date | None
    hint: str | None


def stands_here(visit: VisitView | None) -> Stands | None:
    """Who stands here for the visit's person; None for the person alone."""
    if visit is None or visit.person is None or visit.state in _OVER:
        return None
    if visit.holder is not None:
        return Stands(Standing.FAMILY, visit.holder.masked_name, visit.person.relation)
    if visit.companion is not None:
        with_them = visit.companion
        return Stands(with_them.standing, with_them.masked_name, with_them.relation)
    if visit.standing in {Standing.ERRAND, Standing.NEWBORN}:
        return Stands(visit.standing, "", "")
    return None


def may_see_family(visit: VisitView | None) -> bool:
    """Whether somebody's face was recognised, who may see and end their own bindings."""
    return (
        visit is not None
        and visit.state in _OWN_FAMILY
        and visit.busy is None
        and (visit.holder is not None or visit.identified is Identified.BY_FACE)
        and visit.standing in {Standing.SELF, Standing.FAMILY}
    )


def own_bindings(family: FamilyView | None) -> tuple[OwnBinding, ...]:
    """The bindings of whoever was recognised, of either side."""
    return tuple(
        OwnBinding(
            binding_id=bound.binding_id,
            other=bound.other.masked_name,
            relation=bound.relation,
            scopes=_named(bound.scopes),
            valid_until=bound.valid_until,
            as_holder=bound.as_holder,
        )
        for bound in (family.bindings if family else ())
    )


def asked_to_bind(family: FamilyView | None) -> AskedToBind | None:
    """What the member sees while they look at the camera to give leave."""
    if family is None or family.step is not BindingStep.LOOKING:
        return None
    if family.holder is None or family.member is None:
        return None
    asked = family.asked
    return AskedToBind(
        holder=family.holder.masked_name,
        member=family.member.masked_name,
        scopes=_named(asked.scopes) if asked else (),
        valid_until=asked.valid_until if asked else None,
        hint=family.hint,
    )


def _named(scopes: Collection[Scope]) -> tuple[str, ...]:
    return tuple(SCOPES[scope] for scope in Scope if scope in scopes)


def figure_of(card: PersonCard) -> str:
    """The drawing of a person, as templates/figures.html has it."""
    if card.age < _BABY_UNDER:
        return "baby"
    woman = card.gender == "2"
    if card.age < _CHILD_UNDER:
        return "girl" if woman else "boy"
    if card.age >= _OLD_FROM:
        return "grandmother" if woman else "grandfather"
    return "woman" if woman else "man"
