"""A running desk, and what a doctor does at it."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from terminal.cards import Sign
from terminal.core.charge import SettlementState
from terminal.core.counter import VisitView
from terminal.core.money import Money, total
from terminal.core.visit import VisitState
from terminal.desk import Desk, Own
from terminal.health import Health
from terminal.money_rooms import Rules
from terminal.province.enquiry import Enquiry
from terminal.province.session import Clinic, Session
from terminal.store import Store
from tests.clinic import CLINIC, COLD, DEVICE_KEY, KEY, RULES, WAIT_S, Clock, open_line
from tests.faces import blind_faces


class Counter:
    """A running desk, and what a doctor does at it."""

    def __init__(
        self,
        folder: Path,
        address: str,
        clock: Clock,
        rules: Rules = RULES,
        read_timeout_s: float = 5.0,
        clinic: Clinic = CLINIC,
    ) -> None:
        self.clock = clock
        self.store = Store(folder / "terminal.db", KEY)
        self.health = Health()
        self.client = open_line(
            address,
            self.store.journal,
            clock,
            read_timeout_s,
            line_is=lambda told: self.health.report("province", told) and self.desk.board.publish(),
        )
        self.session = Session(self.client, clinic, self.store.journal, clock)
        sign = Sign(clinic.fixmedins_name, clinic.doctor_name, Money.parse("420.00"))
        faces = blind_faces(self.store, self.session, clock)
        own = Own(sign, self.health, DEVICE_KEY, clock)
        self.desk = Desk(self.store, self.session, rules, own, faces)
        self.desk.start()

    def close(self) -> None:
        self.desk.stop()
        self.client.close()
        self.store.close()

    def knows(self, id_number: str) -> str:
        """Make someone known here, as an enrolment does; returns our number for them."""
        told, coverage = Enquiry(self.session).person(id_number)
        person_id = self.store.people.known_as(told) or uuid.uuid4().hex
        self.store.people.keep(dataclasses.replace(told, person_id=person_id))
        self.store.people.keep_coverage(person_id, coverage)
        return person_id

    # --- what happens at the counter
    def receive(self, id_number: str) -> str:
        """A visit by ID number, the person confirmed; returns its id."""
        self.desk.reception.open_by_id_number(id_number)
        visit = self.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
        self.desk.reception.confirm_person(visit.visit_id)
        return visit.visit_id

    def scan(self, *codes: str) -> None:
        for each in codes:
            self.desk.scanning.scanned(each.encode())

    def priced(self, id_number: str, *codes: str, services: tuple[str, ...] = ()) -> VisitView:
        """A visit with its bill on the screen."""
        visit_id = self.receive(id_number)
        self.desk.basket.set_diagnosis(visit_id, COLD)
        self.scan(*codes)
        for service in services:
            self.desk.basket.add_service(visit_id, service)
        self.until(lambda v: v.state is VisitState.PRICED and v.busy is None)
        return self.rested()  # With what the province says of it beforehand.

    def confirm(self, visit: VisitView) -> VisitView:
        """Confirm the amount on the screen; the visit when that has come to something."""
        assert visit.bill is not None
        own = total(s.own for s in visit.bill.shares if s.state is SettlementState.PRICED)
        self.desk.till.confirm_amount(visit.visit_id, visit.revision, own)
        return self.rested()

    def settled(self, id_number: str, *codes: str, services: tuple[str, ...] = ()) -> VisitView:
        return self.confirm(self.priced(id_number, *codes, services=services))

    def rested(self) -> VisitView:
        """The visit on the counter once nothing is left to do."""
        assert self.desk.errands.rest(WAIT_S)
        self.desk.board.publish()
        visit = self.desk.view().visit
        assert visit is not None
        return visit

    def a_round(self) -> VisitView | None:
        """What the desk does by itself every half minute."""
        self.desk.till.ask_now()
        assert self.desk.errands.rest(WAIT_S)
        self.desk.board.publish()
        return self.desk.view().visit

    def until(self, come: Callable[[VisitView], bool]) -> VisitView:
        """The visit on the counter as soon as it has come so far."""
        until_s = time.monotonic() + WAIT_S
        view = self.desk.view()
        while view.visit is None or not come(view.visit):
            assert time.monotonic() < until_s, view
            view = self.desk.wait_for_change(view.number, 0.5)
        return view.visit
