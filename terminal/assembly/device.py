"""A whole terminal, built from its settings and joined to its devices."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from cheroot import wsgi

from drivers.camera import Camera
from drivers.scanner import Scanner
from kiosk_ui.app import create_app
from kiosk_ui.streams import stop_streams
from terminal import clock
from terminal.assembly.parts import (
    ASSETS,
    clinic,
    open_catalogue,
    open_faces,
    refuse_missing,
    rules,
)
from terminal.core.faults import Unavailable
from terminal.core.money import Money
from terminal.core.recognition import Thresholds
from terminal.desk import Desk
from terminal.enrolment import Enrolment
from terminal.health import Health
from terminal.listening import Listening
from terminal.looking import Looking
from terminal.province.client import Client, Line
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.settings import Settings
from terminal.showing import Sign
from terminal.store import Store
from terminal.vault import database_key

_WEB_THREADS = 24
"""Each open page holds two (events and preview); the rest answer taps."""

_STOP_S = 5.0


class CameraPreview:
    """The camera's pictures for the resident's screen."""

    def __init__(self, camera: Camera, per_s: float = 15.0) -> None:
        self._camera = camera
        self._period_s = 1.0 / per_s

    def frames(self) -> Iterator[bytes]:
        """JPEG pictures, paced. Ends when the camera shows nothing for a while."""
        last: bytes | None = None
        missed = 0
        while missed < 10 / self._period_s:
            jpeg = self._camera.jpeg()
            if jpeg is None or jpeg is last:
                missed += 1
            else:
                missed, last = 0, jpeg
                yield jpeg
            time.sleep(self._period_s)


class Device:
    """The terminal of one clinic. Build, `start`, `stop`; in between it serves itself."""

    def __init__(self, settings: Settings) -> None:
        """Open the store, the networks and the screens. Raises what their doors raise."""
        refuse_missing(settings)
        self.settings = settings
        self.health = Health()
        folder = settings.data_dir
        self.store = Store(folder / "terminal.db", database_key(folder / "keys"))
        try:
            self._build()
        except BaseException:
            self.store.close()
            raise

    def _build(self) -> None:
        settings = self.settings
        line = Line(
            url=settings.province_url,
            by_infno=settings.province_url_style == "by_infno",
            paasid=settings.province_paasid,
            secret=settings.province_secret.get_secret_value(),
            connect_timeout_s=settings.province_connect_timeout_s,
            read_timeout_s=settings.province_read_timeout_s,
        )
        self._client = Client(line, self.store.journal, clock.now, self._line_is)
        session = Session(self._client, clinic(settings), self.store.journal, clock.now)
        self.catalogue = open_catalogue(settings)
        limit = settings.fund_limit_yuan
        self.desk = Desk(
            self.store,
            session,
            rules(settings, self.catalogue),
            Sign(
                settings.clinic_name,
                settings.doctor_name,
                None if limit is None else Money.of(limit),
            ),
            self.health,
            clock.now,
        )
        self.eyes, self.gallery = open_faces(settings)
        self.gallery.replace(self.store.people.templates())
        self.enrolment = Enrolment(self.store, Enquiry(session), self.eyes, self.gallery, clock.now)
        self.camera: Camera | None = None
        self.scanner: Scanner | None = None
        self.looking: Looking | None = None
        self.listening: Listening | None = None
        self._server: wsgi.Server | None = None
        self._at_work = False

    def start(self) -> str:
        """Pick up what was unfinished, open the devices, serve the pages; returns the address.

        Raises Unavailable `web.port_in_use`.
        """
        server = self._listen()
        settings, desk = self.settings, self.desk
        self.camera = Camera(settings.camera)
        thresholds = Thresholds(settings.live_min, settings.similarity_min, settings.margin_min)
        desk.start()
        self._at_work = True
        self.looking = Looking(
            self.camera,
            self.eyes,
            thresholds,
            desk.reception,
            desk.counter,
            desk.board,
            self.health,
        )
        self.looking.start()
        if settings.scanner_port:
            self.scanner = Scanner(Path(settings.scanner_port), baud_rate=settings.scanner_baud)
            self.listening = Listening(self.scanner, desk.basket, desk.board, self.health)
            self.listening.start()
        return self._serve(server, self.camera)

    def stop(self) -> None:
        """Stop in the order in which things depend on each other. May be called twice."""
        for thread in (self.looking, self.listening):
            if thread is not None:
                thread.stop(_STOP_S)
        for device in (self.camera, self.scanner):
            if device is not None:
                device.close()
        if self._server is not None:
            stop_streams(self._app)
            self._server.stop()
            self._server = None
        if self._at_work:
            self.desk.stop()
            self._at_work = False
        self._client.close()
        self.store.close()

    def _listen(self) -> wsgi.Server:
        """Take the port first: a second terminal must not open the devices."""
        server = wsgi.Server(("127.0.0.1", self.settings.web_port), None, numthreads=_WEB_THREADS)
        server.shutdown_timeout = _STOP_S
        try:
            server.prepare()
        except OSError as error:
            raise Unavailable(
                "web.port_in_use", port=self.settings.web_port, reason=error.strerror
            ) from None
        self._server = server
        return server

    def _serve(self, server: wsgi.Server, camera: Camera) -> str:
        assets = self.settings.data_dir / ASSETS
        self._app = create_app(self.desk, CameraPreview(camera), assets)
        server.wsgi_app = self._app
        threading.Thread(target=server.serve, name="web", daemon=True).start()
        host, port = server.bind_addr
        return f"http://{host}:{port}"

    def _line_is(self, code: str | None) -> None:
        if self.health.report("province", code):
            self.desk.board.publish()
