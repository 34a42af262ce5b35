"""Whether two people may be bound, by what the store knows of them; and the binding made."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

from terminal.bindings import Bindings
from terminal.board import Workplace
from terminal.core.families import Basis, Binding, Terms
from terminal.core.family_rules import (
    Around,
    FamilyRules,
    Side,
    may_rest_on,
    refuse_terms,
    refuse_unless_may_bind,
)
from terminal.core.faults import Refused
from terminal.core.people import Person


class BindingTerms:
    """Puts what is known before the rules of core.family_rules, and raises what they do."""

    def __init__(
        self, workplace: Workplace, rules: FamilyRules, face_route: Callable[[], bool]
    ) -> None:
        self._store = workplace.store
        self._now = workplace.now
        self._doctor = workplace.doctor
        self._rules = rules
        self._bindings = Bindings(workplace)
        self.face_route = face_route

    def refuse_pair(self, holder: Person, member: Person) -> None:
        """Whether these two may be bound at all."""
        families, day = self._store.families, self._today()

        def members_of(person_id: str) -> list[str]:
            return [each.member_id for each in families.in_force(person_id, day)]

        around = Around(
            families.in_force(holder.person_id, day),
            [each for each in families.open_for(member.person_id) if each.holds_on(day)],
            members_of,
        )
        refuse_unless_may_bind(self._side(holder), self._side(member), around, self._rules, day)

    def refuse(self, holder: Person, member: Person, basis: Basis, terms: Terms) -> None:
        """Whether these two may be bound on these terms."""
        self.refuse_pair(holder, member)
        refuse_terms(basis, terms, member, self._rules, self._today())

    def bind(self, holder: Person, member: Person, basis: Basis, terms: Terms) -> None:
        """They are bound from today on, before the doctor on duty.

        Raises as `refuse` does, and Refused `family.own_witness`.
        """
        self.refuse(holder, member, basis, terms)
        self._refuse_own_witness(holder, basis)
        binding = Binding(
            binding_id=uuid.uuid4().hex,
            holder_id=holder.person_id,
            member_id=member.person_id,
            relation=terms.relation,
            scopes=terms.scopes,
            basis=basis,
            valid_from=self._now().date(),
            valid_until=terms.valid_until,
            made_at=self._now(),
            witness=self._doctor(),
            document=terms.document,
            reason=terms.reason,
        )
        self._bindings.bind(binding)

    def may_rest_on(self, member: Person) -> tuple[Basis, ...]:
        """What a binding to this member may rest on now, the surest first."""
        enrolled = self._store.faces.enrolled(member.person_id) and self.face_route()
        return may_rest_on(member, self._rules, self._today(), enrolled=enrolled)

    def _refuse_own_witness(self, holder: Person, basis: Basis) -> None:
        """Nobody answers for a binding of their own: the camera does, or another doctor.

        Known only of a doctor whose face is bound to their sign-in.
        """
        if basis not in (Basis.DOCUMENTS, Basis.WITNESS):
            return
        doctor = self._store.operators.by_doctor_code(self._doctor())
        if doctor is not None and doctor.person_id == holder.person_id:
            raise Refused("family.own_witness")

    def _side(self, person: Person) -> Side:
        return Side(
            person,
            died=self._store.families.died_on(person.person_id) is not None,
            doubted=bool(self._store.faces.same_faces(person.person_id)),
        )

    def _today(self) -> date:
        return max(self._now().date(), self._store.families.latest_day())
