"""Who somebody is and how that was known, as a settlement's evidence tells it.

Scores are text, for the record is signed; what nobody wrote down is empty.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class PersonTold:
    """Somebody, as far as the reader may see."""

    name: str
    certno: str
    psn_no: str


@dataclass(frozen=True, slots=True)
class ConsentTold:
    """The leave to keep a face that was in force when the visit was opened."""

    version: str
    given_at: str
    witness: str
    withdrawn_at: str
    """Since then; empty: never."""


@dataclass(frozen=True, slots=True)
class FaceTold:
    """One decision about a face: never the face itself."""

    at: str
    outcome: str
    camera: str
    """Which camera, as the system knows it: class, name, maker's numbers, place."""
    live_score: str
    similarity: str
    threshold: str
    people: str
    """Among how many people was searched."""
    challenged: str
    model_digest: str


@dataclass(frozen=True, slots=True)
class IdentifiedTold:
    """How it was known who the person is."""

    how: str
    similarity: str
    live_score: str
    challenge: str
    second_factor: str
    face_agrees: str
    """yes, no, or empty: there was no face to compare with the claimed number."""
    confirmed_at: str
    """When the doctor vouched for the person; empty where nobody had to."""
    confirmed_by: str
    consent: ConsentTold | None
    faces: tuple[FaceTold, ...]


@dataclass(frozen=True, slots=True, repr=False)
class BindingTold:
    """The binding under which a relative stood there."""

    binding_id: str
    basis: str
    scopes: tuple[str, ...]
    valid_from: str
    valid_until: str
    made_at: str
    witness: str
    document: str
    reason: str
    ended_at: str
    ended_by: str


@dataclass(frozen=True, slots=True, repr=False)
class StandingTold:
    """Who stood at the counter, and in what relation to the person treated."""

    standing: str
    holder: PersonTold | None
    """A relative known here."""
    relation: str
    binding: BindingTold | None
    companion: PersonTold | None
    """Somebody who was noted: who brought the person, or was sent."""
    noted_by: str


@dataclass(frozen=True, slots=True)
class DoctorTold:
    """Who treated, or agreed, or signed: by national code."""

    code: str
    name: str
