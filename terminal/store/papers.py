"""What was asked to be printed, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.papers import PaperKind
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """One paper that is not printed yet. Its text is drawn from the books when it is."""

    paper_id: int
    kind: PaperKind
    visit_id: str
    """Empty for what belongs to no visit."""
    day: date | None
    numbers: range
    """Of blank slips; empty for anything else."""
    begun: bool
    """It went to the printer before, and may be half printed."""


class PaperBook:
    """Papers, in the order in which they were asked for."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def ask(
        self,
        kind: PaperKind,
        at: datetime,
        *,
        visit_id: str | None = None,
        day: date | None = None,
        numbers: range = range(0),
    ) -> None:
        """Let this be printed. The same paper is not kept waiting twice."""
        told = (
            kind,
            visit_id,
            None if day is None else day.isoformat(),
            numbers[0] if numbers else None,
            numbers[-1] if numbers else None,
        )
        with self._db.transaction() as db:
            waits = db.execute(
                "SELECT 1 FROM paper WHERE printed_at IS NULL AND dropped_at IS NULL AND kind = ?"
                " AND visit_id IS ? AND day IS ? AND first_number IS ? AND last_number IS ?",
                told,
            ).fetchone()
            if waits is None:
                db.execute(
                    "INSERT INTO paper (kind, visit_id, day, first_number, last_number, asked_at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (*told, at.isoformat()),
                )

    def earlier(self, asked: PaperAsked, since: datetime) -> int:
        """How often the same paper of a visit went to the printer before it, asked for since
        then; one that stopped half printed counts."""
        row = self._db.row(
            "SELECT count(*) AS many FROM paper WHERE visit_id = ? AND kind = ? AND paper_id < ?"
            " AND begun_at IS NOT NULL AND asked_at >= ?",
            (asked.visit_id, asked.kind, asked.paper_id, since.isoformat()),
        )
        return 0 if row is None else int(row["many"])

    def waiting(self) -> list[PaperAsked]:
        """Everything to be printed, the oldest first."""
        rows = self._db.rows(
            "SELECT * FROM paper WHERE printed_at IS NULL AND dropped_at IS NULL ORDER BY paper_id"
        )
        return [_asked(row) for row in rows]

    def count(self) -> int:
        """How many wait."""
        row = self._db.row(
            "SELECT count(*) AS many FROM paper WHERE printed_at IS NULL AND dropped_at IS NULL"
        )
        return 0 if row is None else int(row["many"])

    def begun(self, paper_id: int, at: datetime | None) -> None:
        """It goes to the printer now; None: not a byte of it went."""
        self._set("begun_at", paper_id, at)

    def printed(self, paper_id: int, at: datetime) -> None:
        """The printer has said that it is out."""
        self._set("printed_at", paper_id, at)

    def dropped(self, paper_id: int, at: datetime) -> None:
        """It is not wanted any more."""
        self._set("dropped_at", paper_id, at)

    def settled_unasked(self, since: datetime) -> list[str]:
        """Visits settled since then and still, of which no receipt was ever asked for."""
        rows = self._db.rows(
            "SELECT v.visit_id FROM visit v WHERE v.state = ? AND EXISTS"
            " (SELECT 1 FROM visit_step s"
            " WHERE s.visit_id = v.visit_id AND s.state = v.state AND s.at >= ?) AND NOT EXISTS"
            " (SELECT 1 FROM paper p WHERE p.visit_id = v.visit_id AND p.kind = ?)"
            " AND v.opened_at >= ? ORDER BY v.opened_at",
            (VisitState.SETTLED, since.isoformat(), PaperKind.RECEIPT, since.date().isoformat()),
        )
        return [row["visit_id"] for row in rows]

    def _set(self, column: str, paper_id: int, at: datetime | None) -> None:
        with self._db.transaction() as db:
            db.execute(
                f"UPDATE paper SET {column} = ? WHERE paper_id = ?",  # noqa: S608 - ours above.
                (None if at is None else at.isoformat(), paper_id),
            )


def _asked(row: Row) -> PaperAsked:
    first, last = row["first_number"], row["last_number"]
    return PaperAsked(
        row["paper_id"],
        PaperKind(row["kind"]),
        row["visit_id"] or "",
        None if row["day"] is None else date.fromisoformat(row["day"]),
        range(0) if first is None else range(first, last + 1),
        row["begun_at"] is not None,
    )
