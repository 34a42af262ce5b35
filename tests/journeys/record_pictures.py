"""The screens beside the clinic's record system, photographed around a stand-in desk for
docs/screens.md: before it is handed over, typed, there, to choose, settled; a pushed bill; a
county prescription."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from kiosk_ui.app import create_app
from terminal.core.visit import VisitState
from tests.journeys.people_pictures import Open, Take
from tests.kiosk.browsing import Drawing
from tests.kiosk.conftest import served
from tests.kiosk.counter_views import ShownDesk, view, yuan
from tests.kiosk.goods_scenes import ALL_LINES
from tests.kiosk.prescription_scenes import PRESCRIPTION_SCENES
from tests.kiosk.pushed_scenes import PUSHED_SCENES
from tests.kiosk.record_scenes import ID_TYPED, RECORD_SCENES, beside
from tests.kiosk.record_views_shown import OTHER_THERE, handed, there, typed

_WHOLE = yuan("30.54")
_CUT = typed(count=1, wanted=2, whole=False)


def _two(**other: Any) -> dict[str, Any]:
    """Two boxes are scanned."""
    return beside(lines=ALL_LINES[:2], **other)


_TYPED = _two(handed=handed(total=_WHOLE, typed=(ID_TYPED, typed())))
_UPRIGHT, _LYING = (800, 1280), (1280, 800)

_SETTLED = beside(
    VisitState.SETTLED_THERE, handed=handed(may_type=False, found=(there(ours=True),))
)
_BOTH: dict[str, dict[str, Any]] = {
    "before": _two(handed=handed(total=_WHOLE)),
    "handed-over": RECORD_SCENES["record: never asked"],
    "settled": _SETTLED,
}
_DOCTOR: dict[str, dict[str, Any]] = {
    "record-typed": _TYPED,
    "record-cut": _two(handed=handed(total=_WHOLE, typed=(ID_TYPED, _CUT))),
    "record-to-choose": RECORD_SCENES["record: which of them"],
    "record-settled-besides": {
        **_SETTLED,
        "visit": beside(
            VisitState.SETTLED_THERE,
            handed=handed(may_type=False, found=(there(ours=True), OTHER_THERE)),
        )["visit"],
    },
    "pushed-queue": PUSHED_SCENES["the queue"],
    "pushed-in-a-visit": PUSHED_SCENES["for whom is in front"],
    "prescription": PRESCRIPTION_SCENES["two of them"],
}


def record(chromium: Browser, assets: Path, take: Take, open_page: Open) -> None:
    """Photograph them all with `take`, on pages that `open_page` opens and signs in."""
    desk = ShownDesk()
    with served(create_app(desk, Drawing(desk), assets), desk) as address:
        resident = open_page(chromium, f"{address}/resident", _UPRIGHT)
        doctor = open_page(chromium, f"{address}/doctor", _LYING)
        for name, shown in _BOTH.items():
            _show(desk, shown)
            for page, who in ((resident, "resident"), (doctor, "doctor")):
                page.goto(f"{address}/{who}", wait_until="domcontentloaded")
                take(f"{who}-record-{name}", page)
        for name, shown in _DOCTOR.items():
            _show(desk, shown)
            doctor.goto(f"{address}/doctor", wait_until="domcontentloaded")
            take(f"doctor-{name}", doctor)
    _shared_screen(chromium, assets, take, open_page)


def _shared_screen(chromium: Browser, assets: Path, take: Take, open_page: Open) -> None:
    """One touchscreen between doctor and resident: what the doctor sees before it is turned."""
    desk = ShownDesk()
    app = create_app(desk, Drawing(desk), assets, screens="one")
    with served(app, desk) as address:
        doctor = open_page(chromium, f"{address}/doctor", _LYING)
        _show(desk, _TYPED)
        doctor.goto(f"{address}/doctor", wait_until="domcontentloaded")
        take("doctor-record-shared-screen", doctor)
        _show(desk, _SETTLED)
        doctor.goto(f"{address}/handover/resident", wait_until="domcontentloaded")
        take("handover-record-shared-screen", doctor)


def _show(desk: ShownDesk, shown: dict[str, Any]) -> None:
    plain = view()
    rest = {"visit": None, "waiting": (), "pushed": (), "scan": None, "record_settles": False}
    desk.show(**{**rest, "away": {}, "paper": plain.paper, **shown})
