"""The screens beside the visit, photographed around a stand-in desk for docs/screens.md.

The resident's own: waking, the answer, what a box costs, what is theirs. The doctor's queue,
months and papers. The technician's pages, in both languages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from kiosk_ui.app import create_app
from kiosk_ui.technician import COOKIE as LANGUAGE
from kiosk_ui.technician import PAGES
from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.counter import Waiting
from terminal.core.visit import VisitState
from tests.journeys.people_pictures import Open, Take
from tests.kiosk.browsing import Drawing
from tests.kiosk.conftest import served
from tests.kiosk.counter_views import AT, ShownDesk, bill, share, view, visit, yuan
from tests.kiosk.goods_scenes import ALL_LINES
from tests.kiosk.paper_views import NO_PAPER, SLIPS
from tests.kiosk.shown_asking import PRICE, ShownAsking

_UPRIGHT, _LYING = (800, 1280), (1280, 800)

_PARENT = Waiting(
    "v5", VisitState.TRACED, "李*英", AT, None, AT, "waiting.set_aside", set_aside=True,
    name="李秀英 1045",
)  # fmt: skip
_DRIP = Waiting(
    "v4", VisitState.IDENTIFIED, "周*", AT, None, AT, "waiting.set_aside", set_aside=True,
    name="周明 3120",
)  # fmt: skip
_LARGER = share(total=yuan("168.42"), fund=yuan("18.44"), own=yuan("149.98"), cash=yuan("149.98"))


def _answered(answer: Answer) -> dict[str, Any]:
    said = Agreement(answer, Manner.TAP, 7, yuan("7.90"), AT)
    return {"visit": visit(VisitState.PRICED, agreement=said)}


_RESIDENT: dict[str, dict[str, Any]] = {
    "ways-in": {},
    "no-camera": {"away": {"camera": "camera.lost"}},
    "waking": {"hint": "face.too_far"},
    "agreed": _answered(Answer.AGREED),
    "declined": _answered(Answer.DECLINED),
    "notes-and-coins": {"visit": visit(VisitState.PRICED, bill=bill(_LARGER))},
    "price": {"price_told": PRICE},
    "big-text": {"visit": visit(VisitState.IDENTIFIED), "big_text": "要量血压，请伸手。"},
}
_MINE = ("insurance", "limit", "settlements", "contract", "chronic", "family")
_DOCTOR: dict[str, dict[str, Any]] = {
    "queue": {"visit": visit(VisitState.IDENTIFIED), "waiting": (_PARENT, _DRIP)},
    "declined": _answered(Answer.DECLINED),
}
_BACK = {
    "menu": "/doctor/back",
    "month": "/doctor/back/month",
    "visits": "/doctor/back/visits",
    "due": "/doctor/back/due",
    "big-text": "/doctor/big",
    "commands": "/doctor/commands",
}


def screens(chromium: Browser, assets: Path, take: Take, open_page: Open) -> None:
    """Photograph them all with `take`, on pages that `open_page` opens and signs in."""
    desk = ShownDesk()
    desk.asking = ShownAsking()
    with served(create_app(desk, Drawing(desk), assets), desk) as address:
        resident = open_page(chromium, f"{address}/resident", _UPRIGHT)
        for name, shown in _RESIDENT.items():
            _show(desk, shown)
            resident.goto(f"{address}/resident", wait_until="domcontentloaded")
            take(f"resident-{name}", resident)
        _keypad(desk, resident, address, take)
        _mine(desk, resident, address, take)
        resident.context.close()
        doctor = open_page(chromium, f"{address}/doctor", _LYING)
        _doctor(desk, doctor, address, take)
        _technician(doctor, address, take)


def _show(desk: ShownDesk, shown: dict[str, Any]) -> None:
    plain = view()
    rest = {"visit": None, "hint": None, "price_told": None, "big_text": "", "waiting": ()}
    desk.show(**{**rest, "away": {}, "paper": plain.paper, "scan": None, **shown})


def _keypad(desk: ShownDesk, resident: Page, at: str, take: Take) -> None:
    _show(desk, {})
    resident.goto(f"{at}/resident", wait_until="domcontentloaded")
    resident.click("#id-pad-tile")
    for key in "990101":
        resident.click(f"#id-key-{key}")
    take("resident-keypad", resident)


def _mine(desk: ShownDesk, resident: Page, at: str, take: Take) -> None:
    _show(desk, {"visit": visit(VisitState.IDENTIFIED)})
    resident.goto(f"{at}/resident", wait_until="domcontentloaded")
    resident.click("#mine-open")
    resident.wait_for_url("**/resident/mine", wait_until="domcontentloaded")
    take("mine-menu", resident)
    for part in _MINE:
        resident.goto(f"{at}/resident/mine/{part}", wait_until="domcontentloaded")
        take(f"mine-{part}", resident)
    resident.goto(f"{at}/resident/mine/visits/s1", wait_until="domcontentloaded")
    take("mine-settlement", resident)


def _doctor(desk: ShownDesk, doctor: Page, at: str, take: Take) -> None:
    for name, shown in _DOCTOR.items():
        _show(desk, shown)
        doctor.goto(f"{at}/doctor", wait_until="domcontentloaded")
        take(f"doctor-{name}", doctor)
    two = visit(VisitState.TRACED, lines=ALL_LINES[:2])
    _show(desk, {"visit": two, "waiting": (_PARENT, _DRIP)})
    doctor.goto(f"{at}/doctor", wait_until="domcontentloaded")
    doctor.click("#move-open-1")
    take("doctor-move-line", doctor)
    _show(desk, {})
    for name, path in _BACK.items():
        doctor.goto(at + path, wait_until="domcontentloaded")
        take(f"back-{name}", doctor)
    desk.paper.slips, desk.paper.missing = SLIPS, (9,)
    _show(desk, {"paper": NO_PAPER})
    for name, path in {"printing": "/doctor/paper", "pads": "/doctor/paper/pads"}.items():
        doctor.goto(at + path, wait_until="domcontentloaded")
        take(f"paper-{name}", doctor)
    for to in ("resident", "doctor"):
        doctor.goto(f"{at}/handover/{to}", wait_until="domcontentloaded")
        take(f"handover-{to}", doctor)


def _technician(page: Page, at: str, take: Take) -> None:
    for language in ("zh", "en"):
        page.context.add_cookies([{"name": LANGUAGE, "value": language, "url": at}])
        for name, path in PAGES.items():
            page.goto(at + path, wait_until="domcontentloaded")
            take(f"technician-{name}-{language}", page)
