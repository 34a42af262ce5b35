"""The doctor's page of family accounts: one person's bindings, and one being made."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from kiosk_ui import forms, people_forms
from kiosk_ui.answers import Screen, live_page, tap_done
from kiosk_ui.desk import Desk
from kiosk_ui.people_names import (
    BASES,
    DOCUMENTS,
    MEMBER_RELATIONS,
    SCOPES,
    TERM_OFFERED,
    TERMS_MONTHS,
    WITNESS_REASONS,
)
from kiosk_ui.regions import region
from terminal.core.counter import CounterView
from terminal.core.families import Scope
from terminal.core.family_rules import INFANT_UNDER

REGIONS = ("holder", "told", "looking", "making", "action")

_PATH = "/doctor/family"
_NAMES = {
    "relations": MEMBER_RELATIONS,
    "scope_names": SCOPES,
    "every_scope": tuple(Scope),
    "basis_names": BASES,
    "documents": DOCUMENTS,
    "witness_reasons": WITNESS_REASONS,
    "infant_under": INFANT_UNDER,
    "terms": TERMS_MONTHS,
    "term_offered": TERM_OFFERED,
}


def family_pages(desk: Desk) -> Blueprint:
    """`/doctor/family`: what it shows follows the counter."""
    pages = Blueprint("family", __name__, url_prefix=_PATH)
    screen = Screen("family/page.html", _PATH, partial(_draw, desk))
    live_page(pages, desk, screen)
    _naming(pages, desk, screen)
    _binding(pages, desk, screen)
    return pages


def _naming(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    @pages.post("")
    def begin() -> ResponseReturnValue:
        desk.families.begin(forms.text("id_number"))
        return tap_done(screen, desk.view())

    @pages.post("/visit")
    def begin_of_visit() -> ResponseReturnValue:
        """From the counter's page as well, which then leads here."""
        desk.families.begin_of_visit(forms.text("visit_id"))
        here = "HX-Request" in request.headers
        return tap_done(screen, desk.view()) if here else redirect(_PATH, 303)

    @pages.post("/member")
    def name_member() -> ResponseReturnValue:
        desk.families.name_member(forms.text("id_number"))
        return tap_done(screen, desk.view())

    @pages.post("/stop")
    def stop() -> ResponseReturnValue:
        desk.families.stop()
        return tap_done(screen, desk.view())


def _binding(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    @pages.post("/bind")
    def bind() -> ResponseReturnValue:
        _bind(desk)
        return tap_done(screen, desk.view())

    @pages.post("/witness")
    def confirm_witness() -> ResponseReturnValue:
        desk.families.confirm_witness()
        return tap_done(screen, desk.view())

    @pages.post("/unbind")
    def unbind() -> ResponseReturnValue:
        side = people_forms.one_of("side", people_forms.SIDES)
        desk.families.unbind(forms.text("binding_id"), side)
        return tap_done(screen, desk.view())


def _bind(desk: Desk) -> None:
    """The terms, and the one button that was pressed: what the binding rests on."""
    rests_on = [name for name in ("face", "document", "reason") if name in request.form]
    if len(rests_on) != 1:
        raise BadRequest
    relation, allowed = people_forms.relation(), people_forms.scopes()
    until = people_forms.valid_until(desk.view().day)
    match rests_on[0]:
        case "face":
            desk.families.bind_by_face(relation, allowed, until)
        case "document":
            document = people_forms.one_of("document", DOCUMENTS)
            desk.families.bind_by_documents(relation, allowed, until, document)
        case _:
            reason = people_forms.witness_reason()
            desk.families.bind_by_witness(relation, allowed, until, reason)


def _draw(desk: Desk, view: CounterView) -> dict[str, Markup]:
    family = desk.families.view()
    step = f"step.binding_{family.step.value}" if family else "step.family"
    shown = {"view": view, "family": family, "step": step, **_NAMES}
    return {
        "status": region("doctor", "status", view=view),
        **{name: region("family", name, **shown) for name in REGIONS},
    }
