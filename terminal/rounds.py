"""What the counter does by itself: asks about the unfinished, settles what waited.

Where the clinic's record system settles, only what was sent before is asked about: what was
agreed to and not sent is never charged, and waits for the doctor to take it back.

Oldest first. After a restart this comes before the first new visit. While the line stays
bad the rounds become rarer; one that was heard makes them frequent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from terminal.board import Counter
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.visit import VisitEvent, VisitState
from terminal.offline import Offline
from terminal.sales import Sales
from terminal.settlement import SILENCES_MAX, Settlement
from terminal.store import Store
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

_NOT_ABOUT_IT = ("province.not_admitted", "device.revoked")
"""Refusals of this terminal: what was agreed to stands, here or at a successor."""

_WAITS_FOR_LINE = (VisitState.WAITING, VisitState.CONFIRMED, VisitState.PARTLY_SETTLED)


class Teller(Protocol):
    """Has something to tell the province that no visit waits for."""

    def any_waiting(self) -> bool: ...

    def tell(self) -> None:
        """Tell it, as far as the line holds; raises nothing of the line's."""


class Rounds:
    """One round over everything that is not done."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        settlement: Settlement,
        offline: Offline,
        sales: Sales,
        now: Callable[[], datetime],
        tellers: Sequence[Teller] = (),
    ) -> None:
        """`tellers` come after the sales, each once those before it have told all."""
        self._store = store
        self._counter = counter
        self._settlement = settlement
        self._offline = offline
        self._tellers: list[Teller] = [sales, *tellers]
        self._now = now
        self.failures = 0
        """Rounds in a row that a bad line ended."""

    def go(
        self, price: Callable[[str], None], refuse_claim: Callable[[str], None] = lambda _: None
    ) -> None:
        """Ask what became of everything unfinished, then settle what waited for the line.

        `price` is told of visits that go back to the doctor's eye; `refuse_claim` raises
        Refused where what was agreed to may not be claimed after all. Raises the fault of a
        line that is bad.
        """
        try:
            self._go(price, refuse_claim)
        except Fault as fault:
            self.failures += not isinstance(fault, Refused)
            raise
        finally:
            with self._counter.lock:
                self._counter.picking_up = 0
        self.failures = 0

    def tell_too(self, teller: Teller) -> None:
        """One more, after all others. Before the first round."""
        self._tellers.append(teller)

    def unfinished(self) -> int:
        """How many visits are to be asked about, or wait for the line."""
        in_flight = {record.visit_id for record in self._store.settlements.in_flight()}
        waiting = {
            visit.visit_id
            for visit in self._store.visits.unfinished()
            if self._settlement.settles and visit.state in _WAITS_FOR_LINE
        }
        return len(in_flight | waiting)

    def anything(self) -> bool:
        """Whether a round would have anything to do."""
        return bool(self.unfinished() or any(each.any_waiting() for each in self._tellers))

    def reopen(self, visit_id: str, reason: str = "") -> bool:
        """Back to the doctor's eye what waits and was not sent; False when nothing does."""
        facts = {"reason": reason} if reason else None
        with self._store.transaction():
            waiting = [
                record.settlement_id
                for record in self._store.settlements.of_visit(visit_id)
                if record.state in (SettlementState.CONFIRMED, SettlementState.WAITING)
            ]
            for settlement_id in waiting:
                self._store.settlements.record(
                    settlement_id, SettlementEvent.REOPENED, self._now(), facts=facts
                )
            state = self._store.visits.visit(visit_id).state
            if waiting and state in (VisitState.CONFIRMED, VisitState.WAITING):
                self._store.visits.record(visit_id, VisitEvent.REOPENED, self._now(), facts=facts)
        return bool(waiting)

    def sent_back(self, visit_id: str, no: Refused) -> bool:
        """Whether a no to what was just agreed to brought it back to the doctor at once."""
        judged_first = no.code == "settlement.settled_elsewhere"
        return (judged_first or self._half(visit_id, no)) and self.reopen(visit_id)

    def _half(self, visit_id: str, no: Refused) -> bool:
        """Whether this is the rest of a visit that a revoked device has half charged."""
        state = self._store.visits.visit(visit_id).state
        return state is VisitState.PARTLY_SETTLED and no.code == "device.revoked"

    def _go(self, price: Callable[[str], None], refuse_claim: Callable[[str], None]) -> None:
        silences, silent = 0, None
        try:
            self._settlement.resume()
        except Uncertain as fault:
            # Two visits that nobody answers about must not hold up all others for ever:
            # one more silence shows that it is the line.
            silences, silent = 1, fault
        for visit in self._store.visits.unfinished():
            if not self._settlement.settles or visit.state not in _WAITS_FOR_LINE:
                continue
            try:
                self._settle(visit, refuse_claim)
                silences = 0
            except Fault as fault:
                self._counter.say(visit.visit_id, fault)
                silences += fault.code == "province.no_answer"
                if isinstance(fault, Unavailable) or silences >= SILENCES_MAX:
                    raise  # The next visit would meet the same line.
                if isinstance(fault, Refused) and self._back(visit, fault):
                    price(visit.visit_id)
        for teller in self._tellers:
            teller.tell()
            if silent is not None or teller.any_waiting():
                break  # On a bad line the next would meet the same.
        if silent is not None:
            raise silent

    def _back(self, visit: Visit, no: Refused) -> bool:
        """Whether a no brought the visit back to the doctor, to be priced anew.

        A visit that waits goes back by itself, or goes on waiting where the no was not
        about it. At a revoked device the rest of one that is half charged goes back: as long
        as it waited nothing of it could be taken off, nor the charged half be cancelled.
        """
        state = self._store.visits.visit(visit.visit_id).state
        if visit.state is VisitState.WAITING and state is not VisitState.CONFIRMED:
            return state is VisitState.TRACED
        about_it = no.code not in _NOT_ABOUT_IT or self._half(visit.visit_id, no)
        return about_it and self.reopen(visit.visit_id)

    def _settle(self, visit: Visit, refuse_claim: Callable[[str], None]) -> None:
        if visit.state is not VisitState.WAITING:
            self._settlement.settle_late(visit.visit_id)
        elif self._settlement.held_before(visit.visit_id):
            self._settlement.settle(visit.visit_id)
        elif self._offline.line_back(visit.visit_id):
            refuse_claim(visit.visit_id)  # Of what was told only now.
            self._settlement.settle(visit.visit_id)
        elif self._store.visits.visit(visit.visit_id).state is VisitState.PRICED:
            raise Refused("offline.above_ceiling")
