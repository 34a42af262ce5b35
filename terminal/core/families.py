"""Who may stand in for whom (亲情账户): what a binding rests on, and what it allows.

A binding lets a holder act for one member, never for the member's own members: leave is
given by each person for themselves. Paying the person's share from a relative's account
(家庭共济) is another permission, the province's own, and follows from no binding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from terminal.core.faults import Refused


class Scope(StrEnum):
    """What a holder may do for a member."""

    SETTLE = "settle"
    COLLECT = "collect"
    """Take drugs home."""
    ASK = "ask"
    """See what was paid and what is left."""


ALL_SCOPES = frozenset(Scope)

ACTING = frozenset({Scope.SETTLE, Scope.COLLECT})
"""With either of these a holder may stand at the counter for the member."""


class Basis(StrEnum):
    """What a binding rests on."""

    FACE = "face"
    """The member looked at the camera and agreed."""
    DOCUMENTS = "documents"
    """For a member under sixteen: household register, birth certificate, guardianship."""
    WITNESS = "witness"
    """For whoever can give no face: a doctor saw it, and confirmed it a second time."""
    PROVINCE = "province"
    """The province told of it; it wins over one made here."""
    CARRIED_OVER = "carried_over"
    """Made by an earlier version, which did not write down what it rested on."""


class EndedBy(StrEnum):
    """Who or what ended a binding; it never begins again."""

    HOLDER = "holder"
    MEMBER = "member"
    DOCTOR = "doctor"
    PROVINCE = "province"
    DEATH = "death"
    EXPIRED = "expired"
    REPLACED = "replaced"
    COUNTY = "county"
    """Ended at the county, which told every terminal."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A holder's leave to act for a member."""

    binding_id: str
    holder_id: str
    member_id: str
    relation: str
    """What the member is to the holder, in plain Chinese: 儿子, 母亲."""
    scopes: frozenset[Scope]
    basis: Basis
    valid_from: date
    valid_until: date
    """The last day on which it holds."""
    made_at: datetime
    witness: str = ""
    """National code of the doctor before whom it was made; empty from the province."""
    document: str = ""
    """Kind of document that was seen, never its number."""
    reason: str = ""
    """Why the member can give no face: infant, dementia, facial_palsy."""
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on this day."""
        return self.ended_at is None and self.valid_from <= day <= self.valid_until

    @property
    def may_stand(self) -> bool:
        """Whether the holder may stand at the counter for the member."""
        return bool(self.scopes & ACTING)

    def refuse_unless_settles(self) -> None:
        """Raises Refused `family.collect_only`: taking drugs home agrees to no amount."""
        if Scope.SETTLE not in self.scopes:
            raise Refused("family.collect_only")


@dataclass(frozen=True, slots=True, repr=False)
class ToldRelative:
    """A relative of somebody, as the province names them."""

    psn_no: str
    id_number: str
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class ToldBinding:
    """A holder's binding as the province tells of it."""

    member: ToldRelative
    relation: str
    """What the member is to the holder, in plain Chinese."""
    valid_until: date
    """The last day on which it holds; a day that is over: the province ended it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for when somebody is to be bound, and agreed to."""

    relation: str
    scopes: frozenset[Scope]
    valid_until: date
    document: str = ""
    reason: str = ""
