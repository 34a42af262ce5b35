"""Who stood in without a binding: errands of a day, newborns, and what was paid for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from terminal.core.catalogue import SELF_PAID
from terminal.core.charge import SettlementState
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row
from terminal.store.visits import Visit, visit_of

_UNDONE = (VisitState.ABANDONED, VisitState.CLOSED, VisitState.CANCELLED)


@dataclass(frozen=True, slots=True, repr=False)
class Newborn:
    """A child who was known by the birth certificate first."""

    person_id: str
    birth_certificate: str
    registered_at: datetime | None


class StandingBook:
    """What must be asked about errands and newborns."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def errand_since(self, person_id: str, since: datetime, but: str) -> bool:
        """Whether somebody was sent for this person since then, with another visit than
        `but`; one that came to nothing does not count, nor an earlier one put right since."""
        row = self._db.row(
            "SELECT 1 FROM visit WHERE person_id = ? AND standing = ? AND opened_at >= ?"
            " AND visit_id <> ? AND state NOT IN (?, ?, ?) AND NOT EXISTS (SELECT 1"
            " FROM visit AS old WHERE old.visit_id = visit.corrects AND old.opened_at < ?)",
            (person_id, Standing.ERRAND, since.isoformat(), but, *_UNDONE, since.isoformat()),
        )
        return row is not None

    def keep_newborn(self, person_id: str, birth_certificate: str) -> None:
        """The person is written down already, under numbers that nobody else can have."""
        with self._db.transaction() as db:
            db.execute("INSERT INTO newborn VALUES (?, ?, NULL)", (person_id, birth_certificate))

    def newborn(self, birth_certificate: str) -> Newborn | None:
        row = self._db.row(
            "SELECT * FROM newborn WHERE birth_certificate = ?", (birth_certificate,)
        )
        return None if row is None else _newborn(row)

    def registered(self, person_id: str, at: datetime) -> None:
        """The province knows the child from now on."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE newborn SET registered_at = ? WHERE person_id = ?",
                (at.isoformat(), person_id),
            )

    def paid_before_registration(self, newborn: Newborn) -> list[Visit]:
        """The child's visits that were paid in full because nobody knew it, oldest first."""
        if newborn.registered_at is None:
            return []
        rows = self._db.rows(
            "SELECT * FROM visit WHERE person_id = ? AND standing = ? AND state = ?"
            " AND opened_at <= ? AND EXISTS (SELECT 1 FROM settlement"
            " WHERE settlement.visit_id = visit.visit_id AND category = ? AND"
            " settlement.state = ?) ORDER BY opened_at, rowid",
            (
                newborn.person_id,
                Standing.NEWBORN,
                VisitState.SETTLED,
                newborn.registered_at.isoformat(),
                SELF_PAID,
                SettlementState.SETTLED,
            ),
        )
        return [visit_of(row) for row in rows]


def _newborn(row: Row) -> Newborn:
    at = row["registered_at"]
    return Newborn(
        row["person_id"],
        row["birth_certificate"],
        None if at is None else datetime.fromisoformat(at),
    )
