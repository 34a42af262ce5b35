"""The command `check`: every part, what was measured, and what to do about it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from terminal.technician import AsJson, SettingsFile

_SAID = {
    "well": "[green]正常[/green]",
    "weak": "[yellow]要留意[/yellow]",
    "away": "[red]不可用[/red]",
}


Trip = Annotated[bool, typer.Option("--trip", help="Before a home visit.")]
ThisCamera = Annotated[
    bool, typer.Option("--this-camera", help="The camera was exchanged: it is right.")
]


class Checks(Protocol):
    """What the command does; the joiner provides it."""

    def check(self, verb: str, settings_file: Path | None) -> dict[str, Any]:
        """Ask the running terminal, or look ourselves while none runs; checking.as_told."""
        ...

    def words(self, code: str) -> str: ...

    def measure_name(self, name: str) -> str: ...

    def part_name(self, part: str) -> str:
        """What a technician calls a part."""
        ...


def add_check(app: typer.Typer, works: Checks) -> None:
    """Add the command to the program."""

    @app.command()
    def check(
        settings_file: SettingsFile = None,
        *,
        as_json: AsJson = False,
        trip: Trip = False,
        this_camera: ThisCamera = False,
    ) -> None:
        """Look at every part; the exit status is the worst: 0 well, 1 weak, 2 away."""
        if this_camera:
            works.check("check_camera", settings_file)
        told = works.check("check_trip" if trip else "check", settings_file)
        for row in told["parts"]:
            row["todo"] = works.words(row["code"]) if row["state"] != "well" else ""
        if as_json:
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            _show(told, works)
        raise typer.Exit(told["worst"])


def _show(told: dict[str, Any], works: Checks) -> None:
    if not told["running"]:
        sys.stderr.write("终端没有在运行，下面是命令自己看到的。\n")
    table = Table("部件", "状态", Column("测到的，怎么办", overflow="fold"))
    for row in told["parts"]:
        found = ((works.measure_name(name), value) for name, value in row["measured"].items())
        measured = "  ".join(f"{name} {value}" for name, value in found)
        todo = f"→ {row['todo']} {row['code']}" if row["todo"] else ""
        said = "\n".join(each for each in (measured, todo) if each)
        table.add_row(works.part_name(row["part"]), _SAID[row["state"]], escape(said))
    Console().print(table)
