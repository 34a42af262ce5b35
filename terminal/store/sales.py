"""Boxes sold, each to be told to the province once its settlement stands."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.store.database import Database

_AT_ONCE_MAX = 100
"""Reports of one round; the rest wait for the next."""


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    settlement_id: str
    item_code: str
    trace_code: str


class Sales:
    """What was sold and whether the province knows."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def sold(self, settlement_id: str, state: str) -> None:
        """Note every box of a settlement that stands. Again changes nothing."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO sale_report (trace_code, settlement_id, state)"
                " SELECT line.trace_code, settlement.settlement_id, ? FROM settlement"
                " JOIN line USING (visit_id, category)"
                " WHERE settlement_id = ? AND trace_code IS NOT NULL AND removed_at IS NULL"
                " ON CONFLICT DO NOTHING",
                (state, settlement_id),
            )

    def waiting(self, state: str) -> list[Report]:
        """Reports in this state, oldest first."""
        rows = self._db.rows(
            "SELECT settlement_id, item_code, sale_report.trace_code AS code FROM sale_report"
            " JOIN settlement USING (settlement_id)"
            " JOIN line ON line.visit_id = settlement.visit_id"
            " AND line.trace_code = sale_report.trace_code AND line.removed_at IS NULL"
            " WHERE sale_report.state = ? ORDER BY sale_report.rowid LIMIT ?",
            (state, _AT_ONCE_MAX),
        )
        return [Report(row["settlement_id"], row["item_code"], row["code"]) for row in rows]

    def any_waiting(self) -> bool:
        """Whether the province is still to be told of any box."""
        return self._db.row("SELECT 1 FROM sale_report WHERE state = 'to_tell'") is not None

    def note(self, report: Report, state: str, said: str) -> None:
        with self._db.transaction() as db:
            db.execute(
                "UPDATE sale_report SET state = ?, said = ?"
                " WHERE settlement_id = ? AND trace_code = ?",
                (state, said, report.settlement_id, report.trace_code),
            )
