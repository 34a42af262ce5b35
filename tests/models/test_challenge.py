"""Only a head that does what was asked, after it was asked and in that order, passes.

Here the landmarks are exact: 68 points of nobody on a surface that moves. What the networks
make of pictures is in test_attacks.py.
"""

from __future__ import annotations

import math
import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.challenge import ACTIONS_MAX, Challenge, Evidence, Observation, pick_actions
from models.challenge_policy import ChallengePolicy
from terminal.core.faults import Refused
from terminal.core.recognition import Action, Asked, Challenged
from tests.models.heads import (
    FRAME_S,
    Moment,
    Pose,
    bent,
    flat,
    head,
    moments,
    observed,
    points_seen,
)

OPEN, SHUT = (1.0, 1.0), (0.0, 0.0)
POLICY = ChallengePolicy()


def dice(seed):
    return random.Random(seed)  # noqa: S311 — the same dice again, on purpose.


def perform(challenge, surface, actions, *, far=1.0, start_s=0.0, frame_s=FRAME_S):
    """Do these actions one after the other, whatever is asked; return the last answer."""
    at_s, answer = start_s, None
    for action in actions:
        for moment in moments(action, far=far):
            answer = challenge.observe(observed(surface, moment, at_s))
            at_s += frame_s
    return answer


def obey(challenge, surface, *, far=1.0):
    """Do what is asked until there is an outcome."""
    at_s, answer = 0.0, challenge.observe(observed(surface, Moment(Pose()), -FRAME_S))
    for _ in range(60):
        assert isinstance(answer, Asked)
        for moment in moments(answer.action, far=far):
            answer = challenge.observe(observed(surface, moment, at_s))
            at_s += FRAME_S
        if isinstance(answer, Challenged):
            return answer
    return pytest.fail("neither passed nor failed")


@pytest.mark.parametrize("seed", range(30))
def test_a_head_that_does_what_is_asked_passes_whatever_is_asked(seed):
    thrown = dice(seed)
    actions = pick_actions(thrown, thrown.randint(1, ACTIONS_MAX))
    assert obey(Challenge(actions, POLICY), head) is Challenged.PASSED


@pytest.mark.parametrize("far", [1.0, 1.6, 2.0])
@pytest.mark.parametrize("surface", [flat, bent(1.4), bent(2.0)])
@pytest.mark.parametrize("action", [Action.TURN_LEFT, Action.TURN_RIGHT, Action.NOD])
def test_a_sheet_however_far_it_is_turned_does_not_pass(surface, action, far):
    if action is Action.NOD:
        surface = flat if surface is flat else bent(1.4, upright=False)
    assert obey(Challenge([action], POLICY), surface, far=far) is Challenged.FAILED


@pytest.mark.parametrize("asked", list(Action))
@pytest.mark.parametrize("done", list(Action))
def test_another_action_than_the_one_asked_does_not_pass(asked, done):
    answer = perform(Challenge([asked], POLICY), head, [done] * 3)
    assert (answer is Challenged.PASSED) is (asked is done)


def test_the_right_actions_in_the_wrong_order_do_not_pass():
    asked = [Action.TURN_LEFT, Action.NOD]
    assert perform(Challenge(asked, POLICY), head, asked) is Challenged.PASSED
    wrong = perform(Challenge(asked, POLICY), head, reversed(asked))
    assert wrong == Asked(Action.NOD, 2, 2, again=False)


def test_other_movements_too_often_fail_it():
    challenge = Challenge([Action.TURN_LEFT], POLICY)
    assert isinstance(perform(challenge, head, [Action.TURN_RIGHT, Action.NOD]), Asked)
    answer = perform(challenge, head, [Action.TURN_RIGHT], start_s=3.0)
    assert answer is Challenged.FAILED
    assert perform(challenge, head, [Action.TURN_LEFT], start_s=5.0) is Challenged.FAILED


def test_frames_that_come_late_or_twice_do_not_count():
    challenge = Challenge([Action.TURN_LEFT], POLICY)
    for number, moment in enumerate(moments(Action.TURN_LEFT)):
        answer = challenge.observe(observed(head, moment, min(number, 4) * FRAME_S))
    assert isinstance(answer, Asked)


def test_whoever_does_nothing_is_asked_again_and_then_fails():
    challenge = Challenge([Action.NOD], POLICY)
    answers = [
        challenge.observe(observed(head, Moment(Pose()), number * FRAME_S))
        for number in range(int(POLICY.starts_max * POLICY.action_max_s / FRAME_S) + 5)
    ]
    told = list(dict.fromkeys(answers))
    assert told == [
        Asked(Action.NOD, 1, 1, again=False),
        Asked(Action.NOD, 1, 1, again=True),
        Challenged.FAILED,
    ]


def test_time_running_out_in_the_second_action_begins_with_the_first():
    challenge = Challenge([Action.TURN_LEFT, Action.NOD], POLICY)
    assert perform(challenge, head, [Action.TURN_LEFT]) == Asked(Action.NOD, 2, 2, again=False)
    for number in range(90):
        answer = challenge.observe(observed(head, Moment(Pose()), 1.5 + number * FRAME_S))
    assert answer == Asked(Action.TURN_LEFT, 1, 2, again=True)
    again = perform(challenge, head, [Action.TURN_LEFT, Action.NOD], start_s=11.0)
    assert again is Challenged.PASSED


@pytest.mark.parametrize("lost", ["no frames", "no face", "elsewhere", "much nearer"])
def test_a_face_that_was_lost_or_is_another_begins_anew(lost):
    challenge = Challenge([Action.TURN_LEFT, Action.NOD], POLICY)
    perform(challenge, head, [Action.TURN_LEFT])
    pose, at_s = Pose(), 1.5
    if lost == "no frames":
        at_s = 3.0
    if lost == "no face":
        for number in range(12):
            challenge.missed(1.5 + number * FRAME_S)
        at_s = 3.0
    if lost == "elsewhere":
        pose = Pose(aside=2.0)
    if lost == "much nearer":
        pose = Pose(nearer=1.7)
    answer = challenge.observe(observed(head, Moment(pose), at_s))
    assert answer == Asked(Action.TURN_LEFT, 1, 2, again=True)


def test_a_face_hidden_for_a_moment_is_the_same_face():
    challenge = Challenge([Action.TURN_LEFT, Action.NOD], POLICY)
    perform(challenge, head, [Action.TURN_LEFT])
    for number in range(4):
        answer = challenge.missed(1.5 + number * FRAME_S)
    assert answer == Asked(Action.NOD, 2, 2, again=False)
    assert perform(challenge, head, [Action.NOD], start_s=2.0) is Challenged.PASSED


def test_the_same_frame_again_proves_nothing():
    challenge = Challenge([Action.TURN_LEFT], POLICY)
    for moment in moments(Action.TURN_LEFT):
        answer = challenge.observe(observed(head, moment, 1.0))
    assert isinstance(answer, Asked)


def spoilt(value, where):
    points = points_seen(head, Pose()).copy()
    if where == "landmark":
        points[30, 0] = value
    if where == "all":
        points[:] = value
    side = value if where == "box" else 100.0
    at_s = value if where == "time" else 1.0
    return Observation(at_s, points, side, OPEN)


@given(
    values=st.lists(
        st.tuples(
            st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -1.0, 1e30]),
            st.sampled_from(["landmark", "all", "box", "time"]),
        ),
        max_size=30,
    )
)
def test_what_is_not_finite_never_passes_and_never_breaks(values):
    challenge = Challenge([Action.TURN_LEFT], POLICY)
    for value, where in values:
        assert challenge.observe(spoilt(value, where)) is not Challenged.PASSED
        assert challenge.missed(value) is not Challenged.PASSED


@given(
    seed=st.integers(), count=st.integers(1, ACTIONS_MAX), lately=st.sets(st.sampled_from(Action))
)
def test_different_actions_are_picked_with_a_turn_among_the_first_two(seed, count, lately):
    picked = pick_actions(dice(seed), count, tuple(lately))
    assert len(set(picked)) == len(picked) == count
    assert {Action.TURN_LEFT, Action.TURN_RIGHT} & set(picked[:2])
    assert picked == pick_actions(dice(seed), count, tuple(lately))


def test_every_action_is_asked_now_and_then_and_lately_asked_ones_less():
    drawn = [pick_actions(dice(seed), 2) for seed in range(300)]
    assert {action for picked in drawn for action in picked} == set(Action)
    assert {picked[0] for picked in drawn} == set(Action)
    lately = (Action.NOD, Action.BLINK)
    others = [pick_actions(dice(seed), 2, lately) for seed in range(300)]
    assert not {Action.NOD, Action.BLINK} & {action for picked in others for action in picked}


@pytest.mark.parametrize("count", [0, -1, ACTIONS_MAX + 1])
def test_no_action_or_too_many_are_refused(count):
    for ask in (
        lambda: pick_actions(dice(1), count),
        lambda: Challenge([Action.NOD] * count, POLICY),
    ):
        with pytest.raises(Refused) as fault:
            ask()
        assert fault.value.code == "policy.out_of_range"


@pytest.mark.parametrize("name", [field.name for field in fields(ChallengePolicy)])
@pytest.mark.parametrize("value", [math.nan, -1, 1000])
def test_a_challenge_out_of_its_limits_is_refused(name, value):
    with pytest.raises(Refused) as fault:
        replace(POLICY, **{name: value})
    assert fault.value.code == "policy.out_of_range"


@pytest.mark.parametrize("action", list(Action))
def test_the_pose_before_an_action_and_its_end_are_what_the_outcome_rests_on(action):
    challenge = Challenge([action], POLICY)
    rests_on = {}
    for number, moment in enumerate(moments(action)):
        answer = challenge.observe(observed(head, moment, number * FRAME_S))
        if challenge.evidence is not None:
            rests_on[challenge.evidence] = moment
        if isinstance(answer, Challenged):
            break
    assert answer is Challenged.PASSED
    before, end = Evidence(1, 1, ahead=True), Evidence(1, 1, ahead=False)
    assert set(rests_on) == {before, end}
    assert rests_on[before] == Moment(Pose())
    assert rests_on[end] in moments(action)[6:10]


def test_what_was_seen_before_it_began_anew_is_told_from_what_was_seen_after():
    challenge = Challenge([Action.NOD, Action.TURN_LEFT], POLICY)
    seen = []
    for number in range(100):
        challenge.observe(observed(head, Moment(Pose()), number * FRAME_S))
        seen.append(challenge.evidence)
    told = [each for each in seen if each is not None]
    assert told == [Evidence(1, 1, ahead=True), Evidence(2, 1, ahead=True)]
    challenge.missed(100.0)
    assert challenge.evidence is None
