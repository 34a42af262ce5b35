"""What is mine on the resident's screen: who is shown it, how much, and how it goes away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from playwright.sync_api import Browser, Page, expect

from kiosk_ui.app import create_app
from terminal.core.faults import Refused
from terminal.core.screen_views import PriceTold
from tests.kiosk.browsing import FAINT, FLAWS, Drawing, open_page
from tests.kiosk.conftest import HERE, OURS, Serving
from tests.kiosk.counter_views import ShownDesk
from tests.kiosk.shown_asking import PRICE, ShownAsking, mine
from tests.longer import longer

PARTS = ("limit", "settlements", "insurance", "contract", "chronic", "family")
AT = "/resident/mine"


@pytest.fixture
def desk() -> ShownDesk:
    shown = ShownDesk()
    shown.asking = ShownAsking()
    return shown


def ask(client: Any, **headers: str) -> Any:
    return client.post(f"{AT}/open", data={"visit_id": "v1"}, headers={**OURS, **headers})


def text_of(client: Any, part: str) -> str:
    answer = client.get(f"{AT}/{part}")
    assert answer.status_code == 200, part
    return str(answer.get_data(as_text=True))


# --- who is shown it
def test_until_somebody_asked_there_is_nothing_to_see(stranger: Any, desk: ShownDesk) -> None:
    for path in ("", "/menu", "/limit", "/visits/s0", "/printed"):
        answer = stranger.get(AT + path)
        assert (answer.status_code, answer.location) == (303, "/resident"), path
    assert desk.asking.taps == []


def test_whoever_may_not_ask_is_told_why_in_plain_words(stranger: Any, desk: ShownDesk) -> None:
    desk.asking.refusing = Refused("asking.face_wanted")
    answer = ask(stranger, Accept="text/html")
    assert answer.status_code == 409
    assert "请先刷脸" in answer.get_data(as_text=True)


def test_another_window_is_shown_nothing_and_closes_nothing(app: Flask, desk: ShownDesk) -> None:
    mine_here, elsewhere = app.test_client(), app.test_client()
    ask(mine_here)
    assert mine_here.get(f"{AT}/limit").status_code == 200
    assert elsewhere.get(f"{AT}/limit").location == "/resident"
    elsewhere.post(f"{AT}/close", headers=OURS)
    elsewhere.post(f"{AT}/print", headers=OURS)
    assert (desk.asking.is_open, desk.asking.printed) == (True, 0)


def test_the_window_that_asked_last_is_the_one_that_is_shown_it(app: Flask) -> None:
    first, second = app.test_client(), app.test_client()
    ask(first)
    ask(second)
    assert first.get(f"{AT}/limit").location == "/resident"
    assert second.get(f"{AT}/limit").status_code == 200


# --- how much
def test_each_part_holds_no_more_than_itself(stranger: Any) -> None:
    ask(stranger)
    menu = text_of(stranger, "menu")
    assert all(word not in menu for word in ("高血压", "王*明", "卫生院", "¥"))
    assert "高血压" in text_of(stranger, "chronic")
    for part in set(PARTS) - {"chronic"}:
        assert "高血压" not in text_of(stranger, part), part
    for part in PARTS:
        assert "氨氯地平" not in text_of(stranger, part), part


def test_a_drug_is_named_only_after_its_own_settlement_was_tapped(
    stranger: Any, desk: ShownDesk
) -> None:
    ask(stranger)
    assert "苯磺酸氨氯地平片" in text_of(stranger, "visits/s2")
    assert desk.asking.taps == ["s2"]
    assert "苯磺酸氨氯地平片" not in text_of(stranger, "settlements")


def test_older_settlements_are_a_tap_away_and_none_is_left_out(stranger: Any) -> None:
    ask(stranger)
    first, second = text_of(stranger, "settlements"), text_of(stranger, "settlements/4")
    assert [f"visits/s{n}" in first for n in range(7)] == [True] * 4 + [False] * 3
    assert [f"visits/s{n}" in second for n in range(7)] == [False] * 4 + [True] * 3
    assert ("settlements/4" in first, "settlements/0" in second) == (True, True)
    assert "没有结过的账" in text_of(stranger, "settlements/400")


def test_a_settlement_of_nobody_known_leads_away(stranger: Any) -> None:
    ask(stranger)
    assert stranger.get(f"{AT}/visits/somebody-elses").location == "/resident"


def test_a_relative_is_offered_the_money_alone(stranger: Any, desk: ShownDesk) -> None:
    desk.asking.holds = mine(for_another=True)
    ask(stranger)
    menu = text_of(stranger, "menu")
    assert ("tile-limit" in menu, "tile-chronic" in menu) == (True, False)
    for part in ("insurance", "contract", "chronic", "family"):
        assert stranger.get(f"{AT}/{part}").location == "/resident"


@pytest.mark.parametrize(
    ("changed", "part", "says"),
    [
        ({"fund_used": None, "lasts": None}, "limit", "没有查到"),
        ({"fund_limit": None, "lasts": None}, "limit", "全年限额没有查到"),
        ({"lasts": None}, "limit", "还剩"),
        ({"insured": None}, "insurance", "没有查到"),
        ({"insured": False}, "insurance", "没有参保"),
        ({"contract": None}, "contract", "没有查到"),
        ({"contract": ""}, "contract", "没有签约"),
        ({"registrations": (), "insured": None}, "chronic", "没有查到"),
        ({"settlements": ()}, "settlements", "没有结过的账"),
        ({"family": ()}, "family", "没有。"),
    ],
)
def test_what_is_not_known_is_said_to_be_not_known(
    stranger: Any, desk: ShownDesk, changed: dict[str, Any], part: str, says: str
) -> None:
    desk.asking.holds = mine(**changed)
    ask(stranger)
    assert says in text_of(stranger, part)


# --- how it goes away
def test_when_it_is_over_every_page_of_it_leads_away(stranger: Any, desk: ShownDesk) -> None:
    ask(stranger)
    desk.asking.close_mine()
    for path in ("", "/limit", "/visits/s0"):
        assert stranger.get(AT + path).location == "/resident"
    redrawn = stranger.get(f"{AT}/limit/now", headers={"HX-Request": "true"})
    assert redrawn.headers["HX-Redirect"] == "/resident"
    assert redrawn.get_data() == b""


def test_redrawing_and_coming_back_by_itself_are_no_taps(stranger: Any, desk: ShownDesk) -> None:
    ask(stranger)
    for path in ("", "/now", "/limit/now"):
        assert stranger.get(AT + path).status_code == 200
    assert desk.asking.taps == []
    assert stranger.get(f"{AT}/limit").headers["Refresh"] == f"61; url={AT}"
    assert desk.asking.taps == [""]


def test_it_prints_and_closes_by_a_tap(stranger: Any, desk: ShownDesk) -> None:
    ask(stranger)
    printed = stranger.post(f"{AT}/print", headers=OURS)
    assert (printed.location, desk.asking.printed) == (f"{AT}/printed", 1)
    assert stranger.post(f"{AT}/close", headers=OURS).location == "/resident"
    assert not desk.asking.is_open


def test_a_price_that_was_seen_is_forgotten(stranger: Any, desk: ShownDesk) -> None:
    by_itself = {**OURS, "HX-Request": "true"}
    assert stranger.post(f"{AT}/price/forget", headers=by_itself).status_code == 204
    assert stranger.post(f"{AT}/price/forget", headers=OURS).location == "/resident"
    assert desk.asking.forgotten == 2


@pytest.mark.parametrize(
    ("price", "says", "not_said"),
    [
        (PRICE, ("¥18.44", "¥7.90", "没有记账"), ()),
        (
            replace(PRICE, fund=None, own=None, why=("price.fund_unknown",)),
            ("没有查到",),
            ("医保付",),
        ),
        (replace(PRICE, code="price.sold", fund=None, own=None, why=()), ("卖出",), ("¥",)),
        (replace(PRICE, for_whom="王*国"), ("王*国",), ()),
    ],
    ids=["everybody", "unknown", "sold", "mine"],
)
def test_a_price_says_what_is_known_and_no_more(
    app: Flask, price: PriceTold, says: tuple[str, ...], not_said: tuple[str, ...]
) -> None:
    with app.test_request_context():
        drawn = render_template("asking/price.html", price=price)
    assert [word for word in says if word not in drawn] == []
    assert [word for word in not_said if word in drawn] == []


# --- in a real browser
def test_it_closes_by_itself_and_the_back_button_brings_nothing_back(
    page: Page, desk: ShownDesk, address: str
) -> None:
    opened(page, address)
    page.click("#tile-settlements")
    page.click("#bill-1")
    expect(page.get_by_text("苯磺酸氨氯地平片")).to_be_visible()
    desk.asking.close_mine()
    desk.show()
    page.wait_for_url(f"{address}/resident")
    page.go_back(wait_until="domcontentloaded")
    page.wait_for_url(f"{address}/resident")
    expect(page.get_by_text("苯磺酸氨氯地平片")).to_have_count(0)


def test_a_price_on_the_screen_goes_by_itself(
    page: Page, desk: ShownDesk, assets: Path, serving: Serving
) -> None:
    app = create_app(desk, Drawing(desk), assets)
    app.jinja_env.globals["PRICE_SHOWN_S"] = 0
    open_page(page, f"{serving(app, desk)}/resident")
    with page.expect_response("**/price/forget") as answer:
        desk.show(price_told=PRICE)
    assert answer.value.status == 204
    assert desk.asking.forgotten == 1


def test_without_a_script_it_goes_away_when_its_time_is_over(
    browser: Browser, desk: ShownDesk, address: str
) -> None:
    desk.asking.holds = mine(closes_in_s=0)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([HERE])
    page = context.new_page()
    context.request.post(f"{address}{AT}/open", form={"visit_id": "v1"}, headers=OURS)
    page.goto(f"{address}{AT}", wait_until="domcontentloaded")
    desk.asking.close_mine()
    page.wait_for_url(f"{address}/resident")
    context.close()


# The same pages are among those of test_measured, at the tightest sizes.
@pytest.mark.parametrize("size", longer([(1024, 600), (1280, 800), (800, 1280)], []))
def test_every_part_is_large_and_clear_and_nothing_is_cut_off(
    page: Page, address: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, address)
    flaws: dict[str, list[str]] = {}
    for part in ("menu", "printed", *PARTS, "visits/s1"):
        page.goto(f"{address}{AT}/{part}", wait_until="domcontentloaded")
        expect(page.locator(".mine h1")).to_be_visible()
        if found := [*page.evaluate(FLAWS), *page.evaluate(FAINT)]:
            flaws[part] = found
    assert flaws == {}


def opened(page: Page, address: str) -> None:
    """Ask, as the button on the resident's screen does."""
    page.goto(f"{address}/resident", wait_until="domcontentloaded")
    page.context.request.post(f"{address}{AT}/open", form={"visit_id": "v1"}, headers=OURS)
    page.goto(f"{address}{AT}", wait_until="domcontentloaded")
