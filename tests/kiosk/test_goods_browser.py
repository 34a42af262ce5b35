"""Looking, warnings, counting and an unknown box in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from terminal.core.boxes import ScanMode, Untraced
from terminal.core.faults import Refused
from terminal.core.goods_views import GoodsView
from terminal.core.visit import VisitState
from tests.kiosk.browsing import open_page
from tests.kiosk.counter_views import ShownDesk, line, notice, visit
from tests.kiosk.goods_scenes import (
    COMMON,
    FOUND,
    OPENED,
    SECOND_LOOK,
    SPLIT,
    UNBOUND,
    WARN,
)

COUNT_TAPS = """() => {
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, (event) => {
    if (event.isTrusted) document.body.dataset.taps = Number(document.body.dataset.taps ?? 0) + 1;
  }, true);
}"""


@pytest.fixture
def doctor(page: Page, desk: ShownDesk, address: str) -> Page:
    """The doctor's page of a visit with one box."""
    desk.to_find = FOUND
    desk.show(visit=visit(VisitState.TRACED), goods=GoodsView(opened=(OPENED,)))
    open_page(page, f"{address}/doctor")
    return page


def _open_drug(doctor: Page, text: str) -> None:
    doctor.locator("#find-text").press_sequentially(text)
    expect(doctor.locator(".found-item")).to_have_count(1)
    doctor.locator("#found-1").click()


def test_a_diagnosis_is_found_and_set_without_leaving_the_keyboard(
    doctor: Page, desk: ShownDesk
) -> None:
    search = doctor.locator("#find-text")
    search.press_sequentially("感染")
    expect(doctor.locator(".found-item")).to_have_count(1)
    search.fill("")
    expect(doctor.locator(".found-item")).to_have_count(len(FOUND))
    search.press("ArrowDown")
    search.page.keyboard.press("ArrowDown")
    expect(doctor.locator("#found-2")).to_be_focused()
    doctor.keyboard.press("ArrowUp")
    doctor.keyboard.press("Enter")
    expect(doctor.locator(".found-item")).to_have_count(0)
    expect(search).to_have_value("")
    assert desk.taken == [("set_diagnosis", "v1", "J06.9")]


def test_enter_takes_the_first_and_escape_clears(doctor: Page, desk: ShownDesk) -> None:
    search, found = doctor.locator("#find-text"), doctor.locator("#found")
    search.press_sequentially("血糖")
    expect(found).to_have_attribute("data-of", "血糖")  # Not yet the list of its first half.
    search.press("Enter")
    expect(search).to_have_value("")
    expect(doctor.locator(".found-item")).to_have_count(0)
    assert desk.taken == [("add_service", "v1", "s-glucose")]
    search.press_sequentially("血糖")
    expect(doctor.locator(".found-item")).to_have_count(1)
    search.press("Escape")
    expect(doctor.locator(".found-item")).to_have_count(0)
    assert len(desk.taken) == 1


def test_an_answer_to_what_stands_there_no_more_is_neither_shown_nor_taken(
    doctor: Page, desk: ShownDesk
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    search = doctor.locator("#find-text")
    search.fill("血")
    expect(doctor.locator(".found-item")).to_have_count(1)
    doctor.route("**/doctor/find?*", hold)
    with doctor.expect_request("**/doctor/find?*"):
        search.fill("阿莫")
    search.press("Enter")
    search.press("Escape")
    with doctor.expect_response("**/doctor/find?*"):
        held[0].continue_()
    doctor.evaluate("() => new Promise(requestAnimationFrame)")
    assert doctor.locator(".found-item").count() == 0
    assert desk.taken == []


def test_a_search_half_typed_and_its_open_drug_outlive_a_scan(
    doctor: Page, desk: ShownDesk
) -> None:
    _open_drug(doctor, "阿莫")
    doctor.locator("[data-by='1']").first.click()
    desk.show(visit=visit(VisitState.TRACED, lines=(line(1), line(2)), revision=8))
    expect(doctor.locator("#lines [data-line]")).to_have_count(2)
    expect(doctor.locator("#find-text")).to_have_value("阿莫")
    expect(doctor.locator("input[name=units]")).to_have_value("7")
    doctor.get_by_role("button", name="取出，记入").click()
    expect(doctor.locator("#find-text")).to_have_value("")
    assert desk.taken == [("add_split", "v1", 1, 7)]


def test_more_is_not_counted_than_the_opened_box_holds(doctor: Page) -> None:
    _open_drug(doctor, "阿莫")
    units = doctor.locator("input[name=units]")
    units.fill("19")
    for _ in range(3):
        doctor.locator("[data-by='1']").first.click()
    expect(units).to_have_value("20")
    units.fill("2")
    for _ in range(3):
        doctor.locator("[data-by='-1']").first.click()
    expect(units).to_have_value("1")


def test_goods_without_a_code_need_reason_lot_and_delivery_note(
    doctor: Page, desk: ShownDesk
) -> None:
    _open_drug(doctor, "苯")
    doctor.get_by_text("没有码", exact=True).click()
    form = doctor.locator("form.untraced")
    form.get_by_role("button", name="记入账单").click()
    form.locator("[name=lot]").fill("24A01")
    form.locator("[name=lot]").press("Enter")
    assert desk.taken == [], "neither an empty form nor Enter in half of one is sent"
    form.locator("[name=delivery_note]").fill("S-77")
    form.get_by_text("码坏了").click()
    form.get_by_role("button", name="记入账单").click()
    expect(doctor.locator(".found-item")).to_have_count(0)
    (taken,) = desk.taken
    assert taken[2] == "YP0001"
    assert taken[4:] == (Untraced.UNREADABLE, "24A01", "S-77")


def test_a_refused_code_stays_to_be_corrected(doctor: Page, desk: ShownDesk) -> None:
    doctor.locator("#typed-code summary").click()
    typed = doctor.locator("#typed input[name=trace]")
    typed.fill("8385793 000087976666")
    desk.refusing = Refused("scan.cut")
    doctor.locator("#typed-button").click()
    expect(doctor.locator("#notice .complaint")).to_be_visible()
    expect(typed).to_have_value("8385793 000087976666")
    desk.refusing = None
    typed.press("End")
    typed.press_sequentially("0")
    doctor.locator("#typed-button").click()
    expect(typed).to_have_value("")
    assert desk.taken == [("typed", "v1", "83857930000879766660")]


def test_a_warning_is_answered_in_its_place_and_then_the_amount_can_be_agreed_to(
    doctor: Page, desk: ShownDesk
) -> None:
    lines = (line(1), SPLIT)
    desk.show(visit=visit(VisitState.PRICED, lines=lines, findings=(WARN,)))
    expect(doctor.locator("#look-at")).to_be_visible()
    expect(doctor.locator("#settle-button")).to_have_count(0)
    doctor.locator("#look-at").click()
    expect(doctor.locator("#finding-2-same_ingredient")).to_be_in_viewport()
    own = doctor.locator("#reason-2-same_ingredient-text")
    own.press_sequentially("老人")
    desk.show(visit=visit(VisitState.PRICED, lines=(*lines, line(3)), findings=(WARN,)))
    expect(doctor.locator("#lines [data-line]")).to_have_count(3)
    expect(own).to_have_value("老人")
    own.press("Enter")
    expect(doctor.locator("#notice .complaint")).to_have_count(0)
    desk.show(visit=visit(VisitState.PRICED, lines=lines))
    expect(doctor.locator("#settle-button")).to_be_visible()
    assert desk.taken == [("give_reason", "v1", "same_ingredient", 2, "老人")]


def test_days_and_quantities_are_one_or_two_taps(doctor: Page, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED, lines=(line(1), SPLIT)))
    with doctor.expect_response("**/quantity"):
        doctor.locator("#more-button-2").click()
    doctor.locator("#days-open-1").click()
    with doctor.expect_response("**/days"):
        doctor.locator("#days-1-28").click()
    quantity = doctor.locator("#quantity-2 input")
    quantity.fill("10")
    with doctor.expect_response("**/quantity"):
        quantity.press("Enter")
    assert desk.taken[:2] == [("set_quantity", "v1", 2, 13), ("set_days", "v1", 1, 28)]
    assert desk.taken[2:] == [("set_quantity", "v1", 2, 10)]


def test_of_one_quantity_a_second_change_does_not_overtake_the_first(
    doctor: Page, desk: ShownDesk
) -> None:
    """Both would be under way at once, and either might be the one that stays."""
    desk.show(visit=visit(VisitState.TRACED, lines=(line(1), SPLIT)))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    doctor.route("**/quantity", hold)
    with doctor.expect_request("**/quantity"):
        doctor.locator("#more-button-2").click()
    quantity = doctor.locator("#quantity-2 input")
    quantity.fill("10")
    quantity.press("Enter")
    doctor.locator("#less-button-2").click()
    doctor.locator("#days-open-1").click()
    with doctor.expect_response("**/days"):
        doctor.locator("#days-1-28").click()
    assert len(held) == 1
    with doctor.expect_response("**/quantity"):
        held[0].continue_()
    assert desk.taken == [("set_days", "v1", 1, 28), ("set_quantity", "v1", 2, 13)]


def test_an_unknown_box_is_found_looked_at_twice_and_bound(doctor: Page, desk: ShownDesk) -> None:
    desk.show(goods=GoodsView(unbound=UNBOUND))
    doctor.locator("#which-text").press_sequentially("苯")
    doctor.locator("#which-1").click()
    desk.show(goods=GoodsView(unbound=SECOND_LOOK))
    expect(doctor.locator(".name-large")).to_have_text("苯磺酸氨氯地平片")
    doctor.locator("#unbound-confirm-button").click()
    expect(doctor.locator("#notice .complaint")).to_have_count(0)
    desk.show(goods=GoodsView())
    expect(doctor.locator(".unbound")).to_have_count(0)
    assert desk.taken == [("propose_binding", "YP0001"), ("confirm_binding", "YP0001")]


def test_a_common_visit_is_three_taps_to_the_money(doctor: Page, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.IDENTIFIED), goods=GoodsView(common=COMMON))
    doctor.locator("#common-1").click()
    desk.show(visit=visit(VisitState.PRICED))
    doctor.locator("#settle-button").click()
    desk.show(visit=visit(VisitState.SETTLED))
    with doctor.expect_response("**/paid"):
        doctor.locator("#cash-button").click()
    expect(doctor.locator("#notice .complaint")).to_have_count(0)
    assert [verb for verb, *_ in desk.taken] == ["use_common", "confirm_amount", "paid"]


def test_person_favourite_diagnosis_and_amount_are_three_taps(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.PRESENTED))
    open_page(page, f"{address}/doctor")
    page.evaluate(COUNT_TAPS)
    for button, answer, then in (
        ("#confirm-button", "**/person/confirm", VisitState.IDENTIFIED),
        ("#diagnosis-1", "**/diagnosis", VisitState.PRICED),
        ("#settle-button", "**/amount", VisitState.SETTLED),
    ):
        with page.expect_response(answer):
            page.locator(button).click()
        desk.show(visit=visit(then))
    expect(page.locator("#cash-button")).to_be_visible()
    assert [verb for verb, *_ in desk.taken] == [
        "confirm_person",
        "set_diagnosis",
        "confirm_amount",
    ]
    assert page.evaluate("() => document.body.dataset.taps") == "3"


def test_selling_without_insurance_asks_once_more(doctor: Page, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED, may_self_pay=True))
    doctor.locator("#more-card summary").click()
    doctor.locator("#self-pay-open").click()
    expect(doctor.locator("#self-pay-card")).to_be_visible()
    doctor.get_by_role("button", name="不，用医保").click()
    expect(doctor.locator("#self-pay-card")).not_to_be_visible()
    assert desk.taken == []
    doctor.locator("#self-pay-open").click()
    with doctor.expect_response("**/self-paid"):
        doctor.locator("#self-pay-button").click()
    assert [taken[:3] for taken in desk.taken] == [("sell_self_paid", "v1", 7)]


def test_the_scan_means_a_sale_again_with_one_tap(doctor: Page, desk: ShownDesk) -> None:
    desk.show(goods=GoodsView(mode=ScanMode.PACK), scan=notice("box.in_bag"))
    with doctor.expect_response("**/scan-means"):
        doctor.locator("#scan-sell-button").click()
    assert desk.taken == [("scan_means", ScanMode.SELL)]
