"""The doctor's page on which a face comes in: ID number, consent, a few pictures, done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk_ui import forms, people_forms
from kiosk_ui.answers import Screen, live_page, tap_done
from kiosk_ui.desk import Desk
from kiosk_ui.people_names import GUARDIAN_RELATIONS
from kiosk_ui.pictograms import pictogram
from kiosk_ui.regions import region
from kiosk_ui.steps import enrol_step
from kiosk_ui.taps import Tap, enrol_taps
from terminal.core.counter import CounterView, EnrolmentStep, EnrolmentView

REGIONS = ("progress", "person", "consent", "capture", "outcome", "action")

_STAGE = {
    EnrolmentStep.ASKING: 1,
    EnrolmentStep.CONSENT: 2,
    EnrolmentStep.CAPTURE: 3,
    EnrolmentStep.SAME_FACE: 3,
    EnrolmentStep.DONE: 4,
    EnrolmentStep.ERASED: 4,
    EnrolmentStep.FAILED: 3,
}
"""Where each step stands in the strip of stages at the top."""

_ENDED = {EnrolmentStep.DONE, EnrolmentStep.ERASED, EnrolmentStep.FAILED}


_OTHER_FACE = "enrolment.other_face"
"""The notice while the doctor looks whether a new face is the person's own."""


@dataclass(frozen=True, slots=True)
class EnrolScreen:
    """What the doctor sees and can press while a face comes in."""

    step: str
    stage: int
    """From 1 to 4."""
    enrolling: EnrolmentView | None
    picture: str | None
    may_go_back: bool
    """To the visits: nothing is under way here, or somebody's visit waits meanwhile."""
    taps: frozenset[Tap]
    other_face: bool = False
    """The face is not the one this person had before: the doctor says whose it is."""

    def live(self, tap: str) -> bool:
        """Whether the tap of this name is live."""
        return Tap(tap) in self.taps


def enrol_screen(view: CounterView) -> EnrolScreen:
    """The enrolment page of this view."""
    enrolling = view.enrolling
    notice = enrolling.notice if enrolling else None
    other_face = notice is not None and notice.code == _OTHER_FACE
    step = enrol_step(enrolling) if enrolling else "step.enrol"
    return EnrolScreen(
        step="step.enrol_other_face" if other_face else step,
        stage=_stage(enrolling),
        enrolling=enrolling,
        picture=pictogram(enrolling.hint or "") if enrolling else None,
        may_go_back=view.visit is not None or enrolling is None or enrolling.step in _ENDED,
        taps=enrol_taps(enrolling),
        other_face=other_face,
    )


def _stage(enrolling: EnrolmentView | None) -> int:
    """How far it has come; nobody was named where the number led nowhere."""
    return 1 if enrolling is None or enrolling.person is None else _STAGE[enrolling.step]


def enrol_pages(desk: Desk) -> Blueprint:
    """`/doctor/enrol` and the verbs behind its buttons."""
    pages = Blueprint("enrol", __name__, url_prefix="/doctor/enrol")

    live_page(pages, desk, _SCREEN)

    @pages.post("")
    def begin() -> ResponseReturnValue:
        desk.enrolling.begin(forms.text("id_number"))
        return tap_done(_SCREEN, desk.view())

    @pages.post("/consent")
    def agree() -> ResponseReturnValue:
        desk.enrolling.agree(forms.optional_text("guardian"), people_forms.relation())
        return tap_done(_SCREEN, desk.view())

    @pages.post("/withdraw")
    def withdraw() -> ResponseReturnValue:
        desk.enrolling.withdraw()
        return tap_done(_SCREEN, desk.view())

    @pages.post("/same-face/clear")
    def clear_same_face() -> ResponseReturnValue:
        desk.enrolling.clear_same_face()
        return tap_done(_SCREEN, desk.view())

    @pages.post("/stop")
    def stop() -> ResponseReturnValue:
        desk.enrolling.stop()
        return tap_done(_SCREEN, desk.view())

    return pages


def _draw(view: CounterView) -> dict[str, Markup]:
    screen = enrol_screen(view)
    return {
        "status": region("doctor", "status", view=view),
        **{
            name: region("enrol", name, screen=screen, relations=GUARDIAN_RELATIONS)
            for name in REGIONS
        },
    }


_SCREEN = Screen("enrol.html", "/doctor/enrol", _draw)
