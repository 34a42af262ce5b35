"""A person as the doctor's screen shows them: who, how old, insured how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.core.counter import PersonCard
from terminal.core.money import Money
from terminal.core.people import age_on, masked_id, masked_name
from terminal.core.visit import VisitState
from terminal.store import Store
from terminal.store.visits import Visit


@dataclass(frozen=True, slots=True)
class Sign:
    """What stands over the counter."""

    clinic_name: str
    doctor_name: str
    fund_limit: Money | None
    """The region's yearly limit a person, if known."""


class Cards:
    """Draws persons from the store."""

    def __init__(self, store: Store, sign: Sign, now: Callable[[], datetime]) -> None:
        self._store = store
        self._sign = sign
        self._now = now

    def card(self, person_id: str | None, relation: str = "") -> PersonCard | None:
        """Return a person's card, None where nobody is known by that number."""
        person = None if person_id is None else self._store.people.person(person_id)
        if person is None:
            return None
        coverage = self._store.people.coverage(person.person_id)
        card = PersonCard(
            person_id=person.person_id,
            name=person.name,
            masked_name=masked_name(person.name),
            masked_id=masked_id(person.id_number),
            gender=person.gender,
            age=age_on(person.born, self._now().date()),
            relation=relation,
        )
        if coverage is None:
            return card
        return replace(
            card,
            insured=coverage.in_force,
            insutype=coverage.insutype,
            contract=coverage.contract,
            registrations=tuple(coverage.registrations.values()),
            fund_used=coverage.fund_used,
            fund_limit=self._sign.fund_limit,
            as_of=coverage.as_of,
        )

    def treated(self, visit: Visit) -> PersonCard | None:
        """Return whom the visit is for, with what they are to the one who stands here."""
        relation = ""
        if visit.holder_id is not None and visit.person_id is not None:
            binding = self._store.families.binding(visit.binding_id or "")
            relation = "" if binding is None else binding.relation
        return self.card(visit.person_id, relation)

    def choices(self, visit: Visit) -> tuple[PersonCard, ...]:
        """Return for whom the holder may choose: oneself first, then the bound members."""
        if visit.state is not VisitState.CHOOSING or visit.holder_id is None:
            return ()
        held = self._store.families.in_force(visit.holder_id, self._now().date())
        bindings = [each for each in held if each.may_stand]
        cards = [self.card(visit.holder_id)]
        cards += [self.card(binding.member_id, binding.relation) for binding in bindings]
        return tuple(card for card in cards if card is not None)

    def doubted(self, visit: Visit) -> tuple[PersonCard, ...]:
        """Return who look alike and may be meant, while that is asked."""
        if visit.state is not VisitState.DOUBTED:
            return ()
        cards = [self.card(person_id) for person_id in visit.look_alikes]
        return tuple(card for card in cards if card is not None)
