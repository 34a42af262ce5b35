"""The local API for a record system that can call: it pushes a bill and learns the result.

An app of its own on a listener of its own: whoever may ask here gets no page of the kiosk,
and no page of the kiosk can be asked here. It is for programs, not for browsers: no cookie,
no CORS, no name in the Host header, and whoever comes from a web page is refused.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kiosk_ui.desk_record import PushedDoor
from kiosk_ui.record_answers import answer, broken, headed, http_problem, problem
from kiosk_ui.record_bill import pushed_bill
from kiosk_ui.record_document import BILL, BILLS, DOCUMENT, HEALTH, document
from kiosk_ui.record_limits import Allowance
from terminal.core.faults import Fault, Refused
from terminal.core.pushed import as_json

REQUEST_BYTES_MAX = 64 * 1024
"""Sixty boxes are 5 KB."""

_WITH_TOKEN = ("push", "result", "withdraw")

_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{20,100})", re.IGNORECASE)


def create_api(
    door: PushedDoor,
    addresses: Collection[str],
    monotonic: Callable[[], float] = time.monotonic,
) -> Flask:
    """Build the API before a door. `addresses`: who may ask besides this machine."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = REQUEST_BYTES_MAX
    api = _Api(door, addresses, Allowance(monotonic))
    app.before_request(api.refuse_strangers)
    app.after_request(headed)
    app.register_error_handler(Fault, problem)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(Exception, broken)
    for path, view, method in (
        (BILLS, api.push, "POST"),
        (BILL, api.result, "GET"),
        (BILL, api.withdraw, "DELETE"),
        (DOCUMENT, api.document, "GET"),
        (HEALTH, api.health, "GET"),
    ):
        rule = path.replace("{", "<").replace("}", ">")
        app.add_url_rule(rule, view_func=view, methods=[method], provide_automatic_options=False)
    return app


class _Api:
    """The views, and who may reach them."""

    def __init__(self, door: PushedDoor, addresses: Collection[str], asked: Allowance) -> None:
        self._door = door
        self._addresses = frozenset(map(ipaddress.ip_address, addresses))
        self._asked = asked

    def refuse_strangers(self) -> None:
        """Before a byte of the body is read. Raises Refused `api.address_not_allowed`,
        `api.host_not_allowed`, `api.from_a_page`, `api.too_often`."""
        whence = _address(request.remote_addr)
        if not whence.is_loopback and whence not in self._addresses:
            raise Refused("api.address_not_allowed")
        if not _by_number(request.headers.get("Host", "")):
            raise Refused("api.host_not_allowed")
        if "Origin" in request.headers or "Sec-Fetch-Site" in request.headers:
            raise Refused("api.from_a_page")
        if request.endpoint not in _WITH_TOKEN:  # The others are counted by their client.
            self._count("loopback" if whence.is_loopback else str(whence))

    def push(self) -> ResponseReturnValue:
        client = self._client()
        if request.mimetype != "application/json" or not _plain_utf_8():
            raise Refused("api.not_json")
        result, new = self._door.push(client, pushed_bill(_body()))
        response = answer(as_json(result), 201 if new else 200)
        if new:
            response.headers["Location"] = BILL.format(number=result.number)
        return response

    def result(self, number: str) -> ResponseReturnValue:
        return answer(as_json(self._door.result(self._client(), number)))

    def withdraw(self, number: str) -> ResponseReturnValue:
        return answer(as_json(self._door.withdraw(self._client(), number)))

    def document(self) -> ResponseReturnValue:
        return answer(document())

    def health(self) -> ResponseReturnValue:
        return answer({"status": "ok"})

    def _client(self) -> str:
        """Raises Refused `api.no_token`, `api.too_often`."""
        token = _BEARER.fullmatch(request.headers.get("Authorization", ""))
        client = None if token is None else self._door.client_of(token[1])
        if client is None:
            self._count("nobody")
            raise Refused("api.no_token")
        self._count(f"client {client}")
        return client

    def _count(self, who: str) -> None:
        wait_s = self._asked.wait_s(who)
        if wait_s:
            raise Refused("api.too_often", wait_s=wait_s)


def _address(told: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        address = ipaddress.ip_address(told or "")
    except ValueError:
        raise Refused("api.address_not_allowed") from None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _by_number(host: str) -> bool:
    """Whether an address was asked, and no name: a name can be made to point here (DNS
    rebinding), a number cannot."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _body() -> bytes:
    """Whole. One without a length is cut at the limit, and what was cut off might say something
    else: it is refused. Raises RequestEntityTooLarge."""
    body = request.get_data(cache=False)
    if request.content_length is None and len(body) >= REQUEST_BYTES_MAX:
        raise RequestEntityTooLarge
    return body


def _plain_utf_8() -> bool:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    return charset == "utf-8" and "Content-Encoding" not in request.headers
