"""The one-fen visit of an acceptance: through the ordinary rooms, as any other.

Store, ledger and closing know it and its cancellation. Its number is kept before anything is
agreed to; from then on it is looked up, never made a second time while its outcome is open.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

from terminal.core.charge import SettlementState
from terminal.core.counter import VisitView
from terminal.core.enrolment_answer import Trial
from terminal.core.faults import Refused, Uncertain
from terminal.core.money import Money, total
from terminal.core.visit import VisitState
from terminal.desk import Desk
from terminal.provisioned import TrialKept
from terminal.store import Store

STEP_MAX_S = 120.0
"""How long one step may take: a region's slow minute, twice."""

_SAID_S = 5.0
"""Something is said, and nothing is at work for so long: it does not go on by itself."""

OWN_MAX = Money.parse("0.01")
"""Nothing dearer is ever agreed to by a machine alone."""

REASON = "装机验收试结算"
_CANCELLATION = "2208"
_OVER = (VisitState.CANCELLED, VisitState.ABANDONED, VisitState.CLOSED)
_CHARGED = (VisitState.SETTLED, VisitState.DIFFERS)
_OPEN_MONEY = (
    VisitState.CONFIRMED,
    VisitState.WAITING,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.PARTLY_SETTLED,
)


class TrialVisit:
    """Makes the visit and takes it back. `run`."""

    def __init__(self, desk: Desk, store: Store, step_max_s: float = STEP_MAX_S) -> None:
        self._desk = desk
        self._store = store
        self._step_max_s = step_max_s

    def run(self, trial: Trial, kept: TrialKept, keep: Callable[[TrialKept], None]) -> TrialKept:
        """Settle and cancel; `kept`: how far an earlier run came.

        Raises Uncertain `provision.trial_unknown` while nobody knows what became of it, and
        Refused `provision.trial_stuck`, `provision.trial_too_dear` before anything was charged.
        """
        if kept.visit_id and self._state(kept.visit_id) is not VisitState.ABANDONED:
            return self._taken_up(trial, kept, keep)
        return self._cancelled(self._settled(trial, keep), keep)

    def _taken_up(
        self, trial: Trial, kept: TrialKept, keep: Callable[[TrialKept], None]
    ) -> TrialKept:
        """What a power cut or a silence left: asked about first."""
        self._desk.till.ask_now()
        self._rest()
        state = self._state(kept.visit_id)
        if state in _OPEN_MONEY or self._in_flight(kept.visit_id):
            raise Uncertain("provision.trial_unknown", state=state.value)
        if state in _CHARGED:
            return self._cancelled(self._told(kept), keep)
        if state is VisitState.CANCELLED:
            return self._told(kept)
        if state not in _OVER:
            self._forward(kept.visit_id)
            self._desk.reception.leave(kept.visit_id)
        return self._cancelled(self._settled(trial, keep), keep)

    def _settled(self, trial: Trial, keep: Callable[[TrialKept], None]) -> TrialKept:
        desk = self._desk
        desk.reception.open_by_id_number(trial.id_number)
        card = self._until("card", lambda v: v.state is VisitState.PRESENTED and v.busy is None)
        visit_id = card.visit_id
        keep(TrialKept(visit_id))
        desk.reception.confirm_person(visit_id)
        self._until("insurance", lambda v: bool(v.person and v.person.insured))
        desk.basket.set_diagnosis(visit_id, trial.diagnosis)
        desk.basket.add_service(visit_id, trial.service)
        self._until("bill", lambda v: v.state is VisitState.PRICED and v.busy is None)
        self._rest()
        priced = self._until("bill", lambda v: v.bill is not None and v.busy is None)
        if priced.bill is None or priced.bill.total > OWN_MAX:
            desk.reception.leave(visit_id)
            raise Refused("provision.trial_too_dear")
        shares = (s.own for s in priced.bill.shares if s.state is SettlementState.PRICED)
        desk.till.confirm_amount(visit_id, priced.revision, total(shares))
        self._rest()
        if self._state(visit_id) not in _CHARGED:
            if self._state(visit_id) in _OPEN_MONEY or self._in_flight(visit_id):
                raise Uncertain("provision.trial_unknown", state=self._state(visit_id).value)
            raise Refused("provision.trial_stuck", step="settlement", state=self._state(visit_id))
        settled = self._told(TrialKept(visit_id))
        keep(settled)
        return settled

    def _cancelled(self, kept: TrialKept, keep: Callable[[TrialKept], None]) -> TrialKept:
        self._forward(kept.visit_id)
        self._desk.undoing.cancel(kept.visit_id, REASON)
        self._rest()
        told = self._told(kept)
        keep(told)
        if self._state(kept.visit_id) is not VisitState.CANCELLED:
            raise Uncertain("provision.trial_unknown", state=self._state(kept.visit_id).value)
        self._desk.reception.leave(kept.visit_id)
        return told

    def _forward(self, visit_id: str) -> None:
        if self._desk.counter.front != visit_id:
            self._desk.reception.call_up(visit_id)

    def _told(self, kept: TrialKept) -> TrialKept:
        """With the numbers that the province gave."""
        records = self._store.settlements.of_visit(kept.visit_id)
        if not records:
            return kept
        answer = self._store.journal.last_answer(records[0].settlement_id, _CANCELLATION)
        return replace(
            kept, setl_id=records[0].setl_id or kept.setl_id, cancelled_setl_id=_setl_id(answer)
        )

    def _state(self, visit_id: str) -> VisitState:
        return self._store.visits.visit(visit_id).state

    def _in_flight(self, visit_id: str) -> bool:
        return any(each.visit_id == visit_id for each in self._store.settlements.in_flight())

    def _rest(self) -> None:
        if not self._desk.errands.rest(self._step_max_s):
            raise Uncertain("provision.trial_unknown", state="at work")
        self._desk.board.publish()

    def _until(self, step: str, come: Callable[[VisitView], bool]) -> VisitView:
        until_s = time.monotonic() + self._step_max_s
        said_s: float | None = None
        view = self._desk.view()
        while view.visit is None or not come(view.visit):
            left_s = until_s - time.monotonic()
            notice = view.visit and view.visit.notice
            if notice is None or not self._desk.errands.rest(0):
                said_s = None
            elif said_s is None:
                said_s = time.monotonic()
            if left_s <= 0 or (said_s and time.monotonic() - said_s > _SAID_S):
                if view.visit is not None:
                    self._desk.reception.leave(view.visit.visit_id)
                code = notice.code if notice else ""
                raise Refused("provision.trial_stuck", step=step, notice=code)
            view = self._desk.wait_for_change(view.number, min(left_s, 1.0))
        return view.visit


def _setl_id(answer: bytes) -> str:
    """From the answer to 2208; some regions answer with the settlement's own."""
    try:
        return str(json.loads(answer)["output"]["setlinfo"]["setl_id"])
    except (ValueError, KeyError, TypeError):
        return ""
