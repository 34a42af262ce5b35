"""What was given and done: boxes scanned, services picked, the diagnosis behind them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from decimal import Decimal

from terminal.board import Workplace
from terminal.core.catalogue import Catalogue, Item, Registration, category_of
from terminal.core.charge import SettlementState
from terminal.core.counter import Notice
from terminal.core.diagnoses import diagnosis
from terminal.core.faults import Fault, Refused
from terminal.core.money import line_total
from terminal.core.trace_codes import Kind, Scan, classify
from terminal.core.visit import VisitState
from terminal.store.visits import BillLine, Visit

log = logging.getLogger(__name__)

_LINES_MAX = 60
"""Lines of one bill: the envelope's input holds 40,000 characters, about sixty lines."""

_NOT_AGREED = (SettlementState.DRAFT, SettlementState.ESTIMATED, SettlementState.PRICED)

_NOBODY_YET = (VisitState.OPEN, VisitState.DOUBTED, VisitState.CHOOSING, VisitState.PRESENTED)
"""Before the doctor has said who it is."""

_TAKES_LINES = (
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.PRICED,
)


class Basket:
    """The doctor's verbs about the lines of the bill."""

    def __init__(
        self,
        workplace: Workplace,
        catalogue: Catalogue,
        registrations: Mapping[str, Registration],
        changed: Callable[[str], None],
    ) -> None:
        """`changed` is told the visit whose lines changed: its price is no longer known."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._catalogue = catalogue
        self._registrations = registrations
        self._changed = changed

    def set_diagnosis(self, visit_id: str, code: str) -> None:
        """Raises Refused `diagnosis.unknown`."""
        chosen = diagnosis(code)
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._store.visits.change_diagnosis(visit_id, chosen.code, self._now())
        self._after(visit_id)

    def add_service(self, visit_id: str, code: str) -> None:
        """Raises Refused `catalogue.no_such_service`, `catalogue.public_health`,
        `visit.too_many_lines`."""
        service = self._catalogue.service(code)
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._add(self._store.visits.visit(visit_id), service, None)
        self._after(visit_id)

    def remove_line(self, visit_id: str, number: int) -> None:
        """Raises Refused `visit.no_such_line`, `visit.line_charged`."""
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._refuse_charged(visit_id, number)
            self._store.visits.remove_line(visit_id, number, self._now())
        self._after(visit_id)

    def scanned(self, raw: bytes) -> None:
        """Take one line of the scanner, whatever it is; the counter says what became of it."""
        scan = classify(raw)
        if scan.kind is Kind.NOISE:
            return
        with self._counter.lock:
            visit_id = self._counter.front
            try:
                name = self._put(scan, visit_id)
                notice = Notice("scan.accepted", {"name": name})
            except Fault as fault:
                notice = Notice(fault.code, {k: str(v) for k, v in fault.facts.items()})
            self._counter.scan = notice
        if notice.code == "scan.accepted" and visit_id is not None:
            try:
                self._changed(visit_id)
            except Fault as fault:  # The box is on the bill; its price can be asked for again.
                log.info("not priced: %s", fault)
        self._board.publish()

    def _put(self, scan: Scan, visit_id: str | None) -> str:
        if not scan.accepted:
            raise wrong_scan(scan.kind)
        if visit_id is None:
            raise Refused("scan.no_visit")
        visit = self._store.visits.visit(visit_id)
        if visit.state in _NOBODY_YET:
            raise Refused("scan.person_first")
        if visit.state not in _TAKES_LINES:
            raise Refused("scan.too_late")
        drug = self._catalogue.drug_of(scan.product_prefix or "")
        if drug is None:
            raise Refused("scan.not_in_catalogue", prefix=scan.product_prefix)
        self._add(visit, drug, scan.code)
        return drug.name

    def _add(self, visit: Visit, item: Item, trace_code: str | None) -> None:
        if item.public_health:
            # Paid from another fund (check-up at 65, vaccination): never on a bill.
            raise Refused("catalogue.public_health")
        if len(self._store.visits.lines(visit.visit_id)) >= _LINES_MAX:
            raise Refused("visit.too_many_lines", most=_LINES_MAX)
        coverage = self._store.people.coverage(visit.person_id or "")
        registered = coverage.registrations if coverage is not None else ()
        one = Decimal(1)
        self._store.visits.add_line(
            visit.visit_id,
            BillLine(
                visit_id=visit.visit_id,
                number=self._store.visits.next_line_number(visit.visit_id),
                item_code=item.medins_list_codg,
                category=category_of(item, registered, self._registrations),
                quantity=one,
                price=item.price,
                total=line_total(item.price, one),
                trace_code=trace_code,
                feedetl_sn=str(self._store.journal.next_number("feedetl_sn")),
            ),
            self._now(),
        )

    def _refuse_charged(self, visit_id: str, number: int) -> None:
        """Of a partly settled visit only what is neither charged nor agreed to may go."""
        if self._store.visits.visit(visit_id).state is not VisitState.PARTLY_SETTLED:
            return
        category = {line.number: line.category for line in self._store.visits.lines(visit_id)}
        for record in self._store.settlements.of_visit(visit_id):
            if record.category == category.get(number) and record.state not in _NOT_AGREED:
                raise Refused("visit.line_charged", number=number)

    def _after(self, visit_id: str) -> None:
        self._counter.scan = None
        self._changed(visit_id)
        self._board.publish()


def wrong_scan(kind: Kind) -> Refused:
    """What to say of a scan that is not a trace code; the code says which mistake."""
    return Refused(WRONG_SCANS[kind])


WRONG_SCANS: dict[Kind, str] = {
    kind: f"scan.{kind.value}" for kind in Kind if kind not in (Kind.TRACE_CODE, Kind.GS1)
}
"""The fault code of each kind of wrong thing: `scan.identity_card`, `scan.cut`, ..."""
