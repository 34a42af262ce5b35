"""What a technician's pages show: the line step by step, a face's picture, bytes, records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from terminal.core.screen_views import PartView


@dataclass(frozen=True, slots=True)
class NetworkStep:
    """One step on the way to the province."""

    step: str
    """`address`, `name`, `connection`, `tls`, `gateway` or `sign_in`."""
    code: str | None = None
    """None: well; else what is wrong, or `network.not_used`, `network.not_reached`."""
    took_ms: int | None = None
    detail: str = ""
    """Host, port, status: what was seen, never what was sent."""


@dataclass(frozen=True, slots=True)
class NetworkView:
    """The last try of the line."""

    steps: tuple[NetworkStep, ...] = ()
    running: bool = False
    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeardLine:
    """One line of the scanner, as a technician may see it."""

    at: datetime
    kind: str
    """What it was taken for (core/trace_codes.Kind)."""
    length: int
    """Bytes."""
    shown: str
    """Hexadecimal bytes; what may belong to a person is hidden (core/overheard)."""


@dataclass(frozen=True, slots=True)
class HeardView:
    """The scanner's test."""

    open: bool
    closes_in_s: int = 0
    lines: tuple[HeardLine, ...] = ()
    """Newest first."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record of the program's log, without anything personal."""

    at: datetime
    level: str
    """`debug`, `info`, `warning`, `error` or `critical`."""
    room: str
    """Which part of the program said it."""
    text: str


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as it is in force."""

    name: str
    value: str
    """Stars for a secret."""
    source: str
    """`variable`, `default`, or the file's path."""
    unit: str
    limits: str
    meaning: str
    """In English; the screens have their own Chinese."""


@dataclass(frozen=True, slots=True)
class FramingLimits:
    """Between which figures a face is judged at all."""

    side_min_px: int
    brightness_min: float
    brightness_max: float
    sharpness_min: float


@dataclass(frozen=True, slots=True)
class Framing:
    """What one picture of the camera is like, with nothing of the picture in it."""

    width: int
    height: int
    """Of the picture, pixels."""
    picture_brightness: float
    """Mean grey of the whole picture, 0 to 255."""
    limits: FramingLimits
    box: tuple[int, int, int, int] | None = None
    """Left, top, width and height of the largest face, pixels; None: no face."""
    brightness: float = 0.0
    """Mean grey of the face, 0 to 255."""
    sharpness: float = 0.0
    """Variance of the Laplacian of the face at 112 pixels a side."""
    gate: str | None = None
    """Why this picture would not be judged (`face.too_far`); None: it would."""

    @property
    def side_px(self) -> int:
        """The shorter side of the face's box."""
        return 0 if self.box is None else min(self.box[2:])


@dataclass(frozen=True, slots=True)
class EnrolledQuality:
    """How well the enrolled faces are kept: counts, and nobody's name."""

    people: int = 0
    templates: int = 0
    by_views: Mapping[str, int] = field(default_factory=dict)
    """People by how many pictures are kept of them: `one`, `few` (2 or 3), `good`."""
    by_live: Mapping[str, int] = field(default_factory=dict)
    """Templates by how alive the face looked: `low`, `middle`, `high`."""
    by_age: Mapping[str, int] = field(default_factory=dict)
    """People by when they were enrolled last: `year`, `older`."""
    of_other_weights: int = 0
    """People known by earlier weights only, or by none that are here."""


@dataclass(frozen=True, slots=True)
class PartsView:
    """Every part, and when it was looked at."""

    checked_at: datetime
    parts: tuple[PartView, ...]
