"""What 1101 tells of somebody's relatives is read, and nothing is made up where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from drivers.simulated.province.reference import read_reference
from terminal.core.people import Coverage
from terminal.province.enquiry import Enquiry
from terminal.store import Store
from tests.clinic import WANG, Clock
from tests.shell.at_the_province import AtTheProvince, at_the_province, line_to
from tests.shell.between import Between, Message

PERSON = {each.name: each for each in read_reference().people.values()}
HOLDER, FATHER = PERSON["郭守义"], PERSON["郭老根"]


@pytest.fixture
def at(line: Between, store: Store, clock: Clock) -> Iterator[AtTheProvince]:
    with at_the_province(line_to(line.address), store, clock) as opened:
        yield opened


def told_of(at: AtTheProvince, id_number: str) -> Coverage:
    return Enquiry(at.session).person(id_number)[1]


def rewriting(line: Between, change: Callable[[dict[str, Any]], object]) -> None:
    """From now on the output of 1101 is changed so."""

    def answer(sent: Message, said: Message) -> Message:
        if sent["infno"] == "1101":
            change(said["output"])
        return said

    line.answer = answer


def test_a_family_is_told_with_its_days(at: AtTheProvince) -> None:
    family = told_of(at, HOLDER.id_number).family
    assert family is not None
    assert [(each.member.psn_no, each.relation, each.valid_until) for each in family] == [
        (FATHER.psn_no, "父亲", date(2035, 12, 31)),
        (PERSON["付少安"].psn_no, "表兄", date(2025, 1, 31)),
    ]
    assert family[0].member.id_number == FATHER.id_number


def test_whose_account_pays_is_no_binding(at: AtTheProvince) -> None:
    coverage = told_of(at, PERSON["曾玉梅"].id_number)
    assert coverage.family == ()
    assert coverage.aid_payers is not None
    assert [each.name for each in coverage.aid_payers] == ["曾志刚"]


def test_a_province_that_says_nothing_of_families_ends_none(
    at: AtTheProvince, line: Between
) -> None:
    def silent(output: dict[str, Any]) -> None:
        del output["familyinfo"], output["aidinfo"]

    rewriting(line, silent)
    coverage = told_of(at, HOLDER.id_number)
    assert (coverage.family, coverage.aid_payers) == (None, None)


@pytest.mark.parametrize(
    "row",
    [
        {"certno": "991024********1636"},
        {"certno": None},
        {"psn_no": ""},
        {"psn_name": None},
        {"enddate": "soon"},
        {"rlts_name": "很" * 21},
    ],
)
def test_a_relative_of_whom_too_little_is_told_is_passed_over(
    at: AtTheProvince, line: Between, row: dict[str, Any]
) -> None:
    rewriting(line, lambda output: output["familyinfo"][0].update(row))
    family = told_of(at, HOLDER.id_number).family
    assert family is not None
    assert [each.member.name for each in family] == ["付少安"]


@pytest.mark.parametrize("node", ["x", [None], [[]], {}, 5])
def test_a_family_that_is_nonsense_does_not_hide_who_somebody_is(
    at: AtTheProvince, line: Between, node: object
) -> None:
    rewriting(line, lambda output: output.update(familyinfo=node))
    person, coverage = Enquiry(at.session).person(HOLDER.id_number)
    assert (person.psn_no, coverage.family) == (HOLDER.psn_no, ())


def test_a_family_without_an_end_holds_for_long(at: AtTheProvince, line: Between) -> None:
    rewriting(line, lambda output: output["familyinfo"][0].update(enddate=None))
    family = told_of(at, HOLDER.id_number).family
    assert family is not None
    assert family[0].valid_until.year > 2090


def test_a_death_is_told(at: AtTheProvince) -> None:
    assert told_of(at, PERSON["钱故里"].id_number).died_on == date(2025, 8, 14)
    assert told_of(at, WANG).died_on is None
