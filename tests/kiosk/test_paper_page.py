"""The pages of paper: one verb a tap, what is wrong in words, and nothing cut off."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk_ui.words import WORDS
from terminal.core.faults import Refused, Unavailable
from terminal.core.screen_views import PaperView
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ShownDesk, visit
from tests.kiosk.paper_views import MANY, NO_PAPER, SLIPS, WELL

TAPS = [
    ("/doctor/paper/visits/v1/receipt", {}, ("print_receipt", "v1")),
    ("/doctor/paper/visits/v1/set", {}, ("print_set", "v1")),
    ("/doctor/paper/publicity", {"day": "2025-11-19"}, ("print_publicity", date(2025, 11, 19))),
    ("/doctor/paper/test", {}, ("print_test",)),
    ("/doctor/paper/waiting", {}, ("print_waiting",)),
    ("/doctor/paper/drop", {}, ("drop_waiting",)),
    ("/doctor/paper/pads", {"count": "20"}, ("print_pads", 20)),
    ("/doctor/paper/pads/12/spoil", {"reason": "写坏了"}, ("spoil_pad", 12, "写坏了")),
    ("/doctor/paper/pads/enter", {"visit": "v1", "number": "00012"}, ("enter_pad", "v1", 12)),
]


@pytest.mark.parametrize(("path", "form", "taken"), TAPS)
def test_each_tap_is_one_verb_and_comes_back_to_its_page(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], taken: tuple[Any, ...]
) -> None:
    answer = client.post(path, data=form, headers=OURS)
    assert answer.status_code == 303
    assert answer.location == "/doctor/paper" + ("/pads" if "/pads" in path else "")
    assert desk.taken == [taken]


@pytest.mark.parametrize("number", ["", "12a", "-1", "1.5", "9" * 30])
def test_a_number_that_is_none_reaches_no_verb(client: Any, desk: ShownDesk, number: str) -> None:
    form = {"visit": "v1", "number": number}
    assert client.post("/doctor/paper/pads/enter", data=form, headers=OURS).status_code == 400
    assert desk.taken == []


def test_a_pdf_is_handed_out_and_another_kind_is_not_found(client: Any, desk: ShownDesk) -> None:
    made = client.get("/doctor/paper/visits/v1/set.pdf", headers=OURS)
    assert made.mimetype == "application/pdf"
    assert desk.taken == [("pdf", "v1", "set")]
    desk.refusing = Refused("paper.no_such_kind")
    refused = client.get("/doctor/paper/visits/v1/other.pdf", headers=OURS)
    assert refused.status_code == 409
    assert 'href="/doctor/paper"' in refused.text


def test_a_printer_that_is_away_is_answered_in_words(client: Any, desk: ShownDesk) -> None:
    desk.refusing = Unavailable("printer.paper_out")
    answer = client.post("/doctor/paper/test", headers=OURS)
    assert answer.status_code == 503
    assert "请换一卷纸" in answer.text


def test_a_receipt_is_printed_where_there_is_a_printer_and_is_a_file_always(
    client: Any, desk: ShownDesk
) -> None:
    for paper, buttons in ((PaperView(), 0), (WELL, 2), (NO_PAPER, 2)):
        desk.show(visit=visit(VisitState.SETTLED), paper=paper)
        page = client.get("/doctor").text
        assert len(re.findall(r'action="/doctor/visits/v1/print/\w+"', page)) == buttons
        assert page.count('.pdf" download') == 2
    desk.show(visit=visit(VisitState.CANCELLED, receipt=("收据",)))
    assert "/print/" not in client.get("/doctor").text, "what was undone has no paper"
    desk.show(visit=visit(VisitState.WAITING))
    assert 'action="/doctor/visits/v1/print/receipt"' in client.get("/doctor").text


def test_what_waits_for_the_printer_and_why_stands_in_the_line_of_what_is_away(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(paper=NO_PAPER, away={"printer": "printer.paper_out"})
    page = client.get("/doctor").text
    assert WORDS["printer.paper_out"].doctor + "现在等着 3 张" in page
    desk.show(paper=MANY, away={})
    page = client.get("/doctor").text
    assert 'data-paper-asks="27"' in page
    assert "一切正常" not in page
    desk.show(paper=WELL)
    assert "一切正常" in client.get("/doctor").text


def test_a_missing_slip_stands_on_the_closing_page(client: Any, desk: ShownDesk) -> None:
    assert "data-missing-pad" not in client.get("/doctor/day").text
    desk.paper.missing = (12,)
    assert 'data-missing-pad="12"' in client.get("/doctor/day").text


def test_a_slip_is_spoilt_by_its_number_and_a_reason(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.paper.slips = SLIPS
    page.goto(f"{address}/doctor/paper/pads")
    page.click("#slip-14")
    page.click("#spoil-14 button[value=没有用上]")
    expect(page.locator("#slip-14")).to_be_visible()
    assert desk.taken == [("spoil_pad", 14, "没有用上")]
