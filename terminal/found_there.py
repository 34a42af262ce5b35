"""Finding out what the record system settled: 5201 of the days since, then 5203 of each visit.

Asked from the moment a visit is handed over until it is found, whoever settles by then, and
for some days afterwards whether it was cancelled there. Nothing here moves money.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from terminal.core.faults import Refused, Unavailable, Uncertain
from terminal.core.ledger import Deed
from terminal.core.money import Money, total
from terminal.core.people import Coverage, Person
from terminal.core.record_system import (
    RECHECKED_EVERY,
    RECHECKED_FOR,
    Handed,
    Rival,
    ThereTold,
    asked_again_after,
    by_itself,
    candidates,
)
from terminal.core.standing import is_registered
from terminal.core.visit import VisitEvent, VisitState
from terminal.province.conversation import Province, Settled, VisitThere
from terminal.province.enquiry import Enquiry
from terminal.province.past import UNREADABLE
from terminal.province.session import Case, Session
from terminal.store import Store
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

_VISITS_MAX = 20
"""Visits of one person that are asked about: each is a question to the province."""

_SILENCES_MAX = 2

_ORDINARY = "11"


class FoundThere:
    """Asks, and writes down what is certain."""

    def __init__(
        self,
        store: Store,
        session: Session,
        med_types: Collection[str],
        now: Callable[[], datetime],
    ) -> None:
        """`med_types`: kinds of visit that the record system may register."""
        self._store = store
        self._province = Province(session)
        self._enquiry = Enquiry(session)
        self._clinic_code = session.clinic.fixmedins_code
        self._shares_code = bool(session.clinic.settles_under)
        self._med_types = tuple(sorted(set(med_types)))
        self._now = now
        self._asked: dict[str, datetime] = {}
        self._tried: dict[str, datetime] = {}
        self._told: dict[str, tuple[ThereTold, ...]] = {}

    def any_waiting(self) -> bool:
        """Whether a visit is to be asked about now."""
        return next(self._due(), None) is not None

    def tell(self) -> None:
        """Ask about every visit whose time has come; raises nothing of the line's.

        One that is never answered must not hold up the others: its next turn comes later, and
        only a second silence shows that it is the line.
        """
        silences = 0
        for visit in list(self._due()):
            try:
                self.ask(visit.visit_id)
            except Unavailable as away:
                log.info("what the record system settled was not told: %s", away)
                return
            except (Refused, Uncertain) as fault:
                log.info("what the record system settled was not told: %s", fault)
                self._tried[visit.visit_id] = self._now()
                silences += isinstance(fault, Uncertain)
                if silences >= _SILENCES_MAX:
                    return

    def ask(self, visit_id: str) -> None:
        """Ask what became of one visit, and write down what is certain.

        Raises what the province raises when it cannot be asked.
        """
        visit = self._store.visits.visit(visit_id)
        if visit.state is VisitState.HANDED_OVER:
            self._told[visit_id] = self._there(visit)
            self._asked[visit_id] = self._tried[visit_id] = self._now()
            self._judge(visit_id)
        elif visit.state is VisitState.SETTLED_THERE:
            self._recheck(visit)
            self._asked[visit_id] = self._tried[visit_id] = self._now()

    def asked_at(self, visit_id: str) -> datetime | None:
        """When the province was last asked about it, since this start."""
        return self._asked.get(visit_id)

    def candidates(self, visit: Visit) -> tuple[ThereTold, ...]:
        """What was told last, of all that may be this visit's."""
        told = self._told.get(visit.visit_id, ())
        numbers = [each.setl_id for each in told]
        ours = {number for number in numbers if self._store.settlements.holder_of(number)}
        claimed = self._store.handed_over.holders(numbers)
        return candidates(self._handed(visit), told, self._clinic_code, ours, claimed)

    def take(self, visit_id: str, told: ThereTold, chosen_by: str) -> None:
        """This settlement is this visit's; `chosen_by`: the doctor's code, empty: by itself.

        Raises Refused `handed.of_another_visit`, `visit.no_such_step`.
        """
        at = self._now()
        with self._store.transaction():
            state = self._store.visits.visit(visit_id).state
            if state not in (VisitState.HANDED_OVER, VisitState.SETTLED_THERE):
                raise Refused("visit.no_such_step", state=state.value, event="found_there")
            self._store.handed_over.claim(visit_id, told, at, chosen_by)
            facts = {
                "setl_ids": [told.setl_id],
                "total_fen": told.total.fen,
                "fund_fen": told.fund.fen,
                "own_fen": told.own.fen,
                "chosen_by": chosen_by,
            }
            if state is VisitState.HANDED_OVER:
                self._store.visits.record(visit_id, VisitEvent.FOUND_THERE, at, facts=facts)
            else:
                self._store.ledger.add(Deed.SETTLED_THERE, at, {"visit": visit_id, **facts})
            self._store.lines.gone_with(visit_id, at)

    def let_go(self, visit_id: str, setl_id: str, undone_by: str) -> None:
        """This settlement is not this visit's after all: what is, is sought again.

        Raises Refused `handed.not_told` for one that is not held to be, `visit.no_such_step`.
        """
        at, book = self._now(), self._store.handed_over
        with self._store.transaction():
            if not book.unclaim(visit_id, setl_id):
                raise Refused("handed.not_told")
            facts = {"setl_ids": [setl_id], "chosen_by": undone_by}
            self._store.visits.record(visit_id, VisitEvent.CHOICE_UNDONE, at, facts=facts)
            left = [each for each in book.of_visit(visit_id) if each.refunded_at is None]
            if left:  # The rest of a bill that was settled in two.
                facts = {"setl_ids": [each.told.setl_id for each in left]}
                self._store.visits.record(visit_id, VisitEvent.FOUND_THERE, at, facts=facts)

    def _due(self) -> Iterator[Visit]:
        now = self._now()
        for visit in self._store.handed_over.waiting():
            tried = self._tried.get(visit.visit_id)
            if tried is None or now - tried >= asked_again_after(now - self._handed_at(visit)):
                yield visit
        for visit in self._store.handed_over.settled_since(now - RECHECKED_FOR):
            claims = self._store.handed_over.of_visit(visit.visit_id)
            since = self._tried.get(visit.visit_id, max(each.found_at for each in claims))
            if now - since >= RECHECKED_EVERY:
                yield visit

    def _judge(self, visit_id: str) -> None:
        """Take what is certainly this visit's. The doctor may have decided meanwhile."""
        with self._store.transaction():
            visit = self._store.visits.visit(visit_id)
            if visit.state is not VisitState.HANDED_OVER or self._doctor_only(visit_id):
                return
            rivals = [
                Rival(
                    other.opened_at,
                    self._total(other.visit_id) if other.state is VisitState.HANDED_OVER else None,
                )
                for other in self._store.handed_over.unsettled_beside(visit)
            ]
            found = self.candidates(visit)
            only = by_itself(self._handed(visit), found, self._clinic_code, rivals)
            if only is not None:
                self.take(visit_id, only, "")

    def _doctor_only(self, visit_id: str) -> bool:
        """Whether nothing is taken by itself: another clinic may have settled under this code,
        or the doctor has said before that what was taken was not it."""
        return self._shares_code or self._store.handed_over.was_undone(visit_id)

    def _recheck(self, visit: Visit) -> None:
        """What was settled there may have been cancelled there; all of it ends the visit."""
        claims = self._store.handed_over.of_visit(visit.visit_id)
        standing = [each for each in claims if each.refunded_at is None]
        case = self._case(visit)
        undone = []
        for mdtrt_id in dict.fromkeys(each.told.mdtrt_id for each in standing):
            rows = self._province.settlements_of(case, mdtrt_id)
            undone += [row.setl_id for row in rows if row.refunded]
        gone = [each for each in standing if each.told.setl_id in undone]
        if not gone:
            return
        at = self._now()
        with self._store.transaction():
            for each in gone:
                self._store.handed_over.refund(each.told.setl_id, at)
            if len(gone) == len(standing):
                facts = {"setl_ids": [each.told.setl_id for each in gone]}
                self._store.visits.record(visit.visit_id, VisitEvent.GONE_THERE, at, facts=facts)
                for category in {line.category for line in self._store.lines.of(visit.visit_id)}:
                    self._store.lines.give_back(visit.visit_id, category, at)

    def _there(self, visit: Visit) -> tuple[ThereTold, ...]:
        """Everything that this person settled since the visit began, as it is told."""
        case = self._case(visit)
        try:
            visits = self._province.visits_of_day(case, self._now().date(), self._med_types)
        except Refused as none:  # Some platforms say "no such visit" with an error code.
            log.info("the days were not told: %s", none)
            return ()
        ours = self._store.settlements.accounted([each.mdtrt_id for each in visits])
        strangers = [each for each in visits if each.mdtrt_id not in ours]
        if len(strangers) > _VISITS_MAX:  # The newest: what was just settled is sought.
            strangers = sorted(strangers, key=lambda each: each.begun)[-_VISITS_MAX:]
        told: dict[str, ThereTold] = {}
        for each in strangers:
            for row in self._settled_at(case, each):
                if row.setl_id not in told or row.refunded:  # Of an undone one there may be two.
                    told[row.setl_id] = row
        return tuple(told.values())

    def _settled_at(self, case: Case, visit: VisitThere) -> Iterator[ThereTold]:
        try:
            rows = self._province.settlements_of(case, visit.mdtrt_id)
        except Refused:
            return  # Nothing is settled there.
        except Uncertain as fault:
            if fault.code not in UNREADABLE:
                raise
            log.info("a settlement of the record system cannot be read: %s", fault)
            return
        for row in rows:
            if row.mdtrt_id in ("", visit.mdtrt_id) and not self._made_here(row):
                yield _told(row, visit)

    def _made_here(self, row: Settled) -> bool:
        """By a message of ours: a charge that was believed lost, and stands after all."""
        sent = row.medins_setl_id and self._store.journal.message(row.medins_setl_id)
        return bool(sent) or self._store.settlements.holder_of(row.setl_id) is not None

    def _case(self, visit: Visit) -> Case:
        """Whom the questions are about. Raises Refused `person.not_asked`."""
        person, coverage = self._known(visit)
        return Case("", person, coverage, _ORDINARY, "", "", "", visit.opened_at)

    def _known(self, visit: Visit) -> tuple[Person, Coverage]:
        """The person as the province knows them; asked now where it was away before (1101)."""
        person = self._store.people.person(visit.person_id or "")
        if person is None:
            raise Refused("person.not_asked")
        coverage = self._store.people.coverage(person.person_id)
        if coverage is None or not is_registered(person.psn_no):
            told, coverage = self._enquiry.person(person.id_number)
            known = self._store.people.person(self._store.people.learn(told, coverage))
            person = known or person
        return person, coverage

    def _handed(self, visit: Visit) -> Handed:
        return Handed(
            visit.visit_id, visit.opened_at, self._handed_at(visit), self._total(visit.visit_id)
        )

    def _handed_at(self, visit: Visit) -> datetime:
        handed = self._store.visits.came_to(visit.visit_id, VisitState.HANDED_OVER)
        return handed or visit.opened_at

    def _total(self, visit_id: str) -> Money:
        return total(line.total for line in self._store.lines.of(visit_id))


def _told(row: Settled, visit: VisitThere) -> ThereTold:
    return ThereTold(
        row.setl_id,
        row.mdtrt_id or visit.mdtrt_id,
        row.fixmedins_code or visit.fixmedins_code,
        row.setl_time,
        row.shares.total,
        row.shares.fund,
        row.shares.own,
        row.refunded,
    )
