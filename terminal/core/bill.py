"""A bill line, and how it divides before any fund looks at it.

total = full self-pay + over the price limit + advance self-pay + in scope. A line is
rounded once, half up; its parts are whole fen that add back to it exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, line_total

_AMOUNT_MAX = Decimal(10**14)
"""The interface's N16,2 holds fourteen digits before the point."""


class Grade(StrEnum):
    """The national catalogue's class of an item (甲, 乙, 丙), by its dictionary code."""

    A = "01"
    B = "02"
    C = "03"


class Listed(StrEnum):
    """Whether a region names this item for a better ratio."""

    NONE = "none"
    SPECIFIC = "specific"
    """The specific list (特定政策清单): common drugs and ten services."""
    HIGHER = "higher"
    """The region's own list of drugs at a still higher ratio (特定清单)."""


@dataclass(frozen=True, slots=True)
class Split:
    """The four parts of a line, which add back to it."""

    full_self_pay: Money = ZERO
    over_price_limit: Money = ZERO
    advance: Money = ZERO
    in_scope: Money = ZERO

    @property
    def total(self) -> Money:
        return self.full_self_pay + self.over_price_limit + self.advance + self.in_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line as it is priced and as the catalogue knows it.

    Raises Refused `bill.line_unreadable` for a quantity or price no bill can have.
    """

    number: str
    """Unique in its bill; says which line a share belongs to."""
    price: Decimal
    """Yuan a unit, up to six digits behind the point."""
    quantity: Decimal
    """Up to four digits behind the point: ten tablets of a bottle of a hundred are 0.1."""
    grade: Grade = Grade.A
    advance_ratio: Decimal = Decimal(0)
    """What the person pays first of a class-B item, 0 to 1; 1 is wholly self-paid."""
    price_limit: Decimal | None = None
    """Yuan a unit the fund recognises at most; None is no limit."""
    governed_price: bool = False
    """Negotiated or centrally procured: its price limit holds whatever the programme."""
    listed: Listed = Listed.NONE
    charge_type: str = ""
    """The charge item's type (med_chrgitm_type), by which consultations are waived."""

    def __post_init__(self) -> None:
        amounts = [self.price, self.quantity]
        if self.price_limit is not None:
            amounts.append(self.price_limit)
        # Written so that NaN is refused as well.
        if not all(amount.is_finite() and 0 <= amount < _AMOUNT_MAX for amount in amounts):
            raise Refused("bill.line_unreadable", line=self.number, what="amount")
        if not (self.quantity > 0 and self.price * self.quantity < _AMOUNT_MAX):
            raise Refused("bill.line_unreadable", line=self.number, what="quantity")
        if not (self.advance_ratio.is_finite() and 0 <= self.advance_ratio <= 1):
            raise Refused("bill.line_unreadable", line=self.number, what="advance_ratio")

    @property
    def total(self) -> Money:
        return line_total(self.price, self.quantity)

    def split(self) -> Split:
        """Divide this line; the parts always add back to its total."""
        total = self.total
        if self.grade is Grade.C or self.advance_ratio == 1:
            return Split(full_self_pay=total)
        over = ZERO
        if self.price_limit is not None and self.price > self.price_limit:
            over = total - line_total(self.price_limit, self.quantity)
        advance = (total - over).share(self.advance_ratio)
        return Split(over_price_limit=over, advance=advance, in_scope=total - over - advance)
