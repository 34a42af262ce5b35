"""Bills that the record system pushed: each kept as it came, and taken or ended once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from terminal.core.money import Money
from terminal.core.pushed import RefusalReason
from terminal.core.record_views import PushedState
from terminal.store.database import Database, Row

_OF_BILL = "client = ? AND number = ?"
_STILL_WAITING = "visit_id IS NULL AND ended_at IS NULL"


@dataclass(frozen=True, slots=True, repr=False)
class PushedRow:
    """A bill and where it went."""

    client: str
    number: str
    digest: str
    told: str
    """As core/pushed.written wrote it; empty once it is forgotten."""
    total: Money
    received_at: datetime
    visit_id: str | None
    """The visit that the doctor put it into."""
    taken_at: datetime | None
    ended_at: datetime | None
    ended_as: str | None
    """PushedState REFUSED or WITHDRAWN, where it never came into a visit."""
    reason: str

    @property
    def waits(self) -> bool:
        return self.visit_id is None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class StepsSeen:
    """The last step of any visit, and of any settlement, that somebody has looked at."""

    visit: int = 0
    settlement: int = 0


class PushedBook:
    """Every bill that was ever pushed."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def bill(self, client: str, number: str) -> PushedRow | None:
        """The caller's bill of this number."""
        row = self._db.row(f"SELECT * FROM pushed_bill WHERE {_OF_BILL}", (client, number))  # noqa: S608
        return None if row is None else _bill(row)

    def waiting(self) -> list[PushedRow]:
        """What the doctor has neither taken nor refused, oldest first."""
        rows = self._db.rows(
            f"SELECT * FROM pushed_bill WHERE {_STILL_WAITING} ORDER BY received_at, rowid"  # noqa: S608
        )
        return [_bill(row) for row in rows]

    def count_waiting(self) -> int:
        row = self._db.row(f"SELECT count(*) AS n FROM pushed_bill WHERE {_STILL_WAITING}")  # noqa: S608
        return int(row["n"]) if row is not None else 0

    def add(
        self, client: str, number: str, digest: str, told: str, total: Money, at: datetime
    ) -> None:
        """Keep a new bill; the caller has seen, in this transaction, that it is new."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO pushed_bill (client, number, digest, told, total_fen, received_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (client, number, digest, told, total.fen, at.isoformat()),
            )

    def taken(self, client: str, number: str, visit_id: str, at: datetime) -> None:
        """Its lines lie in this visit; written with them, in one transaction."""
        with self._db.transaction() as db:
            db.execute(
                f"UPDATE pushed_bill SET visit_id = ?, taken_at = ? WHERE {_OF_BILL}",  # noqa: S608
                (visit_id, at.isoformat(), client, number),
            )

    def ended(
        self, client: str, number: str, state: PushedState, reason: str, at: datetime
    ) -> None:
        """It never comes into a visit: refused or withdrawn."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE pushed_bill SET ended_as = ?, reason = ?, ended_at = ?"  # noqa: S608
                f" WHERE {_OF_BILL}",
                (state, reason, at.isoformat(), client, number),
            )

    def forget(self, before: datetime, at: datetime) -> int:
        """Erase what never came into a visit and is older than this: whom it names stayed
        away. What still waits ends as `not_here`. Returns how many were erased.

        The number and its digest stay, so that no bill can be pushed twice.
        """
        with self._db.transaction() as db:
            ended = (at.isoformat(), PushedState.REFUSED, RefusalReason.NOT_HERE)
            db.execute(
                "UPDATE pushed_bill SET ended_at = ?, ended_as = ?, reason = ?, told = ''"  # noqa: S608
                f" WHERE {_STILL_WAITING} AND received_at < ?",
                (*ended, before.isoformat()),
            )
            gone = db.execute(
                "UPDATE pushed_bill SET told = ''"
                " WHERE visit_id IS NULL AND ended_at < ? AND told <> ''",
                (before.isoformat(),),
            )
        return int(gone.rowcount)

    def charged_on(self, day: date) -> set[tuple[str, int]]:
        """Whose visits (ID number) that began on this day were charged here, with the fen of
        each visit."""
        rows = self._db.rows(
            "SELECT id_number, sum(json_extract(settled, '$.total')) AS fen"
            " FROM visit JOIN person USING (person_id) JOIN settlement USING (visit_id)"
            " WHERE opened_at >= ? AND opened_at < ? AND settlement.state IN"
            " ('settled', 'differs') GROUP BY visit_id",
            (day.isoformat(), (day + timedelta(days=1)).isoformat()),
        )
        return {(row["id_number"], row["fen"]) for row in rows}

    def taken_on(self, day: date) -> list[PushedRow]:
        """Bills that were put into a visit on this day."""
        rows = self._db.rows(
            "SELECT * FROM pushed_bill WHERE visit_id IS NOT NULL"
            " AND taken_at >= ? AND taken_at < ?",
            (day.isoformat(), (day + timedelta(days=1)).isoformat()),
        )
        return [_bill(row) for row in rows]

    def of_visits(self, visit_ids: list[str]) -> list[PushedRow]:
        """The bills that lie in these visits, in the order in which they were taken."""
        marks = ", ".join("?" * len(visit_ids))
        rows = self._db.rows(
            f"SELECT * FROM pushed_bill WHERE visit_id IN ({marks})"  # noqa: S608
            " ORDER BY taken_at, rowid",
            visit_ids,
        )
        return [_bill(row) for row in rows]

    def changed_at(self, visit_id: str) -> datetime | None:
        """When the visit, or a settlement of it, made its last step."""
        row = self._db.row(
            "SELECT (SELECT at FROM visit_step WHERE visit_id = ?1 ORDER BY number DESC LIMIT 1)"
            " AS visit_at, (SELECT step.at FROM settlement_step step JOIN settlement"
            " USING (settlement_id) WHERE visit_id = ?1 ORDER BY step.number DESC LIMIT 1)"
            " AS settlement_at",
            (visit_id,),
        )
        found = [] if row is None else [row["visit_at"], row["settlement_at"]]
        return max((datetime.fromisoformat(at) for at in found if at), default=None)

    def last_steps(self) -> StepsSeen:
        """The newest steps there are."""
        row = self._db.row(
            "SELECT (SELECT max(number) FROM visit_step) AS visit,"
            " (SELECT max(number) FROM settlement_step) AS settlement"
        )
        return StepsSeen() if row is None else StepsSeen(row["visit"] or 0, row["settlement"] or 0)

    def moved_since(self, seen: StepsSeen) -> list[PushedRow]:
        """Bills whose visit, or the visit that puts it right, made a step after these."""
        rows = self._db.rows(
            "WITH RECURSIVE moved(visit_id) AS ("
            " SELECT visit_id FROM visit_step WHERE number > ?"
            " UNION SELECT settlement.visit_id FROM settlement_step JOIN settlement"
            " USING (settlement_id) WHERE settlement_step.number > ?"
            " UNION SELECT visit.corrects FROM visit JOIN moved USING (visit_id)"
            " WHERE visit.corrects IS NOT NULL)"
            " SELECT * FROM pushed_bill WHERE visit_id IN (SELECT visit_id FROM moved)"
            " ORDER BY taken_at, rowid",
            (seen.visit, seen.settlement),
        )
        return [_bill(row) for row in rows]

    def refused_untold(self, since: datetime) -> list[PushedRow]:
        """Bills that the doctor refused since then, and whoever pushed them was not called."""
        rows = self._db.rows(
            "SELECT * FROM pushed_bill bill WHERE ended_as = 'refused' AND ended_at >= ?"
            " AND NOT EXISTS (SELECT 1 FROM callback WHERE callback.client = bill.client"
            " AND callback.number = bill.number) ORDER BY ended_at, rowid",
            (since.isoformat(),),
        )
        return [_bill(row) for row in rows]


def _bill(row: Row) -> PushedRow:
    return PushedRow(
        client=row["client"],
        number=row["number"],
        digest=row["digest"],
        told=row["told"],
        total=Money(row["total_fen"]),
        received_at=datetime.fromisoformat(row["received_at"]),
        visit_id=row["visit_id"],
        taken_at=_moment(row["taken_at"]),
        ended_at=_moment(row["ended_at"]),
        ended_as=row["ended_as"],
        reason=row["reason"],
    )


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
