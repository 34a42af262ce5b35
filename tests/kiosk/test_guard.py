from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for

from kiosk_ui.app import create_app
from kiosk_ui.guard import REQUEST_BYTES_MAX
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import Pictures, ShownDesk, visit

TAP = "/doctor/visits/v1/leave"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "http://localhost.elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
    ],
)
def test_a_tap_that_is_not_from_our_own_page_reaches_no_verb(
    client: Any, desk: ShownDesk, headers: dict[str, str]
) -> None:
    answer = client.post(TAP, headers={**headers, "Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json["code"] == "page.other_site"
    assert desk.taken == []


@pytest.mark.parametrize("headers", [OURS, {"Origin": "http://localhost"}])
def test_a_tap_from_our_own_page_is_taken(client: Any, desk: ShownDesk, headers: Any) -> None:
    assert client.post(TAP, headers=headers).status_code == 303
    assert desk.taken == [("leave", "v1")]


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "", "10.0.0.7", "a b"]
)
@pytest.mark.parametrize("path", ["/doctor", "/preview.mjpg", "/events", "/nowhere"])
def test_a_name_that_is_not_ours_is_refused(client: Any, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host, "Accept": "application/json"})
    assert answer.status_code == 421
    assert answer.json["code"] == "page.unknown_host"
    assert client.get(path, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "localhost"])
def test_loopback_names_are_answered(client: Any, host: str) -> None:
    assert client.get("/doctor", headers={"Host": host}).status_code == 200


def test_a_named_host_is_answered_when_it_is_allowed(desk: ShownDesk, tmp_path: Path) -> None:
    app = create_app(desk, Pictures(), tmp_path, allowed_hosts=["clinic.lan"])
    assert app.test_client().get("/resident", headers={"Host": "clinic.lan"}).status_code == 200


@pytest.mark.parametrize("path", ["/preview.mjpg", "/events", "/doctor/now", "/resident"])
def test_another_site_sees_neither_camera_nor_counter(client: Any, path: str) -> None:
    answer = client.get(path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    assert answer.status_code == 403


def test_a_link_from_elsewhere_still_opens_the_page(client: Any) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/doctor", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/", "/doctor", "/resident", "/nowhere", "/static/live.js"])
def test_every_answer_carries_the_strict_headers(client: Any, path: str) -> None:
    with client.get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_request_that_is_too_big_is_refused(client: Any, desk: ShownDesk) -> None:
    long = "9" * (REQUEST_BYTES_MAX + 1)
    headers = {**OURS, "Accept": "application/json"}
    answer = client.post("/doctor/visits", data={"id_number": long}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (413, "page.too_big")
    assert desk.taken == []


def test_pages_have_no_inline_script_or_style(client: Any, desk: ShownDesk) -> None:
    for state in VisitState:
        desk.show(visit=visit(state))
        for path in ("/", "/doctor", "/resident"):
            page = client.get(path).text
            assert "<style" not in page
            assert " style=" not in page
            assert " onclick=" not in page
            assert page.count("<script") == page.count("<script src=")


def test_no_tap_of_any_page_is_taken_from_another_site(
    app: Flask, client: Any, desk: ShownDesk
) -> None:
    """Every address that takes a tap, those of pages not written yet among them."""
    posted = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(posted) > 40
    for rule in posted:
        with app.test_request_context():
            at = url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            assert client.post(at, data={"reason": "x"}, headers=headers).status_code == 403, at
    assert desk.taken == []
