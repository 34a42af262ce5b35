"""A card in huge letters for somebody who cannot hear: picked or typed, shown, and gone."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk_ui import forms
from kiosk_ui.answers import Screen, live_page, tap_done
from kiosk_ui.desk import Desk
from kiosk_ui.regions import region
from kiosk_ui.words.back import SENTENCES
from terminal.core.counter import CounterView
from terminal.core.visit import VisitState

SIZES = ((8, "few"), (16, "some"), (30, "many"))
"""Up to so many characters they are set so large that the screen is filled."""


def big_text_pages(desk: Desk) -> Blueprint:
    """`/doctor/big` and its two verbs."""
    pages = Blueprint("big", __name__, url_prefix="/doctor/big")

    live_page(pages, desk, _SCREEN, sentences=SENTENCES)

    @pages.post("/show")
    def show() -> ResponseReturnValue:
        desk.big_text.show(forms.optional_text("text"))
        return tap_done(_SCREEN, desk.view())

    @pages.post("/hide")
    def hide() -> ResponseReturnValue:
        desk.big_text.hide()
        return tap_done(_SCREEN, desk.view())

    return pages


def big_card(view: CounterView, *, closable: bool) -> Markup:
    """The card over a whole screen; empty where nothing is shown. With `closable`, the tap
    that takes it away: for the doctor."""
    return region(
        "back", "big-card", text=view.big_text, size=_size(view.big_text), closable=closable
    )


def amount_sentence(view: CounterView) -> str:
    """What is to be paid now; empty where that is not certain."""
    visit = view.visit
    if visit is None:
        return ""
    if visit.state is VisitState.PRICED and visit.bill is not None:
        return f"您要付 {visit.bill.own.yuan}元，医保付 {visit.bill.fund.yuan}元。"
    if visit.state is VisitState.SETTLED and visit.payments and visit.payments.due.fen > 0:
        return f"请付 {visit.payments.due.yuan}元。"
    return ""


def _size(text: str) -> str:
    return next((name for most, name in SIZES if len(text) <= most), "most")


def _draw(view: CounterView) -> dict[str, Markup]:
    return {
        "amount": region("back", "amount", sentence=amount_sentence(view)),
        "card": big_card(view, closable=True),
    }


_SCREEN = Screen("back/big.html", "/doctor/big", _draw)
