"""The resident's own screen: who this is for, yes and no to an amount, notes and coins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from kiosk_ui.app import create_app
from kiosk_ui.pay_picture import NOTES_AND_COINS, cash_picture
from kiosk_ui.roles import COOKIE
from kiosk_ui.screens import resident_screen
from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.charge import SettlementState
from terminal.core.counter import VisitView
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.people_views import OnDuty
from terminal.core.screen_views import PriceTold
from terminal.core.visit import VisitState
from tests.kiosk.browsing import FAINT, FLAWS, Drawing, open_page
from tests.kiosk.conftest import OURS, Serving
from tests.kiosk.counter_views import (
    AT,
    ID_NUMBER,
    Pictures,
    ShownDesk,
    bill,
    payments,
    share,
    view,
    visit,
    yuan,
)
from tests.kiosk.shown_duty import PIN, SIGNED_IN
from tests.longer import longer

# The same screens are among those of test_measured, at the tightest sizes.
SIZES = longer([(1024, 600), (600, 1024), (1280, 800), (800, 1280), (1920, 1080)], [])
ASKED = 'id="agree-button"'


def said(answer: Answer, own: str = "7.90", revision: int = 7) -> Agreement:
    return Agreement(answer, Manner.TAP, revision, yuan(own), AT)


def priced(own: str, fund: str = "18.44", **other: Any) -> VisitView:
    whole = yuan(own) + yuan(fund)
    one = share(total=whole, own=yuan(own), fund=yuan(fund), cash=yuan(own), in_scope=whole)
    return visit(VisitState.PRICED, bill=bill(one), **other)


def reasons() -> VisitView:
    """A bill with every reason for a smaller share, and an amount of many pieces."""
    parts = {part: yuan("20") for part in ("full_self_pay", "over_limit_price", "advance_self_pay")}
    many = share(total=yuan("317.42"), own=yuan("298.98"), cash=yuan("298.98"), **parts)
    return visit(VisitState.PRICED, bill=bill(many), ceiling=yuan("120.00"))


SCENES: dict[str, dict[str, Any]] = {
    "idle": {},
    "idle without a camera": {"away": {"camera": "camera.lost", "province": "province.away"}},
    "waking": {"hint": "face.too_far"},
    "dark": {"hint": "face.too_dark"},
    "priced": {"visit": visit(VisitState.PRICED)},
    "every reason": {"visit": reasons()},
    "huge": {"visit": priced("9999999.99")},
    "nothing to pay": {"visit": priced("0.00")},
    "agreed": {"visit": visit(VisitState.PRICED, agreement=said(Answer.AGREED))},
    "declined": {"visit": visit(VisitState.PRICED, agreement=said(Answer.DECLINED))},
    "estimated": {"visit": visit(VisitState.ESTIMATED), "away": {"province": "province.away"}},
    "settled": {"visit": visit(VisitState.SETTLED)},
}
NOTHING: dict[str, Any] = {"visit": None, "hint": None, "away": {}}

CUT = """() => {
  const news = document.querySelector('.news');
  const hidden = [];
  for (const button of document.querySelectorAll('button, a')) {
    const box = button.getBoundingClientRect();
    if (!box.width || button.closest('[popover]:not(:popover-open)')) continue;
    const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!button.contains(over)) hidden.push('under something: ' + button.textContent.trim());
  }
  if (news.scrollHeight > news.clientHeight + 1) hidden.push('more than is seen');
  return hidden;
}"""
"""What a person standing before the screen cannot see or reach without scrolling."""


# --- notes and coins


@given(st.integers(min_value=1, max_value=10**15))
def test_the_notes_and_coins_of_an_amount_add_up_to_it(fen: int) -> None:
    picture = cash_picture(Money(fen))
    assert picture is not None
    assert sum(p.fen * p.count for p in picture.pieces) + picture.fen_left == fen
    assert 0 <= picture.fen_left <= 9
    assert [p.fen for p in picture.pieces] == sorted({p.fen for p in picture.pieces}, reverse=True)
    assert all(p.fen in NOTES_AND_COINS and 1 <= p.drawn <= 4 for p in picture.pieces)
    assert all(p.drawn == p.count for p in picture.pieces if p.fen < 10_000)


def test_nothing_lies_on_the_table_where_nothing_is_paid() -> None:
    assert cash_picture(ZERO) is None
    assert cash_picture(Money(-790)) is None


def test_what_the_insurance_account_pays_is_not_drawn_as_cash() -> None:
    from_account = bill(share(account=yuan("5.00"), cash=yuan("2.90")))
    shown = resident_screen(view(visit(VisitState.PRICED, bill=from_account)))
    assert shown.asked is not None
    assert shown.cash is not None
    assert (shown.asked.own, shown.cash.amount) == (yuan("7.90"), yuan("2.90"))


def test_what_is_still_owed_is_drawn_and_not_the_whole_share() -> None:
    settled = visit(VisitState.SETTLED, payments=payments("2.50"))
    assert resident_screen(view(settled)).cash == cash_picture(yuan("2.50"))


# --- yes and no


@pytest.mark.parametrize("state", VisitState)
def test_yes_and_no_are_asked_only_where_an_amount_stands(
    client: Any, desk: ShownDesk, state: VisitState
) -> None:
    desk.show(visit=visit(state))
    page = client.get("/resident").text
    asked = state in {VisitState.PRICED, VisitState.ESTIMATED, VisitState.PARTLY_SETTLED}
    assert (ASKED in page) == asked
    assert ('id="decline-button"' in page) == asked
    if asked:
        own = "6.00" if state is VisitState.PARTLY_SETTLED else "7.90"
        assert page.count(f'name="own" value="{own}"') == 2
        assert page.count('name="revision" value="7"') == 2


@pytest.mark.parametrize("busy", ["pricing", "settling", "checking"])
def test_nobody_is_asked_to_agree_while_the_amount_is_being_asked_for(
    client: Any, desk: ShownDesk, busy: str
) -> None:
    desk.show(visit=visit(VisitState.PRICED, busy=busy))
    assert ASKED not in client.get("/resident").text


def test_an_answer_to_another_amount_or_other_lines_does_not_count() -> None:
    for stale in (said(Answer.AGREED, "7.91"), said(Answer.DECLINED, revision=6)):
        shown = resident_screen(view(visit(VisitState.PRICED, agreement=stale)))
        assert shown.step == "step.priced"
        assert shown.asked is not None
        assert shown.asked.said is None


def test_after_an_answer_the_other_one_is_still_open(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.PRICED, agreement=said(Answer.AGREED)))
    page = client.get("/resident").text
    assert 'data-step="step.agreed"' in page
    assert ASKED not in page
    assert 'id="decline-button"' in page
    desk.show(visit=visit(VisitState.PRICED, agreement=said(Answer.DECLINED)))
    page = client.get("/resident").text
    assert 'data-step="step.declined"' in page
    assert ASKED in page
    assert "data-cash" not in page


def test_what_is_left_of_a_partly_settled_bill_is_asked_about() -> None:
    rest = share(settlement_id="s2", own=yuan("6"), cash=yuan("6"))
    both = bill(share(SettlementState.SETTLED), rest)
    shown = resident_screen(view(visit(VisitState.PARTLY_SETTLED, bill=both)))
    assert shown.asked is not None
    assert shown.asked.own == yuan("6")


# --- the ways in, and one screen for two


@pytest.mark.parametrize("hint", [None, "face.none"])
def test_an_idle_screen_shows_the_ways_in_and_no_picture_of_the_room(
    client: Any, desk: ShownDesk, hint: str | None
) -> None:
    desk.show(hint=hint)
    page = client.get("/resident").text
    assert 'id="id-pad-tile"' in page
    assert 'data-preview="off"' in page
    assert 'src="/preview.mjpg"' not in page.replace("data-src", "")
    desk.show(hint="face.too_far")
    assert 'data-preview="on"' in client.get("/resident").text


def test_the_screen_gives_light_only_to_a_face_that_lacks_it() -> None:
    assert resident_screen(view(hint="face.too_dark")).lit
    assert not resident_screen(view(hint="face.too_far")).lit
    assert not resident_screen(view(visit(VisitState.PRICED), hint="face.too_dark")).lit


def test_asking_is_offered_only_where_it_would_be_answered(client: Any, desk: ShownDesk) -> None:
    known = visit(VisitState.PRESENTED)
    for shown, may in (
        (known, True),
        (replace(known, may_ask=False), False),
        (visit(VisitState.PRICED), False),
    ):
        desk.show(visit=shown)
        assert ('id="mine-open"' in client.get("/resident").text) == may


def test_a_boxs_name_is_shown_to_whoever_holds_it_and_to_nobody_during_a_visit(
    client: Any, desk: ShownDesk
) -> None:
    told = PriceTold("对乙酰氨基酚片", "0.5g×10片", True, yuan("4"), yuan("2"), yuan("2"))
    desk.show(price_told=told)
    assert told.name in client.get("/resident").text
    desk.show(visit=visit(VisitState.IDENTIFIED))
    assert told.name not in client.get("/resident").text


def test_the_cover_of_a_shared_screen_holds_nothing_of_a_visit(
    desk: ShownDesk, tmp_path: Path
) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    one = create_app(desk, Pictures(), tmp_path, screens="one").test_client()
    assert 'href="/handover/doctor"' in one.get("/resident").text
    assert 'href="/handover/resident"' in one.get("/").text
    for to, leads in (("resident", "/handover/resident/turned"), ("doctor", "/doctor/turned")):
        page = one.get(f"/handover/{to}").text
        assert leads in page
        assert "王" not in page
        assert "7.90" not in page
    two = create_app(desk, Pictures(), tmp_path).test_client()
    assert "/handover/doctor" not in two.get("/resident").text
    assert "/handover/" not in two.get("/").text


@pytest.mark.parametrize("by", ["/handover/resident", "/handover/resident/turned"])
def test_turning_the_screen_to_the_resident_locks_the_doctors_sign_in(
    client: Any, desk: ShownDesk, by: str
) -> None:
    assert client.get("/doctor").status_code == 200
    answer = client.post(by, headers=OURS)
    assert answer.status_code == 303
    assert desk.duty.roles_of(SIGNED_IN) == frozenset()
    assert client.get("/doctor").location == "/sign-in?next=/doctor"


def test_whoever_hands_the_screen_back_leads_to_the_pin_of_the_doctor_on_duty(
    stranger: Any, desk: ShownDesk
) -> None:
    there = "/handover/doctor/turned"
    assert stranger.get(there).location == "/sign-in?who=o1&as=doctor&next=%2Fdoctor"
    desk.duty.shown = OnDuty()
    assert stranger.get(there).location == "/sign-in?next=%2Fdoctor"


def test_only_on_one_screen_has_the_doctor_a_button_to_hand_it_over(
    client: Any, desk: ShownDesk, tmp_path: Path
) -> None:
    assert 'id="handover-to-resident"' not in client.get("/doctor").text
    one = create_app(desk, Pictures(), tmp_path, screens="one").test_client()
    one.set_cookie(COOKIE, SIGNED_IN)
    assert 'action="/handover/resident"' in one.get("/doctor").text


# --- in a real browser


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_of_an_answer_fits_and_its_buttons_are_in_sight(
    page: Page, desk: ShownDesk, address: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    flaws: dict[str, list[str]] = {}
    for name, scene in SCENES.items():
        desk.show(**{**NOTHING, **scene})
        page.goto(f"{address}/resident", wait_until="domcontentloaded")
        expect(page.locator("#now [data-step]")).to_be_visible()
        if found := [look for js in (FLAWS, FAINT, CUT) for look in page.evaluate(js)]:
            flaws[name] = found
    assert flaws == {}


def test_the_buttons_beside_the_screen_answer_like_a_tap(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    open_page(page, f"{address}/resident")
    for key, verb in (("F1", "agree"), ("F2", "decline")):
        with page.expect_response(f"**/{verb}") as answer:
            page.keyboard.press(key)
        assert answer.value.status == 200
        assert desk.taken[-1] == (verb, "v1", 7, Money(790), Manner.BUTTON)
    yes = page.locator("#agree-button").evaluate("e => [e.clientWidth, e.clientHeight]")
    assert page.locator("#decline-button").evaluate("e => [e.clientWidth, e.clientHeight]") == yes


def test_an_id_number_is_pressed_on_large_keys_hidden_and_forgotten_after_a_minute(
    page: Page, desk: ShownDesk, address: str
) -> None:
    page.clock.install()
    open_page(page, f"{address}/resident")
    page.locator("#id-pad-tile").click()
    for key in ID_NUMBER:
        page.locator(f"#id-key-{key}").click()
    expect(page.locator("#id-pad-count")).to_have_text("已按 18 位，共 18 位")
    field = page.locator("#own-id-number")
    assert field.evaluate("e => getComputedStyle(e).webkitTextSecurity") == "disc"
    desk.refusing = Refused("person.id_number_wrong")
    with page.expect_response("**/resident/visits") as answer:
        page.locator("#id-pad-done").click()
    assert ID_NUMBER not in answer.value.url
    expect(page.locator("#notice .complaint")).to_be_visible()
    expect(field).to_have_value(ID_NUMBER)  # To be corrected, not typed anew.
    page.locator("#id-pad-tile").click()
    page.clock.run_for(30_000)
    expect(field).to_have_value(ID_NUMBER)
    page.clock.run_for(31_000)
    expect(field).to_have_value("")
    expect(page.locator("#id-pad")).to_be_hidden()


def test_a_shared_screen_is_turned_with_one_tap_each_way_and_comes_back_by_the_pin(
    page: Page, desk: ShownDesk, assets: Path, serving: Serving
) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    at = serving(create_app(desk, Drawing(desk), assets, screens="one"), desk)
    page.goto(f"{at}/doctor/credit", wait_until="domcontentloaded")
    open_page(page, f"{at}/doctor")
    second = page.context.new_page()
    open_page(second, f"{at}/doctor")
    page.locator("#handover-to-resident").click()
    expect(page.locator("#handover-go")).to_be_focused()
    page.locator("#handover-go").click()
    expect(page.locator("#agree-button")).to_be_visible()
    # Neither the back button nor another tab shows anything of the doctor's.
    for left_to in ("/handover/resident", "next=/doctor", "next=/doctor/credit"):
        page.go_back(wait_until="domcontentloaded")
        assert page.url.endswith(left_to)
    expect(page.locator(".sign-in")).to_be_visible()
    desk.show(visit=visit(VisitState.PRICED), hint="face.too_far")
    expect(second.locator(".sign-in")).to_be_visible()
    assert [tab.get_by_text("王建国").count() for tab in (page, second)] == [0, 0]
    page.goto(f"{at}/resident", wait_until="domcontentloaded")
    page.locator("#handover-open").click()
    expect(page.locator('[data-cover="handover.to_doctor"] #handover-go')).to_be_focused()
    page.keyboard.press("Enter")  # A keyboard turns it as well.
    expect(page.locator("#pin")).to_be_focused()
    page.locator("#pin").fill(PIN)
    page.locator("#pin-done").click()
    expect(page).to_have_url(f"{at}/doctor")
    expect(page.get_by_text("王建国").first).to_be_visible()
    second.close()
