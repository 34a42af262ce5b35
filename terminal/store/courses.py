"""Treatments of several days, settled once and ticked off; one tick a day, by an index.

Whether a course goes on is its settlement's to say: there is no state here. One whose
line was taken off, or whose settlement was cancelled or left, is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.store.database import Database, IntegrityError, Row

_SHOWN_MAX = 200
"""A clinic has a handful under way."""


@dataclass(frozen=True, slots=True, repr=False)
class Course:
    """A course that goes on, or waits for its settlement."""

    course_id: str
    visit_id: str
    item_code: str
    person_name: str
    times: int
    done: int
    last_day: date | None
    last_at: datetime | None
    settled: bool


class CourseBook:
    """Courses and their ticks."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def begin(self, course_id: str, visit_id: str, number: int, times: int, at: datetime) -> None:
        """This line is a course of so many times; said again, the last word counts."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO course (course_id, visit_id, line_number, times, begun_at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (visit_id, line_number) DO UPDATE SET"
                " times = excluded.times, begun_at = excluded.begun_at, ended_at = NULL,"
                " ended_because = NULL",
                (course_id, visit_id, number, times, at.isoformat()),
            )

    def fewer(self, visit_id: str, number: int, before: int, now: int) -> None:
        """As many times as are billed, where it was so before; nothing is ticked yet."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE course SET times = ? WHERE visit_id = ? AND line_number = ? AND times = ?",
                (now, visit_id, number, before),
            )

    def carry(self, old_id: str, number: int, visit_id: str, course_id: str, at: datetime) -> None:
        """A corrected bill goes on with the course of the one before, and what was done of it."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO course (course_id, visit_id, line_number, times, begun_at)"
                " SELECT ?, ?, line_number, times, ? FROM course"
                " WHERE visit_id = ? AND line_number = ? AND ended_at IS NULL",
                (course_id, visit_id, at.isoformat(), old_id, number),
            )
            db.execute(
                "INSERT INTO course_tick SELECT new.course_id, tick.number, tick.day, tick.at,"
                " tick.by_whom FROM course_tick tick JOIN course old USING (course_id)"
                " JOIN course new ON new.course_id = ?"
                " WHERE old.visit_id = ? AND old.line_number = ?",
                (course_id, old_id, number),
            )

    def tick(self, course: Course, at: datetime, by_whom: str) -> None:
        """Done on this day. Raises Refused `course.ticked_today`, by the index alone."""
        with self._db.transaction() as db:
            try:
                db.execute(
                    "INSERT INTO course_tick VALUES (?, (SELECT count(*) + 1 FROM course_tick"
                    " WHERE course_id = ?), ?, ?, ?)",
                    (
                        course.course_id,
                        course.course_id,
                        at.date().isoformat(),
                        at.isoformat(),
                        by_whom,
                    ),
                )
            except IntegrityError:
                raise Refused("course.ticked_today") from None

    def end(self, course_id: str, reason: str, at: datetime) -> None:
        with self._db.transaction() as db:
            db.execute(
                "UPDATE course SET ended_at = ?, ended_because = ? WHERE course_id = ?",
                (at.isoformat(), reason, course_id),
            )

    def course(self, course_id: str) -> Course:
        """Raises Refused `course.not_found` for one that is over, or never was."""
        row = self._db.row(f"{_GOING_ON} AND course.course_id = ?", (course_id,))
        if row is None:
            raise Refused("course.not_found")
        return _course(row)

    def under_way(self) -> list[Course]:
        """Agreed to, and with times left to do, the oldest first."""
        marks = ", ".join("?" * len(_AGREED))
        rows = self._db.rows(
            f"{_GOING_ON} AND settlement.state IN ({marks}) AND done < course.times"
            " ORDER BY course.begun_at, course.rowid LIMIT ?",
            (*_AGREED, _SHOWN_MAX),
        )
        return [_course(row) for row in rows]

    def times_of(self, visit_id: str) -> dict[int, int]:
        """How many times each line of a visit is settled for, where it is a course."""
        rows = self._db.rows(
            "SELECT line_number, times FROM course WHERE visit_id = ? AND ended_at IS NULL",
            (visit_id,),
        )
        return {row["line_number"]: row["times"] for row in rows}


_AGREED = (
    SettlementState.WAITING,
    SettlementState.CONFIRMED,
    SettlementState.SETTLING,
    SettlementState.UNCERTAIN,
    SettlementState.DIFFERS,
    SettlementState.SETTLED,
    SettlementState.CANCELLING,
)

_GOING_ON = """
SELECT course.*, line.item_code, person.name, settlement.state AS stands,
    (SELECT count(*) FROM course_tick t WHERE t.course_id = course.course_id) AS done,
    (SELECT max(day) FROM course_tick t WHERE t.course_id = course.course_id) AS last_day,
    (SELECT max(at) FROM course_tick t WHERE t.course_id = course.course_id) AS last_at
FROM course JOIN visit USING (visit_id) JOIN person USING (person_id)
    JOIN line ON line.visit_id = course.visit_id AND line.number = course.line_number
    LEFT JOIN settlement ON settlement.visit_id = course.visit_id
        AND settlement.category = line.category AND settlement.state <> 'dropped'
WHERE course.ended_at IS NULL AND line.removed_at IS NULL
    AND coalesce(settlement.state, 'draft') <> 'cancelled'
"""


def _course(row: Row) -> Course:
    last_day, last_at = row["last_day"], row["last_at"]
    return Course(
        course_id=row["course_id"],
        visit_id=row["visit_id"],
        item_code=row["item_code"],
        person_name=row["name"],
        times=row["times"],
        done=row["done"],
        last_day=None if last_day is None else date.fromisoformat(last_day),
        last_at=None if last_at is None else datetime.fromisoformat(last_at),
        settled=row["stands"] == SettlementState.SETTLED,
    )
