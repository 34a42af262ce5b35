"""The doctor's taps about money: what the province moves, and how the own share is paid."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk_ui import forms
from kiosk_ui.answers import Screen, tap_done
from kiosk_ui.desk import Desk

REASONS = {
    "cancel": ("开错了药", "居民不要了", "重复结算", "人选错了"),
    "correct": ("药扫错了", "数量不对", "诊断选错了", "人选错了"),
    "take_back": ("居民不等了", "药要改", "改为自费", "人选错了"),
    "let_off": ("特困或五保", "家里困难", "村里帮付"),
    "difference": ("金额和同意的不一样",),
}
"""Reasons to tap, kept with the visit; others are typed."""


def till_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """What the province is asked to do, or no longer to do."""
    _before_the_charge(pages, desk, screen)
    _after_the_charge(pages, desk, screen)


def cashbox_verbs(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """What came over the counter, and what did not."""
    _share_paid(pages, desk, screen)
    _share_not_paid(pages, desk, screen)
    _money_kept(pages, desk, screen)


def _before_the_charge(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    @pages.post("/visits/<visit_id>/price")
    def price(visit_id: str) -> ResponseReturnValue:
        desk.till.price(visit_id)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/estimate")
    def estimate(visit_id: str) -> ResponseReturnValue:
        desk.till.estimate(visit_id)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/ceiling")
    def agree_ceiling(visit_id: str) -> ResponseReturnValue:
        revision, own = forms.whole_number("revision"), forms.amount("own")
        desk.till.agree_ceiling(visit_id, revision, own)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/amount")
    def confirm_amount(visit_id: str) -> ResponseReturnValue:
        revision, own = forms.whole_number("revision"), forms.amount("own")
        desk.till.confirm_amount(visit_id, revision, own)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/take-back")
    def take_back(visit_id: str) -> ResponseReturnValue:
        desk.undoing.take_back(visit_id, forms.text("reason"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/elsewhere")
    def judge_elsewhere(visit_id: str) -> ResponseReturnValue:
        desk.till.judge_elsewhere(visit_id, forms.text("setl_id"))
        return tap_done(screen, desk.view())


def _after_the_charge(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    @pages.post("/ask-now")
    def ask_now() -> ResponseReturnValue:
        desk.till.ask_now()
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/difference")
    def accept_difference(visit_id: str) -> ResponseReturnValue:
        desk.till.accept_difference(visit_id)
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/cancel")
    def cancel(visit_id: str) -> ResponseReturnValue:
        desk.undoing.cancel(visit_id, forms.text("reason"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/correct")
    def correct(visit_id: str) -> ResponseReturnValue:
        desk.undoing.correct(visit_id, forms.text("reason"))
        return tap_done(screen, desk.view())


def _share_paid(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    @pages.post("/visits/<visit_id>/paid")
    def paid(visit_id: str) -> ResponseReturnValue:
        desk.cashbox.paid(visit_id, forms.way("way"), forms.amount_paid("amount"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/let-go")
    def let_go(visit_id: str) -> ResponseReturnValue:
        desk.cashbox.let_go(visit_id)
        return tap_done(screen, desk.view())


def _share_not_paid(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    @pages.post("/visits/<visit_id>/let-off")
    def let_off(visit_id: str) -> ResponseReturnValue:
        desk.cashbox.let_off(visit_id, forms.text("reason"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/credit")
    def on_credit(visit_id: str) -> ResponseReturnValue:
        desk.cashbox.on_credit(visit_id)
        return tap_done(screen, desk.view())


def _money_kept(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    @pages.post("/visits/<visit_id>/deposit")
    def deposit(visit_id: str) -> ResponseReturnValue:
        desk.cashbox.deposit(visit_id, forms.amount_paid("amount"))
        return tap_done(screen, desk.view())

    @pages.post("/visits/<visit_id>/returned")
    def returned(visit_id: str) -> ResponseReturnValue:
        desk.cashbox.returned(visit_id)
        return tap_done(screen, desk.view())
