"""The pages in a real browser, behind the real server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event

from playwright.sync_api import Browser, Page, expect

from kiosk_ui.app import create_app
from terminal.core.faults import Refused
from terminal.core.visit import VisitState
from tests.kiosk.browsing import Drawing, open_page
from tests.kiosk.conftest import Serving
from tests.kiosk.counter_views import WAITING, ShownDesk, line, notice, view, visit


def test_an_event_reaches_both_pages(
    page: Page, browser: Browser, desk: ShownDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor")
    other = browser.new_page()
    open_page(other, f"{address}/resident")
    desk.show(hint="face.too_far")  # Somebody comes near: the screen wakes.
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
    open_page(page, f"{address}/doctor")
    with page.expect_response("**/amount") as answer:
        page.click("#settle-button")
    assert answer.value.status == 200
    assert [(verb, *rest[:2]) for verb, *rest in desk.taken] == [("confirm_amount", "v1", 7)]


def test_a_half_typed_id_number_outlives_events_and_a_refusal(
    page: Page, desk: ShownDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor")
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
    open_page(page, f"{address}/doctor")
    page.click("#services summary")
    column = page.locator(".column").nth(1)
    column.evaluate("e => { e.scrollTop = 300 }")
    desk.show(scan=notice("scan.same_box"))
    expect(page.locator('[data-scan="scan.same_box"]')).to_be_visible()
    expect(page.locator("#services")).to_have_attribute("open", "")
    assert column.evaluate("e => e.scrollTop") > 200


def test_the_page_says_so_when_the_terminal_is_gone_and_comes_back_by_itself(
    page: Page, desk: ShownDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor")
    page.route("**/events", lambda route: route.abort())
    page.reload(wait_until="domcontentloaded")
    expect(page.locator("#offline")).to_be_visible(timeout=60_000)
    page.unroute("**/events")
    expect(page.locator("#offline")).not_to_be_visible(timeout=60_000)


class ChangingDesk(ShownDesk):
    """Publishes a change, and lets it reach the page, before it refuses a verb."""

    def confirm_amount(self, *_: object) -> None:
        self.show(visit=replace(visit(VisitState.PRICED), revision=8))
        Event().wait(0.5)
        raise Refused("visit.price_changed")


def test_words_of_a_refusal_arrive_though_the_counter_changes_meanwhile(
    page: Page, assets: Path, serving: Serving
) -> None:
    desk = ChangingDesk(view(visit=visit(VisitState.PRICED)))
    open_page(page, f"{serving(create_app(desk, Drawing(desk), assets), desk)}/doctor")
    page.click("#settle-button")
    expect(page.locator("#notice .complaint")).to_be_visible()
    expect(page.locator("input[name=revision]")).to_have_value("8")
