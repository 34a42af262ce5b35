"""Families, consent and who works here, as the screens show them.

Kept apart from the counter's own view: these pages are opened seldom, and drawn when they
are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from terminal.core.families import Basis, Scope, Terms
from terminal.core.operators import Registered, Role
from terminal.core.people import Person, age_on, masked_id, masked_name
from terminal.core.standing import Standing


class BindingStep(StrEnum):
    """Where the making of a binding has come to."""

    ASKING = "asking"
    """The province is asked who somebody is."""
    HOLDER = "holder"
    """The holder is known: their bindings are shown, and whom to bind is asked."""
    MEMBER = "member"
    """The member is known: what the binding rests on, and its terms, are asked."""
    LOOKING = "looking"
    """The member looks at the camera."""
    WITNESSING = "witnessing"
    """The doctor has said why there is no face, and is asked a second time."""
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, repr=False)
class PersonLine:
    """A person in a list of the doctor's."""

    person_id: str
    name: str
    masked_name: str
    masked_id: str
    age: int

    @classmethod
    def of(cls, person: Person, today: date) -> PersonLine:
        return cls(
            person.person_id,
            person.name,
            masked_name(person.name),
            masked_id(person.id_number),
            age_on(person.born, today),
        )


@dataclass(frozen=True, slots=True, repr=False)
class BindingView:
    """One binding, seen from either side."""

    binding_id: str
    other: PersonLine
    relation: str
    """What the member is to the holder."""
    scopes: tuple[Scope, ...]
    basis: Basis
    valid_until: date
    as_holder: bool
    """Whether the page's person is the holder; else somebody may act for them."""
    from_province: bool


@dataclass(frozen=True, slots=True, repr=False)
class FamilyView:
    """The family page: one person's bindings, and one being made."""

    step: BindingStep
    holder: PersonLine | None = None
    bindings: tuple[BindingView, ...] = ()
    aid_payers: tuple[PersonLine, ...] = ()
    """Whose account may pay this person's share (家庭共济), as the province says."""
    member: PersonLine | None = None
    may: tuple[Basis, ...] = ()
    """What a binding to this member may rest on."""
    hint: str | None = None
    """While the member looks: what they can do."""
    notice: str | None = None
    """Code of why it ended or cannot go on."""
    said: str = ""
    """The province's own words."""
    asked: Terms | None = None
    """What the member or the doctor agrees to, while they are asked."""


@dataclass(frozen=True, slots=True, repr=False)
class CompanionView:
    """Who stands here with or for the visit's person."""

    standing: Standing
    name: str
    masked_name: str
    relation: str


@dataclass(frozen=True, slots=True, repr=False)
class HeldView:
    """Everything that the terminal holds about one person."""

    person: PersonLine
    lines: tuple[str, ...]
    """As printed on the slip: plain sentences, the person's own numbers masked."""
    may_withdraw: bool
    """Whether there is a consent to take back."""


@dataclass(frozen=True, slots=True, repr=False)
class Forgotten:
    """Somebody whose unused face will be erased."""

    person: PersonLine
    erased_on: date


@dataclass(frozen=True, slots=True, repr=False)
class OperatorCard:
    """Somebody who may sign in, as the sign-in page shows them."""

    operator_id: str
    name: str
    roles: tuple[Role, ...]
    doctor_code: str = ""
    registered: Registered = Registered.NOT_ASKED
    locked_until: datetime | None = None
    """After too many wrong PINs."""
    has_face: bool = False
    """Whether a look at the camera signs them in as well."""


@dataclass(frozen=True, slots=True, repr=False)
class OnDuty:
    """Who is on duty at the counter, for the doctor's screen."""

    operator: OperatorCard | None = None
    """None: nobody was ever made an operator here."""
    signed_in: bool = False
    insured_refused: bool = False
    """The province does not know this doctor at this institution: records only."""
    others: tuple[OperatorCard, ...] = field(default_factory=tuple)
    """To whom a shift may be handed over."""
