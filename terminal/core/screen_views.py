"""What the screens show besides the visit on the counter: papers, months, what is mine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from terminal.core.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class PriceTold:
    """What a box held to the scanner costs, with no visit open."""

    name: str
    """Drug and specification: for this page and for whoever holds the box."""
    spec: str
    listed: bool
    """Whether it is in the insurance catalogue."""
    price: Money
    """Of a whole pack."""
    fund: Money | None
    """What the fund pays by the rule, or of this person today; None: not known."""
    own: Money | None
    why: tuple[str, ...] = ()
    """Codes of why, from the closed list of the bill's sentences."""
    for_whom: str = ""
    """Masked name, when a face was recognised; empty: the rule for everybody."""
    code: str = "price.told"
    """`price.told`, or why there is no price: `price.not_listed`, `price.sold`, ..."""
    as_of: date | None = None
    """Of what day the person's insurance is; None: the rule for everybody."""


@dataclass(frozen=True, slots=True)
class PaperView:
    """The printer, and what waits for it."""

    away: str | None = None
    """Code of what is wrong with the printer; None: well, or there is none."""
    fitted: bool = False
    """Whether this terminal has a printer at all."""
    waiting: int = 0
    """Papers that will be printed when it is back."""
    asks: bool = False
    """So many wait that nothing is printed before somebody says so."""


@dataclass(frozen=True, slots=True)
class PadSlip:
    """One numbered blank slip."""

    number: int
    printed_at: datetime
    visit_id: str = ""
    entered_at: datetime | None = None
    spoilt_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day's visits in the month's picture."""

    day: date
    visits: int
    total: Money
    fund: Money


@dataclass(frozen=True, slots=True)
class MonthPicture:
    """A month at a glance, with the four figures that the bureau looks at."""

    year: int
    month: int
    visits: int
    """Settled and not cancelled."""
    mean_cost: Money
    """Of a visit; 次均费用."""
    fund_share: int | None
    """Share really paid by the fund, in thousandths; None where nothing was settled."""
    chronic_share: int | None
    """Visits with a 两病 settlement among all, in thousandths."""
    total: Money = ZERO
    fund: Money = ZERO
    days: tuple[MonthDay, ...] = ()
    clinic_fund: Money | None = None
    """What the clinic's fund was given for the year, where it is known."""
    clinic_fund_used: Money | None = None
    pace: int | None = None
    """Thousandths of the fund used beyond what the day of the year would give; may be negative."""
    waiting: int = 0
    """Visits opened in this month that are agreed to and not done."""
    cancelled: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class PastVisit:
    """A visit found again."""

    visit_id: str
    day: date
    masked_name: str
    state: str
    total: Money
    own: Money


@dataclass(frozen=True, slots=True, repr=False)
class FollowUp:
    """Somebody whose long-term drugs run out."""

    person_id: str
    name: str
    masked_name: str
    due: date
    drug: str


@dataclass(frozen=True, slots=True)
class MySettlement:
    """One settled visit, as its own person may see it."""

    visit_id: str
    day: date
    total: Money
    fund: Money
    own: Money
    lines: tuple[tuple[str, str, Money], ...] = ()
    """Name, quantity with its unit, sum."""


@dataclass(frozen=True, slots=True)
class LastsUntil:
    """How long what is left of the yearly limit lasts, at the usual drugs."""

    left: Money
    each: Money
    """What the fund pays each time."""
    every_days: int
    times_full: int
    """So many more times the fund pays all of it."""
    last_pays: Money
    """What it pays the time after; zero when it comes out even."""
    until: date | None
    """The day from which the limit no longer pays all; None: it lasts beyond this year."""


@dataclass(frozen=True, slots=True, repr=False)
class MyBinding:
    """One binding as its own person sees it, the other side masked."""

    relation: str
    """What the member is to the holder."""
    masked_name: str
    as_holder: bool
    """Whether it is this person who may act for the other."""
    until: date


@dataclass(frozen=True, slots=True, repr=False)
class MineView:
    """What a resident may ask about themselves, after a face and on their own screen."""

    visit_id: str
    masked_name: str
    insured: bool | None
    insutype: str
    paid_this_year: bool | None
    """Whether this year's contribution was paid; None: not told."""
    fund_used: Money | None
    fund_limit: Money | None
    contract: str | None
    packages: tuple[str, ...]
    """Names of the service packages of the contract."""
    registrations: tuple[str, ...]
    family: tuple[MyBinding, ...]
    settlements: tuple[MySettlement, ...]
    lasts: LastsUntil | None
    closes_in_s: int
    """It closes by itself, unless something is tapped."""
    as_of: datetime | None = None
    """Of when the insurance is; None: nothing was ever told."""
    for_another: bool = False
    """A relative with leave to ask stands here: only what was paid and what is left."""
    opened: str = ""
    """The settlement whose lines are shown, because it was tapped."""


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of the terminal, for the technician."""

    part: str
    state: str
    """`well`, `weak` or `away`."""
    code: str = ""
    """What is wrong, when something is."""
    measured: Mapping[str, str] = field(default_factory=dict)
    """What was measured, with its unit in the value."""
