"""A tap is a press and a release on one thing: the page must not take it away in between."""

from __future__ import annotations

from playwright.sync_api import Page, Route

from terminal.core.visit import VisitState
from tests.kiosk.browsing import open_page
from tests.kiosk.counter_views import ShownDesk, visit


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
