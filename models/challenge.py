"""Asks for movements nobody can know beforehand, and checks them by order and by geometry.

The law: a frontal pose is seen after the asking, then the movement on its way, then its end;
each in the asked order, each in its time. A frame that cannot be judged never helps. What a
recording on a large screen shows is a real head in motion: against that stands only that
nobody knows what will be asked, and the passive look.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from models.challenge_policy import ChallengePolicy
from models.flatness import mean_shape, shape_of
from models.movements import Movement, Progress, Seen, is_another, is_frontal, movement
from terminal.core.faults import Refused
from terminal.core.recognition import Action, Asked, Challenged

ACTIONS_MAX = 4
"""More than this nobody should have to do at a counter."""

_TURNS = (Action.TURN_LEFT, Action.TURN_RIGHT)


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One frame's face."""

    seen_at_s: float
    """On a monotonic clock."""
    landmarks: NDArray[np.float32]
    """(68, 2), pixels of the whole picture, which is not mirrored."""
    side_px: float
    """The shorter side of the detector's box."""
    eyes_open: tuple[float, float]
    """The person's right, left; 0 shut to 1 open; NaN is neither."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a frame is to the outcome, which would be another without it."""

    start: int
    """In which beginning, from 1; what was seen before the last one counts for nothing."""
    step: int
    """For which action, from 1."""
    ahead: bool
    """Whether it is the pose before the action; otherwise its end."""


def pick_actions(
    random: Random, count: int, seen_lately: Sequence[Action] = ()
) -> tuple[Action, ...]:
    """Return different actions in random order, a turn among the first two.

    The turn carries the geometry; its side is drawn whatever was asked lately. The others
    are drawn from those not asked lately while there are enough. Pure but for `random`.
    Raises Refused `policy.out_of_range` for a count below 1 or above 4.
    """
    _check(count)
    turn = random.choice(_TURNS)
    others = [action for action in Action if action is not turn]
    fresh = [action for action in others if action not in seen_lately]
    picked = random.sample(fresh if len(fresh) >= count - 1 else others, count - 1)
    picked.insert(random.randrange(min(count, 2)), turn)
    return tuple(picked)


class Challenge:
    """One challenge of one person, from the first asking to its end. Not for two threads."""

    def __init__(self, actions: Sequence[Action], policy: ChallengePolicy) -> None:
        """Raises Refused `policy.out_of_range` for no action, or too many."""
        _check(len(actions))
        self._actions = tuple(actions)
        self._policy = policy
        self._starts = 1
        self._wrong = 0
        self._outcome: Challenged | None = None
        self._newest_s = -math.inf
        self._last: Seen | None = None
        self._asked_s = math.nan
        self._evidence: Evidence | None = None
        self._begin(math.nan)

    @property
    def evidence(self) -> Evidence | None:
        """What the newest frame is to the outcome: whose face is in it must be asked. None
        for a frame that could have been left out."""
        return self._evidence

    def observe(self, observation: Observation) -> Asked | Challenged:
        """Take a frame; return what the person should do now, or PASSED, or FAILED.

        A frame no newer than the last changes nothing; one whose landmarks or box are not
        finite counts as a frame without a face. After the end nothing changes.
        """
        self._evidence = None
        seen = _judged(observation)
        if seen is None:
            return self.missed(observation.seen_at_s)
        if self._takes(seen.at_s):
            last, self._last = self._last, seen
            if last is not None and self._is_another_face(last, seen):
                self._start_over(seen.at_s)
            else:
                self._follow(seen)
        return self._answer()

    def missed(self, seen_at_s: float) -> Asked | Challenged:
        """Take a frame in which no face could be judged. Returns what `observe` returns."""
        self._evidence = None
        if self._takes(seen_at_s):
            self._frontal.clear()
        return self._answer()

    def _takes(self, at_s: float) -> bool:
        """Let time pass. False when the frame is old, or came too late to count."""
        if self._outcome or not self._newest_s < at_s < math.inf:
            return False
        self._newest_s = at_s
        if math.isnan(self._asked_s):
            self._asked_s = at_s
        gone = self._last is not None and at_s - self._last.at_s > self._policy.lost_max_s
        if gone or at_s - self._asked_s > self._policy.action_max_s:
            self._start_over(at_s)
            return False
        return True

    def _start_over(self, at_s: float) -> None:
        """Gently, from the first action; a few times only."""
        self._last = None
        self._starts += 1
        if self._starts > self._policy.starts_max:
            self._outcome = Challenged.FAILED
        self._begin(at_s)

    def _begin(self, at_s: float) -> None:
        self._home: Seen | None = None
        self._ask(0, at_s)

    def _ask(self, step: int, at_s: float) -> None:
        """Ask for an action; NaN for as soon as the first frame comes."""
        self._step = step
        self._asked_s = at_s
        self._await_frontal()

    def _await_frontal(self) -> None:
        self._frontal: list[Seen] = []
        self._from: Seen | None = None
        self._movement: Movement | None = None
        self._astray = 0
        self._at_end = 0

    def _answer(self) -> Asked | Challenged:
        if self._outcome:
            return self._outcome
        again = self._starts > 1
        return Asked(self._actions[self._step], self._step + 1, len(self._actions), again)

    def _is_another_face(self, last: Seen, seen: Seen) -> bool:
        way = math.dist(last.shape.middle_px, seen.shape.middle_px)
        smaller, larger = sorted((last.side_px, seen.side_px))
        near = way <= self._policy.jump_max_share * smaller
        return not (near and larger <= self._policy.jump_max_ratio * smaller)

    def _follow(self, seen: Seen) -> None:
        """One judged frame in its place in the order."""
        if self._from is None or self._movement is None:
            self._gather_frontal(seen)
            return
        if is_another(seen, self._actions[self._step], self._from, self._policy):
            self._note_wrong()
            return
        self._astray = 0
        done = self._movement.follow(seen)
        self._note_end(seen, self._from, done)
        match done:
            case Progress.DONE:
                self._done(seen.at_s)
            case Progress.VOID:
                self._await_frontal()
            case Progress.GOING:
                pass

    def _gather_frontal(self, seen: Seen) -> None:
        """A frontal pose, so long after the asking that nobody can have begun before it."""
        action, policy = self._actions[self._step], self._policy
        early = seen.at_s - self._asked_s < policy.react_min_s
        if early or not is_frontal(seen, self._home, action, policy):
            self._frontal.clear()
            return
        self._frontal.append(seen)
        if len(self._frontal) < policy.frontal_frames:
            return
        self._from = _mean(self._frontal)
        self._home = self._home or self._from
        self._movement = movement(action, self._from, policy)
        self._evidence = Evidence(self._starts, self._step + 1, ahead=True)

    def _note_end(self, seen: Seen, frontal: Seen, done: Progress) -> None:
        """Whether the action rests on this frame: it is at the movement's end, and the last
        of as many as there must be."""
        action, policy = self._actions[self._step], self._policy
        self._at_end = self._at_end + 1 if _is_at_end(seen, action, frontal, policy) else 0
        needed = 1 if action is Action.BLINK else policy.reached_frames
        if self._at_end and (done is Progress.DONE or self._at_end % needed == 0):
            self._evidence = Evidence(self._starts, self._step + 1, ahead=False)

    def _note_wrong(self) -> None:
        self._astray += 1
        if self._astray < self._policy.reached_frames:
            return
        self._wrong += 1
        if self._wrong > self._policy.wrong_max:
            self._outcome = Challenged.FAILED
        self._await_frontal()

    def _done(self, at_s: float) -> None:
        if self._step + 1 == len(self._actions):
            self._outcome = Challenged.PASSED
        else:
            self._ask(self._step + 1, at_s)


def _check(count: int) -> None:
    if not 1 <= count <= ACTIONS_MAX:
        raise Refused("policy.out_of_range", setting="actions", least=1, most=ACTIONS_MAX)


def _judged(observation: Observation) -> Seen | None:
    """What can be judged of a frame; None when its face is no face."""
    shape = shape_of(observation.landmarks)
    if shape is None or not 0.0 < observation.side_px < math.inf:
        return None
    right, left = observation.eyes_open
    return Seen(observation.seen_at_s, shape, observation.side_px, (right, left))


def _is_at_end(seen: Seen, action: Action, frontal: Seen, policy: ChallengePolicy) -> bool:
    """Whether the nose is as far, the eyes as shut or the face as near as the action asks."""
    before, after = frontal.shape, seen.shape
    match action:
        case Action.TURN_LEFT | Action.TURN_RIGHT:
            return abs(after.nose_aside - before.nose_aside) >= policy.turn_min
        case Action.NOD:
            return after.nose_down - before.nose_down >= policy.nod_min
        case Action.BLINK:
            return all(share <= policy.eyes_shut_max for share in seen.eyes_open)
        case Action.COME_CLOSER:
            return seen.side_px >= policy.closer_min * frontal.side_px


def _mean(frontal: Sequence[Seen]) -> Seen:
    """A few frontal frames together, steadier than any of them."""
    newest = frontal[-1]
    shape = mean_shape([seen.shape for seen in frontal])
    side_px = float(np.mean([seen.side_px for seen in frontal]))
    return Seen(newest.at_s, shape, side_px, newest.eyes_open)
