"""The lines of a visit's bill: boxes, parts of boxes, goods without a code, services.

A line and the claim on its box come and go in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from terminal.core.boxes import BoxEvent, BoxState, advance_box
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.visit import VisitEvent, VisitState
from terminal.store.bill_line import BillLine, line_of
from terminal.store.boxes import Boxes
from terminal.store.database import Database
from terminal.store.opened import OpenedBoxes
from terminal.store.visits import Visit, Visits

_CHARGED = (VisitState.SETTLED, VisitState.PARTLY_SETTLED, VisitState.SETTLED_THERE)

_LEAVES_WITH_ITS_BOXES = (
    *_CHARGED,
    VisitState.WAITING,
    VisitState.CONFIRMED,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
    VisitState.HANDED_OVER,
)
"""Agreed to, charged, or the record system's: whoever goes home then takes the boxes along."""


class Lines:
    """What stands on the bills."""

    def __init__(
        self, database: Database, visits: Visits, boxes: Boxes, opened: OpenedBoxes
    ) -> None:
        self._db = database
        self._visits = visits
        self._boxes = boxes
        self._opened = opened

    def add(self, line: BillLine, at: datetime) -> None:
        """Put a line on its bill; the visit's revision rises.

        Raises Refused `scan.same_box` for a box on this bill, and what Boxes.claim and
        OpenedBoxes.take raise for one that is elsewhere: decided by the keys and checks
        of the tables, never by a look before.
        """
        visit_id = line.visit_id
        with self._db.transaction() as db:
            facts = {"line": line.number}
            self._visits.record(visit_id, VisitEvent.ITEM_ADDED, at, facts=facts)
            self._visits.raise_revision(visit_id)
            self._claim(line, at)
            db.execute(
                "INSERT INTO line (visit_id, number, item_code, category, quantity, price,"
                " total_fen, trace_code, feedetl_sn, added_at, split_units, untraced, evidence,"
                " days, typed, rxno) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    visit_id,
                    line.number,
                    line.item_code,
                    line.category,
                    str(line.quantity),
                    str(line.price),
                    line.total.fen,
                    line.trace_code,
                    line.feedetl_sn,
                    at.isoformat(),
                    line.split_units,
                    line.untraced,
                    json.dumps(dict(line.evidence), ensure_ascii=False) if line.evidence else None,
                    line.days,
                    int(line.typed),
                    line.rxno,
                ),
            )

    def remove(self, visit_id: str, number: int, at: datetime) -> None:
        """Take a line off the bill and let its box be scanned again.

        Raises Refused `visit.no_such_line`.
        """
        with self._db.transaction() as db:
            line = self.line(visit_id, number)
            db.execute(
                "UPDATE line SET removed_at = ? WHERE visit_id = ? AND number = ?",
                (at.isoformat(), visit_id, number),
            )
            self._let_go(line, at)
            last = not self.of(visit_id)
            event = VisitEvent.LAST_ITEM_REMOVED if last else VisitEvent.ITEM_REMOVED
            self._visits.record(visit_id, event, at, facts={"line": number})
            self._visits.raise_revision(visit_id)

    def remove_all(self, visit_id: str, at: datetime) -> None:
        """Take everything off the bill of a visit that ends unbilled."""
        with self._db.transaction() as db:
            for line in self.of(visit_id):
                self._let_go(line, at)
            db.execute(
                "UPDATE line SET removed_at = ? WHERE visit_id = ? AND removed_at IS NULL",
                (at.isoformat(), visit_id),
            )

    def give_back(self, visit_id: str, category: str, at: datetime) -> None:
        """The settlement of this category was cancelled.

        What had not left the counter may be sold again. What was handed over stays where
        it is: with whoever took it home.
        """
        with self._db.transaction() as db:
            for line in self.of(visit_id):
                if line.category == category:
                    self._let_go(line, at)
            db.execute(
                "UPDATE line SET returned_at = ? WHERE visit_id = ? AND category = ?",
                (at.isoformat(), visit_id, category),
            )

    def hand_over(self, visit_id: str, at: datetime) -> None:
        """The person leaves the counter, with the boxes or with a slip for them."""
        with self._db.transaction() as db:
            if self._visits.visit(visit_id).state in _LEAVES_WITH_ITS_BOXES:
                db.execute(
                    "UPDATE line SET left_at = ?"
                    " WHERE visit_id = ? AND removed_at IS NULL AND left_at IS NULL",
                    (at.isoformat(), visit_id),
                )
                self.gone_with(visit_id, at)

    def hand_over_all_but(self, front: str | None, at: datetime) -> None:
        """After a restart nobody stands at the counter but, perhaps, whose visit is in front."""
        marks = ", ".join("?" * len(_LEAVES_WITH_ITS_BOXES))
        rows = self._db.rows(
            f"SELECT DISTINCT visit_id FROM visit JOIN line USING (visit_id)"  # noqa: S608
            f" WHERE state IN ({marks}) AND removed_at IS NULL AND left_at IS NULL",
            _LEAVES_WITH_ITS_BOXES,
        )
        for row in rows:
            if row["visit_id"] != front:
                self.hand_over(row["visit_id"], at)

    def gone_with(self, visit_id: str, at: datetime) -> None:
        """The boxes of a charged visit whose person has left are gone.

        While nothing is charged they stay on the bill: it may still be priced anew.
        """
        visit = self._visits.visit(visit_id)
        if visit.state not in _CHARGED:
            return
        for line in self.of(visit_id):
            if line.trace_code and not line.split_units and line.left_at is not None:
                self._boxes.hand_over(visit_id, line.trace_code, at, visit.doctor_code)

    def refusal(self, line: BillLine) -> Refused | None:
        """Why this line could not be added to its bill now; None: it could."""
        visit = self._visits.visit(line.visit_id)
        try:
            if line.trace_code and line.split_units:
                self._opened.refuse_more(line.trace_code, line.split_units - line.at_home)
            elif line.trace_code:
                known = self._boxes.box(line.trace_code)
                was = BoxState.SHELF if known is None else known.state
                advance_box(was, self._event_of(line.trace_code, visit))
        except Refused as refused:
            return refused
        return None

    def change(
        self, before: BillLine, quantity: Decimal, price: Decimal, total: Money, at: datetime
    ) -> None:
        """Another quantity or price; the visit's revision rises.

        Raises Refused `visit.no_such_line`, and what OpenedBoxes.take raises.
        """
        visit_id, number = before.visit_id, before.number
        with self._db.transaction() as db:
            now = self.line(visit_id, number)
            units = int(quantity) if now.split_units else 0
            if now.split_units and now.trace_code:
                # What went home before is neither taken again nor put back.
                home = now.at_home
                more = max(0, units - home) - max(0, now.split_units - home)
                self._opened.take(now.trace_code, more)
            db.execute(
                "UPDATE line SET quantity = ?, price = ?, total_fen = ?, split_units = ?"
                " WHERE visit_id = ? AND number = ?",
                (str(quantity), str(price), total.fen, units, visit_id, number),
            )
            facts = {"line": number, "quantity": str(quantity), "price": str(price)}
            self._visits.record(visit_id, VisitEvent.ITEM_CHANGED, at, facts=facts)
            self._visits.raise_revision(visit_id)

    def prescribe(self, visit_id: str, rxnos: Mapping[int, str | None], at: datetime) -> None:
        """Dispense lines (by number) under other prescriptions, or under none; the visit's
        revision rises."""
        with self._db.transaction() as db:
            for number, rxno in rxnos.items():
                db.execute(
                    "UPDATE line SET rxno = ? WHERE visit_id = ? AND number = ?",
                    (rxno, visit_id, number),
                )
                facts = {"line": number, "prescribed": rxno is not None}
                self._visits.record(visit_id, VisitEvent.ITEM_CHANGED, at, facts=facts)
            self._visits.raise_revision(visit_id)

    def note_days(self, visit_id: str, number: int, days: int) -> None:
        """For how long it is meant to last; what is billed stays as it is.

        Raises Refused `visit.no_such_line`.
        """
        with self._db.transaction() as db:
            self.line(visit_id, number)
            db.execute(
                "UPDATE line SET days = ? WHERE visit_id = ? AND number = ?",
                (days, visit_id, number),
            )

    def line(self, visit_id: str, number: int) -> BillLine:
        """Raises Refused `visit.no_such_line`."""
        row = self._db.row(
            "SELECT * FROM line WHERE visit_id = ? AND number = ? AND removed_at IS NULL",
            (visit_id, number),
        )
        if row is None:
            raise Refused("visit.no_such_line", number=number)
        return line_of(row)

    def of(self, visit_id: str) -> list[BillLine]:
        """What is on the bill, in the order of scanning."""
        rows = self._db.rows(
            "SELECT * FROM line WHERE visit_id = ? AND removed_at IS NULL ORDER BY number",
            (visit_id,),
        )
        return [line_of(row) for row in rows]

    def next_number(self, visit_id: str) -> int:
        """One more than any line this visit ever had: numbers are not used again."""
        row = self._db.row(
            "SELECT coalesce(max(number), 0) + 1 AS next FROM line WHERE visit_id = ?",
            (visit_id,),
        )
        return int(row["next"]) if row is not None else 1

    def change_categories(self, visit_id: str, categories: Mapping[int, str]) -> None:
        """Move lines (by number) to other settlements, after a changed diagnosis."""
        with self._db.transaction() as db:
            db.executemany(
                "UPDATE line SET category = ? WHERE visit_id = ? AND number = ?",
                [(category, visit_id, number) for number, category in categories.items()],
            )

    def _claim(self, line: BillLine, at: datetime) -> None:
        if line.trace_code is None:
            return
        if line.split_units:
            self._opened.take(line.trace_code, max(0, line.split_units - line.at_home))
            return
        visit = self._visits.visit(line.visit_id)
        event = self._event_of(line.trace_code, visit)
        self._boxes.claim(
            line.trace_code, line.item_code, event, at, visit.doctor_code, visit_id=line.visit_id
        )

    def _event_of(self, trace_code: str, visit: Visit) -> BoxEvent:
        """Whence this box comes onto the bill: shelf, bag, or the bill that is put right."""
        known = self._boxes.box(trace_code)
        if known is None:
            return BoxEvent.SCANNED
        put_right = visit.corrects is not None and known.visit_id == visit.corrects
        if known.state is BoxState.GONE and put_right:
            return BoxEvent.CORRECTED
        if known.state is BoxState.BAG and visit.bedside:
            return BoxEvent.SCANNED_AT_BEDSIDE
        return BoxEvent.SCANNED

    def _let_go(self, line: BillLine, at: datetime) -> None:
        """Back to where it came from; or with whoever took it home, where it left."""
        code, visit = line.trace_code, self._visits.visit(line.visit_id)
        if code is None:
            return
        if line.split_units:
            self._opened.take(code, -max(0, line.split_units - line.at_home))
        elif line.left_at is not None:
            self._boxes.hand_over(line.visit_id, code, at, visit.doctor_code)
        else:
            self._boxes.let_go(line.visit_id, code, at, visit.doctor_code, visit.corrects)
