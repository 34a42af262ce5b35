"""Children whom the province does not know yet: treated now, paid in full, claimed later.

A newborn stands here under its birth certificate. When the registration has come, the
person becomes the one whom the province knows, with everything that was done for them;
and where the region allows it, what was paid in full is offered to be claimed anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from terminal.board import Workplace
from terminal.core.counter import Notice
from terminal.core.faults import Fault, Refused
from terminal.core.ledger import Deed
from terminal.core.money import ZERO
from terminal.core.people import Coverage, Identified, Person, check_id_number, named
from terminal.core.standing import (
    UNREGISTERED,
    Companion,
    Standing,
    StandingRules,
    checked_certificate,
    checked_name,
    refuse_newborn_age,
)
from terminal.core.visit import VisitEvent
from terminal.province.enquiry import Enquiry
from terminal.store.standing import Newborn

MOTHER = "母亲"
GENDERS = ("1", "2")
"""gend of the interface."""


class Newborns:
    """The doctor's verbs about newborns."""

    def __init__(
        self,
        workplace: Workplace,
        enquiry: Enquiry,
        open_visit: Callable[[Callable[[str], object]], str],
        note: Callable[[str, Companion], None],
        rules: StandingRules,
    ) -> None:
        """`note` writes down who stands in with a visit, in the caller's transaction."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._doctor = workplace.doctor
        self._enquiry = enquiry
        self._open_visit = open_visit
        self._note = note
        self._claims = rules.newborn_claims
        self._looked_at: dict[str, str] = {}
        """By child: whose number was shown to the doctor, who is to say it once more."""

    def open_newborn(
        self, birth_certificate: str, name: str, gender: str, born: date, mother_id_number: str
    ) -> None:
        """Open a visit for a child without a registration, brought by the mother.

        The same certificate again is the same child. Raises Refused
        `standing.certificate_wrong`, `standing.newborn_age`, `standing.newborn_differs`,
        `standing.newborn_known` once the registration has come, `visit.other_on_counter`,
        and as core/standing's checks do.
        """
        certificate = checked_certificate(birth_certificate)
        refuse_newborn_age(born, self._now().date())
        mother = check_id_number(mother_id_number)
        unregistered = f"{UNREGISTERED}{certificate}"
        if gender not in GENDERS:
            raise Refused("standing.newborn_differs")
        child = Person(
            uuid.uuid4().hex, unregistered, checked_name(name), unregistered, gender, born
        )

        def opened(visit_id: str) -> None:
            self._present(visit_id, self._known_as(child, certificate), mother)

        with self._counter.lock:
            if self._counter.front is not None:
                raise Refused("visit.other_on_counter")
            self._open_visit(opened)
        self._board.publish()

    def register_newborn(self, birth_certificate: str, id_number: str) -> None:
        """The registration came: the province says who the child is, and the counter says
        what became of it.

        A number under another name than was noted is shown with its name first, and taken
        when the same is said once more: it cannot be undone. Where the region allows claims,
        a visit that was paid in full is then put on the counter, to be corrected; the same
        again offers the next one. Raises Refused
        `standing.newborn_unknown`, `standing.certificate_wrong`, `person.id_number_wrong`.
        """
        certificate = checked_certificate(birth_certificate)
        number = check_id_number(id_number)
        child = self._store.standing.newborn(certificate)
        if child is None:
            raise Refused("standing.newborn_unknown")
        name = f"newborn {child.person_id}"  # No visit of theirs need lie here.
        self._errands.hand_over(name, lambda: self._registered(child, number))
        self._board.publish()

    def _known_as(self, child: Person, certificate: str) -> str:
        """The child's number here; a new one is written down."""
        known = self._store.standing.newborn(certificate)
        if known is None:
            self._store.people.keep(child)
            self._store.people.keep_coverage(child.person_id, self._none_yet())
            self._store.standing.keep_newborn(child.person_id, certificate)
            return child.person_id
        if known.registered_at is not None:
            raise Refused("standing.newborn_known")
        person = self._store.people.person(known.person_id)
        if person is None or (person.gender, person.born) != (child.gender, child.born):
            raise Refused("standing.newborn_differs")
        return known.person_id

    def _present(self, visit_id: str, person_id: str, mother: str) -> None:
        changes = {
            "person_id": person_id,
            "identified": Identified.BY_BIRTH_CERTIFICATE,
            "standing": Standing.NEWBORN,
        }
        event = VisitEvent.PERSON_PRESENTED
        self._store.visits.record(visit_id, event, self._now(), changes=changes)
        known = self._store.people.by_id_number(mother)
        name = MOTHER if known is None else known.name
        companion = Companion(Standing.NEWBORN, name, mother, MOTHER, self._doctor())
        self._note(visit_id, companion)

    def _registered(self, child: Newborn, id_number: str) -> None:
        """Done as an errand; its outcome is what the counter says last."""
        try:
            said = self._look(child, *self._enquiry.person(id_number))
        except Fault as fault:
            facts = {"said": fault.said} if fault.said else {}
            said = Notice(fault.code, facts)
        with self._counter.lock:
            self._counter.scan = said
        self._board.publish()

    def _look(self, child: Newborn, told: Person, coverage: Coverage) -> Notice:
        """Show whose number it is where the names differ; else, or the second time, take it."""
        noted = self._store.people.person(child.person_id)
        shown = self._looked_at.get(child.person_id) == told.psn_no
        fits = noted is not None and (told.born, told.gender) == (noted.born, noted.gender)
        if fits and noted is not None and noted.name != told.name and not shown:
            self._looked_at[child.person_id] = told.psn_no
            return Notice("standing.newborn_look", {"name": named(told)})
        return self._offer(self._become(child, told, coverage))

    def _become(self, child: Newborn, told: Person, coverage: Coverage) -> Newborn:
        """Make the person whom the province knows of the child, or refuse another's number.

        Raises Refused `standing.newborn_other`, `person.two_records`.
        """
        with self._counter.lock, self._store.transaction():
            person = self._store.people.person(child.person_id)
            if person is None or (told.born, told.gender) != (person.born, person.gender):
                raise Refused("standing.newborn_other")
            if child.registered_at is not None:
                if person.psn_no != told.psn_no:
                    raise Refused("standing.newborn_other")
                return child
            if self._store.people.known_as(told) is not None:
                raise Refused("person.two_records")
            at = self._now()
            self._store.people.keep(replace(told, person_id=child.person_id))
            self._store.people.keep_coverage(child.person_id, coverage)
            self._store.standing.registered(child.person_id, at)
            facts = {"person": child.person_id, "standing": Standing.NEWBORN, "registered": True}
            self._store.ledger.add(Deed.STOOD_IN, at, facts)
        return replace(child, registered_at=at)

    def _offer(self, child: Newborn) -> Notice:
        """Put a visit that may be claimed on the counter, where nothing lies there."""
        waiting = self._store.standing.paid_before_registration(child) if self._claims else []
        if not waiting:
            return Notice("standing.newborn_registered")
        with self._counter.lock:
            if self._counter.front is None:
                # Its person may be at home.
                self._counter.front = self._counter.called_up = waiting[0].visit_id
        return Notice("standing.newborn_claims", {"visits": str(len(waiting))})

    def _none_yet(self) -> Coverage:
        """Nobody insures the child yet: what is priced says so, and what is sold is paid."""
        return Coverage(
            insutype="",
            insuplc_admdvs="",
            psn_type="",
            in_force=False,
            balance=ZERO,
            contract=None,
            registrations={},
            fund_used=None,
            as_of=self._now(),
        )
