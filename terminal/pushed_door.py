"""Bills pushed by the clinic's record system: taken in, answered for, withdrawn.

Whoever pushes is known by a token and sees nothing but what it pushed itself. Its own number
makes a push idempotent: the same bill once more is answered with what became of the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terminal.board import Workplace
from terminal.core.boxes import BoxEvent, BoxState, advance_box
from terminal.core.catalogue import Catalogue
from terminal.core.diagnoses import Diagnoses
from terminal.core.faults import Refused, Unavailable
from terminal.core.pushed import ReadBill, digest_of, in_line, read_bill, written
from terminal.core.record_views import PushedBill, PushedResult, PushedState
from terminal.pushed_results import PushedResults
from terminal.store.pushed import PushedRow

_WAITING_MAX = 200
"""Bills that wait for the doctor: some days' worth of a clinic; beyond it nobody takes them."""


@dataclass(frozen=True, slots=True)
class PushedRules:
    """What a pushed bill is held against."""

    catalogue: Catalogue
    diagnoses: Diagnoses
    client_of: Callable[[str], str | None]
    """Whose token this is."""
    record_settles: bool = False
    """The record system settles by itself: then it pushes nothing, and nothing is taken."""

    def refuse_elsewhere(self) -> None:
        """Raises Refused `settling.record_system` where this terminal does not settle."""
        if self.record_settles:
            raise Refused("settling.record_system")


class PushedDoor:
    """What the record system asks."""

    def __init__(self, workplace: Workplace, rules: PushedRules) -> None:
        self._store = workplace.store
        self._board = workplace.board
        self._now = workplace.now
        self._rules = rules
        self._results = PushedResults(workplace.store)
        self.client_of = rules.client_of

    def push(self, client: str, bill: PushedBill) -> tuple[PushedResult, bool]:
        """Keep a bill for the doctor; True: it is new.

        Raises Refused `api.number_reused` for another bill under a number that was used,
        `settling.record_system`, what core/pushed.read_bill refuses, and with the fact
        `line` what the register of boxes says of one that is not on the shelf; Unavailable
        `pushed.too_many`. Nothing is kept then.
        """
        told = written(bill)
        digest = digest_of(told)
        with self._store.transaction():
            known = self._store.pushed.bill(client, bill.number)
            if known is not None and known.digest != digest:
                raise Refused("api.number_reused")
            if known is not None:
                return self._results.of(known), False
            self._rules.refuse_elsewhere()
            if self._store.pushed.count_waiting() >= _WAITING_MAX:
                raise Unavailable("pushed.too_many", waiting=_WAITING_MAX)
            read = self._read(bill)
            self._store.pushed.add(client, bill.number, digest, told, read.total, self._now())
            result = self.result(client, bill.number)
        self._board.publish()
        return result, True

    def result(self, client: str, number: str) -> PushedResult:
        """Raises Refused `pushed.not_found`."""
        return self._results.of(self._row(client, number))

    def withdraw(self, client: str, number: str) -> PushedResult:
        """Raises Refused `pushed.not_found`, `pushed.taken_already`. One that has ended
        stays as it ended."""
        with self._store.transaction():
            row = self._row(client, number)
            if row.visit_id is not None:
                raise Refused("pushed.taken_already")
            if row.waits:
                state = PushedState.WITHDRAWN
                self._store.pushed.ended(client, number, state, "", self._now())
            result = self.result(client, number)
        self._board.publish()
        return result

    def _read(self, bill: PushedBill) -> ReadBill:
        rules = self._rules
        read = read_bill(bill, rules.catalogue, rules.diagnoses, self._now().date())
        for number, entry in enumerate(read.entries, start=1):
            for scan in entry.scans:
                with in_line(number):
                    box = self._store.boxes.box(scan.code or "")
                    state = BoxState.SHELF if box is None else box.state
                    advance_box(state, BoxEvent.SCANNED)
        return read

    def _row(self, client: str, number: str) -> PushedRow:
        row = self._store.pushed.bill(client, number)
        if row is None:
            raise Refused("pushed.not_found")
        return row
