"""What is done at night without anybody: days closed that nobody closed, the store kept well.

Asked for by systemd's timers through the local door, never by a clock of our own.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from terminal.core.faults import Unavailable
from terminal.core.money_views import ClosingView
from terminal.errands import Errands
from terminal.store import Store

log = logging.getLogger(__name__)

_DAYS_BACK = 7
"""A terminal that was without power or line for a week closes what it missed."""

_CLOSING_MAX_S = 600.0
"""For all of them together: a silent province takes two minutes a day to give up."""


class Closings(Protocol):
    """The closing of a day, as the doctor's page has it."""

    def close(self, day: date) -> None: ...

    def view(self, day: date) -> ClosingView: ...


class Nightly:
    """Close what stands open, and keep the store."""

    def __init__(
        self,
        store: Store,
        closing: Closings,
        errands: Errands,
        data_dir: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._closing = closing
        self._errands = errands
        self._data_dir = data_dir
        self._now = now

    def close(self) -> dict[str, object]:
        """Close today and the days before it that had visits and no closing that still holds.

        Returns `closed` (days, ISO) and `open` (day: why it was broken off); both may be empty.
        Raises Unavailable `nightly.not_done` when it takes too long; it then goes on by itself.
        """
        today = self._now().date()
        days = tuple(self._wanted(today))
        for day in days:
            self._closing.close(day)
        if days and not self._errands.rest(_CLOSING_MAX_S):
            raise Unavailable("nightly.not_done", waited_s=_CLOSING_MAX_S)
        after = {day: self._closing.view(day) for day in days}
        return {
            "closed": [d.isoformat() for d, view in after.items() if _holds(view)],
            "open": {d.isoformat(): view.notice or "" for d, view in after.items()
                     if not _holds(view)},
        }  # fmt: skip

    def upkeep(self) -> dict[str, object]:
        """Read the whole store for damage, write its log into it, and measure.

        Raises Refused `store.damaged`; Unavailable `store.away`.
        """
        whole = self._store.machine.whole()
        if not whole:
            log.error("the store is damaged")
        emptied = self._store.truncate_log()
        told: dict[str, object] = {
            "store_whole": whole,
            "log_emptied": emptied,
            "disk_free_bytes": shutil.disk_usage(self._data_dir).free,
        }
        log.info("kept at night: %s", told)
        return told

    def _wanted(self, today: date) -> Iterable[date]:
        for back in range(_DAYS_BACK, -1, -1):
            day = today - timedelta(days=back)
            view = self._closing.view(day)
            if view.groups and not _holds(view):
                yield day


def _holds(view: ClosingView) -> bool:
    """Whether the day was closed, and its book has not changed since."""
    return view.closed_at is not None and view.notice is None
