"""What takes longer than a tap: done one at a time, in order, by one thread.

Asking the province may take a minute. The screens hand such errands over and go on; an
errand of a name that is already waiting is not queued twice. An errand that breaks on a
mistake of ours takes its thread with it, traceback and all, and a new one goes on.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable

from terminal.core.faults import Fault, Unavailable, Uncertain

log = logging.getLogger(__name__)

_WAITING_MAX = 64
"""Thirty visits a day, a handful of errands each: more means that something is wrong."""


class Errands:
    """A bounded queue and the thread that works it off."""

    def __init__(self, failed: Callable[[str, Fault], None], changed: Callable[[], None]) -> None:
        """`failed` is told an errand's name and the fault that ended it; `changed` is
        called when an errand begins and when it ends."""
        self._failed = failed
        self._tell = changed
        self._waiting: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._running: str | None = None
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="errands", daemon=True)
        self._thread.start()

    def hand_over(self, name: str, errand: Callable[[], None]) -> None:
        """Queue an errand; one of this name that still waits is replaced.

        Raises Unavailable `desk.too_busy` when far too many wait.
        """
        with self._changed:
            if name not in self._waiting and len(self._waiting) >= _WAITING_MAX:
                raise Unavailable("desk.too_busy", waiting=len(self._waiting))
            self._waiting[name] = errand
            self._changed.notify_all()

    def under_way(self) -> tuple[str, ...]:
        """Names of what is being done or waits to be."""
        with self._changed:
            running = () if self._running is None else (self._running,)
            return running + tuple(self._waiting)

    def rest(self, timeout_s: float) -> bool:
        """Wait until nothing is left to do; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._waiting and self._running is None, timeout_s
            )

    def stop(self, timeout_s: float) -> None:
        """Finish the errand in hand, drop the others: what matters of them is written down."""
        with self._changed:
            self._stopping = True
            self._waiting.clear()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _work(self) -> None:
        try:
            while (taken := self._take()) is not None:
                self._do(*taken)
        finally:
            with self._changed:
                if not self._stopping:
                    self.start()

    def _take(self) -> tuple[str, Callable[[], None]] | None:
        """The next errand, now running; None when it is time to stop."""
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return None
            name, errand = self._waiting.popitem(last=False)
            self._running = name
        return name, errand

    def _do(self, name: str, errand: Callable[[], None]) -> None:
        failed: Fault | None = Uncertain("desk.broken")
        try:
            self._tell()
            errand()
            failed = None
        except Fault as fault:
            log.info("%s: %s", name.partition(":")[0], fault)
            failed = fault
        finally:
            if failed is not None:
                self._failed(name, failed)
            with self._changed:
                self._running = None
                self._changed.notify_all()
        self._tell()
