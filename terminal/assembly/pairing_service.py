"""The pairing page as a service: in the terminal's place, until a clinic begins."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from kiosk_ui.pairing_page import create_pairing
from terminal.assembly.pairing import MARK, Machine, PairingStation, Sheets
from terminal.assembly.pairing_ears import DeviceEars
from terminal.assembly.web import Web
from terminal.private_file import write_private
from terminal.service_manager import ServiceManager
from terminal.settings import Settings

_STOP_S = 2.0


class RunningMachine(Machine, Protocol):
    """A machine with its thread."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def leave_mark(data_dir: Path) -> None:
    """From the next start of the services on the pairing page comes. Raises OSError."""
    data_dir.mkdir(parents=True, exist_ok=True)
    write_private(data_dir / MARK, b"")


class PairingService:
    """The page, its station and the machine. `start` returns the address; `stop`."""

    def __init__(
        self,
        settings: Settings,
        machine: RunningMachine,
        manager: ServiceManager,
        sheets: Sheets,
        county_url: str,
    ) -> None:
        """`county_url`: as the image presets it, or empty. Raises Unavailable `web.port_in_use`."""
        self._web = Web(settings.web_port, _STOP_S)
        self._machine = machine
        self._manager = manager
        self.station = PairingStation(
            machine,
            DeviceEars(settings.camera, settings.scanner_port),
            settings.data_dir,
            sheets,
            county_url=settings.county_url or county_url,
            may_return=bool(settings.fixmedins_code),
        )

    def start(self) -> str:
        self._machine.start()
        self.station.start()
        address = self._web.serve(create_pairing(self.station), lambda: None)
        self._manager.ready(f"pairing at {address}")
        return address

    def wait(self) -> None:
        """Until the clinic's own pages are to take this one's place."""
        self.station.ended.wait()

    def stop(self) -> None:
        """What was under way goes on from the disk at the next start."""
        self._manager.stopping()
        self._web.stop()
        self.station.stop()
        self._machine.stop()
