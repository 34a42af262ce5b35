"""When a face is not enough: two who look alike, an amount or a holder that asks for more.

Each question has more than one answer, and the doctor's word is always one of them: a
second factor must never be a dead end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from terminal.assuring import still_asked
from terminal.board import Workplace
from terminal.core.assurance import DIGITS_TRIES_MAX, SecondFactor, digits_fit, digits_help
from terminal.core.faults import Refused
from terminal.core.people import Person
from terminal.core.visit import VisitState
from terminal.store.visits import Visit

Came = Callable[[str, Person, Mapping[str, object]], None]


class Doubts:
    """The verbs that settle who stands here."""

    def __init__(self, workplace: Workplace, came: Came) -> None:
        """`came`: what the reception does with someone named."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._came = came

    def give_digits(self, visit_id: str, digits: str) -> None:
        """The last four of the ID number say which of those who look alike it is; or, where
        more is asked for, that it is who stands here: of a relative, their own.

        Raises Refused `person.digits_wrong` with how many tries are left,
        `person.digits_used_up`, `person.digits_shared`, `person.digits_not_asked`.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            meant = self._meant(visit)
            if not meant:
                raise Refused("person.digits_not_asked")
            left = self.digits_left(visit)
            if left <= 0:
                raise Refused("person.digits_used_up")
            fitting = [person for person in meant if digits_fit(person.id_number, digits)]
            if len(fitting) == 1:
                self._sure(visit, fitting[0], SecondFactor.ID_DIGITS)
            else:  # Counted for two who share them as well: or guessing would be free.
                self._store.visits.note(visit_id, {"digits_tried": visit.digits_tried + 1})
        self._board.publish()
        if len(fitting) > 1:
            raise Refused("person.digits_shared")
        if not fitting and left == 1:
            raise Refused("person.digits_used_up")
        if not fitting:
            raise Refused("person.digits_wrong", left=left - 1)

    def choose_look_alike(self, visit_id: str, person_id: str) -> None:
        """The doctor says which of those who look alike stands here.

        Raises Refused `person.no_look_alike` for anybody else.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            person = self._store.people.person(person_id)
            asked = visit.state is VisitState.DOUBTED and person_id in visit.look_alikes
            if not asked or person is None:
                raise Refused("person.no_look_alike")
            self._sure(visit, person, SecondFactor.DOCTOR)
        self._board.publish()

    def vouch(self, visit_id: str) -> None:
        """The doctor answers for who stands here and for what they do, for all that is asked.

        Raises Refused `visit.assurance_not_asked`.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            if self._counter.assurance_of != visit_id:
                raise Refused("visit.assurance_not_asked")
            answered = self._store.visits.visit(visit_id).answered
            answered = answered | set(self._counter.assurance_why)
            self._store.visits.note(
                visit_id,
                {
                    "second_factor": SecondFactor.DOCTOR,
                    "answered": json.dumps(sorted(answered)),
                },
            )
            self._counter.comparison = None
        self._board.publish()

    def challenge_always(self, visit_id: str, *, wanted: bool) -> None:
        """Ask the visit's person for a challenge at every visit, or no longer."""
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            person_id = visit.holder_id or visit.person_id
            if person_id is None:
                raise Refused("visit.no_person")
            if wanted:
                self._store.faces.set_challenge_always(person_id)
            else:
                self._store.faces.unset_challenge_always(person_id)
        self._board.publish()

    def digits_left(self, visit: Visit) -> int:
        """How often the last digits may still be tried, today and for these people."""
        people = visit.look_alikes or (visit.holder_id or visit.person_id or "",)
        midnight = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        tried = self._store.visits.wrong_digits(people, midnight)
        return max(DIGITS_TRIES_MAX - tried, 0)

    def _meant(self, visit: Visit) -> list[Person]:
        """Of whom the last digits are asked now."""
        if visit.state is VisitState.DOUBTED:
            ids: Sequence[str] = visit.look_alikes
        elif self._counter.assurance_of == visit.visit_id and digits_help(
            still_asked(visit, self._counter.assurance_why)
        ):
            ids = [visit.holder_id or visit.person_id or ""]
        else:
            ids = ()
        found = [self._store.people.person(person_id) for person_id in ids]
        return [person for person in found if person is not None]

    def _sure(self, visit: Visit, person: Person, factor: SecondFactor) -> None:
        """A second factor said who it is. The caller holds the lock."""
        changes = {"second_factor": factor}
        if visit.state is not VisitState.DOUBTED:
            self._store.visits.note(visit.visit_id, changes)
            self._counter.comparison = None
            return
        if self._counter.face is not None and self._counter.face.visit_id == visit.visit_id:
            self._counter.face = replace(self._counter.face, person_id=person.person_id)
        self._came(visit.visit_id, person, changes)
