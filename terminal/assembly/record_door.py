"""Everything of this device that stands between it and the clinic's record system."""

from __future__ import annotations

import threading
from collections.abc import Callable

from terminal.api_clients import ApiClients
from terminal.assembly.api import Api, call_me
from terminal.desk import Desk
from terminal.ports import Typist
from terminal.settings import Settings

_LOOK_EVERY_S = 5.0
"""How often is looked whether the keyboard into the record system is there."""


def open_typist(settings: Settings) -> Typist | None:
    """The keyboard of these settings; None: there is none."""
    if not settings.typing_port:
        return None
    from drivers.typist import Typist as Keys

    return Keys(settings.typing_port, settings.typing_ends_with, settings.typing_pause_ms)


class RecordDoor:
    """The local API, the calls that tell results, the look at the keyboard.

    Build, `start`, `stop`.
    """

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        clients: ApiClients,
        typist: Typist | None,
        report: Callable[[str, str | None], object],
    ) -> None:
        """`report` is told how the parts api, callback and keyboard are.

        Raises Refused `api.address_wrong`, `api.certificate_wanted`.
        """
        self.api = Api(settings, desk.pushed.door, report)
        self._calls = desk.record.calls(call_me(clients), settings.api_from, report)
        self._typist = typist
        self._report = report
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._calls.start()
        self.api.start()
        if self._typist is not None:
            self._thread = threading.Thread(target=self._look, name="keyboard", daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Let what is in hand end. Also before a start, and twice."""
        self._stopping.set()
        self.api.stop()
        self._calls.stop(timeout_s)
        if self._thread is not None:
            self._thread.join(timeout_s)
        if self._typist is not None:
            self._typist.close()

    def _look(self) -> None:
        while self._typist is not None and not self._stopping.wait(_LOOK_EVERY_S):
            self._report("keyboard", self._typist.away())
