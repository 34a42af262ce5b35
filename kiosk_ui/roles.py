"""Who may open what: a table over every address, and nothing that is not in it.

A page that nobody wrote down here is refused to everybody. A browser shows who is signed in
at it by a cookie; what that opens, the desk says anew at each request.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue

from kiosk_ui.answers import complain, wants_page
from kiosk_ui.desk import Desk
from terminal.core.operators import Role

COOKIE = "signed_in"
"""Holds the token of a sign-in; neither a script nor another site can read it."""

_EVERYBODY = frozenset({Role.RESIDENT})
_DOCTOR = frozenset({Role.DOCTOR})
_STAFF = frozenset({Role.DOCTOR, Role.TECHNICIAN})

BLUEPRINTS = {
    "resident": _EVERYBODY,
    "asking": _EVERYBODY,
    "handover": _EVERYBODY,
    "streams": _EVERYBODY,
    "voice": _EVERYBODY,
    "sign_in": _EVERYBODY,
    "doctor": _DOCTOR,
    "enrol": _DOCTOR,
    "family": _DOCTOR,
    "held": _DOCTOR,
    "boxes": _DOCTOR,
    "courses": _DOCTOR,
    "shelf": _DOCTOR,
    "credit": _DOCTOR,
    "day": _DOCTOR,
    "publicity": _DOCTOR,
    "paper": _DOCTOR,
    "status": _STAFF,
    "technician": _STAFF,
    "compliance": _STAFF,
    "evidence": _DOCTOR,
    "back": _DOCTOR,
    "big": _DOCTOR,
}
"""One reader's pages each: the roles of which one suffices."""

ENDPOINTS = {
    "chooser": _EVERYBODY,
    "htmx": _EVERYBODY,
    "static": _EVERYBODY,
}
"""What belongs to no reader's pages."""

_BY_ITSELF = "/now"
"""A page that redraws itself is not somebody who taps."""


def allowed(endpoint: str) -> frozenset[Role]:
    """The roles of which one opens this endpoint; empty for one that is in no table."""
    blueprint, dot, _ = endpoint.rpartition(".")
    return BLUEPRINTS.get(blueprint, frozenset()) if dot else ENDPOINTS.get(endpoint, frozenset())


def refuse_without_role(app: Flask, desk: Desk) -> None:
    """Check every request against the table, before its page."""

    @app.before_request
    def check() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # No such address, or not in this way: answered in words already.
        wanted = allowed(request.endpoint)
        if Role.RESIDENT in wanted:
            return None
        token = request.cookies.get(COOKIE, "")
        roles = desk.duty.roles_of(token) if token else frozenset[Role]()
        if not roles:
            return _sign_in_first()
        if not roles & wanted:
            return complain("operator.wrong_role", 403)
        if not request.path.endswith(_BY_ITSELF):
            desk.duty.stay(token)
        return None


def _sign_in_first() -> ResponseReturnValue:
    """Words for what a page fetches by itself; a page that is opened leads to the sign-in."""
    if not wants_page():
        return complain("operator.sign_in_first", 401)
    there = quote(request.full_path.rstrip("?")) if request.method == "GET" else "/doctor"
    return redirect(f"/sign-in?next={there}", 303)
