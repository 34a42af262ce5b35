"""What is held of one person, gathered from every book here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from terminal.core.families import Binding
from terminal.core.held import FaceHeld, Holding, Tie, everything, money_only
from terminal.core.people import Person, masked_id, masked_name
from terminal.core.people_views import PersonLine
from terminal.retention import Retention
from terminal.store import Store


class Held:
    """Gathers; writes nothing."""

    def __init__(
        self, store: Store, retention: Retention, clinic_name: str, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._retention = retention
        self._clinic_name = clinic_name
        self._now = now

    def line(self, person: Person) -> PersonLine:
        """A person in a list of the doctor's."""
        return PersonLine.of(person, self._now().date())

    def everything(self, person: Person) -> tuple[str, ...]:
        """The slip for the person themselves."""
        return everything(self._holding(person))

    def money_only(self, person: Person) -> tuple[str, ...]:
        """The slip for a relative who may ask what was paid."""
        return money_only(self._holding(person))

    def _holding(self, person: Person) -> Holding:
        store, now = self._store, self._now()
        return Holding(
            self._clinic_name,
            masked_name(person.name),
            masked_id(person.id_number),
            now,
            store.held.of(person.person_id, now.year),
            store.people.coverage(person.person_id),
            self._face(person.person_id),
            self._ties(person.person_id),
            tuple(
                masked_name(payer.name)
                for payer_id in store.held.payers_of(person.person_id)
                if (payer := store.people.person(payer_id)) is not None
            ),
        )

    def _face(self, person_id: str) -> FaceHeld:
        faces = self._store.faces
        use = self._store.face_uses.use_of(person_id)
        going = dict(self._retention.going())
        return FaceHeld(
            faces.consents_of(person_id),
            len(faces.template_keys(person_id)),
            None if use is None else use.used_at.date(),
            going.get(person_id),
            len(faces.look_alikes().get(person_id, ())),
        )

    def _ties(self, person_id: str) -> tuple[Tie, ...]:
        """Those in force on this day, either side."""
        day, families = self._now().date(), self._store.families
        return (
            *(
                self._tie(each, as_holder=True)
                for each in families.open_of(person_id)
                if families.holds(each, day)
            ),
            *(
                self._tie(each, as_holder=False)
                for each in families.open_for(person_id)
                if families.holds(each, day)
            ),
        )

    def _tie(self, binding: Binding, *, as_holder: bool) -> Tie:
        other = self._store.people.person(binding.member_id if as_holder else binding.holder_id)
        name = "" if other is None else masked_name(other.name)
        return Tie(name, binding.relation, as_holder, binding.valid_until)
