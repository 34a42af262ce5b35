"""Who comes with or for somebody without a binding: brought, sent, a code, a newborn.

Whoever is present needs no binding, only the doctor's word. For whoever is absent somebody
may be sent once, for chronic-disease drugs; and an insurance code on a relative's phone
counts as the person's own card. Who stood in is noted before anything is billed.
"""

from __future__ import annotations

from collections.abc import Callable

from terminal.bindings import Bindings
from terminal.board import Comparison, Workplace
from terminal.core.faults import Refused, Unavailable, Uncertain
from terminal.core.ledger import Deed
from terminal.core.people import Coverage, Identified, Person, check_id_number
from terminal.core.standing import (
    Companion,
    Standing,
    StandingRules,
    checked_name,
    checked_relation,
    refuse_helper,
)
from terminal.core.visit import VisitEvent, VisitState
from terminal.newborns import Newborns
from terminal.province.enquiry import Enquiry

CODE_CHARS_MAX = 50
"""mdtrt_cert_no of 1101 is C50; what a phone shows has 28."""

_BROUGHT_IN = (
    VisitState.PRESENTED,
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.PRICED,
)
"""Where somebody may still be noted: afterwards it was agreed to as it stood."""

Opens = Callable[[Callable[[str], object]], str]
"""Puts a new visit on the counter together with what belongs to it (reception)."""


class Companions:
    """The doctor's verbs about whoever stands in (kiosk_ui/desk_people.Companions)."""

    def __init__(
        self, workplace: Workplace, enquiry: Enquiry, open_visit: Opens, rules: StandingRules
    ) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._doctor = workplace.doctor
        self._enquiry = enquiry
        self._open_visit = open_visit
        self._rules = rules
        self._bindings = Bindings(workplace)
        newborns = Newborns(workplace, enquiry, open_visit, self._note, rules)
        self.open_newborn = newborns.open_newborn
        self.register_newborn = newborns.register_newborn

    def brought_by(self, visit_id: str, name: str, relation: str, id_number: str) -> None:
        """The person is here; the adult who brought them is noted. The last word holds.

        `id_number` may be empty: not everybody carries a card. Raises Refused as the checks
        of core/standing and people.check_id_number do, `standing.no_person_yet`,
        `standing.already` where somebody stands in another way.
        """
        noted = self._companion(Standing.BROUGHT, name, relation, id_number)
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            person = self._store.people.person(visit.person_id or "")
            if person is None or visit.state not in _BROUGHT_IN:
                raise Refused("standing.no_person_yet")
            if visit.standing not in (Standing.SELF, Standing.BROUGHT):
                raise Refused("standing.already")
            if noted.id_number:
                refuse_helper(noted.id_number, person.id_number, self._now().date())
            self._store.visits.note(visit_id, {"standing": Standing.BROUGHT})
            self._note(visit_id, noted)
        self._board.publish()

    def open_by_code(self, code: str, name: str, relation: str) -> None:
        """Open a visit by the person's own insurance code (医保码); who it is, the province
        says. With a name it was shown on that relative's phone.

        The code goes to the province and is stored nowhere. Raises Refused
        `standing.code_wrong`, `visit.other_on_counter`, and as `brought_by` does.
        """
        code = code.strip()
        if not code.isascii() or not code.isprintable() or not 1 <= len(code) <= CODE_CHARS_MAX:
            raise Refused("standing.code_wrong", most=CODE_CHARS_MAX)
        shown = self._companion(Standing.CODE_SHOWN, name, relation, "") if name else None

        def opened(visit_id: str) -> None:
            if shown is not None:
                self._store.visits.note(visit_id, {"standing": Standing.CODE_SHOWN})
                self._note(visit_id, shown)

        with self._counter.lock:
            visit_id = self._opened(opened)
        self._errands.hand_over(f"person:{visit_id}", lambda: self._learn_by_code(visit_id, code))
        self._board.publish()

    def open_errand(
        self, id_number: str, helper_name: str, helper_id_number: str, relation: str
    ) -> None:
        """Open a visit of an absent person for whom somebody was sent (代办), this once.

        Who the person is and what is registered for them, the province says; while it is
        away, what it said last. Raises Refused `standing.errands_off`,
        `visit.other_on_counter`, and as `brought_by` does.
        """
        if not self._rules.errands:
            raise Refused("standing.errands_off")
        number = check_id_number(id_number)
        helper = self._companion(Standing.ERRAND, helper_name, relation, helper_id_number)
        if not helper.id_number:
            raise Refused("person.id_number_wrong", reason="form", length=0)
        refuse_helper(helper.id_number, number, self._now().date())

        def opened(visit_id: str) -> None:
            self._store.visits.note(visit_id, {"standing": Standing.ERRAND})
            self._note(visit_id, helper)

        with self._counter.lock:
            visit_id = self._opened(opened)
        self._errands.hand_over(f"person:{visit_id}", lambda: self._learn_errand(visit_id, number))
        self._board.publish()

    def _learn_by_code(self, visit_id: str, code: str) -> None:
        told, coverage = self._enquiry.by_code(code)
        with self._counter.lock, self._store.transaction():
            person_id = self._learnt(told, coverage)
            self._present(visit_id, person_id, Identified.BY_CODE)
            alone = self._store.visits.visit(visit_id).standing is Standing.SELF
            if alone and self._counter.front == visit_id and self._store.faces.enrolled(person_id):
                self._counter.comparison = Comparison.of_claimed(visit_id, person_id)

    def _learn_errand(self, visit_id: str, id_number: str) -> None:
        """Raises Refused `standing.errand_no_registration`, `standing.errand_today`, and what
        the province raises where this person was never asked about before."""
        told: Person | None = None
        known = self._store.people.by_id_number(id_number)
        try:
            told, coverage = self._enquiry.person(id_number)
        except (Unavailable, Uncertain):
            kept = None if known is None else self._store.people.coverage(known.person_id)
            if kept is None:
                raise
            coverage = kept
        if not coverage.registrations:
            raise Refused("standing.errand_no_registration")
        with self._counter.lock, self._store.transaction():
            # What was told last is no news: a death that was told since stays one.
            person_id = "" if known is None else known.person_id
            if told is not None:
                person_id = self._learnt(told, coverage)
            midnight = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
            if self._store.standing.errand_since(person_id, midnight, visit_id):
                raise Refused("standing.errand_today")
            self._present(visit_id, person_id, Identified.BY_ID_NUMBER)

    def _learnt(self, told: Person, coverage: Coverage) -> str:
        person_id = self._store.people.learn(told, coverage)
        self._bindings.learn(person_id, coverage)
        return person_id

    def _present(self, visit_id: str, person_id: str, identified: Identified) -> None:
        if self._store.visits.visit(visit_id).state is VisitState.OPEN:
            changes = {"person_id": person_id, "identified": identified}
            event = VisitEvent.PERSON_PRESENTED
            self._store.visits.record(visit_id, event, self._now(), changes=changes)

    def _opened(self, then: Callable[[str], object]) -> str:
        if self._counter.front is not None:
            raise Refused("visit.other_on_counter")
        return self._open_visit(then)

    def _companion(self, standing: Standing, name: str, relation: str, id_number: str) -> Companion:
        number = check_id_number(id_number) if id_number.strip() else ""
        told = checked_name(name), number, checked_relation(relation)
        return Companion(standing, *told, noted_by=self._doctor())

    def _note(self, visit_id: str, companion: Companion) -> None:
        """Write down who stands in, with its line in the ledger, in one transaction."""
        facts = {
            "visit": visit_id,
            "standing": companion.standing,
            "relation": companion.relation,
        }
        self._store.families.note_companion(visit_id, companion, self._now())
        self._store.ledger.add(Deed.STOOD_IN, self._now(), facts)
