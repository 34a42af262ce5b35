"""What a view of the counter shows to the doctor, and what can be pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk_ui.bill_picture import BillPicture, ceiling_of, limit_told, picture_of, to_agree
from kiosk_ui.doctor_lines import (
    LinePicture,
    findings_of,
    first_open,
    pictures_of,
    whole_price,
)
from kiosk_ui.goods_names import GOOD_SCANS
from kiosk_ui.notices import notice_now
from kiosk_ui.pay_picture import deposit_choices
from kiosk_ui.queue_picture import (
    also_open,
    amount_scan,
    answered,
    for_the_doctor,
    in_order,
    takers,
)
from kiosk_ui.record_picture import RecordCard, record_card
from kiosk_ui.slip import slip_number
from kiosk_ui.steps import step_of
from kiosk_ui.taps import (
    Tap,
    assurance_asked,
    counter_taps,
    digits_would_do,
    in_doubt,
    look_helps,
    open_findings,
)
from terminal.core.agreement import Agreement
from terminal.core.bill_views import Share
from terminal.core.charge import SettlementState
from terminal.core.counter import CounterView, Notice, VisitView, Waiting
from terminal.core.goods_views import CommonVisit, FindingView, Severity
from terminal.core.money import ZERO, Money
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
    VisitState.HANDED_OVER: "leave.aside",
    VisitState.SETTLED_THERE: "leave.next",
    VisitState.CLOSED: "leave.next",
    VisitState.CANCELLED: "leave.next",
    VisitState.ABANDONED: "leave.next",
}

_GO_FIRST = {Tap.CHOOSE_LOOK_ALIKE, Tap.ADD_SERVICE, Tap.PRICE, Tap.VOUCH, Tap.CONFIRM_AMOUNT,
             Tap.JUDGE_ELSEWHERE, Tap.ACCEPT_DIFFERENCE, Tap.PAID, Tap.RETURNED,
             Tap.HAND_OVER}  # fmt: skip
"""While one of these can be pressed, leaving is not what comes next."""

_OVER = {
    VisitState.SETTLED,
    VisitState.SETTLED_THERE,
    VisitState.CANCELLED,
    VisitState.CLOSED,
    VisitState.ABANDONED,
}

_ASKED_BEFORE_AGREEING = {VisitState.ESTIMATED, VisitState.PRICED, VisitState.PARTLY_SETTLED}

_GOOD = GOOD_SCANS | {"box.unit_taken", "command.person", "command.diagnosis", "command.aside",
                      "command.next", "command.amount"}  # fmt: skip

_HELD = {"scan.not_in_catalogue", "scan.other_maker"}
"""What the card of an unknown box says better, as long as it stands there."""

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
    lines: tuple[LinePicture, ...]
    """Newest first."""
    findings: tuple[FindingView, ...]
    """Said of the whole visit; those of a line stand with it."""
    advice: tuple[Notice, ...]
    """What the province says beforehand, but for what stands under a finding of ours."""
    may_reason: bool
    """A warning may still be answered."""
    why_not: str | None
    """Why the amount cannot be agreed to although it is known."""
    look_at: str | None
    """The finding that is to be looked at next, where one is in the way."""
    finds: bool
    """Diagnoses, services and drugs can be looked for."""
    common: tuple[CommonVisit, ...]
    """Visits that one tap fills in; only while nothing is on the bill."""
    self_pay: Money | None
    """What it costs without insurance; None where it cannot be sold so."""
    whole_price: Money
    """What the lines cost together."""
    scan: Notice | None
    """What became of the last scan, where no card says it."""
    scan_good: bool
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
    challenge_helps: bool
    digits_help: bool
    """What of it, besides the doctor's word, would do."""
    said: Mapping[str, tuple[str, ...]]
    """The province's own words on what one of our rules found as well, by rule."""
    targets: tuple[Waiting, ...]
    """To whom a line may be moved."""
    also_open: bool
    """The same person has another visit, which was put aside."""
    amount_scan: str
    """What is scanned from this screen to confirm just this amount; empty: no button."""
    agreement: Agreement | None
    """What the resident said to just the amount on the button."""
    record: RecordCard | None
    """Where the record system settles: what is done there."""

    def live(self, tap: str) -> bool:
        """Whether the tap of this name is live."""
        return Tap(tap) in self.taps


def doctor_screen(view: CounterView) -> DoctorScreen:
    """What the doctor sees and can press."""
    visit = view.visit
    taps = counter_taps(view)
    unknown = visit is not None and in_doubt(visit)
    bill = visit.bill if visit and not unknown else None
    removable = _removable(visit) if visit else frozenset()
    filling = Tap.ADD_SERVICE in taps
    waiting = in_order(view)
    agree = to_agree(bill) if bill and Tap.CONFIRM_AMOUNT in taps else None
    agreement = answered(visit, agree) if visit else None
    lines = _lines(visit, taps, removable) if visit else ()
    why_not = _why_not(visit) if visit else None
    return DoctorScreen(
        step=step_of(view),
        taps=taps,
        visit=visit,
        bill=picture_of(visit) if visit and bill else None,
        notice=notice_now(view),
        receipt=visit.receipt if visit and not unknown else (),
        differing=_differing(visit) if visit else (),
        agree=agree,
        ceiling=ceiling_of(bill) if bill and Tap.AGREE_CEILING in taps else None,
        slip_no=slip_number(visit.slip) if visit else "",
        unknown=unknown,
        limit_told=visit is not None and limit_told(visit),
        deposits=deposit_choices(visit.ceiling) if visit and Tap.DEPOSIT in taps else (),
        removable=removable,
        lines=lines,
        findings=findings_of(visit, None) if visit and visit.state not in _OVER else (),
        advice=_advice(visit) if visit else (),
        said=_said(visit) if visit else {},
        may_reason=bool(taps & {Tap.ADD_SERVICE, Tap.REMOVE_LINE}),
        why_not=why_not,
        look_at=first_open(visit, lines) if visit and why_not else None,
        finds=filling,
        common=view.goods.common if visit and filling and not visit.lines else (),
        self_pay=whole_price(visit) if visit and Tap.SELF_PAY in taps else None,
        whole_price=whole_price(visit) if visit else ZERO,
        scan=_scan_told(view),
        scan_good=view.scan is not None and view.scan.code in _GOOD,
        leave=_LEAVE.get(visit.state, "leave.abandon") if visit else "leave.next",
        money_next=visit is not None and visit.state in _OVER,
        leave_next=visit is not None
        and visit.state in _LEAVE
        and not taps & _GO_FIRST
        and not (visit.state is VisitState.HANDED_OVER and Tap.CHOOSE_THERE in taps),
        waiting=waiting,
        for_the_doctor=sum(for_the_doctor(item, view) for item in waiting),
        all_done=visit is not None
        and visit.state is VisitState.SETTLED
        and visit.payments is not None
        and not taps & (_GO_FIRST | {Tap.ON_CREDIT})
        and visit.busy is None
        and not unknown,
        assurance=assurance_asked(visit),
        challenge_helps=visit is not None and look_helps(visit),
        digits_help=visit is not None and digits_would_do(visit),
        targets=takers(waiting) if Tap.MOVE_LINE in taps else (),
        also_open=visit is not None and also_open(visit, view),
        amount_scan=amount_scan(visit, agree, agreement) if visit else "",
        agreement=agreement,
        record=record_card(visit, taps) if visit else None,
    )


def _advice(visit: VisitView) -> tuple[Notice, ...]:
    """What is over is drawn without its findings: then the province's word stands alone."""
    shown = set() if visit.state in _OVER else {found.rule for found in visit.findings}
    return tuple(said for said in visit.advice if said.facts.get("finding") not in shown)


def _scan_told(view: CounterView) -> Notice | None:
    held = view.goods.unbound is not None and view.scan is not None and view.scan.code in _HELD
    return None if held else view.scan


def _lines(
    visit: VisitView, taps: frozenset[Tap], removable: frozenset[int]
) -> tuple[LinePicture, ...]:
    """What is over is drawn without its warnings: there is nothing to do about them."""
    shown = replace(visit, findings=()) if visit.state in _OVER else visit
    return pictures_of(
        shown,
        removable if Tap.REMOVE_LINE in taps else frozenset(),
        removable if Tap.ADD_SERVICE in taps else frozenset(),
    )


def _why_not(visit: VisitView) -> str | None:
    """What must be done first where the amount is known and cannot be agreed to."""
    standing = open_findings(visit)
    if not standing or visit.state not in _ASKED_BEFORE_AGREEING or visit.busy is not None:
        return None
    blocked = any(found.severity is Severity.BLOCK for found in standing)
    return "finding.blocks" if blocked else "finding.asks"


def _differing(visit: VisitView) -> tuple[Share, ...]:
    shares = visit.bill.shares if visit.bill else ()
    return tuple(share for share in shares if share.state is SettlementState.DIFFERS)


def _removable(visit: VisitView) -> frozenset[int]:
    """The lines that may still be taken off: those of a category that is not charged."""
    shares = visit.bill.shares if visit.bill else ()
    charged = {share.category for share in shares if share.state in _CHARGED}
    charged -= {share.category for share in shares if share.state not in _CHARGED}
    return frozenset(line.number for line in visit.lines if line.category not in charged)


def _said(visit: VisitView) -> dict[str, tuple[str, ...]]:
    """What the province said beforehand of a rule of ours."""
    said: dict[str, tuple[str, ...]] = {}
    for advice in visit.advice:
        if rule := advice.facts.get("finding"):
            words = advice.facts.get("said") or advice.facts.get("rule", "")
            said[rule] = (*said.get(rule, ()), words)
    return said
