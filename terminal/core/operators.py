"""Who works at this terminal: doctors and technicians, and what each may do.

A PIN is never kept: a memory-hard hash of it is (scrypt), and tries are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a page asks of whoever opens it."""

    RESIDENT = "resident"
    """Anybody before the terminal: nothing to sign in for."""
    DOCTOR = "doctor"
    TECHNICIAN = "technician"


class Registered(StrEnum):
    """What the province says of a doctor at this institution (5102)."""

    YES = "yes"
    NO = "no"
    """May record, but not settle insured."""
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, repr=False)
class Doctor:
    """Who answers for something at the province."""

    code: str
    """National code (atddr_no): D, six digits, six digits."""
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Operator:
    """Somebody who may sign in here."""

    operator_id: str
    name: str
    roles: frozenset[Role]
    doctor_code: str = ""
    """National code (atddr_no); empty for who is no doctor."""
    registered: Registered = Registered.NOT_ASKED
    checked_at: datetime | None = None
    """When 5102 was asked last."""
    person_id: str | None = None
    """Whose face signs them in as well, where they wanted that."""
    retired_at: datetime | None = None
    """From then on they cannot sign in; what they did keeps their name."""
