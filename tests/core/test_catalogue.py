"""The clinic's list: read strictly, found by prefix, sorted into settlements."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.catalogue import (
    Catalogue,
    Registration,
    category_of,
    read_drugs,
    read_services,
    registration_of,
)
from terminal.core.faults import Refused
from terminal.core.money import line_total

HEAD = "med_list_codg,medins_list_codg,name,spec,unit,price,rx_flag,programme,trace_prefixes\n"
PILLS = "X1,YP1,降压片,10mg,盒,3.92,1,hypertension,8910629\n"
SYRUP = "X2,YP2,糖浆,100ml,瓶,19.50,0,none,8912035;8912036\n"

KNOWN = {
    "M03900": Registration("M03900", "chronic", "hypertension"),
    "LB001": Registration("LB001", "two_diseases", "hypertension"),
    "LB002": Registration("LB002", "two_diseases", "diabetes"),
}


def test_a_drug_is_found_by_the_prefix_of_its_boxes() -> None:
    catalogue = Catalogue(read_drugs("\ufeff" + HEAD + PILLS + SYRUP), [])
    syrup = catalogue.drug_of("8912036")
    assert syrup is not None
    assert (syrup.name, syrup.price, syrup.prescription) == ("糖浆", Decimal("19.50"), False)
    assert catalogue.item("YP1") == catalogue.drug_of("8910629")
    assert catalogue.drug_of("8000000") is catalogue.item("YP9") is None


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "missing"),
        ("name,price\nx,1\n", "missing"),
        (HEAD + PILLS.replace("3.92", "dear"), "column"),
        (HEAD + PILLS.replace("3.92", "NaN"), "column"),
        (HEAD + PILLS.replace("3.92", "-1"), "column"),
        (HEAD + PILLS.replace("3.92", "Infinity"), "column"),
        (HEAD + PILLS.replace("3.92", "1E+30"), "column"),
        (HEAD + PILLS.replace("3.92", "10000000000"), "column"),
        (HEAD + PILLS.replace("3.92", "0.0000001"), "column"),
        (HEAD + PILLS.replace("8910629", "891062"), "column"),
        (HEAD + PILLS.replace("8910629", "８９１０６２９"), "column"),
        (HEAD + PILLS.replace("降压片", ""), "column"),
        (HEAD + PILLS.strip() + ",one too many\n", "line"),
        (HEAD + 'X1,YP1,"unfinished', "line"),
        ('"unfinished head', "line"),
    ],
)
def test_a_list_that_cannot_be_read_names_its_line(text: str, fact: str) -> None:
    with pytest.raises(Refused) as refused:
        read_drugs(text)
    assert refused.value.code == "catalogue.unreadable"
    assert fact in refused.value.facts


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for whole in (text, HEAD + text):
        try:
            drugs = read_drugs(whole)
        except Refused:
            continue
        assert all(line_total(drug.price, Decimal(1)).fen >= 0 for drug in drugs)


def test_a_price_is_never_written_with_an_exponent() -> None:
    (pills,) = read_drugs(HEAD + PILLS.replace("3.92", "1E+1"))
    assert str(pills.price) == "10"


@pytest.mark.parametrize(
    ("drugs", "services"),
    [
        (PILLS + SYRUP.replace("8912036", "8910629"), ""),
        (PILLS + SYRUP.replace("YP2", "YP1"), ""),
        (PILLS, "X9,YP1,换药,,次,12.00,,,\n"),
    ],
)
def test_one_code_never_means_two_things(drugs: str, services: str) -> None:
    with pytest.raises(Refused) as refused:
        Catalogue(read_drugs(HEAD + drugs), read_services(HEAD + services))
    assert refused.value.code == "catalogue.two_owners"


def test_a_service_that_is_not_on_the_list_is_refused() -> None:
    catalogue = Catalogue(read_drugs(HEAD + PILLS), read_services(HEAD + "X9,F1,换药,,次,12,,,\n"))
    assert catalogue.service("F1").prefixes == ()
    with pytest.raises(Refused) as refused:
        catalogue.service("YP1")
    assert refused.value.code == "catalogue.no_such_service"


@pytest.mark.parametrize(
    ("registered", "category"),
    [
        ((), "ordinary"),
        (("LB001",), "two_diseases:LB001"),
        (("LB002",), "ordinary"),
        (("LB001", "M03900"), "chronic:M03900"),
        (("unheard-of",), "ordinary"),
    ],
)
def test_a_line_belongs_to_the_settlement_its_registration_gives(
    registered: tuple[str, ...], category: str
) -> None:
    pills, syrup = read_drugs(HEAD + PILLS + SYRUP)
    assert category_of(pills, registered, KNOWN) == category
    assert category_of(syrup, registered, KNOWN) == "ordinary"
    assert registration_of(category) == category.partition(":")[2]
