"""The only door of this folder: look at frames, and say who this may be, or what to do.

Order is the law here. First whether the picture is worth judging, then whether the face
is alive over several frames (and, where it was asked for one, has passed a challenge), and
only then whom it resembles: a photograph must not learn whether it resembles someone. A
few frames are remembered, in memory only, as small aligned crops; forget() drops them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.attention import Attention
from models.detector import Face
from models.embedder import unit
from models.liveness import Liveness
from models.policy import Policy, for_a_challenge
from models.quality import pose
from models.recogniser import Recogniser
from models.second_look import judge_depth, judge_infrared
from models.sight import Finder, Moment, Sight, refuse_unsuitable
from models.stream_watch import StreamWatch
from terminal.core.camera_checks import SecondStream
from terminal.core.faults import Refused
from terminal.core.recognition import (
    Action,
    Asked,
    Candidate,
    Challenged,
    Hint,
    Portrait,
    Ranking,
    Sighting,
)

_ANCHOR_EVERY_S = 0.4
_ANCHORS_MAX = 12
"""How often, and for how many moments, it is kept who follows a challenge: somebody else
who is compared afterwards must be found out, also one who came and went in the middle."""

_ANCHOR_MAX_DEG = 15.0
"""A face turned further is no longer like itself by enough to be told from another."""

_STARTS_ANEW = {"face.none", "face.two"}
"""After these somebody else may stand there; a blurred frame alone changes nobody."""


class SecondFrame(Protocol):
    """A picture of the same moment by another light, or of distances."""

    @property
    def kind(self) -> SecondStream: ...

    @property
    def pixels(self) -> NDArray[Any]:
        """(height, width): infrared 0 to 255, or depth in millimetres, 0 where not known."""
        ...


class Eyes:
    """Judges one face at a time. Any thread may call; one is served at a time."""

    def __init__(
        self,
        detector: Finder,
        liveness: Liveness,
        recognisers: Sequence[Recogniser],
        policy: Policy,
        *,
        attention: Attention | None = None,
        challenge_first: bool = False,
        watch: StreamWatch | None = None,
    ) -> None:
        """`recognisers`: the newest weights first. With `challenge_first` nobody is compared
        who has not passed a challenge; without `watch` the stream itself is not doubted.
        Raises Refused `template.other_weights` for a gallery of another embedder.
        """
        for each in recognisers:
            if each.gallery.model_digest != each.embedder.model_digest:
                raise Refused("template.other_weights", weights=each.gallery.model_digest[:12])
        self._sight = Sight(detector, liveness, recognisers)
        self._recognisers = tuple(recognisers)
        self._policy = policy
        self._attention = attention
        self._challenge_first = challenge_first
        self._watch = watch
        self._window: deque[Moment] = deque(maxlen=policy.frames)
        self._first_seen_s = 0.0
        self._challenged = Challenged.NOT_ASKED
        self._anchors: deque[Moment] = deque(maxlen=_ANCHORS_MAX)
        self.stopwatch = self._sight.stopwatch
        self._busy = threading.Lock()

    def look(
        self,
        pixels: NDArray[np.uint8],
        seen_at_s: float,
        *,
        claimed: str | None = None,
        second: SecondFrame | None = None,
    ) -> Sighting | Hint | Asked:
        """Judge the newest frame together with those before it.

        `pixels` is (height, width, 3), BGR; `seen_at_s` a monotonic clock in seconds. A
        frame no newer than the last adds nothing. Scores are those of the worst frame.
        With `claimed` the face is compared with that person and nobody else. Raises
        Refused `picture.unsuitable`, `weights.not_finite`.
        """
        refuse_unsuitable(pixels)
        with self._busy:
            if (notice := self._noticed(pixels, seen_at_s)) is not None:
                return notice
            if self._attention is not None and self._attention.asking:
                return self._attend(self._attention, pixels, seen_at_s)
            found = self._sight.find(pixels, self._policy)
            if isinstance(found, Hint):
                if found.code in _STARTS_ANEW:
                    self._start_anew()
                return found
            self._remember(pixels, found, seen_at_s, second)
            if len(self._window) < self._policy.frames:
                return Hint("face.hold_still")
            return self._judge(claimed)

    def ask(self, actions: Sequence[Action]) -> None:
        """Begin a challenge: `look` answers Asked until it is passed or failed.

        Raises Refused `eyes.no_challenge` where the networks for it were not opened.
        """
        with self._busy:
            if self._attention is None:
                raise Refused("eyes.no_challenge")
            self._start_anew()
            self._attention.begin(actions)

    def describe(self, pixels: NDArray[np.uint8]) -> Portrait | Hint:
        """Return what enrolment may keep of one frame, or why it is not fit for that.

        Nothing is remembered. Hints are those of `look`, and `face.not_live`.
        Raises Refused `picture.unsuitable`, `weights.not_finite`.
        """
        refuse_unsuitable(pixels)
        with self._busy:
            found = self._sight.find(pixels, self._policy)
            if isinstance(found, Hint):
                return found
            live_score = self._sight.live_score(pixels, found)
            if not live_score >= self._policy.live_min:
                return Hint("face.not_live")
            seen = Moment(found, live_score, None, 0.0, self._sight.crops(pixels, found))
            looks = pose(found)
            return Portrait(self._sight.template(seen), looks.yaw_deg, looks.pitch_deg)

    def forget(self) -> None:
        """Start anew: nothing seen before counts for anybody, and no challenge goes on."""
        with self._busy:
            self._start_anew()

    def _start_anew(self) -> None:
        self._window.clear()
        self._anchors.clear()
        self._challenged = Challenged.NOT_ASKED
        if self._attention is not None:
            self._attention.drop()

    def _noticed(self, pixels: NDArray[np.uint8], seen_at_s: float) -> Hint | None:
        """What is wrong with the stream itself, which nobody before the camera can mend."""
        if self._watch is None:
            return None
        with self.stopwatch.stage("watch"):
            code = self._watch.note(pixels, seen_at_s)
        if code is None:
            return None
        self._start_anew()
        return Hint(code)

    def _attend(
        self, attention: Attention, pixels: NDArray[np.uint8], seen_at_s: float
    ) -> Sighting | Hint | Asked:
        """Follow the challenge, and keep who it was that followed it."""
        found = self._sight.find(pixels, for_a_challenge(self._policy))
        face = None if isinstance(found, Hint) else found
        due = not self._anchors or seen_at_s - self._anchors[-1].seen_at_s >= _ANCHOR_EVERY_S
        if face is not None and due and _facing(face):
            crops = self._sight.crops(pixels, face)
            self._anchors.append(Moment(face, 1.0, None, seen_at_s, crops))
        with self.stopwatch.stage("attend"):
            told = attention.see(pixels, face, seen_at_s)
        match told:
            case Asked():
                return found if isinstance(found, Hint) else told
            case Challenged.PASSED if self._anchors:
                self._challenged = told
                return Hint("face.hold_still")
            case _:  # Never once facing the camera, it might have been anybody.
                self._start_anew()
                return Sighting(0.0, (), 0, seen_at_s, Challenged.FAILED)

    def _remember(
        self,
        pixels: NDArray[np.uint8],
        face: Face,
        seen_at_s: float,
        second: SecondFrame | None,
    ) -> None:
        if self._window:
            last = self._window[-1]
            if seen_at_s <= last.seen_at_s:
                return
            gap_s = seen_at_s - last.seen_at_s
            moved = face.overlap(last.face) < self._policy.overlap_min
            if moved or gap_s > self._policy.gap_max_s:
                self._start_anew()
        if not self._window:
            self._first_seen_s = seen_at_s
        live_score = self._sight.live_score(pixels, face)
        second_score = None if second is None else _second_score(second, pixels, face)
        crops = self._sight.crops(pixels, face)
        self._window.append(Moment(face, live_score, second_score, seen_at_s, crops))

    def _judge(self, claimed: str | None) -> Sighting | Hint:
        live_score = min(seen.live_score for seen in self._window)
        seconds = [seen.second_score for seen in self._window if seen.second_score is not None]
        second_score = min(seconds) if len(seconds) == len(self._window) else None
        judged = Sighting(
            live_score, (), len(self._window), self._first_seen_s, self._challenged, second_score
        )
        if not self._may_be_compared(live_score, second_score):
            return judged
        together = []
        for place in range(len(self._recognisers)):
            if place and not len(self._recognisers[place].gallery):
                continue
            vectors = [self._sight.vector(seen, place) for seen in self._window]
            others = [self._sight.vector(seen, place) for seen in self._anchors]
            if place == 0 and not _one_face([*vectors, *others], self._policy.same_face_min):
                newest = self._window[-1]
                self._start_anew()
                self._window.append(newest)
                self._first_seen_s = newest.seen_at_s
                return Hint("face.hold_still")
            recogniser = self._recognisers[place]
            together.append((recogniser, unit(np.sum(vectors, axis=0), recogniser.embedder.name)))
        with self.stopwatch.stage("compare"):
            rankings = tuple(
                self._ranking(recogniser, vector, claimed) for recogniser, vector in together
            )
        templates = tuple(self._sight.template(seen) for seen in self._window)
        return replace(judged, rankings=rankings, templates=templates)

    def _may_be_compared(self, live_score: float, second_score: float | None) -> bool:
        """Whether this face is alive enough to be held against anybody's."""
        passed = self._challenged is Challenged.PASSED
        if second_score is not None and not second_score >= self._policy.second_min:
            return False
        if self._challenge_first and not passed:
            return False
        return live_score >= (self._policy.unsure_min if passed else self._policy.live_min)

    def _ranking(
        self, recogniser: Recogniser, vector: NDArray[np.float32], claimed: str | None
    ) -> Ranking:
        gallery, digest = recogniser.gallery, recogniser.model_digest
        if claimed is None:
            nearest = gallery.nearest(vector, self._policy.candidates)
            return Ranking(digest, len(gallery), tuple(nearest))
        similarity = gallery.similarity_to(claimed, vector)
        only = () if similarity is None else (Candidate(claimed, similarity),)
        return Ranking(digest, len(only), only)


def _one_face(vectors: list[NDArray[np.float32]], same_face_min: float) -> bool:
    """Whether all of these are like the last: nobody was swapped in between."""
    return bool((np.stack(vectors) @ vectors[-1]).min() >= same_face_min)


def _facing(face: Face) -> bool:
    """Whether the face looks into the camera, well enough to be held against another."""
    looks = pose(face)
    return max(abs(looks.yaw_deg), abs(looks.pitch_deg)) <= _ANCHOR_MAX_DEG


def _second_score(second: SecondFrame, pixels: NDArray[np.uint8], face: Face) -> float:
    """What the infrared or depth picture says of the face, 0 to 1."""
    size = (pixels.shape[0], pixels.shape[1])
    if second.kind is SecondStream.INFRARED:
        return judge_infrared(second.pixels, face, size)
    return judge_depth(second.pixels, face, size)
