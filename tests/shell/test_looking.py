"""What the looking thread says and does, for what the eyes see; the eyes are a stand-in."""

from dataclasses import dataclass, field
from threading import Event

import pytest

from terminal.board import Counter
from terminal.core.recognition import Candidate, Hint, Sighting, Thresholds
from terminal.health import Health
from terminal.looking import Looking

AT = Thresholds(live_min=0.8, similarity_min=0.6, margin_min=0.1)
WANG = (Candidate("wang", 0.95), Candidate("li", 0.2))
TWINS = (Candidate("wang", 0.95), Candidate("li", 0.93))


@dataclass
class Frame:
    number: int
    seen_at_s: float = 0.0
    pixels: object = None


@dataclass
class State:
    code: str | None = None


class Camera:
    """A camera that gives a new picture whenever it is asked."""

    def __init__(self):
        self.number = 0
        self.code = None

    def frame(self):
        self.number += 1
        return Frame(self.number)

    def state(self):
        return State(self.code)

    def close(self):
        pass


class Eyes:
    """Eyes that see one thing after another, the last one for ever."""

    def __init__(self, *seen):
        self.seen = list(seen)

    def look(self, pixels, seen_at_s):
        return self.seen.pop(0) if len(self.seen) > 1 else self.seen[0]

    def describe(self, pixels):
        return Hint("face.none")

    def forget(self):
        pass


@dataclass
class Reception:
    counter: Counter
    greeted: list = field(default_factory=list)

    def recognised(self, known, live_score):
        self.greeted.append(known.person_id)
        self.counter.front = "visit-1"
        return "visit-1"


class Board:
    def __init__(self, counter):
        self.counter = counter
        self.hints = []

    def publish(self):
        self.hints.append(self.counter.hint)


@pytest.fixture
def look():
    """Lets the thread run on what the eyes see until something has come about."""
    running, pause = [], Event()

    def begin(*seen, until):
        counter = Counter()
        board, reception = Board(counter), Reception(counter)
        camera = Camera()
        looking = Looking(camera, Eyes(*seen), AT, reception, counter, board, Health())
        running.append(looking)
        looking.start()
        for _ in range(500):
            if until(reception, board):
                break
            pause.wait(0.02)
        return reception, board, counter

    yield begin
    for looking in running:
        looking.stop(5)


def live(candidates):
    return Sighting(0.99, tuple(candidates), 3, 0.0)


FLAT = Sighting(0.2, (), 3, 0.0)


def test_a_known_face_is_greeted_once(look):
    reception, _, _ = look(live(WANG), until=lambda reception, _: reception.greeted)
    assert reception.greeted == ["wang"]


@pytest.mark.parametrize(
    ("seen", "hint"),
    [
        (Hint("face.too_far"), "face.too_far"),
        (live(TWINS), "face.ambiguous"),
        (live(()), "face.unknown"),
        (FLAT, "face.not_live"),
    ],
)
def test_whoever_is_not_known_is_told_what_to_do(look, seen, hint):
    reception, board, _ = look(seen, until=lambda _, board: hint in board.hints)
    assert hint in board.hints
    assert not reception.greeted


def test_a_photograph_that_looks_alive_now_and_then_is_not_believed(look):
    moved_about = [FLAT, live(WANG), live(WANG), FLAT] * 200
    reception, _, _ = look(
        *moved_about, FLAT, until=lambda _, board: "face.not_live" in board.hints
    )
    assert not reception.greeted


def test_someone_who_looked_flat_for_a_moment_is_known_a_little_later(look):
    reception, _, _ = look(FLAT, live(WANG), until=lambda reception, _: reception.greeted)
    assert reception.greeted == ["wang"]
