"""The bill as the screens are told of it: its lines, and what the province says of each share."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.core.charge import SettlementState
from terminal.core.goods_views import OldPrice
from terminal.core.money import Money


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
    split: bool = False
    """Small units out of an opened box; `unit` is then the small one."""
    left: int | None = None
    """Of a split line: what is left in that box."""
    untraced: str = ""
    """Why a drug has no code (core/boxes.Untraced)."""
    typed: bool = False
    """Its code was read by eye and typed in."""
    days: int | None = None
    """For how many days it supplies the person."""
    countable: bool = False
    """Whether its quantity can be changed."""
    new_price: OldPrice | None = None
    """The catalogue's price, where it changed since the scan."""
    course_times: int = 0
    """Settled once for so many times; 0: not a course."""


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
    agreed_own: Money | None = None
    """What was agreed to; another `own` beside it is a difference to look at."""
    refusal: str | None = None
    """The province's own words when it refused, shown unchanged beside ours."""


@dataclass(frozen=True, slots=True)
class Bill:
    """All settlements of the visit together; the amount that the doctor confirms."""

    total: Money
    fund: Money
    own: Money
    shares: tuple[Share, ...]
    estimated: bool = False
    """Reckoned by us while the province is away: a ceiling to agree to, never a bill."""
