"""Real people on real clips: known when live, never mistaken, never known from a phone."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from models.detector import Detector
from models.embedder import Embedder
from models.eyes import Eyes
from models.gallery import Gallery
from models.liveness import Liveness
from models.opening import open_eyes
from models.packs import pack_of
from models.policy import Policy
from models.recogniser import Recogniser
from terminal.core.calibration import DEFAULT_CALIBRATION as CALIBRATION
from terminal.core.faults import Refused
from terminal.core.recognition import (
    DEFAULT_THRESHOLDS,
    Hint,
    Known,
    NotLive,
    Portrait,
    Sighting,
    Unknown,
    decide,
)
from tests.models.attacks import on_a_phone, on_paper, plain_room

MAN, WOMAN = "single_face.mp4", "WolfgangLanger_Pexels.mp4"


def enrol(eyes, gallery, person_id, pictures, most=5):
    for _, pixels in pictures:
        described = eyes.describe(pixels)
        if isinstance(described, Portrait):
            gallery.add(person_id, described.template)
            most -= 1
        if most == 0:
            return
    pytest.fail(f"could not enrol {person_id}")


@pytest.fixture
def both_enrolled(eyes, gallery, frames):
    enrol(eyes, gallery, "man", frames(MAN, every=12))
    enrol(eyes, gallery, "woman", frames(WOMAN, 0.0, 1 / 3, every=25))
    return eyes


def looks(eyes, pictures):
    return [(seen_at_s, eyes.look(pixels, seen_at_s)) for seen_at_s, pixels in pictures]


def verdicts(eyes, pictures):
    return [
        (seen_at_s, decide(seen.live_score, seen.candidates, DEFAULT_THRESHOLDS))
        for seen_at_s, seen in looks(eyes, pictures)
        if isinstance(seen, Sighting)
    ]


@pytest.mark.parametrize(
    ("clip", "start", "person_id", "other"),
    [("face_noface.mov", 0.0, "man", "woman"), (WOMAN, 2 / 3, "woman", "man")],
)
def test_each_is_known_within_a_second_and_never_taken_for_the_other(
    both_enrolled, frames, clip, start, person_id, other
):
    pictures = list(itertools.islice(frames(clip, start, every=4), 20))
    found = verdicts(both_enrolled, pictures)
    known = [(at_s, v) for at_s, v in found if isinstance(v, Known)]
    assert {v.person_id for _, v in known} == {person_id}
    assert known[0][0] - pictures[0][0] <= 1.0
    assert len(known) >= 0.8 * len(found)


def test_a_stranger_is_nobody(eyes, gallery, frames):
    enrol(eyes, gallery, "woman", frames(WOMAN, 0.0, 1 / 3, every=25))
    assert {v for _, v in verdicts(eyes, frames(MAN, every=6))} == {Unknown()}


@pytest.mark.parametrize("present", [on_a_phone, on_paper])
@pytest.mark.parametrize("clip", [MAN, WOMAN])
def test_an_enrolled_face_held_up_in_a_room_is_not_live_and_names_nobody(
    both_enrolled, frames, clip, present
):
    room = plain_room()
    pictures = list(itertools.islice(frames(clip, every=6), 10))
    shown = [(at_s, present(pixels, room, height=0.7)) for at_s, pixels in pictures]
    sightings = [s for _, s in looks(both_enrolled, shown) if isinstance(s, Sighting)]
    assert len(sightings) >= 3
    for sighting in sightings:
        assert sighting.candidates == ()
        assert decide(sighting.live_score, sighting.candidates, DEFAULT_THRESHOLDS) == NotLive()
    live = verdicts(both_enrolled, [(at_s + 100, pixels) for at_s, pixels in pictures])
    assert any(isinstance(verdict, Known) for _, verdict in live)


class NeverAsked(Embedder):
    """An embedder and a gallery that nobody may consult."""

    def describe(self, aligned):
        raise AssertionError("a face that is not live was described")


class Closed(Gallery):
    def nearest(self, vector, count):
        raise AssertionError("a face that is not live was compared")


def test_a_face_that_is_not_live_is_neither_described_nor_compared(manifest, weights, frames):
    def part(kind, task, *more):
        return kind(weights / manifest.task(task).file, manifest.task(task), *more)

    digest = manifest.weights_digest("recognition")
    eyes = Eyes(
        part(Detector, "detection"),
        part(Liveness, "liveness"),
        [Recogniser(part(NeverAsked, "recognition", digest), Closed(digest, 128), CALIBRATION)],
        Policy(),
    )
    room = plain_room()
    shown = [(at_s, on_a_phone(pixels, room)) for at_s, pixels in frames(MAN, 0, 0.5, every=6)]
    assert any(isinstance(seen, Sighting) for _, seen in looks(eyes, shown))
    assert eyes.describe(shown[0][1]) == Hint("face.not_live")


def test_several_frames_are_judged_and_the_first_sight_is_remembered(both_enrolled, frames):
    seen = [look for _, look in looks(both_enrolled, frames(MAN, every=6))]
    assert seen[:2] == [Hint("face.hold_still")] * 2
    assert isinstance(seen[2], Sighting)
    assert (seen[2].frames, seen[2].first_seen_s) == (3, 0.0)
    assert seen[-1].first_seen_s == 0.0


def test_the_same_frame_again_proves_nothing(both_enrolled, frames):
    _, pixels = next(frames(MAN))
    for _ in range(5):
        assert both_enrolled.look(pixels, 1.0) == Hint("face.hold_still")


@pytest.mark.parametrize("cut", ["forget", "gap", "nobody", "another place"])
def test_after_an_interruption_judging_starts_anew(both_enrolled, frames, noise, cut):
    pictures = list(itertools.islice(frames(MAN), 6))
    late_s = 5.0 if cut == "gap" else 0.0
    for at_s, pixels in pictures[:2]:
        both_enrolled.look(pixels, at_s)
    if cut == "forget":
        both_enrolled.forget()
    if cut == "nobody":
        assert both_enrolled.look(noise, pictures[1][0] + 0.001) == Hint("face.none")
    shift = np.array([[1.0, 0, -190.0 if cut == "another place" else 0], [0, 1.0, 0]])
    later = [(s + late_s, cv2.warpAffine(p, shift, (640, 360))) for s, p in pictures[2:5]]
    seen = [look for _, look in looks(both_enrolled, later)]
    assert seen[:2] == [Hint("face.hold_still")] * 2
    assert seen[2].first_seen_s == later[0][0]


def test_nobody_is_swapped_in_after_the_live_frames(both_enrolled, networks, frames):
    men = list(itertools.islice(frames(MAN), 8))
    # Her face is brought to where his was, so that the boxes say nothing.
    place = np.array([[0.7, 0, 25.0], [0, 0.7, 15.0]])
    border = cv2.BORDER_REPLICATE
    _, woman = next(frames(WOMAN))
    moved = cv2.warpAffine(woman, place, (640, 360), borderMode=border)
    faces = [networks.detector.find(p)[0] for p in (men[0][1], moved)]
    assert faces[0].overlap(faces[1]) > Policy().overlap_min
    for at_s, pixels in men[:3]:
        seen = both_enrolled.look(pixels, at_s)
    assert isinstance(seen, Sighting)
    assert seen.candidates[0].person_id == "man"
    assert both_enrolled.look(moved, men[3][0]) == Hint("face.hold_still")
    assert both_enrolled.look(moved, men[4][0]) == Hint("face.hold_still")


def edited(pixels, kind):
    rows, columns = pixels.shape[:2]
    if kind == "face.blurred":
        return cv2.GaussianBlur(pixels, (0, 0), 6)
    if kind == "face.too_dark":
        return (pixels * 0.16).astype(np.uint8)
    if kind == "face.too_bright":
        return (255 - (255 - pixels) * 0.20).astype(np.uint8)
    move = {
        "face.too_far": [[0.45, 0, 100], [0, 0.45, 60]],
        "face.too_close": [[2.1, 0, -350], [0, 2.1, -180]],
        "face.outside": [[1.0, 0, -255], [0, 1.0, 0]],
    }[kind]
    border = cv2.BORDER_REPLICATE
    return cv2.warpAffine(pixels, np.array(move, float), (columns, rows), borderMode=border)


@pytest.mark.parametrize(
    "code",
    [
        "face.too_far",
        "face.too_close",
        "face.outside",
        "face.too_dark",
        "face.too_bright",
        "face.blurred",
    ],
)
def test_a_picture_not_worth_judging_is_a_hint_the_person_can_follow(eyes, frames, code):
    _, pixels = next(frames(MAN))
    assert eyes.look(edited(pixels, code), 0.0) == Hint(code)
    assert eyes.describe(edited(pixels, code)) == Hint(code)


def test_two_people_side_by_side_are_asked_to_come_one_by_one(eyes, clips):
    group = cv2.imread(str(clips / "multi_face.jpg"))
    assert eyes.look(group, 0.0) == Hint("face.two")
    assert eyes.describe(group) == Hint("face.two")


def test_a_black_or_empty_picture_shows_nobody(eyes, frames, noise):
    for pixels in (np.zeros((480, 640, 3), np.uint8), noise, next(frames("no_face.mp4"))[1]):
        assert eyes.look(pixels, 0.0) == Hint("face.none")
        assert eyes.describe(pixels) == Hint("face.none")


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((480, 640), np.uint8),
        np.zeros((480, 640, 4), np.uint8),
        np.zeros((480, 640, 3), np.uint16),
        np.full((480, 640, 3), np.nan, np.float32),
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((20, 20, 3), np.uint8),
        np.zeros((64, 5000, 3), np.uint8),
    ],
)
def test_a_picture_of_another_kind_is_a_named_fault(eyes, pixels):
    for ask in (lambda: eyes.look(pixels, 0.0), lambda: eyes.describe(pixels)):
        with pytest.raises(Refused) as fault:
            ask()
        assert fault.value.code == "picture.unsuitable"


def test_eyes_do_not_open_without_their_weights_or_with_anothers_gallery(
    manifest, weights, tmp_path
):
    gallery = Gallery(manifest.weights_digest("recognition"), 128)
    with pytest.raises(Refused) as fault:
        open_eyes(pack_of(manifest, tmp_path), gallery, Policy())
    assert fault.value.code == "weights.missing"
    for entry in manifest.files:
        (tmp_path / entry.file).write_bytes(b"")
    with pytest.raises(Refused) as fault:
        open_eyes(pack_of(manifest, tmp_path), gallery, Policy())
    assert fault.value.code == "weights.wrong_digest"
    with pytest.raises(Refused) as fault:
        open_eyes(pack_of(manifest, weights), Gallery("b" * 64, 128), Policy())
    assert fault.value.code == "template.other_weights"


@pytest.mark.parametrize(
    "change",
    [{"frames": 0}, {"live_min": 1.5}, {"live_min": float("nan")}, {"side_min_px": 5}],
)
def test_a_policy_out_of_its_limits_is_refused(change):
    with pytest.raises(Refused) as fault:
        replace(Policy(), **change)
    assert fault.value.code == "policy.out_of_range"
