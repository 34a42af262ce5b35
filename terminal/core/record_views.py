"""What the screens show of the clinic's record system: handed over, pushed, prescribed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from terminal.core.money import Money


class What(StrEnum):
    """What is typed into the record system."""

    ID_NUMBER = "id_number"
    TRACE_CODES = "trace_codes"


@dataclass(frozen=True, slots=True)
class TypedView:
    """One typing, as it ended."""

    what: What
    begun_at: datetime
    count: int
    """Numbers typed whole."""
    wanted: int
    whole: bool | None
    """Whether all of them arrived; None: it is under way."""


@dataclass(frozen=True, slots=True)
class SettledThere:
    """A settlement of the record system, as the province tells."""

    setl_id: str
    at: str
    """setl_time as it came; may be empty."""
    total: Money
    fund: Money
    own: Money
    ours: bool = False
    """Whether it is held to be this visit's."""
    refunded: bool = False
    same_total: bool = False
    """Whether its total is that of the boxes and services scanned here."""


@dataclass(frozen=True, slots=True)
class HandedView:
    """What of a visit lies in the record system's hands. Only where that settles."""

    may_type: bool = False
    """Whether a keyboard into the record system is fitted and there."""
    typing_away: str | None = None
    """Code of what is wrong with it."""
    typed: tuple[TypedView, ...] = ()
    """Oldest first."""
    may_hand_over: bool = False
    asked_at: datetime | None = None
    """When the province was last asked what became of it."""
    found: tuple[SettledThere, ...] = ()
    """What the province tells of this person and this institution since the visit began."""
    total: Money | None = None
    """Of what was scanned and picked here, at this clinic's prices."""


class PushedState(StrEnum):
    """Where a pushed bill has come to, for whoever pushed it."""

    WAITING = "waiting"
    """The doctor has not taken it yet."""
    TAKEN = "taken"
    """It lies in a visit that is not settled yet."""
    SETTLED = "settled"
    UNKNOWN = "unknown"
    """It may be charged: ask again, never push it under another number."""
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """The doctor refused it, or its visit ended without a settlement; nothing is charged."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PushedLine:
    """One line of a pushed bill."""

    item_code: str
    """medins_list_codg of this clinic's catalogue."""
    quantity: str
    """Decimal as text, at most two places."""
    trace_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class PushedBill:
    """A bill as the record system pushed it."""

    number: str
    """The caller's own, up to 40 of letters, digits, - and _; unique to the caller."""
    id_number: str
    diagnosis: str = ""
    """ICD code as in this clinic's list; empty: the doctor picks."""
    lines: tuple[PushedLine, ...] = ()
    total: Money | None = None
    """What the caller believes it comes to; another sum here refuses it."""


@dataclass(frozen=True, slots=True)
class PushedResult:
    """What became of a pushed bill. Nothing of the person."""

    number: str
    state: PushedState
    received_at: datetime
    code: str = ""
    """Why it was refused; empty otherwise."""
    total: Money | None = None
    fund: Money | None = None
    own: Money | None = None
    setl_ids: tuple[str, ...] = ()
    mdtrt_ids: tuple[str, ...] = ()
    changed_at: datetime | None = None
    reason: str = ""
    """Why the doctor refused it (core/pushed.RefusalReason); empty otherwise."""
    lines_changed: bool = False
    """The doctor took lines off, or added some: the amounts are of another bill than was pushed."""
    shared_with_visit: bool = False
    """Another pushed bill lies in the same visit: amounts and numbers are of both together."""


@dataclass(frozen=True, slots=True, repr=False)
class PushedView:
    """A pushed bill that waits for the doctor."""

    client: str
    number: str
    received_at: datetime
    masked_name: str
    """Empty where this person was never here."""
    masked_id: str
    lines: int
    total: Money
    may_take: bool = False
    """Whether the visit in front is this person's and takes lines."""
    may_open: bool = False
    """Whether nobody is at the counter, so that it may open the visit."""
    maybe_twice: bool = False
    """The same person has the same total today already: pushed under another number, or
    charged."""


class RxState(StrEnum):
    """Where a county prescription has come to."""

    OPEN = "open"
    DISPENSED = "dispensed"
    """By somebody; whoever asks is told where."""
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class RxLine:
    """One drug of a prescription."""

    med_list_codg: str
    name: str
    spec: str
    quantity: str
    unit: str
    usage: str
    scanned: str = "0"
    """How much of it lies on the bill, in packs."""
    left: int = 0
    """Packs that are still to be scanned."""
    stocked: bool = True
    """Whether this clinic has a drug of that national code."""
    countable: bool = True
    """Whether its unit is one of that drug's, so that boxes can count for it."""


@dataclass(frozen=True, slots=True, repr=False)
class RxView:
    """A county prescription of the visit in front."""

    hi_rxno: str
    hospital: str
    doctor: str
    prescribed_on: date | None
    valid_until: date | None
    diagnosis: str
    state: RxState
    lines: tuple[RxLine, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
