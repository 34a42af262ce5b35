"""The commands of `clinic-terminal enrol`: faces in and out at the command line.

An ID number on a command line stays in the shell's history, so it is asked for when it is
not given. With `--json` the outcome is one line, the last on standard output; everything
else goes to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.core.consent import CONSENT_VERSION, Consent
from terminal.technician import AsJson, Fraction, SettingsFile, print_pairs, telling

_FAILED = 1
"""Exit status when somebody was not enrolled; the report says who and why."""

_TYPED_MAX = 100
"""Letters of a line that is to be an ID number."""


@dataclass(frozen=True, slots=True)
class EnrolOptions:
    """Whose face, from where, with what consent."""

    id_number: str = field(repr=False)
    consent: Consent
    photographs: Path | None
    """A folder; None: the camera."""
    settings_file: Path | None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """A list, the folder of its photographs, and the consent where a row has none."""

    listed: Path
    root: Path
    consent: Consent
    dry_run: bool
    settings_file: Path | None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each row, and whether anything is left to do."""

    rows: list[dict[str, object]]
    """row, outcome, person (masked), look_alikes."""
    complete: bool
    dry_run: bool

    def figures(self) -> dict[str, object]:
        """The report as one object: how many rows of each outcome, then the rows."""
        outcomes = [str(row["outcome"]) for row in self.rows]
        counts = {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}
        return {
            "complete": self.complete,
            "dry_run": self.dry_run,
            "outcomes": counts,
            "rows": self.rows,
        }


class Enrolments(Protocol):
    """What the commands do; the joiner provides it."""

    def enrol_person(self, options: EnrolOptions, hinted: Callable[[str], None]) -> Report:
        """`hinted` is told what the person before the camera should do, by its code."""
        ...

    def enrol_import(self, options: ImportOptions, told: Fraction) -> Report: ...

    def enrol_forget(self, id_number: str, settings_file: Path | None) -> dict[str, object]:
        """Returns how many templates were erased, and the ledger's entry that proves it."""
        ...

    def enrol_held(self, whom: str, settings_file: Path | None) -> list[str]: ...

    def enrol_list(self, settings_file: Path | None) -> dict[str, object]: ...

    def words(self, code: str) -> str: ...

    def said_aloud(self, code: str) -> str:
        """What the person before the camera is told."""
        ...


IdNumber = Annotated[
    str | None,
    typer.Option(help="Asked for when not given: a command line stays in the shell's history."),
]
Whom = Annotated[
    str | None,
    typer.Argument(help="ID number, or our own number for them; asked for when not given."),
]
Witness = Annotated[str, typer.Option(help="Who was there when the person agreed: code or name.")]
Guardian = Annotated[str, typer.Option(help="Who agreed for someone under fourteen.")]
Version = Annotated[str, typer.Option(help="Version of the text that was read out.")]
Photographs = Annotated[
    Path | None, typer.Option("--photos", help="A folder with photographs of this person alone.")
]
List = Annotated[
    Path, typer.Option("--csv", help="id_number,path[,consent_version,witness,guardian]")
]
Root = Annotated[Path, typer.Option(help="The folder that the list's paths are relative to.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Look and ask, and keep nothing.")]


def add_enrol(app: typer.Typer, works: Enrolments) -> None:
    """Add the group to the program."""
    said = Console(stderr=True)
    enrol = typer.Typer(help="Faces in, with consent, and out; docs/enrolment.md.")
    app.add_typer(enrol, name="enrol", no_args_is_help=True)
    _add_in(enrol, works, said)
    _add_out(enrol, works, said)


def _add_in(enrol: typer.Typer, works: Enrolments, said: Console) -> None:
    @enrol.command()
    def person(
        witness: Witness,
        id_number: IdNumber = None,
        guardian: Guardian = "",
        consent_version: Version = CONSENT_VERSION,
        photos: Photographs = None,
        settings_file: SettingsFile = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """One person, by the camera or from a folder of photographs."""
        consent = Consent(consent_version, witness, guardian)
        options = EnrolOptions(_asked(id_number), consent, photos, settings_file)
        report = works.enrol_person(options, lambda code: said.print(works.said_aloud(code)))
        _print_report(report, works, as_json=as_json)

    @enrol.command(name="import")
    def bring(
        csv: List,
        root: Root,
        witness: Witness = "",
        consent_version: Version = "",
        settings_file: SettingsFile = None,
        *,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Many people, from a list and a folder of photographs; says what became of each row."""
        consent = Consent(consent_version, witness)
        with telling(said) as told:
            report = works.enrol_import(
                ImportOptions(csv, root, consent, dry_run, settings_file), told
            )
        _print_report(report, works, as_json=as_json)


def _add_out(enrol: typer.Typer, works: Enrolments, said: Console) -> None:
    @enrol.command()
    def forget(
        id_number: IdNumber = None, settings_file: SettingsFile = None, *, as_json: AsJson = False
    ) -> None:
        """Withdraw somebody's consent: everything of their face goes at once."""
        done = works.enrol_forget(_asked(id_number), settings_file)
        if as_json:
            _print_json(done)
        else:
            said.print(f"{done['erased']} templates were erased.")
            said.print(f"Entry {done['ledger_entry']} of the ledger says so (0: none was kept).")

    @enrol.command()
    def held(
        whom: Whom = None, settings_file: SettingsFile = None, *, as_json: AsJson = False
    ) -> None:
        """Everything that the terminal holds of somebody, as the slip says it to them."""
        lines = works.enrol_held(_asked(whom), settings_file)
        if as_json:
            _print_json({"lines": lines})
        else:
            sys.stdout.write("\n".join(lines) + "\n")

    @enrol.command(name="list")
    def everybody(settings_file: SettingsFile = None, *, as_json: AsJson = False) -> None:
        """Who is enrolled, by masked name, and who needs to be enrolled anew."""
        figures = works.enrol_list(settings_file)
        if as_json:
            _print_json(figures)
        else:
            print_pairs(Console(), {k: v for k, v in figures.items() if k != "enrolled"})
            _print_rows(figures["enrolled"])


def _asked(id_number: str | None) -> str:
    """The number given, else the next line of standard input; whoever gets it checks it."""
    if id_number is not None:
        return id_number
    sys.stderr.write("ID number: ")
    sys.stderr.flush()
    return sys.stdin.readline(_TYPED_MAX).strip()


def _print_report(report: Report, works: Enrolments, *, as_json: bool) -> None:
    if as_json:
        _print_json(report.figures())
    else:
        _print_rows([{**row, "meaning": works.words(str(row["outcome"]))} for row in report.rows])
    if not report.complete:
        raise typer.Exit(_FAILED)


def _print_json(figures: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, allow_nan=False) + "\n")


def _print_rows(rows: object) -> None:
    """A table of rows that have the same columns."""
    if not isinstance(rows, list) or not rows:
        return
    table = Table()
    for column in rows[0]:
        table.add_column(column, overflow="fold")  # A code cut short cannot be looked up.
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)
