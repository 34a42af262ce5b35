"""Several visits open at once: one is in front, the others wait as they were left.

Somebody is on the drip, or waits for a parent. What was seen, heard and asked at the
counter is of whoever stands there: it ends when the visit leaves the front, and nothing of
it is there for whose visit comes next, and what an amount asked besides the face is asked
again. What is written down of a visit stays with it, and its boxes stay claimed by it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from terminal.board import Comparison, Workplace
from terminal.core.faults import Fault, Refused
from terminal.core.people import Identified
from terminal.core.recognition import Challenged
from terminal.core.visit import VisitEvent, VisitState
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

MAY_WAIT = (
    VisitState.PRESENTED,
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.PRICED,
    VisitState.ESTIMATED,
)
"""Somebody is named, and no amount is agreed to."""

WAITS_BY_ITSELF = (
    VisitState.WAITING,
    VisitState.DIFFERS,
    VisitState.CONFIRMED,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.PARTLY_SETTLED,
    VisitState.HANDED_OVER,
)
"""What may be put off the counter without being ended: money is agreed to or moving."""

DONE = (
    VisitState.SETTLED,
    VisitState.SETTLED_THERE,
    VisitState.CLOSED,
    VisitState.CANCELLED,
    VisitState.ABANDONED,
)

_NAMELESS = (VisitState.OPEN, VisitState.DOUBTED, VisitState.CHOOSING)

_OF_A_DAY = (VisitState.PRICED, VisitState.ESTIMATED)
"""What was reckoned for the day on which it was asked."""

_ASKED_AGAIN = {"challenged": Challenged.NOT_ASKED, "second_factor": None, "answered": None}
"""What was asked besides the face holds while whoever answered stands there: somebody else
may come when the visit is called."""

_HOLDS = ("person", "pricing", "settling", "cancelling", "correcting")
"""Errands whose answer the doctor waits for before the visit leaves the front."""


class VisitsAside:
    """Puts visits aside and brings them forward; one lock, one drawing."""

    def __init__(self, workplace: Workplace, renew: Callable[[str], None]) -> None:
        """`renew`: asks the province anew who the person of this visit is, and how insured."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._renew = renew
        self.came_forward: Callable[[str], None] | None = None
        """Asks for the price of a visit that comes forward without one."""

    def set_aside(self, visit_id: str) -> None:
        """Put the visit in front aside as it is; nothing of it ends.

        Raises Refused `visit.other_on_counter`, `visit.not_aside` before somebody is named
        and once an amount is agreed to, `visit.busy_now` while an answer is waited for.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._put_aside(self._store.visits.visit(visit_id))
        self._board.publish()

    def bring_forward(self, visit_id: str) -> None:
        """Bring a waiting visit to the front; the one in front is put aside, or waits by
        itself where money is agreed to.

        A second tap changes nothing. Raises Refused `visit.not_found`, `visit.no_such_step`
        for a visit that is over, and for the one in front as `set_aside` does.
        """
        with self._counter.lock:
            if self._counter.front == visit_id:
                return
            visit = self._store.visits.visit(visit_id)
            if visit.state in (VisitState.CLOSED, VisitState.ABANDONED, *_NAMELESS):
                raise Refused("visit.no_such_step", state=visit.state.value, event="bring_forward")
            if self._counter.front is not None:
                self._make_room(self._store.visits.visit(self._counter.front))
            self.lay_in_front(visit)
        self._priced_again(visit_id)
        self._board.publish()

    def first_waiting(self) -> str | None:
        """The visit that was put aside first; None while none is."""
        waiting = [each for each in self._store.visits.unfinished() if each.set_aside_at]
        first = min(waiting, key=lambda each: str(each.set_aside_at), default=None)
        return None if first is None else first.visit_id

    def lay_in_front(self, visit: Visit) -> None:
        """This visit lies on the counter from now on, with nothing of anybody else's.

        The caller holds the lock, and has seen that nothing lies there.
        """
        since = visit.set_aside_at
        of_today = since is None or since.date() == self._now().date()
        with self._store.transaction():
            if since is not None:
                self._store.visits.note(visit.visit_id, {"set_aside_at": None})
            if not of_today and visit.state in _OF_A_DAY:
                self._reopen(visit)
        self._counter.clear()
        self._counter.hint = None
        self._counter.front = self._counter.called_up = visit.visit_id
        if since is None:
            return
        if not of_today:
            self._renew(visit.visit_id)
        # A face that was not yet held against the card is looked for again, or its
        # disagreeing would never be said.
        waits = visit.state is VisitState.PRESENTED and visit.face_agrees is None
        claimed = visit.person_id if visit.identified is Identified.BY_ID_NUMBER else None
        if waits and claimed and self._store.faces.enrolled(claimed):
            self._counter.comparison = Comparison.of_claimed(visit.visit_id, claimed)

    def take_up(self) -> None:
        """After a restart: what was in front is in front, what was put aside stays aside.

        A visit before any agreement that was not put aside was in front; else the newest
        that waits. Nameless ones are ended. For the desk's start.
        """
        front = None
        for visit in self._store.visits.unfinished():
            if visit.state in _NAMELESS:
                self._store.settlements.abandon(visit.visit_id, VisitEvent.ABANDONED, self._now())
            elif visit.set_aside_at is None and (
                front is None or _in_hand(visit) or not _in_hand(front)
            ):
                front = visit
        # Its person may have gone home meanwhile.
        self._counter.front = self._counter.called_up = front.visit_id if front else None

    def leave_front(self, visit: Visit) -> None:
        """Nothing lies on the counter, and whoever leaves is not greeted again at once.

        The caller holds the lock since it saw the visit there.
        """
        meant = next(iter(visit.look_alikes), None)
        self._counter.departed = visit.holder_id or visit.person_id or meant
        self._counter.clear()
        self._counter.hint = None

    def _make_room(self, front: Visit) -> None:
        if front.state not in (*DONE, *WAITS_BY_ITSELF):
            self._put_aside(front)
            return
        self._refuse_busy(front)
        self._store.lines.hand_over(front.visit_id, self._now())
        self.leave_front(front)

    def _put_aside(self, visit: Visit) -> None:
        if visit.state not in MAY_WAIT:
            raise Refused("visit.not_aside", state=visit.state.value)
        self._refuse_busy(visit)
        at = self._now().isoformat()
        self._store.visits.note(visit.visit_id, {"set_aside_at": at, **_ASKED_AGAIN})
        self.leave_front(visit)

    def _refuse_busy(self, visit: Visit) -> None:
        under_way = self._errands.under_way()
        if any(f"{what}:{visit.visit_id}" in under_way for what in _HOLDS):
            raise Refused("visit.busy_now")

    def _reopen(self, visit: Visit) -> None:
        """Yesterday's amount is not agreed to today: limits and prices are of a day."""
        self._store.visits.record(visit.visit_id, VisitEvent.REOPENED, self._now())
        self._store.visits.raise_revision(visit.visit_id)

    def _priced_again(self, visit_id: str) -> None:
        visit = self._store.visits.visit(visit_id)
        if self.came_forward is None or visit.state is not VisitState.TRACED:
            return
        try:
            self.came_forward(visit_id)
        except Fault as fault:  # It lies in front; its price can be asked for again.
            log.info("not priced: %s", fault)


def _in_hand(visit: Visit) -> bool:
    """Before any agreement: such a visit lies in front, or was put aside. One with a slip was
    agreed to once, and came back while its person was at home."""
    return visit.state in MAY_WAIT and visit.slip_no is None
