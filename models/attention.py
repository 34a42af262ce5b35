"""What a face does while it is asked for something, and whose face it is that does it.

The law: a picture held up before and after, and a helper's head that turns in between, pass
any geometry. So it is kept who was seen in the frames a challenge rests on, and now and then
between them, and whoever is compared afterwards must be the one in all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.challenge import Challenge, Evidence, Observation
from models.challenge_policy import ChallengePolicy
from models.detector import Face
from models.eyelids import Eyelids
from models.landmarks import Landmarks
from models.policy import Policy
from models.quality import pose
from models.sight import Moment, Sight
from terminal.core.recognition import Action, Asked, Challenged

_BETWEEN_EVERY_S = 0.4
_BETWEEN_MAX = 4
"""How often, and for how many moments, it is kept who looked on between the frames that a
challenge rests on. With two of each action, and four actions, twelve faces are described."""

_FACING_MAX_DEG = 15.0
"""A face turned further scores lower alive than it is, and is less like itself."""


class Attention:
    """Follows one challenge at a time. Not for two threads at once."""

    def __init__(self, landmarks: Landmarks, eyelids: Eyelids, policy: ChallengePolicy) -> None:
        self._landmarks = landmarks
        self._eyelids = eyelids
        self._policy = policy
        self._challenge: Challenge | None = None
        self._evidence: Evidence | None = None

    @property
    def evidence(self) -> Evidence | None:
        """What the newest frame is to the outcome; None for one that could be left out."""
        return self._evidence

    @property
    def asking(self) -> bool:
        """Whether a challenge goes on."""
        return self._challenge is not None

    def begin(self, actions: Sequence[Action]) -> None:
        """Ask for these, in this order."""
        self._challenge = Challenge(actions, self._policy)

    def drop(self) -> None:
        """Ask for nothing any more."""
        self._challenge = None

    def see(
        self, pixels: NDArray[np.uint8], face: Face | None, seen_at_s: float
    ) -> Asked | Challenged:
        """Follow the face in this frame, None where none could be judged.

        Passed or failed, the challenge is over. Raises Refused `weights.not_finite`.
        """
        self._evidence = None
        if self._challenge is None:
            return Challenged.NOT_ASKED
        if face is None:
            told = self._challenge.missed(seen_at_s)
        else:
            found = self._landmarks.find(pixels, face)
            lids = self._eyelids.open_share(pixels, found)
            told = self._challenge.observe(Observation(seen_at_s, found, face.side_px, lids))
        self._evidence = self._challenge.evidence
        if isinstance(told, Challenged):
            self._challenge = None
        return told


class Anchors:
    """Who followed a challenge: a few moments since it last began. For one thread."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._start = 0
        self._rests_on: dict[tuple[int, bool], Moment] = {}
        self._between: deque[Moment] = deque(maxlen=_BETWEEN_MAX)
        self._kept_at_s = -np.inf

    def wants(self, face: Face, evidence: Evidence | None, seen_at_s: float) -> bool:
        """Whether this frame is to be kept: asked of each, so that most cost nothing."""
        due = seen_at_s - self._kept_at_s >= _BETWEEN_EVERY_S
        return evidence is not None or (due and _is_facing(face))

    def keep(self, seen: Moment, evidence: Evidence | None) -> None:
        """Keep a frame. One of a later beginning drops those before it."""
        self._kept_at_s = seen.seen_at_s
        if evidence is None:
            self._between.append(seen)
            return
        if evidence.start != self._start:
            self._start = evidence.start
            self._rests_on.clear()
            self._between.clear()
        self._rests_on[evidence.step, evidence.ahead] = seen

    @property
    def ahead(self) -> list[Moment]:
        """Those that looked into the camera."""
        poses = [seen for (_, ahead), seen in self._rests_on.items() if ahead]
        return [*poses, *self._between]

    @property
    def moments(self) -> list[Moment]:
        """All of them, at most twelve."""
        return [*self._rests_on.values(), *self._between]

    def live_score(self) -> float:
        """How alive the face was that looked into the camera: the middle one of the scores,
        for people move and one frame is soon blurred. 0 when it never did."""
        scores = [seen.live_score for seen in self.ahead]
        return float(np.median(scores)) if scores else 0.0

    def are_of(self, vector: NDArray[np.float32], sight: Sight, policy: Policy) -> bool:
        """Whether whoever followed is the face of this unit vector: where they looked into
        the camera as alike as two frames together, and in no moment like a stranger."""
        ahead = float(vector @ sight.mean(self.ahead, 0))
        each = [float(vector @ sight.vector(seen, 0)) for seen in self.moments]
        return ahead >= policy.same_face_min and all(
            sight.fmr(alike) <= policy.challenge_fmr_max for alike in each
        )


def _is_facing(face: Face) -> bool:
    """Whether the face looks into the camera, well enough to be judged alive."""
    looks = pose(face)
    return max(abs(looks.yaw_deg), abs(looks.pitch_deg)) <= _FACING_MAX_DEG
