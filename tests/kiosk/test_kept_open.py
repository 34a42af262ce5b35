"""What somebody opened or half typed stays while the counter goes on, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from terminal.core.faults import Refused
from terminal.core.goods_views import GoodsView
from terminal.core.visit import VisitState
from tests.kiosk.browsing import open_page
from tests.kiosk.counter_views import ShownDesk, line, payments, visit
from tests.kiosk.goods_scenes import ALL_LINES, FOUND, UNBOUND, WARN

_NUMBER_HEARD = """(wanted) => new Promise((done) => {
  const events = new EventSource('/events');
  events.onmessage = (event) => event.data === wanted && (events.close(), done());
})"""


@pytest.fixture
def doctor(page: Page, desk: ShownDesk, address: str) -> Page:
    """The doctor's page of a visit with one box."""
    desk.to_find = FOUND
    desk.show(visit=visit(VisitState.TRACED, lines=(line(1),)))
    open_page(page, f"{address}/doctor")
    return page


def _scanned(doctor: Page, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED, lines=(line(1), line(2)), revision=8))
    expect(doctor.locator("#lines [data-line]")).to_have_count(2)


def test_a_scan_does_not_close_the_days_under_the_doctors_finger(
    doctor: Page, desk: ShownDesk
) -> None:
    doctor.locator("#days-open-1").click()
    doctor.locator("#days-typed-1 input").fill("21")
    _scanned(doctor, desk)
    expect(doctor.locator("#days-1")).to_be_visible()
    expect(doctor.locator("#days-typed-1 input")).to_have_value("21")
    doctor.locator("#days-1-28").click()
    expect(doctor.locator("#days-1")).to_be_hidden()
    assert desk.taken == [("set_days", "v1", 1, 28)]


def test_a_card_stays_closed_for_whoever_comes_next(doctor: Page, desk: ShownDesk) -> None:
    doctor.locator("#days-open-1").click()
    other = visit(VisitState.TRACED, visit_id="v2", lines=(line(1), line(2)))
    desk.show(visit=other)
    expect(doctor.locator("#lines [data-line]")).to_have_count(2)
    expect(doctor.locator("#days-1")).to_be_hidden()


def test_the_opened_services_stay_open_while_the_diagnosis_is_set(
    doctor: Page, desk: ShownDesk
) -> None:
    doctor.locator("#services summary").click()
    desk.show(visit=visit(VisitState.TRACED, diagnosis="I10.x00", lines=(line(1),), revision=8))
    expect(doctor.locator("#work .chosen")).to_have_count(1)
    expect(doctor.locator("#services")).to_have_attribute("open", "")


def test_a_refused_tap_in_a_card_lets_its_complaint_be_read(doctor: Page, desk: ShownDesk) -> None:
    doctor.locator("#days-open-1").click()
    desk.refusing = Refused("goods.quantity_unreadable")
    doctor.locator("#days-1-7").click()
    expect(doctor.locator("#notice .complaint")).to_be_visible()
    expect(doctor.locator("#days-1")).to_be_hidden()


def test_an_amount_that_was_taken_is_not_left_to_be_taken_again(
    doctor: Page, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.SETTLED, payments=payments("26.34")))
    doctor.locator("#paid-part summary").click()
    some = doctor.locator("#paid-some input[name=amount]")
    some.fill("20")

    def part_paid(route: Route) -> None:
        desk.show(visit=visit(VisitState.SETTLED, payments=payments("6.34")))
        route.continue_()

    doctor.route("**/paid", part_paid)
    doctor.locator("#paid-some").get_by_role("button", name="现金").click()
    expect(doctor.locator("#money [data-due='6.34']")).to_be_visible()
    expect(some).to_have_value("")


def test_no_refresh_takes_a_form_away_while_its_tap_is_answered(
    doctor: Page, desk: ShownDesk
) -> None:
    doctor.locator("#find-text").press_sequentially("血糖")
    doctor.locator("#found-1").click()
    expect(doctor.locator("#find-text")).to_have_value("")  # Its form went with its answer.
    asked: list[str] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    doctor.on("request", lambda request: asked.append(request.url))
    doctor.route("**/lines/remove", hold)
    with doctor.expect_request("**/lines/remove"):
        doctor.locator("#remove-button-1").click()
    asked.clear()
    desk.show(visit=visit(VisitState.TRACED, lines=(line(1), line(2)), revision=8))
    doctor.evaluate(_NUMBER_HEARD, str(desk.shown.number))
    assert not [url for url in asked if url.endswith("/now")]
    held[0].continue_()
    expect(doctor.locator("#lines [data-line]")).to_have_count(2)


def test_an_unknown_box_is_seen_wherever_the_doctor_has_scrolled_to(
    doctor: Page, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.PRICED, lines=ALL_LINES))
    expect(doctor.locator("#lines [data-line]")).to_have_count(len(ALL_LINES))
    last = doctor.locator("#lines [data-line='1']")
    last.scroll_into_view_if_needed()
    desk.show(visit=visit(VisitState.PRICED, lines=ALL_LINES), goods=GoodsView(unbound=UNBOUND))
    expect(doctor.locator("[data-unbound]")).to_be_in_viewport(ratio=1)


def test_going_to_a_warning_does_not_push_the_page_off_the_screen(
    doctor: Page, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.PRICED, lines=ALL_LINES, findings=(WARN,)))
    doctor.locator("#look-at").click()
    expect(doctor.locator("#finding-2-same_ingredient")).to_be_in_viewport()
    expect(doctor.locator("header.place")).to_be_in_viewport(ratio=1)
    assert doctor.evaluate("() => document.scrollingElement.scrollTop") == 0


def test_what_is_missing_in_a_form_is_said_in_chinese(doctor: Page) -> None:
    doctor.locator("#typed-code summary").click()
    doctor.locator("#typed-button").click()
    said = "node => node.validationMessage"
    code = doctor.locator("#typed input[name=trace]")
    assert code.evaluate(said) == "请先填这里"
    code.press_sequentially("8")
    assert code.evaluate(said) == ""
