"""The doctor's verbs about money: price, confirm an amount, cancel.

A verb returns at once; what it sets going at the province is done by the errands, one
at a time, and its outcome appears on the counter.
"""

from __future__ import annotations

from terminal.board import Comparison, Workplace
from terminal.core.assurance import asks_for_more
from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.money import Money, total
from terminal.core.shares import Shares
from terminal.core.visit import (
    SettlementEvent,
    SettlementState,
    VisitEvent,
    VisitState,
    advance,
)
from terminal.pricing import Pricing
from terminal.sales import Sales
from terminal.settlement import SILENCES_MAX, Settlement
from terminal.store.visits import Visit

_RESUME = "checking"
"""Name of the errand that asks what became of unfinished visits."""

_REASON_MAX = 200
"""Characters of a reason that are kept."""

_PRICED_ANEW = (VisitState.TRACED, VisitState.PARTLY_SETTLED)
"""Where a changed bill is priced by itself."""


class Till:
    """Money, as the doctor sees it."""

    def __init__(
        self,
        workplace: Workplace,
        pricing: Pricing,
        settlement: Settlement,
        sales: Sales,
        asks_more_from: Money | None,
    ) -> None:
        """`asks_more_from`: the amount from which a face alone does not suffice."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._pricing = pricing
        self._settlement = settlement
        self._sales = sales
        self._asks_more_from = asks_more_from

    def lines_changed(self, visit_id: str) -> None:
        """Ask for the new price by itself, once person, diagnosis and a line are there."""
        visit = self._store.visits.visit(visit_id)
        with self._counter.lock:
            self._counter.notices.pop(visit_id, None)
            if self._counter.assurance_of == visit_id:  # Of another bill, it may be smaller.
                self._counter.assurance_of = self._counter.comparison = None
        if visit.diagnosis is not None and visit.state in _PRICED_ANEW:
            self.price(visit_id)

    def price(self, visit_id: str) -> None:
        """Ask the province for its shares of just these lines."""
        with self._counter.lock:  # Until it is queued: nobody may confirm meanwhile.
            self._counter.on_counter(visit_id)
            advance(self._store.visits.visit(visit_id).state, VisitEvent.PRE_SETTLED)
            self._counter.notices.pop(visit_id, None)
            self._errands.hand_over(f"pricing:{visit_id}", lambda: self._price(visit_id))

    def confirm_amount(self, visit_id: str, revision: int, own: Money) -> None:
        """The doctor confirms the amount that stood on the screen, and it is charged.

        Raises Refused `visit.price_changed` when that is no longer the amount,
        `visit.no_such_step` for a second tap, and `visit.assurance_wanted` when so large
        an amount asks for more than a face: the ways to give it are then open.
        """
        try:
            self._agree(visit_id, revision, own)
        except Refused:
            self._board.publish()  # What the amount asks for shows on both screens.
            raise
        self._errands.hand_over(f"settling:{visit_id}", lambda: self._settle(visit_id))
        self._board.publish()

    def cancel(self, visit_id: str, reason: str) -> None:
        """Cancel a settled visit (2208), with the doctor's reason.

        Raises Refused `visit.no_reason`, `visit.no_such_step`, `visit.other_on_counter`.
        """
        reason = reason.strip()[:_REASON_MAX]
        if not reason:
            raise Refused("visit.no_reason")
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            if visit.state is not VisitState.SETTLED:
                raise Refused("visit.no_such_step", state=visit.state.value, event="cancel")
            self._errands.hand_over(
                f"cancelling:{visit_id}", lambda: self._settlement.cancel(visit_id, reason)
            )

    def resume(self) -> None:
        """Ask what became of everything unfinished, then charge what waited for the line."""
        self._errands.hand_over(_RESUME, self._resume)

    def _agree(self, visit_id: str, revision: int, own: Money) -> None:
        """Write down what was agreed to, all or nothing."""
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            if f"pricing:{visit_id}" in self._errands.under_way():
                raise Refused("visit.price_changed")
            visit = self._store.visits.visit(visit_id)
            priced = [
                record
                for record in self._store.settlements.of_visit(visit_id)
                if record.state is SettlementState.PRICED
            ]
            self._store.visits.record(
                visit_id,
                VisitEvent.AMOUNT_CONFIRMED,
                self._now(),
                facts={"own_fen": own.fen, "revision": revision},
            )
            shares = [Shares.from_fen(record.pre_settlement or {}) for record in priced]
            seen = total(share.own for share in shares)
            if visit.revision != revision or not priced or seen != own:
                raise Refused("visit.price_changed")
            self._refuse_unassured(visit, total(share.total for share in shares))
            for record, share in zip(priced, shares, strict=True):
                if record.priced_revision != visit.revision:
                    raise Refused("visit.price_changed")
                self._store.settlements.record(
                    record.settlement_id,
                    SettlementEvent.AMOUNT_CONFIRMED,
                    self._now(),
                    changes={"agreed_own_fen": share.own.fen, "agreed_fund_fen": share.fund.fen},
                )
            self._counter.notices.pop(visit_id, None)
            self._counter.scan = None

    def _refuse_unassured(self, visit: Visit, amount: Money) -> None:
        if self._asks_for_more(visit, amount):
            raise Refused("visit.assurance_wanted")

    def _asks_for_more(self, visit: Visit, amount: Money) -> bool:
        """Whether the amount asks for more than is known of who stands there; the ways to
        give it are then open. The caller holds the lock."""
        if visit.assured or not asks_for_more(amount, self._asks_more_from):
            return False
        standing = visit.holder_id or visit.person_id or ""
        self._counter.assurance_of = visit.visit_id
        self._counter.comparison = Comparison.with_challenge(visit.visit_id, standing)
        return True

    def _price(self, visit_id: str) -> None:
        while not self._pricing.price(visit_id):
            pass  # The lines changed meanwhile; each pass asks for the newest.
        with self._counter.lock:  # Asked beside the amount, not after it was agreed to.
            visit = self._store.visits.visit(visit_id)
            if self._counter.front == visit_id and visit.state is VisitState.PRICED:
                records = self._store.settlements.of_visit(visit_id)
                shares = [Shares.from_fen(record.pre_settlement or {}) for record in records]
                self._asks_for_more(visit, total(share.total for share in shares))

    def _settle(self, visit_id: str) -> None:
        self._settlement.settle(visit_id)
        self._errands.hand_over("telling", self._sales.tell)

    def _resume(self) -> None:
        self._settlement.resume()
        silences = 0
        for visit in self._store.visits.unfinished():
            if visit.state in (VisitState.CONFIRMED, VisitState.PARTLY_SETTLED):
                try:
                    self._settlement.settle_late(visit.visit_id)
                    silences = 0
                except Fault as fault:
                    self._counter.say(visit.visit_id, fault)
                    silences += fault.code == "province.no_answer"
                    if isinstance(fault, Unavailable) or silences >= SILENCES_MAX:
                        raise  # The next visit would meet the same line.
                    if isinstance(fault, Refused) and fault.code != "province.not_admitted":
                        self._reopen(visit.visit_id)
        self._sales.tell()

    def _reopen(self, visit_id: str) -> None:
        """What was agreed to cannot be charged so: back to the doctor's eye, priced anew."""
        with self._store.transaction():
            waiting = [
                record.settlement_id
                for record in self._store.settlements.of_visit(visit_id)
                if record.state is SettlementState.CONFIRMED
            ]
            for settlement_id in waiting:
                self._store.settlements.record(settlement_id, SettlementEvent.REOPENED, self._now())
            if self._store.visits.visit(visit_id).state is VisitState.CONFIRMED:
                self._store.visits.record(visit_id, VisitEvent.REOPENED, self._now())
        if waiting:
            self._errands.hand_over(f"pricing:{visit_id}", lambda: self._price(visit_id))
