"""The new screens in a real browser: keypad, arrows, enrolment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from terminal.core.counter import EnrolmentStep
from terminal.core.faults import Refused
from terminal.core.visit import VisitState
from tests.kiosk.browsing import open_page
from tests.kiosk.counter_views import CHILD, ShownDesk, enrolment, notice, visit
from tests.kiosk.face_scenes import CAPTURE, DOUBTED, LARGE


def test_digits_pressed_outlive_the_hints_and_are_sent_as_pressed(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=LARGE, hint="challenge.nod")
    open_page(page, f"{address}/resident")
    page.click("#key-1")
    page.click("#key-9")
    page.click("#key-back")
    page.click("#key-2")
    desk.show(hint="challenge.blink")
    expect(page.locator('[data-picture="blink"]')).to_be_visible()
    expect(page.locator("#digits")).to_have_value("12")
    for key in "3X7":
        page.click(f"#key-{key}")
    expect(page.locator("#digits")).to_have_value("123X")
    with page.expect_response("**/digits"):
        page.click("#digits-done")
    assert desk.taken == [("give_digits", "v1", "123X")]


def test_wrong_digits_are_answered_in_words_and_the_boxes_are_empty_again(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=DOUBTED)
    open_page(page, f"{address}/resident")
    desk.refusing = Refused("person.digits_wrong", left="2")
    for key in "1234":
        page.click(f"#key-{key}")
    page.click("#digits-done")
    expect(page.locator("#notice .complaint")).to_be_visible()
    desk.show(visit=replace(DOUBTED, digits_left=2))
    expect(page.locator('[data-digits-left="2"]')).to_be_visible()
    expect(page.locator("#digits")).to_have_value("")
    expect(page.locator("#notice .complaint")).to_be_visible()


def test_an_unfinished_number_stays_to_be_finished(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=DOUBTED)
    open_page(page, f"{address}/resident")
    page.click("#key-5")
    page.click("#digits-done")
    expect(page.locator("#notice .complaint")).to_be_visible()
    expect(page.locator("#digits")).to_have_value("5")
    assert desk.taken == []


@pytest.mark.parametrize(("action", "side"), [("turn_left", "left"), ("turn_right", "right")])
def test_an_arrow_points_where_the_person_sees_themselves_turn(
    page: Page, desk: ShownDesk, address: str, action: str, side: str
) -> None:
    desk.show(hint=f"challenge.{action}")
    open_page(page, f"{address}/resident")
    mirrored = page.locator("#preview").evaluate("e => getComputedStyle(e).transform")
    assert mirrored.startswith("matrix(-1,")
    middle = "e => { const b = e.getBoundingClientRect(); return b.left + b.width / 2; }"
    lens = page.locator(".lens").evaluate(middle)
    cue = page.locator(".cue path").evaluate(middle)
    head = page.locator(".picture .face").evaluate(middle)
    arrow = page.locator(".picture .arrow").evaluate(middle)
    assert (cue < lens) == (arrow < head) == (side == "left")


def test_a_face_is_kept_by_the_second_tap_and_never_by_the_first(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.IDENTIFIED, may_keep_face=True))
    open_page(page, f"{address}/doctor")
    page.click("#keep-open")
    expect(page.locator("#keep-card .consent")).to_be_visible()
    assert desk.taken == []
    desk.show(scan=notice("scan.same_box"))
    expect(page.locator('[data-scan="scan.same_box"]')).to_be_visible()
    expect(page.locator("#keep-card .consent")).to_be_visible()
    with page.expect_response("**/face"):
        page.click("#keep-button")
    assert desk.taken == [("keep_face", "v1")]


def test_a_guardians_name_outlives_events_and_is_sent_with_the_agreement(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(enrolling=enrolment(EnrolmentStep.CONSENT, person=CHILD, guardian_wanted=True))
    open_page(page, f"{address}/doctor/enrol")
    page.locator("#guardian").press_sequentially("王秀英")
    desk.show(away={"scanner": "scanner.unplugged"})
    expect(page.locator('[data-part="scanner"]')).to_be_visible()
    with page.expect_response("**/consent"):
        page.click("#agree-button")
    assert desk.taken == [("agree", "王秀英", "")]


def test_an_enrolment_goes_on_on_both_screens_as_the_desk_says(
    page: Page, desk: ShownDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor/enrol")
    page.locator("#id-number").press_sequentially("990101")
    page.click("#enrol-begin")
    expect(page.locator("#id-number")).to_have_value("")
    desk.show(enrolling=CAPTURE)
    expect(page.locator(".capture .dot.taken")).to_have_count(1)
    expect(page.locator("#enrol-entry")).not_to_be_visible()
    desk.show(enrolling=replace(CAPTURE, taken=3, hint="face.too_far"))
    expect(page.locator(".capture .dot.taken")).to_have_count(3)
    desk.show(enrolling=None)
    expect(page.locator("#enrol-entry")).to_be_visible()
