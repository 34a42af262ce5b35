"""Results handed back to whoever pushed a bill: signed, newest only, and to nobody else.

A real HTTP server listens, or nobody does; the rooms and the store are real.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from terminal.callbacks import Callbacks, CallMe, refuse_address
from terminal.core.faults import Refused
from terminal.pushed import Pushed
from tests.clinic import LI, WAIT_S, WANG
from tests.pushing import CLIENT, SECRET, Listener, bill, pushing, registered, service
from tests.rooms import Rooms

Open = Callable[..., Rooms]


@pytest.fixture
def listener() -> Iterator[Listener]:
    opened = Listener()
    yield opened
    opened.close()


@pytest.fixture
def here(rooms: Open) -> Rooms:
    return rooms()


@pytest.fixture
def pushed(here: Rooms) -> Pushed:
    return pushing(here)


class Said:
    """How the part is, as health would hear it."""

    def __init__(self) -> None:
        self.code: str | None = None

    def __call__(self, part: str, code: str | None) -> bool:
        assert part == "callback"
        self.code = code
        return True


def calling(here: Rooms, listener: Listener, **other: Any) -> Callbacks:
    return Callbacks(here.place, lambda _: CallMe(listener.url, SECRET), (), **other)


def taken(here: Rooms, pushed: Pushed) -> str:
    """A pushed bill in a visit whose amount stands on the screen."""
    pushed.door.push(CLIENT, bill())
    visit_id = here.traced(WANG)
    pushed.take(visit_id, CLIENT, "A-1")
    return visit_id


def test_a_settled_bill_is_told_once_signed_and_as_whoever_asks_is_told(
    here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    callbacks = calling(here, listener)
    visit_id = taken(here, pushed)
    callbacks.attend()
    assert listener.heard == []  # Nothing is decided yet.
    here.confirm(visit_id)
    callbacks.attend()
    callbacks.attend()
    ((signed, body),) = listener.heard
    at = int(here.clock().timestamp())
    right = hmac.new(SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    assert signed == f"t={at},v1={right}"
    told = json.loads(body)
    assert told["state"] == "settled"
    assert told["own_fen"] == pushed.door.result(CLIENT, "A-1").own.fen  # type: ignore[union-attr]
    assert WANG not in body


def test_what_was_told_and_proves_otherwise_is_told_again(
    here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    callbacks = calling(here, listener)
    visit_id = taken(here, pushed)
    here.confirm(visit_id)
    callbacks.attend()
    here.undoing.correct(visit_id, "发错药")
    callbacks.attend()
    anew = here.counter.front or ""
    here.judge_all(anew)
    here.confirm(anew)
    callbacks.attend()
    assert listener.states() == ["settled", "taken", "settled"]


def test_a_refused_bill_is_told(here: Rooms, pushed: Pushed, listener: Listener) -> None:
    callbacks = calling(here, listener)
    pushed.door.push(CLIENT, bill())
    pushed.refuse(CLIENT, "A-1", "not_here")
    callbacks.attend()
    callbacks.attend()
    assert listener.states() == ["refused"]


def test_only_the_newest_result_is_told_when_they_are_back(
    here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    callbacks = calling(here, listener)
    listener.status = 500
    visit_id = taken(here, pushed)
    here.confirm(visit_id)
    callbacks.attend()
    here.undoing.cancel(visit_id, "发错药")
    listener.status = 204
    here.clock.now += timedelta(minutes=1)
    callbacks.attend()
    here.clock.now += timedelta(hours=2)
    callbacks.attend()
    assert listener.states() == ["settled", "cancelled"]


def test_a_restart_forgets_nothing_that_is_to_be_told(
    rooms: Open, here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    here.confirm(taken(here, pushed))
    here.close()  # Before anybody looked.
    again = rooms()
    calling(again, listener).attend()
    assert listener.states() == ["settled"]


def test_whoever_does_not_answer_is_tried_less_and_less_and_given_up_after_a_day(
    here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    said = Said()
    callbacks = calling(here, listener, report=said)
    listener.status = 503
    here.confirm(taken(here, pushed))
    for _ in range(2 * 24 * 60):
        callbacks.attend()
        here.clock.now += timedelta(minutes=1)
    assert 20 < len(listener.heard) < 60
    assert said.code == "callback.given_up"
    listener.status = 200
    pushed.door.push(CLIENT, bill(number="A-2", lines=(service(),)))
    pushed.refuse(CLIENT, "A-2", "wrong")
    callbacks.attend()
    assert said.code is None


def test_one_that_is_away_holds_up_nobody_else(
    here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    registered(here, "another")
    where = {CLIENT: CallMe("http://127.0.0.1:1/", SECRET), "another": CallMe(listener.url, SECRET)}
    said = Said()
    callbacks = Callbacks(here.place, where.get, (), said)
    for client, number in ((CLIENT, "N-1"), (CLIENT, "N-2"), ("another", "N-1")):
        pushed.door.push(client, bill(number=number, lines=(service(),)))
    for shown in pushed.view():
        pushed.refuse(shown.client, shown.number, "wrong")
    callbacks.attend()
    assert listener.states() == ["refused"]
    assert len(here.store.callbacks.due(here.clock(), 9)) == 0


def test_no_redirect_is_followed(here: Rooms, pushed: Pushed, listener: Listener) -> None:
    elsewhere = Listener()
    try:
        listener.status, listener.location = 307, elsewhere.url
        here.confirm(taken(here, pushed))
        said = Said()
        calling(here, listener, report=said).attend()
        assert elsewhere.heard == []
        assert said.code == "callback.no_answer"
    finally:
        elsewhere.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://10.9.8.7/", "http://169.254.169.254/latest", "http://[::ffff:10.9.8.7]/",
        "http://2130706433/", "http://0177.0.0.1/", "http://127.0.0.1@10.9.8.7/",
        "http://localhost.example/", "http://record.example/", "ftp://127.0.0.1/",
        "file:///etc/passwd", "//127.0.0.1/", "http://127.0.0.1:99999/", "http:///", "",
        "http://0.0.0.0/", "http://127.0.0.1/#x", "http://甲/",
    ],
)  # fmt: skip
def test_no_other_machine_is_ever_called(url: str) -> None:
    with pytest.raises(Refused) as refused:
        refuse_address(url, ("192.168.1.20",))
    assert refused.value.code == "callback.address"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/a?b=1", "https://localhost/", "http://[::1]/", "https://192.168.1.20/x"],
)
def test_this_machine_and_the_named_ones_may_be_called(url: str) -> None:
    refuse_address(url, ("192.168.1.20",))


def test_an_address_that_is_no_longer_allowed_is_not_called(
    here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    said = Said()
    url = listener.url.replace("127.0.0.1", "10.9.8.7")
    pushed.door.push(CLIENT, bill())
    pushed.refuse(CLIENT, "A-1", "wrong")
    Callbacks(here.place, lambda _: CallMe(url, SECRET), (), said).attend()
    assert said.code == "callback.address"


def test_whoever_wants_no_calls_gets_none_and_nothing_waits(
    here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    callbacks = Callbacks(here.place, lambda _: None, ())
    here.confirm(taken(here, pushed))
    callbacks.attend()
    assert here.store.callbacks.due(here.clock(), 9) == []
    assert here.store.journal.recall("callbacks_seen") == {}  # Not a write for nobody.


def test_the_log_names_neither_person_nor_secret(
    here: Rooms, pushed: Pushed, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    listener.status = 500
    here.confirm(taken(here, pushed))
    calling(here, listener).attend()
    for told in (WANG, "王建国", SECRET, "8910111"):
        assert told not in caplog.text


def test_the_thread_calls_when_the_counter_changes_and_stops_when_told(
    here: Rooms, pushed: Pushed, listener: Listener
) -> None:
    callbacks = calling(here, listener)
    callbacks.start()
    pushed.door.push(CLIENT, bill(id_number=LI))
    pushed.refuse(CLIENT, "A-1", "twice")
    assert listener.told.wait(WAIT_S)
    callbacks.stop(WAIT_S)
    assert listener.states() == ["refused"]
