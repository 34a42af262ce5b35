"""The life of one enrolment, as a table: from the ID number to a face that is kept.

Into CAPTURE only from CONSENT: nothing is looked at before they agreed. What was taken of
the face is dropped with the step that ends it, whichever that is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from terminal.core.capture import Capture
from terminal.core.consent import Consent, guardian_wanted
from terminal.core.counter import EnrolmentStep, EnrolmentView, Notice, PersonCard
from terminal.core.faults import Fault, Refused
from terminal.core.people import Identified, Person
from terminal.core.recognition import Template
from terminal.core.visit import VisitState

_HINT_STAYS_S = 1.0
"""A hint must be read before the next one; a moment taken replaces it at once."""

SAME_FACE = "enrolment.same_face"
OTHER_FACE = "enrolment.other_face"
"""What a doctor who sees the person and their papers can clear."""

ENDED = (EnrolmentStep.DONE, EnrolmentStep.ERASED, EnrolmentStep.FAILED)

ARROWS: dict[EnrolmentStep, tuple[EnrolmentStep, ...]] = {
    EnrolmentStep.ASKING: (EnrolmentStep.CONSENT, EnrolmentStep.FAILED),
    EnrolmentStep.CONSENT: (EnrolmentStep.CAPTURE, EnrolmentStep.ERASED, EnrolmentStep.FAILED),
    EnrolmentStep.CAPTURE: (EnrolmentStep.SAME_FACE, EnrolmentStep.DONE, EnrolmentStep.FAILED),
    EnrolmentStep.SAME_FACE: (EnrolmentStep.SAME_FACE, EnrolmentStep.DONE, EnrolmentStep.FAILED),
    EnrolmentStep.DONE: (),
    EnrolmentStep.ERASED: (),
    EnrolmentStep.FAILED: (),
}
"""SAME_FACE is where a doctor must look at two faces: that of somebody else who has this
one (`other_id`), or the one that this person had before. It leads to itself: a third person
may have the face as well."""

_CONFIRMED = (
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.PRICED,
    VisitState.CONFIRMED,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.PARTLY_SETTLED,
)
"""A doctor has said who it is, and they have not gone: once the bill is settled, the next
patient may stand there."""


@dataclass(slots=True, eq=False)
class UnderWay:
    """One enrolment, or its outcome. In memory only."""

    visit_id: str | None
    """What lies on the counter all the while: a visit whose face is kept, or nothing."""
    step: EnrolmentStep
    since_s: float
    """When it came to this step, on the clock of the frames."""
    person: Person | None = None
    enrolled_before: bool = False
    consent: Consent | None = None
    capture: Capture | None = None
    templates: tuple[Template, ...] = ()
    older: tuple[Template, ...] = ()
    """The same face by earlier weights, only to be compared."""
    taken: int = 0
    wanted: int = 0
    hint: str | None = None
    hinted_at_s: float = float("-inf")
    notice: Notice | None = None
    other_id: str | None = None
    """Who is enrolled with this face already."""
    vouched: bool = False
    """The doctor says: it is this person, though the face is not the one kept before."""
    look_alikes: tuple[str, ...] = ()

    def move(self, step: EnrolmentStep, at_s: float) -> None:
        """Raises Refused `enrolment.no_such_step`, changing nothing."""
        if step not in ARROWS[self.step]:
            raise Refused("enrolment.no_such_step", step=self.step.value, to=step.value)
        self.step = step
        self.since_s = at_s
        self.hint = None
        self.capture = None
        if step in ENDED:
            self.templates = self.older = ()
            self.other_id = self.notice = None

    def fail(self, fault: Fault, at_s: float) -> None:
        """It ended with nothing kept; the fault may say which hint was met most."""
        self.move(EnrolmentStep.FAILED, at_s)
        self.notice = Notice(fault.code, {"said": fault.said} if fault.said else {})
        self.hint = str(fault.facts["hint"]) if "hint" in fault.facts else None

    def begin_capture(self, capture: Capture, at_s: float) -> None:
        self.move(EnrolmentStep.CAPTURE, at_s)
        self.capture = capture
        self.show(at_s)

    def view(self, card: Callable[[str], PersonCard | None], today: date) -> EnrolmentView:
        """What the screens show of it; `card` draws a person."""
        person = self.person
        return EnrolmentView(
            step=self.step,
            person=None if person is None else card(person.person_id),
            enrolled_before=self.enrolled_before,
            taken=self.taken,
            wanted=self.wanted,
            hint=self.hint,
            notice=self.notice,
            other=None if self.other_id is None else card(self.other_id),
            look_alikes=tuple(
                drawn for other in self.look_alikes if (drawn := card(other)) is not None
            ),
            guardian_wanted=person is not None and guardian_wanted(person, today),
        )

    def show(self, at_s: float) -> bool:
        """Bring what is shown up to the capture; returns whether that is anything new."""
        capture = self.capture
        if capture is None:
            return False
        progress = (capture.taken, capture.wanted) != (self.taken, self.wanted)
        self.taken, self.wanted = capture.taken, capture.wanted
        if capture.hint == self.hint:
            return progress
        if not progress and at_s - self.hinted_at_s < _HINT_STAYS_S:
            return False
        self.hint, self.hinted_at_s = capture.hint, at_s
        return True


def stands_there(state: VisitState, identified: Identified | None, holder_id: str | None) -> bool:
    """Whether a visit's own person is at the counter: by number or card, and confirmed,
    and the bill not settled.

    Whom a face named is enrolled; for whom a relative came may be at home.
    """
    return state in _CONFIRMED and identified is Identified.BY_ID_NUMBER and holder_id is None


def not_enough(capture: Capture | None) -> Fault:
    """What ends a capture that did not get enough, or into which somebody else looked:
    Refused `enrolment.too_few` with the hint met most, or `enrolment.another_face`."""
    if capture is not None and capture.another_came:
        return Refused("enrolment.another_face")
    kept = 0 if capture is None else capture.taken
    hint = "face.none" if capture is None else capture.met_most
    return Refused("enrolment.too_few", kept=kept, hint=hint)
