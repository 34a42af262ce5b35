"""What each kind of rule looks at, line by line or once for the visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from terminal.core.audit_facts import Billed, Earlier, Facts, days_supplied
from terminal.core.audit_kinds import Kind, Rule
from terminal.core.audit_lists import better_listed
from terminal.core.catalogue import Item
from terminal.core.money import Money, plain

Hit = tuple[int | None, Mapping[str, str]]
"""The line it is about, and what its words say of it."""

_YEARS_FROM = 36
"""Months: a younger child's age is said in months."""


def _lines(rule: Rule, facts: Facts) -> Iterator[Billed]:
    for line in facts.lines:
        if line.item in rule.drugs:
            yield line


def _diagnosed(rule: Rule, facts: Facts) -> bool:
    """Whether the diagnosis or a registration is one of the rule's."""
    by_code = facts.diagnosis is not None and facts.diagnosis.startswith(rule.diagnoses)
    return by_code or not facts.programmes.isdisjoint(rule.programmes)


def _diagnosis(rule: Rule, facts: Facts) -> Iterator[Hit]:
    if facts.diagnosis is None or _diagnosed(rule, facts):
        return
    for line in _lines(rule, facts):
        yield line.number, {"name": line.item.name, "diagnosis": facts.diagnosis_name}


def _sex(rule: Rule, facts: Facts) -> Iterator[Hit]:
    if facts.sex == rule.sex:
        for line in _lines(rule, facts):
            yield line.number, {"name": line.item.name}


def _too_young(rule: Rule, facts: Facts) -> Iterator[Hit]:
    if facts.months is not None and facts.months < (rule.months or 0):
        for line in _lines(rule, facts):
            yield line.number, {"name": line.item.name, "age": _age(facts)}


def _too_old(rule: Rule, facts: Facts) -> Iterator[Hit]:
    if facts.months is not None and facts.months >= (rule.months or 0):
        for line in _lines(rule, facts):
            yield line.number, {"name": line.item.name, "age": _age(facts)}


def _restricted(rule: Rule, facts: Facts) -> Iterator[Hit]:
    """Outside any one part of the restriction: its diseases, or its age (younger than)."""
    by_disease = bool(rule.diagnoses or rule.programmes)
    outside = by_disease and facts.diagnosis is not None and not _diagnosed(rule, facts)
    if rule.months is not None and facts.months is not None:
        outside = outside or facts.months >= rule.months
    if outside:
        for line in _lines(rule, facts):
            said = {"name": line.item.name, "diagnosis": facts.diagnosis_name, "age": _age(facts)}
            yield line.number, said


def _duplicate(rule: Rule, facts: Facts) -> Iterator[Hit]:
    """The later line of two on the bill; else the line beside what is still at home."""
    chosen = [line for line in _lines(rule, facts) if line.item.ingredients]
    for place, line in enumerate(chosen):
        for other in chosen[:place]:
            shared = _shared(line, other)
            if shared:
                yield line.number, _twice(line, other.item.name, shared)
                break
        else:
            yield from _still_at_home(line, facts)


def _still_at_home(line: Billed, facts: Facts) -> Iterator[Hit]:
    for given in facts.earlier:
        left, shared = given.left_on(facts.day), _shared(line, given)
        if left and shared:
            other = f"{given.day:%m月%d日}开的{given.item.name}（还够{left}天）"
            yield line.number, _twice(line, other, shared)
            return


def _shared(line: Billed, other: Billed | Earlier) -> str:
    """An ingredient of two different drugs; two boxes of one drug are a matter of quantity."""
    if other.item.medins_list_codg == line.item.medins_list_codg:
        return ""
    return next((each for each in line.item.ingredients if each in other.item.ingredients), "")


def _twice(line: Billed, other: str, ingredient: str) -> dict[str, str]:
    return {"name": line.item.name, "other": other, "ingredient": ingredient}


def _quantity(rule: Rule, facts: Facts) -> Iterator[Hit]:
    """One finding a drug, on its last line.

    Packs are not torn apart: where nobody said the days, it is too much only when one
    pack fewer would already suffice for them.
    """
    for lines in _by_item(rule, facts):
        item, lasts = lines[-1].item, [line.lasts for line in lines]
        if None in lasts:
            continue
        long = facts.long_term(item) or _is_one_of(facts.diagnosis, rule.diagnoses)
        allowed = (rule.long_days if long else rule.days) or 0
        days = sum(each or 0 for each in lasts) + (_left(facts, item) if long else 0)
        pack = _one_pack(lines)
        if days > allowed if pack is None else days - pack >= allowed:
            said = {"name": item.name, "days": str(days), "allowed": str(allowed)}
            yield lines[-1].number, said


def _is_one_of(diagnosis: str | None, beginnings: tuple[str, ...]) -> bool:
    return diagnosis is not None and diagnosis.startswith(beginnings)


def _one_pack(lines: list[Billed]) -> int | None:
    """Days of one whole pack, where its days were reckoned; None: said, or by the tablet."""
    if any(line.days is not None for line in lines):
        return None
    whole = [line for line in lines if not line.split_units]
    return None if not whole else days_supplied(whole[0].item, Decimal(1), 0, None)


def _left(facts: Facts, item: Item) -> int:
    """Days that are left of what was given of this drug before."""
    same = [e for e in facts.earlier if e.item.medins_list_codg == item.medins_list_codg]
    return max((each.left_on(facts.day) for each in same), default=0)


def _by_item(rule: Rule, facts: Facts) -> list[list[Billed]]:
    """Lines of one drug together, in the order of the bill."""
    together: dict[str, list[Billed]] = {}
    for line in _lines(rule, facts):
        together.setdefault(line.item.medins_list_codg, []).append(line)
    return list(together.values())


def _public_health(rule: Rule, facts: Facts) -> Iterator[Hit]:
    for line in _lines(rule, facts):
        if line.item.public_health:
            yield line.number, {"name": line.item.name}


def _better(rule: Rule, facts: Facts) -> Iterator[Hit]:
    """Once a drug: the cheapest for the person of the same generic drugs that stand here."""
    for lines in _by_item(rule, facts):
        line = lines[0]
        offered = facts.shelf.get(line.item.generic, ()) if line.item.generic else ()
        better = better_listed(line, offered, facts)
        if better is not None:
            saving = "" if better.saving is None else f"，约可少付{better.saving.yuan}元"
            said = {"name": line.item.name, "other": f"{better.item.name}{better.item.spec}"}
            yield line.number, {**said, "saving": saving}


def _interval(rule: Rule, facts: Facts) -> Iterator[Hit]:
    for lines in _by_item(rule, facts):
        item = lines[0].item
        left = _left(facts, item)
        if left > (rule.days or 0):
            code = item.medins_list_codg
            since = max(e.day for e in facts.earlier if e.item.medins_list_codg == code)
            said = {"name": item.name, "left": str(left), "since": f"{since:%m月%d日}"}
            yield lines[0].number, said


def _dose(rule: Rule, facts: Facts) -> Iterator[Hit]:
    """Only where the doctor said the days: a guess is not held against anybody.

    Of whole packs the last one need not be used up within them.
    """
    for lines in _by_item(rule, facts):
        item, days = lines[0].item, [line.days for line in lines]
        most = item.daily_units_max
        said_days = sum(each or 0 for each in days)
        if most is None or None in days or said_days <= 0:
            continue
        spare = 0 if any(line.split_units for line in lines) else item.pack_units
        dose = (sum((line.units for line in lines), Decimal(0)) - spare) / said_days
        if dose > most:
            said = {"name": item.name, "unit": item.small_unit or item.unit}
            yield lines[-1].number, {**said, "dose": _tenths(dose), "most": _tenths(most)}


def _limit(rule: Rule, facts: Facts) -> Iterator[Hit]:
    left, asked = facts.limit_left, rule.yuan
    if facts.lines and left is not None and asked is not None and left < asked:
        yield None, {"left": left.yuan}


def _price(rule: Rule, facts: Facts) -> Iterator[Hit]:
    for lines in _by_item(rule, facts):
        item = lines[0].item
        limit = item.price_limit
        if limit is not None and item.price > limit:
            said = {"name": item.name, "over": Money.of(item.price - limit).yuan}
            price, most = Money.of(item.price).yuan, Money.of(limit).yuan
            yield lines[0].number, {**said, "price": price, "limit": most}


def _expiry_soon(rule: Rule, facts: Facts) -> Iterator[Hit]:
    for line in _lines(rule, facts):
        if line.expires_on is not None:
            left = (line.expires_on - facts.day).days
            if 0 <= left <= facts.expiry_warning_d:
                said = {"name": line.item.name, "expires": line.expires_on.isoformat()}
                yield line.number, {**said, "left": str(left)}


def _expired(rule: Rule, facts: Facts) -> Iterator[Hit]:
    for line in _lines(rule, facts):
        if line.expires_on is not None and line.expires_on < facts.day:
            yield line.number, {"name": line.item.name, "expires": line.expires_on.isoformat()}


def _age(facts: Facts) -> str:
    months = facts.months or 0
    return f"{months}个月" if months < _YEARS_FROM else f"{months // 12}岁"


def _tenths(number: Decimal) -> str:
    """At most one digit behind the point, and none that is not needed."""
    return plain(number.quantize(Decimal("0.1")))


CHECKS: dict[Kind, Callable[[Rule, Facts], Iterator[Hit]]] = {
    Kind.DIAGNOSIS_MISSING_FOR_DRUG: _diagnosis,
    Kind.SEX: _sex,
    Kind.AGE_MIN: _too_young,
    Kind.AGE_MAX: _too_old,
    Kind.RESTRICTED_PAYMENT: _restricted,
    Kind.DUPLICATE_INGREDIENT: _duplicate,
    Kind.QUANTITY_DAYS: _quantity,
    Kind.PUBLIC_HEALTH: _public_health,
    Kind.BETTER_LISTED: _better,
    Kind.INTERVAL: _interval,
    Kind.DAILY_DOSE: _dose,
    Kind.LIMIT_NEARLY_USED: _limit,
    Kind.PRICE_OVER_LIMIT: _price,
    Kind.EXPIRY_SOON: _expiry_soon,
    Kind.EXPIRED: _expired,
}
"""Every kind has one; `find` calls it for the rules that hold on the day."""
