"""What lies in the record system's hands: what was typed into it, and what it settled.

One settlement of the record system belongs to at most one visit: the primary key decides
between two who claim it at once.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from terminal.core.charged import Charge
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.record_system import ThereTold
from terminal.core.record_views import What
from terminal.core.shares import Shares
from terminal.core.visit import VisitEvent, VisitState
from terminal.store.database import Database, Row
from terminal.store.visits import Visit, visit_of

_LATE_MAX = timedelta(days=31)
"""How long after its visit a settlement may be made or cancelled, and still be counted."""

_STILL_SCANNED = (VisitState.IDENTIFIED, VisitState.TRACED)
"""Where a visit may still be settled by the record system before anybody hands it over."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One typing; without an end it was cut off, or is under way."""

    what: What
    wanted: int
    typed: int
    begun_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A settlement that is held to be a visit's."""

    visit_id: str
    told: ThereTold
    found_at: datetime
    chosen_by: str
    """Code of the doctor who chose it; empty: it was found by itself."""
    refunded_at: datetime | None


class HandedBook:
    """Typings and claims."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def typing_begins(
        self, visit_id: str, what: What, wanted: int, at: datetime, by_whom: str
    ) -> int:
        """Write down that so many numbers are about to be typed; returns the row's number."""
        with self._db.transaction() as db:
            done = db.execute(
                "INSERT INTO typed (visit_id, what, wanted, begun_at, by_whom)"
                " VALUES (?, ?, ?, ?, ?)",
                (visit_id, what, wanted, at.isoformat(), by_whom),
            )
        return int(done.lastrowid or 0)

    def typing_ends(self, number: int, typed: int, at: datetime) -> None:
        """How many were typed whole."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE typed SET typed = ?, ended_at = ? WHERE number = ?",
                (typed, at.isoformat(), number),
            )

    def typed(self, visit_id: str) -> list[Typed]:
        """What was typed of a visit, oldest first."""
        rows = self._db.rows("SELECT * FROM typed WHERE visit_id = ? ORDER BY number", (visit_id,))
        return [
            Typed(
                What(row["what"]),
                row["wanted"],
                row["typed"],
                datetime.fromisoformat(row["begun_at"]),
                _moment(row["ended_at"]),
            )
            for row in rows
        ]

    def claim(self, visit_id: str, told: ThereTold, at: datetime, chosen_by: str) -> None:
        """This settlement is this visit's. Raises Refused `handed.of_another_visit`."""
        amounts = {name: getattr(told, name).fen for name in ("total", "fund", "own")}
        kept = json.dumps(asdict(told) | amounts, ensure_ascii=False)
        with self._db.transaction() as db:
            if self.holders([told.setl_id]).get(told.setl_id, visit_id) != visit_id:
                raise Refused("handed.of_another_visit")
            db.execute(
                "INSERT INTO settled_there (setl_id, visit_id, told, found_at, chosen_by)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (told.setl_id, visit_id, kept, at.isoformat(), chosen_by),
            )

    def refund(self, setl_id: str, at: datetime) -> None:
        """The record system has cancelled it."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE settled_there SET refunded_at = ? WHERE setl_id = ?",
                (at.isoformat(), setl_id),
            )

    def unclaim(self, visit_id: str, setl_id: str) -> bool:
        """It is not this visit's after all; whether it was held to be."""
        with self._db.transaction() as db:
            done = db.execute(
                "DELETE FROM settled_there"
                " WHERE visit_id = ? AND setl_id = ? AND refunded_at IS NULL",
                (visit_id, setl_id),
            )
        return bool(done.rowcount)

    def was_undone(self, visit_id: str) -> bool:
        """Whether the doctor has said of a settlement that it was not this visit's."""
        found = self._db.row(
            "SELECT 1 FROM visit_step WHERE visit_id = ? AND event = ?",
            (visit_id, VisitEvent.CHOICE_UNDONE),
        )
        return found is not None

    def of_visit(self, visit_id: str) -> list[Claim]:
        """What is held to be this visit's, in the order of finding."""
        rows = self._db.rows(
            "SELECT * FROM settled_there WHERE visit_id = ? ORDER BY rowid", (visit_id,)
        )
        return [_claim(row) for row in rows]

    def holders(self, setl_ids: Collection[str]) -> dict[str, str]:
        """To which visit each of these belongs; those of nobody are left out."""
        marks = ", ".join("?" * len(setl_ids))
        rows = self._db.rows(
            f"SELECT setl_id, visit_id FROM settled_there WHERE setl_id IN ({marks})",  # noqa: S608
            tuple(setl_ids),
        )
        return {row["setl_id"]: row["visit_id"] for row in rows}

    def charges(self, begin: date, end: date) -> tuple[Charge, ...]:
        """What the record system settled or cancelled in these days in visits of this terminal,
        both counted. Of their shares only whole, fund and own are told."""
        rows = self._db.rows(
            "SELECT s.*, v.opened_at, p.name, p.born FROM settled_there s"
            " JOIN visit v USING (visit_id) JOIN person p USING (person_id)"
            " WHERE v.opened_at >= ? AND v.opened_at < ? ORDER BY s.rowid",
            ((begin - _LATE_MAX).isoformat(), (end + timedelta(days=1)).isoformat()),
        )
        made = (_charge(row) for row in rows)
        return tuple(each for each in made if _within(each, begin, end))

    def fund_paid(self, begin: date, end: date) -> Money:
        """What the fund paid for settlements of these days that stand, by the day of their
        time, or where none was told of their finding."""
        row = self._db.row(
            "SELECT sum(json_extract(told, '$.fund')) AS fund FROM settled_there"
            " WHERE refunded_at IS NULL AND substr(coalesce(nullif(json_extract(told, '$.at'),"
            " ''), found_at), 1, 10) BETWEEN ? AND ?",
            (begin.isoformat(), end.isoformat()),
        )
        return Money(row["fund"] or 0) if row is not None else ZERO

    def waiting(self) -> list[Visit]:
        """Visits whose settlement there is not found yet, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM visit WHERE state = ? ORDER BY opened_at, rowid",
            (VisitState.HANDED_OVER,),
        )
        return [visit_of(row) for row in rows]

    def settled_since(self, since: datetime) -> list[Visit]:
        """Visits found settled there since then, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM visit WHERE state = ? AND EXISTS (SELECT 1 FROM settled_there s"
            " WHERE s.visit_id = visit.visit_id AND s.found_at >= ?) ORDER BY opened_at, rowid",
            (VisitState.SETTLED_THERE, since.isoformat()),
        )
        return [visit_of(row) for row in rows]

    def unsettled_beside(self, visit: Visit) -> list[Visit]:
        """Other visits of this person that the record system may have settled, or will."""
        states = (VisitState.HANDED_OVER, *_STILL_SCANNED)
        marks = ", ".join("?" * len(states))
        rows = self._db.rows(
            f"SELECT * FROM visit WHERE state IN ({marks})"  # noqa: S608
            " AND person_id = ? AND visit_id <> ? ORDER BY opened_at, rowid",
            (*states, visit.person_id, visit.visit_id),
        )
        return [visit_of(row) for row in rows]


def _claim(row: Row) -> Claim:
    told = json.loads(row["told"])
    amounts = {name: Money(told[name]) for name in ("total", "fund", "own")}
    return Claim(
        row["visit_id"],
        ThereTold(**told | amounts),
        datetime.fromisoformat(row["found_at"]),
        row["chosen_by"],
        _moment(row["refunded_at"]),
    )


def _charge(row: Row) -> Charge:
    claim = _claim(row)
    told = claim.told
    try:
        settled_on = date.fromisoformat(told.at[:10])
    except ValueError:
        settled_on = claim.found_at.date()
    return Charge(
        told.setl_id,
        claim.visit_id,
        row["name"],
        date.fromisoformat(row["born"]),
        insutype="",
        visited_on=datetime.fromisoformat(row["opened_at"]).date(),
        settled_on=settled_on,
        cancelled_on=claim.refunded_at and claim.refunded_at.date(),
        shares=Shares(
            total=told.total,
            fund=told.fund,
            own=told.own,
            account=ZERO,
            mutual_aid=ZERO,
            cash=told.own,
            hospital=ZERO,
            full_self_pay=ZERO,
            over_limit_price=ZERO,
            advance_self_pay=ZERO,
            in_scope=ZERO,
        ),
    )


def _within(charge: Charge, begin: date, end: date) -> bool:
    days = (charge.settled_on, charge.cancelled_on)
    return any(day is not None and begin <= day <= end for day in days)


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
