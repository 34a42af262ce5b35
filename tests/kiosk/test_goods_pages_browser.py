"""The doctor's pages of boxes, courses and the shelf in a real browser."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from terminal.core.boxes import ScanMode
from terminal.core.faults import Refused
from tests.kiosk.browsing import open_page
from tests.kiosk.counter_views import notice
from tests.kiosk.goods_views import CODE, OPENED, ROWS, GoodsDesk, goods


@pytest.fixture
def desk() -> GoodsDesk:
    return GoodsDesk()


def test_the_bag_is_packed_scan_by_scan_until_it_is_stopped(
    page: Page, desk: GoodsDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor/boxes")
    page.click("#mode-pack")
    expect(page.locator("#mode-pack")).to_have_attribute("aria-pressed", "true")
    desk.show(scan=notice("box.packed", name="盐酸二甲双胍片"))
    expect(page.locator("[data-scan='box.packed']")).to_contain_text("盐酸二甲双胍片")
    desk.show(scan=notice("scan.commodity_code"))
    expect(page.locator(".verdict.bad[data-scan='scan.commodity_code']")).to_be_visible()
    page.click("#stop-button")
    expect(page.locator("#stop-button")).to_have_count(0)
    assert desk.taken == [("scan_means", ScanMode.PACK), ("scan_means", ScanMode.SELL)]


def test_a_box_is_taken_in_by_its_reason_and_never_by_enter(
    page: Page, desk: GoodsDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor/boxes")
    page.click("#take-in-card summary")
    page.fill("#take-in input[name=note]", "起疹子")
    page.press("#take-in input[name=note]", "Enter")
    with page.expect_response("**/take-in"):
        page.click("#take-in-quality")
    assert desk.taken == [("take_in", "quality", "起疹子")]
    expect(page.locator("#take-in input[name=note]")).to_have_value("")


def test_what_was_looked_up_stays_while_the_counter_goes_on(
    page: Page, desk: GoodsDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor/boxes")
    page.fill("#trace-code", CODE)
    page.press("#trace-code", "Enter")
    expect(page.locator("#trace")).to_contain_text("不可再售")
    desk.show(goods=goods(opened=(replace(OPENED[0], left=1),)))
    expect(page.locator("[data-left='1']")).to_be_visible()
    expect(page.locator("#trace")).to_contain_text("不可再售")
    assert page.url.endswith("/doctor/boxes")


def test_an_opened_box_is_closed_for_a_reason_after_a_second_look(
    page: Page, desk: GoodsDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor/boxes")
    page.click("#close-open-3")
    expect(page.locator("#close-card-3")).to_contain_text("还剩 4 片")
    with page.expect_response("**/close"):
        page.click("#close-3-2")
    assert desk.taken == [("close_box", 3, "过期")]


def test_a_course_is_ticked_in_two_steps_and_left_in_one(
    page: Page, desk: GoodsDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor/courses")
    page.click("#due-1-open")
    page.get_by_role("button", name="还没做").click()
    expect(page.locator("#due-1-card")).to_be_hidden()
    assert desk.taken == []
    page.click("#due-1-open")
    with page.expect_response("**/tick"):
        page.click("#due-1-button")
    assert desk.taken == [("tick", "c1")]


def test_a_refused_count_stays_to_be_corrected_and_a_taken_one_is_cleared(
    page: Page, desk: GoodsDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor/shelf")
    page.click("[data-item='YP0001'] a")
    expect(page.locator("#count-packs")).to_be_visible()
    page.fill("#count-packs", "十二")
    page.fill("#count-lot", "2409117")
    with page.expect_response("**/count"):
        page.click("#count-button")
    expect(page.locator("#notice")).to_contain_text("什么都没有记")
    expect(page.locator("#count-packs")).to_have_value("十二")
    expect(page.locator("#count-lot")).to_have_value("2409117")
    desk.refusing = Refused("visit.not_found")
    page.fill("#count-packs", "12")
    with page.expect_response("**/count"):
        page.click("#count-button")
    expect(page.locator("#count-packs")).to_have_value("12")
    desk.refusing = None
    shelf = desk.on_the_shelf
    shelf.shown = replace(shelf.shown, rows=(replace(ROWS[0], on_hand=Decimal(12)),))
    page.press("#count-packs", "Enter")
    expect(page.locator("[data-on-hand='12']")).to_be_visible()
    expect(page.locator("#count-packs")).to_have_value("")
    expect(page.locator("#notice")).to_be_empty()
    assert desk.taken == [("count", "YP0001", Decimal(12), "2409117", None)]


def test_a_half_typed_count_outlives_an_event_and_enter_moves_nothing(
    page: Page, desk: GoodsDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor/shelf/drugs/YP0001")
    page.click("#moved-card summary")
    page.locator("#moved-packs").press_sequentially("2")
    page.press("#moved-packs", "Enter")
    desk.show(goods=goods(courses=()))
    expect(page.locator("#courses-open .count")).to_have_count(0)
    expect(page.locator("#moved-packs")).to_have_value("2")
    with page.expect_response("**/moved"):
        page.click("#move-out-2")
    assert desk.taken == [("moved", "YP0001", "out", Decimal(2), "", None, "过期")]


def test_a_drug_is_found_and_the_order_is_saved(page: Page, desk: GoodsDesk, address: str) -> None:
    open_page(page, f"{address}/doctor/shelf")
    with page.expect_download() as saved:
        page.click("#order-pdf")
    assert saved.value.suggested_filename == "order-2025-11-20.pdf"
    page.fill("#find", "阿莫")
    page.press("#find", "Enter")
    page.click("#found a")
    expect(page.locator("#stock")).to_contain_text("阿莫西林胶囊")
