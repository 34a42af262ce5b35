"""What became of a pushed bill: it follows the visit that its lines lie in.

A visit that was cancelled and begun anew (改正) puts the same goods right for the same
person, so the bill goes on with the new visit: whoever pushed it wants to know what is
charged for it in the end, not which attempt that was. A correction that was given up
leaves the cancelled visit as the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from terminal.core.charge import SettlementState
from terminal.core.money import plain, total
from terminal.core.pushed import became, bill_of, keys_of, same_lines
from terminal.core.record_views import PushedResult, PushedState
from terminal.core.shares import Shares, added
from terminal.store import Store
from terminal.store.pushed import PushedRow
from terminal.store.settlements import Settlement

_CHARGED = (PushedState.SETTLED, PushedState.CANCELLED)


class PushedResults:
    """Reads; writes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, row: PushedRow) -> PushedResult:
        """The result of this moment."""
        result = PushedResult(row.number, PushedState.WAITING, row.received_at)
        if row.visit_id is not None:
            return self._in_visit(result, row, self._chain(row.visit_id))
        if row.ended_as is None:
            return result
        state = PushedState(row.ended_as)
        code = "pushed.refused" if state is PushedState.REFUSED else ""
        return replace(result, state=state, code=code, reason=row.reason, changed_at=row.ended_at)

    def _in_visit(self, result: PushedResult, row: PushedRow, chain: Sequence[str]) -> PushedResult:
        """`chain`: the visits that it lay in, the newest first."""
        visit_id = chain[0]
        visit = self._store.visits.visit(visit_id)
        charges = self._store.settlements.of_visit(visit_id)
        state, code = became(visit.state, [charge.state for charge in charges])
        bills = self._store.pushed.of_visits(list(chain))
        lines = self._store.lines.of(visit_id)
        pushed = [key for bill in bills for key in keys_of(bill_of(bill.told))]
        billed = [(x.item_code, x.trace_code or "", plain(x.quantity)) for x in lines]
        changed = not same_lines(pushed, billed) or (
            total(line.total for line in lines) != total(bill.total for bill in bills)
        )
        own = {item for item, *_ in keys_of(bill_of(row.told))}
        left = own & {line.item_code for line in lines}
        if state is PushedState.SETTLED and not left:
            state, code = PushedState.REFUSED, "pushed.lines_removed"
        result = replace(
            result,
            state=state,
            code=code,
            changed_at=self._store.pushed.changed_at(visit_id) or row.taken_at,
            lines_changed=changed and state is not PushedState.REFUSED,
            shared_with_visit=len(bills) > 1,
        )
        return _with_amounts(result, charges) if state in _CHARGED else result

    def _chain(self, visit_id: str) -> list[str]:
        """The visit, with those that put it right before it and those it put right behind."""
        found = [visit_id]
        while (newer := self._store.history.correction_of(found[0])) is not None:
            found.insert(0, newer)
        while (older := self._store.visits.visit(found[-1]).corrects) is not None:
            found.append(older)
        return found


def _with_amounts(result: PushedResult, charges: Sequence[Settlement]) -> PushedResult:
    """The province's numbers; what it shares where that stands."""
    named = replace(
        result,
        setl_ids=tuple(charge.setl_id for charge in charges if charge.setl_id),
        mdtrt_ids=tuple(charge.mdtrt_id for charge in charges if charge.mdtrt_id),
    )
    standing = [each for each in charges if each.state is SettlementState.SETTLED and each.settled]
    if result.state is not PushedState.SETTLED or not standing:
        return named
    shares = added(Shares.from_fen(charge.settled or {}) for charge in standing)
    return replace(named, total=shares.total, fund=shares.fund, own=shares.own)
