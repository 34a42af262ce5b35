"""The verbs of paper: what is asked to be printed. The money never waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from terminal.board import Workplace
from terminal.core.faults import Refused, Unavailable
from terminal.core.papers import Paper, PaperKind
from terminal.core.receipt_paper import titled
from terminal.core.screen_views import PadSlip, PaperView
from terminal.print_run import WAITING_MAX, PrintRun
from terminal.receipts import Receipts
from terminal.sheets import A4, A5, paper_pdf

PADS_MAX = 50
"""Slips numbered in one go."""


class Printing:
    """The doctor's verbs of paper. Each writes down what is wanted, and returns at once."""

    def __init__(self, workplace: Workplace, receipts: Receipts, run: PrintRun) -> None:
        self._place = workplace
        self._store = workplace.store
        self._receipts = receipts
        self._run = run

    def view(self) -> PaperView:
        """The printer, and what waits for it."""
        return self._run.view()

    def print_receipt(self, visit_id: str) -> None:
        """The receipt of a settled visit, or its numbered slip while nobody knows.

        Raises Refused `printer.none`, `paper.nothing_settled`; Unavailable `paper.too_many`.
        """
        self._ask(PaperKind.RECEIPT, visit_id=visit_id)

    def print_set(self, visit_id: str) -> None:
        """An insurer's set. Raises as `print_receipt`."""
        self._ask(PaperKind.SET, visit_id=visit_id)

    def print_publicity(self, day: date) -> None:
        """The sheet for the door. Raises Refused `printer.none`."""
        self._ask(PaperKind.PUBLICITY, day=day)

    def print_test(self) -> None:
        """A page that shows what this printer can do; now or never. Raises as `print_text`."""
        self._now_or_never(self._receipts.sample())

    def print_text(self, title: str, lines: Iterable[str]) -> None:
        """Something that is written down nowhere, such as what a resident asked about
        themselves; now or never.

        Raises Refused `printer.none`; Unavailable `paper.too_many`, and what is wrong with
        the printer.
        """
        self._now_or_never(titled(title, lines))

    def print_waiting(self) -> None:
        """Print all that waits, although it is much."""
        self._run.go_on()

    def drop_waiting(self) -> None:
        """What waits is not wanted any more; blank slips that were not printed are spoilt."""
        self._run.drop_all()

    def pdf(self, visit_id: str, kind: str) -> bytes:
        """`receipt` (A5) or `set` (A4) as PDF.

        Raises Refused `paper.no_such_kind`, `paper.nothing_settled`; Unavailable
        `sheet.no_font`.
        """
        if kind not in (PaperKind.RECEIPT, PaperKind.SET):
            raise Refused("paper.no_such_kind")
        paper = self._receipts.of_visit(visit_id, PaperKind(kind))
        return paper_pdf(paper, kind, self._place.now(), A4 if kind == PaperKind.SET else A5)

    def print_pads(self, count: int) -> None:
        """Number so many blank slips and print them.

        Raises Refused `printer.none`, `pad.count`.
        """
        if not 1 <= count <= PADS_MAX:
            raise Refused("pad.count", most=PADS_MAX)
        self._refuse_none()
        now = self._place.now()
        with self._store.transaction():
            self._store.papers.ask(PaperKind.PADS, now, numbers=self._store.pads.number(count, now))
        self._place.board.publish()

    def pads(self) -> tuple[PadSlip, ...]:
        """Every slip that is neither entered nor spoilt, and those of today."""
        return self._store.pads.shown(
            self._place.now().replace(hour=0, minute=0, second=0, microsecond=0)
        )

    def missing_pads(self) -> tuple[int, ...]:
        """Numbers below the highest that was entered, neither entered nor spoilt."""
        return self._store.pads.missing()

    def enter_pad(self, visit_id: str, number: int) -> None:
        """The visit on the counter was written on this slip.

        Raises Refused `visit.other_on_counter`, and what PadBook.enter raises.
        """
        with self._place.counter.lock:
            self._place.counter.on_counter(visit_id)
            self._store.pads.enter(number, visit_id, self._place.now())
        self._place.board.publish()

    def spoil_pad(self, number: int, reason: str) -> None:
        """This slip was not used. Raises what PadBook.spoil raises."""
        self._store.pads.spoil(number, reason, self._place.now())
        self._place.board.publish()

    def _now_or_never(self, paper: Paper) -> None:
        self._refuse_none()
        self._run.hand(paper)

    def _ask(
        self, kind: PaperKind, *, visit_id: str | None = None, day: date | None = None
    ) -> None:
        self._refuse_none()
        if visit_id is not None:
            self._receipts.of_visit(visit_id, kind)  # Refused here, to whoever asks.
        if self._store.papers.count() >= WAITING_MAX:
            raise Unavailable("paper.too_many", waiting=WAITING_MAX)
        self._store.papers.ask(kind, self._place.now(), visit_id=visit_id, day=day)
        self._run.soon()

    def _refuse_none(self) -> None:
        if not self._run.fitted:
            raise Refused("printer.none")
