"""The day's end: our book beside the province's, the drawer, and what is still open.

A closing may be repeated, each is kept, the last one counts.
One that the line broke off is not kept: the day stands as it stood. What is settled on a
later day belongs to that day, so that a closing once made stays true.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Protocol

from terminal.board import Workplace
from terminal.core.day_report import Report, difference_views, group_views, report_from, written
from terminal.core.faults import Fault, Refused
from terminal.core.fund import fund_view
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import (
    ClosingView,
    CreditRow,
    FundView,
    LateRow,
    PaymentKind,
    PaymentsView,
    Publicity,
    Way,
)
from terminal.core.people import masked_name
from terminal.core.reconciliation import Group, Sums
from terminal.core.visit import VisitState
from terminal.papers import Papers
from terminal.reconciling import Reconciling
from terminal.store.closed_days import Closed
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

_OPEN = (
    VisitState.WAITING,
    VisitState.CONFIRMED,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
    VisitState.PARTLY_SETTLED,
)
"""Agreed to, and not done."""


class Till(Protocol):
    """What the cash book says."""

    def taken(self, day: date) -> Mapping[Way, Money]: ...

    def drawer(self, day: date) -> Money: ...

    def book(self) -> tuple[CreditRow, ...]: ...

    def payments_of(self, visit: Visit) -> PaymentsView | None: ...


class Closing:
    """The doctor's verbs at the day's end."""

    def __init__(
        self,
        workplace: Workplace,
        reconciling: Reconciling,
        till: Till,
        papers: Papers,
        clinic_fund: Money | None,
        sign_out: Callable[[], None],
    ) -> None:
        """`clinic_fund`: the clinic's fund of the year, where the county has said it.

        `sign_out`: 9002; what is said to the province afterwards signs in anew.
        """
        self._place = workplace
        self._store = workplace.store
        self._reconciling = reconciling
        self._till = till
        self._papers = papers
        self._clinic_fund = clinic_fund
        self._sign_out = sign_out
        self.seal: Callable[[], None] = lambda: None
        """Signs the ledger as it stands; the device's, for it has the key."""
        self._broke_off: dict[date, str] = {}

    # --- the verbs
    def close(self, day: date) -> None:
        """Compare the books of this day; may be repeated. Returns at once.

        Raises Refused `closing.day_not_come`; Unavailable `desk.too_busy`.
        """
        if day > self._place.now().date():
            raise Refused("closing.day_not_come")
        self._place.errands.hand_over(_errand(day), lambda: self._close(day))
        self._place.board.publish()

    def count_drawer(self, day: date, counted: Money) -> None:
        """So much lay in the drawer; counted again, the last count stands.

        Raises Refused `closing.drawer_below_zero`.
        """
        if counted < ZERO:
            raise Refused("closing.drawer_below_zero")
        self._store.closed_days.count_drawer(
            day, counted, self._till.drawer(day), self._place.doctor(), self._place.now()
        )
        self._place.board.publish()

    def view(self, day: date) -> ClosingView:
        """How far the closing of this day has come."""
        closed = self._store.closed_days.last(day)
        sums = self._reconciling.sums(day)
        report = None if closed is None else report_from(closed.report)
        return ClosingView(
            day=day,
            closed_at=None if closed is None else closed.at,
            balanced=None if closed is None else closed.balanced,
            groups=group_views(report, sums),
            differences=difference_views(report, self._name_of),
            open_visits=self._open_visits(day),
            taken=self._till.taken(day),
            drawer_expected=self._till.drawer(day),
            drawer_counted=self._store.closed_days.drawer_counted(day),
            late=self._late(day),
            credit=self._till.book(),
            busy=_errand(day) in self._place.errands.under_way(),
            notice=self._notice(day, report, sums),
            not_found=self._slips(self._store.handed_over.waiting(), day),
        )

    def fund(self, today: date) -> FundView | None:
        """The clinic's fund of the year and its pace; None where nobody said how much."""
        if self._clinic_fund is None:
            return None
        first, last = date(today.year, 1, 1), date(today.year, 12, 31)
        paid = self._store.closings.fund_paid(first, last)
        paid += self._store.handed_over.fund_paid(first, last)
        return fund_view(self._clinic_fund, paid, today)

    def publicity(self, day: date) -> Publicity:
        """The sheet for the door: this day, and what changed on it of earlier ones."""
        return self._papers.publicity(day)

    def publicity_csv(self, day: date) -> str:
        """The same sheet for spreadsheet programs."""
        return self._papers.publicity_csv(day)

    def publicity_pdf(self, day: date) -> bytes:
        """The same sheet to print. Raises Unavailable `sheet.no_font`."""
        return self._papers.publicity_pdf(day)

    def statement(self, year: int, month: int) -> str:
        """The month's signed statement. Raises Refused `statement.no_such_month`."""
        return self._papers.statement(year, month)

    # --- closing a day
    def _close(self, day: date) -> None:
        try:
            report = self._reconciling.compare(day)
            at, doctor = self._place.now(), self._place.doctor()
            closed = Closed(day, at, doctor, report.balanced, written(report))
            self._store.closed_days.keep(closed)
        except Fault as fault:
            log.info("the closing of %s was broken off: %s", day, fault)
            self._broke_off[day] = fault.code
            return
        self._broke_off.pop(day, None)
        log.info("%s closed, %d differences", day, len(report.differences))
        self._seal_ledger()
        if day == at.date():
            self._end_session()

    def _seal_ledger(self) -> None:
        """The day's decisions are signed with the day. It is closed whatever becomes of it."""
        try:
            self.seal()
        except Fault as fault:
            log.warning("the ledger was not sealed at the closing: %s", fault)

    def _end_session(self) -> None:
        """9002 after the day's work. The day is closed whatever becomes of it."""
        try:
            self._sign_out()
        except Fault as fault:
            log.info("not signed out: %s", fault)

    # --- what is shown
    def _notice(self, day: date, report: Report | None, sums: Mapping[Group, Sums]) -> str | None:
        if day in self._broke_off:
            return self._broke_off[day]
        if report is not None and report.sums() != dict(sums):
            return "closing.changed_since"
        return None

    def _open_visits(self, day: date) -> tuple[str, ...]:
        """Slips of visits up to this day that are agreed to and not done, oldest first."""
        unfinished = [v for v in self._store.visits.unfinished() if v.state in _OPEN]
        listed = {visit.visit_id: visit for visit in unfinished}
        for record in self._store.settlements.in_flight():
            listed.setdefault(record.visit_id, self._store.visits.visit(record.visit_id))
        return self._slips(listed.values(), day)

    def _slips(self, visits: Iterable[Visit], day: date) -> tuple[str, ...]:
        """How each of those up to this day is called on the page, oldest first."""
        return tuple(
            visit.slip_no or f"{visit.opened_at:%m-%d %H:%M} {self._name_of(visit.visit_id)}"
            for visit in sorted(visits, key=lambda visit: visit.opened_at)
            if visit.opened_at.date() <= day
        )

    def _late(self, day: date) -> tuple[LateRow, ...]:
        """Visits reckoned while the province was away, and settled on this day."""
        rows = []
        for each in self._store.closings.estimated(day):
            paid = self._till.payments_of(self._store.visits.visit(each.visit_id))
            rows.append(
                LateRow(
                    each.visit_id,
                    masked_name(each.name),
                    each.visited_at,
                    each.estimated_own,
                    each.own,
                    deposit=_deposited(paid),
                    to_pay=paid.due if paid else ZERO,
                    to_return=paid.to_return if paid else ZERO,
                )
            )
        return tuple(rows)

    def _name_of(self, visit_id: str | None) -> str:
        if visit_id is None:
            return ""
        person_id = self._store.visits.visit(visit_id).person_id
        person = self._store.people.person(person_id or "")
        return masked_name(person.name) if person is not None else ""


def _deposited(paid: PaymentsView | None) -> Money:
    """What was taken before the amount was known; once settled it is held no longer."""
    rows = paid.rows if paid is not None else ()
    return total(row.amount for row in rows if row.kind is PaymentKind.DEPOSIT)


def _errand(day: date) -> str:
    return f"closing:{day.isoformat()}"
