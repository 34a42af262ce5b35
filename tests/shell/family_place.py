"""A running desk with its family page, and a camera that shows what a test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from terminal.bindings import Bindings
from terminal.board import Workplace
from terminal.core.consent import Consent
from terminal.core.counter import VisitView
from terminal.core.families import ALL_SCOPES, ToldBinding, ToldRelative
from terminal.core.family_rules import FamilyRules
from terminal.core.faults import Fault
from terminal.core.money import ZERO
from terminal.core.people import Coverage
from terminal.core.people_views import FamilyView
from terminal.core.recognition import Known
from terminal.core.visit import VisitState
from terminal.families import Families
from terminal.lockout import Lockout, LockoutRule
from terminal.member_look import MemberLook
from terminal.province.enquiry import Enquiry
from tests.clinic import CLINIC, COLD, WAIT_S
from tests.counter import Counter
from tests.shell.faces_in import Watch, template
from tests.shell.sights import Eyes, Frame, Sight, alive, gaze

MOTHER = "991024199007081045"
"""李秀英, who may act for her child by the province's word as well where it says so."""

SEEN = alive()


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


class FamilyPlace:
    """The doctor's family page at a running counter."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.store, self.clock = counter.store, counter.clock
        desk = counter.desk
        self.desk = desk
        place = self.place = Workplace(
            self.store,
            desk.counter,
            desk.board,
            desk.errands,
            counter.clock,
            lambda: CLINIC.doctor_code,
        )
        self.watch = Watch()
        self.lens = True
        self.page = Families(
            place, Enquiry(counter.session), FamilyRules(), lambda: self.lens, self.watch
        )
        self.bindings = Bindings(place)
        self.eyes = Eyes()
        rule = LockoutRule(3, timedelta(minutes=5), timedelta(minutes=5))
        self.look = MemberLook(
            gaze(self.store, counter.clock, self.eyes),
            Lockout(self.store.face_record, rule, counter.clock),
            self.page,
        )

    @property
    def today(self) -> date:
        return self.clock().date()

    def in_a_year(self) -> date:
        return self.today + timedelta(days=365)

    def view(self) -> FamilyView:
        view = self.page.view()
        assert view is not None
        return view

    def begun(self, holder: str, member: str = "") -> FamilyView:
        """The page with the holder, and the member if one is given."""
        self.page.begin(holder)
        assert self.desk.errands.rest(WAIT_S)
        if member:
            self.page.name_member(member)
            assert self.desk.errands.rest(WAIT_S)
        return self.view()

    def bound_by_documents(self, holder: str, member: str) -> str:
        """Returns the binding's number."""
        self.begun(holder, member)
        self.page.bind_by_documents("儿子", ALL_SCOPES, self.in_a_year(), "户口簿")
        return self.view().bindings[0].binding_id

    def enrolled(self, id_number: str) -> str:
        person_id = self.counter.knows(id_number)
        keyed = {f"key-{person_id}": template(0.0)}
        consent = Consent("1", CLINIC.doctor_code)
        self.store.people.enrol(person_id, consent, keyed, self.clock())
        return person_id

    def show(self, *seen: Sight) -> FamilyView:
        """Pictures for whoever wants them, as the looking thread hands them on."""
        for sight in seen:
            self.eyes.seen = [sight]
            if self.look.wants():
                self.look.see(Frame())
        return self.view()

    def told(self, person_id: str, *family: ToldBinding, died_on: date | None = None) -> None:
        """The province speaks of a person's family."""
        coverage = Coverage(
            "390", "431024", "15", True, ZERO, None, {}, None, self.clock(), tuple(family)
        )
        self.bindings.learn(person_id, replace(coverage, died_on=died_on))
        self.desk.board.publish()

    def relative(self, id_number: str, name: str = "某人", psn_no: str = "") -> ToldRelative:
        known = self.store.people.by_id_number(id_number)
        return ToldRelative(known.psn_no if known else psn_no, id_number, name)

    # --- at the counter
    def came(self, holder_id: str) -> VisitView:
        """The holder's face was recognised, and the province has answered."""
        self.desk.reception.recognised(Known(holder_id, 0.9), SEEN)
        return self.counter.rested()

    def priced_for(self, holder_id: str, member_id: str, *codes: str) -> VisitView:
        """A bill for a member, before the holder agrees to it."""
        visit = self.came(holder_id)
        self.desk.reception.choose_person(visit.visit_id, member_id)
        self.counter.rested()
        self.desk.reception.confirm_person(visit.visit_id)
        self.desk.basket.set_diagnosis(visit.visit_id, COLD)
        self.counter.scan(*codes)
        self.counter.until(lambda v: v.state is VisitState.PRICED and v.busy is None)
        return self.counter.rested()

    def deeds(self, *kinds: str) -> list[str]:
        """The ledger's entries of these kinds, in order."""
        return [kept.entry.deed for kept in self.store.ledger.entries() if kept.entry.deed in kinds]

    def at(self, moment: datetime) -> None:
        self.clock.now = moment
