"""The doctor's pages of boxes, courses and the shelf: each tap one verb, each state in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from kiosk_ui.goods_names import BOX_EVENTS, BOX_STATES, MODES_OFFERED, RETURN_REASONS, TOLD
from kiosk_ui.words import WORDS
from terminal.core.boxes import BoxEvent, BoxState, ReturnReason, ScanMode
from terminal.core.faults import Refused, Unavailable
from terminal.core.goods_views import GoodsView, ShelfView
from terminal.core.visit import VisitState
from terminal.store.stock import Told
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import notice, visit
from tests.kiosk.goods_views import (
    CODE,
    COURSES,
    NASTY,
    REFUSED,
    ROWS,
    TRACE,
    UNBOUND,
    GoodsDesk,
    course,
    goods,
    move,
    row,
)

JSON = {**OURS, "Accept": "application/json"}
HTMX = {**OURS, "HX-Request": "true"}
ODD = "YP 3/中"
"""A code that an address must carry unharmed."""

TAPS = [
    ("/doctor/boxes/mode", {"mode": "open"}, ("scan_means", ScanMode.OPEN)),
    ("/doctor/boxes/mode", {"mode": "sell"}, ("scan_means", ScanMode.SELL)),
    (
        "/doctor/boxes/take-in",
        {"reason": "reaction", "note": "起疹子"},
        ("take_in", ReturnReason.REACTION, "起疹子"),
    ),
    ("/doctor/boxes/take-in", {"reason": "other"}, ("take_in", ReturnReason.OTHER, "")),
    ("/doctor/boxes/opened/3/close", {"reason": "污染"}, ("close_box", 3, "污染")),
    ("/doctor/boxes/trace", {"code": CODE}, ("trace", CODE)),
    ("/doctor/courses/c1/tick", {}, ("tick", "c1")),
    ("/doctor/courses/c1/end", {"reason": "转院了"}, ("end", "c1", "转院了")),
    (
        "/doctor/shelf/drugs/YP0001/count",
        {"packs": "12.5", "lot": "", "expires_on": ""},
        ("count", "YP0001", Decimal("12.5"), "", None),
    ),
    (
        "/doctor/shelf/drugs/YP0001/moved",
        {"packs": "20", "lot": "2409117", "expires_on": "2027.11", "move": "in:进货"},
        ("moved", "YP0001", "in", Decimal(20), "2409117", date(2027, 11, 30), "进货"),
    ),
]
_IDS = [path.rpartition("/doctor/")[2] for path, _, _ in TAPS]


@pytest.fixture
def desk() -> GoodsDesk:
    return GoodsDesk()


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.text)


@pytest.mark.parametrize(("path", "form", "taken"), TAPS, ids=_IDS)
def test_each_tap_on_goods_is_one_verb(
    client: Any, desk: GoodsDesk, path: str, form: dict[str, str], taken: tuple[Any, ...]
) -> None:
    answer = client.post(path, data=form, headers=HTMX)
    assert answer.status_code == 200
    assert "View-Number" in answer.headers
    assert desk.taken == [taken]
    desk.taken.clear()
    assert client.post(path, data=form, headers=OURS).status_code in {200, 303}
    assert client.post(path, data=form, headers=JSON).status_code == 200
    assert desk.taken == [taken, taken]


@pytest.mark.parametrize(("path", "form", "_taken"), TAPS, ids=_IDS)
def test_a_refusal_stands_in_words_where_the_tap_was_and_redraws_nothing(
    client: Any, desk: GoodsDesk, path: str, form: dict[str, str], _taken: object
) -> None:
    desk.refusing = Refused("visit.not_found")
    answer = client.post(path, data=form, headers=HTMX)
    assert answer.status_code == 409
    assert WORDS["visit.not_found"].doctor in unescape(answer.text)
    assert "innerHTML:#notice" in answer.text
    assert "data-version" not in answer.text
    page = client.post(path, data=form, headers=OURS)
    home = "/".join(path.split("/")[:3])
    assert f'href="{home}"' in page.text


@pytest.mark.parametrize(("path", "form", "_taken"), TAPS, ids=_IDS)
@pytest.mark.parametrize("headers", [{}, {"Origin": "http://elsewhere.example"}])
def test_no_other_site_taps_on_goods(
    client: Any,
    desk: GoodsDesk,
    path: str,
    form: dict[str, str],
    _taken: object,
    headers: dict[str, str],
) -> None:
    answer = client.post(path, data=form, headers={**headers, "Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (403, "page.other_site")
    assert desk.taken == []


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/doctor/boxes/mode", {"mode": "take_in"}),
        ("/doctor/boxes/mode", {"mode": "burn"}),
        ("/doctor/boxes/mode", {}),
        ("/doctor/boxes/take-in", {"reason": "他说的"}),
        ("/doctor/boxes/take-in", {"note": "没有原因"}),
        ("/doctor/boxes/opened/3/close", {}),
        ("/doctor/boxes/opened/3/close", {"reason": "长" * 65}),
        ("/doctor/boxes/trace", {"code": "  "}),
        ("/doctor/boxes/trace", {"code": "8" * 129}),
        ("/doctor/courses/c1/end", {"reason": ""}),
        ("/doctor/shelf/drugs/YP0001/moved", {"packs": "1", "move": "in:报损"}),
        ("/doctor/shelf/drugs/YP0001/moved", {"packs": "1", "move": "burn:进货"}),
        ("/doctor/shelf/drugs/YP0001/moved", {"packs": "1"}),
    ],
)
def test_a_form_that_no_page_of_ours_sends_reaches_no_verb(
    client: Any, desk: GoodsDesk, path: str, form: dict[str, str]
) -> None:
    answer = client.post(path, data=form, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (400, "page.bad_form")
    assert desk.taken == []


COUNT = "/doctor/shelf/drugs/YP0001/count"


@pytest.mark.parametrize(
    "typed", ["十二", "-1", "1.234", "1e3", "", "100000", "12,5", "1/2", "NaN", "Infinity"]
)
def test_a_number_that_cannot_be_read_is_said_and_not_guessed(
    client: Any, desk: GoodsDesk, typed: str
) -> None:
    answer = client.post(COUNT, data={"packs": typed}, headers=JSON)
    assert answer.status_code in {400, 409}
    assert answer.json["code"] in {"page.bad_form", "stock.count_unreadable"}
    assert desk.taken == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [("12", "12"), ("１２．５", "12.5"), ("12 盒", "12"), ("0", "0"), ("99999", "99999")],
)
def test_a_number_is_read_as_people_type_it(
    client: Any, desk: GoodsDesk, typed: str, read: str
) -> None:
    client.post(COUNT, data={"packs": typed}, headers=JSON)
    assert desk.taken == [("count", "YP0001", Decimal(read), "", None)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2027-11-30", date(2027, 11, 30)),
        ("20271130", date(2027, 11, 30)),
        ("2027.2", date(2027, 2, 28)),
        ("202802", date(2028, 2, 29)),
        ("２０２７年１１月", date(2027, 11, 30)),
        ("有效期至2027年11月05日", date(2027, 11, 5)),
    ],
)
def test_an_expiry_is_read_as_boxes_print_it(
    client: Any, desk: GoodsDesk, typed: str, read: date
) -> None:
    client.post(COUNT, data={"packs": "1", "expires_on": typed}, headers=JSON)
    assert desk.taken[0][-1] == read


@pytest.mark.parametrize("typed", ["2027-13", "2027-02-30", "27-11", "明年", "2027-00", "2027-1-0"])
def test_an_expiry_that_is_no_day_is_said_and_not_guessed(
    client: Any, desk: GoodsDesk, typed: str
) -> None:
    answer = client.post(COUNT, data={"packs": "1", "expires_on": typed}, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "stock.expiry_unreadable")
    assert desk.taken == []


def test_nothing_moves_without_packs(client: Any, desk: GoodsDesk) -> None:
    form = {"packs": "0", "move": "out:报损"}
    answer = client.post("/doctor/shelf/drugs/YP0001/moved", data=form, headers=JSON)
    assert answer.json["code"] == "stock.count_unreadable"
    assert desk.taken == []


def test_opened_boxes_tell_what_is_left_in_them(client: Any) -> None:
    page = text_of(client, "/doctor/boxes")
    assert 'data-opened="3" data-left="4"' in page
    assert "/ 12 片" in page
    assert 'data-bag="2"' in page
    assert "8385801 0000879766661" in page


def test_a_refused_report_shows_the_provinces_words_unchanged_beside_what_to_do(
    client: Any, desk: GoodsDesk
) -> None:
    assert f"医保中心原话：{REFUSED[0].said}" in text_of(client, "/doctor/boxes")
    desk.show(goods=goods(refused=(replace(REFUSED[0], said=NASTY),)))
    answer = client.get("/doctor/boxes").text
    assert "<script>alert" not in answer
    assert NASTY in unescape(answer)


def test_a_box_brought_back_is_taken_in_only_with_its_reason(client: Any) -> None:
    page = text_of(client, "/doctor/boxes")
    assert ScanMode.TAKE_IN not in MODES_OFFERED
    assert 'id="mode-take_in"' not in page
    for reason in RETURN_REASONS:
        assert f'id="take-in-{reason.value}"' in page
    assert "再也不能卖" in page


@pytest.mark.parametrize("mode", ScanMode)
def test_the_page_says_what_the_next_scan_means_and_how_to_stop(
    client: Any, desk: GoodsDesk, mode: ScanMode
) -> None:
    desk.show(goods=goods(mode=mode))
    page = text_of(client, "/doctor/boxes")
    assert f'data-mode="{mode.value}"' in page
    assert WORDS[f"step.scan_{mode.value}"].doctor in page
    assert ('id="stop-button"' in page) == (mode is not ScanMode.SELL)


@pytest.mark.parametrize(("code", "shown"), [("scan.accepted", "good"), ("scan.cut", "bad")])
def test_the_outcome_of_a_scan_stands_on_the_page(
    client: Any, desk: GoodsDesk, code: str, shown: str
) -> None:
    desk.show(scan=notice(code, name="阿莫西林胶囊"), goods=goods(unbound=UNBOUND))
    page = text_of(client, "/doctor/boxes/now")
    assert f'class="verdict {shown}" data-scan="{code}"' in page
    assert WORDS[code].doctor in page
    assert UNBOUND.code_shown in page


@pytest.mark.parametrize("state", BoxState)
def test_where_a_box_is_and_was_is_told_in_words(
    client: Any, desk: GoodsDesk, state: BoxState
) -> None:
    steps = tuple((TRACE.steps[0][0], event.value, "李医生") for event in BoxEvent)
    desk.traced = replace(TRACE, state=state, steps=steps, lot=NASTY)
    answer = client.post("/doctor/boxes/trace", data={"code": CODE}, headers=HTMX)
    told = unescape(answer.text)
    assert 'id="trace"' in told
    assert "<script>alert" not in answer.text
    for said in (BOX_STATES[state], TRACE.batch, *BOX_EVENTS.values()):
        assert said in told
    assert 'id="trace"' not in client.get("/doctor/boxes/now").text


def test_a_typed_code_loses_its_spaces_only(client: Any, desk: GoodsDesk) -> None:
    client.post("/doctor/boxes/trace", data={"code": " 8385793 0000879766660 "}, headers=HTMX)
    assert desk.taken == [("trace", CODE)]


def test_a_box_that_was_looked_up_does_not_stand_in_any_address(client: Any) -> None:
    answer = client.post("/doctor/boxes/trace", data={"code": CODE}, headers=OURS)
    assert answer.status_code == 200
    assert "不可再售" in answer.text
    assert 'id="trace-form"' in answer.text


def test_courses_due_today_come_first_with_full_names(client: Any) -> None:
    page = text_of(client, "/doctor/courses")
    places = [page.index(f'data-course="{each.course_id}"') for each in COURSES]
    assert places == sorted(places)
    assert page.count('data-due="yes"') == 3
    assert "王建国" in page
    assert "做完就结束" in page
    assert "第 <strong>4</strong> 次" in page


def test_a_box_opened_by_mistake_goes_back_only_while_it_is_full(
    client: Any, desk: GoodsDesk
) -> None:
    page = text_of(client, "/doctor/boxes")
    assert 'id="untouched-button-7"' in page
    assert 'id="untouched-button-3"' not in page


@pytest.mark.parametrize(
    ("last_at", "said"), [(COURSES[3].last_at, "今天做过了"), (None, "账还没结好")]
)
def test_a_course_that_is_not_due_says_why(
    client: Any, desk: GoodsDesk, last_at: datetime | None, said: str
) -> None:
    desk.show(goods=GoodsView(courses=(course(due_today=False, last_at=last_at),)))
    assert said in text_of(client, "/doctor/courses")


def test_a_course_that_is_not_due_cannot_be_ticked(client: Any) -> None:
    page = text_of(client, "/doctor/courses")
    assert 'id="due-1-button"' in page
    assert 'id="later-1-button"' not in page
    assert 'id="later-1-end-1"' in page


def test_a_course_of_any_id_is_ticked_by_its_own(client: Any, desk: GoodsDesk) -> None:
    desk.show(goods=GoodsView(courses=(course("a b?c#d"),)))
    assert "/doctor/courses/a%20b%3Fc%23d/tick" in client.get("/doctor/courses").text
    client.post(f"/doctor/courses/{quote('a b?c#d')}/tick", headers=HTMX)
    assert desk.taken == [("tick", "a b?c#d")]


def test_what_is_short_stands_first_with_who_needs_it(client: Any) -> None:
    page = text_of(client, "/doctor/shelf")
    assert 'data-short="2"' in page
    assert page.index('data-item="YP0001"') < page.index('data-item="YP0002"')
    for said in ("9 人要 11 盒", "要进 <strong>7</strong>", "<strong>4.5</strong>", "没点过"):
        assert said in page
    assert f'data-rest="{len(ROWS) - 2}"' in page
    assert "快到期：2025年12月31日" in page


def test_a_shelf_with_enough_says_so_and_offers_no_order(client: Any, desk: GoodsDesk) -> None:
    desk.on_the_shelf.shown = ShelfView(desk.shown.day, 14, (row(to_order=Decimal(0)),))
    page = text_of(client, "/doctor/shelf")
    assert 'data-short="0"' in page
    assert 'id="order-pdf"' not in page


@pytest.mark.parametrize("told", sorted({told.value for told in Told} - {"asked", "covered"}))
def test_what_the_province_said_of_a_move_is_told_in_words(
    client: Any, desk: GoodsDesk, told: str
) -> None:
    desk.on_the_shelf.shown = ShelfView(desk.shown.day, 14, ROWS, (move(1, told, NASTY),))
    answer = client.get("/doctor/shelf").text
    assert f'data-told="{told}"' in answer
    assert TOLD[told] in answer
    assert "<script>alert" not in answer
    assert f"医保中心原话：{NASTY}" in unescape(answer)


def test_a_drug_has_its_own_page_and_its_own_moves(client: Any, desk: GoodsDesk) -> None:
    page = text_of(client, "/doctor/shelf/drugs/YP0002")
    assert "没点过" in page
    assert 'data-move="3"' in page
    assert 'data-move="5"' not in page


def test_a_drug_of_any_code_has_a_page_and_is_counted(client: Any, desk: GoodsDesk) -> None:
    at = f"/doctor/shelf/drugs/{quote(ODD)}"
    assert f'href="{at}"' in client.get("/doctor/shelf").text
    assert "阿莫西林胶囊" in text_of(client, at)
    assert client.get(f"{at}/now").status_code == 200
    client.post(f"{at}/count", data={"packs": "3"}, headers=HTMX)
    assert desk.taken == [("count", ODD, Decimal(3), "", None)]
    assert client.get("/doctor/shelf/drugs/nobody").status_code == 404
    assert client.get("/doctor/shelf/drugs/nobody/now").status_code == 404


def test_a_drug_is_found_by_its_name(client: Any, desk: GoodsDesk) -> None:
    page = text_of(client, f"/doctor/shelf?find={quote('阿莫')}")
    assert desk.taken == [("find", "阿莫", ("drug",))]
    assert 'id="found"' in page
    assert 'id="found"' not in text_of(client, "/doctor/shelf?find=")
    assert "没有找到「<script>" not in client.get(f"/doctor/shelf?find={quote(NASTY)}").text


@pytest.mark.parametrize(
    ("ending", "mimetype", "content"),
    [("csv", "text/csv", "苯磺酸氨氯地平片,7".encode()), ("pdf", "application/pdf", b"%PDF")],
)
def test_the_order_is_saved_as_a_file_of_its_day(
    client: Any, ending: str, mimetype: str, content: bytes
) -> None:
    answer = client.get(f"/doctor/shelf/order.{ending}")
    assert answer.mimetype == mimetype
    assert content in answer.data
    assert answer.headers["Content-Disposition"].endswith(f'"order-2025-11-20.{ending}"')


PAGES = ("/doctor/boxes", "/doctor/courses", "/doctor/shelf", "/doctor/shelf/drugs/YP0001")


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_reads_no_page_of_goods(client: Any, path: str) -> None:
    strange = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    assert client.get(path, headers=strange).status_code == 403
    assert client.get(f"{path}/now", headers=strange).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_goods_leads_to_the_others_and_back(client: Any, path: str) -> None:
    page = text_of(client, path)
    others = [each for each in PAGES[:3] if each != path]
    for other in (*others, "/doctor"):
        assert f'href="{other}"' in page
    if path != "/doctor/courses":
        assert "今天 3 位" in page
    if path != "/doctor/boxes":
        assert "1 盒没有收" in page


@pytest.mark.parametrize("path", PAGES)
def test_somebody_at_the_counter_is_not_forgotten(client: Any, desk: GoodsDesk, path: str) -> None:
    assert 'data-counter="taken"' not in client.get(path).text
    desk.show(visit=visit(VisitState.IDENTIFIED))
    assert 'data-counter="taken"' in client.get(f"{path}/now").text


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_goods_have_no_inline_script_or_style(client: Any, path: str) -> None:
    page = client.get(path).text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count("<script src=")


@pytest.mark.parametrize("path", PAGES[:2])
def test_pages_of_goods_are_calm_when_there_is_nothing(
    client: Any, desk: GoodsDesk, path: str
) -> None:
    desk.show(goods=GoodsView())
    page = text_of(client, path)
    assert "没有" in page
    assert "data-refused" not in page


def test_a_shelf_that_cannot_be_read_is_answered_in_words(client: Any, desk: GoodsDesk) -> None:
    class Away:
        def view(self) -> ShelfView:
            raise Unavailable("store.away")

    desk.on_the_shelf = Away()  # type: ignore[assignment]
    answer = client.get("/doctor/shelf")
    assert answer.status_code == 503
    assert WORDS["store.away"].doctor in unescape(answer.text)
