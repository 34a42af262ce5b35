"""What residents said to amounts: only ever added to, the newest answer last."""

from __future__ import annotations

from datetime import datetime

from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.money import Money
from terminal.store.database import Database


class Agreements:
    """The book of answers."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, visit_id: str, said: Agreement) -> None:
        """Write an answer down behind those that were given before it."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO agreement SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?"
                " FROM agreement WHERE visit_id = ?",
                (
                    visit_id,
                    said.revision,
                    said.own.fen,
                    said.answer,
                    said.manner,
                    said.at.isoformat(),
                    said.heard_by,
                    visit_id,
                ),
            )

    def last(self, visit_id: str) -> Agreement | None:
        """The newest answer of a visit; None: nothing was ever said."""
        row = self._db.row(
            "SELECT * FROM agreement WHERE visit_id = ? ORDER BY number DESC LIMIT 1", (visit_id,)
        )
        if row is None:
            return None
        return Agreement(
            answer=Answer(row["answer"]),
            manner=Manner(row["manner"]),
            revision=row["revision"],
            own=Money(row["own_fen"]),
            at=datetime.fromisoformat(row["at"]),
            heard_by=row["heard_by"],
        )
