"""Before somebody else settles these boxes: whether a charge of ours for them may stand.

A visit that was open when the setting changed may have been charged here and be believed
refused; and another visit of the same person may be charged, nobody knows yet. Handing over
without looking would have it paid twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.reconciliation import TheirRow
from terminal.province.conversation import Settled
from terminal.settlement import Settlement
from terminal.store import Store
from terminal.store.elsewhere import Found
from terminal.store.settlements import Settlement as Record
from terminal.store.visits import Visit

_LOOKED_BACK = timedelta(days=3)
"""How old a visit may be whose refused charge is looked for."""


class ChargedBefore:
    """Looks, and refuses; moves nothing."""

    def __init__(self, store: Store, settlement: Settlement, now: Callable[[], datetime]) -> None:
        self._store = store
        self._settlement = settlement
        self._now = now

    def refuse_unjudged(self, visit: Visit) -> None:
        """Asks nobody. Raises Refused `settlement.settled_elsewhere` while the doctor has not
        judged a charge of ours for this person that is unknown, or will be made by itself.
        """
        elsewhere = self._settlement.elsewhere
        person = self._store.people.person(visit.person_id or "")
        if person is not None:
            elsewhere.looked_here(person, visit)
        elsewhere.refuse_unjudged(visit.visit_id)

    def any_refused(self, visit: Visit) -> bool:
        """Whether there is a refused charge of this person about which to ask."""
        return bool(self._refused(visit))

    def ask(self, visit: Visit) -> None:
        """Ask whether what was refused stands after all.

        Raises Refused `handed.charged_here` where this visit's does, `settlement
        .settled_elsewhere` for another visit's that is not judged, `handed.charge_unproven`,
        and what the province raises.
        """
        for record in self._refused(visit):
            told = self._settlement.unknowns.standing(record)
            if told is not None and record.visit_id == visit.visit_id:
                raise Refused("handed.charged_here")
            if told is not None:
                self._store.elsewhere.found(visit.visit_id, _found(told, record), self._now())
        self._settlement.elsewhere.refuse_unjudged(visit.visit_id)

    def _refused(self, visit: Visit) -> list[Record]:
        since = self._now() - _LOOKED_BACK
        return self._store.settlements.refused_of(visit.person_id or "", since)


def _found(told: Settled | TheirRow, record: Record) -> Found:
    if isinstance(told, Settled):
        return Found(told.setl_id, "", told.setl_time, told.shares.total, told.shares.fund)
    sums = record.pre_settlement or {}
    whole, fund = (Money(sums[name]) if name in sums else ZERO for name in ("total", "fund"))
    return Found(told.setl_id, "", "", whole, fund)
