"""A few moments of one face, in a few poses: what is still wanted, and what to say next.

Fed every frame with its time; keeps portraits in memory only. A pose that does not come is
given up gently: an old neck need not turn. Everything that is kept is of one person, seen
alive without a break, or it is not kept: of a print, one frame in two may pass for alive.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from terminal.core.recognition import Hint, Portrait, Template

_APART_S = 0.2
"""Between two moments: neighbouring frames of a video are one picture."""

_PATIENCE_S = 6.0
"""How long a pose that may be left out is asked for: to hear it, to turn, to hold."""

_FRAMES_MAX = 1800
"""A minute at thirty a second, whatever the clock says; longer nobody holds still."""

_GONE_S = 1.0
"""A face unseen for longer may be another's when it comes back: somebody bent down, or left."""

_SOMEBODY_ELSE = ("face.two", "camera.")
"""Hints after which nothing seen before counts: a second face, a stream that is no lens's."""

_LIVE_AGAIN_S = 1.0
"""So long a face is watched alive, every frame of it, before anything is taken of it once it
was not. Of a drawn print moved about in a drawn room 20 of 45 frames passed, never four
on end; no printer or camera took part."""

_FLOAT_BYTES = 4

ONE_PERSON_MIN = 0.5
"""Least cosine to the first portrait. A face turning keeps 0.585 from one third of a second
to the next, and 0.5 or so at the largest turn asked for; of 20,604 pairs of strangers fewer
than three in a thousand come near it (99.9 % stand below 0.412), and the doctor looks on."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Which way the face should look, how many moments of it, and how to ask for it."""

    hint: str
    yaw_from_deg: float
    """Positive: turned to the person's own left. The least, and below the most."""
    yaw_below_deg: float
    wanted: int
    least: int
    """With fewer the capture has failed; with as many the rest may be given up."""
    apart_s: float = _APART_S
    """Between two moments of it."""

    def has(self, portrait: Portrait) -> bool:
        return self.yaw_from_deg <= portrait.yaw_deg < self.yaw_below_deg


_FRONT = Pose("enrolment.look_ahead", -15.0, 15.0, wanted=3, least=3)
_LEFT = Pose("enrolment.turn_a_little_left", 15.0, 40.0, wanted=1, least=0)
_RIGHT = Pose("enrolment.turn_a_little_right", -40.0, -15.0, wanted=1, least=0)

GUIDED = (_FRONT, _LEFT, _RIGHT)
"""At an enrolment. Beyond 40 degrees the far eye is hidden."""

GUIDED_MAX_S = 23.0
"""Its limit: the text read aloud (37 s) and a capture to its very end are one minute. Two turns
that never come take twelve of it."""

FRONT_ONLY = (Pose("enrolment.look_ahead", -15.0, 15.0, wanted=5, least=3, apart_s=0.6),)
"""After a visit, with one tap: nobody is asked to turn. What a turn would add, three
seconds of a living face must: three moments of half a second know nobody tomorrow."""

AS_THEY_COME = (Pose("enrolment.look_ahead", -90.0, 90.0, wanted=5, least=3),)
"""Of footage that cannot be asked for anything."""


class Swap(Enum):
    """What becomes of a capture into which another face looks, ahead and clearly."""

    BEGINS_ANEW = auto()
    """With that face: the doctor looks on, and has just read out whose it is to be. Whoever
    steps aside goes on where they were."""
    ENDS = auto()
    """Whoever was asked has gone; nobody is taken in their place, and the doctor is busy.
    Whoever steps aside begins anew."""


class Describing(Protocol):
    """Eyes, as far as an enrolment needs them."""

    def describe(self, pixels: Any) -> Portrait | Hint:
        """What may be kept of one picture, or why it is not fit for that."""
        ...


class Capture:
    """Takes what fits of one frame after the other."""

    def __init__(
        self,
        poses: Sequence[Pose],
        begun_at_s: float,
        limit_s: float,
        one_person_min: float = ONE_PERSON_MIN,
        swap: Swap = Swap.BEGINS_ANEW,
    ) -> None:
        """Times are on the clock that frames carry. `limit_s` ends it, done or not."""
        self._poses = tuple(poses)
        self._until_s = begun_at_s + limit_s
        self._one_person_min = one_person_min
        self._swap = swap
        self._hints: Counter[str] = Counter()
        self._frames = 0
        self._ended = False
        self.another_came = False
        """Ended because of `Swap.ENDS`: nothing is kept."""
        self._first: Template | None = None
        self._gone_since_s: float | None = None
        self._flat_once = False
        self._last_s = self._live_from_s = float("-inf")
        self._hint = self._poses[0].hint
        self._begin(begun_at_s)

    @property
    def taken(self) -> int:
        """How many moments are kept so far."""
        return sum(map(len, self._taken))

    @property
    def wanted(self) -> int:
        """How many it wants, without what was given up."""
        return self.taken + sum(self._missing(place) for place in range(len(self._poses)))

    @property
    def hint(self) -> str:
        """What the person should do now."""
        return self._hint

    @property
    def met_most(self) -> str:
        """The hint given most often; `face.none` when nothing was ever seen."""
        return self._hints.most_common(1)[0][0] if self._hints else "face.none"

    @property
    def over(self) -> bool:
        """Nothing more is wanted, or time is up."""
        return self._ended or self._asked() is None

    @property
    def enough(self) -> bool:
        """Whether what was taken may be kept."""
        counts = zip(self._taken, self._poses, strict=True)
        return not self.another_came and all(len(taken) >= pose.least for taken, pose in counts)

    def templates(self) -> tuple[Template, ...]:
        """Everything taken, the first pose first."""
        return tuple(portrait.template for taken in self._taken for portrait in taken)

    def older(self) -> tuple[Template, ...]:
        """The same moments by earlier weights, to be compared and never kept."""
        taken = (portrait for pose in self._taken for portrait in pose)
        return tuple(template for portrait in taken for template in portrait.older)

    def pass_time(self, at_s: float) -> None:
        """Let time go by without a frame: a camera may show nothing at all."""
        if at_s >= self._until_s or self._frames >= _FRAMES_MAX:
            self._ended = True
        asked = self._asked()
        while asked is not None and self._tired_of(asked, at_s):
            self._given_up.add(asked)
            asked = self._asked()
            self._asked_since_s = at_s
        if asked is not None and self._hint in self._pose_hints():
            self._hint = self._poses[asked].hint

    def feed(self, seen: Portrait | Hint, at_s: float) -> None:
        """Take a portrait if its pose is still wanted, and settle on what to say next.

        Every frame is to be fed, also between two moments: what is taken must come of a
        look that nothing broke. A face that is not live and a second face begin anew;
        another face looking ahead, and one gone for a second, do as `Swap` says. One that
        is turned and unlike is not taken: at a large turn anybody is a little unlike.
        """
        self._frames += 1
        if not self.over:
            self._hint = self._met(seen, at_s)
            self._hints[self._hint] += 1
        self.pass_time(at_s)

    def _begin(self, at_s: float, given_up: Iterable[int] = ()) -> None:
        """Drop what was taken. Where a swap ends it, the first face stays the only one."""
        if self._swap is Swap.BEGINS_ANEW:
            self._first = None
        self._taken: list[list[Portrait]] = [[] for _ in self._poses]
        self._given_up = set(given_up)
        self._asked_since_s = at_s

    def _met(self, seen: Portrait | Hint, at_s: float) -> str:
        """What the person should do after this frame."""
        if isinstance(seen, Hint):
            return self._hinted(seen.code, at_s)
        asked = self._asked() or 0
        self._gone_since_s = None
        self._flat_once = False
        if self._first is not None and not self._one_person(seen.template):
            if not self._poses[0].has(seen):
                return self._poses[asked].hint
            if self._swap is Swap.ENDS:
                self.another_came = self._ended = True
                return self._hint
            self._begin(at_s)
        if at_s >= self._live_from_s and self._apart(asked, at_s):
            self._place(seen, at_s)
        now_asked = self._asked()
        return self._poses[asked if now_asked is None else now_asked].hint

    def _hinted(self, code: str, at_s: float) -> str:
        asked = self._asked() or 0
        if code == "face.not_live":
            self._flat(asked, at_s)
        elif code.startswith(_SOMEBODY_ELSE):
            self._begin(at_s, self._given_up)
        elif code == "face.none":
            if self._gone_since_s is None:
                self._gone_since_s = at_s
            if self._swap is Swap.ENDS and at_s - self._gone_since_s > _GONE_S:
                self._begin(at_s, self._given_up)
        elif code == "face.turned" and asked > 0:
            # Turned too far for the eyes, while a turn is asked for: ask for a little one.
            return self._poses[asked].hint
        if code != "face.none":
            self._gone_since_s = None
        return code

    def _flat(self, asked: int, at_s: float) -> None:
        """A frame that is not live. While a turn is asked for, and all of the front is
        there, one alone changes nothing: a head that turns shows less of its depth. After
        two nothing stands, and no turn is asked for again."""
        if asked > 0 and not self._flat_once:
            self._flat_once = True
            return
        self._begin(at_s, range(1, len(self._poses)) if asked > 0 else self._given_up)
        self._live_from_s = at_s + _LIVE_AGAIN_S

    def _place(self, portrait: Portrait, at_s: float) -> None:
        before = self._asked()
        fitting = (
            place
            for place, pose in enumerate(self._poses)
            if self._missing(place) and pose.has(portrait)
        )
        place = next(fitting, None)
        if place is None:
            return
        self._taken[place].append(portrait)
        self._first = self._first or portrait.template
        self._last_s = at_s
        if self._asked() != before:
            self._asked_since_s = at_s

    def _asked(self) -> int | None:
        """The place of the first pose that still wants a moment."""
        return next((place for place in range(len(self._poses)) if self._missing(place)), None)

    def _apart(self, asked: int, at_s: float) -> bool:
        """Whether enough time has passed since the last moment taken."""
        return at_s - self._last_s >= self._poses[asked].apart_s

    def _missing(self, place: int) -> int:
        if place in self._given_up:
            return 0
        return self._poses[place].wanted - len(self._taken[place])

    def _tired_of(self, place: int, at_s: float) -> bool:
        has_least = len(self._taken[place]) >= self._poses[place].least
        return has_least and at_s - self._asked_since_s >= _PATIENCE_S

    def _one_person(self, template: Template) -> bool:
        return self._first is None or alike(self._first, template) >= self._one_person_min

    def _pose_hints(self) -> set[str]:
        return {pose.hint for pose in self._poses}


def alike(first: Template, second: Template) -> float:
    """The cosine of two unit vectors; -1 where they are not of the same weights and length."""
    if first.model_digest != second.model_digest or len(first.vector) != len(second.vector):
        return -1.0
    if len(first.vector) % _FLOAT_BYTES:
        return -1.0
    form = f"<{len(first.vector) // _FLOAT_BYTES}f"
    pairs = zip(struct.unpack(form, first.vector), struct.unpack(form, second.vector), strict=True)
    return float(sum(a * b for a, b in pairs))
