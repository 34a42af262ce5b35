"""The commands about the county's signed files: fetch, take from a stick, try, sign."""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from terminal.assembly.asked_settings import asked_settings
from terminal.assembly.backup_commands import add_reseal
from terminal.assembly.pairing_commands import add_pairing
from terminal.assembly.pairing_console import PairingConsole
from terminal.assembly.provision_commands import add_card, add_provision
from terminal.bundle import bundle_keys
from terminal.bundle_making import private_key
from terminal.clock import now
from terminal.core.county_files import CountyFile, CountyKind
from terminal.core.faults import Fault, Refused
from terminal.county import County, from_stick
from terminal.county_shelf import CountyShelf
from terminal.county_signing import signed_file
from terminal.county_trial import SettingsTrial, county_settings

KEYS = Path("/etc/clinic-terminal/county.pub")
"""The county's public keys, put there when the terminal is enrolled."""
_CONNECT_S = 5.0
_SPREAD_S_MAX = 3600.0

Keys = Annotated[Path, typer.Option("--keys", help="File of the public keys that are believed.")]
Address = Annotated[str, typer.Argument(help="https address of the folder at the county.")]
Authority = Annotated[
    Path | None, typer.Option("--ca", help="PEM file of the county's own authority.")
]
Spread = Annotated[
    float,
    typer.Option("--spread-s", min=0, max=_SPREAD_S_MAX, help="Wait a random part of it first."),
]
Stick = Annotated[Path, typer.Argument(help="Folder with the county's files.")]
Content = Annotated[Path, typer.Argument(help="What is to be signed.")]
Private = Annotated[Path, typer.Option("--key", help="The county's private key, mode 0600.")]
Scope = Annotated[str, typer.Option(help="Area (2, 4, 6 digits) or one clinic's code.")]
Revision = Annotated[int, typer.Option(help="Greater than every one before.")]
Days = Annotated[int, typer.Option(min=1, max=400, help="How long it stays in force.")]
Into = Annotated[Path, typer.Option("--into", help="Folder that the terminals fetch from.")]


def add_county(app: typer.Typer) -> None:
    """Add the commands to the program."""
    county = typer.Typer(help="The county's signed files.", no_args_is_help=True)
    app.add_typer(county, name="county")
    _add_taking(county)
    add_reseal(county)
    _add_trial(county)
    add_card(county)
    add_provision(app)
    add_pairing(app, PairingConsole())

    @county.command()
    def sign(
        kind: CountyKind,
        content: Content,
        key: Private,
        scope: Scope,
        revision: Revision,
        into: Into,
        days: Days = 90,
    ) -> None:
        """Sign a file for the terminals of an area: the county's act, not a terminal's."""
        begins = now().replace(microsecond=0)
        data = content.read_bytes()
        if kind is CountyKind.SETTINGS:
            county_settings(data)
        file = CountyFile(kind, scope, revision, begins, begins + timedelta(days=days), data)
        whole = signed_file(file, private_key(key))
        (into / f"{kind.value}.signed").write_bytes(whole)
        sys.stdout.write(f"{kind.value}: revision {revision}, {len(whole)} bytes, signed.\n")


def _add_taking(county: typer.Typer) -> None:
    @county.command()
    def fetch(
        address: Address, keys: Keys = KEYS, authority: Authority = None, spread: Spread = 0.0
    ) -> None:
        """Ask the county for everything once; exit status 1 if anything was not right."""
        from terminal.province.post import Post  # noqa: PLC0415 - only this one goes outward.

        shelf, trial = _places(keys)
        # S311: spreads terminals over time; guards nothing.
        time.sleep(random.random() * spread)  # noqa: S311
        line = Post(authority, _CONNECT_S)
        try:
            asked = County(shelf, line, address)
            news, faults = asked.round(now(), 0.0, lambda: 0.0)
        finally:
            line.close()
        _lay_ready(shelf, trial)
        _tell(news, faults)

    @county.command()
    def take(folder: Stick, keys: Keys = KEYS) -> None:
        """Take the same files from a stick."""
        shelf, trial = _places(keys)
        news = from_stick(shelf, folder, now())
        _lay_ready(shelf, trial)
        _tell(news, [])

    @county.command()
    def stands(keys: Keys = KEYS) -> None:
        """What is held, since when, and whether it is stale; exit status 1 if anything is."""
        shelf, trial = _places(keys)
        told = shelf.stands(now())
        for each in told:
            asked = each.asked_at.isoformat(timespec="seconds") if each.asked_at else "-"
            word = "stale" if each.is_stale else "fresh"
            sys.stdout.write(f"{each.kind.value} {each.revision} {asked} {word}\n")
        state = trial.state()
        sys.stdout.write(f"settings in force {state.good}, tried {state.trial}\n")
        if any(each.is_stale for each in told):
            raise typer.Exit(1)


def _add_trial(county: typer.Typer) -> None:
    @county.command()
    def begin() -> None:
        """Before each start: begin a trial of new settings, or give up one that broke off."""
        state = _trial().begin()
        sys.stdout.write(f"good {state.good}, tried {state.trial}, given up {state.failed}\n")

    @county.command()
    def well() -> None:
        """The terminal is well with the settings on trial: keep them."""
        _trial().well()

    @county.command(name="give-up")
    def give_up() -> None:
        """Go back to the settings before, from the next start on."""
        _trial().give_up()


def _trial() -> SettingsTrial:
    """Found without reading the settings: they may be what is broken."""
    from terminal.settings_file import county_place  # noqa: PLC0415 - as asked_settings.

    return SettingsTrial(county_place())


def _places(keys: Path) -> tuple[CountyShelf, SettingsTrial]:
    settings = asked_settings()
    folder = settings.data_dir / "county"
    return CountyShelf(folder, settings.fixmedins_code, bundle_keys(keys)), SettingsTrial(folder)


def _lay_ready(shelf: CountyShelf, trial: SettingsTrial) -> None:
    """Settings are judged by the real ones before they are laid ready for a trial.

    What is held counts, not what is news: a power cut may have come between the two.
    """
    from terminal.settings_file import checked_with  # noqa: PLC0415 - as asked_settings.

    file = shelf.held(CountyKind.SETTINGS)
    state = trial.state()
    if file and file.revision > max(state.good, state.trial, state.failed):
        checked_with(county_settings(file.content))
        trial.stage(file.revision, file.content)


def _tell(news: list[CountyFile], faults: list[Fault]) -> None:
    for file in news:
        sys.stdout.write(f"{file.kind.value}: revision {file.revision} is taken.\n")
    for fault in faults:
        sys.stdout.write(f"{fault.code} {json.dumps(fault.facts, default=str)}\n")
    if any(isinstance(fault, Refused) for fault in faults) or (faults and not news):
        raise typer.Exit(1)
