"""The command `clinic-terminal catalogue`: a kind of the national catalogue, as a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console

from terminal.technician import AsJson, SettingsFile, print_pairs


class Catalogued(Protocol):
    """What the command does; the joiner provides it."""

    def catalogue(
        self, kind: str, since: str, out: Path, settings_file: Path | None
    ) -> dict[str, object]:
        """Returns kind, rows, and the file that was written, if any."""
        ...


Kind = Annotated[str, typer.Option(help="1301 drugs, 1302 herbs, 1305 services and others.")]
Since = Annotated[str, typer.Option(help="Only what is newer than this version; 0: all.")]
Out = Annotated[Path, typer.Option(help="File for the rows: UTF-8, columns parted by tabs.")]


def add_catalogue(app: typer.Typer, works: Catalogued) -> None:
    """Add the command to the program."""

    @app.command()
    def catalogue(
        kind: Kind,
        out: Out,
        since: Since = "0",
        settings_file: SettingsFile = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Fetch a kind of the national catalogue; not while the terminal runs here."""
        fetched = works.catalogue(kind, since, out, settings_file)
        if as_json:
            sys.stdout.write(json.dumps(fetched, ensure_ascii=False) + "\n")
        else:
            print_pairs(Console(), fetched)
