"""Taking a settled visit back (2208), and finding out whether that went through.

An unanswered cancellation is asked about (5203 tells by refd_setl_flag) and sent again:
"already cancelled" is then its good answer. It is never reversed (2601): that would
reinstate the charge.
"""

from __future__ import annotations

import re

from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.faults import Fault, Refused
from terminal.outcomes import Outcomes
from terminal.province.conversation import Province
from terminal.province.session import Case
from terminal.store import Store
from terminal.store.settlements import Settlement as Record
from terminal.unknowns import Unknowns

_CANCELLATION = "2208"

_ALREADY = re.compile("已撤销|已取消|已冲正|已退费")
"""How a refusal says that a settlement is cancelled already."""

_CHARGED = (SettlementState.SETTLED, SettlementState.DIFFERS, SettlementState.CANCELLING)
_NEVER_CHARGED = (SettlementState.DRAFT, SettlementState.PRICED, SettlementState.CONFIRMED)

_CAME_TO = (
    SettlementEvent.PROVINCE_SETTLED,
    SettlementEvent.PROVINCE_DIFFERED,
    SettlementEvent.DIFFERENCE_ACCEPTED,
)


class Cancelling:
    """Brings settlements from SETTLED to CANCELLED."""

    def __init__(
        self, store: Store, province: Province, outcomes: Outcomes, unknowns: Unknowns
    ) -> None:
        self._store = store
        self._province = province
        self._outcomes = outcomes
        self._unknowns = unknowns

    def cancel(self, visit_id: str, reason: str) -> None:
        """Cancel every settlement of a visit; raises the fault that stopped it, after
        writing it down."""
        standing = self._outcomes.those(visit_id, SettlementState.SETTLED, SettlementState.DIFFERS)
        with self._store.transaction():
            for record in standing:
                self._outcomes.record(record, SettlementEvent.CANCELLATION_SENT, {"reason": reason})
            # What was agreed to with it is not charged while it is being taken back.
            for record in self._outcomes.those(visit_id, SettlementState.CONFIRMED):
                self._outcomes.record(record, SettlementEvent.REOPENED)
        for record in self._outcomes.those(visit_id, SettlementState.CANCELLING):
            self.take_up(record)

    def take_up(self, record: Record) -> None:
        """Send a cancellation, or find that an earlier one arrived."""
        case = self._outcomes.case(record)
        try:
            if not self._is_cancelled(case, record):
                self._province.cancel(case, record.mdtrt_id or "", record.setl_id or "")
        except Refused as no:
            self._refused(case, record, no)
            return
        except Fault:
            left = self._store.journal.left(record.settlement_id, _CANCELLATION)
            if left:
                self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT)
            else:
                self._stands(record, SettlementEvent.PROVINCE_AWAY)
            raise
        self._cancelled(record)

    def _refused(self, case: Case, record: Record, no: Refused) -> None:
        """A no, unless it is to a second 2208 because the first one arrived."""
        try:
            told = self._unknowns.asked(case, record, record.setl_id or "")
        except Fault:
            self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT)
            raise
        # Where 5203 tells nothing, the words of the no are all there is.
        said_so = not told and _ALREADY.search(no.said) is not None
        if not (said_so or any(row.refunded for row in told)):
            self._stands(record, SettlementEvent.CANCELLATION_REFUSED)
            raise no
        self._cancelled(record)

    def _cancelled(self, record: Record) -> None:
        """Written down; with the last of a visit what was never charged ends as well."""
        with self._store.transaction():
            others = [
                each
                for each in self._outcomes.those(record.visit_id, *SettlementState)
                if each.settlement_id != record.settlement_id
            ]
            if not any(each.state in _CHARGED for each in others):
                for each in others:
                    if each.state in _NEVER_CHARGED:
                        self._outcomes.record(each, SettlementEvent.DROPPED)
            self._outcomes.record(record, SettlementEvent.PROVINCE_CANCELLED)

    def _stands(self, record: Record, event: SettlementEvent) -> None:
        """Not cancelled; what differed and was not accepted differs still."""
        steps = [each.what for each in self._store.telling.of_settlement(record.settlement_id)]
        last = next((each for each in reversed(steps) if each in _CAME_TO), None)
        differs = last == SettlementEvent.PROVINCE_DIFFERED
        facts = {"cancellation": event.value}
        event = SettlementEvent.STILL_DIFFERS if differs else event
        self._outcomes.record(record, event, facts)

    def _is_cancelled(self, case: Case, record: Record) -> bool:
        told = self._unknowns.asked(case, record, record.setl_id or "")
        return any(row.refunded for row in told)
