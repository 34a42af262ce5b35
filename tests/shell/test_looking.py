"""Who gets the camera's pictures, and what is said when there are none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event

import pytest

from terminal.core.faults import Refused
from terminal.health import Health
from terminal.looking import Looking
from terminal.store import Store
from tests.shell.conftest import Clock
from tests.shell.sights import NOBODY, WANG, Eyes, Frame, gaze


@dataclass
class State:
    code: str | None = None


@dataclass
class Camera:
    """Give a new picture whenever asked, or none."""

    number: int = 0
    code: str | None = None

    def frame(self) -> Frame | None:
        if self.code is not None:
            return None
        self.number += 1
        return Frame(self.number)

    def state(self) -> State:
        return State(self.code)

    def close(self) -> None: ...


@dataclass
class Looker:
    """Want some pictures, then none."""

    wanted: int
    fault: Exception | None = None
    wanting: Refused | None = None
    seen: list[int] = field(default_factory=list)

    def wants(self) -> bool:
        if self.wanting is not None:
            fault, self.wanting = self.wanting, None
            raise fault
        return len(self.seen) < self.wanted

    def see(self, frame: Frame) -> None:
        self.seen.append(frame.number)
        if self.fault is not None:
            raise self.fault


@dataclass
class Board:
    published: int = 0

    def publish(self) -> None:
        self.published += 1


@dataclass
class Room:
    lookers: tuple[Looker, ...]
    camera: Camera = field(default_factory=Camera)
    board: Board = field(default_factory=Board)
    health: Health = field(default_factory=Health)
    forgot: list[int] = field(default_factory=list)
    empty: bool = False


Begin = Callable[..., Room]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Lets the thread run until something has come about."""
    running: list[Looking] = []
    pause = Event()

    def start(room: Room, until: Callable[[], bool]) -> Room:
        looking = Looking(
            room.camera,
            room.lookers,
            lambda: room.forgot.append(room.camera.number),
            room.board,
            room.health,
            lambda: room.empty,
        )
        running.append(looking)
        looking.start()
        for _ in range(500):
            if until():
                break
            pause.wait(0.01)
        assert until()
        return room

    yield start
    for looking in running:
        looking.stop(60)
    for each in threading.enumerate():  # One that broke still has its mistake to report.
        if each.name == "looking":
            each.join(60)


def test_whoever_stands_first_sees_first_and_the_next_one_after(begin: Begin) -> None:
    first, second = Looker(3), Looker(2)
    begin(Room((first, second)), lambda: len(second.seen) == 2)
    assert len(first.seen) == 3
    assert max(first.seen) < min(second.seen)


def test_nobody_sees_the_same_picture_twice(begin: Begin) -> None:
    looker = Looker(20)
    begin(Room((looker,)), lambda: len(looker.seen) == 20)
    assert len(set(looker.seen)) == 20


def test_an_empty_room_is_looked_at_at_most_five_times_a_second(begin: Begin) -> None:
    looker = Looker(4)
    began_s = time.monotonic()
    begin(Room((looker,), empty=True), lambda: len(looker.seen) == 4)
    assert time.monotonic() - began_s >= 3 * 0.2


def test_a_room_is_empty_two_seconds_after_the_last_face_and_not_for_the_next_who_looks(
    store: Store, clock: Clock
) -> None:
    eyes = Eyes([NOBODY, NOBODY, NOBODY, WANG, NOBODY, NOBODY])
    looks = gaze(store, clock, eyes)
    told = []
    for second in (10.0, 11.9, 12.0, 12.1, 14.0, 14.1):
        looks.look(Frame(seen_at_s=second))
        told.append(looks.nobody())
    assert told == [False, False, True, False, False, True]
    looks.forget()
    assert not looks.nobody()


def test_the_eyes_start_anew_for_each_who_looks_and_when_nobody_does(begin: Begin) -> None:
    first, second = Looker(2), Looker(2)
    room = Room((first, second))
    begin(room, lambda: len(room.forgot) >= 3)
    assert room.forgot[0] < first.seen[0] < room.forgot[1] < second.seen[0]


def test_a_camera_that_is_away_is_said_once(begin: Begin) -> None:
    room = Room((Looker(1),), Camera(code="camera.lost"))
    begin(room, lambda: room.health.away() == {"camera": "camera.lost"})
    assert room.board.published == 1


def test_a_fault_of_the_eyes_is_said_and_the_next_picture_is_looked_at(begin: Begin) -> None:
    looker = Looker(2, Refused("weights.not_finite"))
    room = Room((looker,))
    begin(room, lambda: len(looker.seen) == 2 and bool(room.health.away()))
    assert room.health.away() == {"eyes": "weights.not_finite"}
    assert room.board.published == 1


def test_a_fault_of_whoever_may_want_a_picture_stops_nobody(begin: Begin) -> None:
    looker = Looker(2, wanting=Refused("store.damaged"))
    begin(Room((looker,)), lambda: len(looker.seen) == 2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_of_ours_is_said_and_looking_goes_on(begin: Begin) -> None:
    looker = Looker(2, KeyError("nobody foresaw this"))
    room = Room((looker,))
    begin(room, lambda: len(looker.seen) == 2)
    assert room.board.published >= 1
