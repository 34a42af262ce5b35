"""The command that serves the pairing page, or has it served from the next start on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Protocol

import typer

from terminal.technician import SettingsFile

Open = Annotated[
    bool,
    typer.Option(
        "--open", help="Only leave the mark: the page comes in the terminal's place from the "
        "next start of the services on.",
    ),
]  # fmt: skip


class Pairs(Protocol):
    """What the command does; the joiner provides it."""

    def pairing(self, settings_file: Path | None) -> None:
        """Serve the page until the clinic begins. Raises Unavailable `web.port_in_use`."""
        ...

    def open_pairing(self, settings_file: Path | None) -> None:
        """Raises OSError where the data folder cannot be written."""
        ...


def add_pairing(app: typer.Typer, works: Pairs) -> None:
    """Add the command to the program."""

    @app.command()
    def pairing(settings_file: SettingsFile = None, open_: Open = False) -> None:  # noqa: FBT002
        """Serve the pairing page: scan the enrolment card, watch the rest."""
        if open_:
            works.open_pairing(settings_file)
        else:
            works.pairing(settings_file)
