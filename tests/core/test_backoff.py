"""Pauses that grow, stay within their bounds, and do not meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.backoff import pause_s

DICE = st.floats(0.0, 1.0)


@given(st.integers(0, 10**6), st.floats(0.05, 3600), st.floats(1.0, 1000), DICE)
def test_a_pause_is_never_shorter_nor_longer_than_it_may_be(failures, every_s, times, dice):
    most_s = every_s * times
    pause = pause_s(failures, every_s, most_s, dice)
    assert every_s * 0.75 <= pause <= most_s


@given(st.integers(0, 30), DICE)
def test_a_pause_lies_within_a_quarter_of_the_doubled_one(failures, dice):
    pause = pause_s(failures, 30.0, 1e12, dice)
    assert 0.7499 <= pause / (30.0 * 2**failures) <= 1.2501


@given(st.integers(0, 60), DICE)
def test_one_more_failure_never_shortens_the_pause(failures, dice):
    assert pause_s(failures, 30.0, 600.0, dice) <= pause_s(failures + 1, 30.0, 600.0, dice)


@pytest.mark.parametrize("failures", [0, 3, 40])
def test_two_clinics_do_not_ask_at_the_same_moment(failures):
    """Not at the longest pause either, where a cut-off jitter would make them meet."""
    pauses = {round(pause_s(failures, 30.0, 600.0, dice / 100), 6) for dice in range(101)}
    assert len(pauses) == 101


def test_all_is_well_again_at_the_first_answer():
    assert pause_s(0, 30.0, 600.0, 0.5) == 30.0
