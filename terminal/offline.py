"""Visits made while the province is away: reckoned, agreed to as a ceiling, settled later.

The resident agrees to an estimate as the most they will pay. When the line is back the
visit is pre-settled anew. At or under what was agreed to it settles by itself; above, it
waits for doctor and resident. Nothing is ever charged for an amount nobody agreed to, and
nothing is agreed to without a signed record of it (evidence.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.core.benefit_policy import Policy
from terminal.core.benefits_file import WHOLLY_SELF_PAID, Terms
from terminal.core.catalogue import ORDINARY
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.coverage import Category
from terminal.core.estimate import Here, Known, Paid, estimate
from terminal.core.faults import Refused
from terminal.core.money import Money, total
from terminal.core.people import Coverage
from terminal.core.shares import Shares
from terminal.core.standing import refuse_uninsured
from terminal.core.visit import VisitEvent, VisitState, advance
from terminal.evidence import Agreement, Evidence
from terminal.pricing import Pricing
from terminal.province.enquiry import Enquiry
from terminal.slips import slip_number
from terminal.store import Store
from terminal.store.bill_line import BillLine
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit

_OF_THE_TERMINAL = ("province.not_admitted", "device.", "store.", "vault.", "settings.", "crypto.")
"""Beginnings of refusals that say nothing of a visit."""

_SIGN_IN = "9001"
_SYSTEM_ERROR = -1
"""infcode of trouble inside the platform: it will pass."""

_PRICED_ONCE = (SettlementState.PRICED, SettlementState.CONFIRMED)
_OF_AN_EARLIER_BILL = (SettlementState.ESTIMATED, *_PRICED_ONCE)


@dataclass(frozen=True, slots=True)
class OfflineRules:
    """What an estimate is made by, and whether the region lets one be agreed to."""

    allowed: bool
    policies: tuple[Policy, ...]
    """Empty where the clinic has no file of them: then nothing is estimated."""
    terms: Mapping[str, Terms]
    """By the clinic's own code of an item (medins_list_codg)."""
    here: Here


class Offline:
    """Takes a visit from TRACED to WAITING without the province, and on when it is back."""

    def __init__(
        self,
        store: Store,
        pricing: Pricing,
        enquiry: Enquiry,
        evidence: Evidence,
        rules: OfflineRules,
        now: Callable[[], datetime],
        learn_family: Callable[[str, Coverage], None],
    ) -> None:
        self._store = store
        self._pricing = pricing
        self._enquiry = enquiry
        self._evidence = evidence
        self._rules = rules
        self._now = now
        self._learn_family = learn_family

    def estimate(self, visit_id: str) -> None:
        """Reckon every settlement of the visit, all or nothing; the province is not asked.

        Raises Refused `offline.forbidden`, `offline.no_rules`, `visit.no_lines`,
        `visit.no_diagnosis`, `visit.no_such_step`, `person.not_insured`, and what
        `core.estimate.estimate` raises; the visit then stays where it was.
        """
        self._refuse_unless_allowed()
        with self._store.transaction():
            visit = self._store.visits.visit(visit_id)
            advance(visit.state, VisitEvent.ESTIMATED)
            coverage = self._store.people.coverage(visit.person_id or "")
            if coverage is not None:
                refuse_uninsured(visit.standing, coverage)
            year = visit.opened_at.year
            paid = self._store.offline.paid_in(visit.person_id or "", year, visit_id)
            batches = self._pricing.batches(visit, coverage)
            self._let_go_all_but(batches, visit_id)
            for category, lines in batches.items():
                kind = _kind(category)
                shares = self._reckoned(lines, kind, Known(coverage, tuple(paid)), visit)
                paid.append(Paid(kind, shares.fund, None))  # It may share the next one's limit.
                self._estimated(self._pricing.settlement_for(visit_id, category), visit, shares)
            self._store.visits.record(visit_id, VisitEvent.ESTIMATED, self._now())

    def agree(self, visit_id: str, revision: int, own: Money, heard_by: str, how: str = "") -> None:
        """Write down that the resident pays up to `own`, with its signed record.

        `heard_by`: code of the doctor before whom they agreed; `how`: core/agreement.Manner.
        Raises Refused `visit.price_changed` for another `revision` or `own` than stands there,
        `visit.no_such_step`, `offline.forbidden`.
        """
        self._refuse_unless_allowed()
        with self._store.transaction():
            visit = self._store.visits.visit(visit_id)
            advance(visit.state, VisitEvent.CEILING_AGREED)
            records = self._those(visit_id, SettlementState.ESTIMATED)
            shares = [_estimate_of(record) for record in records]
            stale = any(record.priced_revision != visit.revision for record in records)
            seen = total(each.own for each in shares)
            if not records or stale or visit.revision != revision or seen != own:
                raise Refused("visit.price_changed")
            now = self._now()
            slip_no = visit.slip_no or slip_number(self._store, now)
            for record, each in zip(records, shares, strict=True):
                self._step(
                    record,
                    SettlementEvent.CEILING_AGREED,
                    agreed_own_fen=each.own.fen,
                    agreed_fund_fen=each.fund.fen,
                )
            self._store.visits.record(
                visit_id,
                VisitEvent.CEILING_AGREED,
                now,
                changes={"slip_no": slip_no},
                facts={"own_fen": own.fen, "revision": revision, "by": heard_by, "agreed": how},
            )
            categories = [record.category for record in records]
            estimates = list(zip(categories, shares, strict=True))
            self._evidence.keep(visit, Agreement(own, heard_by, now, slip_no, estimates))

    def line_back(self, visit_id: str) -> bool:
        """Pre-settle a waiting visit anew; whether it may be charged as agreed to.

        True: at or under the ceiling, now CONFIRMED. False: above it, now PRICED, and doctor and
        resident are asked; or it no longer waits. May be repeated: no money moves.

        Raises Refused after a no that is about this visit (no longer insured), which is
        then back with the doctor, priced by nobody; Unavailable and Uncertain while the
        line is bad, and the visit goes on waiting.
        """
        self._pricing.refuse_settling()
        visit = self._store.visits.visit(visit_id)
        advance(visit.state, VisitEvent.HELD)
        try:
            self._ask_anew(visit)
            anew = self._pricing.pre_settled_anew(visit_id)
        except Refused as no:
            if _about_the_visit(no):
                self._reopen(visit_id)
            raise
        return self._judge(visit_id, anew)

    def fund_without_limit(self, visit: Visit) -> Money | None:
        """What the fund would pay for a visit if nothing of the year were used yet.

        By our own reckoning, for information; None where nobody can say.
        """
        told = self._store.people.coverage(visit.person_id or "")
        if told is None or not self._rules.policies:
            return None
        unused = Known(replace(told, fund_used=Money(0)))
        by_category: dict[str, list[BillLine]] = {}
        for line in self._store.lines.of(visit.visit_id):
            by_category.setdefault(line.category, []).append(line)
        try:
            return total(
                self._reckoned(lines, _kind(category), unused, visit).fund
                for category, lines in by_category.items()
            )
        except Refused:
            return None  # A line that cannot be reckoned any more.

    def _reckoned(
        self, lines: Sequence[BillLine], kind: Category, known: Known, visit: Visit
    ) -> Shares:
        terms = self._rules.terms
        billed = [
            terms.get(line.item_code, WHOLLY_SELF_PAID).billed(
                str(line.number), line.price, line.quantity
            )
            for line in lines
        ]
        day = visit.opened_at.date()
        return estimate(billed, kind, known, self._rules.here, self._rules.policies, day)

    def _ask_anew(self, visit: Visit) -> None:
        """What was known of the person may be old, and there may have been nothing at all.

        Raises Refused `offline.sorted_anew` where only now a registration is known under
        which a line settles: that is another bill than the one agreed to.
        """
        person = self._store.people.person(visit.person_id or "")
        if person is None:
            raise Refused("person.not_asked")
        nothing_known = self._store.people.coverage(person.person_id) is None
        told, coverage = self._enquiry.person(person.id_number)
        with self._store.transaction():
            person_id = self._store.people.learn(told, coverage)
            elsewhere = nothing_known and any(
                line.category == ORDINARY != self._pricing.category_of(line, coverage)
                for line in self._store.lines.of(visit.visit_id)
            )
            if elsewhere:  # Together with what was learnt, or a restart would pass it over.
                self._reopen(visit.visit_id)
        self._learn_family(person_id, coverage)  # Not inside: it takes the counter's lock.
        if elsewhere:
            raise Refused("offline.sorted_anew")

    def _judge(self, visit_id: str, anew: Mapping[str, Shares]) -> bool:
        with self._store.transaction():
            visit = self._store.visits.visit(visit_id)
            waiting = self._those(visit_id, SettlementState.WAITING)
            if {record.settlement_id for record in waiting} != set(anew):
                return False  # Taken back by the doctor while the province was asked.
            ceiling = total(record.agreed_own or Money(0) for record in waiting)
            own = total(shares.own for shares in anew.values())
            held = own <= ceiling
            event = SettlementEvent.HELD if held else SettlementEvent.EXCEEDED
            for record in waiting:
                self._step(
                    record,
                    event,
                    pre_settlement=json.dumps(anew[record.settlement_id].as_fen()),
                    priced_revision=visit.revision,
                    refusal=None,
                )
            step = VisitEvent.HELD if held else VisitEvent.EXCEEDED
            facts = {"own_fen": own.fen, "ceiling_fen": ceiling.fen}
            self._store.visits.record(visit_id, step, self._now(), facts=facts)
        return held

    def _reopen(self, visit_id: str) -> None:
        """Back to the doctor, unless the doctor has just taken it back already."""
        with self._store.transaction():
            if self._store.visits.visit(visit_id).state is not VisitState.WAITING:
                return
            for record in self._those(visit_id, SettlementState.WAITING):
                self._step(record, SettlementEvent.REOPENED)
            self._store.visits.record(visit_id, VisitEvent.REOPENED, self._now())

    def _let_go_all_but(self, categories: Collection[str], visit_id: str) -> None:
        """No lines are left for these. What lies at the province is taken back by pricing,
        when it can be."""
        for record in self._store.settlements.of_visit(visit_id):
            if record.category not in categories and record.state in _OF_AN_EARLIER_BILL:
                sent = record.lines_sent
                self._step(record, SettlementEvent.REOPENED if sent else SettlementEvent.DROPPED)

    def _estimated(self, record: Settlement, visit: Visit, shares: Shares) -> None:
        if record.state in _PRICED_ONCE:  # While the line was still there.
            self._step(record, SettlementEvent.REOPENED)
        self._step(
            record,
            SettlementEvent.ESTIMATED,
            estimate=json.dumps(shares.as_fen()),
            priced_revision=visit.revision,
        )

    def _step(self, record: Settlement, event: SettlementEvent, **changes: object) -> None:
        self._store.settlements.record(record.settlement_id, event, self._now(), changes=changes)

    def _those(self, visit_id: str, state: SettlementState) -> list[Settlement]:
        settlements = self._store.settlements.of_visit(visit_id)
        return [record for record in settlements if record.state is state]

    def _refuse_unless_allowed(self) -> None:
        self._pricing.refuse_settling()
        if not self._rules.allowed:
            raise Refused("offline.forbidden")
        if not self._rules.policies:
            raise Refused("offline.no_rules")


def _about_the_visit(no: Refused) -> bool:
    """Whether asking again is useless; else the visit goes on waiting for a better hour."""
    theirs = no.facts.get("infcode") == _SYSTEM_ERROR or no.facts.get("infno") == _SIGN_IN
    return not (theirs or no.code.startswith(_OF_THE_TERMINAL))


def _kind(category: str) -> Category:
    """Which benefit a settlement's category asks for, without its registration."""
    return Category(category.partition(":")[0])


def _estimate_of(record: Settlement) -> Shares:
    if record.estimate is None:
        raise Refused("settlement.not_priced")
    return Shares.from_fen(record.estimate)
