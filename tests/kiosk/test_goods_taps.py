"""Each tap about boxes and goods is one verb, and carries what was seen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.taps import Tap, live_taps
from kiosk_ui.words import WORDS
from terminal.core.boxes import ScanMode, Untraced
from terminal.core.faults import Refused
from terminal.core.goods_views import FindingView, Severity
from terminal.core.money import Money
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ShownDesk, line, share, view, visit
from tests.kiosk.goods_scenes import ANSWERED, BLOCK, FOUND, HINT, OF_THE_VISIT, WARN

HTMX = {**OURS, "HX-Request": "true"}
JSON = {**OURS, "Accept": "application/json"}
V = "/doctor/visits/v1"

TAPS: list[tuple[str, dict[str, str], tuple[Any, ...]]] = [
    (f"{V}/common", {"number": "3"}, ("use_common", "v1", 3)),
    (f"{V}/lines/2/quantity", {"quantity": "12"}, ("set_quantity", "v1", 2, Decimal(12))),
    (f"{V}/lines/2/quantity", {"quantity": "７.5克"}, ("set_quantity", "v1", 2, Decimal("7.5"))),
    (f"{V}/lines/2/days", {"days": "84"}, ("set_days", "v1", 2, 84)),
    (f"{V}/lines/2/price", {}, ("take_new_price", "v1", 2)),
    (f"{V}/lines/3/course", {"times": "7"}, ("begin", "v1", 3, 7)),
    (
        f"{V}/reason",
        {"rule": "same_ingredient", "number": "2", "reason": "病情需要"},
        ("give_reason", "v1", "same_ingredient", 2, "病情需要"),
    ),
    (
        f"{V}/reason",
        {"rule": "limit_near", "number": "", "reason": "病情需要"},
        ("give_reason", "v1", "limit_near", None, "病情需要"),
    ),
    (
        f"{V}/self-paid",
        {"revision": "7", "own": "26.34"},
        ("sell_self_paid", "v1", 7, Money(2634)),
    ),
    (f"{V}/bedside", {"wanted": "yes"}, ("bedside", "v1", True)),
    (f"{V}/bedside", {"wanted": "no"}, ("bedside", "v1", False)),
    ("/doctor/scan-means", {"mode": "open"}, ("scan_means", ScanMode.OPEN)),
    (f"{V}/typed", {"trace": "8385793 0000 8797 66660"}, ("typed", "v1", "83857930000879766660")),
    (f"{V}/split", {"box": "1", "units": "10"}, ("add_split", "v1", 1, 10)),
    (
        f"{V}/untraced",
        {"code": "YP0009", "quantity": "15", "why": "herbal_pieces"},
        ("add_untraced", "v1", "YP0009", Decimal(15), Untraced.HERBAL_PIECES, "", ""),
    ),
    (
        f"{V}/untraced",
        {"code": "YP1", "quantity": "1", "why": "unreadable", "lot": "L1", "delivery_note": "D2"},
        ("add_untraced", "v1", "YP1", Decimal(1), Untraced.UNREADABLE, "L1", "D2"),
    ),
    ("/doctor/unbound/propose", {"code": "YP0001"}, ("propose_binding", "YP0001")),
    ("/doctor/unbound/confirm", {"code": "YP0001"}, ("confirm_binding", "YP0001")),
    ("/doctor/unbound/drop", {}, ("drop_binding",)),
]


@pytest.mark.parametrize(("path", "form", "taken"), TAPS)
def test_each_tap_is_one_verb_and_a_refusal_is_said_in_words(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], taken: tuple[Any, ...]
) -> None:
    answer = client.post(path, data=form, headers=HTMX)
    assert answer.status_code == 200
    assert "data-version=" in answer.text
    assert desk.taken == [taken]
    desk.refusing = Refused("visit.no_such_line")
    refused = client.post(path, data=form, headers=HTMX)
    assert refused.status_code == 409
    assert WORDS["visit.no_such_line"].doctor in refused.text


@pytest.mark.parametrize(("path", "form", "_taken"), TAPS)
def test_no_other_site_can_press_a_button(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], _taken: object
) -> None:
    assert client.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert desk.taken == []


@pytest.mark.parametrize("typed", ["0", "-1", "1e3", "nan", "十", "1234567", "1.23456", "12片3"])
@pytest.mark.parametrize(
    ("path", "field", "rest"),
    [
        (f"{V}/lines/2/quantity", "quantity", {}),
        (f"{V}/lines/2/days", "days", {}),
        (f"{V}/lines/2/course", "times", {}),
        (f"{V}/split", "units", {"box": "1"}),
        (f"{V}/untraced", "quantity", {"code": "a", "why": "unreadable"}),
    ],
)
def test_an_amount_that_is_none_changes_nothing(
    client: Any, desk: ShownDesk, path: str, field: str, rest: dict[str, str], typed: str
) -> None:
    answer = client.post(path, data={field: typed, **rest}, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "goods.quantity_unreadable")
    assert desk.taken == []


@pytest.mark.parametrize("units", ["1.5", "0.5"])
def test_half_a_tablet_is_not_taken_out_of_a_box(client: Any, desk: ShownDesk, units: str) -> None:
    answer = client.post(f"{V}/split", data={"box": "1", "units": units}, headers=JSON)
    assert answer.json["code"] == "goods.quantity_unreadable"
    assert desk.taken == []


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (f"{V}/untraced", {"code": "a", "quantity": "1", "why": "lost"}),
        (f"{V}/untraced", {"code": "a", "quantity": "1"}),
        (f"{V}/reason", {"rule": "r", "number": "2", "reason": " "}),
        (f"{V}/reason", {"rule": "r", "number": "two", "reason": "x"}),
        (f"{V}/typed", {"trace": " "}),
        ("/doctor/scan-means", {"mode": "eat"}),
        (f"{V}/self-paid", {"own": "26.34"}),
        ("/doctor/unbound/confirm", {}),
    ],
)
def test_a_bad_form_reaches_no_verb(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str]
) -> None:
    answer = client.post(path, data=form, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (400, "page.bad_form")
    assert desk.taken == []


@pytest.mark.parametrize("finding", [WARN, BLOCK, OF_THE_VISIT, replace(BLOCK, reason="病情需要")])
@pytest.mark.parametrize("state", [VisitState.PRICED, VisitState.ESTIMATED])
def test_no_amount_is_agreed_to_while_a_finding_is_open(
    state: VisitState, finding: FindingView
) -> None:
    for quiet in ((), (HINT,), (ANSWERED, HINT)):
        shown = visit(state, findings=quiet)
        assert live_taps(shown) & {Tap.CONFIRM_AMOUNT, Tap.AGREE_CEILING}
        assert doctor_screen(view(shown)).why_not is None
        stopped = replace(shown, findings=(*quiet, finding))
        assert not live_taps(stopped) & {Tap.CONFIRM_AMOUNT, Tap.AGREE_CEILING}
        screen = doctor_screen(view(stopped))
        blocked = finding.severity is Severity.BLOCK
        assert screen.why_not == ("finding.blocks" if blocked else "finding.asks")
        assert screen.agree is None
        assert screen.ceiling is None


def test_what_stands_in_the_way_is_said_where_the_button_would_be(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.PRICED, lines=(line(1), line(2)), findings=(WARN, BLOCK)))
    page = client.get("/doctor").text
    assert 'id="settle-button"' not in page
    assert WORDS["finding.blocks"].doctor in page
    assert 'href="#finding-visit-public_health"' in page, "line 3 is gone: said of the visit"
    desk.show(visit=visit(VisitState.PRICED, lines=(line(2),), findings=(WARN,)))
    page = client.get("/doctor").text
    assert 'href="#finding-2-same_ingredient"' in page
    assert 'id="finding-2-same_ingredient"' in page


@pytest.mark.parametrize("busy", ["pricing", "settling", "checking", "cancelling"])
def test_nothing_is_sold_without_insurance_while_money_is_on_its_way(busy: str) -> None:
    for state in VisitState:
        assert Tap.SELF_PAY not in live_taps(visit(state, may_self_pay=True, busy=busy))
        assert Tap.SELF_PAY not in live_taps(visit(state, busy=None))
    assert Tap.SELF_PAY in live_taps(visit(VisitState.TRACED, may_self_pay=True))


def test_self_pay_names_the_whole_amount_and_asks_once_more(client: Any, desk: ShownDesk) -> None:
    lines = (line(1), line(2, amount="4.00"))
    desk.show(visit=visit(VisitState.PRICED, lines=lines, may_self_pay=True))
    page = client.get("/doctor").text
    assert "居民自己付全部 ¥30.34？" in page
    assert 'name="own" value="30.34"' in page
    assert 'popovertarget="self-pay-card"' in page
    desk.show(visit=visit(VisitState.PRICED, lines=lines))
    assert "self-pay" not in client.get("/doctor").text


def test_finding_asks_for_what_was_typed_and_answers_with_what_a_tap_does(
    client: Any, desk: ShownDesk
) -> None:
    desk.to_find = FOUND
    desk.show(visit=visit(VisitState.TRACED))
    page = client.get("/doctor/find?q= 血糖 &kinds=service,drug", headers=HTMX).text
    assert desk.sought == [("血糖", ("service", "drug"))]
    assert 'action="/doctor/visits/v1/services"' in page
    assert 'value="s-glucose"' in page
    page = client.get("/doctor/find", headers=HTMX).text
    assert desk.sought[-1] == ("", ("diagnosis", "service", "drug"))
    assert 'action="/doctor/visits/v1/diagnosis"' in page
    assert client.get("/doctor/find?kinds=person", headers=JSON).status_code == 400
    assert "没有找到「无」" in client.get("/doctor/find?q=无", headers=HTMX).text
    desk.show(visit=visit(VisitState.SETTLED))
    assert "<button" not in client.get("/doctor/find", headers=HTMX).text
    desk.show(visit=None)
    assert "<button" not in client.get("/doctor/find", headers=HTMX).text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=1>', "a\x00"])
def test_what_is_looked_for_is_text_whatever_it_is_made_of(
    client: Any, desk: ShownDesk, text: str
) -> None:
    desk.show(visit=visit(VisitState.TRACED))
    page = client.get("/doctor/find", query_string={"q": text}, headers=HTMX)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


def test_the_old_bill_is_what_is_agreed_to_until_the_new_price_is_taken() -> None:
    shown = visit(VisitState.PRICED, findings=(HINT,))
    assert doctor_screen(view(shown)).agree == share().own
