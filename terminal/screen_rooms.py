"""The rooms behind the screens joined: answers, paper, what is mine, months, the parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypedDict

from terminal.asking import Asking
from terminal.beside import Beside
from terminal.big_text import BigText
from terminal.board import Workplace
from terminal.cards import Sign
from terminal.core.agreement import Agreement
from terminal.core.bill_views import Bill
from terminal.core.power import PowerView
from terminal.core.price_told import PriceRules
from terminal.core.screen_views import PaperView, PriceTold
from terminal.core.status_views import StatusView
from terminal.goods_rooms import GoodsRooms
from terminal.health import Health
from terminal.looking_back import LookingBack
from terminal.mine import Mine
from terminal.money_rooms import MoneyRooms, Rules
from terminal.prices import Prices
from terminal.print_run import Printer, PrintRun
from terminal.printing import Printing
from terminal.receipts import Books, Receipts
from terminal.record_rooms import RecordSystem
from terminal.store.visits import Visit
from terminal.technical import Gauges, Technical


class OfVisit(TypedDict):
    """The fields of a VisitView that come from here."""

    agreement: Agreement | None
    step: int
    pad_number: int | None
    receipt: tuple[str, ...]
    may_ask: bool


class OfCounter(TypedDict):
    """The fields of a CounterView that come from here."""

    price_told: PriceTold | None
    paper: PaperView
    power: PowerView


@dataclass(frozen=True, slots=True)
class Fitted:
    """What this device has besides its counter, and how its screens are set."""

    printer: Printer | None = None
    gauges: Gauges = field(default_factory=Gauges)
    print_always: bool = False
    """Each settled visit prints its receipt by itself."""
    self_service_closes_s: float = 60.0
    follow_up_days: int = 7
    record: RecordSystem = field(default_factory=RecordSystem)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The rooms that these ask."""

    money: MoneyRooms
    goods: GoodsRooms
    beside: Beside


class ScreenRooms:
    """Everything the screens show and ask besides the visit itself, built once a counter."""

    def __init__(
        self,
        workplace: Workplace,
        rules: Rules,
        rooms: Neighbours,
        sign: Sign,
        health: Health,
        fitted: Fitted,
        status: Callable[[], StatusView],
    ) -> None:
        store, now = workplace.store, workplace.now
        self._store = store
        self._power = rules.power
        self.agreeing = rooms.money.agreeing
        self.big_text = BigText(workplace)
        self.looking_back = LookingBack(
            store, rules.catalogue, rooms.money.fund, now, fitted.follow_up_days
        )
        self._receipts = receipts = Receipts(store, _books(rooms, sign, workplace), now)

        def printer_is(code: str | None) -> None:
            if health.report("printer", code):
                workplace.board.publish()

        self.print_run = PrintRun(
            workplace, fitted.printer, receipts, always=fitted.print_always, report=printer_is
        )
        self.paper = Printing(workplace, receipts, self.print_run)
        offline = rules.offline
        self._prices = Prices(
            workplace,
            rules.catalogue,
            PriceRules(offline.policies, offline.terms, offline.here, rules.registrations),
        )
        self.asking = Asking(
            workplace,
            Mine(store, rules.catalogue, sign.fund_limit, now),
            self._prices,
            self.paper.print_text,
            fitted.self_service_closes_s,
        )
        self.technical = Technical(store, status, self.paper.view, fitted.gauges, now)
        rooms.goods.scanning.price_asked = self._prices.ask

    def of_visit(self, visit: Visit, bill: Bill | None) -> OfVisit:
        """What was said to this bill, its receipt, its blank slip, and whether asking is open."""
        return OfVisit(
            agreement=self.agreeing.said_of(visit, bill),
            step=self._store.history.step_of(visit.visit_id),
            pad_number=self._store.pads.of_visit(visit.visit_id),
            receipt=self._receipts.on_screen(visit),
            may_ask=self.asking.answers(visit),
        )

    def of_counter(self) -> OfCounter:
        """What a box costs that was held to the scanner, the printer, and the power."""
        return OfCounter(
            price_told=self._prices.shown(), paper=self.paper.view(), power=self._power.shown()
        )


def _books(rooms: Neighbours, sign: Sign, workplace: Workplace) -> Books:
    """Whom a paper asks what stands on it."""

    def slip(visit: Visit) -> tuple[str, ...]:
        settlements = workplace.store.settlements.of_visit(visit.visit_id)
        return rooms.beside.of(visit, settlements)["slip"]

    return Books(
        sign.clinic_name,
        rooms.goods.lines,
        rooms.goods.next_due,
        rooms.goods.name_of,
        slip,
        rooms.money.closing.publicity,
    )
