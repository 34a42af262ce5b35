"""The rooms of money joined: pricing, settling, waiting, undoing, the cash box, closing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from terminal.advising import OFF, Advising
from terminal.agreeing import Agreeing
from terminal.assuring import Assuring
from terminal.bindings import Bindings
from terminal.board import Workplace
from terminal.cashbox import Cashbox
from terminal.charged_before import ChargedBefore
from terminal.closing import Closing
from terminal.core.catalogue import Catalogue, Registration
from terminal.core.charge import SettlementState
from terminal.core.family_rules import FamilyRules
from terminal.core.faults import Fault, Refused
from terminal.core.money import Money
from terminal.core.money_views import FundView
from terminal.core.operators import Registered
from terminal.core.standing import Standing, StandingRules, is_registered
from terminal.correcting import Correcting
from terminal.evidence import Evidence
from terminal.goods_rules import GoodsRules
from terminal.offline import Offline, OfflineRules
from terminal.papers import Papers
from terminal.pin_tries import SignInLimits
from terminal.power import Power
from terminal.prescribed import RxAsking
from terminal.pricing import Pricing
from terminal.province.conversation import Province
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.province.statements import Statements
from terminal.reconciling import Reconciling
from terminal.reminding import Reminding
from terminal.rounds import Rounds
from terminal.sales import Sales
from terminal.selfpaid import SelfPaid
from terminal.settlement import Settlement, SettlingRules
from terminal.till import House, Late, Till
from terminal.undoing import Undoing
from terminal.upkeep import Upkeep
from terminal.vault import DeviceKey

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the region and the clinic have settled on."""

    catalogue: Catalogue
    registrations: Mapping[str, Registration]
    med_types: Mapping[str, str]
    """med_type by category of settlement."""
    settling: SettlingRules
    offline: OfflineRules
    version: str
    """Which settings these are, for the records that are signed by them."""
    resume_every_s: float
    resume_every_max_s: float
    """Longest pause between two rounds while the line stays bad."""
    asks_more_from: Money | None
    """The bill from which a face alone does not suffice; None: none does."""
    let_go_max_fen: int
    clinic_fund: Money | None
    """The clinic's yearly fund as the county has said it."""
    goods: GoodsRules = field(default_factory=GoodsRules)
    family: FamilyRules = field(default_factory=FamilyRules)
    sign_in: SignInLimits = field(default_factory=SignInLimits)
    standing: StandingRules = field(default_factory=StandingRules)
    prescriptions: RxAsking | None = None
    """How the county's prescriptions are known and asked about; None: none are taken."""
    audit: str = OFF
    """The bureau's audit that is asked for: off, before (3101) or during (3102)."""
    power: Power = field(default_factory=Power)
    """What this machine runs on."""


class MoneyRooms:
    """Everything that touches money, built once for a counter."""

    def __init__(
        self,
        workplace: Workplace,
        session: Session,
        rules: Rules,
        key: DeviceKey,
        line_is_away: Callable[[], bool],
        reminding: Reminding,
        upkeep: Upkeep,
    ) -> None:
        store, clinic, now = workplace.store, session.clinic, workplace.now
        province, enquiry = Province(session), Enquiry(session)
        self._now, self._store = now, store
        self._enquiry = enquiry
        self._errands = workplace.errands
        self._reminding = reminding
        self._line_is_away = line_is_away
        self._power = rules.power
        self._newborn_claims = rules.standing.newborn_claims
        self._offline_allowed = rules.offline.allowed and bool(rules.offline.policies)
        self.pricing = Pricing(
            store,
            province,
            rules.catalogue,
            rules.goods.diagnoses.name_of,
            rules.registrations,
            rules.med_types,
            now,
        )
        self._revoked = workplace.counter.revoked
        settling = replace(rules.settling, refuse_charging=self._revoked.refuse)
        self.settlement = Settlement(store, session, self.pricing, now, settling)
        self.charged_before = ChargedBefore(store, self.settlement, now)
        evidence = Evidence(
            store, rules.catalogue, rules.goods.diagnoses.name_of, clinic, key, rules.version
        )
        bindings = self._bindings = Bindings(workplace)
        self.offline = Offline(
            store, self.pricing, enquiry, evidence, rules.offline, now, bindings.learn
        )
        self.sales = Sales(store, province, self.pricing, rules.catalogue, clinic, now)
        self.correcting = Correcting(store, now, self.offline.fund_without_limit)
        self.rounds = Rounds(
            store, workplace.counter, self.settlement, self.offline, self.sales, now, [upkeep]
        )
        self.agreeing = agreeing = Agreeing(workplace)
        self_paid = SelfPaid(workplace, self.sales, self.refuse_open, self.withdraw_later, agreeing)
        self.till = Till(
            workplace,
            self.pricing,
            self.settlement,
            Late(self.offline, self.rounds),
            self.sales,
            self_paid,
            self._house(workplace, province, rules),
        )
        self.undoing = self._undoing(workplace, self_paid)
        self.cashbox = Cashbox(workplace, clinic.fixmedins_name, rules.let_go_max_fen)
        self.closing = Closing(
            workplace,
            Reconciling(store, session, Statements(session)),
            self.cashbox,
            Papers(store, clinic, rules.catalogue, key, self.cashbox.book, now),
            rules.clinic_fund,
            session.sign_out,
        )

    def _undoing(self, workplace: Workplace, self_paid: SelfPaid) -> Undoing:
        return Undoing(
            workplace,
            self.settlement,
            self.rounds,
            self.correcting,
            self_paid,
            self.till.lines_changed,
            self._learn_anew,
        )

    def _house(self, workplace: Workplace, province: Province, rules: Rules) -> House:
        """What the till asks before anything is agreed to."""
        told = self._reminding.as_told
        return House(
            Assuring(workplace, rules.family, rules.asks_more_from),
            self.agreeing,
            self._line_is_away,
            Advising(workplace, self.pricing, province, rules.audit, told).ask_later,
            self._refuse_begin,
            self.refuse_claim,
        )

    def _refuse_begin(self, visit_id: str) -> None:
        """Raises as `refuse_open`, Refused `device.revoked`, and for a visit of which nothing is
        settled yet (what was begun is finished) `power.low` on an empty battery.

        Revoked, the rest of a half charged visit is not charged either: a successor may have
        it too, and nobody agrees to what will not be charged.
        """
        self._revoked.refuse()
        records = self._store.settlements.of_visit(visit_id)
        if not any(record.state is SettlementState.SETTLED for record in records):
            self._power.refuse_low()
        self.refuse_open(visit_id)

    def refuse_open(self, visit_id: str) -> None:
        """Raises while a warning about this visit stands open, or a binding has ended."""
        self._bindings.refuse_ended(visit_id)
        self._reminding.refuse_open(visit_id)

    def _learn_anew(self, visit_id: str) -> None:
        """Ask what the person has used of the year's limit, so that the card says it.

        Raises nothing: whatever was done is done, and the next visit asks again.
        """
        person = self._store.people.person(self._store.visits.visit(visit_id).person_id or "")
        if person is None or not is_registered(person.psn_no):
            return
        try:
            told, coverage = self._enquiry.person(person.id_number)
            self._bindings.learn(self._store.people.learn(told, coverage), coverage)
        except Fault as fault:
            log.info("the year's limit was not told again: %s", fault)

    def refuse_claim(self, visit_id: str) -> None:
        """Nothing insured is asked for under a doctor unknown here (5102), for somebody who
        was dead before that day, or for a newborn's days before it was registered.

        Asked when it is priced, when it is agreed to, and when it has waited for the line.
        Raises Refused `doctor.not_registered`, `person.died`, and
        `standing.newborn_claims_off` where the region allows no such claims.
        """
        visit = self._store.visits.visit(visit_id)
        treating = self._store.operators.by_doctor_code(visit.doctor_code)
        if treating is not None and treating.registered is Registered.NO:
            raise Refused("doctor.not_registered")
        died_on = self._store.families.died_on(visit.person_id or "")
        if died_on is not None and died_on < visit.opened_at.date():
            raise Refused("person.died")
        person = self._store.people.person(visit.person_id or "")
        born_here = visit.standing is Standing.NEWBORN and not self._newborn_claims
        if born_here and person is not None and is_registered(person.psn_no):
            raise Refused("standing.newborn_claims_off")

    def withdraw_later(self, visit_id: str) -> None:
        """Take back what a left visit has lying at the province, when there is time."""
        if self._store.offline.let_go(visit_id):
            self._errands.hand_over(
                f"withdrawing:{visit_id}", lambda: self.pricing.withdraw(visit_id)
            )

    def fund(self) -> FundView | None:
        """The clinic's fund of this year with its pace, where the county has said it."""
        return self.closing.fund(self._now().date())

    def offline_allowed(self) -> bool:
        """Whether a visit may be agreed to now although the province is away."""
        return self._offline_allowed and self._line_is_away()
