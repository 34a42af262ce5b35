"""The new screens in a real browser: keypad, arrows, enrolment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from terminal.core.counter import EnrolmentStep
from terminal.core.faults import Refused
from terminal.core.recognition import Action, Challenged
from terminal.core.visit import VisitState
from tests.kiosk.browsing import FLAWS, SIZES, open_page
from tests.kiosk.counter_views import CHILD, TWIN, ShownDesk, enrolment, notice, visit

LARGE = visit(VisitState.PRICED, assurance_wanted=True, digits_left=2)
DOUBTED = visit(VisitState.DOUBTED)
CAPTURE = enrolment(EnrolmentStep.CAPTURE)

SHOWN: dict[str, dict[str, Any]] = {
    **{f"challenge {action}": {"hint": f"challenge.{action}"} for action in Action},
    "covered": {"hint": "face.mouth_covered"},
    "locked": {"hint": "face.locked"},
    "a camera that repeats": {"hint": "camera.repeats"},
    "look-alikes": {"visit": DOUBTED},
    "look-alikes, no tries left": {"visit": replace(DOUBTED, digits_left=0)},
    "a large amount": {"visit": LARGE, "hint": "challenge.come_closer"},
    "a large amount, no hint": {"visit": LARGE},
    "a large amount, no tries left": {"visit": replace(LARGE, digits_left=0)},
    "a large amount, challenge failed": {"visit": LARGE, "hint": "challenge.failed"},
    "a challenge beside a card": {
        "visit": visit(VisitState.PRESENTED),
        "hint": "challenge.turn_left",
    },
    "a large amount, no camera": {"visit": LARGE, "away": {"camera": "camera.lost"}},
    "checked": {
        "visit": visit(
            VisitState.PRESENTED,
            challenged=Challenged.FAILED,
            second_factor="id_digits",
            face_agrees=False,
        )
    },
    "may keep the face": {"visit": visit(VisitState.SETTLED, may_keep_face=True)},
    "keeps the face": {"visit": visit(VisitState.SETTLED), "enrolling": CAPTURE},
    **{f"enrolment {step}": {"enrolling": enrolment(step)} for step in EnrolmentStep},
    "guardian": {"enrolling": enrolment(EnrolmentStep.CONSENT, person=CHILD, guardian_wanted=True)},
    "enrolled, looks alike": {"enrolling": enrolment(EnrolmentStep.DONE, look_alikes=(TWIN,))},
    "not enrolled": {
        "enrolling": enrolment(
            EnrolmentStep.FAILED, hint="face.too_dark", notice=notice("enrolment.too_few")
        )
    },
}

_CUT = """() => [...document.querySelectorAll(
    '.news .headline, .news .picture, .news .key, .news .dots')]
  .filter((e) => {
    const box = e.getBoundingClientRect();
    const room = e.closest('.news').getBoundingClientRect();
    return box.top < room.top - 1 || box.bottom > room.bottom + 1;
  }).map((e) => e.tagName + ' ' + e.textContent.trim().slice(0, 20))"""
"""What the resident would have to scroll for, which nobody does."""

_COUNT = (
    """() => document.body.addEventListener('htmx:afterRequest', () => { window.answers += 1; })"""
)
"""By then the regions are swapped."""

NOTHING: dict[str, Any] = {"visit": None, "hint": None, "away": {}, "enrolling": None}


@pytest.mark.parametrize("path", ["/resident", "/doctor", "/doctor/enrol"])
@pytest.mark.parametrize("size", SIZES)
def test_every_new_screen_is_large_enough_and_whole(
    page: Page, desk: ShownDesk, address: str, path: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, address + path)
    page.evaluate(_COUNT)
    flaws: dict[str, list[str]] = {}
    for name, shown in SHOWN.items():
        page.evaluate("() => { window.answers = 0; }")
        desk.show(**{**NOTHING, **shown})
        page.wait_for_function("() => window.answers > 0")
        found = page.evaluate(FLAWS) + page.evaluate(_CUT)
        if found:
            flaws[name] = found
    assert flaws == {}


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
