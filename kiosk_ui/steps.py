"""What happens now, as the code of a headline: of a visit, an enrolment, what waits."""

from __future__ import annotations

from collections.abc import Collection

from kiosk_ui.notices import line_gone, notice_now
from kiosk_ui.taps import assurance_asked, digits_would_do, look_helps, taking_back, unjudged
from terminal.core.assurance import Why
from terminal.core.charge import SettlementState
from terminal.core.counter import CounterView, EnrolmentStep, EnrolmentView, VisitView, Waiting
from terminal.core.visit import VisitState

_WAITING: dict[VisitState, str] = {
    VisitState.ESTIMATED: "waiting.before_agreement",
    VisitState.WAITING: "waiting.line",
    VisitState.PRICED: "waiting.before_agreement",
    VisitState.CONFIRMED: "waiting.network",
    VisitState.SETTLING: "waiting.settling",
    VisitState.UNCERTAIN: "waiting.checking",
    VisitState.DIFFERS: "waiting.doctor",
    VisitState.PARTLY_SETTLED: "waiting.rest",
    VisitState.SETTLED: "waiting.done",
    VisitState.HANDED_OVER: "waiting.handed_over",
    VisitState.SETTLED_THERE: "waiting.done",
    VisitState.CLOSED: "waiting.done",
    VisitState.CANCELLED: "waiting.done",
    VisitState.ABANDONED: "waiting.done",
}

_SHARE: dict[SettlementState, str] = {
    SettlementState.ESTIMATED: "share.estimated",
    SettlementState.WAITING: "share.waiting",
    SettlementState.DIFFERS: "share.differs",
    SettlementState.SETTLING: "share.settling",
    SettlementState.UNCERTAIN: "share.uncertain",
    SettlementState.SETTLED: "share.settled",
    SettlementState.CANCELLING: "share.cancelling",
    SettlementState.CANCELLED: "share.cancelled",
    SettlementState.DROPPED: "share.dropped",
}

_WHILE_ENROLLING: dict[str, str] = {
    "face.none": "enrolment.nobody",
    "face.mouth_covered": "enrolment.covered",
    "face.eye_covered": "enrolment.covered",
    "face.not_live": "enrolment.not_live",
}
"""What is said to whoever comes to be enrolled: nobody sees the doctor now."""

FOR_THE_DOCTOR = "waiting.doctor"
"""Of the reasons to wait, the one that does not end by itself."""

_GIVEN_BACK = {VisitState.PRICED, VisitState.TRACED}
"""With a slip: agreed to or sent once, and now the doctor's again."""

_SOLD = {VisitState.SETTLED, VisitState.CLOSED}

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
        return _traced_step(view, visit)
    if taking_back(visit):
        return "step.taking_back"
    if visit.busy == "cancelling" or _cancelling(visit):
        return "step.cancelling"
    if assurance_asked(visit):
        return "step.assurance_otherwise" if view.hint == GAVE_UP else _assurance_step(visit)
    if visit.state is VisitState.PRICED:
        return _priced_step(visit)
    return _plain_step(visit)


def enrol_step(enrolling: EnrolmentView) -> str:
    """The code of the headline while a face is on its way in."""
    if enrolling.step is EnrolmentStep.DONE and enrolling.look_alikes:
        return "step.enrol_done_look_alikes"
    return f"step.enrol_{enrolling.step.value}"


def hint_while_enrolling(hint: str | None) -> str:
    """The code of the words for a hint while a face comes in."""
    return _WHILE_ENROLLING.get(hint or "", hint or "enrolment.look_ahead")


def waiting_code(state: VisitState) -> str:
    """Why a visit in this state waits."""
    return _WAITING.get(state, "waiting.before_price")


def why_waiting(item: Waiting, away: Collection[str] = ()) -> str:
    """Why this visit waits: as the counter says, or else as its state has it.

    `away`: the parts that are away just now.
    """
    if item.why == "waiting.line" and "province" not in away:
        return "waiting.line_back"
    if item.why is None and item.state in _GIVEN_BACK and item.slip_no:
        return FOR_THE_DOCTOR
    return item.why or waiting_code(item.state)


def share_code(state: SettlementState) -> str:
    """What has become of one settlement."""
    return _SHARE.get(state, "share.unpaid")


def _free_step(view: CounterView) -> str:
    if view.enrolling is not None:
        return enrol_step(view.enrolling)
    if view.picking_up:
        return "step.picking_up"
    blind = view.away.keys() & {"camera", "eyes"}
    return "step.idle_without_camera" if blind else "step.idle"


def _to_choose(visit: VisitView) -> bool:
    """Whether the province told of a settlement that may be this visit's."""
    return visit.handed is not None and any(not each.refunded for each in visit.handed.found)


def _traced_step(view: CounterView, visit: VisitView) -> str:
    if visit.handed is not None:
        ready = visit.handed.may_hand_over
        return "step.to_hand_over" if ready else "step.not_yet_to_hand_over"
    if visit.busy == "pricing":
        return "step.pricing"
    if visit.diagnosis is None:
        return "step.without_diagnosis"
    if line_gone(view):
        return "step.traced_may_estimate" if view.offline_allowed else "step.traced_offline"
    if "province" in view.away:
        return "step.traced_unanswered"
    return "step.traced" if notice_now(view) is None else "step.traced_stopped"


def _assurance_step(visit: VisitView) -> str:
    """Of the amount, unless it is asked for other reasons only."""
    if not look_helps(visit) and not digits_would_do(visit):
        return "step.assurance_by_doctor"
    other = visit.assurance_why and Why.AMOUNT not in visit.assurance_why
    return "step.assurance_other" if other else "step.assurance"


def _priced_step(visit: VisitView) -> str:
    if unjudged(visit):
        return "step.elsewhere"
    own = visit.bill.own if visit.bill else None
    more = own is not None and visit.ceiling is not None and own > visit.ceiling
    return "step.exceeded" if more else "step.priced"


def _plain_step(visit: VisitView) -> str:
    if visit.state is VisitState.HANDED_OVER and _to_choose(visit):
        return "step.handed_over_found"
    if visit.state is VisitState.PRESENTED and visit.holder is not None:
        return "step.presented_for_another"
    sold = visit.self_paid and visit.state in _SOLD
    return "step.self_paid" if sold else f"step.{visit.state.value}"


def _cancelling(visit: VisitView) -> bool:
    shares = visit.bill.shares if visit.bill else ()
    return any(share.state is SettlementState.CANCELLING for share in shares)
