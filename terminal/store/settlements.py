"""Settlements: each a batch at the province, with the steps that brought it here.

`record` is the only way a settlement's state changes, and it moves the visit with it in
the same transaction, so that no power cut can part the two.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terminal.core.charge import SettlementEvent, SettlementState, advance_settlement
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.people import Coverage
from terminal.core.visit import VisitEvent, VisitState, summary
from terminal.store import deeds
from terminal.store.database import Database, Row
from terminal.store.ledger import LedgerBook
from terminal.store.lines import Lines
from terminal.store.people import coverage_from_json
from terminal.store.visits import Visits, as_json, update


@dataclass(frozen=True, slots=True)
class Settlement:
    settlement_id: str
    visit_id: str
    category: str
    state: SettlementState
    mdtrt_id: str | None
    ipt_otp_no: str | None
    chrg_bchno: str | None
    lines_sent: bool
    """Whether fee lines may lie at the province, to be taken back before new ones."""
    priced_revision: int | None
    pre_settlement: dict[str, Any] | None
    agreed_own: Money | None
    agreed_fund: Money | None
    settle_msgid: str | None
    """The msgid of the last 2207, the only handle of a reversal."""
    setl_id: str | None
    settled: dict[str, Any] | None
    refusal: str | None
    coverage: Coverage | None
    """What the province had said of the person when it was registered there."""
    estimate: dict[str, Any] | None = None
    """What we reckoned while the province was away; a ceiling, never a bill."""
    clearing: dict[str, str] | None = None
    """Under which heads the province clears it: insutype, clr_type, clr_optins, setl_time."""

    def __repr__(self) -> str:
        """Without anything medical."""
        return f"Settlement({self.settlement_id!r}, {self.state.value})"


_MOVING = (VisitState.SETTLING, VisitState.UNCERTAIN, VisitState.DIFFERS)
"""Where a visit follows what its settlements come to."""

_GIVES_BACK = (SettlementEvent.PROVINCE_CANCELLED, SettlementEvent.SELF_PAID_UNDONE)
"""What was sold is not sold any more."""

_IN_FLIGHT = (SettlementState.SETTLING, SettlementState.UNCERTAIN, SettlementState.CANCELLING)


class Settlements:
    """What was and is charged."""

    def __init__(
        self, database: Database, visits: Visits, lines: Lines, ledger: LedgerBook
    ) -> None:
        self._db = database
        self._visits = visits
        self._lines = lines
        self._ledger = ledger

    def add(self, settlement_id: str, visit_id: str, category: str) -> None:
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO settlement (settlement_id, visit_id, category, state)"
                " VALUES (?, ?, ?, ?)",
                (settlement_id, visit_id, category, SettlementState.DRAFT),
            )

    def settlement(self, settlement_id: str) -> Settlement:
        """Raises Refused `settlement.not_found`."""
        row = self._db.row("SELECT * FROM settlement WHERE settlement_id = ?", (settlement_id,))
        if row is None:
            raise Refused("settlement.not_found")
        return _settlement(row)

    def of_visit(self, visit_id: str) -> list[Settlement]:
        """The settlements of a visit that were not dropped, in the order of their making."""
        rows = self._db.rows(
            "SELECT * FROM settlement WHERE visit_id = ? AND state <> ? ORDER BY rowid",
            (visit_id, SettlementState.DROPPED),
        )
        return [_settlement(row) for row in rows]

    def in_flight(self) -> list[Settlement]:
        """Every settlement whose money is or may be moving, oldest first."""
        marks = ", ".join("?" * len(_IN_FLIGHT))
        rows = self._db.rows(
            f"SELECT * FROM settlement WHERE state IN ({marks}) ORDER BY rowid",  # noqa: S608
            _IN_FLIGHT,
        )
        return [_settlement(row) for row in rows]

    def agreed_or_in_flight(self) -> list[Settlement]:
        """Every settlement that is or will be charged without another tap, oldest first."""
        states = (*_IN_FLIGHT, SettlementState.CONFIRMED, SettlementState.WAITING)
        marks = ", ".join("?" * len(states))
        rows = self._db.rows(
            f"SELECT * FROM settlement WHERE state IN ({marks}) ORDER BY rowid",  # noqa: S608
            states,
        )
        return [_settlement(row) for row in rows]

    def refused_of(self, person_id: str, since: datetime) -> list[Settlement]:
        """Of this person's visits since then, every settlement that was sent and refused, and
        not charged afterwards: a no may be the answer to a second delivery."""
        rows = self._db.rows(
            "SELECT settlement.* FROM settlement JOIN visit USING (visit_id)"
            " WHERE person_id = ? AND opened_at >= ? AND mdtrt_id IS NOT NULL"
            " AND settlement.state IN"
            " ('draft', 'estimated', 'waiting', 'priced', 'confirmed', 'dropped')"
            " AND (SELECT event FROM settlement_step step"
            " WHERE step.settlement_id = settlement.settlement_id"
            " AND event IN ('province_refused', 'province_reversed')"
            " ORDER BY number DESC LIMIT 1) = 'province_refused' ORDER BY settlement.rowid",
            (person_id, since.isoformat()),
        )
        return [_settlement(row) for row in rows]

    def accounted(self, mdtrt_ids: Collection[str]) -> set[str]:
        """Of which of these visits at the province our book says what is charged."""
        marks = ", ".join("?" * len(mdtrt_ids))
        rows = self._db.rows(
            f"SELECT mdtrt_id FROM settlement WHERE mdtrt_id IN ({marks}) AND state IN"  # noqa: S608
            " ('settling', 'uncertain', 'differs', 'settled', 'cancelling', 'cancelled')",
            tuple(mdtrt_ids),
        )
        return {row["mdtrt_id"] for row in rows}

    def registered(self, mdtrt_ids: Collection[str]) -> set[str]:
        """Which of these visits at the province were registered here."""
        marks = ", ".join("?" * len(mdtrt_ids))
        rows = self._db.rows(
            f"SELECT mdtrt_id FROM settlement WHERE mdtrt_id IN ({marks})",  # noqa: S608
            tuple(mdtrt_ids),
        )
        return {row["mdtrt_id"] for row in rows}

    def holder_of(self, setl_id: str) -> str | None:
        """The settlement that has this setl_id of the province."""
        row = self._db.row("SELECT settlement_id FROM settlement WHERE setl_id = ?", (setl_id,))
        return None if row is None else str(row["settlement_id"])

    def note(self, settlement_id: str, **changes: object) -> None:
        """Write down facts of a settlement that do not change its state."""
        with self._db.transaction() as db:
            update(db, "settlement", "settlement_id", settlement_id, changes)

    def record(
        self,
        settlement_id: str,
        event: SettlementEvent,
        at: datetime,
        *,
        changes: Mapping[str, object] | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> SettlementState:
        """Advance a settlement, write the step down, and move its visit with it.

        A visit whose money is or may be moving follows what its settlements have come
        to (`core.visit.summary`) in the same transaction. The boxes of a cancelled one
        that never left the counter may be scanned again.
        """
        with self._db.transaction() as db:
            settlement = self.settlement(settlement_id)
            state = advance_settlement(settlement.state, event)
            update(
                db,
                "settlement",
                "settlement_id",
                settlement_id,
                {"state": state, **(changes or {})},
            )
            db.execute(
                "INSERT INTO settlement_step (settlement_id, event, state, at, facts)"
                " VALUES (?, ?, ?, ?, ?)",
                (settlement_id, event, state, at.isoformat(), as_json(facts)),
            )
            if event in deeds.OF_SETTLEMENT:
                self._tell_ledger(settlement_id, event, at)
            if event in _GIVES_BACK:
                self._lines.give_back(settlement.visit_id, settlement.category, at)
            self._follow(settlement.visit_id, event, at)
        return state

    def _tell_ledger(self, settlement_id: str, event: SettlementEvent, at: datetime) -> None:
        now = self.settlement(settlement_id)
        shares = now.settled or {}
        charge = {
            "settlement": settlement_id,
            "category": now.category,
            "setl_id": now.setl_id,
            "own_fen": shares.get("own"),
            "fund_fen": shares.get("fund"),
        }
        deed, told = deeds.of_settlement(event, self._visits.row(now.visit_id), charge)
        self._ledger.add(deed, at, told)

    def abandon(self, visit_id: str, event: VisitEvent, at: datetime) -> None:
        """End a visit before anything was charged; its boxes may be scanned again.

        Raises Refused `visit.no_such_step` or `settlement.no_such_step` where something was.
        """
        with self._db.transaction():
            self._visits.record(visit_id, event, at)
            self._lines.remove_all(visit_id, at)
            for settlement in self.of_visit(visit_id):
                self.record(settlement.settlement_id, SettlementEvent.DROPPED, at)

    def _follow(self, visit_id: str, event: SettlementEvent, at: datetime) -> None:
        visit = self._visits.visit(visit_id)
        if event is SettlementEvent.SETTLEMENT_SENT:
            if visit.state is not VisitState.SETTLING:
                self._visits.record(visit_id, VisitEvent.SETTLEMENT_SENT, at)
            return
        outcome = summary([s.state for s in self.of_visit(visit_id)])
        moving = visit.state in _MOVING
        undone = visit.state is VisitState.SETTLED and outcome is VisitEvent.ALL_CANCELLED
        let_go = (
            visit.state is VisitState.PARTLY_SETTLED
            and event is SettlementEvent.DROPPED
            and outcome is VisitEvent.ALL_SETTLED
        )
        if outcome is not None and (moving or undone or let_go):
            self._visits.record(visit_id, outcome, at)
            self._lines.gone_with(visit_id, at)


def _settlement(row: Row) -> Settlement:
    return Settlement(
        settlement_id=row["settlement_id"],
        visit_id=row["visit_id"],
        category=row["category"],
        state=SettlementState(row["state"]),
        mdtrt_id=row["mdtrt_id"],
        ipt_otp_no=row["ipt_otp_no"],
        chrg_bchno=row["chrg_bchno"],
        lines_sent=bool(row["lines_sent"]),
        priced_revision=row["priced_revision"],
        pre_settlement=_loaded(row["pre_settlement"]),
        agreed_own=None if row["agreed_own_fen"] is None else Money(row["agreed_own_fen"]),
        agreed_fund=None if row["agreed_fund_fen"] is None else Money(row["agreed_fund_fen"]),
        settle_msgid=row["settle_msgid"],
        setl_id=row["setl_id"],
        settled=_loaded(row["settled"]),
        refusal=row["refusal"],
        coverage=None if row["coverage"] is None else coverage_from_json(row["coverage"]),
        estimate=_loaded(row["estimate"]),
        clearing=_loaded(row["clearing"]),
    )


def _loaded(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)
