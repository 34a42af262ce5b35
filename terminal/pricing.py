"""What the province would pay for just these lines: registered, uploaded, pre-settled.

One batch at the province for each category of lines. Everything here may be repeated:
no money moves. An unanswered registration (2201) is made anew under a new number, and
before fee lines are sent again the old ones are taken back (2205).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from terminal.core.catalogue import (
    ORDINARY,
    Catalogue,
    Registration,
    category_of,
    registration_of,
)
from terminal.core.diagnoses import name_of
from terminal.core.faults import Refused
from terminal.core.money import total
from terminal.core.people import Coverage, Person
from terminal.core.visit import (
    SettlementEvent,
    SettlementState,
    VisitEvent,
    VisitState,
    advance,
)
from terminal.province.conversation import Fee, Province
from terminal.province.session import Case
from terminal.store import Store
from terminal.store.people import coverage_as_json
from terminal.store.settlements import Settlement
from terminal.store.visits import BillLine, Visit

_NOT_YET_AGREED = (SettlementState.DRAFT, SettlementState.PRICED)


class Pricing:
    """Turns the lines of a visit into the province's shares."""

    def __init__(
        self,
        store: Store,
        province: Province,
        catalogue: Catalogue,
        registrations: Mapping[str, Registration],
        med_types: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        """`med_types`: med_type of the interface by category (without registration)."""
        self._store = store
        self._province = province
        self._catalogue = catalogue
        self._registrations = registrations
        self._med_types = med_types
        self._now = now

    def price(self, visit_id: str) -> bool:
        """Pre-settle every settlement of the visit. False when the lines changed meanwhile.

        Raises Refused `visit.no_diagnosis`, `visit.no_lines`, `visit.no_such_step`,
        `person.not_insured`, `person.not_asked`, and what the province raises; the visit
        stays where it was.
        """
        visit = self._store.visits.visit(visit_id)
        # Before anything is asked: a visit that is agreed to or charged is not priced anew.
        advance(visit.state, VisitEvent.PRE_SETTLED)
        coverage = self._coverage(visit)
        by_category = self._sorted(visit, coverage)
        for settlement in self._store.settlements.of_visit(visit_id):
            if settlement.category not in by_category:
                self._drop(visit, settlement)
        for category, lines in by_category.items():
            settlement = self._settlement(visit_id, category)
            if settlement.state is SettlementState.CONFIRMED:
                self._record(settlement, SettlementEvent.REOPENED)
            elif settlement.state not in _NOT_YET_AGREED:
                continue  # Charged already: what is left of the visit is priced alone.
            self._pre_settle(visit, settlement, coverage, lines)
        with self._store.transaction():
            now = self._store.visits.visit(visit_id)
            if now.revision != visit.revision:
                return False
            if now.state is not VisitState.SETTLED:  # What was unpaid is off the bill.
                self._store.visits.record(visit_id, VisitEvent.PRE_SETTLED, self._now())
        return True

    def case(self, visit: Visit, settlement: Settlement) -> Case:
        """The facts that every message of this settlement repeats, to its very end.

        The insurance is the one it was registered with: what the province says of the
        person later must not keep us from asking what became of their money.
        """
        person_id = visit.person_id or ""
        person = self._store.people.person(person_id)
        # A settlement that an older version of this program left does not have it.
        coverage = settlement.coverage or self._store.people.coverage(person_id)
        if person is None or coverage is None:
            raise Refused("person.not_asked")
        return self._case(visit, settlement, person, coverage)

    def _coverage(self, visit: Visit) -> Coverage:
        coverage = self._store.people.coverage(visit.person_id or "")
        if coverage is None:
            raise Refused("person.not_asked")
        if not coverage.in_force:
            raise Refused("person.not_insured")
        return coverage

    def _case(
        self, visit: Visit, settlement: Settlement, person: Person, coverage: Coverage
    ) -> Case:
        if visit.diagnosis is None:
            raise Refused("visit.no_diagnosis")
        return Case(
            settlement_id=settlement.settlement_id,
            person=person,
            coverage=coverage,
            med_type=self._med_types[settlement.category.partition(":")[0]],
            diagnosis_code=visit.diagnosis,
            diagnosis_name=name_of(visit.diagnosis),
            registration=registration_of(settlement.category),
            begun_at=visit.opened_at,
        )

    def _sorted(self, visit: Visit, coverage: Coverage) -> dict[str, list[BillLine]]:
        """The lines by settlement. What is registered may be known only now."""
        lines = self._store.visits.lines(visit.visit_id)
        if not lines:
            raise Refused("visit.no_lines")
        by_category: dict[str, list[BillLine]] = {}
        charged = {
            settlement.category
            for settlement in self._store.settlements.of_visit(visit.visit_id)
            if settlement.state is SettlementState.SETTLED
        }
        moved: dict[int, str] = {}
        for line in lines:
            category = line.category
            item = self._catalogue.item(line.item_code)
            if category not in charged and item is not None:
                fitting = category_of(item, coverage.registrations, self._registrations)
                # What is charged is closed: nothing may slip into it unpaid.
                category = category if fitting in charged else fitting
            if category != line.category:
                moved[line.number] = category
            by_category.setdefault(category, []).append(line)
        if moved:
            self._store.visits.change_categories(visit.visit_id, moved)
        # The ordinary batch first: it is the one that every visit has.
        return dict(sorted(by_category.items(), key=lambda pair: pair[0] != ORDINARY))

    def _settlement(self, visit_id: str, category: str) -> Settlement:
        for settlement in self._store.settlements.of_visit(visit_id):
            if settlement.category == category:
                return settlement
        settlement_id = uuid.uuid4().hex
        self._store.settlements.add(settlement_id, visit_id, category)
        return self._store.settlements.settlement(settlement_id)

    def _pre_settle(
        self, visit: Visit, settlement: Settlement, coverage: Coverage, lines: list[BillLine]
    ) -> None:
        person = self._store.people.person(visit.person_id or "")
        if person is None:
            raise Refused("person.not_asked")
        case = self._case(visit, settlement, person, coverage)
        mdtrt_id = settlement.mdtrt_id
        if mdtrt_id is None or not _same_insurance(settlement.coverage, coverage):
            mdtrt_id = self._register(case)
        if settlement.lines_sent:
            self._province.take_back_fees(case, mdtrt_id)
        self._province.describe(case, mdtrt_id)
        chrg_bchno = str(self._store.journal.next_number("chrg_bchno"))
        self._store.settlements.note(settlement.settlement_id, lines_sent=1, chrg_bchno=chrg_bchno)
        fees = [self._fee(line, visit.opened_at) for line in lines]
        self._province.upload_fees(case, mdtrt_id, chrg_bchno, fees)
        sum_of_lines = total(line.total for line in lines)
        shares = self._province.pre_settle(case, mdtrt_id, chrg_bchno, sum_of_lines)
        self._record(
            settlement,
            SettlementEvent.PRE_SETTLED,
            pre_settlement=json.dumps(shares.as_fen()),
            priced_revision=visit.revision,
            refusal=None,
        )

    def _register(self, case: Case) -> str:
        """Registered under a number of its own, unique in the institution."""
        number = self._store.journal.next_number("ipt_otp_no")
        ipt_otp_no = f"{self._now():%Y%m%d%H%M%S}{number:06}"
        mdtrt_id = self._province.register(case, ipt_otp_no)
        self._store.settlements.note(
            case.settlement_id,
            mdtrt_id=mdtrt_id,
            ipt_otp_no=ipt_otp_no,
            coverage=coverage_as_json(case.coverage),
        )
        return mdtrt_id

    def _fee(self, line: BillLine, at: datetime) -> Fee:
        item = self._catalogue.item(line.item_code)
        if item is None:
            raise Refused("catalogue.item_gone", line=line.number)
        return Fee(
            feedetl_sn=line.feedetl_sn,
            med_list_codg=item.med_list_codg,
            medins_list_codg=item.medins_list_codg,
            total=line.total,
            quantity=line.quantity,
            price=line.price,
            at=at,
        )

    def _drop(self, visit: Visit, settlement: Settlement) -> None:
        """No lines are left for it: take back what lies at the province, then let go."""
        if settlement.state not in (*_NOT_YET_AGREED, SettlementState.CONFIRMED):
            return
        if settlement.lines_sent and settlement.mdtrt_id:
            self._province.take_back_fees(self.case(visit, settlement), settlement.mdtrt_id)
        self._record(settlement, SettlementEvent.DROPPED)

    def _record(self, settlement: Settlement, event: SettlementEvent, **changes: object) -> None:
        self._store.settlements.record(
            settlement.settlement_id, event, self._now(), changes=changes
        )


def _same_insurance(then: Coverage | None, now: Coverage) -> bool:
    """A visit is registered under one insurance; under another it is registered anew."""
    return then is not None and (then.insutype, then.insuplc_admdvs) == (
        now.insutype,
        now.insuplc_admdvs,
    )
