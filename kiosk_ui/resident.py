"""The resident's pages: one thing at a time.

Their taps: an ID number, for whom, the last digits, yes and no to an amount, and what is
theirs alone: to end a binding of their own, and to have their face erased.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk_ui import forms
from kiosk_ui.answers import Screen, redrawn, tap_done, whole_page
from kiosk_ui.big_text import big_card
from kiosk_ui.desk import Desk
from kiosk_ui.regions import region
from kiosk_ui.screens import resident_screen
from kiosk_ui.stands import may_see_family
from terminal.core.agreement import Manner
from terminal.core.counter import CounterView
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.people_views import FamilyView

REGIONS = ("place", "now", "keypad", "cue", "ways", "mine", "say")


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

    @pages.post("/visits")
    def open_by_id_number() -> ResponseReturnValue:
        desk.reception.open_by_id_number(forms.text("id_number"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/agree")
    def agree(visit_id: str) -> ResponseReturnValue:
        desk.agreeing.agree(visit_id, *_seen(), _manner())
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/decline")
    def decline(visit_id: str) -> ResponseReturnValue:
        desk.agreeing.decline(visit_id, *_seen(), _manner())
        return tap_done(screen, desk.view())

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


def _seen() -> tuple[int, Money]:
    """The lines and the amount that were on the screen when it was tapped."""
    return forms.whole_number("revision"), forms.amount("own")


def _manner() -> Manner:
    """Only a tap or a button comes from here: what is spoken, the doctor taps."""
    return Manner.BUTTON if request.form.get("by") == Manner.BUTTON else Manner.TAP


def _draw(desk: Desk, view: CounterView) -> dict[str, Markup]:
    # The template is handed no view: what it does not hold it cannot show.
    screen = resident_screen(view, desk.families.view(), _own_family(desk, view))
    # A box's name: for whoever holds it, and only while nobody is served.
    free = view.visit is None and screen.enrolling is None and screen.binding is None
    price = view.price_told if free else None
    return {
        name: region(
            "resident",
            name,
            screen=screen,
            clinic_name=view.clinic_name,
            power=view.power,
            price=price,
        )
        for name in REGIONS
    } | {"big-card": big_card(view, closable=False)}


def _own_family(desk: Desk, view: CounterView) -> FamilyView | None:
    """The bindings of whoever was recognised; None where nobody surely was."""
    visit = view.visit
    if visit is None or not may_see_family(visit):
        return None
    try:
        return desk.families.here(visit.visit_id)
    except Refused:
        return None
