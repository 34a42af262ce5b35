"""The county's prescriptions that lie, or lay, in a visit here. Whose they are the visit says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from terminal.core.prescriptions import Prescription, prescription_of
from terminal.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Kept:
    """One of them."""

    visit_id: str
    prescription: Prescription
    put_off: bool
    """The doctor does not dispense it here."""


class PrescriptionBook:
    """Each number lies in one visit at most."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, visit_id: str, told: Prescription, at: datetime) -> None:
        """It lies in this visit now, and in no other."""
        written = json.dumps(told.as_told(), ensure_ascii=False)
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO prescription (hi_rxno, visit_id, told, asked_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET visit_id = excluded.visit_id, told = excluded.told,"
                " asked_at = excluded.asked_at, put_off_at = NULL",
                (told.hi_rxno, visit_id, written, at.isoformat()),
            )

    def put_off(self, visit_id: str, hi_rxno: str, at: datetime) -> bool:
        """It is not dispensed in this visit. False where it does not lie there."""
        with self._db.transaction() as db:
            done = db.execute(
                "UPDATE prescription SET put_off_at = ?"
                " WHERE hi_rxno = ? AND visit_id = ? AND put_off_at IS NULL",
                (at.isoformat(), hi_rxno, visit_id),
            )
        return bool(done.rowcount)

    def follow(self, visit_id: str, to_visit_id: str) -> None:
        """The visit is put right by another one: what lay in it lies there."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE prescription SET visit_id = ? WHERE visit_id = ?", (to_visit_id, visit_id)
            )

    def kept(self, hi_rxno: str) -> Kept | None:
        """Where it lies; None: it was never here."""
        row = self._db.row("SELECT * FROM prescription WHERE hi_rxno = ?", (hi_rxno,))
        return None if row is None else _kept(row)

    def of_visit(self, visit_id: str) -> list[Prescription]:
        """Those to be dispensed in it, in the order of asking."""
        rows = self._db.rows(
            "SELECT * FROM prescription WHERE visit_id = ? AND put_off_at IS NULL"
            " ORDER BY asked_at, hi_rxno",
            (visit_id,),
        )
        return [_kept(row).prescription for row in rows]


def _kept(row: Row) -> Kept:
    return Kept(
        row["visit_id"],
        prescription_of(row["hi_rxno"], json.loads(row["told"])),
        put_off=row["put_off_at"] is not None,
    )
