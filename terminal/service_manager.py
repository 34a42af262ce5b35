"""What systemd is told of this service: ready, alive, stopping (sd_notify, Type=notify).

One datagram each to the socket that `$NOTIFY_SOCKET` names; without one nobody asked.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

log = logging.getLogger(__name__)

_SEND_S = 1.0
"""A manager that does not take a datagram within this has other troubles."""


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """Whoever started us, and how often it wants to hear from us."""

    address: str
    """Path of a datagram socket; `@` begins an abstract one. Empty: nobody listens."""
    watchdog_s: float | None
    """After so long a silence it kills us; None: it does not watch."""

    @classmethod
    def from_variables(cls, variables: Mapping[str, str], process_id: int) -> ServiceManager:
        """As systemd hands it over; what is meant for another process is not for us."""
        watched = variables.get("WATCHDOG_USEC", "")
        ours = variables.get("WATCHDOG_PID", str(process_id)) == str(process_id)
        usec = int(watched) if watched.isascii() and watched.isdigit() and ours else 0
        return cls(variables.get("NOTIFY_SOCKET", ""), usec / 1_000_000 if usec else None)

    def ready(self, status: str) -> None:
        """The start is over; the first page can be asked for."""
        self._tell(f"READY=1\nSTATUS={status}")

    def alive(self) -> None:
        """Everything moves."""
        self._tell("WATCHDOG=1")

    def stands_still(self, part: str) -> None:
        """A part does not move: said, so that `systemctl status` names it; feeds nobody."""
        self._tell(f"STATUS={part} stands still")

    def stopping(self) -> None:
        """We were told to end, and are at it."""
        self._tell("STOPPING=1")

    def _tell(self, text: str) -> None:
        if not self.address:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
                way.settimeout(_SEND_S)
                way.sendto(text.encode("utf-8"), address)
        except OSError as error:
            log.warning("the service manager does not hear: %s", error.strerror or error)


def started_by() -> ServiceManager:
    """The service manager of this process."""
    return ServiceManager.from_variables(os.environ, os.getpid())
