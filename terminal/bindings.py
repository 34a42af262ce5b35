"""Who may act for whom, decided: made, ended, told by the province, looked at again.

Every binding that begins or ends does so here, with its line in the ledger, both or
neither. One that ends takes effect with the next thing anybody taps: the counter's lock is
held, and money is agreed to under the same lock.
"""

from __future__ import annotations

import logging
import uuid
from datetime import date

from terminal.board import Workplace
from terminal.core.counter import Notice
from terminal.core.families import (
    ALL_SCOPES,
    Basis,
    Binding,
    EndedBy,
    ToldBinding,
    ToldRelative,
)
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.people import Coverage, Person, born_of, check_id_number
from terminal.core.visit import VisitState
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

ENDED = "family.binding_ended"

NOT_AGREED = (
    VisitState.PRESENTED,
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.PRICED,
    VisitState.PARTLY_SETTLED,
)
"""Where something is still to be agreed to, and a binding must hold for it."""

_TAKEN_BACK_HERE = (EndedBy.HOLDER, EndedBy.MEMBER, EndedBy.DOCTOR, EndedBy.COUNTY)

_PROVINCE = "province"
"""Who decided, in the ledger, where it was nobody here."""


class Bindings:
    """The book of bindings, as the counter's rooms use it."""

    def __init__(self, workplace: Workplace) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._now = workplace.now

    def stands_for(self, holder_id: str) -> list[Binding]:
        """For whom this holder may stand at the counter now."""
        held = self._store.families.in_force(holder_id, self._now().date())
        return [each for each in held if each.may_stand]

    def bind(self, binding: Binding, by: str | None = None) -> None:
        """A binding begins; one between the same two is replaced. `by`: as the ledger
        names whoever decided; None: the doctor on duty."""
        with self._counter.lock, self._store.transaction():
            self._store.families.bind(binding)
            self._store.ledger.add(Deed.BOUND, self._now(), _facts(binding), by)

    def end(self, binding: Binding, ended_by: EndedBy, by: str | None = None) -> bool:
        """A binding ends, now and for good; whether it was in force until now.

        A visit on the counter that rests on it is told so.
        """
        with self._counter.lock, self._store.transaction():
            if not self._store.families.end(binding.binding_id, ended_by, self._now()):
                return False
            self._note_end(binding, ended_by, by)
        return True

    def pass_day(self) -> None:
        """End what has run out, once a day, for good: no clock set back revives it."""
        with self._counter.lock, self._store.transaction():
            for binding in self._store.families.expire(self._now()):
                self._note_end(binding, EndedBy.EXPIRED, "")

    def refuse_ended(self, visit_id: str) -> None:
        """Look again at what a holder stands on, before an amount is agreed to.

        A binding that was made anew between the same two carries the visit on. Raises
        Refused `family.binding_ended`, `family.collect_only`; the doctor may then confirm
        that the person is here. The caller holds the counter's lock.
        """
        visit = self._store.visits.visit(visit_id)
        if visit.holder_id is None or visit.person_id is None:
            return
        try:
            binding = self._under(visit)
            binding.refuse_unless_settles()
        except Refused as fault:
            self._counter.notices[visit_id] = Notice(fault.code)
            raise
        if binding.binding_id != visit.binding_id:
            self._store.visits.note(visit_id, {"binding_id": binding.binding_id})

    def learn(self, person_id: str, coverage: Coverage) -> None:
        """Take over what the province said of a person's family, in one transaction."""
        with self._counter.lock, self._store.transaction():
            self._store.families.note_death(person_id, coverage.died_on)
            if coverage.died_on is not None:
                self._bury(person_id)
            if coverage.family is not None:
                self._learn_family(person_id, coverage.family)
            if coverage.aid_payers is not None:
                known = [self._known(each) for each in coverage.aid_payers]
                payers = {each for each in known if each is not None and each != person_id}
                self._store.families.tell_aid_payers(person_id, sorted(payers), self._now())

    # --- the steps; the caller holds the lock, in a transaction
    def _learn_family(self, holder_id: str, told: tuple[ToldBinding, ...]) -> None:
        """The province's word wins over a binding made here between the same two."""
        families = self._store.families
        today = max(self._now().date(), families.latest_day())
        confirmed = set()
        for each in told:
            member_id = self._known(each.member)
            if member_id is None or member_id == holder_id:
                continue
            if each.valid_until >= today and families.died_on(member_id) is None:
                confirmed.add(member_id)
                self._take_over(holder_id, member_id, each, today)
            else:
                self._end_all(holder_id, member_id)
        for binding in families.open_of(holder_id):
            if binding.basis is Basis.PROVINCE and binding.member_id not in confirmed:
                self.end(binding, EndedBy.PROVINCE, _PROVINCE)

    def _take_over(self, holder_id: str, member_id: str, told: ToldBinding, today: date) -> None:
        last = self._store.families.last_between(holder_id, member_id)
        same = last is not None and last.basis is Basis.PROVINCE
        same = same and last is not None and last.valid_until == told.valid_until
        if last is not None and same:
            # Taken back at this counter: it stays so until the province makes another.
            if last.ended_by in _TAKEN_BACK_HERE:
                return
            if last.ended_at is None and last.relation == told.relation:
                return
        for other in self._store.families.open_of(member_id):
            if other.member_id == holder_id and other.basis is not Basis.PROVINCE:
                self.end(other, EndedBy.REPLACED, _PROVINCE)
        binding = Binding(
            binding_id=uuid.uuid4().hex,
            holder_id=holder_id,
            member_id=member_id,
            relation=told.relation,
            scopes=ALL_SCOPES,
            basis=Basis.PROVINCE,
            valid_from=today,
            valid_until=told.valid_until,
            made_at=self._now(),
        )
        self.bind(binding, _PROVINCE)

    def _end_all(self, holder_id: str, member_id: str) -> None:
        for binding in self._store.families.open_of(holder_id):
            if binding.member_id == member_id:
                self.end(binding, EndedBy.PROVINCE, _PROVINCE)

    def _bury(self, person_id: str) -> None:
        families = self._store.families
        for binding in (*families.open_of(person_id), *families.open_for(person_id)):
            self.end(binding, EndedBy.DEATH, _PROVINCE)

    def _known(self, told: ToldRelative) -> str | None:
        """Our number for a relative whom the province names; known from now on.

        None where its word cannot be used: a number that is none, or two people here.
        """
        try:
            id_number = check_id_number(told.id_number)
            person = Person(
                person_id=uuid.uuid4().hex,
                psn_no=told.psn_no,
                name=told.name,
                id_number=id_number,
                gender="1" if int(id_number[16]) % 2 else "2",
                born=born_of(id_number),
            )
            known = self._store.people.known_as(person)
        except Refused as fault:
            log.info("a relative whom the province names is left out: %s", fault)
            return None
        if known is None:
            self._store.people.keep(person)
        return known or person.person_id

    def _under(self, visit: Visit) -> Binding:
        for binding in self._store.families.in_force(visit.holder_id or "", self._now().date()):
            if binding.member_id == visit.person_id:
                return binding
        raise Refused("family.binding_ended")

    def _note_end(self, binding: Binding, ended_by: EndedBy, by: str | None) -> None:
        facts = {**_facts(binding), "ended_by": ended_by.value}
        self._store.ledger.add(Deed.UNBOUND, self._now(), facts, by)
        if self._counter.front is None or ended_by is EndedBy.REPLACED:
            return
        visit = self._store.visits.visit(self._counter.front)
        if visit.binding_id == binding.binding_id and visit.state in NOT_AGREED:
            self._counter.notices[visit.visit_id] = Notice(ENDED)


def _facts(binding: Binding) -> dict[str, object]:
    return {
        "binding_id": binding.binding_id,
        "holder": binding.holder_id,
        "member": binding.member_id,
        "basis": binding.basis.value,
        "until": binding.valid_until.isoformat(),
    }
