"""The pages in a real browser, behind the real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk_ui.app import create_app
from terminal.core.faults import Refused
from terminal.core.visit import VisitState
from tests.kiosk.conftest import served
from tests.kiosk.counter_views import WAITING, ShownDesk, line, notice, view, visit

SIZES = [(1280, 800), (800, 1280), (1024, 600)]

_FLAWS = """() => {
  const least = document.body.classList.contains('resident') ? 24 : 18;
  const flaws = [];
  if (document.documentElement.scrollWidth > innerWidth) flaws.push('the page overflows');
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height || e.closest('.unseen')) continue;
    const told = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const what = e.tagName + ' ' + e.textContent.trim().slice(0, 20);
    if (told && parseFloat(getComputedStyle(e).fontSize) < least) flaws.push('small text: ' + what);
    if (told && (box.right > innerWidth + 1 || box.left < -1)) flaws.push('cut off: ' + what);
    const target = e.matches('button, a, summary, input:not([type=hidden])');
    if (target && (box.width < 60 || box.height < 60)) flaws.push('small target: ' + what);
  }
  return flaws;
}"""


class Drawing:
    """A camera that shows one drawn picture, over and over."""

    def __init__(self, desk: ShownDesk) -> None:
        drawn = np.full((240, 320, 3), (190, 170, 150), np.uint8)
        cv2.rectangle(drawn, (120, 60), (200, 180), (90, 120, 60), -1)
        self._jpeg = cv2.imencode(".jpg", drawn)[1].tobytes()
        self._desk = desk

    def frames(self) -> Iterator[bytes]:
        while True:
            yield self._jpeg
            self._desk.wait_for_change(self._desk.view().number, 0.1)


@pytest.fixture
def address(desk: ShownDesk, assets: Path) -> Iterator[str]:
    with served(create_app(desk, Drawing(desk), assets)) as at:
        yield at


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page; whatever it complains of in its console fails the test at the end."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    # The browser itself notes every answer with 4xx, and every request that a test cut off.
    noted = ("status of 409", "net::ERR_FAILED")
    assert [c for c in complaints if not any(note in c for note in noted)] == []


def _open(page: Page, at: str) -> None:
    # The event stream never ends, so the page never finishes loading.
    with page.expect_response("**/events"):
        page.goto(at, wait_until="domcontentloaded")


def test_an_event_reaches_both_pages(
    page: Page, browser: Browser, desk: ShownDesk, address: str
) -> None:
    _open(page, f"{address}/doctor")
    other = browser.new_page()
    _open(other, f"{address}/resident")
    expect(other.locator("#preview")).to_have_js_property("naturalWidth", 320)
    desk.show(visit=visit(VisitState.PRICED))
    expect(page.locator("#settle-button")).to_contain_text("¥7.90")
    expect(other.locator('[data-step="step.priced"]')).to_be_visible()
    expect(other.locator("#preview")).not_to_be_visible()
    expect(other.locator("#preview")).not_to_have_attribute("src", "/preview.mjpg")
    other.close()


def test_a_tap_on_the_amount_sends_the_amount_that_was_seen(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    _open(page, f"{address}/doctor")
    with page.expect_response("**/amount") as answer:
        page.click("#settle-button")
    assert answer.value.status == 200
    assert [(verb, *rest[:2]) for verb, *rest in desk.taken] == [("confirm_amount", "v1", 7)]


def test_a_half_typed_id_number_outlives_events_and_a_refusal(
    page: Page, desk: ShownDesk, address: str
) -> None:
    _open(page, f"{address}/doctor")
    number = page.locator("#id-number")
    number.press_sequentially("990101")
    desk.show(hint="face.too_far", waiting=WAITING)
    expect(page.locator('[data-hint="face.too_far"]')).to_be_visible()
    expect(number).to_be_focused()
    number.press_sequentially("1957")
    desk.refusing = Refused("person.id_number_wrong")
    page.click("#id-open")
    expect(page.locator("#notice .complaint")).to_be_visible()
    expect(number).to_have_value("9901011957")
    desk.refusing = None
    page.click("#id-open")
    expect(number).to_have_value("")
    expect(page.locator("#notice .complaint")).not_to_be_visible()


def test_an_open_list_of_services_and_its_scroll_outlive_a_scan(
    page: Page, desk: ShownDesk, address: str
) -> None:
    lines = tuple(line(n) for n in range(1, 41))
    desk.show(visit=visit(VisitState.TRACED, lines=lines))
    _open(page, f"{address}/doctor")
    page.click("#services summary")
    column = page.locator(".column").nth(1)
    column.evaluate("e => { e.scrollTop = 300 }")
    desk.show(scan=notice("scan.same_box"))
    expect(page.locator('[data-scan="scan.same_box"]')).to_be_visible()
    expect(page.locator("#services")).to_have_attribute("open", "")
    assert column.evaluate("e => e.scrollTop") > 200


def test_the_page_says_so_when_the_terminal_is_gone_and_comes_back_by_itself(
    page: Page, desk: ShownDesk, assets: Path
) -> None:
    with served(create_app(desk, Drawing(desk), assets)) as at:
        _open(page, f"{at}/doctor")
        page.route("**/events", lambda route: route.abort())
        page.reload(wait_until="domcontentloaded")
        expect(page.locator("#offline")).to_be_visible(timeout=15_000)
        page.unroute("**/events")
        expect(page.locator("#offline")).not_to_be_visible(timeout=15_000)


@pytest.mark.parametrize("reader", ["resident", "doctor"])
@pytest.mark.parametrize("size", SIZES)
def test_text_and_targets_are_large_enough_and_nothing_is_cut_off_in_any_state(
    page: Page, desk: ShownDesk, address: str, reader: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    _open(page, f"{address}/{reader}")
    flaws: dict[str, list[str]] = {}
    for state in [None, *VisitState]:
        desk.show(visit=visit(state) if state else None, waiting=WAITING)
        step = f'[data-step="step.{state.value if state else "idle"}"]'
        expect(page.locator(step)).to_be_attached()
        if found := page.evaluate(_FLAWS):
            flaws[step] = found
    assert flaws == {}


class ChangingDesk(ShownDesk):
    """Publishes a change, and lets it reach the page, before it refuses a verb."""

    def confirm_amount(self, *_: object) -> None:
        self.show(visit=replace(visit(VisitState.PRICED), revision=8))
        Event().wait(0.5)
        raise Refused("visit.price_changed")


def test_words_of_a_refusal_arrive_though_the_counter_changes_meanwhile(
    page: Page, assets: Path
) -> None:
    desk = ChangingDesk(view(visit=visit(VisitState.PRICED)))
    with served(create_app(desk, Drawing(desk), assets)) as at:
        _open(page, f"{at}/doctor")
        page.click("#settle-button")
        expect(page.locator("#notice .complaint")).to_be_visible()
        expect(page.locator("input[name=revision]")).to_have_value("8")
