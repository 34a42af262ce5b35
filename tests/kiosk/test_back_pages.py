"""Looking back on the screen: the menu, a month, past visits, who is due, the card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk_ui.big_text import amount_sentence
from kiosk_ui.month_figures import BAR_HEIGHT, bars, figures, percent
from kiosk_ui.words.back import SENTENCES
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.visit import VisitState
from tests.kiosk.browsing import FLAWS, open_page
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ShownDesk, payments, view, visit
from tests.kiosk.shown_back import past, picture
from tests.longer import longer

JSON = {**OURS, "Accept": "application/json"}
BOOKS = (
    "/doctor/back",
    "/doctor/back/month",
    "/doctor/back/visits?day=2025-11-19",
    "/doctor/back/due",
)
SIZES = longer(
    [(1024, 600), (600, 1024), (1280, 800), (800, 1280), (1920, 1080)], [(1024, 600), (600, 1024)]
)
LONGEST = (
    "请您明天早上空着肚子来抽血，不要吃东西也不要喝水，"
    "带上身份证和医保码，带上以前的检查单子来，好不好？谢谢老人家！"
)

COVERED = """() => [1, 2, 3].flatMap((across) => [1, 2, 3].map((down) => Boolean(document
  .elementFromPoint(innerWidth * across / 4, innerHeight * down / 4).closest('.big-card'))))"""
"""Nine places of the screen, and whether the card lies on top there."""


# --- what is asked


def test_everything_is_two_taps_from_the_doctors_page(client: Any) -> None:
    menu = client.get("/doctor/back").text
    for path in ("back/month", "back/visits", "back/due", "big", "day", "month", "credit"):
        assert f'href="/doctor/{path}"' in menu
    assert 'href="/publicity"' in menu


def test_a_month_is_asked_beside_the_one_before(client: Any, desk: ShownDesk) -> None:
    page = client.get("/doctor/back/month?month=2025-01").text
    assert desk.taken == [("month", 2025, 1), ("month", 2024, 12)]
    for said in ("就诊人次", "次均费用", "基金实际支付比", "两病占比", "70.0%", "41.2%", "¥35.17"):
        assert said in page
    assert 'id="month-after"' in page
    assert 'id="month-after"' not in client.get("/doctor/back/month").text, "it has not come"


@pytest.mark.parametrize(
    "path",
    ["month?month=2025-13", "month?month=x", "month?month=1999-01", "visits?day=2025-02-30"],
)
def test_what_is_no_month_or_day_reaches_no_verb(client: Any, desk: ShownDesk, path: str) -> None:
    assert client.get(f"/doctor/back/{path}", headers=JSON).json["code"] == "page.bad_form"
    assert desk.taken == []


def test_a_name_is_sought_in_the_body_and_never_in_an_address(client: Any, desk: ShownDesk) -> None:
    client.get("/doctor/back/visits?typed=王建国")
    assert desk.taken == []
    page = client.post("/doctor/back/visits", data={"typed": " 王% ", "day": ""}, headers=OURS).text
    assert desk.taken == [("find", "王%", None)]
    assert '<p class="name">王*国 ' in page
    assert "王建国" not in page
    assert 'method="post" action="/doctor/back/visits"' in page
    client.post("/doctor/back/visits", data={"typed": "", "day": "2025-11-19"}, headers=OURS)
    assert desk.taken[-1] == ("find", "", date(2025, 11, 19))
    empty = client.post("/doctor/back/visits", data={"typed": "", "day": ""}, headers=OURS)
    assert empty.status_code == 200
    assert len(desk.taken) == 2, "nothing is asked for nothing"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-11-09", date(2025, 11, 9)),
        ("2025-1-9", date(2025, 1, 9)),
        ("20251109", date(2025, 11, 9)),
        ("2025年11月9日", date(2025, 11, 9)),
        ("11.9", date(2025, 11, 9)),
        ("12-24", date(2024, 12, 24)),
        ("2025-02-30", None),
        ("2-30", None),
        ("9/11/2025", None),
        ("11", None),
        ("昨天", None),
    ],
)
def test_a_day_is_read_as_people_write_it_or_not_at_all(
    client: Any, desk: ShownDesk, written: str, day: date | None
) -> None:
    asked = {"typed": "", "day": written}
    page = client.post("/doctor/back/visits", data=asked, headers=OURS).text
    assert [taken[2] for taken in desk.taken] == ([day] if day else [])
    assert ("data-unread" in page) is (day is None)
    assert f'value="{written if day is None else day.isoformat()}"' in page


def test_ten_thousand_characters_and_markup_are_no_search(client: Any, desk: ShownDesk) -> None:
    long = client.post("/doctor/back/visits", data={"typed": "王" * 10_000}, headers=JSON)
    assert long.json["code"] == "page.too_big"
    more = client.post("/doctor/back/visits", data={"typed": "王" * 65}, headers=JSON)
    assert more.json["code"] == "page.bad_form"
    page = client.post("/doctor/back/visits", data={"typed": "<b>&\"'"}, headers=OURS).text
    assert "<b>" not in page
    assert desk.taken == [("find", "<b>&\"'", None)]


def test_a_past_visit_opens_its_evidence_and_comes_back_to_the_counter(client: Any) -> None:
    page = client.get("/doctor/back/visits?day=2025-11-19").text
    assert 'href="/doctor/evidence/v1"' in page
    assert 'action="/doctor/visits/v2/call-up"' in page
    assert 'action="/doctor/visits/v4/call-up"' not in page, "nothing was billed"


def test_a_list_that_is_full_says_so(client: Any, desk: ShownDesk) -> None:
    desk.looking_back.rows = tuple(past(f"v{n}") for n in range(60))
    assert "只列最近的 60 次" in client.get("/doctor/back/visits?day=2025-11-19").text
    desk.looking_back.rows = ()
    assert "没有找到" in client.get("/doctor/back/visits?day=2025-11-19").text


def test_a_fault_is_said_in_words_and_leads_back(client: Any, desk: ShownDesk) -> None:
    desk.refusing = Refused("bigtext.too_long")
    answer = client.post("/doctor/big/show", data={"text": "字"}, headers=OURS)
    assert answer.status_code == 409
    assert "字太多" in answer.text
    assert 'href="/doctor/big"' in answer.text
    desk.refusing = Refused("statement.no_such_month")
    assert 'href="/doctor/back"' in client.get("/doctor/back/month?month=2029-01").text


# --- figures


def test_a_month_is_told_beside_the_one_before_in_words() -> None:
    before = picture(2025, 10)
    now = replace(before, visits=before.visits + 3, mean_cost=Money(3500), fund_share=712)
    told = [each.before for each in figures(now, before, over=True)]
    assert told[0].endswith("，多了 3")
    assert figures(now, before, over=False)[0].before == f"上月整月 {before.visits}"
    assert told[1] == "上月 ¥35.17，少了 0.17 元"
    assert told[2] == "上月 70.0%，高了 1.2 个百分点"
    assert told[3] == "上月 41.2%，一样"
    nothing = replace(before, visits=0, fund_share=None, chronic_share=None, mean_cost=ZERO)
    assert [each.before for each in figures(now, nothing, over=True)][1:] == ["上月没有"] * 3
    assert [each.value for each in figures(nothing, now, over=True)] == ["0", "¥0.00", "—", "—"]


def test_a_bar_is_as_high_as_its_day_and_none_where_money_only_came_back() -> None:
    shown = picture()
    days = list(shown.days)
    days[0] = replace(days[0], total=Money(10_000_000), fund=Money(5_000_000))
    days[1] = replace(days[1], total=Money(-100), fund=Money(-100))
    days[2] = replace(days[2], total=Money(1), fund=ZERO)
    heights = [(bar.height, bar.fund) for bar in bars(replace(shown, days=tuple(days)))]
    assert heights[:3] == [(BAR_HEIGHT, BAR_HEIGHT // 2), (0, 0), (1, 0)]
    assert all(0 <= fund <= height <= BAR_HEIGHT for height, fund in heights)
    assert [percent(n) for n in (None, 0, 5, 783, 1000, -75)] == [
        "—", "0.0%", "0.5%", "78.3%", "100.0%", "-7.5%",
    ]  # fmt: skip


# --- the card


def test_an_amount_is_offered_only_while_it_is_certain() -> None:
    said = {state: amount_sentence(view(visit(state))) for state in VisitState}
    assert said.pop(VisitState.PRICED) == "您要付 7.90元，医保付 18.44元。"
    assert said.pop(VisitState.SETTLED) == "请付 7.90元。"
    assert set(said.values()) == {""}
    assert amount_sentence(view(visit(VisitState.SETTLED, payments=payments("0")))) == ""
    assert amount_sentence(view()) == ""


def test_every_closed_sentence_fits_the_card(client: Any, desk: ShownDesk) -> None:
    for sentence in SENTENCES:
        assert len(sentence) <= 16
        client.post("/doctor/big/show", data={"text": sentence}, headers=OURS)
    assert [text for _, text in desk.taken] == list(SENTENCES)


# --- in the browser


@pytest.mark.parametrize("size", SIZES)
def test_a_card_of_any_length_fills_the_screen_and_no_more(
    page: Page, address: str, desk: ShownDesk, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, f"{address}/doctor/big")
    for text in (
        *SENTENCES[:2],
        "甲，乙，丙，丁。",
        "八" * 8,
        "字" * 16,
        "字" * 30,
        "W" * 60,
        LONGEST,
    ):
        desk.show(big_text=text)
        expect(page.locator(".big-card p")).to_have_text(text)
        over = page.evaluate(
            """() => { const around = document.querySelector('.big-card').getBoundingClientRect();
            const range = document.createRange();
            range.selectNodeContents(document.querySelector('.big-card p'));
            const text = range.getBoundingClientRect();
            const button = document.querySelector('#hide-button').getBoundingClientRect();
            return [text.left >= 0, text.right <= innerWidth, text.top >= 0,
              text.bottom <= button.top, around.width === innerWidth,
              around.height === innerHeight]; }"""
        )
        assert over == [True] * 6, text
        assert page.evaluate(FLAWS) == [], text


@pytest.mark.parametrize("size", SIZES)
def test_a_card_lies_over_all_of_the_residents_screen(
    page: Page, address: str, desk: ShownDesk, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    desk.show(visit=visit(VisitState.PRICED), big_text=LONGEST)
    open_page(page, f"{address}/resident")
    expect(page.locator(".big-card p")).to_have_text(LONGEST)
    assert page.evaluate(COVERED) == [True] * 9
    expect(page.locator("#hide-button")).to_have_count(0)
    desk.show(big_text="")
    expect(page.locator(".big-card")).to_have_count(0)
    assert page.evaluate(COVERED) == [False] * 9


def test_a_card_is_put_up_and_taken_away_with_a_tap_each(
    page: Page, address: str, desk: ShownDesk
) -> None:
    open_page(page, f"{address}/doctor/big")
    with page.expect_response("**/doctor/big/show"):
        page.click("#sentence-1")
    assert desk.taken == [("show_big", SENTENCES[0])]
    desk.show(big_text=SENTENCES[0])
    with page.expect_response("**/doctor/big/hide"):
        page.click("#hide-button")
    assert desk.taken[-1] == ("hide_big",)
    desk.show(big_text="")
    expect(page.locator(".big-card")).to_have_count(0)
