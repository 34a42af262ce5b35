"""The counter's rooms joined without threads, for tests that stop them anywhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from terminal import board
from terminal.beside import Beside, Knowing
from terminal.cards import Sign
from terminal.companions import Companions
from terminal.core.charge import SettlementState
from terminal.core.counter import CounterView
from terminal.core.faults import Fault
from terminal.core.money import Money, total
from terminal.core.visit import VisitState
from terminal.errands import Errands
from terminal.goods_rooms import GoodsRooms
from terminal.money_rooms import MoneyRooms, Rules
from terminal.province.enquiry import Enquiry
from terminal.province.session import Clinic, Session
from terminal.reception import Reception
from terminal.reminding import Reminding
from terminal.store import Store
from terminal.store.database import Database
from terminal.store.settlements import Settlement as Record
from terminal.upkeep import Upkeep
from tests.clinic import CLINIC, COLD, DEVICE_KEY, KEY, RULES, Clock, open_line


class AtOnce(Errands):
    """Errands without a thread: done in the order they come, before hand_over returns."""

    def __init__(self, counter: board.Counter) -> None:
        super().__init__(lambda *_: None, lambda: None)
        self._counter = counter
        self._ahead: dict[str, Callable[[], None]] = {}
        self._busy = False

    def hand_over(self, name: str, errand: Callable[[], None]) -> None:
        self._ahead[name] = errand
        if self._busy:
            return
        self._busy = True
        try:
            while self._ahead:
                name = next(iter(self._ahead))
                try:
                    self._ahead.pop(name)()
                except Fault as fault:
                    self._counter.say(name.partition(":")[2], fault)
        finally:
            self._busy = False


class Rooms:
    """The rooms of the counter joined without threads, for tests that stop them anywhere."""

    def __init__(
        self,
        folder: Path,
        address: str,
        clock: Clock,
        rules: Rules = RULES,
        clinic: Clinic = CLINIC,
        read_timeout_s: float = 5.0,
        database: type[Database] = Database,
        *,
        never: Collection[str] = (),
    ) -> None:
        """`never`: transactions that must not leave, as where the record system settles."""
        self.clock = clock
        self.path = folder / "terminal.db"
        self.store = Store(self.path, KEY, database)
        self.client = open_line(address, self.store.journal, clock, read_timeout_s, never=never)
        self.session = session = Session(self.client, clinic, self.store.journal, clock)
        self.counter = board.Counter()
        self.place = place = board.Workplace(
            self.store,
            self.counter,
            board.Board(self._drawn),
            AtOnce(self.counter),
            clock,
            lambda: clinic.doctor_code,
        )
        self.line_is_away = False
        self.reminding = reminding = Reminding(
            place, rules.catalogue, rules.goods.reminders, rules.goods.diagnoses.name_of
        )
        self.upkeep = upkeep = Upkeep(self.store, session, rules.catalogue, rules.goods, clock)
        money = MoneyRooms(
            place, session, rules, DEVICE_KEY, lambda: self.line_is_away, reminding, upkeep
        )
        self.money = money
        self.pricing, self.settlement, self.sales = money.pricing, money.settlement, money.sales
        self.till, self.undoing = money.till, money.undoing
        self.cashbox, self.closing, self.offline = money.cashbox, money.closing, money.offline
        knowing = Knowing(
            money.settlement.unknowns.decided_by,
            money.correcting.freed,
            money.fund,
            money.offline_allowed,
            clock,
        )
        sign = Sign(clinic.fixmedins_name, clinic.doctor_name, None)
        self.beside = Beside(self.store, sign, money.cashbox, knowing)
        self.reception = Reception(place, Enquiry(session), lambda _: None, money.withdraw_later)
        self.reception.aside.came_forward = money.till.lines_changed
        self.companions = Companions(
            place, Enquiry(session), self.reception.open_visit, rules.standing
        )
        self.goods_rooms = GoodsRooms(
            place, session, rules, reminding, money, upkeep, lambda: self.line_is_away
        )
        self.store.lines.hand_over_all_but(None, clock())
        upkeep.take_up()
        self.basket, self.goods = self.goods_rooms.basket, self.goods_rooms.goods
        self.scanning = self.goods_rooms.scanning
        self.scanning.voucher_shown = lambda code: self.companions.open_by_code(code, "", "")

    def close(self) -> None:
        self.client.close()
        self.store.close()

    def traced(self, id_number: str, *codes: str) -> str:
        """A visit with these boxes and no diagnosis yet, so that nothing is priced."""
        self.reception.open_by_id_number(id_number)
        visit_id = self.counter.front
        assert visit_id is not None
        self.reception.confirm_person(visit_id)
        for each in codes:
            self.scanning.scanned(each.encode())
        return visit_id

    def priced(self, id_number: str, *codes: str) -> str:
        visit_id = self.traced(id_number, *codes)
        self.basket.set_diagnosis(visit_id, COLD)
        return visit_id

    def confirm(self, visit_id: str) -> None:
        """Confirm what the screen says, and charge it."""
        priced = [
            Money(record.pre_settlement["own"])
            for record in self.store.settlements.of_visit(visit_id)
            if record.pre_settlement and record.state is SettlementState.PRICED
        ]
        revision = self.store.visits.visit(visit_id).revision
        self.till.confirm_amount(visit_id, revision, total(priced))

    def judge_all(self, visit_id: str) -> None:
        """The doctor says: whatever else was settled today is another matter."""
        for each in self.store.elsewhere.of_visit(visit_id):
            self.till.judge_elsewhere(visit_id, each.setl_id)

    def state(self, visit_id: str) -> VisitState:
        return self.store.visits.visit(visit_id).state

    def notice(self, visit_id: str) -> str | None:
        """What the doctor is told of this visit."""
        said = self.counter.notices.get(visit_id)
        return said.code if said else None

    def record(self, visit_id: str, place: int = 0) -> Record:
        return self.store.settlements.of_visit(visit_id)[place]

    def _drawn(self, number: int) -> CounterView:
        return CounterView(number, self.clock().date(), "", "", None, None, None, {}, (), (), ())
