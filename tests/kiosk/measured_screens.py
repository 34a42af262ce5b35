"""Every screen that is measured: each page, in each state that its reader may meet.

A new page belongs into PAGES, a new state of the counter into COUNTER; tests name what is
missing. Each screen is drawn by the real server from what a stand-in desk shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.assurance import Why
from terminal.core.counter import CounterView
from terminal.core.faults import Fault, Refused
from terminal.core.money import Money
from terminal.core.people_views import BindingStep
from terminal.core.screen_views import LastsUntil, MineView, MySettlement
from terminal.core.visit import VisitState
from tests.kiosk import goods_views
from tests.kiosk.books import DAY, closing
from tests.kiosk.counter_views import (
    AT,
    CHILD,
    WAITING,
    ShownDesk,
    bill,
    notice,
    share,
    view,
    visit,
)
from tests.kiosk.counter_views import person as someone
from tests.kiosk.face_scenes import FACE_SCENES
from tests.kiosk.goods_scenes import ALL_LINES, FOUND, GOODS_SCENES, WARN
from tests.kiosk.measured_staff import STAFF
from tests.kiosk.money_scenes import AWAY, SCENES
from tests.kiosk.paper_views import ShownPaper
from tests.kiosk.people_scenes import FOR_THE_GRANDSON, family
from tests.kiosk.prescription_scenes import PRESCRIPTION_SCENES
from tests.kiosk.pushed_scenes import PUSHED_SCENES
from tests.kiosk.record_scenes import RECORD_SCENES
from tests.kiosk.shown_asking import PRICE, ShownAsking, mine
from tests.kiosk.shown_back import ShownBack
from tests.kiosk.shown_technical import ShownTechnical

Shown = dict[str, Any]

TRACED = visit(VisitState.TRACED)
PRICED = visit(VisitState.PRICED)
FOR_CHILD = visit(VisitState.PRICED, person=CHILD, holder=someone(), **FOR_THE_GRANDSON)
SEVEN = (someone(), *(someone(f"王小{n}", f"p{n}", relation="孙子", age=n) for n in range(2, 8)))
LONG_NAME = "阿卜杜热西提·买买提吐尔逊·阿布都克里木"
RARE_NAME = "𬍛𫟹㛃"
"""As printed on identity cards: characters outside the first plane, and one of Extension A."""


HUGE = Money.parse("9999999.99")


def answered(answer: Answer) -> Agreement:
    return Agreement(answer, Manner.TAP, 7, Money.parse("7.90"), AT)


def named(name: str) -> Shown:
    return {"visit": visit(VisitState.PRICED, person=someone(name))}


def asked(*why: Why, **other: Any) -> Shown:
    shown = visit(VisitState.PRICED, assurance_wanted=True, digits_left=2, assurance_why=why)
    return {"visit": shown, **other}


MORE: dict[str, Shown] = {
    "no camera": {"away": {"camera": "camera.lost"}},
    "nobody found": {
        "visit": visit(VisitState.OPEN, busy=None, notice=notice("province.no_answer"))
    },
    "for another": {"visit": visit(VisitState.PRESENTED, holder=someone(), person=CHILD)},
    "for a child": {"visit": FOR_CHILD},
    "for whom of seven": {"visit": visit(VisitState.CHOOSING, choices=SEVEN)},
    "both rights": {"visit": visit(VisitState.IDENTIFIED, may_withdraw=True)},
    "no diagnosis": {"visit": visit(VisitState.TRACED, diagnosis=None, diagnosis_name=None)},
    "pricing": {"visit": visit(VisitState.TRACED, busy="pricing")},
    "no line": {"visit": TRACED, "away": AWAY},
    "no answer": {"visit": TRACED, "away": {"province": "province.no_answer"}},
    "pricing stopped": {"visit": visit(VisitState.TRACED, notice=notice("province.refused"))},
    "taking back": {"visit": visit(VisitState.CONFIRMED, busy="cancelling")},
    "asked for the day": asked(Why.DAY_VISITS),
    "asked for a child": asked(Why.GUARDIAN),
    "sixty lines": {"visit": visit(VisitState.PRICED, lines=ALL_LINES * 9, findings=(WARN,))},
    "a long name": named(LONG_NAME),
    "a rare name": named(RARE_NAME),
    "forgotten soon": {"forgotten_soon": 2},
}

EVERY_REASON = bill(
    share(
        total=Money.parse("317.42"),
        own=Money.parse("298.98"),
        cash=Money.parse("298.98"),
        full_self_pay=Money.parse("20"),
        over_limit_price=Money.parse("20"),
        advance_self_pay=Money.parse("20"),
    )
)

OWN: dict[str, Shown] = {
    "every reason": {"visit": visit(VisitState.PRICED, bill=EVERY_REASON)},
    "a face in the dark": {"hint": "face.too_dark"},
    "agreed": {"visit": visit(VisitState.PRICED, agreement=answered(Answer.AGREED))},
    "declined": {"visit": visit(VisitState.PRICED, agreement=answered(Answer.DECLINED))},
    "price for everybody": {"price_told": PRICE},
    "price for me": {"price_told": replace(PRICE, for_whom="王*国", as_of=AT.date())},
    "price without the fund": {
        "price_told": replace(PRICE, fund=None, own=None, why=("price.fund_unknown",))
    },
    "price of a huge sum": {
        "price_told": replace(PRICE, name="注射用" * 12, price=HUGE, fund=HUGE, own=HUGE)
    },
    "price of none": {"price_told": replace(PRICE, code="price.sold", fund=None, own=None, why=())},
}
"""What only the resident's page shows."""

COUNTER: dict[str, Shown] = {
    "idle": {"waiting": WAITING},
    **{f"visit {s.value}": {"visit": visit(s), "waiting": WAITING} for s in VisitState},
    **{f"money: {name}": shown for name, shown in SCENES.items()},
    **{f"goods: {name}": shown for name, shown in GOODS_SCENES.items()},
    **{f"faces: {name}": shown for name, shown in FACE_SCENES.items()},
    **{f"pushed: {name}": shown for name, shown in PUSHED_SCENES.items()},
    **{f"prescription: {name}": shown for name, shown in PRESCRIPTION_SCENES.items()},
    **RECORD_SCENES,
    **MORE,
    **{f"resident: {name}": shown for name, shown in OWN.items()},
}
"""What the counter may show, for the pages that follow it."""

LIVE: dict[str, tuple[str, ...]] = {
    "/resident": tuple(COUNTER),
    "/doctor": tuple(name for name in COUNTER if not name.startswith("resident: ")),
    "/doctor/enrol": tuple(name for name in COUNTER if "enrolling" in COUNTER[name]),
}
"""The pages that redraw themselves, and what each is shown while it stays open."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that is opened anew: its address, and what the desk shows meanwhile."""

    path: str
    shown: Shown = field(default_factory=dict)
    step: BindingStep | None = None
    taps: tuple[str, ...] = ()
    """What is tapped before it is measured."""
    shows: str = ""
    """What is there when the last tap is answered."""
    mine: MineView | None = None
    """What whoever asked at this browser is shown."""
    refusing: Fault | None = None
    """What every tap is answered with."""
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What parts of the desk hold, by their names."""


def asked_for(name: str, part: str, **known: Any) -> tuple[str, Opened]:
    """A part of what is mine."""
    return f"mine: {name}", Opened(f"/resident/mine{part}", mine=mine(**known))


LONG = tuple(
    MySettlement(f"s{n}", DAY, HUGE, HUGE, HUGE, (("注射用头孢曲松钠" * 3, "30盒", HUGE),) * 9)
    for n in range(9)
)
SCANTY = LastsUntil(Money(1432), Money(1844), 14, 0, Money(1432), DAY)
ENOUGH = LastsUntil(HUGE, Money(1844), 14, 99, Money(0), None)
NOT_FOUND: Shown = {
    "insured": None, "fund_used": None, "lasts": None, "contract": None, "registrations": (),
    "family": (), "settlements": (), "as_of": None,
}  # fmt: skip
MINE = dict(
    (
        asked_for("menu", ""),
        asked_for("menu of a relative", "", for_another=True),
        asked_for("printed", "/printed"),
        asked_for("limit", "/limit"),
        asked_for("limit nearly used", "/limit", fund_used=Money(40568), lasts=SCANTY),
        asked_for("limit of a huge sum", "/limit", fund_limit=HUGE, lasts=ENOUGH),
        asked_for("limit used up", "/limit", fund_used=Money(42000), lasts=None),
        asked_for("settlements", "/settlements"),
        asked_for("settlements of huge sums", "/settlements", settlements=LONG),
        asked_for("older settlements", "/settlements/4", settlements=LONG),
        asked_for("settlement", "/visits/s1"),
        asked_for("insurance", "/insurance"),
        asked_for("contract", "/contract", packages=("基础包", "慢病包")),
        asked_for("chronic", "/chronic"),
        asked_for("family", "/family"),
        *(
            asked_for(f"{part} not found", f"/{part}", **NOT_FOUND)
            for part in ("limit", "settlements", "insurance", "contract", "chronic", "family")
        ),
    )
)


PAGES: dict[str, Opened] = {
    "chooser": Opened("/"),
    "sign in": Opened("/sign-in"),
    "PIN": Opened("/sign-in?who=o1&as=doctor"),
    "held": Opened("/doctor/held/v1", {"visit": visit(VisitState.IDENTIFIED)}),
    "forgotten": Opened("/doctor/forgotten"),
    "credit": Opened("/doctor/credit"),
    "credit slip": Opened("/doctor/credit/p8/slip"),
    "day": Opened("/doctor/day", {"day": DAY}),
    "month": Opened("/doctor/month", {"day": DAY}),
    "publicity": Opened("/publicity", {"day": DAY}),
    "evidence": Opened("/doctor/evidence/v1"),
    "status": Opened("/status"),
    "compliance": Opened("/status/compliance"),
    "resident: a member looks": Opened("/resident", step=BindingStep.LOOKING),
    **{f"family {step}": Opened("/doctor/family", step=step) for step in BindingStep},
    "family of nobody": Opened("/doctor/family", {"visit": FOR_CHILD}),
    **{name: Opened(path, shown) for name, (path, shown) in goods_views.SCENES.items()},
    "a drug found": Opened(
        "/doctor",
        {"visit": visit(VisitState.TRACED, lines=ALL_LINES)},
        taps=("#find-text", "#found-3"),
    ),
    **MINE,
    "mine: refused": Opened(
        "/resident",
        {"visit": visit(VisitState.PRESENTED)},
        taps=("#mine-open",),
        shows="[role=alert] h1",
        mine=mine(),
        refusing=Refused("asking.not_theirs"),
    ),
    "resident: an answer is refused": Opened(
        "/resident",
        {"visit": visit(VisitState.PRICED)},
        taps=("#agree-button",),
        shows="#notice .complaint",
        refusing=Refused("agreement.nothing"),
    ),
    **{
        path: Opened(path)
        for path in (
            "/handover/resident",
            "/handover/doctor",
            "/doctor/commands",
            "/doctor/paper",
            "/doctor/paper/pads",
            "/doctor/back",
            "/doctor/back/month",
            "/doctor/back/visits",
            "/doctor/back/due",
            "/doctor/big",
            "/technician",
            "/technician/versions",
            "/technician/settings",
            "/technician/logs",
            "/technician/camera",
            "/technician/scanner",
            "/technician/network",
            "/technician/outputs",
        )
    },
    **{name: Opened(**known) for name, known in STAFF.items()},
    "no such page": Opened("/no-such-page"),
}
"""Pages that are opened for a while; those of goods want their own desk."""

NO_PAGE: dict[str, str] = {
    ".now": "the regions of a page that is measured",
    ".as_csv": "a file",
    ".as_pdf": "a file",
    ".as_file": "a file",
    "day.statement": "a file",
    "streams.events": "a stream",
    "streams.picture": "a stream",
    "static": "a file",
    "htmx": "a file",
    "doctor.find": "a part of the doctor's page",
    "doctor.find_drug": "a part of the doctor's page",
    "_now": "a part of a page that is measured",
    "voice.clip": "a file",
    "technician.language": "leads on to a page that is measured",
    "handover.back_at_the_doctors": "leads on to a page that is measured",
    "held.of_the_counter": "leads on to a page that is measured",
}
"""Addresses that are opened with GET and are no pages, by endpoint or its end."""


def shown_by(desk: ShownDesk, shown: Shown, step: BindingStep | None = None) -> str:
    """Show this and nothing else; returns the number that the page will carry."""
    plain = view()
    desk.families.making = family(step) if step else None
    desk.families.own = family()
    desk.books.days[DAY] = closing(DAY)
    desk.to_find = FOUND
    desk.refusing = None
    rest = {each.name: getattr(plain, each.name) for each in fields(CounterView)}
    del rest["number"]
    desk.show(**{**rest, **shown})
    return str(desk.shown.number)


def asked_by(desk: ShownDesk, screen: Opened) -> bool:
    """Let whoever asks be shown this; whether somebody has asked already."""
    desk.refusing = screen.refusing
    desk.paper, desk.looking_back = ShownPaper(desk), ShownBack(desk)
    desk.technical = ShownTechnical()
    for part, held in screen.parts.items():
        for name, value in held.items():
            setattr(getattr(desk, part), name, value)
    if screen.mine is None:
        return False
    desk.asking = ShownAsking(screen.mine)
    desk.asking.refusing = screen.refusing
    return screen.refusing is None
