"""Taking a settled visit back (2208), and finding out whether that went through.

An unanswered cancellation is asked about (5203 tells by refd_setl_flag) and sent again:
"already cancelled" is then its good answer. It is never reversed (2601): that would
reinstate the charge.
"""

from __future__ import annotations

from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.faults import Fault, Refused
from terminal.outcomes import Outcomes
from terminal.province.conversation import Province
from terminal.province.session import Case
from terminal.store import Store
from terminal.store.settlements import Settlement as Record
from terminal.unknowns import Unknowns

_CANCELLATION = "2208"


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
            event = SettlementEvent.PROVINCE_SILENT if left else SettlementEvent.PROVINCE_AWAY
            self._outcomes.record(record, event)
            raise
        self._outcomes.record(record, SettlementEvent.PROVINCE_CANCELLED)

    def _refused(self, case: Case, record: Record, no: Refused) -> None:
        """A no, unless it is to a second 2208 because the first one arrived."""
        try:
            cancelled = self._is_cancelled(case, record)
        except Fault:
            self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT)
            raise
        if not cancelled:
            self._outcomes.record(record, SettlementEvent.CANCELLATION_REFUSED)
            raise no
        self._outcomes.record(record, SettlementEvent.PROVINCE_CANCELLED)

    def _is_cancelled(self, case: Case, record: Record) -> bool:
        told = self._unknowns.asked(case, record, record.setl_id or "")
        return any(row.refunded for row in told)
