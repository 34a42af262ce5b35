"""What lies on the counter at one moment: the only thing a screen is told.

The desk makes a new one after every change and numbers it; screens draw it and decide
nothing. Frozen, so that any thread may read it. Texts for people are chosen by the
screens from the codes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from terminal.core.money import Money
from terminal.core.people import Identified
from terminal.core.visit import SettlementState, VisitState


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say: a fault's code, and facts that its words may mention."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class PersonCard:
    """A person as the doctor sees them. The resident's screen shows the masked forms."""

    person_id: str
    name: str
    masked_name: str
    masked_id: str
    gender: str
    """gend of the interface: 1 man, 2 woman."""
    age: int
    relation: str = ""
    """What this person is to the one who stands here: 儿子; empty for oneself."""
    insured: bool | None = None
    """None: the province has not been asked yet."""
    insutype: str = ""
    contract: str | None = None
    """Institution of the contract in force; empty: none; None: not told."""
    registrations: tuple[str, ...] = ()
    """Names of the chronic diseases registered and in force."""
    fund_used: Money | None = None
    fund_limit: Money | None = None
    """The yearly limit; None where the region has not said."""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One box or service on the bill."""

    number: int
    name: str
    spec: str
    quantity: str
    unit: str
    price: str
    """Unit price in yuan, as the catalogue has it."""
    total: Money
    category: str
    """Which settlement it belongs to: ordinary, two_diseases, chronic."""
    code_shown: str
    """The trace code in two groups, `8385793 0000879766660`; empty for a service."""


@dataclass(frozen=True, slots=True)
class Share:
    """What the province says of one settlement."""

    settlement_id: str
    category: str
    state: SettlementState
    total: Money
    fund: Money
    own: Money
    account: Money
    cash: Money
    hospital: Money
    full_self_pay: Money
    over_limit_price: Money
    advance_self_pay: Money
    in_scope: Money
    setl_id: str | None
    refusal: str | None = None
    """The province's own words when it refused, shown unchanged beside ours."""


@dataclass(frozen=True, slots=True)
class Bill:
    """All settlements of the visit together; the amount that the doctor confirms."""

    total: Money
    fund: Money
    own: Money
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class VisitView:
    """The visit on the counter."""

    visit_id: str
    state: VisitState
    revision: int
    """Raised by every change of the lines; the confirmation names it."""
    opened_at: datetime
    identified: Identified | None
    similarity: float | None
    person: PersonCard | None
    holder: PersonCard | None
    """The relative who stands here, when the visit is for someone else."""
    choices: tuple[PersonCard, ...]
    """For whom: oneself first, then the bound members. Only while choosing."""
    diagnosis: str | None
    diagnosis_name: str | None
    lines: tuple[Line, ...]
    bill: Bill | None
    """Only as long as it is what the province says of just these lines."""
    busy: str | None
    """What is being asked of the province now: person, pricing, settling, checking."""
    notice: Notice | None
    receipt: tuple[str, ...]
    """The receipt's lines once settled."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A visit that is not done and not on the counter."""

    visit_id: str
    state: VisitState
    masked_name: str
    opened_at: datetime
    own: Money | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the doctor can pick with one tap: a diagnosis or a service."""

    code: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CounterView:
    """Everything the screens show, numbered."""

    number: int
    day: date
    clinic_name: str
    doctor_name: str
    visit: VisitView | None
    hint: str | None
    """What the person before the camera can do (`face.too_far`), or what the eyes do."""
    scan: Notice | None
    """What became of the last scan; gone with the next change."""
    away: Mapping[str, str]
    """Part (camera, scanner, province, store) to the code of what is wrong with it."""
    waiting: tuple[Waiting, ...]
    diagnoses: tuple[Choice, ...]
    services: tuple[Choice, ...]
