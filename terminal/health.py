"""What is well and what is not, said once when it changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from terminal import clock

log = logging.getLogger(__name__)


class Health:
    """Remembers which parts are away, so that the log speaks of changes only."""

    def __init__(self, now: Callable[[], datetime] = clock.now) -> None:
        self._now = now
        self._away: dict[str, str] = {}
        self._since: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def report(self, part: str, code: str | None) -> bool:
        """Note a part's state (None is well). True when that is news."""
        with self._lock:
            if self._away.get(part) == code:
                return False
            if code is None:
                del self._away[part], self._since[part]
                log.info("%s is back", part)
            else:
                self._away[part] = code
                self._since.setdefault(part, self._now())  # Another trouble is no return.
                log.warning("%s is away: %s", part, code)
            return True

    def away(self) -> dict[str, str]:
        """Each part that is away, and why."""
        with self._lock:
            return dict(self._away)

    def since(self) -> dict[str, datetime]:
        """Since when each of them is, whatever it was away for meanwhile."""
        with self._lock:
            return dict(self._since)
