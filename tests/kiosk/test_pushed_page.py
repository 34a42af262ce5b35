"""Pushed bills on the doctor's page: one verb a tap, nothing in full, reachable by keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk_ui.pushed_page import PUSHED_SHOWN, WHY_NOT
from terminal.core.faults import Refused
from terminal.core.pushed import RefusalReason
from terminal.core.visit import VisitState
from tests.kiosk.browsing import FAINT, FLAWS, open_page
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ID_NUMBER, ShownDesk, visit
from tests.kiosk.pushed_scenes import FITS, OPENS, PUSHED_SCENES, WAITS

BILL = {"client": "jiwei", "number": "A-1"}


@pytest.mark.parametrize(
    ("path", "form", "verb"),
    [
        ("pushed/open", {}, ("pushed.open_visit", "jiwei", "A-1")),
        ("visits/v1/pushed", {}, ("pushed.take", "v1", "jiwei", "A-1")),
        ("pushed/refuse", {"reason": "twice"}, ("pushed.refuse", "jiwei", "A-1", "twice")),
    ],
)
def test_each_tap_is_one_verb(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], verb: tuple[str, ...]
) -> None:
    answer = client.post(f"/doctor/{path}", data={**BILL, **form}, headers=OURS)
    assert answer.status_code == 303
    assert desk.taken == [verb]


def test_every_reason_has_a_button_and_every_button_a_reason() -> None:
    assert [reason for reason, _ in WHY_NOT] == [reason.value for reason in RefusalReason]


def test_a_refused_bill_is_explained_in_words(client: Any, desk: ShownDesk) -> None:
    desk.refusing = Refused("pushed.other_person")
    told = client.post("/doctor/visits/v1/pushed", data=BILL, headers=OURS)
    assert told.status_code == 409
    assert "另一个人" in told.text


def test_a_bill_is_taken_only_into_the_visit_of_whom_it_names(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED), pushed=(WAITS,))
    assert "data-pushed" not in client.get("/doctor").text
    desk.show(pushed=(FITS, WAITS))
    page = client.get("/doctor").text
    assert (page.count("data-pushed"), page.count("收下这份")) == (1, 1)
    desk.show(visit=None, pushed=(OPENS,))
    page = client.get("/doctor").text
    assert "请这位来" in page
    assert "收下这份" not in page
    assert ID_NUMBER not in page


def test_a_long_queue_is_cut_and_says_how_many_more(client: Any, desk: ShownDesk) -> None:
    many = tuple(replace(OPENS, number=f"N-{n}") for n in range(PUSHED_SHOWN + 7))
    desk.show(visit=None, pushed=many)
    page = client.get("/doctor").text
    assert page.count("data-pushed") == PUSHED_SHOWN
    assert 'data-more="7"' in page


@pytest.mark.parametrize("scene", PUSHED_SCENES)
def test_the_region_is_legible_and_whole_and_its_keys_are_reached_in_order(
    page: Page, address: str, desk: ShownDesk, scene: str
) -> None:
    desk.show(**PUSHED_SCENES[scene])
    open_page(page, f"{address}/doctor")
    first = page.locator("#pushed-open-button-1, #pushed-take-button-1")
    first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#pushed-why-1")).to_have_attribute("open", "")
    for width, height in ((1024, 600), (800, 1280)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(FLAWS) == []
        assert page.evaluate(FAINT) == []
    page.keyboard.press("Tab")
    expect(page.locator("#pushed-refuse-1-not_here")).to_be_focused()
    with page.expect_response("**/doctor/pushed/refuse"):
        page.keyboard.press("Enter")
    assert desk.taken == [("pushed.refuse", "jiwei", "A-1", "not_here")]
