"""What a day's end, a sheet and a statement read of the book, by days.

A settlement belongs to the day of the province's setl_time, a cancellation to the day on
which we learnt of it. A settlement written down before its clearing was kept belongs to
the day of its step, as an outpatient one (clr_type 11).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from terminal.core.catalogue import SELF_PAID
from terminal.core.charge import SettlementState
from terminal.core.charged import Charge
from terminal.core.items import packs_of
from terminal.core.money import ZERO, Money, total
from terminal.core.reconciliation import OUTPATIENT, Fate, Group, OurRow, Reading, Sent
from terminal.core.shares import Shares
from terminal.store.database import Database, Row

_STANDING = (SettlementState.SETTLED, SettlementState.DIFFERS, SettlementState.CANCELLING)
_MADE = (*_STANDING, SettlementState.CANCELLED)
_UNKNOWN = (SettlementState.SETTLING, SettlementState.UNCERTAIN)
_FATES = {
    SettlementState.CANCELLING: Fate.UNKNOWN,
    SettlementState.CANCELLED: Fate.CANCELLED,
    SettlementState.SETTLED: Fate.STANDS,
    SettlementState.DIFFERS: Fate.STANDS,
}

_AT = "coalesce(json_extract(s.clearing, '$.setl_time'), '')"
"""Spelled as the index settlement_by_setl_time is: with other words it would not be used."""

_BY_TIME = "INDEXED BY settlement_by_setl_time"
"""Without statistics of its tables SQLite would take the index by state, and read them all."""

_FACTS = """
    SELECT s.settlement_id, s.visit_id, s.state, s.setl_id, s.mdtrt_id, s.settle_msgid,
        s.settled, s.clearing, s.coverage, s.estimate, v.opened_at, p.psn_no, p.name, p.born,
        (SELECT max(at) FROM settlement_step t WHERE t.settlement_id = s.settlement_id
            AND +t.event IN ('province_settled', 'province_differed')) AS came_at,
        (SELECT max(at) FROM settlement_step t WHERE t.settlement_id = s.settlement_id
            AND +t.event = 'province_cancelled') AS cancelled_at
    FROM settlement s
"""
_WHOSE = "JOIN visit v USING (visit_id) JOIN person p USING (person_id)"
_CHARGE_BY_TIME = f"{_FACTS} {_BY_TIME} {_WHOSE}"
_CHARGE = f"{_FACTS} {_WHOSE}"


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of a bill that was charged, or of one that was cancelled (below zero)."""

    item_code: str
    boxed: bool
    """Whether it has a trace code: then it is a drug."""
    quantity: Decimal
    total: Money


@dataclass(frozen=True, slots=True, repr=False)
class Estimated:
    """A visit reckoned by us while the province was away, and what it came to."""

    visit_id: str
    name: str
    visited_at: datetime
    estimated_own: Money
    own: Money


@dataclass(frozen=True, slots=True)
class Pending:
    """A charge whose outcome is not known."""

    settlement_id: str
    msgid: str
    sent_at: datetime
    own: Money
    fund: Money


class Closings:
    """The book by days."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def rows(self, begin: date, end: date, reading: Reading | None = None) -> tuple[OurRow, ...]:
        """Our side of 3201 and 3202 for these days, both counted.

        Each settlement made in these days, standing or undone since; and for each
        cancellation in these days a row below zero, `refunded`. `reading` says how this
        region sums amounts.
        """
        reading = reading or Reading()
        made = [_our_row(row, reading) for row in self._made(begin, end)]
        return (*made, *(_our_row(row, reading).undone() for row in self._cancelled(begin, end)))

    def charges(self, begin: date, end: date) -> tuple[Charge, ...]:
        """Every charge that was made or cancelled in these days, both counted."""
        found = {row["settlement_id"]: row for row in self._made(begin, end)}
        found |= {row["settlement_id"]: row for row in self._cancelled(begin, end)}
        return tuple(_charge(row) for row in found.values())

    def sent(self, msgid: str, setl_id: str) -> Sent | None:
        """What we know of a charge the province names; None: it is not this terminal's."""
        row = setl_id and self._db.row("SELECT * FROM settlement WHERE setl_id = ?", (setl_id,))
        if row:
            return Sent(
                row["settlement_id"], row["visit_id"], _FATES[SettlementState(row["state"])]
            )
        row = self._db.row(
            "SELECT s.* FROM message m JOIN settlement s USING (settlement_id) WHERE m.msgid = ?",
            (msgid,),
        )
        if row is None:
            return None
        open_ = row["settle_msgid"] == msgid and row["state"] in _UNKNOWN
        return Sent(row["settlement_id"], row["visit_id"], Fate.UNKNOWN if open_ else Fate.ENDED)

    def pending(self) -> tuple[Pending, ...]:
        """Every charge whose outcome is not known, oldest first."""
        rows = self._db.rows(
            "SELECT s.settlement_id, s.settle_msgid, m.sent_at, s.agreed_own_fen,"
            " s.agreed_fund_fen FROM settlement s JOIN message m ON m.msgid = s.settle_msgid"
            " WHERE s.state IN (?, ?) ORDER BY m.sent_at",
            _UNKNOWN,
        )
        return tuple(
            Pending(
                row["settlement_id"],
                row["settle_msgid"],
                datetime.fromisoformat(row["sent_at"]),
                Money(row["agreed_own_fen"] or 0),
                Money(row["agreed_fund_fen"] or 0),
            )
            for row in rows
        )

    def estimated(self, day: date) -> tuple[Estimated, ...]:
        """Visits with an estimate that were charged on this day."""
        visits: dict[str, list[Row]] = {}
        for row in self._made(day, day):
            if row["estimate"] is not None and row["state"] in _STANDING:
                visits.setdefault(row["visit_id"], []).append(row)
        return tuple(
            Estimated(
                visit_id,
                rows[0]["name"],
                datetime.fromisoformat(rows[0]["opened_at"]),
                total(Shares.from_fen(json.loads(row["estimate"])).own for row in rows),
                total(_shares(row).own for row in rows),
            )
            for visit_id, rows in visits.items()
        )

    def sold(self, begin: date, end: date) -> tuple[Sold, ...]:
        """Lines charged in these days, and again below zero those cancelled in them."""
        made = {row["settlement_id"]: 1 for row in self._made(begin, end)}
        signs = [
            *made.items(),
            *((row["settlement_id"], -1) for row in self._cancelled(begin, end)),
        ]
        return tuple(
            each for settlement_id, sign in signs for each in self._lines(settlement_id, sign)
        )

    def fund_paid(self, begin: date, end: date) -> Money:
        """What the fund paid for charges made in these days that stand.

        Takes a millisecond a year: the index holds all that is asked for.
        """
        row = self._db.row(
            f"SELECT sum(json_extract(s.settled, '$.fund')) AS fund FROM settlement s {_BY_TIME}"  # noqa: S608
            f" WHERE {_AT} >= ? AND {_AT} < ? AND s.state IN (?, ?, ?)",
            (begin.isoformat(), _after(end), *_STANDING),
        )
        old = self._without_time(begin, end)
        return total(
            [
                Money(row["fund"] or 0) if row is not None else ZERO,
                *(_shares(each).fund for each in old if each["state"] in _STANDING),
            ]
        )

    def visits_by_state(self, begin: date, end: date) -> dict[str, int]:
        """How many visits opened in these days stand in each state."""
        rows = self._db.rows(
            "SELECT state, count(*) AS visits FROM visit WHERE opened_at >= ? AND opened_at < ?"
            " GROUP BY state",
            (begin.isoformat(), _after(end)),
        )
        return {row["state"]: row["visits"] for row in rows}

    def _made(self, begin: date, end: date) -> list[Row]:
        rows = self._db.rows(
            f"{_CHARGE_BY_TIME} WHERE {_AT} >= ? AND {_AT} < ? AND s.state IN (?, ?, ?, ?)"
            " ORDER BY s.rowid",
            (begin.isoformat(), _after(end), *_MADE),
        )
        return [*self._without_time(begin, end), *rows]

    def _without_time(self, begin: date, end: date) -> list[Row]:
        """Those whose setl_time was not told: by the day on which we learnt of them."""
        rows = self._db.rows(
            f"{_CHARGE_BY_TIME} WHERE {_AT} = '' AND s.state IN (?, ?, ?, ?)"
            " AND s.category <> ? ORDER BY s.rowid",
            (*_MADE, SELF_PAID),  # Of what nobody insured the province knows nothing.
        )
        return [row for row in rows if begin.isoformat() <= row["came_at"] < _after(end)]

    def _cancelled(self, begin: date, end: date) -> list[Row]:
        return self._db.rows(
            f"{_CHARGE} WHERE s.settlement_id IN (SELECT settlement_id FROM settlement_step"  # noqa: S608
            " WHERE event = 'province_cancelled' AND at >= ? AND at < ?) ORDER BY s.rowid",
            (begin.isoformat(), _after(end)),
        )

    def _lines(self, settlement_id: str, sign: int) -> list[Sold]:
        rows = self._db.rows(
            "SELECT item_code, trace_code, quantity, split_units, coalesce((SELECT max(units)"
            " FROM opened_box o WHERE o.trace_code = l.trace_code), 1) AS units, total_fen"
            " FROM settlement s JOIN line l"
            " USING (visit_id, category) WHERE s.settlement_id = ? AND l.removed_at IS NULL",
            (settlement_id,),
        )
        return [
            Sold(
                row["item_code"],
                row["trace_code"] is not None,
                sign * packs_of(row["quantity"], row["split_units"], row["units"]),
                Money(sign * row["total_fen"]),
            )
            for row in rows
        ]


def _after(day: date) -> str:
    """The beginning of the next day, as times are compared."""
    return (day + timedelta(days=1)).isoformat()


def _our_row(row: Row, reading: Reading) -> OurRow:
    clearing = _clearing(row)
    shares = _shares(row)
    group = Group(
        _insutype(row),
        clearing.get("clr_type") or OUTPATIENT,
        clearing.get("clr_optins") or reading.clr_optins,
    )
    return OurRow(
        row["settlement_id"],
        row["visit_id"],
        group,
        setl_id=row["setl_id"] or "",
        mdtrt_id=row["mdtrt_id"] or "",
        psn_no=row["psn_no"],
        msgid=row["settle_msgid"] or "",
        total=shares.total,
        fund=shares.fund,
        account=reading.account(shares),
        cash=shares.cash,
        refunded=False,
    )


def _charge(row: Row) -> Charge:
    settled_at = _clearing(row).get("setl_time") or row["came_at"]
    cancelled_at = row["cancelled_at"]
    return Charge(
        row["settlement_id"],
        row["visit_id"],
        row["name"],
        date.fromisoformat(row["born"]),
        _insutype(row),
        visited_on=datetime.fromisoformat(row["opened_at"]).date(),
        settled_on=date.fromisoformat(settled_at[:10]),
        cancelled_on=cancelled_at and datetime.fromisoformat(cancelled_at).date(),
        shares=_shares(row),
    )


def _shares(row: Row) -> Shares:
    return Shares.from_fen(json.loads(row["settled"]))


def _clearing(row: Row) -> dict[str, Any]:
    return json.loads(row["clearing"]) if row["clearing"] else {}


def _insutype(row: Row) -> str:
    told = _clearing(row).get("insutype")
    return str(told or (json.loads(row["coverage"])["insutype"] if row["coverage"] else ""))
