"""The cash book: how shares were paid. Rows are only ever added.

A correction is a row of its own (given back, repaid). The database itself refuses to
change or delete one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from terminal.core.money import Money
from terminal.core.money_views import PaymentKind, PaymentRow, Way
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the cash book, with the visit whose share it is about."""

    visit_id: str
    row: PaymentRow


class Payments:
    """What came over the counter, what was let go, and what is owed."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, person_id: str, visit_id: str, row: PaymentRow) -> None:
        """Write one row; the caller is inside the transaction that decided on it."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO payment"
                " (person_id, visit_id, kind, way, fen, reason, slip_no, taken_by, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    person_id,
                    visit_id,
                    row.kind,
                    row.way,
                    row.amount.fen,
                    row.reason,
                    row.slip_no,
                    row.taken_by,
                    row.at.isoformat(),
                ),
            )

    def of_visit(self, visit_id: str) -> list[PaymentRow]:
        """What was written of a visit's share, in the order of writing."""
        rows = self._db.rows("SELECT * FROM payment WHERE visit_id = ? ORDER BY number", [visit_id])
        return [_row(row) for row in rows]

    def of_person(self, person_id: str) -> list[Entry]:
        """Everything that was written of a person, in the order of writing."""
        rows = self._db.rows(
            "SELECT * FROM payment WHERE person_id = ? ORDER BY number", [person_id]
        )
        return [Entry(row["visit_id"], _row(row)) for row in rows]

    def of_day(self, day: date) -> list[PaymentRow]:
        """Everything that was written on a day, in the order of writing."""
        rows = self._db.rows(
            "SELECT * FROM payment WHERE at >= ? AND at < ? ORDER BY number",
            [day.isoformat(), (day + timedelta(days=1)).isoformat()],
        )
        return [_row(row) for row in rows]

    def in_debt(self) -> list[tuple[str, str]]:
        """Person and visit of every credit that is not all paid back, in no order.

        What a cancelled visit owed is owed no longer.
        """
        rows = self._db.rows(
            "SELECT payment.person_id AS person_id, visit_id,"
            " sum(CASE kind WHEN ? THEN fen WHEN ? THEN -fen ELSE 0 END) AS owed"
            " FROM payment JOIN visit USING (visit_id) WHERE visit.state <> ?"
            " GROUP BY visit_id HAVING owed > 0",
            [PaymentKind.CREDIT, PaymentKind.REPAID, VisitState.CANCELLED],
        )
        return [(row["person_id"], row["visit_id"]) for row in rows]


def _row(row: Row) -> PaymentRow:
    return PaymentRow(
        kind=PaymentKind(row["kind"]),
        way=None if row["way"] is None else Way(row["way"]),
        amount=Money(row["fen"]),
        reason=row["reason"],
        slip_no=row["slip_no"],
        taken_by=row["taken_by"],
        at=datetime.fromisoformat(row["at"]),
    )
