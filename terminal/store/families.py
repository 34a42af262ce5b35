"""Bindings between people (亲情账户), and who came with or for somebody."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.families import Basis, Binding, EndedBy, Scope
from terminal.core.standing import Companion, Standing
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row

_LATEST_DAY = "families.latest_day"

_AGREED = (
    VisitState.WAITING,
    VisitState.CONFIRMED,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
    VisitState.PARTLY_SETTLED,
    VisitState.SETTLED,
    VisitState.HANDED_OVER,
    VisitState.SETTLED_THERE,
)


@dataclass(frozen=True, slots=True)
class Acted:
    """One visit that a holder settled for somebody else."""

    visit_id: str
    member_id: str


class Families:
    """Who may act for whom, and who did."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def bind(self, binding: Binding) -> None:
        """Write a binding down; one that was in force between the same two is replaced."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE relative_binding SET ended_at = ?, ended_by = ?"
                " WHERE holder_id = ? AND member_id = ? AND ended_at IS NULL",
                (
                    binding.made_at.isoformat(),
                    EndedBy.REPLACED,
                    binding.holder_id,
                    binding.member_id,
                ),
            )
            db.execute(
                "INSERT INTO relative_binding"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
                (
                    binding.binding_id,
                    binding.holder_id,
                    binding.member_id,
                    binding.relation,
                    json.dumps(sorted(binding.scopes)),
                    binding.basis,
                    binding.valid_from.isoformat(),
                    binding.valid_until.isoformat(),
                    binding.made_at.isoformat(),
                    binding.witness,
                    binding.document,
                    binding.reason,
                ),
            )

    def binding(self, binding_id: str) -> Binding | None:
        """In force or not."""
        row = self._db.row("SELECT * FROM relative_binding WHERE binding_id = ?", (binding_id,))
        return None if row is None else _binding(row)

    def in_force(self, holder_id: str, day: date) -> list[Binding]:
        """For whom this holder may act on this day, or on the latest day ever seen here:
        a clock set back brings nothing to life."""
        latest = max(day, self.latest_day())
        return [each for each in self.open_of(holder_id) if each.holds_on(latest)]

    def holds(self, binding: Binding, day: date) -> bool:
        """Whether this one is in force, as `in_force` counts days."""
        return binding.holds_on(max(day, self.latest_day()))

    def latest_day(self) -> date:
        """The latest day that `expire` has seen."""
        row = self._db.row("SELECT value FROM fact WHERE name = ?", (_LATEST_DAY,))
        return date.min if row is None else date.fromisoformat(json.loads(row["value"])["day"])

    def expire(self, at: datetime) -> list[Binding]:
        """End what has run out by this day, for good; returns what was ended."""
        latest = self.latest_day()
        if at.date() <= latest:
            return []
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO fact VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_LATEST_DAY, json.dumps({"day": at.date().isoformat()})),
            )
            rows = self._db.rows(
                "SELECT * FROM relative_binding WHERE ended_at IS NULL AND valid_until < ?",
                (at.date().isoformat(),),
            )
            for row in rows:
                self.end(row["binding_id"], EndedBy.EXPIRED, at)
        return [_binding(row) for row in rows]

    def last_between(self, holder_id: str, member_id: str) -> Binding | None:
        """The newest binding between these two, in force or not."""
        row = self._db.row(
            "SELECT * FROM relative_binding WHERE holder_id = ? AND member_id = ?"
            " ORDER BY ended_at IS NULL DESC, rowid DESC LIMIT 1",
            (holder_id, member_id),
        )
        return None if row is None else _binding(row)

    def open_of(self, holder_id: str) -> list[Binding]:
        """Every binding of this holder that nobody has ended."""
        rows = self._db.rows(
            "SELECT * FROM relative_binding WHERE holder_id = ? AND ended_at IS NULL"
            " ORDER BY member_id",
            (holder_id,),
        )
        return [_binding(row) for row in rows]

    def open_for(self, member_id: str) -> list[Binding]:
        """Every binding by which somebody may act for this person, that nobody has ended."""
        rows = self._db.rows(
            "SELECT * FROM relative_binding WHERE member_id = ? AND ended_at IS NULL"
            " ORDER BY holder_id",
            (member_id,),
        )
        return [_binding(row) for row in rows]

    def end(self, binding_id: str, ended_by: EndedBy, at: datetime) -> bool:
        """End a binding; returns whether it was in force until now."""
        with self._db.transaction() as db:
            done = db.execute(
                "UPDATE relative_binding SET ended_at = ?, ended_by = ?"
                " WHERE binding_id = ? AND ended_at IS NULL",
                (at.isoformat(), ended_by, binding_id),
            )
            return bool(done.rowcount)

    # --- deaths
    def died_on(self, person_id: str) -> date | None:
        """The day on which the province says that a person died."""
        row = self._db.row("SELECT died_on FROM person WHERE person_id = ?", (person_id,))
        return None if row is None or row[0] is None else date.fromisoformat(row[0])

    def note_death(self, person_id: str, day: date | None) -> None:
        """Write down what the province says; None where it has taken it back."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE person SET died_on = ? WHERE person_id = ?",
                (None if day is None else day.isoformat(), person_id),
            )

    # --- what a holder has done for others on one day
    def acted(self, holder_id: str, begins: datetime, ends: datetime, but: str) -> list[Acted]:
        """Visits opened in that time for which a holder agreed to an amount, without one."""
        marks = ", ".join("?" * len(_AGREED))
        rows = self._db.rows(
            "SELECT visit_id, person_id FROM visit WHERE holder_id = ? AND opened_at >= ?"  # noqa: S608
            f" AND opened_at < ? AND visit_id <> ? AND state IN ({marks})",
            (holder_id, begins.isoformat(), ends.isoformat(), but, *_AGREED),
        )
        return [Acted(row["visit_id"], row["person_id"]) for row in rows]

    # --- paying from a relative's account (家庭共济), which no binding gives
    def tell_aid_payers(self, person_id: str, payers: Collection[str], at: datetime) -> None:
        """Keep what the province says, in place of what it said before."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM mutual_aid WHERE person_id = ?", (person_id,))
            for payer_id in payers:
                db.execute(
                    "INSERT INTO mutual_aid VALUES (?, ?, ?)",
                    (payer_id, person_id, at.isoformat()),
                )

    def aid_payers(self, person_id: str) -> list[str]:
        """Whose account may pay this person's share, by the province's word alone."""
        rows = self._db.rows(
            "SELECT payer_id FROM mutual_aid WHERE person_id = ? ORDER BY payer_id", (person_id,)
        )
        return [row["payer_id"] for row in rows]

    # --- who came with or for somebody, without a binding
    def note_companion(self, visit_id: str, companion: Companion, at: datetime) -> None:
        """Write down who stands here for or with a visit's person; the last word holds."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO companion VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    visit_id,
                    companion.standing,
                    companion.name,
                    companion.id_number,
                    companion.relation,
                    companion.noted_by,
                    at.isoformat(),
                ),
            )

    def companion(self, visit_id: str) -> Companion | None:
        row = self._db.row("SELECT * FROM companion WHERE visit_id = ?", (visit_id,))
        if row is None:
            return None
        return Companion(
            Standing(row["standing"]),
            row["name"],
            row["id_number"],
            row["relation"],
            row["noted_by"],
        )


def _binding(row: Row) -> Binding:
    ended_at, ended_by = row["ended_at"], row["ended_by"]
    return Binding(
        binding_id=row["binding_id"],
        holder_id=row["holder_id"],
        member_id=row["member_id"],
        relation=row["relation"],
        scopes=frozenset(map(Scope, json.loads(row["scopes"]))),
        basis=Basis(row["basis"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_until"]),
        made_at=datetime.fromisoformat(row["made_at"]),
        witness=row["witness"],
        document=row["document"],
        reason=row["reason"],
        ended_at=None if ended_at is None else datetime.fromisoformat(ended_at),
        ended_by=None if ended_by is None else EndedBy(ended_by),
    )
