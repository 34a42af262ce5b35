"""How the parts of the terminal are, for whoever looks after it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui.desk import Desk
from terminal.core.kept_file import DIAGNOSES, PREFIXES

DIGEST_CHARACTERS = 12
"""Enough to tell two sets of weights apart; the whole digest is in the title."""


KEPT_NAMES = {
    PREFIXES: "追溯码前缀对照（四码合一）",
    DIAGNOSES: "疾病诊断",
}
"""What the tables of the province hold that are kept here."""


def status_page(desk: Desk) -> Blueprint:
    """`/status`."""
    pages = Blueprint("status", __name__)

    @pages.get("/status")
    def page() -> ResponseReturnValue:
        status, view = desk.status(), desk.view()
        return render_template(
            "status.html",
            clinic_name=view.clinic_name,
            day=view.day,
            scanner=status.scanner,
            kept=status.kept,
            troubles=status.troubles,
            keys=status.keys,
            kept_names=KEPT_NAMES,
            away=status.away,
            since=status.since,
            faces=status.faces,
            digest=status.faces.model_digest[:DIGEST_CHARACTERS],
        )

    return pages
