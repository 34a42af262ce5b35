"""The doctor's pages: who, what, how much, and what waits."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk_ui import forms
from kiosk_ui.answers import Screen, live_page, tap_done
from kiosk_ui.barcode import code128
from kiosk_ui.desk import Desk
from kiosk_ui.doctor_goods import WHY_ALL_THE_SAME, basket_verbs, goods_verbs
from kiosk_ui.doctor_money import REASONS, cashbox_verbs, till_verbs
from kiosk_ui.doctor_people import companion_verbs
from kiosk_ui.doctor_queue import queue_verbs
from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.paper_page import paper_verbs
from kiosk_ui.people_names import COMPANION_RELATIONS
from kiosk_ui.prescription_page import prescription_verbs
from kiosk_ui.pushed_page import PUSHED_SHOWN, WHY_NOT, pushed_verbs
from kiosk_ui.record_page import record_verbs
from kiosk_ui.regions import region
from terminal.core.counter import CounterView

REGIONS = (
    "status", "person", "face", "links", "common", "find", "work", "more", "scan", "pushed",
    "prescriptions", "unbound", "elsewhere", "assurance", "differs", "slip", "money", "findings",
    "bill", "undo", "told", "record", "lines", "waiting", "fund", "action",
)  # fmt: skip


def doctor_pages(desk: Desk) -> Blueprint:
    """`/doctor` and the verbs behind its buttons."""
    pages = Blueprint("doctor", __name__, url_prefix="/doctor")
    live_page(pages, desk, _SCREEN, companion_relations=COMPANION_RELATIONS)
    _reception(pages, desk)
    _face(pages, desk)
    basket_verbs(pages, desk, _SCREEN)
    goods_verbs(pages, desk, _SCREEN)
    till_verbs(pages, desk, _SCREEN)
    cashbox_verbs(pages, desk, _SCREEN)
    companion_verbs(pages, desk, _SCREEN)
    queue_verbs(pages, desk, _SCREEN)
    paper_verbs(pages, desk, _SCREEN)
    pushed_verbs(pages, desk, _SCREEN)
    record_verbs(pages, desk, _SCREEN)
    prescription_verbs(pages, desk, _SCREEN)
    return pages


def _reception(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/visits")
    def open_by_id_number() -> ResponseReturnValue:
        desk.reception.open_by_id_number(forms.text("id_number"))
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/person")
    def choose_person(visit_id: str) -> ResponseReturnValue:
        desk.reception.choose_person(visit_id, forms.text("person_id"))
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/person/confirm")
    def confirm_person(visit_id: str) -> ResponseReturnValue:
        desk.reception.confirm_person(visit_id)
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/person/here")
    def stands_here(visit_id: str) -> ResponseReturnValue:
        desk.reception.stands_here(visit_id)
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/person/refuse")
    def refuse_person(visit_id: str) -> ResponseReturnValue:
        desk.reception.refuse_person(visit_id)
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/leave")
    def leave(visit_id: str) -> ResponseReturnValue:
        desk.reception.leave(visit_id)
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/call-up")
    def call_up(visit_id: str) -> ResponseReturnValue:
        desk.reception.call_up(visit_id)
        return tap_done(_SCREEN, desk.view())


def _face(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/visits/<visit_id>/look-alike")
    def choose_look_alike(visit_id: str) -> ResponseReturnValue:
        desk.doubts.choose_look_alike(visit_id, forms.text("person_id"))
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/vouch")
    def vouch(visit_id: str) -> ResponseReturnValue:
        desk.doubts.vouch(visit_id)
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/challenge-always")
    def challenge_always(visit_id: str) -> ResponseReturnValue:
        desk.doubts.challenge_always(visit_id, wanted=forms.text("wanted") == "yes")
        return tap_done(_SCREEN, desk.view())

    @pages.post("/visits/<visit_id>/face")
    def keep_face(visit_id: str) -> ResponseReturnValue:
        desk.enrolling.keep_face(visit_id)
        return tap_done(_SCREEN, desk.view())

    @pages.post("/face/stop")
    def stop_keeping() -> ResponseReturnValue:
        desk.enrolling.stop()
        return tap_done(_SCREEN, desk.view())


def _draw(view: CounterView) -> dict[str, Markup]:
    screen = doctor_screen(view)
    shown = {
        "view": view,
        "screen": screen,
        "reasons": REASONS,
        "all_the_same": WHY_ALL_THE_SAME,
        "companion_relations": COMPANION_RELATIONS,
        "code128": code128,
        "WHY_NOT": WHY_NOT,
        "PUSHED_SHOWN": PUSHED_SHOWN,
    }
    return {name: region("doctor", name, **shown) for name in REGIONS}


_SCREEN = Screen("doctor.html", "/doctor", _draw)
