"""A person's bindings as the pages list them, from either side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from terminal.core.families import Basis, Binding
from terminal.core.people_views import BindingView, PersonLine
from terminal.store import Store


class FamilyLines:
    """Draws people and bindings from the store."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def person(self, person_id: str) -> PersonLine | None:
        """Return a person's line, None where nobody is known by that number."""
        person = self._store.people.person(person_id)
        return None if person is None else PersonLine.of(person, self._now().date())

    def bindings(self, person_id: str) -> tuple[BindingView, ...]:
        """Return the bindings in force, those as a holder first."""
        families, day = self._store.families, self._now().date()
        own = (*families.open_of(person_id), *families.open_for(person_id))
        held = [each for each in own if families.holds(each, day)]
        return tuple(self._drawn(held, person_id))

    def aid_payers(self, person_id: str) -> tuple[PersonLine, ...]:
        """Return whose account may pay this person's share, as the province says."""
        payers = self._store.families.aid_payers(person_id)
        return tuple(line for payer in payers if (line := self.person(payer)) is not None)

    def _drawn(self, bindings: Iterable[Binding], person_id: str) -> Iterable[BindingView]:
        for binding in bindings:
            as_holder = binding.holder_id == person_id
            other = self.person(binding.member_id if as_holder else binding.holder_id)
            if other is not None:
                yield BindingView(
                    binding_id=binding.binding_id,
                    other=other,
                    relation=binding.relation,
                    scopes=tuple(sorted(binding.scopes)),
                    basis=binding.basis,
                    valid_until=binding.valid_until,
                    as_holder=as_holder,
                    from_province=binding.basis is Basis.PROVINCE,
                )
