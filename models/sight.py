"""One picture at a time: is it worth judging, is it alive, what does the face look like?

The eyes put several of these together; nothing here remembers anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.detector import Face
from models.liveness import Liveness
from models.policy import Policy
from models.quality import clear_face
from models.recogniser import Recogniser
from models.stopwatch import Stopwatch
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
        with self.stopwatch.stage("find"):
            faces = self._detector.find(pixels)
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

    def template(self, moment: Moment) -> Template:
        """Return what may be kept of a moment, by the newest weights."""
        vector = self.vector(moment, 0).astype("<f4").tobytes()
        return Template(vector, self._recognisers[0].model_digest, moment.live_score)


def refuse_unsuitable(pixels: NDArray[np.uint8]) -> None:
    """Raises Refused `picture.unsuitable` unless this is (height, width, 3), of eight bits."""
    sides = pixels.shape[:2]
    wrong = pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3
    if wrong or not _SIDE_MIN_PX <= min(sides) <= max(sides) <= _SIDE_MAX_PX:
        raise Refused("picture.unsuitable", dtype=str(pixels.dtype), shape=str(pixels.shape))
