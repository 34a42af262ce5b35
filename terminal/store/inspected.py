"""What was written down about one visit, read for an inspection; nothing is written here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from terminal.core.evidence_goods import FindingTold, ReceiptTold
from terminal.core.evidence_people import ConsentTold, FaceTold
from terminal.core.national_crypto import sm3
from terminal.core.settlement_evidence import LedgerTold, MessageTold, SealTold, StepTold
from terminal.store.database import Database, Row
from terminal.store.packing import unpacked

_ROWS_MAX = 200
"""Of each kind for one visit; a long one has some forty messages."""


class Inspected:
    """Reads; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def visit_steps(self, visit_id: str) -> tuple[StepTold, ...]:
        """What happened to the visit, in order."""
        rows = self._db.rows(
            "SELECT * FROM visit_step WHERE visit_id = ? ORDER BY number LIMIT ?",
            (visit_id, _ROWS_MAX),
        )
        return tuple(_step(row) for row in rows)

    def settlement_steps(self, settlement_id: str) -> tuple[StepTold, ...]:
        """What happened to the settlement, in order."""
        rows = self._db.rows(
            "SELECT * FROM settlement_step WHERE settlement_id = ? ORDER BY number LIMIT ?",
            (settlement_id, _ROWS_MAX),
        )
        return tuple(_step(row) for row in rows)

    def faces(self, visit_id: str) -> tuple[FaceTold, ...]:
        """What the counter made of faces at this visit, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM face_decision WHERE visit_id = ? ORDER BY number LIMIT ?",
            (visit_id, _ROWS_MAX),
        )
        return tuple(_face(row) for row in rows)

    def consent_at(self, person_id: str, at: datetime) -> ConsentTold | None:
        """The newest leave to keep the person's face that was in force then."""
        row = self._db.row(
            "SELECT * FROM consent WHERE person_id = ? AND given_at <= ?"
            " AND (withdrawn_at IS NULL OR withdrawn_at > ?) ORDER BY given_at DESC, rowid DESC",
            (person_id, at.isoformat(), at.isoformat()),
        )
        if row is None:
            return None
        return ConsentTold(
            row["version"], row["given_at"], row["witness"], row["withdrawn_at"] or ""
        )

    def messages(self, settlement_id: str) -> tuple[MessageTold, ...]:
        """Everything that was said to the province for the settlement, and its answers."""
        rows = self._db.rows(
            "SELECT * FROM message WHERE settlement_id = ? ORDER BY rowid LIMIT ?",
            (settlement_id, _ROWS_MAX),
        )
        return tuple(_message(row) for row in rows)

    def reasons(self, visit_id: str) -> tuple[FindingTold, ...]:
        """Why the doctor went on although a rule warned, under whatever diagnosis."""
        rows = self._db.rows(
            "SELECT * FROM finding_reason WHERE visit_id = ? ORDER BY at, rule LIMIT ?",
            (visit_id, _ROWS_MAX),
        )
        return tuple(
            FindingTold(row["rule"], row["line_number"], row["reason"], row["by_whom"], row["at"])
            for row in rows
        )

    def received(self, item_code: str, before: str) -> ReceiptTold | None:
        """The last delivery of a drug that the stock book has before that time (ISO 8601)."""
        row = self._db.row(
            "SELECT * FROM stock_move WHERE item_code = ? AND kind = 'in' AND at <= ?"
            " ORDER BY number DESC",
            (item_code, before),
        )
        if row is None:
            return None
        return ReceiptTold(row["at"], row["lot"], row["expires_on"], row["by_whom"])

    def told_of_sale(self, settlement_ids: Collection[str], trace_code: str) -> str:
        """What the province knows of this box's sale; empty where it is not told of any."""
        marks = ", ".join("?" * len(settlement_ids))
        row = self._db.row(
            "SELECT state FROM sale_report WHERE trace_code = ?"  # noqa: S608 - marks alone.
            f" AND settlement_id IN ({marks}) ORDER BY rowid DESC",
            (trace_code, *settlement_ids),
        )
        return "" if row is None else str(row["state"])

    def ledger(self, numbers: Collection[str]) -> tuple[LedgerTold, ...]:
        """Every entry of the ledger whose facts name one of these numbers of our own."""
        marks = ", ".join("?" * len(numbers))
        # Reading the JSON of a million entries takes seconds; looking for the text does not.
        likely = " OR ".join(["instr(facts, ?) > 0"] * len(numbers))
        rows = self._db.rows(
            f"SELECT * FROM ledger WHERE ({likely}) AND EXISTS"  # noqa: S608 - marks alone.
            f" (SELECT 1 FROM json_each(ledger.facts) each WHERE each.value IN ({marks}))"
            " ORDER BY number LIMIT ?",
            (*numbers, *numbers, _ROWS_MAX),
        )
        return tuple(
            LedgerTold(
                row["number"],
                row["at"],
                row["deed"],
                row["who"],
                row["facts"],
                bytes(row["digest"]).hex(),
            )
            for row in rows
        )

    def seal_over(self, number: int) -> SealTold | None:
        """The first signature over the ledger that covers this entry."""
        row = self._db.row("SELECT * FROM ledger_seal WHERE number >= ? ORDER BY number", (number,))
        if row is None:
            return None
        return SealTold(row["number"], row["at"], row["public_key"], row["signature"])


def _step(row: Row) -> StepTold:
    return StepTold(row["at"], row["event"], row["state"], row["facts"])


def _face(row: Row) -> FaceTold:
    return FaceTold(
        at=row["at"],
        outcome=row["outcome"],
        camera=row["camera"],
        live_score=score(row["live_score"]),
        similarity=score(row["similarity"]),
        threshold=score(row["threshold"]),
        people="" if row["people"] is None else str(row["people"]),
        challenged=row["challenged"],
        model_digest=row["model_digest"] or "",
    )


def _message(row: Row) -> MessageTold:
    request, answer = unpacked(bytes(row["request"])), unpacked(bytes(row["answer"] or b""))
    return MessageTold(
        infno=row["infno"],
        msgid=row["msgid"],
        sent_at=row["sent_at"],
        answered_at=row["answered_at"] or "",
        outcome=row["outcome"] or "",
        code=row["code"] or "",
        request_sm3=sm3(request).hex(),
        answer_sm3=sm3(answer).hex() if answer else "",
        request=request.decode("utf-8", "replace"),
        answer=answer.decode("utf-8", "replace"),
    )


def score(told: float | None) -> str:
    """A score as text, four digits; empty where none was come to."""
    return "" if told is None else f"{told:.4f}"
