"""What a box costs, for everybody and for me, and where nothing is said."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from terminal.clock import SHANGHAI
from terminal.core.benefits_file import Terms
from terminal.core.bill import Grade, Listed
from terminal.core.coverage import Category
from terminal.core.estimate import Here, Paid
from terminal.core.items import Item
from terminal.core.money import ZERO, Money
from terminal.core.people import Coverage
from terminal.core.price_told import Asker, PriceRules, price_told
from tests.clinic import AMLODIPINE, OFFLINE_RULES, RULES

NOW = datetime(2025, 9, 20, 9, 30, tzinfo=SHANGHAI)
HERE = "431024"
ITEM = Item("X1", "D1", "某药", "10片", "盒", Decimal("26.34"), False, "", ("8999999",))


CLASS_A = Terms(Grade.A)


def rules(terms: Terms | None = CLASS_A, **changed: object) -> PriceRules:
    known = {} if terms is None else {"D1": terms}
    made = PriceRules(OFFLINE_RULES.policies, known, Here(HERE), RULES.registrations)
    return dataclasses.replace(made, **changed)  # type: ignore[arg-type]


def coverage(**changed: object) -> Coverage:
    told = Coverage("390", HERE, "15", True, ZERO, "石桥镇卫生院", {}, ZERO, NOW)
    return dataclasses.replace(told, **changed)  # type: ignore[arg-type]


def me(told: Coverage | None, *paid: Paid) -> Asker:
    return Asker("王*国", told, paid)


def yuan(text: str) -> Money:
    return Money.parse(text)


def test_everybody_is_told_the_rule_of_a_contracted_resident_with_the_whole_limit() -> None:
    told = price_told(ITEM, rules(), NOW)
    assert (told.price, told.fund, told.own) == (yuan("26.34"), yuan("18.44"), yuan("7.90"))
    assert (told.listed, told.code, told.for_whom) == (True, "price.told", "")
    assert told.why == ("price.everybody", "why.part_paid")


def test_i_am_told_what_is_left_of_my_own_limit() -> None:
    told = price_told(ITEM, rules(), NOW, me(coverage(fund_used=yuan("405.68"))))
    assert (told.fund, told.own) == (yuan("14.32"), yuan("12.02"))
    assert (told.for_whom, told.why, told.as_of) == ("王*国", ("why.yearly_limit",), NOW.date())
    nothing = price_told(ITEM, rules(), NOW, me(coverage(fund_used=yuan("420"))))
    assert (nothing.fund, nothing.why) == (ZERO, ("why.limit_used_up",))


def test_what_was_settled_here_since_the_province_spoke_counts() -> None:
    since = Paid(Category.ORDINARY, yuan("405.68"), NOW + timedelta(minutes=1))
    assert price_told(ITEM, rules(), NOW, me(coverage(), since)).fund == yuan("14.32")


def test_without_a_contract_the_base_policy_is_told() -> None:
    told = price_told(ITEM, rules(), NOW, me(coverage(contract="")))
    assert told.fund == yuan("13.17")


@pytest.mark.parametrize(
    "told",
    [
        None,
        coverage(contract=None),
        coverage(fund_used=None),
        coverage(as_of=NOW.replace(year=2024)),
        coverage(insuplc_admdvs="990101"),
        coverage(insutype="999"),
    ],
    ids=["nothing", "contract", "limit", "last year", "region", "scheme"],
)
def test_what_is_not_known_of_me_is_not_guessed(told: Coverage | None) -> None:
    said = price_told(ITEM, rules(), NOW, me(told))
    assert (said.price, said.fund, said.own) == (yuan("26.34"), None, None)
    assert said.why == ("price.fund_unknown",)


def test_without_rules_or_terms_only_the_price_is_told() -> None:
    for lacking in (rules(policies=()), rules(None), rules(here=Here("990101"))):
        said = price_told(ITEM, lacking, NOW)
        assert (said.price, said.fund, said.own) == (yuan("26.34"), None, None)


def test_a_drug_outside_the_catalogue_is_paid_by_the_person_whatever_is_known() -> None:
    for lacking in (rules(Terms(Grade.C)), rules(Terms(Grade.B, Decimal(1)), policies=())):
        said = price_told(ITEM, lacking, NOW, me(None))
        assert (said.code, said.fund, said.own) == ("price.not_listed", ZERO, yuan("26.34"))
        assert not said.listed


def test_whoever_is_not_insured_is_told_so() -> None:
    said = price_told(ITEM, rules(), NOW, me(coverage(in_force=False)))
    assert (said.fund, said.own, said.why) == (ZERO, yuan("26.34"), ("price.not_insured",))


def test_my_registration_pays_my_pills_and_its_own_limit_is_said() -> None:
    (drug,) = (each for each in RULES.catalogue.drugs if AMLODIPINE in each.prefixes)
    everything = dataclasses.replace(rules(), terms=OFFLINE_RULES.terms)
    mine = coverage(registrations={"LB001": "高血压"}, fund_used=yuan("420"))
    said = price_told(drug, everything, NOW, me(mine))
    assert said.fund is not None
    assert said.fund > ZERO
    assert "price.own_limit" in said.why
    assert price_told(drug, everything, NOW, me(coverage(fund_used=yuan("420")))).fund == ZERO


def test_the_higher_list_is_paid_whole() -> None:
    said = price_told(ITEM, rules(Terms(Grade.A, listed=Listed.HIGHER)), NOW)
    assert (said.own, said.why) == (ZERO, ("price.everybody", "why.all_paid"))


def test_goods_of_public_health_cost_nothing() -> None:
    said = price_told(dataclasses.replace(ITEM, public_health=True), rules(), NOW)
    assert (said.code, said.own) == ("price.public_health", ZERO)


def test_an_advance_is_given_as_the_reason() -> None:
    said = price_told(ITEM, rules(Terms(Grade.B, Decimal("0.1"))), NOW)
    assert "why.advance" in said.why
