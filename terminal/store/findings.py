"""Why the doctor went on although a rule warned: one reason a rule and line of a visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from terminal.store.database import Database

_WHOLE_VISIT = 0
"""line_number of what is about no line."""


class FindingReasons:
    """Reasons, kept with who gave them and when."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_visit(self, visit_id: str) -> Mapping[tuple[str, int | None], str]:
        """Reason by rule and line; None: the whole visit. Under another diagnosis a reason
        was given for something else, and does not count."""
        rows = self._db.rows(
            "SELECT rule, line_number, reason FROM finding_reason JOIN visit USING (visit_id)"
            " WHERE visit_id = ? AND finding_reason.diagnosis = coalesce(visit.diagnosis, '')",
            (visit_id,),
        )
        return {(row["rule"], row["line_number"] or None): row["reason"] for row in rows}

    def give(
        self,
        visit_id: str,
        rule: str,
        number: int | None,
        reason: str,
        by_whom: str,
        at: datetime,
    ) -> None:
        """Keep a reason; a second one takes the place of the first."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO finding_reason VALUES (?, ?, ?, ?, ?, ?, coalesce("
                " (SELECT diagnosis FROM visit WHERE visit_id = ?), ''))"
                " ON CONFLICT (visit_id, rule, line_number, diagnosis) DO UPDATE SET"
                " reason = excluded.reason, by_whom = excluded.by_whom, at = excluded.at",
                (visit_id, rule, number or _WHOLE_VISIT, reason, by_whom, at.isoformat(), visit_id),
            )
