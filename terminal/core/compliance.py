"""The facts of one page: what this device keeps, of whom, where, how long, and how well.

For the impact assessment of PIPL articles 55 and 56 and the rules on face recognition in
force since 2025-06-01. Every figure is measured when it is asked for. A fact that nobody
knows is no empty cell: the page is refused and names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from terminal.core.calibration import Calibration, Threshold
from terminal.core.faults import Refused
from terminal.core.listeners import Listener
from terminal.core.measured_rates import MeasuredRate
from terminal.core.status_views import FacesStatus, KeysStatus

FILING_PEOPLE = 100_000
"""From so many stored faces on they are filed with the provincial authority (article 15 of
the rules on face recognition)."""

Fact = TypeVar("Fact")


class Kept(StrEnum):
    """What kind of thing a table of the store keeps."""

    PEOPLE = "people"
    CONSENT = "consent"
    FACES = "faces"
    """Templates and what is known of them; never a picture."""
    FACE_DECISIONS = "face_decisions"
    VISITS = "visits"
    MONEY = "money"
    MESSAGES = "messages"
    GOODS = "goods"
    STAFF = "staff"
    LEDGER = "ledger"
    COUNTERS = "counters"
    """Numbers given out, and when something was done last: nobody's."""


TABLES: Mapping[str, Kept] = {
    **dict.fromkeys(
        ("person", "coverage", "relative_binding", "mutual_aid", "companion", "newborn"),
        Kept.PEOPLE,
    ),
    "consent": Kept.CONSENT,
    **dict.fromkeys(
        (
            "template",
            "enrolment",
            "face_use",
            "look_alike",
            "same_face",
            "other_face",
            "always_challenge",
        ),
        Kept.FACES,
    ),
    "face_decision": Kept.FACE_DECISIONS,
    **dict.fromkeys(
        (
            "visit",
            "visit_step",
            "line",
            "finding_reason",
            "elsewhere",
            "offline_record",
            "course",
            "course_tick",
            "agreement",
            "paper",
            "pad_slip",
            "typed",
            "settled_there",
            "pushed_bill",
            "callback",
            "prescription",
        ),
        Kept.VISITS,
    ),
    **dict.fromkeys(
        ("settlement", "settlement_step", "payment", "closing", "drawer_count"), Kept.MONEY
    ),
    **dict.fromkeys(("message", "sale_report"), Kept.MESSAGES),
    **dict.fromkeys(
        (
            "box",
            "box_step",
            "box_return",
            "opened_box",
            "stock_move",
            "binding",
            "catalogue_file",
            "province_prefix",
            "province_diagnosis",
        ),
        Kept.GOODS,
    ),
    "operator": Kept.STAFF,
    "api_client": Kept.STAFF,
    "ledger": Kept.LEDGER,
    "ledger_seal": Kept.LEDGER,
    "counter": Kept.COUNTERS,
    "fact": Kept.COUNTERS,
}
"""Every table of the store. One that is not listed is a fact that is missing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is kept."""

    file: str
    bytes: int
    """Of the file and of what waits beside it to be written into it."""
    encrypted: bool
    """Whether the file's first bytes are none that a database begins with in the clear."""


@dataclass(frozen=True, slots=True)
class PeopleCounted:
    """How many people, and what they agreed to."""

    known: int
    enrolled: int
    templates: int
    templates_sealed: int
    """Under a key of their own, apart from the names."""
    consents: int
    in_force: int
    withdrawn: int
    """By somebody's word: what ended because nobody used the face is counted below."""
    by_guardian: int
    erased_unused: int
    """Entries of the ledger: faces erased because nobody used them."""
    bindings: int
    """Family bindings that nobody has ended."""


@dataclass(frozen=True, slots=True)
class StaffCounted:
    """Who works here."""

    doctors: int
    technicians: int
    retired: int


@dataclass(frozen=True, slots=True)
class LedgerCounted:
    """The ledger, and when it was verified last."""

    entries: int
    seals: int
    sealed_to: int
    verified_at: datetime
    verified_to: int
    """Up to which entry."""
    sound: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """One network of the pack."""

    task: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DeviceTold:
    """What settings, weights and program say of this device."""

    clinic_name: str
    fixmedins_code: str
    software: str
    """Version of the program."""
    consent_version: str
    unused_months: int
    announced_days: int
    decisions_max: int
    """Decisions about faces that are kept; older ones are let go."""
    web_port: int
    fpir_max: float
    calibration: Calibration
    weights: tuple[Weights, ...]


@dataclass(frozen=True, slots=True)
class ComplianceFacts:
    """The page."""

    made_at: datetime
    device: DeviceTold
    kept: Mapping[Kept, int]
    """Rows by kind of thing."""
    place: Place
    people: PeopleCounted
    faces: FacesStatus
    threshold: Threshold
    """What is asked of a face now, and how often a stranger would be named."""
    rates: tuple[MeasuredRate, ...]
    """Empty: nothing was measured here of these weights, and the page says so."""
    keys: KeysStatus
    ledger: LedgerCounted
    staff: StaffCounted
    listeners: tuple[Listener, ...]

    @property
    def must_file(self) -> bool:
        """Whether so many faces are kept that they are filed with the province."""
        return self.people.enrolled >= FILING_PEOPLE

    @property
    def ours_beyond_loopback(self) -> tuple[Listener, ...]:
        """Sockets of the terminal that others on the network reach: there should be none."""
        return tuple(each for each in self.listeners if each.ours and not each.loopback)

    @property
    def others_beyond_loopback(self) -> tuple[Listener, ...]:
        """What else on this device others on the network reach."""
        return tuple(each for each in self.listeners if not each.ours and not each.loopback)


def told(name: str, fact: Fact | None) -> Fact:
    """The fact. Raises Refused `compliance.fact_missing` where nobody knows it."""
    if fact is None or fact == "":
        raise Refused("compliance.fact_missing", fact=name)
    return fact


def by_kind(rows: Mapping[str, int]) -> dict[Kept, int]:
    """Rows of each kind of thing, from the rows of each table.

    Raises Refused `compliance.fact_missing` for a table that nobody has sorted.
    """
    found = dict.fromkeys(Kept, 0)
    for table, count in rows.items():
        found[told(f"table.{table}", TABLES.get(table))] += count
    return found
