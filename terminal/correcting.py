"""A cancelled visit begun anew, and who lacked the limit that a cancellation gave back.

The new visit has the same person, diagnosis and lines, under numbers of its own, and
names the visit that it puts right. It is priced, agreed to and settled like any other.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import FreedVisit
from terminal.core.people import masked_name
from terminal.core.shares import Shares
from terminal.core.visit import VisitEvent, VisitState
from terminal.store import Store
from terminal.store.bill_line import CARRIED
from terminal.store.visits import Visit

_FREED_MAX = 5
"""Visits named beside one cancellation: more nobody redoes in a day."""

Reckon = Callable[[Visit], Money | None]
"""What the fund would pay for a visit if no limit were used; None where nobody can say."""


class Correcting:
    """Begins a visit anew, and names those that a cancellation helps."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        reckon: Reckon,
    ) -> None:
        self._store = store
        self._now = now
        self._reckon = reckon

    def anew(self, visit_id: str) -> str:
        """Open the visit that puts a cancelled one right; returns its id.

        A box that was brought back, or sold since, is not on it: `left_out` says which.
        Raises Refused `visit.no_such_step` unless it was cancelled, `visit.corrected_before`
        when that was done already.
        """
        old = self._store.visits.visit(visit_id)
        if old.state is not VisitState.CANCELLED:
            raise Refused("visit.no_such_step", state=old.state.value, event="correct")
        new_id = uuid.uuid4().hex
        with self._store.transaction():
            if self._store.history.correction_of(visit_id) is not None:
                raise Refused("visit.corrected_before")
            # Whoever treated claims it, whoever puts it right.
            self._store.visits.open(new_id, old.doctor_code, self._now())
            record = self._store.visits.record
            record(new_id, VisitEvent.PERSON_PRESENTED, self._now(), changes=_same_person(old))
            record(new_id, VisitEvent.DOCTOR_CONFIRMED_PERSON, self._now())
            companion = self._store.families.companion(visit_id)
            if companion is not None:
                self._store.families.note_companion(new_id, companion, self._now())
                told = {"visit": new_id, "standing": companion.standing}
                told["relation"] = companion.relation
                self._store.ledger.add(Deed.STOOD_IN, self._now(), told)
            for line in self._store.lines.of(visit_id):
                number = self._store.journal.next_number("feedetl_sn")
                copied = replace(line, visit_id=new_id, feedetl_sn=str(number), left_at=None)
                if line.split_units and line.left_at is not None:
                    carried = {**line.evidence, CARRIED: str(line.split_units)}
                    copied = replace(copied, evidence=carried)
                if self._store.lines.refusal(copied) is None:
                    self._store.lines.add(copied, self._now())
                    self._store.courses.carry(
                        visit_id, line.number, new_id, uuid.uuid4().hex, self._now()
                    )
            self._store.prescriptions.follow(visit_id, new_id)
            if old.diagnosis is not None:
                self._store.visits.change_diagnosis(new_id, old.diagnosis, self._now())
        return new_id

    def left_out(self, visit_id: str) -> tuple[str, ...]:
        """Codes of the goods of the corrected visit that are not on this one."""
        corrected = self._store.visits.visit(visit_id).corrects or ""
        here = [line.trace_code for line in self._store.lines.of(visit_id)]
        before = self._store.lines.of(corrected)
        return tuple(x.item_code for x in before if x.trace_code and x.trace_code not in here)

    def freed(self, visit: Visit) -> tuple[FreedVisit, ...]:
        """Later visits of the same person and year that lacked limit.

        By our own reckoning: only the province can say, by settling them anew.
        """
        if visit.state is not VisitState.CANCELLED or visit.person_id is None:
            return ()
        given_back = self._fund(visit)
        found = []
        for later in self._store.history.settled_after(visit):
            lacked = self._lacked(later)
            if lacked > ZERO and given_back > ZERO:
                person = self._store.people.person(later.person_id or "")
                name = masked_name(person.name) if person else ""
                found.append(
                    FreedVisit(later.visit_id, later.opened_at, name, min(lacked, given_back))
                )
        return tuple(found[:_FREED_MAX])

    def _lacked(self, later: Visit) -> Money:
        unlimited = self._reckon(later)
        return ZERO if unlimited is None else unlimited - self._fund(later)

    def _fund(self, visit: Visit) -> Money:
        """What the fund pays, or paid before it was cancelled."""
        shares = [
            Shares.from_fen(record.settled)
            for record in self._store.settlements.of_visit(visit.visit_id)
            if record.settled
            and record.state in (SettlementState.SETTLED, SettlementState.CANCELLED)
        ]
        return total(each.fund for each in shares)


def _same_person(old: Visit) -> dict[str, object]:
    """Who it is was made sure once; the new visit says whose it puts right."""
    return {
        "person_id": old.person_id,
        "holder_id": old.holder_id,
        "identified": old.identified,
        "standing": old.standing,
        "binding_id": old.binding_id,
        "similarity": old.similarity,
        "live_score": old.live_score,
        "second_factor": old.second_factor,
        "challenged": old.challenged,
        "face_agrees": None if old.face_agrees is None else int(old.face_agrees),
        "corrects": old.visit_id,
        "bedside": int(old.bedside),
    }
