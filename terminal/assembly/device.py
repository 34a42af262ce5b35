"""A whole terminal, built from its settings and joined to its devices."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from drivers.camera import Camera
from drivers.camera_codes import CameraCodes
from drivers.camera_identity import CameraIdentity, identify
from drivers.camera_source import Source
from drivers.scanner import Scanner
from drivers.scanner_door import open_scanner
from models.look_alikes import pairs_alike
from terminal import clock
from terminal.api_clients import ApiClients
from terminal.assembly.compliance import device_told
from terminal.assembly.enrol import enrolment_rules
from terminal.assembly.faces import OpenFaces
from terminal.assembly.fittings import fitted
from terminal.assembly.keys import STORE, open_vault
from terminal.assembly.log_ring import LogRing
from terminal.assembly.parts import (
    clinic,
    open_catalogue,
    province_line,
    refuse_missing,
)
from terminal.assembly.prescriptions import rx_asking
from terminal.assembly.record_door import RecordDoor, open_typist
from terminal.assembly.rules import rules
from terminal.assembly.technical import gauges
from terminal.assembly.web import Web, serve_screens
from terminal.cards import Sign
from terminal.comparing import Comparing
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
from terminal.ports import SecondCamera, SecureElement, Typist
from terminal.province.client import Client
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.record_rooms import RecordSystem
from terminal.settings import Settings
from terminal.technical import Gauges
from terminal.unlocking import open_store

_STOP_S = 5.0


class Device:
    """The terminal of one clinic. Build, `start`, `stop`; in between it serves itself."""

    def __init__(
        self,
        settings: Settings,
        second: SecondCamera | None = None,
        element: SecureElement | None = None,
        settings_file: Path | None = None,
        typist: Typist | None = None,
    ) -> None:
        """Open the store, the networks and the screens. Raises what their doors raise.

        `second`: an infrared or depth camera beside the first. `element`: a chip for the keys.
        `typist`: a keyboard into the record system other than that of the settings.
        """
        refuse_missing(settings)
        self.settings = settings
        self._second = second
        self._settings_file = settings_file
        self._log = LogRing()
        self._typist = typist or open_typist(settings)
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
        clients = ApiClients(self.store, clock.now)
        asking = rx_asking(settings, clock.now)
        self._rules = replace(rules(settings, self.catalogue), prescriptions=asking)
        self.desk = Desk(
            self.store,
            session,
            self._rules,
            Own(
                sign,
                self.health,
                key,
                clock.now,
                self._scanner_status,
                self._keys_status,
                device_told(settings, self.faces.pack),
                fitted(
                    settings, self._gauges(session), RecordSystem(self._typist, clients.client_of)
                ),
            ),
            Faces(
                self.enrolment,
                self.faces.eyes,
                self.faces.status,
                lambda: self.faces.checks().face_route,
            ),
        )
        self.desk.closing.seal = self.ledger.seal
        self.record = RecordDoor(settings, self.desk, clients, self._typist, self._part_is)
        self.scanner: Scanner | CameraCodes | None = None
        self.greeting, self._comparing = self._lookers()
        self.looking: Looking | None = None
        self.listening: Listening | None = None
        self._web: Web | None = None
        self._at_work = False

    def start(self) -> str:
        """Pick up what was unfinished, open the devices, serve the pages; returns the address.

        Raises Unavailable `web.port_in_use`.
        """
        settings, desk = self.settings, self.desk
        self._web = web = Web(settings.web_port, _STOP_S)
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
        self.record.start()
        return serve_screens(web, settings, desk, self.camera)

    def stop(self) -> None:
        """Stop in the order in which things depend on each other. May be called twice."""
        for thread in (self.looking, self.listening):
            if thread is not None:
                thread.stop(_STOP_S)
        for device in (self.scanner, self.camera):
            if device is not None:
                device.close()
        if self._web is not None:
            self._web.stop()
            self._web = None
        self.record.stop(_STOP_S)
        if self._at_work:
            self.desk.stop()
            self.ledger.stop()
            self._at_work = False
        self._log.detach()
        self._client.close()
        if self._rules.prescriptions is not None:
            self._rules.prescriptions.close()
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
        self._gaze = gaze = Gaze(
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
        desk, gaze = self.desk, self._gaze
        return Looking(camera, lookers, gaze.forget, desk.board, self.health, gaze.nobody)

    def _camera_identity(self) -> CameraIdentity:
        """The camera that is there now; before it is opened, the one that is wished for."""
        wished = Source.parse(self.settings.camera, 0.0, 1.0)
        return identify(wished) if self.camera is None else self.camera.identity()

    def _line_is(self, code: str | None) -> None:
        self._part_is("province", code)

    def _part_is(self, part: str, code: str | None) -> None:
        if self.health.report(part, code):
            self.desk.board.publish()
