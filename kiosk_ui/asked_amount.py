"""The amount that is put to the resident, and what they said to it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_ui.bill_picture import ceiling_of, to_agree
from kiosk_ui.pay_picture import CashPicture, ResidentPays, cash_picture
from kiosk_ui.taps import open_findings
from terminal.core.agreement import Answer
from terminal.core.charge import SettlementState
from terminal.core.counter import VisitView
from terminal.core.money import Money, total

_TO_PAY = {"step.settled", "step.self_paid"}
CASH_DRAWN_MAX = Money(10_000_000)
"""100,000 yuan, a thousand of the largest note: above it nobody counts them out."""

_ASKED = {SettlementState.PRICED, SettlementState.ESTIMATED}


@dataclass(frozen=True, slots=True)
class AskedAmount:
    """What the two buttons carry."""

    visit_id: str
    revision: int
    own: Money
    in_cash: Money
    """Part of it that the insurance account does not pay."""
    said: Answer | None
    """None: not answered yet."""


def asked_amount(visit: VisitView) -> AskedAmount | None:
    """The amount to agree to; None where none stands there."""
    bill = visit.bill
    if bill is None or visit.busy is not None or open_findings(visit):
        return None
    own = ceiling_of(bill) if bill.estimated else to_agree(bill)
    if own is None:
        return None
    asked = [share for share in bill.shares if share.state in _ASKED]
    said = visit.agreement
    if said is not None and not said.is_of(visit.revision, own):
        said = None
    return AskedAmount(
        visit_id=visit.visit_id,
        revision=visit.revision,
        own=own,
        in_cash=max(own - total(share.account for share in asked), Money(0)),
        said=said.answer if said else None,
    )


def on_the_table(
    step: str, asked: AskedAmount | None, pays: ResidentPays | None
) -> CashPicture | None:
    """What they pay over the counter: agreed to next, or owed; None after a no."""
    if asked is not None:
        return None if asked.said is Answer.DECLINED else _drawn(asked.in_cash)
    return _drawn(pays.due) if pays is not None and step in _TO_PAY else None


def _drawn(amount: Money) -> CashPicture | None:
    return cash_picture(amount) if amount <= CASH_DRAWN_MAX else None
