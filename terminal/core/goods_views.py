"""What the screens are told about boxes, goods, warnings and the shelf.

Frozen values, as core/counter's; words for people are chosen by the screens from codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from terminal.core.boxes import BoxState, ScanMode
from terminal.core.money import Money


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCK = "block"
    """Not billed so: the line must go, or what is wrong be put right."""
    WARN = "warn"
    """The doctor may go on with a reason, which is stored."""
    HINT = "hint"
    """Good to know; nothing is asked."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A warning before the platform would refuse (事前提醒), beside its line."""

    rule: str
    """Name of the rule in the rule base."""
    severity: Severity
    words: str
    """The rule's own words, from its file, with the facts filled in."""
    basis: str
    """Where the rule comes from, from its file."""
    number: int | None = None
    """The line it is about; None: the whole visit."""
    reason: str = ""
    """Why the doctor goes on all the same; empty while nothing was said."""

    @property
    def open(self) -> bool:
        """Whether it still stands between the bill and its confirmation."""
        return self.severity is Severity.BLOCK or (
            self.severity is Severity.WARN and not self.reason
        )


@dataclass(frozen=True, slots=True)
class OpenedBox:
    """A box sold by the tablet, and what is left in it."""

    box: int
    """Number of its account; screens never handle the code itself."""
    item_code: str
    name: str
    spec: str
    unit: str
    """The small unit: 片, 支, 瓶."""
    units: int
    left: int
    opened_at: datetime
    code_shown: str


@dataclass(frozen=True, slots=True)
class BagBox:
    """A box in the bag for home visits."""

    name: str
    spec: str
    code_shown: str
    packed_at: datetime


@dataclass(frozen=True, slots=True)
class Unbound:
    """An unknown prefix that was scanned, on its way to a drug of this clinic."""

    prefix: str
    code_shown: str
    proposed: str = ""
    """The drug's code, once the doctor has picked one; then a second look is asked for."""
    proposed_name: str = ""
    proposed_spec: str = ""
    other_maker: bool = False
    """Another maker's own code, that is confirmed for this one box and not remembered."""


@dataclass(frozen=True, slots=True)
class RefusedBox:
    """A sold box of which the province would not take the report."""

    name: str
    code_shown: str
    masked_name: str
    said: str
    """The province's own words, unchanged."""
    at: datetime


@dataclass(frozen=True, slots=True)
class CourseView:
    """A treatment of several days, settled once and ticked off."""

    course_id: str
    masked_name: str
    name: str
    """In full, for the doctor alone."""
    item_name: str
    times: int
    done: int
    last_at: datetime | None
    due_today: bool


@dataclass(frozen=True, slots=True)
class CommonVisit:
    """A visit as it often is here: its diagnosis and its services, added by one tap."""

    number: int
    diagnosis_code: str
    diagnosis_name: str
    services: tuple[str, ...]
    """Names."""


@dataclass(frozen=True, slots=True)
class GoodsView:
    """Boxes and goods beside the visit, as the doctor sees them."""

    mode: ScanMode = ScanMode.SELL
    opened: tuple[OpenedBox, ...] = ()
    """With something left in them, oldest first."""
    bag: tuple[BagBox, ...] = ()
    unbound: Unbound | None = None
    refused: tuple[RefusedBox, ...] = ()
    """Newest first."""
    courses: tuple[CourseView, ...] = ()
    """Under way; those due today first."""
    common: tuple[CommonVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A drug, service or diagnosis found by name or pinyin initials."""

    kind: str
    """drug, service or diagnosis."""
    code: str
    name: str
    detail: str = ""
    exempt: str = ""
    """Billed by weight without a code: herbal_pieces or herbal_granules (core/boxes)."""
    opened: int | None = None
    """Number of an opened box that holds some of it."""


@dataclass(frozen=True, slots=True)
class StockRow:
    """What lies on the shelf of one drug, and what will be needed of it."""

    item_code: str
    name: str
    spec: str
    unit: str
    on_hand: Decimal | None
    """Packs; None while it was never counted."""
    needed: Decimal
    """Packs that people on this drug will need within the span looked at."""
    people: int
    """How many those are."""
    to_order: Decimal
    expires_on: date | None = None
    """The earliest expiry that is known of what lies there."""
    expires_soon: bool = False


@dataclass(frozen=True, slots=True)
class StockMove:
    """One entry of the stock book."""

    number: int
    item_code: str
    name: str
    kind: str
    """count, in, out."""
    packs: Decimal
    reason: str
    at: datetime
    by_whom: str
    told: str
    """to_tell, asked, told, refused, unknown, delivery_unknown, off."""
    said: str = ""


@dataclass(frozen=True, slots=True)
class ShelfView:
    """The shelf as it is, and who will need what."""

    day: date
    days_ahead: int
    rows: tuple[StockRow, ...]
    """What is short first."""
    moves: tuple[StockMove, ...] = ()
    """Newest first."""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OldPrice:
    """A price that changed since the scan: the doctor sees both."""

    now: str
    """Yuan a unit, as the catalogue has it now."""
    total_now: Money


@dataclass(frozen=True, slots=True)
class BoxTrace:
    """Where one box is and was, by its code: for the doctor and the inspector."""

    state: BoxState
    name: str
    code_shown: str
    batch: str
    lot: str
    steps: tuple[tuple[datetime, str, str], ...]
    """When, what (event of core/boxes), by whom."""
