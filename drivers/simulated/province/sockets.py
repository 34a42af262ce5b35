"""The sockets of the simulated province, and what a planted fault does to them.

The standard library's server, because a fault needs the raw socket: a reset, half an
answer. Answers leave in one piece, without Nagle's delay, as settlement is timed here.
"""

from __future__ import annotations

import errno
import logging
import socket
import sqlite3
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

from drivers.simulated.province import wire
from drivers.simulated.province.faults import Comes, Disturbance, Faults, changed
from drivers.simulated.province.gateway import Gateway, Turned
from drivers.simulated.province.transactions import Transactions
from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused, Unavailable

_log = logging.getLogger(__name__)

BODY_BYTES_MAX = 1 << 20
"""Twenty times the interface's input of 40000 characters."""
IDLE_S_MAX = 120.0
"""How long a kept connection may stay silent, or a body take to arrive."""
_PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
_NORMAL = Disturbance(1, Comes.WHOLE, "")


@dataclass(frozen=True, slots=True)
class Interface:
    """Everything a request may ask at this door."""

    gateway: Gateway
    transactions: Transactions
    faults: Faults
    book: Callable[[], dict[str, Json]]
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when the server stops: whoever waits for a slow fault wakes up."""

    def ask(self, headers: Mapping[str, str], body: object, times: int) -> list[Json]:
        """Pass the gateway and be carried out that many times. Raises Turned."""
        self.gateway.admit(headers, self.transactions.clock())
        return [self.transactions.carry_out(body) for _ in range(times)]

    def plant(self, asked: object) -> None:
        """POST /sandbox/faults. Raises Refused for anything but a known fault."""
        if not isinstance(asked, dict) or not set(asked) <= {"fault", "infno", "count", "seconds"}:
            raise Refused("sandbox.fault_unreadable")
        name, infno = asked.get("fault"), asked.get("infno")
        count, seconds = asked.get("count", 1), asked.get("seconds", 0)
        try:
            wait_s = float(seconds)
        except (TypeError, ValueError):
            raise Refused("sandbox.fault_unreadable") from None
        if not isinstance(name, str) or type(count) is not int:
            raise Refused("sandbox.fault_unreadable")
        if not isinstance(infno, str | None):
            raise Refused("sandbox.fault_unreadable")
        self.faults.plant(name, infno, count, wait_s)


class _Server(ThreadingTCPServer):
    # Not HTTPServer: that one looks its own name up, and a village may have no DNS.
    allow_reuse_address = True
    daemon_threads = False  # Joined at the end: no thread outlives the province.
    request_queue_size = 64

    def __init__(self, interface: Interface, port: int) -> None:
        self.interface = interface
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)
        self.port: int = self.socket.getsockname()[1]

    def stop(self) -> None:
        """Stop listening and cut every connection, so that no thread waits for a client."""
        self.interface.closing.set()
        self.shutdown()
        with self._open_lock:
            for each in self._open:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # Its client, or a fault, was quicker.
        self.server_close()

    def connected(self, client: socket.socket) -> None:
        with self._open_lock:
            self._open.add(client)
        if self.interface.closing.is_set():
            client.shutdown(socket.SHUT_RDWR)

    def gone(self, client: socket.socket) -> None:
        with self._open_lock:
            self._open.discard(client)

    def handle_error(self, *_: object) -> None:
        # A client that hangs up early is an ordinary thing; anything else is our mistake.
        level = logging.DEBUG if isinstance(sys.exception(), OSError) else logging.ERROR
        _log.log(level, "a connection ended early", exc_info=True)


def listen(interface: Interface, port: int) -> _Server:
    """Bind a loopback port. Raises Unavailable `sandbox.port_in_use`."""
    try:
        return _Server(interface, port)
    except OSError as taken:
        if taken.errno != errno.EADDRINUSE:
            raise
        raise Unavailable("sandbox.port_in_use", port=port) from taken


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S_MAX
    wbufsize = 1 << 16  # Head and body leave in one piece.
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connected(self.connection)

    def finish(self) -> None:
        self.server.gone(self.connection)
        super().finish()

    def do_GET(self) -> None:
        match self.path:
            case "/sandbox/health":
                self._send(HTTPStatus.OK, {"status": "up"})
            case "/sandbox/book":
                self._send(HTTPStatus.OK, self.server.interface.book())
            case _:
                self._send(HTTPStatus.NOT_FOUND, {"code": 404, "message": "not found"})

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        try:
            asked: object = wire.read(body)
        except wire.Unreadable:
            asked = None
        if self.path == "/sandbox/faults":
            self._plant(asked)
        else:
            self._interface(asked)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # As inherited.
        _log.debug(format, *args)

    def _body(self) -> bytes | None:
        """The whole body, or None after answering why it cannot be read."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) <= 12):
            self.close_connection = True
            self._send(HTTPStatus.LENGTH_REQUIRED, {"code": 411, "message": "length"})
            return None
        if int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"code": 413, "message": "length"})
            return None
        return self.rfile.read(int(length))

    def _plant(self, asked: object) -> None:
        try:
            self.server.interface.plant(asked)
        except Refused as refusal:
            self._send(HTTPStatus.BAD_REQUEST, {"code": 400, "message": refusal.code})
            return
        self._send(HTTPStatus.OK, {"status": "planted"})

    def _interface(self, body: object) -> None:
        interface = self.server.interface
        infno = body.get("infno") if isinstance(body, dict) else None
        planted = interface.faults.take(infno)
        fault = planted.disturbance if planted else _NORMAL
        seconds = planted.seconds if planted else 0.0
        if seconds and not fault.waits_after and interface.closing.wait(seconds):
            self.close_connection = True  # The province went down with the request in hand.
            return
        try:
            answers = interface.ask(self._headers(), body, fault.carried_out)
        except Turned as turned:
            self._send(turned.status, turned.body)
            return
        except sqlite3.Error:
            _log.exception("the book could not be written")
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, {"code": 500, "message": "book"})
            return
        if seconds and fault.waits_after:
            interface.closing.wait(seconds)
        self._come_back(fault.comes, answers)

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _come_back(self, comes: Comes, answers: list[Json]) -> None:
        """Send what the fault lets through of the answer."""
        answer = answers[-1 if comes is Comes.SECOND else 0] if answers else {}
        match comes:
            case Comes.CLOSED:
                self.close_connection = True
            case Comes.RESET:
                self._reset()
            case Comes.HALF:
                self._send_bytes(HTTPStatus.OK, _encoded(answer), part=2)
            case Comes.NOT_JSON:
                self._send_bytes(HTTPStatus.OK, _PAGE)
            case Comes.HTTP_500:
                self._send_bytes(HTTPStatus.INTERNAL_SERVER_ERROR, _PAGE)
            case _:
                self._send(HTTPStatus.OK, changed(comes, answer))

    def _reset(self) -> None:
        """Close with RST instead of FIN: what is unsent is dropped, and the peer told so."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _send(self, status: HTTPStatus, value: Json) -> None:
        self._send_bytes(status, _encoded(value))

    def _send_bytes(self, status: HTTPStatus, body: bytes, part: int = 1) -> None:
        """Send a body; with part 2 only its first half, though its length is promised."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body[: len(body) // part])
        self.wfile.flush()
        if part > 1:
            self.close_connection = True


def _encoded(value: Json) -> bytes:
    # A stray surrogate from a garbled request must not stop its own answer.
    return wire.write(value).encode("utf-8", "replace")
