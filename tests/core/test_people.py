"""Who someone is: numbers that cannot be mistyped, names that do not leak."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.faults import Refused
from terminal.core.people import (
    Person,
    age_on,
    check_id_number,
    id_check_digit,
    masked_id,
    masked_name,
)

NUMBER = "991024196503121030"
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def numbered(day: date, serial: int) -> str:
    first_17 = f"991024{day:%Y%m%d}{serial:03}"
    return first_17 + id_check_digit(first_17)


@given(days, st.integers(0, 999))
def test_a_right_number_is_taken_as_it_is(day: date, serial: int) -> None:
    number = numbered(day, serial)
    assert check_id_number(f" {number.lower()} ") == number


@given(days, st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(day: date, serial: int, place: int, digit: str) -> None:
    number = numbered(day, serial)
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong != number:
        with pytest.raises(Refused):
            check_id_number(wrong)


@given(days, st.integers(0, 999), st.integers(0, 16))
def test_two_digits_that_changed_places_are_found(day: date, serial: int, place: int) -> None:
    number = numbered(day, serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(Refused):
            check_id_number(swapped)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "form"),
        ("99102419650312103", "form"),
        (NUMBER + "0", "form"),
        ("991024 1965 0312 1031", "check_digit"),
        ("９91024196503121030", "form"),
        ("X" * 18, "form"),
        (numbered(date(2000, 1, 1), 1)[:6] + "20001301001", "form"),
        ("99102420001301001" + id_check_digit("99102420001301001"), "date"),
        ("99102420230229001" + id_check_digit("99102420230229001"), "date"),
    ],
)
def test_a_mistyped_number_is_refused_and_not_repeated(typed: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check_id_number(typed)
    assert (refused.value.code, refused.value.facts["reason"]) == (
        "person.id_number_wrong",
        reason,
    )
    assert not typed or typed not in str(refused.value)


def test_a_check_digit_may_be_x_in_either_case() -> None:
    number = next(n for s in range(999) if (n := numbered(date(1980, 5, 5), s)).endswith("X"))
    assert check_id_number(number.lower()) == number


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王建国", "王*国"), ("李梅", "李*"), ("欧阳小明", "欧**明"), ("张", "张*"), ("", "*"),
     ("阿卜杜拉·买买提", "阿******提")],
)  # fmt: skip
def test_a_name_is_shown_with_its_middle_hidden(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_a_number_is_shown_by_its_ends() -> None:
    assert masked_id(NUMBER) == "991***********1030"


def test_no_log_or_traceback_can_name_a_person() -> None:
    person = Person("p1", "psn-77", "王建国", NUMBER, "1", date(1965, 3, 12))
    for text in (repr(person), str(person), f"{[person]}", f"{ {'who': person} }"):
        assert not {"王建国", NUMBER, "psn-77", "1965"} & set(text.replace("'", " ").split())
        assert "王" not in text
        assert "1965" not in text


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2020, 5, 16), date(2025, 5, 15), 4),
        (date(2020, 5, 16), date(2025, 5, 16), 5),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
    ],
)
def test_age_is_in_full_years(born: date, day: date, years: int) -> None:
    assert age_on(born, day) == years
