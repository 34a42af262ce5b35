"""A store with visits in it, made without a province: for what is only read from the book."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

from terminal.core.charge import SettlementEvent
from terminal.core.money import line_total
from terminal.core.people import Person
from terminal.core.visit import VisitEvent
from terminal.store import Store
from terminal.store.bill_line import BillLine
from tests.clinic import Clock

PACK = Decimal(1)


class Book:
    """Visits as the counter's rooms write them down."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._serial = 0

    def later(self, **span: float) -> datetime:
        self.clock.now += timedelta(**span)
        return self.clock.now

    def person(self, name: str = "王建国") -> str:
        person_id = uuid.uuid4().hex
        self.store.people.keep(
            Person(person_id, person_id, name, person_id[:18], "1", date(1965, 3, 12))
        )
        return person_id

    def visit(self, person_id: str, corrects: str | None = None) -> str:
        visit_id = uuid.uuid4().hex
        visits = self.store.visits
        visits.open(visit_id, "D1", self.clock())
        changes = {"person_id": person_id, "corrects": corrects}
        visits.record(visit_id, VisitEvent.PERSON_PRESENTED, self.clock(), changes=changes)
        visits.record(visit_id, VisitEvent.DOCTOR_CONFIRMED_PERSON, self.clock())
        return visit_id

    def line(
        self,
        visit_id: str,
        item_code: str,
        code: str | None = None,
        quantity: Decimal = PACK,
        split_units: int = 0,
        days: int | None = None,
    ) -> int:
        number = self.store.lines.next_number(visit_id)
        self._serial += 1
        line = BillLine(
            visit_id=visit_id,
            number=number,
            item_code=item_code,
            category="ordinary",
            quantity=quantity,
            price=Decimal(4),
            total=line_total(Decimal(4), quantity),
            trace_code=code,
            feedetl_sn=f"{visit_id}-{self._serial}",
            split_units=split_units,
            days=days,
        )
        self.store.lines.add(line, self.clock())
        return number

    def sell(self, visit_id: str) -> str:
        """Sold without insurance, which no province is asked for; returns the settlement."""
        settlement_id = uuid.uuid4().hex
        self.store.settlements.add(settlement_id, visit_id, "ordinary")
        with self.store.transaction():
            event = SettlementEvent.SOLD_SELF_PAID
            self.store.settlements.record(settlement_id, event, self.clock())
            self.store.visits.record(visit_id, VisitEvent.SOLD_SELF_PAID, self.clock())
        return settlement_id

    def cancel(self, settlement_id: str) -> None:
        event = SettlementEvent.SELF_PAID_UNDONE
        self.store.settlements.record(settlement_id, event, self.clock())

    def sold(self, item_code: str, code: str | None = None, **more: object) -> tuple[str, str]:
        """A visit of one line, sold and handed over."""
        visit_id = self.visit(self.person())
        self.line(visit_id, item_code, code, **more)  # type: ignore[arg-type]
        settlement_id = self.sell(visit_id)
        self.store.lines.hand_over(visit_id, self.clock())
        return visit_id, settlement_id
