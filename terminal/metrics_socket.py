"""Metrics over HTTP on a Unix socket, for a collector of this machine; no port is opened.

`GET /metrics` and nothing else, one caller at a time, each answered once and shut. Whoever
is on this machine may read it (mode 0666): numbers that name nobody.
"""

from __future__ import annotations

import logging
import os
import socket
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from terminal.core.faults import Fault, Unavailable

log = logging.getLogger(__name__)

_ASKED_BYTES_MAX = 8192
"""A collector's request has some 300."""
_CALLER_S = 5.0
"""How long one caller may keep the others waiting."""
_WAITING_MAX = 4
_ENDS = b"\r\n\r\n"
_KIND = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_STATUS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
           503: "Service Unavailable"}  # fmt: skip


class MetricsSocket:
    """Serves one text. `open`, `close`."""

    def __init__(self, path: Path, text: Callable[[], str]) -> None:
        self._path = path
        self._text = text
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Listen. A socket that an earlier run left is taken away; anything else is not.

        Raises Unavailable `metrics.not_opened`.
        """
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            if self._path.exists() and stat.S_ISSOCK(self._path.lstat().st_mode):
                self._path.unlink()
            before = os.umask(0o111)
            try:
                listening.bind(str(self._path))
            finally:
                os.umask(before)
            listening.listen(_WAITING_MAX)
        except OSError as error:
            listening.close()
            raise Unavailable("metrics.not_opened", reason=error.strerror or str(error)) from None
        self._socket = listening
        self._thread = threading.Thread(
            target=self._serve, args=(listening,), name="metrics", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening, and wait for whoever is inside. May be called twice."""
        if self._socket is None or self._thread is None:
            return
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # Wakes the thread that waits in accept.
        self._socket.close()
        self._socket = None
        self._thread.join(_CALLER_S)
        self._path.unlink(missing_ok=True)

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            with caller:
                try:
                    caller.settimeout(_CALLER_S)
                    caller.sendall(self._answer(_heard(caller)))
                except OSError as error:
                    log.info("a collector went away: %s", error)

    def _answer(self, asked: bytes) -> bytes:
        words = asked.split(b"\r\n", 1)[0].split(b" ")
        if not asked.endswith(_ENDS) or len(words) != 3:
            return _told(400)
        if words[0] != b"GET":
            return _told(405)
        if words[1] != b"/metrics":
            return _told(404)
        try:
            return _told(200, self._text())
        except Fault as fault:
            log.info("no metrics could be told: %s", fault.code)
            return _told(503)


def _heard(caller: socket.socket) -> bytes:
    """The request's head, as far as it came in time and in bounds."""
    asked, until_s = b"", time.monotonic() + _CALLER_S
    while not asked.endswith(_ENDS) and len(asked) < _ASKED_BYTES_MAX:
        if time.monotonic() > until_s:
            break
        piece = caller.recv(_ASKED_BYTES_MAX - len(asked))
        if not piece:
            break
        asked += piece
    return asked


def _told(status: int, text: str = "") -> bytes:
    body = text.encode("utf-8")
    head = (
        f"HTTP/1.1 {status} {_STATUS[status]}\r\nContent-Type: {_KIND}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
