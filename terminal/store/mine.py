"""What one person settled here, for whoever asks about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.catalogue import ORDINARY
from terminal.core.charge import SettlementState
from terminal.core.money import Money
from terminal.store.database import Database


@dataclass(frozen=True, slots=True)
class MySum:
    """One visit of which something stands as settled: the sums of its settlements."""

    visit_id: str
    day: date
    total: Money
    fund: Money
    own: Money


class MineBook:
    """Reads; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def settled(self, person_id: str, most: int) -> list[MySum]:
        """Visits of this person that stand as settled, here or by the record system, or as
        sold; newest first."""
        rows = self._db.rows(
            "SELECT visit_id, visit.opened_at, sum(json_extract(told, '$.total')) AS total,"
            " sum(json_extract(told, '$.fund')) AS fund,"
            " sum(json_extract(told, '$.own')) AS own"
            " FROM visit JOIN (SELECT visit_id, settled AS told FROM settlement"
            " WHERE settlement.state = ? AND settled IS NOT NULL UNION ALL"
            " SELECT visit_id, told FROM settled_there WHERE refunded_at IS NULL)"
            " USING (visit_id) WHERE person_id = ?"
            " GROUP BY visit_id ORDER BY visit.opened_at DESC LIMIT ?",
            (SettlementState.SETTLED, person_id, most),
        )
        return [
            MySum(
                visit_id=row["visit_id"],
                day=datetime.fromisoformat(row["opened_at"]).date(),
                total=Money(row["total"]),
                fund=Money(row["fund"]),
                own=Money(row["own"]),
            )
            for row in rows
        ]

    def fund_by_day(self, person_id: str, since: date) -> list[tuple[date, Money]]:
        """What the fund paid under the yearly limit, visit by visit, oldest first."""
        rows = self._db.rows(
            "SELECT visit.opened_at, json_extract(settled, '$.fund') AS fund"
            " FROM visit JOIN settlement USING (visit_id) WHERE person_id = ?"
            " AND opened_at >= ? AND settlement.state = ? AND category = ?"
            " AND settled IS NOT NULL ORDER BY opened_at",
            (person_id, since.isoformat(), SettlementState.SETTLED, ORDINARY),
        )
        return [
            (datetime.fromisoformat(row["opened_at"]).date(), Money(row["fund"])) for row in rows
        ]
