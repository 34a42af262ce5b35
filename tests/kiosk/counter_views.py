"""Views of a counter at every state of a visit, and a desk that shows them.

The people are invented: their ID numbers lie under a region code that no authority issues.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from threading import Condition
from typing import Any

from terminal.core.bill_views import Bill, Line, Share
from terminal.core.charge import SettlementState
from terminal.core.counter import (
    Choice,
    CounterView,
    EnrolmentStep,
    EnrolmentView,
    Notice,
    PersonCard,
    VisitView,
    Waiting,
)
from terminal.core.faults import Fault, Unavailable
from terminal.core.goods_views import FoundItem
from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import CreditRow, Elsewhere, PaymentsView
from terminal.core.people import Identified, id_check_digit, masked_id, masked_name
from terminal.core.status_views import FacesStatus, StatusView
from terminal.core.visit import VisitState
from tests.kiosk.books import CREDIT, ShownBooks
from tests.kiosk.paper_views import ShownPaper
from tests.kiosk.people_scenes import ShownConsents, ShownFamilies
from tests.kiosk.record_views_shown import ShownRoom, handed, there
from tests.kiosk.shown_back import ShownBack, ShownBigText
from tests.kiosk.shown_duty import ShownDuty
from tests.kiosk.shown_inspection import ShownInspection
from tests.kiosk.shown_technical import ShownTechnical

AT = datetime(2025, 11, 20, 0, 5, tzinfo=UTC)
_SEVENTEEN = "99010119570203123"
ID_NUMBER = _SEVENTEEN + id_check_digit(_SEVENTEEN)


def yuan(text: str) -> Money:
    return Money.parse(text)


def person(name: str = "王建国", person_id: str = "p1", **other: Any) -> PersonCard:
    known: dict[str, Any] = {
        "person_id": person_id,
        "name": name,
        "masked_name": masked_name(name),
        "masked_id": masked_id(ID_NUMBER),
        "gender": "1",
        "age": 68,
        "insured": True,
        "insutype": "390",
        "contract": "石桥镇卫生院",
        "registrations": ("高血压", "糖尿病"),
        "fund_used": yuan("405.68"),
        "fund_limit": yuan("420"),
        "as_of": AT,
    }
    return PersonCard(**{**known, **other})


TWIN = person("王建军", "p3", masked_id=masked_id(ID_NUMBER[:-4] + "3127"), registrations=())
CHILD = person("王小明", "p2", relation="儿子", age=9, registrations=(), fund_used=ZERO)


def line(
    number: int = 1,
    name: str = "苯磺酸氨氯地平片",
    amount: str = "26.34",
    category: str = "ordinary",
) -> Line:
    return Line(
        number=number,
        name=name,
        spec="5mg×28片",
        quantity="1",
        unit="盒",
        price=amount,
        total=yuan(amount),
        category=category,
        code_shown="8385793 0000879766660",
    )


def share(state: SettlementState = SettlementState.PRICED, **other: Any) -> Share:
    known: dict[str, Any] = {
        "settlement_id": "s1",
        "category": "ordinary",
        "state": state,
        "total": yuan("26.34"),
        "fund": yuan("18.44"),
        "own": yuan("7.90"),
        "account": ZERO,
        "cash": yuan("7.90"),
        "hospital": ZERO,
        "full_self_pay": ZERO,
        "over_limit_price": ZERO,
        "advance_self_pay": ZERO,
        "in_scope": yuan("26.34"),
        "setl_id": None,
    }
    return Share(**{**known, **other})


def bill(*shares: Share) -> Bill:
    return Bill(
        total=total(s.total for s in shares),
        fund=total(s.fund for s in shares),
        own=total(s.own for s in shares),
        shares=shares,
    )


_SHARE_OF = {
    VisitState.ESTIMATED: SettlementState.ESTIMATED,
    VisitState.WAITING: SettlementState.WAITING,
    VisitState.DIFFERS: SettlementState.DIFFERS,
    VisitState.PRICED: SettlementState.PRICED,
    VisitState.CONFIRMED: SettlementState.CONFIRMED,
    VisitState.SETTLING: SettlementState.SETTLING,
    VisitState.UNCERTAIN: SettlementState.UNCERTAIN,
    VisitState.SETTLED: SettlementState.SETTLED,
    VisitState.CANCELLED: SettlementState.CANCELLED,
}
_HANDED = {
    VisitState.HANDED_OVER: handed(asked_at=AT, may_hand_over=False),
    VisitState.SETTLED_THERE: handed(
        found=(there(ours=True),), may_type=False, may_hand_over=False
    ),
}
_BUSY = {
    VisitState.OPEN: "person",
    VisitState.SETTLING: "settling",
    VisitState.UNCERTAIN: "checking",
}
_UNKNOWN = {VisitState.OPEN, VisitState.DOUBTED, VisitState.CHOOSING, VisitState.ABANDONED}
_WITHOUT_LINES = _UNKNOWN | {VisitState.PRESENTED, VisitState.IDENTIFIED, VisitState.CLOSED}

_ESTIMATES = {VisitState.ESTIMATED, VisitState.WAITING}
SLIP = (
    "石桥镇大屋村卫生室",
    "医保结算办理中",
    "凭条号 1120-003",
    "姓名 王*国",
    "请保管好凭条，凭号来问结果。",
)

RECEIPT = (
    "村卫生室门诊结算单",
    "姓名：王建国",
    "苯磺酸氨氯地平片  1盒  26.34",
    "总费用          26.34",
    "医保支付        18.44",
    "个人支付         7.90",
)


def payments(due: str = "7.90", **other: Any) -> PaymentsView:
    """Nothing paid yet, unless said."""
    known: dict[str, Any] = {
        "due": yuan(due),
        "rows": (),
        "deposit": ZERO,
        "may_let_go": ZERO,
        "to_return": ZERO,
    }
    return PaymentsView(**{**known, **other})


def visit(state: VisitState, **other: Any) -> VisitView:
    """A likely visit in this state."""
    lines: tuple[Line, ...] = (line(),)
    shares: Bill | None = bill(share(_SHARE_OF[state])) if state in _SHARE_OF else None
    if state in _ESTIMATES and shares is not None:
        shares = replace(shares, estimated=True)
    if state is VisitState.DIFFERS:
        shares = bill(share(SettlementState.DIFFERS, agreed_own=yuan("7.50")))
    if state is VisitState.PARTLY_SETTLED:
        rest = share(settlement_id="s2", category="two_diseases", total=yuan("20"), own=yuan("6"))
        rest = replace(rest, fund=yuan("14"), in_scope=yuan("20"), cash=yuan("6"))
        shares = bill(share(SettlementState.SETTLED), rest)
        lines = (line(1, "盐酸二甲双胍片", "20.00", "two_diseases"), line(2))
    known: dict[str, Any] = {
        "visit_id": "v1",
        "state": state,
        "revision": 7,
        "opened_at": AT,
        "identified": Identified.BY_FACE,
        "similarity": 0.91,
        "person": None if state in _UNKNOWN else person(),
        "holder": None,
        "choices": (person(), CHILD) if state is VisitState.CHOOSING else (),
        "diagnosis": None if state in _WITHOUT_LINES else "I10.x00",
        "diagnosis_name": None if state in _WITHOUT_LINES else "高血压",
        "lines": () if state in _WITHOUT_LINES else lines,
        "bill": shares,
        "busy": _BUSY.get(state),
        "notice": None,
        "receipt": RECEIPT if state is VisitState.SETTLED else (),
        "handed": _HANDED.get(state),
        "doubted": (person(), TWIN) if state is VisitState.DOUBTED else (),
        "digits_left": 3 if state is VisitState.DOUBTED else 0,
        "slip": SLIP if state in {VisitState.WAITING, VisitState.UNCERTAIN} else (),
        "ceiling": yuan("7.90") if state is VisitState.WAITING else None,
        "payments": payments() if state is VisitState.SETTLED else None,
        "may_ask": state in {VisitState.PRESENTED, VisitState.IDENTIFIED, VisitState.SETTLED},
    }
    return VisitView(**{**known, **other})


def view(visit: VisitView | None = None, **other: Any) -> CounterView:
    known: dict[str, Any] = {
        "number": 1,
        "day": date(2025, 11, 20),
        "clinic_name": "石桥镇大屋村卫生室",
        "doctor_name": "李医生",
        "visit": visit,
        "hint": None,
        "scan": None,
        "away": {},
        "waiting": (),
        "diagnoses": (
            Choice("I10.x00", "高血压"),
            Choice("J06.9", "感冒"),
            Choice("R10.4", "腹痛"),
        ),
        "services": (
            Choice("s-glucose", "血糖测定", "12.50"),
            Choice("s-dressing", "小换药", "8.00"),
        ),
    }
    return CounterView(**{**known, **other})


ELSEWHERE = Elsewhere(
    "99010100000000000900", "石桥镇卫生院", AT, yuan("52.50"), yuan("26.25"), judged=False
)

WAITING = (
    Waiting("v8", VisitState.UNCERTAIN, "李*", AT, yuan("12.30")),
    Waiting("v9", VisitState.CONFIRMED, "欧*芳", AT, yuan("3.00")),
    Waiting("v7", VisitState.WAITING, "周*", AT, yuan("7.90"), AT, "waiting.line", "1120-002"),
    Waiting("v6", VisitState.DIFFERS, "何*香", AT, yuan("5.00"), AT, "waiting.doctor", "1119-011"),
)


def enrolment(step: EnrolmentStep, **other: Any) -> EnrolmentView:
    """A likely enrolment at this step."""
    known: dict[str, Any] = {
        "person": None if step is EnrolmentStep.ASKING else person(),
        "taken": {EnrolmentStep.CAPTURE: 1, EnrolmentStep.DONE: 5}.get(step, 0),
        "wanted": 5,
        "hint": "enrolment.turn_a_little_left" if step is EnrolmentStep.CAPTURE else None,
        "other": TWIN if step is EnrolmentStep.SAME_FACE else None,
    }
    return EnrolmentView(step, **{**known, **other})


def status(**other: Any) -> StatusView:
    known: dict[str, Any] = {
        "pack": "default",
        "model_digest": "3f2a" * 16,
        "licence": "MIT",
        "warning": None,
        "measured": True,
        "people": 1796,
        "to_enrol_anew": 0,
        "similarity_min": 0.4321,
        "camera": "usb 1bcf:2281",
        "camera_class": "colour",
    }
    away = other.pop("away", {})
    return StatusView(away, FacesStatus(**{**known, **other}))


class ShownDesk:
    """A desk that shows what it is told to, remembers its verbs, and refuses on request."""

    def __init__(self, shown: CounterView | None = None) -> None:
        self.shown = shown or view()
        self.taken: list[tuple[Any, ...]] = []
        self.refusing: Fault | None = None
        self.health = status()
        self.books = ShownBooks(self)
        self.families = ShownFamilies(self)
        self.consents = ShownConsents(self)
        self.duty = ShownDuty()
        self.inspection = self.compliance = ShownInspection()
        self.asking: Any = self
        self.looking_back: Any = ShownBack(self)
        self.big_text = ShownBigText(self)
        self.paper: Any = ShownPaper(self)
        self.technical: Any = ShownTechnical()
        self.handing_over: Any = ShownRoom(self, "handing_over")
        self.pushed: Any = ShownRoom(self, "pushed")
        self.prescriptions: Any = ShownRoom(self, "prescriptions")
        self.credit: tuple[CreditRow, ...] = CREDIT
        self.shelf_shown: Any = None
        self.to_find: tuple[FoundItem, ...] = ()
        self.sought: list[tuple[str, tuple[str, ...]]] = []
        self._changed = Condition()

    @property
    def reception(self) -> ShownDesk:
        return self

    @property
    def doubts(self) -> ShownDesk:
        return self

    @property
    def enrolling(self) -> ShownDesk:
        return self

    @property
    def companions(self) -> ShownDesk:
        return self

    @property
    def basket(self) -> ShownDesk:
        return self

    @property
    def goods(self) -> Any:
        return self

    @property
    def courses(self) -> Any:
        return self

    @property
    def shelf(self) -> Any:
        return self.shelf_shown

    @property
    def finding(self) -> ShownDesk:
        return self

    def find(self, text: str, kinds: Sequence[str]) -> tuple[FoundItem, ...]:
        """Of what there is to find, what is of these kinds and has the text in its name."""
        if self.refusing is not None:
            raise self.refusing
        self.sought.append((text, tuple(kinds)))
        return tuple(f for f in self.to_find if f.kind in kinds and text in f.name)

    @property
    def till(self) -> ShownDesk:
        return self

    @property
    def agreeing(self) -> ShownDesk:
        return self

    @property
    def undoing(self) -> ShownDesk:
        return self

    @property
    def cashbox(self) -> ShownDesk:
        return self

    @property
    def closing(self) -> ShownBooks:
        return self.books

    def book(self) -> tuple[CreditRow, ...]:
        return self.credit

    def slips(self, person_id: str) -> tuple[str, ...]:
        return ("石桥镇大屋村卫生室", f"赊账条 {person_id}", "姓名 李*", "还欠 12.30")

    def take(self, verb: str, *arguments: Any, **named: Any) -> None:
        if self.refusing is not None:
            raise self.refusing
        self.taken.append((verb, *arguments, *named.values()))

    def __getattr__(self, verb: str) -> Any:
        return partial(self.take, verb)

    def view(self) -> CounterView:
        return self.shown

    def status(self) -> StatusView:
        return self.health

    def show(self, **changed: Any) -> None:
        """Show another view under the next number."""
        with self._changed:
            self.shown = replace(self.shown, number=self.shown.number + 1, **changed)
            self._changed.notify_all()

    def wait_for_change(self, seen_number: int, timeout_s: float) -> CounterView:
        with self._changed:
            self._changed.wait_for(lambda: self.shown.number != seen_number, timeout_s)
            return self.shown


class Pictures:
    """A camera that shows these pictures once, or is away."""

    def __init__(self, *jpegs: bytes) -> None:
        self._jpegs = jpegs

    def frames(self) -> Iterator[bytes]:
        if not self._jpegs:
            raise Unavailable("camera.not_found")
        yield from self._jpegs


def notice(code: str, **facts: str) -> Notice:
    return Notice(code, facts)
