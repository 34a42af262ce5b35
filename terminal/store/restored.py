"""What a store that came out of a backup must know: what was open then, and which numbers
the terminal before may have given out since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from terminal.core.charge import SettlementState
from terminal.store.database import Database

RESTORED = "restored"
"""Name of the fact in the store."""

_DONE = (SettlementState.SETTLED, SettlementState.CANCELLED, SettlementState.DROPPED)


@dataclass(frozen=True, slots=True)
class Moment:
    """Between these two the terminal before may have done what the backup does not tell."""

    backup_at: datetime
    restored_at: datetime


class RestoredBook:
    """Asks and marks."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def moment(self) -> Moment | None:
        """None: this store was never restored."""
        row = self._db.row(
            "SELECT json_extract(value, '$.backup_at') AS made, json_extract(value, '$.at') AS at"
            " FROM fact WHERE name = ?",
            (RESTORED,),
        )
        if row is None or row["made"] is None:
            return None
        return Moment(datetime.fromisoformat(row["made"]), datetime.fromisoformat(row["at"]))

    def is_before(self, opened_at: datetime) -> bool:
        """Whether the terminal before may have gone on with a visit that began then."""
        moment = self.moment()
        return moment is not None and opened_at <= moment.restored_at

    def unfinished(self) -> list[str]:
        """Visits with a settlement that is neither charged nor let go, oldest first."""
        marks = ", ".join("?" * len(_DONE))
        rows = self._db.rows(
            "SELECT visit_id FROM visit WHERE EXISTS (SELECT 1 FROM settlement WHERE"  # noqa: S608
            f" settlement.visit_id = visit.visit_id AND state NOT IN ({marks}))"
            " ORDER BY opened_at, visit_id",
            _DONE,
        )
        return [row["visit_id"] for row in rows]

    def newest_moments(self) -> list[datetime]:
        """When the last visit began: whoever restores may have a clock that is behind it."""
        rows = self._db.rows("SELECT opened_at FROM visit ORDER BY opened_at DESC LIMIT 1")
        return [datetime.fromisoformat(row["opened_at"]) for row in rows]

    def leap(self, ahead: Mapping[str, int], ahead_of_day: int) -> None:
        """Let every counter jump: `ahead` by name, the others by `ahead_of_day`."""
        with self._db.transaction() as db:
            for row in self._db.rows("SELECT name FROM counter"):
                by = ahead.get(row["name"], ahead_of_day)
                db.execute("UPDATE counter SET value = value + ? WHERE name = ?", (by, row["name"]))
            for name, by in ahead.items():
                db.execute(
                    "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, by)
                )
