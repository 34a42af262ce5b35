"""The eyes with more than one picture of a moment, more than one set of weights, a claimed
person, a doubtful stream, or a challenge to follow."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from drivers.simulated.scenes import ENROLS, PHOTOGRAPH, SCENES, make_scenes
from models.attention import Attention
from models.eyes import Eyes
from models.gallery import Gallery
from models.opening import open_attention
from models.policy import Policy
from models.recogniser import Recogniser
from models.sight import least_second
from models.stream_watch import StreamWatch
from terminal.core.calibration import DEFAULT_CALIBRATION
from terminal.core.camera_checks import SecondStream
from terminal.core.faults import Refused
from terminal.core.recognition import (
    Action,
    Asked,
    Challenged,
    Hint,
    Portrait,
    Sighting,
)

MAN, WOMAN = "single_face.mp4", "WolfgangLanger_Pexels.mp4"


def joined(networks, recognisers, **more) -> Eyes:
    policy = Policy(frames=3)
    return Eyes(networks.detector, networks.liveness, recognisers, policy, **more)


def portraits(eyes, pictures) -> list[Portrait]:
    found = [eyes.describe(pixels) for _, pixels in pictures]
    return [each for each in found if isinstance(each, Portrait)]


def enrol(eyes, recogniser, person_id, pictures) -> None:
    for portrait in portraits(eyes, pictures)[:5]:
        recogniser.gallery.add(person_id, portrait.template)


def sightings(eyes, pictures, **more) -> list[Sighting]:
    seen = [eyes.look(pixels, at_s, **more) for at_s, pixels in pictures]
    return [each for each in seen if isinstance(each, Sighting)]


def test_a_portrait_says_which_way_the_face_looked(networks, here, frames):
    eyes = joined(networks, [here])
    ahead = portraits(eyes, itertools.islice(frames(MAN, every=12), 5))
    assert all(abs(each.yaw_deg) < 15 and abs(each.pitch_deg) < 20 for each in ahead)
    turned = portraits(eyes, frames(WOMAN, every=20))
    assert max(p.yaw_deg for p in turned) - min(p.yaw_deg for p in turned) > 15


def test_with_a_claimed_person_nobody_else_is_compared(networks, here, frames):
    eyes = joined(networks, [here])
    enrol(eyes, here, "man", frames(MAN, every=12))
    enrol(eyes, here, "woman", frames(WOMAN, 0.0, 1 / 3, every=25))
    men = list(itertools.islice(frames(MAN, every=4), 6))
    for claimed, agrees in (("man", True), ("woman", False)):
        eyes.forget()
        (*_, seen) = sightings(eyes, men, claimed=claimed)
        (ranking,) = seen.rankings
        assert [c.person_id for c in ranking.candidates] == [claimed]
        assert ranking.people == 1
        assert (ranking.candidates[0].similarity >= DEFAULT_CALIBRATION.verify_min) is agrees
    eyes.forget()
    (*_, seen) = sightings(eyes, men, claimed="nobody ever enrolled")
    assert seen.candidates == ()


def test_old_templates_keep_working_beside_new_weights(networks, here, frames):
    """The same network under another digest stands for the weights of last year."""
    embedder = networks.embedder
    old = Recogniser(
        _Renamed(embedder, "d" * 64), Gallery("d" * 64, embedder.dimension), DEFAULT_CALIBRATION
    )
    enrol(joined(networks, [old]), old, "man", frames(MAN, every=12))
    eyes = joined(networks, [here, old])
    (*_, seen) = sightings(eyes, itertools.islice(frames("face_noface.mov", every=3), 6))
    assert [ranking.model_digest for ranking in seen.rankings] == [here.model_digest, "d" * 64]
    assert (seen.rankings[0].people, seen.candidates) == (0, ())
    assert seen.rankings[1].candidates[0].person_id == "man"
    assert seen.rankings[1].candidates[0].similarity > 0.8
    # What the doctor's word may keep of this sight is by the newest weights.
    assert {template.model_digest for template in seen.templates} == {here.model_digest}
    here.gallery.add("man", seen.templates[0])
    (*_, again) = sightings(eyes, itertools.islice(frames(MAN, every=4), 6))
    assert again.candidates[0].similarity > 0.8


class _Renamed:
    """An embedder whose weights are called something else."""

    def __init__(self, embedder, digest):
        self._embedder = embedder
        self.model_digest = digest

    def __getattr__(self, name):
        return getattr(self._embedder, name)


@dataclass
class Second:
    kind: SecondStream
    pixels: np.ndarray


@pytest.mark.parametrize("kind", SecondStream)
def test_a_flat_second_picture_keeps_a_live_face_from_being_compared(networks, here, frames, kind):
    eyes = joined(networks, [here])
    enrol(eyes, here, "man", frames(MAN, every=12))
    flat = np.full((240, 320), 600 if kind is SecondStream.DEPTH else 8)
    second = Second(kind, flat.astype(np.uint16 if kind is SecondStream.DEPTH else np.uint8))
    men = list(itertools.islice(frames(MAN, every=4), 6))
    seen = sightings(eyes, men, second=second)
    assert seen
    assert all(s.rankings == () and s.second_score < 0.5 < s.live_score for s in seen)
    eyes.forget()
    assert all(s.second_score is None and s.rankings for s in sightings(eyes, men))


def test_a_missing_second_picture_does_not_silence_those_that_say_no(networks, here, frames):
    eyes = joined(networks, [here])
    enrol(eyes, here, "man", frames(MAN, every=12))
    dark = Second(SecondStream.INFRARED, np.full((240, 320), 8, np.uint8))
    men = list(itertools.islice(frames(MAN, every=4), 8))
    seen = [
        eyes.look(pixels, at_s, second=None if number % 3 else dark)
        for number, (at_s, pixels) in enumerate(men)
    ]
    judged = [each for each in seen if isinstance(each, Sighting)]
    assert judged
    assert all(s.rankings == () and s.second_score < 0.5 < s.live_score for s in judged)


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ((0.9, 0.7, 1.0), 0.7),
        ((0.9, None, 1.0), None),
        ((None, None), None),
        ((0.9, None, 0.1), 0.1),
        ((0.0, None, None), 0.0),
    ],
)
def test_second_pictures_together_say_no_when_one_does_and_yes_when_all_do(scores, told):
    assert least_second(scores, 0.5) == told


def test_a_second_score_that_is_no_number_says_no():
    assert not least_second((0.9, float("nan"), 1.0), 0.5) >= 0.5


def test_a_looped_recording_is_noticed_and_names_nobody_from_then_on(networks, here, frames):
    eyes = joined(networks, [here], watch=StreamWatch())
    enrol(eyes, here, "man", frames(MAN, every=12))
    pictures = [pixels for _, pixels in frames(MAN, every=6)]
    seen = [eyes.look(p, 0.1 * n) for n, p in enumerate([*pictures, *pictures])]
    assert any(isinstance(each, Sighting) for each in seen[: len(pictures)])
    assert set(seen[len(pictures) + 4 :]) == {Hint("camera.repeats")}


def test_where_a_challenge_comes_first_a_live_face_is_not_compared(networks, here, frames):
    eyes = joined(networks, [here], challenge_first=True)
    enrol(eyes, here, "man", frames(MAN, every=12))
    seen = sightings(eyes, itertools.islice(frames(MAN, every=4), 8))
    assert seen
    assert all(s.live_score > 0.8 and s.rankings == () for s in seen)


class Obedient(Attention):
    """Answers as if somebody had done what was asked, or not; sees no landmarks."""

    def __init__(self, *told):
        self._told = list(told)
        self._asking = False

    @property
    def asking(self) -> bool:
        return self._asking

    @property
    def evidence(self) -> None:
        return None

    def begin(self, actions: Sequence[Action]) -> None:
        self._asking = True

    def drop(self) -> None:
        self._asking = False

    def see(self, pixels, face, seen_at_s):
        told = self._told.pop(0)
        self._asking = not isinstance(told, Challenged)
        return told


NOD = Asked(Action.NOD, 1, 1, again=False)


def test_whoever_passed_is_compared_and_whoever_failed_is_not(networks, here, frames):
    men = list(itertools.islice(frames(MAN, every=4), 10))
    attention = Obedient(NOD, NOD, Challenged.PASSED, NOD, Challenged.FAILED)
    eyes = joined(networks, [here], attention=attention, challenge_first=True)
    enrol(eyes, here, "man", frames(MAN, every=12))
    eyes.ask([Action.NOD])
    seen = [eyes.look(pixels, at_s) for at_s, pixels in men[:6]]
    assert seen[:4] == [NOD, NOD, Hint("face.hold_still"), Hint("face.hold_still")]
    assert isinstance(seen[5], Sighting)
    assert seen[5].challenged is Challenged.PASSED
    assert seen[5].candidates[0].person_id == "man"
    eyes.ask([Action.NOD])
    seen = [eyes.look(pixels, at_s) for at_s, pixels in men[6:8]]
    assert seen[0] == NOD
    assert isinstance(seen[1], Sighting)
    assert (seen[1].challenged, seen[1].rankings) == (Challenged.FAILED, ())


def test_eyes_without_the_networks_for_it_refuse_to_ask(networks, here):
    with pytest.raises(Refused) as fault:
        joined(networks, [here]).ask([Action.NOD])
    assert fault.value.code == "eyes.no_challenge"


def test_a_man_who_only_looks_on_does_not_pass_a_real_challenge(networks, here, ours, frames):
    eyes = joined(networks, [here], attention=open_attention(ours), challenge_first=True)
    enrol(eyes, here, "man", frames(MAN, every=12))
    eyes.ask([Action.TURN_LEFT, Action.NOD])
    pictures = [pixels for _, pixels in frames(MAN, every=2)] * 40
    for number, pixels in enumerate(pictures):
        seen = eyes.look(pixels, 0.07 * number)
        if isinstance(seen, Sighting):
            break
        assert seen == Hint("face.hold_still") or isinstance(seen, Asked), seen
    assert isinstance(seen, Sighting)
    assert (seen.challenged, seen.rankings) == (Challenged.FAILED, ())


def test_the_demos_telephone_is_flat_in_each_of_its_frames(networks, clips, tmp_path):
    """The scene that shows a refusal must not depend on the frame it is first seen at."""
    for clip in ENROLS.values():
        (tmp_path / clip.file).symlink_to((clips / clip.file).resolve())
    make_scenes(tmp_path)
    capture = cv2.VideoCapture(str(tmp_path / SCENES[PHOTOGRAPH].file))
    scores = []
    while capture.grab():
        pixels = capture.retrieve()[1]
        (face,) = networks.detector.find(pixels)
        scores.append(networks.liveness.score(pixels, face))
    assert len(scores) == 45
    assert max(scores) < Policy().unsure_min
