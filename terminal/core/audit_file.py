"""The file of rules of warnings (TOML): read strictly, and refused whole.

One table `rule` a rule. Every rule has name, kind, severity (block, warn, hint), basis
and words, and may have `from` and `until` (the first and the last day it holds). `drugs`
is a table of generics, ingredients, codes and programmes; diagnoses are beginnings of
ICD-10 codes. Which parameters a kind needs, core/audit_kinds says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from string import Formatter
from typing import Any, TypeVar

from terminal.core.audit_kinds import SHAPES, Drugs, Kind, Rule
from terminal.core.faults import Refused
from terminal.core.goods_views import Severity
from terminal.core.money import Money

_RULES_MAX = 1000
"""Far more than a doctor could bear; each costs time at every scan."""
_WORDS_MAX = 200
_ENTRIES_MAX = 2000
_MONTHS_MAX, _DAYS_MAX = 12 * 130, 366

_ALWAYS = {"name", "kind", "severity", "basis", "words"}
_AT_TIMES = {"from", "until"}
Read = TypeVar("Read")
"""What a parameter is read as."""

_NAME = re.compile(r"[a-z][a-z0-9_]{2,49}")
_TOML_LINE = re.compile(r"at line (\d+)")


def read_rules(text: str) -> tuple[Rule, ...]:
    """Every rule of the file, in its order.

    Raises Refused `rules.unreadable` with the line where it is no TOML, else with the
    rule's name (or its place) and the parameter that is wrong.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _TOML_LINE.search(str(error))
        raise Refused("rules.unreadable", line=int(at[1]) if at else 0) from None
    tables = told.get("rule")
    if not isinstance(tables, list) or set(told) != {"rule"} or len(tables) > _RULES_MAX:
        raise Refused("rules.unreadable", parameter="rule")
    rules: dict[str, Rule] = {}
    for place, table in enumerate(tables, 1):
        rule = _Reading(table, place).rule()
        if rule.name in rules:
            raise Refused("rules.unreadable", rule=rule.name, parameter="name")
        rules[rule.name] = rule
    return tuple(rules.values())


class _Reading:
    """One table of the file."""

    def __init__(self, table: object, place: int) -> None:
        self._table: Mapping[str, Any] = table if isinstance(table, dict) else {}
        name = self._table.get("name")
        self._rule = name if isinstance(name, str) and _NAME.fullmatch(name) else f"#{place}"

    def rule(self) -> Rule:
        name = self._text("name", 50)
        if not _NAME.fullmatch(name):
            raise self._wrong("name")
        kind = self._choice(Kind, "kind")
        self._same_parameters(kind)
        rule = Rule(
            name=name,
            kind=kind,
            severity=self._choice(Severity, "severity"),
            basis=self._text("basis", _WORDS_MAX),
            words=self._words(kind),
            begins=self._if_there("from", self._day),
            ends=self._if_there("until", self._day),
            drugs=self._drugs() if "drugs" in self._table else Drugs(),
            diagnoses=self._entries(self._table, "diagnoses"),
            programmes=self._entries(self._table, "programmes"),
            sex=self._sex() if "sex" in self._table else "",
            months=self._if_there("months", lambda name: self._count(name, _MONTHS_MAX)),
            days=self._if_there("days", lambda name: self._count(name, _DAYS_MAX)),
            long_days=self._if_there("long_days", lambda name: self._count(name, _DAYS_MAX)),
            yuan=self._if_there("yuan", self._money),
        )
        if rule.begins and rule.ends and rule.begins > rule.ends:
            raise self._wrong("until")
        return rule

    def _same_parameters(self, kind: Kind) -> None:
        """Each that the kind needs, and none that it has no use for."""
        shape, given = SHAPES[kind], set(self._table) - _ALWAYS - _AT_TIMES
        for parameter in sorted((shape.needs - given) | (given - shape.needs - shape.may)):
            raise self._wrong(parameter)
        if kind is Kind.RESTRICTED_PAYMENT and not given - {"drugs"}:
            raise self._wrong("diagnoses")

    def _words(self, kind: Kind) -> str:
        """Words whose {facts} the kind can fill in, and no other kind of brace."""
        words = self._text("words", _WORDS_MAX)
        try:
            parts = list(Formatter().parse(words))
        except ValueError:
            raise self._wrong("words") from None
        for _, fact, form, conversion in parts:
            if fact is not None and (fact not in SHAPES[kind].facts or form or conversion):
                raise self._wrong("words")
        return words

    def _drugs(self) -> Drugs:
        table = self._table["drugs"]
        known = {"generics", "ingredients", "codes", "programmes"}
        if not isinstance(table, dict) or not table or set(table) - known:
            raise self._wrong("drugs")
        # An empty choice would mean every drug: it is written by leaving `drugs` out.
        return Drugs(**{name: self._entries(table, name, least=1) for name in table})

    def _entries(self, table: Mapping[str, Any], name: str, least: int = 0) -> tuple[str, ...]:
        told = table.get(name, [])
        if name in table and not told:
            least = 1
        if not isinstance(told, list) or not least <= len(told) <= _ENTRIES_MAX:
            raise self._wrong(name)
        if not all(isinstance(each, str) and each.strip() == each != "" for each in told):
            raise self._wrong(name)
        return tuple(told)

    def _text(self, name: str, most: int) -> str:
        told = self._table.get(name)
        if not isinstance(told, str) or not 0 < len(told.strip()) <= most:
            raise self._wrong(name)
        return told.strip()

    def _choice(self, of: Callable[[str], Read], name: str) -> Read:
        try:
            return of(self._text(name, 50))
        except ValueError:
            raise self._wrong(name) from None

    def _if_there(self, name: str, read: Callable[[str], Read]) -> Read | None:
        return read(name) if name in self._table else None

    def _day(self, name: str) -> date:
        told = self._table[name]
        if type(told) is not date:  # A time of day is a date as well, to isinstance.
            raise self._wrong(name)
        return told

    def _count(self, name: str, most: int) -> int:
        told = self._table[name]
        if type(told) is not int or not 0 < told <= most:
            raise self._wrong(name)
        return told

    def _money(self, name: str) -> Money:
        told = self._table[name]
        try:
            if not isinstance(told, str) or Money.parse(told).fen <= 0:
                raise self._wrong(name)
        except Refused:
            raise self._wrong(name) from None
        return Money.parse(told)

    def _sex(self) -> str:
        told = self._text("sex", 1)
        if told not in ("1", "2"):
            raise self._wrong("sex")
        return told

    def _wrong(self, parameter: str) -> Refused:
        return Refused("rules.unreadable", rule=self._rule, parameter=parameter)
