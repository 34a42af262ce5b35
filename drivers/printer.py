"""The receipt printer as the terminal sees it: takes a paper, or says what is wrong.

`print_paper` returns only when the paper is out: the printer was well before, took every byte,
and answered at the end that all of it was printed. Whatever fails before the first byte
is Unavailable: nothing was printed. After it, Uncertain: half of it may lie there.

A printer that never answered since this was made is believed (many cheap ones are mute);
one that has answered before and is silent is `printer.not_answering`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from drivers.printer_line import PrinterLine
from drivers.wire.escpos import encoded
from drivers.wire.escpos_status import ASK_WHEN_DONE, QUESTIONS, answer_to_asking, done
from terminal.core.faults import Fault, Unavailable, Uncertain
from terminal.core.papers import Paper


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a printer is waited for."""

    answer_s: float = 0.5
    """For an answer to DLE EOT: the printer sends it at once."""
    done_s: float = 30.0
    """For the last row to be out; a set of three papers takes some ten seconds."""


class Printer:
    """A printer at one place. One thread at a time."""

    def __init__(self, target: str, paper_mm: int, waits: Waits = Waits()) -> None:
        """`target`: a device file, or tcp:HOST:PORT. Nothing is opened yet."""
        self._target = target
        self._paper_mm = paper_mm
        self._waits = waits
        self._answers = False
        """Whether it has ever answered."""
        self._tells_done: bool | None = None
        """Whether it answers GS r; None: not known yet."""
        self._is_out = False
        """Whether it has said so of what was sent last."""

    def check(self) -> None:
        """Return when it could print now.

        Raises Unavailable `printer.away`, `printer.paper_out`, `printer.cover_open`,
        `printer.jammed`, `printer.not_answering`.
        """
        with PrinterLine(self._target) as line:
            self._ask(line)

    def print_paper(self, paper: Paper) -> None:
        """Print it, and return when it is out.

        Raises what `check` raises, before anything was printed; Uncertain with the same
        codes once it may have begun.
        """
        data = encoded(paper, self._paper_mm)
        with PrinterLine(self._target) as line:
            self._ask(line)
            try:
                line.write(data)
                self._wait_until_out(line)
            except Unavailable as failure:
                raise _half_printed(failure) from failure

    def _ask(self, line: PrinterLine) -> None:
        for question, wrong in QUESTIONS:
            line.write(question)
            answer = self._answer(line)
            if answer is None:
                if self._answers:
                    raise Unavailable("printer.not_answering")
                return
            self._answers = True
            if (code := wrong(answer)) is not None:
                raise _wrong(code)

    def _answer(self, line: PrinterLine) -> int | None:
        until_s = time.monotonic() + self._waits.answer_s
        while (left_s := until_s - time.monotonic()) > 0:
            answer = answer_to_asking(self._heard(line, left_s))
            if answer is not None:
                return answer
        return None

    def _heard(self, line: PrinterLine, wait_s: float) -> bytes:
        data = line.read(wait_s)
        # The answer to GS r may come while another is waited for.
        self._is_out = self._is_out or done(data)
        return data

    def _wait_until_out(self, line: PrinterLine) -> None:
        if not self._answers or self._tells_done is False:
            return
        self._is_out = False
        line.write(ASK_WHEN_DONE)
        until_s = time.monotonic() + self._waits.done_s
        while time.monotonic() < until_s:
            self._heard(line, self._waits.answer_s)
            if not self._is_out:
                # Paper that ends in the middle stops the printer before it comes to GS r.
                self._ask(line)
            if self._is_out:
                self._tells_done = True
                return
        if self._tells_done:
            raise Unavailable("printer.not_answering", waited_s=self._waits.done_s)
        # It is well and has never told: it has no GS r.
        self._tells_done = False


def _wrong(code: str) -> Unavailable:
    match code:
        case "printer.cover_open":
            return Unavailable("printer.cover_open")
        case "printer.jammed":
            return Unavailable("printer.jammed")
        case _:
            return Unavailable("printer.paper_out")


def _half_printed(failure: Fault) -> Uncertain:
    match failure.code:
        case "printer.cover_open":
            return Uncertain("printer.cover_open")
        case "printer.jammed":
            return Uncertain("printer.jammed")
        case "printer.paper_out":
            return Uncertain("printer.paper_out")
        case "printer.not_answering":
            return Uncertain("printer.not_answering")
        case _:
            return Uncertain("printer.away")
