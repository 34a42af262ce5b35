"""A terminal as a service: it tells systemd how it does, and opens its local door."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from terminal import clock
from terminal.assembly.backups import nightly_backup
from terminal.assembly.checks import check_verbs
from terminal.assembly.county_room import (
    CountyRoom,
    give_up,
    heed_revocation,
    open_county_room,
)
from terminal.assembly.device import Device
from terminal.assembly.metrics import metrics_verbs
from terminal.assembly.renewal import with_renewal
from terminal.assembly.support import support_verbs
from terminal.assembly.switching import note_update, quiet_verbs
from terminal.assembly.watching import open_metrics_socket
from terminal.core.faults import Refused
from terminal.local_door import LocalDoor
from terminal.metrics_socket import MetricsSocket
from terminal.nightly import Nightly
from terminal.pulse import HUNG_S, Pulse
from terminal.service_manager import ServiceManager, started_by
from terminal.settings import Settings
from terminal.wellness import Wellness

log = logging.getLogger(__name__)

ANEW = 75
"""Exit status (EX_TEMPFAIL) of a terminal that ended to begin anew: the unit starts it again."""

_LOOKED_EVERY_S = 10.0
"""How often it is asked whether all is well."""

_PAGE_S = 10.0
"""How long the resident's page may take to come: a hundred times what it does."""

_STOP_S = 2.0
_PAGE = b"GET /resident HTTP/1.0\r\nHost: localhost\r\n\r\n"
_SERVED = (b"HTTP/1.0 200", b"HTTP/1.1 200")


def run_service(
    settings: Settings,
    settings_file: Path | None,
    until_told: Callable[[threading.Event], None],
) -> int:
    """Run the terminal until told to stop; returns its exit status: 0, or `ANEW`.

    `until_told` waits for the event, which it also sets when somebody outside ends us.
    Raises what opening and starting raise; where that may be the county's doing (settings
    on trial, its catalogue), it gives those up and begins anew without them.
    """
    try:
        return _run(settings, settings_file, until_told)
    except Refused as refused:
        if not give_up(settings, refused):
            raise
        log.warning("what the county sent is given up, the start was refused: %s", refused)
        return ANEW


def _run(
    settings: Settings,
    settings_file: Path | None,
    until_told: Callable[[threading.Event], None],
) -> int:
    service = Service(Device(settings, settings_file=settings_file), started_by())
    try:
        service.start()
        until_told(service.told)
    finally:
        service.stop()
    return ANEW if service.begins_anew else 0


class Service:
    """Runs a device for whoever started us. `start`, `begin_anew`, `stop`."""

    def __init__(self, device: Device, manager: ServiceManager) -> None:
        self._device = device
        self._manager = manager
        self._door: LocalDoor | None = None
        self._pulse: Pulse | None = None
        self._wellness: Wellness | None = None
        self._county: CountyRoom | None = None
        self._metrics: MetricsSocket | None = None
        self.told = threading.Event()
        """Set when it is time to end."""
        self.begins_anew = ""
        """Why the terminal ends to begin anew; empty: it does not."""

    def begin_anew(self, why: str) -> None:
        """End in good order and be started again; whoever asks has seen that it is quiet.

        `why`: as the log says it (`county.settings`, `update`). From any thread, at once.
        """
        log.info("the terminal begins anew: %s", why)
        self.begins_anew = why
        self.told.set()

    def start(self) -> str:
        """Start the device, open the door, say that we are ready; returns the address.

        Raises what `Device.start` does; Unavailable `door.not_opened`.
        """
        device = self._device
        note_update(device)
        heed_revocation(device)
        address = device.start()
        desk, folder = device.desk, device.settings.data_dir
        moving = self._moving(address)
        self._wellness = wellness = Wellness(moving, device.health.away, folder, clock.now)
        wellness.start(_LOOKED_EVERY_S)
        nightly = Nightly(device.store, desk.closing, desk.errands, folder, clock.now)
        self._door = LocalDoor(
            folder,
            {
                "close": nightly.close,
                "upkeep": nightly_backup(device, with_renewal(device, nightly.upkeep)),
            }
            | check_verbs(device)
            | metrics_verbs(device)
            | support_verbs(device)
            | quiet_verbs(device)
            | {"well": lambda: _well(wellness)},
        )
        self._door.open()
        self._metrics = open_metrics_socket(device)
        # Only what was seen to work is called ready: the page itself, not an open port.
        served = page_comes(address)
        self._manager.ready(f"at {address}" if served else "no page came at the start")
        if self._manager.watchdog_s is not None:
            self._pulse = Pulse(moving, self._manager.alive, self._manager.stands_still)
            self._pulse.start(self._manager.watchdog_s)
        self._county = open_county_room(device, wellness, self.begin_anew)
        self._county.start()
        return address

    def stop(self) -> None:
        """Tell, and stop in the order in which things depend on each other."""
        self._manager.stopping()
        for way in (self._metrics, self._door):
            if way is not None:
                way.close()
        if self._pulse is not None:
            self._pulse.stop(_STOP_S)
        if self._county is not None:
            self._county.stop()
        if self._wellness is not None:
            self._wellness.stop()
        self._device.stop()

    def _moving(self, address: str) -> Mapping[str, Callable[[], bool]]:
        """What must move, and how that is seen."""
        return {
            "frames": self._frames_move,
            "store": self._store_moves,
            "web": lambda: page_comes(address),
        }

    def _frames_move(self) -> bool:
        parts = (self._device.camera, self._device.looking)
        return all(part is None or part.hung_s() < HUNG_S for part in parts)

    def _store_moves(self) -> bool:
        self._device.store.move()
        return True


def _well(wellness: Wellness) -> dict[str, object]:
    """For the local door: since when all is well, or what hinders it."""
    since = wellness.look()
    return {"since": since and since.isoformat(), "missing": list(wellness.missing())}


def page_comes(address: str, within_s: float = _PAGE_S) -> bool:
    """Whether the resident's page is served, asked for as a browser would."""
    told = urlsplit(address)
    try:
        with socket.create_connection((told.hostname, told.port), within_s) as way:
            way.sendall(_PAGE)
            return way.recv(len(_SERVED[0])).startswith(_SERVED)
    except OSError:
        return False
