"""The only door of this folder: look at frames, and say who this may be, or what to do.

Order is the law here. First whether the picture is worth judging, then whether the face
is alive over several frames, and only then whom it resembles: a photograph must not learn
whether it resembles someone. A few frames are remembered, in memory only, as small
aligned crops; forget() drops them.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.detector import Detector, Face
from models.embedder import Embedder, unit
from models.gallery import Gallery
from models.liveness import Liveness
from models.manifest import Manifest
from models.policy import Policy
from models.quality import clear_face
from models.stopwatch import Stopwatch
from models.weights import verified
from terminal.core.faults import Refused
from terminal.core.recognition import Hint, Sighting, Template

_SIDE_MIN_PX = 32
_SIDE_MAX_PX = 4096
"""A smaller picture holds no face to judge; a larger one is no camera's frame."""

_STARTS_ANEW = {"face.none", "face.two"}
"""After these somebody else may stand there; a blurred frame alone changes nobody."""


class Finder(Protocol):
    """Whatever finds faces: the detector, or one that tries harder."""

    def find(self, pixels: NDArray[np.uint8], /) -> list[Face]:
        """The faces, the one that is meant first."""
        ...

    def steadied(self, pixels: NDArray[np.uint8], face: Face, /) -> NDArray[np.float32]:
        """The landmarks of one of them, looked at again."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """The networks a look needs, verified and opened."""

    detector: Detector
    liveness: Liveness
    embedder: Embedder


@dataclass(slots=True, eq=False)
class _Seen:
    """One frame of a face, judged alive or not, described only if it comes to that."""

    face: Face
    live_score: float
    seen_at_s: float
    crops: NDArray[np.uint8]
    vector: NDArray[np.float32] | None = None


class Eyes:
    """Judges one face at a time. Any thread may call; one is served at a time."""

    def __init__(
        self,
        detector: Finder,
        liveness: Liveness,
        embedder: Embedder,
        gallery: Gallery,
        policy: Policy,
    ) -> None:
        """Raises Refused `template.other_weights` for a gallery of another embedder."""
        if gallery.model_digest != embedder.model_digest:
            raise Refused("template.other_weights", weights=gallery.model_digest[:12])
        self._detector = detector
        self._liveness = liveness
        self._embedder = embedder
        self._gallery = gallery
        self._policy = policy
        self._window: deque[_Seen] = deque(maxlen=policy.frames)
        self._first_seen_s = 0.0
        self.stopwatch = Stopwatch()
        self._busy = threading.Lock()

    def look(self, pixels: NDArray[np.uint8], seen_at_s: float) -> Sighting | Hint:
        """Judge the newest frame together with those before it.

        `pixels` is (height, width, 3), BGR; `seen_at_s` a monotonic clock in seconds. A
        frame no newer than the last adds nothing. The live score is that of the least
        live frame. Raises Refused `picture.unsuitable`, `weights.not_finite`.
        """
        with self._busy:
            found = self._find(pixels)
            if isinstance(found, Hint):
                if found.code in _STARTS_ANEW:
                    self._window.clear()
                return found
            self._remember(pixels, found, seen_at_s)
            if len(self._window) < self._policy.frames:
                return Hint("face.hold_still")
            return self._judge()

    def describe(self, pixels: NDArray[np.uint8]) -> Template | Hint:
        """Return what enrolment keeps of one frame, or why it is not fit for that.

        Nothing is remembered. Hints are those of `look`, and `face.not_live`.
        Raises Refused `picture.unsuitable`, `weights.not_finite`.
        """
        with self._busy:
            found = self._find(pixels)
            if isinstance(found, Hint):
                return found
            live_score = self._live_score(pixels, found)
            if not live_score >= self._policy.live_min:
                return Hint("face.not_live")
            vector = self._describe(self._crops(pixels, found))
            return Template(vector.astype("<f4").tobytes(), self._embedder.model_digest, live_score)

    def forget(self) -> None:
        """Start anew: what was seen before counts for nobody."""
        with self._busy:
            self._window.clear()

    def _find(self, pixels: NDArray[np.uint8]) -> Face | Hint:
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise Refused("picture.unsuitable", dtype=str(pixels.dtype), shape=str(pixels.shape))
        sides = pixels.shape[:2]
        if not _SIDE_MIN_PX <= min(sides) <= max(sides) <= _SIDE_MAX_PX:
            raise Refused("picture.unsuitable", shape=str(pixels.shape))
        with self.stopwatch.stage("find"):
            faces = self._detector.find(pixels)
        with self.stopwatch.stage("gate"):
            return clear_face(pixels, faces, self._policy)

    def _remember(self, pixels: NDArray[np.uint8], face: Face, seen_at_s: float) -> None:
        if self._window:
            last = self._window[-1]
            if seen_at_s <= last.seen_at_s:
                return
            gap_s = seen_at_s - last.seen_at_s
            moved = face.overlap(last.face) < self._policy.overlap_min
            if moved or gap_s > self._policy.gap_max_s:
                self._window.clear()
        if not self._window:
            self._first_seen_s = seen_at_s
        live_score = self._live_score(pixels, face)
        self._window.append(_Seen(face, live_score, seen_at_s, self._crops(pixels, face)))

    def _judge(self) -> Sighting | Hint:
        live_score = min(seen.live_score for seen in self._window)
        if not live_score >= self._policy.live_min:
            return Sighting(live_score, (), len(self._window), self._first_seen_s)
        vectors = np.stack([self._vector(seen) for seen in self._window])
        if not (vectors @ vectors[-1]).min() >= self._policy.same_face_min:
            newest = self._window[-1]
            self._window.clear()
            self._window.append(newest)
            self._first_seen_s = newest.seen_at_s
            return Hint("face.hold_still")
        together = unit(vectors.sum(0), self._embedder.name)
        with self.stopwatch.stage("compare"):
            candidates = self._gallery.nearest(together, self._policy.candidates)
        return Sighting(live_score, tuple(candidates), len(self._window), self._first_seen_s)

    def _vector(self, seen: _Seen) -> NDArray[np.float32]:
        if seen.vector is None:
            seen.vector = self._describe(seen.crops)
        return seen.vector

    def _live_score(self, pixels: NDArray[np.uint8], face: Face) -> float:
        with self.stopwatch.stage("alive"):
            return self._liveness.score(pixels, face)

    def _crops(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
        with self.stopwatch.stage("align"):
            return self._embedder.align(pixels, self._detector.steadied(pixels, face))

    def _describe(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        with self.stopwatch.stage("describe"):
            return self._embedder.describe(crops)


def open_networks(folder: Path, manifest: Manifest) -> Networks:
    """Verify and open the networks, once; each has run once when this returns.

    Raises Refused `weights.missing`, `weights.wrong_digest`, `weights.not_listed`,
    `weights.unreadable`.
    """
    detection, liveness, recognition = map(manifest.task, ("detection", "liveness", "recognition"))
    return Networks(
        Detector(verified(manifest, folder, detection.file), detection),
        Liveness(verified(manifest, folder, liveness.file), liveness),
        Embedder(
            verified(manifest, folder, recognition.file),
            recognition,
            manifest.weights_digest("recognition"),
        ),
    )


def open_eyes(folder: Path, manifest: Manifest, gallery: Gallery, policy: Policy) -> Eyes:
    """Open the networks and look through them.

    Raises what `open_networks` raises, and Refused `template.other_weights`.
    """
    opened = open_networks(folder, manifest)
    return Eyes(opened.detector, opened.liveness, opened.embedder, gallery, policy)
