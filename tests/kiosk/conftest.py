"""The pages around a stand-in desk: in process, and behind the real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cheroot.wsgi import Server
from flask import Flask

from kiosk_ui.app import create_app
from kiosk_ui.streams import stop_streams
from tests.kiosk.counter_views import Pictures, ShownDesk

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What the browser adds to a tap on one of our own pages."""


@pytest.fixture
def desk() -> ShownDesk:
    return ShownDesk()


@pytest.fixture
def app(desk: ShownDesk, tmp_path: Path) -> Flask:
    return create_app(desk, Pictures(), tmp_path)


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()


@pytest.fixture
def assets(pulled: Path) -> Path:
    """The folder of htmx, fetched by the project's set-up."""
    return pulled / "assets"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app behind the server of the terminal, on a free port; yields its address."""
    server = Server(("127.0.0.1", 0), app, numthreads=10)
    server.prepare()
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        stop_streams(app)
        server.stop()
        thread.join(timeout=10)
