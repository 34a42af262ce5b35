"""The OpenAPI document of the local API, made from the same models that read and answer.

docs/record-api.json is this document; the terminal serves it as well. Every code that a
request may be answered with stands here beside its status.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from kiosk_ui.record_answers import PROBLEM, STATUS
from kiosk_ui.record_bill import BillBody
from terminal.core.record_views import PushedState

BASE = "/api/v1"
BILLS = f"{BASE}/bills"
BILL = f"{BASE}/bills/{{number}}"
DOCUMENT = f"{BASE}/openapi.json"
HEALTH = f"{BASE}/health"

_STRANGER = (
    "api.address_not_allowed", "api.host_not_allowed", "api.from_a_page", "api.too_often",
    "api.broken",
)  # fmt: skip
_ASKED = (*_STRANGER, "api.no_token", "store.away")
OF_A_BILL = (
    "api.field", "person.id_number_wrong", "diagnosis.unknown", "pushed.no_lines",
    "visit.too_many_lines", "pushed.total_differs", "pushed.no_such_item",
    "catalogue.public_health", "visit.quantity", "pushed.codes_count", "pushed.not_a_code",
    "scan.same_box", "scan.not_in_catalogue", "pushed.other_item", "pushed.by_the_unit",
    "box.outer_pack", "box.expired", "box.in_bag", "scan.sold_before", "box.opened_already",
    "box.not_for_sale",
)  # fmt: skip
"""What may be wrong with what a bill says; with the facts `line` (from 1) or `field`."""

_PUSHED = (
    *_ASKED, "api.malformed", "api.not_json", "api.too_large", "api.number_reused",
    "settling.record_system", "pushed.too_many", *OF_A_BILL,
)  # fmt: skip

_SAID = {
    400: "Not JSON, or JSON that may be read in two ways.",
    401: "No token of a client that may push.",
    403: "Asked from an address that is not allowed, by a host name, or from a web page.",
    404: "You have pushed no bill of this number.",
    409: "The bill's number, or its state, or the terminal's, forbids it. Repeating is useless.",
    413: "More than 64 KiB.",
    415: "Not application/json in UTF-8.",
    422: "Something in the bill is wrong; `facts` say where. Nothing of it was kept.",
    429: "Too often, or too many bills wait; ask again after `Retry-After` seconds.",
    500: "The terminal's own fault. Push the same number again: it cannot become two bills.",
    503: "The terminal cannot answer now. Push the same number again after `Retry-After` seconds.",
}


class ResultBody(BaseModel):
    """What became of a bill. Nothing of the person. The callback's body is the same."""

    model_config = ConfigDict(extra="forbid", title="Result")

    number: str
    state: PushedState = Field(
        description="waiting: the doctor has not taken it. taken: it lies in an open visit. "
        "settled: charged; the amounts are final. unknown: it may be charged: ask again, never "
        "push it under another number. cancelled: it was charged and that was taken back. "
        "refused: nothing is charged, see code and reason. withdrawn: by you."
    )
    code: str = Field(description="Why it is so; may be empty.")
    reason: Literal["", "not_here", "not_given", "twice", "wrong"] = Field(
        description="Why the doctor refused it; empty otherwise."
    )
    received_at: AwareDatetime
    changed_at: AwareDatetime | None
    total_fen: int | None = Field(description="Of the whole visit; only when settled.")
    fund_fen: int | None = Field(description="What the insurance pays; only when settled.")
    own_fen: int | None = Field(description="What the resident pays; only when settled.")
    setl_ids: list[str] = Field(description="The province's settlements (setl_id).")
    mdtrt_ids: list[str] = Field(description="The province's visits (mdtrt_id).")
    lines_changed: bool = Field(
        description="The doctor took lines off or added some: the amounts are of another bill."
    )
    shared_with_visit: bool = Field(
        description="Another pushed bill lies in the same visit: the amounts are of both."
    )


class ProblemBody(BaseModel):
    """Why not (RFC 9457). Decide by `code`, which is stable; `title` is for people."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    status: int
    code: str
    title: str = Field(description="Chinese words for whoever builds the record system.")
    facts: dict[str, str | int] = Field(
        description="`line`: in which line, the first being 1. `field`: in which field, lines[0] "
        "being the first line. Others help to find what is wrong."
    )


class HealthBody(BaseModel):
    """It answers. What is away, only this terminal's own screens say."""

    model_config = ConfigDict(extra="forbid", title="Health")

    status: Literal["ok"]


@cache
def document() -> dict[str, Any]:
    """The whole document; the same one every time."""
    named = {"serialization": (ResultBody, ProblemBody, HealthBody), "validation": (BillBody,)}
    _, schemas = models_json_schema(
        [(model, mode) for mode, models in named.items() for model in models],  # type: ignore[misc]
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "clinic-terminal: bills of a record system",
            "version": "1",
            "description": "A record system pushes a bill; the doctor takes it into the visit at "
            "this terminal, which settles it; the record system learns the result. "
            "See docs/record-api.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "http://127.0.0.1:8431", "description": "As api_listen says."}],
        "paths": _paths(),
        "webhooks": {"result": {"post": _called()}},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {"number": _number()},
        },
    }


def _paths() -> dict[str, Any]:
    number = [{"$ref": "#/components/parameters/number"}]
    push = {
        **_operation("pushBill", "Push a bill. Idempotent by its number.", _PUSHED, token=True),
        "requestBody": {"required": True, "content": _content("application/json", "BillBody")},
    }
    push["responses"] = {
        "200": _result("This very bill was pushed before; what became of it."),
        "201": {
            **_result("It is kept, and waits for the doctor."),
            "headers": {"Location": {"schema": {"type": "string"}}},
        },
        **push["responses"],
    }
    found = (*_ASKED, "pushed.not_found")
    result = _operation("billResult", "What became of a bill.", found, token=True)
    result["responses"] = {"200": _result("Its result."), **result["responses"]}
    said = "Take a bill away again while it waits. Again: the same answer."
    withdraw = _operation("withdrawBill", said, (*found, "pushed.taken_already"), token=True)
    withdraw["responses"] = {"200": _result("How it ended."), **withdraw["responses"]}
    health = _operation("health", "Whether it answers.", _STRANGER, token=False)
    health["responses"]["200"] = {
        "description": "It does.",
        "content": _content("application/json", "HealthBody"),
    }
    itself = _operation("document", "This document.", _STRANGER, token=False)
    itself["responses"]["200"] = {
        "description": "OpenAPI 3.1.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    return {
        BILLS: {"post": push},
        BILL: {"parameters": number, "get": result, "delete": withdraw},
        DOCUMENT: {"get": itself},
        HEALTH: {"get": health},
    }


def _operation(name: str, summary: str, codes: tuple[str, ...], *, token: bool) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        other = 503 if code == "store.away" else 422
        by_status.setdefault(STATUS.get(code, other), []).append(code)
    problems = {str(status): _problem(status, found) for status, found in sorted(by_status.items())}
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"token": []}] if token else [],
        "responses": problems,
    }


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"description": _SAID[status], "x-codes": sorted(codes)}
    told["content"] = _content(PROBLEM, "ProblemBody")
    if status in (429, 503):
        told["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return told


def _result(said: str) -> dict[str, Any]:
    return {"description": said, "content": _content("application/json", "ResultBody")}


def _content(kind: str, model: str) -> dict[str, Any]:
    return {kind: {"schema": {"$ref": f"#/components/schemas/{model}"}}}


def _number() -> dict[str, Any]:
    form = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"}
    return {"name": "number", "in": "path", "required": True, "schema": form}


def _called() -> dict[str, Any]:
    return {
        "operationId": "called",
        "summary": "Called at the client's callback address when a result changes.",
        "security": [],
        "parameters": [
            {
                "name": "Clinic-Terminal-Signature",
                "in": "header",
                "required": True,
                "description": "t=<seconds since 1970>,v1=<HMAC-SHA256 of `t.body` under the "
                "callback secret, hexadecimal>. Refuse what is older than five minutes.",
                "schema": {"type": "string", "pattern": "^t=[0-9]+,v1=[0-9a-f]{64}$"},
            }
        ],
        "requestBody": {"required": True, "content": _content("application/json", "ResultBody")},
        "responses": {"2XX": {"description": "Heard. Anything else is called again, for a day."}},
    }
