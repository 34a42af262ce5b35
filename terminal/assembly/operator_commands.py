"""The commands of `clinic-terminal operator`: who may sign in at the screens.

They need the store, and so the device's own console with the terminal stopped; only `list`
reads beside a running one. Whoever provisions a device makes its first technician here. A
PIN never stands on the command line; it is typed unseen, twice, or read from a file that
only its owner may read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.assembly.operators import NewOperator, pin_from
from terminal.core.operators import Role
from terminal.technician import AsJson, SettingsFile


class OperatorWorks(Protocol):
    """What the commands do; the joiner provides it."""

    def operator_add(self, new: NewOperator) -> dict[str, object]: ...

    def operator_list(self, settings_file: Path | None) -> list[dict[str, object]]: ...

    def operator_retire(self, operator_id: str, settings_file: Path | None) -> None: ...

    def operator_reset_pin(
        self, operator_id: str, pin: str, settings_file: Path | None
    ) -> None: ...

    def operator_face(
        self, operator_id: str, id_number: str, settings_file: Path | None
    ) -> None: ...


Name = Annotated[str, typer.Option(help="As it stands on the screens and in claims.")]
Roles = Annotated[list[Role], typer.Option("--role", help="doctor, technician; may be repeated.")]
Code = Annotated[str, typer.Option("--code", help="A doctor's national code: D and 12 digits.")]
PinFile = Annotated[
    Path | None,
    typer.Option(help="One line, mode 0600. Without it the PIN is typed, unseen, twice."),
]
Who = Annotated[str, typer.Argument(help="operator_id, as `operator list` says it.")]
IdNumber = Annotated[
    str,
    typer.Option(
        help="Of somebody enrolled here; `-` asks for it, for a command line is seen by every"
        " process and stays in the shell's history. Without it the face is unbound."
    ),
]


def add_operators(app: typer.Typer, works: OperatorWorks) -> None:
    """Add the group to the program."""
    operator = typer.Typer(help="Who may sign in; docs/operators.md.", no_args_is_help=True)
    app.add_typer(operator, name="operator")
    _add_made(operator, works)
    _add_changed(operator, works)


def _add_made(operator: typer.Typer, works: OperatorWorks) -> None:
    @operator.command()
    def add(
        name: Name,
        role: Roles,
        code: Code = "",
        pin_file: PinFile = None,
        settings_file: SettingsFile = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Make an operator; the first one is a technician."""
        new = NewOperator(name, frozenset(role), code, _pin(pin_file), settings_file)
        _print([works.operator_add(new)], as_json=as_json)

    @operator.command(name="list")
    def everybody(settings_file: SettingsFile = None, *, as_json: AsJson = False) -> None:
        """Everybody who may sign in, and what the province said of them last."""
        _print(works.operator_list(settings_file), as_json=as_json)


def _add_changed(operator: typer.Typer, works: OperatorWorks) -> None:
    @operator.command()
    def retire(who: Who, settings_file: SettingsFile = None) -> None:
        """They sign in no more; what they did keeps their name."""
        works.operator_retire(who, settings_file)

    @operator.command(name="reset-pin")
    def reset_pin(who: Who, pin_file: PinFile = None, settings_file: SettingsFile = None) -> None:
        """Another PIN, for whoever forgot theirs or waits after wrong ones."""
        works.operator_reset_pin(who, _pin(pin_file), settings_file)

    @operator.command()
    def face(who: Who, id_number: IdNumber = "", settings_file: SettingsFile = None) -> None:
        """Let their enrolled face sign them in as well."""
        asked = str(typer.prompt("ID number", err=True)) if id_number == "-" else id_number
        works.operator_face(who, asked, settings_file)


def _pin(pin_file: Path | None) -> str:
    if pin_file is not None:
        return pin_from(pin_file)
    return str(typer.prompt("PIN", hide_input=True, confirmation_prompt=True, err=True))


def _print(rows: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    table = Table()
    for column in rows[0] if rows else ():
        table.add_column(column, overflow="fold", no_wrap=column == "operator_id")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)
