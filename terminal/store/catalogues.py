"""What the clinic knows of prefixes and diagnoses beyond its own list.

Its own bindings, one by one; and files of the province, each replaced whole in one
transaction, so that a cut leaves the old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from terminal.core.items import ProvincePrefix
from terminal.core.kept_file import DIAGNOSES, PREFIXES, KeptFile
from terminal.store.database import Database, Row


class CatalogueBook:
    """Bindings and files."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def bindings(self) -> dict[str, str]:
        """This clinic's own: prefix to the drug's code."""
        rows = self._db.rows("SELECT prefix, item_code FROM binding")
        return {row["prefix"]: row["item_code"] for row in rows}

    def bind(self, prefix: str, item_code: str, by: str, at: datetime) -> None:
        """Remember that boxes with this prefix are this drug; once more replaces it."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO binding (prefix, item_code, bound_by, bound_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET item_code = excluded.item_code,"
                " bound_by = excluded.bound_by, bound_at = excluded.bound_at",
                (prefix, item_code, by, at.isoformat()),
            )

    def unbind(self, prefix: str) -> None:
        """Forget a binding; one that is not there is no fault."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM binding WHERE prefix = ?", (prefix,))

    def version(self, kind: str) -> KeptFile | None:
        """Which file of this kind is kept; None: none yet."""
        row = self._db.row("SELECT * FROM catalogue_file WHERE kind = ?", (kind,))
        return None if row is None else _kept_file(row)

    def kept(self) -> tuple[KeptFile, ...]:
        """Every file that is kept, by kind."""
        return tuple(map(_kept_file, self._db.rows("SELECT * FROM catalogue_file ORDER BY kind")))

    def keep_prefixes(
        self, version: str, at: datetime, rows: Mapping[str, ProvincePrefix], digest: str
    ) -> None:
        """Replace the province's table of prefixes by this one."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM province_prefix")
            db.executemany(
                "INSERT INTO province_prefix (prefix, med_list_codg, level, ratio)"
                " VALUES (?, ?, ?, ?)",
                [(name, row.med_list_codg, row.level, row.ratio) for name, row in rows.items()],
            )
            _note(db, KeptFile(PREFIXES, version, at, len(rows), digest))

    def prefixes(self) -> dict[str, ProvincePrefix]:
        """The province's table, by prefix."""
        return {
            row["prefix"]: ProvincePrefix(row["med_list_codg"], row["level"], row["ratio"])
            for row in self._db.rows("SELECT * FROM province_prefix")
        }

    def keep_diagnoses(
        self, version: str, at: datetime, rows: Sequence[tuple[str, str]], digest: str
    ) -> None:
        """Replace the province's list of diagnoses, each a code and a name, by this one."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM province_diagnosis")
            db.executemany("INSERT INTO province_diagnosis (code, name) VALUES (?, ?)", rows)
            _note(db, KeptFile(DIAGNOSES, version, at, len(rows), digest))

    def diagnoses(self) -> list[tuple[str, str]]:
        """Code and name of each, in the order of their codes."""
        rows = self._db.rows("SELECT code, name FROM province_diagnosis ORDER BY code")
        return [(row["code"], row["name"]) for row in rows]


def _note(db: Any, file: KeptFile) -> None:
    db.execute(
        "INSERT INTO catalogue_file (kind, version, fetched_at, row_count, digest)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version,"
        " fetched_at = excluded.fetched_at, row_count = excluded.row_count,"
        " digest = excluded.digest",
        (file.kind, file.version, file.fetched_at.isoformat(), file.rows, file.digest),
    )


def _kept_file(row: Row) -> KeptFile:
    return KeptFile(
        kind=row["kind"],
        version=row["version"],
        fetched_at=datetime.fromisoformat(row["fetched_at"]),
        rows=row["row_count"],
        digest=row["digest"],
    )
