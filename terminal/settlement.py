"""Charging a confirmed visit exactly once, whatever the network and the power do.

The intent (SETTLING, with the message's number) is on the disk before anything is sent.
After that a settlement is settled, refused, not sent at all, or unknown; an unknown one
is never sent again. It is looked for (5203) and, where the province knows nothing of it,
reversed (2601) until that is answered. "Not found" is not "not charged", for the request
may still be on its way; and a reversal's answer alone counts only where the region says
so: elsewhere the day's file (3202) has the last word.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.shares import MutualAid, Shares
from terminal.core.visit import SettlementEvent, SettlementState, VisitState
from terminal.pricing import Pricing
from terminal.province.conversation import Province, Settled
from terminal.province.session import Case
from terminal.sales import TO_TELL
from terminal.store import Store
from terminal.store.settlements import Settlement as Record

log = logging.getLogger(__name__)

_REVERSAL = "2601"


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
        mutual_aid: MutualAid,
    ) -> None:
        self._store = store
        self._province = province
        self._pricing = pricing
        self._now = now
        self._find_by_visit = find_by_visit
        self._reversal_answer_suffices = reversal_answer_suffices
        self._mutual_aid = mutual_aid

    def settle(self, visit_id: str) -> None:
        """Charge what the doctor confirmed, one settlement after the other.

        Stops at the first that is not settled: while one is unknown nothing else of the
        visit is sent. Raises the fault that stopped it, after writing it down.
        """
        for record in self._store.settlements.of_visit(visit_id):
            if record.state is SettlementState.CONFIRMED:
                self._charge(record)

    def settle_late(self, visit_id: str) -> None:
        """Charge what waited for the line, if the province still says the same.

        What was agreed to is an amount: when the figures have moved, nothing is charged
        and Refused `settlement.figures_moved` sends the visit back to the doctor's eye.
        """
        waiting = [
            record
            for record in self._store.settlements.of_visit(visit_id)
            if record.state is SettlementState.CONFIRMED
        ]
        visit = self._store.visits.visit(visit_id)
        for record in waiting:
            case = self._pricing.case(visit, record)
            agreed = _agreed(record)
            now_says = self._province.pre_settle(
                case, record.mdtrt_id or "", record.chrg_bchno or "", agreed.total
            )
            if now_says != agreed:
                raise Refused("settlement.figures_moved")
        self.settle(visit_id)

    def resume(self) -> None:
        """Find out, or undo, what a restart or a silence left half done; oldest first.

        Nothing is charged here. What cannot be learnt now is asked again next time.
        """
        for visit in self._store.visits.unfinished():
            if visit.state not in (VisitState.SETTLING, VisitState.UNCERTAIN):
                continue
            for record in self._store.settlements.of_visit(visit.visit_id):
                if record.state is SettlementState.SETTLING:
                    self._wake(record)
        for record in self.unknown():
            try:
                self._resolve(record)
            except Fault as fault:
                log.info("a settlement stays unknown: %s", fault)

    def cancel(self, visit_id: str, reason: str) -> None:
        """Cancel every settlement of a visit (2208); an unanswered one is asked about.

        Raises the fault that stopped it, after writing it down.
        """
        for record in self._store.settlements.of_visit(visit_id):
            if record.state is SettlementState.SETTLED:
                self._store.settlements.record(
                    record.settlement_id,
                    SettlementEvent.CANCELLATION_SENT,
                    self._now(),
                    facts={"reason": reason},
                )
            if record.state in (SettlementState.SETTLED, SettlementState.CANCELLING):
                self._cancel(record)

    def unknown(self) -> list[Record]:
        """Every settlement whose money may have moved."""
        return [
            record
            for visit in self._store.visits.unfinished()
            for record in self._store.settlements.of_visit(visit.visit_id)
            if record.state is SettlementState.UNCERTAIN
        ]

    def _charge(self, record: Record) -> None:
        visit = self._store.visits.visit(record.visit_id)
        case = self._pricing.case(visit, record)
        agreed = _agreed(record)
        self._province.ready()  # A sign-in that fails must not look like a lost charge.
        earlier = self._charged_before(case, record)
        if earlier is not None:
            self._record(record, SettlementEvent.SETTLEMENT_SENT)
            self._settled(record, earlier)
            return
        msgid = self._store.journal.next_msgid(self._province.fixmedins_code, self._now())
        self._record(record, SettlementEvent.SETTLEMENT_SENT, settle_msgid=msgid)
        try:
            settled = self._province.settle(
                case, record.mdtrt_id or "", record.chrg_bchno or "", agreed, msgid
            )
        except Refused as fault:
            self._refused(case, record, msgid, fault)
            return
        except Unavailable:
            self._record(record, SettlementEvent.PROVINCE_AWAY)
            raise
        except Uncertain:
            self._record(record, SettlementEvent.PROVINCE_SILENT)
            raise
        self._settled(record, settled)

    def _charged_before(self, case: Case, record: Record) -> Settled | None:
        """A charge that an earlier attempt made after all, though we heard a no."""
        if record.settle_msgid is None or not self._find_by_visit:
            return None
        found = self._province.find(case, record.mdtrt_id or "")
        if found is None or found.refunded or found.medins_setl_id != record.settle_msgid:
            return None
        return found

    def _refused(self, case: Case, record: Record, msgid: str, fault: Refused) -> None:
        """A no, unless a gateway delivered twice and the no is to the second delivery."""
        try:
            found = self._charged_before(case, replace(record, settle_msgid=msgid))
        except Fault as silence:
            log.info("a refusal could not be checked: %s", silence)
            found = None  # The next attempt, if any, looks again before it sends.
        if found is not None:
            self._settled(record, found)
            return
        self._record(record, SettlementEvent.PROVINCE_REFUSED, refusal=fault.said)
        raise fault

    def _cancel(self, record: Record) -> None:
        visit = self._store.visits.visit(record.visit_id)
        case = self._pricing.case(visit, record)
        setl_id = record.setl_id or ""
        try:
            found = self._province.find(case, record.mdtrt_id or "", setl_id)
            if found is None or not found.refunded:  # An earlier 2208 may have arrived.
                self._province.cancel(case, record.mdtrt_id or "", setl_id)
        except Refused:
            self._record(record, SettlementEvent.CANCELLATION_REFUSED)
            raise
        except Fault:
            self._record(record, SettlementEvent.PROVINCE_SILENT)
            raise
        self._record(record, SettlementEvent.PROVINCE_CANCELLED)

    def _wake(self, record: Record) -> None:
        """We stopped between deciding to send and hearing: was anything sent?"""
        sent = {message.msgid for message in self._store.journal.sent_for(record.settlement_id)}
        if record.settle_msgid in sent:
            self._record(record, SettlementEvent.PROVINCE_SILENT)
        else:
            # The message is written down before it leaves, and it was not.
            self._record(record, SettlementEvent.PROVINCE_AWAY)

    def _resolve(self, record: Record) -> None:
        visit = self._store.visits.visit(record.visit_id)
        case = self._pricing.case(visit, record)
        if self._find_by_visit:
            found = self._province.find(case, record.mdtrt_id or "")
            if found is not None and found.refunded and found.medins_setl_id == record.settle_msgid:
                self._record(record, SettlementEvent.PROVINCE_REVERSED)  # Its own books say so.
                return
            if found is not None and not found.refunded and _is_ours(found, record):
                self._settled(record, found)
                return
        if not self._reversed(record):
            self._province.reverse(case, record.settle_msgid or "")
        if self._reversal_answer_suffices:
            self._record(record, SettlementEvent.PROVINCE_REVERSED)

    def _reversed(self, record: Record) -> bool:
        """Whether a reversal of this charge was answered already."""
        charge_seen = False
        for message in self._store.journal.sent_for(record.settlement_id):
            charge_seen = charge_seen or message.msgid == record.settle_msgid
            if charge_seen and message.infno == _REVERSAL and message.outcome == "answered":
                return True
        return False

    def _settled(self, record: Record, settled: Settled) -> None:
        """Write the charge down as it stands, then say what is odd about it."""
        with self._store.transaction():
            self._record(
                record,
                SettlementEvent.PROVINCE_SETTLED,
                setl_id=settled.setl_id,
                settled=json.dumps(settled.shares.as_fen()),
            )
            self._store.sales.sold(record.settlement_id, TO_TELL)
        settled.shares.verified(self._mutual_aid)
        if record.agreed_own is not None and settled.shares.own != record.agreed_own:
            raise Refused("settlement.differs_from_agreed")

    def _record(self, record: Record, event: SettlementEvent, **changes: object) -> None:
        self._store.settlements.record(record.settlement_id, event, self._now(), changes=changes)


def _agreed(record: Record) -> Shares:
    if record.pre_settlement is None:
        raise Refused("settlement.not_priced")
    return Shares.from_fen(record.pre_settlement)


def _is_ours(found: Settled, record: Record) -> bool:
    """medins_setl_id is the msgid that made it; a region may leave it empty."""
    return found.medins_setl_id in ("", record.settle_msgid)
