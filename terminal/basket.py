"""What was given and done: boxes scanned, services picked, the diagnosis behind them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from terminal.billing import Billing
from terminal.board import Workplace
from terminal.core.catalogue import Catalogue
from terminal.core.charge import SettlementState
from terminal.core.diagnoses import Diagnoses
from terminal.core.faults import Refused
from terminal.core.visit import VisitState
from terminal.favourites import Favourites
from terminal.reminding import Reminding
from terminal.store.bill_line import BillLine

_NOT_AGREED = (SettlementState.DRAFT, SettlementState.ESTIMATED, SettlementState.PRICED)

_MAY_CHANGE = (VisitState.TRACED, VisitState.ESTIMATED, VisitState.PRICED)
"""While what stands on the bill is not agreed to."""


class Basket:
    """The doctor's verbs about the lines of the bill."""

    def __init__(
        self,
        workplace: Workplace,
        catalogue: Catalogue,
        diagnoses: Diagnoses,
        billing: Billing,
        favourites: Favourites,
        reminding: Reminding,
        changed: Callable[[str], None],
    ) -> None:
        """`changed` is told the visit whose lines changed: its price is no longer known."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._catalogue = catalogue
        self._diagnoses = diagnoses
        self._billing = billing
        self._favourites = favourites
        self._reminding = reminding
        self._changed = changed

    def set_diagnosis(self, visit_id: str, code: str) -> None:
        """Raises Refused `diagnosis.unknown`."""
        chosen = self._diagnoses.diagnosis(code)
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._store.visits.change_diagnosis(visit_id, chosen.code, self._now())
        self._after(visit_id)

    def add_service(self, visit_id: str, code: str) -> None:
        """Raises Refused `catalogue.no_such_service`, `catalogue.public_health`,
        `visit.too_many_lines`."""
        service = self._catalogue.service(code)
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._billing.add_service(self._store.visits.visit(visit_id), service)
        self._after(visit_id)

    def remove_line(self, visit_id: str, number: int) -> None:
        """Raises Refused `visit.no_such_line`, `visit.line_charged`."""
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._refuse_charged(visit_id, number)
            self._store.lines.remove(visit_id, number, self._now())
            self._billing.cover(visit_id)
        self._after(visit_id)

    def move_line(self, visit_id: str, number: int, to_visit_id: str) -> None:
        """A line of the visit in front belongs to another open visit: its box moves along.

        Both bills are other ones then, and are priced anew. Raises Refused
        `visit.line_charged` once this bill is agreed to, `visit.line_not_moved` where the
        other takes no lines, `course.not_moved` for a treatment of several days,
        `visit.too_many_lines`, and what a scan of the box there would raise.
        """
        with self._counter.lock, self._store.transaction():
            line = self._changeable(visit_id, number)
            to = self._store.visits.visit(to_visit_id)
            if to_visit_id == visit_id or to.state not in (VisitState.IDENTIFIED, *_MAY_CHANGE):
                raise Refused("visit.line_not_moved", state=to.state.value)
            if number in self._store.courses.times_of(visit_id):
                raise Refused("course.not_moved")
            self._store.lines.remove(visit_id, number, self._now())
            self._billing.move(line, to)
            self._billing.cover(visit_id)
        self._after(visit_id)

    def set_quantity(self, visit_id: str, number: int, quantity: Decimal) -> None:
        """Raises Refused `visit.quantity`, `visit.line_is_a_box`, `box.not_enough`."""
        with self._counter.lock, self._store.transaction():
            line = self._changeable(visit_id, number)
            self._billing.change_quantity(line, quantity)
            self._store.courses.fewer(visit_id, number, int(line.quantity), int(quantity))
        self._after(visit_id)

    def set_days(self, visit_id: str, number: int, days: int) -> None:
        """Raises Refused `visit.days`. What is billed stays as it is."""
        with self._counter.lock:
            self._billing.change_days(self._changeable(visit_id, number), days)
        self._board.publish()

    def take_new_price(self, visit_id: str, number: int) -> None:
        """Raises Refused `catalogue.item_gone`."""
        with self._counter.lock:
            self._billing.change_price(self._changeable(visit_id, number))
        self._after(visit_id)

    def use_common(self, visit_id: str, number: int) -> None:
        """Raises Refused `visit.no_such_common` when the list changed under the finger."""
        diagnosis_code, services = self._favourites.expand(number)
        items = [self._catalogue.service(code) for code in services]
        chosen = self._diagnoses.diagnosis(diagnosis_code)
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            self._store.visits.change_diagnosis(visit_id, chosen.code, self._now())
            for item in items:
                self._billing.add_service(self._store.visits.visit(visit_id), item)
        self._after(visit_id)

    def give_reason(self, visit_id: str, rule: str, number: int | None, reason: str) -> None:
        """Raises Refused `visit.no_reason`, `visit.no_such_finding`, `visit.finding_blocks`."""
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._reminding.give_reason(visit_id, rule, number, reason)
        self._board.publish()

    def _changeable(self, visit_id: str, number: int) -> BillLine:
        """A line of the visit on the counter, while nobody has agreed to it."""
        self._counter.on_counter(visit_id)
        if self._store.visits.visit(visit_id).state not in _MAY_CHANGE:
            raise Refused("visit.line_charged", number=number)
        return self._store.lines.line(visit_id, number)

    def _refuse_charged(self, visit_id: str, number: int) -> None:
        """Of a partly settled visit only what is neither charged nor agreed to may go."""
        if self._store.visits.visit(visit_id).state is not VisitState.PARTLY_SETTLED:
            return
        category = {line.number: line.category for line in self._store.lines.of(visit_id)}
        for record in self._store.settlements.of_visit(visit_id):
            if record.category == category.get(number) and record.state not in _NOT_AGREED:
                raise Refused("visit.line_charged", number=number)

    def _after(self, visit_id: str) -> None:
        self._counter.scan = None
        self._changed(visit_id)
        self._board.publish()
