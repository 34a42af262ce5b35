"""The command `clinic-terminal catalogue`: a kind of the national catalogue, as a file, or
what of the province's tables is kept here."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.technician import AsJson, SettingsFile, print_pairs

_COLUMNS = ("kind", "version", "fetched_at", "rows")


class Catalogued(Protocol):
    """What the command does; the joiner provides it."""

    def catalogue(
        self, kind: str, since: str, out: Path, settings_file: Path | None
    ) -> dict[str, object]:
        """Returns kind, rows, and the file that was written, if any."""
        ...

    def kept_catalogues(self, settings_file: Path | None) -> list[dict[str, object]]:
        """Kind, version, date and rows of each table that is kept here."""
        ...

    def unbind(self, prefix: str, settings_file: Path | None) -> dict[str, object]:
        """Forgets a binding of this clinic; returns prefix and the drug it stood for."""
        ...


Kept = Annotated[bool, typer.Option("--kept", help="Fetch nothing: show what is kept here.")]
Unbind = Annotated[
    str | None,
    typer.Option(help="Forget which drug boxes with this prefix are: the doctor is asked again."),
]
Kind = Annotated[str | None, typer.Option(help="1301 drugs, 1302 herbs, 1305 services and others.")]
Since = Annotated[str, typer.Option(help="Only what is newer than this version; 0: all.")]
Out = Annotated[Path | None, typer.Option(help="File for the rows: UTF-8, columns parted by tabs.")]


def add_catalogue(app: typer.Typer, works: Catalogued) -> None:
    """Add the command to the program."""

    @app.command()
    def catalogue(
        kind: Kind = None,
        out: Out = None,
        since: Since = "0",
        settings_file: SettingsFile = None,
        *,
        kept: Kept = False,
        unbind: Unbind = None,
        as_json: AsJson = False,
    ) -> None:
        """Fetch a kind of the catalogue, or show what is kept; not while the terminal runs."""
        if kept:
            _show(works.kept_catalogues(settings_file), as_json=as_json)
            return
        if unbind is not None:
            done = works.unbind(unbind, settings_file)
        elif kind is None or out is None:
            raise typer.BadParameter("--kind and --out, or --kept, or --unbind")
        else:
            done = works.catalogue(kind, since, out, settings_file)
        if as_json:
            sys.stdout.write(json.dumps(done, ensure_ascii=False) + "\n")
        else:
            print_pairs(Console(), done)


def _show(files: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(files, ensure_ascii=False) + "\n")
        return
    table = Table(*_COLUMNS)
    for file in files:
        table.add_row(*(str(file[column]) for column in _COLUMNS))
    Console().print(table)
