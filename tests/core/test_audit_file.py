"""A file of rules is read strictly, and refused whole with what is wrong in it."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import terminal.core
from terminal.core.audit_file import read_rules
from terminal.core.audit_kinds import Kind
from terminal.core.faults import Refused
from terminal.core.goods_views import Severity
from terminal.core.money import Money

SHIPPED = (Path(terminal.core.__file__).parent / "data" / "audit_rules.toml").read_text("utf-8")

HEAD = """
[[rule]]
name = "one_rule"
severity = "warn"
basis = "说明书"
"""
SEX = HEAD + 'kind = "sex"\nwords = "{name}"\nsex = "1"\ndrugs = { generics = ["益母草"] }\n'
DAYS = HEAD + 'kind = "quantity_days"\nwords = "{name}{days}"\ndays = 7\nlong_days = 84\n'
LIMIT = HEAD + 'kind = "limit_nearly_used"\nwords = "剩{left}"\nyuan = "50.00"\n'
FUND = HEAD + 'kind = "restricted_payment"\nwords = "{name}"\ndrugs = { codes = ["XA"] }\n'


def wrong(text: str) -> dict[str, object]:
    """What is said of a file that is refused."""
    with pytest.raises(Refused) as no:
        read_rules(text)
    assert no.value.code == "rules.unreadable"
    return no.value.facts


def rules_in(text: str) -> int:
    """How many rules are read; none of a file that is refused, as every bad one must be."""
    try:
        return len(read_rules(text))
    except Refused as no:
        return 0 if no.code == "rules.unreadable" else -1


def test_a_rule_is_read_as_its_file_has_it() -> None:
    [rule] = read_rules(SEX + "from = 2026-01-01\nuntil = 2026-12-31\n")
    assert (rule.name, rule.kind, rule.severity) == ("one_rule", Kind.SEX, Severity.WARN)
    assert (rule.begins, rule.ends) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (rule.sex, rule.drugs.generics) == ("1", ("益母草",))
    [days] = read_rules(DAYS)
    assert (days.days, days.long_days) == (7, 84)
    [limit] = read_rules(LIMIT)
    assert limit.yuan == Money(5000)


def test_an_empty_list_of_rules_is_a_clinic_without_warnings() -> None:
    assert read_rules("rule = []") == ()


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        (SEX.replace('name = "one_rule"', ""), "name"),
        (SEX.replace('"one_rule"', '"One rule"'), "name"),
        (SEX.replace('"one_rule"', "3"), "name"),
        (SEX + SEX, "name"),
        (SEX.replace('"sex"', '"sexes"'), "kind"),
        (SEX.replace('kind = "sex"', ""), "kind"),
        (SEX.replace('"warn"', '"warning"'), "severity"),
        (SEX.replace('basis = "说明书"', 'basis = " "'), "basis"),
        (SEX.replace('basis = "说明书"', ""), "basis"),
        (SEX.replace('words = "{name}"', 'words = "{nome}"'), "words"),
        (SEX.replace('words = "{name}"', 'words = "{name.price}"'), "words"),
        (SEX.replace('words = "{name}"', 'words = "{name!r}"'), "words"),
        (SEX.replace('words = "{name}"', 'words = "{name:>9999999}"'), "words"),
        (SEX.replace('words = "{name}"', 'words = "{"'), "words"),
        (SEX.replace('words = "{name}"', 'words = "{}"'), "words"),
        (SEX.replace('words = "{name}"', f'words = "{"药" * 201}"'), "words"),
        (SEX.replace('sex = "1"', 'sex = "3"'), "sex"),
        (SEX.replace('sex = "1"', "sex = 1"), "sex"),
        (SEX.replace('sex = "1"\n', ""), "sex"),
        (SEX.replace("drugs = { generics", "drugs = { names"), "drugs"),
        (SEX.replace('{ generics = ["益母草"] }', "{}"), "drugs"),
        (SEX.replace('["益母草"]', "[]"), "generics"),
        (SEX.replace('["益母草"]', '[""]'), "generics"),
        (SEX.replace('["益母草"]', "[3]"), "generics"),
        (SEX.replace('["益母草"]', '"益母草"'), "generics"),
        (SEX + "days = 7\n", "days"),
        (SEX + 'colour = "red"\n', "colour"),
        (SEX + 'from = "2026-01-01"\n', "from"),
        (SEX + "from = 2026-01-01T00:00:00\n", "from"),
        (SEX + "from = 2026-02-01\nuntil = 2026-01-01\n", "until"),
        (DAYS.replace("days = 7", "days = 0"), "days"),
        (DAYS.replace("days = 7", "days = true"), "days"),
        (DAYS.replace("days = 7", "days = 7.5"), "days"),
        (DAYS.replace("days = 84", "days = 400"), "long_days"),
        (DAYS + "diagnoses = []\n", "diagnoses"),
        (LIMIT.replace('"50.00"', "50.0"), "yuan"),
        (LIMIT.replace('"50.00"', '"50.001"'), "yuan"),
        (LIMIT.replace('"50.00"', '"-1.00"'), "yuan"),
        (FUND, "diagnoses"),
        ("", "rule"),
        ("rule = 3", "rule"),
        ("rule = []\nrules = []", "rule"),
        ("rule = [3]", "name"),
    ],
)
def test_a_file_with_a_wrong_parameter_is_refused_and_it_is_named(
    text: str, parameter: str
) -> None:
    assert wrong(text)["parameter"] == parameter


def test_the_rule_that_is_wrong_is_named_or_else_its_place() -> None:
    assert wrong(SEX + DAYS.replace("one_rule", "other").replace("7", '"7"'))["rule"] == "other"
    assert wrong(SEX + "[[rule]]\n")["rule"] == "#2"


def test_where_a_file_is_no_toml_its_line_is_named() -> None:
    assert wrong(SEX + "days = = 7\n")["line"] == SEX.count("\n") + 1


def test_a_file_cut_short_is_refused_or_has_every_rule_it_still_holds() -> None:
    whole = len(read_rules(SHIPPED))
    for end in range(0, len(SHIPPED), 97):
        assert 0 <= rules_in(SHIPPED[:end]) <= whole


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert rules_in(text) == 0


@given(
    st.sampled_from(sorted(tomllib.loads(DAYS + LIMIT)["rule"][0])),
    st.recursive(
        st.booleans() | st.integers() | st.text(max_size=9).map(ascii) | st.just("[]"),
        lambda inner: st.lists(inner, max_size=2),
        max_leaves=3,
    ),
)
def test_no_value_of_a_parameter_breaks_the_reading(name: str, value: object) -> None:
    told = str(value).replace("'", '"').replace("True", "true").replace("False", "false")
    lines = [line for line in DAYS.splitlines() if not line.startswith(f"{name} =")]
    assert rules_in("\n".join([*lines, f"{name} = {told}"])) in (0, 1)


def test_the_rules_that_come_with_the_program_say_their_placeholders() -> None:
    rules = read_rules(SHIPPED)
    assert len(rules) == SHIPPED.count("[[rule]]") >= 25
    assert SHIPPED.count("# PH") >= 15
    labels = [line for line in SHIPPED.splitlines() if line.startswith('basis = "药品说明书')]
    assert all(line.endswith("# PH") for line in labels)
