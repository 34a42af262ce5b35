"""What a face does while it is asked for something: a challenge, fed from pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.challenge import Challenge, Observation
from models.challenge_policy import ChallengePolicy
from models.detector import Face
from models.eyelids import Eyelids
from models.landmarks import Landmarks
from terminal.core.recognition import Action, Asked, Challenged


class Attention:
    """Follows one challenge at a time. Not for two threads at once."""

    def __init__(self, landmarks: Landmarks, eyelids: Eyelids, policy: ChallengePolicy) -> None:
        self._landmarks = landmarks
        self._eyelids = eyelids
        self._policy = policy
        self._challenge: Challenge | None = None

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
        if self._challenge is None:
            return Challenged.NOT_ASKED
        if face is None:
            told = self._challenge.missed(seen_at_s)
        else:
            found = self._landmarks.find(pixels, face)
            lids = self._eyelids.open_share(pixels, found)
            told = self._challenge.observe(Observation(seen_at_s, found, face.side_px, lids))
        if isinstance(told, Challenged):
            self._challenge = None
        return told
