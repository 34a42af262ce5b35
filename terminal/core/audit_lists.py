"""The same generic drug on a better-paid list: which one, and what the person would save.

An estimate for a hint, from the ratios of the region's rules where they are known: the
amount that counts is the province's. Nothing is ever put in the place of anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from terminal.core.audit_facts import Billed, Facts
from terminal.core.catalogue import Item
from terminal.core.money import Money

_RANKS = {"": 0, "none": 0, "specific": 1, "higher": 2}
"""Better-paid lists: 特定政策清单, 特定清单."""

_SELF_PAID = "03"
"""chrgitm_lv of class C (丙)."""


@dataclass(frozen=True, slots=True)
class Better:
    """What stands here on a better-paid list."""

    item: Item
    saving: Money | None
    """For the person, over the time of the line's supply; None: not known."""


def better_listed(line: Billed, offered: Iterable[Item], facts: Facts) -> Better | None:
    """The one of `offered` that costs the person least, if it is better paid and cheaper.

    `offered` are of one generic name. Where the saving cannot be reckoned, a better list
    alone suffices; where it can, a drug that saves nothing is passed over.
    """
    found: Better | None = None
    for item in offered:
        if _rank(item) <= _rank(line.item) or _expired(item, facts):
            continue
        saving = _saving(line, item, facts)
        if saving is not None and saving.fen <= 0:
            continue
        if found is None or _fen(saving) > _fen(found.saving):
            found = Better(item, saving)
    return found


def _rank(item: Item) -> int:
    return _RANKS.get(item.listed, 0)


def _expired(item: Item, facts: Facts) -> bool:
    return bool(item.expires_on) and item.expires_on < facts.day.isoformat()


def _fen(saving: Money | None) -> int:
    return 0 if saving is None else saving.fen


def _saving(line: Billed, other: Item, facts: Facts) -> Money | None:
    """What fewer yuan the person would pay for as many days."""
    here, there = _own_a_day(line.item, facts), _own_a_day(other, facts)
    if here is None or there is None or not line.item.daily_units:
        return None
    return Money.of((here - there) * line.units / line.item.daily_units)


def _own_a_day(item: Item, facts: Facts) -> Decimal | None:
    """The person's own share of a day's usual amount."""
    ratio = facts.ratios.get(item.listed or "none")
    if ratio is None or not item.daily_units:
        return None
    price = item.price
    if item.grade == _SELF_PAID:
        return price / item.pack_units * item.daily_units
    reached = price if item.price_limit is None else min(price, item.price_limit)
    in_scope = reached * (1 - (item.advance_ratio or Decimal(0)))
    return (price - in_scope * ratio) / item.pack_units * item.daily_units
