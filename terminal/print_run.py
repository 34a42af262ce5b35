"""The thread that prints: what waits, oldest first, as far as the printer goes.

A paper is begun (written down), sent, and printed (written down once the printer has said
so). So a paper survives a restart and an empty roll, and one that may be half printed
comes again with a mark. Nothing here reads or writes a settlement but to draw it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter as Tally
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from terminal.board import Workplace
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.papers import Paper, PaperKind
from terminal.core.screen_views import PaperView
from terminal.receipts import Receipts
from terminal.store.papers import PaperAsked

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
"""How often a printer is looked at, and how soon one that failed is tried again."""
ASK_FROM = 20
"""More than this that waited are not printed by themselves: half a roll, and a while."""
WAITING_MAX = 200
"""A week without paper; more means that nobody wants it."""
_TRIES_MAX = 3
"""A paper that stopped the printer so often is not the printer's fault."""
_PASSING_MAX = 5
"""Papers in hand that are written down nowhere: each is somebody who stands there."""
_NOT_PRINTED = "没有打印出来"
_ALWAYS = "receipts_always"


class Printer(Protocol):
    """A printer; drivers/printer.py says what each raises."""

    def check(self) -> None: ...

    def print_paper(self, paper: Paper) -> None: ...


class PrintRun:
    """Prints; asked for by `soon`, `go_on` and `hand`."""

    def __init__(
        self,
        workplace: Workplace,
        printer: Printer | None,
        receipts: Receipts,
        *,
        always: bool = False,
        report: Callable[[str | None], object] = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`always`: each visit that is settled from now on prints its receipt by itself.

        `report` is told the printer's code when it changes; None: well.
        """
        self._place = workplace
        self._store = workplace.store
        self._printer = printer
        self._receipts = receipts
        self._report = report
        self._monotonic = monotonic
        self._wrong: Fault | None = None
        self._look_at_s = 0.0
        self._go_on = False
        self._passing: deque[Paper] = deque()
        """Not written down: somebody's own affairs, or a test."""
        self._tries: Tally[int] = Tally()
        self._always_since = self._since() if always else None
        if not always and self._store.journal.recall(_ALWAYS):
            self._store.journal.remember(_ALWAYS, {})
        self._step_seen = -1
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def fitted(self) -> bool:
        """Whether there is a printer at all."""
        return self._printer is not None

    def start(self) -> None:
        """Begin to print; without a printer nothing is begun."""
        if self._printer is None:
            return
        self._thread = threading.Thread(target=self._run, name="printing", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Let the paper in hand end. What waits is written down."""
        self._stopping.set()
        if self._thread is not None:
            self._place.board.publish()  # Wakes it.
            self._thread.join(timeout_s)

    def view(self) -> PaperView:
        """The printer, and what waits for it."""
        waiting = self._store.papers.count()
        return PaperView(
            away=None if self._wrong is None else self._wrong.code,
            fitted=self.fitted,
            waiting=waiting,
            asks=waiting > ASK_FROM and not self._go_on,
        )

    def soon(self) -> None:
        """Something more waits."""
        if self._wrong is None:
            self._look_at_s = 0.0
        self._place.board.publish()

    def go_on(self) -> None:
        """Print all that waits, although it is much, and try at once."""
        self._go_on = True
        self._look_at_s = 0.0
        self._place.board.publish()

    def hand(self, paper: Paper) -> None:
        """Print this now or never; it is written down nowhere.

        Raises Unavailable `paper.too_many`, or what is wrong with the printer.
        """
        if self._wrong is not None:
            raise self._wrong
        if len(self._passing) >= _PASSING_MAX:
            raise Unavailable("paper.too_many", waiting=len(self._passing))
        self._passing.append(paper)
        self.soon()

    def drop_all(self) -> None:
        """What waits is not wanted any more. Blank slips that were numbered and not printed
        are spoilt."""
        now = self._place.now()
        with self._store.transaction():
            for asked in self._store.papers.waiting():
                self._drop(asked, now)
        self._place.board.publish()

    def attend(self) -> None:
        """Print what waits, as far as the printer goes. The thread's work; tests call it."""
        self._ask_for_settled()
        if self._printer is None or self._monotonic() < self._look_at_s:
            return
        # Before it is looked what waits: what is asked for meanwhile is not left lying.
        self._look_at_s = self._monotonic() + LOOK_EVERY_S
        while self._passing:
            paper = self._passing.popleft()
            if not self._sent(partial(self._hand_over, paper)):
                self._passing.clear()  # Nobody waits for it any more.
                return
        waiting = self._store.papers.waiting()
        if len(waiting) > ASK_FROM and not self._go_on:
            waiting = []
        for asked in waiting:
            if self._stopping.is_set() or not self._sent(partial(self._print, asked)):
                return
        self._go_on = False
        if not waiting:
            self._sent(self._check)
        elif self._store.papers.count() == 0:
            self._place.board.publish()

    def _run(self) -> None:
        seen = 0
        try:
            while not self._stopping.is_set():
                try:
                    self.attend()
                except Fault as fault:
                    log.warning("papers could not be looked up: %s", fault)
                seen = self._place.board.wait_for_change(seen, LOOK_EVERY_S).number
        finally:
            if not self._stopping.is_set():
                self.start()

    def _check(self) -> None:
        if self._printer is not None:
            self._printer.check()

    def _hand_over(self, paper: Paper) -> None:
        if self._printer is not None:
            self._printer.print_paper(paper)

    def _sent(self, act: Callable[[], None]) -> bool:
        """Whether the printer did it; what is wrong with it is said once."""
        wrong: Fault | None = None
        try:
            act()
        except (Unavailable, Uncertain) as fault:
            if not fault.code.startswith("printer."):
                raise
            wrong = fault
            self._look_at_s = self._monotonic() + LOOK_EVERY_S
        before, self._wrong = self._wrong, wrong
        if (before and before.code) != (wrong and wrong.code):
            self._report(None if wrong is None else wrong.code)
            self._place.board.publish()
        return wrong is None

    def _print(self, asked: PaperAsked) -> None:
        self._tries[asked.paper_id] += 1
        if self._tries[asked.paper_id] > _TRIES_MAX:
            log.warning("paper %d is given up: it stopped the printer too often", asked.paper_id)
            self._drop(asked, self._place.now())
            return
        try:
            paper = self._receipts.drawn(asked)
        except Refused as fault:
            log.info("paper %d is not printed: %s", asked.paper_id, fault)
            self._drop(asked, self._place.now())
            return
        self._store.papers.begun(asked.paper_id, self._place.now())
        try:
            self._hand_over(paper)
        except Unavailable:
            # Not a byte of it went; nor is it the paper's fault.
            self._tries[asked.paper_id] -= 1
            if not asked.begun:
                self._store.papers.begun(asked.paper_id, None)
            raise
        self._store.papers.printed(asked.paper_id, self._place.now())

    def _drop(self, asked: PaperAsked, at: datetime) -> None:
        with self._store.transaction():
            self._store.papers.dropped(asked.paper_id, at)
            for number in () if asked.begun else asked.numbers:
                self._store.pads.spoil(number, _NOT_PRINTED, at)

    def _ask_for_settled(self) -> None:
        """Where each receipt is to be printed: those settled today that nobody asked for."""
        if self._always_since is None or self._printer is None:
            return
        step = self._store.history.last_step()
        if step == self._step_seen:
            return
        now = self._place.now()
        since = max(self._always_since, _midnight(now))
        room = WAITING_MAX - self._store.papers.count()
        for visit_id in self._store.papers.settled_unasked(since)[: max(0, room)]:
            self._store.papers.ask(PaperKind.RECEIPT, now, visit_id=visit_id)
            self._look_at_s = 0.0 if self._wrong is None else self._look_at_s
        self._step_seen = step

    def _since(self) -> datetime:
        """Since when each is printed: what was settled before that is not."""
        known = self._store.journal.recall(_ALWAYS).get("since")
        if known:
            return datetime.fromisoformat(known)
        now = self._place.now()
        self._store.journal.remember(_ALWAYS, {"since": now.isoformat()})
        return now


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
