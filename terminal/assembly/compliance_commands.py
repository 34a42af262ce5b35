"""The command that prints the compliance sheet: one page of facts, measured now."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import typer
from rich.console import Console
from rich.table import Table

from terminal.core.compliance import FILING_PEOPLE, ComplianceFacts, LedgerCounted
from terminal.technician import AsJson, SettingsFile


class Sheets(Protocol):
    """What the command does; the joiner provides it."""

    def compliance_facts(self, settings_file: Path | None) -> ComplianceFacts: ...


def add_compliance(app: typer.Typer, works: Sheets) -> None:
    """Add the command to the program."""

    @app.command()
    def compliance(settings_file: SettingsFile = None, *, as_json: AsJson = False) -> None:
        """What is kept here, of whom, where, how long, how well: facts, measured now.

        Exit status 1 where a fact is missing, and which one is said.
        """
        facts = works.compliance_facts(settings_file)
        if as_json:
            sys.stdout.write(json.dumps(facts_as_json(facts), ensure_ascii=False) + "\n")
        else:
            _print(facts)


def facts_as_json(facts: ComplianceFacts) -> dict[str, Any]:
    """The sheet for a program."""
    told = asdict(facts)
    told["made_at"] = facts.made_at.isoformat()
    told["kept"] = {kind.value: rows for kind, rows in facts.kept.items()}
    told["ledger"]["verified_at"] = facts.ledger.verified_at.isoformat()
    since = facts.keys.since
    told["keys"]["since"] = None if since is None else since.isoformat()
    told["must_file"] = facts.must_file
    told["listens_beyond_loopback"] = bool(facts.ours_beyond_loopback)
    told["others_beyond_loopback"] = len(facts.others_beyond_loopback)
    for row, listener in zip(told["listeners"], facts.listeners, strict=True):
        row["loopback"] = listener.loopback
    return told


def _print(facts: ComplianceFacts) -> None:
    table = Table(show_header=False, title=f"{facts.device.clinic_name} {facts.made_at:%F %R}")
    table.add_column()
    table.add_column(overflow="fold")
    for name, told in _rows(facts):
        table.add_row(name, told)
    Console().print(table)


def _rows(facts: ComplianceFacts) -> list[tuple[str, str]]:
    people, faces, device, ledger = facts.people, facts.faces, facts.device, facts.ledger
    beyond = ", ".join(f"{each.address}:{each.port}" for each in facts.ours_beyond_loopback)
    return [
        ("purpose", "to know who comes to this clinic; nothing else is computed of a face"),
        ("people enrolled", f"{people.enrolled} of {FILING_PEOPLE} at which they are filed"),
        ("templates", f"{people.templates}, {people.templates_sealed} under their own key"),
        ("consents", f"{people.in_force} in force, {people.withdrawn} withdrawn"),
        ("erased, unused", str(people.erased_unused)),
        ("kept", ", ".join(f"{kind.value} {rows}" for kind, rows in facts.kept.items())),
        ("where", f"{facts.place.file}, {facts.place.bytes} bytes, {_encrypted(facts)}"),
        ("how long", f"{device.unused_months} months unused, {device.announced_days} days notice"),
        ("weights", f"{faces.pack}, {faces.model_digest}"),
        ("similarity", f"{facts.threshold.similarity:.3f} at FPIR {facts.threshold.fpir:.2g}"),
        *((f"{each.measure} {each.under}", f"{each.rate}, at most {each.at_most} ({each.of})")
          for each in facts.rates),
        ("camera", f"{faces.camera_class}: {faces.camera}"),
        ("keys", f"{facts.keys.klass.value}: {facts.keys.source}"),
        ("ledger", f"{ledger.entries} entries, {_verified(ledger)}"),
        ("staff", f"{facts.staff.doctors} doctors, {facts.staff.technicians} technicians"),
        ("reached from the network", beyond or "no"),
        ("software", device.software),
    ]  # fmt: skip


def _verified(ledger: LedgerCounted) -> str:
    state = "sound" if ledger.sound else "BROKEN"
    return f"verified {ledger.verified_at:%F %R} to {ledger.verified_to}: {state}"


def _encrypted(facts: ComplianceFacts) -> str:
    return "encrypted" if facts.place.encrypted else "NOT ENCRYPTED"
