"""What a view of the counter shows to each reader, and which taps are live.

Pure: a CounterView goes in; codes, amounts and masked names come out. The resident's
screen holds no name in full, so that its page cannot show one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk_ui.bill_picture import BillPicture, picture_of, to_agree
from terminal.core.counter import CounterView, Line, PersonCard, VisitView
from terminal.core.money import Money, total
from terminal.core.visit import SettlementState, VisitState


class Tap(StrEnum):
    """What can be pressed; each is one verb of the desk."""

    OPEN_BY_ID = "open_by_id"
    CALL_UP = "call_up"
    CHOOSE_PERSON = "choose_person"
    CONFIRM_PERSON = "confirm_person"
    REFUSE_PERSON = "refuse_person"
    SET_DIAGNOSIS = "set_diagnosis"
    ADD_SERVICE = "add_service"
    REMOVE_LINE = "remove_line"
    PRICE = "price"
    CONFIRM_AMOUNT = "confirm_amount"
    CANCEL = "cancel"
    LEAVE = "leave"


EMPTY_COUNTER = frozenset({Tap.OPEN_BY_ID, Tap.CALL_UP})

_BASKET = frozenset({Tap.SET_DIAGNOSIS, Tap.ADD_SERVICE, Tap.REMOVE_LINE, Tap.LEAVE})

LIVE: dict[VisitState, frozenset[Tap]] = {
    VisitState.OPEN: frozenset({Tap.LEAVE}),
    VisitState.CHOOSING: frozenset({Tap.CHOOSE_PERSON, Tap.LEAVE}),
    VisitState.PRESENTED: frozenset({Tap.CONFIRM_PERSON, Tap.REFUSE_PERSON}),
    VisitState.IDENTIFIED: frozenset({Tap.SET_DIAGNOSIS, Tap.ADD_SERVICE, Tap.LEAVE}),
    VisitState.TRACED: _BASKET | {Tap.PRICE},
    VisitState.PRICED: _BASKET | {Tap.CONFIRM_AMOUNT},
    # The clinic keeps working: a visit that waits for the network or for an answer can
    # be set aside. It is not forgotten: it stands among the waiting.
    VisitState.CONFIRMED: frozenset({Tap.LEAVE}),
    VisitState.SETTLING: frozenset(),
    VisitState.UNCERTAIN: frozenset({Tap.LEAVE}),
    VisitState.PARTLY_SETTLED: frozenset(
        {Tap.PRICE, Tap.CONFIRM_AMOUNT, Tap.REMOVE_LINE, Tap.LEAVE}
    ),
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

_IN_DOUBT = {SettlementState.SETTLING, SettlementState.UNCERTAIN, SettlementState.CANCELLING}

_LEAVE: dict[VisitState, str] = {
    VisitState.IDENTIFIED: "leave.close",
    VisitState.CONFIRMED: "leave.aside",
    VisitState.UNCERTAIN: "leave.aside",
    VisitState.PARTLY_SETTLED: "leave.aside",
    VisitState.SETTLED: "leave.next",
    VisitState.CLOSED: "leave.next",
    VisitState.CANCELLED: "leave.next",
    VisitState.ABANDONED: "leave.next",
}

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


@dataclass(frozen=True, slots=True)
class MaskedCard:
    """A person as others in the room may see them."""

    person_id: str
    masked_name: str
    relation: str
    age: int


@dataclass(frozen=True, slots=True)
class ResidentScreen:
    """One thing at a time; everything here may be read by whoever stands nearby."""

    step: str
    preview: bool
    """Whether the camera's picture is shown."""
    hint: str | None
    offline: str | None
    """What is wrong with the way to the province, where something is."""
    visit_id: str | None
    busy: str | None
    notice: str | None
    person: MaskedCard | None
    choices: tuple[MaskedCard, ...]
    lines: tuple[Line, ...]
    """Newest first."""
    lines_total: Money
    bill: BillPicture | None
    receipt: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoctorScreen:
    """The taps that are live, and the words of those whose words change."""

    step: str
    taps: frozenset[Tap]
    visit: VisitView | None
    bill: BillPicture | None
    agree: Money | None
    """The amount that the big button names; None where there is no button."""
    leave: str

    def live(self, tap: str) -> bool:
        """Whether the tap of this name is live."""
        return Tap(tap) in self.taps


def resident_screen(view: CounterView) -> ResidentScreen:
    """What the resident sees of this view."""
    visit = view.visit
    shown = visit is not None and visit.state not in {
        VisitState.OPEN,
        VisitState.CHOOSING,
        VisitState.ABANDONED,
    }
    step = step_of(view)
    return ResidentScreen(
        step=step,
        preview=visit is None and not view.away.keys() & {"camera", "eyes"},
        hint=view.hint if visit is None else None,
        offline=view.away.get("province"),
        visit_id=visit.visit_id if visit else None,
        busy=f"busy.{visit.busy}" if visit and visit.busy else None,
        notice=visit.notice.code if visit and visit.notice else None,
        person=_masked(visit.person) if visit and visit.person and shown else None,
        choices=tuple(_masked(card) for card in visit.choices) if visit else (),
        lines=visit.lines[::-1] if visit else (),
        lines_total=total(line.total for line in visit.lines) if visit else Money(0),
        bill=picture_of(visit) if visit else None,
        receipt=_masked_receipt(visit) if visit and step == "step.settled" else (),
    )


def doctor_screen(view: CounterView) -> DoctorScreen:
    """What the doctor sees and can press."""
    visit = view.visit
    taps = live_taps(visit)
    return DoctorScreen(
        step=step_of(view),
        taps=taps,
        visit=visit,
        bill=picture_of(visit) if visit else None,
        agree=to_agree(visit.bill) if visit and visit.bill and Tap.CONFIRM_AMOUNT in taps else None,
        leave=_LEAVE.get(visit.state, "leave.abandon") if visit else "leave.next",
    )


def live_taps(visit: VisitView | None) -> frozenset[Tap]:
    """The taps that make sense now. The desk still decides; this only spares a refusal."""
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
    return taps


def step_of(view: CounterView) -> str:
    """The code of the headline: what happens now."""
    visit = view.visit
    if visit is None:
        blind = view.away.keys() & {"camera", "eyes"}
        return "step.idle_without_camera" if blind else "step.idle"
    if visit.busy == "settling":
        return "step.settling"
    if visit.state is VisitState.OPEN and visit.busy is None and visit.notice is not None:
        return "step.open_failed"
    if visit.state is VisitState.TRACED:
        return _traced_step(visit, away="province" in view.away)
    if visit.busy == "cancelling" or _cancelling(visit):
        return "step.cancelling"
    return f"step.{visit.state.value}"


def waiting_code(state: VisitState) -> str:
    """Why a visit waits."""
    return _WAITING.get(state, "waiting.before_price")


def share_code(state: SettlementState) -> str:
    """What has become of one settlement."""
    return _SHARE.get(state, "share.unpaid")


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


def _masked(card: PersonCard) -> MaskedCard:
    return MaskedCard(card.person_id, card.masked_name, card.relation, card.age)


def _masked_receipt(visit: VisitView) -> tuple[str, ...]:
    """The receipt's lines with every known name masked, whoever wrote them."""
    lines = visit.receipt
    for card in (visit.person, visit.holder):
        if card is not None:
            lines = tuple(line.replace(card.name, card.masked_name) for line in lines)
    return lines
