"""The screens' own web server: loopback only, and the port is taken before any device."""

from __future__ import annotations

import threading
from wsgiref.types import WSGIApplication

from cheroot import wsgi

from terminal.core.faults import Unavailable

_THREADS = 24
"""Each open page holds two (events and preview); the rest answer taps."""


class Web:
    """Listens at once, serves when it is told what, and stops."""

    def __init__(self, port: int, stop_s: float) -> None:
        """Take the port: a second terminal must not open the devices.

        Raises Unavailable `web.port_in_use`.
        """
        self._server = wsgi.Server(("127.0.0.1", port), None, numthreads=_THREADS)
        self._server.shutdown_timeout = stop_s
        try:
            self._server.prepare()
        except OSError as error:
            raise Unavailable("web.port_in_use", port=port, reason=error.strerror) from None

    def serve(self, app: WSGIApplication) -> str:
        """Answer from now on; returns the address."""
        self._server.wsgi_app = app
        threading.Thread(target=self._server.serve, name="web", daemon=True).start()
        host, port = self._server.bind_addr
        return f"http://{host}:{port}"

    def stop(self) -> None:
        self._server.stop()
