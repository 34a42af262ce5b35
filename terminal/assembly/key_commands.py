"""The commands about keys: what they are, new ones in their place, and the end of all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.technician import AsJson, SettingsFile, print_pairs


class KeyWorks(Protocol):
    """What the commands do; the joiner provides it."""

    def keys(self, settings_file: Path | None) -> list[dict[str, str]]: ...

    def rotate_keys(self, settings_file: Path | None) -> list[dict[str, str]]: ...

    def wipe(self, settings_file: Path | None) -> dict[str, object]: ...


Sure = Annotated[
    bool,
    typer.Option(
        "--yes-erase-everything", help="Without this word nothing is erased.", show_default=False
    ),
]


def add_keys(app: typer.Typer, works: KeyWorks) -> None:
    """Add the commands to the program."""
    said = Console(stderr=True)
    keys = typer.Typer(help="The keys: where they lie and since when; never a key.")
    app.add_typer(keys, name="keys")

    @keys.callback(invoke_without_command=True)
    def shown(
        context: typer.Context, settings_file: SettingsFile = None, *, as_json: AsJson = False
    ) -> None:
        """Where each key lies, how well it is kept there, and since when."""
        if context.invoked_subcommand is None:
            _print(works.keys(settings_file), as_json=as_json)

    @keys.command()
    def rotate(settings_file: SettingsFile = None, *, as_json: AsJson = False) -> None:
        """Put new keys in the place of all; the terminal must be stopped."""
        _print(works.rotate_keys(settings_file), as_json=as_json)

    @app.command()
    def wipe(
        settings_file: SettingsFile = None, *, sure: Sure = False, as_json: AsJson = False
    ) -> None:
        """Erase the keys, then every record of this terminal; it cannot be undone."""
        if not sure:
            said.print("没有加 --yes-erase-everything：什么都没有删除。")
            raise typer.Exit(2)
        left = works.wipe(settings_file)
        if as_json:
            sys.stdout.write(json.dumps(left, ensure_ascii=False) + "\n")
        else:
            print_pairs(said, left)


def _print(rows: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    table = Table(*("key", "source", "class", "since", "age_days", "changing"))
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)
