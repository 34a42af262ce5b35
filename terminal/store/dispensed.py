"""What was handed to whom: drugs of visits that stand as settled, here or by the record system,
for warnings and needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from terminal.store.database import Database, Row

_ROWS_MAX = 20_000
"""A year of a busy clinic has some 25,000 lines; nobody asks for more than a quarter."""


@dataclass(frozen=True, slots=True)
class Dispensed:
    """One line of a settled visit."""

    visit_id: str
    person_id: str
    item_code: str
    quantity: Decimal
    """Packs; small units where `split_units` is not 0."""
    split_units: int
    days: int | None
    """For how many days it was meant to last; None: not said."""
    at: datetime


class DispensedBook:
    """Reads; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_person(self, person_id: str, since: datetime) -> list[Dispensed]:
        """What this person was given since then, oldest first."""
        rows = self._db.rows(
            f"{_SELECT} AND visit.person_id = ? AND visit.opened_at >= ?{_ORDER}",
            (person_id, since.isoformat(), _ROWS_MAX),
        )
        return [_dispensed(row) for row in rows]

    def since(self, since: datetime) -> list[Dispensed]:
        """What everybody was given since then, oldest first."""
        rows = self._db.rows(
            f"{_SELECT} AND visit.opened_at >= ?{_ORDER}", (since.isoformat(), _ROWS_MAX)
        )
        return [_dispensed(row) for row in rows]


_SELECT = (
    "SELECT visit_id, person_id, item_code, quantity, split_units, days, visit.opened_at AS at"
    " FROM visit JOIN line USING (visit_id) WHERE line.removed_at IS NULL"
    " AND (visit.state = 'settled_there' OR (visit_id, category) IN"
    " (SELECT visit_id, category FROM settlement WHERE state = 'settled'))"
)
_ORDER = " ORDER BY visit.opened_at, line.number LIMIT ?"


def _dispensed(row: Row) -> Dispensed:
    return Dispensed(
        visit_id=row["visit_id"],
        person_id=row["person_id"],
        item_code=row["item_code"],
        quantity=Decimal(row["quantity"]),
        split_units=row["split_units"],
        days=row["days"],
        at=datetime.fromisoformat(row["at"]),
    )
