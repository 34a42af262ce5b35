"""Which taps are live, for a visit and for an enrolment, as tables.

The desk still decides; this only spares a refusal.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk_ui.bill_picture import ceiling_of, to_agree
from terminal.core.assurance import challenge_helps, digits_help
from terminal.core.charge import SettlementState
from terminal.core.counter import CounterView, EnrolmentStep, EnrolmentView, VisitView
from terminal.core.goods_views import FindingView
from terminal.core.money_views import PaymentsView
from terminal.core.visit import VisitState


class Tap(StrEnum):
    """What can be pressed; each is one verb of the desk."""

    OPEN_BY_ID = "open_by_id"
    SET_ASIDE = "set_aside"
    BRING_FORWARD = "bring_forward"
    """Another visit to the front; the one that lies there waits."""
    MOVE_LINE = "move_line"
    CALL_UP = "call_up"
    ENROL = "enrol"
    GIVE_DIGITS = "give_digits"
    """The resident's own: the keypad on their screen."""
    CHOOSE_LOOK_ALIKE = "choose_look_alike"
    CHOOSE_PERSON = "choose_person"
    CONFIRM_PERSON = "confirm_person"
    REFUSE_PERSON = "refuse_person"
    VOUCH = "vouch"
    STANDS_HERE = "stands_here"
    """The person treated is here themselves: no relative is needed."""
    CHALLENGE_ALWAYS = "challenge_always"
    KEEP_FACE = "keep_face"
    SET_DIAGNOSIS = "set_diagnosis"
    ADD_SERVICE = "add_service"
    REMOVE_LINE = "remove_line"
    PRICE = "price"
    CONFIRM_AMOUNT = "confirm_amount"
    SELF_PAY = "self_pay"
    ESTIMATE = "estimate"
    AGREE_CEILING = "agree_ceiling"
    TAKE_BACK = "take_back"
    ACCEPT_DIFFERENCE = "accept_difference"
    JUDGE_ELSEWHERE = "judge_elsewhere"
    ASK_NOW = "ask_now"
    CANCEL = "cancel"
    CORRECT = "correct"
    PAID = "paid"
    LET_GO = "let_go"
    LET_OFF = "let_off"
    ON_CREDIT = "on_credit"
    DEPOSIT = "deposit"
    RETURNED = "returned"
    TYPE_OUT = "type_out"
    """Into the record system, as a keyboard."""
    HAND_OVER = "hand_over"
    ASK_THERE = "ask_there"
    CHOOSE_THERE = "choose_there"
    UNDO_CHOICE_THERE = "undo_choice_there"
    """It was another visit's settlement after all."""
    TAKE_BACK_THERE = "take_back_there"
    LEAVE = "leave"
    AGREE = "agree"
    WITHDRAW = "withdraw"
    CLEAR_SAME_FACE = "clear_same_face"
    STOP_ENROLLING = "stop_enrolling"


EMPTY_COUNTER = frozenset({Tap.OPEN_BY_ID, Tap.CALL_UP, Tap.BRING_FORWARD, Tap.ENROL, Tap.ASK_NOW})

_ASSURANCE = frozenset({Tap.GIVE_DIGITS, Tap.VOUCH})
_FACE = frozenset({Tap.CHALLENGE_ALWAYS, Tap.KEEP_FACE, Tap.STANDS_HERE})
_ASIDE = frozenset({Tap.SET_ASIDE, Tap.BRING_FORWARD})
_BASKET = (
    frozenset({Tap.SET_DIAGNOSIS, Tap.ADD_SERVICE, Tap.REMOVE_LINE, Tap.MOVE_LINE, Tap.LEAVE})
    | _FACE
    | _ASIDE
)
_AGREEING = frozenset({Tap.CONFIRM_AMOUNT, Tap.AGREE_CEILING})
_AGREEMENT = frozenset({Tap.CONFIRM_AMOUNT, Tap.JUDGE_ELSEWHERE}) | _ASSURANCE
_DUE = frozenset({Tap.PAID, Tap.LET_GO, Tap.LET_OFF, Tap.ON_CREDIT})
_PAYING = _DUE | {Tap.DEPOSIT, Tap.RETURNED}
_UNSENT = frozenset({Tap.TAKE_BACK, Tap.ASK_NOW, Tap.JUDGE_ELSEWHERE, Tap.LEAVE})
_THERE = frozenset({Tap.ASK_THERE, Tap.CHOOSE_THERE, Tap.TAKE_BACK_THERE})
_RECORD = _THERE | {Tap.TYPE_OUT, Tap.HAND_OVER, Tap.UNDO_CHOICE_THERE}
_OTHERS = frozenset({Tap.BRING_FORWARD})
"""Where money is agreed to or moved, this one waits by itself."""

LIVE: dict[VisitState, frozenset[Tap]] = {
    VisitState.OPEN: frozenset({Tap.LEAVE}),
    VisitState.DOUBTED: frozenset({Tap.GIVE_DIGITS, Tap.CHOOSE_LOOK_ALIKE, Tap.LEAVE}),
    VisitState.CHOOSING: frozenset({Tap.CHOOSE_PERSON, Tap.LEAVE}),
    VisitState.PRESENTED: frozenset({Tap.CONFIRM_PERSON, Tap.REFUSE_PERSON, Tap.CHALLENGE_ALWAYS})
    | _ASIDE,
    # What was taken back may have left a deposit behind.
    VisitState.IDENTIFIED: frozenset({Tap.SET_DIAGNOSIS, Tap.ADD_SERVICE, Tap.RETURNED, Tap.LEAVE})
    | {Tap.TYPE_OUT}
    | _FACE
    | _ASIDE,
    VisitState.TRACED: _BASKET
    | {Tap.PRICE, Tap.ESTIMATE, Tap.JUDGE_ELSEWHERE, Tap.RETURNED, Tap.SELF_PAY}
    | {Tap.TYPE_OUT, Tap.HAND_OVER},
    VisitState.ESTIMATED: _BASKET | _ASSURANCE | {Tap.PRICE, Tap.AGREE_CEILING, Tap.SELF_PAY},
    VisitState.WAITING: _UNSENT | _OTHERS | {Tap.DEPOSIT, Tap.KEEP_FACE},
    VisitState.PRICED: _BASKET | _AGREEMENT | {Tap.SELF_PAY},
    # The clinic keeps working: a visit that waits for the network or for an answer can
    # be set aside. It is not forgotten: it stands among the waiting.
    VisitState.CONFIRMED: _UNSENT | _OTHERS | {Tap.KEEP_FACE},
    VisitState.SETTLING: frozenset(),
    VisitState.UNCERTAIN: frozenset({Tap.ASK_NOW, Tap.LEAVE}) | _OTHERS,
    VisitState.DIFFERS: frozenset({Tap.ACCEPT_DIFFERENCE, Tap.CANCEL, Tap.LEAVE}) | _OTHERS,
    VisitState.PARTLY_SETTLED: frozenset({Tap.PRICE, Tap.REMOVE_LINE, Tap.LEAVE})
    | {Tap.KEEP_FACE, Tap.STANDS_HERE}
    | _AGREEMENT
    | _OTHERS
    | _DUE,
    VisitState.SETTLED: _DUE | _OTHERS | {Tap.RETURNED, Tap.CANCEL, Tap.CORRECT, Tap.LEAVE},
    VisitState.HANDED_OVER: _THERE | _OTHERS | {Tap.TYPE_OUT, Tap.KEEP_FACE, Tap.LEAVE},
    VisitState.SETTLED_THERE: _OTHERS
    | {Tap.ASK_THERE, Tap.CHOOSE_THERE, Tap.UNDO_CHOICE_THERE, Tap.KEEP_FACE, Tap.LEAVE},
    VisitState.CLOSED: frozenset({Tap.RETURNED, Tap.LEAVE}) | _OTHERS,
    VisitState.CANCELLED: frozenset({Tap.CORRECT, Tap.RETURNED, Tap.LEAVE}) | _OTHERS,
    VisitState.ABANDONED: frozenset({Tap.RETURNED, Tap.LEAVE}) | _OTHERS,
}
"""The widest that each state allows; what is being asked takes away from it."""

_CHARGE = frozenset({Tap.PRICE, Tap.ESTIMATE, Tap.CANCEL, Tap.CORRECT, Tap.TAKE_BACK,
                     Tap.ACCEPT_DIFFERENCE, Tap.SELF_PAY}) | _AGREEING  # fmt: skip
_HERE = frozenset({Tap.PRICE, Tap.ESTIMATE, Tap.SELF_PAY}) | _AGREEING
_MONEY = _CHARGE | _PAYING
_STAYS = frozenset({Tap.LEAVE, Tap.BRING_FORWARD})

BUSY_STOPS: dict[str, frozenset[Tap]] = {
    "person": _ASIDE,
    "pricing": _MONEY | _ASIDE,
    "settling": frozenset(Tap),
    "checking": frozenset(Tap) - _STAYS,
    "cancelling": frozenset(Tap) - _STAYS,
    "typing": _MONEY | _RECORD,
    "asking_there": _MONEY | {Tap.ASK_THERE},
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
_UNKNOWN = {VisitState.SETTLING, VisitState.UNCERTAIN}
_UNSENT_STATES = {VisitState.WAITING, VisitState.CONFIRMED}


def outcome_unknown(visit: VisitView) -> bool:
    """Whether money may have moved, or moved back, without our knowing: no receipt then,
    and no cash."""
    shares = visit.bill.shares if visit.bill else ()
    return visit.state in _UNKNOWN or any(share.state in _IN_DOUBT for share in shares)


def in_doubt(visit: VisitView) -> bool:
    """Whether the outcome stays unknown for longer than a charge that is being sent."""
    sending = visit.state is VisitState.SETTLING
    cancelling = visit.busy == "cancelling" and not taking_back(visit)
    return cancelling or (outcome_unknown(visit) and not sending)


def taking_back(visit: VisitView) -> bool:
    """Whether what waits for the line is being taken back: none of it was ever sent."""
    return visit.busy == "cancelling" and visit.state in _UNSENT_STATES


def counter_taps(view: CounterView) -> frozenset[Tap]:
    """The taps of the doctor's page: what can be done to the visit, as the line stands."""
    taps = live_taps(view.visit) - (_HERE if view.record_settles else frozenset())
    offline = view.offline_allowed and "province" in view.away
    return taps if offline else taps - {Tap.ESTIMATE}


def live_taps(visit: VisitView | None) -> frozenset[Tap]:
    """The taps that make sense now."""
    if visit is None:
        return EMPTY_COUNTER
    taps = LIVE[visit.state] - _nothing_to_pay(visit.payments)
    if visit.busy is not None:
        taps -= BUSY_STOPS.get(visit.busy, _MONEY)
    if outcome_unknown(visit):
        taps -= _MONEY
    if visit.bill is None or to_agree(visit.bill) is None:
        taps -= {Tap.CONFIRM_AMOUNT}
    if visit.bill is None or ceiling_of(visit.bill) is None:
        taps -= {Tap.AGREE_CEILING}
    if visit.diagnosis is None:
        taps -= {Tap.PRICE, Tap.ESTIMATE}
    if Tap.CONFIRM_AMOUNT in taps:
        taps -= {Tap.PRICE}
    if visit.ceiling is None or visit.ceiling.fen <= 0:
        taps -= {Tap.DEPOSIT}
    # What was settled elsewhere is judged before anything is settled here.
    taps -= {Tap.CONFIRM_AMOUNT} if unjudged(visit) else {Tap.JUDGE_ELSEWHERE}
    # A warning is answered, and what is forbidden put right, before anybody agrees.
    taps -= _AGREEING | {Tap.SELF_PAY} if open_findings(visit) else frozenset()
    taps -= frozenset() if visit.may_self_pay else {Tap.SELF_PAY}
    taps -= frozenset() if visit.holder else {Tap.STANDS_HERE}
    taps = _sure(visit, _where_it_settles(visit, taps))
    # Whoever is not enrolled is not asked for a challenge; whoever is, need not be kept.
    return taps - {Tap.CHALLENGE_ALWAYS if visit.may_keep_face else Tap.KEEP_FACE}


def _where_it_settles(visit: VisitView, taps: frozenset[Tap]) -> frozenset[Tap]:
    """Here, or in the record system; never both."""
    handed = visit.handed
    if handed is None:
        return taps - _RECORD
    typing = bool(handed.typed) and handed.typed[-1].whole is None
    taps -= _HERE
    taps -= frozenset() if handed.may_hand_over and not typing else {Tap.HAND_OVER}
    taps -= frozenset() if handed.may_type and not typing else {Tap.TYPE_OUT}
    return taps if handed.found else taps - {Tap.CHOOSE_THERE}


def unjudged(visit: VisitView) -> bool:
    """Whether a settlement of today that was not made here waits for the doctor's word."""
    return any(not found.judged for found in visit.elsewhere)


def open_findings(visit: VisitView) -> tuple[FindingView, ...]:
    """The warnings that stand between the bill and its confirmation."""
    return tuple(found for found in visit.findings if found.open)


def assurance_asked(visit: VisitView | None) -> bool:
    """Whether the amount, agreed to next, asks for more than a face just now."""
    return visit is not None and Tap.VOUCH in live_taps(visit)


def look_helps(visit: VisitView) -> bool:
    """Whether a challenge before the camera answers what is asked; so it does for an amount."""
    return not visit.assurance_why or challenge_helps(visit.assurance_why)


def digits_would_do(visit: VisitView) -> bool:
    """Whether the last digits answer it: not where a holder's many settlements are asked about."""
    return not visit.assurance_why or digits_help(visit.assurance_why)


def enrol_taps(enrolling: EnrolmentView | None) -> frozenset[Tap]:
    """The taps of the enrolment page."""
    if enrolling is None:
        return frozenset({Tap.ENROL})
    taps = ENROL_LIVE[enrolling.step]
    return taps if enrolling.enrolled_before else taps - {Tap.WITHDRAW}


def _nothing_to_pay(payments: PaymentsView | None) -> frozenset[Tap]:
    """The taps of the cash book for which there is no money: paid, or not owed any more."""
    if payments is None:
        return _DUE | {Tap.RETURNED}
    gone = frozenset[Tap]()
    if payments.due.fen <= 0:
        gone |= _DUE
    if not 0 < payments.may_let_go.fen < payments.due.fen:
        gone |= {Tap.LET_GO}
    if payments.to_return.fen <= 0:
        gone |= {Tap.RETURNED}
    # A deposit is taken once, before anybody knows the amount.
    return gone | {Tap.DEPOSIT} if payments.deposit.fen else gone


def _sure(visit: VisitView, taps: frozenset[Tap]) -> frozenset[Tap]:
    """No amount is agreed to before it is sure enough who stands here, and nothing is
    asked again afterwards."""
    wanted = visit.assurance_wanted and bool(taps & _AGREEING)
    if wanted:
        taps -= _AGREEING if digits_would_do(visit) else _AGREEING | {Tap.GIVE_DIGITS}
    elif visit.state is not VisitState.DOUBTED:
        taps -= _ASSURANCE
    return taps if visit.digits_left > 0 else taps - {Tap.GIVE_DIGITS}
