"""The doctor's pages of paper: what waits for the printer, and the emergency pad."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui import forms
from kiosk_ui.answers import Screen, book_done, tap_done
from kiosk_ui.desk import Desk

_HOME = "/doctor/paper"
_PADS = "/doctor/paper/pads"
SPOILT_BECAUSE = ("写坏了", "没有用上", "丢了", "印得不清楚")
"""Why a slip was not used, one tap each."""
COUNTS = (5, 10, 20, 50)


def paper_pages(desk: Desk) -> Blueprint:
    """`/doctor/paper` and `/doctor/paper/pads`."""
    pages = Blueprint("paper", __name__, url_prefix=_HOME)
    _printing(pages, desk)
    _of_a_visit(pages, desk)
    _pads(pages, desk)
    return pages


def paper_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """The same from the doctor's own page, which stays where it is."""

    @pages.post("/visits/<visit_id>/print/receipt")
    def print_receipt(visit_id: str) -> ResponseReturnValue:
        desk.paper.print_receipt(visit_id)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/print/set")
    def print_set(visit_id: str) -> ResponseReturnValue:
        desk.paper.print_set(visit_id)
        return tap_done(screen, desk.view())


def _printing(pages: Blueprint, desk: Desk) -> None:
    @pages.get("")
    def page() -> ResponseReturnValue:
        view = desk.view()
        return render_template(
            "paper/paper.html", view=view, paper=view.paper, yesterday=view.day - timedelta(days=1)
        )

    @pages.post("/waiting")
    def print_waiting() -> ResponseReturnValue:
        desk.paper.print_waiting()
        return book_done(_HOME)

    @pages.post("/drop")
    def drop() -> ResponseReturnValue:
        desk.paper.drop_waiting()
        return book_done(_HOME)

    @pages.post("/test")
    def test() -> ResponseReturnValue:
        desk.paper.print_test()
        return book_done(_HOME)

    @pages.post("/publicity")
    def publicity() -> ResponseReturnValue:
        desk.paper.print_publicity(forms.day(forms.text("day")))
        return book_done(_HOME)


def _of_a_visit(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/visits/<visit_id>/receipt")
    def receipt(visit_id: str) -> ResponseReturnValue:
        desk.paper.print_receipt(visit_id)
        return book_done(_HOME)

    @pages.post("/visits/<visit_id>/set")
    def insurers_set(visit_id: str) -> ResponseReturnValue:
        desk.paper.print_set(visit_id)
        return book_done(_HOME)

    @pages.get("/visits/<visit_id>/<kind>.pdf")
    def as_pdf(visit_id: str, kind: str) -> ResponseReturnValue:
        named = {
            "Content-Disposition": f'inline; filename="{"set" if kind == "set" else "receipt"}.pdf"'
        }
        made = desk.paper.pdf(visit_id, kind)
        return Response(made, mimetype="application/pdf", headers=named)


def _pads(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/pads")
    def pads() -> ResponseReturnValue:
        return render_template(
            "paper/pads.html",
            view=desk.view(),
            slips=desk.paper.pads(),
            missing=desk.paper.missing_pads(),
            reasons=SPOILT_BECAUSE,
            counts=COUNTS,
        )

    @pages.post("/pads")
    def print_pads() -> ResponseReturnValue:
        desk.paper.print_pads(forms.whole_number("count"))
        return book_done(_PADS)

    @pages.post("/pads/<int:number>/spoil")
    def spoil(number: int) -> ResponseReturnValue:
        desk.paper.spoil_pad(number, forms.text("reason"))
        return book_done(_PADS)

    @pages.post("/pads/enter")
    def enter() -> ResponseReturnValue:
        desk.paper.enter_pad(forms.text("visit"), forms.whole_number("number"))
        return book_done(_PADS)
