"""Visits looked up by what followed them: corrections, and later visits of the year."""

from __future__ import annotations

from datetime import datetime, timedelta

from terminal.core.catalogue import SELF_PAID
from terminal.core.visit import VisitState
from terminal.store.database import Database
from terminal.store.visits import Visit, visit_of

_LATE_MAX = timedelta(days=31)
"""How long after its opening a visit may be decided and still be listed that day."""


class History:
    """Reads; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def correction_of(self, visit_id: str) -> str | None:
        """The visit that puts this cancelled one right, unless it was left again."""
        row = self._db.row(
            "SELECT visit_id FROM visit WHERE corrects = ? AND state <> ?",
            (visit_id, VisitState.ABANDONED),
        )
        return None if row is None else str(row["visit_id"])

    def last_step(self) -> int:
        """Rises with every step that any visit makes, and with every payment."""
        row = self._db.row(
            "SELECT coalesce((SELECT max(number) FROM visit_step), 0)"
            " + coalesce((SELECT max(number) FROM payment), 0) AS last"
        )
        return int(row["last"]) if row is not None else 0

    def step_of(self, visit_id: str) -> int:
        """Number of the last step this visit made; 0 before the first."""
        row = self._db.row(
            "SELECT coalesce(max(number), 0) AS last FROM visit_step WHERE visit_id = ?",
            (visit_id,),
        )
        return int(row["last"]) if row is not None else 0

    def over_on(self, begins: datetime, ends: datetime, most: int) -> list[Visit]:
        """Visits settled or cancelled in that time, whenever they were opened, and ended ones
        that money came in for; newest first."""
        earliest = begins - _LATE_MAX
        rows = self._db.rows(
            "SELECT visit.* FROM visit WHERE opened_at >= ? AND opened_at < ?"
            " AND (opened_at >= ? OR EXISTS (SELECT 1 FROM visit_step step"
            " WHERE step.visit_id = visit.visit_id AND step.state = visit.state"
            " AND step.at >= ? AND step.at < ?))"
            " AND (state IN (?, ?, ?) OR (state = ? AND EXISTS"
            " (SELECT 1 FROM payment WHERE payment.visit_id = visit.visit_id)))"
            " ORDER BY opened_at DESC, rowid DESC LIMIT ?",
            (
                earliest.isoformat(),
                ends.isoformat(),
                begins.isoformat(),
                begins.isoformat(),
                ends.isoformat(),
                VisitState.SETTLED,
                VisitState.SETTLED_THERE,
                VisitState.CANCELLED,
                VisitState.ABANDONED,
                most,
            ),
        )
        return [visit_of(row) for row in rows]

    def settled_after(self, visit: Visit) -> list[Visit]:
        """Visits of the same person and year that were opened later and settled by insurance."""
        rows = self._db.rows(
            "SELECT * FROM visit WHERE person_id = ? AND opened_at >= ? AND opened_at < ?"
            " AND state = ? AND rowid > (SELECT rowid FROM visit WHERE visit_id = ?)"
            " AND NOT EXISTS (SELECT 1 FROM settlement WHERE category = ?"
            " AND settlement.visit_id = visit.visit_id) ORDER BY opened_at, rowid",
            (
                visit.person_id,
                visit.opened_at.isoformat(),
                f"{visit.opened_at.year + 1}",
                VisitState.SETTLED,
                visit.visit_id,
                SELF_PAID,
            ),
        )
        return [visit_of(row) for row in rows]
