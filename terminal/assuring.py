"""Why more than a face is asked for one visit: what the store knows, put before the rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from terminal.board import Workplace
from terminal.core.assurance import Acting, Actor, Why, still_open, wanted
from terminal.core.charge import SettlementState
from terminal.core.families import Basis
from terminal.core.family_rules import FamilyRules
from terminal.core.money import Money, total
from terminal.core.people import age_on
from terminal.core.shares import Shares
from terminal.store.visits import Visit

_UNDONE = SettlementState.CANCELLED
"""What of a visit was given back, though the rest of it stands."""


class Assuring:
    """Asks the rules about a visit."""

    def __init__(self, workplace: Workplace, rules: FamilyRules, asked_from: Money | None) -> None:
        """`asked_from`: the amount from which a face alone does not suffice; None: none."""
        self._store = workplace.store
        self._now = workplace.now
        self._rules = rules
        self._asked_from = asked_from

    def wanted(self, visit: Visit, amount: Money) -> tuple[Why, ...]:
        """Why this visit asks for more before so large an amount is agreed to."""
        return wanted(
            amount,
            self._asked_from,
            _actor(visit, looks_like_another=self._looks_like_another(visit)),
            self._acting(visit, amount),
            self._rules,
        )

    def _looks_like_another(self, visit: Visit) -> bool:
        return (visit.holder_id or visit.person_id) in self._store.faces.look_alikes()

    def _acting(self, visit: Visit, amount: Money) -> Acting | None:
        """What the holder of this visit does on its day, this visit with it."""
        member = self._store.people.person(visit.person_id or "")
        if visit.holder_id is None or member is None:
            return None
        today = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        acted = self._store.families.acted(
            visit.holder_id, today, today + timedelta(days=1), visit.visit_id
        )
        binding = self._store.families.binding(visit.binding_id or "")
        return Acting(
            relation="" if binding is None else binding.relation,
            basis=Basis.CARRIED_OVER if binding is None else binding.basis,
            member_age=age_on(member.born, today.date()),
            day_visits=len(acted) + 1,
            day_sum=total([amount, *(self._whole(each.visit_id) for each in acted)]),
            day_members=len({each.member_id for each in acted} | {member.person_id}),
        )

    def _whole(self, visit_id: str) -> Money:
        """What another visit of the day came to, as far as it is known."""
        records = self._store.settlements.of_visit(visit_id)
        counted = [record for record in records if record.state is not _UNDONE]
        known = [each.settled or each.pre_settlement or each.estimate for each in counted]
        return total(Shares.from_fen(each).total for each in known if each)


def still_asked(visit: Visit, reasons: Collection[Why]) -> tuple[Why, ...]:
    """Those of the reasons found for a visit that nothing has answered since."""
    return still_open(reasons, _actor(visit, looks_like_another=True))


def _actor(visit: Visit, *, looks_like_another: bool) -> Actor:
    return Actor(
        visit.identified,
        visit.challenged,
        visit.second_factor,
        visit.face_agrees,
        looks_like_another,
        visit.answered,
    )
