"""The handle of a sandbox province that runs as a process of its own."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlsplit

from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused, Unavailable

_TIMEOUT_S = 30.0
"""A book of 20,000 visits takes some seconds to write out."""


_CUT = ("RemoteDisconnected", "ConnectionResetError")


def plant(
    address: str, fault: str, infno: str | None = None, count: int = 1, seconds: float = 0.0
) -> None:
    """Plant a named fault. Raises Refused `sandbox.fault_unreadable`, Unavailable
    `sandbox.away`."""
    asked: dict[str, object] = {"fault": fault, "count": count, "seconds": seconds}
    if infno is not None:
        asked["infno"] = infno
    _ask(address, "POST", "/sandbox/faults", json.dumps(asked))


def clear(address: str) -> None:
    """End every fault that waits or lasts. Raises as `plant` does."""
    _ask(address, "POST", "/sandbox/clear", "{}")


def restart(address: str, down_s: float = 0.0) -> None:
    """Take it down for so many seconds; returns at once. Raises as `plant` does."""
    try:
        _ask(address, "POST", "/sandbox/restart", json.dumps({"down_s": down_s}))
    except Unavailable as fault:
        # Its own answer may be cut with every other connection: that is what was asked for.
        if fault.facts.get("reason") not in _CUT:
            raise


def settle_elsewhere(
    address: str, psn_no: str, amount: str, *, here: bool = False, mdtrt_id: str = ""
) -> dict[str, Any]:
    """Settle somebody at another institution, or by this clinic's own record system.
    Raises as `plant` does."""
    asked = {"psn_no": psn_no, "amount": amount, "here": here, "mdtrt_id": mdtrt_id}
    told: dict[str, Any] = json.loads(
        _ask(address, "POST", "/sandbox/elsewhere", json.dumps(asked))
    )
    return told


def prescribe(address: str, psn_no: str, *drugs: tuple[str, str]) -> dict[str, Any]:
    """The county hospital prescribes these, by national code and packs: its rxTraceCode and
    hiRxno. Raises as `plant` does."""
    asked = json.dumps({"psn_no": psn_no, "drugs": drugs})
    told: dict[str, Any] = json.loads(_ask(address, "POST", "/sandbox/prescriptions", asked))
    return told


def book(address: str) -> dict[str, Json]:
    """What was settled and sold. Raises Unavailable `sandbox.away`."""
    told: dict[str, Json] = json.loads(_ask(address, "GET", "/sandbox/book", None))
    return told


def commits(address: str, since: int = 0) -> list[dict[str, Any]]:
    """What moved money after that commit, as `SandboxProvince.commits` tells it.
    Raises Unavailable `sandbox.away`."""
    told = json.loads(_ask(address, "GET", f"/sandbox/book?since={since}", None))
    listed: list[dict[str, Any]] = told["commits"]
    return listed


def _ask(address: str, method: str, path: str, body: str | None) -> bytes:
    connection = _connection(address)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable("sandbox.away", reason=type(error).__name__) from None
    finally:
        connection.close()
    if response.status >= 400:
        raise Refused("sandbox.fault_unreadable", status=response.status)
    return answer


def _connection(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    if parts.scheme != "https":
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
    # Not verified, for this handle must be heard when the certificate has expired by order.
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname = False
    anything.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=_TIMEOUT_S, context=anything
    )
