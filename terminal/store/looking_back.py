"""What is looked for in the book afterwards: visits by person or day, and who was given what."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from terminal.core.catalogue import CHRONIC, TWO_DISEASES
from terminal.core.charge import SettlementState
from terminal.core.money import ZERO, Money
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row

_NOBODYS = (
    VisitState.OPEN,
    VisitState.DOUBTED,
    VisitState.CHOOSING,
    VisitState.PRESENTED,
    VisitState.ABANDONED,
)
"""Whose person no doctor has confirmed, or said it is not them: nobody's visit yet."""


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """A visit with what its charges come to."""

    visit_id: str
    name: str
    state: str
    opened_at: datetime
    total: Money
    own: Money


@dataclass(frozen=True, slots=True)
class Given:
    """One line of a settled visit of somebody who lives."""

    person_id: str
    item_code: str
    quantity: Decimal
    split_units: int
    days: int | None
    registered: bool
    """Settled under a registered disease (两病, 慢特病)."""
    on: date


class PastBook:
    """Reads; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def names(self) -> tuple[tuple[str, str], ...]:
        """Everybody's number and name, in the order in which they became known."""
        rows = self._db.rows("SELECT person_id, name FROM person ORDER BY rowid")
        return tuple((row["person_id"], row["name"]) for row in rows)

    def of_people(self, people: Collection[str], day: date | None, most: int) -> tuple[Found, ...]:
        """The newest visits of these people, of one day if one is named."""
        return self._found(
            "v.person_id IN (SELECT value FROM json_each(?))", json.dumps(list(people)), day, most
        )

    def of_day(self, day: date, most: int) -> tuple[Found, ...]:
        """The newest visits that were opened on this day."""
        return self._found("v.person_id <> ?", "", day, most)

    def two_diseases(self, settlement_ids: Collection[str]) -> frozenset[str]:
        """Which of these settlements are 两病."""
        rows = self._db.rows(
            "SELECT settlement_id, category FROM settlement"
            " WHERE settlement_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(settlement_ids)),),
        )
        return frozenset(
            row["settlement_id"]
            for row in rows
            if row["category"].partition(":")[0] == TWO_DISEASES
        )

    def given_since(self, since: date) -> list[Given]:
        """What everybody who lives was given since that day and keeps, oldest first."""
        rows = self._db.rows(
            "SELECT v.person_id, l.item_code, l.quantity, l.split_units, l.days, l.category,"
            " v.opened_at FROM visit v JOIN line l USING (visit_id)"
            " JOIN person p USING (person_id) WHERE v.opened_at >= ? AND l.removed_at IS NULL"
            " AND (v.state = 'settled_there' OR (v.visit_id, l.category) IN"
            " (SELECT visit_id, category FROM settlement WHERE state = 'settled'))"
            " AND p.died_on IS NULL ORDER BY v.opened_at, l.number",
            (since.isoformat(),),
        )
        return [_given(row) for row in rows]

    def _found(self, whose: str, value: str, day: date | None, most: int) -> tuple[Found, ...]:
        begins = (day or date.min).isoformat()
        ends = (date.max if day is None else day + timedelta(days=1)).isoformat()
        marks = ", ".join("?" * len(_NOBODYS))
        rows = self._db.rows(
            "SELECT v.visit_id, v.state, v.opened_at, p.name FROM visit v"  # noqa: S608 - ours.
            f" JOIN person p USING (person_id) WHERE {whose} AND v.opened_at >= ?"
            f" AND v.opened_at < ? AND v.state NOT IN ({marks})"
            " ORDER BY v.opened_at DESC, v.rowid DESC LIMIT ?",
            (value, begins, ends, *_NOBODYS, most),
        )
        sums = self._sums({row["visit_id"]: row["state"] for row in rows})
        return tuple(
            Found(
                row["visit_id"],
                row["name"],
                row["state"],
                datetime.fromisoformat(row["opened_at"]),
                *sums.get(row["visit_id"], (ZERO, ZERO)),
            )
            for row in rows
        )

    def _sums(self, visits: dict[str, str]) -> dict[str, tuple[Money, Money]]:
        """What the charges of these visits come to, whole and own, those of the record system
        among them: as settled, else as priced,
        else as reckoned. What was cancelled counts only where nothing else is left."""
        rows = self._db.rows(
            "SELECT visit_id, state, coalesce(settled, pre_settlement, estimate) AS told"
            " FROM settlement WHERE visit_id IN (SELECT value FROM json_each(?1))"
            " AND state <> ?2 UNION ALL SELECT visit_id, iif(refunded_at IS NULL, 'settled',"
            " 'cancelled'), told FROM settled_there"
            " WHERE visit_id IN (SELECT value FROM json_each(?1))",
            (json.dumps(list(visits)), SettlementState.DROPPED),
        )
        sums: dict[str, tuple[Money, Money]] = {}
        for row in rows:
            undone = row["state"] == SettlementState.CANCELLED
            if row["told"] and (not undone or visits[row["visit_id"]] == VisitState.CANCELLED):
                told = json.loads(row["told"])
                whole, own = sums.get(row["visit_id"], (ZERO, ZERO))
                sums[row["visit_id"]] = (whole + Money(told["total"]), own + Money(told["own"]))
        return sums


def _given(row: Row) -> Given:
    return Given(
        row["person_id"],
        row["item_code"],
        Decimal(row["quantity"]),
        row["split_units"],
        row["days"],
        row["category"].partition(":")[0] in (TWO_DISEASES, CHRONIC),
        datetime.fromisoformat(row["opened_at"]).date(),
    )
