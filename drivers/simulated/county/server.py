"""The simulated county's server: signed files, its desks, and named faults.

`/files/` are plain files with ETag and Last-Modified; other prefixes are handed to the desk
that answers for them, with the name on the client's certificate. It knows nothing of what is
in a file; it counts what it was asked and what it sent.
"""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from drivers.simulated.county.enrolment import PREFIX, CountyEnrolment
from drivers.simulated.county.safe import CountySafe
from drivers.simulated.province.certificates import make

_CHANGED = "Mon, 02 Nov 2026 00:00:00 GMT"
_DRIP_S = 0.2
_STOP_POLL_S = 0.05
_BODY_BYTES_MAX = 64 * 1024 * 1024
_FILES = "files/"

Desk = Callable[[str, str, bytes, str], tuple[int, dict[str, str], bytes]]
"""Method, path, body, common name of the client's certificate (or empty) -> status, headers,
body."""


class CountyFault(StrEnum):
    """What may be wrong at a county."""

    NONE = "none"
    STALE = "stale"
    """An older answer from a cache that nobody emptied; see `older`."""
    FORGED = "forged"
    TRUNCATED = "truncated"
    BROKEN = "500"
    SLOW = "slow"
    WRONG_TAG = "wrong ETag"
    """Says that nothing changed, whatever was asked."""
    ENDLESS = "endless"
    PACKED = "packed"
    CLOCK_1970 = "clock in 1970"


Answer = tuple[int, dict[str, str], bytes]


class SandboxCounty:
    """Serves a set of files; `with` starts and ends it."""

    def __init__(
        self,
        folder: Path,
        desks: Mapping[str, Desk] | None = None,
        enrolment: CountyEnrolment | None = None,
    ) -> None:
        """`folder`: scratch, for its certificates; `desks`: others by prefix (`/enrol`,
        `/backups/`); `enrolment`: whose certificates a terminal may show."""
        self.safe = CountySafe()
        self.enrolment = enrolment or CountyEnrolment()
        own = {"/backups/": self.safe.handle, PREFIX: self.enrolment.handle}
        self.desks = {**own, **(desks or {})}
        self.files: dict[str, bytes] = {}
        self.older: dict[str, bytes] = {}
        """What a forgotten cache still has, by name."""
        self.fault = CountyFault.NONE
        self.loses_answers = 0
        """So many answers of desks are still lost on their way back."""
        self.requests = 0
        self.bytes_sent = 0
        certificates = make(folder)
        (folder / "clients.pem").write_bytes(self.enrolment.authority_pem)
        certificates.good.load_verify_locations(folder / "clients.pem")
        certificates.good.verify_mode = ssl.CERT_OPTIONAL
        self.authority = certificates.authority
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _asking(self))
        self._server.daemon_threads = True
        self._server.socket = certificates.good.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_STOP_POLL_S,), daemon=True
        )

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, name: str, asked: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for one request; names of `asked` in small letters."""
        self.requests += 1
        source = self.older if self.fault is CountyFault.STALE else self.files
        body = source.get(name)
        if self.fault is CountyFault.BROKEN:
            return 500, {}, b"?"
        if body is None:
            return 404, {}, b""
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Last-Modified": _CHANGED}
        if self.fault is CountyFault.CLOCK_1970:
            headers["Last-Modified"] = "Thu, 01 Jan 1970 00:00:00 GMT"
        if asked.get("if-none-match") == tag or self.fault is CountyFault.WRONG_TAG:
            return 304, headers, b""
        if self.fault is CountyFault.FORGED:
            body = body[:-1] + bytes([body[-1] ^ 1])
        if self.fault is CountyFault.PACKED:
            headers["Content-Encoding"] = "gzip"
        return 200, headers, body

    def asked_at_desk(self, method: str, path: str, body: bytes, client: str) -> Answer:
        """What the desk of this path answers; 404 where there is none."""
        self.requests += 1
        for prefix, desk in self.desks.items():
            if path.startswith(prefix):
                return desk(method, path, body, client)
        return 404, {}, b""

    def waits(self) -> bool:
        """A drip of the slow county; True while it should go on."""
        return not self._stop.wait(_DRIP_S)


class _Asked(BaseHTTPRequestHandler):
    county: SandboxCounty
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith(tuple(self.county.desks)):
            self._ask_desk()
            return
        status, headers, body = self.county.answer(
            self.path.removeprefix("/").removeprefix(_FILES),
            {name.lower(): value for name, value in self.headers.items()},
        )
        self._begin(status, headers, body)
        _send(self.county, self.wfile, body)
        self.close_connection = self.county.fault is not CountyFault.NONE

    def do_POST(self) -> None:
        self._ask_desk()

    def do_PUT(self) -> None:
        self._ask_desk()

    def _ask_desk(self) -> None:
        told = self.headers.get("Content-Length", "0")
        size = int(told) if told.isascii() and told.isdigit() else _BODY_BYTES_MAX + 1
        if size > _BODY_BYTES_MAX:
            self.close_connection = True
            self.send_error(413)
            return
        body = self.rfile.read(size)
        client = _common_name(cast("ssl.SSLSocket", self.connection))
        status, headers, told_back = self.county.asked_at_desk(
            self.command, self.path, body, client
        )
        if self.county.loses_answers:
            self.county.loses_answers -= 1
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(told_back)))
        self.end_headers()
        self.wfile.write(told_back)

    def _begin(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        more = self.county.fault in {CountyFault.SLOW, CountyFault.ENDLESS}
        self.send_header("Content-Length", str(10**12 if more else len(body)))
        self.end_headers()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nobody reads it."""


def _asking(county: SandboxCounty) -> type[BaseHTTPRequestHandler]:
    return type("Asked", (_Asked,), {"county": county})


def _common_name(way: ssl.SSLSocket) -> str:
    """The name on the certificate that the client showed; empty where it showed none."""
    shown = way.getpeercert() or {}
    parts = cast("tuple[tuple[tuple[str, str], ...], ...]", shown.get("subject", ()))
    return next((value for part in parts for key, value in part if key == "commonName"), "")


def _send(county: SandboxCounty, out: BufferedIOBase, body: bytes) -> None:
    if county.fault is CountyFault.SLOW:
        while county.waits():
            out.write(b"x")
    elif county.fault is CountyFault.ENDLESS:
        while county.fault is CountyFault.ENDLESS:
            out.write(bytes(65536))
    elif county.fault is CountyFault.TRUNCATED:
        out.write(body[: len(body) // 2])
    else:
        out.write(body)
        county.bytes_sent += len(body)
