"""The sheet for the clinic's door, as a page, as CSV and to print."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from kiosk_ui import forms
from kiosk_ui.desk import Desk


def publicity_pages(desk: Desk) -> Blueprint:
    """`/publicity`: the day before, unless `day` names another."""
    pages = Blueprint("publicity", __name__)

    @pages.get("/publicity")
    def page() -> ResponseReturnValue:
        day = _day(desk)
        return render_template("books/publicity.html", day=day, sheet=desk.closing.publicity(day))

    @pages.get("/publicity.csv")
    def as_csv() -> ResponseReturnValue:
        day = _day(desk)
        return _file(desk.closing.publicity_csv(day).encode(), "text/csv", day, "csv")

    @pages.get("/publicity.pdf")
    def as_pdf() -> ResponseReturnValue:
        day = _day(desk)
        return _file(desk.closing.publicity_pdf(day), "application/pdf", day, "pdf")

    return pages


def _day(desk: Desk) -> date:
    asked = request.args.get("day")
    return forms.day(asked) if asked else desk.view().day - timedelta(days=1)


def _file(content: bytes, mimetype: str, day: date, ending: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="publicity-{day}.{ending}"'}
    return Response(content, mimetype=mimetype, headers=named)
