"""What lies on the counter at one moment: the only thing a screen is told.

The desk makes a new one after every change and numbers it; screens draw it and decide
nothing. Frozen, so that any thread may read it. Texts for people are chosen by the
screens from the codes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from terminal.core.agreement import Agreement
from terminal.core.bill_views import Bill, Line
from terminal.core.goods_views import FindingView, GoodsView
from terminal.core.money import ZERO, Money
from terminal.core.money_views import (
    Elsewhere,
    FreedVisit,
    FundView,
    PaymentsView,
    Told,
)
from terminal.core.people import Identified
from terminal.core.people_views import CompanionView, OnDuty
from terminal.core.power import PowerView
from terminal.core.recognition import Challenged
from terminal.core.record_views import HandedView, PushedView, RxView
from terminal.core.screen_views import PaperView, PriceTold
from terminal.core.standing import Standing
from terminal.core.visit import VisitState


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say: a fault's code, and facts that its words may mention."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class PersonCard:
    """A person as the doctor sees them. The resident's screen shows the masked forms."""

    person_id: str
    name: str
    masked_name: str
    masked_id: str
    gender: str
    """gend of the interface: 1 man, 2 woman."""
    age: int
    relation: str = ""
    """What this person is to the one who stands here: 儿子; empty for oneself."""
    insured: bool | None = None
    """None: the province has not been asked yet."""
    insutype: str = ""
    contract: str | None = None
    """Institution of the contract in force; empty: none; None: not told."""
    registrations: tuple[str, ...] = ()
    """Names of the chronic diseases registered and in force."""
    fund_used: Money | None = None
    fund_limit: Money | None = None
    """The yearly limit; None where the region has not said."""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitView:
    """The visit on the counter."""

    visit_id: str
    state: VisitState
    revision: int
    """Raised by every change of the lines; the confirmation names it."""
    opened_at: datetime
    identified: Identified | None
    similarity: float | None
    person: PersonCard | None
    holder: PersonCard | None
    """The relative who stands here, when the visit is for someone else."""
    choices: tuple[PersonCard, ...]
    """For whom: oneself first, then the bound members. Only while choosing."""
    diagnosis: str | None
    diagnosis_name: str | None
    lines: tuple[Line, ...]
    bill: Bill | None
    """Only as long as it is what the province says of just these lines."""
    busy: str | None
    """What is being asked of the province now: person, pricing, settling, checking."""
    notice: Notice | None
    receipt: tuple[str, ...]
    """The receipt's lines once settled."""
    doubted: tuple[PersonCard, ...] = ()
    """Who look alike and may be meant; only while that is asked."""
    digits_left: int = 0
    """How often the last digits of the ID number may still be tried."""
    second_factor: str | None = None
    """What was asked besides the face: `id_digits`, `doctor`."""
    challenged: Challenged = Challenged.NOT_ASKED
    face_agrees: bool | None = None
    """Whether the face is that of the ID number that was typed; None: not compared."""
    assurance_wanted: bool = False
    """The amount asks for more than a face: a challenge, the digits, or the doctor."""
    may_keep_face: bool = False
    """Someone not enrolled stands here, whose face one tap may keep, with consent."""
    always_challenged: bool = False
    """This person is asked for a challenge at every visit."""
    slip: tuple[str, ...] = ()
    """The numbered slip of a visit whose outcome is not known yet; no amount promised."""
    told: tuple[Told, ...] = ()
    """What was sent and heard since the doctor confirmed, oldest first."""
    decided_by: datetime | None = None
    """Until when an unknown charge is decided at the latest."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """Settlements of this person and day that were not made here."""
    payments: PaymentsView | None = None
    """Only once settled, or when a deposit was taken."""
    ceiling: Money | None = None
    """The own share that was agreed to while the province was away."""
    corrects: str | None = None
    """The cancelled visit that this one puts right."""
    freed: tuple[FreedVisit, ...] = ()
    """Later visits that lacked limit which this cancellation has given back."""
    advice: tuple[Notice, ...] = ()
    """For the doctor alone: what the province said beforehand of just this bill."""
    findings: tuple[FindingView, ...] = ()
    """For the doctor alone: our own warnings, in the order of the bill's lines."""
    bedside: bool = False
    """Settled at somebody's home; boxes come out of the bag."""
    may_self_pay: bool = False
    """Whether it may be sold without insurance now."""
    self_paid: bool = False
    """Sold without insurance: nothing was charged at the province."""
    next_due: date | None = None
    """When the first of its long-term drugs runs out."""
    standing: Standing = Standing.SELF
    """In what relation to the person somebody stands here."""
    companion: CompanionView | None = None
    """Who came with or for the person without a binding, as it was noted."""
    binding_until: date | None = None
    """How long the binding holds under which the holder stands here."""
    assurance_why: tuple[str, ...] = ()
    """Codes of why more than a face is asked: `assurance.amount`, `assurance.pattern`..."""
    may_withdraw: bool = False
    """The visit's own person is here and known for certain, and their face is kept."""
    face_goes_on: date | None = None
    """The day on which the unused face of whoever stands here was to be erased; None once the
    doctor has confirmed them."""
    agreement: Agreement | None = None
    """What the resident said to just this bill; None: nothing yet."""
    pad_number: int | None = None
    """Of the blank slip that this visit was written on when nothing worked."""
    may_ask: bool = False
    """Whether whoever stands here would now be answered about what is theirs."""
    step: int = 0
    """Number of the last step it made; rises."""
    handed: HandedView | None = None
    """Where the record system settles: what of this visit lies there."""
    prescriptions: tuple[RxView, ...] = ()
    """The county hospital's, that are dispensed in this visit; for the doctor alone."""


class EnrolmentStep(StrEnum):
    """Where the enrolment of a face has come to."""

    ASKING = "asking"
    """The province is asked who this is."""
    CONSENT = "consent"
    """The text is read out; nothing is looked at before they agree."""
    CAPTURE = "capture"
    SAME_FACE = "same_face"
    """Somebody else is enrolled with this face: nothing is kept until the doctor clears it."""
    DONE = "done"
    ERASED = "erased"
    """They took their consent back; nothing of their face is left here."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """A face on its way in, on the doctor's page; the resident sees the hint."""

    step: EnrolmentStep
    person: PersonCard | None = None
    enrolled_before: bool = False
    taken: int = 0
    wanted: int = 0
    hint: str | None = None
    """What the person can do: `face.too_far`, `enrolment.turn_a_little_left`."""
    notice: Notice | None = None
    other: PersonCard | None = None
    """Who is enrolled with this face already."""
    look_alikes: tuple[PersonCard, ...] = ()
    """Who looks so much alike that a second factor will always be asked."""
    guardian_wanted: bool = False
    """Under fourteen: a guardian agrees for them."""


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A visit that is not done and not on the counter."""

    visit_id: str
    state: VisitState
    masked_name: str
    opened_at: datetime
    own: Money | None
    since: datetime | None = None
    """Since when it waits for the line or for an answer."""
    why: str | None = None
    """Code of what it waits for: `waiting.line`, `waiting.answer`, `waiting.file`,
    `waiting.doctor`."""
    slip_no: str = ""
    due: Money = ZERO
    to_return: Money = ZERO
    """What of its share is still to be taken over the counter, or to be given back."""
    set_aside: bool = False
    """Open, and put aside by the doctor: it may be brought to the front again."""
    name: str = ""
    """In full, with the last four digits: for the doctor alone, who must not mix up two."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the doctor can pick with one tap: a diagnosis or a service."""

    code: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CounterView:
    """Everything the screens show, numbered."""

    number: int
    day: date
    clinic_name: str
    doctor_name: str
    visit: VisitView | None
    hint: str | None
    """What the person before the camera can do (`face.too_far`), or what the eyes do."""
    scan: Notice | None
    """What became of the last scan; gone with the next change."""
    away: Mapping[str, str]
    """Part (camera, scanner, province, store) to the code of what is wrong with it."""
    waiting: tuple[Waiting, ...]
    diagnoses: tuple[Choice, ...]
    services: tuple[Choice, ...]
    enrolling: EnrolmentView | None = None
    picking_up: int = 0
    """After a restart: how many unfinished visits are still being asked about."""
    fund: FundView | None = None
    offline_allowed: bool = False
    """Whether a visit may be agreed to now although the province is away."""
    goods: GoodsView = field(default_factory=GoodsView)
    on_duty: OnDuty = field(default_factory=OnDuty)
    forgotten_soon: int = 0
    """How many unused faces will be erased within the announced time."""
    settled_today: tuple[Waiting, ...] = ()
    """Settled today and off the counter, newest first: one may be called up again, to be
    cancelled, corrected or paid."""
    price_told: PriceTold | None = None
    """What the box last held to the scanner costs; only while no visit lies here."""
    paper: PaperView = field(default_factory=PaperView)
    big_text: str = ""
    """What the doctor shows somebody who cannot hear, in huge letters; empty: nothing."""
    record_settles: bool = False
    """The record system settles here: no amount is ever confirmed on this terminal."""
    power: PowerView = field(default_factory=PowerView)
    pushed: tuple[PushedView, ...] = ()
    """Bills of the record system that wait for the doctor, oldest first."""
