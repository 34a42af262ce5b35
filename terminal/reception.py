"""Who it is: from a face or an ID number to a person the doctor has confirmed.

A recognised face, a relative's choice and a typed ID number all end as a card before
the doctor; nobody is treated, let alone charged, on a camera's word.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence

from terminal.bindings import Bindings
from terminal.board import Comparison, FaceSeen, Workplace
from terminal.core.boxes import ScanMode
from terminal.core.faults import Refused
from terminal.core.people import Identified, Person, check_id_number
from terminal.core.recognition import Known, Sighting
from terminal.core.visit import VisitEvent, VisitState
from terminal.province.enquiry import Enquiry
from terminal.relatives import Relatives
from terminal.store.visits import Visit
from terminal.visits_aside import DONE, WAITS_BY_ITSELF, VisitsAside

_DOUBTED_MAX = 4
"""More cards than this nobody compares at a glance; triplets are the most we expect."""


class Reception:
    """The doctor's and the resident's verbs about who it is."""

    def __init__(
        self,
        workplace: Workplace,
        enquiry: Enquiry,
        confirmed_face: Callable[[FaceSeen], None],
        left: Callable[[str], None],
    ) -> None:
        """`confirmed_face` is told of a face that the doctor has confirmed, once; `left`
        of a visit that ended before anything was charged."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._enquiry = enquiry
        self._doctor = workplace.doctor
        self._confirmed_face = confirmed_face
        self._left = left
        self._bindings = Bindings(workplace)
        self._relatives = Relatives(workplace, self._bindings, self._enquire)
        self.choose_person = self._relatives.choose
        self.stands_here = self._relatives.stands_here
        self.aside = VisitsAside(workplace, self._renew)
        self.set_aside = self.aside.set_aside
        self.bring_forward = self.aside.bring_forward

    def recognised(self, known: Known, seen: Sighting) -> str | None:
        """Open a visit for a face that was named, unless the counter is taken.

        A holder of a family account is asked for whom the visit is. Returns the visit's
        id, or None when someone else lies on the counter.
        """
        with self._counter.lock:
            if self._counter.front is not None or self._counter.opening.held():
                return None
            person = self._store.people.person(known.person_id)
            if person is None or self._taken_back([known.person_id]):
                return None  # Enrolled, then removed while the gallery was in use.
            changes = {**_of_face(seen), "similarity": known.similarity}
            visit_id = self.open_visit(lambda opened: self.came(opened, person, changes))
            self._counter.face = FaceSeen(visit_id, person.person_id, seen.templates)
        self._board.publish()
        return visit_id

    def doubted(self, people: Sequence[str], seen: Sighting) -> str | None:
        """Open a visit for a face that two or more people share; a second factor decides.

        Nobody is named on the resident's screen before. Returns the visit's id, or None
        when someone else lies on the counter.
        """
        with self._counter.lock:
            if self._counter.front is not None or self._counter.opening.held():
                return None
            if self._taken_back(people):
                return None
            alike = json.dumps(list(people[:_DOUBTED_MAX]))
            visit_id = self.open_visit(
                lambda opened: self._store.visits.record(
                    opened,
                    VisitEvent.LOOK_ALIKES_FOUND,
                    self._now(),
                    changes={**_of_face(seen), "look_alikes": alike},
                )
            )
            self._counter.face = FaceSeen(visit_id, "", seen.templates)
        self._board.publish()
        return visit_id

    def _taken_back(self, people: Sequence[str]) -> bool:
        """Whether a consent among these ended while the picture was judged, and none is left.

        The caller holds the lock, under which the county's list and the doctor end one.
        """
        given = [each for one in people for each in self._store.faces.consents_of(one)]
        return bool(given) and all(each.withdrawn_at is not None for each in given)

    def open_by_id_number(self, typed: str) -> None:
        """Open a visit for a typed ID number; who it is, the province says.

        Someone known here is shown at once. Raises Refused `person.id_number_wrong`,
        `visit.other_on_counter`.
        """
        id_number = check_id_number(typed)
        with self._counter.lock:
            if self._counter.front is not None:
                raise Refused("visit.other_on_counter")
            person = self._store.people.by_id_number(id_number)

            def present(opened: str) -> None:
                if person is not None:
                    self._present(opened, person.person_id)

            visit_id = self.open_visit(present)
            if person is not None:
                self._compare(visit_id, person.person_id)
        self._enquire(visit_id, id_number)
        self._board.publish()

    def confirm_person(self, visit_id: str) -> None:
        """The doctor says: yes, this is the person before me."""
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            person_id = self._store.visits.visit(visit_id).person_id or ""
            if self._store.families.died_on(person_id) is not None:
                raise Refused("person.died")
            self._store.visits.record(visit_id, VisitEvent.DOCTOR_CONFIRMED_PERSON, self._now())
            face, self._counter.face = self._counter.face, None
        if face is not None and face.person_id:
            self._confirmed_face(face)
        self._board.publish()

    def refuse_person(self, visit_id: str) -> None:
        """The doctor says: no. The visit ends; nothing was asked of anyone's money."""
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._store.visits.record(visit_id, VisitEvent.DOCTOR_REFUSED_PERSON, self._now())
            self._clear(visit_id)
        self._board.publish()

    def leave(self, visit_id: str) -> None:
        """Take the visit off the counter.

        Before an amount is agreed to it ends; with nothing billed it is closed; once
        money is agreed to or moving it only waits elsewhere.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            if visit.state is VisitState.IDENTIFIED:
                self._store.settlements.abandon(visit_id, VisitEvent.CLOSED_UNBILLED, self._now())
            elif visit.state not in (*DONE, *WAITS_BY_ITSELF):
                self._store.settlements.abandon(visit_id, VisitEvent.ABANDONED, self._now())
                self._left(visit_id)
            else:
                self._store.lines.hand_over(visit_id, self._now())
            self._clear(visit_id)
        self._board.publish()

    def call_up(self, visit_id: str) -> None:
        """Bring a visit back to the counter: one that waits, or one that is over, to be
        paid, given back, cancelled or corrected.

        Raises Refused `visit.other_on_counter`, `visit.not_found`.
        """
        with self._counter.lock:
            if self._counter.front is not None:
                raise Refused("visit.other_on_counter")
            visit = self._store.visits.visit(visit_id)
            if visit.state in (VisitState.CLOSED, VisitState.ABANDONED) and not self._paid(visit):
                raise Refused("visit.no_such_step", state=visit.state.value, event="call_up")
            self.aside.lay_in_front(visit)
        self._board.publish()

    def _paid(self, visit: Visit) -> bool:
        """Whether money came in for it: a deposit may have to be given back."""
        return bool(self._store.payments.of_visit(visit.visit_id))

    def learn(self, visit_id: str, id_number: str) -> None:
        """Ask the province who this is, and put the card before the doctor."""
        told, coverage = self._enquiry.person(id_number)
        with self._counter.lock, self._store.transaction():
            person_id = self._store.people.learn(told, coverage)
            acted_before = bool(self._bindings.stands_for(person_id))
            self._bindings.learn(person_id, coverage)
            visit = self._store.visits.visit(visit_id)
            if visit.state is VisitState.OPEN:
                self._present(visit_id, person_id)
            elif not acted_before:
                self._relatives.ask_late(visit, person_id)

    def came(self, visit_id: str, person: Person, changes: Mapping[str, object]) -> None:
        """Someone named stands here: their card, or the question for whom the visit is.

        The caller holds the counter's lock.
        """
        self._bindings.pass_day()
        if self._bindings.stands_for(person.person_id):
            event, whose = VisitEvent.RELATIVE_ASKED, {"holder_id": person.person_id}
        else:
            event, whose = VisitEvent.PERSON_PRESENTED, {"person_id": person.person_id}
        self._store.visits.record(visit_id, event, self._now(), changes={**changes, **whose})
        self._enquire(visit_id, person.id_number)  # Of a holder too: for whom, it knows best.

    def open_visit(self, then: Callable[[str], object]) -> str:
        """Open a visit with what belongs to it, both or neither; then it lies on the counter.

        The caller holds the counter's lock, and has seen that nothing lies there. Raises
        Refused `quiet.held` while the terminal is about to be started anew.
        """
        self._counter.opening.refuse_held()
        visit_id = uuid.uuid4().hex
        with self._store.transaction():
            self._store.visits.open(visit_id, self._doctor(), self._now())
            then(visit_id)
        self._counter.front = visit_id
        self._counter.hint = None
        self._counter.scan = None
        self._counter.mode = ScanMode.SELL  # What was meant before was meant of somebody else.
        return visit_id

    def _present(self, visit_id: str, person_id: str) -> None:
        self._store.visits.record(
            visit_id,
            VisitEvent.PERSON_PRESENTED,
            self._now(),
            changes={"person_id": person_id, "identified": Identified.BY_ID_NUMBER},
        )

    def _compare(self, visit_id: str, person_id: str) -> None:
        """Have the face before the camera held against the claimed person's, if enrolled."""
        if self._store.faces.enrolled(person_id):
            self._counter.comparison = Comparison.of_claimed(visit_id, person_id)

    def _enquire(self, visit_id: str, id_number: str) -> None:
        self._errands.hand_over(f"person:{visit_id}", lambda: self.learn(visit_id, id_number))

    def _renew(self, visit_id: str) -> None:
        """What the province said of this visit's person on another day is asked again."""
        person = self._store.people.person(self._store.visits.visit(visit_id).person_id or "")
        if person is not None:
            self._enquire(visit_id, person.id_number)

    def _clear(self, visit_id: str) -> None:
        """Take this visit off the counter; the caller holds the lock since it saw it there."""
        self.aside.leave_front(self._store.visits.visit(visit_id))
        self._counter.notices.pop(visit_id, None)


def _of_face(seen: Sighting) -> dict[str, object]:
    """What a visit keeps of the face that opened it."""
    return {
        "identified": Identified.BY_FACE,
        "live_score": seen.live_score,
        "challenged": seen.challenged,
    }
