"""Boxes sold, each to be told to the province once its settlement stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminal.core.catalogue import SELF_PAID
from terminal.store.database import Database

_AT_ONCE_MAX = 100
"""Reports of one round; the rest wait for the next."""


class ReportState(StrEnum):
    """What the province knows of a box that was sold."""

    TO_TELL = "to_tell"
    ASKED = "asked"
    """Told, or about to be, and not answered: the province may know already."""
    TOLD = "told"
    REFUSED = "refused"
    DELIVERY_UNKNOWN = "delivery_unknown"
    """The clinic has not written down with which delivery the box came; waits until it has."""
    TAKEN_BACK = "taken_back"
    """Its settlement was cancelled, and the province knows that it is not sold."""
    NOT_TAKEN_BACK = "not_taken_back"
    """The province refused to: it may never have heard of the sale."""


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    settlement_id: str
    item_code: str
    trace_code: str
    state: ReportState
    split_units: int = 0
    """Small units out of an opened box; 0: the whole pack."""


@dataclass(frozen=True, slots=True, repr=False)
class RefusedReport:
    """A sold box that the province does not take as sold by us."""

    item_code: str
    trace_code: str
    person_id: str
    said: str
    at: datetime


class Sales:
    """What was sold and whether the province knows."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def sold(self, settlement_id: str, state: ReportState = ReportState.TO_TELL) -> None:
        """Note every box of a settlement that stands. Again changes nothing.

        `state`: ASKED where another terminal may have told of it.
        """
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO sale_report (trace_code, settlement_id, state)"
                " SELECT line.trace_code, settlement.settlement_id, ? FROM settlement"
                " JOIN line USING (visit_id, category)"
                " WHERE settlement_id = ? AND trace_code IS NOT NULL AND removed_at IS NULL"
                " ON CONFLICT DO NOTHING",
                (state, settlement_id),
            )

    def perhaps_told(self) -> None:
        """Another terminal may have told of all that was still to be told."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE sale_report SET state = ? WHERE state = ? AND settlement_id IN"
                " (SELECT settlement_id FROM settlement WHERE state = 'settled')",
                (ReportState.ASKED, ReportState.TO_TELL),
            )

    def is_reported(self, trace_code: str) -> bool:
        """Whether a sale of this box was ever told of here, or was to be."""
        row = self._db.row("SELECT 1 FROM sale_report WHERE trace_code = ?", (trace_code,))
        return row is not None

    def waiting(self, *, self_paid_only: bool = False) -> list[Report]:
        """What is to be told, oldest first; nothing of a settlement that was cancelled.

        `self_paid_only`: of the others the province learns with the charge.
        """
        return self._reports(
            " WHERE sale_report.state IN (?, ?) AND settlement.state = 'settled'",
            (ReportState.TO_TELL, ReportState.ASKED),
            self_paid_only=self_paid_only,
        )

    def to_take_back(self, *, self_paid_only: bool = False) -> list[Report]:
        """What the province may have as sold though its settlement was cancelled since, or
        the box was brought back."""
        return self._reports(
            " WHERE sale_report.state IN (?, ?) AND (settlement.state = 'cancelled'"
            " OR (sale_report.state = 'told' AND EXISTS (SELECT 1 FROM box_return"
            " WHERE box_return.trace_code = sale_report.trace_code"
            " AND box_return.settlement_id = sale_report.settlement_id)))",
            (ReportState.TOLD, ReportState.ASKED),
            self_paid_only=self_paid_only,
        )

    def refused(self, since: datetime, most: int) -> list[RefusedReport]:
        """Sold boxes of which the province would not take the report, newest first."""
        rows = self._db.rows(
            "SELECT DISTINCT sale_report.trace_code, item_code, person_id, said, opened_at,"
            " sale_report.rowid AS number FROM sale_report JOIN settlement USING (settlement_id)"
            " JOIN visit USING (visit_id) JOIN line ON line.visit_id = visit.visit_id"
            " AND line.trace_code = sale_report.trace_code"
            " WHERE sale_report.state = ? AND opened_at >= ? ORDER BY number DESC LIMIT ?",
            (ReportState.REFUSED, since.isoformat(), most),
        )
        return [
            RefusedReport(
                row["item_code"],
                row["trace_code"],
                row["person_id"] or "",
                row["said"] or "",
                datetime.fromisoformat(row["opened_at"]),
            )
            for row in rows
        ]

    def reconsider(self) -> None:
        """Let what waited for its delivery be looked at again: the catalogue may be new."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE sale_report SET state = ? WHERE state = ?",
                (ReportState.TO_TELL, ReportState.DELIVERY_UNKNOWN),
            )

    def note(self, report: Report, state: ReportState, said: str = "") -> None:
        with self._db.transaction() as db:
            db.execute(
                "UPDATE sale_report SET state = ?, said = ?"
                " WHERE settlement_id = ? AND trace_code = ?",
                (state, said, report.settlement_id, report.trace_code),
            )

    def _reports(
        self, where: str, values: tuple[str, ...], *, self_paid_only: bool
    ) -> list[Report]:
        only = " AND settlement.category = ?" if self_paid_only else ""
        values = (*values, SELF_PAID) if self_paid_only else values
        rows = self._db.rows(
            "SELECT DISTINCT settlement_id, item_code, sale_report.trace_code AS code,"  # noqa: S608
            " sale_report.state AS state, split_units, sale_report.rowid AS number"
            " FROM sale_report JOIN settlement USING (settlement_id)"
            " JOIN line ON line.visit_id = settlement.visit_id"
            " AND line.trace_code = sale_report.trace_code AND line.removed_at IS NULL"
            f"{where}{only}"
            " ORDER BY number LIMIT ?",
            (*values, _AT_ONCE_MAX),
        )
        return [
            Report(
                row["settlement_id"],
                row["item_code"],
                row["code"],
                ReportState(row["state"]),
                row["split_units"],
            )
            for row in rows
        ]
