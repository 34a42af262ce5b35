"""What the command `pairing` does. Each imports what it needs: help must not load a camera."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType

from terminal.assembly.asked_settings import asked_settings


class PairingConsole:
    """`clinic-terminal pairing`; see pairing_commands.Pairs."""

    def pairing(self, settings_file: Path | None) -> None:
        from terminal.assembly.acceptance import SheetKeeper, printer_of
        from terminal.assembly.pairing_service import PairingService
        from terminal.assembly.provision_works import places_of, provisioning_of
        from terminal.service_manager import started_by

        settings = asked_settings(settings_file)
        sheets = SheetKeeper(
            settings.data_dir, lambda: printer_of(lambda: asked_settings(settings_file))
        )
        machine = provisioning_of(settings, settings_file, sheets)
        preset = places_of(settings, settings_file).county_url
        service = PairingService(settings, machine, started_by(), sheets, preset)

        def told_to_stop(_: int, __: FrameType | None) -> None:
            service.station.ended.set()

        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, told_to_stop)
        try:
            service.start()
            service.wait()
        finally:
            service.stop()

    def open_pairing(self, settings_file: Path | None) -> None:
        from terminal.assembly.pairing_service import leave_mark

        leave_mark(asked_settings(settings_file).data_dir)
