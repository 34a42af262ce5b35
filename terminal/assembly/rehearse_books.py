"""Both books of a village after a rehearsal, read for the comparison."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.simulated.witness import Witness
from terminal.assembly.rehearse_terminal import STORE
from terminal.core.charge import SettlementState
from terminal.core.money import Money
from terminal.core.rehearsal import (
    Finding,
    OurCharge,
    TheirChange,
    Wrong,
    compare,
    ended,
    waits,
)
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row
from terminal.vault import database_key


@dataclass(frozen=True, slots=True)
class Books:
    """What the comparison of one village's books came to."""

    ends: Counter[str]
    """Visits by how they came out: settled, cancelled, refused, waiting."""
    waiting: Counter[str]
    """Waiting visits by state."""
    findings: list[Finding]
    store_bytes: int
    visits: int
    messages: int


def read_books(
    folder: Path,
    witness: Witness,
    visit_ids: dict[int, list[str]],
    confirmed: Sequence[str],
    numbers: Sequence[int],
) -> Books:
    """Compare the terminal's book with what the witness saw. The terminal must have ended."""
    path = folder / "terminal" / STORE
    database = Database(path, database_key(folder / "terminal" / "keys"))
    try:
        ours = [_ours(row) for row in database.rows(_CHARGES)]
        states = {
            row["visit_id"]: VisitState(row["state"])
            for row in database.rows("SELECT visit_id, state FROM visit")
        }
        messages = {
            row["msgid"]: row["settlement_id"]
            for row in database.rows(
                "SELECT msgid, settlement_id FROM message WHERE infno LIKE '2207%'"
            )
        }
        (many,) = database.rows("SELECT count(*) AS messages FROM message")
    finally:
        database.close()
    seen = [TheirChange(w.setl_id, w.msgid, w.stands, w.amounts) for w in witness.seen()]
    findings = compare(ours, seen, messages, confirmed)
    standing = {change.setl_id: change.stands for change in seen}
    if witness.standing() != {setl_id for setl_id, stands in standing.items() if stands}:
        findings.append(Finding(Wrong.UNBALANCED, "", "the province's book is not what was seen"))
    ends: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for number in numbers:
        last = [states[one] for one in visit_ids.get(number, []) if one in states]
        end = _end(last)
        ends[end] += 1
        if end in ("waiting", "unfinished"):
            waiting.update(state.value for state in last if not ended(state))
    return Books(ends, waiting, findings, path.stat().st_size, len(states), many["messages"])


def steps_of(folder: Path, visit_id: str) -> list[str]:
    """Everything that was written down of a visit, oldest first; nothing of whose it is."""
    database = Database(folder / "terminal" / STORE, database_key(folder / "terminal" / "keys"))
    try:
        rows = database.rows(_STEPS, (visit_id, visit_id, visit_id))
    finally:
        database.close()
    return [f"{row['at']} {row['what']}" for row in rows]


def _end(states: Sequence[VisitState]) -> str:
    """How a plan came out: the visit that money was moved for counts before any other."""
    for state in (VisitState.SETTLED, VisitState.CANCELLED):
        if state in states:
            return state.value
    if any(waits(state) for state in states):
        return "waiting"
    return "refused" if states and all(ended(state) for state in states) else "unfinished"


def _ours(row: Row) -> OurCharge:
    written = None if row["settled"] is None else json.loads(row["settled"])
    return OurCharge(
        settlement_id=row["settlement_id"],
        visit_id=row["visit_id"],
        category=row["category"],
        state=SettlementState(row["state"]),
        visit_state=VisitState(row["visit_state"]),
        setl_id=row["setl_id"],
        amounts=None
        if written is None
        else (Money(written["total"]), Money(written["fund"]), Money(written["own"])),
    )


_CHARGES = """
SELECT settlement.*, visit.state AS visit_state FROM settlement JOIN visit USING (visit_id)
"""

_STEPS = """
SELECT at, 'visit ' || event || ' -> ' || state || ' ' || facts AS what
FROM visit_step WHERE visit_id = ?
UNION ALL
SELECT settlement_step.at, '  settlement ' || event || ' -> ' || settlement_step.state
FROM settlement_step JOIN settlement USING (settlement_id) WHERE visit_id = ?
UNION ALL
SELECT sent_at, '    ' || infno || ' ' || msgid || ' ' || coalesce(outcome, 'stopped') || ' '
|| coalesce(code, '')
FROM message JOIN settlement USING (settlement_id) WHERE visit_id = ?
ORDER BY at
"""
