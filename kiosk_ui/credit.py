"""The credit book: who owes the clinic, a part payment, a slip."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui import forms
from kiosk_ui.answers import book_done
from kiosk_ui.desk import Desk
from terminal.core.money import total


def credit_pages(desk: Desk) -> Blueprint:
    """`/doctor/credit`."""
    pages = Blueprint("credit", __name__, url_prefix="/doctor/credit")

    @pages.get("")
    def page() -> ResponseReturnValue:
        rows = desk.cashbox.book()
        owed = total(row.owed for row in rows)
        return render_template("books/credit.html", view=desk.view(), rows=rows, owed=owed)

    @pages.get("/<person_id>/slip")
    def slip(person_id: str) -> ResponseReturnValue:
        lines = desk.cashbox.slips(person_id)
        return render_template("books/slip.html", view=desk.view(), lines=lines)

    @pages.post("/<person_id>/repaid")
    def repaid(person_id: str) -> ResponseReturnValue:
        desk.cashbox.repaid(person_id, forms.way("way"), forms.amount_paid("amount"))
        return book_done("/doctor/credit")

    return pages
