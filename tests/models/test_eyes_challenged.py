"""A challenge binds: who followed it, where, when, and on an undisturbed stream."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from models.attention import Anchors
from models.challenge import ACTIONS_MAX, Evidence
from models.opening import open_attention
from models.sight import Moment as Seen
from models.stream_watch import StreamWatch
from terminal.core.recognition import Action, Asked, Challenged, Hint, Sighting
from tests.longer import longer
from tests.models.attacks import on_a_phone, plain_room
from tests.models.heads import Moment, flat, head, moments
from tests.models.heads import Pose as Moved
from tests.models.puppets import moved
from tests.models.test_eyes_more import MAN, NOD, WOMAN, Obedient, enrol, joined

FRAME_S = 0.1
LIVES = ((0.1, 0.0), (0.9, 1.0), (1.0, 2.0))
"""Live scores, and when they were seen."""


@pytest.fixture
def men(frames):
    return [pixels for _, pixels in itertools.islice(frames(MAN, every=4), 14)]


def obedient(networks, here, frames, *told, **more):
    """Eyes that know the man and compare after a challenge only, which is told as said."""
    attention = Obedient(*told)
    eyes = joined(networks, [here], attention=attention, challenge_first=True, **more)
    enrol(eyes, here, "man", frames(MAN, every=12))
    eyes.ask([Action.NOD])
    return eyes


def shown(eyes, pictures, start_s=0.0):
    return [eyes.look(pixels, start_s + FRAME_S * n) for n, pixels in enumerate(pictures)]


def in_place_of(networks, pixels, other):
    """The second picture brought to where the face of the first one is."""
    here, there = (networks.detector.find(p)[0].landmarks for p in (pixels, other))
    matrix, _ = cv2.estimateAffinePartial2D(there, here)
    size = (pixels.shape[1], pixels.shape[0])
    return cv2.warpAffine(other, matrix, size, borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("after", ["asking", "passed"])
def test_a_disturbed_stream_loses_the_challenge_so_that_none_can_be_redrawn_for_ever(
    networks, here, frames, men, after
):
    told = [NOD, NOD, NOD if after == "asking" else Challenged.PASSED]
    eyes = obedient(networks, here, frames, *told, watch=StreamWatch())
    shown(eyes, men[:3])
    seen = shown(eyes, [np.ascontiguousarray(men[3][:, :-2]), *men[4:6]], 0.3)
    assert isinstance(seen[0], Sighting)
    assert (seen[0].challenged, seen[0].rankings) == (Challenged.FAILED, ())
    assert seen[1:] == [Hint("camera.jumps")] * 2


def test_a_disturbed_stream_is_a_hint_once_the_challenge_was_used(networks, here, frames, men):
    eyes = obedient(networks, here, frames, NOD, Challenged.PASSED, watch=StreamWatch())
    assert shown(eyes, men[:5])[-1].challenged is Challenged.PASSED
    assert eyes.look(np.ascontiguousarray(men[5][:, :-2]), 0.5) == Hint("camera.jumps")


@pytest.mark.parametrize("later", ["an hour later", "in another place"])
def test_a_challenge_passed_is_no_good_to_somebody_at_another_time_or_place(
    networks, here, frames, men, later
):
    eyes = obedient(networks, here, frames, NOD, Challenged.PASSED)
    shown(eyes, men[:2])
    start_s, pictures = 3600.0, men[2:8]
    if later == "in another place":
        aside = np.array([[1.0, 0, -190.0], [0, 1.0, 0]])
        start_s, pictures = 0.2, [cv2.warpAffine(p, aside, (640, 360)) for p in pictures]
    judged = [seen for seen in shown(eyes, pictures, start_s) if isinstance(seen, Sighting)]
    assert judged
    assert all((s.challenged, s.rankings) == (Challenged.NOT_ASKED, ()) for s in judged)


def nearer(networks, pixels, times):
    """The same face so many times as large, in the same place."""
    face = networks.detector.find(pixels)[0]
    middle = (face.x + face.width / 2, face.y + face.height / 2)
    size = (pixels.shape[1], pixels.shape[0])
    return cv2.warpAffine(pixels, cv2.getRotationMatrix2D(middle, 0.0, times), size)


def test_whoever_passed_may_step_back_before_being_compared(networks, here, frames, men):
    eyes = obedient(networks, here, frames, NOD, Challenged.PASSED)
    shown(eyes, [men[0], nearer(networks, men[1], 1.5)])
    hints = shown(eyes, [nearer(networks, men[2], 2.0)] * 18, 0.2)
    assert set(hints) == {Hint("face.too_close")}
    (*_, seen) = shown(eyes, [nearer(networks, pixels, 1.4) for pixels in men[5:8]], 2.0)
    assert isinstance(seen, Sighting)
    assert seen.challenged is Challenged.PASSED
    assert seen.candidates[0].person_id == "man"


def test_nobody_is_swapped_in_for_the_one_who_passed(networks, here, frames, men):
    eyes = obedient(networks, here, frames, NOD, Challenged.PASSED)
    enrol(eyes, here, "woman", frames(WOMAN, 0.0, 1 / 3, every=25))
    eyes.ask([Action.NOD])
    women = [pixels for _, pixels in itertools.islice(frames(WOMAN, 0.9, every=3), 6)]
    swapped = [in_place_of(networks, men[0], woman) for woman in women]
    seen = shown(eyes, [*men[:2], *swapped])
    judged = [each for each in seen if isinstance(each, Sighting)]
    assert judged
    assert judged[0].challenged is Challenged.FAILED
    assert all(each.rankings == () for each in judged)
    assert all(each.challenged is not Challenged.PASSED for each in judged)


def test_a_picture_that_followed_is_not_made_alive_by_what_is_held_up_after(
    networks, here, frames, men
):
    eyes = obedient(networks, here, frames, *[NOD] * 4, Challenged.PASSED)
    room = plain_room()
    (*asked, seen) = shown(eyes, [on_a_phone(p, room, height=0.7) for p in men[:5]])
    assert asked == [NOD] * 4
    assert isinstance(seen, Sighting)
    assert seen.challenged is Challenged.FAILED


def performed(networks, here, ours, frames, action, picture_of, head_of):
    """The first pose of a picture, the movement of a head, and the picture again."""
    eyes = joined(networks, [here], attention=open_attention(ours), challenge_first=True)
    enrol(eyes, here, "man", frames(MAN, every=12))
    eyes.ask([action])
    told, at_s = [], 0.0
    for moment in moments(action):
        far = abs(moment.pose.left_deg) > 8.0 or abs(moment.pose.down_deg) > 8.0
        shows, surface = (head_of, head) if far else (picture_of, flat)
        points = networks.detector.find(shows)[0].landmarks[:2]
        at_rest = moment == Moment(Moved()) or not far
        pixels = shows if at_rest else moved(shows, points, surface, moment.pose)
        told.append(eyes.look(pixels, at_s))
        at_s += FRAME_S
        if not isinstance(told[-1], Asked):
            break
    for _, pixels in itertools.islice(frames(MAN, every=4), 4):
        told.append(eyes.look(pixels, at_s))
        at_s += FRAME_S
    return [each for each in told if isinstance(each, Sighting)]


@pytest.mark.parametrize(
    "action", longer([Action.TURN_LEFT, Action.TURN_RIGHT, Action.NOD], [Action.TURN_LEFT])
)
def test_a_picture_does_not_pass_by_anothers_head_that_moves_in_between(
    networks, here, ours, frames, men, action
):
    _, woman = next(frames(WOMAN, 258 / 472))
    helper = in_place_of(networks, men[0], woman)
    own = performed(networks, here, ours, frames, action, men[0], men[0])
    assert own[-1].challenged is Challenged.PASSED
    assert own[-1].candidates[0].person_id == "man"
    seen = performed(networks, here, ours, frames, action, men[0], helper)
    assert all(each.rankings == () for each in seen)
    if action is not Action.NOD:  # This nod's geometry is refused before anybody is told.
        assert seen[0].challenged is Challenged.FAILED


def test_who_was_seen_before_a_challenge_began_anew_counts_for_nothing(men, networks):
    face = networks.detector.find(men[0])[0]
    first, later, between = (Seen(face, live, None, at, []) for live, at in LIVES)
    anchors = Anchors()
    anchors.keep(first, Evidence(1, 2, ahead=True))
    assert not anchors.wants(face, None, first.seen_at_s + 0.1)
    anchors.keep(later, Evidence(2, 1, ahead=True))
    anchors.keep(between, None)
    assert anchors.moments == [later, between]
    anchors.clear()
    assert (anchors.moments, anchors.live_score()) == ([], 0.0)


def test_no_more_than_a_dozen_moments_are_kept_of_the_longest_challenge(men, networks):
    face = networks.detector.find(men[0])[0]
    anchors = Anchors()
    for number in range(200):
        step, ahead = number % ACTIONS_MAX + 1, number % 3 > 0
        evidence = None if number % 2 else Evidence(1, step, ahead=ahead)
        anchors.keep(Seen(face, 1.0, None, float(number), []), evidence)
    assert len(anchors.moments) <= 12
