"""Faces that come in, are doubted or asked for more: what the desk shows meanwhile, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from terminal.core.counter import EnrolmentStep
from terminal.core.recognition import Action, Challenged
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import CHILD, TWIN, enrolment, notice, visit

LARGE = visit(VisitState.PRICED, assurance_wanted=True, digits_left=2)
DOUBTED = visit(VisitState.DOUBTED)
CAPTURE = enrolment(EnrolmentStep.CAPTURE)

FACE_SCENES: dict[str, dict[str, Any]] = {
    **{f"challenge {action}": {"hint": f"challenge.{action}"} for action in Action},
    "covered": {"hint": "face.mouth_covered"},
    "locked": {"hint": "face.locked"},
    "a camera that repeats": {"hint": "camera.repeats"},
    "look-alikes": {"visit": DOUBTED},
    "look-alikes, no tries left": {"visit": replace(DOUBTED, digits_left=0)},
    "a large amount": {"visit": LARGE, "hint": "challenge.come_closer"},
    "a large amount, no hint": {"visit": LARGE},
    "a large amount, no tries left": {"visit": replace(LARGE, digits_left=0)},
    "a large amount, challenge failed": {"visit": LARGE, "hint": "challenge.failed"},
    "a challenge beside a card": {
        "visit": visit(VisitState.PRESENTED),
        "hint": "challenge.turn_left",
    },
    "a large amount, no camera": {"visit": LARGE, "away": {"camera": "camera.lost"}},
    "checked": {
        "visit": visit(
            VisitState.PRESENTED,
            challenged=Challenged.FAILED,
            second_factor="id_digits",
            face_agrees=False,
        )
    },
    "may keep the face": {"visit": visit(VisitState.SETTLED, may_keep_face=True)},
    "keeps the face": {"visit": visit(VisitState.SETTLED), "enrolling": CAPTURE},
    **{f"enrolment {step}": {"enrolling": enrolment(step)} for step in EnrolmentStep},
    "guardian": {"enrolling": enrolment(EnrolmentStep.CONSENT, person=CHILD, guardian_wanted=True)},
    "enrolled, looks alike": {"enrolling": enrolment(EnrolmentStep.DONE, look_alikes=(TWIN,))},
    "not enrolled": {
        "enrolling": enrolment(
            EnrolmentStep.FAILED, hint="face.too_dark", notice=notice("enrolment.too_few")
        )
    },
}
