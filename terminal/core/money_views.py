"""What the screens are told about money beside the bill: paid, owed, waiting, told, closed.

Frozen values, as core/counter's; words for people are chosen by the screens from codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from terminal.core.money import Money


class Way(StrEnum):
    """How money came over the counter."""

    CASH = "cash"
    """现金"""
    CODE = "code"
    """收款码: the clinic's own payment code; the terminal only writes it down."""
    ACCOUNT = "account"
    """医保账户, as the settlement says: never typed in."""
    FAMILY = "family"
    """亲情 (家庭共济), as the settlement says."""


class PaymentKind(StrEnum):
    """What a row of the cash book is."""

    PAID = "paid"
    DEPOSIT = "deposit"
    """Taken before anybody knew the amount: never counted as paid."""
    DEPOSIT_RETURNED = "deposit_returned"
    LET_GO = "let_go"
    """抹零: the odd fen of a cash payment; the claim stays exact."""
    LET_OFF = "let_off"
    """The share let off altogether; it needs a reason."""
    CREDIT = "credit"
    """赊账: written into the person's credit book."""
    REPAID = "repaid"
    """Part or all of what stands in the credit book."""
    RETURNED = "returned"
    """Given back after a cancellation."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One row of the cash book."""

    kind: PaymentKind
    way: Way | None
    amount: Money
    reason: str
    slip_no: str
    taken_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentsView:
    """How a visit's own share was or is to be paid."""

    due: Money
    """What is still to be paid now; zero when nothing is."""
    rows: tuple[PaymentRow, ...]
    deposit: Money
    """Held, and to be returned or counted when it is settled."""
    may_let_go: Money
    """The odd fen that may be let go when the rest is paid in cash."""
    to_return: Money
    """Paid, but owed no longer: the visit was cancelled, or a deposit was too large."""


@dataclass(frozen=True, slots=True, repr=False)
class CreditRow:
    """Someone who owes the clinic money, in the credit book."""

    person_id: str
    masked_name: str
    owed: Money
    since: date
    name: str = ""
    """In full, with the last four digits: for the doctor alone, who must not mix up two."""


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a charge as the doctor's page tells it."""

    at: datetime
    code: str
    """`told.sent`, `told.silent`, `told.asked`, `told.reversal_sent`, `told.file_asked`…"""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A settlement of this person and day that was not made here."""

    setl_id: str
    institution: str
    at: datetime | None
    total: Money
    fund: Money
    judged: bool


@dataclass(frozen=True, slots=True)
class LimitView:
    """A yearly sum of money, used and left. It informs; it never refuses."""

    total: Money
    used: Money
    left: Money


@dataclass(frozen=True, slots=True)
class FundView:
    """The clinic's yearly fund, where the county has said it."""

    year: int
    limit: LimitView
    expected: Money
    """What would be used by today at an even pace."""
    lasts_until: date | None
    """At the pace so far; None: beyond the year's end."""


@dataclass(frozen=True, slots=True)
class FreedVisit:
    """A later visit that lacked limit which a cancellation has just given back."""

    visit_id: str
    at: datetime
    masked_name: str
    lacked: Money
    """About what the fund would now pay on top, by our reckoning."""


class Whose(StrEnum):
    """Whose a difference between the books is."""

    OURS = "ours"
    PROVINCE = "province"
    RECORD_SYSTEM = "record_system"
    """Made under this clinic's code, but not by this terminal."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """One difference between our day and the province's."""

    code: str
    """`closing.only_ours`, `closing.only_theirs`, `closing.amounts_differ`…"""
    whose: Whose
    action: str
    """Code of what to do next: `action.ask_anew`, `action.call_bureau`…"""
    setl_id: str
    visit_id: str | None
    masked_name: str
    ours: Money | None
    theirs: Money | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """What is cleared together: one 3201."""

    insutype: str
    clr_type: str
    clr_optins: str
    count: int
    total: Money
    fund: Money
    account: Money
    balanced: bool | None
    """None: not asked, or not answered."""
    said: str


@dataclass(frozen=True, slots=True)
class LateRow:
    """A visit made offline and settled later: estimate beside outcome."""

    visit_id: str
    masked_name: str
    visited_at: datetime
    estimated_own: Money
    own: Money
    deposit: Money
    to_pay: Money
    to_return: Money


@dataclass(frozen=True, slots=True)
class ClosingView:
    """A day's end, as far as it has come."""

    day: date
    closed_at: datetime | None
    balanced: bool | None
    groups: tuple[GroupView, ...]
    differences: tuple[DifferenceView, ...]
    open_visits: tuple[str, ...]
    """Codes and slips of what is still unknown or waiting: `0622-003`."""
    taken: Mapping[Way, Money]
    """Received over the counter this day, by way."""
    drawer_expected: Money
    drawer_counted: Money | None
    late: tuple[LateRow, ...]
    credit: tuple[CreditRow, ...]
    busy: bool
    notice: str | None
    not_found: tuple[str, ...] = ()
    """Handed over to the record system up to this day, and not found settled there."""


@dataclass(frozen=True, slots=True)
class PublicityRow:
    """A settled visit as the village may read it: no drug, no disease, no minors."""

    day: date
    masked_name: str
    total: Money
    fund: Money
    own: Money
    mark: str
    """Empty, `late` (settled later than its day) or `cancelled`."""


@dataclass(frozen=True, slots=True)
class Publicity:
    """The sheet on the door: the day before, and what settled late or was cancelled since."""

    clinic_name: str
    day: date
    rows: tuple[PublicityRow, ...]
    since: tuple[PublicityRow, ...]
    """Of earlier days: settled late, or cancelled after it was shown."""
    left_out: int
    """Minors: counted, not shown."""
    total: Money
    fund: Money
    own: Money
    made_at: datetime
