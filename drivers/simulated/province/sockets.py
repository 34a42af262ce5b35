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
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

from drivers.simulated.province import prescriptions, wire
from drivers.simulated.province.certificates import Certificates
from drivers.simulated.province.faults import CERTIFICATE_EXPIRED, Comes, Disturbance, changed
from drivers.simulated.province.file_faults import spoilt
from drivers.simulated.province.files import Stream
from drivers.simulated.province.gateway import Turned
from drivers.simulated.province.interface import Interface
from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused, Unavailable

_log = logging.getLogger(__name__)

BODY_BYTES_MAX = 8 << 20
"""A month's file of 9101 as an array of numbers; other requests have 40000 characters."""
IDLE_S_MAX = 120.0
"""How long a kept connection may stay silent, or a body take to arrive."""
_PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
_NORMAL = Disturbance(1, Comes.WHOLE, "")
_JSON = "application/json; charset=utf-8"
_STREAM = "application/octet-stream"


class Server(ThreadingTCPServer):
    """One listening socket of the province, and everybody connected to it."""

    # Not HTTPServer: that one looks its own name up, and a village may have no DNS.
    allow_reuse_address = True
    daemon_threads = False  # Joined at the end: no thread outlives the province.
    request_queue_size = 64

    def __init__(
        self, interface: Interface, port: int, certificates: Certificates | None = None
    ) -> None:
        self.interface = interface
        self._certificates = certificates
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)
        self.port: int = self.socket.getsockname()[1]

    def stop(self) -> None:
        """Stop listening and cut every connection, so that no thread waits for a client."""
        self.interface.closing.set()
        self.interface.turns.close()
        self.shutdown()
        with self._open_lock:
            for each in self._open:
                _cut(each)
        self.server_close()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection, inside TLS where this province speaks it."""
        if self._certificates is None:
            super().finish_request(request, client_address)
            return
        expired = self.interface.faults.lasts(CERTIFICATE_EXPIRED)
        context = self._certificates.expired if expired else self._certificates.good
        # The handshake is part of the first read, so that whoever is slow holds up nobody.
        secured = context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        try:
            super().finish_request(secured, client_address)
        finally:
            self.shutdown_request(secured)

    def connected(self, client: socket.socket) -> None:
        with self._open_lock:
            self._open.add(client)
        if self.interface.closing.is_set():
            _cut(client)

    def gone(self, client: socket.socket) -> None:
        with self._open_lock:
            self._open.discard(client)

    def handle_error(self, *_: object) -> None:
        # A client that hangs up early is an ordinary thing; anything else is our mistake.
        level = logging.DEBUG if isinstance(sys.exception(), OSError) else logging.ERROR
        _log.log(level, "a connection ended early", exc_info=True)


def _cut(client: socket.socket) -> None:
    """End a connection from outside the thread that serves it."""
    try:
        # Not TLS's own shutdown: another thread may be reading in it.
        socket.socket.shutdown(client, socket.SHUT_RDWR)
    except OSError:
        return  # Its client, or a fault, was quicker.


def listen(interface: Interface, port: int, certificates: Certificates | None) -> Server:
    """Bind a loopback port. Raises Unavailable `sandbox.port_in_use`."""
    try:
        return Server(interface, port, certificates)
    except OSError as taken:
        if taken.errno != errno.EADDRINUSE:
            raise
        raise Unavailable("sandbox.port_in_use", port=port) from taken


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S_MAX
    wbufsize = 1 << 16  # Head and body leave in one piece.
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connected(self.connection)

    def finish(self) -> None:
        self.server.gone(self.connection)
        super().finish()

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        match path:
            case "/sandbox/health":
                self._send(HTTPStatus.OK, {"status": "up"})
            case "/sandbox/book" if query:
                self._commits(query)
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
        interface = self.server.interface
        own = {
            "/sandbox/faults": interface.plant,
            "/sandbox/clear": interface.clear,
            "/sandbox/elsewhere": interface.settle_elsewhere,
            "/sandbox/restart": interface.go_down,
            "/sandbox/prescriptions": interface.prescriptions.make,
        }
        if self.path in own:
            self._own(own[self.path], asked)
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

    def _own(self, verb: Callable[[object], Json], asked: object) -> None:
        """One of the sandbox's own verbs, which no real province has."""
        try:
            told = verb(asked)
        except Refused as refusal:
            facts = {name: str(each) for name, each in refusal.facts.items()}
            told = {"code": 400, "message": refusal.code, "facts": dict(facts)}
            self._send(HTTPStatus.BAD_REQUEST, told)
            return
        self._send(HTTPStatus.OK, told)

    def _commits(self, query: str) -> None:
        """GET /sandbox/book?since=N: what moved money after commit N."""
        name, _, since = query.partition("=")
        if name != "since" or not (since.isascii() and since.isdigit() and len(since) <= 12):
            self._send(HTTPStatus.BAD_REQUEST, {"code": 400, "message": "since"})
            return
        self._send(HTTPStatus.OK, {"commits": self.server.interface.commits(int(since))})

    def _interface(self, body: object) -> None:
        interface = self.server.interface
        infno = body.get("infno") if isinstance(body, dict) else None
        infno = prescriptions.infno_of(self.path) or infno
        came = interface.turns.now()
        planted = interface.faults.take(infno)
        fault = planted.disturbance if planted else _NORMAL
        seconds = planted.seconds if planted else 0.0
        if not interface.hold(fault, seconds, came):
            self.close_connection = True  # The province went down with the request in hand.
            return
        try:
            answers = interface.ask(self.path, self._headers(), body, fault)
        except Turned as turned:
            self._send(turned.status, turned.body)
            return
        except sqlite3.Error:
            _log.exception("the book could not be written")
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, {"code": 500, "message": "book"})
            return
        if fault.restarts:
            interface.restart(seconds)
        if seconds and fault.waits_after:
            interface.closing.wait(seconds)
        self._come_back(fault.comes, answers)

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _come_back(self, comes: Comes, answers: Sequence[dict[str, Json] | Stream]) -> None:
        """Send what the fault lets through of the answer."""
        answer = answers[-1 if comes is Comes.SECOND else 0] if answers else dict[str, Json]()
        match comes:
            case Comes.CLOSED:
                self.close_connection = True
            case Comes.RESET:
                self._reset()
            case Comes.HALF:
                whole = answer.content if isinstance(answer, Stream) else _encoded(answer)
                self._send_bytes(HTTPStatus.OK, whole, part=2)
            case Comes.NOT_JSON:
                self._send_bytes(HTTPStatus.OK, _PAGE)
            case Comes.HTTP_500:
                self._send_bytes(HTTPStatus.INTERNAL_SERVER_ERROR, _PAGE)
            case _ if isinstance(answer, Stream):
                self._send_bytes(HTTPStatus.OK, spoilt(comes, answer.content), kind=_STREAM)
            case _:
                self._send(HTTPStatus.OK, changed(comes, answer))

    def _reset(self) -> None:
        """Close with RST instead of FIN: what is unsent is dropped, and the peer told so."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _send(self, status: HTTPStatus, value: Json) -> None:
        self._send_bytes(status, _encoded(value))

    def _send_bytes(
        self, status: HTTPStatus, body: bytes, part: int = 1, kind: str = _JSON
    ) -> None:
        """Send a body; with part 2 only its first half, though its length is promised."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
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
