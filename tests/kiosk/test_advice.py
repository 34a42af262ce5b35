"""Advice stands beside the doctor's bill, and nowhere on the resident's screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_ui.taps import live_taps
from terminal.core.counter import Notice
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import ShownDesk, visit
from tests.kiosk.goods_scenes import ALL_LINES, ANSWERED, WARN

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


def test_what_the_province_says_of_our_own_finding_stands_under_it_and_only_there(
    desk: ShownDesk, client: Any
) -> None:
    both = Notice("advice.audit", {"said": "成分重复", "rule": "R7", "finding": WARN.rule})
    alone = Notice("advice.audit", {"said": "超量", "rule": "R8"})
    desk.show(
        visit=visit(VisitState.PRICED, lines=ALL_LINES, findings=(WARN,), advice=(both, alone))
    )
    page = client.get("/doctor").text
    assert page.count("成分重复") == 1
    assert f'data-said="{WARN.rule}">医保中心也提醒：成分重复' in page
    assert page.count('data-advice="advice.audit"') == 1
    assert "超量" in page


def test_the_province_is_heard_alone_once_our_finding_is_gone(desk: ShownDesk, client: Any) -> None:
    said = Notice("advice.audit", {"said": "成分重复", "rule": "R7", "finding": WARN.rule})
    desk.show(visit=visit(VisitState.PRICED, lines=ALL_LINES, advice=(said,)))
    page = client.get("/doctor").text
    assert page.count("成分重复") == 1
    assert 'data-advice="advice.audit"' in page


def test_nobody_is_asked_to_agree_while_the_doctor_looks_at_a_warning(
    desk: ShownDesk, client: Any
) -> None:
    desk.show(visit=visit(VisitState.PRICED, lines=ALL_LINES, findings=(WARN,)))
    asked = client.get("/resident").text
    assert 'data-step="step.findings"' in asked
    assert "同意" not in asked
    desk.show(visit=visit(VisitState.PRICED, lines=ALL_LINES, findings=(ANSWERED,)))
    assert 'data-step="step.priced"' in client.get("/resident").text
