"""The doctor's page of boxes: opened ones, the bag, one brought back, where one is and was."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from kiosk_ui import forms, goods_forms
from kiosk_ui.answers import Screen, live_page, question_answered, tap_done
from kiosk_ui.desk import Desk
from kiosk_ui.goods_names import (
    BOX_EVENTS,
    BOX_STATES,
    CLOSE_REASONS,
    GOOD_SCANS,
    MODES_OFFERED,
    RETURN_REASONS,
    UNTOUCHED,
)
from kiosk_ui.regions import region
from terminal.core.boxes import BoxEvent, ReturnReason, ScanMode
from terminal.core.counter import CounterView
from terminal.core.goods_views import BoxTrace

REGIONS = ("mode", "opened", "bag", "refused", "action")


def boxes_pages(desk: Desk) -> Blueprint:
    """`/doctor/boxes`: what it shows follows the counter, scans among it."""
    pages = Blueprint("boxes", __name__, url_prefix="/doctor/boxes")
    live_page(pages, desk, _SCREEN, return_reasons=RETURN_REASONS)
    _scan_verbs(pages, desk)
    _box_verbs(pages, desk)
    return pages


def _scan_verbs(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/mode")
    def scan_means() -> ResponseReturnValue:
        desk.goods.scan_means(_mode())
        return tap_done(_SCREEN, desk.view())

    @pages.post("/take-in")
    def take_in() -> ResponseReturnValue:
        desk.goods.take_in(_return_reason(), forms.optional_text("note"))
        return tap_done(_SCREEN, desk.view())


def _box_verbs(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/opened/<int:box>/close")
    def close_box(box: int) -> ResponseReturnValue:
        desk.goods.close_box(box, forms.text("reason"))
        return tap_done(_SCREEN, desk.view())

    @pages.post("/trace")
    def trace() -> ResponseReturnValue:
        found = desk.goods.trace(goods_forms.code("code"))
        traced = replace(_SCREEN, draw=lambda view: {**_draw(view), "trace": _traced(view, found)})
        return question_answered(traced, desk.view(), return_reasons=RETURN_REASONS)


def _mode() -> ScanMode:
    """What the next scan is to mean. A box brought back is taken in with its reason only."""
    chosen = forms.text("mode")
    if chosen not in {ScanMode.SELL, *MODES_OFFERED}:
        raise BadRequest
    return ScanMode(chosen)


def _return_reason() -> ReturnReason:
    chosen = forms.text("reason")
    if chosen not in RETURN_REASONS:
        raise BadRequest
    return ReturnReason(chosen)


def _draw(view: CounterView) -> dict[str, Markup]:
    shown = {
        "view": view,
        "offered": MODES_OFFERED,
        "good_scans": GOOD_SCANS,
        "close_reasons": CLOSE_REASONS,
        "untouched": UNTOUCHED,
        "step": f"step.scan_{view.goods.mode.value}",
        "here": "boxes",
    }
    return {
        "status": region("doctor", "status", view=view),
        **{name: region("goods", name, **shown) for name in REGIONS},
    }


def _traced(view: CounterView, found: BoxTrace) -> Markup:
    steps = tuple(
        (at, BOX_EVENTS[BoxEvent(event)] if event in BOX_EVENTS else event, by_whom)
        for at, event, by_whom in found.steps
    )
    state = BOX_STATES[found.state]
    return region("goods", "trace", view=view, found=found, state=state, steps=steps)


_SCREEN = Screen("goods/boxes.html", "/doctor/boxes", _draw)
