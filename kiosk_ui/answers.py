"""How a tap is answered: the redrawn regions, or words for what went wrong.

The same answer in three forms: fragments for the page that asked, JSON for a program,
and a whole page for a browser without its script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, SecurityError

from kiosk_ui.desk import Desk
from kiosk_ui.regions import notice_region
from kiosk_ui.words import Reader, words_of
from terminal.core.counter import CounterView
from terminal.core.faults import Fault, Refused

SAID_CHARACTERS_MAX = 300
"""The province's own words are shown unchanged up to here (C200 on the wire)."""

VIEW_HEADER = "View-Number"
"""`<run>.<number>`: a page drops an answer older than what it shows, and reloads itself
when the run is another one."""

_READERS = {
    "/resident/mine": Reader.RESIDENT,
    "/resident": Reader.RESIDENT,
    "/voice": Reader.RESIDENT,
    "/handover": Reader.RESIDENT,
    "/doctor/enrol": Reader.DOCTOR,
    "/doctor/credit": Reader.DOCTOR,
    "/doctor/day": Reader.DOCTOR,
    "/doctor/month": Reader.DOCTOR,
    "/doctor/boxes": Reader.DOCTOR,
    "/doctor/courses": Reader.DOCTOR,
    "/doctor/shelf": Reader.DOCTOR,
    "/doctor/family": Reader.DOCTOR,
    "/doctor/held": Reader.DOCTOR,
    "/doctor/forgotten": Reader.DOCTOR,
    "/doctor/paper/pads": Reader.DOCTOR,
    "/doctor/paper": Reader.DOCTOR,
    "/doctor/back": Reader.DOCTOR,
    "/doctor/big": Reader.DOCTOR,
    "/status": Reader.TECHNICIAN,
    "/technician": Reader.TECHNICIAN,
}
"""Each a page of its own: a complaint leads back to it. Else to the doctor's page."""

_OTHERS_PAGE = "operator.wrong_role"
"""Going back there would be refused again: whoever may open it signs in."""

_PAGE_CODES = {
    400: "page.bad_form",
    403: "page.other_site",
    404: "page.not_found",
    405: "page.wrong_method",
    413: "page.too_big",
    421: "page.unknown_host",
}


@dataclass(frozen=True, slots=True)
class Screen:
    """One reader's page: where it is, and how its regions are drawn from a view."""

    page: str
    """Its template."""
    path: str
    draw: Callable[[CounterView], dict[str, Markup]]


def whole_page(screen: Screen, view: CounterView, **shown: object) -> ResponseReturnValue:
    """The page with all its regions, as a browser first opens it."""
    drawn = screen.draw(view)
    return render_template(
        screen.page, region=drawn, view=view, mark=_mark(view), path=screen.path, **shown
    )


def regions_now(screen: Screen, view: CounterView) -> ResponseReturnValue:
    """All regions, for a page that redraws those that changed."""
    return _fragments(screen.draw(view).values(), view)


def live_page(pages: Blueprint, desk: Desk, screen: Screen, **shown: object) -> None:
    """The page and its redrawing, for a screen that needs no more than the view."""

    @pages.get("")
    def page() -> ResponseReturnValue:
        return whole_page(screen, desk.view(), **shown)

    redrawn(pages, desk, screen)


def redrawn(pages: Blueprint, desk: Desk, screen: Screen) -> None:
    """The regions of this moment, which a page asks for when the counter changed."""

    @pages.get("/now")
    def now() -> ResponseReturnValue:
        return regions_now(screen, desk.view())


def tap_done(screen: Screen, view: CounterView) -> ResponseReturnValue:
    """A verb was taken: show what is now, and clear the last complaint."""
    if _wants_json():
        return jsonify(number=view.number)
    if "HX-Request" in request.headers:
        return _fragments([*screen.draw(view).values(), notice_region("")], view)
    return redirect(screen.path, 303)


def question_answered(screen: Screen, view: CounterView, **shown: object) -> ResponseReturnValue:
    """A question was answered, and changed nothing: show the answer where it was asked."""
    if "HX-Request" in request.headers:
        return _fragments([*screen.draw(view).values(), notice_region("")], view)
    return whole_page(screen, view, **shown)


def book_done(page: str) -> ResponseReturnValue:
    """A verb of a page that does not follow the counter was taken: show it anew."""
    return jsonify(page=page) if _wants_json() else redirect(page, 303)


def explain_fault(fault: Fault) -> ResponseReturnValue:
    """Words for a fault, in the form that was asked for."""
    status = 409 if isinstance(fault, Refused) else 503
    return complain(fault.code, status, said=fault.said[:SAID_CHARACTERS_MAX])


def explain_page_errors(app: Flask) -> None:
    """Answer wrong addresses, bad forms and our own mistakes in words as well."""

    @app.errorhandler(HTTPException)
    def explain(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if isinstance(error, SecurityError):
            return complain("page.unknown_host", 421)
        return complain(_PAGE_CODES.get(status, "page.broken"), status)


def wants_page() -> bool:
    """Whether somebody opened a page, rather than a page or a program fetching a part."""
    return "HX-Request" not in request.headers and not _wants_json()


def complain(code: str, status: int, said: str = "") -> ResponseReturnValue:
    """Words for this code in the form that was asked for, to whoever reads that page."""
    reader, home = _asker()
    words = words_of(code).to(reader)
    shown = "" if reader is Reader.RESIDENT else said
    if _wants_json():
        return jsonify(code=code, words=words), status
    if "HX-Request" in request.headers:
        return notice_region(words, shown), status
    others = code == _OTHERS_PAGE
    return render_template(
        "complaint.html",
        words=words,
        said=shown,
        home=f"/sign-in?next={home}" if others else home,
        leads_to="换人登录" if others else "回到屏幕",
    ), status


def _asker() -> tuple[Reader, str]:
    """Who reads the answer, and the page they came from."""
    for path, reader in _READERS.items():
        if request.path.startswith(path):
            return reader, path
    return Reader.DOCTOR, "/doctor"


def _fragments(regions: Iterable[Markup], view: CounterView) -> Response:
    response = make_response(Markup("\n").join(regions))
    response.headers[VIEW_HEADER] = _mark(view)
    return response


def _mark(view: CounterView) -> str:
    return f"{current_app.extensions['run']}.{view.number}"


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
