"""The doctor's page of courses: treatments of several days, settled once, ticked off daily."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk_ui import forms
from kiosk_ui.answers import Screen, live_page, tap_done
from kiosk_ui.desk import Desk
from kiosk_ui.goods_names import END_REASONS, course_card
from kiosk_ui.regions import region
from terminal.core.counter import CounterView


def courses_pages(desk: Desk) -> Blueprint:
    """`/doctor/courses` and its two verbs."""
    pages = Blueprint("courses", __name__, url_prefix="/doctor/courses")

    live_page(pages, desk, _SCREEN)

    @pages.post("/<course_id>/tick")
    def tick(course_id: str) -> ResponseReturnValue:
        desk.courses.tick(course_id)
        return tap_done(_SCREEN, desk.view())

    @pages.post("/<course_id>/end")
    def end(course_id: str) -> ResponseReturnValue:
        desk.courses.end(course_id, forms.text("reason"))
        return tap_done(_SCREEN, desk.view())

    return pages


def _draw(view: CounterView) -> dict[str, Markup]:
    cards = tuple(course_card(course) for course in view.goods.courses)
    due = tuple(card for card in cards if card.course.due_today)
    rest = tuple(card for card in cards if not card.course.due_today)
    step = "step.courses_due" if due else "step.courses_none_due"
    return {
        "status": region("doctor", "status", view=view),
        "due": region("goods", "due", view=view, cards=due, reasons=END_REASONS),
        "under-way": region("goods", "under-way", view=view, cards=rest, reasons=END_REASONS),
        "action": region("goods", "action", view=view, step=step, here="courses"),
    }


_SCREEN = Screen("goods/courses.html", "/doctor/courses", _draw)
