"""What is registered with the province besides insurance: families, and who works where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Kin:
    """Somebody whom a holder may act for."""

    member: str
    relation: str
    """What the member is to the holder."""
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A doctor, as registered with an institution."""

    code: str
    name: str
    department: str
    department_name: str
    until: date | None = None
    """The last day there; None while nobody has said so."""
