"""A running desk with the resident's own page and its prices, and a clock for both."""

from __future__ import annotations

from terminal.asking import Asking
from terminal.board import Workplace
from terminal.core.counter import VisitView
from terminal.core.money import Money
from terminal.core.price_told import PriceRules
from terminal.core.recognition import Known
from terminal.core.screen_views import MineView, PriceTold
from terminal.mine import Mine
from terminal.prices import Prices
from tests.clinic import CLINIC, OFFLINE_RULES, RULES
from tests.counter import Counter
from tests.shell.faces_in import Watch
from tests.shell.sights import alive

CLOSES_S = 60.0
LIMIT = Money.parse("420.00")


class AskingPlace:
    """What is mine, and what a box costs, at a running counter."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.desk, self.store = counter, counter.desk, counter.store
        self.watch = Watch()
        place = self.place = Workplace(
            self.store,
            self.desk.counter,
            self.desk.board,
            self.desk.errands,
            counter.clock,
            lambda: CLINIC.doctor_code,
        )
        rules = PriceRules(
            OFFLINE_RULES.policies, OFFLINE_RULES.terms, OFFLINE_RULES.here, RULES.registrations
        )
        self.prices = Prices(place, RULES.catalogue, rules, self.watch)
        self.desk.scanning.price_asked = self.prices.ask
        self.printed: list[tuple[str, tuple[str, ...]]] = []
        mine = Mine(self.store, RULES.catalogue, LIMIT, counter.clock)
        self.asking = Asking(
            place,
            mine,
            self.prices,
            lambda title, lines: self.printed.append((title, lines)),
            CLOSES_S,
            self.watch,
        )

    def came(self, person_id: str) -> VisitView:
        """Somebody's face was recognised, and the province has answered."""
        self.desk.reception.recognised(Known(person_id, 0.9), alive())
        return self.counter.rested()

    def opened(self, person_id: str) -> str:
        """Their face was recognised, and they asked; returns the visit."""
        visit_id = self.came(person_id).visit_id
        self.asking.open_mine(visit_id)
        return visit_id

    def mine(self) -> MineView:
        shown = self.asking.mine()
        assert shown is not None
        return shown

    def scanned(self, code: str) -> tuple[str, PriceTold | None]:
        """What the counter says of a scan, and the price that is shown."""
        self.counter.scan(code)
        notice = self.desk.view().scan
        assert notice is not None
        return notice.code, self.prices.shown()
