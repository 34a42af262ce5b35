"""What a view of the counter shows to the doctor, and what can be pressed."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_ui.bill_picture import BillPicture, ceiling_of, limit_told, picture_of, to_agree
from kiosk_ui.notices import notice_now
from kiosk_ui.pay_picture import deposit_choices
from kiosk_ui.slip import slip_number
from kiosk_ui.steps import FOR_THE_DOCTOR, step_of, why_waiting
from kiosk_ui.taps import Tap, assurance_asked, counter_taps, in_doubt
from terminal.core.charge import SettlementState
from terminal.core.counter import CounterView, Notice, Share, VisitView, Waiting
from terminal.core.money import Money
from terminal.core.visit import VisitState

_LEAVE: dict[VisitState, str] = {
    VisitState.DOUBTED: "leave.neither",
    VisitState.IDENTIFIED: "leave.close",
    VisitState.WAITING: "leave.aside",
    VisitState.CONFIRMED: "leave.aside",
    VisitState.UNCERTAIN: "leave.aside",
    VisitState.DIFFERS: "leave.aside",
    VisitState.PARTLY_SETTLED: "leave.aside",
    VisitState.SETTLED: "leave.next",
    VisitState.CLOSED: "leave.next",
    VisitState.CANCELLED: "leave.next",
    VisitState.ABANDONED: "leave.next",
}

_GO_FIRST = {Tap.CHOOSE_LOOK_ALIKE, Tap.ADD_SERVICE, Tap.PRICE, Tap.VOUCH, Tap.CONFIRM_AMOUNT,
             Tap.JUDGE_ELSEWHERE, Tap.ACCEPT_DIFFERENCE, Tap.PAID, Tap.RETURNED}  # fmt: skip
"""While one of these can be pressed, leaving is not what comes next."""

_OVER = {
    VisitState.SETTLED,
    VisitState.CANCELLED,
    VisitState.CLOSED,
    VisitState.ABANDONED,
}

_CHARGED = frozenset(SettlementState) - {
    SettlementState.DRAFT,
    SettlementState.ESTIMATED,
    SettlementState.PRICED,
}


@dataclass(frozen=True, slots=True)
class DoctorScreen:
    """The taps that are live, and the words of those whose words change."""

    step: str
    taps: frozenset[Tap]
    visit: VisitView | None
    bill: BillPicture | None
    notice: Notice | None
    receipt: tuple[str, ...]
    differing: tuple[Share, ...]
    """Charged, but not as agreed to."""
    agree: Money | None
    """The amount that the big button names; None where there is no button."""
    ceiling: Money | None
    """The amount that the button of an estimate names."""
    slip_no: str
    unknown: bool
    """Money may have moved: no amount, no receipt, no cash."""
    limit_told: bool
    """What is left of the person's year is known, and still to be used at this visit."""
    deposits: tuple[Money, ...]
    """Deposits that one tap takes."""
    removable: frozenset[int]
    """Lines that are not charged, by number."""
    leave: str
    money_next: bool
    """The visit is over but for its money."""
    leave_next: bool
    """Leaving is what comes next: nothing else on this visit waits to be pressed."""
    waiting: tuple[Waiting, ...]
    """What cannot go on without the doctor stands first."""
    for_the_doctor: int
    """How many of the waiting those are."""
    all_done: bool
    """Settled, and nothing is owed on either side of the counter."""
    assurance: bool
    """More than a face is asked for before the amount is agreed to."""

    def live(self, tap: str) -> bool:
        """Whether the tap of this name is live."""
        return Tap(tap) in self.taps


def doctor_screen(view: CounterView) -> DoctorScreen:
    """What the doctor sees and can press."""
    visit = view.visit
    taps = counter_taps(view)
    unknown = visit is not None and in_doubt(visit)
    bill = visit.bill if visit and not unknown else None
    waiting = tuple(sorted(view.waiting, key=lambda item: not _for_the_doctor(item, view)))
    return DoctorScreen(
        step=step_of(view),
        taps=taps,
        visit=visit,
        bill=picture_of(visit) if visit and bill else None,
        notice=notice_now(view),
        receipt=visit.receipt if visit and not unknown else (),
        differing=_differing(visit) if visit else (),
        agree=to_agree(bill) if bill and Tap.CONFIRM_AMOUNT in taps else None,
        ceiling=ceiling_of(bill) if bill and Tap.AGREE_CEILING in taps else None,
        slip_no=slip_number(visit.slip) if visit else "",
        unknown=unknown,
        limit_told=visit is not None and limit_told(visit),
        deposits=deposit_choices(visit.ceiling) if visit and Tap.DEPOSIT in taps else (),
        removable=_removable(visit) if visit else frozenset(),
        leave=_LEAVE.get(visit.state, "leave.abandon") if visit else "leave.next",
        money_next=visit is not None and visit.state in _OVER,
        leave_next=visit is not None and visit.state in _LEAVE and not taps & _GO_FIRST,
        waiting=waiting,
        for_the_doctor=sum(_for_the_doctor(item, view) for item in waiting),
        all_done=visit is not None
        and visit.state is VisitState.SETTLED
        and visit.payments is not None
        and not taps & (_GO_FIRST | {Tap.ON_CREDIT})
        and visit.busy is None
        and not unknown,
        assurance=assurance_asked(visit),
    )


def _for_the_doctor(item: Waiting, view: CounterView) -> bool:
    return why_waiting(item, view.away) == FOR_THE_DOCTOR


def _differing(visit: VisitView) -> tuple[Share, ...]:
    shares = visit.bill.shares if visit.bill else ()
    return tuple(share for share in shares if share.state is SettlementState.DIFFERS)


def _removable(visit: VisitView) -> frozenset[int]:
    """The lines that may still be taken off: those of a category that is not charged."""
    shares = visit.bill.shares if visit.bill else ()
    charged = {share.category for share in shares if share.state in _CHARGED}
    charged -= {share.category for share in shares if share.state not in _CHARGED}
    return frozenset(line.number for line in visit.lines if line.category not in charged)
