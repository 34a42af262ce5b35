"""The movements a challenge may ask for: when one has been made, as a head makes it.

Each is judged against the frontal pose seen after the asking. A turn or a nod counts when
its way was seen (two pictures exchanged have none), when its end is held, and when no plane
could have moved so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from models.challenge_policy import ChallengePolicy
from models.flatness import Shape, off_plane, stands_out, stirred
from terminal.core.recognition import Action

_PASSING_SHARES = (0.3, 0.85)
"""What is on the way: between these shares of the least movement."""

_BACK_SHARE = 0.5
"""A nod is over when less than this share of it is left."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One frame of a face that can be judged; or the mean of a few, frontal."""

    at_s: float
    shape: Shape
    side_px: float
    """The shorter side of the detector's box."""
    eyes_open: tuple[float, float]
    """The person's right, left; 0 shut to 1 open; NaN is neither."""


class Progress(Enum):
    """How far a movement has come."""

    GOING = auto()
    DONE = auto()
    VOID = auto()
    """It must begin again from a frontal pose."""


class Movement(Protocol):
    """Follows one movement from its frontal pose on."""

    def follow(self, seen: Seen) -> Progress:
        """Take the next frame."""
        ...


def movement(action: Action, frontal: Seen, policy: ChallengePolicy) -> Movement:
    """Return what follows an action from this frontal pose."""
    match action:
        case Action.TURN_LEFT:
            return _Turn(frontal, policy, side=1.0)
        case Action.TURN_RIGHT:
            return _Turn(frontal, policy, side=-1.0)
        case Action.NOD:
            return _Nod(frontal, policy)
        case Action.COME_CLOSER:
            return _Approach(frontal, policy)
        case Action.BLINK:
            return _Blink(frontal, policy)


def is_frontal(seen: Seen, home: Seen | None, action: Action, policy: ChallengePolicy) -> bool:
    """Whether this frame is a pose from which the action may begin.

    `home` is the first frontal pose of this challenge, from which later ones may not drift.
    """
    shape = seen.shape
    if not abs(shape.nose_aside) <= policy.frontal_aside_max:
        return False
    if not abs(shape.roll_deg) <= policy.frontal_roll_max_deg:
        return False
    if action is Action.BLINK and not _are_open(seen, policy):
        return False
    if home is None:
        return True
    aside, down = _way(home, seen)
    return max(abs(aside), abs(down)) <= policy.frontal_drift_max


def is_another(seen: Seen, action: Action, frontal: Seen, policy: ChallengePolicy) -> bool:
    """Whether this frame shows another movement than the one asked for."""
    aside, down = _way(frontal, seen)
    match action:
        case Action.TURN_LEFT:
            turned = -aside
        case Action.TURN_RIGHT:
            turned = aside
        case _:
            turned = abs(aside)
    # A head that turns far nods a little; one that does not turn and nods far, nods.
    nods = abs(down) >= policy.nod_min and abs(aside) < policy.turn_min / 2
    return turned >= policy.turn_min or (nods and action is not Action.NOD)


class _Turn:
    """To one side, until the nose stands far enough against the eyes."""

    def __init__(self, frontal: Seen, policy: ChallengePolicy, *, side: float) -> None:
        self._frontal = frontal
        self._policy = policy
        self._side = side
        self._passing = _Passing(policy.turn_min)
        self._reached = 0

    def follow(self, seen: Seen) -> Progress:
        policy = self._policy
        way = _way(self._frontal, seen)[0] * self._side
        if not way >= policy.turn_min:
            self._passing.note(way)
            self._reached = 0
            return Progress.GOING
        if self._passing.frames < policy.passing_frames:
            return Progress.VOID
        before, after = self._frontal.shape, seen.shape
        solid = off_plane(before, after) >= policy.turn_off_plane_min
        out = stands_out(before, after) >= policy.stands_out_min
        self._reached = self._reached + 1 if solid and out else 0
        return Progress.DONE if self._reached >= policy.reached_frames else Progress.GOING


class _Nod:
    """Down, and up again."""

    def __init__(self, frontal: Seen, policy: ChallengePolicy) -> None:
        self._frontal = frontal
        self._policy = policy
        self._passing = _Passing(policy.nod_min)
        self._reached = 0

    def follow(self, seen: Seen) -> Progress:
        policy = self._policy
        way = _way(self._frontal, seen)[1]
        if self._reached >= policy.reached_frames:
            return Progress.DONE if way <= policy.nod_min * _BACK_SHARE else Progress.GOING
        if not way >= policy.nod_min:
            self._passing.note(way)
            self._reached = 0
            return Progress.GOING
        if self._passing.frames < policy.passing_frames:
            return Progress.VOID
        solid = off_plane(self._frontal.shape, seen.shape) >= policy.nod_off_plane_min
        self._reached = self._reached + 1 if solid else 0
        return Progress.GOING


class _Approach:
    """Nearer, by the box and by the landmarks alike. A picture brought near passes this:
    how a near face bulges is less than the landmarks' noise (docs/thresholds.md)."""

    def __init__(self, frontal: Seen, policy: ChallengePolicy) -> None:
        self._frontal = frontal
        self._policy = policy
        self._passing = _Passing(policy.closer_min - 1.0)
        self._reached = 0

    def follow(self, seen: Seen) -> Progress:
        policy = self._policy
        box = seen.side_px / self._frontal.side_px
        growth = min(box, seen.shape.height_px / self._frontal.shape.height_px)
        if not growth >= policy.closer_min:
            self._passing.note(growth - 1.0)
            self._reached = 0
            return Progress.GOING
        if self._passing.frames < policy.passing_frames:
            return Progress.VOID
        self._reached += 1
        return Progress.DONE if self._reached >= policy.reached_frames else Progress.GOING


class _Blink:
    """Open, shut, open, and little else of the face moved in between."""

    def __init__(self, frontal: Seen, policy: ChallengePolicy) -> None:
        self._policy = policy
        self._open = frontal
        self._shut_s = math.nan

    def follow(self, seen: Seen) -> Progress:
        policy = self._policy
        shut = all(share <= policy.eyes_shut_max for share in seen.eyes_open)
        wide = _are_open(seen, policy)
        if not (shut or wide):
            return Progress.GOING
        if wide and math.isnan(self._shut_s):
            self._open = seen
            return Progress.GOING
        if not stirred(self._open.shape, seen.shape) <= policy.stirred_max:
            return Progress.VOID
        if shut and math.isnan(self._shut_s):
            self._shut_s = seen.at_s
        if not seen.at_s - self._shut_s <= policy.shut_max_s:
            return Progress.VOID
        return Progress.DONE if wide else Progress.GOING


class _Passing:
    """Counts the frames in which a movement was on its way, without going back."""

    def __init__(self, least: float) -> None:
        self._from, self._to = (share * least for share in _PASSING_SHARES)
        self.frames = 0

    def note(self, way: float) -> None:
        if self._from <= way <= self._to:
            self.frames += 1
        elif way < self._from:
            self.frames = 0


def _are_open(seen: Seen, policy: ChallengePolicy) -> bool:
    """Both; NaN is not."""
    return all(share >= policy.eyes_open_min for share in seen.eyes_open)


def _way(frontal: Seen, seen: Seen) -> tuple[float, float]:
    """How far the nose has gone since, to the person's left, and down."""
    before, after = frontal.shape, seen.shape
    return after.nose_aside - before.nose_aside, after.nose_down - before.nose_down
