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

import numpy as np
from numpy.typing import NDArray

from models.attention import Anchors, Attention
from models.detector import Face
from models.liveness import Liveness
from models.policy import Policy, for_a_challenge
from models.quality import pose
from models.recogniser import Recogniser
from models.sight import (
    Finder,
    Moment,
    Place,
    SecondFrame,
    Sight,
    least_second,
    refuse_unsuitable,
    second_score,
)
from models.stream_watch import StreamWatch
from terminal.core.faults import Refused
from terminal.core.recognition import (
    Action,
    Asked,
    Challenged,
    Hint,
    Portrait,
    Sighting,
)

_STARTS_ANEW = {"face.none", "face.two"}
"""After these somebody else may stand there; a blurred frame alone changes nobody."""


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
        self._anchors = Anchors()
        self._place: Place | None = None
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
            faces = self._sight.faces(pixels)
            found = self._sight.clear(pixels, faces, self._policy)
            if isinstance(found, Hint):
                self._follow(found, pixels, faces, seen_at_s)
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
            places = range(len(self._recognisers))
            newest, *older = (self._sight.template(seen, place) for place in places)
            return Portrait(newest, looks.yaw_deg, looks.pitch_deg, tuple(older))

    def forget(self) -> None:
        """Start anew: nothing seen before counts for anybody, and no challenge goes on."""
        with self._busy:
            self._start_anew()

    def _start_anew(self) -> None:
        self._window.clear()
        self._anchors.clear()
        self._place = None
        self._challenged = Challenged.NOT_ASKED
        if self._attention is not None:
            self._attention.drop()

    def _failed(self, seen_at_s: float) -> Sighting:
        """The challenge is lost: counted by whoever asked for it, and not simply redrawn."""
        self._start_anew()
        return Sighting(0.0, (), 0, seen_at_s, Challenged.FAILED)

    def _awaits_comparison(self) -> bool:
        """Whether a challenge was passed and nobody has been judged by it yet."""
        passed = self._challenged is Challenged.PASSED
        return passed and len(self._window) < self._policy.frames

    def _noticed(self, pixels: NDArray[np.uint8], seen_at_s: float) -> Hint | Sighting | None:
        """What is wrong with the stream itself, which nobody before the camera can mend.

        Within a challenge it is lost: or whoever disturbs the stream would have it redrawn
        until it suits a recording.
        """
        if self._watch is None:
            return None
        with self.stopwatch.stage("watch"):
            code = self._watch.note(pixels, seen_at_s)
        if code is None:
            return None
        asking = self._attention is not None and self._attention.asking
        if asking or self._awaits_comparison():
            return self._failed(seen_at_s)
        self._start_anew()
        return Hint(code)

    def _attend(
        self, attention: Attention, pixels: NDArray[np.uint8], seen_at_s: float
    ) -> Sighting | Hint | Asked:
        """Follow the challenge, and keep who it was that followed it."""
        found = self._sight.find(pixels, for_a_challenge(self._policy))
        face = None if isinstance(found, Hint) else found
        with self.stopwatch.stage("attend"):
            told = attention.see(pixels, face, seen_at_s)
        if face is not None:
            self._place = Place(face, seen_at_s)
            evidence = attention.evidence
            if self._anchors.wants(face, evidence, seen_at_s):
                self._anchors.keep(self._moment(pixels, face, seen_at_s, None), evidence)
        match told:
            case Asked():
                return found if isinstance(found, Hint) else told
            case Challenged.PASSED if self._anchors.live_score() >= self._policy.unsure_min:
                self._challenged = told
                return Hint("face.hold_still")
            case _:  # Who never faced the camera alive might have been anybody, or a picture.
                return self._failed(seen_at_s)

    def _follow(
        self, hint: Hint, pixels: NDArray[np.uint8], faces: list[Face], seen_at_s: float
    ) -> None:
        """Keep an eye on whoever passed a challenge while no frame can be judged: somebody
        who came closer has to step back first."""
        if hint.code in _STARTS_ANEW:
            self._start_anew()
        elif self._awaits_comparison() and not self._window:
            face = self._sight.clear(pixels, faces, for_a_challenge(self._policy))
            if isinstance(face, Face) and self._is_there_still(face, seen_at_s):
                self._place = Place(face, seen_at_s)

    def _is_there_still(self, face: Face, seen_at_s: float) -> bool:
        """Whether this is where the face was a moment ago; if not, everything starts anew."""
        there = self._place is None or self._place.still_holds(face, seen_at_s, self._policy)
        if not there:
            self._start_anew()
        return there

    def _moment(
        self,
        pixels: NDArray[np.uint8],
        face: Face,
        seen_at_s: float,
        second: SecondFrame | None,
    ) -> Moment:
        live_score = self._sight.live_score(pixels, face)
        told = None if second is None else second_score(second, pixels, face)
        return Moment(face, live_score, told, seen_at_s, self._sight.crops(pixels, face))

    def _remember(
        self,
        pixels: NDArray[np.uint8],
        face: Face,
        seen_at_s: float,
        second: SecondFrame | None,
    ) -> None:
        if self._place is not None and seen_at_s <= self._place.seen_at_s:
            return
        self._is_there_still(face, seen_at_s)
        self._place = Place(face, seen_at_s)
        if not self._window:
            self._first_seen_s = seen_at_s
        self._window.append(self._moment(pixels, face, seen_at_s, second))

    def _judge(self, claimed: str | None) -> Sighting | Hint:
        live_score = min(seen.live_score for seen in self._window)
        seconds = [seen.second_score for seen in self._window]
        second = least_second(seconds, self._policy.second_min)
        judged = Sighting(
            live_score, (), len(self._window), self._first_seen_s, self._challenged, second
        )
        if not self._may_be_compared(live_score, second):
            return judged
        if not self._is_one_face():
            newest = self._window[-1]
            self._start_anew()
            self._place = Place(newest.face, newest.seen_at_s)
            self._window.append(newest)
            self._first_seen_s = newest.seen_at_s
            return Hint("face.hold_still")
        if self._challenged is Challenged.PASSED and not self._anchors.are_of(
            self._sight.mean(self._window, 0), self._sight, self._policy
        ):
            return self._failed(self._window[-1].seen_at_s)
        together = [
            (recogniser, self._sight.mean(self._window, place))
            for place, recogniser in enumerate(self._recognisers)
            if not place or len(recogniser.gallery)
        ]
        with self.stopwatch.stage("compare"):
            rankings = tuple(
                recogniser.rank(vector, claimed, self._policy.candidates)
                for recogniser, vector in together
            )
        templates = tuple(self._sight.template(seen) for seen in self._window)
        return replace(judged, rankings=rankings, templates=templates)

    def _is_one_face(self) -> bool:
        """Whether all frames are like the last: nobody was swapped in between."""
        vectors = np.stack([self._sight.vector(seen, 0) for seen in self._window])
        return bool((vectors @ vectors[-1]).min() >= self._policy.same_face_min)

    def _may_be_compared(self, live_score: float, second: float | None) -> bool:
        """Whether this face is alive enough to be held against anybody's."""
        passed = self._challenged is Challenged.PASSED
        if second is not None and not second >= self._policy.second_min:
            return False
        if self._challenge_first and not passed:
            return False
        return live_score >= (self._policy.unsure_min if passed else self._policy.live_min)
