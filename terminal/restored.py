"""What the terminal before charged after its last backup: asked for, and never charged twice.

Of a visit that was open in the backup nobody here knows what became of it. Before anything
of it is charged the province is asked: 5201 for the person's visits since that day, 5203
for each of them. A standing charge under a message number of this clinic that our journal
does not know was made by the terminal before. A sale without insurance is no charge: it
shows by its boxes (3513).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from terminal.core.faults import Refused, Uncertain
from terminal.core.money import Money, total
from terminal.province.conversation import Province, Settled
from terminal.province.messages import wire_time
from terminal.province.past import UNREADABLE
from terminal.province.session import Case
from terminal.store import Store
from terminal.store.settlements import Settlement as Record

_WITH_TIME = len("2025-09-20 09:30:00")
_VISITS_MAX = 20
"""Visits of one person that are asked about: each is a question to the province."""


class Restored:
    """Finds the charges of the terminal before. `found`."""

    def __init__(
        self, store: Store, province: Province, now: Callable[[], datetime], *, can_look: bool
    ) -> None:
        """`can_look`: whether 5203 answers without a setl_id."""
        self._store = store
        self._province = province
        self._now = now
        self._can_look = can_look

    def found(self, case: Case, record: Record) -> Settled | None:
        """The charge of this settlement that the terminal before made; None: it made none.

        None at once where this store was never restored, or the visit is younger. The same
        registration is the same settlement, and a registration says when its visit began; where
        the province tells no time of day, it is the only bill of that sum.

        Raises Refused `restored.cannot_be_asked` where the region answers no such question,
        `restored.which_bill` where more than one may be meant, `restored.taken_back` where it
        charged and undid it again, `restored.box_sold` where it sold a box of it otherwise, and
        what the province raises.
        """
        visit = self._store.visits.visit(record.visit_id)
        if not self._store.restored.is_before(visit.opened_at):
            return None
        if not self._can_look:
            raise Refused("restored.cannot_be_asked")
        told = list(self._unknown_here(case, record))
        charges = [each for each in told if not each[0].refunded]
        for charge, _ in charges:
            if charge.mdtrt_id == record.mdtrt_id:
                return charge
        due = self._due(record)
        ours = [charge for charge, begun in charges if begun == wire_time(visit.opened_at)]
        if len(ours) == 1 and len(self._store.settlements.of_visit(record.visit_id)) == 1:
            return ours[0]
        untimed = [charge for charge, begun in charges if len(begun) < _WITH_TIME]
        same = [each for each in (*ours, *untimed) if each.shares.total == due]
        unsure = len(same) > 1 or (same and not ours and self._rivals(record))
        if unsure or (ours and not same):
            raise Refused("restored.which_bill")
        if same:
            return same[0]
        begun_as_ours = wire_time(visit.opened_at)
        if any(each.mdtrt_id == record.mdtrt_id or at == begun_as_ours for each, at in told):
            raise Refused("restored.taken_back")
        self._refuse_sold(record)
        return None

    def is_of(self, charge: Settled, record: Record) -> bool:
        """Whether a charge is of the bill that lies here, and no more than was agreed to."""
        ceiling = record.agreed_own
        within = ceiling is not None and charge.shares.own <= ceiling
        return within and charge.shares.total == self._due(record)

    def _unknown_here(self, case: Case, record: Record) -> Iterator[tuple[Settled, str]]:
        """Made by this clinic, and not by us; with when the visit began.

        Raises Refused `restored.which_bill` for more visits than can be asked about.
        """
        try:
            visits = self._province.visits_of_day(case, self._now().date())
        except Refused:  # Some platforms say "no such visit" with an error code.
            visits = ()
        begun = {each.mdtrt_id: each.begun for each in visits}
        known = self._store.settlements.accounted(list(begun)) - {record.mdtrt_id or ""}
        numbers = dict.fromkeys([record.mdtrt_id or "", *begun])
        asked = [each for each in numbers if each and each not in known]
        if len(asked) > _VISITS_MAX:
            raise Refused("restored.which_bill")  # Among the others may be the one.
        for mdtrt_id in asked:
            for row in self._made_there(case, mdtrt_id):
                yield replace(row, mdtrt_id=mdtrt_id), begun.get(mdtrt_id, "")

    def _made_there(self, case: Case, mdtrt_id: str) -> Iterator[Settled]:
        try:
            rows = self._province.settlements_of(case, mdtrt_id)
        except Refused:
            return  # Nothing is settled there.
        except Uncertain as fault:
            if fault.code not in UNREADABLE:
                raise
            # Something is settled there, and nobody can say what: the doctor must look.
            raise Refused("restored.which_bill") from None
        undone = {row.setl_id for row in rows if row.refunded}
        for row in rows:
            msgid = row.medins_setl_id
            ours = self._store.journal.message(msgid) is not None
            # Some platforms do not tell the message; then it may be the clinic's.
            clinics = not msgid or msgid.startswith(self._province.fixmedins_code)
            held = self._store.settlements.holder_of(row.setl_id) is not None
            if clinics and not ours and not held:
                yield replace(row, refunded=row.setl_id in undone)

    def _refuse_sold(self, record: Record) -> None:
        """Raises Refused `restored.box_sold` where the province has a whole box of this bill as
        sold since the backup, by no sale in our book: without insurance, or on another bill.

        A province that does not speak 3513 knows of none.
        """
        moment, today = self._store.restored.moment(), self._now().date()
        since = today if moment is None else min(moment.backup_at.date(), today)
        for line in self._store.lines.of(record.visit_id):
            if line.category != record.category or line.trace_code is None or line.split_units:
                continue
            if self._store.sales.is_reported(line.trace_code):
                continue  # Sold here before, and brought back: not to be told apart.
            try:
                told = self._province.sold(since, today, line.trace_code)
            except Refused:
                return
            if any(not box.returned for box in told):
                raise Refused("restored.box_sold")

    def _rivals(self, record: Record) -> bool:
        """Whether another open visit of this person has a bill of the same sum."""
        visit = self._store.visits.visit(record.visit_id)
        due = self._due(record)
        for visit_id in self._store.restored.unfinished():
            if visit_id == record.visit_id:
                continue
            if self._store.visits.visit(visit_id).person_id != visit.person_id:
                continue
            if total(line.total for line in self._store.lines.of(visit_id)) == due:
                return True
        return False

    def _due(self, record: Record) -> Money:
        lines = self._store.lines.of(record.visit_id)
        return total(line.total for line in lines if line.category == record.category)
