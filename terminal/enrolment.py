"""A face in, with consent; a face out, at once. The only way in, whoever brings it.

The enrolment page, a tap after a visit, the command line and an import of photographs all
end in `keep`: consent, age, and whether the face is enrolled under another name already
are asked there, and what is kept is one transaction. No picture is kept anywhere.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from terminal.core.capture import Describing
from terminal.core.consent import (
    Consent,
    EndedConsent,
    refuse_unless_agreed,
    too_young,
    years_before,
)
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.people import Coverage, Person, check_id_number
from terminal.core.recognition import Template
from terminal.face_deeds import FaceDeeds, Kept
from terminal.footage import gathered
from terminal.ports import Frame
from terminal.province.enquiry import Enquiry
from terminal.resemblance import (
    DEFAULT_RULES,
    EnrolmentRules,
    Likeness,
    Pairs,
    Resemblance,
    Shelves,
    by_weights,
)
from terminal.store import Store

log = logging.getLogger(__name__)

TEMPLATES_MAX = 10
"""Of one person and one set of weights. Five are wanted; more say nothing new."""


class Enrolment:
    """Keeps faces for people who agreed to it."""

    def __init__(
        self,
        store: Store,
        enquiry: Enquiry,
        eyes: Describing,
        gallery: Shelves,
        now: Callable[[], datetime],
        rules: EnrolmentRules = DEFAULT_RULES,
    ) -> None:
        self._store = store
        self._enquiry = enquiry
        self._eyes = eyes
        self._gallery = gallery
        self._now = now
        self.rules = rules
        self._resemblance = Resemblance(store, gallery, rules)
        self._deeds = FaceDeeds(store, now)
        self.learn_family: Callable[[str, Coverage], None] = self._deeds.note_death
        """Takes over what the province says of a person's family, where there is a counter."""
        # Between the search for a double and the writing nobody else may come in.
        self._keeping = threading.Lock()

    def introduce(self, id_number: str) -> str:
        """Ask the province who this is, and know them from now on; returns our person_id.

        While the province is silent, someone known here stays who they are. Raises Refused
        `person.id_number_wrong`, and what the province raises.
        """
        id_number = check_id_number(id_number)
        try:
            told, coverage = self._enquiry.person(id_number)
        except (Unavailable, Uncertain):
            known = self.known(id_number)
            if known is None:
                raise
            return known.person_id
        return self.learn(told, coverage)

    def known(self, id_number: str) -> Person | None:
        """Whom we know under this number, whether their face is enrolled or not."""
        return self._store.people.by_id_number(id_number)

    def look_up(self, id_number: str) -> tuple[Person, Coverage]:
        """Ask the province who this is, and write nothing down; `learn` may, after.

        The person_id is ours if we know them by another number, else the province's.
        Raises what `introduce` raises, and Refused `person.two_records`.
        """
        told, coverage = self._enquiry.person(check_id_number(id_number))
        ours = self._store.people.known_as(told)
        return replace(told, person_id=ours or told.person_id), coverage

    def learn(self, told: Person, coverage: Coverage) -> str:
        """Know somebody who was looked up from now on; returns our person_id."""
        person_id = self._store.people.learn(told, coverage)
        self.learn_family(person_id, coverage)
        return person_id

    def enrolled(self, person_id: str) -> bool:
        """Whether the weights that are here can recognise this person."""
        digests = self._store.faces.digests_of(person_id)
        here = self.rules.model_digests
        return bool(digests.intersection(here) if here else digests)

    def too_young(self, person: Person) -> bool:
        """Whether this is a child whose face is neither kept nor searched for."""
        return too_young(person, self._now().date(), self.rules.child_age_min)

    def refuse_unless_agreed(self, person: Person, consent: Consent) -> None:
        """Raises what `core.consent.refuse_unless_agreed` raises."""
        refuse_unless_agreed(person, consent, self._now().date(), self.rules.child_age_min)

    def enrol(self, person_id: str, consent: Consent, frames: Iterable[Frame]) -> int:
        """Keep templates of the one face in these frames; returns how many.

        Raises what `keep` raises, or Refused `enrolment.too_few` with the hint met most
        often when the frames were not good enough: then nothing is kept.
        """
        self.refuse_unless_agreed(self._person(person_id), consent)
        capture = gathered(frames, self._eyes, self.rules.one_person_min)
        return self.keep(person_id, consent, capture.templates(), capture.older()).templates

    def keep(
        self,
        person_id: str,
        consent: Consent,
        templates: Sequence[Template],
        older: Sequence[Template] = (),
        *,
        vouched_by: str = "",
    ) -> Kept:
        """Keep a face with the consent it rests on, all or nothing, and tell the gallery.

        `older`: the same face by earlier weights, only to be compared. `vouched_by`: the
        doctor who says that a face unlike the one kept before is this person's; that one
        goes, of all weights. Else earlier templates of the same weights are replaced.

        Raises Refused `enrolment.no_such_person`, `gallery.full`, and what `examine`
        raises; for `enrolment.same_face` it is written down between whom, until a doctor
        clears it.
        """
        person = self._person(person_id)
        with self._keeping:
            self.refuse_unless_agreed(person, consent)
            alike = self._refuse_same_face(person_id, self._others(person_id, templates, older))
            unlike = self._resemblance.unlike_their_own(person_id, [*templates, *older])
            if unlike is not None and not vouched_by:
                raise Refused("enrolment.other_face")

            def write(keyed: dict[str, Template]) -> None:
                if unlike is not None:
                    self._store.people.erase_templates(person_id)
                    self._store.faces.note_other_face(person_id, unlike, self._now(), vouched_by)
                self._store.people.enrol(person_id, consent, keyed, self._now())

            return self._kept(person_id, templates, alike, write)

    def moved_over(self, person_id: str, templates: Sequence[Template]) -> int:
        """Keep new weights' templates of someone whom older weights recognised, beside theirs.

        To be called once the doctor has confirmed the person. It rests on the consent they
        gave; nobody is asked again. Returns how many were kept: none when these weights
        know them already. Raises Refused `enrolment.no_consent` when none is in force,
        `consent.lapsed` for one that must be asked anew, and as `keep` does.
        """
        person = self._person(person_id)
        with self._keeping:
            consent_id = self._store.faces.consent_in_force(person_id)
            if consent_id is None:
                raise Refused("enrolment.no_consent")
            self._store.face_uses.used(person_id, self._now())
            if person_id in self._deeds.lapsed(self.rules.texts):
                raise Refused("consent.lapsed")
            known_by = self._store.faces.digests_of(person_id)
            if {template.model_digest for template in templates} & known_by:
                return 0
            if self.too_young(person):
                raise Refused("enrolment.too_young", least=self.rules.child_age_min)
            alike = self._refuse_same_face(person_id, self._others(person_id, templates))
            return self._kept(
                person_id,
                templates,
                alike,
                lambda keyed: self._store.people.keep_templates(
                    person_id, consent_id, keyed, self._now()
                ),
            ).templates

    def examine(
        self,
        person: Person,
        consent: Consent,
        templates: Sequence[Template],
        older: Sequence[Template] = (),
    ) -> tuple[str, ...]:
        """Whom this person would look like, if `keep` would keep this; nothing is written.

        Raises Refused `enrolment.no_consent`, `enrolment.guardian_wanted`,
        `enrolment.too_young`, `enrolment.no_face`, `enrolment.same_face`,
        `enrolment.other_face`.
        """
        with self._keeping:
            self.refuse_unless_agreed(person, consent)
            alike = self._others(person.person_id, templates, older)
            if self._resemblance.in_the_way(person.person_id, alike):
                raise Refused("enrolment.same_face")
            both = [*templates, *older]
            if self._resemblance.unlike_their_own(person.person_id, both) is not None:
                raise Refused("enrolment.other_face")
        return _ids(alike)

    def clear_same_face(self, person_id: str, other_id: str, doctor_code: str) -> None:
        """A doctor says: two people who look alike. Both are asked for more from now on.

        Raises Refused `enrolment.nothing_to_clear`.
        """
        if not self._store.faces.clear_same_face(person_id, other_id, doctor_code, self._now()):
            raise Refused("enrolment.nothing_to_clear")

    def erase(self, person_id: str, by: EndedConsent = EndedConsent.PERSON) -> int:
        """The consent has ended: everything of the face goes at once; returns how many
        templates there were. The gallery forgets it first, whatever becomes of the store."""
        with self._keeping:
            self._gallery.remove(person_id)
            return self._deeds.erase(person_id, by)

    def compare_everybody(self, pairs: Pairs) -> int:
        """Find who looks alike, where that was never done, at start; returns how many pairs."""
        with self._keeping:
            return self._resemblance.compare_everybody(pairs, self._now())

    def tell_gallery(self, beside: Iterable[tuple[str, Template]] = ()) -> None:
        """Let the gallery know everyone enrolled who is old enough, and these besides.

        Whose consent must be asked anew is not recognised before they gave it.
        """
        day = self._now().date()
        born_by = years_before(day, self.rules.child_age_min)
        kept = self._deeds.in_use(born_by, self.rules.texts)
        self._gallery.replace([*kept, *beside])

    def _person(self, person_id: str) -> Person:
        person = self._store.people.person(person_id)
        if person is None:
            raise Refused("enrolment.no_such_person")
        return person

    def _others(
        self, person_id: str, templates: Sequence[Template], older: Sequence[Template] = ()
    ) -> list[Likeness]:
        if not 1 <= len(templates) <= TEMPLATES_MAX:
            raise Refused("enrolment.no_face", templates=len(templates), most=TEMPLATES_MAX)
        return self._resemblance.others(person_id, [*templates, *older])

    def _refuse_same_face(self, person_id: str, alike: list[Likeness]) -> list[Likeness]:
        """Let nobody in before a doctor has told them apart, and write down from whom."""
        in_the_way = self._resemblance.in_the_way(person_id, alike)
        if in_the_way:
            self._store.faces.note_same_faces(person_id, in_the_way, self._now())
            raise Refused("enrolment.same_face")
        return alike

    def _kept(
        self,
        person_id: str,
        templates: Sequence[Template],
        alike: Sequence[Likeness],
        write: Callable[[dict[str, Template]], None],
    ) -> Kept:
        self._deeds.refuse_when_full(by_weights(templates), self.rules.gallery_max)
        with self._store.transaction():
            before = self._store.faces.template_keys(person_id)
            keyed = {secrets.token_hex(16): template for template in templates}
            write(keyed)
            self._deeds.kept(person_id, before, keyed)
            for digest in {one.model_digest for one in alike}:
                found = {
                    one.other_id: one.similarity for one in alike if one.model_digest == digest
                }
                self._store.faces.note_look_alikes(person_id, digest, found, self._now())
        try:
            self.tell_gallery()
        except Fault as fault:  # It is kept, and must not look as if it had failed.
            log.warning("a face is kept that the gallery does not know: %s", fault)
        return Kept(len(templates), _ids(alike))


def _ids(alike: Iterable[Likeness]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.other_id for one in alike))
