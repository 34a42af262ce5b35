"""Settlements of the day that this terminal did not make, each judged by the doctor.

They are asked for before a charge: a visit settled at another place, or by the clinic's
own record system, must not be settled here a second time without anybody noticing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from terminal.core.money import Money
from terminal.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Found:
    """One of them, as it was told."""

    setl_id: str
    institution: str
    at: str
    """setl_time as it came; may be empty."""
    total: Money
    fund: Money
    judged: bool = False


class ElsewhereBook:
    """What was found, and what the doctor said of it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def found(self, visit_id: str, each: Found, at: datetime) -> None:
        """Write one down; one that was judged already stays judged."""
        told = json.dumps(
            {
                "institution": each.institution,
                "at": each.at,
                "total": each.total.fen,
                "fund": each.fund.fen,
            },
            ensure_ascii=False,
        )
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO elsewhere (visit_id, setl_id, told, found_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET told = excluded.told",
                (visit_id, each.setl_id, told, at.isoformat()),
            )

    def gone(self, visit_id: str, standing: set[str]) -> None:
        """Forget what does not stand any more and nobody has judged."""
        with self._db.transaction() as db:
            for each in self.of_visit(visit_id):
                if not each.judged and each.setl_id not in standing:
                    db.execute(
                        "DELETE FROM elsewhere WHERE visit_id = ? AND setl_id = ?",
                        (visit_id, each.setl_id),
                    )

    def judge(self, visit_id: str, setl_id: str, doctor_code: str, at: datetime) -> bool:
        """The doctor says: that was another matter. False when there is no such row."""
        with self._db.transaction() as db:
            done = db.execute(
                "UPDATE elsewhere SET judged_at = ?, judged_by = ?"
                " WHERE visit_id = ? AND setl_id = ?",
                (at.isoformat(), doctor_code, visit_id, setl_id),
            )
        return bool(done.rowcount)

    def of_visit(self, visit_id: str) -> list[Found]:
        """What was found beside this visit, in the order of finding."""
        rows = self._db.rows(
            "SELECT * FROM elsewhere WHERE visit_id = ? ORDER BY rowid", (visit_id,)
        )
        return [_found(row) for row in rows]


def _found(row: Row) -> Found:
    told = json.loads(row["told"])
    return Found(
        row["setl_id"],
        told["institution"],
        told["at"],
        Money(told["total"]),
        Money(told["fund"]),
        judged=row["judged_at"] is not None,
    )
