"""The screens of the money in a real browser: whole, large enough, and typed into safely."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.kiosk.books import DAY, closing
from tests.kiosk.browsing import FLAWS, SIZES, open_page
from tests.kiosk.counter_views import ShownDesk
from tests.kiosk.money_scenes import NOTHING, SCENES, SETTLED
from tests.longer import longer

_COUNT = (
    """() => document.body.addEventListener('htmx:afterRequest', () => { window.answers += 1; })"""
)
_CUT = """() => [...document.querySelectorAll('.news .headline, .news .slip-number, .news .pay')]
  .filter((e) => {
    const box = e.getBoundingClientRect();
    const room = e.closest('.news').getBoundingClientRect();
    return box.top < room.top - 1 || box.bottom > room.bottom + 1;
  }).map((e) => e.tagName + ' ' + e.textContent.trim().slice(0, 20))"""
"""What the resident would have to scroll for, which nobody does."""

_OPEN = """() => document.querySelectorAll('details').forEach((e) => { e.open = true; })"""


@pytest.mark.parametrize("path", ["/resident", "/doctor"])
@pytest.mark.parametrize("size", [*SIZES, *longer([(1920, 1080)], [])])
def test_every_screen_of_the_money_is_large_enough_and_whole(
    page: Page, desk: ShownDesk, address: str, path: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, address + path)
    page.evaluate(_COUNT)
    flaws: dict[str, list[str]] = {}
    for name, shown in SCENES.items():
        page.evaluate("() => { window.answers = 0; }")
        desk.show(**{**NOTHING, **shown})
        page.wait_for_function("() => window.answers > 0")
        page.evaluate(_OPEN)
        if found := page.evaluate(FLAWS) + page.evaluate(_CUT):
            flaws[name] = found
    assert flaws == {}


@pytest.mark.parametrize("path", ["/doctor/day", "/doctor/credit", "/doctor/month", "/publicity"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_the_books_is_large_enough_and_whole(
    page: Page, desk: ShownDesk, address: str, path: str, size: tuple[int, int]
) -> None:
    desk.books.days[DAY] = closing(DAY)
    desk.show(day=DAY)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address + path)
    assert page.evaluate(FLAWS) == []


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
