"""A head passes the second look; paper, screens and nothing at all do not."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from drivers.simulated.second_camera import (
    Scene,
    SecondCamera,
    depth_of,
    infrared_of,
)
from models.detector import Detector, Face
from models.second_look import judge_depth, judge_infrared
from models.weights import verified
from terminal.core.camera_checks import SecondStream
from terminal.core.faults import Refused

ATTACKS = (Scene.PRINT, Scene.BENT_PRINT, Scene.SCREEN, Scene.AWAY)
Seen = tuple[np.ndarray, Face]


@pytest.fixture(scope="module")
def people(frames, manifest, weights) -> list[Seen]:
    entry = manifest.task("detection")
    detector = Detector(verified(manifest, weights, entry.file), entry)
    clips = ("single_face.mp4", "WolfgangLanger_Pexels.mp4")
    pictures = [p for name in clips for _, p in frames(name, every=40)]
    return [(pixels, detector.find(pixels)[0]) for pixels in pictures]


def box(face: Face) -> tuple[float, float, float, float]:
    return face.x, face.y, face.width, face.height


def depth_score(seen: Seen, scene: Scene, seed: int = 0) -> float:
    pixels, face = seen
    size = pixels.shape[:2]
    return judge_depth(depth_of(scene, size, box(face), seed), face, size)


def infrared_score(seen: Seen, scene: Scene, seed: int = 0) -> float:
    pixels, face = seen
    picture = infrared_of(scene, pixels, box(face), seed)
    return judge_infrared(picture, face, pixels.shape[:2])


@pytest.mark.parametrize("score", [depth_score, infrared_score])
def test_a_person_is_a_head_whichever_way_they_look(people, score):
    assert len(people) > 10
    for seed, seen in enumerate(people):
        assert score(seen, Scene.PERSON, seed) > 0.9


@pytest.mark.parametrize("scene", ATTACKS)
@pytest.mark.parametrize("score", [depth_score, infrared_score])
def test_what_only_shows_a_face_is_no_head(people, score, scene):
    for seed, seen in enumerate(people):
        assert score(seen, scene, seed) < 0.1


def test_another_size_of_picture_says_the_same(people):
    pixels, face = people[0]
    size = pixels.shape[:2]
    depth = depth_of(Scene.PERSON, size, box(face))
    infrared = infrared_of(Scene.PERSON, pixels, box(face))
    for across in (160, 640, 1280):
        to = (across, across * 3 // 4)
        assert judge_depth(cv2.resize(depth, to, interpolation=cv2.INTER_NEAREST), face, size) > 0.9
        assert judge_infrared(cv2.resize(infrared, to), face, size) > 0.9


def test_holes_are_tolerated_until_most_of_the_face_is_one(people):
    pixels, face = people[0]
    size = pixels.shape[:2]
    depth = depth_of(Scene.PERSON, size, box(face))
    holes = np.random.default_rng(5).random(depth.shape)
    assert judge_depth(np.where(holes < 0.2, 0, depth).astype(np.uint16), face, size) > 0.9
    assert judge_depth(np.where(holes < 0.7, 0, depth).astype(np.uint16), face, size) == 0.0
    assert judge_depth(np.zeros_like(depth), face, size) == 0.0


def test_not_a_number_is_never_a_head(people):
    pixels, face = people[0]
    size = pixels.shape[:2]
    for nothing in (np.nan, np.inf, -np.inf):
        assert judge_depth(np.full((240, 320), nothing, np.float32), face, size) == 0.0
    depth = depth_of(Scene.PERSON, size, box(face)).astype(np.float32)
    depth[depth == 0] = np.nan
    assert judge_depth(depth, face, size) > 0.9


def test_a_head_somewhere_else_is_not_this_face(people):
    pixels, face = people[0]
    size = pixels.shape[:2]
    aside = (face.x - 2 * face.width, face.y, face.width, face.height)
    assert judge_depth(depth_of(Scene.PERSON, size, aside), face, size) < 0.1
    assert judge_infrared(infrared_of(Scene.PERSON, pixels, aside), face, size) < 0.1


def test_a_print_in_soot_on_bright_paper_is_no_head(people):
    """Some inks show in infrared, with eyes and shading; the paper goes on around them."""
    pixels, face = people[0]
    picture = infrared_of(Scene.PERSON, pixels, box(face))
    assert judge_infrared(np.maximum(picture, 140), face, pixels.shape[:2]) < 0.1


@pytest.mark.parametrize("far", [0.15, 4.0])
def test_a_face_too_near_or_too_far_for_its_size_is_none(people, far):
    """A telephone close by fills as much of the picture as a head, and is nearer."""
    pixels, face = people[0]
    size = pixels.shape[:2]
    depth = depth_of(Scene.PERSON, size, box(face))
    assert judge_depth((depth * far).astype(np.uint16), face, size) < 0.1


def test_noise_alone_makes_no_nose(people):
    pixels, face = people[0]
    size = pixels.shape[:2]
    for spread in (2.0, 5.0, 8.0):
        flat = 600 + np.random.default_rng(1).normal(0, spread, (240, 320))
        assert judge_depth(flat.astype(np.uint16), face, size) < 0.1


def test_a_face_at_the_edge_is_answered_and_another_kind_of_picture_is_a_fault(people):
    pixels, face = people[0]
    size = pixels.shape[:2]
    depth = depth_of(Scene.PERSON, size, box(face))
    infrared = infrared_of(Scene.PERSON, pixels, box(face))
    out = replace(face, x=-1000.0, landmarks=face.landmarks - np.float32([1300, 0]))
    assert judge_depth(depth, out, size) == 0.0
    assert judge_infrared(infrared, out, size) == 0.0
    for unfit in (np.zeros((0, 0), np.uint8), np.zeros((240, 320, 3), np.uint8)):
        for judge in (judge_depth, judge_infrared):
            with pytest.raises(Refused) as fault:
                judge(unfit, face, size)
            assert fault.value.code == "picture.unsuitable"


@pytest.mark.parametrize(
    ("kind", "judge"),
    [(SecondStream.DEPTH, judge_depth), (SecondStream.INFRARED, judge_infrared)],
)
def test_the_made_up_camera_shows_what_it_is_told(people, kind, judge):
    pixels, face = people[0]
    camera = SecondCamera(kind, lambda: pixels, lambda _: box(face))
    scores = {}
    for scene in Scene:
        camera.scene = scene
        frame = camera.frame_at(1.0)
        assert (frame is None) is (scene is Scene.AWAY)
        if frame is not None:
            assert frame.kind is kind
            scores[scene] = judge(frame.pixels, face, pixels.shape[:2])
    assert scores.pop(Scene.PERSON) > 0.9
    assert max(scores.values()) < 0.1
    blind = SecondCamera(kind, lambda: None, lambda _: box(face))
    assert blind.frame_at(1.0) is None
    empty = SecondCamera(kind, lambda: pixels, lambda _: None)
    assert judge(empty.frame_at(1.0).pixels, face, pixels.shape[:2]) < 0.1
