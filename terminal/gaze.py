"""The eyes as the counter uses them: which camera, which checks, which thresholds.

Whoever looks asks here, so that a face is judged by one set of rules wherever it is seen,
and every decision is written down with the camera that saw it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.core.camera_checks import ChallengeWhen, Checks
from terminal.core.recognition import (
    Action,
    Asked,
    Candidate,
    Challenged,
    Hint,
    Known,
    Ranking,
    Sighting,
    Thresholds,
    Verdict,
    decide_over,
)
from terminal.ports import Eyes, Frame, SecondCamera
from terminal.store import Store
from terminal.store.face_record import FaceDecision, FaceOutcome

_LEFT_S = 2.0
"""Without a face for so long, nobody is there: a head that turns away is back sooner."""

_NOBODY = "face.none"


@dataclass(frozen=True, slots=True)
class FaceRules:
    """How sure the counter must be of a face."""

    checks: Callable[[], Checks]
    """What the camera that is there now asks for."""
    live_min: float
    unsure_min: float
    """From here up to `live_min` a challenge may decide."""
    sure_min: float
    """From here on a face is believed at once; from `live_min` up to it, after a while."""
    thresholds: Callable[[Ranking], Thresholds]
    """By weights and by how many are enrolled."""
    verify_min: Callable[[str], float]
    """Least similarity to a claimed person, by the digest of the weights."""
    actions: Callable[[], Sequence[Action]]
    """What the next challenge asks for; nobody can know it before."""


class Gaze:
    """The eyes, with the rules and the book of decisions."""

    def __init__(
        self,
        eyes: Eyes,
        rules: FaceRules,
        store: Store,
        camera: Callable[[], str],
        now: Callable[[], datetime],
        second: SecondCamera | None = None,
    ) -> None:
        """`camera` tells which camera sees now, as it names itself."""
        self._eyes = eyes
        self.rules = rules
        self._store = store
        self._camera = camera
        self._now = now
        self._second = second
        self._somebody_at_s: float | None = None
        self._nobody = False

    def nobody(self) -> bool:
        """Whether no face has been before the camera for a while, as far as was looked."""
        return self._nobody

    def look(self, frame: Frame, claimed: str | None = None) -> Sighting | Hint | Asked:
        """Judge the newest picture. Raises what the eyes raise."""
        second = None if self._second is None else self._second.frame_at(frame.seen_at_s)
        seen = self._eyes.look(frame.pixels, frame.seen_at_s, claimed=claimed, second=second)
        found = not (isinstance(seen, Hint) and seen.code == _NOBODY)
        if found or self._somebody_at_s is None:
            self._somebody_at_s = frame.seen_at_s
        self._nobody = frame.seen_at_s - self._somebody_at_s >= _LEFT_S
        return seen

    def decide(self, seen: Sighting) -> Verdict:
        """Whose face this is, by the thresholds of each set of weights."""
        passed = seen.challenged is Challenged.PASSED
        least = self.rules.unsure_min if passed else self.rules.live_min
        return decide_over(
            seen, least, lambda ranking: replace(self.rules.thresholds(ranking), live_min=least)
        )

    def is_alive(self, seen: Sighting) -> bool:
        """Whether the face looks alive, whatever more this camera asks for."""
        return seen.live_score >= self.rules.live_min

    def agrees(self, seen: Sighting, *, strictly: bool) -> float | None:
        """How much the face is like the claimed person's, where that is enough; else None.

        `strictly`: as in a search, for money hangs on it; else as beside a card, where a
        doctor compares as well.
        """
        for ranking in seen.rankings:
            least = self.rules.verify_min(ranking.model_digest)
            if strictly:
                least = max(least, self._least(ranking))
            for candidate in ranking.candidates:
                if candidate.similarity >= least:
                    return candidate.similarity
        return None

    def may_challenge(self) -> bool:
        """Whether this camera's faces can be asked for something."""
        return self.rules.checks().challenge is not ChallengeWhen.NEVER

    def challenge(self) -> None:
        """Ask the face for something nobody could foresee."""
        self._eyes.ask(self.rules.actions())

    def second_is_away(self, seen: Sighting) -> bool:
        """Whether a second picture is asked of this camera and did not come."""
        return self.rules.checks().second is not None and seen.second_score is None

    def forget(self) -> None:
        """Start anew; whoever looks next may look at somebody else."""
        self._eyes.forget()
        self._somebody_at_s, self._nobody = None, False

    def note(
        self,
        outcome: FaceOutcome,
        seen: Sighting | None,
        *,
        visit_id: str | None = None,
        known: Known | None = None,
    ) -> None:
        """Write down what was made of a face, with the camera that saw it."""
        ranking = None if seen is None else _ranking_of(seen, known)
        decision = FaceDecision(
            outcome=outcome,
            camera=self._camera(),
            visit_id=visit_id,
            person_id=None if known is None else known.person_id,
            live_score=None if seen is None else seen.live_score,
            similarity=None if known is None else known.similarity,
            threshold=None if ranking is None else self._least(ranking),
            people=None if ranking is None else ranking.people,
            frames=None if seen is None else seen.frames,
            challenged=Challenged.NOT_ASKED if seen is None else seen.challenged,
            model_digest=None if ranking is None else ranking.model_digest,
        )
        self._store.face_record.note(decision, self._now())

    def _least(self, ranking: Ranking) -> float:
        return self.rules.thresholds(ranking).similarity_min


def _ranking_of(seen: Sighting, known: Known | None) -> Ranking | None:
    """The ranking that named somebody, or the newest weights'."""
    for ranking in seen.rankings:
        for candidate in ranking.candidates:
            if known is not None and candidate == Candidate(known.person_id, known.similarity):
                return ranking
    return seen.rankings[0] if seen.rankings else None
