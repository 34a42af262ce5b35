"""The life of one enrolment, as a table: from the ID number to a face that is kept.

Into CAPTURE only from CONSENT: nothing is looked at before they agreed. What was taken of
the face is dropped with the step that ends it, whichever that is.
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.core.capture import Capture
from terminal.core.consent import Consent
from terminal.core.counter import EnrolmentStep, Notice
from terminal.core.faults import Fault, Refused
from terminal.core.people import Identified, Person
from terminal.core.recognition import Template
from terminal.core.visit import VisitState

_HINT_STAYS_S = 1.0
"""A hint must be read before the next one; a moment taken replaces it at once."""

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
"""SAME_FACE leads to itself: a third person may have the face as well."""

_CONFIRMED = (
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.PRICED,
    VisitState.CONFIRMED,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.PARTLY_SETTLED,
    VisitState.SETTLED,
)
"""A doctor has said who it is, and the visit has not ended otherwise than settled."""


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
    taken: int = 0
    wanted: int = 0
    hint: str | None = None
    hinted_at_s: float = float("-inf")
    notice: Notice | None = None
    other_id: str | None = None
    """Who is enrolled with this face already."""
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
            self.templates = ()
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
    """Whether a visit's own person is at the counter: by number or card, and confirmed.

    Whom a face named is enrolled; for whom a relative came may be at home.
    """
    return state in _CONFIRMED and identified is Identified.BY_ID_NUMBER and holder_id is None
