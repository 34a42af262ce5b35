"""Both books side by side after a rehearsal: what was charged twice, lost, or differs.

Pure. `ours` is what the terminal wrote down; `theirs` what an onlooker saw the province
commit, in its order. A charge of theirs belongs to the settlement of ours that wrote its
message (msgid) down before sending it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from terminal.core.charge import SettlementState
from terminal.core.money import Money
from terminal.core.visit import VisitState

_STANDS = (SettlementState.SETTLED, SettlementState.DIFFERS)
_UNKNOWN = (SettlementState.UNCERTAIN, SettlementState.CANCELLING)
"""Said to be unknown, and so neither double nor lost whatever the province has."""

_ENDED = (VisitState.SETTLED, VisitState.CANCELLED, VisitState.ABANDONED, VisitState.CLOSED)
_WAITS = (
    VisitState.CONFIRMED,
    VisitState.WAITING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
    VisitState.PARTLY_SETTLED,
)
"""Shown to the doctor as waiting, with the reason."""


class Wrong(StrEnum):
    """What must never be found."""

    DOUBLE = "double"
    LOST = "lost"
    UNBALANCED = "unbalanced"


@dataclass(frozen=True, slots=True)
class OurCharge:
    """One settlement as the terminal believes it."""

    settlement_id: str
    visit_id: str
    category: str
    state: SettlementState
    visit_state: VisitState
    setl_id: str | None
    amounts: tuple[Money, Money, Money] | None
    """Total, fund and own share, once settled."""


@dataclass(frozen=True, slots=True)
class TheirChange:
    """One change of one settlement at the province, as it was committed."""

    setl_id: str
    msgid: str
    stands: bool
    amounts: tuple[Money, Money, Money]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be, and where."""

    wrong: Wrong
    visit_id: str
    """Empty where nobody here knows of it."""
    why: str


def compare(
    ours: Sequence[OurCharge],
    theirs: Sequence[TheirChange],
    messages: Mapping[str, str],
    confirmed: Iterable[str],
) -> list[Finding]:
    """Everything that is wrong, in no order that matters.

    `messages`: settlement by msgid, of every charge that was written down before it was
    sent. `confirmed`: visits whose amount a doctor has confirmed.
    """
    known = {charge.settlement_id: charge for charge in ours}
    last = {change.setl_id: change for change in theirs}
    standing = {setl_id: change for setl_id, change in last.items() if change.stands}
    found = _doubled(theirs, known, messages)
    for change in standing.values():
        charge = known.get(messages.get(change.msgid, ""))
        found += _of_theirs(change, charge)
    for charge in ours:
        found += _of_ours(charge, standing)
    seen = {charge.visit_id: charge.visit_state for charge in ours}
    for visit_id in confirmed:
        state = seen.get(visit_id)
        if state is None or state is VisitState.SETTLING:
            found.append(Finding(Wrong.LOST, visit_id, "confirmed, and neither ended nor waiting"))
    return found


def ended(state: VisitState) -> bool:
    """Whether nothing more can happen to a visit by itself."""
    return state in _ENDED


def waits(state: VisitState) -> bool:
    """Whether a visit waits for the line, an answer, the day's file or the doctor."""
    return state in _WAITS


def _doubled(
    theirs: Sequence[TheirChange],
    known: Mapping[str, OurCharge],
    messages: Mapping[str, str],
) -> list[Finding]:
    """Batches of which more than one charge stood at any one time."""
    standing: dict[str, tuple[str, str]] = {}
    found: dict[tuple[str, str], Finding] = {}
    for change in theirs:
        charge = known.get(messages.get(change.msgid, ""))
        if charge is None:
            continue
        batch = charge.visit_id, charge.category
        if change.stands:
            standing[change.setl_id] = batch
        else:
            standing.pop(change.setl_id, None)
        if Counter(standing.values())[batch] > 1:
            found[batch] = Finding(Wrong.DOUBLE, charge.visit_id, "two charges of one batch stood")
    return list(found.values())


def _of_theirs(change: TheirChange, charge: OurCharge | None) -> list[Finding]:
    """What a charge that stands at the province says against us."""
    if charge is None:
        return [Finding(Wrong.LOST, "", f"nobody here knows of {change.setl_id}")]
    if charge.state is SettlementState.CANCELLED:
        return [Finding(Wrong.UNBALANCED, charge.visit_id, "cancelled here, and it stands")]
    if charge.state in _UNKNOWN or charge.setl_id == change.setl_id:
        return []
    if charge.state in _STANDS:
        return [Finding(Wrong.DOUBLE, charge.visit_id, "another charge stands beside ours")]
    why = f"it stands, and here it is {charge.state.value}"
    return [Finding(Wrong.DOUBLE, charge.visit_id, why)]


def _of_ours(charge: OurCharge, standing: Mapping[str, TheirChange]) -> list[Finding]:
    """What the province does not bear out of what we believe."""
    if charge.state not in _STANDS:
        return []
    theirs = standing.get(charge.setl_id or "")
    if theirs is None:
        return [Finding(Wrong.LOST, charge.visit_id, "settled here, and it does not stand")]
    if theirs.amounts != charge.amounts:
        return [Finding(Wrong.UNBALANCED, charge.visit_id, "other amounts than here")]
    return []
