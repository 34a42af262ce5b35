"""What a similarity means for one set of weights: how often a stranger reaches it.

A search among many people asks the question many times: with a false match rate FMR for
one comparison, a stranger is named among N people with a probability (FPIR) of about
1 - (1 - FMR)^N. So the threshold follows from how many people are enrolled and how rare a
false name must be, and not from a number that looks safe. Between measured points the
similarity is a straight line in log FMR; beyond the rarest of them it is a guess by the
tail's slope, and the answer says so. Relatives are nearer than strangers: no point here
speaks of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from terminal.core.faults import Refused

FPIR_MAX = 0.01
"""How often a stranger may be named in one search, unless the settings ask for less."""

_POINTS_MIN, _POINTS_MAX = 2, 50
"""One point has no slope; more than this is a table somebody pasted by mistake."""

_PEOPLE_MAX = 1_000_000
"""A county. Beyond it the question is a slip of the pen."""

_TAIL_MAX = 1.0
"""Similarity a decade; no network's tail is near it."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is asked of a similarity, and what that means."""

    similarity: float
    """At or above it somebody may be named."""
    fmr: float
    """How often a stranger reaches it in one comparison, 0 to 1."""
    fpir: float
    """How often a stranger is named in one search among so many people, 0 to 1."""
    extrapolated: bool
    """Whether what was asked lies beyond what was measured: then it is a guess by the tail."""
    capped: bool
    """Whether the ceiling forbade a higher similarity: then `fpir` is above what was asked."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The thresholds of one set of weights. Raises Refused `calibration.unusable`."""

    points: tuple[tuple[float, float], ...]
    """(FMR, similarity) measured on strangers; the FMR falls and the similarity rises."""
    tail_per_decade: float
    """How much similarity one more factor of ten costs beyond the last point."""
    similarity_min: float
    """The floor of a search: never less is asked, however few are enrolled."""
    similarity_max: float
    """The ceiling of a search: above it the right person is refused in ordinary light."""
    margin_min: float
    """How far the best candidate must stand above the second."""
    verify_min: float
    """Least similarity to the one person whose ID number was given (1:1)."""
    look_alike_min: float
    """Two enrolled people this alike always need a second factor."""
    same_face_min: float
    """Least similarity between frames of one face judged together."""

    def __post_init__(self) -> None:
        for field, good in (
            ("points", self._points_fit()),
            ("tail_per_decade", 0.0 < self.tail_per_decade <= _TAIL_MAX),
            ("similarity_min", -1.0 < self.similarity_min < 1.0),
            ("similarity_max", self.similarity_min <= self.similarity_max < 1.0),
            ("margin_min", 0.0 <= self.margin_min < 1.0),
            ("verify_min", -1.0 < self.verify_min < 1.0),
            ("look_alike_min", -1.0 < self.look_alike_min < 1.0),
            ("same_face_min", -1.0 < self.same_face_min < 1.0),
        ):
            if not good:  # Every comparison above is false for NaN.
                raise Refused("calibration.unusable", field=field)

    def similarity_for(self, people: int, fpir: float) -> Threshold:
        """Return the threshold at which a search names a stranger at most this often.

        `people`: how many are enrolled; an empty gallery is asked as if one were.
        `fpir`: above 0 and below 1. Raises Refused `calibration.out_of_range`.
        """
        if not 0.0 < fpir < 1.0:
            raise Refused("calibration.out_of_range", what="fpir")
        if not 0 <= people <= _PEOPLE_MAX:
            raise Refused("calibration.out_of_range", what="people", most=_PEOPLE_MAX)
        people = max(people, 1)
        asked = self._similarity_at(-math.expm1(math.log1p(-fpir) / people))
        similarity = min(max(asked, self.similarity_min), self.similarity_max)
        fmr = self.fmr_at(similarity)
        return Threshold(
            similarity,
            fmr,
            fpir=-math.expm1(people * math.log1p(-fmr)),
            extrapolated=asked > self.points[-1][1],
            capped=asked > self.similarity_max,
        )

    def fmr_at(self, similarity: float) -> float:
        """Return how often a stranger reaches a similarity, 0 to 1.

        Below the first point it is the first point's: what is more frequent was not
        asked. Beyond the last it is a guess by the tail. NaN is reached by everybody.
        """
        if math.isnan(similarity):
            return 1.0
        (first, lowest), (last, highest) = self.points[0], self.points[-1]
        if similarity <= lowest:
            return first
        for (fmr, at), (next_fmr, next_at) in pairwise(self.points):
            if similarity <= next_at:
                share = (similarity - at) / (next_at - at)
                return float(fmr * (next_fmr / fmr) ** share)
        return float(last * 10.0 ** ((highest - similarity) / self.tail_per_decade))

    def _similarity_at(self, wanted: float) -> float:
        """The similarity that a stranger reaches so often."""
        if wanted >= self.points[0][0]:
            return self.points[0][1]
        for (fmr, at), (next_fmr, next_at) in pairwise(self.points):
            if wanted >= next_fmr:
                share = math.log(wanted / fmr) / math.log(next_fmr / fmr)
                return at + share * (next_at - at)
        last, highest = self.points[-1]
        return highest + self.tail_per_decade * math.log10(last / wanted)

    def _points_fit(self) -> bool:
        if not _POINTS_MIN <= len(self.points) <= _POINTS_MAX:
            return False
        inside = all(0.0 < fmr < 1.0 and -1.0 < at < 1.0 for fmr, at in self.points)
        falling = all(a[0] > b[0] and a[1] < b[1] for a, b in pairwise(self.points))
        return inside and falling


DEFAULT_CALIBRATION = Calibration(
    points=((1e-2, 0.35), (1e-3, 0.43), (1e-4, 0.55)),
    tail_per_decade=0.1,
    similarity_min=0.6,
    similarity_max=0.75,
    margin_min=0.1,
    verify_min=0.5,
    look_alike_min=0.6,
    same_face_min=0.56,
)
"""For the default weights: measured in docs/thresholds.md, one face against the best of a
person's templates. The tail is the steepest of nine sets; the floor is above every pair
of strangers seen; the ceiling is where a turning face is refused four times of five."""

UNMEASURED_ARCFACE = Calibration(
    points=((1e-2, 0.25), (1e-3, 0.35), (1e-4, 0.45)),
    tail_per_decade=0.1,
    similarity_min=0.55,
    similarity_max=0.7,
    margin_min=0.1,
    verify_min=0.45,
    look_alike_min=0.5,
    same_face_min=0.4,
)
"""For ArcFace weights that bring no thresholds of their own. Nothing of it was measured
here: it asks for more than their publisher does, and the status page says so."""
