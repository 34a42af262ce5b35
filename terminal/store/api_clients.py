"""Record systems that may push bills. Of a token only its digest is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from terminal.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class ApiClient:
    """One client, active or ended."""

    name: str
    callback_url: str
    """Where it is told of a result; empty: it asks by itself."""
    callback_secret: str = field(repr=False)
    made_at: datetime
    ended_at: datetime | None


class ApiClientBook:
    """Every client there ever was: bills remain theirs."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def client(self, name: str) -> ApiClient | None:
        row = self._db.row("SELECT * FROM api_client WHERE name = ?", (name,))
        return None if row is None else _client(row)

    def of_digest(self, token_digest: str) -> ApiClient | None:
        """Whose token this is; the ended have none."""
        row = self._db.row(
            "SELECT * FROM api_client WHERE token_digest = ? AND ended_at IS NULL",
            (token_digest,),
        )
        return None if row is None else _client(row)

    def everybody(self) -> list[ApiClient]:
        rows = self._db.rows("SELECT * FROM api_client ORDER BY made_at, name")
        return [_client(row) for row in rows]

    def keep(self, client: ApiClient, token_digest: str) -> None:
        """A new client, or an ended one anew: with another token, and its bills still its own."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO api_client (name, token_digest, callback_url, callback_secret,"
                " made_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " token_digest = excluded.token_digest, callback_url = excluded.callback_url,"
                " callback_secret = excluded.callback_secret, made_at = excluded.made_at,"
                " ended_at = NULL",
                (
                    client.name,
                    token_digest,
                    client.callback_url,
                    client.callback_secret,
                    client.made_at.isoformat(),
                ),
            )

    def end(self, name: str, at: datetime) -> None:
        """From now on its token is nobody's, and its secret is forgotten."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE api_client SET ended_at = ?, callback_secret = '' WHERE name = ?"
                " AND ended_at IS NULL",
                (at.isoformat(), name),
            )


def _client(row: Row) -> ApiClient:
    ended = row["ended_at"]
    return ApiClient(
        name=row["name"],
        callback_url=row["callback_url"],
        callback_secret=row["callback_secret"],
        made_at=datetime.fromisoformat(row["made_at"]),
        ended_at=None if ended is None else datetime.fromisoformat(ended),
    )
