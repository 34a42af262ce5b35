"""Selling without insurance: the person pays all of it, and the province charges nothing.

For whoever is not insured, or asks for it. The boxes are reported as sold all the same:
a code is sold once, whoever pays for it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

from terminal.agreeing import Agreeing
from terminal.board import Workplace
from terminal.core.catalogue import SELF_PAID
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total
from terminal.core.shares import Shares
from terminal.core.visit import VisitEvent, VisitState
from terminal.sales import Sales

MAY_SELF_PAY = (VisitState.TRACED, VisitState.ESTIMATED, VisitState.PRICED)

_NOT_YET_AGREED = (SettlementState.DRAFT, SettlementState.ESTIMATED, SettlementState.PRICED)


class SelfPaid:
    """Sells a bill for its whole price, and takes such a sale back."""

    def __init__(
        self,
        workplace: Workplace,
        sales: Sales,
        refuse_open: Callable[[str], None],
        withdraw_later: Callable[[str], None],
        agreeing: Agreeing,
    ) -> None:
        """`refuse_open` raises while a warning stands open; `withdraw_later` takes back what
        a pre-settlement has left lying at the province."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._sales = sales
        self._refuse_open = refuse_open
        self._withdraw_later = withdraw_later
        self._agreeing = agreeing

    def sell(self, visit_id: str, revision: int, own: Money) -> None:
        """The person pays the whole amount that stood on the screen.

        Raises Refused `visit.price_changed` when that is no longer the amount,
        `visit.no_such_step`, `agreement.declined`, what stands open of the warnings, and
        `settling.record_system`: its boxes could be reported by nobody.
        """
        self._sales.refuse_settling()
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            if f"pricing:{visit_id}" in self._errands.under_way():
                raise Refused("visit.price_changed")
            visit = self._store.visits.visit(visit_id)
            self._refuse_open(visit_id)
            lines = self._store.lines.of(visit_id)
            whole = total(line.total for line in lines)
            if visit.revision != revision or whole != own or not lines:
                raise Refused("visit.price_changed")
            agreed = self._agreeing.confirmed(visit, own)
            facts = {"own_fen": own.fen, "revision": revision, "agreed": agreed}
            self._store.visits.record(visit_id, VisitEvent.SOLD_SELF_PAID, self._now(), facts=facts)
            self._settle(visit_id, {line.number: SELF_PAID for line in lines}, whole)
            self._counter.notices.pop(visit_id, None)
            self._counter.scan = None
        self._withdraw_later(visit_id)
        self._errands.hand_over("telling", self._sales.tell)
        self._board.publish()

    def undo(self, visit_id: str, reason: str) -> bool:
        """Take such a sale back; False when this visit was no such sale."""
        with self._store.transaction():
            standing = [
                record
                for record in self._store.settlements.of_visit(visit_id)
                if record.category == SELF_PAID and record.state is SettlementState.SETTLED
            ]
            for record in standing:
                event = SettlementEvent.SELF_PAID_UNDONE
                self._store.settlements.record(
                    record.settlement_id, event, self._now(), facts={"reason": reason}
                )
        return bool(standing)

    def _settle(self, visit_id: str, categories: dict[int, str], whole: Money) -> None:
        for record in self._store.settlements.of_visit(visit_id):
            if record.state not in _NOT_YET_AGREED:
                raise Refused("visit.line_charged")
            self._store.settlements.record(
                record.settlement_id, SettlementEvent.DROPPED, self._now()
            )
        self._store.lines.change_categories(visit_id, categories)
        settlement_id = uuid.uuid4().hex
        self._store.settlements.add(settlement_id, visit_id, SELF_PAID)
        self._store.settlements.record(
            settlement_id,
            SettlementEvent.SOLD_SELF_PAID,
            self._now(),
            changes={"settled": json.dumps(_all_own(whole).as_fen())},
        )
        self._store.sales.sold(settlement_id)


def _all_own(whole: Money) -> Shares:
    return Shares(
        total=whole,
        fund=ZERO,
        own=whole,
        account=ZERO,
        mutual_aid=ZERO,
        cash=whole,
        hospital=ZERO,
        full_self_pay=whole,
        over_limit_price=ZERO,
        advance_self_pay=ZERO,
        in_scope=ZERO,
    ).verified()
