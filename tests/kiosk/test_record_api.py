"""The local API before a door that keeps bills in a dict: who may ask, and what is answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from kiosk_ui.record_answers import STATUS
from kiosk_ui.record_api import create_api
from kiosk_ui.record_bill import pushed_bill
from kiosk_ui.record_document import OF_A_BILL, document
from kiosk_ui.roles import BLUEPRINTS, ENDPOINTS
from terminal.core.faults import Refused, Unavailable
from terminal.core.record_views import PushedBill, PushedResult, PushedState

TOKEN = "t" * 43
OTHER = "o" * 43
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ID_NUMBER = "991024196503121030"
BILL = {
    "number": "A-1",
    "id_number": ID_NUMBER,
    "diagnosis": "J06.900",
    "lines": [{"item_code": "YP0002", "quantity": "1", "trace_codes": ["81001110000000000001"]}],
    "total_fen": 2634,
}
HEAD = {"Authorization": f"Bearer {TOKEN}"}


class Door:
    """Keeps what is pushed; `fault`: what it raises instead."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], PushedBill] = {}
        self.fault: Exception | None = None

    def client_of(self, token: str) -> str | None:
        return {TOKEN: "jiwei", OTHER: "other"}.get(token)

    def push(self, client: str, bill: PushedBill) -> tuple[PushedResult, bool]:
        if self.fault is not None:
            raise self.fault
        known = self.kept.setdefault((client, bill.number), bill)
        if known != bill:
            raise Refused("api.number_reused")
        return self.result(client, bill.number), known is bill

    def result(self, client: str, number: str) -> PushedResult:
        if (client, number) not in self.kept:
            raise Refused("pushed.not_found")
        return PushedResult(number, PushedState.WAITING, AT)

    def withdraw(self, client: str, number: str) -> PushedResult:
        return self.result(client, number)


class Monotonic:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def monotonic() -> Monotonic:
    return Monotonic()


@pytest.fixture
def api(door: Door, monotonic: Monotonic) -> FlaskClient:
    return create_api(door, ["192.0.2.7"], monotonic).test_client()


def push(api: FlaskClient, bill: object = None, **more: Any) -> Any:
    told = json.dumps(BILL if bill is None else bill)
    given = {"headers": HEAD, "data": told, "content_type": "application/json", **more}
    return as_documented(api.post("/api/v1/bills", **given), "/api/v1/bills", "post")


def as_documented(answer: Any, path: str, method: str) -> Any:
    """What is answered stands in the document: status, type, form and code."""
    told = document()
    stands = told["paths"][path][method]["responses"][str(answer.status_code)]
    schema = {**stands["content"][answer.mimetype]["schema"], "components": told["components"]}
    checker = jsonschema.FormatChecker()
    jsonschema.validate(answer.get_json(force=True), schema, format_checker=checker)
    if "x-codes" in stands:
        assert answer.get_json(force=True)["code"] in stands["x-codes"]
    return answer


def test_a_new_bill_is_created_and_the_same_once_more_is_the_same_answer(
    api: FlaskClient, door: Door
) -> None:
    first, second = push(api), push(api)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.headers["Location"] == "/api/v1/bills/A-1"
    assert first.get_json() == second.get_json()
    assert api.get(first.headers["Location"], headers=HEAD).get_json() == first.get_json()
    (kept,) = door.kept.values()
    assert (kept.id_number, kept.total and kept.total.fen) == (ID_NUMBER, 2634)


def test_another_bill_under_the_same_number_is_refused(api: FlaskClient) -> None:
    push(api)
    again = push(api, {**BILL, "total_fen": 2635})
    assert (again.status_code, again.get_json(force=True)["code"]) == (409, "api.number_reused")


def test_another_clients_bill_is_not_there(api: FlaskClient) -> None:
    push(api)
    theirs = {"Authorization": f"Bearer {OTHER}"}
    answer = as_documented(
        api.get("/api/v1/bills/A-1", headers=theirs), "/api/v1/bills/{number}", "get"
    )
    assert answer.status_code == 404
    assert push(api, headers=theirs).status_code == 201


UNREADABLE = {
    "nothing": b"",
    "half of it": b'{"number": "A-1"',
    "a key twice": b'{"number": "A-1", "number": "A-2"}',
    "a key twice within": b'{"lines": [{"quantity": "1", "quantity": "2"}]}',
    "NaN": b'{"total_fen": NaN}',
    "infinity": b'{"total_fen": -Infinity}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "another charset": '{"diagnosis": "感冒"}'.encode("gb18030"),
    "UTF-16": json.dumps(BILL).encode("utf-16"),
    "too deep": b"[" * 60_000,
    "objects too deep": b'{"a":' * 12_000,
    "a huge number": b'{"total_fen": ' + b"9" * 60_000 + b"}",
    "a list": b"[]",
    "two documents": b"{} {}",
    "a word": b'"A-1"',
    "zero bytes": b"\0" * 100,
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_not_json_of_one_meaning_is_malformed(
    api: FlaskClient, door: Door, body: bytes
) -> None:
    answer = push(api, data=body)
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (400, "api.malformed")
    assert not door.kept


LINE = BILL["lines"][0]  # type: ignore[index]
WRONG_FIELDS: dict[str, tuple[dict[str, object], str]] = {
    "a float": ({"total_fen": 26.34}, "total_fen"),
    "a whole float": ({"total_fen": 2634.0}, "total_fen"),
    "money as text": ({"total_fen": "2634"}, "total_fen"),
    "money that is true": ({"total_fen": True}, "total_fen"),
    "less than nothing": ({"total_fen": -1}, "total_fen"),
    "more than there is": ({"total_fen": 10**30}, "total_fen"),
    "a quantity that is a number": ({"lines": [{**LINE, "quantity": 1}]}, "lines[0].quantity"),
    "a quantity with a line end": ({"lines": [{**LINE, "quantity": "1\n"}]}, "lines[0].quantity"),
    "other digits": ({"lines": [LINE, {**LINE, "quantity": "１"}]}, "lines[1].quantity"),
    "an unknown field": ({"name": "王建国"}, "name"),
    "an unknown field that names someone": ({ID_NUMBER: 1}, "?"),
    "an unknown field of a line": ({"lines": [{**LINE, "price": 1}]}, "lines[0].price"),
    "half a character": ({"diagnosis": "\ud800"}, "diagnosis"),
    "half a character in a code": (
        {"lines": [{**LINE, "trace_codes": ["\udfff"]}]},
        "lines[0].trace_codes[0]",
    ),
    "a number with a path in it": ({"number": "../A"}, "number"),
    "somebody's ID number as a number": ({"number": f"JW-{ID_NUMBER}"}, "number"),
    "no lines at all": ({"lines": None}, "lines"),
    "no person": ({"id_number": ""}, "id_number"),
    "too many lines": ({"lines": [LINE] * 201}, "lines"),
}


@pytest.mark.parametrize(("changed", "field"), WRONG_FIELDS.values(), ids=WRONG_FIELDS)
def test_a_wrong_field_is_named_and_nothing_of_it_repeated(
    api: FlaskClient, door: Door, changed: dict[str, object], field: str
) -> None:
    answer = push(api, {**BILL, **changed})
    told = answer.get_json(force=True)
    assert (answer.status_code, told["code"], told["facts"]["field"]) == (422, "api.field", field)
    assert ID_NUMBER not in answer.text
    assert not door.kept


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_no_bytes_make_more_than_a_refusal(body: bytes) -> None:
    with pytest.raises(Refused, match=r"api\.(malformed|field)"):
        pushed_bill(body)


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"headers": {}}, 401, "api.no_token"),
        ({"headers": {"Authorization": "Bearer " + "x" * 43}}, 401, "api.no_token"),
        ({"headers": {"Authorization": f"Basic {TOKEN}"}}, 401, "api.no_token"),
        ({"headers": {"Authorization": "Bearer \xff" + "x" * 43}}, 401, "api.no_token"),
        ({"environ_base": {"REMOTE_ADDR": "192.0.2.8"}}, 403, "api.address_not_allowed"),
        ({"environ_base": {"REMOTE_ADDR": "::ffff:192.0.2.8"}}, 403, "api.address_not_allowed"),
        ({"environ_base": {"REMOTE_ADDR": ""}}, 403, "api.address_not_allowed"),
        ({"headers": {**HEAD, "Host": "rebound.example"}}, 403, "api.host_not_allowed"),
        ({"headers": {**HEAD, "Host": "[::1"}}, 403, "api.host_not_allowed"),
        ({"headers": {**HEAD, "Origin": "http://127.0.0.1"}}, 403, "api.from_a_page"),
        ({"headers": {**HEAD, "Sec-Fetch-Site": "same-origin"}}, 403, "api.from_a_page"),
        ({"content_type": "text/plain"}, 415, "api.not_json"),
        ({"content_type": "application/json; charset=gbk"}, 415, "api.not_json"),
        ({"headers": {**HEAD, "Content-Encoding": "gzip"}}, 415, "api.not_json"),
        ({"data": b" " * (64 * 1024 + 1)}, 413, "api.too_large"),
    ],
)
def test_a_stranger_is_told_why_and_nothing_is_kept(
    api: FlaskClient, door: Door, given: dict[str, Any], status: int, code: str
) -> None:
    answer = push(api, **given)
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert not door.kept


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "192.0.2.7", "::ffff:192.0.2.7"])
def test_this_machine_and_the_named_ones_may_ask(api: FlaskClient, address: str) -> None:
    assert push(api, environ_base={"REMOTE_ADDR": address}).status_code == 201


def test_nothing_of_the_body_of_a_stranger_is_read(api: FlaskClient) -> None:
    class Unread:
        def read(self, *_: int) -> bytes:
            raise AssertionError("read")

    told = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/bills",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "192.0.2.8",
        "CONTENT_LENGTH": "100",
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
        "wsgi.input": Unread(),
        "wsgi.url_scheme": "http",
        "SERVER_NAME": "x",
        "SERVER_PORT": "1",
    }
    statuses: list[str] = []
    for told["REMOTE_ADDR"] in ("192.0.2.8", "127.0.0.1"):
        b"".join(api.application.wsgi_app(told, lambda status, _: statuses.append(status)))
    assert [status[:3] for status in statuses] == ["403", "500"]  # The second one is read.


def test_a_thousand_requests_in_a_minute_wait_and_none_is_lost_or_doubled(
    api: FlaskClient, door: Door, monotonic: Monotonic
) -> None:
    told: dict[int, int] = {}
    for turn in range(1000):
        monotonic.now_s = turn * 0.06
        status = api.get("/api/v1/bills/A-0", headers=HEAD).status_code
        told[status] = told.get(status, 0) + 1
    assert set(told) == {404, 429}
    assert 238 <= told[404] <= 241  # A hundred and twenty at once, and two a second.
    waiting = push(api)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "1")
    assert push(api, headers={"Authorization": f"Bearer {OTHER}"}).status_code == 201
    monotonic.now_s += 1
    assert push(api).status_code == 201
    assert len(door.kept) == 2


def test_wrong_tokens_do_not_keep_a_right_one_waiting(api: FlaskClient) -> None:
    wrong = [push(api, headers={"Authorization": "Bearer " + "x" * 43}) for _ in range(121)]
    assert [each.status_code for each in wrong[-2:]] == [401, 429]
    assert push(api).status_code == 201
    assert api.get("/api/v1/health").status_code == 200


def test_who_only_looks_whether_it_is_there_waits_as_well(api: FlaskClient) -> None:
    asked = [api.get("/api/v1/health").status_code for _ in range(121)]
    assert asked[-2:] == [200, 429]


def test_what_is_away_is_asked_again_and_says_nothing_of_itself(
    api: FlaskClient, door: Door
) -> None:
    door.fault = Unavailable("store.away", reason="/var/lib/secret is full")
    answer = push(api)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.get_json(force=True)["facts"] == {}
    door.fault = Unavailable("pushed.too_many", waiting=200)
    full = push(api)
    assert (full.status_code, full.headers["Retry-After"]) == (429, "60")


def test_a_fault_of_ours_is_answered_and_logged_without_the_bill(
    api: FlaskClient, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.fault = KeyError(ID_NUMBER)
    answer = push(api)
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (500, "api.broken")
    assert "KeyError in push" in caplog.text
    assert ID_NUMBER not in caplog.text + answer.text


def test_every_answer_is_headed_and_sets_no_cookie(api: FlaskClient) -> None:
    answers = [push(api), api.get("/"), api.put("/api/v1/bills"), api.options("/api/v1/bills")]
    assert [each.status_code for each in answers] == [201, 404, 405, 405]
    assert answers[2].headers["Allow"] == "POST"
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_the_document_is_openapi_and_names_every_route(api: FlaskClient) -> None:
    told = api.get("/api/v1/openapi.json").get_json()
    validate(told)
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in api.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }
    methods = {"get", "post", "delete", "put", "patch", "options"}
    named = {
        (path, method) for path, found in told["paths"].items() for method in methods & set(found)
    }
    assert named == routes


def test_every_code_with_a_status_of_its_own_is_documented() -> None:
    told = document()["paths"]
    named = {
        code
        for found in told.values()
        for operation in found.values()
        if isinstance(operation, dict)
        for response in operation["responses"].values()
        for code in response.get("x-codes", ())
    }
    assert named - set(OF_A_BILL) - {"store.away"} == set(STATUS) - {"api.not_found", "api.method"}


def test_the_screens_know_nothing_of_it(api: FlaskClient) -> None:
    ours = {str(rule.endpoint) for rule in api.application.url_map.iter_rules()}
    assert not ours & {*BLUEPRINTS, *ENDPOINTS}
