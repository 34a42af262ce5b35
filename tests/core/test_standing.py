"""Who may stand in without a binding, and what they may carry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.faults import Refused
from terminal.core.people import id_check_digit
from terminal.core.standing import (
    NAME_CHARS_MAX,
    RELATION_CHARS_MAX,
    UNREGISTERED,
    Standing,
    checked_certificate,
    checked_name,
    checked_relation,
    is_registered,
    refuse_helper,
    refuse_newborn_age,
    refuse_off_errand,
)

TODAY = date(2025, 9, 20)
CHRONIC, TWO, ORDINARY = "chronic:M03900", "two_diseases:LB001", "ordinary"


def number(born: str, serial: str = "107") -> str:
    first = f"991024{born}{serial}"
    return first + id_check_digit(first)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize("categories", [[ORDINARY], [CHRONIC, ORDINARY], ["self_paid"]])
def test_an_errand_carries_nothing_that_is_not_registered(categories: list[str]) -> None:
    said = code_of(lambda: refuse_off_errand(Standing.ERRAND, categories))
    assert said == "standing.errand_drug"


@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.ERRAND])
def test_whoever_is_here_or_bound_may_have_anything(standing: Standing) -> None:
    refuse_off_errand(standing, [ORDINARY, CHRONIC])


def test_an_errand_carries_drugs_of_either_kind_of_registration() -> None:
    refuse_off_errand(Standing.ERRAND, [CHRONIC, TWO])


def test_who_is_treated_is_not_their_own_helper() -> None:
    own = number("19650312")
    assert code_of(lambda: refuse_helper(own, own, TODAY)) == "standing.helper_is_person"


@pytest.mark.parametrize(
    ("born", "adult"),
    [("20070920", True), ("20070921", False), ("20200516", False), ("19480101", True)],
)
def test_a_helper_is_an_adult_from_the_birthday_on(born: str, adult: bool) -> None:  # noqa: FBT001
    act = lambda: refuse_helper(number(born), number("19650312"), TODAY)  # noqa: E731
    if adult:
        act()
    else:
        assert code_of(act) == "standing.helper_minor"


def test_who_was_born_on_the_29th_of_february_is_an_adult_on_the_1st_of_march() -> None:
    leap, other = number("20040229"), number("19650312")
    refuse_helper(leap, other, date(2022, 3, 1))
    refused = lambda: refuse_helper(leap, other, date(2022, 2, 28))  # noqa: E731
    assert code_of(refused) == "standing.helper_minor"


@pytest.mark.parametrize("relation", ["母亲", "村干部", " 邻 居 "])
def test_a_relation_is_one_plain_word(relation: str) -> None:
    assert checked_relation(relation) == relation.replace(" ", "")


@pytest.mark.parametrize(
    "relation",
    ["", "mother", "母亲，糖尿病", "13912345678", "亲" * (RELATION_CHARS_MAX + 1), "<b>"],
)
def test_a_relation_is_no_story(relation: str) -> None:
    assert code_of(lambda: checked_relation(relation)) == "standing.relation_wrong"


@pytest.mark.parametrize("name", ["李秀英", "买买提·艾力", "𠮷小林", "  李 秀英 "])
def test_a_name_is_taken_as_it_is_written(name: str) -> None:
    assert checked_name(name) == " ".join(name.split())


@pytest.mark.parametrize(
    "name", ["", "李", "李" * (NAME_CHARS_MAX + 1), "李\x00英", "1234", "<李>"]
)
def test_what_is_no_name_is_not_noted(name: str) -> None:
    assert code_of(lambda: checked_name(name)) == "standing.name_wrong"


@given(st.text(max_size=80))
def test_whatever_is_typed_is_taken_or_refused(typed: str) -> None:
    for check in (checked_name, checked_relation, checked_certificate):
        try:
            assert check(typed)
        except Refused as refused:
            assert typed not in str(refused.facts.values()) or len(typed) < 3  # noqa: PT017


@pytest.mark.parametrize("told", ["Q430123456", " q43 0123456 "])
def test_a_birth_certificate_is_read_as_printed(told: str) -> None:
    assert checked_certificate(told) == "Q430123456"


@pytest.mark.parametrize("told", ["", "430123456", "Q43012345", "QQ30123456", "Q４30123456"])
def test_what_is_no_birth_certificate_is_refused(told: str) -> None:
    assert code_of(lambda: checked_certificate(told)) == "standing.certificate_wrong"


@pytest.mark.parametrize(
    ("born", "newborn"),
    [
        (date(2025, 9, 20), True),
        (date(2025, 9, 21), False),
        (date(2024, 9, 21), True),
        (date(2024, 9, 20), False),
    ],
)
def test_a_newborn_is_younger_than_a_year(born: date, newborn: bool) -> None:  # noqa: FBT001
    if newborn:
        refuse_newborn_age(born, TODAY)
    else:
        assert code_of(lambda: refuse_newborn_age(born, TODAY)) == "standing.newborn_age"


def test_no_number_of_the_province_is_taken_for_a_newborns() -> None:
    assert not is_registered(f"{UNREGISTERED}Q430123456")
    assert is_registered("43102400000000000001")
    assert is_registered("NB43102400000001")
