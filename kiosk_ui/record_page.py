"""The doctor's taps where the clinic's record system settles."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk_ui import doctor_forms, forms
from kiosk_ui.answers import Screen, tap_done
from kiosk_ui.desk import Desk
from terminal.core.record_views import What


def record_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """Type, hand over, ask, choose, take back."""

    @pages.post("/visits/<visit_id>/record/type")
    def type_out(visit_id: str) -> ResponseReturnValue:
        desk.handing_over.type_out(visit_id, doctor_forms.one_of("what", What))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/record/hand-over")
    def hand_over(visit_id: str) -> ResponseReturnValue:
        desk.handing_over.hand_over(visit_id)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/record/ask")
    def ask_there(visit_id: str) -> ResponseReturnValue:
        desk.handing_over.ask_now(visit_id)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/record/choose")
    def choose_there(visit_id: str) -> ResponseReturnValue:
        desk.handing_over.choose(visit_id, forms.text("setl_id"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/record/undo-choice")
    def undo_choice(visit_id: str) -> ResponseReturnValue:
        desk.handing_over.undo_choice(visit_id, forms.text("setl_id"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/record/take-back")
    def take_back_there(visit_id: str) -> ResponseReturnValue:
        desk.handing_over.take_back(visit_id)
        return tap_done(screen, desk.view())
