from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk_ui.roles import COOKIE
from terminal.core.faults import Refused
from terminal.core.operators import Registered
from terminal.core.visit import VisitState
from tests.kiosk.browsing import FAINT, FLAWS, SIZES, open_page
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import AT, ShownDesk, visit
from tests.kiosk.shown_duty import DOCTOR, PIN, SIGNED_IN, SUBSTITUTE, TECHNICIAN

JSON = {**OURS, "Accept": "application/json"}


def give(client: Any, headers: Any = OURS, **changed: str) -> Any:
    data = {"who": "o1", "as": "doctor", "pin": PIN, **changed}
    return client.post("/sign-in", data=data, headers=headers)


def test_the_right_pin_opens_the_doctors_page(stranger: Any, desk: ShownDesk) -> None:
    assert stranger.get("/doctor").location == "/sign-in?next=/doctor"
    answer = give(stranger)
    assert (answer.status_code, answer.location) == (303, "/doctor")
    assert stranger.get("/doctor").status_code == 200


def test_the_token_is_out_of_reach_of_scripts_and_other_sites(stranger: Any) -> None:
    cookie = give(stranger).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie


def test_a_wrong_pin_opens_nothing_and_says_what_is_left(stranger: Any) -> None:
    answer = give(stranger, pin="739104")
    assert answer.status_code == 409
    assert "密码不对" in answer.text
    assert "还能试 4 次" in answer.text
    assert "739104" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert stranger.get("/doctor").status_code == 303


def test_a_program_is_told_the_code(stranger: Any) -> None:
    answer = give(stranger, headers=JSON, pin="739104")
    assert (answer.status_code, answer.json["code"]) == (409, "operator.pin_wrong")
    assert give(stranger, headers=JSON).json == {"page": "/doctor"}


def test_a_technician_comes_to_the_status_page(stranger: Any) -> None:
    assert give(stranger, who="o3", **{"as": "technician"}).location == "/status"
    assert stranger.get("/status").status_code == 200
    assert stranger.get("/doctor").status_code == 403


@pytest.mark.parametrize(
    ("there", "opened"),
    [
        ("/doctor/day?day=2025-11-20", "/doctor/day?day=2025-11-20"),
        ("/status", "/status"),
        ("", "/doctor"),
        ("https://elsewhere.example/doctor", "/doctor"),
        ("//elsewhere.example/doctor", "/doctor"),
        ("/\\elsewhere.example", "/doctor"),
        ("\\\\elsewhere.example", "/doctor"),
        ("/doctor\r\nX: y", "/doctor"),
        ("javascript:alert(1)", "/doctor"),
        ("/nowhere", "/doctor"),
        ("/doctor/visits", "/doctor"),
        ("doctor", "/doctor"),
    ],
)
def test_only_pages_of_ours_are_opened_afterwards(stranger: Any, there: str, opened: str) -> None:
    assert give(stranger, next=there).location == opened


def test_nobody_is_sent_to_a_page_their_role_does_not_open(stranger: Any) -> None:
    answer = give(stranger, who="o3", next="/doctor/day", **{"as": "technician"})
    assert answer.location == "/status"


def test_a_sign_in_from_another_site_is_not_taken(stranger: Any) -> None:
    answer = give(stranger, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "changed", [{"who": "o9"}, {"as": "resident"}, {"as": "king"}, {"who": ""}, {"pin": ""}]
)
def test_a_form_that_no_page_of_ours_sends_opens_nothing(
    stranger: Any, changed: dict[str, str]
) -> None:
    assert give(stranger, **changed).status_code == 400


def test_locking_the_screen_ends_the_sign_in(client: Any, desk: ShownDesk) -> None:
    answer = client.post("/sign-out", headers=OURS)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert SIGNED_IN not in desk.duty.tokens
    assert client.get("/doctor").status_code == 303


def test_another_sign_in_at_the_same_browser_ends_the_one_before(
    client: Any, desk: ShownDesk
) -> None:
    give(client, who="o2")
    assert SIGNED_IN not in desk.duty.tokens
    assert client.get("/doctor").status_code == 200


def test_a_refused_sign_in_leaves_whoever_is_there_signed_in(client: Any, desk: ShownDesk) -> None:
    give(client, who="o2", pin="739104")
    assert SIGNED_IN in desk.duty.tokens


def test_everybody_who_may_sign_in_has_a_card(stranger: Any) -> None:
    page = stranger.get("/sign-in").text
    for card in (DOCTOR, SUBSTITUTE, TECHNICIAN):
        assert card.name in page


def test_nobody_was_made_an_operator_yet_and_the_page_says_so(
    stranger: Any, desk: ShownDesk
) -> None:
    desk.duty.cards = ()
    page = stranger.get("/sign-in").text
    assert 'id="nobody"' in page
    assert "pin" not in re.sub(r"<(link|script|meta)[^>]*>", "", page).lower()


def test_whoever_is_not_registered_here_is_told_at_the_door(stranger: Any, desk: ShownDesk) -> None:
    desk.duty.cards = (replace(SUBSTITUTE, registered=Registered.NO),)
    assert "在这里没有登记，只能记录" in stranger.get("/sign-in").text


def test_whoever_waits_is_told_until_when(stranger: Any, desk: ShownDesk) -> None:
    desk.duty.cards = (replace(DOCTOR, locked_until=AT + timedelta(minutes=5)),)
    assert "08:10 以后可以再试" in stranger.get("/sign-in?who=o1&as=doctor").text
    desk.duty.refusing = Refused("operator.locked", tries_left=0)
    assert "错的次数太多" in give(stranger).text


def test_a_look_at_the_camera_signs_in_whoever_bound_their_face(
    stranger: Any, desk: ShownDesk
) -> None:
    assert 'name="face"' not in stranger.get("/sign-in?who=o1&as=doctor").text
    desk.duty.cards = (replace(DOCTOR, has_face=True),)
    assert 'name="face"' in stranger.get("/sign-in?who=o1&as=doctor").text
    answer = give(stranger, face="look", pin="")
    assert answer.status_code == 409
    assert "没有认出您" in answer.text
    desk.duty.face = "o1"
    assert give(stranger, face="look", pin="").location == "/doctor"


# --- in a real browser
def test_a_shift_is_handed_over_with_two_taps_and_a_pin(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.TRACED))
    page.goto(f"{address}/sign-in?next=/doctor")
    expect(page.locator("#who")).to_contain_text("李医生 在岗")
    page.locator("#doctor-2").click()
    for digit in PIN:
        page.locator(f"#key-{digit}").click()
    page.locator("#pin-done").click()
    page.wait_for_url("**/doctor")
    assert desk.duty.shown.operator == SUBSTITUTE
    expect(page.locator("[data-visit='v1']").first).to_be_attached()


def test_a_pin_is_typed_on_a_keyboard_as_well(page: Page, desk: ShownDesk, address: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/doctor/day")
    page.locator("#doctor-1").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pin")).to_be_focused()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/doctor/day")


def test_a_mistyped_digit_is_taken_away(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in?who=o1&as=doctor")
    page.locator("#key-1").click()
    page.locator("#key-2").click()
    page.locator("#key-back").click()
    expect(page.locator("#pin")).to_have_value("1")


def test_the_doctors_screen_leads_to_the_sign_in_when_it_locks_and_the_residents_goes_on(
    page: Page, desk: ShownDesk, address: str
) -> None:
    resident = page.context.new_page()
    open_page(resident, f"{address}/resident")
    other = page.context.new_page()
    open_page(other, f"{address}/doctor")
    desk.duty.sign_out(SIGNED_IN)
    desk.show(visit=visit(VisitState.PRICED))
    other.wait_for_url("**/sign-in?next=%2Fdoctor")
    expect(resident.locator('[data-step="step.priced"]')).to_be_visible()
    other.close()
    resident.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("at", ["/sign-in", "/sign-in?who=o1&as=doctor"])
def test_the_page_fits_and_every_key_is_large(
    page: Page, address: str, size: tuple[int, int], at: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}{at}")
    assert page.evaluate(FLAWS) == []
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


@pytest.mark.parametrize("size", SIZES)
def test_a_wrong_pin_and_a_second_way_still_leave_every_key_in_sight(
    page: Page, desk: ShownDesk, address: str, size: tuple[int, int]
) -> None:
    desk.duty.cards = (replace(DOCTOR, has_face=True), SUBSTITUTE)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}/sign-in?who=o1&as=doctor")
    page.locator("#pin").fill("111111")
    page.locator("#pin-done").click()
    expect(page.locator(".complaint")).to_be_visible()
    page.wait_for_load_state()  # Its style sheets as well.
    assert [*page.evaluate(FLAWS), *page.evaluate(FAINT)] == []
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


@pytest.mark.parametrize("at", ["/doctor", "/doctor/day", "/doctor/family"])
def test_whoever_may_not_open_a_page_is_led_to_the_sign_in_and_not_back_to_it(
    app: Any, desk: ShownDesk, at: str
) -> None:
    browser = app.test_client()
    browser.set_cookie(COOKIE, "technician-here")
    desk.duty.tokens["technician-here"] = frozenset(TECHNICIAN.roles)
    page = browser.get(at)
    assert page.status_code == 403
    assert f'href="/sign-in?next={at}"' in page.text


@pytest.mark.parametrize(
    "at", ["/doctor/evidence/none", "/doctor/held/none", "/doctor/family/none", "/status/none"]
)
def test_a_complaint_leads_back_to_a_page_that_opens(client: Any, desk: ShownDesk, at: str) -> None:
    desk.refusing = Refused("visit.not_found")
    page = client.get(at)
    assert page.status_code >= 400
    (home,) = re.findall(r'class="button primary" href="([^"]*)"', page.text)
    desk.refusing = None
    assert client.get(home, follow_redirects=True).status_code == 200
