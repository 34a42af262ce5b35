"""A holder at the counter: for whom they came, and what happens when their leave ends.

A holder stands there by their own face; for whom, they say with one tap. Where the leave
has ended since, or never covered an amount, the doctor may say that the person treated is
here themselves: nobody is sent home for want of a binding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.bindings import NOT_AGREED, Bindings
from terminal.board import Workplace
from terminal.core.assurance import SecondFactor
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.people import Identified
from terminal.core.recognition import Challenged
from terminal.core.standing import Standing
from terminal.core.visit import VisitEvent, VisitState
from terminal.store.visits import Visit

_IN_PERSON: Mapping[str, object] = {
    "holder_id": None,
    "binding_id": None,
    "standing": Standing.SELF,
    "identified": Identified.BY_ID_NUMBER,
    "second_factor": SecondFactor.DOCTOR,
    "challenged": Challenged.NOT_ASKED,
    "face_agrees": None,
    "similarity": None,
    "live_score": None,
}
"""What the camera saw was the relative's face: none of it speaks for the person."""


class Relatives:
    """The verbs about who stands at the counter for whom, under a binding."""

    def __init__(
        self, workplace: Workplace, bindings: Bindings, enquire: Callable[[str, str], None]
    ) -> None:
        """`enquire` asks the province later who a visit's person is, by ID number."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._bindings = bindings
        self._enquire = enquire

    def choose(self, visit_id: str, person_id: str) -> None:
        """The relative says for whom: themselves, or a member bound to them today.

        Raises Refused `person.not_bound` for anyone else, or where the binding ended
        since the cards were drawn.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            holder = self._store.visits.visit(visit_id).holder_id
            stands_for = self._bindings.stands_for(holder or "")
            bound = {binding.member_id: binding for binding in stands_for}
            if person_id == holder:
                changes: dict[str, object] = {"person_id": holder, "holder_id": None}
            elif person_id in bound:
                changes = {
                    "person_id": person_id,
                    "identified": Identified.BY_RELATIVE,
                    "standing": Standing.FAMILY,
                    "binding_id": bound[person_id].binding_id,
                }
            else:
                raise Refused("person.not_bound")
            self._store.visits.record(
                visit_id, VisitEvent.PERSON_PRESENTED, self._now(), changes=changes
            )
        person = self._store.people.person(person_id)
        if person is not None:
            self._enquire(visit_id, person.id_number)
        self._board.publish()

    def ask_late(self, visit: Visit, person_id: str) -> None:
        """Only now, from the province, it is known that a recognised face acts for others:
        ask for whom, unless the doctor has confirmed the card already.

        The caller holds the counter's lock.
        """
        named = visit.state is VisitState.PRESENTED and visit.identified is Identified.BY_FACE
        theirs = visit.person_id == person_id and visit.holder_id is None
        if named and theirs and self._bindings.stands_for(person_id):
            self._store.visits.record(
                visit.visit_id,
                VisitEvent.RELATIVE_ASKED,
                self._now(),
                changes={"holder_id": person_id, "person_id": None},
            )

    def stands_here(self, visit_id: str) -> None:
        """The doctor says: the person treated is here themselves, no relative is needed.

        The way on where a binding has ended, or covers taking drugs home only. Raises
        Refused `visit.nobody_for_them`, `person.died`, and `visit.no_such_step` once an
        amount is agreed to.
        """
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            if visit.holder_id is None or visit.person_id is None:
                raise Refused("visit.nobody_for_them")
            if visit.state not in NOT_AGREED:
                raise Refused("visit.no_such_step", state=visit.state.value, event="stands_here")
            if self._store.families.died_on(visit.person_id) is not None:
                raise Refused("person.died")
            self._store.visits.note(visit_id, _IN_PERSON)
            facts = {
                "visit_id": visit_id,
                "person": visit.person_id,
                "instead_of": visit.holder_id,
                "binding_id": visit.binding_id,
            }
            self._store.ledger.add(Deed.PERSON_CONFIRMED, self._now(), facts)
            if self._counter.assurance_of == visit_id:
                self._counter.assurance_of = self._counter.comparison = None
            self._counter.notices.pop(visit_id, None)
        self._board.publish()
