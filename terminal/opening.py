"""Whether a new visit may begin now, or the terminal is about to be started anew."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from terminal.core.faults import Refused

HOLD_MAX_S = 900.0
"""No clinic stands longer than this for our sake, whatever was asked for."""


class Opening:
    """The beginning of visits, held and let go; a hold ends by itself."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._held: tuple[str, float] | None = None

    def hold(self, reason: str, s: float) -> None:
        """No new visit begins for so many seconds (at most `HOLD_MAX_S`) from now on."""
        with self._lock:
            self._held = (reason, self._monotonic() + min(s, HOLD_MAX_S))

    def release(self) -> None:
        """Visits may begin. Also when nothing was held."""
        with self._lock:
            self._held = None

    def held(self) -> str | None:
        """Why no new visit begins; None: one may."""
        with self._lock:
            if self._held is not None and self._monotonic() >= self._held[1]:
                self._held = None
            return None if self._held is None else self._held[0]

    def refuse_held(self) -> None:
        """Raises Refused `quiet.held` while no new visit may begin."""
        reason = self.held()
        if reason is not None:
            raise Refused("quiet.held", reason=reason)
