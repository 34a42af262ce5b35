"""Nobody's pills run out: who will need which drug soon, from what each was given.

A drug is long-term for a person when it is one of a registered programme (hypertension,
diabetes: whoever takes it takes it on), or was given to them on two days at least within
`LOOK_BACK_D`. Each supply begins when the one before it is used up, and lasts as long as
was said with it; else as long as its units do at the usual dose; else as long as the
person took to come back before.

Who runs out within the span needs one more supply like the last; of a programme's drug
as many as the span takes. Who is overdue is late rather than gone for as long as the
last supply lasted, at most `LATE_D`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import groupby

from terminal.core.catalogue import Item

LOOK_BACK_D = 120
"""Days of dispensing that are looked at: the longest prescription (12 weeks), and a month
in which somebody who was given one may be late."""

LATE_D = 30


@dataclass(frozen=True, slots=True)
class Given:
    """One line of a settled visit, of a drug."""

    person_id: str
    item_code: str
    units: Decimal
    """Small units: tablets, not packs."""
    days: int | None
    """For how many days it was meant to last; None: not said."""
    on: date


@dataclass(frozen=True, slots=True)
class Need:
    """What people on one drug will need within the span."""

    packs: Decimal
    people: int


@dataclass(frozen=True, slots=True)
class _Supply:
    """All of one drug that one person was given on one day."""

    units: Decimal
    days: int | None
    on: date


def needs(
    given: Iterable[Given], drugs: Mapping[str, Item], today: date, days_ahead: int
) -> dict[str, Need]:
    """By drug, what will be needed from today within so many days; drugs of which nothing
    is needed are left out. `given` may come in any order; what is older than LOOK_BACK_D,
    or of no known drug, is passed over."""
    first = today - timedelta(days=LOOK_BACK_D)
    relevant = sorted(
        (each for each in given if each.item_code in drugs and each.on >= first),
        key=lambda each: (each.item_code, each.person_id, each.on),
    )
    found: dict[str, Need] = {}
    for (item_code, _), lines in groupby(relevant, lambda each: (each.item_code, each.person_id)):
        drug = drugs[item_code]
        units = _needed(_supplies(list(lines), drug), drug, today, days_ahead)
        if units:
            before = found.get(item_code, Need(Decimal(0), 0))
            found[item_code] = Need(before.packs + units / drug.pack_units, before.people + 1)
    return found


def to_order(needed: Decimal, on_hand: Decimal | None) -> Decimal:
    """Whole packs to order, so that what is needed lies there; never below zero.

    Of a drug that was never counted nothing is known to lie there.
    """
    short = needed - max(on_hand or Decimal(0), Decimal(0))
    return max(Decimal(0), short.to_integral_value(ROUND_CEILING))


def _supplies(lines: Sequence[Given], drug: Item) -> list[_Supply]:
    """The lines of one person and drug, by day."""
    supplies = []
    for on, of_day in groupby(lines, lambda each: each.on):
        together = list(of_day)
        each_lasts = [_lasts(line, drug) for line in together]
        said = [days for days in each_lasts if days is not None]
        days = sum(said) if len(said) == len(together) else None
        supplies.append(_Supply(sum((line.units for line in together), Decimal(0)), days, on))
    return supplies


def _lasts(line: Given, drug: Item) -> int | None:
    if line.days:
        return line.days
    if drug.daily_units:
        return max(1, int(line.units / drug.daily_units))
    return None


def _needed(supplies: Sequence[_Supply], drug: Item, today: date, days_ahead: int) -> Decimal:
    """Small units that this person will need of this drug within the span."""
    regular = bool(drug.programme)
    if not regular and len(supplies) < 2:
        return Decimal(0)
    usual = (supplies[-1].on - supplies[-2].on).days if len(supplies) > 1 else None
    runs_out, days = supplies[0].on, 0
    for supply in supplies:
        if (lasting := supply.days or usual) is None:
            return Decimal(0)  # Nobody can say.
        days = lasting
        runs_out = max(runs_out, supply.on) + timedelta(days=days)
    last_day = today + timedelta(days=days_ahead)
    if not today - timedelta(days=min(days, LATE_D)) <= runs_out <= last_day:
        return Decimal(0)
    span = (last_day - max(runs_out, today)).days
    times = max(1, -(-span // days)) if regular else 1
    return supplies[-1].units * times
