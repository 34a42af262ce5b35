"""Each closing of a day as it went, and each count of its drawer: rows are only added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from terminal.core.money import Money
from terminal.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Closed:
    """One closing of a day as it went."""

    day: date
    at: datetime
    closed_by: str
    balanced: bool
    report: dict[str, Any]


class ClosedDays:
    """The book of closings. The last one of a day counts."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, closed: Closed) -> None:
        """Add a closing; those before it stay."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO closing (day, at, closed_by, balanced, report) VALUES (?, ?, ?, ?, ?)",
                (
                    closed.day.isoformat(),
                    closed.at.isoformat(),
                    closed.closed_by,
                    int(closed.balanced),
                    json.dumps(closed.report, ensure_ascii=False),
                ),
            )

    def last(self, day: date) -> Closed | None:
        """The closing of a day that counts: the last one."""
        row = self._db.row(
            "SELECT * FROM closing WHERE day = ? ORDER BY number DESC LIMIT 1", (day.isoformat(),)
        )
        return None if row is None else _closed(row)

    def days_closed(self, begin: date, end: date) -> dict[date, bool]:
        """Days that were closed, and whether the last closing of each balanced."""
        rows = self._db.rows(
            "SELECT day, balanced FROM closing WHERE day BETWEEN ? AND ? ORDER BY number",
            (begin.isoformat(), end.isoformat()),
        )
        return {date.fromisoformat(row["day"]): bool(row["balanced"]) for row in rows}

    def count_drawer(
        self, day: date, counted: Money, expected: Money, counted_by: str, at: datetime
    ) -> None:
        """Add a count of the drawer; those before it stay."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO drawer_count (day, at, counted_by, counted_fen, expected_fen)"
                " VALUES (?, ?, ?, ?, ?)",
                (day.isoformat(), at.isoformat(), counted_by, counted.fen, expected.fen),
            )

    def drawer_counted(self, day: date) -> Money | None:
        """What lay in the drawer by the last count of that day."""
        row = self._db.row(
            "SELECT counted_fen FROM drawer_count WHERE day = ? ORDER BY number DESC LIMIT 1",
            (day.isoformat(),),
        )
        return None if row is None else Money(row["counted_fen"])


def _closed(row: Row) -> Closed:
    return Closed(
        date.fromisoformat(row["day"]),
        datetime.fromisoformat(row["at"]),
        row["closed_by"],
        bool(row["balanced"]),
        json.loads(row["report"]),
    )
