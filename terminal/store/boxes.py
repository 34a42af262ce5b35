"""Where every box is: one row a code, so that one code is sold once.

The table in core/boxes says which claim may follow which; the primary key and the state
named in each update decide between two who claim at once. Each claim is written down
beside it (box_step), and rows of that are only added to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from terminal.core.boxes import BoxEvent, BoxState, advance_box
from terminal.core.faults import Refused
from terminal.store.database import Database, Row

_STEPS_MAX = 50
"""Of one box's history: scanned, taken off, sold, brought back, and some."""


@dataclass(frozen=True, slots=True, repr=False)
class Box:
    """One code that was ever claimed."""

    trace_code: str
    item_code: str
    state: BoxState
    visit_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BoxStep:
    """One claim of a box."""

    event: BoxEvent
    visit_id: str | None
    by_whom: str
    reason: str
    at: datetime


class Boxes:
    """The claims on codes."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def box(self, trace_code: str) -> Box | None:
        """The box with this code, None while nobody ever claimed it."""
        row = self._db.row("SELECT * FROM box WHERE trace_code = ?", (trace_code,))
        return None if row is None else _box(row)

    def claim(
        self,
        trace_code: str,
        item_code: str,
        event: BoxEvent,
        at: datetime,
        by_whom: str,
        *,
        visit_id: str | None = None,
        reason: str = "",
    ) -> BoxState:
        """Move a box along its table, and write down who did.

        Raises what `advance_box` raises, `scan.same_box` for one on this very bill, and
        changes nothing then.
        """
        known = self.box(trace_code)
        was = BoxState.SHELF if known is None else known.state
        if was is BoxState.BILL and known is not None and event is BoxEvent.SCANNED:
            if known.visit_id == visit_id:
                raise Refused("scan.same_box")
            raise Refused("scan.sold_before")
        state = advance_box(was, event)
        with self._db.transaction() as db:
            done = db.execute(
                "INSERT INTO box (trace_code, item_code, state, visit_id, at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (trace_code) DO UPDATE"
                " SET state = excluded.state, visit_id = excluded.visit_id, at = excluded.at,"
                " item_code = excluded.item_code WHERE box.state = ?",
                (trace_code, item_code, state, visit_id, at.isoformat(), was),
            )
            if done.rowcount != 1:
                raise Refused("scan.sold_before")
            db.execute(
                "INSERT INTO box_step (trace_code, event, state, visit_id, by_whom, reason, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (trace_code, event, state, visit_id, by_whom, reason, at.isoformat()),
            )
        return state

    def let_go(
        self, visit_id: str, trace_code: str, at: datetime, by_whom: str, corrects: str | None
    ) -> None:
        """Take a box off its bill: back to where it came from.

        One that a correction took over goes back to whoever had it, with the bill that is
        put right (`corrects`): it was handed over once, and never sells again.
        """
        known = self._on_bill(visit_id, trace_code)
        if known is not None:
            event = _BACK.get(self._last_event(trace_code), BoxEvent.TAKEN_OFF)
            whose = corrects if event is BoxEvent.HANDED_OVER else visit_id
            self.claim(trace_code, known.item_code, event, at, by_whom, visit_id=whose)

    def hand_over(self, visit_id: str, trace_code: str, at: datetime, by_whom: str) -> None:
        """A box of this bill left the counter with somebody."""
        known = self._on_bill(visit_id, trace_code)
        if known is not None:
            event = BoxEvent.HANDED_OVER
            self.claim(trace_code, known.item_code, event, at, by_whom, visit_id=visit_id)

    def bring_back(
        self, trace_code: str, at: datetime, by_whom: str, reason: str, note: str
    ) -> None:
        """Take a sold box in: it never sells again here. Raises as `claim` does."""
        known = self.box(trace_code)
        item_code, visit_id = ("", None) if known is None else (known.item_code, known.visit_id)
        with self._db.transaction() as db:
            event = BoxEvent.BROUGHT_BACK
            self.claim(trace_code, item_code, event, at, by_whom, visit_id=visit_id, reason=reason)
            db.execute(
                "INSERT INTO box_return (trace_code, settlement_id, reason, note, taken_in_by, at)"
                " VALUES (?, (SELECT settlement_id FROM line JOIN settlement"
                " USING (visit_id, category) WHERE visit_id = ? AND line.trace_code = ?"
                " AND line.removed_at IS NULL AND settlement.state <> 'dropped'), ?, ?, ?, ?)",
                (trace_code, visit_id, trace_code, reason, note, by_whom, at.isoformat()),
            )

    def in_bag(self) -> list[Box]:
        """What is in the bag for home visits, in the order it was packed."""
        rows = self._db.rows("SELECT * FROM box WHERE state = 'bag' ORDER BY at, rowid")
        return [_box(row) for row in rows]

    def history(self, trace_code: str) -> list[BoxStep]:
        """Who claimed a box and when, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM box_step WHERE trace_code = ? ORDER BY number LIMIT ?",
            (trace_code, _STEPS_MAX),
        )
        return [
            BoxStep(
                BoxEvent(row["event"]),
                row["visit_id"],
                row["by_whom"],
                row["reason"],
                datetime.fromisoformat(row["at"]),
            )
            for row in rows
        ]

    def _on_bill(self, visit_id: str, trace_code: str) -> Box | None:
        known = self.box(trace_code)
        here = known is not None and known.visit_id == visit_id
        return known if here and known and known.state is BoxState.BILL else None

    def _last_event(self, trace_code: str) -> str:
        row = self._db.row(
            "SELECT event FROM box_step WHERE trace_code = ? ORDER BY number DESC", (trace_code,)
        )
        return "" if row is None else str(row["event"])


_BACK = {
    BoxEvent.SCANNED_AT_BEDSIDE.value: BoxEvent.TAKEN_OFF_AT_BEDSIDE,
    BoxEvent.CORRECTED.value: BoxEvent.HANDED_OVER,
}


def _box(row: Row) -> Box:
    return Box(
        row["trace_code"],
        row["item_code"],
        BoxState(row["state"]),
        row["visit_id"],
        datetime.fromisoformat(row["at"]),
    )
