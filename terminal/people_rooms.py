"""The rooms about people joined: families, companions, consent, and who is on duty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from terminal.bindings import Bindings
from terminal.board import Workplace
from terminal.companions import Companions
from terminal.consents import Consents
from terminal.core.people import masked_name
from terminal.core.people_views import CompanionView, OnDuty
from terminal.core.standing import Standing
from terminal.duty import Duty
from terminal.enrolment import Enrolment
from terminal.families import Families
from terminal.held import Held
from terminal.money_rooms import Rules
from terminal.province.enquiry import Enquiry
from terminal.reception import Reception
from terminal.retention import Retention
from terminal.signing_in import SigningIn
from terminal.store.visits import Visit


class OfVisit(TypedDict):
    """The fields of a VisitView that come from here."""

    standing: Standing
    companion: CompanionView | None
    binding_until: date | None
    may_withdraw: bool
    face_goes_on: date | None


class OfCounter(TypedDict):
    """The fields of a CounterView that come from here."""

    doctor_name: str
    on_duty: OnDuty
    forgotten_soon: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What the terminal keeps of faces, and whose terminal it is."""

    enrolment: Enrolment
    face_route: Callable[[], bool]
    """Whether the camera that is there may vouch for a face."""
    clinic_name: str


@dataclass(frozen=True, slots=True)
class AtWork:
    """Who works here, and who is signed in."""

    duty: Duty
    signing_in: SigningIn


class PeopleRooms:
    """Everything about who stands for whom, built once for a counter."""

    def __init__(
        self,
        workplace: Workplace,
        enquiry: Enquiry,
        rules: Rules,
        reception: Reception,
        kept: Kept,
        at_work: AtWork,
    ) -> None:
        store, now = workplace.store, workplace.now
        self._store = store
        self._at_work = at_work
        kept.enrolment.learn_family = Bindings(workplace).learn
        self.families = Families(workplace, enquiry, rules.family, kept.face_route)
        self.companions = Companions(workplace, enquiry, reception.open_visit, rules.standing)
        self.retention = Retention(store, kept.enrolment, now)
        held = Held(store, self.retention, kept.clinic_name, now)
        self.consents = Consents(workplace, kept.enrolment, self.retention, held)

    def show_voucher(self, code: str) -> None:
        """A person's own insurance code was scanned; nobody else's telephone is named."""
        self.companions.open_by_code(code, "", "")

    def troubles(self) -> dict[str, str]:
        """What keeps an unused face from being forgotten, for the technician."""
        doubted = self.retention.doubted()
        return {} if doubted is None else {"retention": doubted}

    def of_visit(self, visit: Visit) -> OfVisit:
        """Who stands here for or with this visit's person."""
        noted = self._store.families.companion(visit.visit_id)
        binding = self._store.families.binding(visit.binding_id or "")
        return OfVisit(
            standing=visit.standing,
            companion=None
            if noted is None
            else CompanionView(noted.standing, noted.name, masked_name(noted.name), noted.relation),
            binding_until=None if binding is None else binding.valid_until,
            may_withdraw=self.consents.may_withdraw(visit),
            face_goes_on=self._face_goes_on(visit),
        )

    def _face_goes_on(self, visit: Visit) -> date | None:
        """When the face of whoever stands here was to be erased unused: they are told so.

        The doctor's word that it is they makes it void.
        """
        theirs = visit.holder_id or visit.person_id
        if theirs is None or not self._store.face_uses.announced():
            return None
        return dict(self.retention.going()).get(theirs)

    def of_counter(self) -> OfCounter:
        """Who works here, and whose face will soon be forgotten."""
        return OfCounter(
            doctor_name=self._at_work.duty.doctor().name,
            on_duty=self._at_work.signing_in.on_duty(),
            forgotten_soon=self._store.face_uses.announced(),
        )
