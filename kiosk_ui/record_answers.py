"""What the local API answers: results, and problems with a stable code and its status."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping

from flask import Response
from werkzeug.exceptions import HTTPException

from kiosk_ui.words import words_of
from terminal.core.faults import Fault, Refused

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

STATUS = {
    "api.malformed": 400,
    "api.no_token": 401,
    "api.address_not_allowed": 403,
    "api.host_not_allowed": 403,
    "api.from_a_page": 403,
    "api.not_found": 404,
    "pushed.not_found": 404,
    "api.method": 405,
    "api.number_reused": 409,
    "pushed.taken_already": 409,
    "settling.record_system": 409,
    "api.too_large": 413,
    "api.not_json": 415,
    "api.too_often": 429,
    "pushed.too_many": 429,
    "api.broken": 500,
}
"""Any other refusal is about what the bill says (422); anything else is away (503)."""

TOLD = frozenset({
    "day", "field", "given", "kind", "least", "line", "most", "ours", "prefix", "ratio", "reason",
    "theirs", "wait_s", "waiting", "wanted",
})  # fmt: skip
"""Facts that leave this terminal: those that help to put a bill right."""

_AWAY_S = 30
"""After how long to ask again of a terminal that could not answer."""
_FULL_S = 60
"""Waiting bills grow fewer by the doctor's hand only."""


def answer(told: Mapping[str, object], status: int = 200) -> Response:
    return Response(json.dumps(told, ensure_ascii=False), status, mimetype="application/json")


def problem(fault: Fault) -> Response:
    """A fault as application/problem+json (RFC 9457), without anything of a person."""
    other = 422 if isinstance(fault, Refused) else 503
    status = STATUS.get(fault.code, other)
    facts = {
        name: value if isinstance(value, int) else str(value)
        for name, value in fault.facts.items()
        if name in TOLD and status != 503
    }
    told = {
        "status": status,
        "code": fault.code,
        "title": words_of(fault.code).technician,
        "facts": facts,
    }
    response = Response(json.dumps(told, ensure_ascii=False), status, mimetype=PROBLEM)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        wait_s = fault.facts.get("wait_s", _FULL_S if status == 429 else _AWAY_S)
        response.headers["Retry-After"] = str(wait_s)
    return response


def http_problem(error: HTTPException) -> Response:
    """What Flask itself refuses, in the same form."""
    match error.code:
        case 404:
            return problem(Refused("api.not_found"))
        case 405:
            response = problem(Refused("api.method"))
            response.headers["Allow"] = dict(error.get_headers()).get("Allow", "GET")
            return response
        case 413:
            return problem(Refused("api.too_large"))
        case _:
            return problem(Refused("api.malformed", reason="request"))


def broken(error: Exception) -> Response:
    """A fault of ours: where it was is logged, and nothing of what was asked."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    log.error("a request broke: %s in %s, line %d", type(error).__name__, where.name, where.lineno)
    return problem(Refused("api.broken"))


def headed(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
