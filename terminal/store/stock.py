"""The stock book: what was counted, what came and went, and what lies on the shelf now.

Rows are only added; how far the province knows of each is the one thing that changes.
What lies there is never written down: it is the last count and everything since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from terminal.store.database import Database, Row

_AT_ONCE_MAX = 100
"""Rows told of in one round; the rest wait for the next."""

_SHOWN_MAX = 200
"""Newest rows that a page is given; the book keeps all."""

_PARTS = 10_000
"""Packs are added up as whole ten-thousandths: the interface's N16,4."""


class Told(StrEnum):
    """What the province knows of a row of the stock book."""

    TO_TELL = "to_tell"
    ASKED = "asked"
    """Told, or about to be, and not answered."""
    TOLD = "told"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """A move that was not answered: told again it might count twice. A count puts it right."""
    COVERED = "covered"
    """Of an unknown outcome, and counted over since: the province has the right number."""
    DELIVERY_UNKNOWN = "delivery_unknown"
    """The clinic has not written down of which delivery it is; waits until it has."""
    OFF = "off"
    """Told to nobody: this region takes no stock reports."""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the book."""

    item_code: str
    kind: str
    """count, in, out."""
    packs: Decimal
    by_whom: str
    at: datetime
    report: Told
    lot: str = ""
    expires_on: str = ""
    """yyyy-MM-dd, or empty."""
    reason: str = ""
    said: str = ""
    """The province's own words."""
    number: int = 0
    """Given by the book."""


class Stock:
    """Counts and moves, and what they come to."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, move: Move) -> None:
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO stock_move (item_code, kind, packs, lot, expires_on, reason,"
                " by_whom, at, report) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    move.item_code,
                    move.kind,
                    f"{move.packs:f}",
                    move.lot,
                    move.expires_on,
                    move.reason,
                    move.by_whom,
                    move.at.isoformat(),
                    move.report,
                ),
            )

    def newest(self) -> list[Move]:
        """The newest rows, newest first."""
        rows = self._db.rows("SELECT * FROM stock_move ORDER BY number DESC LIMIT ?", (_SHOWN_MAX,))
        return [_move(row) for row in rows]

    def last_of(self, item_code: str) -> Move | None:
        """The newest row of this drug."""
        row = self._db.row(
            "SELECT * FROM stock_move WHERE item_code = ? ORDER BY number DESC", (item_code,)
        )
        return None if row is None else _move(row)

    # --- what lies there

    def on_hand(self) -> dict[str, Decimal]:
        """Packs by drug, of every drug that was ever counted.

        The last count, moves after it, and what left the shelf or came back to it since.
        A box leaves the shelf when it is scanned onto a bill, and is back when it is taken
        off, or its bill is left or cancelled, before it was handed over. An opened box
        leaves it whole; units sold out of it move nothing. What a correction bills again
        left with the bill that it puts right. A box in the bag lies on the shelf still.
        """
        rows = self._db.rows(_ON_HAND)
        return {row["item_code"]: Decimal(row["parts"]) / _PARTS for row in rows}

    def expiries(self) -> dict[str, date]:
        """The earliest expiry that was written down of what may lie there, by drug.

        Rows before the last count do not count, nor a lot that has gone since.
        """
        lots: dict[tuple[str, str, str], Decimal] = {}
        for row in self._db.rows(_SINCE_COUNT):
            lot = (row["item_code"], row["lot"], row["expires_on"])
            sign = -1 if row["kind"] == "out" else 1
            lots[lot] = lots.get(lot, Decimal(0)) + sign * Decimal(row["packs"])
        earliest: dict[str, date] = {}
        for (item_code, _, expires_on), packs in lots.items():
            if expires_on and packs > 0:
                day = date.fromisoformat(expires_on)
                earliest[item_code] = min(day, earliest.get(item_code, day))
        return earliest

    # --- what the province knows

    def to_report(self) -> list[Move]:
        """What the province is still to be told of, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM stock_move WHERE report IN (?, ?) ORDER BY number LIMIT ?",
            (Told.TO_TELL, Told.ASKED, _AT_ONCE_MAX),
        )
        return [_move(row) for row in rows]

    def note(self, move: Move, state: Told, said: str = "") -> None:
        with self._db.transaction() as db:
            db.execute(
                "UPDATE stock_move SET report = ?, said = ? WHERE number = ?",
                (state, said, move.number),
            )

    def count_told(self, count: Move) -> None:
        """The province knows this count, and with it what earlier unknown moves came to."""
        with self._db.transaction() as db:
            self.note(count, Told.TOLD)
            db.execute(
                "UPDATE stock_move SET report = ? WHERE report = ? AND item_code = ?"
                " AND number < ?",
                (Told.COVERED, Told.UNKNOWN, count.item_code, count.number),
            )

    def reconsider(self) -> None:
        """Let what waited for its delivery be looked at again: the catalogue may be new."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE stock_move SET report = ? WHERE report = ?",
                (Told.TO_TELL, Told.DELIVERY_UNKNOWN),
            )


_COUNTED = (
    "counted AS (SELECT item_code, number, packs, at FROM stock_move WHERE number IN"
    " (SELECT max(number) FROM stock_move WHERE kind = 'count' GROUP BY item_code))"
)


def _parts(quantity: str) -> str:
    return f"CAST(round({quantity} * {_PARTS}) AS INTEGER)"


_BACK = "coalesce(line.removed_at, line.returned_at)"

_ON_THE_COUNTER = "line.left_at IS NULL"
"""Its boxes had not left with somebody when it was taken back."""

_GONE_BEFORE = """EXISTS (SELECT 1 FROM visit old JOIN line was USING (visit_id)
    WHERE old.visit_id = visit.corrects AND was.left_at IS NOT NULL
    AND was.number = line.number AND was.removed_at IS NULL)"""
"""Copied from the bill that is put right (same number), with which it was handed over."""

_ON_HAND = f"""
WITH {_COUNTED}, flow (item_code, parts) AS (
    SELECT item_code, {_parts("packs")} FROM counted
    UNION ALL
    SELECT moved.item_code, CASE kind WHEN 'in' THEN 1 ELSE -1 END * {_parts("moved.packs")}
    FROM stock_move moved JOIN counted USING (item_code)
    WHERE moved.number > counted.number AND kind <> 'count'
    UNION ALL  -- Off the shelf onto a bill.
    SELECT line.item_code, -{_parts("line.quantity")}
    FROM counted CROSS JOIN line INDEXED BY line_by_item
    WHERE line.item_code = counted.item_code AND line.added_at >= counted.at
        AND line.split_units = 0
    UNION ALL  -- But what a correction bills again had left before.
    SELECT line.item_code, {_parts("line.quantity")}
    FROM visit INDEXED BY visit_by_correction CROSS JOIN line USING (visit_id)
        JOIN counted USING (item_code)
    WHERE visit.corrects IS NOT NULL AND line.split_units = 0
        AND line.added_at >= counted.at AND {_GONE_BEFORE}
    UNION ALL  -- Back on the shelf.
    SELECT line.item_code, {_parts("line.quantity")}
    FROM counted CROSS JOIN line INDEXED BY line_taken_back CROSS JOIN visit USING (visit_id)
    WHERE line.item_code = counted.item_code AND line.split_units = 0
        AND {_BACK} IS NOT NULL AND {_BACK} >= counted.at
        AND {_ON_THE_COUNTER} AND (visit.corrects IS NULL OR NOT {_GONE_BEFORE})
    UNION ALL  -- Opened, whole.
    SELECT opened_box.item_code, -{_PARTS} FROM opened_box JOIN counted USING (item_code)
    WHERE opened_at >= counted.at
    UNION ALL
    SELECT opened_box.item_code, {_PARTS} FROM opened_box JOIN counted USING (item_code)
    WHERE closed_at >= counted.at AND EXISTS (SELECT 1 FROM box_step step
        WHERE step.trace_code = opened_box.trace_code AND step.event = 'closed_untouched'
        AND step.at = closed_at)
)
SELECT item_code, sum(parts) AS parts FROM flow GROUP BY item_code
"""  # noqa: S608 - put together from the pieces above, with nothing from outside.

_SINCE_COUNT = f"""
WITH {_COUNTED}
SELECT moved.* FROM stock_move moved LEFT JOIN counted USING (item_code)
WHERE counted.number IS NULL OR moved.number >= counted.number ORDER BY moved.number
"""  # noqa: S608 - as above.


def _move(row: Row) -> Move:
    return Move(
        item_code=row["item_code"],
        kind=row["kind"],
        packs=Decimal(row["packs"]),
        by_whom=row["by_whom"],
        at=datetime.fromisoformat(row["at"]),
        report=Told(row["report"]),
        lot=row["lot"],
        expires_on=row["expires_on"],
        reason=row["reason"],
        said=row["said"],
        number=row["number"],
    )
