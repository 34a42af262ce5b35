"""Amounts of yuan, exact to the fen.

Unit prices and quantities are decimals (the interface's N16,6 and N16,4); an amount
that is paid is whole fen. A line is rounded once, half up, and everything later adds
and splits whole fen, so that parts always add back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from terminal.core.faults import Refused

_YUAN = re.compile(r"-?\d{1,14}(\.\d{1,2}0*)?")
"""The interface's N16,2: fourteen digits before the point, two behind it."""


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of yuan held as whole fen, so that sums are exact."""

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"money is counted in whole fen, not {self.fen!r}")

    @classmethod
    def parse(cls, yuan: str) -> Money:
        """Read yuan as written on the wire, "12.5" or "-0.05".

        Raises Refused `money.unreadable` for anything else: exponents, NaN, more than
        two digits behind the point, or more digits than the interface's N16,2 holds.
        """
        if not yuan.isascii() or not _YUAN.fullmatch(yuan):
            raise Refused("money.unreadable", length=len(yuan))
        return cls(int(Decimal(yuan) * 100))

    @classmethod
    def of(cls, amount: Decimal) -> Money:
        """Round a decimal amount of yuan to the fen, half up (away from zero)."""
        return cls(int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP)))

    @property
    def yuan(self) -> str:
        """The amount as the wire writes it: two digits behind the point, "-0.05"."""
        sign = "-" if self.fen < 0 else ""
        yuan, fen = divmod(abs(self.fen), 100)
        return f"{sign}{yuan}.{fen:02}"

    def __str__(self) -> str:
        return f"¥{self.yuan}" if self.fen >= 0 else f"-¥{(-self).yuan}"

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def share(self, ratio: Decimal) -> Money:
        """This amount times a ratio (0.7 is 70 %), rounded half up to the fen."""
        return Money.of(Decimal(self.fen) * ratio / 100)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Share this amount by weight; the shares always add back to the whole.

        Fen that do not divide go to the largest remainders, the earlier line first
        when two are equal, so that the same bill is always shared the same way.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError(f"weights must be non-negative with a positive sum: {weights!r}")
        floors = [self.fen * weight // total for weight in weights]
        by_remainder = sorted(
            range(len(weights)), key=lambda i: (-(self.fen * weights[i] % total), i)
        )
        for index in by_remainder[: self.fen - sum(floors)]:
            floors[index] += 1
        return [Money(fen) for fen in floors]


ZERO = Money(0)


def plain(number: Decimal) -> str:
    """A decimal without the zeros it does not need, never in exponent form: 2, 0.1."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def total(amounts: Iterable[Money]) -> Money:
    """Add amounts up; nothing adds up to zero."""
    return Money(sum(amount.fen for amount in amounts))


def line_total(price: Decimal, quantity: Decimal) -> Money:
    """What a line costs: unit price times quantity, rounded once, half up."""
    return Money.of(price * quantity)
