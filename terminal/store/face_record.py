"""What the counter made of each face, by which camera, and never the face itself.

A record says when, how sure, and what was asked; whose face it was only where somebody
was named. Old ones are let go: who came when is in the visits, for as long as those are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminal.core.recognition import Challenged
from terminal.store import deeds
from terminal.store.database import Database
from terminal.store.ledger import LedgerBook

DECISIONS_MAX = 50_000
"""Records kept: a year of two hundred approaches a day, some 10 MB."""

_TRIMMED_EVERY = 100
"""Older ones are let go a hundred at a time, not one by one."""


class FaceOutcome(StrEnum):
    """What the counter made of a face."""

    KNOWN = "known"
    DOUBTED = "doubted"
    UNKNOWN = "unknown"
    NOT_LIVE = "not_live"
    CHALLENGE_FAILED = "challenge_failed"
    AGREES = "agrees"
    """With the claimed ID number."""
    DISAGREES = "disagrees"
    STREAM_DOUBTED = "stream_doubted"
    """Frames repeat, freeze or jump: not what a camera sends."""


@dataclass(frozen=True, slots=True)
class FaceDecision:
    """One decision; what was not come to is None."""

    outcome: FaceOutcome
    camera: str
    """Which camera saw it, as it names itself."""
    visit_id: str | None = None
    person_id: str | None = None
    live_score: float | None = None
    similarity: float | None = None
    threshold: float | None = None
    people: int | None = None
    frames: int | None = None
    challenged: Challenged = Challenged.NOT_ASKED
    model_digest: str | None = None


class FaceRecord:
    """The book of decisions."""

    def __init__(self, database: Database, ledger: LedgerBook) -> None:
        self._db = database
        self._ledger = ledger

    def note(self, decision: FaceDecision, at: datetime) -> None:
        with self._db.transaction() as db:
            done = db.execute(
                "INSERT INTO face_decision (at, camera, outcome, visit_id, person_id, live_score,"
                " similarity, threshold, people, frames, challenged, model_digest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    at.isoformat(),
                    decision.camera,
                    decision.outcome,
                    decision.visit_id,
                    decision.person_id,
                    decision.live_score,
                    decision.similarity,
                    decision.threshold,
                    decision.people,
                    decision.frames,
                    decision.challenged,
                    decision.model_digest,
                ),
            )
            number = int(done.lastrowid or 0)
            deed, told = deeds.of_face(
                decision.outcome,
                {
                    "visit": decision.visit_id,
                    "person": decision.person_id,
                    "similarity": decision.similarity,
                    "threshold": decision.threshold,
                    "live": decision.live_score,
                    "weights": (decision.model_digest or "")[:16] or None,
                },
            )
            self._ledger.add(deed, at, told)
            if number % _TRIMMED_EVERY == 0:
                db.execute("DELETE FROM face_decision WHERE number <= ?", (number - DECISIONS_MAX,))

    def times_of(self, outcomes: Collection[FaceOutcome], since: datetime) -> list[datetime]:
        """When it came to one of these since then, oldest first."""
        marks = ", ".join("?" * len(outcomes))
        rows = self._db.rows(
            f"SELECT at FROM face_decision WHERE outcome IN ({marks}) AND at >= ? ORDER BY number",  # noqa: S608
            (*outcomes, since.isoformat()),
        )
        return [datetime.fromisoformat(row["at"]) for row in rows]
