"""Charging a confirmed visit exactly once, whatever the network and the power do.

The intent (SETTLING, with the message's number) is on the disk before anything is sent.
After that a settlement is settled, refused, not sent at all, or unknown; an unknown one
is never sent again. It is looked for (5203) and, where the province knows nothing of it,
reversed (2601) until that is answered. "Not found" is not "not charged", for the request
may still be on its way; and a reversal's answer alone counts only where the region says
so: elsewhere the day's file (3202) has the last word. Once a reversal may have left, a
charge that is found after all is reversed again, never taken for settled.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.shares import Shares
from terminal.core.visit import SettlementEvent, SettlementState
from terminal.pricing import Pricing
from terminal.province.conversation import Province, Settled
from terminal.province.session import Case
from terminal.store import Store
from terminal.store.journal import Outcome, Sent
from terminal.store.settlements import Settlement as Record

log = logging.getLogger(__name__)

_CANCELLATION = "2208"

_NEVER_ARRIVED = ("原交易", "不存在")
"""How platforms say that there is nothing to reverse: as good as reversed."""

SILENCES_MAX = 2
"""Unanswered questions in a row after which the line, and not one visit, is in trouble."""


class Settlement:
    """Takes a visit from CONFIRMED to SETTLED, and picks up after interruptions."""

    def __init__(
        self,
        store: Store,
        province: Province,
        pricing: Pricing,
        now: Callable[[], datetime],
        *,
        find_by_visit: bool,
        reversal_answer_suffices: bool,
    ) -> None:
        self._store = store
        self._province = province
        self._pricing = pricing
        self._now = now
        self._find_by_visit = find_by_visit
        self._reversal_answer_suffices = reversal_answer_suffices

    def settle(self, visit_id: str) -> None:
        """Charge what the doctor confirmed, one settlement after the other.

        Stops at the first that is not settled: while one is unknown nothing else of the
        visit is sent. Raises the fault that stopped it, after writing it down.
        """
        for record in self._those(visit_id, SettlementState.CONFIRMED):
            self._charge(record)

    def settle_late(self, visit_id: str) -> None:
        """Charge what waited for the line, if the province still says the same.

        What was agreed to is an amount: when the figures have moved, nothing is charged
        and Refused `settlement.figures_moved` sends the visit back to the doctor's eye.
        """
        for record in self._those(visit_id, SettlementState.CONFIRMED):
            case, agreed = self._case(record), _agreed(record)
            mdtrt_id, batch = record.mdtrt_id or "", record.chrg_bchno or ""
            if self._province.pre_settle(case, mdtrt_id, batch, agreed.total) != agreed:
                raise Refused("settlement.figures_moved")
        self.settle(visit_id)

    def resume(self) -> None:
        """Find out, undo or finish what a restart or a silence left half done; oldest first.

        Nothing is charged here. What cannot be learnt now is asked again next time.
        Raises the last fault when the line is bad: whatever follows would meet the same.
        """
        silences = 0
        for record in self._store.settlements.in_flight():
            try:
                self._take_up(record)
                silences = 0
            except Fault as fault:
                log.info("a settlement stays unfinished: %s", fault)
                silences += fault.code == "province.no_answer"
                if isinstance(fault, Unavailable) or silences >= SILENCES_MAX:
                    raise

    def cancel(self, visit_id: str, reason: str) -> None:
        """Cancel every settlement of a visit (2208); an unanswered one is asked about.

        Raises the fault that stopped it, after writing it down.
        """
        with self._store.transaction():
            for record in self._those(visit_id, SettlementState.SETTLED):
                self._record(record, SettlementEvent.CANCELLATION_SENT, {"reason": reason})
        for record in self._those(visit_id, SettlementState.CANCELLING):
            self._cancel(record)

    def _those(self, visit_id: str, state: SettlementState) -> list[Record]:
        settlements = self._store.settlements.of_visit(visit_id)
        return [record for record in settlements if record.state is state]

    def _charge(self, record: Record) -> None:
        case, agreed = self._case(record), _agreed(record)
        self._province.ready()  # A sign-in that fails must not look like a lost charge.
        earlier = self._found(case, record)
        if earlier is not None and not earlier.refunded:
            # An earlier attempt charged after all, though we had heard a no.
            self._record(record, SettlementEvent.SETTLEMENT_SENT)
            self._settled(record, earlier)
            return
        msgid = self._store.journal.next_msgid(self._province.fixmedins_code, self._now())
        self._record(record, SettlementEvent.SETTLEMENT_SENT, settle_msgid=msgid)
        mdtrt_id, batch = record.mdtrt_id or "", record.chrg_bchno or ""
        try:
            settled = self._province.settle(case, mdtrt_id, batch, agreed, msgid)
        except Fault as fault:
            settled = self._after(case, replace(record, settle_msgid=msgid), fault)
        self._settled(record, settled)

    def _after(self, case: Case, record: Record, fault: Fault) -> Settled:
        """Write down what a fault leaves behind and raise it, unless it is charged after all."""
        written = self._store.journal.message(record.settle_msgid or "")
        if isinstance(fault, Refused):
            # A gateway may have delivered twice, and the no be to the second delivery.
            if written is not None and (found := self._checked(case, record)) is not None:
                return found
            self._record(record, SettlementEvent.PROVINCE_REFUSED, refusal=fault.said)
        elif written is None or isinstance(fault, Unavailable):
            self._record(record, SettlementEvent.PROVINCE_AWAY)
        else:
            self._record(record, SettlementEvent.PROVINCE_SILENT)
        raise fault

    def _checked(self, case: Case, record: Record) -> Settled | None:
        """The charge behind a refusal, if any. While that is not known it is uncertain."""
        try:
            found = self._found(case, record)
        except Fault:
            self._record(record, SettlementEvent.PROVINCE_SILENT)
            raise
        return None if found is None or found.refunded else found

    def _found(self, case: Case, record: Record) -> Settled | None:
        """What 5203 knows of the last attempt's charge, standing or undone.

        None is no proof of anything. A row without the msgid that made it counts as ours
        only while it stands, names our visit and has our total.
        """
        if record.settle_msgid is None or not self._find_by_visit:
            return None
        for row in self._asked(case, record):
            nameless = row.medins_setl_id == "" and row.mdtrt_id == record.mdtrt_id
            same = not row.refunded and row.shares.total == _agreed(record).total
            if row.medins_setl_id == record.settle_msgid or (nameless and same):
                return row
        return None

    def _take_up(self, record: Record) -> None:
        if record.state is SettlementState.CANCELLING:
            self._cancel(record)
            return
        if record.state is SettlementState.SETTLING:
            # We stopped between deciding to send and hearing: did anything leave?
            sent = self._store.journal.message(record.settle_msgid or "")
            if sent is None or not sent.left:
                self._record(record, SettlementEvent.PROVINCE_AWAY)
                return
            self._record(record, SettlementEvent.PROVINCE_SILENT)
        self._resolve(self._case(record), record)

    def _resolve(self, case: Case, record: Record) -> None:
        """Bring an unknown charge to one of its two ends, or a step nearer."""
        msgid = record.settle_msgid or ""
        charge, reversals = self._store.journal.charge(record.settlement_id, msgid)
        heard = None if reversals else self._heard(case, record, charge)
        found = heard or self._found(case, record)
        if found is not None and found.refunded:
            self._record(record, SettlementEvent.PROVINCE_REVERSED)  # Its own books say so.
            return
        if found is not None and not reversals:
            self._settled(record, found)
            return
        refused = charge.outcome is Outcome.REFUSED and not reversals
        outcomes = {reversal.outcome for reversal in reversals}
        undone = Outcome.ANSWERED in outcomes
        asked_enough = Outcome.REFUSED in outcomes and not self._reversal_answer_suffices
        if found is not None or not (refused or undone or asked_enough):
            undone = self._reverse(case, msgid)
        # A no that was heard, of a charge that is not known: nothing is charged.
        if refused or (undone and self._reversal_answer_suffices):
            self._record(record, SettlementEvent.PROVINCE_REVERSED)

    def _heard(self, case: Case, record: Record, charge: Sent) -> Settled | None:
        """The good answer that was written down before the power failed."""
        if charge.outcome is not Outcome.ANSWERED:
            return None
        try:
            heard = self._province.reread(case, record.mdtrt_id or "", charge.msgid, charge.answer)
        except Fault:
            return None  # It was nonsense when it came, and is so now.
        return None if self._is_anothers(record, heard) else heard

    def _reverse(self, case: Case, msgid: str) -> bool:
        """Whether the province says that nothing is charged any more, or never was."""
        try:
            self._province.reverse(case, msgid)
        except Refused as no:
            return all(word in no.said for word in _NEVER_ARRIVED)
        return True

    def _cancel(self, record: Record) -> None:
        case = self._case(record)
        try:
            if not self._is_cancelled(case, record):  # An earlier 2208 may have arrived.
                self._province.cancel(case, record.mdtrt_id or "", record.setl_id or "")
        except Refused as no:
            self._cancellation_refused(case, record, no)
            return
        except Fault:
            if self._store.journal.left(record.settlement_id, _CANCELLATION):
                self._record(record, SettlementEvent.PROVINCE_SILENT)
            else:
                self._record(record, SettlementEvent.PROVINCE_AWAY)
            raise
        self._record(record, SettlementEvent.PROVINCE_CANCELLED)

    def _cancellation_refused(self, case: Case, record: Record, no: Refused) -> None:
        """A no, unless it is to a second 2208 because the first one arrived."""
        try:
            cancelled = self._is_cancelled(case, record)
        except Fault:
            self._record(record, SettlementEvent.PROVINCE_SILENT)
            raise
        if not cancelled:
            self._record(record, SettlementEvent.CANCELLATION_REFUSED)
            raise no
        self._record(record, SettlementEvent.PROVINCE_CANCELLED)

    def _is_cancelled(self, case: Case, record: Record) -> bool:
        return any(row.refunded for row in self._asked(case, record, record.setl_id or ""))

    def _asked(self, case: Case, record: Record, setl_id: str = "") -> tuple[Settled, ...]:
        try:
            return self._province.find(case, record.mdtrt_id or "", setl_id)
        except Refused:  # Some platforms say "not found" with an error code.
            return ()

    def _settled(self, record: Record, settled: Settled) -> None:
        """Write the charge down as it stands, then say what is odd about it."""
        if self._is_anothers(record, settled):
            self._record(record, SettlementEvent.PROVINCE_SILENT)
            raise Uncertain("province.nonsense", reason="the setl_id of another settlement")
        with self._store.transaction():
            self._record(
                record,
                SettlementEvent.PROVINCE_SETTLED,
                setl_id=settled.setl_id,
                settled=json.dumps(settled.shares.as_fen()),
            )
            self._store.sales.sold(record.settlement_id)
        agreed, is_now = _agreed(record), settled.shares
        if (is_now.own, is_now.fund, is_now.total) != (agreed.own, agreed.fund, agreed.total):
            raise Refused("settlement.differs_from_agreed")

    def _is_anothers(self, record: Record, settled: Settled) -> bool:
        holder = self._store.settlements.holder_of(settled.setl_id)
        return holder not in (None, record.settlement_id)

    def _case(self, record: Record) -> Case:
        return self._pricing.case(self._store.visits.visit(record.visit_id), record)

    def _record(
        self,
        record: Record,
        event: SettlementEvent,
        facts: Mapping[str, object] | None = None,
        **changes: object,
    ) -> None:
        settlement_id, at = record.settlement_id, self._now()
        self._store.settlements.record(settlement_id, event, at, facts=facts, changes=changes)


def _agreed(record: Record) -> Shares:
    if record.pre_settlement is None:
        raise Refused("settlement.not_priced")
    return Shares.from_fen(record.pre_settlement)
