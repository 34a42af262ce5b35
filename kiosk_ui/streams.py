"""The two answers that go on: change events, and the camera's picture.

Each holds a thread of the server while it lasts. So there are few of them, a new one
ends the oldest, and none outlives its limit, the page that asked, or the terminal.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from threading import Event, Lock
from time import monotonic
from typing import cast

from flask import Blueprint, Flask, Response, current_app
from flask.typing import ResponseReturnValue

from kiosk_ui.desk import Desk, Preview
from terminal.core.faults import Fault

EVENT_STREAMS_MAX = 6
"""Two screens, a technician, and as many again that the server has not yet seen leave."""

PREVIEW_STREAMS_MAX = 3
"""One screen shows the camera; a reload may leave another behind for a moment."""

HEARTBEAT_S = 10.0
"""A page that has gone is noticed when the next heartbeat cannot be sent; one whose redrawing
failed hears the number again, and asks once more."""

STOP_CHECK_S = 1.0
"""How long a stop may wait for a quiet stream to look up."""

EVENTS_LIFE_S = 300.0
"""A stream ends after this and the page asks again, so that none is held for ever."""

PREVIEW_LIFE_S = 330.0
"""Longer than the events': the page restarts the picture when its events restart."""

RETRY_MS = 1000
"""How long a page waits before it asks for its events again."""

_BOUNDARY = "frame"


class Seats:
    """A bounded number of streams; who comes when all are taken ends the oldest."""

    def __init__(self, seats_max: int, stop: Event) -> None:
        self._seats_max = seats_max
        self._stop = stop
        self._taken: deque[Event] = deque()
        self._lock = Lock()

    @contextmanager
    def taken(self) -> Iterator[Seat]:
        """Sit down until the block is left."""
        ended = Event()
        with self._lock:
            while len(self._taken) >= self._seats_max:
                self._taken.popleft().set()
            self._taken.append(ended)
        try:
            yield Seat(ended, self._stop)
        finally:
            with self._lock:
                if ended in self._taken:
                    self._taken.remove(ended)


class Seat:
    """One stream's place."""

    def __init__(self, ended: Event, stop: Event) -> None:
        self._ended = ended
        self._stop = stop

    @property
    def kept(self) -> bool:
        """Whether the stream may go on."""
        return not (self._ended.is_set() or self._stop.is_set())


def stop_streams(app: Flask) -> None:
    """Let every stream of this app end; each does within STOP_CHECK_S or one frame."""
    cast("Event", app.extensions["stop"]).set()


def stream_pages(desk: Desk, preview: Preview, stop: Event) -> Blueprint:
    """`/events` and `/preview.mjpg`."""
    pages = Blueprint("streams", __name__)
    event_seats = Seats(EVENT_STREAMS_MAX, stop)
    preview_seats = Seats(PREVIEW_STREAMS_MAX, stop)

    @pages.get("/events")
    def events() -> ResponseReturnValue:
        return Response(_events(desk, event_seats), mimetype="text/event-stream")

    @pages.get("/preview.mjpg")
    def picture() -> ResponseReturnValue:
        try:
            frames = preview.frames()
            first = next(frames)
        except (Fault, StopIteration):
            return current_app.send_static_file("no-camera.svg")
        return Response(
            _parts(chain([first], frames), preview_seats),
            mimetype=f"multipart/x-mixed-replace; boundary={_BOUNDARY}",
        )

    return pages


def _events(desk: Desk, seats: Seats) -> Iterator[str]:
    """The number of the view now, then of each that follows."""
    with seats.taken() as seat:
        until = monotonic() + EVENTS_LIFE_S
        number = desk.view().number
        yield f"retry: {RETRY_MS}\ndata: {number}\n\n"
        said_at = monotonic()
        while seat.kept and monotonic() < until:
            now = desk.wait_for_change(number, STOP_CHECK_S).number
            if not seat.kept:
                return  # Woken to end: whoever heard of a change now would ask in vain.
            if now != number:
                number, said_at = now, monotonic()
                yield f"data: {number}\n\n"
            elif monotonic() - said_at >= HEARTBEAT_S:
                said_at = monotonic()
                yield f"data: {number}\n\n"  # Whoever could not draw it asks once more.


def _parts(pictures: Iterator[bytes], seats: Seats) -> Iterator[bytes]:
    """Each picture as a part; a camera that goes away ends the stream, not the terminal."""
    with seats.taken() as seat:
        until = monotonic() + PREVIEW_LIFE_S
        try:
            for jpeg in pictures:
                if not seat.kept or monotonic() >= until:
                    return
                yield (
                    (
                        f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\n"
                        f"Content-Length: {len(jpeg)}\r\n\r\n"
                    ).encode()
                    + jpeg
                    + b"\r\n"
                )
        except Fault:
            return
