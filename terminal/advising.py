"""What the province says beforehand of a priced visit: who would not pay, and its audit.

Our own findings travel with the audit, and where it answers to one of them its words name
that finding, so that the screen says both once.

Advice informs. It comes after the amount and holds nobody up: it is asked by an errand of
its own, for the visit on the counter and only until the amount is agreed to; what is
refused or not answered is not shown. Kept in memory alone, for a text of the audit may
name a disease.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from terminal.board import Advice, Workplace
from terminal.core.charge import SettlementState
from terminal.core.counter import Notice
from terminal.core.faults import Refused, Unavailable, Uncertain
from terminal.core.goods_views import FindingView
from terminal.core.visit import VisitState
from terminal.pricing import Pricing
from terminal.province.conversation import Province, Treatment, Violation
from terminal.province.session import Case
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

OFF, BEFORE, DURING = "off", "before", "during"
"""Which audit the region asks for: none, 3101, 3102."""

_SILENT_FOR = timedelta(minutes=30)
"""After one silence nothing is asked for so long. Each costs up to a whole time-out, behind
which a settlement may wait."""

_ROWS_MAX = 8
"""Of one answer; a doctor reads no more before a tap."""

_SEVERITY_MAX = 6
"""Letters of a code (C6)."""


Findings = Callable[[str, str], tuple[FindingView, ...]]
"""What our own rules find for a visit and a category of settlement (Reminding.as_told)."""


class Advising:
    """Asks 2001 and the audit, and lays what they say beside the bill."""

    def __init__(
        self,
        workplace: Workplace,
        pricing: Pricing,
        province: Province,
        audit: str,
        findings: Findings | None = None,
    ) -> None:
        """`audit`: off, before (3101) or during (3102); `findings` travel with it."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._errands = workplace.errands
        self._now = workplace.now
        self._pricing = pricing
        self._province = province
        self._audit = audit
        self._ours = findings
        self._silent_until: datetime | None = None

    def ask_later(self, visit_id: str) -> None:
        """Ask when the errands before it are done. Raises nothing: it may be left out."""
        try:
            # Its name has no visit: nothing on the screen is busy with it.
            self._errands.hand_over("advising", lambda: self._ask(visit_id))
        except Unavailable as fault:
            log.info("no advice is asked for: %s", fault)

    def _ask(self, visit_id: str) -> None:
        if self._silent_until is not None and self._now() < self._silent_until:
            return
        try:
            for settlement in self._store.settlements.of_visit(visit_id):
                visit = self._not_agreed_to(visit_id)
                if visit is None:
                    return
                if settlement.state is SettlementState.PRICED:
                    self._ask_about(visit, settlement)
        except Refused as no:
            log.info("no advice on this visit: %s", no)
        except (Unavailable, Uncertain) as silence:
            log.info("no advice for a while: %s", silence)
            self._silent_until = self._now() + _SILENT_FOR

    def _not_agreed_to(self, visit_id: str) -> Visit | None:
        """The visit, while it lies on the counter and its amount is still looked at."""
        visit = self._store.visits.visit(visit_id)
        with self._counter.lock:
            on_counter = self._counter.front == visit_id
        return visit if on_counter and visit.state is VisitState.PRICED else None

    def _ask_about(self, visit: Visit, settlement: Settlement) -> None:
        """2001 once for a settlement, the audit for each new bill of it.

        Raises Unavailable or Uncertain at the first silence. Noted before asking, so that
        what was not answered is not asked again.
        """
        case = self._pricing.case(visit, settlement)
        asked = _asked(case)
        known = self._known(visit, settlement)
        if known is not None and known.asked == asked:
            advice = self._keep(visit, replace(known, revision=visit.revision, audited=()))
        else:
            advice = Advice(settlement.settlement_id, visit.revision, asked)
            self._keep(visit, advice)
            advice = self._keep(visit, replace(advice, not_enjoyed=self._not_enjoyed(case)))
        if self._audit != OFF and self._not_agreed_to(visit.visit_id) is not None:
            self._keep(visit, replace(advice, audited=self._audited(visit, settlement, case)))

    def _not_enjoyed(self, case: Case) -> tuple[Notice, ...]:
        """The funds that would not pay, each with the province's reason."""
        try:
            told = self._province.treatment(case)
        except Refused as no:
            log.info("2001 was refused: %s", no)
            return ()
        return _distinct([_of_treatment(each) for each in told if not each.enjoyed])

    def _audited(self, visit: Visit, settlement: Settlement, case: Case) -> tuple[Notice, ...]:
        """What the bureau's audit would object to in these lines."""
        lines = self._store.lines.of(visit.visit_id)
        fees = [
            self._pricing.fee(line, visit.opened_at)
            for line in lines
            if line.category == settlement.category
        ]
        ours = self._ours(visit.visit_id, settlement.category) if self._ours else ()
        try:
            told = self._province.audit(
                case,
                settlement.mdtrt_id or "",
                fees,
                during=self._audit == DURING,
                findings=ours,
            )
        except Refused as no:
            log.info("the audit was refused: %s", no)
            return ()
        named = {each.rule for each in ours}
        return _distinct([_of_violation(each, named) for each in told])

    def _known(self, visit: Visit, settlement: Settlement) -> Advice | None:
        with self._counter.lock:
            kept = self._counter.advice.get(visit.visit_id, ())
        return next((each for each in kept if each.settlement_id == settlement.settlement_id), None)

    def _keep(self, visit: Visit, advice: Advice) -> Advice:
        """In the place of what was known of this settlement; of other visits nothing stays."""
        with self._counter.lock:
            if self._counter.front == visit.visit_id:
                others = [
                    each
                    for each in self._counter.advice.get(visit.visit_id, ())
                    if each.settlement_id != advice.settlement_id
                ]
                self._counter.advice = {visit.visit_id: (*others, advice)}
        return advice


def _asked(case: Case) -> tuple[str, ...]:
    """What the answer to 2001 depends on."""
    coverage = case.coverage
    where = coverage.insuplc_admdvs, coverage.insutype
    return (case.person.psn_no, *where, case.med_type, case.registration, case.diagnosis_code)


def _of_treatment(told: Treatment) -> Notice:
    return Notice("advice.not_enjoyed", _facts(said=told.reason))


def _of_violation(told: Violation, ours: Collection[str]) -> Notice:
    """With `finding`, the name of our own rule, where the province answers to that."""
    return Notice(
        "advice.audit",
        _facts(
            said=told.said,
            rule=told.rule,
            severity=told.severity[:_SEVERITY_MAX],
            finding=told.rule_id if told.rule_id in ours else "",
        ),
    )


def _facts(**told: str) -> dict[str, str]:
    """What was said, unchanged; without what was left empty."""
    return {name: text for name, text in told.items() if text}


def _distinct(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Each once, in order: the audit objects to a drug once for each of its lines."""
    once: list[Notice] = []
    for notice in notices:
        if notice not in once:
            once.append(notice)
    return tuple(once[:_ROWS_MAX])
