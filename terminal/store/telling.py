"""What was sent, heard and decided about a visit's charges, to be told to the doctor."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from terminal.store.database import Database


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of a settlement, or a message about it."""

    at: datetime
    what: str
    """The event, or the infno of a message."""
    outcome: str
    """Of a message: answered, refused, unavailable, uncertain; empty while not heard."""
    facts: dict[str, Any] = field(default_factory=dict)


class Telling:
    """Reads; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_settlement(self, settlement_id: str) -> list[Happened]:
        """Every step and message of one settlement, in the order in which they happened."""
        steps = self._db.rows(
            "SELECT at, event, facts FROM settlement_step WHERE settlement_id = ? ORDER BY number",
            (settlement_id,),
        )
        messages = self._db.rows(
            "SELECT sent_at, infno, outcome FROM message WHERE settlement_id = ? ORDER BY rowid",
            (settlement_id,),
        )
        told = [
            Happened(datetime.fromisoformat(row["at"]), row["event"], "", json.loads(row["facts"]))
            for row in steps
        ] + [
            Happened(datetime.fromisoformat(row["sent_at"]), row["infno"], row["outcome"] or "")
            for row in messages
        ]
        return sorted(told, key=lambda each: each.at)

    def sent_at(self, msgid: str) -> datetime | None:
        """When a message was about to be sent; None when it never was."""
        row = self._db.row("SELECT sent_at FROM message WHERE msgid = ?", (msgid,))
        return None if row is None else datetime.fromisoformat(row["sent_at"])
