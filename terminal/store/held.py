"""How much of one person stands in each table: counted, for whoever asks about themselves."""

from __future__ import annotations

from datetime import date

from terminal.core.charge import SettlementState
from terminal.core.held import Told
from terminal.core.money import Money
from terminal.core.visit import VisitState
from terminal.store.database import Database, Row

_CHARGED = (SettlementState.SETTLED, SettlementState.DIFFERS, SettlementState.CANCELLING)

_COUNTED = """
SELECT
    (SELECT count(*) FROM line JOIN visit USING (visit_id)
        WHERE person_id = ?1 AND removed_at IS NULL) AS lines,
    (SELECT count(*) FROM line JOIN visit USING (visit_id)
        WHERE person_id = ?1 AND removed_at IS NULL AND trace_code IS NOT NULL) AS boxes,
    (SELECT count(*) FROM message JOIN settlement USING (settlement_id)
        JOIN visit USING (visit_id) WHERE person_id = ?1) AS messages,
    (SELECT count(*) FROM payment WHERE person_id = ?1) AS payments,
    (SELECT count(*) FROM course JOIN visit USING (visit_id)
        WHERE person_id = ?1) AS courses,
    (SELECT count(*) FROM agreement JOIN visit USING (visit_id)
        WHERE person_id = ?1) AS answers,
    (SELECT count(*) FROM paper JOIN visit USING (visit_id) WHERE person_id = ?1)
        + (SELECT count(*) FROM pad_slip JOIN visit USING (visit_id)
            WHERE person_id = ?1) AS papers,
    (SELECT count(*) FROM face_decision WHERE person_id = ?1 OR visit_id IN
        (SELECT visit_id FROM visit WHERE visit.person_id = ?1)) AS faces_seen,
    (SELECT count(*) FROM companion JOIN visit USING (visit_id)
        WHERE person_id = ?1) AS brought,
    (SELECT count(*) FROM companion JOIN person ON person.id_number = companion.id_number
        WHERE person.person_id = ?1)
        + (SELECT count(*) FROM visit WHERE holder_id = ?1 AND person_id <> ?1) AS stood_in,
    (SELECT count(*) FROM operator WHERE person_id = ?1) AS operators,
    (SELECT count(*) FROM pushed_bill JOIN person ON id_number = CASE WHEN told = '' THEN NULL
        ELSE upper(json_extract(told, '$.id_number')) END WHERE person.person_id = ?1) AS pushed
"""


class HeldBook:
    """Reads; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, person_id: str, year: int) -> Told:
        """Everything counted of this person; amounts of the year."""
        visits = self._visits(person_id)
        money = self._money(person_id, year)
        counted = self._db.rows(_COUNTED, (person_id,))[0]
        return Told(
            visits=visits["many"],
            first_on=_day(visits["first_at"]),
            last_on=_day(visits["last_at"]),
            total=Money(money["total"] or 0),
            fund=Money(money["fund"] or 0),
            own=Money(money["own"] or 0),
            owed=self._owed(person_id),
            lines=counted["lines"],
            boxes=counted["boxes"],
            messages=counted["messages"],
            payments=counted["payments"],
            courses=counted["courses"],
            answers=counted["answers"],
            papers=counted["papers"],
            faces_seen=counted["faces_seen"],
            brought=counted["brought"],
            stood_in=counted["stood_in"],
            operator=bool(counted["operators"]),
            pushed=counted["pushed"],
        )

    def payers_of(self, person_id: str) -> list[str]:
        """Whose account may pay this person's share, as the province said."""
        rows = self._db.rows(
            "SELECT payer_id FROM mutual_aid WHERE person_id = ? ORDER BY payer_id", (person_id,)
        )
        return [row["payer_id"] for row in rows]

    def _visits(self, person_id: str) -> Row:
        rows = self._db.rows(
            "SELECT count(*) AS many, min(opened_at) AS first_at, max(opened_at) AS last_at"
            " FROM visit WHERE person_id = ?",
            (person_id,),
        )
        return rows[0]

    def _money(self, person_id: str, year: int) -> Row:
        marks = ", ".join("?" * len(_CHARGED))
        rows = self._db.rows(
            "SELECT sum(json_extract(settled, '$.total')) AS total,"  # noqa: S608
            " sum(json_extract(settled, '$.fund')) AS fund,"
            " sum(json_extract(settled, '$.own')) AS own"
            " FROM settlement JOIN visit USING (visit_id) WHERE person_id = ?"
            f" AND opened_at >= ? AND opened_at < ? AND settlement.state IN ({marks})",
            (person_id, f"{year}", f"{year + 1}", *_CHARGED),
        )
        return rows[0]

    def _owed(self, person_id: str) -> Money:
        """What the credit book says; a cancelled visit owes nothing."""
        row = self._db.row(
            "SELECT sum(CASE kind WHEN 'credit' THEN fen WHEN 'repaid' THEN -fen ELSE 0 END) AS fen"
            " FROM payment JOIN visit USING (visit_id)"
            " WHERE payment.person_id = ? AND visit.state <> ?",
            (person_id, VisitState.CANCELLED),
        )
        return Money(0 if row is None else max(row["fen"] or 0, 0))


def _day(at: str | None) -> date | None:
    return None if at is None else date.fromisoformat(at[:10])
