"""The screens' own web server: loopback only, and the port is taken before any device."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication

from cheroot import wsgi

from terminal.core.faults import Unavailable

_THREADS = 24
"""Each open page holds two (events and preview); the rest answer taps."""


class PortServer(wsgi.Server):
    """A web server that lets go of a port it could not take."""

    @staticmethod
    def bind_socket(socket_: Any, bind_addr: Any) -> Any:
        """Bind it, or close it: it is tried again and again."""
        try:
            return wsgi.Server.bind_socket(socket_, bind_addr)  # type: ignore[no-untyped-call]
        except OSError:
            socket_.close()
            raise


class Web:
    """Listens at once, serves when it is told what, and stops."""

    def __init__(self, port: int, stop_s: float) -> None:
        """Take the port: a second terminal must not open the devices.

        Raises Unavailable `web.port_in_use`.
        """
        self._server = PortServer(("127.0.0.1", port), None, numthreads=_THREADS)
        self._server.shutdown_timeout = stop_s
        self._before_stop: Callable[[], None] = lambda: None
        try:
            self._server.prepare()
        except OSError as error:
            raise Unavailable("web.port_in_use", port=port, reason=error.strerror) from None

    def serve(self, app: WSGIApplication, before_stop: Callable[[], None]) -> str:
        """Answer from now on; returns the address. `before_stop` ends what never ends by itself."""
        self._before_stop = before_stop
        self._server.wsgi_app = app
        threading.Thread(target=self._server.serve, name="web", daemon=True).start()
        host, port = self._server.bind_addr
        return f"http://{host}:{port}"

    def stop(self) -> None:
        """Free the port, also when nothing was ever served."""
        self._before_stop()
        self._server.stop()
