"""The doctor's page by keyboard alone, in a real browser, behind the real server."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from terminal.core.visit import VisitState
from tests.conftest import HOUSE
from tests.kiosk.browsing import open_page
from tests.kiosk.conftest import HERE
from tests.kiosk.counter_views import ShownDesk, line, visit
from tests.kiosk.face_scenes import LARGE
from tests.kiosk.test_doctor_queue import ASIDE

TYPED_AT_ONCE = """(text) => {
  for (const key of [...text, 'Enter']) {
    const target = document.activeElement;
    const pressed = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    if (target.dispatchEvent(pressed) && key === 'Enter') target.click();
  }
  return new Promise((done) => setTimeout(done, 60)); // Later than whatever a digit began.
}"""
"""What a scanner does that pretends to be a keyboard: all its keys in one go."""


AS_SOON_AS_IT_COMES = """(id) => new MutationObserver(() => {
  const button = document.getElementById(id);
  const once = document.documentElement.dataset;
  if (!button || once.pressed) return;
  const enter = new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true});
  once.pressed = button.dispatchEvent(enter) ? 'taken' : 'refused';
  if (once.pressed === 'taken') button.click();
}).observe(document.body, {subtree: true, childList: true})"""


LINES_SETTLED = """() => document.body.addEventListener('htmx:afterSettle', () => {
  document.body.dataset.settled = document.querySelectorAll('#lines [data-line]').length;
})"""
"""How many lines stood on the page when its own scripts had last followed it."""


def verbs(desk: ShownDesk) -> list[str]:
    return [taken[0] for taken in desk.taken]


def test_the_card_of_keys_and_its_guide_name_the_same_keys(client: Any) -> None:
    guide = (HOUSE / "docs" / "doctor.md").read_text().split("## By keyboard")[1]
    rows = re.findall(r"^\| ([^|]+?) \|", guide.split("\n## ")[0], re.MULTILINE)[1:]
    told = set(re.findall(r"[A-Z][a-z]+|F\d|[1-9/?]", " ".join(rows)))
    shown = set(re.findall(r"<kbd>(.+?)</kbd>", client.get("/doctor").text))
    script = (HOUSE / "kiosk_ui" / "static" / "doctor_keys.js").read_text()
    heard = set(re.findall(r'event.key === "([^" ]+)"|(F\d):', script))
    assert told == {"Enter" if key == "回车" else key for key in shown}
    assert {key or function for key, function in heard} == told - {"1", "9", "Tab", "Esc"}


def test_a_visit_is_done_with_enter_and_a_number(page: Page, desk: ShownDesk, address: str) -> None:
    desk.show(visit=visit(VisitState.PRESENTED))
    open_page(page, f"{address}/doctor")
    expect(page.locator("#confirm-button")).to_be_focused()
    expect(page.locator("#confirm-button")).to_have_attribute("data-ready", "")
    with page.expect_response("**/person/confirm"):
        page.keyboard.press("Enter")
    desk.show(visit=visit(VisitState.IDENTIFIED))
    expect(page.locator("#diagnosis-2")).to_be_visible()
    with page.expect_response("**/diagnosis"):
        page.keyboard.press("2")
    desk.show(visit=visit(VisitState.PRICED))
    expect(page.locator("#settle-button")).to_be_focused()
    expect(page.locator("#settle-button")).to_have_attribute("data-ready", "")
    with page.expect_response("**/amount"):
        page.keyboard.press("Enter")
    assert verbs(desk) == ["confirm_person", "set_diagnosis", "confirm_amount"]


def test_the_doctor_vouches_by_keys_in_the_card_that_asks_twice(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=LARGE)
    open_page(page, f"{address}/doctor")
    page.focus("#vouch-open")
    page.keyboard.press("Enter")
    expect(page.locator("#vouch-card")).to_be_visible()
    page.focus("#vouch-button")
    with page.expect_response("**/vouch"):
        page.keyboard.press("Enter")
    assert verbs(desk) == ["vouch"]


def test_a_box_scanned_as_if_it_were_typed_confirms_no_amount(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    open_page(page, f"{address}/doctor")
    expect(page.locator("#settle-button")).to_have_attribute("data-ready", "")
    page.evaluate(TYPED_AT_ONCE, "83857930000879766661")
    with page.expect_response("**/aside"):
        page.keyboard.press("F2")  # Whatever the scan had pressed would have come before it.
    assert verbs(desk) == ["set_aside"]


def test_what_comes_next_is_not_pressed_by_an_enter_meant_for_what_was_before(
    page: Page, desk: ShownDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor")
    page.evaluate(AS_SOON_AS_IT_COMES, "settle-button")
    desk.show(visit=visit(VisitState.PRICED))
    expect(page.locator("html")).to_have_attribute("data-pressed", "refused")
    with page.expect_response("**/aside"):
        page.keyboard.press("F2")
    assert verbs(desk) == ["set_aside"]


def test_an_enter_in_the_moment_a_button_is_drawn_anew_is_not_lost(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.PRESENTED, busy="person"))
    open_page(page, f"{address}/doctor")
    expect(page.locator("#confirm-button")).to_have_attribute("data-ready", "")
    page.evaluate(AS_SOON_AS_IT_COMES, "confirm-button")
    with page.expect_response("**/person/confirm") as answered:
        desk.show(visit=visit(VisitState.PRESENTED))  # The province has told who this is.
    assert (
        "hx-request" in answered.value.request.headers
    )  # A tap of the page, which stays what it is.
    expect(page.locator("html")).to_have_attribute("data-pressed", "taken")
    assert verbs(desk) == ["confirm_person"]


def test_a_button_that_is_drawn_anew_at_once_waits_as_long_as_the_first(
    page: Page, desk: ShownDesk, address: str
) -> None:
    script = (HOUSE / "kiosk_ui" / "static" / "doctor_keys.js").read_text()
    slower = script.replace("READY_MS = 500;", "READY_MS = 600_000;")  # However slow this machine.
    assert slower != script
    page.route(
        "**/doctor_keys.js*",
        lambda route: route.fulfill(body=slower, content_type="text/javascript"),
    )
    desk.show(visit=visit(VisitState.TRACED))
    open_page(page, f"{address}/doctor")
    page.evaluate(LINES_SETTLED)
    for revision, lines in ((8, (line(1),)), (9, (line(1), line(2)))):
        desk.show(visit=visit(VisitState.PRICED, lines=lines, revision=revision))
        expect(page.locator("body")).to_have_attribute("data-settled", str(len(lines)))
    expect(page.locator("#settle-button")).to_be_focused()
    assert page.locator("#settle-button").get_attribute("data-ready") is None
    page.keyboard.press("Enter")
    with page.expect_response("**/v1/aside"):
        page.keyboard.press("F2")
    assert verbs(desk) == ["set_aside"]


def test_keys_put_aside_and_bring_the_next_forward_but_not_while_somebody_types(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.TRACED), waiting=ASIDE)
    open_page(page, f"{address}/doctor")
    page.locator("#find-text").press_sequentially("2")
    page.keyboard.press("F2")
    page.locator("#keys-open").focus()
    with page.expect_response("**/v5/forward"):
        page.keyboard.press("F4")
    with page.expect_response("**/v1/aside"):
        page.keyboard.press("F2")
    assert verbs(desk) == ["bring_forward", "set_aside"]


def test_what_is_half_typed_and_the_cursor_outlive_a_restart_of_the_terminal(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.TRACED), waiting=ASIDE)
    open_page(page, f"{address}/doctor")
    page.locator("#find-text").press_sequentially("amx")
    open_page(page, f"{address}/doctor")
    expect(page.locator("#find-text")).to_have_value("amx")
    expect(page.locator("#find-text")).to_be_focused()
    desk.show(visit=visit(VisitState.TRACED, visit_id="v5"), waiting=())
    expect(page.locator("[data-front=v5]")).to_be_visible()
    expect(page.locator("#find-text")).to_have_value("")
    page.wait_for_function("() => !JSON.stringify(sessionStorage).includes('amx')")


def test_no_number_of_a_person_is_kept_in_the_browser(
    page: Page, desk: ShownDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor")
    page.locator("#id-number").press_sequentially("990101195702031234")
    desk.show(visit=visit(VisitState.TRACED))
    expect(page.locator("[data-front]")).to_be_visible()
    assert "990101" not in page.evaluate("() => JSON.stringify(sessionStorage)")


def test_the_back_button_shows_the_counter_as_it_is_and_not_as_it_was(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    open_page(page, f"{address}/doctor")
    page.goto(f"{address}/doctor/commands", wait_until="domcontentloaded")
    desk.show(visit=visit(VisitState.SETTLED))
    page.go_back(wait_until="domcontentloaded")
    expect(page.locator("#cash-button")).to_be_visible()
    expect(page.locator("#settle-button")).to_have_count(0)


def test_two_windows_follow_each_other(
    page: Page, browser: Browser, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    open_page(page, f"{address}/doctor")
    context = browser.new_context()
    context.add_cookies([HERE])
    other = context.new_page()
    open_page(other, f"{address}/doctor")
    page.keyboard.press("F2")
    desk.show(visit=None, waiting=ASIDE)
    for each in (page, other):
        expect(each.locator("[data-counter=free]")).to_be_attached()
        expect(each.locator("#settle-button")).to_have_count(0)
    context.close()
