"""The conductor: the rooms of the counter joined, and the verbs the screens may call."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from terminal.basket import Basket
from terminal.board import Board, Counter, FaceSeen, Workplace
from terminal.cards import Cards, Sign
from terminal.core.catalogue import Catalogue, Registration
from terminal.core.counter import CounterView, FacesStatus, StatusView
from terminal.core.faults import Fault
from terminal.core.money import Money
from terminal.core.visit import VisitEvent, VisitState
from terminal.doubts import Doubts
from terminal.enrolling import Enrolling
from terminal.enrolment import Enrolment
from terminal.errands import Errands
from terminal.health import Health
from terminal.ports import Eyes
from terminal.pricing import Pricing
from terminal.province.conversation import Province
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.reception import Reception
from terminal.sales import Sales
from terminal.settlement import Settlement
from terminal.showing import Showing
from terminal.store import Store
from terminal.till import Till

log = logging.getLogger(__name__)

_STOP_S = 5.0
"""How long a stop waits for the errand in hand; what it does is written down already."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the region and the clinic have settled on."""

    catalogue: Catalogue
    registrations: Mapping[str, Registration]
    med_types: Mapping[str, str]
    """med_type by category of settlement."""
    find_by_visit: bool
    reversal_answer_suffices: bool
    resume_every_s: float
    asks_more_from: Money | None
    """The bill from which a face alone does not suffice; None: none does."""


@dataclass(frozen=True, slots=True)
class Faces:
    """The part of the eyes that the counter's verbs need."""

    enrolment: Enrolment
    eyes: Eyes
    status: Callable[[], FacesStatus]
    route_open: Callable[[], bool]
    """Whether the camera that is there now may be trusted with a face."""


class Desk:
    """The counter of one clinic."""

    def __init__(
        self,
        store: Store,
        session: Session,
        rules: Rules,
        sign: Sign,
        health: Health,
        now: Callable[[], datetime],
        faces: Faces,
    ) -> None:
        self._store = store
        self._faces = faces
        self._health = health
        self._now = now
        self._rules = rules
        self.counter = Counter()
        self.errands = Errands(self._failed, self._publish)
        self.board = Board(self._draw)
        workplace = Workplace(store, self.counter, self.board, self.errands, now)
        self.enrolling = Enrolling(
            workplace,
            faces.enrolment,
            faces.eyes,
            session.clinic.doctor_code,
            Cards(store, sign, now).card,
            face_route=faces.route_open,
        )
        province = Province(session)
        pricing = Pricing(
            store, province, rules.catalogue, rules.registrations, rules.med_types, now
        )
        settlement = Settlement(
            store,
            province,
            pricing,
            now,
            find_by_visit=rules.find_by_visit,
            reversal_answer_suffices=rules.reversal_answer_suffices,
        )
        self._sales = sales = Sales(store, province, pricing, rules.catalogue, session.clinic, now)
        self.reception = Reception(
            workplace, Enquiry(session), session.clinic.doctor_code, self._move_over
        )
        self.doubts = Doubts(workplace, self.reception.came)
        self._showing = Showing(
            workplace, health, rules.catalogue, sign, self.enrolling, self.doubts
        )
        self.till = Till(workplace, pricing, settlement, sales, rules.asks_more_from)
        self.basket = Basket(
            workplace, rules.catalogue, rules.registrations, self.till.lines_changed
        )
        self._stopping = threading.Event()
        self._rounds: threading.Thread | None = None

    def start(self) -> None:
        """Pick up what a stop left behind, before the first new visit."""
        self._take_up()
        self._sales.take_up()
        self.till.resume()
        self.errands.start()
        self._rounds = threading.Thread(target=self._go_rounds, name="rounds", daemon=True)
        self._rounds.start()
        self.board.publish()

    def stop(self) -> None:
        """Finish what is in hand; everything else is on the disk. Also before a start."""
        self._stopping.set()
        if self._rounds is not None:
            self._rounds.join(_STOP_S)
        self.errands.stop(_STOP_S)

    def view(self) -> CounterView:
        return self.board.view()

    def wait_for_change(self, seen_number: int, timeout_s: float) -> CounterView:
        return self.board.wait_for_change(seen_number, timeout_s)

    def status(self) -> StatusView:
        return StatusView(self._health.away(), self._faces.status())

    def _draw(self, number: int) -> CounterView:
        return self._showing.draw(number)

    def _move_over(self, face: FaceSeen) -> None:
        """Let someone whom earlier weights knew be known by the newest from now on.

        Raises nothing: the visit goes on, and there will be another.
        """
        try:
            self._faces.enrolment.moved_over(face.person_id, face.templates)
        except Fault as fault:
            log.info("not moved over to the newest weights: %s", fault)

    def _take_up(self) -> None:
        """The newest unfinished visit lies on the counter again; nameless ones are ended."""
        for visit in self._store.visits.unfinished():
            if visit.state in (VisitState.OPEN, VisitState.DOUBTED, VisitState.CHOOSING):
                self._store.settlements.abandon(visit.visit_id, VisitEvent.ABANDONED, self._now())
            else:
                self.counter.front = visit.visit_id

    def _go_rounds(self) -> None:
        while not self._stopping.wait(self._rules.resume_every_s):
            try:
                if self._unfinished():
                    self.till.resume()
            except Fault as fault:
                log.warning("a round was left out: %s", fault)

    def _unfinished(self) -> bool:
        store = self._store
        return bool(
            store.visits.unfinished() or store.settlements.in_flight() or self._sales.any_waiting()
        )

    def _failed(self, errand: str, fault: Fault) -> None:
        visit_id = errand.partition(":")[2]
        if visit_id:
            self.counter.say(visit_id, fault)

    def _publish(self) -> None:
        self.board.publish()
