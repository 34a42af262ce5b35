"""What the rules of warnings look at: whom the visit is for, what is on the bill, what came before.

How long a quantity lasts is known when the doctor said it, and else reckoned from the
label's usual daily amount; where neither is known, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from terminal.core.catalogue import Item
from terminal.core.money import Money

_LASTS_MAX = 3660
"""Ten years: what is said to last longer is a slip of the finger."""

_PREFILLED_MAX = 366
"""A line begins with no more days, however many its pack would last."""


@dataclass(frozen=True, slots=True)
class Billed:
    """One line of the bill."""

    number: int
    item: Item
    quantity: Decimal
    """Packs, times or grams; small units where `split_units` is not 0."""
    split_units: int = 0
    days: int | None = None
    """For how many days, as the doctor said (said_days)."""
    category: str = ""
    expires_on: date | None = None
    """Of the box, or of the delivery on the shelf."""

    @property
    def units(self) -> Decimal:
        """Small units: tablets, bags, ampoules."""
        return self.quantity if self.split_units else self.quantity * self.item.pack_units

    @property
    def lasts(self) -> int | None:
        """Full days it supplies; None: not known."""
        return days_supplied(self.item, self.quantity, self.split_units, self.days)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the person was given before and may still have."""

    item: Item
    day: date
    lasts: int | None
    """Full days it supplied; None: not known."""

    @classmethod
    def given(
        cls, item: Item, day: date, quantity: Decimal, split_units: int, days: int | None
    ) -> Earlier:
        return cls(item, day, days_supplied(item, quantity, split_units, days))

    @property
    def runs_out(self) -> date:
        """The first day without it."""
        return self.day + timedelta(days=min(self.lasts or 0, _LASTS_MAX))

    def left_on(self, day: date) -> int:
        """Days of it that are left on a day; 0 where nothing is known."""
        return max(0, (self.runs_out - max(day, self.day)).days)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a rule may ask."""

    day: date
    lines: tuple[Billed, ...]
    sex: str = ""
    """gend of the interface: 1 man, 2 woman; empty: not known."""
    months: int | None = None
    """Full months of age."""
    diagnosis: str | None = None
    """ICD-10, medical-insurance version; None: not picked yet."""
    diagnosis_name: str = ""
    programmes: frozenset[str] = frozenset()
    """What the person is registered for: hypertension, diabetes, ..."""
    limit_left: Money | None = None
    """What the fund still has for the person this year; None: not known."""
    earlier: tuple[Earlier, ...] = ()
    shelf: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    """What the clinic has, by generic name."""
    ratios: Mapping[str, Decimal] = field(default_factory=dict)
    """What the fund pays of in-scope fees by list (none, specific, higher); empty: not known."""
    expiry_warning_d: int = 60

    def long_term(self, item: Item) -> bool:
        """Whether the person is registered for what this drug treats for years."""
        return bool(item.programme) and item.programme in self.programmes


def days_supplied(item: Item, quantity: Decimal, split_units: int, days: int | None) -> int | None:
    """Full days that a quantity lasts: as said, else by the label's usual amount a day."""
    if days is not None:
        return days
    if not item.daily_units:
        return None
    units = quantity if split_units else quantity * item.pack_units
    return int((units / item.daily_units).to_integral_value(ROUND_FLOOR))


def said_days(item: Item, quantity: Decimal, split_units: int, days: int | None) -> int | None:
    """The days of a line, unless they are only what the usual amount comes to.

    A line begins with those; nobody has said them then, and nothing is held against them.
    """
    usual = days_supplied(item, quantity, split_units, None)
    if days is None or usual is None:
        return days
    return None if days == max(1, usual) or usual > days >= _PREFILLED_MAX else days


def supplies(given: Iterable[Earlier]) -> tuple[Earlier, ...]:
    """One supply a drug, from everything that was given of it, oldest first.

    What is given before the last has run out lengthens it.
    """
    together: dict[str, Earlier] = {}
    for each in given:
        before = together.get(each.item.medins_list_codg)
        left = 0 if before is None else before.left_on(each.day)
        lasts = None if each.lasts is None and not left else (each.lasts or 0) + left
        together[each.item.medins_list_codg] = replace(each, lasts=lasts)
    return tuple(together.values())


def months_old(born: date, day: date) -> int:
    """Full months of age on a day."""
    return max(0, (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day))
