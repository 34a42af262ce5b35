"""A small web server for programs: few threads, and a limit to every connection.

A kiosk's page may stay open for days; a program's request may not. Whoever sends a byte now
and then, or nothing at all, holds a thread for so long and no longer.
"""

from __future__ import annotations

import logging
import ssl
import time
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from cheroot.makefile import MakeFile, StreamReader
from cheroot.server import HTTPConnection
from cheroot.ssl.builtin import BuiltinSSLAdapter

from terminal.assembly.web import PortServer
from terminal.core.faults import Unavailable

log = logging.getLogger(__name__)

_THREADS = 6
_ACCEPTED_MAX = 32
"""Connections that wait for a thread; a clinic has one record system."""
_HEADER_BYTES_MAX = 8 * 1024
_BODY_BYTES_MAX = 1024 * 1024
"""The API refuses far less in its own words; beyond this the server refuses in its."""
_STOP_S = 2.0


class ApiServer(PortServer):
    """Its port is open when it is built; `serve` blocks until `stop`."""

    def __init__(
        self,
        where: tuple[str, int],
        app: WSGIApplication,
        certificate: Path | None = None,
        request_s: float = 10.0,
    ) -> None:
        """`request_s`: how long a whole request may take to arrive, and a handshake before it.

        Raises Unavailable `api.certificate_unreadable`, `api.port_in_use`.
        """
        super().__init__(
            where,
            app,
            numthreads=_THREADS,
            server_name="clinic-terminal",
            timeout=request_s,  # type: ignore[arg-type]  # The stubs say int; sockets take both.
            shutdown_timeout=_STOP_S,  # type: ignore[arg-type]
            accepted_queue_size=_ACCEPTED_MAX,
            accepted_queue_timeout=request_s,  # type: ignore[arg-type]
        )
        self.max_request_header_size = _HEADER_BYTES_MAX
        self.max_request_body_size = _BODY_BYTES_MAX
        self.ConnectionClass = _Connection
        if certificate is not None:
            self.ssl_adapter = _tls(certificate)
        try:
            self.prepare()
        except OSError as error:
            raise Unavailable("api.port_in_use", port=where[1], reason=error.strerror) from None

    def error_log(self, *_: object, level: int = logging.INFO, **__: object) -> None:
        """What a peer did wrong is nobody's business; what broke is said without its words."""
        if level >= logging.ERROR:
            log.error("the listener of the local API broke")


def _tls(certificate: Path) -> _Tls:
    try:
        adapter = _Tls(str(certificate), str(certificate))
    except OSError as error:  # An SSLError is one, too.
        raise Unavailable("api.certificate_unreadable", reason=error.strerror) from None
    adapter.context.minimum_version = ssl.TLSVersion.TLSv1_2
    return adapter


class _Tls(BuiltinSSLAdapter):
    """Shakes hands on the request's thread: whoever is slow there keeps nobody from the door."""

    def wrap(self, sock: Any) -> tuple[ssl.SSLSocket, dict[str, str]]:
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class _Connection(HTTPConnection):
    """One peer, each of whose requests has to arrive by a moment."""

    def __init__(self, server: ApiServer, sock: Any, makefile: Any = MakeFile) -> None:
        super().__init__(server, sock, makefile)
        self._bounded = _Bounded(sock)
        self.rfile = StreamReader(self._bounded, "rb", self.rbufsize)
        self._strange = isinstance(sock, ssl.SSLSocket)

    def communicate(self) -> Any:
        limit_s = self.server.timeout
        if self._strange:
            try:
                self.socket.settimeout(limit_s)
                self.socket.do_handshake()
            except OSError:
                return False
            self._strange = False
        self._bounded.until_s = time.monotonic() + limit_s
        return super().communicate()  # type: ignore[no-untyped-call]


class _Bounded:
    """A socket that is read until a moment, and then times out."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self.until_s = 0.0

    def recv_into(self, buffer: Any) -> Any:
        left_s = self.until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left_s)
        return self._sock.recv_into(buffer)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)
