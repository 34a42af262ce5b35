"""What each class of camera asks of a face: the table, and who falls under which row."""

import pytest

from terminal.core.camera_checks import (
    CHECKS,
    CameraClass,
    ChallengeWhen,
    SecondStream,
    class_of,
)


def test_every_class_has_a_row():
    assert set(CHECKS) == set(CameraClass)


def test_a_virtual_camera_opens_no_visit_and_every_other_may():
    assert [kind for kind in CameraClass if not CHECKS[kind].face_route] == [CameraClass.VIRTUAL]


def test_whatever_can_be_injected_is_watched_and_only_a_recording_is_not():
    unwatched = [kind for kind in CameraClass if not CHECKS[kind].watch_stream]
    assert unwatched == [CameraClass.RECORDED]
    assert CHECKS[CameraClass.NETWORK].challenge is ChallengeWhen.ALWAYS


@pytest.mark.parametrize(
    ("kind", "second", "virtual", "camera_class"),
    [
        ("device", None, False, CameraClass.ORDINARY),
        ("device", SecondStream.INFRARED, False, CameraClass.WITH_INFRARED),
        ("device", SecondStream.DEPTH, False, CameraClass.WITH_DEPTH),
        ("device", SecondStream.DEPTH, True, CameraClass.VIRTUAL),
        ("device", None, True, CameraClass.VIRTUAL),
        ("stream", None, False, CameraClass.NETWORK),
        ("stream", SecondStream.INFRARED, False, CameraClass.NETWORK),
        ("clip", None, False, CameraClass.RECORDED),
        ("clip", SecondStream.DEPTH, False, CameraClass.RECORDED),
    ],
)
def test_a_camera_is_of_the_class_of_the_least_that_is_known_of_it(
    kind, second, virtual, camera_class
):
    assert class_of(kind, second, virtual=virtual) is camera_class


def test_a_second_picture_is_asked_of_the_cameras_that_have_one():
    asked = {kind: CHECKS[kind].second for kind in CameraClass if CHECKS[kind].second}
    assert asked == {
        CameraClass.WITH_INFRARED: SecondStream.INFRARED,
        CameraClass.WITH_DEPTH: SecondStream.DEPTH,
    }
