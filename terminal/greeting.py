"""Whoever comes before the camera while the counter is empty: a greeting, or a hint.

One approach is all that happens from a face coming until it has gone. A face that looked
flat is not believed on a lucky moment afterwards: it is asked for a challenge, or, where
the camera's pictures cannot be (a recording), must look alive for a while without a break.
Someone who has just left is not greeted again before their face was gone, or the doctor
would be asked the same twice.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from terminal.board import Board, Counter
from terminal.core.recognition import (
    Ambiguous,
    Asked,
    Challenged,
    Hint,
    Known,
    NotLive,
    Sighting,
    Unknown,
    doubted,
)
from terminal.gaze import Gaze
from terminal.hinting import Hinting
from terminal.lockout import Lockout
from terminal.ports import Frame
from terminal.reception import Reception
from terminal.store.face_record import FaceOutcome

_NOBODY = "face.none"
_FILLING = "face.hold_still"
"""Too few pictures yet for a look: nothing was seen that speaks against the face."""

_COVERED = ("face.mouth_covered", "face.eye_covered")
_COVERED_S = 3.0
"""Two hints' reading time: then nobody is asked to take off what a cough or an eye needs,
but shown the other ways."""

_STREAM = ("camera.still", "camera.repeats", "camera.jumps")

_NOT_LIVE_S = 1.0
"""A turning face may look flat for a moment; longer, and it is said."""

_DOUBT_LASTS_S = 30.0
"""A face that looked flat casts doubt on whoever comes within so long: a photograph is
gone for a moment as easily as it is moved."""

_FLAT_SIGHTINGS = 3
"""So many flat sightings in one approach are a failure although none lasted: one or two
may be of somebody who walked by with a turned face."""

_ALONE_S = 1.5
"""So long nobody else is seen before the one who stayed is meant: of two who stand there
one may be turned away, or cut by the picture's edge, for a moment."""

_PAUSED_S = 2.0
"""Without a picture for so long, it is another approach."""

_ALIVE_AGAIN_S = 2.0
"""A face that looked flat is believed only after it looked alive for so long without a
break: a photograph moved about looks alive now and then, but not for long."""

_ALIVE_HELD_S = 1.0
"""A face that is alive but not surely so is believed after so long without looking flat: a
picture held up is lucky for half a second now and then (docs/thresholds.md)."""


@dataclass
class _Approach:
    """What has been seen since this face came."""

    flat_since_s: float | None = None
    alive_since_s: float | None = None
    flat_sightings: int = 0
    flat_counted: bool = False
    covered_since_s: float | None = None
    gave_up: str | None = None
    """Why this face is not looked at further: the other ways are shown."""
    noted: FaceOutcome | None = None


class Greeting:
    """Greets, asks, refuses."""

    def __init__(
        self,
        gaze: Gaze,
        lockout: Lockout,
        reception: Reception,
        look_alikes: Callable[[], Mapping[str, AbstractSet[str]]],
        challenge_always: Callable[[str], bool],
        counter: Counter,
        board: Board,
    ) -> None:
        """`look_alikes`: who looks like whom. `challenge_always`: of whom it is asked."""
        self._gaze = gaze
        self._lockout = lockout
        self._reception = reception
        self._look_alikes = look_alikes
        self._challenge_always = challenge_always
        self._counter = counter
        self._hinting = Hinting(counter, board)
        self._approach = _Approach()
        self._flat_last_s: float | None = None
        self._alone_from_s = 0.0
        self._now_s = 0.0
        self.face_to_card_s: float | None = None
        """From the first picture with the face to the card before the doctor, last time."""

    def wants(self) -> bool:
        return self._counter.front is None

    def see(self, frame: Frame) -> None:
        """Judge one picture. Raises what the eyes and the store raise."""
        if frame.seen_at_s - self._now_s > _PAUSED_S:
            self._approach = _Approach()
        self._now_s = frame.seen_at_s
        if self._counter.opening.held():
            self._approach = _Approach()
            self._hint("quiet.held")
            return
        if not self._gaze.rules.checks().face_route:
            self._hint("camera.virtual")
            return
        if self._lockout.until() is not None:
            self._approach = _Approach()
            self._hint("face.locked")
            return
        match self._gaze.look(frame):
            case Hint(code):
                self._unjudged(code)
            case Asked() as asked:
                self._hinting.ask(asked, self._now_s)
            case Sighting() if self._approach.gave_up is not None:
                self._hint(self._approach.gave_up)
            case Sighting() if self._now_s < self._alone_from_s:
                self._hint("face.two")
            case Sighting() as seen:
                self._judge(seen)

    def _unjudged(self, code: str) -> None:
        if code != _FILLING:
            self._approach.alive_since_s = None  # What was not looked at, did not look alive.
        if code == "face.two":
            self._alone_from_s = self._now_s + _ALONE_S
        elif code == _NOBODY:
            self._counter.departed = None
            if self._approach.flat_sightings >= _FLAT_SIGHTINGS:
                self._count_flat(None)
            self._approach = _Approach()
        elif code in _COVERED:
            code = self._covered(code)
        elif code in _STREAM:
            self._note_once(FaceOutcome.STREAM_DOUBTED, None)
        elif self._approach.gave_up is not None:
            code = self._approach.gave_up
        self._hint(code)

    def _covered(self, code: str) -> str:
        now_s = self._now_s
        if self._approach.covered_since_s is None:
            self._approach.covered_since_s = now_s
        held = now_s - self._approach.covered_since_s < _COVERED_S
        return code if held else "face.other_ways"

    def _judge(self, seen: Sighting) -> None:
        if seen.challenged is Challenged.FAILED:
            self._challenge_failed(seen)
            return
        if not seen.rankings:
            self._not_compared(seen)
            return
        if self._believed(seen):
            self._decide(seen)

    def _decide(self, seen: Sighting) -> None:
        """Greet, ask, or say that nobody is known; the face is believed."""
        match doubted(self._gaze.decide(seen), self._look_alikes()):
            case NotLive():
                self._flat(seen)
            case Known(person_id) if person_id == self._counter.departed:
                self._hint("face.seen_before")
            case Ambiguous(people) if self._counter.departed in people:
                self._hint("face.seen_before")
            case Known(person_id) if self._wants_challenge([person_id], seen):
                self._gaze.challenge()
            case Ambiguous(people) if self._wants_challenge(people, seen):
                self._gaze.challenge()
            case Known() as known:
                self._greeted(self._reception.recognised(known, seen), seen, known)
            case Ambiguous(people):
                self._greeted(self._reception.doubted(people, seen), seen, None)
            case Unknown():
                self._note_once(FaceOutcome.UNKNOWN, seen)
                self._hint("face.unknown")

    def _not_compared(self, seen: Sighting) -> None:
        """Not alive enough to be held against anybody; a challenge may decide."""
        rules = self._gaze.rules
        sure = seen.live_score >= rules.live_min
        second_says_no = seen.second_score is not None and sure
        if sure and self._gaze.may_challenge() and not second_says_no:
            self._gaze.challenge()  # This camera's faces are compared after one only.
            return
        held = self._flat(seen)
        unsure = seen.live_score >= rules.unsure_min and not second_says_no
        if not held and unsure and self._gaze.may_challenge():
            self._gaze.challenge()

    def _flat(self, seen: Sighting) -> bool:
        """Note that the face looks flat; say so unless it is only a moment. Returns which."""
        approach, now_s = self._approach, self._now_s
        self._flat_last_s = now_s
        approach.flat_sightings += 1
        approach.alive_since_s = None
        if approach.flat_since_s is None:
            approach.flat_since_s = now_s
        held = now_s - approach.flat_since_s < _NOT_LIVE_S
        self._hint("face.hold_still" if held else "face.not_live")
        if not held:
            self._count_flat(seen)
        return held

    def _count_flat(self, seen: Sighting | None) -> None:
        """Write a flat face down as a failure, once an approach."""
        if not self._approach.flat_counted:
            self._approach.flat_counted = True
            self._gaze.note(FaceOutcome.NOT_LIVE, seen)
            self._lockout.failed()

    def _believed(self, seen: Sighting) -> bool:
        """Whether this face may be believed: it never looked flat, or has shown more since."""
        if seen.challenged is Challenged.PASSED:
            self._flat_last_s = None
            self._approach.flat_sightings = 0
            return True
        since_flat_s = math.inf if self._flat_last_s is None else self._now_s - self._flat_last_s
        doubtful = since_flat_s < _DOUBT_LASTS_S or self._gaze.second_is_away(seen)
        if doubtful and self._gaze.may_challenge():
            self._gaze.challenge()
            return False
        if since_flat_s < _ALIVE_AGAIN_S or not self._surely_alive(seen):
            self._hint("face.hold_still")
            return False
        self._approach.flat_since_s = None
        self._approach.flat_sightings = 0
        return True

    def _surely_alive(self, seen: Sighting) -> bool:
        """Whether a first look is enough, or this face has looked alive for a while."""
        if self._approach.alive_since_s is None:
            self._approach.alive_since_s = self._now_s
        held_s = self._now_s - self._approach.alive_since_s
        return seen.live_score >= self._gaze.rules.sure_min or held_s >= _ALIVE_HELD_S

    def _wants_challenge(self, people: Iterable[str], seen: Sighting) -> bool:
        """Whether one of those it may be is always asked."""
        if seen.challenged is Challenged.PASSED or not self._gaze.may_challenge():
            return False
        return any(map(self._challenge_always, people))

    def _challenge_failed(self, seen: Sighting) -> None:
        self._gaze.note(FaceOutcome.CHALLENGE_FAILED, seen)
        self._lockout.failed()
        self._approach.gave_up = "face.other_ways"
        self._hint("challenge.failed")

    def _greeted(self, visit_id: str | None, seen: Sighting, known: Known | None) -> None:
        if visit_id is not None:
            self.face_to_card_s = time.monotonic() - seen.first_seen_s
            outcome = FaceOutcome.DOUBTED if known is None else FaceOutcome.KNOWN
            self._gaze.note(outcome, seen, visit_id=visit_id, known=known)
            self._approach = _Approach()
        self._gaze.forget()

    def _note_once(self, outcome: FaceOutcome, seen: Sighting | None) -> None:
        """Write a decision down once an approach, not once a frame."""
        if self._approach.noted is not outcome:
            self._approach.noted = outcome
            self._gaze.note(outcome, seen)

    def _hint(self, code: str) -> None:
        self._hinting.say(code, self._now_s)
