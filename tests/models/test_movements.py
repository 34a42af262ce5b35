"""A movement counts when a head made it, from a frontal pose on, and all of its way was seen.

Here the landmarks are exact: 68 points of nobody on a surface that moves. What the networks
make of pictures is in test_attacks.py.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.challenge import Challenge
from models.challenge_policy import ChallengePolicy
from models.flatness import off_plane, shape_of, stands_out
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


def played(action, poses, policy=POLICY, surface=head):
    challenge = Challenge([action], policy)
    for number, pose in enumerate(poses):
        answer = challenge.observe(observed(surface, Moment(pose), number * FRAME_S))
        if isinstance(answer, Challenged):
            break
    return answer


def left(*degrees):
    return [Pose(left_deg=float(one)) for one in degrees]


def test_left_and_right_are_the_persons_own():
    turned = points_seen(head, Pose(left_deg=25.0))
    at_rest = points_seen(head, Pose())
    assert turned[30, 0] > at_rest[30, 0] + 10  # The picture's right is their left.
    assert played(Action.TURN_LEFT, left(0, 0, 0, 0, 10, 25, 25, 25)) is Challenged.PASSED


def test_what_was_begun_before_the_asking_does_not_count():
    held = Moment(Pose(left_deg=28.0))
    challenge = Challenge([Action.TURN_LEFT], POLICY)
    for number in range(60):
        answer = challenge.observe(observed(head, held, number * FRAME_S))
    assert answer == Asked(Action.TURN_LEFT, 1, 1, again=False)
    at_once = [Moment(Pose(left_deg=degrees)) for degrees in (0, 8, 14, 28, 28, 28)]
    challenge = Challenge([Action.TURN_LEFT], POLICY)
    for number, moment in enumerate(at_once):
        answer = challenge.observe(observed(head, moment, number * 0.08))
    assert answer == Asked(Action.TURN_LEFT, 1, 1, again=False)


@pytest.mark.parametrize("action", [Action.TURN_LEFT, Action.NOD, Action.COME_CLOSER])
def test_two_pictures_exchanged_are_not_a_movement(action):
    ends = [
        moment for moment in moments(action) if moment in (moments(action)[0], moments(action)[8])
    ]
    challenge = Challenge([action], replace(POLICY, jump_max_ratio=4.0, jump_max_share=3.0))
    at_s = 0.0
    for _ in range(4):
        for moment in ends:
            answer = challenge.observe(observed(head, moment, at_s))
            at_s += FRAME_S
    assert isinstance(answer, Asked)


@pytest.mark.parametrize(
    ("action", "axis", "part"),
    [(Action.TURN_LEFT, 0, [30]), (Action.TURN_LEFT, 0, [29, 30]), (Action.NOD, 1, [30])],
)
def test_a_nose_moved_about_on_a_flat_picture_is_no_turn_and_no_nod(action, axis, part):
    challenge = Challenge([action], POLICY)
    for number, share in enumerate([0.0] * 5 + [0.3, 0.6, 1.0, 1.0, 1.0, 0.5, 0.0]):
        one = observed(flat, Moment(Pose()), number * FRAME_S)
        one.landmarks[part, axis] += 15.0 * share
        answer = challenge.observe(one)
    assert isinstance(answer, Asked)


def test_paper_rolled_so_tightly_that_it_leaves_its_plane_grows_narrow_first():
    # Exact points hardly move aside on paper; it takes a network to exaggerate them.
    tight, short = bent(0.6), replace(POLICY, turn_min=0.05)
    turned = left(0, 0, 0, 0, 15, 25, 35, 45, 52, 52, 52)
    lenient = replace(short, stands_out_min=0.0)
    assert played(Action.TURN_LEFT, turned, lenient, tight) is Challenged.PASSED
    assert isinstance(played(Action.TURN_LEFT, turned, short, tight), Asked)


def test_a_head_turned_already_does_not_begin_by_turning_further():
    easy = replace(POLICY, stands_out_min=0.0)
    further = left(*[18] * 6, 24, 30, 38, 44, 44, 44)
    assert isinstance(played(Action.TURN_LEFT, further, easy), Asked)
    assert played(Action.TURN_LEFT, left(*[0] * 6, 8) + further, easy) is Challenged.PASSED


def test_a_movement_on_its_way_that_goes_back_must_set_out_again():
    exchanged = left(0, 0, 0, 0, 10, 0, 0, 28, 28, 28)
    assert isinstance(played(Action.TURN_LEFT, exchanged), Asked)


def test_a_larger_box_alone_is_not_nearer():
    challenge = Challenge([Action.COME_CLOSER], POLICY)
    for number, growth in enumerate([1.0] * 6 + [1.15, 1.4, 1.4, 1.4]):
        one = observed(head, Moment(Pose()), number * FRAME_S)
        answer = challenge.observe(replace(one, side_px=one.side_px * growth))
    assert isinstance(answer, Asked)


def test_one_frame_astray_is_not_another_movement():
    strict = replace(POLICY, wrong_max=0)
    noisy = left(*[0] * 5, -28, 0, -28, 0, -28, 0, 10, 28, 28, 28)
    assert played(Action.TURN_LEFT, noisy, strict) is Challenged.PASSED


def test_a_blink_in_which_the_face_moves_is_something_else():
    for shift, outcome in ((Pose(), Challenged.PASSED), (Pose(left_deg=13.0), None)):
        challenge = Challenge([Action.BLINK], POLICY)
        blink = [Moment(Pose())] * 6 + [Moment(shift, eyes_shut=True)] * 2 + [Moment(shift)]
        for number, moment in enumerate(blink):
            answer = challenge.observe(observed(head, moment, number * FRAME_S))
        assert (answer if answer is Challenged.PASSED else None) is outcome


@pytest.mark.parametrize("eyes", [(0.0, 1.0), (1.0, 0.0), (math.nan, 0.0), (0.0, math.nan)])
def test_one_eye_shut_is_no_blink(eyes):
    challenge = Challenge([Action.BLINK], POLICY)
    for number, share in enumerate([OPEN] * 6 + [eyes] * 2 + [OPEN] * 2):
        moment = Moment(Pose())
        answer = challenge.observe(
            replace(observed(head, moment, number * FRAME_S), eyes_open=share)
        )
    assert isinstance(answer, Asked)


def test_eyes_shut_for_long_are_no_blink():
    challenge = Challenge([Action.BLINK], POLICY)
    for number in range(60):
        moment = Moment(Pose(), eyes_shut=6 <= number < 40)
        answer = challenge.observe(observed(head, moment, number * FRAME_S))
    assert isinstance(answer, Asked)


@given(
    poses=st.lists(
        st.tuples(st.floats(-60, 60), st.floats(-45, 45), st.floats(-20, 20), st.floats(0.8, 1.3)),
        max_size=60,
    ),
    action=st.sampled_from([Action.TURN_LEFT, Action.TURN_RIGHT, Action.NOD]),
)
def test_a_plane_never_turns_or_nods_however_it_is_moved(poses, action):
    challenge = Challenge([action], replace(POLICY, jump_max_share=3.0, jump_max_ratio=5.0))
    for number, pose in enumerate(poses):
        answer = challenge.observe(observed(flat, Moment(Pose(*pose)), number * FRAME_S))
        assert answer is not Challenged.PASSED


@given(pose=st.tuples(st.floats(-50, 50), st.floats(-40, 40), st.floats(-30, 30)))
def test_a_plane_leaves_no_residual_and_a_nose_that_does_not_stand_out(pose):
    frontal, later = shape_of(points_seen(flat, Pose())), shape_of(points_seen(flat, Pose(*pose)))
    assert off_plane(frontal, later) < 0.01
    assert abs(pose[0]) < 15 or stands_out(frontal, later) < 0.2


def test_a_turned_head_is_off_every_plane():
    frontal = shape_of(points_seen(head, Pose()))
    for degrees in (-25, -18, 18, 25):
        later = shape_of(points_seen(head, Pose(left_deg=degrees)))
        assert off_plane(frontal, later) > POLICY.turn_off_plane_min
        assert stands_out(frontal, later) > POLICY.stands_out_min


def test_the_frontal_frames_are_in_a_row():
    challenge = Challenge([Action.TURN_LEFT], POLICY)
    challenge.missed(-1.0)
    for number, pose in enumerate([None, *left(0), None, *left(0, 10, 28, 28, 28)]):
        at_s = number * FRAME_S
        answer = (
            challenge.observe(observed(head, Moment(pose), at_s))
            if pose
            else challenge.missed(at_s)
        )
    assert isinstance(answer, Asked)
