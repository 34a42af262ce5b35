"""A whole terminal, built from its settings and joined to its devices."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from cheroot import wsgi

from drivers.camera import Camera
from drivers.camera_codes import CameraCodes
from drivers.camera_identity import CameraIdentity, identify
from drivers.camera_source import Source
from drivers.scanner import Scanner
from drivers.scanner_door import open_scanner
from kiosk_ui.app import create_app
from kiosk_ui.streams import stop_streams
from models.look_alikes import pairs_alike
from terminal import clock
from terminal.assembly.compliance import device_told
from terminal.assembly.enrol import enrolment_rules
from terminal.assembly.faces import OpenFaces
from terminal.assembly.fittings import CameraPreview, fitted
from terminal.assembly.keys import STORE, open_vault
from terminal.assembly.log_ring import LogRing
from terminal.assembly.parts import (
    ASSETS,
    clinic,
    open_catalogue,
    province_line,
    refuse_missing,
)
from terminal.assembly.rules import rules
from terminal.assembly.technical import gauges
from terminal.assembly.voice import speaking_pack
from terminal.cards import Sign
from terminal.comparing import Comparing
from terminal.core.faults import Unavailable
from terminal.core.money import Money
from terminal.core.status_views import KeysStatus, ScannerStatus
from terminal.desk import Desk, Faces, Own
from terminal.enrolment import Enrolment
from terminal.gaze import Gaze
from terminal.greeting import Greeting
from terminal.health import Health
from terminal.ledger import Ledger
from terminal.ledger_start import note_start
from terminal.listening import Listening, scanner_status
from terminal.lockout import Lockout
from terminal.looking import Looking
from terminal.member_look import MemberLook
from terminal.mine_look import MineLook
from terminal.ports import SecondCamera, SecureElement
from terminal.province.client import Client
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.settings import Settings
from terminal.technical import Gauges
from terminal.unlocking import open_store

_WEB_THREADS = 24
"""Each open page holds two (events and preview); the rest answer taps."""

_STOP_S = 5.0


class Device:
    """The terminal of one clinic. Build, `start`, `stop`; in between it serves itself."""

    def __init__(
        self,
        settings: Settings,
        second: SecondCamera | None = None,
        element: SecureElement | None = None,
        settings_file: Path | None = None,
    ) -> None:
        """Open the store, the networks and the screens. Raises what their doors raise.

        `second`: an infrared or depth camera beside the first. `element`: a chip for the keys.
        """
        refuse_missing(settings)
        self.settings = settings
        self._second = second
        self._settings_file = settings_file
        self._log = LogRing()
        self.health = Health()
        self.vault = open_vault(settings, element)
        self.store = open_store(settings.data_dir / STORE, self.vault, clock.now)
        try:
            self._build()
        except BaseException:
            self.store.close()
            raise

    def _build(self) -> None:
        settings = self.settings
        self._client = Client(province_line(settings), self.store.journal, clock.now, self._line_is)
        session = Session(self._client, clinic(settings), self.store.journal, clock.now)
        self.catalogue = open_catalogue(settings)
        self.camera: Camera | None = None
        limit = settings.fund_limit_yuan
        self.faces = OpenFaces(
            settings,
            self.store.faces.digests(),
            self._camera_identity,
            None if self._second is None else self._second.kind,
        )
        key = self.vault.device_keys()[0]
        every = settings.ledger_seal_every
        self.ledger = Ledger(self.store, key, settings.data_dir, every, clock.now, self.health)
        self.enrolment = Enrolment(
            self.store,
            Enquiry(session),
            self.faces.eyes,
            self.faces.galleries,
            clock.now,
            enrolment_rules(self.faces.pack, settings),
        )
        self.enrolment.tell_gallery()
        self.enrolment.compare_everybody(pairs_alike)
        sign = Sign(
            settings.clinic_name, settings.doctor_name, None if limit is None else Money.of(limit)
        )
        self.desk = Desk(
            self.store,
            session,
            rules(settings, self.catalogue),
            Own(
                sign,
                self.health,
                key,
                clock.now,
                self._scanner_status,
                self._keys_status,
                device_told(settings, self.faces.pack),
                fitted(settings, self._gauges(session)),
            ),
            Faces(
                self.enrolment,
                self.faces.eyes,
                self.faces.status,
                lambda: self.faces.checks().face_route,
            ),
        )
        self.desk.closing.seal = self.ledger.seal
        self.scanner: Scanner | CameraCodes | None = None
        self.greeting, self._comparing = self._lookers()
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
        self.ledger.start()
        self._at_work = True
        self._log.attach()
        parts = self.faces.pack.parts.values()
        weights = {part.network.file: part.network.sha256 for part in parts}
        note_start(self.store, settings, weights, clock.now())
        desk.start()
        self.looking = self._look(self.camera)
        self.looking.start()
        if settings.scanner_port:
            self.scanner = open_scanner(
                settings.scanner_port,
                self.camera,
                baud_rate=settings.scanner_baud,
                profile=settings.scanner_profile,
                idle_gap_ms=settings.scanner_idle_gap_ms,
                prefix=settings.scanner_prefix,
            )
            self.listening = Listening(
                self.scanner,
                desk.scanning,
                desk.board,
                self.health,
                desk.technical.overhearing,
            )
            self.listening.start()
        return self._serve(server, self.camera)

    def stop(self) -> None:
        """Stop in the order in which things depend on each other. May be called twice."""
        for thread in (self.looking, self.listening):
            if thread is not None:
                thread.stop(_STOP_S)
        for device in (self.scanner, self.camera):
            if device is not None:
                device.close()
        if self._server is not None:
            stop_streams(self._app)
            self.desk.board.publish()  # Wakes the streams, which then see that they are to end.
            self._server.stop()
            self._server = None
        if self._at_work:
            self.desk.stop()
            self.ledger.stop()
            self._at_work = False
        self._log.detach()
        self._client.close()
        self.store.close()

    def _scanner_status(self) -> ScannerStatus | None:
        if self.scanner is None:
            return None
        port, profile = self.settings.scanner_port, self.settings.scanner_profile
        return scanner_status(self.scanner, port, profile, clock.now(), time.monotonic())

    def _gauges(self, session: Session) -> Gauges:
        line = (province_line(self.settings), session)
        return gauges(
            self.settings,
            self._settings_file,
            line,
            self.catalogue,
            self.faces.pack,
            lambda: self.camera,
            self._log,
        )

    def _keys_status(self) -> KeysStatus | None:
        return self.vault.status(self.store.people.unreadable_templates())

    def _lookers(self) -> tuple[Greeting, Comparing]:
        """Those who make something of a picture, with one gaze and one book of decisions."""
        desk, store = self.desk, self.store
        gaze = Gaze(
            self.faces.eyes,
            self.faces.rules(),
            store,
            lambda: self._camera_identity().text,
            clock.now,
            self._second,
        )
        lockout = Lockout(store.face_record, self.faces.lockout_rule(), clock.now)
        self._member_look = MemberLook(gaze, lockout, desk.families)
        self._operator_look = MemberLook(gaze, lockout, desk.duty.door)
        self._mine_look = MineLook(gaze, desk.asking)
        greeting = Greeting(
            gaze,
            lockout,
            desk.reception,
            store.faces.look_alikes,
            store.faces.challenge_always,
            desk.counter,
            desk.board,
        )
        return greeting, Comparing(gaze, lockout, store, desk.counter, desk.board)

    def _look(self, camera: Camera) -> Looking:
        first = (self._operator_look, self.desk.enrolling, self._member_look)
        lookers = (*first, self._comparing, self._mine_look, self.greeting)
        desk, eyes = self.desk, self.faces.eyes
        return Looking(camera, lookers, eyes.forget, desk.board, self.health)

    def _camera_identity(self) -> CameraIdentity:
        """The camera that is there now; before it is opened, the one that is wished for."""
        wished = Source.parse(self.settings.camera, 0.0, 1.0)
        return identify(wished) if self.camera is None else self.camera.identity()

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
        months = self.settings.template_unused_months
        self._app = create_app(
            self.desk,
            CameraPreview(camera),
            assets,
            unused_months=months,
            screens=self.settings.screens,
            voice=speaking_pack(self.settings),
        )
        server.wsgi_app = self._app
        threading.Thread(target=server.serve, name="web", daemon=True).start()
        host, port = server.bind_addr
        return f"http://{host}:{port}"

    def _line_is(self, code: str | None) -> None:
        if self.health.report("province", code):
            self.desk.board.publish()
