"""Dated coverage rules: a bill becomes shares, each with the reason it is so.

The province decides what is paid. These rules serve the simulated province, the words
beside the province's figures, and the marked estimates made while the line is away.

`coverage.cover` has said which fund stands behind the visit; `assess` shares its bill.
Every fen of a line lies in exactly one part, so the shares add back by construction.
Lines are charged against a limit from the highest ratio down, then in the bill's order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.core.benefit_policy import EmployeeRest, Policy, Pot
from terminal.core.bill import BillLine, Listed, Split
from terminal.core.coverage import Coverage, Reason, waived
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total


@dataclass(frozen=True, slots=True)
class Part:
    """Some fen of one line, who bears them, and why; no pot means the person."""

    amount: Money
    reason: Reason
    pot: Pot | None = None


@dataclass(frozen=True, slots=True)
class LineShares:
    """One line, divided twice: by what it is, and by who bears it."""

    number: str
    split: Split
    parts: tuple[Part, ...]
    ratio: Decimal

    @property
    def fund(self) -> Money:
        return total(part.amount for part in self.parts if part.pot is not None)

    @property
    def person(self) -> Money:
        return total(part.amount for part in self.parts if part.pot is None)


@dataclass(frozen=True, slots=True)
class Shares:
    """A whole bill, shared. Lines keep the bill's order."""

    coverage: Coverage
    lines: tuple[LineShares, ...]
    counted: Mapping[Pot, Money]
    """What this bill uses of each yearly limit, which need not be all the fund pays."""

    @property
    def split(self) -> Split:
        return Split(
            total(line.split.full_self_pay for line in self.lines),
            total(line.split.over_price_limit for line in self.lines),
            total(line.split.advance for line in self.lines),
            total(line.split.in_scope for line in self.lines),
        )

    @property
    def fund(self) -> Money:
        return total(line.fund for line in self.lines)

    @property
    def person(self) -> Money:
        return total(line.person for line in self.lines)

    def paid_from(self, pot: Pot) -> Money:
        parts = (part for line in self.lines for part in line.parts)
        return total(part.amount for part in parts if part.pot is pot)


@dataclass(frozen=True, slots=True)
class Tender:
    """How a person's share is paid: own account first, a relative's, then cash."""

    account: Money
    mutual_aid: Money
    cash: Money


def limit_left(pot: Pot, policy: Policy, used: Mapping[Pot, Money]) -> Money:
    """What a yearly limit still holds, given what each pot has paid that year."""
    spent = used.get(pot, ZERO)
    shared = {Pot.REFORM: Pot.BASE, Pot.BASE: Pot.REFORM}
    if policy.limit_shared_with_base and pot in shared:
        spent += used.get(shared[pot], ZERO)
    return max(ZERO, policy.limit(pot) - spent)


def assess(
    lines: Sequence[BillLine], coverage: Coverage, policy: Policy, used: Mapping[Pot, Money]
) -> Shares:
    """Share one batch of lines, all of one category, given what was used this year.

    Raises Refused `benefits.waived_item_billed` for a line that `waived` names.
    """
    if numbers := waived(lines, coverage, policy):
        raise Refused("benefits.waived_item_billed", lines=numbers)
    splits = [_as_covered(line, coverage, policy).split() for line in lines]
    rates = [_rate(line, coverage, policy) for line in lines]
    granted, counted = _grant(lines, splits, rates, coverage, policy, used)
    rests = _grant_rest(splits, rates, granted, coverage, policy, used)
    shares = tuple(
        LineShares(line.number, split, _parts(split, rate, paid, rest, coverage), rate[0])
        for line, split, rate, paid, rest in zip(lines, splits, rates, granted, rests, strict=True)
    )
    uses: dict[Pot, Money] = {}
    if coverage.pot is not None:
        uses[coverage.pot] = counted
    if coverage.rest is not None:
        uses[coverage.rest] = total(rests)
    return Shares(coverage, shares, uses)


def tender(share: Money, own_account: Money, relative_account: Money) -> Tender:
    """Pay a person's share from what the accounts hold, the rest in cash."""
    account = min(share, max(ZERO, own_account))
    mutual_aid = min(share - account, max(ZERO, relative_account))
    return Tender(account, mutual_aid, share - account - mutual_aid)


_Rate = tuple[Decimal, Reason]


def _as_covered(line: BillLine, coverage: Coverage, policy: Policy) -> BillLine:
    """The line without the self-pay that this coverage takes off it."""
    if coverage.pot is Pot.TWO_DISEASES and not line.governed_price:
        return replace(line, price_limit=None)
    no_advance = coverage.pot is Pot.CHRONIC or (
        coverage.pot is Pot.REFORM
        and line.listed is Listed.HIGHER
        and policy.higher_list_covers_advance
    )
    # An advance of the whole line is no advance: the item is wholly self-paid.
    if no_advance and line.advance_ratio < 1:
        return replace(line, advance_ratio=Decimal(0))
    return line


def _rate(line: BillLine, coverage: Coverage, policy: Policy) -> _Rate:
    match coverage.pot:
        case None:
            return Decimal(0), coverage.reason
        case Pot.REFORM if line.listed is Listed.SPECIFIC:
            return policy.specific_list_ratio, Reason.SPECIFIC_LIST
        case Pot.REFORM if line.listed is Listed.HIGHER:
            return policy.higher_list_ratio, Reason.HIGHER_LIST
        case Pot.BASE:
            return policy.base_ratio, Reason.BASE_POLICY
        case Pot.EMPLOYEE:
            return policy.employee_ratio, Reason.EMPLOYEE_POLICY
        case pot:
            return policy.ratio(pot), coverage.reason


def _grant(
    lines: Sequence[BillLine],
    splits: Sequence[Split],
    rates: Sequence[_Rate],
    coverage: Coverage,
    policy: Policy,
    used: Mapping[Pot, Money],
) -> tuple[list[Money], Money]:
    """What the pot pays of each line, and how much of that its limit counts."""
    granted = [ZERO] * len(lines)
    if coverage.pot is None:
        return granted, ZERO
    left = before = limit_left(coverage.pot, policy, used)
    for index in sorted(range(len(lines)), key=lambda i: (-rates[i][0], i)):
        ratio, reason = rates[index]
        due = splits[index].in_scope.share(ratio)
        if reason is Reason.HIGHER_LIST and not policy.higher_list_uses_limit:
            granted[index] = due
            continue
        granted[index] = min(due, left)
        left -= granted[index]
    return granted, before - left


def _grant_rest(
    splits: Sequence[Split],
    rates: Sequence[_Rate],
    granted: Sequence[Money],
    coverage: Coverage,
    policy: Policy,
    used: Mapping[Pot, Money],
) -> list[Money]:
    """What the second pot pays of each line once the first one's limit is used."""
    rests = [ZERO] * len(splits)
    cut = [
        paid < split.in_scope.share(ratio)
        for split, (ratio, _), paid in zip(splits, rates, granted, strict=True)
    ]
    if coverage.rest is None or not any(cut):
        return rests
    left = limit_left(coverage.rest, policy, used)
    for index, (split, (ratio, _), paid) in enumerate(zip(splits, rates, granted, strict=True)):
        if policy.employee_rest is EmployeeRest.UNPAID_IN_SCOPE:
            open_fees = split.in_scope - paid
        elif cut[index]:
            # 11.00 paid at 70 % has covered 15.71 of the fees; the others go on.
            open_fees = split.in_scope - Money.of(Decimal(paid.fen) / 100 / ratio)
        else:
            open_fees = ZERO
        rests[index] = min(open_fees.share(policy.ratio(coverage.rest)), left)
        left -= rests[index]
    return rests


def _parts(
    split: Split, rate: _Rate, paid: Money, rest: Money, coverage: Coverage
) -> tuple[Part, ...]:
    """Every fen of the line with who bears it and why; empty parts are left out."""
    ratio, reason = rate
    open_fees = split.in_scope - paid - rest
    if coverage.pot is None:
        own = [Part(open_fees, coverage.reason)]
    else:
        cut = min(open_fees, max(ZERO, split.in_scope.share(ratio) - paid - rest))
        own = [Part(open_fees - cut, Reason.CO_PAYMENT), Part(cut, Reason.LIMIT_REACHED)]
    parts = (
        Part(split.full_self_pay, Reason.FULL_SELF_PAY),
        Part(split.over_price_limit, Reason.OVER_PRICE_LIMIT),
        Part(split.advance, Reason.ADVANCE_SELF_PAY),
        Part(paid, reason, coverage.pot),
        Part(rest, Reason.EMPLOYEE_POLICY, coverage.rest),
        *own,
    )
    return tuple(part for part in parts if part.amount != ZERO)
