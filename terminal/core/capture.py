"""A few moments of one face, in a few poses: what is still wanted, and what to say next.

Fed one frame after the other with its time; keeps portraits in memory only. A pose that
does not come is given up gently: an old neck need not turn. Everything that is kept is of
one person, or it is not kept.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from terminal.core.recognition import Hint, Portrait, Template

_APART_S = 0.2
"""Between two moments: neighbouring frames of a video are one picture."""

_PATIENCE_S = 6.0
"""How long a pose that may be left out is asked for: to hear it, to turn, to hold."""

_FRAMES_MAX = 1800
"""A minute at thirty a second, whatever the clock says; longer nobody holds still."""

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

FRONT_ONLY = (Pose("enrolment.look_ahead", -15.0, 15.0, wanted=5, least=3, apart_s=0.6),)
"""After a visit, with one tap: nobody is asked to turn. What a turn would add, three
seconds of a living face must: three moments of half a second know nobody tomorrow."""

AS_THEY_COME = (Pose("enrolment.look_ahead", -90.0, 90.0, wanted=5, least=3),)
"""Of footage that cannot be asked for anything."""


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
    ) -> None:
        """Times are on the clock that frames carry. `limit_s` ends it, done or not."""
        self._poses = tuple(poses)
        self._until_s = begun_at_s + limit_s
        self._one_person_min = one_person_min
        self._hints: Counter[str] = Counter()
        self._frames = 0
        self._ended = False
        self._last_s = float("-inf")
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
        return all(len(taken) >= pose.least for taken, pose in counts)

    def templates(self) -> tuple[Template, ...]:
        """Everything taken, the first pose first."""
        return tuple(portrait.template for taken in self._taken for portrait in taken)

    def due(self, at_s: float) -> bool:
        """Whether a frame of this time is worth describing."""
        asked = self._asked()
        return asked is not None and not self.over and self._apart(asked, at_s)

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

        Another face than the one before, looking ahead, begins anew with itself. One that
        is turned and unlike is not taken: at a large turn anybody is a little unlike.
        """
        self._frames += 1
        if not self.over:
            self._hint = self._met(seen, at_s)
            self._hints[self._hint] += 1
        self.pass_time(at_s)

    def _begin(self, at_s: float) -> None:
        self._first: Template | None = None
        self._taken: list[list[Portrait]] = [[] for _ in self._poses]
        self._given_up: set[int] = set()
        self._asked_since_s = at_s

    def _met(self, seen: Portrait | Hint, at_s: float) -> str:
        """What the person should do after this frame."""
        asked = self._asked() or 0
        if isinstance(seen, Hint):
            # Turned too far for the eyes, while a turn is asked for: ask for a little one.
            turning = seen.code == "face.turned" and asked > 0
            return self._poses[asked].hint if turning else seen.code
        if self._first is not None and not self._one_person(seen.template):
            if not self._poses[0].has(seen):
                return self._poses[asked].hint
            self._begin(at_s)
        if self._apart(asked, at_s):
            self._place(seen, at_s)
        now_asked = self._asked()
        return self._poses[asked if now_asked is None else now_asked].hint

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
