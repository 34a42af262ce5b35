"""The pages attacked by whoever stands before the kiosk, and by another page in its browser."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, url_for

from kiosk_ui.roles import COOKIE, allowed
from terminal.core.operators import Role
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS, served
from tests.kiosk.counter_views import ShownDesk, visit
from tests.kiosk.shown_duty import PIN, SIGNED_IN

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
REFUSED = {303, 308, 400, 401, 404, 405, 421}
"""Sent to the sign-in or to the plain spelling, or answered that there is no such address."""

RENAMED = (
    {"X-HTTP-Method-Override": "GET"},
    {"X-Original-URL": "/resident", "X-Rewrite-URL": "/resident"},
    {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost", "X-Forwarded-User": "o1"},
    {"Authorization": "Basic bzE6ODIwNDYz", "Remote-User": "o1"},
)


def guarded_paths(app: Flask) -> list[str]:
    found = []
    for rule in app.url_map.iter_rules():
        if Role.RESIDENT not in allowed(rule.endpoint):
            with app.test_request_context():
                values = {name: "2025-11" if name == "month" else 1 for name in rule.arguments}
                found.append(url_for(rule.endpoint, **values))
    return sorted(set(found))


def spellings(path: str) -> Iterator[str]:
    """Other ways to write an address, of which one may slip past a table."""
    yield f"{path}/"
    yield f"/{path}"
    yield path.replace("/", "//")
    yield path.upper()
    yield path.replace("doctor", "%64octor").replace("status", "%73tatus")
    yield path.replace("/", "%2f").replace("%2f", "/", 1)
    yield f"/resident/..{path}"
    yield f"/resident/%2e%2e{path}"
    yield f"/static/..{path}"
    yield f"{path};/resident"
    yield f"{path}%00/resident"
    yield f"{path}?signed_in={SIGNED_IN}&role=doctor"
    yield f"{path}/now"
    yield f"{path}%0d%0aSet-Cookie:%20a=b"


def test_no_method_opens_a_page_or_takes_a_tap_for_nobody(
    app: Flask, desk: ShownDesk, stranger: Any
) -> None:
    paths = guarded_paths(app)
    assert len(paths) > 60
    for path in paths:
        for method in METHODS:
            answer = stranger.open(path, method=method, headers=OURS | {"Accept": "*/*"})
            assert answer.status_code in {303, 401, 404, 405}, (method, path)
            assert "Set-Cookie" not in answer.headers
    assert desk.taken == []


def test_no_spelling_of_an_address_opens_it_for_nobody(
    app: Flask, desk: ShownDesk, stranger: Any
) -> None:
    for path in guarded_paths(app):
        for spelt in spellings(path):
            for method in ("GET", "POST"):
                answer = stranger.open(spelt, method=method, headers=OURS)
                assert answer.status_code in REFUSED, (method, spelt)
                there = urlsplit(answer.headers.get("Location", "/"))
                assert (there.scheme, there.netloc) in {("", ""), ("http", "localhost")}, spelt
    assert desk.taken == []


@pytest.mark.parametrize("headers", RENAMED)
def test_no_header_stands_for_a_sign_in(
    app: Flask, desk: ShownDesk, stranger: Any, headers: dict[str, str]
) -> None:
    for path in guarded_paths(app):
        for method in ("GET", "POST"):
            answer = stranger.open(path, method=method, headers=OURS | headers)
            assert answer.status_code in {303, 401, 405}, (method, path)
    assert desk.taken == []


@pytest.mark.parametrize(
    "cookie",
    [
        f"{COOKIE}=",
        f"{COOKIE}=x; {COOKIE}=y",
        f"{COOKIE.upper()}={SIGNED_IN}",
        f"{COOKIE}={SIGNED_IN}x",
        f"{COOKIE}={SIGNED_IN[:-1]}",
        f'{COOKIE}="{SIGNED_IN}x"',
        f"{COOKIE}=None",
        f"{COOKIE}=%00",
        f"session={SIGNED_IN}",
    ],
)
def test_no_cookie_but_the_right_one_opens_anything(app: Flask, stranger: Any, cookie: str) -> None:
    assert stranger.get("/doctor", headers={"Cookie": cookie}).status_code == 303


def test_raw_requests_to_the_real_server_open_nothing(app: Flask, desk: ShownDesk) -> None:
    targets = [
        "http://127.0.0.1/doctor",
        "http://elsewhere.example/doctor",
        "//doctor",
        "/%64octor",
        "/resident/../doctor",
        "/static/../../../pyproject.toml",
        "/static/%2e%2e/%2e%2e/app.py",
        "/static/..%2f..%2fapp.py",
        "/static//etc/passwd",
        "/assets/../terminal.db",
        "/assets/%2e%2e/terminal.db",
        "/doctor/evidence/..%2f..%2fx/file",
    ]
    with served(app) as address:
        at = urlsplit(address)
        for target in targets:
            line = http.client.HTTPConnection(at.hostname or "", at.port, timeout=10)
            line.putrequest("GET", target, skip_host=True)
            line.putheader("Host", at.netloc)
            line.endheaders()
            answer = line.getresponse()
            told = answer.read()
            line.close()
            assert answer.status in {301, 303, 308, 400, 403, 404, 421}, target
            assert b"import" not in told, target
            assert b"root:" not in told, target
    assert desk.taken == []


@pytest.mark.parametrize(
    "there",
    [
        "//elsewhere.example",
        "///elsewhere.example/doctor",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "https://elsewhere.example/doctor",
        "https:/doctor",
        "http:doctor",
        "javascript:alert(1)",
        "data:text/html,x",
        " //elsewhere.example",
        "/\t/elsewhere.example",
        "/doctor\r\nSet-Cookie: a=b",
        "/%2f/elsewhere.example",
        "/%5celsewhere.example",
        "/doctor/../../elsewhere",
        "/doctor@elsewhere.example",
        "/sign-out",
        "/doctor/visits/v1/leave",
        "/resident/visits/v1/withdraw",
        "doctor",
        "?",
        "",
    ],
)
def test_a_sign_in_leads_nowhere_but_to_a_page_of_ours(
    desk: ShownDesk, stranger: Any, there: str
) -> None:
    tapped = {"who": "o1", "as": "doctor", "pin": PIN, "next": there}
    answer = stranger.post("/sign-in", data=tapped, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/doctor")
    page = stranger.get("/sign-in", query_string={"who": "o1", "as": "doctor", "next": there})
    assert "<script>" not in page.text
    assert 'href="javascript' not in page.text


def test_a_token_that_was_put_into_the_browser_before_is_not_the_one_signed_in(
    desk: ShownDesk, stranger: Any
) -> None:
    stranger.set_cookie(COOKIE, "chosen-by-somebody-else")
    tapped = {"who": "o1", "as": "doctor", "pin": PIN}
    answer = stranger.post("/sign-in", data=tapped, headers=OURS)
    told = answer.headers["Set-Cookie"]
    assert "chosen-by-somebody-else" not in told
    assert all(part in told for part in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert "chosen-by-somebody-else" not in desk.duty.tokens


def test_another_page_in_the_kiosks_browser_gets_nothing_and_taps_nothing(
    app: Flask, desk: ShownDesk, client: Any
) -> None:
    """The browser is one at which a doctor is signed in: the cookie would be sent along."""
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            values = {name: "2025-11" if name == "month" else 1 for name in rule.arguments}
            at = url_for(rule.endpoint, **values)
        for method in sorted(rule.methods or ()):
            for site in ("cross-site", "same-site"):
                for mode in ("no-cors", "cors", "websocket"):
                    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Origin": "null"}
                    answer = client.open(at, method=method, headers=headers)
                    assert answer.status_code == 403, (method, at, site)
                    assert "Access-Control-Allow-Origin" not in answer.headers
    assert desk.taken == []


def test_events_tell_a_number_and_nothing_of_anybody(desk: ShownDesk, stranger: Any) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    answer = stranger.get("/events")
    first = next(answer.response)
    said = first.decode() if isinstance(first, bytes) else first
    answer.close()
    for line in said.split("\n"):
        name, _, value = line.partition(": ")
        assert name in {"", "retry", "data"}
        assert value == "" or value.isdigit()


@pytest.mark.parametrize("state", list(VisitState))
def test_the_residents_screen_never_holds_a_whole_name_or_number(
    desk: ShownDesk, stranger: Any, state: VisitState
) -> None:
    shown = visit(state)
    desk.show(visit=shown)
    told = stranger.get("/resident").text + stranger.get("/resident/now").text
    if shown.person is not None:
        assert shown.person.name != shown.person.masked_name
        assert shown.person.name not in told
