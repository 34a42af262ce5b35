"""Results on their way to whoever pushed the bill: at most one of each bill, the newest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terminal.store.database import Database, Row

_DUE = "answered_at IS NULL AND given_up_at IS NULL"


@dataclass(frozen=True, slots=True, repr=False)
class Callback:
    """One result that is to be handed back."""

    callback_id: int
    client: str
    body: str
    made_at: datetime
    tries: int


class CallbackBook:
    """The outbox."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def told(self, client: str, number: str) -> dict[str, Any] | None:
        """The newest result of this bill that was handed back, or is on its way."""
        row = self._db.row(
            "SELECT body FROM callback WHERE client = ? AND number = ?"
            " ORDER BY callback_id DESC LIMIT 1",
            (client, number),
        )
        found: dict[str, Any] | None = None if row is None else json.loads(row["body"])
        return found

    def add(self, client: str, number: str, body: Mapping[str, object], at: datetime) -> None:
        """Hand this back, and nothing older of the same bill any more."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM callback WHERE client = ? AND number = ?", (client, number))
            db.execute(
                "INSERT INTO callback (client, number, body, made_at, next_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    client,
                    number,
                    json.dumps(dict(body), ensure_ascii=False),
                    at.isoformat(),
                    at.isoformat(),
                ),
            )

    def due(self, at: datetime, most: int) -> list[Callback]:
        """What is to be tried now, what has waited longest first."""
        rows = self._db.rows(
            f"SELECT * FROM callback WHERE {_DUE} AND next_at <= ?"  # noqa: S608
            " ORDER BY next_at, callback_id LIMIT ?",
            (at.isoformat(), most),
        )
        return [_callback(row) for row in rows]

    def answered(self, callback: Callback, at: datetime) -> None:
        """They have heard it; what else waits for them is due now."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE callback SET answered_at = ? WHERE callback_id = ?",
                (at.isoformat(), callback.callback_id),
            )
            db.execute(
                f"UPDATE callback SET next_at = ? WHERE client = ? AND {_DUE}",  # noqa: S608
                (at.isoformat(), callback.client),
            )

    def not_heard(self, callback: Callback, again_at: datetime) -> None:
        """They were not reached: nothing for them is tried before that time."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE callback SET tries = tries + 1 WHERE callback_id = ?",
                (callback.callback_id,),
            )
            db.execute(
                f"UPDATE callback SET next_at = max(next_at, ?) WHERE client = ? AND {_DUE}",  # noqa: S608
                (again_at.isoformat(), callback.client),
            )

    def given_up(self, callback: Callback, at: datetime) -> None:
        with self._db.transaction() as db:
            db.execute(
                "UPDATE callback SET given_up_at = ? WHERE callback_id = ?",
                (at.isoformat(), callback.callback_id),
            )


def _callback(row: Row) -> Callback:
    return Callback(
        row["callback_id"],
        row["client"],
        row["body"],
        datetime.fromisoformat(row["made_at"]),
        row["tries"],
    )
