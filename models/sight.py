"""One picture at a time: is it worth judging, is it alive, what does the face look like?

The eyes put several of these together; nothing here remembers anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.detector import Face
from models.embedder import unit
from models.liveness import Liveness
from models.policy import Policy
from models.quality import clear_face
from models.recogniser import Recogniser
from models.second_look import judge_depth, judge_infrared
from models.stopwatch import Stopwatch
from terminal.core.camera_checks import SecondStream
from terminal.core.faults import Refused
from terminal.core.recognition import Hint, Template

_SIDE_MIN_PX = 32
_SIDE_MAX_PX = 4096
"""A smaller picture holds no face to judge; a larger one is no camera's frame."""


class Finder(Protocol):
    """Whatever finds faces: a detector, or one that tries harder."""

    def find(self, pixels: NDArray[np.uint8], /) -> list[Face]:
        """The faces, the one that is meant first."""
        ...

    def steadied(self, pixels: NDArray[np.uint8], face: Face, /) -> NDArray[np.float32]:
        """The landmarks of one of them, looked at again."""
        ...


class SecondFrame(Protocol):
    """A picture of the same moment by another light, or of distances."""

    @property
    def kind(self) -> SecondStream: ...

    @property
    def pixels(self) -> NDArray[Any]:
        """(height, width): infrared 0 to 255, or depth in millimetres, 0 where not known."""
        ...


@dataclass(slots=True, eq=False)
class Moment:
    """One frame of a face, judged alive or not, described only if it comes to that."""

    face: Face
    live_score: float
    second_score: float | None
    seen_at_s: float
    crops: list[NDArray[np.uint8]]
    """One for each set of weights."""
    vectors: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    """By the place of the set of weights."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where the face was last, so that the next frame's can be told to be the same one."""

    face: Face
    seen_at_s: float

    def still_holds(self, face: Face, seen_at_s: float, policy: Policy) -> bool:
        """Whether this face is there still, and was not out of sight for long."""
        soon = seen_at_s - self.seen_at_s <= policy.gap_max_s
        return soon and face.overlap(self.face) >= policy.overlap_min


class Sight:
    """The networks, and the time each stage takes. For one thread at a time."""

    def __init__(
        self, detector: Finder, liveness: Liveness, recognisers: Sequence[Recogniser]
    ) -> None:
        self._detector = detector
        self._liveness = liveness
        self._recognisers = tuple(recognisers)
        self.stopwatch = Stopwatch()

    def find(self, pixels: NDArray[np.uint8], policy: Policy) -> Face | Hint:
        """Return the one face to judge, or a hint. Raises Refused `weights.not_finite`."""
        return self.clear(pixels, self.faces(pixels), policy)

    def faces(self, pixels: NDArray[np.uint8]) -> list[Face]:
        """Return every face, the one that is meant first. Raises as `find`."""
        with self.stopwatch.stage("find"):
            return self._detector.find(pixels)

    def clear(self, pixels: NDArray[np.uint8], faces: list[Face], policy: Policy) -> Face | Hint:
        """Return the one of these to judge, or a hint."""
        with self.stopwatch.stage("gate"):
            return clear_face(pixels, faces, policy)

    def live_score(self, pixels: NDArray[np.uint8], face: Face) -> float:
        """Return 0 (an attack) to 1 (live)."""
        with self.stopwatch.stage("alive"):
            return self._liveness.score(pixels, face)

    def crops(self, pixels: NDArray[np.uint8], face: Face) -> list[NDArray[np.uint8]]:
        """Return the face as each set of weights wants it; its landmarks are looked at once."""
        with self.stopwatch.stage("align"):
            landmarks = self._detector.steadied(pixels, face)
            return [each.embedder.align(pixels, landmarks) for each in self._recognisers]

    def vector(self, moment: Moment, place: int) -> NDArray[np.float32]:
        """Return the unit vector of a moment, worked out once."""
        if place not in moment.vectors:
            with self.stopwatch.stage("describe"):
                embedder = self._recognisers[place].embedder
                moment.vectors[place] = embedder.describe(moment.crops[place])
        return moment.vectors[place]

    def mean(self, moments: Sequence[Moment], place: int) -> NDArray[np.float32]:
        """Return the unit vector of several moments together."""
        vectors = [self.vector(seen, place) for seen in moments]
        return unit(np.sum(vectors, axis=0), self._recognisers[place].embedder.name)

    def fmr(self, similarity: float) -> float:
        """Return how often a stranger is this much alike, by the newest weights: 1 where
        it is less than anything their calibration speaks of."""
        calibration = self._recognisers[0].calibration
        return calibration.fmr_at(similarity) if similarity >= calibration.points[0][1] else 1.0

    def template(self, moment: Moment, place: int = 0) -> Template:
        """Return what may be kept of a moment, by one set of weights; the newest first."""
        vector = self.vector(moment, place).astype("<f4").tobytes()
        return Template(vector, self._recognisers[place].model_digest, moment.live_score)


def second_score(second: SecondFrame, pixels: NDArray[np.uint8], face: Face) -> float:
    """Return what the infrared or depth picture says of the face, 0 to 1.

    Raises Refused `picture.unsuitable`.
    """
    size = (pixels.shape[0], pixels.shape[1])
    if second.kind is SecondStream.INFRARED:
        return judge_infrared(second.pixels, face, size)
    return judge_depth(second.pixels, face, size)


def least_second(scores: Sequence[float | None], second_min: float) -> float | None:
    """Return what the second pictures of several moments say together.

    One that says no is heard though another is missing: whoever breaks the second camera's
    line for a moment must gain nothing. None when all that came say yes, but not all came.
    """
    for score in scores:
        if score is not None and not score >= second_min:  # NaN says no.
            return score
    there = [score for score in scores if score is not None]
    return min(there) if there and len(there) == len(scores) else None


def refuse_unsuitable(pixels: NDArray[np.uint8]) -> None:
    """Raises Refused `picture.unsuitable` unless this is (height, width, 3), of eight bits."""
    sides = pixels.shape[:2]
    wrong = pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3
    if wrong or not _SIDE_MIN_PX <= min(sides) <= max(sides) <= _SIDE_MAX_PX:
        raise Refused("picture.unsuitable", dtype=str(pixels.dtype), shape=str(pixels.shape))
