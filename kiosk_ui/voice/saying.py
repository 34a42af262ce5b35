"""What is spoken of the resident's screen: the sentences that stand on it, and no other.

Pure. A screen goes in, names of clips come out. Nobody's name, number, drug or disease can
be among them, for there is no clip of one: whom it concerns is 您, or a relative by relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk_ui.asked_amount import AskedAmount
from kiosk_ui.bill_picture import BillPicture
from kiosk_ui.screens import ResidentScreen
from kiosk_ui.steps import hint_while_enrolling
from kiosk_ui.voice.numbers import amount, counted, number, one_by_one
from kiosk_ui.voice.phrases import relation_words
from kiosk_ui.voice.table import clip_of
from kiosk_ui.words import words_of
from kiosk_ui.words.consent import SENTENCES
from terminal.core.agreement import Answer
from terminal.core.consent import UNUSED_MONTHS
from terminal.core.counter import EnrolmentStep
from terminal.core.money import ZERO, Money
from terminal.core.standing import Standing

Clips = tuple[str, ...]

_ASKED = {"step.priced", "step.estimated", "step.exceeded"}
_SLIP_HELPS = {"step.uncertain", "step.waiting", "step.cancelling"}


class Urgency(StrEnum):
    """When something is said, against what is being said already."""

    NOW = "now"
    """It ends whatever is being said."""
    PATIENT = "patient"
    """A hint while somebody moves: it waits for the last word of the one before."""
    QUIET = "quiet"
    """Only when it is asked for: nobody stands there yet."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is to be said of a screen, and how."""

    clips: Clips
    occasion: str
    """The visit: the same words of another one are said again."""
    manner: Urgency


def utterance(screen: ResidentScreen, unused_months: int = UNUSED_MONTHS) -> Utterance:
    """What is said of this screen; said anew when any part of it differs."""
    return Utterance(spoken(screen, unused_months), screen.visit_id or "", _urgency(screen))


def _urgency(screen: ResidentScreen) -> Urgency:
    if screen.idle:
        return Urgency.QUIET
    return Urgency.PATIENT if screen.hint is not None else Urgency.NOW


def spoken(screen: ResidentScreen, unused_months: int = UNUSED_MONTHS) -> Clips:
    """The clips of what stands on the screen, in the order in which it is said."""
    if screen.enrolling is not None:
        return _enrolling(screen, screen.enrolling.step, unused_months)
    if screen.binding is not None:
        return (*sentence(screen.hint or screen.step), "agree.binding")
    if screen.hint is not None or screen.visit_id is None:
        return _before_the_camera(screen)
    headline = sentence(screen.step)
    if screen.step == "step.choosing":
        return headline + _choices(screen)
    if screen.self_paid:
        return (*headline, "bill.sum", *amount(screen.lines_total), "bill.uninsured", *_pay(screen))
    if screen.asked is not None and screen.asked.said is not None:
        return headline + _answered(screen, screen.asked)
    if screen.bill is not None:
        return _bill(screen, screen.bill)
    return _for_whom(screen) + headline + _under(screen)


def sentence(code: str) -> Clips:
    """The resident's sentence of a code."""
    return clip_of(words_of(code).resident)


def told(*parts: str | Money | int) -> Clips:
    """The clips of a row of sentences, amounts and numbers, for the other pages.

    Sentences as they stand on the page; one that is not in the closed list stays unspoken.
    """
    clips: list[str] = []
    for part in parts:
        match part:
            case Money():
                clips += amount(part)
            case int():
                clips += number(part)
            case str():
                clips += clip_of(part)
    return tuple(clips)


def _before_the_camera(screen: ResidentScreen) -> Clips:
    clips = sentence(screen.hint or screen.step)
    if screen.notice:
        clips += sentence(screen.notice)
    elif screen.picture == "card":
        clips += ("way.paper",)
    elif screen.idle:
        clips += ("way.welcome",)
    return clips + (("wait.offline",) if screen.offline else ()) + _digits(screen)


def _enrolling(screen: ResidentScreen, step: EnrolmentStep, unused_months: int) -> Clips:
    if step is EnrolmentStep.CAPTURE:
        return sentence(hint_while_enrolling(screen.hint))
    headline = sentence(screen.step)
    if step is EnrolmentStep.CONSENT:
        return headline + _consent(unused_months)
    return headline + (("way.number",) if step is EnrolmentStep.FAILED else ())


def _consent(unused_months: int) -> Clips:
    clips: Clips = ()
    for said in SENTENCES:
        before, months, after = said.partition("{months}")
        clips += clip_of(before)
        clips += counted(unused_months) + clip_of(after) if months else ()
    return clips


def _choices(screen: ResidentScreen) -> Clips:
    return tuple(
        clip
        for card in screen.choices
        for clip in (clip_of(relation_words(card.relation)) if card.relation else ("who.self",))
    )


def _for_whom(screen: ResidentScreen) -> Clips:
    """Before the doctor confirms: for whom they stand here."""
    stands = screen.stands
    asked = screen.step == "step.presented_for_another"
    if not asked or stands is None or stands.standing is not Standing.FAMILY:
        return ()
    return ("who.for", *clip_of(relation_words(stands.relation)), "who.treated")


def _answered(screen: ResidentScreen, asked: AskedAmount) -> Clips:
    if asked.said is Answer.DECLINED:
        return ("agree.talk",)
    estimated = screen.bill is not None and screen.bill.estimated
    return (*(("bill.estimated", "bill.most") if estimated else ("bill.own",)), *amount(asked.own))


def _bill(screen: ResidentScreen, bill: BillPicture) -> Clips:
    headline = sentence(screen.step)
    match screen.step:
        case step if step in _ASKED:
            return headline + _figures(bill) + _asked(screen)
        case "step.settled":
            return headline + _pay(screen) + _again(screen)
        case "step.settled_there":
            return headline + _figures(bill)
        case "step.partly_settled":
            done, rest = amount(bill.own_settled), amount(bill.own - bill.own_settled)
            return (*headline, "bill.settled_own", *done, "bill.rest", *rest, "bill.rest_open")
        case "step.confirmed":
            return (*headline, "agree.wait")
        case _:
            return headline + _under(screen)


def _figures(bill: BillPicture) -> Clips:
    fund = "bill.fund_estimated" if bill.estimated else "bill.fund"
    own = "bill.at_most" if bill.estimated else "bill.own"
    marked = ("bill.estimated",) if bill.estimated else ()
    sums = ("bill.whole", *amount(bill.total), fund, *amount(bill.fund), own, *amount(bill.own))
    return marked + sums + tuple(clip for code in bill.why for clip in sentence(code))


def _asked(screen: ResidentScreen) -> Clips:
    if screen.step == "step.estimated":
        return ("agree.ask_again",)
    if screen.step == "step.exceeded" and screen.ceiling is not None:
        return ("bill.said_before", *amount(screen.ceiling))
    return ()


def _pay(screen: ResidentScreen) -> Clips:
    """What changes hands: the order of templates/resident/pay.html."""
    pays, bill = screen.pays, screen.bill
    account = bill.account if bill else ZERO
    besides = ("pay.besides", *amount(account), "pay.from_account") if account.fen > 0 else ()
    if pays and pays.to_return.fen:
        return ("pay.returned", *amount(pays.to_return))
    if pays and pays.due.fen:
        still = pays.received.fen > 0
        received = ("pay.received", *amount(pays.received)) if still else ()
        return ("pay.still_due" if still else "pay.due", *amount(pays.due), *received, *besides)
    if bill and bill.own.fen == 0:
        return ("pay.nothing_goodbye",)
    if pays and pays.on_credit.fen:
        return (*amount(pays.on_credit), "pay.on_credit")
    if pays and (bill is None or bill.cash.fen > 0):
        return ("pay.done",)
    if bill and bill.cash.fen > 0:
        return ("pay.due", *amount(bill.cash), *besides)
    return (*amount(account), "pay.no_cash") if bill else ()


def _again(screen: ResidentScreen) -> Clips:
    if screen.next_due is None:
        return ()
    month, day = number(screen.next_due.month), number(screen.next_due.day)
    return (*month, "date.month", *day, "date.day", "date.collect")


def _under(screen: ResidentScreen) -> Clips:
    """What stands below the headline where there is no bill."""
    digits = one_by_one(screen.slip_no)
    slip = ("wait.slip", *digits) if digits and screen.step in _SLIP_HELPS else ()
    match screen.step:
        case "step.uncertain":
            return (*slip, "pay.not_now", "wait.go_home" if slip else "wait.told")
        case "step.waiting":
            return slip + _waiting(screen)
        case "step.differs":
            return ("pay.not_now",)
        case "step.cancelled":
            pays = screen.pays
            back = amount(pays.to_return) if pays and pays.to_return.fen else ()
            return ("pay.returned", *back) if back else ("pay.nothing",)
        case "step.cancelling" | "step.elsewhere":
            return slip
        case _:
            return (sentence(screen.notice) if screen.notice else ()) + _digits(screen)


def _waiting(screen: ResidentScreen) -> Clips:
    most = ("bill.at_most", *amount(screen.ceiling)) if screen.ceiling is not None else ()
    given = screen.pays.deposit if screen.pays else ZERO
    deposit = ("pay.deposit", *amount(given), "pay.deposit_only") if given.fen else ()
    return (*most, "wait.line", *deposit)


def _digits(screen: ResidentScreen) -> Clips:
    """The keypad, where it is one way among others."""
    shown = screen.digits_left is not None and screen.step != "step.doubted"
    return ("way.digits",) if shown else ()
