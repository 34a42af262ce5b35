"""The doctor's taps for whoever comes with somebody, or for somebody, without a binding."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk_ui import forms, people_forms
from kiosk_ui.answers import Screen, tap_done
from kiosk_ui.desk import Desk


def companion_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """Brought along, sent, a code on a relative's phone, a newborn."""

    @pages.post("/visits/<visit_id>/brought-by")
    def brought_by(visit_id: str) -> ResponseReturnValue:
        relation = people_forms.relation()
        number = forms.optional_text("id_number")
        desk.companions.brought_by(visit_id, forms.text("name"), relation, number)
        return tap_done(screen, desk.view())

    @pages.post("/codes")
    def open_by_code() -> ResponseReturnValue:
        """Without a name it is the person's own phone, and no relation is asked."""
        name = forms.optional_text("name")
        relation = people_forms.relation() if name else ""
        desk.companions.open_by_code(forms.text("code"), name, relation)
        return tap_done(screen, desk.view())

    @pages.post("/errands")
    def open_errand() -> ResponseReturnValue:
        desk.companions.open_errand(
            forms.text("id_number"),
            forms.text("helper_name"),
            forms.text("helper_id_number"),
            people_forms.relation(),
        )
        return tap_done(screen, desk.view())

    _newborns(pages, desk, screen)


def _newborns(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    @pages.post("/newborns")
    def open_newborn() -> ResponseReturnValue:
        desk.companions.open_newborn(
            forms.text("birth_certificate"),
            forms.text("name"),
            people_forms.one_of("gender", people_forms.GENDERS),
            people_forms.born("born"),
            forms.text("mother_id_number"),
        )
        return tap_done(screen, desk.view())

    @pages.post("/newborns/registered")
    def register_newborn() -> ResponseReturnValue:
        number = forms.text("id_number")
        desk.companions.register_newborn(forms.text("birth_certificate"), number)
        return tap_done(screen, desk.view())
