"""A line between terminal and province on which a test can listen, and change what is said.

Real HTTP on both sides. `request` sees each message as it arrives and may change it;
`answer` sees what the province said and may change it, or raise Dropped; `tell` sets it
for some transactions, and `status` is the HTTP status they are told with.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Message = dict[str, Any]
Instead = Message | bytes | Callable[[Message, Any], Message | bytes]


class Dropped(Exception):
    """The connection ends here, without an answer."""


class Between:
    """What the line does; a test sets its two functions."""

    def __init__(self, province: str) -> None:
        self.province = urlsplit(province)
        self.request: Callable[[Message], Message] = lambda sent: sent
        self.answer: Callable[[Message, Any], Message | bytes] = lambda _, said: said
        self.status: dict[str, int] = {}
        """infno -> told instead of the province's own HTTP status."""
        self.asked: list[str] = []
        """The infno of each message that arrived."""
        self.address = ""
        self._on_the_way = 0
        self._changed = threading.Condition()

    def tell(self, instead: Mapping[str, Instead]) -> None:
        """From now on say this in the place of the province's answers, and no more else.

        By infno: a message, bytes, or a function as `answer` is; `{}` is the plain line again.
        """

        def answer(sent: Message, said: Any) -> Message | bytes:
            told = instead.get(sent["infno"], said)
            return told(sent, said) if callable(told) else told

        self.answer = answer

    def idle(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing is on its way to the province any more, heard or not."""
        with self._changed:
            return self._changed.wait_for(lambda: self._on_the_way == 0, timeout_s)

    def pass_on(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        with self._changed:
            self._on_the_way += 1
        try:
            return self._pass_on(body, headers)
        finally:
            with self._changed:
                self._on_the_way -= 1
                self._changed.notify_all()

    def _pass_on(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        sent = json.loads(body)
        self.asked.append(sent["infno"])
        changed = self.request(sent)
        connection = http.client.HTTPConnection(
            self.province.hostname or "", self.province.port, timeout=10
        )
        try:
            connection.request("POST", "/", json.dumps(changed).encode(), headers)
            response = connection.getresponse()
            body = response.read()
            kind = response.headers.get_content_type()
            said = body if kind == "application/octet-stream" else json.loads(body)
        except (OSError, http.client.HTTPException, ValueError):
            raise Dropped from None
        finally:
            connection.close()
        told = self.answer(changed, said)
        status = self.status.get(sent["infno"], response.status)
        return status, told if isinstance(told, bytes) else json.dumps(told).encode()


@contextmanager
def between(province: str) -> Iterator[Between]:
    """Put a line before this province."""
    line = Between(province)

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            mine = {"host", "content-length", "connection", "accept-encoding"}
            headers = {k: v for k, v in self.headers.items() if k.lower() not in mine}
            try:
                status, said = line.pass_on(body, headers)
            except Dropped:
                self.close_connection = True
                return
            answer(self, said, status)

    with served(Handler) as line.address:
        yield line


class Quiet(BaseHTTPRequestHandler):
    """Answers in one piece, without Nagle's delay, and logs nothing."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        pass


def answer(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
    handler.wfile.flush()


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a loopback port; yields the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
