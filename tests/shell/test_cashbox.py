"""Money over the counter, in a real store: what is taken, what is refused, what is kept."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.board import Board, Counter, Workplace
from terminal.cashbox import Cashbox
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.counter import CounterView
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.money_views import PaymentKind, PaymentsView, Way
from terminal.core.people import Identified, Person
from terminal.core.shares import Shares
from terminal.core.visit import VisitEvent, VisitState
from terminal.errands import Errands
from terminal.store import Store
from terminal.store.bill_line import BillLine
from terminal.store.database import Database, IntegrityError
from tests.clinic import KEY, Clock

WANG = Person("wang", "99-1", "王建国", "991024196503121030", "1", date(1965, 3, 12))
LI = Person("li", "99-2", "李秀英", "991024199007081045", "2", date(1990, 7, 8))
DOCTOR = "D431024000991"


def yuan(text: str) -> Money:
    return Money.parse(text)


def shares(cash: str, account: str = "0.00", aid: str = "0.00") -> Shares:
    own = yuan(cash) + yuan(account) + yuan(aid)
    fund = yuan("18.44")
    return Shares(
        total=own + fund,
        fund=fund,
        own=own,
        account=yuan(account),
        mutual_aid=yuan(aid),
        cash=yuan(cash),
        hospital=ZERO,
        full_self_pay=ZERO,
        over_limit_price=ZERO,
        advance_self_pay=ZERO,
        in_scope=own + fund,
    ).verified()


class Clinic:
    """A store, a cash box, and visits brought to where a test wants them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.errands = Errands(lambda *_: None, lambda: None)
        place = Workplace(store, Counter(), Board(_drawn), self.errands, clock, lambda: DOCTOR)
        self.box = Cashbox(place, "演示村卫生室", let_go_max_fen=9)
        for person in (WANG, LI):
            store.people.keep(person)
        self._visits = 0

    def traced(self, person: Person = WANG, bill: str = "26.34") -> str:
        self._visits += 1
        visit_id = f"visit-{self._visits}"
        visits, at = self.store.visits, self.clock()
        visits.open(visit_id, DOCTOR, at)
        known = {"person_id": person.person_id, "identified": Identified.BY_ID_NUMBER}
        visits.record(visit_id, VisitEvent.PERSON_PRESENTED, at, changes=known)
        visits.record(visit_id, VisitEvent.DOCTOR_CONFIRMED_PERSON, at)
        line = BillLine(
            visit_id,
            1,
            "YP0002",
            "ordinary",
            Decimal(1),
            Decimal(bill),
            yuan(bill),
            None,
            str(self._visits),
        )
        self.store.lines.add(line, at)
        self.store.settlements.add(f"{visit_id}-1", visit_id, "ordinary")
        return visit_id

    def waiting(self, bill: str = "26.34") -> str:
        visit_id = self.traced(bill=bill)
        self.both(visit_id, "ESTIMATED")
        self.both(visit_id, "CEILING_AGREED")
        return visit_id

    def confirmed(self, person: Person = WANG) -> str:
        visit_id = self.traced(person)
        self.both(visit_id, "PRE_SETTLED")
        self.both(visit_id, "AMOUNT_CONFIRMED")
        return visit_id

    def settled(self, paying: Shares, person: Person = WANG) -> str:
        visit_id = self.confirmed(person)
        self.charge(visit_id, paying)
        return visit_id

    def charge(self, visit_id: str, paying: Shares) -> None:
        self.one(visit_id, SettlementEvent.SETTLEMENT_SENT)
        self.one(visit_id, SettlementEvent.PROVINCE_SETTLED, settled=json.dumps(paying.as_fen()))

    def cancel(self, visit_id: str) -> None:
        self.one(visit_id, SettlementEvent.CANCELLATION_SENT)
        self.one(visit_id, SettlementEvent.PROVINCE_CANCELLED)

    def both(self, visit_id: str, event: str) -> None:
        """A step of the settlement and of its visit that carry one name."""
        self.one(visit_id, SettlementEvent[event])
        self.store.visits.record(visit_id, VisitEvent[event], self.clock())

    def one(self, visit_id: str, event: SettlementEvent, **changes: object) -> None:
        settlement_id = f"{visit_id}-1"
        self.store.settlements.record(settlement_id, event, self.clock(), changes=changes)

    def later(self, seconds: float = 60) -> None:
        self.clock.now += timedelta(seconds=seconds)

    def told(self, visit_id: str) -> PaymentsView:
        view = self.box.payments_of(self.store.visits.visit(visit_id))
        assert view is not None
        return view

    def kinds(self, visit_id: str) -> list[PaymentKind]:
        return [row.kind for row in self.store.payments.of_visit(visit_id)]


def _drawn(number: int) -> CounterView:
    return CounterView(number, date(2025, 9, 20), "", "", None, None, None, {}, (), (), ())


@pytest.fixture
def clinic(store: Store, clock: Clock) -> Clinic:
    return Clinic(store, clock)


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=rf"^{code}\b")


# --- paying


def test_a_share_paid_in_cash_is_due_no_more(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("7.90"))
    assert clinic.told(visit_id).due == yuan("7.90")
    clinic.box.paid(visit_id, Way.CASH, yuan("7.90"))
    told = clinic.told(visit_id)
    assert (told.due, told.to_return) == (ZERO, ZERO)
    [row] = told.rows
    assert (row.kind, row.way, row.taken_by) == (PaymentKind.PAID, Way.CASH, DOCTOR)
    assert row.slip_no == "0920-S001"


def test_the_accounts_pay_as_the_settlement_says_and_are_never_typed_in(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("0.90", account="3.00", aid="4.00"))
    told = clinic.told(visit_id)
    assert [(row.way, row.amount) for row in told.rows] == [
        (Way.ACCOUNT, yuan("3.00")),
        (Way.FAMILY, yuan("4.00")),
    ]
    assert told.due == yuan("0.90")
    assert clinic.kinds(visit_id) == []
    for way in (Way.ACCOUNT, Way.FAMILY):
        with refused("cash.way_not_taken"):
            clinic.box.paid(visit_id, way, yuan("0.90"))
        with refused("cash.way_not_taken"):
            clinic.box.repaid(WANG.person_id, way, yuan("0.90"))


def test_nothing_is_due_where_an_account_pays_all(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("0.00", aid="7.90"))
    with refused("cash.nothing_due"):
        clinic.box.paid(visit_id, Way.CASH, yuan("0.01"))


@pytest.mark.parametrize(
    ("amount", "code"),
    [("7.91", "cash.too_much"), ("0.00", "cash.no_amount"), ("-1.00", "cash.no_amount")],
)
def test_what_is_not_due_does_not_stay_in_the_drawer(
    clinic: Clinic, amount: str, code: str
) -> None:
    visit_id = clinic.settled(shares("7.90"))
    with refused(code):
        clinic.box.paid(visit_id, Way.CASH, yuan(amount))
    assert clinic.kinds(visit_id) == []


def test_a_tap_made_twice_is_written_once(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("7.90"))
    clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
    clinic.later(2)
    with refused("cash.same_again"):
        clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
    clinic.box.paid(visit_id, Way.CODE, yuan("3.00"))
    clinic.later(60)
    with refused("cash.too_much"):
        clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
    assert clinic.told(visit_id).due == yuan("1.90")


def test_two_parts_that_are_alike_can_be_paid_one_after_the_other(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("7.90"))
    clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
    clinic.later(60)
    clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
    assert clinic.told(visit_id).due == yuan("1.90")


def test_of_taps_at_one_moment_one_is_written(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("7.90"))
    ready, refusals = threading.Barrier(6), []

    def tap() -> None:
        ready.wait()
        try:
            clinic.box.on_credit(visit_id)
        except Refused as no:
            refusals.append(no.code)

    threads = [threading.Thread(target=tap) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clinic.kinds(visit_id) == [PaymentKind.CREDIT]
    assert refusals == ["cash.nothing_due"] * 5


# --- when nothing may be taken


@pytest.mark.parametrize("state", ["settling", "uncertain", "differs", "cancelling"])
def test_while_the_outcome_is_unknown_no_money_moves(clinic: Clinic, state: str) -> None:
    if state == "cancelling":
        visit_id = clinic.settled(shares("7.90"))
        clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
        clinic.one(visit_id, SettlementEvent.CANCELLATION_SENT)
    else:
        visit_id = clinic.confirmed()
        clinic.one(visit_id, SettlementEvent.SETTLEMENT_SENT)
    if state == "uncertain":
        clinic.one(visit_id, SettlementEvent.PROVINCE_SILENT)
    if state == "differs":
        written = json.dumps(shares("7.90").as_fen())
        clinic.one(visit_id, SettlementEvent.PROVINCE_DIFFERED, settled=written)
    [record] = clinic.store.settlements.of_visit(visit_id)
    assert record.state is SettlementState(state)
    before = clinic.kinds(visit_id)
    box = clinic.box
    for verb in (
        lambda: box.paid(visit_id, Way.CASH, yuan("1.00")),
        lambda: box.let_go(visit_id),
        lambda: box.let_off(visit_id, "困难户"),
        lambda: box.on_credit(visit_id),
        lambda: box.returned(visit_id),
    ):
        with refused("cash.outcome_unknown"):
            verb()
    with refused("cash.no_deposit_now"):
        box.deposit(visit_id, yuan("1.00"))
    assert clinic.kinds(visit_id) == before
    view = box.payments_of(clinic.store.visits.visit(visit_id))
    assert view is None or (view.due, view.to_return) == (ZERO, ZERO)


def test_before_it_is_settled_nothing_is_paid(clinic: Clinic) -> None:
    for visit_id in (clinic.traced(), clinic.waiting(), clinic.confirmed()):
        with refused("cash.not_settled"):
            clinic.box.paid(visit_id, Way.CASH, yuan("1.00"))
        assert clinic.box.payments_of(clinic.store.visits.visit(visit_id)) is None


# --- let go, let off


def test_the_odd_fen_are_let_go_before_or_after_the_cash(clinic: Clinic) -> None:
    first = clinic.settled(shares("7.95"))
    assert clinic.told(first).may_let_go == yuan("0.05")
    clinic.box.let_go(first)
    clinic.box.paid(first, Way.CASH, yuan("7.90"))
    assert clinic.told(first).due == ZERO
    second = clinic.settled(shares("7.95"), LI)
    clinic.box.paid(second, Way.CASH, yuan("7.90"))
    clinic.box.let_go(second)
    assert clinic.told(second).due == ZERO
    with refused("cash.nothing_due"):
        clinic.box.let_go(second)


def test_nobody_is_let_go_a_jiao_or_fen_beside_a_code(clinic: Clinic) -> None:
    even = clinic.settled(shares("7.90"))
    with refused("cash.nothing_to_let_go"):
        clinic.box.let_go(even)
    by_code = clinic.settled(shares("7.95"), LI)
    clinic.box.paid(by_code, Way.CODE, yuan("5.00"))
    with refused("cash.nothing_to_let_go"):
        clinic.box.let_go(by_code)
    assert clinic.told(by_code).may_let_go == ZERO


def test_after_fen_were_let_go_the_rest_comes_in_cash(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("7.95"))
    clinic.box.let_go(visit_id)
    with refused("cash.let_go_is_for_cash"):
        clinic.box.paid(visit_id, Way.CODE, yuan("7.90"))


def test_a_share_is_let_off_whole_and_for_a_reason(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("7.90"))
    with refused("cash.no_reason"):
        clinic.box.let_off(visit_id, "  ")
    clinic.box.let_off(visit_id, "五保户")
    [row] = clinic.told(visit_id).rows
    assert (row.amount, row.reason, row.way) == (yuan("7.90"), "五保户", None)
    with refused("cash.nothing_due"):
        clinic.box.let_off(visit_id, "五保户")


# --- the credit book


def test_the_credit_book_names_the_oldest_debt_first_and_is_paid_off_from_it(
    clinic: Clinic,
) -> None:
    first = clinic.settled(shares("7.90"))
    clinic.box.on_credit(first)
    clinic.later(86_400)
    lis = clinic.settled(shares("10.25"), LI)
    clinic.box.on_credit(lis)
    clinic.later(86_400)
    second = clinic.settled(shares("5.00"))
    clinic.box.paid(second, Way.CASH, yuan("2.00"))
    clinic.box.on_credit(second)
    book = clinic.box.book()
    assert [(row.masked_name, row.owed) for row in book] == [
        ("王*国", yuan("10.90")),
        ("李*英", yuan("10.25")),
    ]
    assert book[0].since == date(2025, 9, 20)
    clinic.box.repaid(WANG.person_id, Way.CODE, yuan("8.90"))
    assert clinic.kinds(first) == [PaymentKind.CREDIT, PaymentKind.REPAID]
    with refused("cash.same_again"):
        clinic.box.repaid(WANG.person_id, Way.CODE, yuan("8.90"))
    clinic.later()
    with refused("cash.too_much"):
        clinic.box.repaid(WANG.person_id, Way.CASH, yuan("2.01"))
    book = clinic.box.book()
    assert [row.person_id for row in book] == ["li", "wang"], "his oldest debt is paid"
    assert book[1].since == date(2025, 9, 22)
    clinic.box.repaid(WANG.person_id, Way.CASH, yuan("2.00"))
    assert [row.person_id for row in clinic.box.book()] == ["li"]


def test_who_owes_longest_stands_first_whoever_came_first(clinic: Clinic) -> None:
    wangs, lis = clinic.settled(shares("7.90")), clinic.settled(shares("10.25"), LI)
    wangs_second = clinic.settled(shares("5.00"))
    for visit_id in (lis, wangs_second, wangs):
        clinic.box.on_credit(visit_id)
        clinic.later(86_400)
    assert [row.person_id for row in clinic.box.book()] == ["li", "wang"]
    clinic.box.repaid(WANG.person_id, Way.CASH, yuan("6.00"))
    repaid = {visit_id: clinic.kinds(visit_id)[1:] for visit_id in (wangs, wangs_second)}
    assert repaid == {wangs: [PaymentKind.REPAID], wangs_second: [PaymentKind.REPAID]}
    [row] = [row for row in clinic.box.book() if row.person_id == "wang"]
    assert (row.owed, row.since) == (yuan("6.90"), date(2025, 9, 22))


def test_of_a_visit_half_cancelled_only_the_half_that_stands_is_due(clinic: Clinic) -> None:
    visit_id = clinic.confirmed()
    second, at = f"{visit_id}-2", clinic.clock()
    clinic.store.settlements.add(second, visit_id, "two_diseases:LB001")
    steps = ("PRE_SETTLED", "AMOUNT_CONFIRMED", "SETTLEMENT_SENT", "PROVINCE_SETTLED")
    for step in steps:
        changes = {"settled": json.dumps(shares("6.00").as_fen())}
        clinic.store.settlements.record(second, SettlementEvent[step], at, changes=changes)
    clinic.charge(visit_id, shares("7.90"))
    assert clinic.told(visit_id).due == yuan("13.90")
    clinic.box.paid(visit_id, Way.CASH, yuan("10.00"))
    clinic.box.on_credit(visit_id)
    for step in ("CANCELLATION_SENT", "PROVINCE_CANCELLED"):
        clinic.store.settlements.record(second, SettlementEvent[step], at)
    told = clinic.told(visit_id)
    assert (told.due, told.to_return, clinic.box.book()) == (ZERO, yuan("2.10"), ())


def test_a_cancelled_visit_owes_nothing_and_gives_back_what_was_paid_of_it(
    clinic: Clinic,
) -> None:
    visit_id = clinic.settled(shares("7.90"))
    clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
    clinic.box.on_credit(visit_id)
    clinic.box.repaid(WANG.person_id, Way.CODE, yuan("2.00"))
    clinic.cancel(visit_id)
    told = clinic.told(visit_id)
    assert (told.due, told.to_return) == (ZERO, yuan("5.00"))
    assert clinic.box.book() == ()
    clinic.box.returned(visit_id)
    assert clinic.told(visit_id).to_return == ZERO
    with refused("cash.nothing_to_return"):
        clinic.box.returned(visit_id)
    with refused("cash.too_much"):
        clinic.box.repaid(WANG.person_id, Way.CASH, yuan("2.90"))


def test_a_debt_whose_cancellation_is_not_answered_is_shown_and_not_taken(
    clinic: Clinic,
) -> None:
    visit_id = clinic.settled(shares("7.90"))
    clinic.box.on_credit(visit_id)
    clinic.one(visit_id, SettlementEvent.CANCELLATION_SENT)
    assert [row.owed for row in clinic.box.book()] == [yuan("7.90")]
    with refused("cash.outcome_unknown"):
        clinic.box.repaid(WANG.person_id, Way.CASH, yuan("7.90"))
    clinic.one(visit_id, SettlementEvent.CANCELLATION_REFUSED)
    clinic.box.repaid(WANG.person_id, Way.CASH, yuan("7.90"))
    assert clinic.box.book() == ()


# --- deposits


def test_a_deposit_is_held_and_counted_only_once_settled(clinic: Clinic) -> None:
    visit_id = clinic.waiting()
    clinic.box.deposit(visit_id, yuan("10.00"))
    held = clinic.told(visit_id)
    assert (held.deposit, held.due, held.to_return) == (yuan("10.00"), ZERO, ZERO)
    assert "押金 10.00 尚未结算（估算，多退少补）" in "".join(clinic.box.slips(WANG.person_id))
    clinic.both(visit_id, "HELD")
    clinic.charge(visit_id, shares("7.90"))
    settled = clinic.told(visit_id)
    assert (settled.due, settled.deposit, settled.to_return) == (ZERO, ZERO, yuan("2.10"))
    clinic.box.returned(visit_id)
    assert clinic.kinds(visit_id) == [PaymentKind.DEPOSIT, PaymentKind.DEPOSIT_RETURNED]
    assert clinic.box.drawer(date(2025, 9, 20)) == yuan("7.90")


def test_a_deposit_smaller_than_the_share_leaves_the_rest_due(clinic: Clinic) -> None:
    visit_id = clinic.waiting()
    clinic.box.deposit(visit_id, yuan("5.00"))
    clinic.both(visit_id, "HELD")
    clinic.charge(visit_id, shares("7.90"))
    assert clinic.told(visit_id).due == yuan("2.90")
    clinic.box.paid(visit_id, Way.CASH, yuan("2.90"))
    assert clinic.told(visit_id).due == ZERO


def test_what_is_taken_back_before_it_was_charged_gives_the_deposit_back(clinic: Clinic) -> None:
    visit_id = clinic.waiting()
    clinic.box.deposit(visit_id, yuan("5.00"))
    with refused("cash.nothing_to_return"):
        clinic.box.returned(visit_id)
    clinic.both(visit_id, "REOPENED")
    assert clinic.told(visit_id).to_return == yuan("5.00")
    clinic.box.returned(visit_id)
    assert clinic.told(visit_id).to_return == ZERO


def test_deposits_are_never_more_than_the_bill(clinic: Clinic) -> None:
    visit_id = clinic.waiting(bill="26.34")
    clinic.box.deposit(visit_id, yuan("20.00"))
    with refused("cash.same_again"):
        clinic.box.deposit(visit_id, yuan("20.00"))
    with refused("cash.too_much"):
        clinic.box.deposit(visit_id, yuan("6.35"))
    clinic.box.deposit(visit_id, yuan("6.34"))


def test_no_deposit_is_taken_while_it_is_being_settled(clinic: Clinic) -> None:
    visit_id = clinic.confirmed()
    clinic.errands.hand_over(f"settling:{visit_id}", lambda: None)
    with refused("cash.no_deposit_now"):
        clinic.box.deposit(visit_id, yuan("1.00"))


# --- what is kept, and what is told


def test_a_row_of_the_cash_book_is_never_changed_nor_deleted(
    clinic: Clinic, tmp_path: Path
) -> None:
    visit_id = clinic.settled(shares("7.90"))
    clinic.box.paid(visit_id, Way.CASH, yuan("7.90"))
    clinic.store.close()
    database = Database(tmp_path / "terminal.db", KEY)
    try:
        for statement in ("UPDATE payment SET fen = 1", "DELETE FROM payment"):
            with pytest.raises(IntegrityError), database.transaction() as db:
                db.execute(statement)
        assert [row["fen"] for row in database.rows("SELECT fen FROM payment")] == [790]
    finally:
        database.close()


def test_money_over_the_counter_never_touches_the_settlement(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("7.95"))
    before = clinic.store.settlements.of_visit(visit_id), clinic.store.visits.visit(visit_id)
    clinic.box.let_go(visit_id)
    clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
    clinic.box.on_credit(visit_id)
    clinic.box.repaid(WANG.person_id, Way.CASH, yuan("1.00"))
    after = clinic.store.settlements.of_visit(visit_id), clinic.store.visits.visit(visit_id)
    assert after == before


def test_each_row_has_a_number_of_its_days_own_series(clinic: Clinic) -> None:
    first, second = clinic.settled(shares("7.90")), clinic.settled(shares("5.00"), LI)
    clinic.box.paid(first, Way.CASH, yuan("1.00"))
    with refused("cash.too_much"):
        clinic.box.paid(first, Way.CASH, yuan("70.00"))
    clinic.box.paid(second, Way.CASH, yuan("1.00"))
    clinic.later(86_400)
    clinic.box.paid(second, Way.CASH, yuan("1.00"))
    rows = [*clinic.told(first).rows, *clinic.told(second).rows]
    assert [row.slip_no for row in rows] == ["0920-S001", "0920-S002", "0921-S001"]


def test_the_day_is_told_by_way_and_the_drawer_by_what_lies_in_it(clinic: Clinic) -> None:
    first, second = clinic.settled(shares("7.90")), clinic.settled(shares("5.00"), LI)
    clinic.box.paid(first, Way.CASH, yuan("7.90"))
    clinic.box.paid(second, Way.CODE, yuan("5.00"))
    clinic.later(86_400)
    clinic.cancel(second)
    clinic.box.returned(second)
    day = date(2025, 9, 20)
    assert clinic.box.taken(day) == {Way.CASH: yuan("7.90"), Way.CODE: yuan("5.00")}
    assert clinic.box.drawer(day) == yuan("7.90")
    assert clinic.box.taken(date(2025, 9, 21)) == {Way.CASH: ZERO, Way.CODE: ZERO}
    assert clinic.box.drawer(date(2025, 9, 21)) == yuan("-5.00")


def test_a_slip_names_nobody_in_full_and_says_what_is_left(clinic: Clinic) -> None:
    visit_id = clinic.settled(shares("7.90"))
    clinic.box.paid(visit_id, Way.CASH, yuan("3.00"))
    clinic.box.on_credit(visit_id)
    text = "\n".join(clinic.box.slips(WANG.person_id))
    assert WANG.name not in text
    assert "王*国" in text
    assert "0920-S001 09-20 付款 现金 3.00" in text
    assert "赊账还欠 4.90" in text


def test_a_slip_tells_an_old_debt_and_not_what_is_long_paid(clinic: Clinic) -> None:
    paid, owed = clinic.settled(shares("7.90")), clinic.settled(shares("5.00"))
    clinic.box.paid(paid, Way.CASH, yuan("7.90"))
    clinic.box.on_credit(owed)
    clinic.later(40 * 86_400)
    text = "\n".join(clinic.box.slips(WANG.person_id))
    assert "赊账还欠 5.00" in text
    assert "7.90" not in text


def test_nobody_unknown_has_a_slip(clinic: Clinic) -> None:
    with refused("cash.nobody"):
        clinic.box.slips("nobody")


def test_a_visit_partly_settled_pays_what_is_settled_and_holds_the_deposit(
    clinic: Clinic,
) -> None:
    visit_id = clinic.waiting()
    clinic.box.deposit(visit_id, yuan("10.00"))
    clinic.store.settlements.add(f"{visit_id}-2", visit_id, "two_diseases:LB001")
    second, at = f"{visit_id}-2", clinic.clock()
    for event in (SettlementEvent.PRE_SETTLED, SettlementEvent.AMOUNT_CONFIRMED):
        clinic.store.settlements.record(second, event, at)
    clinic.both(visit_id, "HELD")
    clinic.one(visit_id, SettlementEvent.SETTLEMENT_SENT)
    written = json.dumps(shares("6.00").as_fen())
    clinic.one(visit_id, SettlementEvent.PROVINCE_SETTLED, settled=written)
    assert clinic.store.visits.visit(visit_id).state is VisitState.PARTLY_SETTLED
    part = clinic.told(visit_id)
    assert (part.due, part.deposit, part.to_return) == (ZERO, yuan("4.00"), ZERO)
    clinic.store.settlements.record(second, SettlementEvent.SETTLEMENT_SENT, at)
    clinic.store.settlements.record(
        second,
        SettlementEvent.PROVINCE_SETTLED,
        at,
        changes={"settled": json.dumps(shares("7.90").as_fen())},
    )
    whole = clinic.told(visit_id)
    assert (whole.due, whole.deposit) == (yuan("3.90"), ZERO)
