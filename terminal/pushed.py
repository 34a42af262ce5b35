"""Bills that the record system pushed, for the doctor: whose visit, taken whole, or refused.

A pushed bill enters a visit through the same doors as a scan, all of it or nothing of it.
From then on nothing tells its lines from scanned ones: the same rules refuse them, the same
screens confirm the amount.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from terminal.billing import Billing, refuse_early_or_late
from terminal.board import Workplace
from terminal.core.counter import Notice
from terminal.core.faults import Fault, Refused
from terminal.core.money import Money
from terminal.core.people import check_id_number, masked_id, masked_name
from terminal.core.pushed import Entry, ReadBill, RefusalReason, bill_of, in_line, read_bill
from terminal.core.record_views import PushedState, PushedView
from terminal.pushed_door import PushedDoor, PushedRules
from terminal.store.pushed import PushedRow
from terminal.store.visits import Visit

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class _Gist:
    """What the queue shows of a bill: read once, for it is drawn at every step."""

    id_number: str
    lines: int
    total: Money

    @property
    def sum(self) -> tuple[str, int]:
        return self.id_number, self.total.fen


class Pushed:
    """The doctor's verbs about pushed bills; `door` is for whoever pushes them."""

    def __init__(
        self,
        workplace: Workplace,
        rules: PushedRules,
        billing: Billing,
        suspects: Callable[[str], date | None],
        open_by_id_number: Callable[[str], None],
        changed: Callable[[str], None],
    ) -> None:
        """`suspects`: since when the county has a code as sold; None while the province can
        be asked. `changed` is told the visit whose lines changed."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._rules = rules
        self._billing = billing
        self._suspects = suspects
        self._open_by_id_number = open_by_id_number
        self._changed = changed
        self._gists: dict[str, _Gist] = {}
        self.door = PushedDoor(workplace, rules)

    def open_visit(self, client: str, number: str) -> None:
        """Raises Refused `pushed.not_found`, `pushed.not_waiting`, and what opening a visit
        by its ID number raises."""
        self._open_by_id_number(bill_of(self._waiting(client, number).told).id_number)

    def take(self, visit_id: str, client: str, number: str) -> None:
        """Put all of it into the visit in front; a second tap changes nothing.

        Raises Refused `settling.record_system`, `pushed.not_found`, `pushed.not_waiting`,
        `pushed.other_person`, `pushed.other_diagnosis`, `pushed.total_differs` where a price
        changed since, and what scanning each box there would raise. Nothing of it is on the
        bill then.
        """
        self._rules.refuse_elsewhere()
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            row = self._store.pushed.bill(client, number)
            if row is not None and row.visit_id == visit_id:
                return
            row = self._waiting(client, number)
            visit = self._store.visits.visit(visit_id)
            refuse_early_or_late(visit)
            read = self._read(row)
            self._refuse_other_person(visit, read)
            self._diagnose(visit, read.diagnosis)
            for place, entry in enumerate(read.entries, start=1):
                with in_line(place):
                    self._add(visit, entry)
            self._store.pushed.taken(client, number, visit_id, self._now())
        with self._counter.lock:
            self._counter.scan = self._warned(read)
        self._price(visit_id)
        self._board.publish()

    def refuse(self, client: str, number: str, reason: str) -> None:
        """Raises Refused `visit.no_reason` for one that is not of core/pushed.RefusalReason,
        `pushed.not_found`, `pushed.not_waiting`."""
        if reason not in set(RefusalReason):
            raise Refused("visit.no_reason")
        with self._store.transaction():
            self._waiting(client, number)
            self._store.pushed.ended(client, number, PushedState.REFUSED, reason, self._now())
        self._board.publish()

    def view(self) -> tuple[PushedView, ...]:
        """What waits: that of whoever stands at the counter first, then oldest first."""
        rows = self._store.pushed.waiting()
        if not rows:
            return ()
        with self._counter.lock:
            front = self._counter.front
        whose = None if front is None else self._whose(front)
        taken = self._store.pushed.taken_on(self._now().date())
        known = {row.digest: self._gists.get(row.digest) or _gist(row) for row in (*rows, *taken)}
        self._gists = known
        had = self._had([known[row.digest] for row in rows], [known[row.digest] for row in taken])
        views = [
            self._view(
                row,
                known[row.digest],
                may_take=known[row.digest].id_number == whose,
                may_open=front is None,
                maybe_twice=had[known[row.digest].sum] > 1,
            )
            for row in rows
        ]
        return tuple(sorted(views, key=lambda view: not view.may_take))

    def _had(self, waiting: list[_Gist], taken: list[_Gist]) -> Counter[tuple[str, int]]:
        """How often somebody has a total: waiting, taken today, or charged today.

        A box is sold once; of a bill of services nothing else shows that it came twice.
        """
        had = Counter(each.sum for each in waiting)
        had.update({each.sum for each in taken})
        had.update(self._store.pushed.charged_on(self._now().date()))
        return had

    def _view(self, row: PushedRow, gist: _Gist, **may: bool) -> PushedView:
        person = self._store.people.by_id_number(gist.id_number)
        return PushedView(
            client=row.client,
            number=row.number,
            received_at=row.received_at,
            masked_name="" if person is None else masked_name(person.name),
            masked_id=masked_id(gist.id_number),
            lines=gist.lines,
            total=row.total,
            **may,
        )

    def _whose(self, visit_id: str) -> str | None:
        """The ID number of whose visit takes lines now; None where it takes none."""
        visit = self._store.visits.visit(visit_id)
        try:
            self._rules.refuse_elsewhere()
            refuse_early_or_late(visit)
        except Refused:
            return None
        return self._id_number(visit)

    def _id_number(self, visit: Visit) -> str | None:
        person = self._store.people.person(visit.person_id or "")
        return None if person is None else person.id_number

    def _waiting(self, client: str, number: str) -> PushedRow:
        row = self._store.pushed.bill(client, number)
        if row is None:
            raise Refused("pushed.not_found")
        if not row.waits:
            raise Refused("pushed.not_waiting")
        return row

    def _read(self, row: PushedRow) -> ReadBill:
        """The bill against the lists of today. Raises Refused `pushed.total_differs`."""
        rules = self._rules
        bill = bill_of(row.told)
        read = read_bill(bill, rules.catalogue, rules.diagnoses, self._now().date())
        if read.total != row.total:
            raise Refused("pushed.total_differs", ours=read.total.yuan, theirs=row.total.yuan)
        return read

    def _refuse_other_person(self, visit: Visit, read: ReadBill) -> None:
        if self._id_number(visit) != read.id_number:
            raise Refused("pushed.other_person")

    def _diagnose(self, visit: Visit, code: str) -> None:
        if not code or code == visit.diagnosis:
            return
        if visit.diagnosis is not None:
            raise Refused("pushed.other_diagnosis")
        self._store.visits.change_diagnosis(visit.visit_id, code, self._now())

    def _add(self, visit: Visit, entry: Entry) -> None:
        for scan in entry.scans:
            self._billing.add_box(visit, entry.item, scan)
        if entry.scans:
            return
        if entry.untraced is not None:
            self._billing.add_untraced(visit, entry.item, entry.quantity, entry.untraced, {})
            return
        self._billing.add_service(visit, entry.item)
        if entry.quantity != Decimal(1):
            added = self._store.lines.of(visit.visit_id)[-1]
            self._billing.change_quantity(added, entry.quantity)

    def _warned(self, read: ReadBill) -> Notice | None:
        """The first box that the county knows as sold, as a scan of it would warn."""
        for entry in read.entries:
            for scan in entry.scans:
                day = self._suspects(scan.code or "")
                if day is not None:
                    facts = {"name": entry.item.name, "day": day.isoformat()}
                    return Notice("box.maybe_sold", facts)
        return None

    def _price(self, visit_id: str) -> None:
        try:
            self._changed(visit_id)
        except Fault as fault:  # It is on the bill; its price can be asked for again.
            log.info("not priced: %s", fault)


def _gist(row: PushedRow) -> _Gist:
    bill = bill_of(row.told)
    lines = sum(max(1, len(line.trace_codes)) for line in bill.lines)
    return _Gist(check_id_number(bill.id_number), lines, row.total)
