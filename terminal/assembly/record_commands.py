"""The commands about signed records: verify them anywhere, export them, tell the key.

`verify-record` needs neither store nor settings: whoever has a record and the clinic's
public key can judge it. Without a key a record is judged by the key it names itself,
which proves that nobody changed it since, but not whose it is.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.core.evidence import Judged, Verdict, judged
from terminal.core.faults import Refused
from terminal.technician import AsJson, SettingsFile

_NOT_GENUINE = 1
"""Exit status when one record or more is not genuine."""

_FILE_BYTES_MAX = 4 * 1024 * 1024
"""A record has some 5 KB."""

_KEY = re.compile(r"(04)?[0-9a-fA-F]{128}")

_KEY_FILE_BYTES_MAX = 1000


class Records(Protocol):
    """What the commands do; the joiner provides it."""

    def records_export(self, out: Path, settings_file: Path | None) -> list[Path]:
        """Returns the files that were written."""
        ...

    def public_key(self, settings_file: Path | None) -> str: ...

    def words(self, code: str) -> str: ...


Files = Annotated[list[Path], typer.Argument(help="Files that `records` has written.")]
Key = Annotated[
    str | None,
    typer.Option(help="The clinic's public key: hexadecimal digits, or a file with them."),
]
Out = Annotated[Path, typer.Option(help="Folder to write them to, one file a visit.")]


def add_records(app: typer.Typer, works: Records) -> None:
    """Add the commands to the program."""
    said = Console(stderr=True)

    @app.command(name="verify-record")
    def verify(files: Files, key: Key = None, *, as_json: AsJson = False) -> None:
        """Whether signed records are what was signed; exit status 0 only if all are."""
        wanted = None if key is None else _key(key)
        rows = [_row(file, judged(_read(file), wanted)) for file in files]
        if as_json:
            figures = {
                "genuine": all(row["verdict"] == Verdict.GENUINE for row in rows),
                "key_given": wanted is not None,
                "records": rows,
            }
            sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        else:
            _print(rows, works)
        if wanted is None:
            said.print("没有给出公钥：只说明记录签名后未被改动，不说明是谁签的。(--key)")
        if any(row["verdict"] != Verdict.GENUINE for row in rows):
            raise typer.Exit(_NOT_GENUINE)

    @app.command()
    def records(out: Out, settings_file: SettingsFile = None, *, as_json: AsJson = False) -> None:
        """Write the signed records of offline visits to a folder, for our eyes only."""
        written = works.records_export(out, settings_file)
        if as_json:
            names = [str(path) for path in written]
            sys.stdout.write(json.dumps({"records": names}, ensure_ascii=False) + "\n")
        else:
            said.print(f"{len(written)} records were written to {out}.")

    @app.command(name="public-key")
    def public_key(settings_file: SettingsFile = None) -> None:
        """The key by which this terminal's records and statements are verified."""
        sys.stdout.write(works.public_key(settings_file) + "\n")


def _row(file: Path, outcome: Judged) -> dict[str, str]:
    return {
        "file": str(file),
        "verdict": outcome.verdict.value,
        "visit_id": outcome.visit_id,
        "public_key": outcome.public_key,
    }


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_FILE_BYTES_MAX)
    except OSError as error:
        raise Refused("record.no_such_file", file=file.name, reason=error.strerror) from None


def _key(told: str) -> str:
    """The digits themselves, or what a file of them says."""
    if not _KEY.fullmatch(told):
        try:
            with Path(told).open("rb") as opened:
                told = opened.read(_KEY_FILE_BYTES_MAX).decode("ascii", "replace").strip()
        except OSError as error:
            raise Refused("record.no_such_key", reason=error.strerror) from None
    if not _KEY.fullmatch(told):
        raise Refused("record.no_such_key", reason="no SM2 public key")
    return told


def _print(rows: list[dict[str, str]], works: Records) -> None:
    table = Table()
    for column in ("file", "verdict", "meaning", "signed by"):
        table.add_column(column, overflow="fold")  # Half a name cannot be looked up.
    for row in rows:
        meaning = works.words(row["verdict"])
        table.add_row(row["file"], row["verdict"], meaning, row["public_key"][:18])
    Console().print(table)
