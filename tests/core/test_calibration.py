"""How alike two faces must be follows from how many people are searched, and is never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.calibration import DEFAULT_CALIBRATION, UNMEASURED_ARCFACE, Calibration
from terminal.core.faults import Refused
from terminal.core.recognition import DEFAULT_THRESHOLDS

PEOPLE = st.integers(0, 1_000_000)
FPIR = st.floats(1e-6, 0.5)

OPEN = replace(DEFAULT_CALIBRATION, similarity_min=-0.9, similarity_max=0.99)
"""Without floor and ceiling in the way."""


@given(PEOPLE, PEOPLE, FPIR, FPIR)
def test_more_people_or_a_rarer_false_name_never_ask_for_less(few, many, often, rarely):
    few, many = sorted((few, many))
    rarely, often = sorted((rarely, often))
    for calibration in (DEFAULT_CALIBRATION, UNMEASURED_ARCFACE, OPEN):
        least = calibration.similarity_for(few, often).similarity
        assert least <= calibration.similarity_for(many, often).similarity
        assert least <= calibration.similarity_for(few, rarely).similarity
        assert calibration.similarity_min <= least <= calibration.similarity_max


@given(PEOPLE, FPIR)
def test_unless_it_says_so_a_stranger_is_not_named_more_often_than_was_asked(people, fpir):
    for calibration in (DEFAULT_CALIBRATION, OPEN):
        asked = calibration.similarity_for(people, fpir)
        if not asked.capped:
            assert asked.fpir <= fpir * (1 + 1e-6)
        else:
            assert asked.similarity == calibration.similarity_max
        assert asked.fmr == calibration.fmr_at(asked.similarity)


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_a_higher_similarity_is_never_reached_by_more_strangers(one, other):
    one, other = sorted((one, other))
    assert OPEN.fmr_at(one) >= OPEN.fmr_at(other) > 0.0


def test_between_points_it_is_straight_in_the_logarithm():
    (first, low), (second, high), *_ = DEFAULT_CALIBRATION.points
    middle = DEFAULT_CALIBRATION.fmr_at((low + high) / 2)
    assert middle == pytest.approx((first * second) ** 0.5)
    one = OPEN.similarity_for(1, middle)
    assert one.similarity == pytest.approx((low + high) / 2)
    assert not one.extrapolated


def test_beyond_what_was_measured_the_answer_says_that_it_is_a_guess():
    rarest, highest = DEFAULT_CALIBRATION.points[-1]
    village = DEFAULT_CALIBRATION.similarity_for(2000, 0.01)
    assert village.extrapolated
    assert village.similarity == pytest.approx(highest + 0.1301, abs=1e-3)
    assert not DEFAULT_CALIBRATION.similarity_for(30, 0.01).extrapolated
    assert OPEN.fmr_at(highest + 0.1) == pytest.approx(rarest / 10)


def test_the_ceiling_is_said_and_what_it_costs_with_it():
    county = DEFAULT_CALIBRATION.similarity_for(1_000_000, 0.001)
    assert county.capped
    assert county.similarity == DEFAULT_CALIBRATION.similarity_max
    assert county.fpir > 0.001


def test_a_few_dozen_people_are_asked_for_the_floor():
    for people in (0, 1, 30, 300):
        assert DEFAULT_CALIBRATION.similarity_for(people, 0.01).similarity == 0.6


def test_nan_is_reached_by_everybody():
    assert DEFAULT_CALIBRATION.fmr_at(float("nan")) == 1.0


def test_the_floor_is_what_the_settings_begin_with():
    assert DEFAULT_CALIBRATION.similarity_min == DEFAULT_THRESHOLDS.similarity_min
    assert DEFAULT_CALIBRATION.margin_min == DEFAULT_THRESHOLDS.margin_min


@pytest.mark.parametrize(
    ("people", "fpir"),
    [(-1, 0.01), (10**7, 0.01), (30, 0.0), (30, 1.0), (30, -1.0), (30, float("nan"))],
)
def test_a_question_that_makes_no_sense_is_refused(people, fpir):
    with pytest.raises(Refused) as fault:
        DEFAULT_CALIBRATION.similarity_for(people, fpir)
    assert fault.value.code == "calibration.out_of_range"


@pytest.mark.parametrize(
    "change",
    [
        {"points": ()},
        {"points": ((1e-2, 0.3),)},
        {"points": ((1e-2, 0.3), (1e-3, 0.3))},
        {"points": ((1e-3, 0.3), (1e-2, 0.4))},
        {"points": ((1e-2, 0.3), (0.0, 0.4))},
        {"points": ((1e-2, 0.3), (1e-3, float("nan")))},
        {"points": ((float("nan"), 0.3), (1e-3, 0.4))},
        {"tail_per_decade": 0.0},
        {"tail_per_decade": float("nan")},
        {"similarity_min": float("nan")},
        {"similarity_max": 0.5},
        {"margin_min": -0.1},
        {"verify_min": 1.0},
        {"look_alike_min": float("inf")},
        {"same_face_min": float("nan")},
    ],
)
def test_a_calibration_that_makes_no_sense_is_refused(change):
    with pytest.raises(Refused) as fault:
        replace(DEFAULT_CALIBRATION, **change)
    assert fault.value.code == "calibration.unusable"
    assert isinstance(fault.value.facts["field"], str)


def test_a_clinic_of_two_thousand_in_figures():
    """What docs/thresholds.md says follows from the points."""
    told: dict[tuple[int, float], float] = {
        (people, fpir): round(DEFAULT_CALIBRATION.similarity_for(people, fpir).similarity, 3)
        for people in (30, 300, 2000)
        for fpir in (0.01, 0.003)
    }
    assert told == {
        (30, 0.01): 0.6,
        (30, 0.003): 0.6,
        (300, 0.01): 0.6,
        (300, 0.003): 0.65,
        (2000, 0.01): 0.68,
        (2000, 0.003): 0.732,
    }
    assert isinstance(DEFAULT_CALIBRATION, Calibration)
