"""A face in, with consent; a face out, at once. The only way in, whoever brings it.

The enrolment page, a tap after a visit, the command line and an import of photographs all
end in `keep`: consent, age, and whether the face is enrolled under another name already
are asked there, and what is kept is one transaction. No picture is kept anywhere.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from terminal.core.capture import AS_THEY_COME, ONE_PERSON_MIN, Capture, Describing
from terminal.core.consent import (
    CHILD_AGE_MIN,
    Consent,
    refuse_unless_agreed,
    too_young,
    years_before,
)
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.people import Coverage, Person, check_id_number
from terminal.core.recognition import Template
from terminal.ports import Frame, Gallery
from terminal.province.enquiry import Enquiry
from terminal.store import Store

TEMPLATES_MAX = 10
"""Of one person and one set of weights. Five are wanted; more say nothing new."""

_FOOTAGE_S = 20.0
"""Longer nobody holds still."""


@dataclass(frozen=True, slots=True)
class EnrolmentRules:
    """How alike is too alike, and how young is too young.

    Cosines, measured for the weights in use: docs/thresholds.md.
    """

    same_face_min: float
    """From here on two names have one face, and nothing is kept before a doctor clears it."""
    look_alike_min: float
    """From here on two people are asked for more than a face, for ever."""
    one_person_min: float = ONE_PERSON_MIN
    """Below it two portraits of one capture are of two people."""
    child_age_min: int = CHILD_AGE_MIN
    model_digests: Collection[str] = field(default=frozenset())
    """The weights that are here, the newest among them; empty: any."""


@dataclass(frozen=True, slots=True)
class Kept:
    templates: int
    look_alikes: tuple[str, ...]
    """Who looks like them, the most alike first."""


DEFAULT_RULES = EnrolmentRules(same_face_min=0.7, look_alike_min=0.6)
"""Of the default weights: no pair of strangers seen comes near 0.6 (0.551 in 20,604 pairs),
and one person in one sitting stands above 0.85. Between the two it may be a sister."""


class Enrolment:
    """Keeps faces for people who agreed to it."""

    def __init__(
        self,
        store: Store,
        enquiry: Enquiry,
        eyes: Describing,
        gallery: Gallery,
        now: Callable[[], datetime],
        rules: EnrolmentRules = DEFAULT_RULES,
    ) -> None:
        self._store = store
        self._enquiry = enquiry
        self._eyes = eyes
        self._gallery = gallery
        self._now = now
        self.rules = rules
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
        return self._store.people.learn(told, coverage)

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
        return self.keep(person_id, consent, self._gather(frames)).templates

    def keep(self, person_id: str, consent: Consent, templates: Sequence[Template]) -> Kept:
        """Keep a face with the consent it rests on, all or nothing, and tell the gallery.

        Earlier templates of the same weights are replaced. Raises Refused
        `enrolment.no_such_person`, and what `examine` raises; for `enrolment.same_face` it
        is written down between whom, until a doctor clears it.
        """
        person = self._person(person_id)
        with self._keeping:
            self.refuse_unless_agreed(person, consent)
            return self._kept(
                person_id,
                templates,
                lambda keyed: self._store.people.enrol(person_id, consent, keyed, self._now()),
            )

    def moved_over(self, person_id: str, templates: Sequence[Template]) -> int:
        """Keep new weights' templates of someone whom older weights recognised, beside theirs.

        To be called once the doctor has confirmed the person. It rests on the consent they
        gave; nobody is asked again. Returns how many were kept: none when these weights
        know them already. Raises Refused `enrolment.no_consent` when none is in force, and
        as `keep` does.
        """
        person = self._person(person_id)
        with self._keeping:
            consent_id = self._store.faces.consent_in_force(person_id)
            if consent_id is None:
                raise Refused("enrolment.no_consent")
            known_by = self._store.faces.digests_of(person_id)
            if {template.model_digest for template in templates} & known_by:
                return 0
            if self.too_young(person):
                raise Refused("enrolment.too_young", least=self.rules.child_age_min)
            return self._kept(
                person_id,
                templates,
                lambda keyed: self._store.people.keep_templates(
                    person_id, consent_id, keyed, self._now()
                ),
            ).templates

    def examine(
        self, person: Person, consent: Consent, templates: Sequence[Template]
    ) -> tuple[str, ...]:
        """Whom this person would look like, if `keep` would keep this; nothing is written.

        Raises Refused `enrolment.no_consent`, `enrolment.guardian_wanted`,
        `enrolment.too_young`, `enrolment.no_face`, `enrolment.same_face`.
        """
        with self._keeping:
            self.refuse_unless_agreed(person, consent)
            alike = self._compared(person.person_id, templates)
            if self._in_the_way(person.person_id, alike):
                raise Refused("enrolment.same_face")
        return tuple(alike)

    def clear_same_face(self, person_id: str, other_id: str, doctor_code: str) -> None:
        """A doctor says: two people who look alike. Both are asked for more from now on.

        Raises Refused `enrolment.nothing_to_clear`.
        """
        faces = self._store.faces
        if not faces.clear_same_face(person_id, other_id, doctor_code, self._now()):
            raise Refused("enrolment.nothing_to_clear")

    def erase(self, person_id: str) -> int:
        """The consent is withdrawn: everything of the face goes at once; returns how many
        templates there were."""
        with self._keeping:
            with self._store.transaction():
                erased = self._store.people.erase_templates(person_id)
                self._store.faces.withdraw(person_id, self._now())
            self.tell_gallery()
        return erased

    def tell_gallery(self, beside: Iterable[tuple[str, Template]] = ()) -> None:
        """Let the gallery know everyone enrolled who is old enough, and these besides."""
        day = self._now().date()
        born_by = years_before(day, self.rules.child_age_min)
        self._gallery.replace([*self._store.people.templates(born_by), *beside])

    def _person(self, person_id: str) -> Person:
        person = self._store.people.person(person_id)
        if person is None:
            raise Refused("enrolment.no_such_person")
        return person

    def _compared(self, person_id: str, templates: Sequence[Template]) -> dict[str, float]:
        """Everybody else with whom they may be confused, the most alike first."""
        if not 1 <= len(templates) <= TEMPLATES_MAX:
            raise Refused("enrolment.no_face", templates=len(templates), most=TEMPLATES_MAX)
        least = min(self.rules.look_alike_min, self.rules.same_face_min)
        return {
            candidate.person_id: candidate.similarity
            for candidate in self._gallery.resembling(templates, least)
            if candidate.person_id != person_id
        }

    def _in_the_way(self, person_id: str, alike: Mapping[str, float]) -> dict[str, float]:
        """Who has the same face by now or at an earlier try, and was not told apart."""
        told_apart = self._store.faces.told_apart(person_id)
        earlier = {
            same.other_id: same.similarity for same in self._store.faces.same_faces(person_id)
        }
        now = {
            other: similarity
            for other, similarity in alike.items()
            if similarity >= self.rules.same_face_min and other not in told_apart
        }
        return {**earlier, **now}

    def _kept(
        self,
        person_id: str,
        templates: Sequence[Template],
        write: Callable[[dict[str, Template]], None],
    ) -> Kept:
        alike = self._compared(person_id, templates)
        in_the_way = self._in_the_way(person_id, alike)
        if in_the_way:
            self._store.faces.note_same_faces(person_id, in_the_way, self._now())
            raise Refused("enrolment.same_face")
        with self._store.transaction():
            write({secrets.token_hex(16): template for template in templates})
            for digest in sorted({template.model_digest for template in templates}):
                self._store.faces.note_look_alikes(person_id, digest, alike, self._now())
        self.tell_gallery()
        return Kept(len(templates), tuple(alike))

    def _gather(self, frames: Iterable[Frame]) -> tuple[Template, ...]:
        capture: Capture | None = None
        for frame in frames:
            if capture is None:
                capture = Capture(
                    AS_THEY_COME, frame.seen_at_s, _FOOTAGE_S, self.rules.one_person_min
                )
            capture.pass_time(frame.seen_at_s)
            if capture.over:
                break
            if capture.due(frame.seen_at_s):
                capture.feed(self._eyes.describe(frame.pixels), frame.seen_at_s)
        if capture is None or not capture.enough:
            raise too_few(capture)
        return capture.templates()


def too_few(capture: Capture | None) -> Fault:
    """What ends a capture that did not get enough."""
    kept = 0 if capture is None else capture.taken
    hint = "face.none" if capture is None else capture.met_most
    return Refused("enrolment.too_few", kept=kept, hint=hint)
