"""A binding ended at once, by either side: from the doctor's page, or at the counter."""

from __future__ import annotations

from terminal.bindings import Bindings
from terminal.board import Workplace
from terminal.core.families import Basis, Binding, EndedBy
from terminal.core.faults import Refused
from terminal.core.people import Identified, Person
from terminal.core.people_views import BindingStep, FamilyView
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from terminal.family_lines import FamilyLines
from terminal.store.visits import Visit

_SIDES = {"holder": EndedBy.HOLDER, "member": EndedBy.MEMBER, "doctor": EndedBy.DOCTOR}

_UNCERTAIN_WHO = (VisitState.OPEN, VisitState.DOUBTED)


class Unbinding:
    """Ends bindings for whoever stands on one side of them."""

    def __init__(self, workplace: Workplace) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._bindings = Bindings(workplace)
        self._lines = FamilyLines(workplace.store, workplace.now)

    def here(self, visit_id: str) -> FamilyView:
        """The bindings of whoever was recognised at the counter, either side.

        Raises Refused `visit.other_on_counter`, `family.not_certain`.
        """
        with self._counter.lock:
            return self.of(self._own(visit_id))

    def unbind_here(self, visit_id: str, binding_id: str) -> None:
        """Whoever was recognised at the counter ends one of their own, by themselves.

        Raises as `here` and `end` do.
        """
        with self._counter.lock:
            self.end(self._own(visit_id), binding_id)
        self._board.publish()

    def end(self, person: Person, binding_id: str, side: str = "") -> bool:
        """End a binding of this person's; returns whether the province knows of it as well,
        where it must be ended too. `side` asks for it: the person's own, or the doctor.

        Raises Refused `family.not_theirs`, `family.binding_ended`. The caller holds the
        counter's lock.
        """
        binding = self._store.families.binding(binding_id)
        theirs = None if binding is None else _side_of(binding, person.person_id)
        if binding is None or theirs is None or side not in ("", theirs, "doctor"):
            raise Refused("family.not_theirs")
        ended_by = _SIDES[side or theirs]
        by = None if ended_by is EndedBy.DOCTOR else ended_by.value
        if not self._bindings.end(binding, ended_by, by):
            raise Refused("family.binding_ended")
        return binding.basis is Basis.PROVINCE

    def standing(self, visit_id: str) -> Person:
        """Who stands at the counter, known by their own face or by the doctor's word.

        The caller holds the counter's lock. Raises as `here` does.
        """
        self._counter.on_counter(visit_id)
        visit = self._store.visits.visit(visit_id)
        person = self._store.people.person(visit.holder_id or visit.person_id or "")
        if person is None or not _is_certain(visit):
            raise Refused("family.not_certain")
        return person

    def _own(self, visit_id: str) -> Person:
        """Who stands there and may see and end what is theirs, without the doctor.

        Nobody at a visit that was called up again: its person may be at home, and whoever
        taps the screen is somebody else. Nor where the face before the camera was not the
        one that is kept of them, whatever a doctor said since. The caller holds the lock.
        Raises as `here` does.
        """
        person = self.standing(visit_id)
        disagrees = self._store.visits.visit(visit_id).face_agrees is False
        if disagrees or self._counter.called_up == visit_id:
            raise Refused("family.not_certain")
        return person

    def of(self, person: Person) -> FamilyView:
        """A person with their bindings, and nothing under way."""
        return FamilyView(
            step=BindingStep.HOLDER,
            holder=self._lines.person(person.person_id),
            bindings=self._lines.bindings(person.person_id),
            aid_payers=self._lines.aid_payers(person.person_id),
        )


def _side_of(binding: Binding, person_id: str) -> str | None:
    """On which side of a binding this person stands; on none of somebody else's."""
    sides = {binding.holder_id: "holder", binding.member_id: "member"}
    return sides.get(person_id)


def _is_certain(visit: Visit) -> bool:
    """Their own face named them, a second factor did, or the doctor has confirmed them."""
    if visit.state in _UNCERTAIN_WHO or visit.standing not in (Standing.SELF, Standing.FAMILY):
        return False  # Who was sent, or came with them, is not they.
    by_number = visit.identified in (Identified.BY_ID_NUMBER, Identified.BY_CODE)
    return not (by_number and visit.state is VisitState.PRESENTED)
