"""The person's other settlements of the day, looked at before each charge.

A visit settled at another place today, or by the clinic's own record system, may be the
very visit that lies on the counter: it is shown, and nothing is charged before the
doctor has said that it is another matter. So is a charge of ours whose outcome is still
unknown: whoever begins the same visit anew would pay twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from terminal.core.charge import SettlementState
from terminal.core.faults import Refused, Uncertain
from terminal.core.money import ZERO, Money
from terminal.core.people import Person
from terminal.core.shares import Shares
from terminal.province.conversation import Province, VisitThere
from terminal.province.past import UNREADABLE
from terminal.province.session import Case
from terminal.store import Store
from terminal.store.elsewhere import Found
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

_VISITS_MAX = 10
"""Visits of one person and day that are asked about: each is a question to the province. Of
more the doctor is told without a sum."""

_BROUGHT_AGAIN = timedelta(days=7)
"""How long after a restore a bill may come again that only the terminal before knew."""

_UNSETTLED = "mdtrt:"
_OURS = "visit:"
"""Marks of rows that have no setl_id: registered only, and unknown here."""


class Elsewhere:
    """Finds them, and keeps a charge back while one is unjudged."""

    def __init__(
        self,
        store: Store,
        province: Province,
        now: Callable[[], datetime],
        *,
        look: bool,
        find_by_visit: bool,
    ) -> None:
        """`look`: whether the province is asked at all; ours is always looked at, and asked
        it is of what was open before a restore."""
        self._store = store
        self._province = province
        self._now = now
        self._look = look
        self._find_by_visit = find_by_visit

    def looked(self, case: Case, visit_id: str) -> None:
        """Ask what else was settled today, and write it down.

        Raises what the province raises when it cannot be asked: then nothing is charged.
        """
        found = [*self._unknown_here(case.person, case.begun_at, visit_id)]
        # A visit of before a restore may have been settled since, by whoever then had it.
        if self._look or self._store.restored.is_before(case.begun_at):
            found += self._there(case, visit_id)
        for each in found:
            self._store.elsewhere.found(visit_id, each, self._now())
        self._store.elsewhere.gone(visit_id, {each.setl_id for each in found})

    def looked_here(self, person: Person, visit: Visit) -> None:
        """Write down which charges of ours for this person are unknown, or will be made by
        themselves; asks nobody."""
        ours = list(self._unknown_here(person, visit.opened_at, visit.visit_id))
        for each in ours:
            self._store.elsewhere.found(visit.visit_id, each, self._now())
        told = self._store.elsewhere.of_visit(visit.visit_id)
        others = {each.setl_id for each in told if not each.setl_id.startswith(_OURS)}
        self._store.elsewhere.gone(visit.visit_id, others | {each.setl_id for each in ours})

    def refuse_unjudged(self, visit_id: str) -> None:
        """Raises Refused `settlement.settled_elsewhere` while the doctor has not looked."""
        if any(not each.judged for each in self._store.elsewhere.of_visit(visit_id)):
            raise Refused("settlement.settled_elsewhere")

    def _there(self, case: Case, visit_id: str) -> Iterator[Found]:
        try:
            visits = self._province.visits_of_day(self._since_backup(case), self._now().date())
        except Refused as none:  # Some platforms say "no such visit" with an error code.
            log.info("the day was not told: %s", none)
            return
        numbers = [each.mdtrt_id for each in visits]
        book = self._store.settlements
        # A charge of another visit of ours that was believed lost may stand after all.
        known = book.accounted(numbers) if self._find_by_visit else book.registered(numbers)
        known |= {each.mdtrt_id or "" for each in book.of_visit(visit_id)}
        unknown = [each for each in visits if each.mdtrt_id not in known]
        for visit in unknown[:_VISITS_MAX]:
            yield from self._settled_at(case, visit)
        for visit in unknown[_VISITS_MAX:]:  # Among these may be the one: the doctor looks.
            yield _unasked(visit)

    def _since_backup(self, case: Case) -> Case:
        """As if begun when the backup was made, where this store came out of one lately: a bill
        that the terminal before charged since may be brought again, by a record system too."""
        moment = self._store.restored.moment()
        if moment is None or case.begun_at - moment.restored_at > _BROUGHT_AGAIN:
            return case
        return replace(case, begun_at=min(case.begun_at, moment.backup_at))

    def _settled_at(self, case: Case, visit: VisitThere) -> Iterator[Found]:
        """What a visit was settled with; its bare registration where that is not told."""
        if not self._find_by_visit:
            yield _unasked(visit)
            return
        try:
            settlements = self._province.settlements_of(case, visit.mdtrt_id)
        except Refused:
            return  # Nothing is settled there.
        except Uncertain as fault:
            if fault.code not in UNREADABLE:
                raise
            yield _unasked(visit)  # Something is settled, nobody can say how much: as well.
            return
        for each in settlements:
            if not each.refunded and self._store.settlements.holder_of(each.setl_id) is None:
                yield Found(
                    each.setl_id,
                    each.institution or visit.institution,
                    each.setl_time or visit.begun,
                    each.shares.total,
                    each.shares.fund,
                )

    def _unknown_here(self, person: Person, begun_at: datetime, visit_id: str) -> Iterator[Found]:
        for record in self._store.settlements.agreed_or_in_flight():
            other = self._store.visits.visit(record.visit_id)
            known = self._store.people.person(other.person_id or "")
            same = known is not None and known.psn_no == person.psn_no
            if same and record.visit_id != visit_id and _may_be_charged(record, other, begun_at):
                yield Found(
                    f"{_OURS}{record.visit_id}:{record.category}",
                    "",
                    other.opened_at.isoformat(),
                    *_sums(record.pre_settlement),
                )


def _unasked(visit: VisitThere) -> Found:
    return Found(_UNSETTLED + visit.mdtrt_id, visit.institution, visit.begun, ZERO, ZERO)


def _may_be_charged(record: Settlement, other: Visit, begun_at: datetime) -> bool:
    """Unknown; or agreed to earlier than this visit, and to be charged by itself."""
    if record.state is SettlementState.UNCERTAIN:
        return True
    waits = record.state in (SettlementState.CONFIRMED, SettlementState.WAITING)
    return waits and other.opened_at < begun_at


def _sums(pre_settlement: dict[str, int] | None) -> tuple[Money, Money]:
    if pre_settlement is None:
        return ZERO, ZERO
    shares = Shares.from_fen(pre_settlement)
    return shares.total, shares.fund
