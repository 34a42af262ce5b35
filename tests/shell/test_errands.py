"""Errands: in order, one at a time, and nothing that goes wrong stops the next."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Queue

import pytest

from terminal.core.faults import Fault, Refused, Unavailable
from terminal.errands import Errands

WAIT_S = 60.0


class Heard:
    """What the errands told us."""

    def __init__(self) -> None:
        self.failed: list[tuple[str, str]] = []
        self.errands = Errands(self._note, lambda: None)

    def _note(self, name: str, fault: Fault) -> None:
        self.failed.append((name, fault.code))


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    yield heard
    heard.errands.stop(WAIT_S)


def test_errands_are_done_one_at_a_time_in_the_order_they_came(heard: Heard) -> None:
    done: list[int] = []
    for number in range(20):
        heard.errands.hand_over(f"e{number}", lambda number=number: done.append(number))
    heard.errands.start()
    assert heard.errands.rest(WAIT_S)
    assert done == list(range(20))


def test_an_errand_that_waits_already_is_replaced_in_its_place(heard: Heard) -> None:
    done: list[str] = []
    for name, what in [("price", "old"), ("other", "other"), ("price", "new")]:
        heard.errands.hand_over(name, lambda what=what: done.append(what))
    heard.errands.start()
    assert heard.errands.rest(WAIT_S)
    assert done == ["new", "other"]


def test_what_is_under_way_is_known_while_it_is(heard: Heard) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(WAIT_S)

    heard.errands.start()
    heard.errands.hand_over("slow", slow)
    assert begun.wait(WAIT_S)
    heard.errands.hand_over("next", lambda: None)
    assert heard.errands.under_way() == ("slow", "next")
    assert not heard.errands.rest(0.01)
    go_on.set()
    assert heard.errands.rest(WAIT_S)
    assert heard.errands.under_way() == ()


def test_a_fault_ends_its_errand_only(heard: Heard) -> None:
    done: list[str] = []

    def refuse() -> None:
        raise Refused("province.refused")

    heard.errands.hand_over("first", refuse)
    heard.errands.hand_over("second", lambda: done.append("second"))
    heard.errands.start()
    assert heard.errands.rest(WAIT_S)
    assert (heard.failed, done) == ([("first", "province.refused")], ["second"])


def test_a_mistake_of_ours_neither_stops_the_next_errand_nor_stays_busy(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracebacks: Queue[threading.ExceptHookArgs] = Queue()
    monkeypatch.setattr(threading, "excepthook", tracebacks.put)
    done: list[str] = []

    def broken() -> None:
        raise KeyError

    heard.errands.start()
    for number in range(3):
        heard.errands.hand_over("broken:v1", broken)
        heard.errands.hand_over(f"next{number}", lambda: done.append("next"))
        assert heard.errands.rest(WAIT_S)
    assert [tracebacks.get(timeout=WAIT_S).exc_type for _ in range(3)] == [KeyError] * 3
    assert done == ["next"] * 3
    assert heard.failed == [("broken:v1", "desk.broken")] * 3
    assert heard.errands.under_way() == ()


def test_a_queue_has_an_end(heard: Heard) -> None:
    for number in range(64):
        heard.errands.hand_over(f"e{number}", lambda: None)
    with pytest.raises(Unavailable) as away:
        heard.errands.hand_over("one too many", lambda: None)
    assert away.value.code == "desk.too_busy"
    heard.errands.hand_over("e5", lambda: None)  # Replacing is always possible.


def test_stopping_finishes_what_is_in_hand_and_drops_the_rest(heard: Heard) -> None:
    done: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(WAIT_S)
        done.append("slow")

    heard.errands.start()
    heard.errands.hand_over("slow", slow)
    assert begun.wait(WAIT_S)
    heard.errands.hand_over("next", lambda: done.append("next"))
    stopper = threading.Thread(target=heard.errands.stop, args=(WAIT_S,))
    stopper.start()
    while heard.errands.under_way() != ("slow",):
        assert stopper.is_alive()
    go_on.set()
    stopper.join(WAIT_S)
    assert done == ["slow"]


def test_what_was_never_started_can_be_stopped() -> None:
    Heard().errands.stop(WAIT_S)
