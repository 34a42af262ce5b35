"""Whose face is this? A decision from scores; no pixels come here.

Liveness is judged before the match is looked at: a photograph must not learn whether
it resembles someone. A similarity is a cosine, -1 to 1; a live score is 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a challenge may ask for; left and right are the person's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    BLINK = "blink"
    COME_CLOSER = "come_closer"


class Challenged(StrEnum):
    """What came of a challenge."""

    NOT_ASKED = "not_asked"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge is going on: what the person should do now."""

    action: Action
    step: int
    """From 1."""
    steps: int
    again: bool
    """Time ran out once; it begins anew."""


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
class Ranking:
    """Whom a face resembles, as one set of weights sees it."""

    model_digest: str
    people: int
    """How many were searched; one when the face was compared with a claimed person only."""
    candidates: tuple[Candidate, ...]
    """Best first; empty when nobody is enrolled under these weights."""


@dataclass(frozen=True, slots=True)
class Template:
    """What is kept of a face at enrolment: a unit vector, and the weights it belongs to."""

    vector: bytes
    """Little-endian float32, unit length."""
    model_digest: str
    """SHA-256 of the embedder's weights; vectors of different weights never meet."""
    live_score: float


@dataclass(frozen=True, slots=True)
class Portrait:
    """One frame of a face fit to be enrolled, and which way it looked."""

    template: Template
    yaw_deg: float
    """Positive: turned to the person's own left."""
    pitch_deg: float
    """Positive: looking up."""
    older: tuple[Template, ...] = ()
    """The same face by earlier weights, for those whom only these know."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face, judged over a few frames."""

    live_score: float
    rankings: tuple[Ranking, ...]
    """Newest weights first; empty when the face was not live: then nobody was compared."""
    frames: int
    """How many frames were judged together."""
    first_seen_s: float
    """When this face was first seen, on the caller's monotonic clock."""
    challenged: Challenged = Challenged.NOT_ASKED
    second_score: float | None = None
    """What the infrared or depth picture says, 0 to 1; None where none was looked at."""
    templates: tuple[Template, ...] = ()
    """Of these frames, by the newest weights. In memory only, until kept or dropped."""

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Whom the newest weights name, best first."""
        return self.rankings[0].candidates if self.rankings else ()


@dataclass(frozen=True, slots=True)
class Hint:
    """Not yet judged: what the person before the camera can do. Words are elsewhere."""

    code: str
    """A fault-like code such as `face.none`, `face.too_far`; or `face.hold_still`."""


@dataclass(frozen=True, slots=True)
class Known:
    person_id: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Ambiguous:
    person_ids: tuple[str, ...]
    """Two or more who may be meant, the likeliest first: a second factor decides."""


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


def decide_over(
    sighting: Sighting, live_min: float, at: Callable[[Ranking], Thresholds]
) -> Verdict:
    """Name a person by every set of weights that somebody is enrolled under.

    Similarities of two sets of weights mean different things, so each ranking is decided
    by its own thresholds; where two name different people, nobody is named.
    """
    if not sighting.live_score >= live_min:
        return NotLive()
    verdicts = [decide(sighting.live_score, r.candidates, at(r)) for r in sighting.rankings]
    for verdict in verdicts:
        if isinstance(verdict, Ambiguous):
            return verdict
    known = [verdict for verdict in verdicts if isinstance(verdict, Known)]
    people = tuple(dict.fromkeys(verdict.person_id for verdict in known))
    if len(people) > 1:
        return Ambiguous(people)
    return known[0] if known else Unknown()


def doubted(verdict: Verdict, look_alikes: Mapping[str, AbstractSet[str]]) -> Verdict:
    """Turn a name into a question where somebody enrolled is known to look like them.

    Twins stand far above everybody else and near to each other: whichever of them wins a
    search by a margin may still be the other. Of triplets all three are asked about.
    """
    match verdict:
        case Known(person_id):
            named: tuple[str, ...] = (person_id,)
        case Ambiguous(person_ids):
            named = person_ids
        case _:
            return verdict
    alike = {other for person_id in named for other in look_alikes.get(person_id, ())}
    others = tuple(sorted(alike.difference(named)))
    return Ambiguous((*named, *others)) if others else verdict
