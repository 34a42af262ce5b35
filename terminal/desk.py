"""The conductor: the rooms of the counter joined, and the verbs the screens may call."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from terminal.beside import Beside, Knowing
from terminal.board import Board, Counter, FaceSeen, Workplace
from terminal.cards import Cards, Sign
from terminal.compliance import Compliance
from terminal.core.compliance import DeviceTold
from terminal.core.counter import CounterView
from terminal.core.faults import Fault
from terminal.core.status_views import FacesStatus, KeysStatus, ScannerStatus, StatusView
from terminal.doubts import Doubts
from terminal.duty import Duty
from terminal.enrolling import Enrolling
from terminal.enrolment import Enrolment
from terminal.errands import Errands
from terminal.going_rounds import GoingRounds
from terminal.goods_rooms import GoodsRooms
from terminal.health import Health
from terminal.inspection import Inspection
from terminal.money_rooms import MoneyRooms, Rules
from terminal.people_rooms import AtWork, Kept, PeopleRooms
from terminal.ports import Eyes
from terminal.province.enquiry import Enquiry
from terminal.province.practitioners import Practitioners
from terminal.province.session import Session
from terminal.reception import Reception
from terminal.record_rooms import RecordRooms
from terminal.reminding import Reminding
from terminal.scan_commands import ScanCommands
from terminal.screen_rooms import Fitted, Neighbours, ScreenRooms
from terminal.showing import Rest, Showing
from terminal.signing_in import SigningIn
from terminal.store import Store
from terminal.upkeep import Upkeep
from terminal.vault import DeviceKey

log = logging.getLogger(__name__)

_STOP_S = 5.0
"""How long a stop waits for the errand in hand; what it does is written down already."""


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to this terminal alone."""

    sign: Sign
    health: Health
    key: DeviceKey
    now: Callable[[], datetime]
    scanner: Callable[[], ScannerStatus | None] = lambda: None
    keys: Callable[[], KeysStatus | None] = lambda: None
    told: DeviceTold | None = None
    """For the compliance sheet; None: there is none."""
    fitted: Fitted = field(default_factory=Fitted)


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
        self, store: Store, session: Session, rules: Rules, own: Own, faces: Faces
    ) -> None:
        self._store = store
        self._faces = faces
        self._own = own
        self._health = own.health
        self._now = own.now
        self._rules = rules
        self._clinic = session.clinic
        self.counter = Counter()
        self.errands = Errands(self._failed, self._publish)
        self.board = Board(self._draw)
        duty = Duty(store, session.clinic)
        store.ledger.who, session.on_duty = duty.doctor_code, duty.doctor
        workplace = Workplace(
            store,
            self.counter,
            self.board,
            self.errands,
            own.now,
            duty.doctor_code,
            duty.may_settle,
        )
        self.duty = SigningIn(workplace, duty, rules.sign_in, Practitioners(session).registered)
        self.enrolling = Enrolling(
            workplace,
            faces.enrolment,
            faces.eyes,
            Cards(store, own.sign, own.now).card,
            face_route=faces.route_open,
        )
        self._join(workplace, session, duty)
        self._showing = self._drawer(workplace)
        self._rounds = GoingRounds(
            self._go_round,
            lambda: self._money.rounds.failures,
            rules.resume_every_s,
            rules.resume_every_max_s,
        )

    def _join(self, workplace: Workplace, session: Session, duty: Duty) -> None:
        """Build the rooms, each handed what it works with."""
        store, rules, own, faces = self._store, self._rules, self._own, self._faces
        enquiry = Enquiry(session)
        reminding = Reminding(
            workplace, rules.catalogue, rules.goods.reminders, rules.goods.diagnoses.name_of
        )
        self._upkeep = upkeep = Upkeep(store, session, rules.catalogue, rules.goods, own.now)
        self.take_sold_codes = upkeep.take_sold_codes

        def line_is_away() -> bool:
            return "province" in own.health.away()

        self._money = money = MoneyRooms(
            workplace,
            session,
            rules,
            own.key,
            line_is_away,
            reminding,
            upkeep,
        )
        self.till, self.undoing = money.till, money.undoing
        self.cashbox, self.closing = money.cashbox, money.closing
        self.reception = Reception(workplace, enquiry, self._move_over, money.withdraw_later)
        self.reception.aside.came_forward = money.till.lines_changed
        self.doubts = Doubts(workplace, self.reception.came)
        self._people = people = PeopleRooms(
            workplace,
            enquiry,
            rules,
            self.reception,
            Kept(faces.enrolment, faces.route_open, own.sign.clinic_name),
            AtWork(duty, self.duty),
        )
        self.families, self.companions = people.families, people.companions
        self.consents = people.consents
        self._goods = goods = GoodsRooms(
            workplace, session, rules, reminding, money, upkeep, line_is_away
        )
        self.basket, self.goods, self.scanning = goods.basket, goods.goods, goods.scanning
        self.scanning.voucher_shown = people.show_voucher
        self._join_screens(workplace, settles=session.settles)
        self._join_record(workplace, session)
        hand_over = self.handing_over.hand_over
        commands = ScanCommands(
            workplace, self.reception, self.basket, self.till, hand_over, self.duty.on_duty
        )
        self.scanning.command_heard = commands.heard
        self.courses, self.shelf, self.finding = goods.courses, goods.shelf, goods.finding

    def _join_screens(self, workplace: Workplace, *, settles: bool) -> None:
        """Build the rooms behind the screens, and who knows what belongs to a visit."""
        store, own, money = self._store, self._own, self._money
        knowing = Knowing(
            money.settlement.unknowns.decided_by,
            money.correcting.freed,
            money.fund,
            money.offline_allowed,
            own.now,
            settles,
        )
        self._beside = Beside(store, own.sign, money.cashbox, knowing)
        rooms = Neighbours(money, self._goods, self._beside)
        self._screens = screens = ScreenRooms(
            workplace, self._rules, rooms, own.sign, own.health, own.fitted, self.status
        )
        self.agreeing, self.paper = screens.agreeing, screens.paper
        self.asking, self.looking_back = screens.asking, screens.looking_back
        self.big_text, self.technical = screens.big_text, screens.technical

    def _join_record(self, workplace: Workplace, session: Session) -> None:
        """Build the rooms beside the clinic's record system."""
        self.record = record = RecordRooms(
            workplace,
            session,
            self._rules,
            self._money,
            self._goods,
            self.reception.open_by_id_number,
            self._own.fitted.record,
        )
        self.handing_over, self.pushed = record.handing_over, record.pushed
        self.prescriptions = self._goods.prescribed

    def _drawer(self, workplace: Workplace) -> Showing:
        """Who draws the counter, with everybody who has something to show."""
        own = self._own
        return Showing(
            workplace,
            own.health,
            self._rules.catalogue,
            own.sign,
            Rest(
                self.enrolling,
                self.doubts,
                self._beside,
                self._goods,
                self._people,
                self._screens,
                self.record,
            ),
        )

    def start(self) -> None:
        """Pick up what a stop left behind, before the first new visit."""
        self.reception.aside.take_up()
        self._store.lines.hand_over_all_but(self.counter.front, self._now())
        self._money.sales.take_up()
        self._upkeep.take_up()
        self.counter.picking_up = self._money.rounds.unfinished()
        self.till.ask_now()
        self.errands.start()
        self._rounds.start()
        self._screens.print_run.start()
        self.board.publish()

    def stop(self) -> None:
        """Finish what is in hand; everything else is on the disk. Also before a start."""
        self._rounds.stop(_STOP_S)
        self._screens.print_run.stop(_STOP_S)
        self.errands.stop(_STOP_S)

    @property
    def inspection(self) -> Inspection:
        """What stands behind a settlement, for whoever inspects it."""
        rules, own = self._rules, self._own
        name_of = rules.goods.diagnoses.name_of
        return Inspection(self._store, rules.catalogue, name_of, self._clinic, own.key, own.now)

    @property
    def compliance(self) -> Compliance:
        """What this device keeps, of whom, where and how long."""
        own = self._own
        return Compliance(self._store, own.told, self._faces.status, own.keys, own.now)

    def view(self) -> CounterView:
        return self.board.view()

    def wait_for_change(self, seen_number: int, timeout_s: float) -> CounterView:
        return self.board.wait_for_change(seen_number, timeout_s)

    def status(self) -> StatusView:
        return StatusView(
            self._health.away(),
            self._faces.status(),
            self._own.scanner(),
            kept=self._upkeep.kept(),
            troubles={**self._upkeep.troubles(), **self._people.troubles()},
            keys=self._own.keys(),
            since=self._health.since(),
        )

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

    def _go_round(self) -> None:
        self.duty.ask_again()
        if self._money.rounds.anything():
            self.till.ask_now()
        if self._people.retention.tend() or self._rules.power.changed():
            self.board.publish()

    def _failed(self, errand: str, fault: Fault) -> None:
        visit_id = errand.partition(":")[2]
        if visit_id:
            self.counter.say(visit_id, fault)

    def _publish(self) -> None:
        self.board.publish()
