"""Every message to the province: written down before it leaves, and what came back.

A msgid is one send. It equals medins_setl_id in the answer to a settlement and is the
only handle that a reversal (2601) has on it, so it must be on the disk first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from terminal.store.database import Database, Row
from terminal.store.packing import packed, unpacked

REVERSAL = "2601"

_SEQUENCE_LIMIT = 10_000
"""The last four digits of a msgid."""

_SET_ASIDE = 32
"""Numbers taken at once: else each message waits for the disk once more than it must."""


class Outcome(StrEnum):
    """What became of a message."""

    ANSWERED = "answered"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    """No byte of it left."""
    UNCERTAIN = "uncertain"
    STOPPED = "stopped"
    """We stopped before hearing, or could not write down what we heard."""


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """One message that was about to be sent."""

    msgid: str
    infno: str
    outcome: Outcome
    request: bytes
    answer: bytes

    @property
    def left(self) -> bool:
        """Whether it may have reached the province."""
        return self.outcome is not Outcome.UNAVAILABLE


class Journal:
    """What was said to the province, and what it said."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._reserved = range(0)

    def next_msgid(self, fixmedins_code: str, now: datetime) -> str:
        """A new msgid: institution (12), local time to the second (14), sequence (4).

        The sequence goes on across restarts; where a clock set back meets the same second
        and sequence again, the next is taken.
        """
        while True:
            sequence = self._next_in_sequence() % _SEQUENCE_LIMIT
            msgid = f"{fixmedins_code}{now:%Y%m%d%H%M%S}{sequence:04}"
            if self._db.row("SELECT 1 FROM message WHERE msgid = ?", (msgid,)) is None:
                return msgid

    def next_number(self, counter: str) -> int:
        """The next number of a named counter, never given twice. It begins with 1; one of a
        day, `NAME:DAY`, behind the number that `NAME:` has after a restore."""
        return self._raised(counter, 1)

    def _next_in_sequence(self) -> int:
        """The next of those set aside; what a restart leaves of them is not used."""
        with self._db.transaction():  # One writer at a time, and so one taker.
            if not self._reserved:
                last = self._raised("msgid", _SET_ASIDE)
                self._reserved = range(last - _SET_ASIDE + 1, last + 1)
            number, self._reserved = self._reserved[0], self._reserved[1:]
        return number

    def _raised(self, counter: str, by: int) -> int:
        with self._db.transaction() as db:
            row = db.execute(
                "INSERT INTO counter VALUES"
                " (?, ? + coalesce((SELECT value FROM counter WHERE name = ?), 0))"
                " ON CONFLICT (name) DO UPDATE SET value = value + ?"
                " RETURNING value",
                (counter, by, counter.partition(":")[0] + ":", by),
            ).fetchone()
        return int(row[0])

    def sending(
        self, msgid: str, infno: str, settlement_id: str | None, request: bytes, at: datetime
    ) -> None:
        """Write a whole message down. When this returns it is on the disk."""
        with self._db.durable_transaction() as db:
            db.execute(
                "INSERT INTO message (msgid, infno, settlement_id, request, sent_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (msgid, infno, settlement_id, packed(request), at.isoformat()),
            )

    def heard(self, msgid: str, outcome: str, code: str, answer: bytes, at: datetime) -> None:
        """Write down what became of a message."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE message SET outcome = ?, code = ?, answer = ?, answered_at = ?"
                " WHERE msgid = ?",
                (outcome, code, packed(answer), at.isoformat(), msgid),
            )

    def message(self, msgid: str) -> Sent | None:
        """One message, or None when it was never written down and so never left."""
        row = self._db.row("SELECT * FROM message WHERE msgid = ?", (msgid,))
        return None if row is None else _sent(row)

    def charge(self, settlement_id: str, msgid: str) -> tuple[Sent, list[Sent]]:
        """One charge of a settlement, and every reversal of it that may have left."""
        sent = self._sent_for(settlement_id)
        place = next(place for place, message in enumerate(sent) if message.msgid == msgid)
        return sent[place], [each for each in sent[place:] if each.infno == REVERSAL and each.left]

    def left(self, settlement_id: str, infno: str) -> bool:
        """Whether a message of this kind may have left for the settlement."""
        sent = self._sent_for(settlement_id)
        return any(message.infno == infno and message.left for message in sent)

    def last_answer(self, settlement_id: str, infno: str) -> bytes:
        """What was last answered to a message of this kind; empty for none."""
        answers = [each.answer for each in self._sent_for(settlement_id) if each.infno == infno]
        return next((each for each in reversed(answers) if each), b"")

    def _sent_for(self, settlement_id: str) -> list[Sent]:
        rows = self._db.rows(
            "SELECT * FROM message WHERE settlement_id = ? ORDER BY rowid", (settlement_id,)
        )
        return [_sent(row) for row in rows]

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


def _sent(row: Row) -> Sent:
    outcome = Outcome.STOPPED if row["outcome"] is None else Outcome(row["outcome"])
    return Sent(
        row["msgid"],
        row["infno"],
        outcome,
        unpacked(bytes(row["request"])),
        unpacked(bytes(row["answer"] or b"")),
    )
