"""The command `clinic-terminal rehearse`: words in, figures out."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console

from terminal.core.rehearsal import Wrong
from terminal.technician import AsJson, Fraction, print_pairs, telling

_FAILED = 1


@dataclass(frozen=True, slots=True)
class RehearsalOptions:
    """What is rehearsed."""

    visits: int
    seed: int
    faults: str
    """all, none, or names between commas."""
    folder: Path | None
    """Where the books are kept, and stay; None: on this machine's disk, for the time being."""


class Rehearsals(Protocol):
    """What the command does; the joiner provides it."""

    def rehearse(self, options: RehearsalOptions, told: Fraction) -> dict[str, object]: ...


Visits = Annotated[int, typer.Option(min=1, max=1_000_000, help="How many visits.")]
Seed = Annotated[int, typer.Option(help="The same seed draws the same faults.")]
Faults = Annotated[str, typer.Option(help="all, none, or names between commas.")]
BooksFolder = Annotated[
    Path | None, typer.Option("--folder", help="Where the books are kept, and stay.")
]


def add_rehearse(app: typer.Typer, works: Rehearsals) -> None:
    """Add the command to the program."""
    said = Console(stderr=True)

    @app.command()
    def rehearse(
        visits: Visits = 60,
        seed: Seed = 1,
        faults: Faults = "all",
        folder: BooksFolder = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Visits under every named fault; ends with status 1 if any was charged wrongly."""
        options = RehearsalOptions(visits, seed, faults, folder)
        with telling(said) as told:
            figures = works.rehearse(options, told)
        if as_json:
            sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        else:
            print_pairs(Console(), figures)
        if any(figures[wrong.value] for wrong in Wrong):
            raise typer.Exit(_FAILED)
