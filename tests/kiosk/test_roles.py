"""Every address of the application, walked: without a role, with the wrong one, with an
ended sign-in. A page that nobody wrote into the table fails here, and opens for nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from kiosk_ui.app import create_app
from kiosk_ui.roles import BLUEPRINTS, COOKIE, ENDPOINTS, allowed
from terminal.core.operators import Role
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import Pictures, ShownDesk

JSON = {"Accept": "application/json"}
FORMS: tuple[dict[str, str], ...] = ({}, JSON, {"HX-Request": "true"})
RULES_MIN = 60
"""As many addresses as there were when this was written; a walk over none proves nothing."""


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=str)


def guarded(app: Flask) -> list[Rule]:
    return [rule for rule in rules(app) if Role.RESIDENT not in allowed(rule.endpoint)]


def ask(app: Flask, client: Any, rule: Rule, headers: dict[str, str]) -> list[tuple[str, int]]:
    """The status of each method of this address, asked from our own page."""
    with app.test_request_context():
        values = {name: "2025-11" if name == "month" else 1 for name in rule.arguments}
        at = url_for(rule.endpoint, **values)
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    asked = {method: client.open(at, method=method, headers=headers | OURS) for method in methods}
    return [(f"{method} {at}", answer.status_code) for method, answer in asked.items()]


def browser(app: Flask, token: str | None) -> Any:
    client = app.test_client()
    if token is not None:
        client.set_cookie(COOKIE, token)
    return client


def with_roles(desk: ShownDesk, *roles: Role) -> str:
    token = "with-" + "-".join(roles)
    desk.duty.tokens[token] = frozenset(roles)
    return token


def test_every_address_is_in_the_table(app: Flask) -> None:
    found = rules(app)
    assert len(found) > RULES_MIN
    assert [str(rule) for rule in found if not allowed(rule.endpoint)] == []


def test_the_table_names_nothing_that_is_not_there(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in rules(app)}
    assert set(BLUEPRINTS) == {name.rpartition(".")[0] for name in endpoints if "." in name}
    assert set(ENDPOINTS) == {name for name in endpoints if "." not in name}


@pytest.mark.parametrize("token", [None, "", "ended", "x" * 4000])
@pytest.mark.parametrize("headers", FORMS)
def test_no_address_but_the_residents_opens_for_nobody(
    app: Flask, desk: ShownDesk, token: str | None, headers: dict[str, str]
) -> None:
    refused = 401 if headers else 303
    for rule in guarded(app):
        for asked, status in ask(app, browser(app, token), rule, headers):
            assert status == refused, asked
    assert desk.taken == []


@pytest.mark.parametrize("role", [Role.DOCTOR, Role.TECHNICIAN, Role.RESIDENT])
@pytest.mark.parametrize("headers", FORMS)
def test_no_address_opens_for_the_wrong_role(
    app: Flask, desk: ShownDesk, role: Role, headers: dict[str, str]
) -> None:
    client = browser(app, with_roles(desk, role))
    walked = [rule for rule in guarded(app) if role not in allowed(rule.endpoint)]
    assert walked or role is Role.DOCTOR
    for rule in walked:
        for asked, status in ask(app, client, rule, headers):
            assert status == 403, asked
    assert desk.taken == []


def test_no_address_opens_with_a_sign_in_that_ended(app: Flask, desk: ShownDesk) -> None:
    token = with_roles(desk, Role.DOCTOR, Role.TECHNICIAN)
    client = browser(app, token)
    assert client.get("/doctor").status_code == 200
    desk.duty.sign_out(token)
    for rule in guarded(app):
        for asked, status in ask(app, client, rule, JSON):
            assert status == 401, asked
    assert desk.taken == []


def test_a_page_that_nobody_wrote_into_the_table_opens_for_nobody(
    desk: ShownDesk, tmp_path: Path
) -> None:
    app = create_app(desk, Pictures(), tmp_path)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    client = browser(app, with_roles(desk, Role.DOCTOR, Role.TECHNICIAN))
    assert client.get("/forgotten").status_code == 403
    assert browser(app, None).get("/forgotten").status_code == 303


def test_the_residents_screen_needs_nobody_and_keeps_nobody_signed_in(
    app: Flask, desk: ShownDesk, stranger: Any
) -> None:
    for path in ("/", "/resident", "/resident/now", "/static/live.js", "/sign-in"):
        with stranger.get(path) as answer:
            assert answer.status_code == 200, path
    assert desk.duty.stayed == []


def test_a_tap_keeps_a_screen_open_and_a_page_that_redraws_itself_does_not(
    client: Any, desk: ShownDesk
) -> None:
    client.get("/doctor/now", headers={"HX-Request": "true"})
    assert desk.duty.stayed == []
    client.get("/doctor")
    client.post("/doctor/ask-now", headers=OURS)
    assert len(desk.duty.stayed) == 2


def test_an_address_that_is_not_there_says_so_to_everybody(stranger: Any) -> None:
    assert stranger.get("/nowhere").status_code == 404
    assert stranger.get("/doctor/visits").status_code == 405
