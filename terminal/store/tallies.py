"""Counts of what lies in the store, for whoever watches many terminals: no one's, of anyone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from terminal.store.database import Database

_STEPS_MAX = 2_000
"""The newest steps: some ten days of a busy clinic. A year of them would cost a page its turn."""

_VISITS_MAX = 500
_DECISIONS_MAX = 1_000
_MESSAGES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Tallied:
    """One reading."""

    visits: dict[str, int]
    """State of a visit to how many are in it."""
    steps: dict[str, int]
    """Event to how often it happened, of the newest steps."""
    stages_s: dict[str, list[float]]
    """State to how long visits stayed in it, of the newest steps."""
    similarities: list[float]
    """Of the newest visits that began with a face."""
    faces: dict[str, int]
    """What was made of a face to how often, of the newest decisions."""
    margins: list[float]
    """Similarity above the threshold it was held against; below 0 where it did not reach it."""
    refusals: dict[str, int]
    """Code to how often the newest messages to the province were refused or came to nothing."""
    ledger_entries: int


class Tallies:
    """Reads on a reader's connection; the writer is never waited for."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def tallied(self) -> Tallied:
        """Raises Unavailable `store.away`, Refused `store.damaged`."""
        visits = self._db.rows("SELECT state, count(*) AS n FROM visit GROUP BY state")
        steps = self._db.rows(
            "SELECT visit_id, event, state, (julianday(at) - 2440587.5) * 86400 AS at_s FROM"
            " (SELECT * FROM visit_step ORDER BY number DESC LIMIT ?) ORDER BY visit_id, number",
            (_STEPS_MAX,),
        )
        events: dict[str, int] = {}
        for step in steps:
            events[step["event"]] = events.get(step["event"], 0) + 1
        stages: dict[str, list[float]] = {}
        for step, following in pairwise(steps):
            if step["visit_id"] == following["visit_id"]:
                # A clock that was set back in between must not tell a stay below nothing.
                stayed = max(0.0, following["at_s"] - step["at_s"])
                stages.setdefault(step["state"], []).append(stayed)
        seen = self._db.rows(
            "SELECT similarity FROM visit WHERE similarity IS NOT NULL ORDER BY rowid DESC LIMIT ?",
            (_VISITS_MAX,),
        )
        faces, margins = self._faces()
        newest = self._db.row("SELECT coalesce(max(number), 0) AS n FROM ledger")
        return Tallied(
            {row["state"]: row["n"] for row in visits},
            events,
            stages,
            [row["similarity"] for row in seen],
            faces,
            margins,
            self._refusals(),
            0 if newest is None else newest["n"],
        )

    def _faces(self) -> tuple[dict[str, int], list[float]]:
        rows = self._db.rows(
            "SELECT outcome, similarity - threshold AS margin FROM face_decision"
            " ORDER BY number DESC LIMIT ?",
            (_DECISIONS_MAX,),
        )
        outcomes = Counter(row["outcome"] for row in rows)
        return dict(outcomes), [row["margin"] for row in rows if row["margin"] is not None]

    def _refusals(self) -> dict[str, int]:
        rows = self._db.rows(
            "SELECT code FROM (SELECT code FROM message ORDER BY rowid DESC LIMIT ?)"
            " WHERE code IS NOT NULL",
            (_MESSAGES_MAX,),
        )
        return dict(Counter(row["code"] for row in rows))
