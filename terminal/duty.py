"""Who works at the counter now, and who a national code belongs to.

One doctor is on duty at a time: what is done is theirs. A restart remembers them, so that
what goes on in the background has somebody to answer for it; their screens stay locked
until somebody signs in. Before anybody was made an operator it is the clinic's own doctor.

Nothing here takes a lock: whoever draws the counter or writes the ledger may ask.
"""

from __future__ import annotations

from datetime import datetime

from terminal.core.operators import Doctor, Operator, Registered
from terminal.province.session import Clinic
from terminal.store import Store

_REMEMBERED = "doctor_on_duty"


class Duty:
    """Knows who is on duty."""

    def __init__(self, store: Store, clinic: Clinic) -> None:
        self._store = store
        self._clinic = clinic
        kept = str(store.journal.recall(_REMEMBERED).get("operator_id", ""))
        known = store.operators.operator(kept) if kept else None
        self._operator_id = "" if known is None else known.operator_id
        self._doctor = _doctor(known) or clinic.doctor

    def doctor(self) -> Doctor:
        """The doctor on duty, or whoever was last."""
        return self._doctor

    def doctor_code(self) -> str:
        """National code of the doctor on duty, or of whoever was last."""
        return self._doctor.code

    def operator(self) -> Operator | None:
        """Who is on duty, as an operator; None before anybody was made one."""
        return self._store.operators.operator(self._operator_id) if self._operator_id else None

    def may_settle(self, treating: str) -> bool:
        """Whether an insured visit of the doctor with this national code may be settled now.

        Both are asked for: whoever treated claims, whoever is on duty agrees. A doctor of
        whom the province has said nothing yet is not held up; it answers for itself.
        """
        by_code = self._store.operators.by_doctor_code(treating) if treating else None
        return all(
            each is None or each.registered is not Registered.NO
            for each in (self.operator(), by_code)
        )

    def remember(self, operator: Operator, at: datetime) -> None:
        """Write down who is on duty from now on, in the caller's transaction."""
        self._store.journal.remember(
            _REMEMBERED, {"operator_id": operator.operator_id, "since": at.isoformat()}
        )

    def begins(self, operator: Operator) -> None:
        """They are on duty, once it is written down."""
        self._operator_id = operator.operator_id
        self._doctor = _doctor(operator) or self._clinic.doctor


def doctor_of(store: Store, clinic: Clinic, doctor_code: str) -> Doctor:
    """Whose national code this is or was, with a name to send; a stranger by the code alone."""
    return clinic.named(store.operators.doctor(doctor_code))


def _doctor(operator: Operator | None) -> Doctor | None:
    return Doctor(operator.doctor_code, operator.name) if operator is not None else None
