from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest

from kiosk_ui.app import create_app
from kiosk_ui.streams import EVENT_STREAMS_MAX, PREVIEW_STREAMS_MAX, stop_streams
from terminal.core.faults import Unavailable
from tests.kiosk.conftest import served
from tests.kiosk.counter_views import Pictures, ShownDesk

BOUND_S = 60.0
"""Longer than any wait here can be on a slow machine; reached only by a failure."""


def _open(address: str, path: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=BOUND_S)
    connection.request("GET", path)
    return connection, connection.getresponse()


def _numbers(answer: http.client.HTTPResponse) -> Iterator[int]:
    while line := answer.readline():
        if line.startswith(b"data: "):
            yield int(line.removeprefix(b"data: "))


def _until(holds: Callable[[], bool]) -> bool:
    end = monotonic() + BOUND_S
    while not holds() and monotonic() < end:
        sleep(0.02)
    return holds()


def _ends(answer: http.client.HTTPResponse) -> bool:
    """Whether the stream ends within the bound; its heartbeats keep the socket awake."""
    end = monotonic() + BOUND_S
    while monotonic() < end:
        if not answer.readline():
            return True
    return False


class Watching:
    """A camera that goes on until nobody watches, and counts who does."""

    def __init__(self) -> None:
        self.watched = 0
        self.stop = threading.Event()

    def frames(self) -> Iterator[bytes]:
        self.watched += 1
        try:
            while not self.stop.wait(0.02):
                yield b"\xff\xd8 a picture \xff\xd9"
        finally:
            self.watched -= 1


def test_a_change_of_the_view_reaches_a_page_as_its_number(tmp_path: Path) -> None:
    desk = ShownDesk()
    with served(create_app(desk, Pictures(), tmp_path)) as address:
        connection, answer = _open(address, "/events")
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        numbers = _numbers(answer)
        assert next(numbers) == 1
        desk.show(hint="face.too_far")
        assert next(numbers) == 2
        desk.show(hint=None)
        assert next(numbers) == 3
        answer.close()
        connection.close()


def test_every_stream_ends_when_the_app_is_told_to_stop(tmp_path: Path) -> None:
    app = create_app(ShownDesk(), Watching(), tmp_path)
    with served(app) as address:
        events, event_answer = _open(address, "/events")
        preview, preview_answer = _open(address, "/preview.mjpg")
        stop_streams(app)
        assert _ends(event_answer)
        assert _ends(preview_answer)
        for thing in (event_answer, preview_answer, events, preview):
            thing.close()


def test_a_stream_too_many_ends_the_oldest(tmp_path: Path) -> None:
    with served(create_app(ShownDesk(), Pictures(), tmp_path)) as address:
        streams = [_open(address, "/events") for _ in range(EVENT_STREAMS_MAX + 1)]
        newest = _numbers(streams[-1][1])
        assert next(newest) == 1
        assert _ends(streams[0][1])
        for connection, answer in streams:
            answer.close()
            connection.close()


def test_pictures_arrive_as_parts_until_the_page_goes(tmp_path: Path) -> None:
    camera = Watching()
    with served(create_app(ShownDesk(), camera, tmp_path)) as address:
        connection, answer = _open(address, "/preview.mjpg")
        assert answer.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=frame"
        assert answer.readline() == b"--frame\r\n"
        assert answer.readline() == b"Content-Type: image/jpeg\r\n"
        assert camera.watched == 1
        answer.close()
        connection.close()
        assert _until(lambda: camera.watched == 0)


def test_more_windows_than_places_do_not_hold_the_camera(tmp_path: Path) -> None:
    camera = Watching()
    with served(create_app(ShownDesk(), camera, tmp_path)) as address:
        streams = [_open(address, "/preview.mjpg") for _ in range(PREVIEW_STREAMS_MAX + 1)]
        assert _until(lambda: camera.watched == PREVIEW_STREAMS_MAX)
        for connection, answer in streams:
            answer.close()
            connection.close()
        assert _until(lambda: camera.watched == 0)


class Lost:
    def frames(self) -> Iterator[bytes]:
        yield b"one picture"
        raise Unavailable("camera.lost")


class NeverOpened:
    def frames(self) -> Iterator[bytes]:
        raise Unavailable("camera.not_found")


def test_a_camera_that_is_lost_ends_its_picture_and_nothing_else(tmp_path: Path) -> None:
    client = create_app(ShownDesk(), Lost(), tmp_path).test_client()
    with client.get("/preview.mjpg") as answer:
        assert answer.data.count(b"--frame") == 1


@pytest.mark.parametrize("preview", [Pictures(), NeverOpened()])
def test_without_a_camera_a_drawing_stands_in_its_place(tmp_path: Path, preview: Pictures) -> None:
    client = create_app(ShownDesk(), preview, tmp_path).test_client()
    with client.get("/preview.mjpg") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "image/svg+xml"
