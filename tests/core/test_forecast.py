"""Who runs out of what, and what is to be ordered: laws, and cases with a reason each."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from terminal.core.catalogue import Item
from terminal.core.forecast import Given, Need, needs, to_order

TODAY = date(2025, 9, 20)
PILLS = Item(
    med_list_codg="X1",
    medins_list_codg="YP1",
    name="苯磺酸氨氯地平片",
    spec="5mg×28片",
    unit="盒",
    price=Decimal("3.92"),
    prescription=True,
    programme="hypertension",
    prefixes=(),
    pack_units=28,
    daily_units=Decimal(1),
)
COLD_PILLS = replace(
    PILLS, medins_list_codg="YP2", programme="", pack_units=12, daily_units=Decimal(4)
)
UNSAID = replace(PILLS, medins_list_codg="YP3", programme="", daily_units=None)
DRUGS = {drug.medins_list_codg: drug for drug in (PILLS, COLD_PILLS, UNSAID)}


def given(days_ago: int, drug: Item = PILLS, packs: int = 1, **more: object) -> Given:
    told: dict[str, object] = {"person_id": "wang", "days": None, **more}
    units = Decimal(packs * drug.pack_units)
    return Given(
        item_code=drug.medins_list_codg,
        units=units,
        on=TODAY - timedelta(days=days_ago),
        **told,  # type: ignore[arg-type]
    )


def need_of(drug: Item, *lines: Given, days_ahead: int = 14) -> Need | None:
    return needs(lines, DRUGS, TODAY, days_ahead).get(drug.medins_list_codg)


ONE_PACK = Need(Decimal(1), 1)


@pytest.mark.parametrize(
    ("lines", "need"),
    [
        pytest.param([given(20)], ONE_PACK, id="28 pills 20 days ago: out in 8 days"),
        pytest.param([given(5)], None, id="28 pills 5 days ago: out in 23 days"),
        pytest.param([given(14)], ONE_PACK, id="out on the very last day"),
        pytest.param([given(13)], None, id="out on the day after it"),
        pytest.param([given(35)], ONE_PACK, id="a week late: still comes"),
        pytest.param([given(60)], None, id="a month and more late: has gone"),
        pytest.param([given(20, packs=2)], None, id="two packs last 56 days"),
        pytest.param([given(45, packs=2)], Need(Decimal(2), 1), id="needs as much as last time"),
        pytest.param([given(40), given(20)], None, id="came early: the rest of the first counts"),
        pytest.param([given(20, days=60)], None, id="the doctor said 60 days"),
        pytest.param([given(20, days=21)], ONE_PACK, id="the doctor said 21 days"),
        pytest.param([given(4, days=7)], Need(Decimal(2), 1), id="a week's supply twice in it"),
        pytest.param(
            [given(20), given(20)], None, id="two boxes of one day are one supply of 56 days"
        ),
    ],
)
def test_who_takes_pressure_pills_needs_the_next_pack(
    lines: list[Given], need: Need | None
) -> None:
    assert need_of(PILLS, *lines) == need


@pytest.mark.parametrize(
    ("lines", "need"),
    [
        pytest.param([given(1, COLD_PILLS)], None, id="once is a cold"),
        pytest.param(
            [given(30, COLD_PILLS), given(1, COLD_PILLS)], ONE_PACK, id="twice is taken on"
        ),
        pytest.param([given(130, COLD_PILLS), given(1, COLD_PILLS)], None, id="twice in 120 days"),
        pytest.param([given(9, COLD_PILLS), given(8, COLD_PILLS)], ONE_PACK, id="still late"),
        pytest.param([given(12, COLD_PILLS), given(10, COLD_PILLS)], None, id="cold is over"),
    ],
)
def test_another_drug_is_long_term_when_it_was_given_again(
    lines: list[Given], need: Need | None
) -> None:
    assert need_of(COLD_PILLS, *lines) == need


def test_without_days_or_dose_the_person_comes_as_they_came() -> None:
    assert need_of(UNSAID, given(50, UNSAID), given(20, UNSAID)) == ONE_PACK
    assert need_of(UNSAID, given(21, UNSAID), given(1, UNSAID)) is None


def test_tablets_out_of_an_opened_box_are_a_part_of_a_pack() -> None:
    some = replace(given(6), units=Decimal(7))
    assert need_of(PILLS, some, days_ahead=1) == Need(Decimal("0.25"), 1)


def test_two_people_are_two() -> None:
    lines = [given(20), given(20, person_id="li", packs=1)]
    assert need_of(PILLS, *lines) == Need(Decimal(2), 2)


# --- laws

LINES = st.lists(
    st.builds(
        Given,
        person_id=st.sampled_from(["a", "b", "c"]),
        item_code=st.sampled_from([*DRUGS, "gone"]),
        units=st.decimals(1, 200, places=0),
        days=st.one_of(st.none(), st.integers(1, 90)),
        on=st.integers(0, 150).map(lambda ago: TODAY - timedelta(days=ago)),
    ),
    max_size=25,
)
SPANS = st.integers(1, 92)


@for_all(LINES, SPANS, st.randoms(use_true_random=False))
def test_the_order_of_what_was_given_does_not_matter(
    lines: list[Given], span: int, shuffle: random.Random
) -> None:
    mixed = list(lines)
    shuffle.shuffle(mixed)
    assert needs(mixed, DRUGS, TODAY, span) == needs(lines, DRUGS, TODAY, span)


@for_all(LINES, SPANS)
def test_nobody_is_counted_twice_and_no_need_is_empty(lines: list[Given], span: int) -> None:
    for code, need in needs(lines, DRUGS, TODAY, span).items():
        assert need.packs > 0
        assert 1 <= need.people <= len({x.person_id for x in lines if x.item_code == code})


@for_all(LINES, st.integers(1, 60), st.integers(0, 32))
def test_a_longer_look_ahead_never_needs_less(lines: list[Given], span: int, more: int) -> None:
    near, far = (needs(lines, DRUGS, TODAY, days) for days in (span, span + more))
    for code, need in near.items():
        assert far[code].packs >= need.packs
        assert far[code].people >= need.people


@for_all(LINES, st.integers(1, 60))
def test_whoever_is_given_enough_today_needs_nothing(lines: list[Given], span: int) -> None:
    enough = [
        Given(person, code, Decimal(1), span + 1, TODAY)
        for person in ("a", "b", "c")
        for code in DRUGS
    ]
    # A line of the same day that says no days leaves the length of the supply unsaid.
    before = [each for each in lines if each.on < TODAY]
    assert needs([*before, *enough], DRUGS, TODAY, span) == {}


PACKS = st.decimals(0, 500, places=2)


@for_all(PACKS, st.one_of(st.none(), st.decimals(-50, 500, places=2)))
def test_what_is_ordered_is_just_enough_and_whole_packs(
    needed: Decimal, on_hand: Decimal | None
) -> None:
    there = max(on_hand or Decimal(0), Decimal(0))
    order = to_order(needed, on_hand)
    assert order >= 0
    assert order == order.to_integral_value()
    assert order + there >= needed
    assert order == 0 or order - 1 + there < needed
