"""How the own share is paid, for both readers. The figures are the cash book's.

An amount is also drawn as notes and coins, for whoever cannot read a figure.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from terminal.core.money import Money, total
from terminal.core.money_views import PaymentKind, PaymentsView

_DEPOSITS = tuple(Money(yuan * 100) for yuan in (5, 10, 20, 50, 100))
"""Notes and coins that people have in their hands."""

NOTES_AND_COINS = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
"""Fen of what people have in their hands, the largest first; single fen have gone out of use."""

DRAWN_MAX = 4
"""So many of a kind are drawn one by one; of more, one with its count."""

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


@dataclass(frozen=True, slots=True)
class Piece:
    """Notes or coins of one kind."""

    fen: int
    count: int

    @property
    def written(self) -> str:
        """What stands on it: 20, or 5角."""
        return f"{self.fen // 100}" if self.fen >= 100 else f"{self.fen // 10}角"

    @property
    def spoken(self) -> str:
        """What it is called: 20 元, 5 角."""
        return f"{self.fen // 100} 元" if self.fen >= 100 else f"{self.fen // 10} 角"

    @property
    def drawn(self) -> int:
        """How many of them are drawn."""
        return self.count if self.count <= DRAWN_MAX else 1


@dataclass(frozen=True, slots=True)
class CashPicture:
    """An amount as it lies on a table."""

    amount: Money
    pieces: tuple[Piece, ...]
    """The fewest that make it up, the largest first."""
    fen_left: int
    """0 to 9: what no coin is for, told in words."""


def cash_picture(amount: Money) -> CashPicture | None:
    """The fewest notes and coins of an amount; None where nothing is to be paid."""
    if amount.fen <= 0:
        return None
    left, pieces = amount.fen, []
    for fen in NOTES_AND_COINS:
        count, left = divmod(left, fen)
        if count:
            pieces.append(Piece(fen, count))
    return CashPicture(amount, tuple(pieces), left)


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
