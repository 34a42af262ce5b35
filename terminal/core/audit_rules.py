"""Warnings before the platform would refuse (事前提醒): what the rules find on a bill.

A rule names a kind, which says what is looked at, and carries its own parameters, words
and basis: rules are read and changed in their file (core/data/audit_rules.toml), kinds
here. Three things keep a doctor listening: what is not known finds nothing, one whole
pack is never too much, and of one line a rule says one thing.
"""

from __future__ import annotations

from collections.abc import Iterable

from terminal.core.audit_checks import CHECKS
from terminal.core.audit_facts import Facts
from terminal.core.audit_kinds import Rule
from terminal.core.goods_views import FindingView

_WHOLE_VISIT = 1_000_000
"""After every line."""


def find(rules: Iterable[Rule], facts: Facts) -> tuple[FindingView, ...]:
    """What the rules that hold on the day find, in the order of the bill's lines.

    What is about the whole visit comes last. Raises nothing: what a rule would need and
    nobody knows finds nothing.
    """
    found = [
        FindingView(rule.name, rule.severity, rule.words.format_map(said), rule.basis, number)
        for rule in rules
        if rule.holds_on(facts.day)
        for number, said in CHECKS[rule.kind](rule, facts)
    ]
    return tuple(sorted(found, key=lambda each: each.number or _WHOLE_VISIT))
