"""The opened-box account: what is left in each box that is sold by the tablet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from terminal.core.boxes import BoxEvent
from terminal.core.faults import Refused
from terminal.store.boxes import Boxes
from terminal.store.database import Database, IntegrityError, Row

UNTOUCHED = "untouched"
"""The reason for closing a box that was opened in the account only."""


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """One opened box."""

    box: int
    trace_code: str
    item_code: str
    units: int
    left: int
    opened_at: datetime


class OpenedBoxes:
    """Opened, taken from, closed; a check in the table keeps what is left above zero."""

    def __init__(self, database: Database, boxes: Boxes) -> None:
        self._db = database
        self._boxes = boxes

    def open(self, trace_code: str, item_code: str, units: int, at: datetime, by_whom: str) -> None:
        """Open a box for sale by the small unit. Raises as Boxes.claim does."""
        with self._db.transaction() as db:
            self._boxes.claim(trace_code, item_code, BoxEvent.OPENED, at, by_whom)
            db.execute(
                "INSERT INTO opened_box (trace_code, item_code, units, left_units, opened_at,"
                " opened_by) VALUES (?, ?, ?, ?, ?, ?)",
                (trace_code, item_code, units, units, at.isoformat(), by_whom),
            )

    def under_way(self) -> list[Opened]:
        """With something left in them, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM opened_box WHERE closed_at IS NULL AND left_units > 0 ORDER BY box"
        )
        return [_opened(row) for row in rows]

    def opened(self, box: int) -> Opened:
        """Raises Refused `box.not_opened` for one that is not, or not any more."""
        row = self._db.row("SELECT * FROM opened_box WHERE box = ? AND closed_at IS NULL", (box,))
        if row is None:
            raise Refused("box.not_opened")
        return _opened(row)

    def left_in(self, trace_code: str) -> int:
        """What is left in the box with this code; 0 once it is closed."""
        row = self._db.row(
            "SELECT left_units FROM opened_box WHERE trace_code = ? AND closed_at IS NULL",
            (trace_code,),
        )
        return 0 if row is None else int(row["left_units"])

    def refuse_more(self, trace_code: str, units: int) -> None:
        """Raises Refused `box.not_enough` where so many are not left in it."""
        left = self.left_in(trace_code)
        if units > left:
            raise Refused("box.not_enough", left=left)

    def take(self, trace_code: str, units: int) -> None:
        """Take units out; with a negative number put back what never left the counter.

        Raises Refused `box.not_enough`, `box.not_opened`. Units of a box that was closed
        meanwhile are not put back.
        """
        with self._db.transaction() as db:
            try:
                done = db.execute(
                    "UPDATE opened_box SET left_units = left_units - ?"
                    " WHERE trace_code = ? AND closed_at IS NULL",
                    (units, trace_code),
                )
            except IntegrityError:
                raise Refused("box.not_enough", left=self.left_in(trace_code)) from None
            if done.rowcount != 1 and units > 0:
                raise Refused("box.not_opened")

    def close(self, box: int, at: datetime, by_whom: str, reason: str) -> None:
        """Nothing is taken from it any more; what is left in it is written off.

        A box from which nothing was ever taken may go back to the shelf (UNTOUCHED).
        Raises Refused `box.not_opened`, `box.touched`.
        """
        with self._db.transaction() as db:
            opened = self.opened(box)
            if reason == UNTOUCHED and opened.left != opened.units:
                raise Refused("box.touched", left=opened.left)
            event = BoxEvent.CLOSED_UNTOUCHED if reason == UNTOUCHED else BoxEvent.CONDEMNED
            self._boxes.claim(
                opened.trace_code, opened.item_code, event, at, by_whom, reason=reason
            )
            db.execute(
                "UPDATE opened_box SET closed_at = ?, closed_because = ? WHERE box = ?",
                (at.isoformat(), reason, box),
            )


def _opened(row: Row) -> Opened:
    return Opened(
        row["box"],
        row["trace_code"],
        row["item_code"],
        row["units"],
        row["left_units"],
        datetime.fromisoformat(row["opened_at"]),
    )
