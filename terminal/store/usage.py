"""What this clinic does most: diagnoses, drugs and services of visits that stand as settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from terminal.core.visit import VisitState
from terminal.store.database import Database

_ROWS_MAX = 20_000
"""A quarter of a busy clinic has some 8,000 lines."""


@dataclass(frozen=True, slots=True)
class SettledVisit:
    """What was found and given, without whose it was."""

    diagnosis: str | None
    item_codes: frozenset[str]


class Usage:
    """Reads; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def settled_since(self, since: datetime) -> list[SettledVisit]:
        """Visits opened since then that stand as settled, newest first."""
        rows = self._db.rows(
            "SELECT visit.visit_id, diagnosis, item_code FROM visit"
            " LEFT JOIN line ON line.visit_id = visit.visit_id AND removed_at IS NULL"
            " WHERE state = ? AND opened_at >= ? ORDER BY opened_at DESC, visit.rowid DESC LIMIT ?",
            (VisitState.SETTLED, since.isoformat(), _ROWS_MAX),
        )
        visits: dict[str, tuple[str | None, set[str]]] = {}
        for row in rows:
            _, codes = visits.setdefault(row["visit_id"], (row["diagnosis"], set()))
            if row["item_code"] is not None:
                codes.add(row["item_code"])
        return [SettledVisit(found, frozenset(codes)) for found, codes in visits.values()]
