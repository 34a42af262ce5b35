"""Family accounts (亲情账户) on the doctor's page: one binding made, and any ended.

What is typed and seen on the way lives here in memory and is dropped with the page. The
member's own face decides where they have one here; documents do for a child; for whoever
can give no face the doctor answers, twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from terminal.binding_terms import BindingTerms
from terminal.bindings import Bindings
from terminal.board import Workplace
from terminal.core.binding_page import LOOK_MAX_S, BindingPage
from terminal.core.families import Basis, Scope, Terms
from terminal.core.family_rules import FamilyRules
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.people import Person, check_id_number
from terminal.core.people_views import BindingStep, FamilyView
from terminal.family_lines import FamilyLines
from terminal.province.enquiry import Enquiry
from terminal.unbinding import Unbinding


class Families:
    """The doctor's verbs about bindings, and those of whoever stands at the counter."""

    def __init__(
        self,
        workplace: Workplace,
        enquiry: Enquiry,
        rules: FamilyRules,
        face_route: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`face_route`: whether the camera that is there may vouch for a face; `clock` in
        seconds, for what lasts too long."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._enquiry = enquiry
        self._clock = clock
        self._bindings = Bindings(workplace)
        self._terms = BindingTerms(workplace, rules, face_route)
        self._unbinding = Unbinding(workplace)
        self._lines = FamilyLines(workplace.store, workplace.now)
        self._page: BindingPage | None = None
        self.here = self._unbinding.here
        self.unbind_here = self._unbinding.unbind_here

    def view(self) -> FamilyView | None:
        """The page of this moment; None while nobody is named."""
        with self._counter.lock:
            self._pass_time()
            page = self._page
            if page is None:
                return None
            shown = (
                FamilyView(page.step) if page.holder is None else self._unbinding.of(page.holder)
            )
            member = page.member
            return replace(
                shown,
                step=page.step,
                member=None if member is None else self._lines.person(member.person_id),
                may=() if member is None else self._terms.may_rest_on(member),
                hint=page.hint,
                notice=page.notice,
                said=page.said,
                asked=page.agreed_to(),
            )

    # --- who the holder and the member are
    def begin(self, id_number: str) -> None:
        """Ask who this holder is, and show their bindings.

        Raises Refused `person.id_number_wrong`.
        """
        number = check_id_number(id_number)
        with self._counter.lock:
            page = self._page = BindingPage(BindingStep.ASKING, self._clock())
        self._ask_later(page, number)

    def begin_of_visit(self, visit_id: str) -> None:
        """The same for whoever stands at the counter.

        Raises Refused `visit.other_on_counter`, `family.not_certain`.
        """
        with self._counter.lock:
            holder = self._unbinding.standing(visit_id)
            self._page = BindingPage(BindingStep.HOLDER, self._clock(), holder)
        self._board.publish()

    def name_member(self, id_number: str) -> None:
        """Ask whom to bind.

        Raises Refused `person.id_number_wrong`, `family.no_such_step`.
        """
        number = check_id_number(id_number)
        with self._counter.lock:
            page, _ = self._named()
            page.ask_anew(self._clock())
        self._ask_later(page, number)

    def stop(self) -> None:
        """Back to where nobody is named; nothing more is kept."""
        with self._counter.lock:
            self._page = None
        self._board.publish()

    # --- a binding made; each raises Refused as core.family_rules says, `family.no_such_step`
    def bind_by_face(self, relation: str, scopes: frozenset[Scope], valid_until: date) -> None:
        """The member looks at the camera now; bound when it is they, and alive.

        Raises Refused `family.member_not_enrolled`, `camera.virtual`.
        """
        terms = Terms(relation.strip(), scopes, valid_until)
        with self._counter.lock:
            page, holder, member = self._both()
            self._terms.refuse(holder, member, Basis.FACE, terms)
            if not self._store.faces.enrolled(member.person_id):
                raise Refused("family.member_not_enrolled")
            if not self._terms.face_route():
                raise Refused("camera.virtual")
            page.move(BindingStep.LOOKING, self._clock())
            page.terms = terms
        self._board.publish()

    def bind_by_documents(
        self, relation: str, scopes: frozenset[Scope], valid_until: date, document: str
    ) -> None:
        """The doctor has seen the documents of a member under sixteen."""
        terms = Terms(relation.strip(), scopes, valid_until, document=document.strip())
        with self._counter.lock:
            self._bind(Basis.DOCUMENTS, terms, BindingStep.MEMBER, BindingStep.WITNESSING)
        self._board.publish()

    def bind_by_witness(
        self, relation: str, scopes: frozenset[Scope], valid_until: date, reason: str
    ) -> None:
        """The member can give no face; asked a second time before it holds."""
        terms = Terms(relation.strip(), scopes, valid_until, reason=reason.strip())
        with self._counter.lock:
            page, holder, member = self._both()
            self._terms.refuse(holder, member, Basis.WITNESS, terms)
            page.move(BindingStep.WITNESSING, self._clock())
            page.terms = terms
        self._board.publish()

    def confirm_witness(self) -> None:
        """The second confirmation of `bind_by_witness`."""
        with self._counter.lock:
            terms = None if self._page is None else self._page.terms
            self._bind(Basis.WITNESS, terms, BindingStep.WITNESSING)
        self._board.publish()

    def unbind(self, binding_id: str, side: str) -> None:
        """End a binding of the page's person at once; `side`: holder, member or doctor.

        Raises Refused `family.not_theirs`, `family.binding_ended`, `family.no_such_step`.
        """
        with self._counter.lock:
            page, person = self._named()
            at_the_province_too = self._unbinding.end(person, binding_id, side)
            page.notice = "family.ended_here_only" if at_the_province_too else None
        self._board.publish()

    # --- what the thread that looks asks and tells
    def looked_for(self) -> str | None:
        """Whose face is waited for now. Lets time pass as well."""
        with self._counter.lock:
            changed = self._pass_time()
            member_id = None if self._page is None else self._page.looking()
        if changed:
            self._board.publish()
        return member_id

    def hint(self, code: str) -> None:
        """What the member can do meanwhile."""
        with self._counter.lock:
            page = self._page
            if page is None or page.looking() is None or page.hint == code:
                return
            page.hint = code
        self._board.publish()

    def agreed(self, member_id: str) -> None:
        """The member's own face was there, alive: the binding is made, if it still may be."""
        with self._counter.lock:
            page = self._page
            if page is None or page.looking() != member_id:
                return
            try:
                self._bind(Basis.FACE, page.terms, BindingStep.LOOKING)
            except Fault as fault:
                page.look_again(fault.code, self._clock())
            if self._counter.front is None:
                self._counter.departed = member_id  # Not to be greeted as a patient now.
        self._board.publish()

    def in_vain(self, member_id: str, code: str) -> None:
        """It was not the member's face, or nothing alive: back to the other ways."""
        with self._counter.lock:
            page = self._page
            if page is None or page.looking() != member_id:
                return
            page.look_again(code, self._clock())
        self._board.publish()

    # --- the steps; the caller holds the counter's lock
    def _ask_later(self, page: BindingPage, id_number: str) -> None:
        """Takes the lock itself. A queue that is full ends the page."""
        asked = page.asked
        try:
            self._errands.hand_over("family", lambda: self._ask(page, asked, id_number))
        except Fault:
            self.stop()
            raise
        self._board.publish()

    def _ask(self, page: BindingPage, asked: int, id_number: str) -> None:
        """The errand: ask who it is, then go on. Takes the lock itself."""
        failed: Fault = Refused("enrolment.no_such_person")
        person: Person | None = None
        try:
            person = self._told(id_number)
            if person is not None and page.holder is not None:
                self._terms.refuse_pair(page.holder, person)
        except Fault as fault:
            failed, person = fault, None
        with self._counter.lock:
            current = self._page is page and page.asked == asked
            if not current or page.step is not BindingStep.ASKING:
                return
            if person is None:
                page.not_found(failed, self._clock())
            else:
                page.found(person, self._clock())
        self._board.publish()

    def _told(self, id_number: str) -> Person | None:
        """Whom the province names; while it is silent, whom we know."""
        try:
            told, coverage = self._enquiry.person(id_number)
        except (Unavailable, Uncertain):
            known = self._store.people.by_id_number(id_number)
            if known is None:
                raise
            return known
        with self._counter.lock, self._store.transaction():
            person_id = self._store.people.learn(told, coverage)
            self._bindings.learn(person_id, coverage)
        return self._store.people.person(person_id)

    def _bind(self, basis: Basis, terms: Terms | None, *at: BindingStep) -> None:
        """Make the binding, from one of these steps alone."""
        page, holder, member = self._both()
        if terms is None or page.step not in at:
            raise Refused("family.no_such_step", step=page.step.value)
        self._terms.bind(holder, member, basis, terms)
        page.move(BindingStep.DONE, self._clock())
        page.terms = None

    def _named(self) -> tuple[BindingPage, Person]:
        page = self._page
        if page is None or page.holder is None:
            raise Refused("family.no_such_step")
        return page, page.holder

    def _both(self) -> tuple[BindingPage, Person, Person]:
        page, holder = self._named()
        if page.member is None:
            raise Refused("family.no_such_step", step=page.step.value)
        return page, holder, page.member

    def _pass_time(self) -> bool:
        """End what lasts too long; whether anything changed."""
        page, now_s = self._page, self._clock()
        if page is None:
            return False
        if page.looking() is not None and now_s - page.since_s >= LOOK_MAX_S:
            page.look_again("family.face_timed_out", now_s)
            return True
        if not page.in_time(now_s):
            self._page = None
            return True
        return False
