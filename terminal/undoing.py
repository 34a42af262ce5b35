"""The doctor's verbs that take something back: what waits, what is settled, what was wrong."""

from __future__ import annotations

from collections.abc import Callable

from terminal.board import Workplace
from terminal.cashbox import REASON_MAX
from terminal.core.faults import Refused
from terminal.core.visit import VisitState
from terminal.correcting import Correcting
from terminal.rounds import Rounds
from terminal.selfpaid import SelfPaid
from terminal.settlement import Settlement


class Undoing:
    """Takes back with a reason; nothing is ever forgotten."""

    def __init__(
        self,
        workplace: Workplace,
        settlement: Settlement,
        rounds: Rounds,
        correcting: Correcting,
        self_paid: SelfPaid,
        changed: Callable[[str], None],
        used_less: Callable[[str], None],
    ) -> None:
        """`changed` is told the visit that was begun anew: it is to be priced. `used_less`
        is told one that was cancelled: its person has used less of the year's limit."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._errands = workplace.errands
        self._settlement = settlement
        self._rounds = rounds
        self._correcting = correcting
        self._self_paid = self_paid
        self._changed = changed
        self._used_less = used_less

    def take_back(self, visit_id: str, reason: str) -> None:
        """Take back what waits for the line: nothing was sent, nothing is charged.

        Raises Refused `visit.no_reason`. What is being charged just then is not taken back;
        the doctor is told `visit.nothing_to_take_back`.
        """
        reason = _reason(reason)
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            state = self._store.visits.visit(visit_id).state
            if state not in (VisitState.CONFIRMED, VisitState.WAITING):
                raise Refused("visit.no_such_step", state=state.value, event="take_back")
            self._errands.hand_over(
                f"cancelling:{visit_id}", lambda: self._take_back(visit_id, reason)
            )

    def cancel(self, visit_id: str, reason: str) -> None:
        """Cancel a settled visit (2208), with the doctor's reason.

        Raises Refused `visit.no_reason`, `visit.no_such_step`, `visit.other_on_counter`.
        """
        reason = _reason(reason)

        def cancel_only() -> None:
            self._cancelled(visit_id, reason)

        self._take_away(visit_id, cancel_only)

    def correct(self, visit_id: str, reason: str) -> None:
        """Cancel a settled visit and begin it anew with the same person, boxes and services.

        Of one that is cancelled already only the second is done. Raises as `cancel` does.
        """
        reason = _reason(reason)
        if self._store.visits.visit(visit_id).state is VisitState.CANCELLED:
            with self._counter.lock:
                self._counter.on_counter(visit_id)
                self._errands.hand_over(f"correcting:{visit_id}", lambda: self._anew(visit_id))
            return

        def cancel_and_begin() -> None:
            if self._cancelled(visit_id, reason):
                self._anew(visit_id)

        self._take_away(visit_id, cancel_and_begin)

    def _cancelled(self, visit_id: str, reason: str) -> bool:
        if not self._self_paid.undo(visit_id, reason):
            self._settlement.cancel(visit_id, reason)
        done = self._store.visits.visit(visit_id).state is VisitState.CANCELLED
        if done:
            self._used_less(visit_id)
        return done

    def _take_back(self, visit_id: str, reason: str) -> None:
        if not self._rounds.reopen(visit_id, reason):
            raise Refused("visit.nothing_to_take_back")

    def _take_away(self, visit_id: str, errand: Callable[[], None]) -> None:
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            if visit.state not in (VisitState.SETTLED, VisitState.DIFFERS):
                raise Refused("visit.no_such_step", state=visit.state.value, event="cancel")
            self._errands.hand_over(f"cancelling:{visit_id}", errand)

    def _anew(self, visit_id: str) -> None:
        new_id = self._correcting.anew(visit_id)
        with self._counter.lock:
            here = self._counter.front == visit_id
            if here:
                self._counter.clear()
                self._counter.front = new_id
                if self._counter.called_up == visit_id:
                    self._counter.called_up = new_id  # Its person may still be at home.
        if here:  # Elsewhere it waits with the others, to be called up and priced.
            self._changed(new_id)
        if self._correcting.left_out(new_id):
            self._counter.say(new_id, Refused("box.left_out_of_correction"))


def _reason(told: str) -> str:
    reason = told.strip()[:REASON_MAX]
    if not reason:
        raise Refused("visit.no_reason")
    return reason
