"""A face in, with consent: a few templates from a few moments, and no picture kept."""

from __future__ import annotations

import dataclasses
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from terminal.core.faults import Refused
from terminal.core.people import check_id_number
from terminal.core.recognition import Template
from terminal.ports import Eyes, Frame, Gallery
from terminal.province.enquiry import Enquiry
from terminal.store import Store

TEMPLATES_WANTED = 5
"""Templates kept of one person: a few moments' expressions; measured in thresholds.md."""

_TEMPLATES_MIN = 3
"""Fewer good moments than this, and the camera or the light is wrong."""

_APART_S = 0.2
"""Between two moments: neighbouring frames of a video are one picture."""

_FRAMES_MAX = 600
"""Twenty seconds at thirty a second; longer nobody holds still."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What was agreed to, and before whom."""

    version: str
    """Of the text that was read out."""
    witness: str
    """National code of the doctor, or who else was there."""


class Enrolment:
    """Keeps faces for people who agreed to it."""

    def __init__(
        self,
        store: Store,
        enquiry: Enquiry,
        eyes: Eyes,
        gallery: Gallery,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._enquiry = enquiry
        self._eyes = eyes
        self._gallery = gallery
        self._now = now

    def introduce(self, id_number: str) -> str:
        """Ask the province who this is, and know them from now on; returns our person_id.

        Raises Refused `person.id_number_wrong`, and what the province raises.
        """
        told, coverage = self._enquiry.person(check_id_number(id_number))
        with self._store.transaction():
            person_id = self._store.people.known_as(told) or uuid.uuid4().hex
            self._store.people.keep(dataclasses.replace(told, person_id=person_id))
            self._store.people.keep_coverage(person_id, coverage)
        return person_id

    def enrol(self, person_id: str, consent: Consent, frames: Iterable[Frame]) -> int:
        """Keep templates of the one face in these frames; returns how many.

        Raises Refused `enrolment.no_consent`, `enrolment.no_such_person`, or
        `enrolment.too_few` with the hint met most often when the frames were not good
        enough: then nothing is kept.
        """
        if not consent.version or not consent.witness:
            raise Refused("enrolment.no_consent")
        if self._store.people.person(person_id) is None:
            raise Refused("enrolment.no_such_person")
        templates = self._gather(frames)
        self._store.people.enrol(
            person_id,
            (uuid.uuid4().hex, consent.version, consent.witness),
            {secrets.token_hex(16): template for template in templates},
            self._now(),
        )
        self._gallery.replace(self._store.people.templates())
        return len(templates)

    def _gather(self, frames: Iterable[Frame]) -> list[Template]:
        templates: list[Template] = []
        hints: dict[str, int] = {}
        last_s = float("-inf")
        for count, frame in enumerate(frames):
            if len(templates) >= TEMPLATES_WANTED or count >= _FRAMES_MAX:
                break
            if frame.seen_at_s - last_s < _APART_S:
                continue
            described = self._eyes.describe(frame.pixels)
            if isinstance(described, Template):
                templates.append(described)
                last_s = frame.seen_at_s
            else:
                hints[described.code] = hints.get(described.code, 0) + 1
        if len(templates) < _TEMPLATES_MIN:
            met_most = max(hints, key=lambda code: hints[code], default="face.none")
            raise Refused("enrolment.too_few", kept=len(templates), hint=met_most)
        return templates
