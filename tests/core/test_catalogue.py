"""The clinic's list: read strictly, found by prefix, sorted into settlements."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.catalogue import (
    Catalogue,
    ProvincePrefix,
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
    pack = catalogue.pack_of("8912036")
    assert pack is not None
    syrup = pack.item
    assert (syrup.name, syrup.price, syrup.prescription) == ("糖浆", Decimal("19.50"), False)
    pills = catalogue.pack_of("8910629")
    assert pills is not None
    assert pills.item == catalogue.item("YP1")
    assert catalogue.pack_of("8000000") is catalogue.item("YP9") is None


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


WIDE = (
    HEAD.strip()
    + ",pack_units,small_unit,class,selfpay_ratio,price_limit,list,generic,ingredients,"
    "daily_units,daily_units_max,exempt,outer_only,expires_on,aprvno\n"
)
FULL = PILLS.strip() + (
    ",28,片,02,0.10,4.5,higher,氨氯地平,氨氯地平;贝那普利,1,2,,no,2028-02-29,国药准字H99000001\n"
)


def test_every_column_of_the_list_is_read() -> None:
    (pills,) = read_drugs(WIDE + FULL)
    assert (pills.pack_units, pills.small_unit, pills.grade, pills.listed) == (
        28,
        "片",
        "02",
        "higher",
    )
    assert (pills.advance_ratio, pills.price_limit) == (Decimal("0.10"), Decimal("4.5"))
    assert (pills.generic, pills.ingredients) == ("氨氯地平", ("氨氯地平", "贝那普利"))
    assert (pills.daily_units, pills.daily_units_max) == (1, 2)
    assert (pills.exempt, pills.outer_only) == ("", False)
    assert (pills.expires_on, pills.aprvno) == ("2028-02-29", "国药准字H99000001")


def test_columns_that_are_not_there_or_empty_mean_nothing_was_said() -> None:
    (bare,), (empty,) = (
        read_drugs(HEAD + PILLS), read_drugs(WIDE + PILLS.strip() + "," * 14 + "\n")
    )  # fmt: skip
    assert bare == empty
    assert (bare.pack_units, bare.grade, bare.advance_ratio, bare.daily_units) == (
        1,
        "",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("pack_units", "0"), ("pack_units", "12.5"), ("pack_units", "-1"), ("pack_units", "１２"),
        ("pack_units", "一盒"), ("class", "2"), ("class", "04"), ("class", "乙"),
        ("selfpay_ratio", "1.01"), ("selfpay_ratio", "10%"), ("selfpay_ratio", "-0.1"),
        ("price_limit", "dear"), ("price_limit", "NaN"), ("price_limit", "1e3"),
        ("list", "best"), ("daily_units", "0"), ("daily_units", "three"),
        ("daily_units", "1001"), ("daily_units_max", "0.5"), ("exempt", "yes"),
        ("exempt", "bought_before"), ("outer_only", "是"), ("expires_on", "2028-02-30"),
        ("expires_on", "20280229"), ("expires_on", "2028/02/29"),
        ("trace_prefixes", "06901234567891"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_refused_with_its_line_and_column(column: str, cell: str) -> None:
    names, cells = WIDE.strip().split(","), FULL.strip().split(",")
    cells[names.index(column)] = cell
    with pytest.raises(Refused) as refused:
        read_drugs(WIDE + FULL + ",".join(cells).replace("YP1", "YP2") + "\n")
    assert refused.value.code == "catalogue.unreadable"
    assert refused.value.facts == {"line": 3, "column": column}


def shelf() -> Catalogue:
    """Pills (X1), two syrups of one national code, and an imported drug by its GTIN."""
    twin = "X2,YP3,糖浆,200ml,瓶,30.00,0,none,\n"
    imported = "X4,YP4,imported,,盒,90,1,none,06901234567892\n"
    drugs = read_drugs(HEAD + PILLS + SYRUP + twin + imported)
    return Catalogue(drugs, read_services(HEAD + "X9,F1,换药,,次,12,,,\n"))


def pack(catalogue: Catalogue, prefix: str) -> tuple[str, int, int, bool] | None:
    found = catalogue.pack_of(prefix)
    if found is None:
        return None
    return found.item.medins_list_codg, found.level, found.ratio, found.own


def test_a_gs1_box_is_found_by_its_gtin() -> None:
    assert pack(shelf(), "06901234567892") == ("YP4", 1, 1, False)


def test_a_prefix_is_looked_for_in_the_list_then_in_the_bindings_then_in_the_provinces_table() -> (
    None
):
    catalogue = shelf()
    assert pack(catalogue, "8000001") is None
    catalogue.told(
        {"8000001": ProvincePrefix("X1", 3, 120), "8910629": ProvincePrefix("X1", 2, 10)}
    )
    assert pack(catalogue, "8000001") == ("YP1", 3, 120, False)
    assert pack(catalogue, "8910629") == ("YP1", 2, 10, False), "level and ratio of our own list"
    catalogue.bind({"8000001": "YP2", "8910629": "YP2", "06900000000001": "YP1"})
    assert pack(catalogue, "8000001") == ("YP2", 1, 1, True), "the doctor looked at the box"
    assert pack(catalogue, "8910629") == ("YP1", 2, 10, False), "the list comes first"
    assert pack(catalogue, "06900000000001") == ("YP1", 1, 1, True)
    catalogue.bind({"8000001": "YP1"})
    assert pack(catalogue, "8000001") == ("YP1", 3, 120, True)
    assert pack(catalogue, "06900000000001") is None, "the table is replaced whole"
    catalogue.told({})
    assert pack(catalogue, "8000001") == ("YP1", 1, 1, True)


def test_a_national_code_of_two_drugs_or_of_none_is_not_guessed() -> None:
    catalogue = shelf()
    catalogue.told({"8000001": ProvincePrefix("X2", 1, 1), "8000002": ProvincePrefix("X7", 1, 1)})
    assert pack(catalogue, "8000001") is None
    assert pack(catalogue, "8000002") is None
    catalogue.bind({"8000001": "YP3"})
    assert pack(catalogue, "8000001") == ("YP3", 1, 1, True)


def test_a_binding_to_what_is_gone_or_no_drug_is_passed_over() -> None:
    catalogue = shelf()
    catalogue.bind({"8000001": "YP99", "8000002": "F1", "8000003": "YP1"})
    assert [pack(catalogue, f"800000{n}") for n in (1, 2)] == [None, None]
    assert pack(catalogue, "8000003") == ("YP1", 1, 1, True)
