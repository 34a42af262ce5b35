"""Self-service on the resident's screen: what is mine, one thing at a time.

The desk says whether it is open and to whom; here only the browser that asked is shown it,
and a page is handed no more than the part that was tapped. Every tap is a page of its own:
it works without a script, and closes without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from secrets import compare_digest, token_hex

from flask import Blueprint, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from kiosk_ui import forms
from kiosk_ui.answers import Screen, regions_now, whole_page
from kiosk_ui.desk import Desk
from kiosk_ui.regions import region
from terminal.core.counter import CounterView
from terminal.core.people import Insurance
from terminal.core.screen_views import MineView, MySettlement

_PATH = "/resident/mine"
_RESIDENT = "/resident"
_COOKIE = "mine"
"""Which browser asked; another window of this clinic is shown nothing."""

_GRACE_S = 1
"""After its time the page asks once more, and is sent away."""

_ROWS = 4
"""Settlements on the smallest screen, whole."""

MENU, SETTLEMENTS, SETTLEMENT, PRINTED = "menu", "settlements", "settlement", "printed"

_FIELDS: dict[str, tuple[str, ...]] = {
    MENU: (),
    PRINTED: (),
    "insurance": ("insured", "insutype", "paid_this_year", "as_of"),
    "limit": ("fund_used", "fund_limit", "lasts", "as_of"),
    SETTLEMENTS: ("settlements",),
    "contract": ("contract", "packages", "as_of"),
    "chronic": ("registrations", "insured", "as_of"),
    "family": ("family",),
}
"""What of it each part is handed; what a template does not hold it cannot show."""

_TILES = {
    "limit": "今年还能报多少",
    "settlements": "我的看病账",
    "insurance": "医保和缴费",
    "contract": "家庭医生签约",
    "chronic": "慢病登记",
    "family": "亲情账户",
}
_OF_ANOTHER = {MENU, PRINTED, "limit", "settlements"}
"""What a relative with leave to ask may open."""

_INSURANCES: dict[str, str] = {Insurance.RESIDENT: "居民医保", Insurance.EMPLOYEE: "职工医保"}


@dataclass
class _Asked:
    """The browser that asked last."""

    token: str = field(default_factory=token_hex)

    def is_here(self) -> bool:
        return compare_digest(request.cookies.get(_COOKIE, ""), self.token)


def asking_pages(desk: Desk) -> Blueprint:
    """`/resident/mine` and its parts."""
    pages = Blueprint("asking", __name__, url_prefix=_PATH)
    asked = _Asked()
    _opening(pages, desk, asked)
    _looking(pages, desk, asked)

    @pages.post("/print")
    def print_mine() -> ResponseReturnValue:
        if not asked.is_here():
            return _away()
        desk.asking.print_mine()
        return redirect(f"{_PATH}/{PRINTED}", 303)

    @pages.post("/price/forget")
    def forget_price() -> ResponseReturnValue:
        desk.asking.forget_price()
        return ("", 204) if "HX-Request" in request.headers else redirect(_RESIDENT, 303)

    return pages


def _opening(pages: Blueprint, desk: Desk, asked: _Asked) -> None:
    @pages.post("/open")
    def open_mine() -> ResponseReturnValue:
        desk.asking.open_mine(forms.text("visit_id"))
        asked.token = token_hex()
        response = make_response(_to(_PATH))
        response.set_cookie(_COOKIE, asked.token, path=_PATH, httponly=True, samesite="Strict")
        return response

    @pages.post("/close")
    def close_mine() -> ResponseReturnValue:
        if asked.is_here():
            desk.asking.close_mine()
        return _away()


def _looking(pages: Blueprint, desk: Desk, asked: _Asked) -> None:
    """Only a part that is tapped keeps it open: the menu comes by itself when time is over."""

    @pages.get("")
    def menu() -> ResponseReturnValue:
        return _shown(desk, asked, MENU)

    @pages.get("/<part>")
    def part(part: str) -> ResponseReturnValue:
        if part not in _FIELDS:
            raise NotFound
        _tap(desk, asked, "")
        return _shown(desk, asked, part)

    @pages.get(f"/{SETTLEMENTS}/<int:first>")
    def older(first: int) -> ResponseReturnValue:
        _tap(desk, asked, "")
        return _shown(desk, asked, SETTLEMENTS, first)

    @pages.get("/visits/<visit_id>")
    def settlement(visit_id: str) -> ResponseReturnValue:
        _tap(desk, asked, visit_id)
        return _shown(desk, asked, SETTLEMENT)

    @pages.get("/now", defaults={"part": MENU})
    @pages.get("/<part>/now")
    @pages.get(f"/{SETTLEMENTS}/<int:first>/now", defaults={"part": SETTLEMENTS})
    @pages.get("/visits/<_visit_id>/now", defaults={"part": SETTLEMENT})
    def now(part: str, first: int = 0, _visit_id: str = "") -> ResponseReturnValue:
        mine = _mine(desk, asked)
        if mine is None or not _may_see(part, mine):
            return _away()
        return regions_now(_screen(part, mine, first), desk.view())


def _tap(desk: Desk, asked: _Asked, visit_id: str) -> None:
    if _mine(desk, asked) is not None:
        desk.asking.look_at(visit_id)


def _mine(desk: Desk, asked: _Asked) -> MineView | None:
    return desk.asking.mine() if asked.is_here() else None


def _may_see(part: str, mine: MineView) -> bool:
    if part == SETTLEMENT:
        return any(each.visit_id == mine.opened for each in mine.settlements)
    return part in (_OF_ANOTHER if mine.for_another else _FIELDS)


def _shown(desk: Desk, asked: _Asked, part: str, first: int = 0) -> ResponseReturnValue:
    mine = _mine(desk, asked)
    if mine is None or not _may_see(part, mine):
        return _away()
    page = whole_page(
        _screen(part, mine, first),
        desk.view(),
        part=part,
        masked_name=mine.masked_name,
        closes_in_s=mine.closes_in_s,
    )
    response = make_response(page)
    response.headers["Refresh"] = f"{mine.closes_in_s + _GRACE_S}; url={_PATH}"
    return response


def _screen(part: str, mine: MineView, first: int) -> Screen:
    """`first`: of the settlements, the one at the top of the page."""
    path = {
        MENU: _PATH,
        SETTLEMENT: f"{_PATH}/visits/{mine.opened}",
        SETTLEMENTS: f"{_PATH}/{SETTLEMENTS}/{first}",
    }.get(part, f"{_PATH}/{part}")
    return Screen("asking/page.html", path, partial(_draw, part, mine, first))


def _draw(part: str, mine: MineView, first: int, _view: CounterView) -> dict[str, Markup]:
    shown: dict[str, object] = {name: getattr(mine, name) for name in _FIELDS.get(part, ())}
    match part:
        case "settlement":
            shown["settlement"] = _opened(mine)
        case "settlements":
            shown |= {"first": first, "rows": _ROWS}
        case "menu":
            shown["tiles"] = {name: told for name, told in _TILES.items() if _may_see(name, mine)}
        case "insurance":
            shown["insurances"] = _INSURANCES
    return {"part": region("asking", part, **shown)}


def _opened(mine: MineView) -> MySettlement | None:
    return next((each for each in mine.settlements if each.visit_id == mine.opened), None)


def _away() -> ResponseReturnValue:
    """Back to the resident's screen, which anybody may see."""
    return _to(_RESIDENT)


def _to(path: str) -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        response = make_response("")
        response.headers["HX-Redirect"] = path
        return response
    return redirect(path, 303)
