"""A bill as a picture: the three figures, a bar in proportion, and why.

The figures are the province's, added up; nothing here computes a share of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.core.bill_views import Bill, Share
from terminal.core.charge import SettlementState
from terminal.core.counter import VisitView
from terminal.core.money import ZERO, Money, total
from terminal.core.visit import VisitState

BAR_UNITS = 1000
"""Length of the bar; its pieces always add up to it."""

_OVER = {SettlementState.SETTLED, SettlementState.CANCELLED, SettlementState.DROPPED}
_UNPAID = {
    SettlementState.DRAFT,
    SettlementState.ESTIMATED,
    SettlementState.WAITING,
    SettlementState.PRICED,
    SettlementState.CONFIRMED,
    SettlementState.SETTLING,
    SettlementState.UNCERTAIN,
}
_BEFORE_THE_CHARGE = {
    VisitState.PRESENTED,
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.WAITING,
    VisitState.PRICED,
    VisitState.CONFIRMED,
}
_STANDING = frozenset(SettlementState) - {SettlementState.DROPPED, SettlementState.CANCELLED}


@dataclass(frozen=True, slots=True)
class BillPicture:
    """What both screens draw of a bill."""

    total: Money
    fund: Money
    own: Money
    own_settled: Money
    """Part of `own` whose settlement is done."""
    account: Money
    """Part of `own` that the insurance account pays."""
    cash: Money
    """Part of `own` that is paid at the counter."""
    hospital: Money
    full_self_pay: Money
    over_limit_price: Money
    advance_self_pay: Money
    in_scope: Money
    estimated: bool
    """Reckoned here while the province is away: never shown without its mark."""
    bar: tuple[int, int, int]
    """Fund, own and clinic, in BAR_UNITS; all 0 when there is nothing to draw."""
    why: tuple[str, ...]
    """Codes of the sentences that explain it, from a closed list."""


def picture_of(visit: VisitView) -> BillPicture | None:
    """The picture of the visit's bill, or None while the province has not said."""
    bill = visit.bill
    if bill is None:
        return None
    shares = [share for share in bill.shares if share.state in _STANDING] or list(bill.shares)
    hospital = total(share.hospital for share in shares)
    return BillPicture(
        total=bill.total,
        fund=bill.fund,
        own=bill.own,
        own_settled=total(s.own for s in shares if s.state is SettlementState.SETTLED),
        account=total(share.account for share in shares),
        cash=total(share.cash for share in shares),
        hospital=hospital,
        full_self_pay=total(share.full_self_pay for share in shares),
        over_limit_price=total(share.over_limit_price for share in shares),
        advance_self_pay=total(share.advance_self_pay for share in shares),
        in_scope=total(share.in_scope for share in shares),
        estimated=bill.estimated,
        bar=_bar(bill.fund, bill.own, hospital),
        why=tuple(_why(visit, bill, hospital)),
    )


def picture_of_sums(whole: Money, fund: Money, own: Money) -> BillPicture:
    """The picture of a settlement of which only these three are told; the clinic bore the rest."""
    hospital = max(whole - fund - own, ZERO)
    return BillPicture(
        total=whole,
        fund=fund,
        own=own,
        own_settled=own,
        account=ZERO,
        cash=ZERO,
        hospital=hospital,
        full_self_pay=ZERO,
        over_limit_price=ZERO,
        advance_self_pay=ZERO,
        in_scope=ZERO,
        estimated=False,
        bar=_bar(fund, own, hospital),
        why=(),
    )


def to_agree(bill: Bill) -> Money | None:
    """What the person still has to agree to: the own shares of what is not settled yet.

    None when nothing is left, or when a settlement of it has no price yet.
    """
    left = [share for share in bill.shares if share.state not in _OVER]
    if not left or any(share.state is not SettlementState.PRICED for share in left):
        return None
    return total(share.own for share in left)


def ceiling_of(bill: Bill) -> Money | None:
    """The own share that the resident may agree to as a ceiling while the province is away.

    None for anything but a whole estimate.
    """
    left = [share for share in bill.shares if share.state not in _OVER]
    whole = all(share.state is SettlementState.ESTIMATED for share in left)
    return total(share.own for share in left) if bill.estimated and left and whole else None


def limit_told(visit: VisitView) -> bool:
    """Whether the card's yearly limit can be shown beside the bill.

    The card was asked for when the visit began: once something is charged or given back it
    is old, as it is when the province pays more than the card leaves, or pays nothing.
    """
    card = visit.person
    if card is None or card.fund_used is None or visit.state not in _BEFORE_THE_CHARGE:
        return False
    if visit.corrects or visit.bill is None or card.fund_limit is None:
        return not visit.corrects
    ordinary, left = _ordinary(visit.bill), _left(card.fund_used, card.fund_limit)
    paid, in_scope = total(s.fund for s in ordinary), total(s.in_scope for s in ordinary)
    return paid <= left and (paid.fen > 0 or in_scope.fen == 0 or left.fen == 0)


def _left(used: Money, limit: Money) -> Money:
    return max(limit - used, ZERO)


def _ordinary(bill: Bill) -> list[Share]:
    """The unpaid settlements that count against the yearly limit: registered diseases have
    limits of their own."""
    return [s for s in bill.shares if s.category == "ordinary" and s.state in _UNPAID]


def _bar(fund: Money, own: Money, hospital: Money) -> tuple[int, int, int]:
    parts = [max(0, part.fen) for part in (fund, own, hospital)]
    if sum(parts) == 0:
        return (0, 0, 0)
    fund_piece, own_piece, clinic_piece = Money(BAR_UNITS).split(parts)
    return (fund_piece.fen, own_piece.fen, clinic_piece.fen)


def _why(visit: VisitView, bill: Bill, hospital: Money) -> list[str]:
    """At most three sentences: how it was paid, then what made it less."""
    if bill.own.fen == 0 and hospital.fen == 0:
        return ["why.all_estimated" if bill.estimated else "why.all_paid"]
    nothing = "why.nothing_estimated" if bill.estimated else "why.nothing_paid"
    head = nothing if bill.fund.fen == 0 else "why.part_paid"
    limit = _limit_met(visit, bill)
    less = [
        (limit or "", limit is not None),
        ("why.outside", any(share.full_self_pay.fen > 0 for share in bill.shares)),
        ("why.over_limit_price", any(share.over_limit_price.fen > 0 for share in bill.shares)),
        ("why.advance", any(share.advance_self_pay.fen > 0 for share in bill.shares)),
        ("why.waived", hospital.fen > 0),
    ]
    return [head, *[code for code, holds in less if holds][:2]]


def _limit_met(visit: VisitView, bill: Bill) -> str | None:
    """The code of how this bill meets the yearly limit, as far as the card knows it.

    A card that already includes a settled bill says more than was left before it, so
    only a bill that is still to be paid is judged.
    """
    card = visit.person
    if card is None or card.fund_used is None or card.fund_limit is None:
        return None
    ordinary = _ordinary(bill)
    paid, in_scope = total(s.fund for s in ordinary), total(s.in_scope for s in ordinary)
    if not limit_told(visit) or not ordinary or paid >= in_scope:
        return None
    left = _left(card.fund_used, card.fund_limit)
    if paid != left:
        return None
    return "why.yearly_limit" if left.fen > 0 else "why.limit_used_up"
