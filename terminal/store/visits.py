"""Visits, with the steps that brought each here.

`record` is the only way a visit's state changes: it asks the table of core/visit, and
writes the state and the step in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terminal.core.assurance import assured
from terminal.core.faults import Refused
from terminal.core.people import Identified
from terminal.core.recognition import Challenged
from terminal.core.standing import Standing
from terminal.core.visit import VisitEvent, VisitState, advance
from terminal.store import deeds
from terminal.store.database import Database, Row
from terminal.store.ledger import LedgerBook

_DONE = (
    VisitState.SETTLED,
    VisitState.SETTLED_THERE,
    VisitState.CLOSED,
    VisitState.CANCELLED,
    VisitState.ABANDONED,
)
_UNDONE = tuple(state for state in VisitState if state not in _DONE)


@dataclass(frozen=True, slots=True)
class Visit:
    visit_id: str
    state: VisitState
    revision: int
    opened_at: datetime
    doctor_code: str
    person_id: str | None
    holder_id: str | None
    identified: Identified | None
    similarity: float | None
    live_score: float | None
    diagnosis: str | None
    look_alikes: tuple[str, ...] = ()
    """Who may be meant, while that is asked."""
    digits_tried: int = 0
    second_factor: str | None = None
    challenged: Challenged = Challenged.NOT_ASKED
    face_agrees: bool | None = None
    slip_no: str | None = None
    """The number on the slip of whoever went home before the outcome was known."""
    corrects: str | None = None
    """The cancelled visit that this one puts right."""
    bedside: bool = False
    """Settled at somebody's home; its boxes come out of the bag."""
    standing: Standing = Standing.SELF
    """In what relation to the person somebody stands at the counter."""
    binding_id: str | None = None
    """Under which binding the holder stands here."""
    answered: frozenset[str] = frozenset()
    """Codes of the questions about this visit that the doctor has answered for."""
    set_aside_at: datetime | None = None
    """When the doctor put it aside, to go on with it later; None: in front, or under way."""

    @property
    def assured(self) -> bool:
        """Whether more than a look at a face says who stands there."""
        return assured(
            self.identified, self.challenged, self.second_factor, face_agrees=self.face_agrees
        )


class Visits:
    """The counter's book."""

    def __init__(self, database: Database, ledger: LedgerBook) -> None:
        self._db = database
        self._ledger = ledger

    def open(self, visit_id: str, doctor_code: str, at: datetime) -> None:
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO visit (visit_id, state, opened_at, doctor_code) VALUES (?, ?, ?, ?)",
                (visit_id, VisitState.OPEN, at.isoformat(), doctor_code),
            )

    def visit(self, visit_id: str) -> Visit:
        """Raises Refused `visit.not_found`."""
        return visit_of(self.row(visit_id))

    def row(self, visit_id: str) -> Row:
        """A visit as its columns say. Raises Refused `visit.not_found`."""
        row = self._db.row("SELECT * FROM visit WHERE visit_id = ?", (visit_id,))
        if row is None:
            raise Refused("visit.not_found")
        return row

    def came_to(self, visit_id: str, state: VisitState) -> datetime | None:
        """When the visit came to this state, the last time."""
        row = self._db.row(
            "SELECT at FROM visit_step WHERE visit_id = ? AND state = ? ORDER BY number DESC",
            (visit_id, state),
        )
        return None if row is None else datetime.fromisoformat(row["at"])

    def unfinished(self) -> list[Visit]:
        """Every visit that is not done, oldest first."""
        marks = ", ".join("?" * len(_UNDONE))  # Those that are: an index finds them.
        rows = self._db.rows(
            f"SELECT * FROM visit WHERE state IN ({marks}) ORDER BY opened_at, rowid",  # noqa: S608
            _UNDONE,
        )
        return [visit_of(row) for row in rows]

    def record(
        self,
        visit_id: str,
        event: VisitEvent,
        at: datetime,
        *,
        changes: Mapping[str, object] | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> VisitState:
        """Advance a visit and write the step down, both or neither.

        `changes` are columns of the visit that come true with the step; `facts` are
        kept beside the step. What was decided with it stands in the ledger. Raises
        Refused `visit.no_such_step`, changing nothing.
        """
        with self._db.transaction() as db:
            came_from = self.visit(visit_id).state
            state = advance(came_from, event)
            update(db, "visit", "visit_id", visit_id, {"state": state, **(changes or {})})
            db.execute(
                "INSERT INTO visit_step (visit_id, event, state, at, facts) VALUES (?, ?, ?, ?, ?)",
                (visit_id, event, state, at.isoformat(), as_json(facts)),
            )
            if event in deeds.OF_VISIT:
                row = self.row(visit_id)
                deed, told = deeds.of_visit(event, came_from, row, facts or {})
                self._ledger.add(deed, at, told)
        return state

    def note(self, visit_id: str, changes: Mapping[str, object]) -> None:
        """Write down what was learnt of who it is; no step of the visit.

        Raises Refused `visit.not_found`.
        """
        with self._db.transaction() as db:
            self.visit(visit_id)
            update(db, "visit", "visit_id", visit_id, changes)

    def wrong_digits(self, people: Collection[str], since: datetime) -> int:
        """How often the last digits of any of these were got wrong since then."""
        marks = ", ".join("?" * len(people))
        row = self._db.row(
            "SELECT coalesce(sum(digits_tried), 0) AS tried FROM visit WHERE opened_at >= ?"  # noqa: S608
            f" AND (person_id IN ({marks}) OR holder_id IN ({marks}) OR EXISTS"
            f" (SELECT 1 FROM json_each(visit.look_alikes) WHERE value IN ({marks})))",
            (since.isoformat(), *people, *people, *people),
        )
        return int(row["tried"]) if row is not None else 0

    def change_diagnosis(self, visit_id: str, diagnosis: str, at: datetime) -> None:
        with self._db.transaction():
            self.record(
                visit_id,
                VisitEvent.DIAGNOSIS_CHANGED,
                at,
                changes={"diagnosis": diagnosis},
                facts={"diagnosis": diagnosis},
            )
            self.raise_revision(visit_id)

    def raise_revision(self, visit_id: str) -> None:
        """The bill is another one now: what was priced or agreed to is of the one before."""
        with self._db.transaction() as db:
            db.execute("UPDATE visit SET revision = revision + 1 WHERE visit_id = ?", (visit_id,))


def update(db: Any, table: str, key: str, value: str, changes: Mapping[str, object]) -> None:
    names = ", ".join(f"{name} = ?" for name in changes)
    db.execute(f"UPDATE {table} SET {names} WHERE {key} = ?", (*changes.values(), value))  # noqa: S608


def as_json(facts: Mapping[str, object] | None) -> str:
    return json.dumps(facts or {}, ensure_ascii=False, default=str)


def visit_of(row: Row) -> Visit:
    """A row of the table."""
    return Visit(
        visit_id=row["visit_id"],
        state=VisitState(row["state"]),
        revision=row["revision"],
        opened_at=datetime.fromisoformat(row["opened_at"]),
        doctor_code=row["doctor_code"],
        person_id=row["person_id"],
        holder_id=row["holder_id"],
        identified=None if row["identified"] is None else Identified(row["identified"]),
        similarity=row["similarity"],
        live_score=row["live_score"],
        diagnosis=row["diagnosis"],
        look_alikes=tuple(json.loads(row["look_alikes"] or "[]")),
        digits_tried=row["digits_tried"],
        second_factor=row["second_factor"],
        challenged=Challenged(row["challenged"] or Challenged.NOT_ASKED),
        face_agrees=None if row["face_agrees"] is None else bool(row["face_agrees"]),
        slip_no=row["slip_no"],
        corrects=row["corrects"],
        bedside=bool(row["bedside"]),
        standing=Standing(row["standing"]),
        binding_id=row["binding_id"],
        answered=frozenset(json.loads(row["answered"] or "[]")),
        set_aside_at=_moment(row["set_aside_at"]),
    )


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
