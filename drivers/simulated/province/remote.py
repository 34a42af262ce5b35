"""The handle of a sandbox province that runs as a process of its own."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused, Unavailable

_TIMEOUT_S = 5.0


def plant(address: str, fault: str, infno: str | None = None, count: int = 1) -> None:
    """Plant a named fault. Raises Refused `sandbox.fault_unreadable`, Unavailable
    `sandbox.away`."""
    asked: dict[str, object] = {"fault": fault, "count": count}
    if infno is not None:
        asked["infno"] = infno
    _ask(address, "POST", "/sandbox/faults", json.dumps(asked))


def book(address: str) -> dict[str, Json]:
    """What was settled and sold. Raises Unavailable `sandbox.away`."""
    told: dict[str, Json] = json.loads(_ask(address, "GET", "/sandbox/book", None))
    return told


def _ask(address: str, method: str, path: str, body: str | None) -> bytes:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
    except OSError as error:
        raise Unavailable("sandbox.away", reason=type(error).__name__) from None
    finally:
        connection.close()
    if response.status >= 400:
        raise Refused("sandbox.fault_unreadable", status=response.status)
    return answer
