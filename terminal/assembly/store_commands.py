"""The commands about the store itself: try this version on a copy, count what is in it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from terminal.assembly.asked_settings import asked_settings
from terminal.clock import now
from terminal.core.faults import Refused, Unavailable
from terminal.technician import SettingsFile

Copy = Annotated[Path, typer.Argument(help="A copy of the store, in the data folder.")]


def add_store(app: typer.Typer) -> None:
    """Add the commands to the program."""
    store = typer.Typer(help="The store itself.", no_args_is_help=True)
    app.add_typer(store, name="store")

    @store.command(name="try")
    def try_copy(copy: Copy, settings_file: SettingsFile = None) -> None:
        """Open a copy with this version, migrate it, read it for damage and its ledger's end."""
        from terminal.assembly.keys import STORE, open_vault  # noqa: PLC0415 - loads the database.
        from terminal.ledger_head import Head, break_at_end  # noqa: PLC0415
        from terminal.unlocking import open_copy  # noqa: PLC0415

        settings = asked_settings(settings_file)
        if copy.resolve() == (settings.data_dir / STORE).resolve() or not copy.is_file():
            raise Refused("update.no_copy", file=copy.name)
        vault = open_vault(settings)
        opened = open_copy(copy, vault)
        try:
            if not opened.machine.whole():
                raise Refused("store.damaged", file=copy.name)
            key = vault.device_keys()[0].public_key
            broken = break_at_end(opened.ledger, Head(settings.data_dir), key, now())
            if broken is not None:
                raise Refused("update.ledger_broken", why=broken.value)
            _say({"tried": copy.name})
        finally:
            opened.close()

    @store.command()
    def contents(settings_file: SettingsFile = None) -> None:
        """Count what is in the store, by table and by deed; nobody's data. No terminal runs."""
        from terminal.assembly.keys import STORE, open_vault  # noqa: PLC0415
        from terminal.unlocking import open_copy  # noqa: PLC0415

        settings = asked_settings(settings_file)
        if not (settings.data_dir / STORE).is_file():
            raise Unavailable("store.away", reason="no store")
        opened = open_copy(settings.data_dir / STORE, open_vault(settings))
        try:
            _say(opened.contents.told())
        finally:
            opened.close()


def _say(told: object) -> None:
    sys.stdout.write(json.dumps(told, sort_keys=True) + "\n")
