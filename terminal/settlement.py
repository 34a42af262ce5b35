"""Charging a confirmed visit exactly once, whatever the network and the power do.

The intent (SETTLING, with the message's number) is on the disk before anything is sent.
After that a settlement is settled, refused, not sent at all, or unknown; an unknown one
is never sent again. Before each charge the person's other settlements of the day are
looked at: one that was not made here is judged by the doctor first.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from terminal.cancelling import Cancelling
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.visit import VisitEvent
from terminal.day_file import DayFile
from terminal.elsewhere import Elsewhere
from terminal.outcomes import Outcomes, agreed
from terminal.pricing import Pricing
from terminal.province.conversation import BoxCode, Province, Settled
from terminal.province.session import Case, Session
from terminal.province.statements import Statements
from terminal.restored import Restored
from terminal.store import Store
from terminal.store.settlements import Settlement as Record
from terminal.unknowns import Unknowns

log = logging.getLogger(__name__)

_BEFORE = re.compile("已结算|重复|已存在")
"""How a refusal says that there is a charge already."""

SILENCES_MAX = 2
"""Unanswered questions in a row after which the line, and not one visit, is in trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlingRules:
    """How this region lets an unknown charge be decided."""

    find_by_visit: bool = True
    """Whether 5203 answers without a setl_id."""
    reversal_answer_suffices: bool = False
    file_final_after: timedelta = timedelta(hours=12)
    look_at_the_day: bool = True
    refuse_charging: Callable[[], None] = lambda: None
    """Raises Refused while nothing new may be charged here."""


class Settlement:
    """Takes a visit from CONFIRMED to SETTLED, and picks up after interruptions."""

    def __init__(
        self,
        store: Store,
        session: Session,
        pricing: Pricing,
        now: Callable[[], datetime],
        rules: SettlingRules,
    ) -> None:
        self._store = store
        self._rules = rules
        self._province = province = Province(session)
        self._now = now
        self._outcomes = outcomes = Outcomes(store, pricing, now)
        day_file = DayFile(store, Statements(session), session.clinic, now, rules.file_final_after)
        self.unknowns = Unknowns(
            store,
            province,
            outcomes,
            day_file,
            now,
            find_by_visit=rules.find_by_visit,
            reversal_answer_suffices=rules.reversal_answer_suffices,
        )
        self.elsewhere = Elsewhere(
            store,
            province,
            now,
            look=rules.look_at_the_day,
            find_by_visit=rules.find_by_visit,
        )
        self.restored = Restored(store, province, now, can_look=rules.find_by_visit)
        self._cancelling = Cancelling(store, province, outcomes, self.unknowns)

    @property
    def settles(self) -> bool:
        """Whether this terminal settles, and not the clinic's record system."""
        return self._province.settles

    def settle(self, visit_id: str) -> None:
        """Charge what the doctor confirmed, one settlement after the other.

        Stops at the first that is not settled: while one is unknown nothing else of the
        visit is sent. Raises the fault that stopped it, after writing it down; Refused
        `settling.record_system` where that settles, and writes nothing.
        """
        for record in self._outcomes.those(visit_id, SettlementState.CONFIRMED):
            self._province.refuse_settling()
            self._charge(record)

    def settle_late(self, visit_id: str) -> None:
        """Charge what waited for the line, if the province still says the same.

        What was agreed to is an amount: when the figures have moved, nothing is charged
        and Refused `settlement.figures_moved` sends the visit back to the doctor's eye.
        """
        for record in self._outcomes.those(visit_id, SettlementState.CONFIRMED):
            self._province.refuse_settling()
            case, said = self._outcomes.case(record), agreed(record)
            mdtrt_id, batch = record.mdtrt_id or "", record.chrg_bchno or ""
            if self.restored.found(case, record) is not None:
                continue  # Charged by the terminal before: `settle` finds it again.
            if self._province.pre_settle(case, mdtrt_id, batch, said.total) != said:
                raise Refused("settlement.figures_moved")
        self.settle(visit_id)

    def held_before(self, visit_id: str) -> bool:
        """Whether a waiting visit was charged by the terminal before; it is then CONFIRMED with
        those figures, and `settle` writes the charge down. With what was agreed to here where
        the charge is of another bill, or more: `settle` then shows the doctor the difference.

        False at once where this store was never restored. Raises Refused
        `restored.which_bill` where only a part was charged, and as Restored.found does.
        """
        if self._store.restored.moment() is None:
            return False
        waiting = self._outcomes.those(visit_id, SettlementState.WAITING)
        if (
            not waiting
            or self._store.people.coverage(self._store.visits.visit(visit_id).person_id or "")
            is None
        ):
            return False  # Who was never asked about is asked first; `settle` looks again.
        found = [self.restored.found(self._outcomes.case(record), record) for record in waiting]
        charges = [each for each in found if each is not None]
        if not charges:
            return False
        if len(charges) < len(waiting):
            raise Refused("restored.which_bill")
        with self._store.transaction():
            visit = self._store.visits.visit(visit_id)
            for record, charge in zip(waiting, charges, strict=True):
                as_agreed = charge.shares.as_fen()
                if not self.restored.is_of(charge, record) and record.estimate is not None:
                    as_agreed = record.estimate
                shares = json.dumps(as_agreed)
                self._outcomes.record(
                    record,
                    SettlementEvent.HELD,
                    pre_settlement=shares,
                    priced_revision=visit.revision,
                )
            self._store.visits.record(visit_id, VisitEvent.HELD, self._now())
        return True

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
        """Cancel every settlement of a visit (2208); an unanswered one is asked about."""
        self._cancelling.cancel(visit_id, reason)

    def accept_difference(self, visit_id: str, doctor_code: str) -> None:
        """The doctor has seen that the charge differs from what was agreed to."""
        self._outcomes.accepted(visit_id, doctor_code)

    def look_at_day(self, visit_id: str) -> None:
        """Ask what else the province settled for this person today, and keep it.

        Raises what the province raises.
        """
        states = (SettlementState.PRICED, SettlementState.CONFIRMED)
        for record in self._outcomes.those(visit_id, *states)[:1]:
            self.elsewhere.looked(self._outcomes.case(record), visit_id)

    def _charge(self, record: Record) -> None:
        case, said = self._outcomes.case(record), agreed(record)
        self._province.ready()  # A sign-in that fails must not look like a lost charge.
        earlier = self.unknowns.found(case, record)
        if earlier is not None and not earlier.refunded:
            # An earlier attempt charged after all, though we had heard a no.
            self._outcomes.record(record, SettlementEvent.SETTLEMENT_SENT)
            self._outcomes.settled(record, earlier)
            return
        before = self.restored.found(case, record)
        if before is not None:
            # Charged by the terminal that this one replaces, under its own message.
            self._outcomes.record(
                record,
                SettlementEvent.SETTLEMENT_SENT,
                settle_msgid=before.medins_setl_id,
                mdtrt_id=before.mdtrt_id,
            )
            self._outcomes.settled(record, before)
            return
        # Only here: what was charged before is written down first, whoever is refused.
        self._rules.refuse_charging()
        self.elsewhere.looked(case, record.visit_id)
        self.elsewhere.refuse_unjudged(record.visit_id)
        msgid = self._store.journal.next_msgid(self._province.fixmedins_code, self._now())
        self._outcomes.record(record, SettlementEvent.SETTLEMENT_SENT, settle_msgid=msgid)
        mdtrt_id, batch = record.mdtrt_id or "", record.chrg_bchno or ""
        try:
            settled = self._province.settle(case, mdtrt_id, batch, said, msgid, self._boxes(record))
        except Fault as fault:
            settled = self._after(case, replace(record, settle_msgid=msgid), fault)
        self._outcomes.settled(record, settled)

    def _boxes(self, record: Record) -> tuple[BoxCode, ...]:
        """The trace codes of this settlement's lines, where they travel with the charge."""
        return tuple(
            BoxCode(line.feedetl_sn, line.trace_code, split=bool(line.split_units))
            for line in self._store.lines.of(record.visit_id)
            if line.category == record.category and line.trace_code is not None
        )

    def _after(self, case: Case, record: Record, fault: Fault) -> Settled:
        """Write down what a fault leaves behind and raise it, unless it is charged after all."""
        written = self._store.journal.message(record.settle_msgid or "")
        if isinstance(fault, Refused):
            if written is not None and not self.unknowns.can_look and _BEFORE.search(fault.said):
                # Settled before, it says: by the first delivery, for all that we can know.
                self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT)
                raise fault
            # A gateway may have delivered twice, and the no be to the second delivery.
            if written is not None and (found := self._checked(case, record)) is not None:
                return found
            self._outcomes.record(record, SettlementEvent.PROVINCE_REFUSED, refusal=fault.said)
        elif written is None or isinstance(fault, Unavailable):
            self._outcomes.record(record, SettlementEvent.PROVINCE_AWAY)
        else:
            self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT)
        raise fault

    def _checked(self, case: Case, record: Record) -> Settled | None:
        """The charge behind a refusal, if any. While that is not known it is uncertain."""
        try:
            found = self.unknowns.found(case, record)
        except Fault:
            self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT)
            raise
        return None if found is None or found.refunded else found

    def _take_up(self, record: Record) -> None:
        if record.state is SettlementState.CANCELLING:
            self._cancelling.take_up(record)
            return
        if record.state is SettlementState.SETTLING:
            # We stopped between deciding to send and hearing: did anything leave?
            sent = self._store.journal.message(record.settle_msgid or "")
            if sent is None or not sent.left:
                self._outcomes.record(record, SettlementEvent.PROVINCE_AWAY)
                return
            self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT)
        self.unknowns.resolve(record)
