"""What the store says of the machine it is kept on, and of how well faces are kept: counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from terminal.store.database import Database


@dataclass(frozen=True, slots=True)
class KeptFaces:
    """One person's templates of one set of weights. No name, no number."""

    views: int
    live_scores: tuple[float, ...]
    model_digest: str
    enrolled_at: datetime
    """When the last of them was taken."""


class Machine:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def last_answer_at(self) -> datetime | None:
        """When the province last answered anything, a refusal too."""
        row = self._db.row(
            "SELECT answered_at FROM message WHERE outcome IN ('answered', 'refused')"
            " ORDER BY rowid DESC LIMIT 1"
        )
        return None if row is None else datetime.fromisoformat(row["answered_at"])

    def whole(self) -> bool:
        """Whether every page is what was written: its digest right, and the file sound.

        Reads the whole file. Raises Unavailable `store.away`, Refused `store.damaged`.
        """
        if self._db.row("PRAGMA cipher_integrity_check") is not None:
            return False
        return bool(self._db.rows("PRAGMA quick_check(1)")[0][0] == "ok")

    def newest_at(self) -> datetime | None:
        """The newest moment written into the ledger: a clock before it was set back."""
        row = self._db.row("SELECT at FROM ledger ORDER BY number DESC LIMIT 1")
        return None if row is None else datetime.fromisoformat(row["at"])

    def ledger_entries(self) -> int:
        row = self._db.row("SELECT coalesce(max(number), 0) AS entries FROM ledger")
        return 0 if row is None else int(row["entries"])

    def version(self) -> str:
        """Of the database's own program."""
        row = self._db.row("PRAGMA cipher_version")
        engine = self._db.row("SELECT sqlite_version() AS version")
        return f"SQLCipher {row[0] if row else '?'}, SQLite {engine[0] if engine else '?'}"

    def schema(self) -> int:
        """Which migration the file stands at."""
        row = self._db.row("PRAGMA user_version")
        return 0 if row is None else int(row[0])

    def kept_faces(self) -> list[KeptFaces]:
        """Everybody's templates, a row for each person and set of weights."""
        rows = self._db.rows(
            "SELECT count(*) AS views, group_concat(live_score) AS scores, model_digest,"
            " max(enrolled_at) AS enrolled_at FROM enrolment JOIN template USING (template_key)"
            " GROUP BY person_id, model_digest ORDER BY max(enrolled_at)"
        )
        return [
            KeptFaces(
                int(row["views"]),
                tuple(map(float, str(row["scores"]).split(","))),
                row["model_digest"],
                datetime.fromisoformat(row["enrolled_at"]),
            )
            for row in rows
        ]
