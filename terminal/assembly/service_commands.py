"""The commands that ask the running terminal: close the day, keep the store at night."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Protocol

import typer

from terminal.technician import SettingsFile

_NOT_ALL = 1
"""Exit status when a day stayed open or the store is not whole: systemd shows it as failed."""


class AskedTerminal(Protocol):
    """What the commands do; the joiner provides it."""

    def ask_terminal(self, verb: str, settings_file: Path | None) -> dict[str, Any]:
        """Raises Unavailable `door.nobody`, `door.no_answer`; Refused `door.said_no`."""
        ...


def add_service(app: typer.Typer, works: AskedTerminal) -> None:
    """Add the commands to the program."""

    @app.command()
    def close(settings_file: SettingsFile = None) -> None:
        """Close the days that nobody closed; asks the running terminal."""
        did = works.ask_terminal("close", settings_file)
        _say(did)
        if did["open"]:
            raise typer.Exit(_NOT_ALL)

    @app.command()
    def upkeep(settings_file: SettingsFile = None) -> None:
        """Read the store for damage and write its log into it; asks the running terminal."""
        did = works.ask_terminal("upkeep", settings_file)
        _say(did)
        if not did["store_whole"]:
            raise typer.Exit(_NOT_ALL)

    @app.command()
    def metrics(settings_file: SettingsFile = None) -> None:
        """Print the running terminal's numbers as OpenMetrics text; nobody's data."""
        sys.stdout.write(works.ask_terminal("metrics", settings_file)["text"])


def _say(did: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(did, ensure_ascii=False) + "\n")
