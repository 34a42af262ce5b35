"""Every message to the province: written down before it leaves, and what came back.

A msgid is one send. It equals medins_setl_id in the answer to a settlement and is the
only handle that a reversal (2601) has on it, so it must be on the disk first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terminal.store.database import Database

_SEQUENCE_LIMIT = 10_000
"""The last four digits of a msgid."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that may have reached the province."""

    msgid: str
    infno: str
    settlement_id: str | None
    outcome: str | None
    """answered, refused, unavailable, uncertain; None when we stopped before hearing."""


class Journal:
    """What was said to the province, and what it said."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def next_msgid(self, fixmedins_code: str, now: datetime) -> str:
        """A new msgid: institution (12), local time to the second (14), sequence (4).

        The sequence goes on across restarts, so that a clock set back repeats nothing.
        """
        sequence = self.next_number("msgid") % _SEQUENCE_LIMIT
        return f"{fixmedins_code}{now:%Y%m%d%H%M%S}{sequence:04}"

    def next_number(self, counter: str) -> int:
        """The next number of a named counter, beginning with 1, never given twice."""
        with self._db.transaction() as db:
            row = db.execute(
                "INSERT INTO counter VALUES (?, 1)"
                " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                (counter,),
            ).fetchone()
        return int(row[0])

    def sending(
        self, msgid: str, infno: str, settlement_id: str | None, request: bytes, at: datetime
    ) -> None:
        """Write a whole message down. When this returns it is on the disk."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO message (msgid, infno, settlement_id, request, sent_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (msgid, infno, settlement_id, request, at.isoformat()),
            )

    def heard(self, msgid: str, outcome: str, code: str, answer: bytes, at: datetime) -> None:
        """Write down what became of a message."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE message SET outcome = ?, code = ?, answer = ?, answered_at = ?"
                " WHERE msgid = ?",
                (outcome, code, answer, at.isoformat(), msgid),
            )

    def sent_for(self, settlement_id: str) -> list[Sent]:
        """The messages of a settlement, in the order of their sending."""
        rows = self._db.rows(
            "SELECT msgid, infno, settlement_id, outcome FROM message"
            " WHERE settlement_id = ? ORDER BY rowid",
            (settlement_id,),
        )
        return [Sent(r["msgid"], r["infno"], r["settlement_id"], r["outcome"]) for r in rows]

    def remember(self, name: str, value: dict[str, Any]) -> None:
        """Keep a small fact, such as today's sign-in."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO fact VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(value, ensure_ascii=False)),
            )

    def recall(self, name: str) -> dict[str, Any]:
        """A small fact, or an empty one."""
        row = self._db.row("SELECT value FROM fact WHERE name = ?", (name,))
        found: dict[str, Any] = {} if row is None else json.loads(row["value"])
        return found
