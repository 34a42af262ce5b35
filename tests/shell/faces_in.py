"""An enrolment with a real store and a sandbox province; faces are angles.

A face is a unit vector in a plane: two faces are as alike as the cosine of the angle
between them. What the eyes say of a picture is the picture.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from terminal.board import Board, Counter, Workplace
from terminal.cards import Cards, Sign
from terminal.core.capture import alike
from terminal.core.consent import Consent
from terminal.core.counter import CounterView, EnrolmentView
from terminal.core.recognition import Candidate, Hint, Portrait, Template
from terminal.core.visit import VisitEvent
from terminal.enrolling import Enrolling
from terminal.enrolment import Enrolment
from terminal.errands import Errands
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.resemblance import DEFAULT_RULES, EnrolmentRules
from terminal.store import Store
from tests.clinic import CLINIC, KEY, WAIT_S, Clock, open_line

DOCTOR = CLINIC.doctor_code
CONSENT = Consent("1", DOCTOR)

WANGS, SISTER, TWIN, OTHER = 0.0, 50.0, 30.0, 100.0
"""Faces: 50 degrees away 0.64 alike, 30 degrees 0.87, 100 degrees -0.17."""


def template(face: float, digest: str = "digest") -> Template:
    turn = math.radians(face)
    return Template(struct.pack("<2f", math.cos(turn), math.sin(turn)), digest, 0.9)


def portrait(
    face: float = WANGS, yaw_deg: float = 0.0, digest: str = "digest", older: str = ""
) -> Portrait:
    """`older`: the earlier weights by which it is described as well."""
    also = (template(face, older),) if older else ()
    return Portrait(template(face, digest), yaw_deg, 0.0, also)


Sight = Portrait | Hint


@dataclass(frozen=True)
class Picture:
    """A frame whose pixels are what the eyes will say of it."""

    pixels: Sight
    number: int
    seen_at_s: float


class Eyes:
    """Stand in at the port."""

    def describe(self, pixels: Sight) -> Sight:
        return pixels


class Gallery:
    """Stand in at the port: compares all with all, of the same weights."""

    def __init__(self) -> None:
        self.knows: list[tuple[str, Template]] = []

    @property
    def people(self) -> set[str]:
        return {person_id for person_id, _ in self.knows}

    def replace(self, templates: Iterable[tuple[str, Template]]) -> None:
        self.knows = list(templates)

    def remove(self, person_id: str) -> None:
        self.knows = [each for each in self.knows if each[0] != person_id]

    def resembling(self, templates: Sequence[Template], least: float) -> list[Candidate]:
        best: dict[str, float] = {}
        for person_id, known in self.knows:
            likeness = max(alike(known, each) for each in templates)
            best[person_id] = max(likeness, best.get(person_id, -1.0))
        found = [Candidate(person_id, likeness) for person_id, likeness in best.items()]
        return sorted(
            (each for each in found if each.similarity >= least), key=lambda each: -each.similarity
        )


class Watch:
    """The clock of the frames; stands still until a test moves it."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Place:
    """The rooms that a face comes in by."""

    def __init__(
        self, folder: Path, address: str, clock: Clock, rules: EnrolmentRules = DEFAULT_RULES
    ) -> None:
        self.clock = clock
        self.watch = Watch()
        self.store = Store(folder / "terminal.db", KEY)
        self.client = open_line(address, self.store.journal, clock, 3.0)
        self.gallery = Gallery()
        session = Session(self.client, CLINIC, self.store.journal, clock)
        eyes = Eyes()
        self.enrolment = Enrolment(
            self.store,
            Enquiry(session),
            eyes,
            self.gallery,
            clock,
            rules,
        )
        self.counter = Counter()
        self.published = 0
        self.errands = Errands(lambda *_: None, lambda: None)
        place = Workplace(
            self.store, self.counter, Board(self._draw), self.errands, clock, lambda: DOCTOR
        )
        cards = Cards(self.store, Sign("演示村卫生室", "雷新民", None), clock)
        self.enrolling = Enrolling(
            place,
            self.enrolment,
            eyes,
            cards.card,
            self.watch,
            lambda: self.lens,
        )
        self.errands.start()
        self._number = 0
        self.lens = True
        """Whether the camera that is there may vouch for a face."""

    def close(self) -> None:
        self.errands.stop(WAIT_S)
        self.client.close()
        self.store.close()

    def enrolled(self, id_number: str, face: float, digest: str = "digest") -> str:
        """Somebody enrolled at the counter some day before."""
        person_id = self.enrolment.introduce(id_number)
        self.enrolment.keep(person_id, CONSENT, [template(face, digest)] * 3)
        return person_id

    # --- what happens before the camera
    def show(self, *sights: Sight, apart_s: float = 0.3) -> EnrolmentView | None:
        """Frames for whoever wants them, as the looking thread hands them on."""
        for sight in sights:
            self.watch.now_s += apart_s
            self._number += 1
            if self.enrolling.wants():
                self.enrolling.see(Picture(sight, self._number, self.watch.now_s))
        return self.enrolling.view()

    def wait(self, seconds: float) -> EnrolmentView | None:
        """A camera that shows nothing for so long."""
        self.watch.now_s += seconds
        self.enrolling.wants()
        return self.enrolling.view()

    def asked(self, id_number: str) -> EnrolmentView:
        """An enrolment begun, and the province's answer there."""
        self.enrolling.begin(id_number)
        assert self.errands.rest(WAIT_S)
        view = self.enrolling.view()
        assert view is not None
        return view

    def visit(self, id_number: str, *events: VisitEvent, identified: str = "by_id_number") -> str:
        """A visit on the counter, as far as these events bring it."""
        visit_id = f"visit-{self._number}-{id_number[-4:]}"
        person_id = self.enrolment.introduce(id_number)
        self.store.visits.open(visit_id, DOCTOR, self.clock())
        changes = {"person_id": person_id, "identified": identified}
        for event in events:
            self.store.visits.record(visit_id, event, self.clock(), changes=changes)
        self.counter.front = visit_id
        return visit_id

    def _draw(self, number: int) -> CounterView:
        self.published = number
        return replace(
            CounterView(number, self.clock().date(), "", "", None, None, None, {}, (), (), ()),
            enrolling=self.enrolling.view(),
        )
