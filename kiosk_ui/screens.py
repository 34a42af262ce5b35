"""What a view of the counter shows to the resident.

Pure: a CounterView goes in; codes, amounts and masked names come out. The resident's
screen holds no name in full, so that its page cannot show one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk_ui.asked_amount import AskedAmount, asked_amount, on_the_table
from kiosk_ui.bill_picture import BillPicture, picture_of
from kiosk_ui.notices import line_gone, notice_now
from kiosk_ui.pay_picture import CashPicture, ResidentPays, resident_pays
from kiosk_ui.pictograms import pictogram
from kiosk_ui.record_picture import settled_there
from kiosk_ui.slip import slip_number
from kiosk_ui.stands import (
    AskedToBind,
    OwnBinding,
    Stands,
    asked_to_bind,
    figure_of,
    own_bindings,
    stands_here,
)
from kiosk_ui.steps import GAVE_UP, enrol_step, step_of
from kiosk_ui.taps import Tap, assurance_asked, in_doubt, live_taps, look_helps, open_findings
from terminal.core.agreement import Answer
from terminal.core.counter import CounterView, EnrolmentStep, EnrolmentView, PersonCard, VisitView
from terminal.core.money import ZERO, Money, total
from terminal.core.people_views import FamilyView
from terminal.core.recognition import Action
from terminal.core.visit import VisitState

_NOT_YET_NAMED = {
    VisitState.OPEN,
    VisitState.DOUBTED,
    VisitState.CHOOSING,
    VisitState.ABANDONED,
}
"""Nobody is named to the room before it is clear who stands here."""

_IN_SUSPENSE = {
    VisitState.DOUBTED,
    VisitState.CHOOSING,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
}
"""What the visit itself asks or owes the resident goes before a face that is kept."""

_QUIET = {None, "person", "pricing"}
"""What may be asked of the province without the resident having to see it."""

_AGREE = {"step.priced", "step.estimated", "step.exceeded", "step.partly_settled"}
_SAID = {Answer.AGREED: "step.agreed", Answer.DECLINED: "step.declined"}
_NOBODY = {None, "face.none"}
"""Nobody stands before the camera: the screen is quiet, and shows no picture of the room."""

_DARK = {"face.too_dark", "face.too_bright", "face.backlit"}
"""The face lacks light, or has it from behind: the screen gives some."""

_ASKING = _AGREE | {*_SAID.values()}
_COMPARED = {VisitState.PRESENTED, VisitState.IDENTIFIED}
_CHALLENGES = {"challenge.again", *(f"challenge.{action.value}" for action in Action)}


@dataclass(frozen=True, slots=True)
class MaskedCard:
    """A person as others in the room may see them."""

    person_id: str
    masked_name: str
    relation: str
    age: int
    figure: str = ""
    """What is drawn for them, as templates/figures.html has it."""


@dataclass(frozen=True, slots=True)
class BareLine:
    """A line of the bill as others in the room may see it: a drug's name tells a disease."""

    number: int
    quantity: str
    unit: str
    total: Money
    split: bool
    """So many tablets, out of a box that others were given from."""
    course_times: int


@dataclass(frozen=True, slots=True)
class ResidentEnrolment:
    """What of an enrolment the resident follows."""

    step: EnrolmentStep
    person: MaskedCard | None
    taken: int
    wanted: int


@dataclass(frozen=True, slots=True)
class ResidentScreen:
    """One thing at a time; everything here may be read by whoever stands nearby."""

    step: str
    preview: bool
    """Whether the camera's picture is shown."""
    hint: str | None
    picture: str | None
    """What is drawn beside the hint, for whoever cannot read it."""
    digits_left: int | None
    """How often the keypad may still be used; None where it is not shown."""
    enrolling: ResidentEnrolment | None
    offline: str | None
    """What is wrong with the way to the province, where something is."""
    visit_id: str | None
    busy: str | None
    notice: str | None
    person: MaskedCard | None
    choices: tuple[MaskedCard, ...]
    lines: tuple[BareLine, ...]
    """Newest first."""
    lines_total: Money
    amounts: bool
    """Where the record system settles, none stands here before it has."""
    bill: BillPicture | None
    receipt: tuple[str, ...]
    slip_no: str
    """For whoever goes home before the outcome is known; empty where none is needed."""
    decided_by: datetime | None
    ceiling: Money | None
    """What they agreed to pay at most; only while it waits for the line."""
    pays: ResidentPays | None
    """What is to be paid or given back; None while that is not known."""
    self_paid: bool
    """Sold without insurance, and done."""
    next_due: date | None
    """When to come again for what they take every day."""
    stands: Stands | None
    """Who stands here with or for the person; None for the person alone."""
    binding: AskedToBind | None
    """Somebody gives leave to act for them, by a look at the camera."""
    own_family: tuple[OwnBinding, ...]
    """The bindings of whoever was recognised, which they may end."""
    may_withdraw: bool
    """Whether they may have their face erased here and now."""
    for_another: bool
    """Whether a holder stands here, not the visit's own person."""
    asked: AskedAmount | None
    """The amount to agree to, with what was said to it."""
    cash: CashPicture | None
    """What they pay over the counter, as notes and coins."""
    idle: bool
    """Nobody is here: who this is for, and the ways in."""
    lit: bool
    """The screen itself gives light."""
    may_ask: bool
    """Whether whoever stands here would be answered about what is theirs: the desk says."""


def resident_screen(
    view: CounterView, making: FamilyView | None = None, own: FamilyView | None = None
) -> ResidentScreen:
    """What the resident sees of this view.

    `making`: the binding on the doctor's page; `own`: those of whoever was recognised.
    """
    visit = view.visit
    enrolling = _enrolling_shown(view)
    # A look agrees: whatever else is on the counter, it is never waited for unsaid.
    binding = asked_to_bind(making) if enrolling is None else None
    shown = visit is not None and visit.state not in _NOT_YET_NAMED
    priced = visit if visit is not None and not _hushed(visit) else None
    asking = priced if not view.record_settles else None
    step = enrol_step(enrolling) if enrolling else _step(view)
    step = "step.binding_looking" if binding else step
    alone = enrolling is None and binding is None
    asks_digits = alone and Tap.GIVE_DIGITS in live_taps(visit)
    watched = binding is not None or _watched(view, enrolling)
    notice = notice_now(view)
    hint = (enrolling.hint if enrolling else view.hint) if watched else None
    hint = binding.hint if binding else hint
    asked = asked_amount(asking) if asking and step in _ASKING else None
    pays = resident_pays(priced.payments) if priced else None
    return ResidentScreen(
        step=step,
        preview=watched and not view.away.keys() & {"camera", "eyes"},
        hint=hint,
        picture=pictogram(hint or step),
        digits_left=visit.digits_left if visit and asks_digits else None,
        enrolling=_followed(enrolling) if enrolling else None,
        offline=view.away["province"] if line_gone(view) else None,
        visit_id=visit.visit_id if visit else None,
        busy=f"busy.{visit.busy}" if visit and visit.busy else None,
        notice=notice.code if notice else None,
        person=_masked(visit.person) if visit and visit.person and shown and not binding else None,
        choices=tuple(_masked(card) for card in visit.choices) if visit else (),
        lines=_bare(priced) if priced else (),
        lines_total=total(line.total for line in priced.lines) if priced else ZERO,
        amounts=not view.record_settles,
        bill=(settled_there(priced) or picture_of(priced)) if priced else None,
        receipt=_bare_receipt(priced) if priced and step == "step.settled" else (),
        slip_no=slip_number(visit.slip) if visit else "",
        decided_by=visit.decided_by if visit else None,
        ceiling=priced.ceiling if priced else None,
        pays=pays,
        self_paid=step == "step.self_paid",
        next_due=priced.next_due if priced else None,
        stands=stands_here(visit) if shown and not binding else None,
        binding=binding,
        own_family=own_bindings(own),
        may_withdraw=visit is not None and visit.may_withdraw and enrolling is None,
        for_another=visit is not None and visit.holder is not None,
        asked=asked,
        cash=on_the_table(step, asked, pays),
        idle=alone and visit is None and not watched and not view.picking_up,
        lit=watched and hint in _DARK,
        may_ask=alone and visit is not None and visit.may_ask,
    )


def _step(view: CounterView) -> str:
    """The headline; nobody is asked to agree while the doctor may yet change the bill."""
    step = step_of(view)
    visit = view.visit
    if visit is None or step not in _AGREE:
        return step
    if open_findings(visit):
        return step if step == "step.partly_settled" else "step.findings"
    asked = asked_amount(visit)
    return step if asked is None or asked.said is None else _SAID[asked.said]


def _hushed(visit: VisitView) -> bool:
    """Whether the resident is promised no amount: it is not known, or not what was said."""
    return in_doubt(visit) or visit.state is VisitState.DIFFERS


def _enrolling_shown(view: CounterView) -> EnrolmentView | None:
    """The enrolment that the resident follows.

    Beside a visit only while they must look at the camera: the bill comes back at once.
    """
    visit, enrolling = view.visit, view.enrolling
    if visit is None or enrolling is None:
        return enrolling
    looked_at = enrolling.step is EnrolmentStep.CAPTURE
    free = visit.state not in _IN_SUSPENSE and visit.busy in _QUIET
    return enrolling if looked_at and free else None


def _watched(view: CounterView, enrolling: EnrolmentView | None) -> bool:
    """Whether the camera looks at somebody on whom something depends."""
    if enrolling is not None:
        return enrolling.step is EnrolmentStep.CAPTURE
    visit = view.visit
    if visit is None:
        return view.hint not in _NOBODY
    if assurance_asked(visit):
        return look_helps(visit) and view.hint != GAVE_UP
    # A face compared with the ID number that was typed may be asked to move.
    return visit.state in _COMPARED and view.hint in _CHALLENGES


def _followed(enrolling: EnrolmentView) -> ResidentEnrolment:
    return ResidentEnrolment(
        step=enrolling.step,
        person=_masked(enrolling.person) if enrolling.person else None,
        taken=enrolling.taken,
        wanted=enrolling.wanted,
    )


def _masked(card: PersonCard) -> MaskedCard:
    return MaskedCard(card.person_id, card.masked_name, card.relation, card.age, figure_of(card))


def _bare(visit: VisitView) -> tuple[BareLine, ...]:
    return tuple(
        BareLine(line.number, line.quantity, line.unit, line.total, line.split, line.course_times)
        for line in reversed(visit.lines)
    )


def _bare_receipt(visit: VisitView) -> tuple[str, ...]:
    """The receipt without the lines of drugs and services, and every known name masked."""
    named = tuple(line.name for line in visit.lines)
    lines = tuple(line for line in visit.receipt if not line.startswith(named))
    for card in (visit.person, visit.holder, visit.companion):
        if card is not None and card.name:
            lines = tuple(line.replace(card.name, card.masked_name) for line in lines)
    return lines
