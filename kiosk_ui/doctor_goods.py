"""The doctor's taps about what is billed: lines, boxes, warnings, and what is looked for."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk_ui import doctor_forms, forms, goods_forms
from kiosk_ui.answers import Screen, tap_done
from kiosk_ui.desk import Desk
from kiosk_ui.doctor_screen import doctor_screen
from terminal.core.boxes import ScanMode, Untraced

WHY_ALL_THE_SAME = ("病情需要", "上级医院开的", "以前一直这样用", "已和居民说清楚")
"""Reasons to go on although a rule warns, to tap; others are typed. Kept with the visit."""

Tell = Callable[[], ResponseReturnValue]


def basket_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """What stands on the bill."""

    def now() -> ResponseReturnValue:
        return tap_done(screen, desk.view())

    _lines(pages, desk, now)
    _quantities(pages, desk, now)
    _reasons(pages, desk, now)


def goods_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """Boxes and goods, and looking for them."""

    def now() -> ResponseReturnValue:
        return tap_done(screen, desk.view())

    _boxes(pages, desk, now)
    _untraced(pages, desk, now)
    _binding(pages, desk, now)
    _looking(pages, desk)


def _lines(pages: Blueprint, desk: Desk, now: Tell) -> None:
    @pages.post("/visits/<visit_id>/diagnosis")
    def set_diagnosis(visit_id: str) -> ResponseReturnValue:
        desk.basket.set_diagnosis(visit_id, forms.text("code"))
        return now()

    @pages.post("/visits/<visit_id>/services")
    def add_service(visit_id: str) -> ResponseReturnValue:
        desk.basket.add_service(visit_id, forms.text("code"))
        return now()

    @pages.post("/visits/<visit_id>/common")
    def use_common(visit_id: str) -> ResponseReturnValue:
        desk.basket.use_common(visit_id, forms.whole_number("number"))
        return now()

    @pages.post("/visits/<visit_id>/lines/remove")
    def remove_line(visit_id: str) -> ResponseReturnValue:
        desk.basket.remove_line(visit_id, forms.whole_number("number"))
        return now()

    @pages.post("/visits/<visit_id>/bedside")
    def bedside(visit_id: str) -> ResponseReturnValue:
        desk.goods.bedside(visit_id, wanted=forms.text("wanted") == "yes")
        return now()


def _quantities(pages: Blueprint, desk: Desk, now: Tell) -> None:
    @pages.post("/visits/<visit_id>/lines/<int(max=999999):number>/quantity")
    def set_quantity(visit_id: str, number: int) -> ResponseReturnValue:
        desk.basket.set_quantity(visit_id, number, doctor_forms.quantity("quantity"))
        return now()

    @pages.post("/visits/<visit_id>/lines/<int(max=999999):number>/days")
    def set_days(visit_id: str, number: int) -> ResponseReturnValue:
        desk.basket.set_days(visit_id, number, doctor_forms.units("days"))
        return now()

    @pages.post("/visits/<visit_id>/lines/<int(max=999999):number>/price")
    def take_new_price(visit_id: str, number: int) -> ResponseReturnValue:
        desk.basket.take_new_price(visit_id, number)
        return now()

    @pages.post("/visits/<visit_id>/lines/<int(max=999999):number>/course")
    def begin_course(visit_id: str, number: int) -> ResponseReturnValue:
        desk.courses.begin(visit_id, number, doctor_forms.units("times"))
        return now()


def _reasons(pages: Blueprint, desk: Desk, now: Tell) -> None:
    @pages.post("/visits/<visit_id>/reason")
    def give_reason(visit_id: str) -> ResponseReturnValue:
        rule, number = forms.text("rule"), doctor_forms.line_or_visit("number")
        desk.basket.give_reason(visit_id, rule, number, forms.text("reason"))
        return now()

    @pages.post("/visits/<visit_id>/self-paid")
    def sell_self_paid(visit_id: str) -> ResponseReturnValue:
        revision, own = forms.whole_number("revision"), forms.amount("own")
        desk.till.sell_self_paid(visit_id, revision, own)
        return now()


def _boxes(pages: Blueprint, desk: Desk, now: Tell) -> None:
    @pages.post("/scan-means")
    def scan_means() -> ResponseReturnValue:
        desk.goods.scan_means(doctor_forms.one_of("mode", ScanMode))
        return now()

    @pages.post("/visits/<visit_id>/typed")
    def typed(visit_id: str) -> ResponseReturnValue:
        desk.goods.typed(visit_id, goods_forms.code("trace"))
        return now()

    @pages.post("/visits/<visit_id>/split")
    def add_split(visit_id: str) -> ResponseReturnValue:
        box, units = forms.whole_number("box"), doctor_forms.units("units")
        desk.goods.add_split(visit_id, box, units)
        return now()


def _untraced(pages: Blueprint, desk: Desk, now: Tell) -> None:
    @pages.post("/visits/<visit_id>/untraced")
    def add_untraced(visit_id: str) -> ResponseReturnValue:
        desk.goods.add_untraced(
            visit_id,
            forms.text("code"),
            doctor_forms.quantity("quantity"),
            doctor_forms.one_of("why", Untraced),
            forms.optional_text("lot"),
            forms.optional_text("delivery_note"),
        )
        return now()


def _binding(pages: Blueprint, desk: Desk, now: Tell) -> None:
    @pages.post("/unbound/propose")
    def propose() -> ResponseReturnValue:
        desk.goods.propose_binding(forms.text("code"))
        return now()

    @pages.post("/unbound/confirm")
    def confirm() -> ResponseReturnValue:
        desk.goods.confirm_binding(forms.text("code"))
        return now()

    @pages.post("/unbound/drop")
    def drop() -> ResponseReturnValue:
        desk.goods.drop_binding()
        return now()


def _looking(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/find")
    def find() -> ResponseReturnValue:
        """What fits the text, for the visit on the counter; empty text: favourites."""
        view, text = desk.view(), doctor_forms.sought("q")
        return render_template(
            "doctor/found.html",
            found=desk.finding.find(text, doctor_forms.kinds("kinds")),
            text=text,
            view=view,
            screen=doctor_screen(view),
        )

    @pages.get("/find/drug")
    def find_drug() -> ResponseReturnValue:
        """The same for the drug that an unknown code is; a tap proposes it."""
        text = doctor_forms.sought("q")
        found = desk.finding.find(text, ("drug",)) if text else ()
        return render_template("doctor/which_drug.html", found=found, text=text)
