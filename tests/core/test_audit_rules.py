"""Each rule that comes with the program finds what it says, and nothing beside it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import terminal.core
from terminal.core.audit_checks import CHECKS
from terminal.core.audit_facts import Billed, Earlier, Facts, days_supplied, months_old, supplies
from terminal.core.audit_file import read_rules
from terminal.core.audit_kinds import SHAPES, Kind
from terminal.core.audit_rules import find
from terminal.core.catalogue import Item
from terminal.core.goods_views import Severity
from terminal.core.money import Money

RULES = read_rules(
    (Path(terminal.core.__file__).parent / "data" / "audit_rules.toml").read_text("utf-8")
)
DAY = date(2026, 11, 22)
COLD, HIGH, SUGAR, BACK = "J06.900", "I10.x00", "E11.900", "M54.500"
ADULT, INFANT, CHILD, TEEN, OLD = 480, 5, 48, 180, 960
"""Months of age."""


def drug(code: str, name: str, daily: str = "", pack: int = 1, **more: object) -> Item:
    plain = Item(
        med_list_codg=f"X{code}",
        medins_list_codg=name,
        name=name,
        spec="",
        unit="盒",
        price=Decimal("10.00"),
        prescription=True,
        programme="",
        prefixes=(),
        pack_units=pack,
        small_unit="片",
        daily_units=Decimal(daily) if daily else None,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


PILL = drug("C08CA", "氨氯地平", "1", 28, programme="hypertension", ingredients=("氨氯地平",))
METFORMIN = drug("A10BA", "二甲双胍", "4", 48, programme="diabetes", ingredients=("二甲双胍",))
AMOXICILLIN = drug("J01CA", "阿莫西林", "8", 50, ingredients=("阿莫西林",))
PARACETAMOL = drug(
    "N02BE", "对乙酰氨基酚", "4", 12, ingredients=("对乙酰氨基酚",), daily_units_max=Decimal(4)
)
COLD_MIX = drug(
    "R05XA", "复方氨酚烷胺", "2", 12, ingredients=("对乙酰氨基酚", "金刚烷胺", "咖啡因")
)
LEVOFLOXACIN = drug("J01MA", "左氧氟沙星", "1", 4, ingredients=("左氧氟沙星",))
ASPIRIN = drug("B01AC", "阿司匹林", "1", 30, ingredients=("阿司匹林",))
IBUPROFEN = drug("M01AE", "布洛芬", "6", 24, ingredients=("布洛芬",))
DICLOFENAC = drug("M01AB", "双氯芬酸", "1", 10, ingredients=("双氯芬酸",))
LORATADINE = drug("R06AX", "氯雷他定", "1", 6, ingredients=("氯雷他定",))
COUGH = drug("R05CA", "复方甘草", "", ingredients=("阿片酊",))
CHILDRENS = drug("R05XA", "小儿氨酚黄那敏", "3", 10, generic="氨酚黄那敏(小儿)")
GLIMEPIRIDE = drug("A10BB", "格列美脲", "1", 15, ingredients=("格列美脲",), programme="diabetes")
STATIN = drug("C10AA", "阿托伐他汀", "1", 7)
ACICLOVIR = drug("J05AB", "阿昔洛韦", "10", 24, ingredients=("阿昔洛韦",))
MOTHERWORT = drug("G02CX", "益母草颗粒", "2", 10, generic="益母草")
PROSTATE = drug("G04CA", "坦索罗辛", "1", 10, generic="坦索罗辛")
GLARGINE = drug("A10AE", "甘精胰岛素", "0.1", 1, generic="甘精胰岛素", programme="diabetes")
GRANULES = drug("J01DD", "头孢克肟颗粒", "2", 10, generic="头孢克肟(颗粒)")
CHECK_UP = replace(drug("", "健康体检"), med_list_codg="00999", public_health=True)
DEAR = drug("C09CA", "缬沙坦", "1", 7, price_limit=Decimal("8.00"))
CREAM = drug("D07AC", "莫米松")
LISTED = {"daily": "1", "pack": 30, "generic": "硝苯地平"}
POOR = drug("C08CB", "硝苯地平控释片", **LISTED, listed="none")  # type: ignore[arg-type]
RICH = drug("C08CC", "硝苯地平缓释片", **LISTED, listed="higher")  # type: ignore[arg-type]
RATIOS = {"none": Decimal("0.7"), "specific": Decimal("0.9"), "higher": Decimal(1)}


def facts(
    *items: Item, packs: str = "1", days: int | None = None, split: int = 0, **more: object
) -> Facts:
    """A bill with one line an item."""
    lines = tuple(
        Billed(n, item, Decimal(split or packs), split, days) for n, item in enumerate(items, 1)
    )
    known = Facts(DAY, lines, sex="1", months=ADULT, diagnosis=COLD, diagnosis_name="上感")
    return replace(known, **more)  # type: ignore[arg-type]


def before(item: Item, days_ago: int, lasts: int | None) -> tuple[Earlier, ...]:
    return (Earlier(item, DAY - timedelta(days=days_ago), lasts),)


def expiring(days: int) -> Facts:
    plain = facts(CREAM)
    return replace(plain, lines=(replace(plain.lines[0], expires_on=DAY + timedelta(days=days)),))


H, D = frozenset({"hypertension"}), frozenset({"diabetes"})
TWO = (PILL, PILL)

FIRES: tuple[tuple[str, Facts, int | None], ...] = (
    ("hypertension_drug", facts(PILL), 1),
    ("hypertension_drug", facts(PARACETAMOL, PILL), 2),
    ("hypertension_drug", facts(PILL, programmes=D), 1),
    ("diabetes_drug", facts(METFORMIN, diagnosis=HIGH), 1),
    ("antibacterial_without_infection", facts(AMOXICILLIN, diagnosis=HIGH), 1),
    ("antibacterial_without_infection", facts(AMOXICILLIN, diagnosis=BACK), 1),
    ("lipid_drug", facts(STATIN), 1),
    ("antiviral_herpes_drug", facts(ACICLOVIR), 1),
    ("women_only", facts(MOTHERWORT), 1),
    ("men_only", facts(PROSTATE, sex="2"), 1),
    ("quinolone_under_18", facts(LEVOFLOXACIN, months=TEEN), 1),
    ("quinolone_under_18", facts(LEVOFLOXACIN, months=215), 1),
    ("aspirin_under_16", facts(ASPIRIN, months=TEEN), 1),
    ("opioid_cough_under_18", facts(COUGH, months=TEEN), 1),
    ("adult_cold_under_5", facts(COLD_MIX, months=CHILD), 1),
    ("ibuprofen_under_6_months", facts(IBUPROFEN, months=INFANT), 1),
    ("indometacin_under_14", facts(DICLOFENAC, months=CHILD), 1),
    ("antihistamine_under_2", facts(LORATADINE, months=23), 1),
    ("childrens_drug_for_an_adult", facts(CHILDRENS), 1),
    ("long_acting_sulfonylurea_over_75", facts(GLIMEPIRIDE, months=OLD, programmes=D), 1),
    ("glargine_restricted", facts(GLARGINE), 1),
    ("childrens_preparation_restricted", facts(GRANULES), 1),
    ("public_health", facts(CHECK_UP), 1),
    ("price_over_limit", facts(DEAR), 1),
    ("better_listed", facts(POOR, shelf={"硝苯地平": (POOR, RICH)}, ratios=RATIOS), 1),
    ("better_listed", facts(POOR, shelf={"硝苯地平": (POOR, RICH)}), 1),
    ("limit_nearly_used", facts(CREAM, limit_left=Money(4999)), None),
    ("duplicate_ingredient", facts(PARACETAMOL, COLD_MIX), 2),
    ("duplicate_ingredient", facts(PARACETAMOL, earlier=before(COLD_MIX, 2, 6)), 1),
    ("quantity_days", facts(PARACETAMOL, packs="4"), 1),
    ("quantity_days", facts(AMOXICILLIN, AMOXICILLIN, AMOXICILLIN), 3),
    ("quantity_days", facts(CREAM, days=8), 1),
    ("quantity_days", facts(AMOXICILLIN, split=64), 1),
    ("quantity_days", facts(PILL, days=85, diagnosis=HIGH), 1),
    ("quantity_days", facts(PILL, packs="4", programmes=H), 1),
    ("quantity_days", facts(*TWO, programmes=H, earlier=before(PILL, 1, 60)), 2),
    ("refill_too_early", facts(PILL, programmes=H, earlier=before(PILL, 5, 28)), 1),
    ("daily_dose", facts(PARACETAMOL, split=24, days=5), 1),
    ("daily_dose", facts(PARACETAMOL, packs="4", days=7), 1),
    ("expiry_soon", expiring(60), 1),
    ("expiry_soon", expiring(0), 1),
    ("expired", expiring(-1), 1),
)

SILENT: tuple[tuple[str, Facts], ...] = (
    ("hypertension_drug", facts(PILL, programmes=H)),
    ("hypertension_drug", facts(PILL, diagnosis=HIGH)),
    ("hypertension_drug", facts(PILL, diagnosis=None)),
    ("diabetes_drug", facts(METFORMIN, diagnosis=SUGAR)),
    ("antibacterial_without_infection", facts(AMOXICILLIN)),
    ("antibacterial_without_infection", facts(PARACETAMOL, diagnosis=HIGH)),
    ("lipid_drug", facts(STATIN, diagnosis=HIGH)),
    ("antiviral_herpes_drug", facts(ACICLOVIR, diagnosis="B02.900")),
    ("women_only", facts(MOTHERWORT, sex="2")),
    ("women_only", facts(MOTHERWORT, sex="")),
    ("men_only", facts(PROSTATE)),
    ("quinolone_under_18", facts(LEVOFLOXACIN, months=216)),
    ("quinolone_under_18", facts(LEVOFLOXACIN, months=None)),
    ("aspirin_under_16", facts(ASPIRIN)),
    ("opioid_cough_under_18", facts(COUGH)),
    ("adult_cold_under_5", facts(COLD_MIX, months=60)),
    ("ibuprofen_under_6_months", facts(IBUPROFEN, months=6)),
    ("indometacin_under_14", facts(DICLOFENAC, months=168)),
    ("antihistamine_under_2", facts(LORATADINE, months=24)),
    ("childrens_drug_for_an_adult", facts(CHILDRENS, months=CHILD)),
    ("long_acting_sulfonylurea_over_75", facts(GLIMEPIRIDE, programmes=D)),
    ("glargine_restricted", facts(GLARGINE, diagnosis=SUGAR)),
    ("glargine_restricted", facts(GLARGINE, programmes=D)),
    ("childrens_preparation_restricted", facts(GRANULES, months=CHILD)),
    ("public_health", facts(PARACETAMOL)),
    ("price_over_limit", facts(replace(DEAR, price_limit=Decimal("10.00")))),
    ("better_listed", facts(RICH, shelf={"硝苯地平": (POOR, RICH)}, ratios=RATIOS)),
    (
        "better_listed",  # It costs so much more that the person would pay more.
        facts(
            POOR,
            shelf={"硝苯地平": (replace(RICH, listed="specific", price=Decimal(50)),)},
            ratios=RATIOS,
        ),
    ),
    ("better_listed", facts(POOR, shelf={"硝苯地平": (replace(RICH, expires_on="2026-11-21"),)})),
    ("limit_nearly_used", facts(CREAM, limit_left=Money(5000))),
    ("limit_nearly_used", facts(limit_left=Money(0))),
    ("duplicate_ingredient", facts(PARACETAMOL, PARACETAMOL)),
    ("duplicate_ingredient", facts(PARACETAMOL, AMOXICILLIN)),
    ("duplicate_ingredient", facts(PARACETAMOL, earlier=before(COLD_MIX, 6, 6))),
    ("duplicate_ingredient", facts(PARACETAMOL, earlier=before(COLD_MIX, 1, None))),
    ("quantity_days", facts(PARACETAMOL, packs="3")),
    ("quantity_days", facts(replace(PARACETAMOL, pack_units=100))),
    ("quantity_days", facts(AMOXICILLIN, AMOXICILLIN)),
    ("quantity_days", facts(CREAM, packs="9")),
    ("quantity_days", facts(CREAM, days=7)),
    ("quantity_days", facts(AMOXICILLIN, split=56)),
    ("quantity_days", facts(PILL, packs="3", programmes=H)),
    ("quantity_days", facts(PILL, days=84, diagnosis=HIGH)),
    ("refill_too_early", facts(PILL, programmes=H, earlier=before(PILL, 14, 28))),
    ("refill_too_early", facts(PARACETAMOL, earlier=before(PARACETAMOL, 0, 28))),
    ("daily_dose", facts(PARACETAMOL, split=24, days=6)),
    ("daily_dose", facts(PARACETAMOL, packs="3", days=6)),
    ("daily_dose", facts(replace(PARACETAMOL, pack_units=100), days=3)),
    ("daily_dose", facts(PARACETAMOL, packs="9")),
    ("expiry_soon", expiring(61)),
    ("expiry_soon", expiring(-1)),
    ("expired", expiring(0)),
)


def named(rule: str, known: Facts) -> list[int | None]:
    return [each.number for each in find(RULES, known) if each.rule == rule]


@pytest.mark.parametrize(("rule", "known", "number"), FIRES, ids=lambda x: str(x)[:32])
def test_a_rule_finds_what_it_is_about(rule: str, known: Facts, number: int | None) -> None:
    assert named(rule, known) == [number]


@pytest.mark.parametrize(("rule", "known"), SILENT, ids=lambda x: str(x)[:32])
def test_a_rule_is_silent_where_it_has_nothing_to_say(rule: str, known: Facts) -> None:
    assert named(rule, known) == []


def test_every_rule_that_comes_with_the_program_is_seen_to_speak_and_to_be_silent() -> None:
    names = {rule.name for rule in RULES}
    assert {rule for rule, _, _ in FIRES} == names
    assert {rule for rule, _ in SILENT} == names


def test_every_kind_has_its_check_its_shape_and_a_rule() -> None:
    assert set(CHECKS) == set(SHAPES) == set(Kind) == {rule.kind for rule in RULES}


@pytest.mark.parametrize(("rule", "known", "number"), FIRES, ids=lambda x: str(x)[:32])
def test_words_have_their_facts_filled_in_and_say_whence_they_are(
    rule: str, known: Facts, number: int | None
) -> None:
    for found in find(RULES, known):
        assert "{" not in found.words
        assert found.basis


@pytest.mark.parametrize("packs", ["1", "2"])
def test_an_ordinary_visit_is_silent(packs: str) -> None:
    assert find(RULES, facts(PARACETAMOL, packs=packs)) == ()
    assert find(RULES, facts(AMOXICILLIN)) == ()
    assert find(RULES, facts(PARACETAMOL, AMOXICILLIN, PILL, programmes=H)) == ()


def test_the_saving_is_told_in_yuan_for_as_many_days() -> None:
    shelf = {"硝苯地平": (POOR, RICH)}
    [found] = find(RULES, facts(POOR, packs="2", diagnosis=HIGH, shelf=shelf, ratios=RATIOS))
    assert found.severity is Severity.HINT
    assert "约可少付6.00元" in found.words, "two boxes at 10.00, of which 30 % were one's own"


def test_of_a_better_list_without_known_ratios_no_amount_is_told() -> None:
    [found] = find(RULES, facts(POOR, diagnosis=HIGH, shelf={"硝苯地平": (POOR, RICH)}))
    assert "元" not in found.words


@pytest.mark.parametrize(("day", "count"), [(-1, 0), (0, 1), (10, 1), (11, 0)])
def test_a_rule_holds_from_its_first_day_to_its_last(day: int, count: int) -> None:
    [women] = [rule for rule in RULES if rule.name == "women_only"]
    dated = replace(women, begins=DAY, ends=DAY + timedelta(days=10))
    assert len(find([dated], replace(facts(MOTHERWORT), day=DAY + timedelta(days=day)))) == count


def test_findings_stand_in_the_order_of_the_lines_and_the_visits_own_come_last() -> None:
    found = find(RULES, facts(COLD_MIX, PARACETAMOL, PILL, CREAM, days=9, limit_left=Money(1)))
    numbers = [each.number for each in found]
    assert numbers == [*sorted(n for n in numbers if n), None]


@pytest.mark.parametrize(
    ("born", "months"),
    [
        (date(2026, 11, 22), 0),
        (date(2026, 5, 23), 5),
        (date(2026, 5, 22), 6),
        (date(2008, 11, 22), 216),
        (date(2008, 11, 23), 215),
        (date(2027, 1, 1), 0),
    ],
)
def test_an_age_is_counted_in_full_months(born: date, months: int) -> None:
    assert months_old(born, DAY) == months


def test_what_is_given_before_the_last_has_run_out_lengthens_it() -> None:
    given = [Earlier(PILL, DAY, 28), Earlier(PILL, DAY + timedelta(days=20), 28)]
    [supply] = supplies(given)
    assert supply.runs_out == DAY + timedelta(days=56)
    [late] = supplies([Earlier(PILL, DAY, 28), Earlier(PILL, DAY + timedelta(days=40), 28)])
    assert late.runs_out == DAY + timedelta(days=68)


# --- laws

texts = st.text(max_size=6)
amounts = st.decimals(
    min_value=0, max_value=Decimal(10**12), allow_nan=False, allow_infinity=False, places=4
)
items = st.builds(
    Item,
    med_list_codg=st.sampled_from(["XJ01MA", "XC10AA", "XM01", "Z", "T0001", ""]) | texts,
    medins_list_codg=st.sampled_from(["YP1", "YP2", "YP3"]),
    name=texts,
    spec=texts,
    unit=texts,
    price=amounts,
    prescription=st.booleans(),
    programme=st.sampled_from(["", "hypertension", "diabetes"]),
    prefixes=st.just(()),
    public_health=st.booleans(),
    advance_ratio=st.none() | st.decimals(0, 1, places=2),
    price_limit=st.none() | amounts,
    listed=st.sampled_from(["", "none", "specific", "higher", "?"]),
    grade=st.sampled_from(["", "01", "03"]),
    generic=st.sampled_from(["", "益母草", "硝苯地平", "甘精胰岛素"]),
    ingredients=st.lists(st.sampled_from(["布洛芬", "阿司匹林", "咖啡因"]), max_size=3).map(tuple),
    pack_units=st.integers(1, 10_000),
    daily_units=st.none() | amounts,
    daily_units_max=st.none() | amounts,
    expires_on=st.sampled_from(["", "2026-01-01", "2030-01-01"]),
)
dates = st.dates(date(1900, 1, 1), date(2200, 1, 1))
lines = st.lists(
    st.builds(
        Billed,
        number=st.integers(1, 60),
        item=items,
        quantity=amounts,
        split_units=st.integers(0, 3),
        days=st.none() | st.integers(0, 400),
        category=texts,
        expires_on=st.none() | dates,
    ),
    max_size=6,
).map(tuple)
anything = st.builds(
    Facts,
    day=dates,
    lines=lines,
    sex=st.sampled_from(["", "1", "2", "9"]),
    months=st.none() | st.integers(0, 1500),
    diagnosis=st.none() | st.sampled_from([COLD, HIGH, SUGAR, BACK, ""]),
    diagnosis_name=texts,
    programmes=st.frozensets(st.sampled_from(["hypertension", "diabetes"])),
    limit_left=st.none() | st.integers(0, 100_000).map(Money),
    earlier=st.lists(
        st.builds(Earlier, items, dates, st.none() | st.integers(0, 10**9)), max_size=3
    ).map(lambda given: supplies(sorted(given, key=lambda each: each.day))),
    shelf=st.dictionaries(st.just("硝苯地平"), st.lists(items, max_size=3).map(tuple)),
    ratios=st.just(RATIOS) | st.just(dict[str, Decimal]()),
)


@given(anything)
def test_no_bill_breaks_a_rule_and_what_is_found_stands_on_it(known: Facts) -> None:
    numbers = {line.number for line in known.lines}
    for found in find(RULES, known):
        assert found.number is None or found.number in numbers
        assert found.words


@given(anything)
def test_a_bill_without_lines_has_no_findings(known: Facts) -> None:
    assert find(RULES, replace(known, lines=())) == ()


@given(anything)
def test_what_is_not_known_of_a_person_finds_nothing_about_them(known: Facts) -> None:
    nobody = replace(known, sex="", months=None, diagnosis=None, limit_left=None, earlier=())
    kinds: Mapping[str, Kind] = {rule.name: rule.kind for rule in RULES}
    personal = {Kind.SEX, Kind.AGE_MIN, Kind.AGE_MAX, Kind.RESTRICTED_PAYMENT, Kind.INTERVAL}
    personal |= {Kind.DIAGNOSIS_MISSING_FOR_DRUG, Kind.LIMIT_NEARLY_USED}
    assert not [each for each in find(RULES, nobody) if kinds[each.rule] in personal]


@given(items, st.integers(1, 20))
def test_one_whole_pack_is_never_too_much(item: Item, number: int) -> None:
    one = replace(facts(), lines=(Billed(number, item, Decimal(1)),))
    assert named("quantity_days", one) == []


@given(items, amounts, st.integers(1, 400))
def test_the_days_that_the_doctor_said_are_believed(
    item: Item, quantity: Decimal, days: int
) -> None:
    assert days_supplied(item, quantity, 0, days) == days


def test_sixty_lines_are_looked_through_in_the_blink_of_a_scan() -> None:
    many = [replace(PILL, medins_list_codg=f"YP{n}", generic="硝苯地平") for n in range(60)]
    known = facts(*many, programmes=H, shelf={"硝苯地平": tuple(many)}, ratios=RATIOS)
    spent = []
    for _ in range(20):
        begun = time.thread_time()
        find(RULES, known)
        spent.append(time.thread_time() - begun)
    assert min(spent) < 0.01
