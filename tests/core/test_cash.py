"""The cash book's laws: a share is covered exactly, and no fen over the counter is lost."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.cash import (
    Debt,
    Standing,
    accounts_rows,
    divided,
    given_back,
    odd_fen,
    payments_view,
    reckon,
    standing,
    taken,
)
from terminal.core.cash_slip import SlipVisit, slip
from terminal.core.charge import SettlementState
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import PaymentKind, PaymentRow, Way
from terminal.core.visit import VisitState

AT = datetime(2025, 9, 20, 9, 30, tzinfo=timezone(timedelta(hours=8)))
IN_HAND = {PaymentKind.PAID, PaymentKind.REPAID, PaymentKind.DEPOSIT}
OUT = {PaymentKind.RETURNED, PaymentKind.DEPOSIT_RETURNED}


def row(kind, fen, way=Way.CASH):
    return PaymentRow(PaymentKind(kind), way, Money(fen), "", "0920-S001", "D1", AT)


def covered(reckoned):
    return total(
        (
            reckoned.due,
            reckoned.paid,
            reckoned.deposit_counted,
            reckoned.let_go,
            reckoned.let_off,
            reckoned.credit,
        )
    )


def over_the_counter(rows):
    came = total(each.amount for each in rows if each.kind in IN_HAND)
    return came - total(each.amount for each in rows if each.kind in OUT)


class Visit:
    """A visit's cash book, written by the rules of the verbs alone."""

    def __init__(self, deposits):
        self.rows = [row("deposit", fen) for fen in deposits]
        self.share, self.stands = ZERO, Standing.NOT_YET

    def now(self):
        return reckon(self.rows, self.share, self.stands)

    def do(self, verb, fen):
        reckoned = self.now()
        match verb:
            case "settled":
                self.share, self.stands = Money(fen), Standing.STANDS
            case "settled in part":
                self.share, self.stands = Money(fen), Standing.IN_PART
            case "cancelled":
                self.stands = Standing.UNDONE
            case "returned":
                for kind, amount in (
                    ("returned", reckoned.paid_too_much),
                    ("deposit_returned", reckoned.deposit_too_much),
                ):
                    if amount > ZERO:
                        self.rows.append(row(kind, amount.fen))
            case "repaid":
                self._add("repaid", min(fen, reckoned.owed.fen))
            case "paid":
                self._add("paid", min(fen, reckoned.due.fen))
            case "let_go":
                self._add("let_go", odd_fen(self.rows, reckoned.due, Money(9)).fen)
            case _:
                self._add(verb, reckoned.due.fen)

    def _add(self, kind, fen):
        if fen > 0:
            self.rows.append(row(kind, fen))


VERBS = ("settled", "settled in part", "cancelled", "returned", "repaid", "paid", "let_go")
STEPS = st.lists(
    st.tuples(st.sampled_from((*VERBS, "let_off", "credit")), st.integers(0, 3_000)), max_size=14
)


@given(st.lists(st.integers(1, 2_000), max_size=2), STEPS)
def test_whatever_the_verbs_write_the_share_is_covered_and_no_fen_is_lost(deposits, steps):
    visit = Visit(deposits)
    for verb, fen in steps:
        visit.do(verb, fen)
        reckoned = visit.now()
        assert covered(reckoned) == reckoned.share
        parts = (reckoned.paid, reckoned.credit - reckoned.owed, reckoned.deposit_counted)
        kept = total((*parts, reckoned.deposit, reckoned.to_return))
        assert kept == over_the_counter(visit.rows)
        fields = (name for name in type(reckoned).__slots__ if name != "share")
        assert all(getattr(reckoned, name) >= ZERO for name in fields)
        assert reckoned.owed <= reckoned.credit <= reckoned.share
        if verb == "returned":
            assert reckoned.to_return == ZERO


@given(st.lists(st.integers(1, 2_000), max_size=2), STEPS, st.randoms(), st.data())
def test_the_order_of_the_rows_says_nothing(deposits, steps, random, data):
    visit = Visit(deposits)
    for verb, fen in steps:
        visit.do(verb, fen)
    mixed = list(visit.rows)
    random.shuffle(mixed)
    stands = data.draw(st.sampled_from(Standing))
    assert reckon(mixed, visit.share, stands) == reckon(visit.rows, visit.share, stands)


@given(st.lists(st.integers(1, 2_000), max_size=2), STEPS)
def test_while_the_outcome_is_unknown_nothing_is_asked_and_nothing_given_back(deposits, steps):
    visit = Visit(deposits)
    for verb, fen in steps:
        visit.do(verb, fen)
    unknown = reckon(visit.rows, visit.share, Standing.UNKNOWN)
    assert (unknown.due, unknown.to_return) == (ZERO, ZERO)


def test_a_deposit_is_held_until_it_is_settled_then_counted_and_the_rest_given_back():
    rows = [row("deposit", 1_000)]
    held = reckon(rows, ZERO, Standing.NOT_YET)
    assert (held.deposit, held.paid, held.to_return) == (Money(1_000), ZERO, ZERO)
    part = reckon(rows, Money(400), Standing.IN_PART)
    assert (part.deposit_counted, part.deposit, part.to_return) == (Money(400), Money(600), ZERO)
    settled = reckon(rows, Money(790), Standing.STANDS)
    assert (settled.due, settled.deposit, settled.to_return) == (ZERO, ZERO, Money(210))


def test_a_deposit_too_small_leaves_the_difference_due():
    settled = reckon([row("deposit", 500)], Money(790), Standing.STANDS)
    assert (settled.due, settled.deposit_counted, settled.paid) == (Money(290), Money(500), ZERO)


def test_after_a_cancellation_what_was_paid_goes_back_and_the_credit_is_gone():
    rows = [row("paid", 300), row("credit", 490, None), row("repaid", 200)]
    before = reckon(rows, Money(790), Standing.STANDS)
    assert (before.owed, before.to_return) == (Money(290), ZERO)
    after = reckon(rows, Money(790), Standing.UNDONE)
    assert (after.owed, after.credit, after.to_return) == (ZERO, ZERO, Money(500))


def test_a_share_grown_smaller_gives_back_what_was_paid_before_what_was_given_up():
    rows = [row("paid", 300), row("let_off", 490, None)]
    smaller = reckon(rows, Money(500), Standing.STANDS)
    assert (smaller.paid, smaller.let_off, smaller.to_return) == (Money(300), Money(200), ZERO)
    assert reckon(rows, Money(200), Standing.STANDS).to_return == Money(100)


@pytest.mark.parametrize(
    ("due", "most", "rows", "fen"),
    [
        (795, 9, [], 5),
        (790, 9, [], 0),
        (795, 4, [], 0),
        (9, 9, [], 9),
        (799, 99, [], 9),
        (795, 0, [], 0),
        (795, 9, [row("paid", 100, Way.CODE)], 0),
        (795, 9, [row("paid", 100)], 5),
        (795, 9, [row("let_go", 5, None)], 0),
    ],
)
def test_only_fen_that_coins_cannot_pay_are_let_go(due, most, rows, fen):
    assert odd_fen(rows, Money(due), Money(most)) == Money(fen)


@given(st.integers(0, 100_000), st.integers(0, 99))
def test_letting_go_never_reaches_a_jiao(due, most):
    odd = odd_fen([], Money(due), Money(most))
    assert ZERO <= odd <= min(Money(9), Money(most))
    assert odd == ZERO or (due - odd.fen) % 10 == 0


@pytest.mark.parametrize("state", VisitState)
@pytest.mark.parametrize("settlement", SettlementState)
def test_money_in_doubt_is_in_doubt_in_every_state_of_the_visit(state, settlement):
    doubtful = {
        SettlementState.SETTLING,
        SettlementState.UNCERTAIN,
        SettlementState.DIFFERS,
        SettlementState.CANCELLING,
    }
    told = standing(state, [SettlementState.SETTLED, settlement])
    if settlement in doubtful:
        assert told is Standing.UNKNOWN
    if told is Standing.STANDS:
        assert state is VisitState.SETTLED
    if told is Standing.IN_PART:
        assert state is VisitState.PARTLY_SETTLED


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        (VisitState.ESTIMATED, Standing.NOT_YET),
        (VisitState.WAITING, Standing.NOT_YET),
        (VisitState.PRICED, Standing.NOT_YET),
        (VisitState.CONFIRMED, Standing.NOT_YET),
        (VisitState.SETTLING, Standing.UNKNOWN),
        (VisitState.UNCERTAIN, Standing.UNKNOWN),
        (VisitState.DIFFERS, Standing.UNKNOWN),
        (VisitState.TRACED, Standing.UNDONE),
        (VisitState.ABANDONED, Standing.UNDONE),
        (VisitState.CANCELLED, Standing.UNDONE),
    ],
)
def test_a_visit_without_money_in_doubt_stands_as_its_state_says(state, stands):
    assert standing(state, []) is stands


@given(
    st.lists(st.tuples(st.integers(1, 1_000), st.integers(0, 30)), min_size=1, max_size=6),
    st.data(),
)
def test_a_repayment_pays_the_oldest_debt_first_and_every_fen_of_it(debts, data):
    owed = [Debt(f"v{i}", Money(fen), AT + timedelta(d)) for i, (fen, d) in enumerate(debts)]
    owed.sort(key=lambda debt: debt.since)
    amount = Money(data.draw(st.integers(1, sum(fen for fen, _ in debts))))
    parts = dict(divided(amount, owed))
    assert total(parts.values()) == amount
    assert all(part > ZERO for part in parts.values())
    unpaid = [debt for debt in owed if parts.get(debt.visit_id, ZERO) < debt.owed]
    paid = [debt for debt in owed if debt.visit_id in parts]
    assert all(debt.since <= later.since for debt in paid for later in unpaid)


def test_accounts_are_rows_of_the_view_and_of_nothing_else():
    rows = accounts_rows(Money(300), Money(400), AT)
    assert [(each.way, each.amount) for each in rows] == [
        (Way.ACCOUNT, Money(300)),
        (Way.FAMILY, Money(400)),
    ]
    assert accounts_rows(ZERO, ZERO, AT) == ()
    view = payments_view(rows, reckon([], Money(90), Standing.STANDS), ZERO)
    assert (view.due, view.rows) == (Money(90), rows)
    assert taken(rows) == {Way.CASH: ZERO, Way.CODE: ZERO}


def test_the_day_counts_what_came_in_and_what_went_out():
    rows = [
        row("paid", 790),
        row("paid", 200, Way.CODE),
        row("deposit", 1_000),
        row("deposit_returned", 210),
        row("returned", 90),
        row("credit", 500, None),
        row("repaid", 300, Way.CODE),
        row("let_go", 5, None),
    ]
    assert taken(rows) == {Way.CASH: Money(1_790), Way.CODE: Money(500)}
    assert given_back(rows) == Money(300)


def test_a_slip_says_what_is_left_and_calls_a_deposit_no_payment():
    paid = [row("paid", 300), row("credit", 490, None)]
    held = [row("deposit", 1_000)]
    lines = slip(
        "演示村卫生室",
        "王*国",
        [
            SlipVisit(AT.date(), reckon(paid, Money(790), Standing.STANDS), paid),
            SlipVisit(AT.date(), reckon(held, ZERO, Standing.NOT_YET), held),
        ],
        AT,
    )
    text = "\n".join(lines)
    assert "赊账还欠 4.90" in lines
    assert "付款 现金 3.00" in text
    assert "押金 10.00 尚未结算（估算，多退少补）" in text
