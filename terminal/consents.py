"""Consent taken back in two taps, and everything that is held shown to whose it is.

Whoever stands there must be certain: their own face with the doctor's word, or their ID
number with it. For a child under fourteen it is the guardian; for nobody else anybody.
"""

from __future__ import annotations

from terminal.board import Workplace
from terminal.core.consent import EndedConsent, guardian_wanted
from terminal.core.families import Basis, Binding, Scope
from terminal.core.faults import Fault, Refused
from terminal.core.people import Identified, Person
from terminal.core.people_views import Forgotten, HeldView
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from terminal.enrolment import Enrolment
from terminal.held import Held
from terminal.retention import Retention
from terminal.store.visits import Visit

_HERE = (
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.WAITING,
    VisitState.PRICED,
    VisitState.CONFIRMED,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
    VisitState.PARTLY_SETTLED,
    VisitState.SETTLED,
    VisitState.HANDED_OVER,
    VisitState.SETTLED_THERE,
    VisitState.CLOSED,
)
"""A doctor has said who it is."""

_SHOWN_MAX = 200
"""Of those who will be forgotten; a village has a few a year."""

_PAPERS = (Basis.DOCUMENTS, Basis.PROVINCE)
"""What says that a relative is a child's guardian."""


class Consents:
    """The verbs about what people agreed to."""

    def __init__(
        self, workplace: Workplace, enrolment: Enrolment, retention: Retention, held: Held
    ) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._enrolment = enrolment
        self._retention = retention
        self._held = held

    def withdraw(self, visit_id: str) -> None:
        """The visit's own person, or a child's guardian, takes the consent back: everything
        of the face is erased at once. The visit goes on.

        Raises Refused `visit.other_on_counter`, `visit.not_found`, `consent.not_theirs`,
        `consent.nothing_kept`.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            person, by = self._own(visit)
            if not self._kept(person):
                raise Refused("consent.nothing_kept")
            self._enrolment.erase(person.person_id, by)
            self._forget(person)
        self._board.publish()

    def end(self, person_id: str, by: EndedConsent) -> None:
        """The consent was taken back elsewhere: everything of the face is erased at once."""
        with self._counter.lock:
            self._enrolment.erase(person_id, by)
            person = self._store.people.person(person_id)
            if person is not None:
                self._forget(person)
        self._board.publish()

    def held(self, visit_id: str) -> HeldView:
        """Everything held about the visit's own person; for a relative bound with leave to
        ask, what was paid and nothing else.

        Raises Refused `visit.other_on_counter`, `visit.not_found`, `consent.not_theirs`.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            try:
                person, _ = self._own(visit)
            except Refused:
                person = self._asked_about(visit)
                told = self._held.money_only(person)
                return HeldView(self._held.line(person), told, may_withdraw=False)
        line, lines = self._held.line(person), self._held.everything(person)
        return HeldView(line, lines, self._kept(person))

    def may_withdraw(self, visit: Visit) -> bool:
        """Whether whoever stands there may take a consent back, and there is one."""
        try:
            person, _ = self._own(visit)
        except Fault:
            return False
        return self._kept(person)

    def forgotten_soon(self) -> tuple[Forgotten, ...]:
        """Whose unused face will be erased, the earliest first."""
        return tuple(
            Forgotten(self._held.line(person), day)
            for person_id, day in self._retention.going()[:_SHOWN_MAX]
            if (person := self._store.people.person(person_id)) is not None
        )

    def _own(self, visit: Visit) -> tuple[Person, EndedConsent]:
        """Whose visit it is, and by whose word something is asked of it here and now.

        Raises Refused `consent.not_theirs`.
        """
        person = self._person(visit)
        if visit.holder_id is not None and visit.holder_id != visit.person_id:
            binding = self._binding(visit)
            if guardian_wanted(person, self._now().date()) and self._is_guardian(binding):
                return person, EndedConsent.GUARDIAN
            raise Refused("consent.not_theirs", why="relative")
        known = visit.identified in (Identified.BY_FACE, Identified.BY_ID_NUMBER)
        here = visit.standing in (Standing.SELF, Standing.BROUGHT)
        if not known or not here or visit.face_agrees is False:
            raise Refused("consent.not_theirs", why="not_certain")
        return person, EndedConsent.PERSON

    def _asked_about(self, visit: Visit) -> Person:
        """Whom a bound relative may ask about. Raises Refused `consent.not_theirs`."""
        person = self._person(visit)
        if visit.holder_id is None or Scope.ASK not in self._binding(visit).scopes:
            raise Refused("consent.not_theirs", why="no_leave_to_ask")
        return person

    def _person(self, visit: Visit) -> Person:
        """The visit's person, where a doctor has said today that it is they."""
        called_up = self._counter.called_up == visit.visit_id
        person = self._store.people.person(visit.person_id or "")
        if person is None or visit.state not in _HERE or called_up:
            raise Refused("consent.not_theirs", why="not_confirmed")
        return person

    def _binding(self, visit: Visit) -> Binding:
        """The binding under which the relative stands here, in force today."""
        families, today = self._store.families, self._now().date()
        binding = families.binding(visit.binding_id or "")
        if binding is None or not families.holds(binding, today):
            raise Refused("consent.not_theirs", why="no_binding")
        return binding

    def _is_guardian(self, binding: Binding) -> bool:
        """By papers that were seen, by the province's word, or as who agreed for the child."""
        holder = self._store.people.person(binding.holder_id)
        agreed = {
            each.consent.guardian for each in self._store.faces.consents_of(binding.member_id)
        }
        return binding.basis in _PAPERS or (holder is not None and holder.name in agreed)

    def _kept(self, person: Person) -> bool:
        faces = self._store.faces
        return faces.enrolled(person.person_id) or bool(faces.consent_in_force(person.person_id))

    def _forget(self, person: Person) -> None:
        """Let nothing of the face stay in memory. The caller holds the counter's lock."""
        comparison, face = self._counter.comparison, self._counter.face
        if comparison is not None and comparison.person_id == person.person_id:
            self._counter.comparison = None
        if face is not None and face.person_id in ("", person.person_id):
            self._counter.face = None
