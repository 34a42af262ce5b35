"""The rooms of boxes and goods joined: the bill's lines, the scanner, the shelf, finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from terminal.basket import Basket
from terminal.bill_lines import BillLines
from terminal.billing import Billing
from terminal.board import Workplace
from terminal.core.bill_views import Line
from terminal.core.catalogue import SELF_PAID
from terminal.core.goods_views import GoodsView
from terminal.courses import Courses
from terminal.favourites import Favourites
from terminal.finding import Finding
from terminal.goods import Goods
from terminal.money_rooms import MoneyRooms, Rules
from terminal.prescribed import Prescribed
from terminal.province.session import Session
from terminal.reminding import Reminding
from terminal.scanning import Scanning
from terminal.selfpaid import MAY_SELF_PAY
from terminal.shelf import Shelf
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit
from terminal.upkeep import Upkeep


class GoodsRooms:
    """Everything about boxes and goods, built once for a counter."""

    def __init__(
        self,
        workplace: Workplace,
        session: Session,
        rules: Rules,
        reminding: Reminding,
        money: MoneyRooms,
        upkeep: Upkeep,
        line_is_away: Callable[[], bool],
    ) -> None:
        store, clinic, now = workplace.store, session.clinic, workplace.now
        catalogue, goods, changed = rules.catalogue, rules.goods, money.till.lines_changed
        self._store = store
        self._reminding = reminding
        self.name_of = goods.diagnoses.name_of
        self.billing = billing = Billing(store, catalogue, rules.registrations, now)
        self._upkeep, self._line_is_away = upkeep, line_is_away
        self._lines = BillLines(store, catalogue, billing)
        self.scanning = Scanning(
            workplace,
            catalogue,
            billing,
            upkeep.suspects,
            line_is_away,
            changed,
        )
        self.prescribed = Prescribed(
            workplace, catalogue, goods.diagnoses, billing, rules.prescriptions, changed
        )
        self.scanning.prescription_heard = self.prescribed.heard
        self.scanning.prescription_said = self.prescribed.counted
        self.goods = Goods(workplace, catalogue, billing, self.scanning, clinic, changed)
        self.favourites = Favourites(store, catalogue, goods.diagnoses, now)
        self.finding = Finding(catalogue, goods.diagnoses, self.favourites, self.goods.opened)
        self.basket = Basket(
            workplace, catalogue, goods.diagnoses, billing, self.favourites, reminding, changed
        )
        self.courses = Courses(workplace, catalogue)
        self.shelf = Shelf(
            store, catalogue, upkeep.reports, clinic, workplace.doctor, goods.shelf, now
        )

    def lines(self, visit: Visit) -> tuple[Line, ...]:
        """What is on the visit's bill."""
        return self._lines.of(visit)

    def of(self, visit: Visit, settlements: Sequence[Settlement]) -> dict[str, Any]:
        """What a visit's view says of its goods, by field of VisitView."""
        lines = self._store.lines.of(visit.visit_id)
        return {
            "prescriptions": self.prescribed.of(visit),
            "findings": self._reminding.findings(visit, lines),
            "bedside": visit.bedside,
            "may_self_pay": visit.state in MAY_SELF_PAY and bool(lines),
            "self_paid": any(record.category == SELF_PAID for record in settlements),
            "next_due": self.next_due(visit),
        }

    def suspects(self, code: str) -> date | None:
        """Since when the county has a code as sold; None while the province can be asked."""
        return self._upkeep.suspects(code) if self._line_is_away() else None

    def next_due(self, visit: Visit) -> date | None:
        """When the first of the visit's long-term drugs runs out."""
        return self._reminding.next_due(visit, self._store.lines.of(visit.visit_id))

    def view(self) -> GoodsView:
        """Boxes and goods beside the visit."""
        return self.goods.view(self.courses.view(), self.favourites.common())
