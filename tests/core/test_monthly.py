"""A month as the county is told it: it adds up, and names nobody."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from terminal.core.evidence import canonical
from terminal.core.money import Money
from terminal.core.monthly import Institution, ItemSold, Month, UnknownCharge, statement
from tests.core.charges import DAY, charge, shares

WHO = Institution("H99102400991", "演示村卫生室", "演示镇卫生院", "04" + "0" * 128)
MADE_AT = datetime.fromisoformat("2025-10-01T08:00:00+08:00")


def month(*charges, number=9, **more):
    usual = {
        "visits": {}, "items": (), "settled_fund": {}, "unknown": (), "credit": (), "closed": {},
    }  # fmt: skip
    return Month(2025, number, charges, **(usual | more))


def told(*charges, **more):
    return statement(WHO, month(*charges, **more), MADE_AT)


def test_sums_are_by_fund_and_by_insurance():
    paid = shares(account=300, mutual_aid=200, hospital=25, fund=3200)
    made = told(charge(1, shares=paid), charge(2, insutype="310"))
    assert made["sums_fen"] == {
        "medfee_sumamt": 8500,
        "fund_pay_sumamt": 6425,
        "psn_part_amt": 2050,
        "acct_pay": 300,
        "acct_mulaid_pay": 200,
        "psn_cash_pay": 1550,
        "hosp_part_amt": 25,
    }
    assert made["by_insutype_fen"]["310"]["fund_pay_sumamt"] == 3225
    assert made["by_insutype_fen"]["390"]["fund_pay_sumamt"] == 3200


def test_settled_cancelled_and_late_are_counted():
    late = charge(1, visited_on=date(2025, 8, 31), settled_on=date(2025, 9, 1))
    undone = charge(2, cancelled_on=DAY)
    made = told(late, undone)
    assert made["settlements"] == {"settled": 2, "cancelled": 1, "late": 1}
    assert made["sums_fen"]["medfee_sumamt"] == 4250


def test_another_months_charge_does_not_count():
    other = charge(settled_on=date(2025, 10, 1), visited_on=date(2025, 9, 30))
    assert told(other)["settlements"]["settled"] == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 364), st.none() | st.integers(0, 40), st.integers(0, 4250)),
        max_size=12,
    )
)
def test_twelve_statements_add_up_to_the_year(facts):
    charges = []
    for number, (day, cancelled_after, fund) in enumerate(facts):
        on = date(2025, 1, 1) + timedelta(days=day)
        off = None if cancelled_after is None else on + timedelta(days=cancelled_after)
        charges.append(
            charge(number, visited_on=on, settled_on=on, cancelled_on=off, shares=shares(fund=fund))
        )
    year = sum(
        told(*charges, number=number)["sums_fen"]["fund_pay_sumamt"] for number in range(1, 13)
    )
    standing = [
        each for each in charges if each.cancelled_on is None or each.cancelled_on.year > 2025
    ]
    assert year == sum(each.shares.fund.fen for each in standing)


def test_drugs_are_told_by_kind_and_what_was_returned_is_gone():
    box = ItemSold("YP01", "对乙酰氨基酚片", is_drug=True, quantity=Decimal(1), amount=Money(400))
    back = ItemSold("YP02", "阿莫西林", is_drug=True, quantity=Decimal(1), amount=Money(2634))
    given_back = ItemSold(
        "YP02", "阿莫西林", is_drug=True, quantity=Decimal(-1), amount=Money(-2634)
    )
    test = ItemSold("FW05", "血糖", is_drug=False, quantity=Decimal("1.0"), amount=Money(1250))
    made = told(items=[box, box, back, given_back, test])
    assert made["drugs"] == [
        {"item_code": "YP01", "name": "对乙酰氨基酚片", "quantity": "2", "sum_fen": 800}
    ]
    assert made["services"][0]["quantity"] == "1"


def test_who_owes_the_clinic_is_told_without_a_name():
    sent_at = datetime.fromisoformat("2025-09-30T17:00:00+08:00")
    made = told(
        charge(),
        settled_fund={"2025-08": Money(100), "2025-09": Money(3225)},
        unknown=[UnknownCharge("H9910240099120250930170000", sent_at, Money(790), Money(1844))],
        credit=[(date(2025, 9, 3), Money(790)), (date(2025, 8, 1), Money(210))],
    )
    owed = made["owed_to_clinic"]
    assert owed["province"]["settled_fund_fen_by_month"] == {"2025-08": 100, "2025-09": 3225}
    assert owed["unknown_charges"][0]["fund_fen"] == 1844
    assert owed["residents"] == {"count": 2, "sum_fen": 1000, "since": "2025-08-01"}
    assert "王" not in json.dumps(made, ensure_ascii=False)


def test_days_with_settlements_that_were_not_closed_are_named():
    closed = {DAY: True, date(2025, 9, 21): False}
    made = told(charge(1), charge(2, settled_on=date(2025, 9, 22)), closed=closed)
    assert made["closings"] == {
        "balanced": ["2025-09-20"],
        "with_differences": ["2025-09-21"],
        "open": ["2025-09-22"],
    }


def test_under_whose_code_the_clinic_settles_is_said_and_all_of_it_can_be_signed():
    made = told(charge())
    assert made["institution"]["settles_under"] == "演示镇卫生院"
    assert json.loads(canonical(made)) == made


def test_a_month_knows_its_last_day():
    assert [month(number=n).last.day for n in (2, 4, 12)] == [28, 30, 31]
