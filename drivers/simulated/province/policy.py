"""From the province's records to the coverage rules of terminal.core, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from drivers.simulated.province.call import Call
from drivers.simulated.province.reference import Person, Registration
from drivers.simulated.province.rejection import Rejection
from terminal.core.benefit_policy import Policy, Pot, policy_for
from terminal.core.benefits import Shares, Tender, assess, limit_left, tender
from terminal.core.bill import BillLine
from terminal.core.coverage import Category, Contract, Coverage, Insured, Scheme, cover
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total

_SCHEMES = {"390": Scheme.RESIDENT, "310": Scheme.EMPLOYEE}
_CATEGORIES = {
    "11": Category.ORDINARY,
    "14": Category.CHRONIC,
    "9901": Category.TWO_DISEASES,  # Hunan's local code for 门诊两病.
}
_REFUSALS = {
    "benefits.not_registered": "未办理该病种备案或备案已失效",
    "benefits.waived_item_billed": "签约家庭医生处诊查费(一般诊疗费)不得收取",
    "benefits.no_policy": "参保地无有效待遇政策",
    "bill.line_unreadable": "费用明细数量或单价不正确",
}


@dataclass(frozen=True, slots=True)
class Priced:
    """A batch with everything its settlement needs to know."""

    shares: Shares
    policy: Policy
    year: int
    """Whose limits it uses."""
    left: Money
    """What the first pot's limit held before this bill."""
    paid: Tender


def price(
    call: Call, person: Person, visit: sqlite3.Row, lines: Sequence[sqlite3.Row], med_type: str
) -> Priced:
    """Apply the insured region's rules to one batch of a visit.

    Raises Rejection for a batch of several diseases, a disease not registered, or an
    item that may not be billed.
    """
    category = _category(visit["insutype"], med_type)
    day = date.fromisoformat(visit["begntime"][:10])
    registered = _registered(call, person, visit, lines, category, day)
    insured = _insured(call, person, visit["insutype"], registered)
    try:
        policy = policy_for(call.reference.policies, insured.region, day)
        year = policy.limit_year(day, call.today)
        used = used_in(call, person, year)
        coverage = cover(insured, call.institution.place, category, day, policy)
        shares = assess([_bill_line(call, line) for line in lines], coverage, policy, used)
    except Refused as refusal:
        raise Rejection(_REFUSALS[refusal.code], "setlcheck_8") from refusal
    left = limit_left(coverage.pot, policy, used) if coverage.pot else ZERO
    paid = Tender(ZERO, ZERO, shares.person)
    if call.data["acct_used_flag"] == "1":
        paid = tender(
            shares.person,
            account_left(call, person, visit["insutype"]),
            _relatives_account(call, person),
        )
    return Priced(shares, policy, year, left, paid)


def coverage_of(call: Call, person: Person, insutype: str, med_type: str, day: date) -> Coverage:
    """Which limit would pay for a visit of that kind. Raises Rejection when none may."""
    category = _category(insutype, med_type)
    registered = frozenset(
        _CATEGORIES[each.med_type]
        for each in person.registrations
        if each.begins <= day <= each.ends and call.data["dise_codg"] in {"", each.code}
    )
    insured = _insured(call, person, insutype, registered)
    try:
        policy = policy_for(call.reference.policies, insured.region, day)
        return cover(insured, call.institution.place, category, day, policy)
    except Refused as refusal:
        raise Rejection(_REFUSALS[refusal.code], "setlcheck_8") from refusal


def used_in(call: Call, person: Person, year: int) -> dict[Pot, Money]:
    """What each limit paid for someone in that year, here and before.

    Only settlements that stand are counted, so a cancellation gives the limit back.
    """
    used = dict(person.used) if person.used_year in {None, year} else {}
    rows = call.book.rows(
        "SELECT pot, sum(fen) AS fen FROM uses LEFT JOIN settlements USING (setl_id)"
        " WHERE uses.psn_no = ? AND uses.year = ?"
        " AND (settlements.state = 'settled' OR settlements.state IS NULL) GROUP BY pot",
        person.psn_no,
        year,
    )
    for row in rows:
        pot = Pot(row["pot"])
        used[pot] = used.get(pot, ZERO) + Money(row["fen"])
    return used


def account_left(call: Call, person: Person, insutype: str) -> Money:
    """What someone's own account of that insurance still holds."""
    balance = total(row.balance for row in person.insurance if row.insutype == insutype)
    spent = call.book.total(
        "SELECT sum(fen) FROM account_uses JOIN settlements USING (setl_id)"
        " WHERE account_uses.psn_no = ? AND settlements.state = 'settled'",
        person.psn_no,
    )
    return max(ZERO, balance - Money(spent))


def _relatives_account(call: Call, person: Person) -> Money:
    if person.mutual_aid is None:
        return ZERO
    relative = call.reference.person(person.mutual_aid)
    return total(
        account_left(call, relative, row.insutype) for row in relative.insurance if row.in_force
    )


def _category(insutype: str, med_type: str) -> Category:
    if med_type not in _CATEGORIES:
        raise Rejection("医疗类别暂不支持", "setlcheck_9")
    if insutype not in _SCHEMES:
        raise Rejection("险种暂不支持", "setlcheck_9")
    return _CATEGORIES[med_type]


def _insured(call: Call, person: Person, insutype: str, registered: frozenset[Category]) -> Insured:
    return Insured(
        scheme=_SCHEMES[insutype],
        region=person.insured_as(insutype).region,
        contracts=_contracts(call, person),
        registered=registered,
    )


def _contracts(call: Call, person: Person) -> tuple[Contract, ...]:
    return tuple(
        Contract(
            institution=each.institution,
            region=call.reference.institutions[each.institution].place.region,
            begins=each.begins,
            ends=each.ends,
            packages=each.packages,
        )
        for each in person.contracts
    )


def _registered(
    call: Call,
    person: Person,
    visit: sqlite3.Row,
    lines: Sequence[sqlite3.Row],
    category: Category,
    day: date,
) -> frozenset[Category]:
    """The category, when its disease is registered and every line belongs to it."""
    diseases = {line["dise_codg"] or visit["dise_codg"] or "" for line in lines}
    if len(diseases) > 1:
        raise Rejection("同一收费批次的费用必须属于同一病种", "setlcheck_7")
    if category is Category.ORDINARY:
        return frozenset()
    held = [
        each
        for each in person.registrations
        if each.code in diseases
        and _CATEGORIES.get(each.med_type) is category
        and each.begins <= day <= each.ends
    ]
    if not held:
        return frozenset()
    if category is Category.TWO_DISEASES and not _all_of_programme(call, lines, held[0]):
        raise Rejection("存在不属于该病种用药范围的费用", "setlcheck_7")
    return frozenset({category})


def _all_of_programme(call: Call, lines: Sequence[sqlite3.Row], registration: Registration) -> bool:
    items = call.reference.items
    return all(items[line["item"]].programme == registration.programme for line in lines)


def _bill_line(call: Call, line: sqlite3.Row) -> BillLine:
    item = call.reference.items[line["item"]]
    return BillLine(
        number=line["feedetl_sn"],
        price=Decimal(line["price"]),
        quantity=Decimal(line["quantity"]),
        grade=item.grade,
        advance_ratio=item.advance_ratio,
        price_limit=item.price_limit,
        governed_price=item.governed_price,
        listed=item.listed,
        charge_type=item.charge_type,
    )
