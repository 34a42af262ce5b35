"""When each enrolled face was last of use, and to whom it was said that theirs will go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from terminal.core.retention import FaceUse
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row

_NEVER = "0001-01-01T00:00:00+08:00"
"""Of a face whose last use stands elsewhere: its enrolment, or the person's visits."""

_UNCONFIRMED = (
    VisitState.OPEN,
    VisitState.DOUBTED,
    VisitState.CHOOSING,
    VisitState.PRESENTED,
    VisitState.ABANDONED,
)
_CONFIRMED = "state NOT IN ({})".format(", ".join(f"'{state}'" for state in _UNCONFIRMED))

_USES = f"""
SELECT person_id, announced_at, max(enrolled_at, used_at, came_at, stood_at) AS used_at, version
FROM (
    SELECT face.person_id, face_use.announced_at, face.enrolled_at,
        coalesce(face_use.used_at, '') AS used_at,
        coalesce((SELECT opened_at FROM visit WHERE visit.person_id = face.person_id
            AND holder_id IS NULL AND {_CONFIRMED} AND standing IN ('self', 'brought')
            ORDER BY opened_at DESC LIMIT 1), '') AS came_at,
        coalesce((SELECT opened_at FROM visit WHERE visit.holder_id = face.person_id
            AND {_CONFIRMED} ORDER BY opened_at DESC LIMIT 1), '') AS stood_at,
        (SELECT version FROM consent WHERE consent.person_id = face.person_id
            AND withdrawn_at IS NULL ORDER BY given_at DESC, rowid DESC) AS version
    FROM (SELECT person_id, max(enrolled_at) AS enrolled_at FROM enrolment GROUP BY person_id)
        AS face LEFT JOIN face_use USING (person_id)
)
"""  # noqa: S608 - states of our own
"""By an index, one person at a time: everybody, with five years of visits: less than a second."""


class FaceUses:
    """Read once a day; written when a face names somebody."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def used(self, person_id: str, at: datetime) -> None:
        """A doctor has confirmed whom this face named: nobody need be told that it goes."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO face_use (person_id, used_at) VALUES (?, ?)"
                " ON CONFLICT (person_id) DO UPDATE"
                " SET used_at = max(used_at, excluded.used_at), announced_at = NULL",
                (person_id, at.isoformat()),
            )

    def uses(self) -> list[FaceUse]:
        """Of everybody enrolled, when their face was last of use, and what was announced.

        The latest of: enrolled, named and confirmed, or here for themselves (or for a
        relative) with the doctor's word. What was announced before that is void.
        """
        return [_use(row) for row in self._db.rows(f"{_USES} ORDER BY person_id")]

    def use_of(self, person_id: str) -> FaceUse | None:
        """The same of one person; None where no face of theirs is kept."""
        row = self._db.row(f"{_USES} WHERE person_id = ?", (person_id,))
        return None if row is None else _use(row)

    def told(self) -> list[FaceUse]:
        """The same of those to whom an announcement was made that may still hold."""
        return [_use(row) for row in self._db.rows(f"{_USES} WHERE announced_at IS NOT NULL")]

    def announce(self, people: Iterable[str], at: datetime) -> None:
        """From now on it is said of these that their face will be erased."""
        with self._db.transaction() as db:
            for person_id in people:
                db.execute(
                    "INSERT INTO face_use VALUES (?, ?, ?) ON CONFLICT (person_id) DO UPDATE"
                    " SET announced_at = excluded.announced_at",
                    (person_id, _NEVER, at.isoformat()),
                )

    def void(self, people: Iterable[str]) -> None:
        """These were here meanwhile: what was announced of their faces holds no longer."""
        with self._db.transaction() as db:
            for person_id in people:
                db.execute(
                    "UPDATE face_use SET announced_at = NULL"
                    " WHERE person_id = ? AND announced_at IS NOT NULL",
                    (person_id,),
                )

    def withdraw_announcements(self) -> None:
        """Nothing is announced any more: by a clock that was wrong, nobody was told."""
        with self._db.transaction() as db:
            db.execute("UPDATE face_use SET announced_at = NULL")

    def announced(self) -> int:
        """How many faces it is said of that they will be erased."""
        row = self._db.row("SELECT count(*) AS many FROM face_use WHERE announced_at IS NOT NULL")
        return 0 if row is None else int(row["many"])


def _use(row: Row) -> FaceUse:
    used_at = datetime.fromisoformat(row["used_at"])
    told = row["announced_at"] and datetime.fromisoformat(row["announced_at"])
    announced_at = told if told and told > used_at else None
    return FaceUse(row["person_id"], used_at, announced_at, row["version"] or "")
