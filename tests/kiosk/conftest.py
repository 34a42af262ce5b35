"""The pages around a stand-in desk: in process, and behind the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cheroot.wsgi import Server
from flask import Flask
from playwright.sync_api import Browser, Page

from kiosk_ui.app import create_app
from kiosk_ui.guard import LOOPBACK
from kiosk_ui.roles import COOKIE
from kiosk_ui.streams import stop_streams
from tests.kiosk.browsing import Drawing
from tests.kiosk.counter_views import Pictures, ShownDesk
from tests.kiosk.shown_duty import SIGNED_IN

_LOOKS_UP_S = 0.02
"""How soon the server sees that it is told to stop: each browser test waits for that."""

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What the browser adds to a tap on one of our own pages."""

Serving = Callable[[Flask, ShownDesk], str]

HERE: Any = {"name": COOKIE, "value": SIGNED_IN, "domain": "127.0.0.1", "path": "/"}
"""What makes a browser one at which somebody is signed in."""


@pytest.fixture
def desk() -> ShownDesk:
    return ShownDesk()


class Stand:
    """Where the desk of the running test stands, so that one app serves all tests.

    Most of a short test's time went into building its app, and the pages keep nothing
    from one answer to the next.
    """

    desk: ShownDesk

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)


@pytest.fixture(scope="session")
def stand() -> Stand:
    return Stand()


@pytest.fixture(scope="session")
def app_at_the_stand(stand: Any, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(stand, Pictures(), tmp_path_factory.mktemp("assets"))


@pytest.fixture
def app(app_at_the_stand: Flask, stand: Stand, desk: ShownDesk) -> Flask:
    stand.desk = desk
    return app_at_the_stand


@pytest.fixture
def client(app: Flask) -> Any:
    """A browser at which a doctor and technician is signed in."""
    signed_in = app.test_client()
    for name in LOOPBACK:
        signed_in.set_cookie(COOKIE, SIGNED_IN, domain=name)
    return signed_in


@pytest.fixture
def stranger(app: Flask) -> Any:
    """A browser at which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def assets(pulled: Path) -> Path:
    """The folder of htmx, fetched by the project's set-up."""
    return pulled / "assets"


@contextmanager
def served(app: Flask, desk: ShownDesk | None = None) -> Iterator[str]:
    """The app behind the server of the terminal, on a free port; yields its address."""
    server = Server(("127.0.0.1", 0), app, numthreads=10)
    server.expiration_interval = _LOOKS_UP_S
    server.prepare()
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        stop_streams(app)
        if desk is not None:
            desk.show()  # Wakes the streams, which then see that they are to end.
        server.stop()
        thread.join(timeout=10)
        app.extensions["stop"].clear()  # The app may be served again.


@pytest.fixture(scope="session")
def app_before_a_camera(stand: Any, pulled: Path) -> Flask:
    return create_app(stand, Drawing(stand), pulled / "assets")


@pytest.fixture
def address(app_before_a_camera: Flask, stand: Stand, desk: ShownDesk) -> Iterator[str]:
    """Where the pages are served, with a camera that shows a drawing."""
    stand.desk = desk
    with served(app_before_a_camera, desk) as at:
        yield at


@pytest.fixture
def serving() -> Iterator[Serving]:
    """Serves an app that is the test's own until its page is gone; tells where."""
    with ExitStack() as opened:
        yield lambda app, desk: opened.enter_context(served(app, desk))


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page; whatever it complains of in its console fails the test at the end."""
    for server in {"address", "serving"} & set(request.fixturenames):
        request.getfixturevalue(server)  # Serves until the page is gone, or it complains.
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([HERE])
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    # The browser itself notes every answer with 4xx, and every request that a test cut off.
    noted = ("status of 409", "net::ERR_FAILED")
    assert [c for c in complaints if not any(note in c for note in noted)] == []
