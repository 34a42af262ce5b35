"""What was kept of visits made while the province was away, and what an estimate needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from terminal.core.catalogue import SELF_PAID
from terminal.core.charge import SettlementState
from terminal.core.coverage import Category
from terminal.core.estimate import Paid
from terminal.core.money import Money
from terminal.store.database import Database, Row

_COUNTED = (
    SettlementState.WAITING,
    SettlementState.CONFIRMED,
    SettlementState.SETTLING,
    SettlementState.UNCERTAIN,
    SettlementState.DIFFERS,
    SettlementState.SETTLED,
)
"""What uses a yearly limit, or will when it is charged."""


@dataclass(frozen=True, slots=True, repr=False)
class SignedRecord:
    """A signed record as it is kept: never changed, replaced only by one that contains it."""

    visit_id: str
    record: str
    """Canonical JSON text."""
    signature: str


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """What the counter made of the face of a visit; scores as text, for a record."""

    outcome: str
    live_score: str
    similarity: str
    threshold: str
    camera: str
    model_digest: str


class OfflineBook:
    """Records of offline visits, and what they are made of."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, signed: SignedRecord, at: datetime) -> None:
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO offline_record VALUES (?, ?, ?, ?) ON CONFLICT (visit_id)"
                " DO UPDATE SET record = excluded.record, signature = excluded.signature,"
                " made_at = excluded.made_at",
                (signed.visit_id, signed.record, signed.signature, at.isoformat()),
            )

    def record_of(self, visit_id: str) -> SignedRecord | None:
        row = self._db.row("SELECT * FROM offline_record WHERE visit_id = ?", (visit_id,))
        return None if row is None else _signed(row)

    def records(self) -> list[SignedRecord]:
        """Every record, oldest first."""
        return [
            _signed(row)
            for row in self._db.rows("SELECT * FROM offline_record ORDER BY made_at, visit_id")
        ]

    def added_at(self, visit_id: str) -> dict[int, str]:
        """When each line of the bill was scanned or picked, by line number."""
        rows = self._db.rows(
            "SELECT number, added_at FROM line WHERE visit_id = ? AND removed_at IS NULL",
            (visit_id,),
        )
        return {row["number"]: row["added_at"] for row in rows}

    def face_of(self, visit_id: str) -> FaceSeen | None:
        """The last decision about the face of a visit, if one was made."""
        row = self._db.row(
            "SELECT * FROM face_decision WHERE visit_id = ? ORDER BY number DESC", (visit_id,)
        )
        if row is None:
            return None
        return FaceSeen(
            outcome=row["outcome"],
            live_score=_score(row["live_score"]),
            similarity=_score(row["similarity"]),
            threshold=_score(row["threshold"]),
            camera=row["camera"],
            model_digest=row["model_digest"] or "",
        )

    def deposit(self, visit_id: str) -> Money:
        """What was taken before the amount was known and has not been given back."""
        row = self._db.row(
            "SELECT coalesce(sum(CASE kind WHEN 'deposit' THEN fen ELSE -fen END), 0) AS fen"
            " FROM payment WHERE visit_id = ? AND kind IN ('deposit', 'deposit_returned')",
            (visit_id,),
        )
        return Money(int(row["fen"]) if row is not None else 0)

    def let_go(self, visit_id: str) -> list[str]:
        """Settlements that were dropped, registered, and never sent for a charge."""
        rows = self._db.rows(
            "SELECT settlement_id FROM settlement WHERE visit_id = ? AND state = ?"
            " AND mdtrt_id IS NOT NULL AND settle_msgid IS NULL ORDER BY rowid",
            (visit_id, SettlementState.DROPPED),
        )
        return [row["settlement_id"] for row in rows]

    def paid_in(self, person_id: str, year: int, but: str) -> list[Paid]:
        """What the fund paid or will pay for this person's visits of a year, but one."""
        marks = ", ".join("?" * len(_COUNTED))
        rows = self._db.rows(
            "SELECT category, settled, agreed_fund_fen, (SELECT at FROM settlement_step AS step"  # noqa: S608
            " WHERE step.settlement_id = settlement.settlement_id AND step.state = 'settled'"
            " ORDER BY number LIMIT 1) AS settled_at"
            " FROM settlement JOIN visit USING (visit_id)"
            " WHERE person_id = ? AND visit_id <> ? AND opened_at >= ? AND opened_at < ?"
            f" AND settlement.state IN ({marks}) AND category <> ?",
            (person_id, but, f"{year}-", f"{year + 1}-", *_COUNTED, SELF_PAID),
        )
        return [_paid(row) for row in rows]


def _paid(row: Row) -> Paid:
    settled = None if row["settled"] is None else json.loads(row["settled"])
    fund = row["agreed_fund_fen"] or 0 if settled is None else settled["fund"]
    at = row["settled_at"]
    return Paid(
        Category(row["category"].partition(":")[0]),
        Money(fund),
        None if at is None else datetime.fromisoformat(at),
    )


def _signed(row: Row) -> SignedRecord:
    return SignedRecord(row["visit_id"], row["record"], row["signature"])


def _score(told: float | None) -> str:
    return "" if told is None else f"{told:.4f}"
