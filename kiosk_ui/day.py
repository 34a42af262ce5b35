"""The day's end and the month's: closing, what differs, the drawer, the statement."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from kiosk_ui import forms
from kiosk_ui.answers import book_done
from kiosk_ui.desk import Closing, Desk
from terminal.core.money_views import ClosingView, Whose

MONTHS_SHOWN = 13
"""This month, and a year back."""

WHOSE = {
    Whose.OURS: "本所",
    Whose.PROVINCE: "医保中心",
    Whose.RECORD_SYSTEM: "诊所别的系统",
    Whose.UNKNOWN: "还不清楚",
}
"""Whose a difference is, in the order in which the page lists them."""

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def day_pages(desk: Desk) -> Blueprint:
    """`/doctor/day` and `/doctor/month`."""
    pages = Blueprint("day", __name__, url_prefix="/doctor")
    _day(pages, desk)
    _month(pages, desk)
    return pages


def day_to_show(today: date, closing: Closing) -> date:
    """Yesterday until it is closed, if anything happened then; otherwise today."""
    yesterday = today - timedelta(days=1)
    return yesterday if _left_open(closing.view(yesterday)) else today


def _day(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/day")
    def page() -> ResponseReturnValue:
        view = desk.view()
        asked = request.args.get("day")
        day = forms.day(asked) if asked else day_to_show(view.day, desk.closing)
        return render_template(
            "books/day.html",
            view=view,
            day=day,
            closing=desk.closing.view(day),
            before=day - timedelta(days=1),
            after=day + timedelta(days=1) if day < view.day else None,
            whose=WHOSE,
            missing_pads=desk.paper.missing_pads(),
        )

    @pages.post("/day/<day>/close")
    def close(day: str) -> ResponseReturnValue:
        desk.closing.close(forms.day(day))
        return book_done(f"/doctor/day?day={day}")

    @pages.post("/day/<day>/drawer")
    def count_drawer(day: str) -> ResponseReturnValue:
        desk.closing.count_drawer(forms.day(day), forms.amount_counted("counted"))
        return book_done(f"/doctor/day?day={day}")


def _month(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/month")
    def months() -> ResponseReturnValue:
        view = desk.view()
        return render_template("books/month.html", view=view, months=_months(view.day))

    @pages.get("/month/<month>.json")
    def statement(month: str) -> ResponseReturnValue:
        matched = _MONTH.fullmatch(month)
        if matched is None:
            raise BadRequest
        told = desk.closing.statement(int(matched[1]), int(matched[2]))
        saved = {"Content-Disposition": f'attachment; filename="statement-{month}.json"'}
        return Response(told, mimetype="application/json", headers=saved)


def _left_open(closing: ClosingView) -> bool:
    happened = closing.groups or closing.open_visits or closing.late or closing.differences
    taken = any(amount.fen for amount in closing.taken.values())
    return closing.closed_at is None and bool(happened or taken)


def _months(today: date) -> tuple[date, ...]:
    """The first days of the months that can be asked for, newest first."""
    counted = today.year * 12 + today.month - 1
    return tuple(
        date(number // 12, number % 12 + 1, 1)
        for number in range(counted, counted - MONTHS_SHOWN, -1)
    )
