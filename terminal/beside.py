"""What is shown beside the bill: the slip, the steps told, what was settled elsewhere, how
the share was paid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypedDict

from terminal.cards import Sign
from terminal.cashbox import Cashbox
from terminal.core.charge import SettlementState
from terminal.core.counter import Waiting
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import Elsewhere, FreedVisit, FundView, PaymentsView, Told
from terminal.core.receipt import pending_slip
from terminal.core.told import told, told_of_event, told_of_message
from terminal.core.visit import VisitState
from terminal.store import Store
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit

_DONE_MAX = 60
"""Rows of today's list: twice a busy day."""

_PENDING = (VisitState.WAITING, VisitState.UNCERTAIN)
"""Where a slip is worth having: the person may go home."""

_AGREED = (VisitState.WAITING, VisitState.CONFIRMED)
"""Never charged while the record system settles."""

_NOT_BEGUN = (
    VisitState.OPEN,
    VisitState.DOUBTED,
    VisitState.CHOOSING,
    VisitState.PRESENTED,
    VisitState.IDENTIFIED,
)

WHY: dict[VisitState, str] = {
    VisitState.WAITING: "waiting.line",
    VisitState.CONFIRMED: "waiting.line",
    VisitState.SETTLING: "waiting.answer",
    VisitState.UNCERTAIN: "waiting.answer",
    VisitState.DIFFERS: "waiting.doctor",
    VisitState.PARTLY_SETTLED: "waiting.doctor",
    VisitState.HANDED_OVER: "waiting.handed_over",
}
"""What an unfinished visit waits for."""


class Shown(TypedDict):
    """The fields of a VisitView that come from here."""

    slip: tuple[str, ...]
    told: tuple[Told, ...]
    decided_by: datetime | None
    elsewhere: tuple[Elsewhere, ...]
    payments: PaymentsView | None
    ceiling: Money | None
    corrects: str | None
    freed: tuple[FreedVisit, ...]


@dataclass(frozen=True, slots=True)
class Knowing:
    """Whom to ask."""

    decided_by: Callable[[Settlement], datetime | None]
    freed: Callable[[Visit], tuple[FreedVisit, ...]]
    fund: Callable[[], FundView | None]
    offline_allowed: Callable[[], bool]
    now: Callable[[], datetime]
    settles: bool = True
    """Whether this terminal settles, and not the clinic's record system."""


class Beside:
    """Reads; writes nothing."""

    def __init__(self, store: Store, sign: Sign, cashbox: Cashbox, knowing: Knowing) -> None:
        self._store = store
        self._now = knowing.now
        self._sign = sign
        self._cashbox = cashbox
        self._knowing = knowing

    def fund(self) -> FundView | None:
        """The clinic's fund of this year, where the county has said it."""
        return self._knowing.fund()

    def offline_allowed(self) -> bool:
        """Whether a visit may be agreed to now although the province is away."""
        return self._knowing.offline_allowed()

    def of(self, visit: Visit, settlements: Sequence[Settlement]) -> Shown:
        """What belongs to this visit."""
        payments = self._cashbox.payments_of(visit)
        return Shown(
            slip=self._slip(visit, settlements, payments),
            told=self._told(visit, settlements),
            decided_by=self._decided_by(settlements),
            elsewhere=self._elsewhere(visit),
            payments=payments,
            ceiling=_ceiling(settlements),
            corrects=visit.corrects,
            freed=self._knowing.freed(visit),
        )

    def over_on(self, day: date) -> list[Visit]:
        """A day's visits that are over, newest first: to be paid, returned or taken back."""
        begins = datetime(day.year, day.month, day.day, tzinfo=self._now().tzinfo)
        return self._store.history.over_on(begins, begins + timedelta(days=1), _DONE_MAX)

    def unfinished(self) -> list[Visit]:
        """Every visit that is not done, or whose cancellation is not answered; oldest first."""
        found = {visit.visit_id: visit for visit in self._store.visits.unfinished()}
        for record in self._store.settlements.in_flight():
            if record.visit_id not in found:
                found[record.visit_id] = self._store.visits.visit(record.visit_id)
        return list(found.values())

    def waiting(self, visit: Visit, settlements: Sequence[Settlement], row: Waiting) -> Waiting:
        """The row of the waiting list with since when, why, and under which number."""
        why = WHY.get(visit.state)
        if not self._knowing.settles and visit.state in _AGREED:
            why = "waiting.record_system"
        if any(each.state is SettlementState.CANCELLING for each in settlements):
            why = "waiting.answer"
        if visit.state is VisitState.UNCERTAIN and self._decided_by(settlements) is not None:
            why = "waiting.file"
        payments = self._cashbox.payments_of(visit)
        since = None if why is None else self._store.visits.came_to(visit.visit_id, visit.state)
        if visit.set_aside_at is not None:
            why, since = "waiting.set_aside", visit.set_aside_at
        if visit.state is VisitState.SETTLED_THERE:  # As the province tells of it.
            there = self._store.handed_over.of_visit(visit.visit_id)
            stands = [each.told.own for each in there if each.refunded_at is None]
            row = replace(row, own=total(stands))
        return replace(
            row,
            since=since,
            why=why,
            slip_no=visit.slip_no or "",
            set_aside=visit.set_aside_at is not None,
            due=payments.due if payments else ZERO,
            to_return=payments.to_return if payments else ZERO,
        )

    def _slip(
        self, visit: Visit, settlements: Sequence[Settlement], payments: PaymentsView | None
    ) -> tuple[str, ...]:
        if visit.slip_no is None or visit.state not in _PENDING or visit.person_id is None:
            return ()
        person = self._store.people.person(visit.person_id)
        waits = visit.state is VisitState.WAITING
        return pending_slip(
            self._sign.clinic_name,
            visit.slip_no,
            person.name if person else "",
            self._store.visits.came_to(visit.visit_id, visit.state) or visit.opened_at,
            _ceiling(settlements) if waits else None,
            payments.deposit if payments else ZERO,
        )

    def _told(self, visit: Visit, settlements: Sequence[Settlement]) -> tuple[Told, ...]:
        if visit.state in _NOT_BEGUN:
            return ()
        happened = [
            each
            for record in settlements
            for each in self._store.telling.of_settlement(record.settlement_id)
        ]
        happened.sort(key=lambda each: each.at)
        return told(
            (
                each.at,
                told_of_message(each.what, each.outcome)
                if each.what[:1].isdigit()
                else told_of_event(each.what, each.facts),
            )
            for each in happened
        )

    def _decided_by(self, settlements: Sequence[Settlement]) -> datetime | None:
        unknown = [each for each in settlements if each.state is SettlementState.UNCERTAIN]
        known = [self._knowing.decided_by(each) for each in unknown]
        return max((each for each in known if each is not None), default=None)

    def _elsewhere(self, visit: Visit) -> tuple[Elsewhere, ...]:
        return tuple(
            Elsewhere(
                each.setl_id, each.institution, _moment(each.at), each.total, each.fund, each.judged
            )
            for each in self._store.elsewhere.of_visit(visit.visit_id)
        )


def _ceiling(settlements: Sequence[Settlement]) -> Money | None:
    """What was agreed to as the most, where it was only an estimate."""
    agreed = [each.agreed_own for each in settlements if each.estimate is not None]
    known = [each for each in agreed if each is not None]
    return total(known) if known else None


def _moment(told_at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(told_at)
    except ValueError:
        return None
