"""What became of a charge, written down: the state, its step, and what hangs on it.

Whoever finds out what became of a charge (the answer itself, a question afterwards, the
day's file) writes it down here, so that the same is done each time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime

from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.faults import Refused, Uncertain
from terminal.core.shares import Shares
from terminal.pricing import Pricing
from terminal.province.conversation import Settled
from terminal.province.session import Case
from terminal.slips import slip_number
from terminal.store import Store
from terminal.store.sales import ReportState
from terminal.store.settlements import Settlement as Record


class Outcomes:
    """Moves settlements and keeps what belongs to the move."""

    def __init__(self, store: Store, pricing: Pricing, now: Callable[[], datetime]) -> None:
        self._store = store
        self._pricing = pricing
        self._now = now

    def record(
        self,
        record: Record,
        event: SettlementEvent,
        facts: Mapping[str, object] | None = None,
        **changes: object,
    ) -> None:
        """Advance a settlement. One whose outcome is not known gives its visit a slip."""
        settlement_id, at = record.settlement_id, self._now()
        with self._store.transaction():
            self._store.settlements.record(settlement_id, event, at, facts=facts, changes=changes)
            if event is SettlementEvent.PROVINCE_SILENT:
                self._number_slip(record.visit_id)

    def settled(self, record: Record, settled: Settled) -> None:
        """Write a charge down as it stands.

        Raises Refused `settlement.differs_from_agreed` when it is not what was agreed to:
        nothing is printed or paid before the doctor has looked. Raises Uncertain
        `province.nonsense` for the setl_id of another settlement.
        """
        if self.is_anothers(record, settled):
            self.record(record, SettlementEvent.PROVINCE_SILENT)
            raise Uncertain("province.nonsense", reason="the setl_id of another settlement")
        differs = settled.shares != agreed(record)
        event = SettlementEvent.PROVINCE_DIFFERED if differs else SettlementEvent.PROVINCE_SETTLED
        with self._store.transaction():
            self.record(
                record,
                event,
                setl_id=settled.setl_id,
                settled=json.dumps(settled.shares.as_fen()),
                clearing=json.dumps(_clearing(record, settled)),
            )
            if not differs:
                self._sold(record)
        if differs:
            raise Refused("settlement.differs_from_agreed")

    def accepted(self, visit_id: str, doctor_code: str) -> None:
        """The doctor has looked at every difference, and it stays so.

        Raises Refused `settlement.no_such_step` where nothing differs.
        """
        differing = self.those(visit_id, SettlementState.DIFFERS)
        if not differing:
            raise Refused("settlement.no_such_step", event="difference_accepted")
        with self._store.transaction():
            for record in differing:
                self.record(record, SettlementEvent.DIFFERENCE_ACCEPTED, {"by": doctor_code})
                self._sold(record)

    def is_anothers(self, record: Record, settled: Settled) -> bool:
        """Whether another settlement of ours has this setl_id already."""
        holder = self._store.settlements.holder_of(settled.setl_id)
        return holder not in (None, record.settlement_id)

    def those(self, visit_id: str, *states: SettlementState) -> list[Record]:
        """The settlements of a visit in these states."""
        settlements = self._store.settlements.of_visit(visit_id)
        return [record for record in settlements if record.state in states]

    def case(self, record: Record) -> Case:
        """What every message about this settlement repeats."""
        return self._pricing.case(self._store.visits.visit(record.visit_id), record)

    def _sold(self, record: Record) -> None:
        begun = self._store.visits.visit(record.visit_id).opened_at
        if self._store.restored.is_before(begun):
            self._store.sales.sold(record.settlement_id, ReportState.ASKED)
        else:
            self._store.sales.sold(record.settlement_id)

    def _number_slip(self, visit_id: str) -> None:
        if self._store.visits.visit(visit_id).slip_no is None:
            number = slip_number(self._store, self._now())
            self._store.visits.note(visit_id, {"slip_no": number})


_DATED = re.compile(r"\d{4}-\d\d-\d\d")
"""A time in another form would stand on no day's sheet."""


def agreed(record: Record) -> Shares:
    """What the province said before, which is what was agreed to."""
    if record.pre_settlement is None:
        raise Refused("settlement.not_priced")
    return Shares.from_fen(record.pre_settlement)


def _clearing(record: Record, settled: Settled) -> dict[str, str]:
    coverage = record.coverage
    return {
        "insutype": settled.insutype or (coverage.insutype if coverage else ""),
        "clr_type": settled.clr_type,
        "clr_optins": settled.clr_optins,
        "clr_way": settled.clr_way,
        "setl_time": settled.setl_time if _DATED.match(settled.setl_time) else "",
        **({"invono": settled.invono} if settled.invono else {}),
    }
