"""The screens of the money in a real browser: whole, large enough, and typed into safely."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from tests.kiosk.books import DAY, closing
from tests.kiosk.browsing import open_page
from tests.kiosk.counter_views import ShownDesk
from tests.kiosk.money_scenes import SETTLED


def test_cash_is_one_tap_and_the_next_is_whoever_comes(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=SETTLED)
    open_page(page, f"{address}/doctor")
    with page.expect_response("**/paid"):
        page.click("#cash-button")
    verb, visit_id, way, amount = desk.taken[0]
    assert (verb, visit_id, way, amount.yuan) == ("paid", "v1", "cash", "7.90")


def test_enter_in_a_typed_reason_sends_that_reason_and_no_other(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=SETTLED)
    open_page(page, f"{address}/doctor")
    page.click("#undo-card summary")
    page.fill("#cancel-typed input", "剂量看错了")
    with page.expect_response("**/cancel"):
        page.press("#cancel-typed input", "Enter")
    assert desk.taken == [("cancel", "v1", "剂量看错了")]


def test_a_half_typed_reason_and_its_open_card_outlive_an_event(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=SETTLED)
    open_page(page, f"{address}/doctor")
    page.click("#undo-card summary")
    page.locator("#correct-typed input").press_sequentially("多扫了")
    desk.show(scan=None, picking_up=2)
    expect(page.locator("[data-picking-up='2']")).to_be_visible()
    expect(page.locator("#correct-typed input")).to_have_value("多扫了")


def test_a_day_is_closed_and_counted_from_its_page(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.books.days[DAY] = closing(DAY)
    page.goto(f"{address}/doctor/day?day={DAY}")
    page.click("#close-button")
    page.fill(".drawer input", "81.60")
    page.click("#drawer-button")
    page.wait_for_load_state()
    assert [taken[0] for taken in desk.taken] == ["close", "count_drawer"]
    assert desk.taken[1][1] == date(2025, 11, 20)
    assert desk.taken[1][2].yuan == "81.60"


def test_the_sheet_is_saved_to_print(page: Page, desk: ShownDesk, address: str) -> None:
    page.goto(f"{address}/publicity?day={DAY}")
    with page.expect_download() as saved:
        page.click("#pdf")
    assert saved.value.suggested_filename == f"publicity-{DAY}.pdf"
