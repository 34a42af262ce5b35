"""The doctor's books: the day's end, the credit book, the publicity sheet, the month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk_ui.day import MONTHS_SHOWN, day_to_show
from terminal.core.faults import Refused, Unavailable
from terminal.core.money import Money
from terminal.core.money_views import Way
from tests.kiosk.books import DAY, FUND, SHEET, closing, nothing
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ShownDesk, yuan
from tests.kiosk.money_scenes import SETTLED

YESTERDAY = date(2025, 11, 19)
JSON = {**OURS, "Accept": "application/json"}

BOOKS = [
    ("/doctor/day/2025-11-20/close", {}, ("close", DAY)),
    (
        "/doctor/day/2025-11-20/drawer",
        {"counted": "81.60"},
        ("count_drawer", DAY, Money(8160)),
    ),
    ("/doctor/day/2025-11-20/drawer", {"counted": "0"}, ("count_drawer", DAY, Money(0))),
    (
        "/doctor/credit/p8/repaid",
        {"way": "cash", "amount": "10"},
        ("repaid", "p8", Way.CASH, Money(1000)),
    ),
]


@pytest.mark.parametrize(("path", "form", "taken"), BOOKS)
def test_each_tap_in_a_book_is_one_verb_and_comes_back_to_its_page(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], taken: tuple[Any, ...]
) -> None:
    answer = client.post(path, data=form, headers=OURS)
    assert answer.status_code == 303
    assert path.startswith(answer.location.partition("?")[0])
    assert desk.taken == [taken]
    assert client.post(path, data=form, headers=JSON).json["page"] == answer.location


@pytest.mark.parametrize(("path", "form", "_taken"), BOOKS)
def test_a_book_that_refuses_answers_in_words_and_leads_back(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], _taken: object
) -> None:
    desk.refusing = Refused("visit.not_found")
    answer = client.post(path, data=form, headers=OURS)
    assert answer.status_code == 409
    assert f'href="{path.rpartition("/")[0].replace("/2025-11-20", "").replace("/p8", "")}"' in (
        answer.text
    )


@pytest.mark.parametrize(
    "path",
    [
        "/doctor/day?day=2025-13-40",
        "/doctor/day?day=20251120",
        "/doctor/day?day=../etc",
        "/publicity?day=today",
        "/publicity.csv?day=1999-01-01",
        "/doctor/month/2025-13.json",
        "/doctor/month/25-1.json",
    ],
)
def test_a_day_or_month_that_is_none_reaches_no_verb(
    client: Any, desk: ShownDesk, path: str
) -> None:
    assert client.get(path, headers=JSON).json["code"] == "page.bad_form"
    assert desk.taken == []


def test_yesterday_is_opened_until_it_is_closed(client: Any, desk: ShownDesk) -> None:
    desk.show(day=DAY)
    desk.books.days[YESTERDAY] = closing(YESTERDAY, closed_at=None, balanced=None)
    assert day_to_show(DAY, desk.closing) == YESTERDAY
    assert "2025年11月19日" in client.get("/doctor/day").text
    desk.books.days[YESTERDAY] = closing(YESTERDAY)
    assert day_to_show(DAY, desk.closing) == DAY
    assert "（今天）" in client.get("/doctor/day").text


def test_a_day_on_which_nobody_came_need_not_be_closed(desk: ShownDesk) -> None:
    desk.books.days[YESTERDAY] = nothing(YESTERDAY)
    assert day_to_show(DAY, desk.closing) == DAY
    desk.books.days[YESTERDAY] = replace(nothing(YESTERDAY), taken={Way.CASH: yuan("3")})
    assert day_to_show(DAY, desk.closing) == YESTERDAY


def test_a_day_tells_what_differs_whose_it_is_and_what_to_do(client: Any, desk: ShownDesk) -> None:
    desk.books.days[DAY] = closing(DAY)
    page = client.get(f"/doctor/day?day={DAY}").text
    assert 'data-closed="yes"' in page
    assert 'data-balanced="False"' in page
    for said in ("医保中心", "诊所别的系统", "何*香", "1120-003", "¥902.13", "81.70", "唐*生"):
        assert said in page
    for code in ("closing.record_system", "closing.total_differs"):
        assert f'data-difference="{code}"' in page
    assert page.index("total_differs") < page.index("record_system")
    assert "再对一次账" in page


def test_beside_the_record_system_a_day_names_what_is_not_found_and_claims_no_balance(
    client: Any, desk: ShownDesk
) -> None:
    level: dict[str, Any] = {"differences": (), "groups": (), "balanced": True}
    desk.books.days[DAY] = closing(DAY, **level, not_found=("11-20 09:30 王*国",))
    assert "对平了" in client.get(f"/doctor/day?day={DAY}").text
    desk.show(record_settles=True)
    page = client.get(f"/doctor/day?day={DAY}").text
    for said in ("王*国", 'data-not-found="1"', "收回来", "本机没有要对的账", 'data-beside="yes"'):
        assert said in page
    assert "对平了" not in page


@pytest.mark.parametrize(
    ("counted", "said"), [("81.70", "一分不差"), ("81.60", "少 ¥0.10"), ("90", "多 ¥8.30")]
)
def test_a_drawer_that_was_counted_is_compared(
    client: Any, desk: ShownDesk, counted: str, said: str
) -> None:
    desk.books.days[DAY] = closing(DAY, drawer_counted=yuan(counted))
    assert said in client.get(f"/doctor/day?day={DAY}").text


def test_a_day_being_closed_shows_itself_anew_and_takes_no_tap(
    client: Any, desk: ShownDesk
) -> None:
    desk.books.days[DAY] = closing(DAY, busy=True)
    page = client.get(f"/doctor/day?day={DAY}").text
    assert 'http-equiv="refresh"' in page
    assert 'id="close-button"' not in page
    assert 'id="drawer-button"' not in page


def test_a_closing_that_came_to_nothing_says_why(client: Any, desk: ShownDesk) -> None:
    desk.books.days[DAY] = closing(DAY, balanced=None, notice="province.away")
    page = client.get(f"/doctor/day?day={DAY}").text
    assert 'data-notice="province.away"' in page
    assert "还没有得到结果" in page


def test_the_fund_stands_on_the_day_as_information(client: Any, desk: ShownDesk) -> None:
    desk.show(fund=replace(FUND, lasts_until=date(2025, 12, 9)))
    assert "约用到 12月9日" in client.get(f"/doctor/day?day={DAY}").text


def test_the_credit_book_names_who_owes_masked_and_since_when(client: Any) -> None:
    page = client.get("/doctor/credit").text
    for said in ("李*", "9月3日起", "¥12.30", "一共 2 位", "¥15.30"):
        assert said in page
    slip = client.get("/doctor/credit/p8/slip").text
    assert "赊账条 p8" in slip


def test_an_empty_credit_book_says_so(client: Any, desk: ShownDesk) -> None:
    desk.credit = ()
    assert "没有人欠诊所的钱" in client.get("/doctor/credit").text


def test_the_publicity_sheet_is_that_of_the_day_before_with_what_changed_since(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(day=DAY)
    page = client.get("/publicity").text
    assert desk.taken == [("publicity", YESTERDAY)]
    for said in ("王*国", "18.44", "已撤销", "补办", "未成年人 1 人次", "68.84"):
        assert said in page
    for kept_back in ("高血压", "氨氯地平", "王建国"):
        assert kept_back not in page


def test_a_day_without_settlements_has_a_sheet(client: Any, desk: ShownDesk) -> None:
    desk.books.sheet = replace(SHEET, rows=(), since=())
    assert "这一天没有结算" in client.get("/publicity").text


@pytest.mark.parametrize(
    ("ending", "mimetype", "content"),
    [("csv", "text/csv", "王*国".encode()), ("pdf", "application/pdf", b"%PDF")],
)
def test_the_sheet_is_saved_as_a_file_of_its_day(
    client: Any, ending: str, mimetype: str, content: bytes
) -> None:
    answer = client.get(f"/publicity.{ending}?day=2025-11-19")
    assert answer.mimetype == mimetype
    assert content in answer.data
    assert answer.headers["Content-Disposition"].endswith(f'"publicity-2025-11-19.{ending}"')


def test_the_months_statement_is_handed_out_as_it_was_signed(client: Any, desk: ShownDesk) -> None:
    desk.show(day=date(2026, 1, 2))
    page = client.get("/doctor/month").text
    assert page.count("/doctor/month/20") == MONTHS_SHOWN
    assert "/doctor/month/2026-01.json" in page
    assert "/doctor/month/2025-12.json" in page
    answer = client.get("/doctor/month/2025-12.json")
    assert answer.data == b'{"month": "2025-12"}'
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["/doctor/day", "/doctor/credit", "/doctor/month", "/publicity"])
def test_a_stranger_reads_no_book(client: Any, path: str) -> None:
    strange = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    assert client.get(path, headers=strange).status_code == 403


class AwayBooks:
    def view(self, day: date) -> Any:
        raise Unavailable("store.away")


def test_a_book_that_cannot_be_read_is_answered_in_words(client: Any, desk: ShownDesk) -> None:
    desk.books = AwayBooks()  # type: ignore[assignment]
    answer = client.get("/doctor/day")
    assert answer.status_code == 503
    assert 'href="/doctor/day"' in answer.text


def test_the_books_are_one_tap_away_while_the_counter_is_free(client: Any, desk: ShownDesk) -> None:
    page = client.get("/doctor").text
    assert 'href="/doctor/day"' in page
    assert 'href="/doctor/credit"' in page
    desk.show(visit=SETTLED)
    assert 'id="day-open"' not in client.get("/doctor").text
