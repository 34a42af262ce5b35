"""Making and retiring operators: a technician's work, at the device's own console.

The first one is a technician, made by whoever provisions the device, with a PIN that they
choose: there is no default. Whatever changes is in the ledger.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime

from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.operators import Operator, Role
from terminal.core.pins import PIN_COST, SALT_BYTES, hashed_pin, refuse_weak_pin
from terminal.store import Store

NAME_CHARACTERS_MAX = 50
"""C50 of dr_name and opter_name (interface 3)."""

_CODE = re.compile(r"D[0-9]{12}")
"""A national doctor code: D, six digits of the area, six more."""


class Operating:
    """Who may sign in here."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], who: str, pin_cost: int = PIN_COST
    ) -> None:
        """`who` the ledger names: the console, or a demonstration. `pin_cost`: of each PIN
        made here; whoever judges one later reads it from what is kept."""
        self._store = store
        self._now = now
        self._who = who
        self._pin_cost = pin_cost

    def add(self, name: str, roles: frozenset[Role], pin: str, doctor_code: str = "") -> str:
        """Make an operator; returns their operator_id.

        Raises Refused `operator.name_missing`, `operator.code_missing` for a doctor
        without a national code, `operator.code_taken`, `operator.technician_first` and
        `operator.pin_weak`.
        """
        name = name.strip()
        if not 0 < len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
            raise Refused("operator.name_missing", length=len(name))
        code = doctor_code if Role.DOCTOR in roles else ""
        if Role.DOCTOR in roles and not _CODE.fullmatch(code):
            raise Refused("operator.code_missing")
        active = self._store.operators.active()
        if code and any(each.doctor_code == code for each in active):
            raise Refused("operator.code_taken")
        if Role.TECHNICIAN not in roles and not any(map(_is_technician, active)):
            raise Refused("operator.technician_first")
        kept = self._hash_of(pin, code)
        operator = Operator(uuid.uuid4().hex, name, roles, code)
        with self._store.transaction():
            self._store.operators.keep(operator, kept, self._now())
            self._changed("added", operator.operator_id, roles=sorted(roles), code=code)
        return operator.operator_id

    def everybody(self) -> list[Operator]:
        """Whoever may sign in, in the order in which they came."""
        return self._store.operators.active()

    def retire(self, operator_id: str) -> None:
        """They sign in no more; what they did keeps their name.

        Raises Refused `operator.unknown`, and `operator.last_technician`.
        """
        operator = self._active(operator_id)
        others = [each for each in self.everybody() if each.operator_id != operator_id]
        if _is_technician(operator) and not any(map(_is_technician, others)):
            raise Refused("operator.last_technician")
        with self._store.transaction():
            self._store.operators.retire(operator_id, self._now())
            self._changed("retired", operator_id)

    def reset_pin(self, operator_id: str, pin: str) -> None:
        """Another PIN. Raises Refused `operator.unknown` and `operator.pin_weak`."""
        kept = self._hash_of(pin, self._active(operator_id).doctor_code)
        with self._store.transaction():
            self._store.operators.reset_pin(operator_id, kept)
            self._changed("pin_reset", operator_id)

    def bind_face(self, operator_id: str, id_number: str) -> None:
        """Their enrolled face signs them in as well; without a number it no longer does.

        Raises Refused `operator.unknown`, and `operator.face_not_enrolled` for somebody
        of whom no template is kept.
        """
        self._active(operator_id)
        person = self._store.people.by_id_number(id_number) if id_number else None
        if id_number and (person is None or not self._store.faces.enrolled(person.person_id)):
            raise Refused("operator.face_not_enrolled")
        with self._store.transaction():
            self._store.operators.bind_face(operator_id, person.person_id if person else None)
            self._changed("face_bound" if person else "face_unbound", operator_id)

    def _active(self, operator_id: str) -> Operator:
        operator = self._store.operators.operator(operator_id)
        if operator is None or operator.retired_at is not None:
            raise Refused("operator.unknown")
        return operator

    def _hash_of(self, pin: str, doctor_code: str) -> str:
        refuse_weak_pin(pin, doctor_code)
        return hashed_pin(pin, secrets.token_bytes(SALT_BYTES), self._pin_cost)

    def _changed(self, how: str, operator_id: str, **facts: object) -> None:
        told = {"change": how, "operator": operator_id, **facts}
        self._store.ledger.add(Deed.OPERATOR_CHANGED, self._now(), told, who=self._who)


def _is_technician(operator: Operator) -> bool:
    return Role.TECHNICIAN in operator.roles
