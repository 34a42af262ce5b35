from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk_ui.words import WORDS
from terminal.core.agreement import Manner
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.money import Money
from terminal.core.money_views import Way
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ID_NUMBER, ShownDesk, view

HTMX = {**OURS, "HX-Request": "true"}
JSON = {**OURS, "Accept": "application/json"}

TAPS = [
    ("/doctor/visits", {"id_number": ID_NUMBER}, ("open_by_id_number", ID_NUMBER)),
    ("/doctor/visits/v1/person", {"person_id": "p2"}, ("choose_person", "v1", "p2")),
    ("/resident/visits/v1/person", {"person_id": "p2"}, ("choose_person", "v1", "p2")),
    ("/resident/visits", {"id_number": ID_NUMBER}, ("open_by_id_number", ID_NUMBER)),
    (
        "/resident/visits/v1/agree",
        {"revision": "7", "own": "7.90"},
        ("agree", "v1", 7, Money(790), Manner.TAP),
    ),
    (
        "/resident/visits/v1/decline",
        {"revision": "7", "own": "7.90", "by": "button"},
        ("decline", "v1", 7, Money(790), Manner.BUTTON),
    ),
    # Nobody says from this screen that a doctor has heard something.
    (
        "/resident/visits/v1/agree",
        {"revision": "7", "own": "7.90", "by": "spoken"},
        ("agree", "v1", 7, Money(790), Manner.TAP),
    ),
    ("/resident/visits/v1/digits", {"digits": "123x"}, ("give_digits", "v1", "123X")),
    ("/doctor/visits/v1/look-alike", {"person_id": "p3"}, ("choose_look_alike", "v1", "p3")),
    ("/doctor/visits/v1/vouch", {}, ("vouch", "v1")),
    ("/doctor/visits/v1/challenge-always", {"wanted": "yes"}, ("challenge_always", "v1", True)),
    ("/doctor/visits/v1/face", {}, ("keep_face", "v1")),
    ("/doctor/face/stop", {}, ("stop",)),
    ("/doctor/enrol", {"id_number": ID_NUMBER}, ("begin", ID_NUMBER)),
    ("/doctor/enrol/consent", {}, ("agree", "", "")),
    (
        "/doctor/enrol/consent",
        {"guardian": "王秀英", "relation": "奶奶"},
        ("agree", "王秀英", "奶奶"),
    ),
    ("/doctor/enrol/same-face/clear", {}, ("clear_same_face",)),
    ("/doctor/enrol/stop", {}, ("stop",)),
    ("/doctor/visits/v1/person/confirm", {}, ("confirm_person", "v1")),
    ("/doctor/visits/v1/person/refuse", {}, ("refuse_person", "v1")),
    ("/doctor/visits/v1/person/here", {}, ("stands_here", "v1")),
    ("/doctor/visits/v1/leave", {}, ("leave", "v1")),
    ("/doctor/visits/v1/call-up", {}, ("call_up", "v1")),
    ("/doctor/visits/v1/diagnosis", {"code": "I10.x00"}, ("set_diagnosis", "v1", "I10.x00")),
    ("/doctor/visits/v1/services", {"code": "s1"}, ("add_service", "v1", "s1")),
    ("/doctor/visits/v1/lines/remove", {"number": "3"}, ("remove_line", "v1", 3)),
    ("/doctor/visits/v1/price", {}, ("price", "v1")),
    ("/doctor/visits/v1/print/receipt", {}, ("print_receipt", "v1")),
    ("/doctor/visits/v1/print/set", {}, ("print_set", "v1")),
    (
        "/doctor/visits/v1/amount",
        {"revision": "7", "own": "7.90"},
        ("confirm_amount", "v1", 7, Money(790)),
    ),
    ("/doctor/visits/v1/cancel", {"reason": "开错了药"}, ("cancel", "v1", "开错了药")),
    ("/doctor/visits/v1/correct", {"reason": "数量不对"}, ("correct", "v1", "数量不对")),
    ("/doctor/visits/v1/estimate", {}, ("estimate", "v1")),
    (
        "/doctor/visits/v1/ceiling",
        {"revision": "7", "own": "7.90"},
        ("agree_ceiling", "v1", 7, Money(790)),
    ),
    ("/doctor/visits/v1/take-back", {"reason": "药要改"}, ("take_back", "v1", "药要改")),
    ("/doctor/visits/v1/elsewhere", {"setl_id": "s9"}, ("judge_elsewhere", "v1", "s9")),
    ("/doctor/visits/v1/difference", {}, ("accept_difference", "v1")),
    ("/doctor/ask-now", {}, ("ask_now",)),
    (
        "/doctor/visits/v1/paid",
        {"way": "cash", "amount": "7.90"},
        ("paid", "v1", Way.CASH, Money(790)),
    ),
    (
        "/doctor/visits/v1/paid",
        {"way": "code", "amount": "５元"},
        ("paid", "v1", Way.CODE, Money(500)),
    ),
    ("/doctor/visits/v1/let-go", {}, ("let_go", "v1")),
    ("/doctor/visits/v1/let-off", {"reason": "特困或五保"}, ("let_off", "v1", "特困或五保")),
    ("/doctor/visits/v1/credit", {}, ("on_credit", "v1")),
    ("/doctor/visits/v1/deposit", {"amount": "5"}, ("deposit", "v1", Money(500))),
    ("/doctor/visits/v1/returned", {}, ("returned", "v1")),
]


@pytest.mark.parametrize(("path", "form", "taken"), TAPS)
def test_each_tap_is_one_verb(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], taken: tuple[Any, ...]
) -> None:
    answer = client.post(path, data=form, headers=HTMX)
    assert answer.status_code == 200
    assert "data-version=" in answer.text
    assert desk.taken == [taken]


@pytest.mark.parametrize(("path", "form", "_taken"), TAPS)
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Refused("visit.no_such_step"), 409),
        (Unavailable("province.away"), 503),
        (Uncertain("province.no_answer"), 503),
        (Refused("never.heard_of"), 409),
    ],
)
def test_a_fault_reaches_its_reader_in_words(
    client: Any,
    desk: ShownDesk,
    path: str,
    form: dict[str, str],
    _taken: object,
    fault: Fault,
    status: int,
) -> None:
    desk.refusing = fault
    fragment = client.post(path, data=form, headers=HTMX)
    as_json = client.post(path, data=form, headers=JSON)
    whole = client.post(path, data=form, headers=OURS)
    assert [a.status_code for a in (fragment, as_json, whole)] == [status] * 3
    assert as_json.json["code"] == fault.code
    words = as_json.json["words"]
    if fault.code in WORDS:
        of = WORDS[fault.code]
        assert words == (of.resident if path.startswith("/resident") else of.doctor)
    assert "innerHTML:#notice" in fragment.text
    assert words in fragment.text
    assert words in whole.text
    assert fault.code not in fragment.text


def test_a_refusal_carries_the_provinces_words_to_the_doctor(client: Any, desk: ShownDesk) -> None:
    desk.refusing = Refused("province.refused")
    desk.refusing.said = "余额不足<b>"
    assert "余额不足&lt;b&gt;" in client.post(TAPS[0][0], data=TAPS[0][1], headers=HTMX).text
    assert "余额不足" not in client.post(TAPS[2][0], data=TAPS[2][1], headers=HTMX).text


def test_a_taken_tap_clears_the_last_complaint(client: Any) -> None:
    answer = client.post("/doctor/visits/v1/leave", headers=HTMX).text
    assert '<div hx-swap-oob="innerHTML:#notice"></div>' in answer


def test_a_program_is_told_the_number_of_the_view(client: Any, desk: ShownDesk) -> None:
    answer = client.post("/doctor/visits/v1/leave", headers=JSON)
    assert answer.json == {"number": desk.shown.number}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/doctor/visits", {}),
        ("/doctor/visits", {"id_number": " "}),
        ("/doctor/visits", {"id_number": "9" * 65}),
        ("/doctor/visits", {"id_number": "9\x00"}),
        ("/doctor/visits/v1/lines/remove", {"number": "-1"}),
        ("/doctor/visits/v1/lines/remove", {"number": "１"}),
        ("/doctor/visits/v1/lines/remove", {"number": "1" * 10}),
        ("/doctor/visits/v1/amount", {"revision": "7"}),
        ("/doctor/visits/v1/amount", {"own": "7.90"}),
        ("/doctor/visits/v1/amount", {"revision": "x", "own": "7.90"}),
        ("/resident/visits/v1/digits", {}),
        ("/resident/visits/v1/digits", {"digits": "1" * 65}),
        ("/doctor/visits/v1/look-alike", {}),
        ("/doctor/visits/v1/correct", {"reason": " "}),
        ("/doctor/visits/v1/take-back", {}),
        ("/doctor/visits/v1/let-off", {"reason": "原" * 65}),
        ("/doctor/visits/v1/ceiling", {"own": "7.90"}),
        ("/doctor/visits/v1/elsewhere", {}),
        ("/doctor/visits/v1/paid", {"amount": "7.90"}),
        ("/doctor/visits/v1/paid", {"way": "account", "amount": "7.90"}),
        ("/doctor/visits/v1/paid", {"way": "gold", "amount": "7.90"}),
        ("/doctor/credit/p8/repaid", {"way": "family", "amount": "1"}),
        ("/doctor/enrol", {"id_number": ""}),
        ("/doctor/enrol/consent", {"guardian": "王" * 65}),
        ("/doctor/enrol/consent", {"guardian": "王\x00英"}),
    ],
)
def test_a_bad_form_reaches_no_verb(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str]
) -> None:
    answer = client.post(path, data=form, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (400, "page.bad_form")
    assert desk.taken == []


@pytest.mark.parametrize(
    "typed", ["123", "12345", "X123", "12X4", "１２３４", "١٢٣٤", "12 4", "abcd"]
)
def test_digits_that_cannot_end_an_id_number_cost_no_try(
    client: Any, desk: ShownDesk, typed: str
) -> None:
    answer = client.post("/resident/visits/v1/digits", data={"digits": typed}, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "person.digits_incomplete")
    assert answer.json["words"] == WORDS["person.digits_incomplete"].resident
    assert desk.taken == []


@pytest.mark.parametrize("own", ["7.9e0", "nan", "七元", "7.905"])
def test_an_unreadable_amount_settles_nothing(client: Any, desk: ShownDesk, own: str) -> None:
    form = {"revision": "7", "own": own}
    answer = client.post("/doctor/visits/v1/amount", data=form, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "money.unreadable")
    assert desk.taken == []


@pytest.mark.parametrize("verb", ["paid", "deposit"])
@pytest.mark.parametrize("amount", ["0", "-5", "7.905", "五元", "1e3"])
def test_an_amount_that_is_nothing_is_not_written_into_the_cash_book(
    client: Any, desk: ShownDesk, verb: str, amount: str
) -> None:
    form = {"way": "cash", "amount": amount}
    answer = client.post(f"/doctor/visits/v1/{verb}", data=form, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "money.unreadable")
    assert desk.taken == []


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "page.not_found"),
        ("GET", "/doctor/visits/v1/leave", 405, "page.wrong_method"),
        ("DELETE", "/doctor", 405, "page.wrong_method"),
        ("GET", "/static/../app.py", 404, "page.not_found"),
        ("GET", "/assets/weights.onnx", 404, "page.not_found"),
    ],
)
def test_a_wrong_address_is_answered_in_words(
    client: Any, method: str, path: str, status: int, code: str
) -> None:
    answer = client.open(path, method=method, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_mistake_of_ours_is_answered_in_words(client: Any, desk: ShownDesk) -> None:
    desk.shown = replace(view(), visit="not a visit")  # type: ignore[arg-type]
    answer = client.get("/doctor", headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (500, "page.broken")
    assert "Traceback" not in client.get("/doctor").text
