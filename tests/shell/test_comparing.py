"""A face held against one claimed person: a word to the doctor, and nobody is searched for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from terminal.board import Comparison, Counter
from terminal.comparing import Comparing
from terminal.core.camera_checks import CameraClass
from terminal.core.people import Person
from terminal.core.recognition import Action, Asked, Challenged, Hint, Sighting
from terminal.lockout import Lockout, LockoutRule
from terminal.store import Store
from terminal.store.face_record import FaceOutcome
from tests.clinic import Clock
from tests.shell.sights import (
    ACTIONS,
    FAILED,
    PASSED,
    Eyes,
    Frame,
    Sight,
    alive,
    flat,
    gaze,
    with_challenge,
)

RULE = LockoutRule(3, timedelta(minutes=5), timedelta(minutes=5))
AGREES, DISAGREES = alive(("wang", 0.5)), alive(("wang", 0.2))


class Silent:
    def publish(self) -> None: ...


class Scene:
    """Wang gave an ID number, and a face stands before the camera."""

    def __init__(self, store: Store, clock: Clock, camera_class: CameraClass) -> None:
        store.people.keep(Person("wang", "P1", "某人", "ID1", "1", date(1950, 1, 1)))
        store.visits.open("visit", "D1", clock())
        self.store, self.clock, self.eyes = store, clock, Eyes()
        self.counter = Counter(front="visit")
        self.comparing = Comparing(
            gaze(store, clock, self.eyes, camera_class),
            Lockout(store.face_record, RULE, clock),
            store,
            self.counter,
            Silent(),
        )

    def asked(self, *, challenge: bool = False, for_s: float = 60.0) -> None:
        until_s = time.monotonic() + for_s
        self.counter.comparison = Comparison("visit", "wang", until_s, challenge)

    def see(self, *seen: Sight) -> None:
        for sight in seen:
            self.eyes.seen = [sight]
            if self.comparing.wants():
                self.comparing.see(Frame())

    @property
    def agrees(self) -> bool | None:
        return self.store.visits.visit("visit").face_agrees

    def noted(self, outcome: FaceOutcome) -> int:
        return len(self.store.face_record.times_of([outcome], self.clock() - timedelta(days=1)))


@pytest.fixture
def scene(store: Store, clock: Clock) -> Callable[..., Scene]:
    return lambda camera_class=CameraClass.ORDINARY: Scene(store, clock, camera_class)


def test_only_the_claimed_person_is_compared_and_the_doctor_is_told(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.asked()
    at.see(Hint("face.hold_still"), AGREES)
    assert set(at.eyes.claimed) == {"wang"}
    assert at.agrees is True
    assert at.noted(FaceOutcome.AGREES) == 1
    assert not at.comparing.wants()
    assert at.counter.hint is None


def test_whom_no_weights_here_can_compare_is_accused_of_nothing(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.asked()
    at.see(*[alive()] * 10)
    assert at.agrees is None
    assert at.counter.comparison is None
    assert at.noted(FaceOutcome.DISAGREES) == 0


def test_a_face_that_nobody_asks_about_any_more_says_nothing_of_the_visit(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.asked(challenge=True)

    class TakenBack(Eyes):
        def look(self, *_: object, **__: object) -> Sighting:
            at.counter.comparison = None  # The person is here themselves, the doctor said.
            return alive(("wang", 0.95), challenged=PASSED)

    at.comparing = Comparing(
        gaze(at.store, at.clock, TakenBack(), CameraClass.ORDINARY),
        Lockout(at.store.face_record, RULE, at.clock),
        at.store,
        at.counter,
        Silent(),
    )
    at.comparing.see(Frame())
    visit = at.store.visits.visit("visit")
    assert (visit.face_agrees, visit.challenged) == (None, Challenged.NOT_ASKED)


def test_one_sighting_of_a_passer_by_accuses_nobody(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.asked()
    at.see(DISAGREES, DISAGREES, AGREES)
    assert at.agrees is True


def test_a_face_that_keeps_saying_no_is_a_warning(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.asked()
    at.see(*[DISAGREES] * 10)
    assert at.agrees is False
    assert at.noted(FaceOutcome.DISAGREES) == 1


@pytest.mark.parametrize(
    "seen", [flat(), flat(0.6), Hint("face.none"), alive(("wang", float("nan")))]
)
def test_what_is_not_alive_says_nothing_either_way(
    scene: Callable[..., Scene], seen: Sight
) -> None:
    at = scene()
    at.asked()
    at.see(*[seen] * 3)
    assert at.agrees is None


def test_for_a_large_amount_the_same_person_is_asked_for_a_challenge(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.asked(challenge=True)
    at.see(AGREES)
    assert (at.eyes.asked, at.agrees) == ([ACTIONS], None)
    at.see(Asked(Action.NOD, 1, 1, again=False))
    assert at.counter.hint == "challenge.nod"
    at.see(with_challenge(alive(("wang", 0.9))))
    assert at.store.visits.visit("visit").challenged is PASSED


def test_for_money_a_face_must_be_as_alike_as_in_a_search(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.asked(challenge=True)
    at.see(*[with_challenge(AGREES)] * 10)  # Enough beside a card: 0.5 of 0.45.
    assert at.store.visits.visit("visit").challenged is Challenged.NOT_ASKED
    assert at.agrees is False


def test_a_flat_face_in_place_of_the_claimed_one_counts_as_at_the_door(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.asked()
    at.see(*[flat()] * 30)
    assert at.noted(FaceOutcome.NOT_LIVE) == 1


def test_where_nobody_can_be_challenged_the_other_ways_are_shown_at_once(
    scene: Callable[..., Scene],
) -> None:
    at = scene(CameraClass.RECORDED)
    at.asked(challenge=True)
    at.see(AGREES)
    assert (at.counter.comparison, at.counter.hint) == (None, "challenge.failed")
    assert at.eyes.claimed == []


def test_a_challenge_nobody_came_to_shows_the_other_ways(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.asked(challenge=True, for_s=-1.0)
    assert not at.comparing.wants()
    assert at.counter.hint == "challenge.failed"


def test_a_closed_face_route_is_said_and_not_waited_for(scene: Callable[..., Scene]) -> None:
    at = scene()
    for _ in range(3):
        at.asked(challenge=True)
        at.see(FAILED)
    at.asked(challenge=True)
    assert not at.comparing.wants()
    assert (at.counter.comparison, at.counter.hint) == (None, "challenge.failed")


def test_what_was_seen_for_one_person_counts_for_no_other(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.asked()
    at.see(DISAGREES)
    before = at.eyes.forgot
    at.asked()
    at.see(DISAGREES)
    assert at.eyes.forgot == before + 1


def test_somebody_else_who_passes_the_challenge_gives_no_assurance(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.asked(challenge=True)
    at.see(*[with_challenge(DISAGREES)] * 10)
    assert at.agrees is False
    assert at.store.visits.visit("visit").challenged is Challenged.NOT_ASKED


def test_a_failed_challenge_ends_it_counts_and_is_said(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.asked(challenge=True)
    at.see(FAILED)
    assert at.counter.comparison is None
    assert at.counter.hint == "challenge.failed"
    assert at.noted(FaceOutcome.CHALLENGE_FAILED) == 1


@pytest.mark.parametrize("seen", [AGREES, replace(AGREES, second_score=0.9)])
def test_a_network_camera_is_asked_before_it_is_believed(
    scene: Callable[..., Scene], seen: Sighting
) -> None:
    at = scene(CameraClass.NETWORK)
    at.asked()
    at.see(flat(0.99))
    assert at.eyes.asked == [ACTIONS]
    at.see(with_challenge(seen))
    assert at.agrees is True


def test_nobody_is_waited_for_for_ever(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.asked(for_s=-1.0)
    assert not at.comparing.wants()
    assert at.counter.comparison is None


def test_a_comparison_for_a_visit_that_has_gone_looks_at_nobody(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.asked()
    at.counter.front = "another visit"
    assert not at.comparing.wants()
