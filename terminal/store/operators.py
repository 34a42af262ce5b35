"""Who may sign in here, with the hash of each PIN and the tries that went wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from terminal.core.operators import Doctor, Operator, Registered, Role
from terminal.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class PinKept:
    """What a try is judged by."""

    pin_hash: str = field(repr=False)
    failures: int
    """Wrong PINs since the last right one or the last wait."""
    locked_until: datetime | None


class Operators:
    """Doctors and technicians of this terminal."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, operator: Operator, pin_hash: str, at: datetime) -> None:
        """Write a new operator down."""
        with self._db.transaction() as db:
            db.execute(
                "INSERT INTO operator (operator_id, name, roles, doctor_code, pin_hash,"
                " registered, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    operator.operator_id,
                    operator.name,
                    json.dumps(sorted(operator.roles)),
                    operator.doctor_code,
                    pin_hash,
                    operator.registered,
                    at.isoformat(),
                ),
            )

    def active(self) -> list[Operator]:
        """Everybody who may sign in, in the order in which they came."""
        rows = self._db.rows("SELECT * FROM operator WHERE retired_at IS NULL ORDER BY rowid")
        return [_operator(row) for row in rows]

    def operator(self, operator_id: str) -> Operator | None:
        row = self._db.row("SELECT * FROM operator WHERE operator_id = ?", (operator_id,))
        return None if row is None else _operator(row)

    def by_doctor_code(self, doctor_code: str) -> Operator | None:
        """The newest of this national code, retired or not."""
        row = self._db.row(
            "SELECT * FROM operator WHERE doctor_code = ? ORDER BY rowid DESC", (doctor_code,)
        )
        return None if row is None else _operator(row)

    def doctor(self, doctor_code: str) -> Doctor:
        """Whoever has or had this national code; without a name where nobody had it here."""
        known = self.by_doctor_code(doctor_code) if doctor_code else None
        return Doctor(doctor_code, "" if known is None else known.name)

    def pin_kept(self, operator_id: str) -> PinKept | None:
        """None for somebody who was never made an operator, or no longer is one."""
        row = self._db.row(
            "SELECT pin_hash, failures, locked_until FROM operator"
            " WHERE operator_id = ? AND retired_at IS NULL",
            (operator_id,),
        )
        if row is None:
            return None
        locked = row["locked_until"]
        until = None if locked is None else datetime.fromisoformat(locked)
        return PinKept(row["pin_hash"], row["failures"], until)

    def tried(self, operator_id: str, failures: int, locked_until: datetime | None) -> None:
        """Write down how many tries went wrong, before it is known whether this one does."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE operator SET failures = ?, locked_until = ? WHERE operator_id = ?",
                (failures, _text(locked_until), operator_id),
            )

    def reset_pin(self, operator_id: str, pin_hash: str) -> None:
        """Another PIN; whoever waited waits no longer."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE operator SET pin_hash = ?, failures = 0, locked_until = NULL"
                " WHERE operator_id = ?",
                (pin_hash, operator_id),
            )

    def retire(self, operator_id: str, at: datetime) -> None:
        """From now on they cannot sign in."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE operator SET retired_at = ? WHERE operator_id = ? AND retired_at IS NULL",
                (at.isoformat(), operator_id),
            )

    def bind_face(self, operator_id: str, person_id: str | None) -> None:
        """Let this person's face sign them in as well; None: only the PIN."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE operator SET person_id = ? WHERE operator_id = ?", (person_id, operator_id)
            )

    def note_registered(self, operator_id: str, registered: Registered, at: datetime) -> None:
        """What the province said of them, and when."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE operator SET registered = ?, checked_at = ? WHERE operator_id = ?",
                (registered, at.isoformat(), operator_id),
            )


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _operator(row: Row) -> Operator:
    checked, retired = row["checked_at"], row["retired_at"]
    return Operator(
        operator_id=row["operator_id"],
        name=row["name"],
        roles=frozenset(map(Role, json.loads(row["roles"]))),
        doctor_code=row["doctor_code"],
        registered=Registered(row["registered"]),
        person_id=row["person_id"],
        checked_at=None if checked is None else datetime.fromisoformat(checked),
        retired_at=None if retired is None else datetime.fromisoformat(retired),
    )
