"""The resident's pages: one thing at a time, and two taps (for whom, and the last digits)."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk_ui import forms
from kiosk_ui.answers import Screen, redrawn, tap_done, whole_page
from kiosk_ui.desk import Desk
from kiosk_ui.regions import region
from kiosk_ui.screens import resident_screen
from terminal.core.counter import CounterView

REGIONS = ("place", "now", "keypad", "cue")


def resident_pages(desk: Desk) -> Blueprint:
    """`/resident` and what it asks for."""
    pages = Blueprint("resident", __name__, url_prefix="/resident")

    @pages.get("")
    def page() -> ResponseReturnValue:
        view = desk.view()
        return whole_page(_SCREEN, view, preview=resident_screen(view).preview)

    redrawn(pages, desk, _SCREEN)

    @pages.post("/visits/<visit_id>/person")
    def choose(visit_id: str) -> ResponseReturnValue:
        desk.reception.choose_person(visit_id, forms.text("person_id"))
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/digits")
    def give_digits(visit_id: str) -> ResponseReturnValue:
        desk.doubts.give_digits(visit_id, forms.last_digits("digits"))
        return tap_done(_SCREEN, desk.view())

    return pages


def _draw(view: CounterView) -> dict[str, Markup]:
    # The template is handed no view: what it does not hold it cannot show.
    screen = resident_screen(view)
    return {
        name: region("resident", name, screen=screen, clinic_name=view.clinic_name)
        for name in REGIONS
    }


_SCREEN = Screen("resident.html", "/resident", _draw)
