"""68 points where a person would put them, and eyes that are seen to shut."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from models.detector import Detector, Face
from models.eyelids import Eyelids
from models.flatness import shape_of, stirred
from models.landmarks import Landmarks
from models.manifest import Preprocessing
from terminal.core.faults import Refused

MAN, WOMAN = "single_face.mp4", "WolfgangLanger_Pexels.mp4"
BOX = Face(150.0, 100.0, 140.0, 180.0, np.zeros((5, 2), np.float32), 0.9)

POINTS_IN_NOISE = [
    [186.89999389648438, 170.60000610351562],
    [214.3000030517578, 246.10000610351562],
    [213.0, 187.10000610351562],
]
"""Of the noise, measured when this was written: the jaw's end, the chin, the nose's tip."""


@pytest.fixture(scope="module")
def detector(manifest, weights):
    entry = manifest.task("detection")
    return Detector(weights / entry.file, entry)


@pytest.fixture(scope="module")
def landmarks(manifest, weights):
    entry = manifest.task("landmarks")
    return Landmarks(weights / entry.file, entry)


@pytest.fixture(scope="module")
def eyelids(manifest, weights):
    entry = manifest.task("eyes")
    return Eyelids(weights / entry.file, entry)


def five(points):
    """The detector's five landmarks, out of the 68."""
    return np.stack(
        [points[36:42].mean(0), points[42:48].mean(0), points[30], points[48], points[54]]
    )


def test_the_points_in_noise_are_those_measured(landmarks, noise):
    points = landmarks.find(noise, BOX)
    assert points.shape == (68, 2)
    assert points.dtype == np.float32
    assert points[[0, 8, 30]] == pytest.approx(np.array(POINTS_IN_NOISE), abs=0.2)


@pytest.mark.parametrize("clip", [MAN, WOMAN])
def test_eyes_nose_and_mouth_are_where_the_detector_sees_them(detector, landmarks, frames, clip):
    apart = []
    for _, pixels in frames(clip, every=12):
        for face in detector.find(pixels)[:1]:
            eyes = np.linalg.norm(face.landmarks[1] - face.landmarks[0])
            away = np.linalg.norm(five(landmarks.find(pixels, face)) - face.landmarks, axis=1)
            apart.append(away.mean() / eyes)
    assert len(apart) >= 5
    assert np.median(apart) < 0.13
    assert max(apart) < 0.35


def test_a_face_in_a_mirror_has_mirrored_points(detector, landmarks, frames):
    for _, pixels in frames(MAN, every=24):
        mirrored = np.ascontiguousarray(pixels[:, ::-1])
        face = detector.find(pixels)[0]
        width = pixels.shape[1]
        other = Face(
            width - face.x - face.width, face.y, face.width, face.height, face.landmarks, 0.9
        )
        points, seen = landmarks.find(pixels, face), landmarks.find(mirrored, other)
        seen[:, 0] = width - seen[:, 0]
        left_eye, right_eye = slice(42, 48), slice(36, 42)
        assert np.abs(points[left_eye].mean(0) - seen[right_eye].mean(0)).max() < 2.0
        assert np.abs(points[30] - seen[30]).max() < 2.0
        assert np.abs(points[0] - seen[16]).max() < 2.0


def test_a_face_that_keeps_still_has_points_that_keep_still(detector, landmarks, frames):
    def shapes(rng):
        for _, pixels in itertools.islice(frames(MAN), 12):
            noisy = np.clip(pixels + rng.normal(0, 4, pixels.shape), 0, 255).astype(np.uint8)
            yield shape_of(landmarks.find(noisy, detector.find(noisy)[0]))

    seen = list(shapes(np.random.default_rng(3)))
    assert max(stirred(seen[0], later) for later in seen) < 0.03


@pytest.mark.parametrize(
    "box", [(-90, -90, 150, 190), (560, 400, 160, 200), (0, 0, 640, 480), (-300, -200, 900, 900)]
)
def test_a_face_at_the_edge_or_larger_than_the_picture_has_finite_points(landmarks, noise, box):
    points = landmarks.find(noise, Face(*map(float, box), np.zeros((5, 2), np.float32), 0.9))
    assert np.isfinite(points).all()


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 0), (0, 0, math.nan, 10), (math.inf, 0, 9, 9), (0, 0, 1e6, 1e6), (9, 9, 2, 2)]
)
def test_a_box_that_is_none_is_a_named_fault(landmarks, noise, box):
    with pytest.raises(Refused) as fault:
        landmarks.find(noise, Face(*map(float, box), np.zeros((5, 2), np.float32), 0.9))
    assert fault.value.code == "picture.unsuitable"


def open_shares(detector, landmarks, eyelids, frames, clip, first, last):
    for _, pixels in itertools.islice(frames(clip), first, last):
        points = landmarks.find(pixels, detector.find(pixels)[0])
        yield eyelids.open_share(pixels, points)


@pytest.mark.parametrize(
    ("clip", "opened", "shut"),
    [(MAN, (14, 20), (26, 28)), (MAN, (34, 40), (26, 28)), (WOMAN, (256, 264), (36, 48))],
)
def test_eyes_that_people_open_and_shut_are_seen_to(
    detector, landmarks, eyelids, frames, clip, opened, shut
):
    for shares in open_shares(detector, landmarks, eyelids, frames, clip, *opened):
        assert min(shares) > 0.9
    for shares in open_shares(detector, landmarks, eyelids, frames, clip, *shut):
        assert max(shares) < 0.1


def test_an_eye_outside_the_picture_or_too_small_is_neither_open_nor_shut(eyelids, noise):
    for points in (
        np.full((68, 2), -50.0, np.float32),
        np.full((68, 2), 20.0, np.float32),
        np.full((68, 2), np.nan, np.float32),
    ):
        assert all(map(math.isnan, eyelids.open_share(noise, points)))


def test_the_persons_right_eye_comes_first(detector, landmarks, eyelids, frames):
    pixels = next(itertools.islice(frames(MAN), 15, 16))[1].copy()
    points = landmarks.find(pixels, detector.find(pixels)[0])
    x, y = points[36:42].mean(0).round().astype(int)  # On the picture's left.
    cheek = pixels[y + 24 : y + 38, x - 16 : x + 16].mean(axis=(0, 1))
    pixels[y - 9 : y + 5, x - 16 : x + 16] = cheek.astype(np.uint8)
    right, left = eyelids.open_share(pixels, points)
    assert right < 0.5 < left


@pytest.mark.parametrize(("task", "kind"), [("landmarks", Landmarks), ("eyes", Eyelids)])
def test_what_is_not_this_network_is_a_named_fault(manifest, weights, tmp_path, task, kind):
    entry = manifest.task(task)
    (tmp_path / "junk.onnx").write_bytes(b"junk")
    other = manifest.task("eyes" if task == "landmarks" else "landmarks")
    for path, said in (
        (tmp_path / "junk.onnx", entry),
        (weights / other.file, entry),
        (weights / other.file, other),
        (weights / entry.file, entry.model_copy(update={"preprocessing": "embedded"})),
        (weights / entry.file, entry.model_copy(update={"input_size": None})),
    ):
        with pytest.raises(Refused) as fault:
            kind(path, said)
        assert fault.value.code == "weights.unreadable"


def test_levels_are_the_manifests(manifest, weights, noise, landmarks):
    entry = manifest.task("landmarks")
    darker = entry.model_copy(update={"preprocessing": Preprocessing(mean=0.0, std=2560.0)})
    other = Landmarks(weights / entry.file, darker)
    assert np.abs(other.find(noise, BOX) - landmarks.find(noise, BOX)).max() > 1.0
