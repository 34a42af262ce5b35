"""The command `bundle-logs`: a file for whoever helps from afar, with nobody's data in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from terminal.assembly.asked_settings import asked_settings
from terminal.technician import SettingsFile

Out = Annotated[Path, typer.Argument(help="The file to write (zip); an old one is replaced.")]


def add_support(app: typer.Typer) -> None:
    """Add the command to the program."""

    @app.command(name="bundle-logs")
    def bundle_logs(out: Out, settings_file: SettingsFile = None) -> None:
        """Gather what a support person needs; texts, names and numbers of people are left out."""
        # Help must not load networks.
        from terminal.assembly.support import bundle_logs as bundle  # noqa: PLC0415

        for name, size in bundle(asked_settings(settings_file), out).items():
            sys.stdout.write(f"{size:9d} {name}\n")
