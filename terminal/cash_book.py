"""What the cash book says: how a visit's share stands, who owes, and the slip for it.

Reads only. The share is what the settlements say (2207), the rows what was written over
the counter; core/cash puts them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from terminal.core import cash
from terminal.core.cash import Debt, Reckoning, Standing
from terminal.core.cash_slip import SlipVisit, slip
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import CreditRow, PaymentKind, PaymentRow, PaymentsView
from terminal.core.people import masked_name, named
from terminal.core.shares import Shares, added
from terminal.core.visit import VisitState
from terminal.store import Store
from terminal.store.visits import Visit

_CHARGED = (SettlementState.SETTLED, SettlementState.CANCELLING)
"""Charged as far as anybody knows."""


@dataclass(frozen=True, slots=True)
class Account:
    """A visit's share and what was written of it, at one moment."""

    visit: Visit
    person_id: str
    stands: Standing
    shares: Shares
    rows: Sequence[PaymentRow]
    reckoned: Reckoning


class CashBook:
    """The rows of the cash book beside the settlements they belong to."""

    def __init__(self, store: Store, clinic_name: str, let_go_max: Money) -> None:
        self._store = store
        self._clinic_name = clinic_name
        self._let_go_max = let_go_max

    def account(self, visit: Visit) -> Account:
        """How a visit's share stands. Raises Refused `visit.no_person`."""
        if visit.person_id is None:
            raise Refused("visit.no_person")
        records = self._store.settlements.of_visit(visit.visit_id)
        stands = cash.standing(visit.state, [record.state for record in records])
        shares = added(
            Shares.from_fen(record.settled)
            for record in records
            if record.state in _CHARGED and record.settled is not None
        )
        rows = self._store.payments.of_visit(visit.visit_id)
        reckoned = cash.reckon(rows, shares.cash, stands)
        return Account(visit, visit.person_id, stands, shares, rows, reckoned)

    def payments_of(self, visit: Visit) -> PaymentsView | None:
        """What the screens show beside a visit; None before it is settled, unless a deposit
        was taken."""
        if visit.person_id is None:
            return None
        account = self.account(visit)
        settled = account.stands in (Standing.STANDS, Standing.IN_PART)
        if not settled and not account.rows:
            return None
        shares, at = account.shares, self._settled_at(visit)
        told = cash.accounts_rows(shares.account, shares.mutual_aid, at) if settled else ()
        odd = cash.odd_fen(account.rows, account.reckoned.due, self._let_go_max)
        return cash.payments_view([*told, *account.rows], account.reckoned, odd)

    def debts(self) -> dict[str, list[Debt]]:
        """By person, who owes longest first: every visit that put something into the credit
        book and is not paid back, the oldest first."""
        found: list[tuple[str, Debt]] = []
        for person_id, visit_id in self._store.payments.in_debt():
            account = self.account(self._store.visits.visit(visit_id))
            if account.reckoned.owed > ZERO:
                since = min(row.at for row in account.rows if row.kind is PaymentKind.CREDIT)
                doubtful = account.stands is Standing.UNKNOWN
                debt = Debt(visit_id, account.reckoned.owed, since, doubtful)
                found.append((person_id, debt))
        debts: dict[str, list[Debt]] = {}
        for person_id, debt in sorted(found, key=lambda each: each[1].since):
            debts.setdefault(person_id, []).append(debt)
        return debts

    def credit(self) -> tuple[CreditRow, ...]:
        """Everybody who owes the clinic something, the oldest debt first."""
        return tuple(
            CreditRow(
                person_id=person_id,
                masked_name=self._masked(person_id),
                owed=total(debt.owed for debt in debts),
                since=debts[0].since.date(),
                name=self._named(person_id),
            )
            for person_id, debts in self.debts().items()
        )

    def slip(self, person_id: str, now: datetime) -> tuple[str, ...]:
        """What happened today, what this person owes and how it came about.

        Raises Refused `cash.nobody`.
        """
        name = self._masked(person_id)
        entries = self._store.payments.of_person(person_id)
        told = []
        for visit_id in dict.fromkeys(entry.visit_id for entry in entries):
            account = self.account(self._store.visits.visit(visit_id))
            today = any(row.at.date() == now.date() for row in account.rows)
            if today or account.reckoned.is_open:
                told.append(
                    SlipVisit(account.visit.opened_at.date(), account.reckoned, account.rows)
                )
        return slip(self._clinic_name, name, told, now)

    def _settled_at(self, visit: Visit) -> datetime:
        for state in (VisitState.SETTLED, VisitState.PARTLY_SETTLED):
            if (at := self._store.visits.came_to(visit.visit_id, state)) is not None:
                return at
        return visit.opened_at

    def _named(self, person_id: str) -> str:
        person = self._store.people.person(person_id)
        return named(person) if person is not None else ""

    def _masked(self, person_id: str) -> str:
        person = self._store.people.person(person_id)
        if person is None:
            raise Refused("cash.nobody")
        return masked_name(person.name)
