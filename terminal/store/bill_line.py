"""A line of a visit's bill as it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from terminal.core.boxes import Untraced
from terminal.core.money import Money
from terminal.store.database import Row

CARRIED = "carried"
"""Evidence of a corrected line: units that had left the counter before."""


@dataclass(frozen=True, slots=True, repr=False)
class BillLine:
    """A box, a part of one, goods without a code, or a service on a visit's bill."""

    visit_id: str
    number: int
    item_code: str
    category: str
    quantity: Decimal
    """Packs, times or grams; small units where `split_units` is not 0."""
    price: Decimal
    """Yuan for one of `quantity`."""
    total: Money
    trace_code: str | None
    feedetl_sn: str
    split_units: int = 0
    """Taken out of the opened box with this code; 0: a whole pack, or no box."""
    untraced: Untraced | None = None
    """Why a drug has no code."""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """What stands for a code: lot, delivery_note."""
    days: int | None = None
    """For how many days it supplies the person."""
    typed: bool = False
    """The code was read by eye."""
    rxno: str | None = None
    """Number of the county prescription under which it is dispensed."""
    left_at: datetime | None = None
    """When it left the counter with somebody: nobody knows where it has been since."""

    @property
    def at_home(self) -> int:
        """Of `split_units`: what somebody took home, with this bill or the one it puts right."""
        if self.left_at is not None:
            return self.split_units
        return int(self.evidence.get(CARRIED, "0"))

    def __repr__(self) -> str:
        """Without the trace code: a line may end in a log."""
        return f"BillLine({self.visit_id!r}, {self.number}, {self.item_code!r})"


def line_of(row: Row) -> BillLine:
    """A row of the table."""
    return BillLine(
        visit_id=row["visit_id"],
        number=row["number"],
        item_code=row["item_code"],
        category=row["category"],
        quantity=Decimal(row["quantity"]),
        price=Decimal(row["price"]),
        total=Money(row["total_fen"]),
        trace_code=row["trace_code"],
        feedetl_sn=row["feedetl_sn"],
        split_units=row["split_units"],
        untraced=None if row["untraced"] is None else Untraced(row["untraced"]),
        evidence=json.loads(row["evidence"] or "{}"),
        days=row["days"],
        typed=bool(row["typed"]),
        rxno=row["rxno"],
        left_at=None if row["left_at"] is None else datetime.fromisoformat(row["left_at"]),
    )
