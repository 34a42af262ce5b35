"""The doctor's tap about the county hospital's prescriptions; scanning does the rest."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk_ui import forms
from kiosk_ui.answers import Screen, tap_done
from kiosk_ui.desk import Desk


def prescription_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """Not dispensed here."""

    @pages.post("/visits/<visit_id>/prescription/drop")
    def drop_prescription(visit_id: str) -> ResponseReturnValue:
        desk.prescriptions.drop(visit_id, forms.text("hi_rxno"))
        return tap_done(screen, desk.view())
