"""The emergency pad: blank slips with numbers, each entered once or spoilt for a reason."""

from __future__ import annotations

from datetime import datetime

from terminal.core.faults import Refused
from terminal.core.screen_views import PadSlip
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row


class PadBook:
    """Every number that was ever given out."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def number(self, count: int, at: datetime) -> range:
        """Give out so many new numbers; none is ever given out twice."""
        with self._db.transaction() as db:
            (highest,) = db.execute("SELECT coalesce(max(number), 0) FROM pad_slip").fetchone()
            numbers = range(highest + 1, highest + 1 + count)
            db.executemany(
                "INSERT INTO pad_slip (number, printed_at) VALUES (?, ?)",
                [(number, at.isoformat()) for number in numbers],
            )
        return numbers

    def shown(self, since: datetime) -> tuple[PadSlip, ...]:
        """What is neither entered nor spoilt, and what was since then; by number."""
        rows = self._db.rows(
            "SELECT * FROM pad_slip WHERE (visit_id IS NULL AND spoilt_at IS NULL)"
            " OR entered_at >= ? OR spoilt_at >= ? ORDER BY number",
            (since.isoformat(), since.isoformat()),
        )
        return tuple(_slip(row) for row in rows)

    def of_visit(self, visit_id: str) -> int | None:
        """The slip that this visit was written on."""
        row = self._db.row("SELECT number FROM pad_slip WHERE visit_id = ?", (visit_id,))
        return None if row is None else int(row["number"])

    def missing(self) -> tuple[int, ...]:
        """Below the highest that was entered: neither entered nor spoilt."""
        rows = self._db.rows(
            "SELECT number FROM pad_slip WHERE visit_id IS NULL AND spoilt_at IS NULL"
            " AND number < (SELECT max(number) FROM pad_slip WHERE visit_id IS NOT NULL)"
            " ORDER BY number"
        )
        return tuple(int(row["number"]) for row in rows)

    def enter(self, number: int, visit_id: str, at: datetime) -> None:
        """The visit was written on this slip.

        A slip whose visit was given up may be entered again. Raises Refused `pad.unknown`,
        `pad.spoilt`, `pad.entered_already`, `pad.visit_has_one`.
        """
        with self._db.transaction() as db:
            slip = self._slip(number)
            if self.of_visit(visit_id) not in (None, number):
                raise Refused("pad.visit_has_one", number=self.of_visit(visit_id))
            if slip.spoilt_at is not None:
                raise Refused("pad.spoilt", number=number)
            if slip.visit_id not in ("", visit_id) and not self._given_up(slip.visit_id):
                raise Refused("pad.entered_already", number=number)
            db.execute(
                "UPDATE pad_slip SET visit_id = ?, entered_at = ? WHERE number = ?",
                (visit_id, at.isoformat(), number),
            )

    def spoil(self, number: int, reason: str, at: datetime) -> None:
        """This slip was not used. Raises Refused `pad.unknown`, `pad.spoilt`,
        `pad.entered_already`."""
        with self._db.transaction() as db:
            slip = self._slip(number)
            if slip.spoilt_at is not None:
                raise Refused("pad.spoilt", number=number)
            if slip.visit_id and not self._given_up(slip.visit_id):
                raise Refused("pad.entered_already", number=number)
            db.execute(
                "UPDATE pad_slip SET visit_id = NULL, entered_at = NULL, spoilt_at = ?, reason = ?"
                " WHERE number = ?",
                (at.isoformat(), reason, number),
            )

    def _slip(self, number: int) -> PadSlip:
        row = self._db.row("SELECT * FROM pad_slip WHERE number = ?", (number,))
        if row is None:
            raise Refused("pad.unknown", number=number)
        return _slip(row)

    def _given_up(self, visit_id: str) -> bool:
        row = self._db.row("SELECT state FROM visit WHERE visit_id = ?", (visit_id,))
        return row is not None and row["state"] == VisitState.ABANDONED


def _slip(row: Row) -> PadSlip:
    return PadSlip(
        row["number"],
        datetime.fromisoformat(row["printed_at"]),
        row["visit_id"] or "",
        _moment(row["entered_at"]),
        _moment(row["spoilt_at"]),
        row["reason"],
    )


def _moment(at: str | None) -> datetime | None:
    return None if at is None else datetime.fromisoformat(at)
