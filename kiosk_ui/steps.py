"""What happens now, as the code of a headline: of a visit, an enrolment, what waits."""

from __future__ import annotations

from kiosk_ui.taps import assurance_asked
from terminal.core.counter import CounterView, EnrolmentStep, EnrolmentView, VisitView
from terminal.core.visit import SettlementState, VisitState

_WAITING: dict[VisitState, str] = {
    VisitState.PRICED: "waiting.before_agreement",
    VisitState.CONFIRMED: "waiting.network",
    VisitState.SETTLING: "waiting.settling",
    VisitState.UNCERTAIN: "waiting.checking",
    VisitState.PARTLY_SETTLED: "waiting.rest",
    VisitState.SETTLED: "waiting.done",
    VisitState.CLOSED: "waiting.done",
    VisitState.CANCELLED: "waiting.done",
    VisitState.ABANDONED: "waiting.done",
}

_SHARE: dict[SettlementState, str] = {
    SettlementState.SETTLING: "share.settling",
    SettlementState.UNCERTAIN: "share.uncertain",
    SettlementState.SETTLED: "share.settled",
    SettlementState.CANCELLING: "share.cancelling",
    SettlementState.CANCELLED: "share.cancelled",
    SettlementState.DROPPED: "share.dropped",
}

GAVE_UP = "challenge.failed"
"""The hint after a challenge that came to nothing."""


def step_of(view: CounterView) -> str:
    """The code of the headline: what happens now."""
    visit = view.visit
    if visit is None:
        return _free_step(view)
    if visit.busy == "settling":
        return "step.settling"
    if visit.state is VisitState.OPEN and visit.busy is None and visit.notice is not None:
        return "step.open_failed"
    if visit.state is VisitState.DOUBTED and visit.digits_left <= 0:
        return "step.doubted_by_doctor"
    if visit.state is VisitState.TRACED:
        return _traced_step(visit, away="province" in view.away)
    if visit.busy == "cancelling" or _cancelling(visit):
        return "step.cancelling"
    if assurance_asked(visit):
        return "step.assurance_otherwise" if view.hint == GAVE_UP else "step.assurance"
    return f"step.{visit.state.value}"


def enrol_step(enrolling: EnrolmentView) -> str:
    """The code of the headline while a face is on its way in."""
    if enrolling.step is EnrolmentStep.DONE and enrolling.look_alikes:
        return "step.enrol_done_look_alikes"
    return f"step.enrol_{enrolling.step.value}"


def waiting_code(state: VisitState) -> str:
    """Why a visit waits."""
    return _WAITING.get(state, "waiting.before_price")


def share_code(state: SettlementState) -> str:
    """What has become of one settlement."""
    return _SHARE.get(state, "share.unpaid")


def _free_step(view: CounterView) -> str:
    if view.enrolling is not None:
        return enrol_step(view.enrolling)
    blind = view.away.keys() & {"camera", "eyes"}
    return "step.idle_without_camera" if blind else "step.idle"


def _traced_step(visit: VisitView, *, away: bool) -> str:
    if visit.busy == "pricing":
        return "step.pricing"
    if visit.diagnosis is None:
        return "step.without_diagnosis"
    if away:
        return "step.traced_offline"
    return "step.traced" if visit.notice is None else "step.traced_stopped"


def _cancelling(visit: VisitView) -> bool:
    shares = visit.bill.shares if visit.bill else ()
    return any(share.state is SettlementState.CANCELLING for share in shares)
