"""The way to the province tried step by step, so that a technician sees where it ends.

Nothing is told to the province that it would keep: the gateway is asked with an empty
request, which it either lets through or refuses, and the sign-in is that of every day. A
sign-in that is kept for today is not repeated: a settlement under way rests on it.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

from terminal.core.faults import Fault, Unavailable
from terminal.core.technical_views import NetworkStep
from terminal.province.line import Line
from terminal.province.post import Post, authorities
from terminal.province.session import Session
from terminal.province.signing import gateway_headers

STEPS = ("address", "name", "connection", "tls", "gateway", "sign_in")

_INFNO = "9001"
_ANSWER_BYTES_MAX = 64 * 1024
"""What is in it is not looked at."""

_NOT_ADMITTED = (401, 403)
_ANSWERS_MAX = 500
"""From this status on the gateway speaks of its own trouble, or of what is behind it."""


class LineTrial:
    """Tries one line. Each step may take as long as connecting may."""

    def __init__(self, line: Line, session: Session, now: Callable[[], datetime]) -> None:
        self._line = line
        self._session = session
        self._now = now
        self._within_s = line.connect_timeout_s
        self.skew_s: float | None = None
        """This clock less the gateway's, once that has answered and told its own."""

    def steps(self) -> Iterator[NetworkStep]:
        """Each step as it is done; after one that failed the others are not reached."""
        failed = False
        place: SplitResult | None = None
        for step in STEPS:
            if failed:
                yield NetworkStep(step, "network.not_reached")
                continue
            begun_s = time.monotonic()
            try:
                if step == "address":
                    place = urlsplit(self._line.address(_INFNO))
                    code, detail = None, f"{place.scheme}://{place.netloc}"
                else:
                    code, detail = self._done(step, place or urlsplit(""))
            except Fault as fault:
                failed = True
                code, detail = fault.code, _facts(fault)
            took_ms = round((time.monotonic() - begun_s) * 1000)
            yield NetworkStep(step, code, took_ms, detail)

    def _done(self, step: str, place: SplitResult) -> tuple[str | None, str]:
        """A code where there is something to say, and what was seen. Raises a Fault."""
        host = place.hostname or ""
        port = place.port or (443 if place.scheme == "https" else 80)
        match step:
            case "name":
                return None, self._name(host, port)
            case "connection":
                with closing(self._connected(host, port)):
                    return None, f"{host}:{port}"
            case "tls" if place.scheme != "https":
                return "network.not_used", "http"
            case "tls":
                return None, self._tls(host, port)
            case "gateway":
                return None, self._gateway()
            case _:
                return self._sign_in()

    def _name(self, host: str, port: int) -> str:
        """The address behind the name. The system's look-up knows no limit of its own."""
        found: list[str] = []

        def look_up() -> None:
            try:
                rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                return
            found.extend(str(row[4][0]) for row in rows)

        looking = threading.Thread(target=look_up, name="look-up", daemon=True)
        looking.start()
        looking.join(self._within_s)
        if not found:
            raise Unavailable("network.no_such_name", host=host)
        return ", ".join(dict.fromkeys(found))

    def _connected(self, host: str, port: int) -> socket.socket:
        try:
            return socket.create_connection((host, port), self._within_s)
        except OSError as error:
            raise Unavailable(
                "network.no_connection", port=port, reason=type(error).__name__
            ) from None

    def _tls(self, host: str, port: int) -> str:
        trusted = authorities(self._line.ca_file)
        try:
            with (
                closing(self._connected(host, port)) as plain,
                trusted.wrap_socket(plain, server_hostname=host) as safe,
            ):
                return str(safe.version())
        except ssl.SSLError as error:
            told = getattr(error, "verify_message", None) or error.reason
            raise Unavailable("province.certificate", reason=told) from None
        except OSError as error:
            raise Unavailable(
                "network.no_connection", port=port, reason=type(error).__name__
            ) from None

    def _gateway(self) -> str:
        line = self._line
        post = Post(line.ca_file, line.connect_timeout_s)
        headers = gateway_headers(line.paasid, line.secret, int(self._now().timestamp()))
        headers["content-type"] = "application/json; charset=utf-8"
        with closing(post):
            reply = post.send(
                line.address(_INFNO), headers, b"{}", self._within_s, _ANSWER_BYTES_MAX
            )
        self.skew_s = _skew_s(self._now(), reply.date)
        if reply.status in _NOT_ADMITTED:
            raise Unavailable("network.not_admitted", status=reply.status)
        if reply.status >= _ANSWERS_MAX:
            raise Unavailable("network.gateway_broken", status=reply.status)
        return f"HTTP {reply.status}"

    def _sign_in(self) -> tuple[str | None, str]:
        if self._session.is_signed_in():
            return "network.kept_sign_in", ""
        self._session.sign_in()
        return None, _INFNO


def _skew_s(now: datetime, date: str) -> float | None:
    """From an HTTP date; anything else is no clock."""
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (now - told).total_seconds() if told.tzinfo is not None else None


def _facts(fault: Fault) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(fault.facts.items()))
