"""What is measured of each part at one moment, before anybody judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from terminal.core.screen_views import PaperView
from terminal.core.status_views import StatusView


@dataclass(frozen=True, slots=True)
class CameraMeasured:
    """What comes from the camera."""

    width: int
    height: int
    frames_per_s: float
    code: str | None


@dataclass(frozen=True, slots=True)
class CountyTold:
    """How the county's signed files stand here."""

    asked_at: Mapping[str, datetime | None] = field(default_factory=dict)
    """By kind: when the county last answered for it."""
    stale: tuple[str, ...] = ()
    """Kinds without a word for too long, or of which what is held has expired."""


@dataclass(frozen=True, slots=True)
class CertificateTold:
    """The county's certificate of this terminal."""

    ends: datetime | None
    """None: it cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of this machine and what was installed on it."""

    disk_free_bytes: int | None = None
    drugs: int = 0
    services: int = 0
    filter_wanted: bool = False
    filter_fetched_at: datetime | None = None
    typing_port: str = ""
    api_listen: str = ""
    voice_pack: str = ""
    voice_files: int | None = None
    screens: str = ""
    assets_missing: tuple[str, ...] = ()
    county: CountyTold | None = None
    """None: this terminal has no county."""
    certificate: CertificateTold | None = None
    """None: it was never enrolled."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything measured at one moment. None: there is no such part, or nothing is known."""

    now: datetime
    status: StatusView
    paper: PaperView = field(default_factory=PaperView)
    camera: CameraMeasured | None = None
    place: Place = Place()
    store_bytes: int = 0
    read_ms: float | None = None
    last_answer_at: datetime | None = None
    newest_at: datetime | None = None
    ledger_entries: int = 0
