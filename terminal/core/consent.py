"""Leave to keep a face: what was agreed to, before whom, and who is too young.

PIPL: separate consent for a face (article 29), a guardian's for a child under fourteen
(article 31).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from terminal.core.faults import Refused
from terminal.core.people import Person, age_on


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of what is read out before a face is kept."""

    version: str
    sm3: str
    """Of its sentences joined, with `{months}` where the number stands: 64 hexadecimal digits."""
    asks_anew: bool
    """It says something else than the one before: whoever agreed to an earlier one is asked
    again, and is not recognised until then. Not for clearer words, nor for a promise more."""


VERSIONS = (
    ConsentText(
        "1", "17eb753c0021a12314e490ec69fb8a65ad80fdc50ef42011fbe03b9f54c839b6", asks_anew=False
    ),
    ConsentText(
        "2", "63e6b0646d0e97dda986d3ce49ab56365c4919b43664df543bec9d92e732399f", asks_anew=False
    ),
)
"""Every version there was, the newest last. The second says besides for how long a face is
kept unused, that it is encrypted, and whom to ask; it takes no promise of the first back."""

CONSENT_VERSION = VERSIONS[-1].version
"""Of the text under `consent.text` in kiosk_ui/words. Who changes the text adds a version."""

UNUSED_MONTHS = 24
"""How long a face is kept unused where the region says nothing else."""

CHILD_AGE_MIN = 6
"""Full years. A smaller child's face changes within months, and is never searched for."""

_GUARDIAN_UNDER = 14

_NAME_MAX = 60
"""Letters of a version, a witness or a guardian."""


class EndedConsent(StrEnum):
    """At whose word a face was erased; as the ledger's `by`."""

    PERSON = "person"
    """At the counter, by whoever's face it is."""
    GUARDIAN = "guardian"
    DOCTOR = "doctor"
    """On the enrolment page, for whoever asked the doctor."""
    TECHNICIAN = "technician"
    """At the command line."""
    RETENTION = "retention"
    """Unused for as long as was promised."""
    DEATH = "death"
    """The province says that this person died."""
    COUNTY = "county"
    """Taken back at the county, which told every terminal."""


@dataclass(frozen=True, slots=True, repr=False)
class Consent:
    """What was agreed to, before whom, and by whom for a child."""

    version: str
    """Of the text that was read out; with the months it named, `2.24`."""
    witness: str
    """National code of the doctor, or who else was there."""
    guardian: str = ""
    """Who agreed for someone under fourteen."""
    relation: str = ""
    """What the guardian is to the child, in plain Chinese: 母亲, 爷爷."""

    def __repr__(self) -> str:
        return f"Consent({self.version!r})"


@dataclass(frozen=True, slots=True, repr=False)
class GivenConsent:
    """A consent as it was written down."""

    consent: Consent
    given_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: EndedConsent | None


def version_told(months: int) -> str:
    """The newest version, with the number of months that it named to this person."""
    return f"{CONSENT_VERSION}.{months}"


def months_told(version: str) -> int | None:
    """How many months without use were named when this was agreed to; None: no number was."""
    _, dot, months = version.partition(".")
    return int(months) if dot and months.isascii() and months.isdecimal() else None


def still_holds(version: str, versions: Sequence[ConsentText] = VERSIONS) -> bool:
    """Whether what was agreed to covers what is done today.

    A version that stands in no table (a clinic's own form, before a list was imported)
    counts as older than all of them.
    """
    text = version.partition(".")[0]
    known = [each.version for each in versions]
    later = versions[known.index(text) + 1 :] if text in known else versions
    return not any(each.asks_anew for each in later)


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
