"""Since when the terminal is well: what must move moves, and what worked before still works.

Whoever changed something (settings of the county, a new version) asks it before keeping the
change. What worked before is remembered with its day, so that a change which takes a part
away does not make its absence the custom by starting twice.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from terminal.core.faults import Fault
from terminal.private_file import write_private

log = logging.getLogger(__name__)

FILE = "last_well.json"
REMEMBERED = ("province", "camera", "scanner")
"""Parts that a change may take away without anything standing still."""

_BEFORE = timedelta(days=3)
"""A part away for longer before a start is not missed: it broke by itself."""

_SURE_AFTER = timedelta(minutes=2)
"""So long after a start whoever is not away is known to work: before, nobody may have asked."""

_NOTED_EVERY = timedelta(hours=1)
_FILE_BYTES_MAX = 4096
_STOP_S = 2.0


class Wellness:
    """Looks again and again. `since`, `missing`, `look`; `start`, `stop`."""

    def __init__(
        self,
        moving: Mapping[str, Callable[[], bool]],
        away: Callable[[], Mapping[str, str]],
        folder: Path,
        now: Callable[[], datetime],
    ) -> None:
        """`moving`: by name, whether it moves; `away`: the code of each part that is away;
        `folder`: where it is kept what worked when."""
        self._moving = dict(moving)
        self._away = away
        self._path = folder / FILE
        self._now = now
        self._last = self._read()
        self._started = started = now()
        self._wanted = tuple(
            part for part in REMEMBERED if part in self._last and _near(self._last[part], started)
        )
        self._since: datetime | None = None
        self._missing: tuple[str, ...] = ()
        self._noted: datetime | None = None
        self._looking = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def since(self) -> datetime | None:
        """Since when all is well; None: it is not, or nobody has looked yet."""
        return self._since

    def missing(self) -> tuple[str, ...]:
        """What hinders it, by name, as it was at the last look."""
        return self._missing

    def look(self) -> datetime | None:
        """Look once; returns `since`. Raises nothing of the parts'."""
        with self._looking:
            return self._look()

    def start(self, every_s: float) -> None:
        """Look from now on, every so many seconds."""
        self._thread = threading.Thread(
            target=self._work, args=(every_s,), name="wellness", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """May be called twice."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)

    def _look(self) -> datetime | None:
        away = self._away()
        still = [name for name, moves in self._moving.items() if not _moves(moves)]
        gone = [part for part in self._wanted if part in away]
        self._missing = tuple(still + gone)
        now = self._now()
        if self._missing:
            self._since = None
        elif self._since is None or self._since > now:  # The clock was set back.
            self._since = now
        if not still and now - self._started >= _SURE_AFTER:
            self._note(now, [part for part in REMEMBERED if part not in away])
        return self._since

    def _work(self, every_s: float) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(every_s)

    def _note(self, now: datetime, well: list[str]) -> None:
        if self._noted is not None and abs(now - self._noted) < _NOTED_EVERY:
            return
        self._noted = now
        self._last |= dict.fromkeys(well, now)
        told = {part: at.isoformat() for part, at in self._last.items()}
        try:
            write_private(self._path, json.dumps(told).encode("ascii"))
        except OSError as error:
            log.info("not kept what works: %s", error.strerror)

    def _read(self) -> dict[str, datetime]:
        try:
            with self._path.open("rb") as file:
                told = json.loads(file.read(_FILE_BYTES_MAX))
            moments = {part: datetime.fromisoformat(told[part]) for part in told}
            return {part: at for part, at in moments.items() if at.tzinfo is not None}
        except (OSError, ValueError, TypeError):
            return {}


def _near(at: datetime, now: datetime) -> bool:
    """A clock that was set back takes nothing away."""
    return now - at < _BEFORE


def _moves(part: Callable[[], bool]) -> bool:
    """A store that is away does not serve: for a change that counts, unlike for the pulse."""
    try:
        return part()
    except Fault:
        return False
