"""The local API on a listener of its own: loopback, or an address with a certificate.

It never stands in the clinic's way: a port that is taken, an address that this machine has
not got yet, a certificate that cannot be read is said, and tried again.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable

from kiosk_ui.desk_record import PushedDoor
from kiosk_ui.record_api import create_api
from terminal.api_clients import ApiClients
from terminal.assembly.api_server import ApiServer
from terminal.callbacks import CallMe
from terminal.core.faults import Refused, Unavailable
from terminal.settings import Settings

_AGAIN_S = 15.0
"""A network that comes up after the terminal does is found soon enough."""
_STOP_S = 5.0
_PART = "api"


class Api:
    """Build, `start`, `stop`; without `api_listen` nothing happens."""

    def __init__(
        self,
        settings: Settings,
        door: PushedDoor,
        report: Callable[[str, str | None], object],
        again_s: float = _AGAIN_S,
    ) -> None:
        """`report` is told how the part is; after `again_s` it tries again to listen.

        Raises Refused `api.address_wrong`, `api.certificate_wanted`.
        """
        self._where = where(settings)
        self._certificate = settings.api_certificate
        self._report = report
        self._app = create_api(door, settings.api_from)
        self._again_s = again_s
        self._server: ApiServer | None = None
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Listen, now or as soon as it can be."""
        if self._where is not None and not self._listened(self._where):
            self._begin("api again", self._try_again)

    def stop(self) -> None:
        """Let the request in hand end. May be called twice."""
        self._stopping.set()
        if self._server is not None:
            self._server.stop()
        for thread in self._threads:
            thread.join(_STOP_S)

    def address(self) -> str:
        """Where it answers; empty while it does not listen."""
        if self._server is None:
            return ""
        host, port = self._server.bind_addr[:2]
        scheme = "http" if self._certificate is None else "https"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def _listened(self, where: tuple[str, int]) -> bool:
        try:
            self._server = server = ApiServer(where, self._app, self._certificate)
        except Unavailable as fault:
            self._report(_PART, fault.code)
            return False
        self._begin("api", server.serve)
        self._report(_PART, None)
        return True

    def _try_again(self) -> None:
        while self._where is not None and not self._stopping.wait(self._again_s):
            if self._listened(self._where):
                return

    def _begin(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()


def where(settings: Settings) -> tuple[str, int] | None:
    """Address and port of `api_listen`; None: nobody may push.

    Raises Refused `api.address_wrong` for what is no address, there or in `api_from`, and
    `api.certificate_wanted` for one beyond this machine without a certificate.
    """
    host, _, port = settings.api_listen.rpartition(":")
    try:
        for each in settings.api_from:
            ipaddress.ip_address(each)
        if not settings.api_listen:
            return None
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        raise Refused("api.address_wrong") from None
    if int(port) > 65535:
        raise Refused("api.address_wrong")
    if not address.is_loopback and settings.api_certificate is None:
        raise Refused("api.certificate_wanted")
    return str(address), int(port)


def call_me(clients: ApiClients) -> Callable[[str], CallMe | None]:
    """Where a client is told of its results, for terminal/callbacks."""

    def where_to(name: str) -> CallMe | None:
        client = clients.active(name)
        if client is None or not client.callback_url:
            return None
        return CallMe(client.callback_url, client.callback_secret)

    return where_to
