"""Which moments of a face are kept, and what the person is told meanwhile."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.capture import AS_THEY_COME, FRONT_ONLY, GUIDED, Capture, Pose, Swap, alike
from terminal.core.recognition import Hint, Portrait, Template

MAX_S = 30.0
SOMEBODY, ELSE = 0.0, 100.0


def template(face: float) -> Template:
    turn = math.radians(face)
    return Template(struct.pack("<2f", math.cos(turn), math.sin(turn)), "digest", 0.9)


FLAT = Hint("face.not_live")


def portrait(yaw_deg: float = 0.0, face: float = SOMEBODY) -> Portrait:
    return Portrait(template(face), yaw_deg, 0.0)


def fed(
    capture: Capture, *seen: Portrait | Hint, from_s: float = 0.0, apart_s: float = 0.3
) -> float:
    """Feed these, and say when the last was."""
    at_s = from_s
    for each in seen:
        at_s += apart_s
        capture.feed(each, at_s)
    return at_s


def test_three_moments_ahead_and_one_to_each_side_are_a_capture() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    assert (capture.hint, capture.taken, capture.wanted) == ("enrolment.look_ahead", 0, 5)
    at_s = fed(capture, *[portrait()] * 3)
    assert (capture.hint, capture.taken) == ("enrolment.turn_a_little_left", 3)
    at_s = fed(capture, portrait(-3.0), portrait(25.0), from_s=at_s)
    assert (capture.hint, capture.taken) == ("enrolment.turn_a_little_right", 4)
    fed(capture, portrait(-20.0), from_s=at_s)
    assert capture.over
    assert capture.enough
    assert len(capture.templates()) == capture.taken == capture.wanted == 5


def test_a_pose_that_comes_by_itself_is_not_asked_for_again() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    fed(capture, portrait(20.0), *[portrait()] * 3)
    assert capture.hint == "enrolment.turn_a_little_right"


def test_an_old_neck_that_does_not_turn_is_not_asked_for_ever() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    at_s = fed(capture, *[portrait()] * 3)
    at_s = fed(capture, *[portrait(8.0)] * 22, from_s=at_s)
    assert capture.hint == "enrolment.turn_a_little_right"
    assert (capture.taken, capture.wanted) == (3, 4)
    fed(capture, *[portrait(8.0)] * 22, from_s=at_s)
    assert capture.over
    assert capture.enough
    assert capture.taken == capture.wanted == 3


def test_a_turn_too_far_is_answered_by_asking_for_a_little_one() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    at_s = fed(capture, Hint("face.turned"))
    assert capture.hint == "face.turned"
    at_s = fed(capture, *[portrait()] * 3, Hint("face.turned"), from_s=at_s)
    assert capture.hint == "enrolment.turn_a_little_left"
    fed(capture, Hint("face.too_far"), from_s=at_s)
    assert capture.hint == "face.too_far"


def test_neighbouring_frames_are_one_moment() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    fed(capture, *[portrait()] * 9, apart_s=0.04)
    assert capture.taken == 2


def test_where_nobody_is_asked_to_turn_the_moments_are_further_apart() -> None:
    capture = Capture(FRONT_ONLY, 0.0, MAX_S)
    fed(capture, *[portrait()] * 9, apart_s=0.2)
    assert (capture.taken, capture.wanted, capture.over) == (3, 5, False)


def test_another_face_begins_anew_with_itself() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    at_s = fed(capture, *[portrait()] * 3, portrait(20.0))
    at_s = fed(capture, portrait(face=ELSE), from_s=at_s)
    assert (capture.taken, capture.hint) == (1, "enrolment.look_ahead")
    fed(capture, *[portrait(face=ELSE)] * 2, from_s=at_s)
    assert capture.templates() == (template(ELSE),) * 3


def test_a_turned_face_unlike_the_first_is_not_taken_and_ends_nothing() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    fed(capture, *[portrait()] * 3, *[portrait(25.0, ELSE)] * 3)
    assert capture.templates() == (template(SOMEBODY),) * 3
    assert capture.hint == "enrolment.turn_a_little_left"


# --- one unbroken look


@pytest.mark.parametrize("poses", [GUIDED, FRONT_ONLY, AS_THEY_COME])
def test_a_print_that_passes_for_alive_now_and_then_is_never_enough(
    poses: tuple[Pose, ...],
) -> None:
    capture = Capture(poses, 0.0, MAX_S)
    seen = ([FLAT] * 4 + [portrait()] * 8) * 20  # Two frames of three pass.
    fed(capture, *seen, apart_s=0.1)
    assert (capture.taken, capture.enough) == (0, False)


def test_after_a_flat_frame_a_face_is_watched_alive_before_anything_is_taken() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    at_s = fed(capture, portrait(), portrait(), FLAT)
    assert capture.taken == 0
    at_s = fed(capture, *[portrait()] * 9, from_s=at_s, apart_s=0.1)
    assert capture.taken == 0
    fed(capture, *[portrait()] * 6, from_s=at_s, apart_s=0.1)
    assert capture.taken == 3


def test_one_flat_frame_of_a_head_that_turns_is_forgiven_and_two_are_not() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    at_s = fed(capture, *[portrait()] * 3, FLAT, portrait(20.0), FLAT)
    assert capture.taken == 4
    at_s = fed(capture, FLAT, from_s=at_s)
    assert (capture.taken, capture.hint) == (0, "face.not_live")
    fed(capture, *[portrait()] * 6, from_s=at_s)
    assert (capture.taken, capture.over, capture.enough) == (3, True, True), "no turn again"


@pytest.mark.parametrize("poses", [GUIDED, FRONT_ONLY])
def test_a_second_face_begins_anew(poses: tuple[Pose, ...]) -> None:
    for code in ("face.two", "camera.repeats"):
        capture = Capture(poses, 0.0, MAX_S)
        fed(capture, *[portrait()] * 2, Hint(code), apart_s=0.6)
        assert (capture.taken, capture.over) == (0, False)


def test_a_face_gone_for_over_a_second_begins_anew_and_a_blink_of_the_camera_does_not() -> None:
    gone = Hint("face.none")
    for swap, left in ((Swap.ENDS, 0), (Swap.BEGINS_ANEW, 2)):  # There the doctor looks on.
        capture = Capture(FRONT_ONLY, 0.0, MAX_S, swap=swap)
        at_s = fed(capture, portrait(), gone, gone, gone, portrait(), gone, gone)
        assert capture.taken == 2
        fed(capture, gone, gone, gone, from_s=at_s)
        assert capture.taken == left


def test_where_a_swap_ends_it_nobody_is_taken_in_the_place_of_who_left() -> None:
    capture = Capture(FRONT_ONLY, 0.0, MAX_S, swap=Swap.ENDS)
    at_s = fed(capture, *[portrait()] * 2, portrait(40.0, ELSE), apart_s=0.6)
    assert (capture.taken, capture.over) == (2, False), "a turned face is a little unlike"
    at_s = fed(capture, *[Hint("face.none")] * 5, portrait(), from_s=at_s)
    assert (capture.taken, capture.over) == (1, False)
    fed(capture, *[portrait(face=ELSE)] * 9, from_s=at_s, apart_s=0.6)
    assert (capture.over, capture.enough, capture.another_came) == (True, False, True)


def test_time_ends_it_with_the_hint_met_most() -> None:
    capture = Capture(GUIDED, 0.0, 3.0)
    fed(capture, Hint("face.too_dark"), *[Hint("face.too_far")] * 3, *[portrait()] * 2)
    assert not capture.over
    capture.pass_time(3.0)
    assert capture.over
    assert not capture.enough
    assert capture.met_most == "face.too_far"


def test_frames_end_it_when_the_clock_stands_still() -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    for _ in range(1800):
        assert not capture.over
        capture.feed(Hint("face.none"), 1.0)
    assert capture.over


def test_footage_is_taken_as_it_comes() -> None:
    capture = Capture(AS_THEY_COME, 0.0, MAX_S)
    fed(capture, *[portrait(yaw) for yaw in (30.0, -50.0, 0.0, 12.0, 80.0)])
    assert capture.over
    assert capture.taken == 5


def test_templates_of_other_weights_or_lengths_are_never_alike() -> None:
    one = template(SOMEBODY)
    assert alike(one, one) == pytest.approx(1.0)
    assert alike(one, Template(one.vector, "other", 0.9)) == -1.0
    assert alike(one, Template(one.vector * 2, "digest", 0.9)) == -1.0
    assert alike(*[Template(b"\x01\x02\x03", "digest", 0.9)] * 2) == -1.0
    broken = Template(struct.pack("<2f", math.nan, 0.0), "digest", 0.9)
    assert not alike(one, broken) >= 0.5


SEEN = st.one_of(
    st.builds(portrait, st.floats(-90.0, 90.0), st.sampled_from([SOMEBODY, 20.0, 61.0, ELSE])),
    st.sampled_from(
        [Hint(f"face.{why}") for why in ("none", "turned", "blurred", "two", "not_live")]
    ),
)


@given(st.lists(st.tuples(SEEN, st.floats(0.0, 2.0)), max_size=120))
def test_whatever_is_seen_all_that_is_kept_is_one_person_and_no_more_than_wanted(
    seen: list[tuple[Portrait | Hint, float]],
) -> None:
    capture = Capture(GUIDED, 0.0, MAX_S)
    at_s = 0.0
    for each, later_s in seen:
        at_s += later_s
        was_over = capture.over
        before = capture.templates()
        capture.feed(each, at_s)
        kept = capture.templates()
        assert capture.taken == len(kept) <= capture.wanted <= 5
        assert not kept or any(all(alike(one, other) > 0.499 for other in kept) for one in kept)
        assert capture.hint
        if each == Hint("face.two"):
            assert not kept or was_over
        if was_over:
            assert (kept, capture.over) == (before, True)
