"""The doctor's taps about bills that the clinic's record system pushed."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk_ui import forms
from kiosk_ui.answers import Screen, tap_done
from kiosk_ui.desk import Desk

WHY_NOT = (
    ("not_here", "人没有来"),
    ("not_given", "药没有发"),
    ("twice", "推重复了"),
    ("wrong", "内容不对"),
)
"""Why a bill is not taken (core/pushed.RefusalReason), as the buttons say it. Closed: it
leaves this terminal."""

PUSHED_SHOWN = 20
"""Rows; more nobody looks through, and those of whoever is in front stand first."""


def pushed_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """Take, open a visit for, refuse."""

    @pages.post("/pushed/open")
    def open_pushed() -> ResponseReturnValue:
        desk.pushed.open_visit(*_which())
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/pushed")
    def take_pushed(visit_id: str) -> ResponseReturnValue:
        desk.pushed.take(visit_id, *_which())
        return tap_done(screen, desk.view())

    @pages.post("/pushed/refuse")
    def refuse_pushed() -> ResponseReturnValue:
        desk.pushed.refuse(*_which(), forms.text("reason"))
        return tap_done(screen, desk.view())


def _which() -> tuple[str, str]:
    """Whose bill, and its number there."""
    return forms.text("client"), forms.text("number")
