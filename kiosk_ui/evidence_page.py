"""One page that answers an inspection: what stands behind a settlement."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui.desk import Desk
from kiosk_ui.inspection_names import NAMES
from terminal.core.money import Money
from terminal.core.settlement_evidence import Reader


def evidence_pages(desk: Desk) -> Blueprint:
    """`/doctor/evidence/<number>`: on a page, and as a signed file."""
    pages = Blueprint("evidence", __name__, url_prefix="/doctor/evidence")

    @pages.get("/<number>")
    def page(number: str) -> ResponseReturnValue:
        told = desk.inspection.evidence(number, Reader.DOCTOR)
        return render_template(
            "inspection/evidence.html",
            view=desk.view(),
            told=told,
            number=number,
            names=NAMES,
            yuan=_yuan,
        )

    @pages.get("/<number>/file")
    def as_file(number: str) -> ResponseReturnValue:
        signed = desk.inspection.signed(number, Reader.DOCTOR)
        name = "".join(each for each in number if each.isalnum())
        headers = {"Content-Disposition": f'attachment; filename="evidence-{name}.json"'}
        return Response(signed, mimetype="application/json", headers=headers)

    return pages


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else Money(fen).yuan
