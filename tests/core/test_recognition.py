"""Whose face it is, by several sets of weights, and where a name becomes a question."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.recognition import (
    Ambiguous,
    Candidate,
    Known,
    NotLive,
    Ranking,
    Sighting,
    Thresholds,
    Unknown,
    decide,
    decide_over,
    doubted,
)

AT = Thresholds(live_min=0.8, similarity_min=0.6, margin_min=0.1)
OLD_AT = Thresholds(live_min=0.8, similarity_min=0.3, margin_min=0.05)


def ranking(digest: str, *candidates: tuple[str, float]) -> Ranking:
    return Ranking(digest, len(candidates), tuple(Candidate(*each) for each in candidates))


def sighting(*rankings: Ranking, live_score: float = 0.95) -> Sighting:
    return Sighting(live_score, rankings, 5, 0.0)


def at(ranked: Ranking) -> Thresholds:
    return AT if ranked.model_digest == "new" else OLD_AT


def test_each_set_of_weights_is_decided_by_its_own_thresholds() -> None:
    seen = sighting(ranking("new", ("li", 0.4)), ranking("old", ("wang", 0.4), ("li", 0.1)))
    assert decide_over(seen, 0.8, at) == Known("wang", 0.4)
    assert decide_over(sighting(ranking("new", ("wang", 0.4))), 0.8, at) == Unknown()


def test_two_sets_of_weights_that_name_two_people_name_nobody() -> None:
    seen = sighting(ranking("new", ("li", 0.9)), ranking("old", ("wang", 0.9)))
    assert decide_over(seen, 0.8, at) == Ambiguous(("li", "wang"))


def test_a_doubt_of_one_set_of_weights_outweighs_a_name_of_the_other() -> None:
    twins = ranking("new", ("li", 0.9), ("wang", 0.88))
    assert decide_over(sighting(twins, ranking("old", ("li", 0.9))), 0.8, at) == Ambiguous(
        ("li", "wang")
    )


@pytest.mark.parametrize("live_score", [0.79, math.nan])
def test_nobody_is_named_who_is_not_alive_whatever_was_compared(live_score: float) -> None:
    seen = sighting(ranking("new", ("li", 0.99)), live_score=live_score)
    assert decide_over(seen, 0.8, at) == NotLive()
    assert decide(live_score, seen.candidates, AT) == NotLive()


def test_who_is_enrolled_nowhere_is_unknown_and_has_no_candidates() -> None:
    assert decide_over(sighting(), 0.8, at) == Unknown()
    assert sighting().candidates == ()


def test_a_name_with_a_look_alike_becomes_a_question_however_far_it_leads() -> None:
    alike = {"wang": frozenset({"li", "zhao"}), "li": frozenset({"wang"})}
    assert doubted(Known("wang", 0.99), alike) == Ambiguous(("wang", "li", "zhao"))
    assert doubted(Known("sun", 0.7), alike) == Known("sun", 0.7)
    assert doubted(Unknown(), alike) == Unknown()


def test_of_triplets_all_three_are_asked_about() -> None:
    alike = {"wang": frozenset({"li", "zhao"}), "li": frozenset({"wang", "zhao"})}
    assert doubted(Ambiguous(("wang", "li")), alike) == Ambiguous(("wang", "li", "zhao"))
    assert doubted(Ambiguous(("sun", "qian")), alike) == Ambiguous(("sun", "qian"))


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.floats(-1, 1) | st.just(math.nan)), max_size=6)
)
def test_whoever_is_named_is_near_enough_and_far_above_all_others(
    candidates: list[tuple[str, float]],
) -> None:
    found = decide(0.99, [Candidate(*each) for each in candidates], AT)
    if isinstance(found, Known):
        assert found.similarity >= AT.similarity_min
        others = [s for who, s in candidates if who != found.person_id and not math.isnan(s)]
        assert all(found.similarity - other >= AT.margin_min for other in others)
