"""Which taps are live, for a visit and for an enrolment, as tables.

The desk still decides; this only spares a refusal.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk_ui.bill_picture import to_agree
from terminal.core.counter import EnrolmentStep, EnrolmentView, VisitView
from terminal.core.visit import SettlementState, VisitState


class Tap(StrEnum):
    """What can be pressed; each is one verb of the desk."""

    OPEN_BY_ID = "open_by_id"
    CALL_UP = "call_up"
    ENROL = "enrol"
    GIVE_DIGITS = "give_digits"
    """The resident's own: the keypad on their screen."""
    CHOOSE_LOOK_ALIKE = "choose_look_alike"
    CHOOSE_PERSON = "choose_person"
    CONFIRM_PERSON = "confirm_person"
    REFUSE_PERSON = "refuse_person"
    VOUCH = "vouch"
    CHALLENGE_ALWAYS = "challenge_always"
    KEEP_FACE = "keep_face"
    SET_DIAGNOSIS = "set_diagnosis"
    ADD_SERVICE = "add_service"
    REMOVE_LINE = "remove_line"
    PRICE = "price"
    CONFIRM_AMOUNT = "confirm_amount"
    CANCEL = "cancel"
    LEAVE = "leave"
    AGREE = "agree"
    WITHDRAW = "withdraw"
    CLEAR_SAME_FACE = "clear_same_face"
    STOP_ENROLLING = "stop_enrolling"


EMPTY_COUNTER = frozenset({Tap.OPEN_BY_ID, Tap.CALL_UP, Tap.ENROL})

_ASSURANCE = frozenset({Tap.GIVE_DIGITS, Tap.VOUCH})
_FACE = frozenset({Tap.CHALLENGE_ALWAYS, Tap.KEEP_FACE})
_BASKET = frozenset({Tap.SET_DIAGNOSIS, Tap.ADD_SERVICE, Tap.REMOVE_LINE, Tap.LEAVE}) | _FACE
_AGREEMENT = frozenset({Tap.CONFIRM_AMOUNT}) | _ASSURANCE

LIVE: dict[VisitState, frozenset[Tap]] = {
    VisitState.OPEN: frozenset({Tap.LEAVE}),
    VisitState.DOUBTED: frozenset({Tap.GIVE_DIGITS, Tap.CHOOSE_LOOK_ALIKE, Tap.LEAVE}),
    VisitState.CHOOSING: frozenset({Tap.CHOOSE_PERSON, Tap.LEAVE}),
    VisitState.PRESENTED: frozenset({Tap.CONFIRM_PERSON, Tap.REFUSE_PERSON, Tap.CHALLENGE_ALWAYS}),
    VisitState.IDENTIFIED: frozenset({Tap.SET_DIAGNOSIS, Tap.ADD_SERVICE, Tap.LEAVE}) | _FACE,
    VisitState.TRACED: _BASKET | {Tap.PRICE},
    VisitState.PRICED: _BASKET | _AGREEMENT,
    # The clinic keeps working: a visit that waits for the network or for an answer can
    # be set aside. It is not forgotten: it stands among the waiting.
    VisitState.CONFIRMED: frozenset({Tap.LEAVE, Tap.KEEP_FACE}),
    VisitState.SETTLING: frozenset(),
    VisitState.UNCERTAIN: frozenset({Tap.LEAVE}),
    VisitState.PARTLY_SETTLED: frozenset({Tap.PRICE, Tap.REMOVE_LINE, Tap.LEAVE, Tap.KEEP_FACE})
    | _AGREEMENT,
    VisitState.SETTLED: frozenset({Tap.CANCEL, Tap.LEAVE}),
    VisitState.CLOSED: frozenset({Tap.LEAVE}),
    VisitState.CANCELLED: frozenset({Tap.LEAVE}),
    VisitState.ABANDONED: frozenset({Tap.LEAVE}),
}
"""The widest that each state allows; what is being asked takes away from it."""

_MONEY = frozenset({Tap.PRICE, Tap.CONFIRM_AMOUNT, Tap.CANCEL})

BUSY_STOPS: dict[str, frozenset[Tap]] = {
    "person": frozenset(),
    "pricing": _MONEY,
    "settling": frozenset(Tap),
    "checking": frozenset(Tap) - {Tap.LEAVE},
    "cancelling": frozenset(Tap) - {Tap.LEAVE},
}

ENROL_LIVE: dict[EnrolmentStep, frozenset[Tap]] = {
    EnrolmentStep.ASKING: frozenset({Tap.STOP_ENROLLING}),
    EnrolmentStep.CONSENT: frozenset({Tap.AGREE, Tap.WITHDRAW, Tap.STOP_ENROLLING}),
    EnrolmentStep.CAPTURE: frozenset({Tap.STOP_ENROLLING}),
    EnrolmentStep.SAME_FACE: frozenset({Tap.CLEAR_SAME_FACE, Tap.STOP_ENROLLING}),
    EnrolmentStep.DONE: frozenset({Tap.STOP_ENROLLING}),
    EnrolmentStep.ERASED: frozenset({Tap.STOP_ENROLLING}),
    EnrolmentStep.FAILED: frozenset({Tap.STOP_ENROLLING}),
}

_IN_DOUBT = {SettlementState.SETTLING, SettlementState.UNCERTAIN, SettlementState.CANCELLING}


def live_taps(visit: VisitView | None) -> frozenset[Tap]:
    """The taps that make sense now."""
    if visit is None:
        return EMPTY_COUNTER
    taps = LIVE[visit.state]
    if visit.busy is not None:
        taps -= BUSY_STOPS.get(visit.busy, _MONEY)
    shares = visit.bill.shares if visit.bill else ()
    if any(share.state in _IN_DOUBT for share in shares):
        taps -= _MONEY
    if visit.bill is None or to_agree(visit.bill) is None:
        taps -= {Tap.CONFIRM_AMOUNT}
    if visit.diagnosis is None or (visit.bill is not None and Tap.CONFIRM_AMOUNT in taps):
        taps -= {Tap.PRICE}
    taps = _sure(visit, taps)
    # Whoever is not enrolled is not asked for a challenge; whoever is, need not be kept.
    return taps - {Tap.CHALLENGE_ALWAYS if visit.may_keep_face else Tap.KEEP_FACE}


def assurance_asked(visit: VisitView | None) -> bool:
    """Whether the amount, agreed to next, asks for more than a face just now."""
    return visit is not None and Tap.VOUCH in live_taps(visit)


def enrol_taps(enrolling: EnrolmentView | None) -> frozenset[Tap]:
    """The taps of the enrolment page."""
    if enrolling is None:
        return frozenset({Tap.ENROL})
    taps = ENROL_LIVE[enrolling.step]
    return taps if enrolling.enrolled_before else taps - {Tap.WITHDRAW}


def _sure(visit: VisitView, taps: frozenset[Tap]) -> frozenset[Tap]:
    """No amount is agreed to before it is sure enough who stands here, and nothing is
    asked again afterwards."""
    wanted = visit.assurance_wanted and Tap.CONFIRM_AMOUNT in taps
    if wanted:
        taps -= {Tap.CONFIRM_AMOUNT}
    elif visit.state is not VisitState.DOUBTED:
        taps -= _ASSURANCE
    return taps if visit.digits_left > 0 else taps - {Tap.GIVE_DIGITS}
