"""What is still to be paid over the counter: the cash book beside a visit's settlements.

The settlement says how much of the share is cash (psn_cash_pay of 2207); the cash book
says how it was paid. Nothing here changes a settlement. Two laws hold for any rows:

- the share is covered exactly: due + paid + deposit counted + let go + let off + credit;
- no fen that came over the counter is lost: it is counted, held as a deposit, or to be
  returned.

Where the share has become smaller, what was paid counts first, then a deposit, then the
credit, and what the clinic gave up last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminal.core.charge import SettlementState
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import PaymentKind, PaymentRow, PaymentsView, Way
from terminal.core.visit import VisitState

_JIAO_FEN = 10
"""Coins below one jiao have all but gone: what a cash payment cannot pay is below this."""


class Standing(StrEnum):
    """Whether there is a share to pay."""

    NOT_YET = "not_yet"
    """Nothing is settled: a deposit at most."""
    UNKNOWN = "unknown"
    """Charged or not, nobody knows: nothing is taken and nothing given back."""
    IN_PART = "in_part"
    """Some is settled, the rest still may be: a deposit stays held for it."""
    STANDS = "stands"
    UNDONE = "undone"
    """Cancelled, ended, or taken back before anything was charged."""


_UNDONE = (
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.CLOSED,
    VisitState.CANCELLED,
    VisitState.ABANDONED,
)
_UNKNOWN = (VisitState.SETTLING, VisitState.UNCERTAIN, VisitState.DIFFERS)
_IN_DOUBT = (
    SettlementState.SETTLING,
    SettlementState.UNCERTAIN,
    SettlementState.DIFFERS,
    SettlementState.CANCELLING,
)


def standing(visit: VisitState, settlements: Collection[SettlementState]) -> Standing:
    """Whether there is a share to pay; one settlement in doubt outweighs the others."""
    if visit in _UNKNOWN or any(state in _IN_DOUBT for state in settlements):
        return Standing.UNKNOWN
    if visit is VisitState.SETTLED:
        return Standing.STANDS
    if visit is VisitState.PARTLY_SETTLED:
        return Standing.IN_PART
    return Standing.UNDONE if visit in _UNDONE else Standing.NOT_YET


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a cash share is covered, and what is left over."""

    share: Money
    """psn_cash_pay of what stands; zero when nothing does."""
    due: Money
    """Not covered yet. Zero while the outcome is unknown: nobody is asked for it."""
    paid: Money
    deposit_counted: Money
    credit: Money
    """Written into the credit book, paid back or not."""
    owed: Money
    """Of the credit: not paid back yet."""
    let_go: Money
    let_off: Money
    deposit: Money
    """Held; neither counted nor to be returned."""
    paid_too_much: Money
    """Paid, or paid back, for a share that is no longer so large."""
    deposit_too_much: Money

    @property
    def to_return(self) -> Money:
        return self.paid_too_much + self.deposit_too_much

    @property
    def is_open(self) -> bool:
        """Whether something is still to be paid, given back, or to come."""
        return any(each > ZERO for each in (self.due, self.owed, self.deposit, self.to_return))


def reckon(rows: Iterable[PaymentRow], share: Money, stands: Standing) -> Reckoning:
    """Cover the share with the rows of the cash book.

    `share` is what the settlements that stand ask in cash (also those whose cancellation
    is not answered yet); it counts as zero where nothing stands.
    """
    sums = dict.fromkeys(PaymentKind, ZERO)
    for row in rows:
        sums[row.kind] += row.amount
    share = share if stands not in (Standing.NOT_YET, Standing.UNDONE) else ZERO
    # What was given back came out of what was paid, and only then out of what was repaid.
    returned = sums[PaymentKind.RETURNED]
    kept = max(sums[PaymentKind.PAID] - returned, ZERO)
    repaid = sums[PaymentKind.REPAID] - max(returned - sums[PaymentKind.PAID], ZERO)
    held = sums[PaymentKind.DEPOSIT] - sums[PaymentKind.DEPOSIT_RETURNED]
    left, counted = share, []
    for amount in (
        kept,
        held,
        sums[PaymentKind.CREDIT],
        sums[PaymentKind.LET_GO],
        sums[PaymentKind.LET_OFF],
    ):
        counted.append(min(amount, left))
        left -= counted[-1]
    paid, deposit_counted, credit, let_go, let_off = counted
    known = stands is not Standing.UNKNOWN
    over = known and stands is not Standing.NOT_YET
    settled = stands in (Standing.STANDS, Standing.UNDONE)
    return Reckoning(
        share=share,
        due=left if known else ZERO,
        paid=paid,
        deposit_counted=deposit_counted,
        credit=credit,
        owed=max(credit - repaid, ZERO),
        let_go=let_go,
        let_off=let_off,
        deposit=ZERO if settled else held - deposit_counted,
        paid_too_much=kept - paid + max(repaid - credit, ZERO) if over else ZERO,
        deposit_too_much=held - deposit_counted if settled else ZERO,
    )


def odd_fen(rows: Iterable[PaymentRow], due: Money, most: Money) -> Money:
    """The fen that may be let go (抹零), or nothing.

    Only what coins cannot pay, at most `most` a visit, and never beside a payment by
    code, which pays to the fen.
    """
    odd, let_go = Money(due.fen % _JIAO_FEN), ZERO
    for row in rows:
        if row.kind is PaymentKind.PAID and row.way is Way.CODE:
            return ZERO
        if row.kind is PaymentKind.LET_GO:
            let_go += row.amount
    return odd if let_go + odd <= most else ZERO


def payments_view(
    rows: Sequence[PaymentRow], reckoned: Reckoning, may_let_go: Money
) -> PaymentsView:
    """What the screens are told; `rows` with those that the settlement itself says."""
    return PaymentsView(
        due=reckoned.due,
        rows=tuple(rows),
        deposit=reckoned.deposit,
        may_let_go=may_let_go,
        to_return=reckoned.to_return,
    )


def accounts_rows(account: Money, mutual_aid: Money, at: datetime) -> tuple[PaymentRow, ...]:
    """What acct_pay and acct_mulaid_pay paid, as rows of the view: never typed in."""
    ways = ((Way.ACCOUNT, account), (Way.FAMILY, mutual_aid))
    return tuple(
        PaymentRow(PaymentKind.PAID, way, amount, reason="", slip_no="", taken_by="", at=at)
        for way, amount in ways
        if amount > ZERO
    )


@dataclass(frozen=True, slots=True)
class Debt:
    """What one visit put into the credit book and is not paid back."""

    visit_id: str
    owed: Money
    since: datetime
    doubtful: bool = False
    """Its cancellation is not answered yet: nothing is taken for it."""


def divided(amount: Money, debts: Sequence[Debt]) -> list[tuple[str, Money]]:
    """Pay debts with an amount, the first of them first: visit and its part of the amount.

    The caller has put the oldest first, and the amount is not more than is owed.
    """
    parts: list[tuple[str, Money]] = []
    for debt in debts:
        part = min(amount, debt.owed)
        if part > ZERO:
            parts.append((debt.visit_id, part))
            amount -= part
    return parts


def taken(rows: Iterable[PaymentRow]) -> dict[Way, Money]:
    """What came over the counter by each way: payments, repayments and deposits."""
    came_in = (PaymentKind.PAID, PaymentKind.REPAID, PaymentKind.DEPOSIT)
    found = dict.fromkeys((Way.CASH, Way.CODE), ZERO)
    for row in rows:
        if row.kind in came_in and row.way in found:
            found[row.way] += row.amount
    return found


def given_back(rows: Iterable[PaymentRow]) -> Money:
    """What went out of the drawer again: it is always given back in cash."""
    went_out = (PaymentKind.RETURNED, PaymentKind.DEPOSIT_RETURNED)
    return total(row.amount for row in rows if row.kind in went_out)
