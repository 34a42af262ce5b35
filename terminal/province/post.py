"""One HTTP request and its answer's bytes: the only user of HTTP outward.

Either no byte can have left (Unavailable: the name, the connection or the certificate
failed), or from then on nothing is known but a whole answer (Uncertain). One moment
bounds the whole answer, headers and body: a line that drips would otherwise never end.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import certifi
import httpcore

from terminal.core.faults import Refused, Unavailable, Uncertain

_AGENT = "clinic-terminal"

_NEVER_SENT = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    UnicodeError,  # A host name that cannot be one, met while it is looked up.
)
_SILENCE = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whoever sent it."""

    status: int
    body: bytes
    date: str = ""
    """When the other side says it is, as its header has it."""
    tag: str = ""
    changed: str = ""
    """What it calls this version (ETag), and since when it stands (Last-Modified)."""
    packed: str = ""
    """Content-Encoding; nothing is unpacked here."""


class Post:
    """Keeps a few connections open and asks over them."""

    def __init__(
        self,
        ca_file: Path | None,
        connect_timeout_s: float,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """`context`: with a certificate of our own, in the place of what `ca_file` gives."""
        self._connect_timeout_s = connect_timeout_s
        self._pool = httpcore.ConnectionPool(
            ssl_context=authorities(ca_file) if context is None else context,
            max_connections=4,
            # An idle connection may die unnoticed; a young one is worth its handshake.
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )

    def close(self) -> None:
        self._pool.close()

    def send(
        self, address: str, headers: Mapping[str, str], body: bytes, within_s: float, most: int
    ) -> Reply:
        """Post, and read at most one byte more than `most`, for at most `within_s`.

        Raises Unavailable `province.away` or `province.certificate`, then Uncertain
        `province.no_answer`.
        """
        return self._ask("POST", address, headers, body, (within_s, most))

    def put(
        self, address: str, headers: Mapping[str, str], body: bytes, within_s: float, most: int
    ) -> Reply:
        """Put a whole file in its place, bounded and raising as `send`."""
        return self._ask("PUT", address, headers, body, (within_s, most))

    def get(self, address: str, headers: Mapping[str, str], within_s: float, most: int) -> Reply:
        """Fetch, bounded and raising as `send`."""
        return self._ask("GET", address, headers, None, (within_s, most))

    def _ask(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: bytes | None,
        bounds: tuple[float, int],
    ) -> Reply:
        within_s, most = bounds
        until = time.monotonic() + within_s
        limits = {
            "connect": self._connect_timeout_s,
            "pool": self._connect_timeout_s,
            "read": until,
            "write": until,
        }
        try:
            with self._pool.stream(
                method,
                address,
                headers=[*headers.items(), ("user-agent", _AGENT), ("accept-encoding", "identity")],
                content=body,
                extensions={"timeout": limits},
            ) as response:
                told = {name.lower(): value.decode("latin-1") for name, value in response.headers}
                return Reply(
                    response.status,
                    _read(response.iter_stream(), most),
                    date=told.get(b"date", ""),
                    tag=told.get(b"etag", ""),
                    changed=told.get(b"last-modified", ""),
                    packed=told.get(b"content-encoding", ""),
                )
        except _NotTrusted as error:
            raise Unavailable("province.certificate", reason=str(error)) from None
        except _NEVER_SENT as error:
            raise Unavailable("province.away", reason=type(error).__name__) from None
        except _SILENCE as error:
            raise Uncertain("province.no_answer", reason=type(error).__name__) from None


def _read(pieces: Iterable[bytes], most: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            break
    return bytes(body[: most + 1])


@cache
def authorities(ca_file: Path | None) -> ssl.SSLContext:
    """Whose certificates are believed; reading the lists takes longer than a settlement.

    Raises Refused `settings.unreadable` for a file that holds none.
    """
    context = ssl.create_default_context()
    # A device may come without the system's list.
    context.load_verify_locations(certifi.where())
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # An ssl.SSLError is one as well.
            raise Refused(
                "settings.unreadable", file=ca_file.name, reason=type(error).__name__
            ) from None
    return context


class _NotTrusted(httpcore.ConnectError):
    """They could not prove who they are. With an expired certificate either it or this
    device's clock is wrong."""


class _Backend(httpcore.SyncBackend):
    """Connects as the library does; what it connects to is watched by the clock."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(host, port, timeout, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    """A connection whose limits for reading and writing are moments, not waits.

    The library hands its `timeout` through unread, once for each piece.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))
        except httpcore.ConnectError as error:
            cause = error.__cause__
            # A line that breaks off in the handshake says nothing of certificates.
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
                raise _NotTrusted(getattr(cause, "verify_message", cause.reason)) from None
            raise

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _left(until: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise late
    return left
