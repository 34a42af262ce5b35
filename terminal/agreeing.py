"""What the resident says to an amount: agreed or declined, by whom it was heard, once.

An answer belongs to one bill: to the lines and to the own share that were on the screen.
Another amount is asked anew, and what was said before stays written. A declined amount,
or a larger one for the same lines, is not charged before the resident says otherwise: nor is
it agreed to as a ceiling, under which the declined one would settle by itself. An amount
that nobody answered on the screen was agreed to aloud, and the doctor who confirms it
answers for having heard it.
"""

from __future__ import annotations

from dataclasses import replace

from terminal.board import Workplace
from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.bill_views import Bill
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.money import Money, total
from terminal.core.shares import Shares
from terminal.core.visit import VisitState
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit

_ASKED = {
    VisitState.PRICED: SettlementState.PRICED,
    VisitState.PARTLY_SETTLED: SettlementState.PRICED,
    VisitState.ESTIMATED: SettlementState.ESTIMATED,
}
"""Where an amount is put to the resident, and which settlements it is the sum of."""

_OVER = (SettlementState.SETTLED, SettlementState.CANCELLED, SettlementState.DROPPED)

_DEEDS = {Answer.AGREED: Deed.AGREED, Answer.DECLINED: Deed.DECLINED}


class Agreeing:
    """Writes answers down, and says whether an amount may be confirmed."""

    def __init__(self, workplace: Workplace) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._doctor = workplace.doctor

    def agree(self, visit_id: str, revision: int, own: Money, manner: Manner = Manner.TAP) -> None:
        """The resident says yes on their own screen, or with the button beside it.

        Saying the same twice is one answer. Raises Refused `visit.other_on_counter`,
        `agreement.nothing` where no amount is asked about, and `visit.price_changed` when
        another one stands there.
        """
        self._answer(visit_id, revision, own, Answer.AGREED, manner)

    def decline(
        self, visit_id: str, revision: int, own: Money, manner: Manner = Manner.TAP
    ) -> None:
        """The resident says no: nothing is charged until they say otherwise.

        Raises as `agree` does.
        """
        self._answer(visit_id, revision, own, Answer.DECLINED, manner)

    def spoken(self, visit_id: str, revision: int, own: Money) -> None:
        """The resident said yes aloud, after a no: the doctor on duty heard it.

        Raises as `agree` does.
        """
        self._answer(visit_id, revision, own, Answer.AGREED, Manner.SPOKEN)

    def confirmed(self, visit: Visit, own: Money) -> Manner:
        """How the amount that the doctor confirms now was agreed to.

        In the transaction of the confirmation: with no answer on the screen it was said
        aloud, and that is written with it, both or neither. Raises Refused
        `agreement.declined` while the resident's last word is no: to it, to less, or to the
        amount that stands on their screen beside it.
        """
        said = self._standing(visit)
        if said is not None and said.answer is Answer.DECLINED:
            if said.own <= own or said.own == self._asked(visit):
                raise Refused("agreement.declined")
            said = None
        if said is not None and said.is_of(visit.revision, own):
            return said.manner
        self._store.agreements.add(visit.visit_id, self._heard(visit, own))
        return Manner.SPOKEN

    def said_of(self, visit: Visit, bill: Bill | None) -> Agreement | None:
        """What was said to just the bill that is shown; None: nothing yet. Of one of which
        less was declined, that no."""
        left = () if bill is None else bill.shares
        said = self._standing(visit) if left else None
        own = total(share.own for share in left if share.state not in _OVER)
        if said is not None and said.answer is Answer.DECLINED and said.own <= own:
            return replace(said, own=own)
        return said if said is not None and said.is_of(visit.revision, own) else None

    def _answer(
        self, visit_id: str, revision: int, own: Money, answer: Answer, manner: Manner
    ) -> None:
        try:
            with self._counter.lock, self._store.transaction():
                self._counter.on_counter(visit_id)
                visit = self._store.visits.visit(visit_id)
                asked = self._asked(visit)
                if asked is None or f"pricing:{visit_id}" in self._errands.under_way():
                    raise Refused("agreement.nothing")
                if (revision, own) != (visit.revision, asked):
                    raise Refused("visit.price_changed")
                self._write(visit, own, answer, manner)
        finally:
            self._board.publish()  # After a refusal as well: another amount stands there.

    def _write(self, visit: Visit, own: Money, answer: Answer, manner: Manner) -> None:
        before = self._standing(visit)
        same = before is not None and before.is_of(visit.revision, own)
        if same and before is not None and before.answer is answer:
            return
        heard_by = self._doctor() if manner is Manner.SPOKEN else ""
        said = Agreement(answer, manner, visit.revision, own, self._now(), heard_by)
        self._store.agreements.add(visit.visit_id, said)
        facts = {
            "visit": visit.visit_id,
            "person": visit.person_id,
            "own_fen": own.fen,
            "revision": visit.revision,
            "agreed": manner,
        }
        who = {} if visit.holder_id is None else {"holder": visit.holder_id}
        by = heard_by or None  # Otherwise before whoever is on duty.
        self._store.ledger.add(_DEEDS[answer], said.at, {**facts, **who}, by)

    def _heard(self, visit: Visit, own: Money) -> Agreement:
        at, doctor = self._now(), self._doctor()
        return Agreement(Answer.AGREED, Manner.SPOKEN, visit.revision, own, at, doctor)

    def _asked(self, visit: Visit) -> Money | None:
        """The amount that is put to the resident now."""
        wanted = _ASKED.get(visit.state)
        open_ones = [
            record
            for record in self._store.settlements.of_visit(visit.visit_id)
            if record.state not in _OVER
        ]
        stale = any(record.priced_revision != visit.revision for record in open_ones)
        if not open_ones or stale or any(record.state is not wanted for record in open_ones):
            return None
        return total(_own(record) for record in open_ones)

    def _standing(self, visit: Visit) -> Agreement | None:
        """The last word to these very lines.

        A yes ends with what it was said to: whoever takes an amount back, or prices it
        anew, asks again. A no stands as long as the lines do: it is not priced away.
        """
        said = self._store.agreements.last(visit.visit_id)
        if said is None or said.revision != visit.revision:
            return None
        if said.answer is Answer.DECLINED or visit.state not in _ASKED:
            return said
        since = self._store.visits.came_to(visit.visit_id, visit.state)
        return said if since is None or said.at >= since else None


def _own(record: Settlement) -> Money:
    reckoned = record.state is SettlementState.ESTIMATED
    said = record.estimate if reckoned else record.pre_settlement
    return Shares.from_fen(said or {}).own
