"""Leave to keep a face: what was agreed to, before whom, and who is too young.

PIPL: separate consent for a face (article 29), a guardian's for a child under fourteen
(article 31).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from terminal.core.faults import Refused
from terminal.core.people import Person, age_on

CONSENT_VERSION = "1"
"""Of the text under `consent.text` in kiosk_ui/words. Who changes the text raises this."""

CHILD_AGE_MIN = 6
"""Full years. A smaller child's face changes within months, and is never searched for."""

_GUARDIAN_UNDER = 14

_NAME_MAX = 60
"""Letters of a version, a witness or a guardian."""


@dataclass(frozen=True, slots=True, repr=False)
class Consent:
    """What was agreed to, before whom, and by whom for a child."""

    version: str
    """Of the text that was read out."""
    witness: str
    """National code of the doctor, or who else was there."""
    guardian: str = ""
    """Who agreed for someone under fourteen."""

    def __repr__(self) -> str:
        return f"Consent({self.version!r})"


def too_young(person: Person, day: date, child_age_min: int) -> bool:
    """Whether this is a child whose face is neither kept nor searched for."""
    return age_on(person.born, day) < child_age_min


def guardian_wanted(person: Person, day: date) -> bool:
    """Whether somebody must agree for them."""
    return age_on(person.born, day) < _GUARDIAN_UNDER


def refuse_unless_agreed(person: Person, consent: Consent, day: date, child_age_min: int) -> None:
    """Raises Refused `enrolment.too_young`, `enrolment.no_consent`,
    `enrolment.guardian_wanted`."""
    if too_young(person, day, child_age_min):
        raise Refused("enrolment.too_young", least=child_age_min)
    if not _named(consent.version) or not _named(consent.witness):
        raise Refused("enrolment.no_consent")
    if guardian_wanted(person, day) and not _named(consent.guardian):
        raise Refused("enrolment.guardian_wanted", under=_GUARDIAN_UNDER)


def years_before(day: date, years: int) -> date:
    """The latest day of birth with which somebody is so many full years old on this day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # On 29 February nobody of that year turns older: 28 February did.
        return day.replace(year=day.year - years, day=28)


def _named(words: str) -> bool:
    return bool(words.strip()) and len(words) <= _NAME_MAX and words.isprintable()
