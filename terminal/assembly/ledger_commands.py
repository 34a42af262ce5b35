"""The commands about the ledger: verify it, export it, check an export anywhere.

`check` needs neither store nor settings: whoever has the file and the terminal's public
key can judge it, on any machine.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console

from terminal.core.faults import Refused
from terminal.core.ledger_check import LedgerVerdict
from terminal.private_file import write_private
from terminal.technician import AsJson, SettingsFile, print_pairs

_BROKEN = 1
"""Exit status when the ledger is not what was written."""


class Ledgers(Protocol):
    """What the commands do; the joiner provides it."""

    def ledger_verify(self, settings_file: Path | None) -> LedgerVerdict: ...

    def ledger_export(self, out: Path, settings_file: Path | None) -> int:
        """Returns the number of the last entry."""
        ...

    def ledger_check(self, file: Path, public_key: str, earlier: list[Path]) -> LedgerVerdict: ...

    def ledger_prove_erased(self, person: str, key: str, settings_file: Path | None) -> str:
        """Returns the signed file's text."""
        ...

    def words(self, code: str) -> str: ...


Out = Annotated[Path, typer.Argument(help="File to write.", metavar="FILE")]
File = Annotated[Path, typer.Argument(help="File that `ledger export` has written.")]
Key = Annotated[str, typer.Option(help="The terminal's public key: hexadecimal digits.")]
Earlier = Annotated[
    list[Path] | None,
    typer.Option(help="A file of the same terminal from before: its last line must stand here."),
]
Person = Annotated[str, typer.Argument(help="Our number for the person, or their ID number.")]
Template = Annotated[str, typer.Option("--key", help="The key of one template, instead.")]
Proof = Annotated[Path | None, typer.Option("--out", help="Write it here, for our eyes only.")]


def add_ledger(app: typer.Typer, works: Ledgers) -> None:
    """Add the commands to the program."""
    ledger = typer.Typer(help="Who decided what: verified, exported.", no_args_is_help=True)
    app.add_typer(ledger, name="ledger")
    said = Console(stderr=True)

    @ledger.command()
    def verify(settings_file: SettingsFile = None, *, as_json: AsJson = False) -> None:
        """Read the ledger from its beginning; exit status 0 only if nothing is wrong."""
        _tell(works.ledger_verify(settings_file), works, said, as_json=as_json)

    @ledger.command()
    def export(out: Out, settings_file: SettingsFile = None) -> None:
        """Write the ledger for the bureau: lines of JSON, signed."""
        number = works.ledger_export(out, settings_file)
        said.print(f"{number} entries were written to {out}.")

    @ledger.command()
    def check(
        file: File, public_key: Key, earlier: Earlier = None, *, as_json: AsJson = False
    ) -> None:
        """Judge an exported ledger, on any machine; exit status 0 only if nothing is wrong."""
        _tell(works.ledger_check(file, public_key, earlier or []), works, said, as_json=as_json)

    @ledger.command(name="prove-erased")
    def prove_erased(
        person: Person = "",
        key: Template = "",
        out: Proof = None,
        settings_file: SettingsFile = None,
    ) -> None:
        """A signed proof that a face's templates are gone; `verify-record` judges it."""
        proof = works.ledger_prove_erased(person, key, settings_file)
        if out is None:
            sys.stdout.write(proof)
            return
        try:
            write_private(out, proof.encode("utf-8"))
        except OSError as error:
            raise Refused("ledger.not_written", file=out.name, reason=error.strerror) from None


def _tell(verdict: LedgerVerdict, works: Ledgers, said: Console, *, as_json: bool) -> None:
    told = {"sound": verdict.sound, **asdict(verdict)}
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        print_pairs(said, told)
        if verdict.broken is not None:
            said.print(works.words(verdict.broken))
    if not verdict.sound:
        raise typer.Exit(_BROKEN)
