"""What a box costs whoever holds it, with nothing on a bill.

Without a face the rule for everybody is told: a resident of this region with a family
doctor's contract here, of whose yearly limit nothing is used. With a face, what the fund
would pay for this person today. What is not known is not said: then the price stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from terminal.core.benefit_policy import Policy, policy_for
from terminal.core.benefits_file import Terms
from terminal.core.bill import Grade
from terminal.core.catalogue import Item, Registration, category_of
from terminal.core.coverage import Category
from terminal.core.estimate import Here, Known, Paid, estimate
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.people import Coverage, Insurance
from terminal.core.screen_views import PriceTold
from terminal.core.shares import Shares

PRICE_SHOWN_S = 20
"""How long a price stays on the resident's screen."""

TOLD = "price.told"
EVERYBODY = "price.everybody"
NOT_LISTED = "price.not_listed"
PUBLIC_HEALTH = "price.public_health"
NOT_INSURED = "price.not_insured"
UNKNOWN = "price.fund_unknown"
OWN_LIMIT = "price.own_limit"


@dataclass(frozen=True, slots=True)
class PriceRules:
    """What a price is told by."""

    policies: Sequence[Policy]
    """Of the regions; none: only the price is told."""
    terms: Mapping[str, Terms]
    """By the clinic's own code of an item."""
    here: Here
    registrations: Mapping[str, Registration]


@dataclass(frozen=True, slots=True, repr=False)
class Asker:
    """Whose face was just recognised, and what is known of their insurance."""

    masked_name: str
    told: Coverage | None
    paid: Sequence[Paid]
    """What the fund paid for visits of this year here."""


def price_told(
    item: Item, rules: PriceRules, now: datetime, asker: Asker | None = None
) -> PriceTold:
    """The price of one pack of this drug, and what of it the fund pays, as far as known."""
    bare = bare_price(item)
    if item.public_health:
        return replace(bare, fund=bare.price, own=ZERO, code=PUBLIC_HEALTH)
    terms = rules.terms.get(item.medins_list_codg)
    if terms is None:
        return replace(bare, why=(UNKNOWN,))
    if terms.grade is Grade.C or terms.advance_ratio == 1:
        return replace(bare, fund=ZERO, own=bare.price, code=NOT_LISTED)
    listed = replace(bare, listed=True)
    if asker is None:
        rule = _everybody(rules.here, now)
        return _shared(replace(listed, why=(EVERYBODY,)), item, terms, rule, rules, now.date())
    mine = replace(listed, for_whom=asker.masked_name)
    if asker.told is None:
        return replace(mine, why=(UNKNOWN,))
    mine = replace(mine, as_of=asker.told.as_of.date())
    if not asker.told.in_force:
        return replace(mine, fund=ZERO, own=mine.price, why=(NOT_INSURED,))
    known = Known(asker.told, asker.paid)
    return _shared(mine, item, terms, known, rules, now.date())


def bare_price(item: Item, code: str = TOLD) -> PriceTold:
    """Name and price of a pack, and no word of the fund."""
    price = Money.of(item.price)
    return PriceTold(
        item.name, item.spec, listed=False, price=price, fund=None, own=None, code=code
    )


def _everybody(here: Here, now: datetime) -> Known:
    return Known(
        Coverage(
            insutype=Insurance.RESIDENT,
            insuplc_admdvs=here.region,
            psn_type="",
            in_force=True,
            balance=ZERO,
            contract=min(here.hospitals, default="here"),
            registrations={},
            fund_used=ZERO,
            as_of=datetime.combine(now.date(), time.min, now.tzinfo),
        )
    )


def _shared(
    bare: PriceTold, item: Item, terms: Terms, known: Known, rules: PriceRules, day: date
) -> PriceTold:
    told = known.told
    registered = () if told is None else told.registrations
    category = Category(category_of(item, registered, rules.registrations).partition(":")[0])
    if told is None or not _is_known(told, category, rules.policies, day):
        return replace(bare, why=(UNKNOWN,))
    try:
        line = terms.billed("1", item.price, Decimal(1))
        shares = estimate([line], category, known, rules.here, rules.policies, day)
        unused = Known(replace(told, fund_used=ZERO))
        most = estimate([line], category, unused, rules.here, rules.policies, day)
    except Refused:
        return replace(bare, why=(UNKNOWN,))
    why = (*bare.why, *_why(shares, most.fund), *_limit_of_its_own(told, category))
    return replace(bare, fund=shares.fund, own=shares.own, why=why)


def _is_known(told: Coverage, category: Category, policies: Sequence[Policy], day: date) -> bool:
    """Whether enough was told to say what the fund pays; else the estimate would hold what
    is missing against the fund, which is right for a ceiling and wrong for a price."""
    try:
        policy_for(policies, told.insuplc_admdvs, day)
    except Refused:
        return False
    limit_told = category is not Category.ORDINARY or told.fund_used is not None
    return (
        told.insutype in tuple(Insurance)
        and told.contract is not None
        and told.as_of.year == day.year
        and limit_told
    )


def _limit_of_its_own(told: Coverage, category: Category) -> tuple[str, ...]:
    """The province tells what is used of the yearly limit only; of others what was used
    here is all that is known."""
    theirs = category is not Category.ORDINARY or told.insutype == Insurance.EMPLOYEE
    return (OWN_LIMIT,) if theirs else ()


def _why(shares: Shares, most: Money) -> tuple[str, ...]:
    """Why the fund does not pay all, nearest first; the sentences of the bill."""
    if shares.own == ZERO:
        return ("why.all_paid",)
    if shares.fund < most:
        return ("why.yearly_limit" if shares.fund > ZERO else "why.limit_used_up",)
    parts = (
        ("why.over_limit_price", shares.over_limit_price),
        ("why.advance", shares.advance_self_pay),
    )
    less = tuple(code for code, amount in parts if amount > ZERO)
    return ("why.part_paid" if shares.fund > ZERO else "why.nothing_paid", *less)[:2]
