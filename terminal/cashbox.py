"""How a person's share is paid: in cash, by code, later, or not at all.

Money over the counter stands beside a settlement and never touches it, nor the claim.
Every verb reads what is due and writes its row in one transaction, so that of two taps
the second meets what the first has left. Rows are only added; what was wrong is put
right by another row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from terminal.board import Workplace
from terminal.cash_book import Account, CashBook
from terminal.core import cash
from terminal.core.cash import Standing
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import CreditRow, PaymentKind, PaymentRow, PaymentsView, Way
from terminal.core.visit import VisitState
from terminal.store.visits import Visit

_TWICE_S = 15
"""The same amount the same way within this time is a tap that was made twice: nobody
counts money into a drawer so fast."""

REASON_MAX = 200
"""Characters of a reason that are kept."""

_COUNTER_WAYS = (Way.CASH, Way.CODE)
"""What the doctor may write down; accounts are the settlement's to say."""

_TAKES_DEPOSIT = (VisitState.ESTIMATED, VisitState.WAITING, VisitState.CONFIRMED)


class Cashbox:
    """The doctor's verbs about money over the counter."""

    def __init__(self, workplace: Workplace, clinic_name: str, let_go_max_fen: int) -> None:
        """`let_go_max_fen`: most odd fen of one visit that may be let go."""
        self._store = workplace.store
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._doctor = workplace.doctor
        self._let_go_max = Money(let_go_max_fen)
        self._cash_book = CashBook(workplace.store, clinic_name, self._let_go_max)

    # --- the verbs
    def paid(self, visit_id: str, way: Way, amount: Money) -> None:
        """So much of the share stays in the drawer, or came by code; change is given by hand.

        Raises Refused `cash.not_settled`, `cash.outcome_unknown`, `cash.nothing_due`,
        `cash.too_much`, `cash.no_amount`, `cash.way_not_taken`, `cash.same_again`, and
        `cash.let_go_is_for_cash` for a code beside fen that were let go.
        """
        _refuse_way(way)
        with self._store.transaction():
            account = self._due(visit_id)
            let_go = any(row.kind is PaymentKind.LET_GO for row in account.rows)
            if way is Way.CODE and let_go:
                raise Refused("cash.let_go_is_for_cash")
            self._refuse_twice(account.rows, PaymentKind.PAID, way, amount)
            _refuse_more(amount, account.reckoned.due)
            self._write(account, PaymentKind.PAID, way, amount)
        self._board.publish()

    def let_go(self, visit_id: str) -> None:
        """Let the odd fen go; the claim stays exact.

        Raises Refused `cash.nothing_to_let_go` where coins can pay the rest, more than
        the setting was let go, or a part was paid by code; and as `paid` does.
        """
        with self._store.transaction():
            account = self._due(visit_id)
            odd = cash.odd_fen(account.rows, account.reckoned.due, self._let_go_max)
            if odd == ZERO:
                raise Refused("cash.nothing_to_let_go")
            self._write(account, PaymentKind.LET_GO, None, odd)
        self._board.publish()

    def let_off(self, visit_id: str, reason: str) -> None:
        """Let the whole rest off. Raises Refused `cash.no_reason`, and as `paid` does."""
        reason = reason.strip()[:REASON_MAX]
        if not reason:
            raise Refused("cash.no_reason")
        with self._store.transaction():
            account = self._due(visit_id)
            self._write(account, PaymentKind.LET_OFF, None, account.reckoned.due, reason)
        self._board.publish()

    def on_credit(self, visit_id: str) -> None:
        """Write the whole rest into the person's credit book. Raises as `paid` does."""
        with self._store.transaction():
            account = self._due(visit_id)
            self._write(account, PaymentKind.CREDIT, None, account.reckoned.due)
        self._board.publish()

    def deposit(self, visit_id: str, amount: Money) -> None:
        """Take cash before the amount is known, while the province is away.

        Deposits of a visit together are never more than its bill. Raises Refused
        `cash.no_deposit_now`, `cash.too_much`, `cash.no_amount`, `cash.same_again`.
        """
        with self._store.transaction():
            account = self._account(visit_id)
            under_way = f"settling:{visit_id}" in self._errands.under_way()
            if account.visit.state not in _TAKES_DEPOSIT or under_way:
                raise Refused("cash.no_deposit_now", state=account.visit.state.value)
            self._refuse_twice(account.rows, PaymentKind.DEPOSIT, Way.CASH, amount)
            bill = total(line.total for line in self._store.lines.of(visit_id))
            _refuse_more(amount, bill - account.reckoned.deposit)
            self._write(account, PaymentKind.DEPOSIT, Way.CASH, amount)
        self._board.publish()

    def returned(self, visit_id: str) -> None:
        """Give back, in cash, all that is to be returned of this visit.

        Raises Refused `cash.outcome_unknown`, `cash.nothing_to_return`.
        """
        with self._store.transaction():
            account = self._account(visit_id)
            if account.stands is Standing.UNKNOWN:
                raise Refused("cash.outcome_unknown")
            if account.reckoned.to_return == ZERO:
                raise Refused("cash.nothing_to_return")
            for kind, amount in (
                (PaymentKind.RETURNED, account.reckoned.paid_too_much),
                (PaymentKind.DEPOSIT_RETURNED, account.reckoned.deposit_too_much),
            ):
                if amount > ZERO:
                    self._write(account, kind, Way.CASH, amount)
        self._board.publish()

    def repaid(self, person_id: str, way: Way, amount: Money) -> None:
        """So much of what stands in the credit book was paid, the oldest debt first.

        One row for each visit whose debt it pays, so that a later cancellation knows what
        to return. Raises Refused `cash.way_not_taken`, `cash.no_amount`, `cash.too_much`,
        `cash.same_again`; `cash.outcome_unknown` when the rest is of a visit in doubt.
        """
        _refuse_way(way)
        with self._store.transaction():
            entries = self._store.payments.of_person(person_id)
            rows = [entry.row for entry in entries]
            self._refuse_twice(rows, PaymentKind.REPAID, way, amount)
            debts = self._cash_book.debts().get(person_id, [])
            _refuse_more(amount, total(debt.owed for debt in debts))
            certain = [debt for debt in debts if not debt.doubtful]
            if amount > total(debt.owed for debt in certain):
                raise Refused("cash.outcome_unknown")
            at = self._now()
            for visit_id, part in cash.divided(amount, certain):
                row = self._row(PaymentKind.REPAID, way, part, at)
                self._store.payments.add(person_id, visit_id, row)
        self._board.publish()

    # --- what is told
    def payments_of(self, visit: Visit) -> PaymentsView | None:
        """How this visit's share was or is to be paid; None where nothing is to be said."""
        return self._cash_book.payments_of(visit)

    def book(self) -> tuple[CreditRow, ...]:
        """Everybody who owes the clinic something, the oldest debt first."""
        return self._cash_book.credit()

    def slips(self, person_id: str) -> tuple[str, ...]:
        """A slip's lines: what happened today, what this person owes and how it came about.

        Raises Refused `cash.nobody`.
        """
        return self._cash_book.slip(person_id, self._now())

    def taken(self, day: date) -> Mapping[Way, Money]:
        """What came over the counter on a day, by way: cash and code, zero where nothing."""
        return cash.taken(self._store.payments.of_day(day))

    def drawer(self, day: date) -> Money:
        """What the drawer gained on a day: cash that came in, less what was given back."""
        rows = self._store.payments.of_day(day)
        return cash.taken(rows)[Way.CASH] - cash.given_back(rows)

    # --- private
    def _account(self, visit_id: str) -> Account:
        return self._cash_book.account(self._store.visits.visit(visit_id))

    def _due(self, visit_id: str) -> Account:
        """The account of a visit that may be paid now, with something due."""
        account = self._account(visit_id)
        if account.stands is Standing.UNKNOWN:
            raise Refused("cash.outcome_unknown")
        if account.stands not in (Standing.STANDS, Standing.IN_PART):
            raise Refused("cash.not_settled", state=account.visit.state.value)
        if account.reckoned.due == ZERO:
            raise Refused("cash.nothing_due")
        return account

    def _refuse_twice(
        self, rows: Sequence[PaymentRow], kind: PaymentKind, way: Way, amount: Money
    ) -> None:
        """What one tap wrote has one time, also where it is several rows."""
        written: dict[datetime, Money] = {}
        for row in rows:
            if (row.kind, row.way) == (kind, way):
                written[row.at] = written.get(row.at, ZERO) + row.amount
        window = timedelta(seconds=_TWICE_S)
        if any(was == amount and abs(self._now() - at) <= window for at, was in written.items()):
            raise Refused("cash.same_again")

    def _write(
        self,
        account: Account,
        kind: PaymentKind,
        way: Way | None,
        amount: Money,
        reason: str = "",
    ) -> None:
        row = self._row(kind, way, amount, self._now(), reason)
        self._store.payments.add(account.person_id, account.visit.visit_id, row)

    def _row(
        self, kind: PaymentKind, way: Way | None, amount: Money, at: datetime, reason: str = ""
    ) -> PaymentRow:
        number = self._store.journal.next_number(f"cash:{at.date()}")
        slip_no = f"{at:%m%d}-S{number:03}"
        return PaymentRow(kind, way, amount, reason, slip_no, self._doctor(), at)


def _refuse_way(way: Way) -> None:
    if way not in _COUNTER_WAYS:
        raise Refused("cash.way_not_taken", way=way.value)


def _refuse_more(amount: Money, most: Money) -> None:
    if amount <= ZERO:
        raise Refused("cash.no_amount")
    if amount > most:
        raise Refused("cash.too_much", most_fen=most.fen)
