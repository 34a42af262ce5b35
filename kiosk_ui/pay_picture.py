"""How the own share is paid, for both readers. The figures are the cash book's."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from terminal.core.money import Money, total
from terminal.core.money_views import PaymentKind, PaymentsView

_DEPOSITS = tuple(Money(yuan * 100) for yuan in (5, 10, 20, 50, 100))
"""Notes and coins that people have in their hands."""

_IN = {PaymentKind.PAID, PaymentKind.DEPOSIT, PaymentKind.REPAID}
_OUT = {PaymentKind.RETURNED, PaymentKind.DEPOSIT_RETURNED}


@dataclass(frozen=True, slots=True)
class ResidentPays:
    """What the resident has to know of their money."""

    due: Money
    to_return: Money
    on_credit: Money
    """Written into their credit book at this visit."""
    deposit: Money
    received: Money
    """Came over the counter already, deposits too, and was not given back."""
    settled_up: bool
    """Nothing is owed on either side."""


def resident_pays(payments: PaymentsView | None) -> ResidentPays | None:
    """The resident's side of a visit's payments; None before there are any."""
    if payments is None:
        return None
    credit = _sum(payments, {PaymentKind.CREDIT})
    return ResidentPays(
        due=payments.due,
        to_return=payments.to_return,
        on_credit=credit,
        deposit=payments.deposit,
        received=_sum(payments, _IN) - _sum(payments, _OUT),
        settled_up=not (payments.due.fen or payments.to_return.fen or credit.fen),
    )


def _sum(payments: PaymentsView, kinds: AbstractSet[PaymentKind]) -> Money:
    return total(row.amount for row in payments.rows if row.kind in kinds)


def deposit_choices(ceiling: Money | None) -> tuple[Money, ...]:
    """Deposits to offer with one tap: round sums below the ceiling, then all of it."""
    if ceiling is None or ceiling.fen <= 0:
        return ()
    return (*(sum_ for sum_ in _DEPOSITS if sum_ < ceiling), ceiling)
