"""Advice stands beside the doctor's bill, and nowhere on the resident's screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_ui.taps import live_taps
from terminal.core.counter import Notice
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import ShownDesk, visit

REASON = "未办理异地就医备案<b>"
ADVICE = (
    Notice("advice.not_enjoyed", {"said": REASON}),
    Notice("advice.audit", {"said": "二甲双胍:无糖尿病诊断", "rule": "适应症", "severity": "2"}),
    Notice("advice.audit"),
)


def test_advice_is_beside_the_doctors_bill_in_the_provinces_own_words(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=replace(visit(VisitState.PRICED), advice=ADVICE))
    page = client.get("/doctor").text
    assert page.count('data-advice="advice.not_enjoyed"') == 1
    assert page.count('data-advice="advice.audit"') == 2
    assert "医保中心原话：未办理异地就医备案&lt;b&gt;" in page
    for text in ("适应症", "程度 2", "二甲双胍:无糖尿病诊断"):
        assert text in page
    assert page.count("原话") == 2, "nothing is quoted where nothing was said"


def test_the_resident_never_sees_what_the_audit_says_of_them(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=replace(visit(VisitState.PRICED), advice=ADVICE))
    for at in ("/resident", "/resident/now"):
        page = client.get(at).text
        for told in ("二甲双胍", "适应症", "未办理", "医保中心提醒", "data-advice"):
            assert told not in page


def test_advice_takes_no_button_away() -> None:
    shown = visit(VisitState.PRICED)
    assert live_taps(replace(shown, advice=ADVICE)) == live_taps(shown)


def test_without_advice_there_is_no_card(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    assert "医保中心提醒" not in client.get("/doctor").text
