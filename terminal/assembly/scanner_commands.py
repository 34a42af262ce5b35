"""The command `clinic-terminal scanner`: which ports there are, and what comes from ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.technician import AsJson, SettingsFile

LISTEN_MAX_S = 600.0


@dataclass(frozen=True, slots=True)
class ListenOptions:
    """How the chosen scanner is listened to."""

    seconds: float
    settings_file: Path | None
    trigger: bool


class Scanned(Protocol):
    """What the command does; the joiner provides it."""

    def scanner_ports(self) -> list[dict[str, str]]:
        """Every port and keyboard of this machine: how to name it in the settings, and
        what the kernel tells of it. None is opened."""
        ...

    def scanner_heard(self, options: ListenOptions) -> Iterator[dict[str, object]]:
        """Each line that came from the scanner of the settings, and at the end how it is."""
        ...


Listen = Annotated[
    float,
    typer.Option(min=0.0, max=LISTEN_MAX_S, help="Show for so many seconds what it sends."),
]
Trigger = Annotated[
    bool, typer.Option("--trigger", help="Send the trigger of scanner_profile to scanner_port.")
]


def add_scanner(app: typer.Typer, works: Scanned) -> None:
    """Add the command to the program."""

    @app.command()
    def scanner(
        listen: Listen = 0.0,
        settings_file: SettingsFile = None,
        *,
        trigger: Trigger = False,
        as_json: AsJson = False,
    ) -> None:
        """List ports without opening any; or listen to the one that the settings name."""
        rows: Iterator[dict[str, object]] | list[dict[str, str]]
        if listen or trigger:
            rows = works.scanner_heard(ListenOptions(listen, settings_file, trigger))
        else:
            rows = works.scanner_ports()
        if as_json:
            for row in rows:
                sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
                sys.stdout.flush()
            return
        _print_rows(rows)


def _print_rows(rows: Iterator[dict[str, object]] | list[dict[str, str]]) -> None:
    said = Console()
    if isinstance(rows, list):
        table = Table("setting", "device", "vendor:product", "serial", "name")
        for row in rows:
            table.add_row(*row.values())
        said.print(table)
        return
    for heard in rows:
        said.print(
            "  ".join(f"{name} {value}" for name, value in heard.items()),
            markup=False,
            soft_wrap=True,
        )
