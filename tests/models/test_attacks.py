"""Simulated attacks against the very networks: what a challenge and several frames stop.

Nothing here was held before a camera; what these figures are worth, docs/thresholds.md says.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from models.challenge import Challenge, Observation, pick_actions
from models.challenge_policy import ChallengePolicy
from models.detector import Detector
from models.eyelids import Eyelids
from models.flatness import off_plane, shape_of
from models.landmarks import Landmarks
from models.liveness import Liveness
from terminal.core.recognition import Action, Asked, Challenged
from tests.longer import longer
from tests.models.attacks import KINDS, plain_room, presented
from tests.models.heads import FRAME_S, Moment, Pose, bent, flat, head, moments
from tests.models.puppets import moved, with_eyes_shut

MAN, WOMAN = "single_face.mp4", "WolfgangLanger_Pexels.mp4"
POLICY = ChallengePolicy()


class Watcher:
    """Detector, landmarks and eyelids: what a challenge is fed with."""

    def __init__(self, manifest, weights):
        def part(kind, task):
            return kind(weights / manifest.task(task).file, manifest.task(task))

        self.detector = part(Detector, "detection")
        self.landmarks = part(Landmarks, "landmarks")
        self.eyelids = part(Eyelids, "eyes")

    def watch(self, pixels, at_s):
        """None where there is no face."""
        for face in self.detector.find(pixels)[:1]:
            points = self.landmarks.find(pixels, face)
            eyes = self.eyelids.open_share(pixels, points)
            return Observation(at_s, points, face.side_px, eyes)
        return None


@pytest.fixture(scope="module")
def watcher(manifest, weights):
    return Watcher(manifest, weights)


class Puppet:
    """A frontal picture that does what it is asked, as a head or as a sheet."""

    def __init__(self, watcher, pixels, surface):
        self.watcher, self.pixels, self.surface = watcher, pixels, surface
        self.face = watcher.detector.find(pixels)[0]
        self.seen = cache(self._seen)

    def _seen(self, moment: Moment):
        pixels = self.pixels
        if moment.eyes_shut:
            pixels = with_eyes_shut(pixels, self.watcher.landmarks.find(pixels, self.face))
        shown = moved(pixels, self.face.landmarks[:2], self.surface, moment.pose)
        return self.watcher.watch(shown, 0.0)

    def obey(self, challenge, *, far=1.0, most=8):
        """Do what is asked until there is an outcome, or so many times."""
        at_s, answer = 0.0, challenge.missed(-FRAME_S)
        for _ in range(most):
            for moment in moments(answer.action, far=far):
                seen = self.seen(moment)
                answer = (
                    challenge.observe(replace(seen, seen_at_s=at_s))
                    if seen
                    else challenge.missed(at_s)
                )
                at_s += FRAME_S
                if isinstance(answer, Challenged):
                    return answer
        return answer


@pytest.fixture(scope="module")
def man(frames):
    return next(frames(MAN))[1]


@pytest.fixture(scope="module")
def woman(frames):
    return next(frames(WOMAN, 258 / 472))[1]


@pytest.fixture(scope="module")
def living(watcher, man):
    return Puppet(watcher, man, head)


@pytest.fixture(scope="module")
def printed(watcher, man):
    return Puppet(watcher, man, flat)


@pytest.mark.parametrize("seed", longer(range(12), range(4)))
def test_a_simulated_head_passes_whatever_is_asked(living, seed):
    actions = pick_actions(random.Random(seed), 3)  # noqa: S311 — dice, not keys.
    assert living.obey(Challenge(actions, POLICY)) is Challenged.PASSED


@pytest.mark.parametrize("action", [Action.TURN_LEFT, Action.TURN_RIGHT, Action.NOD])
def test_a_womans_simulated_head_passes_too(watcher, woman, action):
    assert Puppet(watcher, woman, head).obey(Challenge([action], POLICY)) is Challenged.PASSED


@pytest.mark.parametrize("far", [1.0, 1.6])
@pytest.mark.parametrize("action", [Action.TURN_LEFT, Action.TURN_RIGHT, Action.NOD])
def test_a_print_turned_or_tilted_does_not_pass(printed, action, far):
    answer = printed.obey(Challenge([action], POLICY), far=far)
    assert answer is not Challenged.PASSED


@pytest.mark.parametrize("radius", longer([1.4, 2.0], [2.0]))
def test_a_bent_print_turned_does_not_pass(watcher, man, radius):
    paper = Puppet(watcher, man, bent(radius))
    for action in (Action.TURN_LEFT, Action.TURN_RIGHT):
        assert paper.obey(Challenge([action], POLICY), most=3) is not Challenged.PASSED


def test_a_print_does_not_pass_whatever_is_asked_for_a_turn_is_always_among_it(printed):
    for seed in range(6):
        actions = pick_actions(random.Random(seed), 2)  # noqa: S311 — dice, not keys.
        assert printed.obey(Challenge(actions, POLICY)) is not Challenged.PASSED


def test_a_recording_of_the_right_actions_in_another_order_does_not_pass(living):
    recorded = [*moments(Action.NOD), *moments(Action.TURN_LEFT)]
    challenge = Challenge([Action.TURN_LEFT, Action.NOD], POLICY)
    for number, moment in enumerate(recorded):
        answer = challenge.observe(replace(living.seen(moment), seen_at_s=number * FRAME_S))
    assert isinstance(answer, Asked)


def watched(watcher, pictures):
    return [watcher.watch(pixels, at_s) for at_s, pixels in pictures]


def answer_to(actions, observations, frame_s):
    challenge = Challenge(actions, POLICY)
    for number, seen in enumerate(observations):
        at_s = number * frame_s
        missed = seen is None
        answer = (
            challenge.missed(at_s) if missed else challenge.observe(replace(seen, seen_at_s=at_s))
        )
        if isinstance(answer, Challenged):
            break
    return answer


def test_a_real_woman_who_turns_and_nods_passes(watcher, frames):
    # Backwards and quicker: she looks to her left, then to her right.
    turning = watched(watcher, frames(WOMAN, 150 / 472, 400 / 472, every=4))[::-1]
    assert answer_to([Action.TURN_RIGHT], turning, 0.1) is Challenged.PASSED
    assert isinstance(answer_to([Action.TURN_LEFT], turning, 0.1), Asked)
    # Down at the end of the clip, and up again backwards.
    down = watched(watcher, frames(WOMAN, 400 / 472, every=3))
    assert answer_to([Action.NOD], down + down[::-1], 0.1) is Challenged.PASSED


@pytest.mark.parametrize(
    ("clip", "first", "last"), [(MAN, 8 / 72, 40 / 72), (WOMAN, 258 / 472, 300 / 472)]
)
def test_a_real_blink_passes(watcher, frames, clip, first, last):
    blinking = watched(watcher, frames(clip, first, last))
    assert answer_to([Action.BLINK], blinking, 1 / 24) is Challenged.PASSED


def test_a_real_head_turning_is_further_off_every_plane_than_a_print(
    watcher, frames, woman, printed
):
    ahead = shape_of(watcher.watch(woman, 0.0).landmarks)
    aside = [
        shape_of(seen.landmarks) for seen in watched(watcher, frames(WOMAN, 155 / 472, 175 / 472))
    ]
    still = shape_of(printed.seen(Moment(Pose())).landmarks)
    poses = [Pose(left_deg=degrees) for degrees in (-45, -30, 30, 45)]
    turned = [shape_of(printed.seen(Moment(pose)).landmarks) for pose in poses]
    assert min(off_plane(ahead, shape) for shape in aside) > POLICY.turn_off_plane_min
    assert max(off_plane(still, shape) for shape in turned) < 0.7 * POLICY.turn_off_plane_min
    assert max(abs(shape.nose_aside - still.nose_aside) for shape in turned) < 0.06


def test_holes_for_the_eyes_blink_but_do_not_turn(watcher, frames):
    pictures = [pixels for _, pixels in itertools.islice(frames(MAN), 4, 40)]
    landmarks = [watcher.detector.find(pixels)[0].landmarks for pixels in pictures]
    shown = presented("cut_out_eyes", pictures, landmarks, plain_room(), 2)
    seen = watched(watcher, enumerate(shown))
    # This is why no challenge is a blink alone.
    assert answer_to([Action.BLINK], seen, 1 / 30) is Challenged.PASSED
    assert isinstance(answer_to([Action.TURN_LEFT], seen, 1 / 30), Asked)


@pytest.mark.parametrize("kind", KINDS)
def test_an_attack_is_drawn_the_same_again_and_shows_a_face(watcher, man, kind):
    landmarks = [watcher.detector.find(man)[0].landmarks] * 2
    shown = presented(kind, [man, man], landmarks, plain_room(), 5)
    again = presented(kind, [man, man], landmarks, plain_room(), 5)
    other = presented(kind, [man, man], landmarks, plain_room(), 6)
    for first, second in zip(shown, again, strict=True):
        assert np.array_equal(first, second)
        assert len(watcher.detector.find(first)) == 1
    assert not np.array_equal(shown[0], shown[1])  # The hand shakes.
    assert np.abs(shown[0].astype(int) - other[0]).mean() > 5


@pytest.mark.parametrize("kind", KINDS)
def test_five_frames_together_stop_more_than_one(manifest, weights, watcher, frames, kind):
    entry = manifest.task("liveness")
    liveness = Liveness(weights / entry.file, entry)
    pictures = [pixels for _, pixels in itertools.islice(frames(MAN, every=4), 5)]
    landmarks = [watcher.detector.find(pixels)[0].landmarks for pixels in pictures]
    single, fused = 0, 0
    for seed in range(4):
        shown = presented(kind, pictures, landmarks, plain_room(), seed)
        scores = [liveness.score(p, watcher.detector.find(p)[0]) for p in shown]
        single += sum(score >= 0.8 for score in scores)
        fused += min(scores) >= 0.8
    assert fused * 5 <= single
