"""The commands of provisioning: on the terminal all steps, at the county the card."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from terminal.assembly.asked_settings import asked_settings
from terminal.bundle_making import private_key
from terminal.clock import now
from terminal.core.enrolment_card import EnrolmentCard, card_text, code_of
from terminal.core.faults import Fault, Refused
from terminal.core.national_crypto import sm2_sign
from terminal.core.provisioning import ProvisionView, StepState
from terminal.private_file import write_private
from terminal.provisioning import Provisioning
from terminal.technician import AsJson, SettingsFile

_LOOK_S = 0.5
_VALID = timedelta(days=14)
"""A technician's round through a county; a lost card is worth nothing after it."""

_CARD_BYTES_MAX = 4096
_MOVE_CODES = ("provision.another_clinic",)

CardFile = Annotated[Path | None, typer.Option("--card", help="File of the enrolment card.")]
Code = Annotated[str, typer.Option("--code", help="The card's short code, typed.")]
CountyUrl = Annotated[str, typer.Option("--county", help="https address of the county.")]
Move = Annotated[
    bool,
    typer.Option("--move", help="Erase the clinic that this device belongs to, and move."),
]
Private = Annotated[Path, typer.Option("--key", help="The county's private key, mode 0600.")]
Into = Annotated[Path, typer.Option("--into", help="Folder for the card as file and picture.")]


def add_provision(app: typer.Typer) -> None:
    """Add the terminal's command to the program."""

    @app.command()
    def provision(
        settings_file: SettingsFile = None,
        *,
        card: CardFile = None,
        code: Code = "",
        county: CountyUrl = "",
        move: Move = False,
        as_json: AsJson = False,
    ) -> None:
        """Make this machine a clinic's terminal: all steps, or those that are left."""
        from terminal.assembly.acceptance import SheetKeeper, printer_of  # noqa: PLC0415
        from terminal.assembly.provision_works import provisioning_of  # noqa: PLC0415

        settings = asked_settings(settings_file)
        sheets = SheetKeeper(
            settings.data_dir, lambda: printer_of(lambda: asked_settings(settings_file))
        )
        machine = provisioning_of(settings, settings_file, sheets)
        try:
            # Before what is left of an earlier card goes on by itself.
            _begin(machine, _text_of(card), code, county, move=move)
            machine.start()
            view = _to_its_end(machine, as_json=as_json)
        finally:
            machine.stop()
        if as_json:
            sys.stdout.write(json.dumps(asdict(view), ensure_ascii=False, default=str) + "\n")
        else:
            _show(view)
        raise typer.Exit(0 if view.is_done else 1)


def add_card(county: typer.Typer) -> None:
    """Add the county's command beside its others."""

    @county.command()
    def card(
        key: Private,
        into: Into,
        county_url: Annotated[str, typer.Option("--county")],
        province_url: Annotated[str, typer.Option("--province")],
        clinic: Annotated[str, typer.Option(help="fixmedins_code.")],
        name: Annotated[str, typer.Option(help="The clinic's name.")],
        region: Annotated[int, typer.Option(min=0, help="Revision of the settings.")] = 0,
    ) -> None:
        """Make a signed enrolment card, as a picture to print and as a file."""
        from drivers.card_picture import card_picture  # noqa: PLC0415 - loads the networks' array.

        private, begins = private_key(key), now().replace(microsecond=0)
        made = EnrolmentCard(
            serial=secrets.token_hex(8),
            clinic=clinic,
            clinic_name=name,
            county_url=county_url,
            province_url=province_url,
            region=region,
            secret=secrets.token_hex(16),
            valid_from=begins,
            expires=begins + _VALID,
        )
        text = card_text(made, lambda data: sm2_sign(private, data))
        write_private(into / f"{made.serial}.card", text.encode("ascii") + b"\n")
        write_private(into / f"{made.serial}.png", card_picture(text))
        told = {
            "serial": made.serial,
            "code": code_of([secrets.randbelow(32) for _ in range(11)]),
            "characters": len(text),
            "expires": made.expires.isoformat(),
        }
        sys.stdout.write(json.dumps(told) + "\n")


def _text_of(card: Path | None) -> str:
    if card is None:
        return ""
    try:
        with card.open("rb") as stream:
            return stream.read(_CARD_BYTES_MAX).decode("ascii", "replace").strip()
    except OSError as error:
        raise Refused("card.not_read", file=card.name, reason=error.strerror) from None


def _begin(machine: Provisioning, text: str, code: str, county: str, *, move: bool) -> None:
    try:
        if text:
            machine.take_card(text)
        elif code:
            machine.take_code(code, county)
    except Fault as fault:
        if fault.code not in _MOVE_CODES or not move:
            raise
        machine.move()


def _to_its_end(machine: Provisioning, *, as_json: bool) -> ProvisionView:
    """Until all is done, or something failed, or nothing more can be done without a card."""
    said: set[str] = set()
    while True:
        view = machine.view()
        for step in view.steps:
            if step.state is StepState.DONE and step.step not in said:
                said.add(step.step)
                if not as_json:
                    sys.stderr.write(f"{step.step.value}: {step.seconds} s\n")
        states = [each.state for each in view.steps]
        if view.is_done or StepState.FAILED in states or not machine.is_at_work():
            return view
        machine.wait_for_change(_LOOK_S)


def _show(view: ProvisionView) -> None:
    table = Table("步骤", "状态", "秒", "代码")
    for each in view.steps:
        facts = "  ".join(f"{name} {value}" for name, value in each.facts.items())
        seconds = "" if each.seconds is None else f"{each.seconds:.1f}"
        table.add_row(each.step.value, each.state.value, seconds, escape(f"{each.code} {facts}"))
    Console().print(table)
