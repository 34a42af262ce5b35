"""Our day beside the province's file: what differs, whose it is, and what to do next.

A row of ours and one of theirs are the same settlement when their setl_id is the same
and both charge or both undo. What is left over on one side is a difference; the msgid
of the file says whose, for it is the only trace of who sent the settlement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from terminal.core.money import Money
from terminal.core.money_views import Whose
from terminal.core.reconciliation import Fate, OurRow, Result, Sent, TheirRow
from terminal.core.region import FileLists

ASK_ANEW = "action.ask_anew"
"""Ask what became of it; the terminal does, and closes the day again."""
CALL_BUREAU = "action.call_bureau"
"""The province has to look: tell it the setl_id."""
LOOK_IN_RECORD_SYSTEM = "action.look_in_record_system"
LOOK_WHO_CANCELLED = "action.look_who_cancelled"
COMPARE_DAYS = "action.compare_days"
"""It is booked under another day or kind here: close that day too."""
NOTHING_TO_DO = "action.nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between the books."""

    code: str
    whose: Whose
    action: str
    setl_id: str
    settlement_id: str | None
    """Of ours, where it is one of this terminal's."""
    visit_id: str | None
    ours: Money | None
    theirs: Money | None
    """The amounts that differ, or the whole of a row that the other side lacks."""


_BOOKED = (Fate.STANDS, Fate.CANCELLED)
"""In our book under this setl_id, though not among the rows compared."""

_Key = tuple[str, bool]
"""setl_id, and whether the row undoes."""


def differences(
    ours: Iterable[OurRow],
    theirs: Iterable[TheirRow],
    sent: Callable[[TheirRow], Sent | None],
    institution: str,
    lists: FileLists = FileLists.ALL,
) -> tuple[Difference, ...]:
    """Every difference, in the order of the settlements' numbers.

    `sent` is asked only about rows that we have not: whether this terminal's journal
    knows the charge. `institution` is our fixmedins_code, with which each of our msgids
    begins. Identical books in any order differ in nothing.
    """
    own = {(row.setl_id, row.refunded): row for row in ours}
    numbers = {row.msgid: row.setl_id for row in own.values()}
    listed = [_signed(row, numbers) for row in theirs]
    # A row they list as ours alone is one that they lack.
    lacking = {_key(row) for row in listed if row.result is Result.OURS_MORE}
    there = [row for row in listed if row.result is not Result.OURS_MORE]
    found = {_key(row): row for row in there}
    told = [_twice(row) for row in _repeated(there)]
    for key, mine in own.items():
        if key in found:
            told += _compared(mine, found[key])
        elif key in lacking or lists is FileLists.ALL:
            told.append(_only_ours(mine))
    for (setl_id, undoes), row in found.items():
        if (setl_id, undoes) in own:
            continue
        known = sent(row)
        settles_itself = (setl_id, not undoes) in found and (setl_id, False) not in own
        if not settles_itself or (known is not None and known.fate in _BOOKED):
            told.append(_only_theirs(row, known, institution))
        elif not undoes:
            told.append(_undone_there(row, known))
    return tuple(sorted(told, key=lambda each: (each.setl_id, each.code)))


def file_refused() -> Difference:
    """The sums differ, and the province gives no file that would say where."""
    code, whose = "closing.file_refused", Whose.PROVINCE
    return Difference(code, whose, CALL_BUREAU, "", None, None, None, None)


def _key(row: TheirRow) -> _Key:
    return row.setl_id, row.refunded


def _signed(row: TheirRow, numbers: Mapping[str, str]) -> TheirRow:
    """The row with its number, and below zero where it undoes: some write it above."""
    setl_id = row.setl_id or numbers.get(row.msgid, "")
    if not row.refunded:
        return replace(row, setl_id=setl_id)
    total, fund, account = (
        Money(-abs(amount.fen)) for amount in (row.total, row.fund, row.account)
    )
    return replace(row, setl_id=setl_id, total=total, fund=fund, account=account)


def _repeated(there: list[TheirRow]) -> list[TheirRow]:
    """One row of each settlement that the file lists more than once."""
    times = Counter(_key(row) for row in there)
    last = {_key(row): row for row in there}
    return [row for key, row in last.items() if times[key] > 1]


def _twice(row: TheirRow) -> Difference:
    return _theirs("closing.twice", Whose.PROVINCE, CALL_BUREAU, row, None)


def _compared(mine: OurRow, row: TheirRow) -> list[Difference]:
    """What differs in a settlement both have: the first amount, which names the kind."""
    for code, ours, theirs in (
        ("closing.total_differs", mine.total, row.total),
        ("closing.fund_differs", mine.fund, row.fund),
        ("closing.account_differs", mine.account, row.account),
    ):
        if ours != theirs:
            return [_ours(code, Whose.PROVINCE, CALL_BUREAU, mine, ours, theirs)]
    if row.result is not Result.DIFFERS:
        return []
    said = "closing.said_to_differ"
    return [_ours(said, Whose.PROVINCE, CALL_BUREAU, mine, mine.total, row.total)]


def _only_ours(mine: OurRow) -> Difference:
    code = "closing.refunded_here" if mine.refunded else "closing.only_ours"
    return _ours(code, Whose.PROVINCE, CALL_BUREAU, mine, mine.total, None)


def _only_theirs(row: TheirRow, known: Sent | None, institution: str) -> Difference:
    """A row we have not: a charge, or what undoes one."""
    if known is None:
        begins_as_ours = row.msgid == "" or row.msgid.startswith(institution)
        if begins_as_ours:
            record_system = Whose.RECORD_SYSTEM
            action = LOOK_IN_RECORD_SYSTEM
            return _theirs("closing.record_system", record_system, action, row, None)
        return _theirs("closing.foreign", Whose.PROVINCE, CALL_BUREAU, row, None)
    match known.fate:
        case Fate.UNKNOWN:
            code = "closing.cancellation_found" if row.refunded else "closing.found"
            return _theirs(code, Whose.OURS, ASK_ANEW, row, known)
        case Fate.CANCELLED:
            return _theirs("closing.filed_elsewhere", Whose.UNKNOWN, COMPARE_DAYS, row, known)
        case Fate.STANDS if row.refunded:
            code = "closing.refunded_there"
            return _theirs(code, Whose.UNKNOWN, LOOK_WHO_CANCELLED, row, known)
        case Fate.STANDS:
            return _theirs("closing.filed_elsewhere", Whose.UNKNOWN, COMPARE_DAYS, row, known)
        case Fate.ENDED:
            return _theirs("closing.not_known_here", Whose.PROVINCE, CALL_BUREAU, row, known)


def _undone_there(row: TheirRow, known: Sent | None) -> Difference:
    """Made and undone over there: it explains a sum, and nothing is left of it."""
    whose = Whose.RECORD_SYSTEM if known is None else Whose.OURS
    return _theirs("closing.undone_there", whose, NOTHING_TO_DO, row, known)


def _ours(
    code: str, whose: Whose, action: str, mine: OurRow, ours: Money, theirs: Money | None
) -> Difference:
    return Difference(
        code, whose, action, mine.setl_id, mine.settlement_id, mine.visit_id, ours, theirs
    )


def _theirs(code: str, whose: Whose, action: str, row: TheirRow, known: Sent | None) -> Difference:
    settlement_id, visit_id = (known.settlement_id, known.visit_id) if known else (None, None)
    return Difference(code, whose, action, row.setl_id, settlement_id, visit_id, None, row.total)
