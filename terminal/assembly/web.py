"""The screens' own web server: loopback only, and the port is taken before any device."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication

from cheroot import wsgi

from drivers.camera import Camera
from kiosk_ui.app import create_app
from kiosk_ui.streams import stop_streams
from terminal.assembly.fittings import CameraPreview
from terminal.assembly.parts import ASSETS
from terminal.assembly.voice import speaking_pack
from terminal.core.faults import Unavailable
from terminal.desk import Desk
from terminal.settings import Settings

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


def serve_screens(web: Web, settings: Settings, desk: Desk, camera: Camera) -> str:
    """Serve the screens of this desk; returns their address."""
    app = create_app(
        desk,
        CameraPreview(camera),
        settings.data_dir / ASSETS,
        unused_months=settings.template_unused_months,
        screens=settings.screens,
        voice=speaking_pack(settings),
    )

    def end_streams() -> None:
        stop_streams(app)
        desk.board.publish()  # Wakes the streams, which then see that they are to end.

    return web.serve(app, end_streams)
