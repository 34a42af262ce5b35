"""Error rates from scores: worked by hand, and the laws they keep."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.biometric_rates import Scores, Share

scores = st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=60)


def test_a_score_at_the_threshold_is_accepted():
    point = Scores([0.5, 0.7], [0.5, 0.3]).at(0.5)
    assert (point.false_matches.errors, point.false_non_matches.errors) == (1, 0)


def test_the_threshold_at_a_false_match_rate_lets_through_so_many_and_no_more():
    impostor = [number / 100 for number in range(100)]
    point = Scores([0.2, 0.981, 0.985, 0.99], impostor).at_false_match_rate(0.01)
    assert point.false_matches == Share(1, 100)
    assert 0.98 < point.threshold <= 0.99
    assert point.false_non_matches == Share(1, 4)


def test_impostors_that_are_equal_stand_or_fall_together():
    point = Scores([0.9], [0.5] * 100).at_false_match_rate(0.01)
    assert point.false_matches == Share(0, 100)
    assert point.threshold > 0.5


def test_three_thousand_impostors_hold_three_at_one_in_a_thousand():
    assert Scores([2.0], range(-3000, 0)).at_false_match_rate(1e-3).false_matches == Share(3, 3000)


@pytest.mark.parametrize(
    ("genuine", "impostor", "rate"),
    [([0.9], [0.1] * 99, 1e-3), ([], [0.1] * 5000, 1e-3), ([0.9], [], 0.01), ([], [], 0.01)],
)
def test_a_rate_that_the_data_cannot_support_is_none(genuine, impostor, rate):
    assert Scores(genuine, impostor).at_false_match_rate(rate) is None


def test_the_lowest_rate_supported_is_that_of_one_impostor():
    lowest = Scores([0.9, 0.4], [0.1, 0.2, 0.3, 0.5]).lowest_supported()
    assert lowest.false_matches == Share(1, 4)
    assert lowest.false_non_matches == Share(0, 2)
    assert Scores([0.9], [0.1]).lowest_supported() is None


@pytest.mark.parametrize(
    ("genuine", "impostor", "rate"),
    [
        ([0.8, 0.9], [0.1, 0.2], 0.0),
        ([0.1, 0.2], [0.8, 0.9], 1.0),
        ([0.1, 0.6, 0.7, 0.8], [0.2, 0.3, 0.4, 0.65], 0.25),
        ([0.5], [0.5], 0.5),
        # While the first of four genuine is lost, one of five impostors is let in.
        ([0.3, 0.6, 0.7, 0.8], [0.1, 0.1, 0.2, 0.2, 0.65], 0.2),
    ],
)
def test_equal_error_rates_worked_by_hand(genuine, impostor, rate):
    assert Scores(genuine, impostor).equal_error_rate() == pytest.approx(rate)


def test_without_scores_of_both_kinds_there_is_no_equal_error_rate():
    assert Scores([0.5], []).equal_error_rate() is None
    assert Scores([], [0.5]).equal_error_rate() is None


def test_a_score_that_is_no_number_never_helps():
    spoilt = Scores([math.nan, 0.9], [math.nan, 0.1])
    assert spoilt.at(0.5).false_matches == Share(1, 2)
    assert spoilt.at(0.5).false_non_matches == Share(1, 2)


@given(scores, scores)
def test_along_the_curve_one_error_falls_and_the_other_rises(genuine, impostor):
    curve = Scores(genuine, impostor).trade_off()
    assert curve[0] == (1.0, 0.0)
    assert curve[-1] == (0.0, 1.0)
    for (match, non_match), (next_match, next_non_match) in pairwise(curve):
        assert next_match <= match
        assert next_non_match >= non_match


@given(scores, scores)
def test_turning_the_scores_round_and_exchanging_the_sides_changes_nothing(genuine, impostor):
    here = Scores(genuine, impostor).equal_error_rate()
    there = Scores([-s for s in impostor], [-s for s in genuine]).equal_error_rate()
    assert here == pytest.approx(there)


@given(scores, scores)
def test_the_equal_error_rate_lies_between_the_errors_where_they_cross(genuine, impostor):
    task = Scores(genuine, impostor)
    rate = task.equal_error_rate()
    before = max(non_match for match, non_match in task.trade_off() if non_match <= match)
    after = min(non_match for match, non_match in task.trade_off() if non_match >= match)
    low = min(before, max(match for match, non_match in task.trade_off() if non_match >= match))
    high = max(after, min(match for match, non_match in task.trade_off() if non_match <= match))
    assert low - 1e-12 <= rate <= high + 1e-12


@given(scores, st.lists(st.floats(-1.0, 1.0), min_size=200, max_size=400))
def test_a_stricter_rate_never_loses_fewer(genuine, impostor):
    task = Scores(genuine, impostor)
    loose, strict = (task.at_false_match_rate(rate) for rate in (0.1, 0.01))
    assert strict.threshold >= loose.threshold
    assert strict.false_matches.rate <= 0.01
    assert strict.false_non_matches.errors >= loose.false_non_matches.errors


@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    [
        (0, 400, 0.0, 0.0091797),  # The two-sided bound of none in four hundred.
        (1, 100, 0.0002531, 0.0544594),
        (5, 10, 0.1870860, 0.8129140),
        (10, 10, 0.6915029, 1.0),
        (32, 1000, 0.0219888, 0.0448759),
    ],
)
def test_the_bounds_are_those_of_clopper_and_pearson(errors, trials, low, high):
    assert Share(errors, trials).bounds() == pytest.approx((low, high), abs=2e-6)


def test_nothing_tried_has_neither_rate_nor_bounds():
    assert Share(0, 0).rate is None
    assert Share(0, 0).bounds() is None


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, min(n, 200)), st.just(n))))
def test_the_rate_lies_within_its_bounds(case):
    share = Share(*case)
    low, high = share.bounds()
    assert 0.0 <= low <= share.rate <= high <= 1.0
