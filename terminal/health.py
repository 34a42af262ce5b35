"""What is well and what is not, said once when it changes."""

from __future__ import annotations

import logging
import threading

log = logging.getLogger(__name__)


class Health:
    """Remembers which parts are away, so that the log speaks of changes only."""

    def __init__(self) -> None:
        self._away: dict[str, str] = {}
        self._lock = threading.Lock()

    def report(self, part: str, code: str | None) -> bool:
        """Note a part's state (None is well). True when that is news."""
        with self._lock:
            if self._away.get(part) == code:
                return False
            if code is None:
                del self._away[part]
                log.info("%s is back", part)
            else:
                self._away[part] = code
                log.warning("%s is away: %s", part, code)
            return True

    def away(self) -> dict[str, str]:
        """Each part that is away, and why."""
        with self._lock:
            return dict(self._away)
