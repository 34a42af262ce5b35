"""Whose long-term drugs run out, and a masked name as it stands on the sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.province.reference import DATA
from terminal.core.audit_facts import Earlier
from terminal.core.catalogue import read_drugs
from terminal.core.past import Supply, due_within, fits_mask, is_masked
from terminal.core.people import masked_name

TODAY = date(2025, 9, 20)
DRUGS = {
    each.medins_list_codg: each for each in read_drugs((DATA / "drugs.csv").read_text("utf-8"))
}
AMLODIPINE = replace(DRUGS["YP0015"], programme="hypertension", daily_units=Decimal(1))
COLD = replace(DRUGS["YP0001"], programme="")


def supply(days_ago: int, days: int | None, item=AMLODIPINE, who="p1", *, registered=False):
    day = TODAY - timedelta(days=days_ago)
    return Supply(who, Earlier(item, day, days), days, registered)


def due(*given, ahead=7):
    return [(each.person_id, (each.day - TODAY).days) for each in due_within(given, TODAY, ahead)]


@pytest.mark.parametrize(
    ("days_ago", "days", "left"),
    [(28, 28, 0), (21, 28, 7), (58, 28, -30), (28, 29, 1)],
)
def test_who_runs_out_within_the_span_or_has_since_a_month_is_due(days_ago, days, left):
    assert due(supply(days_ago, days)) == [("p1", left)]


@pytest.mark.parametrize(("days_ago", "days"), [(20, 28), (59, 28), (0, None), (10, 0)])
def test_nobody_else_is(days_ago, days):
    assert due(supply(days_ago, days)) == []


def test_a_later_supply_begins_when_the_one_before_is_used_up():
    assert due(supply(30, 28), supply(10, 14), ahead=12) == [("p1", 12)], "8 days were left"
    assert due(supply(14, 14), supply(7, 14)) == [], "seven were left, and two weeks came to them"
    assert due(supply(7, 14), supply(14, 14)) == [], "in whichever order they are told"


def test_what_is_taken_for_a_week_is_not_long_term_unless_registered_or_long():
    assert due(supply(5, 7, COLD)) == []
    assert due(supply(5, 7, COLD, registered=True)) == [("p1", 2)]
    assert due(supply(12, 14, COLD)) == [("p1", 2)]
    assert due(supply(40, 14, COLD), supply(5, 7, COLD)) == [("p1", 2)], "long once"


def test_one_row_a_person_soonest_first_with_every_drug_that_ends():
    other = replace(AMLODIPINE, medins_list_codg="YP0099", name="二甲双胍")
    rows = due_within([supply(25, 28), supply(27, 28, other), supply(28, 28, who="p2")], TODAY, 7)
    assert [row.person_id for row in rows] == ["p2", "p1"]
    assert rows[1].drugs == ("二甲双胍", AMLODIPINE.name)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 180), st.none() | st.integers(0, 90)),
        max_size=20,
    )
)
def test_every_row_lies_within_the_span_and_nobody_twice(facts):
    given_out = [supply(ago, days, who=who) for who, ago, days in facts]
    rows = due_within(given_out, TODAY, 7)
    assert all(-30 <= (row.day - TODAY).days <= 7 for row in rows)
    assert len({row.person_id for row in rows}) == len(rows)
    assert [row.day for row in rows] == sorted(row.day for row in rows)
    assert due_within(reversed(given_out), TODAY, 7) == rows


def test_a_name_copied_from_the_sheet_is_found():
    for typed in ("王*国", " 王＊国 ", "王* 国"):
        assert is_masked(typed)
        assert fits_mask(typed, "王建国")
    for name in ("王国", "王建军", "王建建国", "欧阳建国"):
        assert not fits_mask("王*国", name)
    assert not is_masked("王建国")
    assert not fits_mask("*" * 10_000, "王建国")


@given(st.text(min_size=1, max_size=30))
def test_every_masked_name_finds_its_own(name):
    shown = masked_name(name)
    assert fits_mask(shown, name)
