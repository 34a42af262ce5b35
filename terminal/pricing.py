"""What the province would pay for just these lines: registered, uploaded, pre-settled.

One batch at the province for each category of lines. Everything here may be repeated: no
money moves. An unanswered registration (2201) is made anew under a new number, and before
fee lines are sent again the old ones are taken back (2205), as after a visit that was left.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from terminal.core.catalogue import (
    ORDINARY,
    Catalogue,
    Registration,
    category_of,
    registration_of,
)
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.faults import Fault, Refused
from terminal.core.money import total
from terminal.core.people import Coverage, Identified
from terminal.core.shares import Shares
from terminal.core.standing import refuse_off_errand, refuse_uninsured
from terminal.core.visit import VisitEvent, VisitState, advance
from terminal.province.conversation import Fee, Province
from terminal.province.session import Case
from terminal.store import Store
from terminal.store.bill_line import BillLine
from terminal.store.people import coverage_as_json
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

_NOT_YET_AGREED = (SettlementState.DRAFT, SettlementState.ESTIMATED, SettlementState.PRICED)


class Pricing:
    """Turns the lines of a visit into the province's shares."""

    def __init__(
        self,
        store: Store,
        province: Province,
        catalogue: Catalogue,
        name_of: Callable[[str], str],
        registrations: Mapping[str, Registration],
        med_types: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        """`name_of` a diagnosis; `med_types`: med_type by category (without registration)."""
        self._store = store
        self._province = province
        self._catalogue = catalogue
        self._name_of = name_of
        self._registrations = registrations
        self._med_types = med_types
        self._now = now

    def price(self, visit_id: str) -> bool:
        """Pre-settle every settlement of the visit. False when the lines changed meanwhile.

        Raises Refused `visit.no_diagnosis`, `visit.no_lines`, `visit.no_such_step`, `person
        .not_insured`, `.not_asked`, and what the province raises; the visit stays as it was.
        """
        self.refuse_settling()
        visit = self._store.visits.visit(visit_id)
        # Before anything is asked: a visit that is agreed to or charged is not priced anew.
        advance(visit.state, VisitEvent.PRE_SETTLED)
        coverage = self._coverage(visit)
        by_category = self.batches(visit, coverage)
        self._drop_all_but(by_category, visit)
        for category, lines in by_category.items():
            settlement = self.settlement_for(visit_id, category)
            if settlement.state is SettlementState.CONFIRMED:
                self._record(settlement, SettlementEvent.REOPENED)
            elif settlement.state not in _NOT_YET_AGREED:
                continue  # Charged already: what is left of the visit is priced alone.
            shares = self._pre_settled(visit, settlement, coverage, lines)
            self._record(
                settlement,
                SettlementEvent.PRE_SETTLED,
                pre_settlement=json.dumps(shares.as_fen()),
                priced_revision=visit.revision,
                refusal=None,
            )
        with self._store.transaction():
            now = self._store.visits.visit(visit_id)
            if now.revision != visit.revision:
                return False
            if now.state is not VisitState.SETTLED:  # What was unpaid is off the bill.
                self._store.visits.record(visit_id, VisitEvent.PRE_SETTLED, self._now())
        return True

    def pre_settled_anew(self, visit_id: str) -> dict[str, Shares]:
        """What the province says now of a visit that waits for it, by settlement_id.

        The batches stay those that were agreed to, and the visit's own time goes with
        them, so that its year is kept. No step is taken: what this means for what was
        agreed to, the caller judges. Raises as `price` does.
        """
        visit = self._store.visits.visit(visit_id)
        coverage = self._coverage(visit)
        by_category: dict[str, list[BillLine]] = {}
        for line in self._store.lines.of(visit_id):
            by_category.setdefault(line.category, []).append(line)
        self._drop_all_but(by_category, visit)
        anew: dict[str, Shares] = {}
        for settlement in self._store.settlements.of_visit(visit_id):
            if settlement.state is SettlementState.WAITING:
                lines = by_category[settlement.category]
                shares = self._pre_settled(visit, settlement, coverage, lines)
                self._store.settlements.note(
                    settlement.settlement_id, pre_settlement=json.dumps(shares.as_fen())
                )
                anew[settlement.settlement_id] = shares
        return anew

    def refuse_settling(self) -> None:
        """Raises Refused `settling.record_system` where the clinic's record system settles."""
        self._province.refuse_settling()

    def withdraw(self, visit_id: str) -> None:
        """Take back (2205, 2202) what a visit that was left has lying at the province.

        Only of settlements that were let go before any charge was sent. Nobody waits for
        it: what the province does not answer stays there, and does no harm.
        """
        visit = self._store.visits.visit(visit_id)
        for settlement_id in self._store.offline.let_go(visit_id):
            try:
                self._withdraw(visit, self._store.settlements.settlement(settlement_id))
            except Fault as fault:
                log.info("a registration stays at the province: %s", fault)

    def case(self, visit: Visit, settlement: Settlement) -> Case:
        """The facts that every message of this settlement repeats, to its very end.

        The insurance is the one it was registered with: what the province says of the
        person later must not keep us from asking what became of their money.
        """
        # A settlement that an older version of this program left does not have it.
        coverage = settlement.coverage or self._store.people.coverage(visit.person_id or "")
        if coverage is None:
            raise Refused("person.not_asked")
        return self._case(visit, settlement, coverage)

    def batches(self, visit: Visit, coverage: Coverage | None) -> dict[str, list[BillLine]]:
        """The lines by settlement. What is registered may be known only now, or not at all.

        Raises Refused `visit.no_lines`, `visit.no_diagnosis`.
        """
        lines = self._store.lines.of(visit.visit_id)
        if not lines:
            raise Refused("visit.no_lines")
        if visit.diagnosis is None:
            raise Refused("visit.no_diagnosis")
        by_category: dict[str, list[BillLine]] = {}
        charged = {
            settlement.category
            for settlement in self._store.settlements.of_visit(visit.visit_id)
            if settlement.state is SettlementState.SETTLED
        }
        moved: dict[int, str] = {}
        for line in lines:
            category = line.category
            if category not in charged:
                fitting = self.category_of(line, coverage)
                # What is charged is closed: nothing may slip into it unpaid.
                category = category if fitting in charged else fitting
            if category != line.category:
                moved[line.number] = category
            by_category.setdefault(category, []).append(line)
        refuse_off_errand(visit.standing, by_category)
        if moved:
            self._store.lines.change_categories(visit.visit_id, moved)
        # The ordinary batch first: it is the one that every visit has.
        return dict(sorted(by_category.items(), key=lambda pair: pair[0] != ORDINARY))

    def category_of(self, line: BillLine, coverage: Coverage | None) -> str:
        """To which settlement a line belongs, for someone with this coverage."""
        item = self._catalogue.item(line.item_code)
        if item is None:
            return line.category
        registered = {} if coverage is None else coverage.registrations
        return category_of(item, registered, self._registrations)

    def settlement_for(self, visit_id: str, category: str) -> Settlement:
        """The visit's settlement of this category, made where there is none."""
        for settlement in self._store.settlements.of_visit(visit_id):
            if settlement.category == category:
                return settlement
        settlement_id = uuid.uuid4().hex
        self._store.settlements.add(settlement_id, visit_id, category)
        return self._store.settlements.settlement(settlement_id)

    def _coverage(self, visit: Visit) -> Coverage:
        coverage = self._store.people.coverage(visit.person_id or "")
        if coverage is None:
            raise Refused("person.not_asked")
        refuse_uninsured(visit.standing, coverage)
        return coverage

    def _case(self, visit: Visit, settlement: Settlement, coverage: Coverage) -> Case:
        person = self._store.people.person(visit.person_id or "")
        if person is None:
            raise Refused("person.not_asked")
        if visit.diagnosis is None:
            raise Refused("visit.no_diagnosis")
        return Case(
            settlement_id=settlement.settlement_id,
            person=person,
            coverage=coverage,
            med_type=self._med_types[settlement.category.partition(":")[0]],
            diagnosis_code=visit.diagnosis,
            diagnosis_name=self._name_of(visit.diagnosis),
            registration=registration_of(settlement.category),
            begun_at=visit.opened_at,
            doctor=self._store.operators.doctor(visit.doctor_code),
            by_code=visit.identified is Identified.BY_CODE,
            companion=self._store.families.companion(visit.visit_id),
        )

    def _pre_settled(
        self, visit: Visit, settlement: Settlement, coverage: Coverage, lines: list[BillLine]
    ) -> Shares:
        """Register, describe, upload, and ask what would be paid."""
        case = self._case(visit, settlement, coverage)
        mdtrt_id = settlement.mdtrt_id
        if mdtrt_id is None or not coverage.same_insurance(settlement.coverage):
            mdtrt_id = self._register(case)
        if settlement.lines_sent:
            self._province.take_back_fees(case, mdtrt_id)
        self._province.describe(case, mdtrt_id)
        chrg_bchno = str(self._store.journal.next_number("chrg_bchno"))
        self._store.settlements.note(settlement.settlement_id, lines_sent=1, chrg_bchno=chrg_bchno)
        fees = [self.fee(line, visit.opened_at) for line in lines]
        self._province.upload_fees(case, mdtrt_id, chrg_bchno, fees)
        sum_of_lines = total(line.total for line in lines)
        return self._province.pre_settle(case, mdtrt_id, chrg_bchno, sum_of_lines)

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

    def fee(self, line: BillLine, at: datetime) -> Fee:
        """A line as the province is told of it. Raises Refused `catalogue.item_gone`."""
        if (item := self._catalogue.item(line.item_code)) is None:
            raise Refused("catalogue.item_gone", line=line.number)
        return Fee(
            feedetl_sn=line.feedetl_sn,
            med_list_codg=item.med_list_codg,
            medins_list_codg=item.medins_list_codg,
            total=line.total,
            quantity=line.quantity,
            price=line.price,
            at=at,
            untraced=line.untraced or "",
            rxno=line.rxno or "",
        )

    def _drop_all_but(self, categories: Collection[str], visit: Visit) -> None:
        for settlement in self._store.settlements.of_visit(visit.visit_id):
            if settlement.category not in categories:
                self._drop(visit, settlement)

    def _withdraw(self, visit: Visit, settlement: Settlement) -> None:
        case, mdtrt_id = self.case(visit, settlement), settlement.mdtrt_id or ""
        if settlement.lines_sent:
            self._province.take_back_fees(case, mdtrt_id)
            self._store.settlements.note(settlement.settlement_id, lines_sent=0)
        self._province.unregister(case, mdtrt_id, settlement.ipt_otp_no or "")
        self._store.settlements.note(settlement.settlement_id, mdtrt_id=None)

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
