"""How much of everything is kept, counted when it is asked for."""

from __future__ import annotations

from pathlib import Path

from terminal.core.compliance import PeopleCounted, Place, StaffCounted
from terminal.core.consent import EndedConsent
from terminal.core.ledger import Deed
from terminal.core.operators import Role
from terminal.store.database import Database

_IN_THE_CLEAR = b"SQLite format 3\x00"
"""How a database begins that is not encrypted (SQLite file format, 1.3)."""

_BESIDE = ("", "-wal", "-shm")


class Census:
    """Counts; writes nothing."""

    def __init__(self, database: Database, path: Path) -> None:
        self._db = database
        self._path = path

    def rows(self) -> dict[str, int]:
        """Rows of every table."""
        tables = self._db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {row["name"]: self._count(f'FROM "{row["name"]}"') for row in tables}

    def place(self) -> Place:
        """Where it all is."""
        beside = (self._path.with_name(f"{self._path.name}{end}") for end in _BESIDE)
        with self._path.open("rb") as file:
            begins = file.read(len(_IN_THE_CLEAR))
        return Place(
            str(self._path),
            sum(each.stat().st_size for each in beside if each.exists()),
            encrypted=begins != _IN_THE_CLEAR,
        )

    def people(self) -> PeopleCounted:
        """Who is known here, whose face is kept, and who agreed to it."""
        return PeopleCounted(
            known=self._count("FROM person"),
            enrolled=self._count(
                "FROM (SELECT DISTINCT person_id FROM enrolment JOIN template USING (template_key))"
            ),
            templates=self._count("FROM template"),
            templates_sealed=self._count("FROM template WHERE sealed_under IS NOT NULL"),
            consents=self._count("FROM consent"),
            in_force=self._count("FROM consent WHERE withdrawn_at IS NULL"),
            withdrawn=self._count(
                "FROM consent WHERE withdrawn_at IS NOT NULL"
                " AND coalesce(withdrawn_by, '') NOT IN (?, ?)",
                EndedConsent.RETENTION,
                EndedConsent.DEATH,
            ),
            by_guardian=self._count("FROM consent WHERE coalesce(guardian, '') <> ''"),
            erased_unused=self._count(
                "FROM ledger WHERE deed = ? AND json_extract(facts, '$.by') = ?",
                Deed.ERASED,
                EndedConsent.RETENTION,
            ),
            bindings=self._count("FROM relative_binding WHERE ended_at IS NULL"),
        )

    def staff(self) -> StaffCounted:
        """Who may sign in here."""
        return StaffCounted(
            doctors=self._may(Role.DOCTOR),
            technicians=self._may(Role.TECHNICIAN),
            retired=self._count("FROM operator WHERE retired_at IS NOT NULL"),
        )

    def ledger(self) -> tuple[int, int]:
        """Entries, and seals."""
        return self._count("FROM ledger"), self._count("FROM ledger_seal")

    def _may(self, role: Role) -> int:
        return self._count(
            "FROM operator WHERE retired_at IS NULL"
            " AND EXISTS (SELECT 1 FROM json_each(roles) WHERE value = ?)",
            role,
        )

    def _count(self, of_what: str, *values: object) -> int:
        row = self._db.row(f"SELECT count(*) AS many {of_what}", values)
        return 0 if row is None else int(row["many"])
