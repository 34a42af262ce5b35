"""The command that answers an inspection: what stands behind one settlement, signed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.core.money import Money
from terminal.core.settlement_evidence import Reader
from terminal.technician import AsJson, SettingsFile


class Evidences(Protocol):
    """What the command does; the joiner provides it."""

    def settlement_evidence(self, number: str, reader: Reader, settings_file: Path | None) -> str:
        """The signed evidence, as JSON text."""
        ...

    def write_evidence(self, told: str, out: Path) -> None: ...


Number = Annotated[
    str,
    typer.Argument(
        metavar="SETL_ID", help="The province's number; of a self-paid visit our own number."
    ),
]
Role = Annotated[
    Reader, typer.Option(help="Who reads it: what of a person is masked follows from that.")
]
Out = Annotated[Path | None, typer.Option(help="Write the signed file here, for us alone.")]


def add_inspection(app: typer.Typer, works: Evidences) -> None:
    """Add the command to the program."""

    @app.command()
    def evidence(
        number: Number,
        role: Role = Reader.DOCTOR,
        out: Out = None,
        settings_file: SettingsFile = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """What stands behind a settlement: who, how known, which boxes, every message."""
        told = works.settlement_evidence(number, role, settings_file)
        if out is not None:
            works.write_evidence(told, out)
        if as_json:
            sys.stdout.write(told)
        elif out is None:
            _print(json.loads(told))


def _print(sealed: Mapping[str, Any]) -> None:
    record = sealed["record"]
    out = Console()
    for title, rows in (
        ("who", _who(record)),
        ("settlements", [_charge(each) for each in record["charges"]]),
        ("boxes and services", [_line(each) for each in record["lines"]]),
        ("reasons", [[each["rule"], each["reason"], each["by"]] for each in record["findings"]]),
        ("messages", [_message(m) for each in record["charges"] for m in each["messages"]]),
        ("ledger", [[str(e["number"]), e["at"], e["deed"], e["who"]] for e in record["ledger"]]),
        ("signed", [["sm3", sealed["sm3"]], ["key", record["device"]["public_key"]]]),
    ):
        _table(out, title, rows)


def _table(out: Console, title: str, rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    table = Table(title=title, show_header=False, title_justify="left")
    for _ in rows[0]:
        table.add_column(overflow="fold")  # Half a number cannot be looked up.
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _who(record: Mapping[str, Any]) -> list[list[str]]:
    person, how, stood = record["person"], record["identified"], record["standing"]
    rows = [
        ["visit", f"{record['visit_id']} {record['state']} {record['opened_at']}"],
        ["person", f"{person['name']} {person['certno']}"],
        ["identified", " ".join(filter(None, (how["how"], how["similarity"])))],
        ["stood there", f"{stood['standing']} {stood['relation']}"],
        ["treated by", f"{record['treated']['name']} {record['treated']['code']}"],
        ["diagnosis", f"{record['diagnosis']} {record['diagnosis_name']}"],
    ]
    rows += [
        ["agreed", f"{_yuan(each['own_fen'])} {each['at']} before {each['before']['code']}"]
        for each in record["agreed"]
    ]
    return rows


def _charge(each: Mapping[str, Any]) -> list[str]:
    shares = each["shares_fen"]
    undone = each["cancelled"]
    parts = " + ".join(f"{name} {_yuan(shares.get(name))}" for name in ("fund", "own"))
    return [
        each["setl_id"] or each["settlement_id"],
        each["category"],
        each["state"],
        f"{_yuan(shares.get('total'))} = {parts}",
        "" if undone is None else f"cancelled {undone['done_at']}: {undone['reason']}",
    ]


def _line(each: Mapping[str, Any]) -> list[str]:
    return [
        each["name"] or each["medins_list_codg"],
        each["quantity"],
        _yuan(each["total_fen"]),
        each["trace_code"] or each["untraced"],
        " ".join(filter(None, (each["lot"], each["expires_on"], each["delivery_note"]))),
    ]


def _message(each: Mapping[str, Any]) -> list[str]:
    return [each["infno"], each["msgid"], each["sent_at"], each["outcome"], each["request_sm3"]]


def _yuan(fen: int | None) -> str:
    return "?" if fen is None else Money(fen).yuan
