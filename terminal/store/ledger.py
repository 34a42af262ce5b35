"""The ledger's rows: only ever added to, each with the digest of the one before in its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from terminal.core.ledger import BEGINNING, Deed, Entry, Kept, digest_of
from terminal.core.ledger_check import Seal
from terminal.store.database import Database, Row

_READ_AT_ONCE = 2_000
"""Rows of one reading: a million of them are never held together."""


_RARE = (
    "FROM ledger WHERE deed IN ('enrolled', 'withdrawn', 'erased', 'setting_changed',"
    " 'weights_changed', 'key_changed', 'verified', 'break_found')"
)
"""Word for word what the index `ledger_by_deed` holds: else the driver reads every entry."""


class LedgerBook:
    """Who decided what, in order."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.who: Callable[[], str] = lambda: ""
        """Who decides now, by national code or operator; the desk says."""

    def add(
        self, deed: Deed, at: datetime, facts: Mapping[str, object], who: str | None = None
    ) -> None:
        """Add an entry, in the transaction of what it tells of: both or neither.

        `facts` hold numbers of our own, codes and amounts, never a name or an ID number.
        `who` decided, where it is not the operator on duty.
        """
        with self._db.transaction() as db:
            last = self._db.row("SELECT number, digest FROM ledger ORDER BY number DESC LIMIT 1")
            entry = Entry(
                number=1 if last is None else last["number"] + 1,
                at=at.isoformat(),
                deed=deed,
                who=self.who() if who is None else who,
                facts=json.dumps(
                    dict(facts),
                    ensure_ascii=False,
                    sort_keys=True,
                    separators=(",", ":"),
                    default=str,
                ),
            )
            digest = digest_of(BEGINNING if last is None else bytes(last["digest"]), entry)
            db.execute(
                "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)",
                (entry.number, entry.at, entry.deed, entry.who, entry.facts, digest),
            )

    def last(self) -> Kept | None:
        """The newest entry."""
        row = self._db.row("SELECT * FROM ledger ORDER BY number DESC LIMIT 1")
        return None if row is None else _kept(row)

    def last_for_sure(self) -> Kept | None:
        """The newest entry that no power cut undoes. Never inside another transaction."""
        with self._db.durable_transaction():
            return self.last()

    def entry(self, number: int) -> Kept | None:
        """The entry with this number."""
        row = self._db.row("SELECT * FROM ledger WHERE number = ?", (number,))
        return None if row is None else _kept(row)

    def entries(self, behind: int = 0) -> Iterator[Kept]:
        """Every entry behind this number, in order, a few thousand in memory at a time."""
        while True:
            rows = self._db.rows(
                "SELECT * FROM ledger WHERE number > ? ORDER BY number LIMIT ?",
                (behind, _READ_AT_ONCE),
            )
            if not rows:
                return
            yield from map(_kept, rows)
            behind = rows[-1]["number"]

    def of(self, deed: Deed) -> list[Entry]:
        """Every entry of a rare deed (the index `ledger_by_deed` names them), oldest first."""
        rows = self._db.rows(f"SELECT * {_RARE} AND deed = ? ORDER BY number", (deed,))
        return [_kept(row).entry for row in rows]

    def last_of(self, deed: Deed) -> Entry | None:
        """The newest entry of a rare deed."""
        row = self._db.row(f"SELECT * {_RARE} AND deed = ? ORDER BY number DESC LIMIT 1", (deed,))
        return None if row is None else _kept(row).entry

    def standing(self, template_keys: Collection[str]) -> list[str]:
        """Which of these templates still lie in the store."""
        found = self._db.rows(
            "SELECT template_key FROM template WHERE template_key IN"
            " (SELECT value FROM json_each(?)) ORDER BY template_key",
            (json.dumps(list(template_keys)),),
        )
        return [str(row["template_key"]) for row in found]

    def keep_seal(self, seal: Seal) -> None:
        """Keep what the device signed of the ledger up to an entry that is there."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO ledger_seal VALUES (?, ?, ?, ?, ?)",
                (seal.number, seal.digest, seal.at, seal.public_key, seal.signature),
            )

    def last_seal(self) -> Seal | None:
        """The newest seal."""
        row = self._db.row("SELECT * FROM ledger_seal ORDER BY number DESC LIMIT 1")
        return None if row is None else _seal(row)

    def seals(self) -> list[Seal]:
        """Every seal in order; one for some hundred entries."""
        return [_seal(row) for row in self._db.rows("SELECT * FROM ledger_seal ORDER BY number")]


def _kept(row: Row) -> Kept:
    entry = Entry(row["number"], row["at"], row["deed"], row["who"], row["facts"])
    return Kept(entry, bytes(row["digest"]))


def _seal(row: Row) -> Seal:
    return Seal(row["number"], bytes(row["digest"]), row["at"], row["public_key"], row["signature"])
