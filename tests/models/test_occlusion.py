"""What covers a face is told from the face's own skin; drawn coverings on real clips."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from models.detector import Detector, Face
from models.occlusion import Covering, colour_away, covered
from models.policy import Policy
from models.weights import verified
from tests.longer import longer
from tests.models.coverings import OVER_AN_EYE, OVER_NOTHING, OVER_THE_MOUTH, cover

AT = Policy().covered_min
CLIPS = (("single_face.mp4", 0.0, 1.0), ("WolfgangLanger_Pexels.mp4", 0.55, 1.0))
"""The parts where no hand is before the face."""


@pytest.fixture(scope="module")
def detector(manifest, weights) -> Detector:
    entry = manifest.task("detection")
    return Detector(verified(manifest, weights, entry.file), entry)


@pytest.fixture(scope="module")
def bare(frames, detector) -> list[tuple[np.ndarray, Face]]:
    """Every twelfth frame of two people with nothing before their faces."""
    played = [p for name, start, end in CLIPS for _, p in frames(name, start, end, every=12)]
    return [(pixels, detector.find(pixels)[0]) for pixels in played]


def found(bare, detector, kind) -> list[Covering | None]:
    """What is said of each frame with this drawn over it; the face is looked for anew."""
    told = []
    for seed, (pixels, face) in enumerate(bare):
        drawn = cover(pixels, face.landmarks, kind, seed)
        seen = detector.find(drawn)
        told.append(covered(drawn, seen[0], AT) if seen else None)
    return told


def test_a_face_with_nothing_before_it_is_not_called_covered(bare):
    assert len(bare) > 20
    assert {covered(pixels, face, AT) for pixels, face in bare} == {None}


@pytest.mark.parametrize("kind", longer(OVER_THE_MOUTH, ("mask_blue", "mask_under_the_nose")))
def test_what_covers_the_mouth_is_seen(bare, detector, kind):
    told = found(bare, detector, kind)
    assert told.count(Covering.MOUTH) >= 0.9 * len(told)


@pytest.mark.parametrize("kind", longer(OVER_AN_EYE, ("patch_gauze", "dark_glasses")))
def test_what_covers_an_eye_is_seen(bare, detector, kind):
    told = found(bare, detector, kind)
    assert told.count(Covering.EYE) >= 0.9 * len(told)


@pytest.mark.parametrize("kind", OVER_NOTHING)
def test_clear_glasses_and_a_beard_cover_nothing(bare, detector, kind):
    assert found(bare, detector, kind).count(None) >= 0.99 * len(bare)


def test_half_a_face_in_the_shade_is_not_covered(bare):
    for pixels, face in bare:
        light = np.linspace(0.25, 1.0, pixels.shape[1])[None, :, None]
        for shade in (light, light[:, ::-1]):
            assert covered((pixels * shade).astype(np.uint8), face, AT) is None


def test_a_picture_without_colour_is_not_judged(bare):
    pixels, face = bare[0]
    masked = cover(pixels, face.landmarks, "mask_white")
    for picture in (pixels, masked):
        grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        assert colour_away(grey, face) is None
        assert covered(grey, face, AT) is None
    assert colour_away(np.zeros_like(pixels), face) is None


def test_the_same_covering_is_called_or_not_by_the_setting(bare):
    pixels, face = bare[0]
    masked = cover(pixels, face.landmarks, "mask_blue")
    assert covered(masked, face, AT) is Covering.MOUTH
    assert covered(masked, face, 100.0) is None


def test_a_face_half_outside_the_picture_is_no_traceback(bare):
    pixels, face = bare[0]
    for shift in (-600, 600):
        moved = replace(face, landmarks=face.landmarks + np.float32(shift))
        assert covered(pixels, moved, AT) in {None, *Covering}
    heap = replace(face, landmarks=np.full((5, 2), 20.0, np.float32))
    assert covered(pixels, heap, AT) in {None, *Covering}
