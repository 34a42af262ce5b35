"""Puts lines on a bill: a box, units of an opened one, goods without a code, a service.

The verbs of the screens and the scanner meet here, so that every line passes the same
door: never from another fund, never more than a message holds, of the right settlement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from terminal.core.boxes import EXEMPT, Untraced
from terminal.core.catalogue import Catalogue, Item, Registration, category_of
from terminal.core.faults import Refused
from terminal.core.money import line_total
from terminal.core.prescriptions import Box, covered
from terminal.core.standing import refuse_off_errand
from terminal.core.trace_codes import Scan
from terminal.core.visit import VisitState
from terminal.store import Store
from terminal.store.bill_line import BillLine
from terminal.store.visits import Visit

_LINES_MAX = 60
"""Lines of one bill: the envelope's input holds 40,000 characters, about sixty lines."""

_QUANTITY_MAX = Decimal(9999)
"""Far beyond any bill of a village clinic; a slip of the finger is not billed."""

_DAYS_MAX = 366
_PRICE_STEP = Decimal("0.000001")
"""The interface's N16,6."""

_NOBODY_YET = (VisitState.OPEN, VisitState.DOUBTED, VisitState.CHOOSING, VisitState.PRESENTED)
"""Before the doctor has said who it is."""

_TAKES_LINES = (
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.PRICED,
)


@dataclass(frozen=True, slots=True, repr=False)
class _What:
    """What comes onto a bill, before it has a number there."""

    item: Item
    quantity: Decimal
    price: Decimal
    trace_code: str | None = None
    split_units: int = 0
    untraced: Untraced | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    typed: bool = False


class Billing:
    """Adds and changes lines; the caller holds the counter's lock."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        registrations: Mapping[str, Registration],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._registrations = registrations
        self._now = now

    def add_service(self, visit: Visit, item: Item) -> None:
        self._add(visit, _What(item, Decimal(1), item.price))

    def add_box(self, visit: Visit, item: Item, scan: Scan, *, typed: bool = False) -> None:
        """A whole pack by its code. Raises as Lines.add does, and `_add`."""
        evidence = {"expires_on": scan.expires_on} if scan.expires_on else {}
        if scan.batch:
            evidence["lot"] = scan.batch
        what = _What(item, Decimal(1), item.price, scan.code, evidence=evidence, typed=typed)
        self._add(visit, what)

    def add_units(self, visit: Visit, item: Item, trace_code: str, units: int) -> None:
        """So many small units out of the opened box with this code.

        More of a box that is on the bill already raises that line instead of adding one.
        """
        if units <= 0:
            raise Refused("visit.quantity", least=1)
        for line in self._store.lines.of(visit.visit_id):
            if line.split_units and line.trace_code == trace_code:
                self.change_quantity(line, line.quantity + units)
                return
        self._add(visit, _What(item, Decimal(units), unit_price(item), trace_code, units))

    def add_untraced(
        self, visit: Visit, item: Item, quantity: Decimal, why: Untraced, evidence: dict[str, str]
    ) -> None:
        """Goods without a code. Raises Refused `box.not_exempt` for a reason that these goods
        do not have, `box.no_evidence` where lot and delivery note are asked for."""
        if why in EXEMPT and item.exempt != why.value:
            raise Refused("box.not_exempt")
        if why not in EXEMPT and not (evidence.get("lot") and evidence.get("delivery_note")):
            raise Refused("box.no_evidence")
        what = _What(item, _quantity(quantity), item.price, untraced=why, evidence=evidence)
        self._add(visit, what)

    def move(self, line: BillLine, to: Visit) -> None:
        """Put what was taken off another bill onto this one, at the price that it has.

        Raises as a scan of it here would, and Refused `visit.line_not_moved` for what went
        home before, or is not in the catalogue any more.
        """
        item = self._catalogue.item(line.item_code)
        if item is None or line.at_home or line.left_at is not None:
            raise Refused("visit.line_not_moved", state=to.state.value)
        if line.split_units and line.trace_code:  # More of a box on this bill raises its line.
            self.add_units(to, item, line.trace_code, line.split_units)
            return
        moved = _What(
            item,
            line.quantity,
            line.price,
            line.trace_code,
            untraced=line.untraced,
            evidence=line.evidence,
            typed=line.typed,
        )
        self._add(to, moved)

    def change_quantity(self, line: BillLine, quantity: Decimal) -> None:
        """Raises Refused `visit.quantity`, `visit.line_is_a_box`, and as Lines.change does."""
        if line.trace_code is not None and not line.split_units:
            raise Refused("visit.line_is_a_box")
        quantity = _quantity(quantity)
        service = self._catalogue.drug(line.item_code) is None
        if (line.split_units or service) and quantity != int(quantity):
            raise Refused("visit.quantity", least=1)
        total = line_total(line.price, quantity)
        self._store.lines.change(line, quantity, line.price, total, self._now())

    def change_price(self, line: BillLine) -> None:
        """Bill what the catalogue says now. Raises Refused `catalogue.item_gone`."""
        price = self.price_now(line)
        if price is None:
            raise Refused("catalogue.item_gone", line=line.number)
        total = line_total(price, line.quantity)
        self._store.lines.change(line, line.quantity, price, total, self._now())

    def change_days(self, line: BillLine, days: int) -> None:
        """Raises Refused `visit.days`."""
        if not 0 < days <= _DAYS_MAX:
            raise Refused("visit.days", most=_DAYS_MAX)
        self._store.lines.note_days(line.visit_id, line.number, days)

    def price_now(self, line: BillLine) -> Decimal | None:
        """What the catalogue asks today for one of this line; None where it is gone."""
        item = self._catalogue.item(line.item_code)
        if item is None:
            return None
        return unit_price(item) if line.split_units else item.price

    def _add(self, visit: Visit, what: _What) -> None:
        refuse_early_or_late(visit)
        item = what.item
        if item.public_health:
            # Paid from another fund (check-up at 65, vaccination): never on a bill.
            raise Refused("catalogue.public_health")
        if len(self._store.lines.of(visit.visit_id)) >= _LINES_MAX:
            raise Refused("visit.too_many_lines", most=_LINES_MAX)
        coverage = self._store.people.coverage(visit.person_id or "")
        registered = coverage.registrations if coverage is not None else ()
        category = category_of(item, registered, self._registrations)
        refuse_off_errand(visit.standing, [category])
        line = BillLine(
            visit_id=visit.visit_id,
            number=self._store.lines.next_number(visit.visit_id),
            item_code=item.medins_list_codg,
            category=category,
            quantity=what.quantity,
            price=what.price,
            total=line_total(what.price, what.quantity),
            trace_code=what.trace_code,
            feedetl_sn=str(self._store.journal.next_number("feedetl_sn")),
            split_units=what.split_units,
            untraced=what.untraced,
            evidence=what.evidence,
            typed=what.typed,
        )
        rxno = self._covering([*self._store.lines.of(visit.visit_id), line]).get(line.number)
        line = replace(line, days=usual_days(line, item), rxno=rxno)
        self._store.lines.add(line, self._now())

    def cover(self, visit_id: str) -> bool:
        """Dispense under the visit's prescriptions what they cover, the rest as ordinary
        lines, while nobody has agreed to the bill; whether any line changed."""
        if self._store.visits.visit(visit_id).state not in _TAKES_LINES:
            return False
        lines = self._store.lines.of(visit_id)
        covering = self._covering(lines)
        other = {
            x.number: covering.get(x.number) for x in lines if x.rxno != covering.get(x.number)
        }
        if other:
            self._store.lines.prescribe(visit_id, other, self._now())
        return bool(other)

    def _covering(self, lines: Sequence[BillLine]) -> dict[int, str]:
        """By the number of each line that one of its visit's prescriptions covers."""
        prescriptions = self._store.prescriptions.of_visit(lines[0].visit_id) if lines else []
        if not prescriptions:
            return {}
        boxes = [
            Box(line.number, item, line.rxno)
            for line in lines
            if line.trace_code and not line.split_units
            if (item := self._catalogue.drug(line.item_code)) is not None
        ]
        return covered(boxes, prescriptions)


def refuse_early_or_late(visit: Visit) -> None:
    """Raises Refused `scan.person_first`, `scan.too_late` unless lines may be added now."""
    if visit.state in _NOBODY_YET:
        raise Refused("scan.person_first")
    if visit.state not in _TAKES_LINES:
        raise Refused("scan.too_late")


def unit_price(item: Item) -> Decimal:
    """Yuan for one small unit: the pack's price divided, six digits behind the point."""
    return (item.price / item.pack_units).quantize(_PRICE_STEP, ROUND_HALF_UP).normalize() + 0


def usual_days(line: BillLine, item: Item) -> int | None:
    """For how many days a line usually lasts; None where the usual dose is not known."""
    if not item.daily_units:
        return None
    units = line.quantity if line.split_units else line.quantity * item.pack_units
    return max(1, min(_DAYS_MAX, int(units / item.daily_units)))


def _quantity(told: Decimal) -> Decimal:
    """Raises Refused `visit.quantity` for what is no amount on a bill."""
    if not told.is_finite() or not 0 < told <= _QUANTITY_MAX or told != round(told, 2):
        raise Refused("visit.quantity", least=1)
    return told
