"""Two taps, the second before the first is answered: the page shows what came of both."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk_ui.streams import HEARTBEAT_S
from terminal.core.visit import VisitState
from tests.kiosk.browsing import open_page
from tests.kiosk.counter_views import ShownDesk, visit


def test_a_tap_made_before_the_last_was_answered_is_shown_when_both_are(
    page: Page, desk: ShownDesk, address: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.show(visit=visit(VisitState.IDENTIFIED))
    # No event comes to the page's help: both answers may be there before it.
    page.route("**/events", lambda _: None)
    page.goto(f"{address}/doctor", wait_until="domcontentloaded")
    page.route("**/visits/*/*", hold)
    for button in ("#diagnosis-1", "#aside-button"):
        with page.expect_request("**/visits/*/*"):
            page.click(button)
    expect(page.locator("[data-visit='v1']")).to_have_count(1)
    desk.show(visit=visit(VisitState.PRICED))
    with page.expect_response("**/diagnosis"):
        held[0].continue_()
    desk.show(visit=None)
    held[1].continue_()
    expect(page.locator("[data-counter='free']")).to_have_count(1)
    assert [verb for verb, *_ in desk.taken] == ["set_diagnosis", "set_aside"]


def test_a_refresh_on_its_way_takes_no_form_from_a_tap_that_waits(
    page: Page, desk: ShownDesk, address: str
) -> None:
    held: dict[str, Route] = {}

    def hold(route: Route) -> None:
        held[route.request.method] = route

    desk.show(visit=visit(VisitState.IDENTIFIED))
    page.route("**/events", lambda _: None)
    page.goto(f"{address}/doctor", wait_until="domcontentloaded")
    page.route("**/doctor/now", hold)
    page.route("**/diagnosis", hold)
    with page.expect_request("**/doctor/now"):
        page.evaluate("() => htmx.trigger(document.body, 'changed')")
    with page.expect_request("**/diagnosis"):
        page.click("#diagnosis-1")
    page.locator("#diagnosis-1").evaluate("(it) => { it.form.dataset.tapped = ''; }")
    desk.show(visit=visit(VisitState.TRACED, lines=()))
    with page.expect_response("**/doctor/now"):
        held["GET"].continue_()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.locator("[data-tapped]").count() == 1
    desk.show(visit=visit(VisitState.PRICED))
    held["POST"].continue_()
    page.locator("#settle-button").wait_for()


def test_a_button_is_not_drawn_anew_under_the_finger_that_presses_it(
    page: Page, desk: ShownDesk, address: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.show(visit=visit(VisitState.PRESENTED, busy="person"))
    open_page(page, f"{address}/doctor")
    page.route("**/doctor/now", hold)
    with page.expect_request("**/doctor/now"):
        desk.show(visit=visit(VisitState.PRESENTED))  # The province has told who this is.
    page.locator("#confirm-button").hover()
    page.mouse.down()
    with page.expect_response("**/doctor/now"):
        held[0].continue_()
    page.locator("#confirm-button").evaluate("() => new Promise(requestAnimationFrame)")
    with page.expect_response("**/person/confirm"):
        page.mouse.up()
    assert [verb for verb, *_ in desk.taken] == ["confirm_person"]


def test_a_finger_that_stays_on_the_screen_does_not_stop_the_page(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.PRESENTED))
    open_page(page, f"{address}/doctor")
    page.locator(".person").hover()
    page.mouse.down()
    desk.show(visit=visit(VisitState.IDENTIFIED))
    page.locator("#diagnosis-1").wait_for()


def test_what_changes_while_the_page_is_redrawn_is_drawn_as_well(
    page: Page, desk: ShownDesk, address: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.show(visit=visit(VisitState.IDENTIFIED))
    page.route("**/events", lambda _: None)
    page.goto(f"{address}/doctor", wait_until="domcontentloaded")
    page.route("**/doctor/now", hold)
    desk.show(visit=visit(VisitState.TRACED, lines=()))
    with page.expect_request("**/doctor/now"):
        page.evaluate("() => htmx.trigger(document.body, 'changed')")
    while not held:
        page.wait_for_timeout(5)  # The request is told of before it can be held.
    first = held[0].fetch()
    desk.show(visit=visit(VisitState.PRICED))
    page.evaluate("() => htmx.trigger(document.body, 'changed')")
    page.unroute("**/doctor/now")
    held[0].fulfill(response=first)
    page.locator("#settle-button").wait_for()


@pytest.mark.long
def test_a_page_whose_redrawing_failed_draws_itself_at_the_next_heartbeat(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.IDENTIFIED))
    open_page(page, f"{address}/doctor")
    page.route("**/doctor/now", lambda route: route.fulfill(status=409))
    with page.expect_response("**/doctor/now"):
        desk.show(visit=visit(VisitState.PRICED))
    page.unroute("**/doctor/now")
    page.locator("#settle-button").wait_for(timeout=2_000 + 1000 * HEARTBEAT_S)
