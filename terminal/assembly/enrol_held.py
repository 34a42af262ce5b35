"""What is held of somebody, and their face taken out, without the counter."""

from __future__ import annotations

from terminal import clock
from terminal.assembly.enrol import Registry
from terminal.core.consent import EndedConsent
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.people import Person, check_id_number
from terminal.held import Held
from terminal.retention import Retention
from terminal.settings import Settings


def enrol_forget(settings: Settings, id_number: str) -> dict[str, object]:
    """Withdraw somebody's consent; says how many templates went, and the ledger's entry that
    proves it (0: nothing was kept of them).

    Raises Refused `enrolment.no_such_person`.
    """
    with Registry(settings) as registry:
        person = _person(registry, id_number)
        before = registry.store.ledger.last_of(Deed.WITHDRAWN)
        erased = registry.enrolment.erase(person.person_id, EndedConsent.TECHNICIAN)
        entry = registry.store.ledger.last_of(Deed.WITHDRAWN)
        number = 0 if entry is None or entry == before else entry.number
        return {"erased": erased, "ledger_entry": number, "person": person.person_id}


def enrol_held(settings: Settings, whom: str) -> list[str]:
    """The slip's lines for a person, by ID number or by our own number for them.

    Raises Refused `enrolment.no_such_person`.
    """
    with Registry(settings) as registry:
        person = _person(registry, whom)
        retention = Retention(registry.store, registry.enrolment, clock.now)
        held = Held(registry.store, retention, settings.clinic_name, clock.now)
        return list(held.everything(person))


def _person(registry: Registry, whom: str) -> Person:
    person = registry.store.people.person(whom.strip())
    if person is None:
        person = registry.enrolment.known(check_id_number(whom))
    if person is None:
        raise Refused("enrolment.no_such_person")
    return person
