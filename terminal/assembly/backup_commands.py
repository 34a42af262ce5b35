"""The commands `backup` and `restore`, and the county's `reseal`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from terminal.assembly.asked_settings import asked_settings
from terminal.assembly.support_commands import add_support
from terminal.bundle_making import private_key
from terminal.core.faults import Refused
from terminal.technician import SettingsFile

To = Annotated[Path | None, typer.Option("--to", help="Folder on a stick; else the county.")]
From = Annotated[Path | None, typer.Argument(help="Folder with the backup and the county's word.")]
AtCounty = Annotated[bool, typer.Option("--county", help="Fetch both from the county.")]
Backup = Annotated[Path, typer.Argument(help="The backup's file.")]
Successor = Annotated[str, typer.Option("--for", help="Public key of the successor, hex.")]
Safe = Annotated[Path, typer.Option("--key", help="The safe's private key, mode 0600.")]


def add_backup(app: typer.Typer) -> None:
    """Add the commands to the program. Each imports what it needs: help must be quick."""
    add_support(app)

    @app.command()
    def backup(to: To = None, settings_file: SettingsFile = None) -> None:
        """Make a backup, also while the terminal runs; only the county's safe opens it."""
        from terminal.assembly import backups  # noqa: PLC0415

        settings = asked_settings(settings_file)
        did = backups.back_up_to_county(settings) if to is None else backups.back_up(settings, to)
        sys.stdout.write(json.dumps(did) + "\n")

    @app.command()
    def restore(
        folder: From = None, settings_file: SettingsFile = None, *, county: AtCounty = False
    ) -> None:
        """Take the place of a broken terminal: its newest backup, resealed for this one."""
        from terminal.assembly import backups  # noqa: PLC0415

        if (folder is None) != county:
            raise Refused("restore.from_where")
        settings = asked_settings(settings_file)
        if folder is None:
            taken = backups.restore_from_county(settings)
        else:
            taken = backups.restore_from(settings, folder)
        did = {
            "backup": taken.manifest.number,
            "made_at": taken.manifest.made_at,
            "open_visits": taken.open_visits,
            "faces_to_enrol": taken.faces,
        }
        sys.stdout.write(json.dumps(did) + "\n")


def add_reseal(county: typer.Typer) -> None:
    """Add `county reseal`: the county's act, where its safe's key lies."""

    @county.command()
    def reseal(backup: Backup, successor: Successor, key: Safe) -> None:
        """Seal a backup's key anew for the terminal that takes the place of the broken one."""
        from terminal.assembly.backups import reseal_for  # noqa: PLC0415

        out = reseal_for(backup, successor, private_key(key))
        sys.stdout.write(f"{out.name}: lay it beside the backup.\n")
