"""Looking back: one page that leads everywhere, a month as a picture, past visits, who is due."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from kiosk_ui import forms
from kiosk_ui.desk import Desk
from kiosk_ui.month_figures import BAR_HEIGHT, bars, figures, percent
from terminal.core.past import FOUND_MAX
from terminal.core.visit import VisitState

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")

_UNDER_WAY = (
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.PRICED,
)
_OVER = {
    VisitState.SETTLED: "结算了",
    VisitState.CLOSED: "没有收费",
    VisitState.CANCELLED: "已撤销",
}
STATES = {
    state.value: _OVER.get(state, "正在看" if state in _UNDER_WAY else "还没办完")
    for state in VisitState
}
"""How a past visit stands, in few words."""


def back_pages(desk: Desk) -> Blueprint:
    """`/doctor/back` and what it leads to."""
    pages = Blueprint("back", __name__, url_prefix="/doctor/back")

    @pages.get("")
    def menu() -> ResponseReturnValue:
        return render_template("back/menu.html", view=desk.view())

    @pages.get("/month")
    def month() -> ResponseReturnValue:
        view = desk.view()
        first = _month(request.args.get("month"), view.day)
        before = (first - timedelta(days=1)).replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        shown = desk.looking_back.month(first.year, first.month)
        earlier = desk.looking_back.month(before.year, before.month)
        return render_template(
            "back/month.html",
            view=view,
            first=first,
            before=before,
            after=after if after <= view.day else None,
            picture=shown,
            figures=figures(shown, earlier, over=after <= view.day),
            bars=bars(shown),
            bar_height=BAR_HEIGHT,
            percent=percent,
        )

    @pages.get("/visits")
    def of_day() -> ResponseReturnValue:
        asked = request.args.get("day", "")
        return _found(desk, "", forms.day(asked) if asked else None)

    @pages.post("/visits")
    def find() -> ResponseReturnValue:
        """A name is sent in the body: addresses are kept, and seen, by others."""
        typed, asked = forms.optional_text("typed"), forms.optional_text("day")
        day = forms.typed_day(asked, desk.view().day)
        return _found(desk, typed, day, unread=asked if day is None else "")

    @pages.get("/due")
    def due() -> ResponseReturnValue:
        rows = desk.looking_back.follow_ups()
        return render_template("back/due.html", view=desk.view(), rows=rows)

    return pages


def _found(desk: Desk, typed: str, day: date | None, unread: str = "") -> ResponseReturnValue:
    """`unread`: what was written for a day and is none; then nothing is looked for."""
    view = desk.view()
    asked = bool(typed or day) and not unread
    return render_template(
        "back/visits.html",
        view=view,
        typed=typed,
        day=day,
        unread=unread,
        asked=asked,
        rows=desk.looking_back.find(typed, day) if asked else (),
        most=FOUND_MAX,
        states=STATES,
        yesterday=view.day - timedelta(days=1),
    )


def _month(asked: str | None, today: date) -> date:
    """The first day of the month that is asked for, else of this one."""
    if not asked:
        return today.replace(day=1)
    matched = _MONTH.fullmatch(asked)
    if matched is None:
        raise BadRequest
    return date(int(matched[1]), int(matched[2]), 1)
