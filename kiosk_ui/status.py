"""How the parts of the terminal are, for whoever looks after it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui.desk import Desk

DIGEST_CHARACTERS = 12
"""Enough to tell two sets of weights apart; the whole digest is in the title."""


def status_page(desk: Desk) -> Blueprint:
    """`/status`."""
    pages = Blueprint("status", __name__)

    @pages.get("/status")
    def page() -> ResponseReturnValue:
        status = desk.status()
        return render_template(
            "status.html",
            clinic_name=desk.view().clinic_name,
            away=status.away,
            faces=status.faces,
            digest=status.faces.model_digest[:DIGEST_CHARACTERS],
        )

    return pages
