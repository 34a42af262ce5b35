"""What is held about a person, to be printed; and whose unused face goes soon."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui.answers import book_done
from kiosk_ui.desk import Desk


def held_pages(desk: Desk) -> Blueprint:
    """`/doctor/held` and `/doctor/forgotten`."""
    pages = Blueprint("held", __name__, url_prefix="/doctor")

    @pages.get("/held")
    def of_the_counter() -> ResponseReturnValue:
        """The page of whoever stands at the counter."""
        visit = desk.view().visit
        return redirect(f"/doctor/held/{visit.visit_id}" if visit else "/doctor", 303)

    @pages.get("/held/<visit_id>")
    def held(visit_id: str) -> ResponseReturnValue:
        shown = desk.consents.held(visit_id)
        return render_template("books/held.html", view=desk.view(), held=shown, visit_id=visit_id)

    @pages.post("/held/<visit_id>/withdraw")
    def withdraw(visit_id: str) -> ResponseReturnValue:
        desk.consents.withdraw(visit_id)
        return book_done(f"/doctor/held/{visit_id}")

    @pages.get("/forgotten")
    def forgotten() -> ResponseReturnValue:
        rows = desk.consents.forgotten_soon()
        return render_template("books/forgotten.html", view=desk.view(), rows=rows)

    return pages
