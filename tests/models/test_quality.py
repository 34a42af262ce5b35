"""What a face is told before it is judged: which way it looks, and what covers it."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.detector import Detector, Face
from models.policy import ONE_PHOTOGRAPH, Policy, for_a_challenge
from models.quality import clear_face, pose
from models.weights import verified
from terminal.core.recognition import Hint
from tests.models.coverings import cover

HEAD_MM = np.array(
    [[-31.5, 0, 0], [31.5, 0, 0], [0, 37.0, -28.0], [-25, 65, 0], [25, 65, 0]], np.float64
)
"""Eyes, nose and mouth of a middling head: right, down, away from the camera."""


def turned(yaw_deg: float, pitch_deg: float, roll_deg: float = 0.0, size: float = 2.0) -> Face:
    """The landmarks of that head, turned to its own left, looking up, tilted."""
    yaw, pitch, roll = np.radians([-yaw_deg, pitch_deg, roll_deg])
    across = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    up = np.array(
        [[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]]
    )
    tilt = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    x, y, z = tilt @ up @ across @ (HEAD_MM - HEAD_MM.mean(0)).T
    near = size * 600.0 / (600.0 + z)  # As seen from 60 cm.
    points = np.stack([320 + x * near, 240 + y * near], -1).astype(np.float32)
    return Face(230.0, 120.0, 180.0, 240.0, points, 0.9)


@given(st.floats(-40, 40), st.floats(-30, 30), st.floats(-40, 40), st.floats(0.5, 6.0))
def test_the_pose_is_known_within_ten_degrees_however_the_head_is_tilted(yaw, pitch, roll, size):
    told = pose(turned(yaw, pitch, roll, size))
    assert abs(told.yaw_deg - yaw) < 10
    assert abs(told.pitch_deg - pitch) < 10


def test_left_is_the_persons_own_left_and_up_is_up():
    assert pose(turned(25, 0)).yaw_deg > 15
    assert pose(turned(-25, 0)).yaw_deg < -15
    assert pose(turned(0, 20)).pitch_deg > 10
    assert pose(turned(0, -20)).pitch_deg < -10


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=10, max_size=10))
def test_any_five_points_have_a_pose_within_bounds(numbers):
    points = np.array(numbers, np.float32).reshape(5, 2)
    told = pose(Face(0, 0, 100, 100, points, 0.9))
    assert abs(told.yaw_deg) <= 90
    assert abs(told.pitch_deg) <= 90


@pytest.fixture(scope="module")
def detector(manifest, weights) -> Detector:
    entry = manifest.task("detection")
    return Detector(verified(manifest, weights, entry.file), entry)


@pytest.fixture(scope="module")
def man(frames, detector) -> tuple[np.ndarray, Face]:
    pixels = next(frames("single_face.mp4"))[1]
    return pixels, detector.find(pixels)[0]


def asked(pixels, face, policy=None):
    told = clear_face(pixels, [face], policy or Policy())
    return told.code if isinstance(told, Hint) else None


def put(face: Face, yaw_deg: float, pitch_deg: float) -> Face:
    """The same face with the landmarks of a turned head in its place."""
    other = turned(yaw_deg, pitch_deg, size=face.width / 90.0).landmarks
    return replace(face, landmarks=other - other.mean(0) + face.landmarks.mean(0))


@pytest.mark.parametrize(("yaw", "pitch"), [(45, 0), (-45, 0), (0, 45), (0, -45)])
def test_a_turned_face_is_asked_to_look_here_and_not_during_a_challenge(man, yaw, pitch):
    pixels, face = man
    aside = put(face, yaw, pitch)
    assert asked(pixels, face) is None
    assert asked(pixels, aside) == "face.turned"
    assert asked(pixels, aside, for_a_challenge(Policy())) is None
    assert asked(pixels, aside, ONE_PHOTOGRAPH) is None


def test_a_person_who_looks_about_before_the_camera_is_not_refused(frames, detector):
    for name in ("single_face.mp4", "WolfgangLanger_Pexels.mp4"):
        for _, pixels in frames(name, every=9):
            assert asked(pixels, detector.find(pixels)[0]) is None


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("mask_blue", "face.mouth_covered"),
        ("mask_white", "face.mouth_covered"),
        ("mask_black", "face.mouth_covered"),
        ("scarf", "face.mouth_covered"),
        ("patch_gauze", "face.eye_covered"),
        ("patch_black", "face.eye_covered"),
        ("dark_glasses", "face.eye_covered"),
        ("clear_glasses", None),
        ("beard", None),
    ],
)
def test_what_is_covered_is_said_but_not_of_a_photograph_or_in_a_challenge(
    man, detector, kind, code
):
    pixels, face = man
    drawn = cover(pixels, face.landmarks, kind, 3)
    seen = detector.find(drawn)[0]
    assert asked(drawn, seen) == code
    assert asked(drawn, seen, ONE_PHOTOGRAPH) is None
    assert asked(drawn, seen, for_a_challenge(Policy())) is None


def test_where_to_stand_comes_before_pose_and_pose_before_light_and_coverings(man, detector):
    pixels, face = man
    drawn = cover(pixels, face.landmarks, "mask_blue", 3)
    aside = put(face, 45, 0)
    far = replace(aside, width=60.0, height=60.0)
    assert asked(drawn, far) == "face.too_far"
    assert asked((drawn * 0.1).astype(np.uint8), aside) == "face.turned"
    assert asked((drawn * 0.1).astype(np.uint8), face) == "face.too_dark"


def test_a_challenge_asks_of_a_frame_who_is_meant_and_whether_there_is_light():
    """All that a person moving as they were asked to cannot help is let pass."""
    plain, challenged = asdict(Policy()), asdict(for_a_challenge(Policy()))
    let_pass = {name for name, value in challenged.items() if value != plain[name]}
    assert let_pass == {
        "yaw_max_deg",
        "pitch_max_deg",
        "covered_min",
        "side_max_share",
        "edge_min_share",
        "sharpness_min",
    }


@pytest.mark.parametrize("policy", [Policy(), for_a_challenge(Policy()), ONE_PHOTOGRAPH])
@pytest.mark.parametrize("aside", [(900.0, 0.0), (-900.0, 0.0), (0.0, 900.0), (0.0, -900.0)])
def test_a_box_outside_the_picture_is_a_hint_wherever_its_landmarks_are(man, policy, aside):
    pixels, face = man
    elsewhere = replace(face, x=face.x + aside[0], y=face.y + aside[1])
    assert clear_face(pixels, [elsewhere], policy) == Hint("face.outside")


@given(
    box=st.tuples(
        st.floats(-900, 900), st.floats(-900, 900), st.floats(30, 900), st.floats(30, 900)
    ),
    points=st.lists(st.floats(0, 360), min_size=10, max_size=10),
)
def test_no_box_and_landmarks_break_the_gate(box, points):
    landmarks = np.array(points, np.float32).reshape(5, 2)
    face = Face(*box, landmarks, 0.9)
    for policy in (Policy(), for_a_challenge(Policy()), ONE_PHOTOGRAPH):
        assert isinstance(
            clear_face(np.full((360, 640, 3), 99, np.uint8), [face], policy), Face | Hint
        )
