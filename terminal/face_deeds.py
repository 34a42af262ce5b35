"""What is written down when a face comes in or goes: the ledger's word, and nothing left over.

The ledger holds each template's random key and a commitment to it, so that an erasing can be
proved of just this template without the template.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from terminal.core import ledger
from terminal.core.consent import ConsentText, EndedConsent, still_holds
from terminal.core.faults import Fault, Refused
from terminal.core.ledger import Deed
from terminal.core.people import Coverage
from terminal.core.recognition import Template
from terminal.store import Store

log = logging.getLogger(__name__)

NOBODY_ASKED = (EndedConsent.RETENTION, EndedConsent.DEATH)
"""Ended by a rule of ours, at nobody's word: no withdrawal."""


@dataclass(frozen=True, slots=True)
class Kept:
    templates: int
    look_alikes: tuple[str, ...]
    """Whom they look like, the most alike first."""


class FaceDeeds:
    """Writes of enrolled faces, each in the transaction of what it tells of."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def kept(self, person_id: str, before: AbstractSet[str], keyed: Mapping[str, Template]) -> None:
        """These templates are kept from now on; of those `before`, some were replaced."""
        faces, book = self._store.faces, self._store.ledger
        replaced = before - faces.template_keys(person_id)
        if replaced:
            book.add(Deed.ERASED, self._now(), ledger.erased(person_id, replaced, "replaced"))
        version = faces.versions_in_force().get(person_id, "")
        consent_id = faces.consent_in_force(person_id) or ""
        vectors = {key: template.vector for key, template in keyed.items()}
        facts = ledger.enrolled(person_id, consent_id, version, vectors)
        book.add(Deed.ENROLLED, self._now(), facts)

    def erase(self, person_id: str, by: EndedConsent) -> int:
        """Take everything of a face out of the store, its log and older pages with it.

        Returns how many templates there were. What was taken out before is no deed.
        """
        faces = self._store.faces
        deed = Deed.ERASED if by in NOBODY_ASKED else Deed.WITHDRAWN
        with self._store.transaction():
            keys = faces.template_keys(person_id)
            if keys or faces.consent_in_force(person_id) is not None:
                who = by.value if by is EndedConsent.COUNTY else None
                facts = ledger.erased(person_id, keys, by)
                self._store.ledger.add(deed, self._now(), facts, who)
            erased = self._store.people.erase_templates(person_id)
            faces.withdraw(person_id, self._now(), by)
        self.empty_log()
        return erased

    def note_death(self, person_id: str, coverage: Coverage) -> None:
        """Take over of what the province says all that concerns a face."""
        self._store.families.note_death(person_id, coverage.died_on)

    def empty_log(self) -> None:
        """Leave no page from before an erasing in the file or its log; raises nothing."""
        try:
            done = self._store.truncate_log()
        except Fault as fault:  # It is erased, and must not look as if it had failed.
            log.warning("the log could not be emptied after an erasing: %s", fault)
        else:
            if not done:
                log.info("the log is in use after an erasing; the next upkeep empties it")

    def refuse_when_full(self, some: Mapping[str, Sequence[Template]], most: int) -> None:
        """Raises Refused `gallery.full` where these, by their weights, have no room."""
        for digest, templates in some.items():
            if self._store.faces.kept_of(digest) + len(templates) > most:
                raise Refused("gallery.full", most=most)

    def in_use(self, born_by: date, texts: Sequence[ConsentText]) -> list[tuple[str, Template]]:
        """Every template of whoever may be recognised: old enough, and agreed to what is done."""
        lapsed = self.lapsed(texts)
        kept = self._store.people.templates(born_by)
        return [each for each in kept if each[0] not in lapsed]

    def lapsed(self, texts: Sequence[ConsentText]) -> frozenset[str]:
        """Whose consent must be asked anew before their face is of use again."""
        return frozenset(
            person_id
            for person_id, version in self._store.faces.versions_in_force().items()
            if not still_holds(version, texts)
        )
