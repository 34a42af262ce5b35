"""What the counter says and does for what the eyes see, sight by sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from terminal.board import Counter
from terminal.core.camera_checks import CameraClass
from terminal.core.people import Person
from terminal.core.recognition import Action, Asked, Hint, Known, Sighting
from terminal.greeting import Greeting
from terminal.hinting import CHALLENGE_HINTS
from terminal.lockout import Lockout, LockoutRule
from terminal.store import Store
from terminal.store.face_record import FaceOutcome
from tests.clinic import Clock
from tests.shell.sights import (
    ACTIONS,
    FAILED,
    NOBODY,
    TWINS,
    WANG,
    Eyes,
    Frame,
    Sight,
    alive,
    flat,
    gaze,
    with_challenge,
)

RULE = LockoutRule(3, timedelta(minutes=5), timedelta(minutes=5))


@dataclass
class Reception:
    """Opens visits for whoever is named."""

    store: Store
    counter: Counter
    clock: Clock
    greeted: list[tuple[str, ...]] = field(default_factory=list)

    def recognised(self, known: Known, _seen: Sighting) -> str:
        return self._open((known.person_id,))

    def doubted(self, people: tuple[str, ...], _seen: Sighting) -> str:
        return self._open(people)

    def _open(self, people: tuple[str, ...]) -> str:
        self.greeted.append(people)
        self.counter.front = f"visit-{len(self.greeted)}"
        self.store.visits.open(self.counter.front, "D1", self.clock())
        return self.counter.front


@dataclass
class Board:
    counter: Counter
    hints: list[str | None] = field(default_factory=list)

    def publish(self) -> None:
        self.hints.append(self.counter.hint)


class Scene:
    """A greeting with everything around it; a frame comes every so often."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        camera_class: CameraClass = CameraClass.ORDINARY,
        look_alikes: dict[str, frozenset[str]] | None = None,
        always: tuple[str, ...] = (),
    ) -> None:
        for number, person_id in enumerate(("wang", "li")):
            born = date(1950, 1, 1)
            store.people.keep(Person(person_id, f"P{number}", "某人", f"ID{number}", "1", born))
        self._store = store
        self._clock = clock
        self.now_s = 100.0
        self.counter = Counter()
        self.board = Board(self.counter)
        self.reception = Reception(store, self.counter, clock)
        self.eyes = Eyes()
        self.lockout = Lockout(store.face_record, RULE, clock)
        self.greeting = Greeting(
            gaze(store, clock, self.eyes, camera_class),
            self.lockout,
            self.reception,
            lambda: look_alikes or {},
            lambda person_id: person_id in always,
            self.counter,
            self.board,
        )

    def see(self, *seen: Sight, each_s: float = 0.3) -> None:
        for sight in seen:
            self.eyes.seen = [sight]
            self.now_s += each_s
            if self.greeting.wants():
                self.greeting.see(Frame(seen_at_s=self.now_s))

    def noted(self, outcome: FaceOutcome) -> int:
        since = self._clock() - timedelta(days=1)
        return len(self._store.face_record.times_of([outcome], since))


@pytest.fixture
def scene(store: Store, clock: Clock) -> Callable[..., Scene]:
    return lambda *given, **more: Scene(store, clock, *given, **more)


def test_a_known_face_is_greeted_once_and_it_is_written_down_by_which_camera(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.see(WANG)
    assert at.reception.greeted == [("wang",)]
    assert at.noted(FaceOutcome.KNOWN) == 1
    assert not at.greeting.wants()


@pytest.mark.parametrize(
    ("seen", "hint"),
    [(Hint("face.too_far"), "face.too_far"), (alive(), "face.unknown"), (flat(), "face.not_live")],
)
def test_whoever_is_not_known_is_told_what_to_do(
    scene: Callable[..., Scene], seen: Sight, hint: str
) -> None:
    at = scene()
    at.see(*[seen] * 8)
    assert at.counter.hint == hint
    assert not at.reception.greeted


def test_a_stranger_before_the_camera_is_written_down_once_not_once_a_frame(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.see(*[alive()] * 20, NOBODY, *[alive()] * 20)
    assert at.noted(FaceOutcome.UNKNOWN) == 2


@pytest.mark.parametrize(
    ("seen", "alike"),
    [(TWINS, {}), (WANG, {"wang": frozenset({"li"}), "li": frozenset({"wang"})})],
)
def test_two_who_look_alike_are_a_question_and_nobody_is_named(
    scene: Callable[..., Scene], seen: Sighting, alike: dict[str, frozenset[str]]
) -> None:
    at = scene(look_alikes=alike)
    at.see(seen)
    assert at.reception.greeted == [("wang", "li")]
    assert at.noted(FaceOutcome.DOUBTED) == 1
    assert at.noted(FaceOutcome.KNOWN) == 0


def test_a_photograph_that_looks_alive_now_and_then_is_not_believed(
    scene: Callable[..., Scene],
) -> None:
    recorded = scene(CameraClass.RECORDED)
    recorded.see(*[flat(), WANG, WANG, flat()] * 50)
    assert not recorded.reception.greeted
    assert "face.not_live" in recorded.board.hints
    assert recorded.eyes.asked == []


def test_a_lucky_first_look_is_not_believed(scene: Callable[..., Scene]) -> None:
    recorded = scene(CameraClass.RECORDED)
    lucky = alive(("wang", 0.95), live_score=0.85)
    recorded.see(*[lucky, lucky, flat(), flat(), flat(), *[NOBODY] * 10] * 20)
    assert not recorded.reception.greeted
    assert "face.hold_still" in recorded.board.hints


@pytest.mark.parametrize("between", ["face.tilted", "face.mouth_covered", "face.two"])
def test_two_lucky_looks_with_nothing_judged_between_are_not_a_second_alive(
    scene: Callable[..., Scene], between: str
) -> None:
    recorded = scene(CameraClass.RECORDED)
    lucky = alive(("wang", 0.95), live_score=0.85)
    recorded.see(*[lucky, *[Hint(between)] * 4, lucky, NOBODY] * 10)
    recorded.see(lucky, *[Hint(between)] * 4, *[lucky] * 3)
    assert not recorded.reception.greeted


def test_a_window_that_fills_again_does_not_break_a_second_alive(
    scene: Callable[..., Scene],
) -> None:
    recorded = scene(CameraClass.RECORDED)
    lucky = alive(("wang", 0.95), live_score=0.85)
    recorded.see(lucky, *[Hint("face.hold_still"), lucky] * 2)
    assert recorded.reception.greeted == [("wang",)]


def test_who_looks_alive_but_not_surely_is_known_a_little_later(
    scene: Callable[..., Scene],
) -> None:
    recorded = scene(CameraClass.RECORDED)
    lucky = alive(("wang", 0.95), live_score=0.85)
    recorded.see(lucky)
    assert recorded.counter.hint == "face.hold_still"
    recorded.see(*[lucky] * 4)
    assert recorded.reception.greeted == [("wang",)]


def test_a_photograph_before_a_camera_is_asked_for_what_it_cannot_do(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.see(*[flat(), WANG] * 5)
    assert not at.reception.greeted
    assert at.eyes.asked
    assert set(at.eyes.asked) == {ACTIONS}


def test_someone_who_looked_flat_for_a_moment_is_known_a_little_later(
    scene: Callable[..., Scene],
) -> None:
    recorded = scene(CameraClass.RECORDED)
    recorded.see(flat(), *[WANG] * 8)
    assert recorded.reception.greeted == [("wang",)]


def test_who_does_what_was_asked_is_believed_at_once(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.see(flat(0.6), WANG)
    assert at.eyes.asked == [ACTIONS]
    at.see(Asked(Action.TURN_LEFT, 1, 2, again=False), with_challenge(alive(("wang", 0.9))))
    assert at.reception.greeted == [("wang",)]


@pytest.mark.parametrize("action", Action)
def test_each_action_has_its_own_hint(scene: Callable[..., Scene], action: Action) -> None:
    at = scene()
    at.see(Asked(action, 1, 2, again=False))
    assert at.counter.hint == CHALLENGE_HINTS[action]


def test_time_that_ran_out_is_said_gently_before_it_begins_anew(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.see(Asked(Action.NOD, 1, 2, again=False))
    at.see(*[Asked(Action.TURN_LEFT, 1, 2, again=True)] * 12)
    assert at.board.hints[-2:] == ["challenge.again", "challenge.turn_left"]


def test_an_unsure_face_is_asked_and_a_plainly_flat_one_is_not(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.see(*[flat(0.3)] * 8)
    assert at.eyes.asked == []
    at.see(NOBODY, *[flat(0.6)] * 8)
    assert at.eyes.asked


def test_a_network_camera_compares_nobody_before_a_challenge(
    scene: Callable[..., Scene],
) -> None:
    at = scene(CameraClass.NETWORK)
    at.see(flat(0.99))  # Alive, and the eyes held the comparison back.
    assert at.eyes.asked == [ACTIONS]
    assert at.noted(FaceOutcome.NOT_LIVE) == 0


def test_a_second_picture_that_says_no_is_not_argued_with(scene: Callable[..., Scene]) -> None:
    at = scene(CameraClass.WITH_INFRARED)
    at.see(*[flat(0.99, second_score=0.1)] * 8)
    assert at.counter.hint == "face.not_live"
    assert at.eyes.asked == []


def test_a_second_camera_that_is_away_is_made_good_by_a_challenge(
    scene: Callable[..., Scene],
) -> None:
    at = scene(CameraClass.WITH_INFRARED)
    at.see(WANG)
    assert at.eyes.asked == [ACTIONS]
    assert not at.reception.greeted
    at.see(alive(("wang", 0.9), second_score=0.9))
    assert at.reception.greeted == [("wang",)]


def test_whoever_is_always_asked_is_asked_although_known(scene: Callable[..., Scene]) -> None:
    at = scene(always=("wang",))
    at.see(WANG)
    assert (at.reception.greeted, at.eyes.asked) == ([], [ACTIONS])
    at.see(with_challenge(WANG))
    assert at.reception.greeted == [("wang",)]


def test_a_failed_challenge_shows_the_other_ways_until_the_face_has_gone(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.see(FAILED)
    assert at.counter.hint == "challenge.failed"
    at.see(*[WANG] * 10)
    assert at.counter.hint == "face.other_ways"
    assert not at.reception.greeted
    at.see(NOBODY, WANG)
    assert at.reception.greeted == [("wang",)]


def test_repeated_failures_close_the_face_route_and_nothing_else(
    scene: Callable[..., Scene], clock: Clock
) -> None:
    at = scene()
    for _ in range(3):
        at.see(*[flat()] * 8, NOBODY)
    at.see(WANG)
    assert at.counter.hint == "face.locked"
    assert not at.reception.greeted
    clock.now += RULE.lasts
    at.now_s += 60.0
    at.see(WANG)
    assert at.reception.greeted == [("wang",)]


def test_one_photograph_held_up_for_long_is_one_failure(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.see(*[flat()] * 100)
    assert at.noted(FaceOutcome.NOT_LIVE) == 1
    assert at.lockout.until() is None


@pytest.mark.parametrize("covering", ["face.mouth_covered", "face.eye_covered"])
def test_who_wears_a_mask_is_shown_the_other_ways_and_not_asked_for_ever(
    scene: Callable[..., Scene], covering: str
) -> None:
    at = scene()
    at.see(*[Hint(covering)] * 3)
    assert at.counter.hint == covering
    at.see(*[Hint(covering)] * 12)
    assert at.counter.hint == "face.other_ways"


def test_a_virtual_camera_opens_no_visit_and_is_not_even_looked_through(
    scene: Callable[..., Scene],
) -> None:
    at = scene(CameraClass.VIRTUAL)
    at.see(WANG)
    assert at.counter.hint == "camera.virtual"
    assert at.eyes.claimed == []
    assert not at.reception.greeted


def test_a_stream_that_repeats_is_said_and_written_down(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.see(*[Hint("camera.repeats")] * 5)
    assert at.counter.hint == "camera.repeats"
    assert at.noted(FaceOutcome.STREAM_DOUBTED) == 1


def test_who_has_just_left_is_not_greeted_before_their_face_was_gone(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.counter.departed = "wang"
    at.see(WANG, replace(TWINS))
    assert at.counter.hint == "face.seen_before"
    assert not at.reception.greeted
    at.see(NOBODY, WANG)
    assert at.reception.greeted == [("wang",)]


def test_a_photograph_tilted_away_now_and_then_stays_doubtful(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    for _ in range(20):
        at.see(flat(), NOBODY, each_s=0.2)
    at.see(WANG)
    assert not at.reception.greeted
    assert at.eyes.asked == [ACTIONS]


def test_short_flat_approaches_are_failures_too_and_close_the_face_route(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    for _ in range(3):
        at.see(*[flat()] * 4, NOBODY, each_s=0.2)
    assert at.noted(FaceOutcome.NOT_LIVE) == 3
    assert at.lockout.until() is not None


def test_who_walks_by_looking_flat_once_is_no_failure(scene: Callable[..., Scene]) -> None:
    at = scene()
    for _ in range(10):
        at.see(flat(), NOBODY, each_s=0.2)
    assert at.noted(FaceOutcome.NOT_LIVE) == 0


def test_doubt_does_not_follow_people_who_come_later(scene: Callable[..., Scene]) -> None:
    at = scene()
    at.see(flat(), NOBODY)
    at.now_s += 40.0
    at.see(WANG)
    assert at.reception.greeted == [("wang",)]


def test_who_is_always_asked_is_asked_although_they_have_a_look_alike(
    scene: Callable[..., Scene],
) -> None:
    alike = {"wang": frozenset({"li"}), "li": frozenset({"wang"})}
    at = scene(look_alikes=alike, always=("li",))
    at.see(WANG)
    assert (at.reception.greeted, at.eyes.asked) == ([], [ACTIONS])
    at.see(with_challenge(WANG))
    assert at.reception.greeted == [("wang", "li")]


def test_of_two_people_nobody_is_meant_before_one_of_them_has_gone(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.see(Hint("face.two"), *[WANG] * 3, Hint("face.two"), *[WANG] * 4)
    assert (at.counter.hint, at.reception.greeted) == ("face.two", [])
    at.see(*[WANG] * 3)
    assert at.reception.greeted == [("wang",)]


def test_a_refusal_is_not_held_against_the_next_person_after_a_visit(
    scene: Callable[..., Scene],
) -> None:
    at = scene()
    at.see(FAILED)
    at.now_s += 60.0  # A visit by ID number: no picture was for the greeting.
    at.see(WANG)
    assert at.reception.greeted == [("wang",)]
