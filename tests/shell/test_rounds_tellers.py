"""Who is told after the visits: one after the other, and none on a line that is bad."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.board import Counter
from terminal.core.faults import Uncertain
from terminal.rounds import Rounds
from terminal.store import Store
from tests.clinic import Clock


class Told:
    """Tells once when the line lets it, and counts how often it was asked to."""

    def __init__(self, *, stuck: bool = False) -> None:
        self.waiting, self.stuck, self.asked = True, stuck, 0

    def any_waiting(self) -> bool:
        return self.waiting

    def tell(self) -> None:
        self.asked += 1
        self.waiting = self.stuck


class Resumes:
    """A settlement with nothing to resume, or with somebody who does not answer."""

    def __init__(self, says: Uncertain | None = None) -> None:
        self.says = says

    def resume(self) -> None:
        if self.says is not None:
            raise self.says


def a_round(store: Store, clock: Clock, first: Told, then: Told, resumes: Resumes) -> Rounds:
    parts: Any = (resumes, None, first)
    rounds = Rounds(store, Counter(), *parts, clock, (then,))
    assert rounds.anything()
    rounds.go(lambda _: None)
    return rounds


def test_everybody_is_told_in_one_round(store: Store, clock: Clock) -> None:
    first, then = Told(), Told()
    assert not a_round(store, clock, first, then, Resumes()).anything()
    assert (first.asked, then.asked) == (1, 1)


def test_where_the_first_is_stuck_the_line_is_bad_for_the_next_too(
    store: Store, clock: Clock
) -> None:
    first, then = Told(stuck=True), Told()
    assert a_round(store, clock, first, then, Resumes()).anything()
    assert (first.asked, then.asked) == (1, 0)


def test_where_a_visit_is_not_answered_only_the_first_is_tried(store: Store, clock: Clock) -> None:
    """A stock move that is sent into silence would be unknown for ever."""
    first, then = Told(), Told()
    with pytest.raises(Uncertain):
        a_round(store, clock, first, then, Resumes(Uncertain("province.no_answer")))
    assert (first.asked, then.asked) == (1, 0)
