"""The pages for an inspection: evidence of a settlement, and the compliance sheet on one A4."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page

from kiosk_ui.inspection_names import NAMES
from kiosk_ui.words import WORDS
from terminal.core.assurance import SecondFactor
from terminal.core.boxes import Untraced
from terminal.core.charge import SettlementState
from terminal.core.families import Basis, Scope
from terminal.core.ledger import Deed
from terminal.core.listeners import Listener
from terminal.core.people import Identified, masked_id
from terminal.core.recognition import Challenged
from terminal.core.standing import Standing
from terminal.core.status_views import KeyClass
from terminal.core.visit import VisitState
from terminal.store.deeds import OF_SETTLEMENT, OF_VISIT
from terminal.store.face_record import FaceOutcome
from terminal.store.sales import ReportState
from tests.kiosk.browsing import FAINT, FLAWS
from tests.kiosk.counter_views import ShownDesk, view, visit
from tests.kiosk.shown_inspection import CANCELLED, CERTNO, CHARGE, LINE

EVIDENCE = f"/doctor/evidence/{CHARGE.setl_id}"
SHEET = "/status/compliance"


def test_the_page_tells_who_stood_there_what_was_agreed_and_every_message(client: Any) -> None:
    page = client.get(EVIDENCE).text
    for said in (
        "王小宝", "赵桂花", "孙子", "亲属刷脸", "户口本", "2028-12-31", "0.8123", "HD camera",
        "7.90 元", "18.44", "急性上呼吸道感染", "李医生", "体重三十公斤", "按上一次进货", "L77",
        LINE.trace_code, CHARGE.setl_id,
    ):  # fmt: skip
        assert said in page, said
    for message in CHARGE.messages:
        assert message.msgid in page
        assert message.request_sm3 in page
    assert page.count("data-entry=") == 5


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("how", Identified),
        ("second_factor", SecondFactor),
        ("challenge", Challenged),
        ("face", FaceOutcome),
        ("standing", Standing),
        ("basis", Basis),
        ("scope", Scope),
        ("state", SettlementState),
        ("untraced", Untraced),
        ("sale", ReportState),
        ("deed", [*OF_VISIT.values(), *OF_SETTLEMENT.values(), Deed.CHOSEN, Deed.SIGNED_IN]),
    ],
)
def test_no_code_of_an_inspection_is_shown_for_want_of_a_name(
    kind: str, codes: Iterable[str]
) -> None:
    assert [code for code in codes if code not in NAMES[kind]] == []


def test_the_doctors_page_and_file_hide_numbers_and_messages(client: Any) -> None:
    for address in (EVIDENCE, f"{EVIDENCE}/file"):
        shown = client.get(address).text
        assert CERTNO not in shown
        assert masked_id(CERTNO) in shown
    assert "attachment" in client.get(f"{EVIDENCE}/file").headers["Content-Disposition"]


def test_a_cancelled_settlement_cannot_be_overlooked(client: Any, desk: ShownDesk) -> None:
    assert "data-cancelled" not in client.get(EVIDENCE).text
    desk.inspection.shown = replace(desk.inspection.shown, charges=(CANCELLED,))
    page = client.get(EVIDENCE).text
    assert f'data-cancelled="{CANCELLED.settlement_id}"' in page
    assert "扫错了&lt;b&gt;药" in page


@pytest.mark.parametrize("number", ["1", "x" * 300, "%3Cscript%3E", "..%2f..%2fetc"])
def test_an_unknown_number_is_answered_in_the_doctors_words(client: Any, number: str) -> None:
    for address in (f"/doctor/evidence/{number}", f"/doctor/evidence/{number}/file"):
        answer = client.get(address)
        assert answer.status_code in (404, 409)
        assert "<script>" not in answer.text
    answer = client.get("/doctor/evidence/1")
    assert (answer.status_code, WORDS["evidence.not_found"].doctor in answer.text) == (409, True)


def test_the_sheet_tells_its_facts(client: Any) -> None:
    page = client.get(SHEET).text
    for said in (
        'data-enrolled="1796"', 'data-withdrawn="47"', 'data-keys="weak"', 'data-beyond="no"',
        'data-ledger="sound"', 'data-camera="ordinary"', "整库加密", "3.6 %", "2026-11-20",
        "0.1.0", "127.0.0.1:8765",
    ):  # fmt: skip
        assert said in page, said
    assert page.count("data-rate=") == 5
    assert page.count("data-kept=") == 11


def test_what_is_wrong_on_the_sheet_is_marked(client: Any, desk: ShownDesk) -> None:
    facts = desk.inspection.facts_shown
    open_to_all = Listener("tcp", "0.0.0.0", 8765, 1, ours=True)  # noqa: S104 - shown only.
    desk.inspection.facts_shown = replace(
        facts,
        people=replace(facts.people, enrolled=100_000),
        place=replace(facts.place, encrypted=False),
        ledger=replace(facts.ledger, sound=False),
        keys=replace(facts.keys, klass=KeyClass.STRONG, source="secure_element"),
        faces=replace(facts.faces, measured=False),
        rates=(),
        listeners=(open_to_all,),
    )
    page = client.get(SHEET).text
    for said in ("须在 30 个工作日内", "没有加密", 'data-ledger="broken"', 'data-beyond="yes"',
                 "没有实测", 'data-rate="none"', "安全芯片"):  # fmt: skip
        assert said in page, said


def test_a_missing_fact_is_answered_in_words_and_no_half_sheet(
    client: Any, desk: ShownDesk
) -> None:
    desk.inspection.fact_missing = "ledger.verified"
    answer = client.get(SHEET)
    assert answer.status_code == 409
    assert WORDS["compliance.fact_missing"].technician in answer.text
    assert "data-enrolled" not in answer.text


@pytest.mark.parametrize("address", [EVIDENCE, f"{EVIDENCE}/file", SHEET])
def test_nobody_reads_them_without_signing_in(stranger: Any, address: str) -> None:
    answer = stranger.get(address)
    assert answer.status_code in (303, 401)
    assert "王小宝" not in answer.text
    assert "1796" not in answer.text


def test_a_settled_visit_leads_to_its_evidence_and_the_status_to_the_sheet(
    client: Any, desk: ShownDesk
) -> None:
    desk.shown = view(visit(VisitState.SETTLED))
    assert 'href="/doctor/evidence/v1"' in client.get("/doctor").text
    assert f'href="{SHEET}"' in client.get("/status").text


def test_the_sheet_prints_on_one_page(page: Page, address: str) -> None:
    page.goto(address + SHEET)
    page.emulate_media(media="print")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert re.findall(rb"/Count (\d+)", printed) == [b"1"]


@pytest.mark.parametrize("at", [EVIDENCE, SHEET])
@pytest.mark.parametrize("width", [800, 1280])
def test_nothing_runs_out_of_the_screen(page: Page, address: str, at: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + at)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [*page.evaluate(FLAWS), *page.evaluate(FAINT)] == []


@pytest.mark.parametrize("at", [EVIDENCE, SHEET])
def test_a_paper_is_printed_with_one_tap(client: Any, at: str) -> None:
    page = client.get(at).text
    assert page.count("data-print") == 1
    assert '<script src="/static/print.js"' in page


def test_it_is_told_who_is_whose_relative(client: Any) -> None:
    assert "（病人是其孙子）" in client.get(EVIDENCE).text
