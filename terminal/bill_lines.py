"""Draws the lines of a bill as the screens see them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from terminal.billing import Billing
from terminal.core.bill_views import Line
from terminal.core.catalogue import Catalogue
from terminal.core.goods_views import OldPrice
from terminal.core.money import line_total, plain
from terminal.core.visit import VisitState
from terminal.goods import shown
from terminal.store import Store
from terminal.store.bill_line import BillLine
from terminal.store.visits import Visit

_MAY_CHANGE = (VisitState.TRACED, VisitState.ESTIMATED, VisitState.PRICED)


class BillLines:
    """From the store's lines to the screens'."""

    def __init__(self, store: Store, catalogue: Catalogue, billing: Billing) -> None:
        self._store = store
        self._catalogue = catalogue
        self._billing = billing

    def of(self, visit: Visit) -> tuple[Line, ...]:
        """What is on the visit's bill."""
        times = self._store.courses.times_of(visit.visit_id)
        return tuple(
            self._line(line, visit, times) for line in self._store.lines.of(visit.visit_id)
        )

    def _line(self, line: BillLine, visit: Visit, times: Mapping[int, int]) -> Line:
        item = self._catalogue.item(line.item_code)
        changeable = visit.state in _MAY_CHANGE
        split = bool(line.split_units)
        unit = "" if item is None else item.small_unit if split else item.unit
        return Line(
            number=line.number,
            name=item.name if item else line.item_code,
            spec=item.spec if item else "",
            quantity=plain(line.quantity),
            unit=unit,
            price=plain_price(line.price),
            total=line.total,
            category=line.category,
            code_shown=shown(line.trace_code) if line.trace_code else "",
            split=split,
            left=self._store.opened.left_in(line.trace_code or "") if split else None,
            untraced=line.untraced.value if line.untraced else "",
            typed=line.typed,
            days=line.days,
            countable=changeable and (line.trace_code is None or split),
            new_price=self._new_price(line) if changeable else None,
            course_times=times.get(line.number, 0),
        )

    def _new_price(self, line: BillLine) -> OldPrice | None:
        now = self._billing.price_now(line)
        if now is None or now == line.price:
            return None
        return OldPrice(plain_price(now), line_total(now, line.quantity))


def plain_price(price: Decimal) -> str:
    """A unit price with at least its fen, 4.00, and more digits only where it has them."""
    digits = f"{price.normalize():f}"
    return digits if len(digits.partition(".")[2]) > 2 else f"{price:.2f}"
