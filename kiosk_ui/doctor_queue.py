"""The doctor's taps about several visits at once, and the sheet of printed commands."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui import forms
from kiosk_ui.answers import Screen, tap_done
from kiosk_ui.barcode import code128
from kiosk_ui.desk import Desk
from terminal.core.counter import CounterView
from terminal.core.scan_commands import Command, command_text

_FAVOURITES = 9
"""As many as there are number keys."""


def queue_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """Aside, forward, a line to another visit, and what the resident said aloud."""

    @pages.post("/visits/<visit_id>/aside")
    def set_aside(visit_id: str) -> ResponseReturnValue:
        desk.reception.set_aside(visit_id)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/forward")
    def bring_forward(visit_id: str) -> ResponseReturnValue:
        desk.reception.bring_forward(visit_id)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/lines/<int(max=999999):number>/move")
    def move_line(visit_id: str, number: int) -> ResponseReturnValue:
        desk.basket.move_line(visit_id, number, forms.text("to"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/spoken")
    def spoken(visit_id: str) -> ResponseReturnValue:
        revision, own = forms.whole_number("revision"), forms.amount("own")
        desk.agreeing.spoken(visit_id, revision, own)
        return tap_done(screen, desk.view())

    @pages.get("/commands")
    def commands() -> ResponseReturnValue:
        """The sheet to print: commands to hold to the scanner; none of them moves money."""
        return render_template("doctor/commands.html", rows=_rows(desk.view()), code128=code128)


def _rows(view: CounterView) -> list[tuple[str, str]]:
    """What each says, and what it is."""
    named = [
        ("确认本人", command_text(Command.PERSON)),
        ("先放一边", command_text(Command.ASIDE)),
        ("下一位", command_text(Command.NEXT)),
    ]
    if view.record_settles:
        named.append(("扫完了，交给基卫系统", command_text(Command.GIVE)))
    favourites = view.diagnoses[:_FAVOURITES]
    return named + [(f"诊断 {x.name}", command_text(Command.DIAGNOSIS, x.code)) for x in favourites]
