"""The commands of `clinic-terminal client`: which record systems may push bills.

`add` and `end` need the store, and so the device's own console with the terminal stopped;
`list` reads beside a running one. Token and secret are shown once, when they are made.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.technician import AsJson, SettingsFile


class ClientWorks(Protocol):
    """What the commands do; the joiner provides it."""

    def client_add(
        self, name: str, callback_url: str, settings_file: Path | None
    ) -> dict[str, str]: ...

    def client_list(self, settings_file: Path | None) -> list[dict[str, str]]: ...

    def client_end(self, name: str, settings_file: Path | None) -> None: ...


Name = Annotated[str, typer.Argument(help="Lower case letters, digits and -; 32 at most.")]
CallbackUrl = Annotated[
    str,
    typer.Option(help="Where it is told of results: http(s), by number, here or in api_from."),
]


def add_clients(app: typer.Typer, works: ClientWorks) -> None:
    """Add the group to the program."""
    client = typer.Typer(help="Who may push bills; docs/record-api.md.", no_args_is_help=True)
    app.add_typer(client, name="client")

    @client.command()
    def add(
        name: Name,
        callback_url: CallbackUrl = "",
        settings_file: SettingsFile = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Make a client, or give an ended one another token; it is shown this once."""
        made = works.client_add(name, callback_url, settings_file)
        if as_json:
            sys.stdout.write(json.dumps(made) + "\n")
            return
        for key, value in made.items():
            sys.stdout.write(f"{key}: {value}\n")

    @client.command(name="list")
    def everybody(settings_file: SettingsFile = None, *, as_json: AsJson = False) -> None:
        """Every client there ever was; no token, and no secret."""
        rows = works.client_list(settings_file)
        if as_json:
            sys.stdout.write(json.dumps(rows) + "\n")
            return
        table = Table("name", "callback_url", "made_at", "ended_at")
        for row in rows:
            table.add_row(*row.values())
        Console().print(table)

    @client.command()
    def end(name: Name, settings_file: SettingsFile = None) -> None:
        """Its token is refused from now on; its bills stay."""
        works.client_end(name, settings_file)
