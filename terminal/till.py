"""The doctor's verbs about money: price, reckon, confirm an amount, look at a difference.

A verb returns at once; what it sets going at the province is done by the errands, one at a
time, and its outcome appears on the counter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terminal.agreeing import Agreeing
from terminal.assuring import Assuring
from terminal.board import Comparison, Workplace
from terminal.core.assurance import challenge_helps
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.faults import Refused
from terminal.core.money import Money, total
from terminal.core.shares import Shares
from terminal.core.visit import VisitEvent, VisitState, advance
from terminal.offline import Offline
from terminal.pricing import Pricing
from terminal.rounds import Rounds
from terminal.sales import Sales
from terminal.selfpaid import SelfPaid
from terminal.settlement import Settlement
from terminal.store.visits import Visit

_RESUME = "checking"
"""Name of the errand that asks what became of unfinished visits."""

_PRICED_ANEW = (VisitState.TRACED, VisitState.PARTLY_SETTLED)
"""Where a changed bill is priced by itself."""


@dataclass(frozen=True, slots=True)
class Late:
    """What happens to a visit's money later than at the counter."""

    offline: Offline
    rounds: Rounds


@dataclass(frozen=True, slots=True)
class House:
    """What holds for every visit of this clinic."""

    assuring: Assuring
    """Says why more than a face is asked for."""
    agreeing: Agreeing
    """Knows what the resident said to an amount."""
    line_is_away: Callable[[], bool]
    """Whether the province could not be reached the last time."""
    advise: Callable[[str], None]
    """Asks later what the province says beforehand of a priced visit; it informs only."""
    refuse_open: Callable[[str], None]
    """Raises while a warning about this visit stands open."""
    refuse_claim: Callable[[str], None]
    """Raises where nothing of this visit may be claimed, whoever is on duty."""


class Till:
    """Money, as the doctor sees it."""

    def __init__(
        self,
        workplace: Workplace,
        pricing: Pricing,
        settlement: Settlement,
        late: Late,
        sales: Sales,
        self_paid: SelfPaid,
        house: House,
    ) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._pricing = pricing
        self._settlement = settlement
        self._offline = late.offline
        self._rounds = late.rounds
        self._sales = sales
        self._doctor = workplace.doctor
        self._may_settle = workplace.may_settle
        self._assuring = house.assuring
        self._agreeing = house.agreeing
        self._line_is_away = house.line_is_away
        self._advise = house.advise
        self._refuse_open = house.refuse_open
        self._refuse_claim = house.refuse_claim
        self.sell_self_paid = self_paid.sell

    def lines_changed(self, visit_id: str) -> None:
        """Ask for the new price by itself, once person, diagnosis and a line are there."""
        visit = self._store.visits.visit(visit_id)
        with self._counter.lock:
            self._counter.notices.pop(visit_id, None)
            if self._counter.assurance_of == visit_id:  # Of another bill, it may be smaller.
                self._counter.assurance_of = self._counter.comparison = None
                self._counter.assurance_why = ()
        if self._settlement.settles and visit.diagnosis is not None and visit.state in _PRICED_ANEW:
            self.price(visit_id)

    def price(self, visit_id: str) -> None:
        """Ask the province for its shares. Raises Refused `settling.record_system`."""
        self._pricing.refuse_settling()
        with self._counter.lock:  # Until it is queued: nobody may confirm meanwhile.
            self._counter.on_counter(visit_id)
            advance(self._store.visits.visit(visit_id).state, VisitEvent.PRE_SETTLED)
            self._counter.notices.pop(visit_id, None)
            self._errands.hand_over(f"pricing:{visit_id}", lambda: self._price(visit_id))

    def confirm_amount(self, visit_id: str, revision: int, own: Money) -> None:
        """The doctor confirms the amount that stood on the screen, and it is charged.

        Raises Refused `visit.price_changed` when that is no longer the amount,
        `visit.no_such_step` for a second tap, `agreement.declined`, `family.binding_ended`
        and `family.collect_only` when the holder may not agree to it (the doctor may confirm
        that the person is here), and `visit.assurance_wanted` when more than a face is
        asked for: the ways to give it are then open.
        """
        try:
            self._agree(visit_id, revision, own)
        except Refused:
            self._board.publish()  # What the amount asks for shows on both screens.
            raise
        self._errands.hand_over(f"settling:{visit_id}", lambda: self._settle(visit_id))
        self._board.publish()

    def estimate(self, visit_id: str) -> None:
        """The province is away: reckon the shares ourselves, marked as an estimate.

        Raises Refused `offline.province_is_there` while it answers, and as
        offline.Offline.estimate does.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            if f"pricing:{visit_id}" in self._errands.under_way():
                raise Refused("settlement.not_now")
            if not self._line_is_away():
                raise Refused("offline.province_is_there")
            self._offline.estimate(visit_id)
            self._counter.notices.pop(visit_id, None)
        self._board.publish()

    def agree_ceiling(self, visit_id: str, revision: int, own: Money) -> None:
        """The resident agrees to pay up to the estimate on the screen; it settles later.

        Raises as `confirm_amount` and offline.Offline.agree do.
        """
        try:
            with self._counter.lock, self._store.transaction():
                self._counter.on_counter(visit_id)
                visit = self._store.visits.visit(visit_id)
                self._refuse_unregistered(visit_id)
                self._refuse_open(visit_id)
                self._refuse_unassured(visit, self._estimated(visit_id))
                agreed = self._agreeing.confirmed(visit, own)
                self._offline.agree(visit_id, revision, own, self._doctor(), agreed)
                self._counter.notices.pop(visit_id, None)
                self._counter.scan = None
        finally:
            self._board.publish()

    def accept_difference(self, visit_id: str) -> None:
        """What was charged is not what was agreed to, and the resident takes it so.

        Raises Refused `settlement.no_such_step` where nothing differs.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._settlement.accept_difference(visit_id, self._doctor())
            self._counter.notices.pop(visit_id, None)
            self._errands.hand_over(f"settling:{visit_id}", lambda: self._settle(visit_id))
        self._board.publish()

    def judge_elsewhere(self, visit_id: str, setl_id: str) -> None:
        """A settlement made elsewhere today is another matter: go on with this one.

        Raises Refused `visit.no_such_step` when it was not found beside this visit.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            judged = self._store.elsewhere.judge(visit_id, setl_id, self._doctor(), self._now())
            if not judged:
                raise Refused("visit.no_such_step", event="judge_elsewhere")
            self._counter.notices.pop(visit_id, None)
        self._board.publish()

    def ask_now(self) -> None:
        """Ask at once what became of everything unfinished, and settle what waits."""
        self._errands.hand_over(_RESUME, self._resume)

    def _agree(self, visit_id: str, revision: int, own: Money) -> None:
        """Write down what was agreed to, all or nothing."""
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            if f"pricing:{visit_id}" in self._errands.under_way():
                raise Refused("visit.price_changed")
            visit = self._store.visits.visit(visit_id)
            self._refuse_unregistered(visit_id)
            self._refuse_open(visit_id)  # Before it is agreed to: nothing is warned of later.
            priced = [
                record
                for record in self._store.settlements.of_visit(visit_id)
                if record.state is SettlementState.PRICED
            ]
            how = self._agreeing.confirmed(visit, own)
            self._store.visits.record(
                visit_id,
                VisitEvent.AMOUNT_CONFIRMED,
                self._now(),
                facts={"own_fen": own.fen, "revision": revision, "agreed": how, **_standing(visit)},
            )
            shares = [Shares.from_fen(record.pre_settlement or {}) for record in priced]
            seen = total(share.own for share in shares)
            if visit.revision != revision or not priced or seen != own:
                raise Refused("visit.price_changed")
            self._refuse_unassured(visit, total(share.total for share in shares))
            self._settlement.elsewhere.refuse_unjudged(visit_id)
            for record, share in zip(priced, shares, strict=True):
                if record.priced_revision != visit.revision:
                    raise Refused("visit.price_changed")
                self._store.settlements.record(
                    record.settlement_id,
                    SettlementEvent.AMOUNT_CONFIRMED,
                    self._now(),
                    changes={"agreed_own_fen": share.own.fen, "agreed_fund_fen": share.fund.fen},
                )
            self._counter.notices.pop(visit_id, None)
            self._counter.scan = None

    def _refuse_unassured(self, visit: Visit, amount: Money) -> None:
        if self._asks_for_more(visit, amount):
            raise Refused("visit.assurance_wanted")

    def _asks_for_more(self, visit: Visit, amount: Money) -> bool:
        """Whether more is asked for than is known of who stands there; the ways to give it
        are then open. The caller holds the lock."""
        reasons = self._assuring.wanted(visit, amount)
        if not reasons:
            return False
        standing = visit.holder_id or visit.person_id or ""
        self._counter.assurance_of = visit.visit_id
        self._counter.assurance_why = reasons
        if challenge_helps(reasons):
            self._counter.comparison = Comparison.with_challenge(visit.visit_id, standing)
        return True

    def _refuse_unregistered(self, visit_id: str) -> None:
        """Nothing insured is asked for, or agreed to, under a doctor unknown here (5102)."""
        self._pricing.refuse_settling()
        if not self._may_settle(self._store.visits.visit(visit_id).doctor_code):
            raise Refused("doctor.not_registered")
        self._refuse_claim(visit_id)

    def _price(self, visit_id: str) -> None:
        self._refuse_unregistered(visit_id)
        while not self._pricing.price(visit_id):
            pass  # The lines changed meanwhile; each pass asks for the newest.
        if self._store.visits.visit(visit_id).state is VisitState.PRICED:
            self._settlement.look_at_day(visit_id)
            self._advise(visit_id)
            self._settlement.elsewhere.refuse_unjudged(visit_id)
        with self._counter.lock:  # Asked beside the amount, not after it was agreed to.
            visit = self._store.visits.visit(visit_id)
            if self._counter.front == visit_id and visit.state is VisitState.PRICED:
                records = self._store.settlements.of_visit(visit_id)
                shares = [Shares.from_fen(record.pre_settlement or {}) for record in records]
                self._asks_for_more(visit, total(share.total for share in shares))

    def _settle(self, visit_id: str) -> None:
        try:
            self._settlement.settle(visit_id)
        except Refused as fault:
            if self._rounds.sent_back(visit_id, fault):
                self._price_later(visit_id)
            raise
        self._errands.hand_over("telling", self._sales.tell)

    def _resume(self) -> None:
        self._rounds.go(self._price_later, self._refuse_claim)

    def _price_later(self, visit_id: str) -> None:
        self._errands.hand_over(f"pricing:{visit_id}", lambda: self._price(visit_id))

    def _estimated(self, visit_id: str) -> Money:
        records = self._store.settlements.of_visit(visit_id)
        reckoned = [record for record in records if record.state is SettlementState.ESTIMATED]
        return total(Shares.from_fen(record.estimate or {}).total for record in reckoned)


def _standing(visit: Visit) -> dict[str, object]:
    """Who stood there for whom, and under which binding, when an amount was agreed to."""
    if visit.holder_id is None:
        return {}
    return {"holder": visit.holder_id, "binding_id": visit.binding_id}
