"""The resident's pages: one thing at a time.

Their taps: for whom, the last digits, and what is theirs alone: to end a binding of their
own, and to have their face erased.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk_ui import forms
from kiosk_ui.answers import Screen, redrawn, tap_done, whole_page
from kiosk_ui.desk import Desk
from kiosk_ui.regions import region
from kiosk_ui.screens import resident_screen
from kiosk_ui.stands import may_see_family
from terminal.core.counter import CounterView
from terminal.core.faults import Refused
from terminal.core.people_views import FamilyView

REGIONS = ("place", "now", "keypad", "cue", "mine")


def resident_pages(desk: Desk) -> Blueprint:
    """`/resident` and what it asks for."""
    pages = Blueprint("resident", __name__, url_prefix="/resident")
    screen = Screen("resident.html", "/resident", partial(_draw, desk))

    @pages.get("")
    def page() -> ResponseReturnValue:
        view = desk.view()
        preview = resident_screen(view, desk.families.view()).preview
        return whole_page(screen, view, preview=preview)

    redrawn(pages, desk, screen)

    @pages.post("/visits/<visit_id>/person")
    def choose(visit_id: str) -> ResponseReturnValue:
        desk.reception.choose_person(visit_id, forms.text("person_id"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/digits")
    def give_digits(visit_id: str) -> ResponseReturnValue:
        desk.doubts.give_digits(visit_id, forms.last_digits("digits"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/unbind")
    def unbind(visit_id: str) -> ResponseReturnValue:
        desk.families.unbind_here(visit_id, forms.text("binding_id"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/withdraw")
    def withdraw(visit_id: str) -> ResponseReturnValue:
        desk.consents.withdraw(visit_id)
        return tap_done(screen, desk.view())

    return pages


def _draw(desk: Desk, view: CounterView) -> dict[str, Markup]:
    # The template is handed no view: what it does not hold it cannot show.
    screen = resident_screen(view, desk.families.view(), _own_family(desk, view))
    return {
        name: region("resident", name, screen=screen, clinic_name=view.clinic_name)
        for name in REGIONS
    }


def _own_family(desk: Desk, view: CounterView) -> FamilyView | None:
    """The bindings of whoever was recognised; None where nobody surely was."""
    visit = view.visit
    if visit is None or not may_see_family(visit):
        return None
    try:
        return desk.families.here(visit.visit_id)
    except Refused:
        return None
