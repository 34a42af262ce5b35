"""The county hospital's prescriptions at the counter: scanned, looked up, dispensed by box.

A prescription belongs to whom it names and to one visit. Boxes of its drugs that are scanned
count for it, those scanned before as well; what goes beyond it is an ordinary line. While
the platform cannot be asked the boxes are scanned as ordinary lines: nothing waits for it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from terminal.billing import Billing, refuse_early_or_late
from terminal.board import Workplace
from terminal.core.catalogue import Catalogue, Item
from terminal.core.counter import Notice
from terminal.core.diagnoses import Diagnoses
from terminal.core.faults import Fault, Refused
from terminal.core.prescriptions import Drug, Prescription, packs_prescribed, state_on
from terminal.core.record_views import RxLine, RxState, RxView
from terminal.core.trace_codes import classify
from terminal.core.visit import VisitState
from terminal.store.bill_line import BillLine
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

CODE_BYTES_MAX = 64
"""Longer scans are no prescription: an expression of somebody's own must not grind on them."""

_FRAMING = b"\r\n\0\x02\x03 "
_OVER = (VisitState.ABANDONED, VisitState.CANCELLED, VisitState.CLOSED)
"""Nothing of these visits is charged, or will be."""


@dataclass(frozen=True, slots=True)
class RxAsking:
    """How a prescription's code looks, and whom to ask about it."""

    code: re.Pattern[str]
    look: Callable[[str], Prescription]
    """Raises what province/prescriptions.look raises."""
    close: Callable[[], None] = lambda: None
    """Lets go of the platform's connections, when the terminal ends."""


class Prescribed:
    """Takes scanned prescriptions into the visit in front."""

    def __init__(
        self,
        workplace: Workplace,
        catalogue: Catalogue,
        diagnoses: Diagnoses,
        billing: Billing,
        asking: RxAsking | None,
        changed: Callable[[str], None],
    ) -> None:
        """`asking`: None where none are taken. `changed` is told the visit whose bill changed."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._catalogue = catalogue
        self._diagnoses = diagnoses
        self._billing = billing
        self._asking = asking
        self._changed = changed
        self._asked = count(1)

    def heard(self, raw: bytes) -> bool:
        """Whether this was a prescription's code. The counter says what becomes of it."""
        code = self._code(raw)
        if code is None or self._asking is None:
            return False
        visit_id = self._counter.front
        try:
            if visit_id is None:
                raise Refused("prescription.person_first")
            refuse_early_or_late(self._store.visits.visit(visit_id))
            self._say(visit_id, Notice("prescription.asked"))  # First: the answer comes after.
            # Its name has no visit and no code: boxes may be scanned meanwhile.
            look = self._asking.look
            name = f"prescription-{next(self._asked)}"
            self._errands.hand_over(name, lambda: self._ask(visit_id, code, look))
        except Fault as fault:
            self._say(visit_id, _told(fault))
        return True

    def counted(self, visit_id: str, item: Item) -> Notice | None:
        """What to say of a box that was just put on the bill; None: of no prescription."""
        wanted = sum(
            packs_prescribed(each, item) for each in self._store.prescriptions.of_visit(visit_id)
        )
        if not wanted:
            return None
        boxes = [each for each in self._store.lines.of(visit_id) if self._is_of(each, item)]
        if not boxes or boxes[-1].rxno is None:
            return Notice("prescription.enough", {"name": item.name})
        left = wanted - sum(each.rxno is not None for each in boxes)
        if left <= 0:
            return Notice("prescription.complete", {"name": item.name})
        facts = {"name": item.name, "left": str(left), "unit": item.unit}
        return Notice("prescription.counted", facts)

    def drop(self, visit_id: str, hi_rxno: str) -> None:
        """It is not dispensed here. Raises Refused `prescription.not_here`, and
        `scan.too_late` once the bill is agreed to."""
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            refuse_early_or_late(self._store.visits.visit(visit_id))
            if not self._store.prescriptions.put_off(visit_id, hi_rxno, self._now()):
                raise Refused("prescription.not_here")
            other_bill = self._billing.cover(visit_id)
        if other_bill:
            self._price(visit_id)
        self._board.publish()

    def of(self, visit: Visit) -> tuple[RxView, ...]:
        """The prescriptions of a visit, each with what was scanned of it."""
        kept = self._store.prescriptions.of_visit(visit.visit_id)
        lines = self._store.lines.of(visit.visit_id) if kept else []
        return tuple(self._view(each, visit, lines) for each in kept)

    def _code(self, raw: bytes) -> str | None:
        """The code, where it has the form of one and is no box that this clinic knows."""
        text = raw.strip(_FRAMING)
        if self._asking is None or len(text) > CODE_BYTES_MAX or not text.isascii():
            return None
        code = text.decode("ascii")
        if self._asking.code.fullmatch(code) is None:
            return None
        scan = classify(raw)
        known = scan.accepted and self._catalogue.pack_of(scan.product_prefix or "") is not None
        return None if known else code

    def _ask(self, visit_id: str, code: str, look: Callable[[str], Prescription]) -> None:
        """Look it up and take it; what is wrong with it stands beside the scan line."""
        try:
            told = look(code)
            with self._counter.lock, self._store.transaction():
                notice, other_bill = self._take(visit_id, told)
        except Fault as fault:
            log.info("a prescription was not taken: %s", fault)
            self._say(visit_id, _told(fault))
            return
        if other_bill:
            self._price(visit_id)
        self._say(visit_id, notice)

    def _take(self, visit_id: str, told: Prescription) -> tuple[Notice, bool]:
        """Keep it with the visit; whether the bill is another one now."""
        visit = self._store.visits.visit(visit_id)
        kept = self._store.prescriptions.kept(told.hi_rxno)
        here = kept is not None and kept.visit_id == visit_id and not kept.put_off
        if here:
            return Notice("prescription.taken_before"), False
        refuse_early_or_late(visit)
        self._refuse_other_person(visit, told)
        if kept is not None and kept.visit_id != visit_id:
            self._refuse_in_other_visit(kept.visit_id, told.hi_rxno)
        refuse_not_open(told)
        self._store.prescriptions.keep(visit_id, told, self._now())
        diagnosed = self._diagnose(visit, told.diagnosis_code)
        covered = self._billing.cover(visit_id)
        return Notice("prescription.taken"), diagnosed or covered

    def _refuse_other_person(self, visit: Visit, told: Prescription) -> None:
        person = self._store.people.person(visit.person_id or "")
        if person is None or person.id_number.upper() != told.id_number.strip().upper():
            raise Refused("prescription.other_person")

    def _refuse_in_other_visit(self, visit_id: str, hi_rxno: str) -> None:
        """One whose boxes lie on another bill that is charged, or may be."""
        if self._store.visits.visit(visit_id).state in _OVER:
            return
        if any(line.rxno == hi_rxno for line in self._store.lines.of(visit_id)):
            raise Refused("prescription.in_other_visit")

    def _diagnose(self, visit: Visit, code: str) -> bool:
        """Its diagnosis, where the doctor has chosen none and it may be picked here."""
        if visit.diagnosis is not None or not code:
            return False
        try:
            known = self._diagnoses.diagnosis(code)
        except Refused:  # It stands on the page; the doctor picks.
            return False
        self._store.visits.change_diagnosis(visit.visit_id, known.code, self._now())
        return True

    def _view(self, told: Prescription, visit: Visit, lines: list[BillLine]) -> RxView:
        mine = [line for line in lines if line.rxno == told.hi_rxno]
        given = visit.state is VisitState.SETTLED and bool(mine)
        state = state_on(RxState.OPEN, told.valid_until, self._now().date())
        return RxView(
            hi_rxno=told.hi_rxno,
            hospital=told.hospital,
            doctor=told.doctor,
            prescribed_on=told.prescribed_on,
            valid_until=told.valid_until,
            diagnosis=told.diagnosis,
            state=RxState.DISPENSED if given else state,
            lines=tuple(self._line(drug, mine) for drug in told.drugs),
        )

    def _line(self, drug: Drug, mine: list[BillLine]) -> RxLine:
        items = [each for each in self._catalogue.drugs if each.med_list_codg == drug.med_list_codg]
        codes = {each.medins_list_codg for each in items}
        scanned = sum(line.item_code in codes for line in mine)
        wanted = max((drug.packs_of(each) for each in items), default=0)
        return RxLine(
            med_list_codg=drug.med_list_codg,
            name=drug.name,
            spec=drug.spec,
            quantity=f"{drug.quantity.normalize():f}",
            unit=drug.unit,
            usage=drug.usage,
            scanned=str(scanned),
            stocked=bool(items),
            left=max(0, wanted - scanned),
            countable=wanted > 0,
        )

    def _is_of(self, line: BillLine, item: Item) -> bool:
        """Whether this line is a whole pack of that national code."""
        known = self._catalogue.drug(line.item_code)
        whole = line.trace_code is not None and not line.split_units
        return whole and known is not None and known.med_list_codg == item.med_list_codg

    def _say(self, visit_id: str | None, notice: Notice) -> None:
        """Beside the scan line, as long as the same visit lies there."""
        with self._counter.lock:
            if self._counter.front == visit_id:
                self._counter.scan = notice
        self._board.publish()

    def _price(self, visit_id: str) -> None:
        try:
            self._changed(visit_id)
        except Fault as fault:  # It is on the bill; its price can be asked for again.
            log.info("not priced: %s", fault)


def refuse_not_open(told: Prescription) -> None:
    """Raises Refused `prescription.dispensed`, `prescription.withdrawn`,
    `prescription.expired`."""
    match told.state:
        case RxState.OPEN:
            return
        case RxState.DISPENSED:
            raise Refused("prescription.dispensed", where=told.where)
        case RxState.WITHDRAWN:
            raise Refused("prescription.withdrawn", where=told.hospital)
        case RxState.EXPIRED:
            day = "" if told.valid_until is None else told.valid_until.isoformat()
            raise Refused("prescription.expired", day=day)


def _told(fault: Fault) -> Notice:
    said = {"said": fault.said} if fault.said else {}
    return Notice(fault.code, {**{name: str(each) for name, each in fault.facts.items()}, **said})
