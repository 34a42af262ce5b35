"""How the parts of the terminal are, for whoever looks after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from terminal.core.kept_file import KeptFile


class KeyClass(StrEnum):
    """How well a key is kept, the best first."""

    STRONG = "strong"
    """In a chip that answers to a PIN, or unsealed by one at the start."""
    MEDIUM = "medium"
    """Handed over in memory by the system, sealed while the device is off."""
    WEAK = "weak"
    """In a file beside what it locks, bound to this machine."""


@dataclass(frozen=True, slots=True)
class KeysStatus:
    """Where the keys come from; of several the weakest. Never a key."""

    klass: KeyClass
    source: str
    """`credentials`, `secure_element` or `file`."""
    since: datetime | None = None
    """When the oldest of them was made; None: the source does not tell."""
    templates_unreadable: int = 0
    """Templates that no key of ours opens; whose they are enrols anew."""


@dataclass(frozen=True, slots=True)
class FacesStatus:
    """What recognises faces here, for whoever looks after the terminal."""

    pack: str
    model_digest: str
    licence: str
    warning: str | None
    """Such as `pack.research_only`."""
    measured: bool
    """Whether its thresholds were measured."""
    people: int
    """How many can be recognised."""
    to_enrol_anew: int
    """How many cannot, because their templates are of weights that are not here."""
    similarity_min: float
    """Asked of a face now, with so many people."""
    camera: str
    camera_class: str


@dataclass(frozen=True, slots=True)
class ScannerStatus:
    """How the scanner is; an open port with no bytes for days may be the wrong port."""

    where: str
    """What the settings name, and what it was found as: `/dev/serial/by-id/... (ttyACM1)`."""
    profile: str
    code: str | None
    """None when well; else what is wrong (drivers/scanner)."""
    last_byte_at: datetime | None
    """When the last byte came; None: none since the start."""
    lines: int
    noise: int
    unended: int


@dataclass(frozen=True, slots=True)
class StatusView:
    """How the parts of the terminal are."""

    away: Mapping[str, str]
    """Part to the code of what is wrong with it."""
    faces: FacesStatus
    scanner: ScannerStatus | None = None
    """None: no scanner is set."""
    kept: tuple[KeptFile, ...] = ()
    """The province's tables that are kept here."""
    troubles: Mapping[str, str] = field(default_factory=dict)
    """Kind of table to the code of why it could not be renewed; the old one stays."""
    keys: KeysStatus | None = None
    """None: nobody said."""
    since: Mapping[str, datetime] = field(default_factory=dict)
    """Part to the time at which it went away."""
