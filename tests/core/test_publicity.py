"""The sheet on the door: everything once, nobody under age, nothing a spreadsheet would run."""

import csv
import dataclasses
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.money import Money, total
from terminal.core.publicity import publicity_csv, sheet
from tests.core.charges import DAY, OF_AGE, charge, shares

MADE_AT = datetime.fromisoformat("2025-09-21T07:58:00+08:00")
EARLIER = DAY - timedelta(days=2)


def made(*charges, day=DAY):
    return sheet("演示村卫生室", day, charges, MADE_AT)


def test_a_visit_is_shown_with_its_day_a_masked_name_and_amounts():
    (row,) = made(charge()).rows
    told = (row.day, row.masked_name, row.total.yuan, row.fund.yuan, row.own.yuan, row.mark)
    assert told == (DAY, "王*国", "42.50", "32.25", "10.25", "")


def test_two_settlements_of_a_visit_are_one_row():
    publicity = made(charge(1), charge(2, visit_id="visit-1"))
    assert [row.total.yuan for row in publicity.rows] == ["85.00"]


@pytest.mark.parametrize(
    ("born", "shown"),
    [(date(2007, 9, 20), True), (date(2007, 9, 21), False), (date(2020, 5, 16), False)],
)
def test_nobody_under_eighteen_on_the_day_of_the_visit_is_shown(born, shown):
    publicity = made(charge(1, born=born), charge(2))
    assert len(publicity.rows) == 1 + shown
    assert publicity.left_out == (not shown)
    assert publicity.total == total(row.total for row in publicity.rows)


def test_who_was_under_age_at_the_visit_stays_out_when_it_settles_later():
    birthday = date(2007, 9, 20)
    publicity = made(charge(born=birthday, visited_on=DAY - timedelta(days=1)))
    assert (publicity.since, publicity.left_out) == ((), 1)


def test_what_settled_late_is_dated_by_its_visit_and_marked():
    (row,) = made(charge(visited_on=EARLIER)).since
    assert (row.day, row.mark) == (EARLIER, "late")


def test_what_was_cancelled_after_its_sheet_is_told():
    (row,) = made(charge(visited_on=EARLIER, settled_on=EARLIER, cancelled_on=DAY)).since
    assert (row.day, row.mark) == (EARLIER, "cancelled")


def test_what_was_cancelled_on_the_same_day_is_not_shown():
    publicity = made(charge(cancelled_on=DAY))
    assert (publicity.rows, publicity.since) == ((), ())


DAYS = st.integers(0, 6).map(lambda n: DAY + timedelta(days=n))


@st.composite
def histories(draw):
    charges = []
    for number in range(draw(st.integers(0, 8))):
        visited, settled = sorted([draw(DAYS), draw(DAYS)])
        cancelled = draw(st.none() | DAYS.filter(lambda day, on=settled: day >= on))
        charges.append(
            charge(
                number,
                visited_on=visited,
                settled_on=settled,
                cancelled_on=cancelled,
                shares=shares(fund=draw(st.integers(0, 4250))),
            )
        )
    return charges


@given(histories())
def test_all_sheets_together_add_up_to_the_book(charges):
    shown = Money(0)
    for n in range(7):
        publicity = made(*charges, day=DAY + timedelta(days=n))
        for row in (*publicity.rows, *publicity.since):
            shown = shown - row.fund if row.mark == "cancelled" else shown + row.fund
    assert shown == total(each.shares.fund for each in charges if each.cancelled_on is None)


def test_the_file_opens_in_a_spreadsheet_program():
    text = publicity_csv(made(charge(), charge(2, born=date(2020, 5, 16))))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    assert rows[1][:3] == ["就诊日期", "姓名", "总费用(元)"]
    assert rows[2] == ["2025-09-20", "王*国", "42.50", "32.25", "10.25", ""]
    assert rows[3][2:5] == ["42.50", "32.25", "10.25"]
    assert text.endswith("\r\n")


@given(st.text(min_size=1, max_size=6))
def test_no_cell_begins_a_formula(name):
    publicity = made(charge(name=name))
    publicity = dataclasses.replace(publicity, clinic_name=f"={name}")
    text = publicity_csv(publicity).removeprefix("\ufeff")
    for row in csv.reader(text.splitlines(keepends=True)):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "@")), cell
            assert not cell.startswith(("-", "\t")), cell


def test_a_sheet_names_no_drug_and_no_disease():
    fields = {field.name for row in made(charge()).rows for field in dataclasses.fields(row)}
    assert fields == {"day", "masked_name", "total", "fund", "own", "mark"}
    assert OF_AGE.isoformat() not in publicity_csv(made(charge()))
