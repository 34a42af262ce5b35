"""What the province would probably pay, reckoned here while it is away.

An estimate is never a bill. Its own share is what a resident agrees to pay at most, so
whatever is not known counts against the fund: no coverage told, an item without terms,
a yearly limit nobody has told of. The year is the visit's, whenever it is settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.benefit_policy import Policy, Pot, policy_for
from terminal.core.benefits import assess
from terminal.core.bill import BillLine
from terminal.core.coverage import Category, Contract, Insured, Place, Scheme, cover
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total
from terminal.core.people import Coverage as Told
from terminal.core.people import Insurance
from terminal.core.shares import Shares

_SCHEMES = {Insurance.RESIDENT: Scheme.RESIDENT, Insurance.EMPLOYEE: Scheme.EMPLOYEE}

_YEARLY = (Pot.REFORM, Pot.BASE)
"""The pots whose use the province tells with a person (5206, `yearly_limit_type`)."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where the visit is, as far as a contract and a region go."""

    region: str
    """mdtrtarea_admvs."""
    hospitals: frozenset[str] = frozenset()
    """Names of the institutions a contract with which holds here. Empty where the clinic
    does not know: then any contract in force is taken for one that does."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What the fund paid, or will pay, for another visit of the same person."""

    category: Category
    fund: Money
    counted_at: datetime | None
    """When the province charged it; None: not yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known here of a person's coverage; it may be old."""

    told: Told | None
    """What the province said last; None: nothing, ever."""
    paid: Sequence[Paid] = ()
    """What was settled or agreed to here for visits of the same year."""


def estimate(
    lines: Sequence[BillLine],
    category: Category,
    known: Known,
    here: Here,
    policies: Sequence[Policy],
    day: date,
) -> Shares:
    """Share one settlement's lines as the insured region's rules would on that day.

    The whole own share is shown as cash: what an account holds by then is not known.
    Raises Refused `benefits.waived_item_billed`, `bill.line_unreadable`.
    """
    told = known.told
    policy = None if told is None else _policy(policies, told.insuplc_admdvs, day)
    scheme = None if told is None or not told.in_force else _scheme(told.insutype)
    if told is None or policy is None or scheme is None:
        return _nothing_known(lines)
    insured = Insured(
        scheme,
        told.insuplc_admdvs,
        _contracts(told, here, policy, day),
        # Its lines stand in this settlement because the registration was told of.
        registered=frozenset({category}),
    )
    covered = cover(insured, Place(_HERE, here.region), category, day, policy)
    used = {} if covered.pot is None else _used(covered.pot, category, known, policy, day)
    shared = assess(lines, covered, policy, used)
    return _shares(
        total(line.split.total for line in shared.lines),
        shared.fund,
        (
            shared.split.full_self_pay,
            shared.split.over_price_limit,
            shared.split.advance,
            shared.split.in_scope,
        ),
    )


_HERE = "here"
_ELSEWHERE = "elsewhere"


def _contracts(told: Told, here: Here, policy: Policy, day: date) -> tuple[Contract, ...]:
    """The contract that was told of, as if it ran today; the platform names no packages."""
    if not told.contract:
        return ()
    holds = not here.hospitals or told.contract in here.hospitals
    institution = _HERE if holds else _ELSEWHERE
    return (Contract(institution, told.insuplc_admdvs, day, day, policy.resident_packages),)


def _used(
    pot: Pot, category: Category, known: Known, policy: Policy, day: date
) -> Mapping[Pot, Money]:
    """What the year's limit has spent: what was told, and what happened here since."""
    told = known.told
    mine = [each for each in known.paid if each.category is category]
    if pot not in _YEARLY or told is None or told.as_of.year != day.year:
        return {pot: total(each.fund for each in mine)}
    if told.fund_used is None:
        return {pot: policy.limit(pot)}
    since = [each.fund for each in mine if each.counted_at is None or each.counted_at > told.as_of]
    return {pot: told.fund_used + total(since)}


def _policy(policies: Sequence[Policy], region: str, day: date) -> Policy | None:
    try:
        return policy_for(policies, region, day)
    except Refused:
        return None  # Insured where no rules are known here.


def _scheme(insutype: str) -> Scheme | None:
    return next((scheme for kind, scheme in _SCHEMES.items() if kind == insutype), None)


def _nothing_known(lines: Sequence[BillLine]) -> Shares:
    """The whole amount as own share: the most it can come to."""
    amount = total(line.total for line in lines)
    return _shares(amount, ZERO, (amount, ZERO, ZERO, ZERO))


def _shares(amount: Money, fund: Money, parts: tuple[Money, Money, Money, Money]) -> Shares:
    own = amount - fund
    return Shares(
        total=amount,
        fund=fund,
        own=own,
        account=ZERO,
        mutual_aid=ZERO,
        cash=own,
        hospital=ZERO,
        full_self_pay=parts[0],
        over_limit_price=parts[1],
        advance_self_pay=parts[2],
        in_scope=parts[3],
    ).verified()
