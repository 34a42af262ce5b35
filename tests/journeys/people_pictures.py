"""The screens of people, photographed around a stand-in desk for docs/screens.md.

Signing in, families, companions, what is held, and the papers for an inspection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from kiosk_ui.app import create_app
from terminal.core.counter import EnrolmentStep
from terminal.core.people_views import BindingStep, OnDuty
from terminal.core.visit import VisitState
from tests.kiosk.browsing import Drawing
from tests.kiosk.conftest import served
from tests.kiosk.counter_views import CHILD, ShownDesk, enrolment, person, visit
from tests.kiosk.people_scenes import AGREED, FOR_THE_GRANDSON, family
from tests.kiosk.shown_duty import DOCTOR, SUBSTITUTE
from tests.kiosk.shown_inspection import CHARGE

Take = Callable[[str, Page], None]
Open = Callable[[Browser, str, tuple[int, int]], Page]

_UPRIGHT, _LYING = (800, 1280), (1280, 800)

_HERE: dict[str, Any] = {
    "visit": None,
    "enrolling": None,
    "waiting": (),
    "forgotten_soon": 0,
    "on_duty": OnDuty(operator=DOCTOR, signed_in=True, others=(SUBSTITUTE,)),
}
_FAMILY = (
    person(),
    person("李秀英", "p4", relation="妻子", age=67, gender="2"),
    person("王小明", "p2", relation="孙子", age=9),
    person("王小宝", "p3", relation="孙子", age=1),
)
_FOR_CHILD = visit(VisitState.PRICED, person=CHILD, holder=person(), **FOR_THE_GRANDSON)
_DOUBTFUL = replace(_FOR_CHILD, assurance_wanted=True, assurance_why=("assurance.pattern",))

_BOTH: dict[str, dict[str, Any]] = {
    "for-whom": {"visit": visit(VisitState.CHOOSING, choices=_FAMILY)},
    "for-a-child": {"visit": _FOR_CHILD},
    "asked-more": {"visit": _DOUBTFUL},
    "withdrawn": {"enrolling": enrolment(EnrolmentStep.ERASED)},
}
_PAPERS = {
    "held": "/doctor/held/v1",
    "forgotten": "/doctor/forgotten",
    "evidence": f"/doctor/evidence/{CHARGE.setl_id}",
    "compliance": "/status/compliance",
}


def people(chromium: Browser, assets: Path, take: Take, open_page: Open) -> None:
    """Photograph them all with `take`, on pages that `open_page` opens and signs in."""
    desk = ShownDesk()
    desk.families.own = family()
    with served(create_app(desk, Drawing(desk), assets)) as address:
        resident = open_page(chromium, f"{address}/resident", _UPRIGHT)
        doctor = open_page(chromium, f"{address}/doctor", _LYING)
        for name, shown in _BOTH.items():
            desk.show(**{**_HERE, **shown})
            resident.wait_for_timeout(400)
            take(f"resident-{name}", resident)
            take(f"doctor-{name}", doctor)
        _of_their_own(desk, resident, f"{address}/resident", take)
        _bindings(desk, resident, doctor, address, take)
        _companions(desk, doctor, address, take)
        for name, path in _PAPERS.items():
            doctor.goto(address + path, wait_until="domcontentloaded")
            take(f"paper-{name}", doctor)
        doctor.goto(f"{address}/sign-in?next=/doctor")
        take("sign-in-names", doctor)
        doctor.click("#doctor-1")
        take("sign-in-pin", doctor)


def _of_their_own(desk: ShownDesk, resident: Page, at: str, take: Take) -> None:
    desk.show(**{**_HERE, "visit": visit(VisitState.IDENTIFIED, may_withdraw=True)})
    resident.goto(at, wait_until="domcontentloaded")
    resident.click("#family-open")
    resident.click("#end-1 summary")
    take("resident-own-family", resident)
    resident.goto(at, wait_until="domcontentloaded")
    resident.click("#withdraw-open")
    take("resident-withdraw", resident)


def _bindings(desk: ShownDesk, resident: Page, doctor: Page, at: str, take: Take) -> None:
    desk.show(**_HERE)
    for step in (BindingStep.HOLDER, BindingStep.MEMBER, BindingStep.WITNESSING):
        desk.families.making = family(step, asked=AGREED)
        doctor.goto(f"{at}/doctor/family", wait_until="domcontentloaded")
        take(f"family-{step}", doctor)
    desk.families.making = family(BindingStep.LOOKING, asked=AGREED)
    resident.goto(f"{at}/resident", wait_until="domcontentloaded")
    take("resident-agrees", resident)
    desk.families.making = None


def _companions(desk: ShownDesk, doctor: Page, at: str, take: Take) -> None:
    desk.show(**_HERE)
    for form in ("code", "errand", "newborn", "registered"):
        doctor.goto(f"{at}/doctor", wait_until="domcontentloaded")
        doctor.click("#otherwise > summary")
        doctor.click(f"#{form}-open")
        take(f"form-{form}", doctor)
    desk.show(visit=visit(VisitState.IDENTIFIED))
    doctor.goto(f"{at}/doctor", wait_until="domcontentloaded")
    doctor.click("#more-card summary")
    doctor.click("#brought-open")
    take("form-brought", doctor)
