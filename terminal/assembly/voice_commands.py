"""The commands `clinic-terminal voice`: make the voice, and show what is spoken."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console

from terminal.technician import AsJson, Fraction, SettingsFile, print_pairs, telling

_COLUMNS = ("clip", "words", "pinyin", "file")


class Voiced(Protocol):
    """What the commands do; the joiner provides it."""

    def voice_build(self, settings_file: Path | None, told: Fraction) -> dict[str, object]:
        """Returns how many clips were made, kept and removed, and the folder."""
        ...

    def voice_list(self, settings_file: Path | None, pack: str | None) -> list[dict[str, str]]:
        """Clip, words, pinyin and the file that is played, of every clip."""
        ...


Pack = Annotated[str | None, typer.Option(help="Of this pack; else of the pack in the settings.")]


def add_voice(app: typer.Typer, works: Voiced) -> None:
    """Add the commands to the program."""
    voice = typer.Typer(help="The voice: built offline, or recorded.", no_args_is_help=True)
    app.add_typer(voice, name="voice")
    said = Console(stderr=True)

    @voice.command()
    def build(settings_file: SettingsFile = None, *, as_json: AsJson = False) -> None:
        """Make the sound files that are missing or whose reading changed."""
        with telling(said) as told:
            built = works.voice_build(settings_file, told)
        if as_json:
            sys.stdout.write(json.dumps(built, ensure_ascii=False) + "\n")
        else:
            print_pairs(said, built)

    @voice.command("list")
    def show(
        settings_file: SettingsFile = None, pack: Pack = None, *, as_json: AsJson = False
    ) -> None:
        """Every clip that is spoken, as a CSV table to be read aloud from."""
        rows = works.voice_list(settings_file, pack)
        if as_json:
            sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
            return
        table = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
