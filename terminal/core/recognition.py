"""Whose face is this? A decision from scores; no pixels come here.

Liveness is judged before the match is looked at: a photograph must not learn whether
it resembles someone. A similarity is a cosine, -1 to 1; a live score is 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone enrolled here, and how much the face resembles them."""

    person_id: str
    similarity: float
    """Cosine similarity to the nearest template of that person, -1 to 1."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is asked of a face before it names someone. Measured in docs/thresholds.md."""

    live_min: float
    similarity_min: float
    margin_min: float
    """How far the best candidate must stand above the second."""


DEFAULT_THRESHOLDS = Thresholds(live_min=0.8, similarity_min=0.6, margin_min=0.1)
"""For the default weights; the settings may ask for more. Why: docs/thresholds.md."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face, judged over a few frames."""

    live_score: float
    candidates: tuple[Candidate, ...]
    """Best first; empty when the face was not live, for then nobody was compared."""
    frames: int
    """How many frames were judged together."""
    first_seen_s: float
    """When this face was first seen, on the caller's monotonic clock."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Not yet judged: what the person before the camera can do. Words are elsewhere."""

    code: str
    """A fault-like code such as `face.none`, `face.too_far`; or `face.hold_still`."""


@dataclass(frozen=True, slots=True)
class Template:
    """What is kept of a face at enrolment: a unit vector, and the weights it belongs to."""

    vector: bytes
    """Little-endian float32, unit length."""
    model_digest: str
    """SHA-256 of the embedder's weights; vectors of different weights never meet."""
    live_score: float


@dataclass(frozen=True, slots=True)
class Known:
    person_id: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Ambiguous:
    person_ids: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class NotLive:
    pass


Verdict = Known | Ambiguous | Unknown | NotLive


def decide(live_score: float, candidates: Sequence[Candidate], at: Thresholds) -> Verdict:
    """Name a person only when the face is live, close enough, and closer than any other.

    Two villagers who look alike are a question for the doctor, not a coin to toss.
    """
    if not live_score >= at.live_min:  # Written so that NaN is never live.
        return NotLive()
    ranked = sorted(
        (c for c in candidates if c.similarity >= at.similarity_min),  # NaN is nobody.
        key=lambda c: c.similarity,
        reverse=True,
    )
    if not ranked:
        return Unknown()
    best = ranked[0]
    rivals = [c for c in candidates if c.person_id != best.person_id]
    for rival in sorted(rivals, key=lambda c: c.similarity, reverse=True):
        if not best.similarity - rival.similarity >= at.margin_min:
            return Ambiguous((best.person_id, rival.person_id))
    return Known(best.person_id, best.similarity)
