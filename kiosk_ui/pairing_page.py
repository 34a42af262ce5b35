"""The page of a machine that belongs to no clinic yet: a card is scanned, the rest is watched.

An app of its own, served in the terminal's place while there is no terminal. It holds no
state: what is shown follows the station. What is scanned or typed is handed on and forgotten:
it is never in an address, an answer or a log, for the card holds a one-time secret.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from kiosk_ui.guard import guard
from kiosk_ui.pairing_screens import (
    CARD_AGAIN,
    DOING,
    STATES,
    STEPS,
    Shown,
    Told,
    facts_told,
    may_leave,
    now_at,
    part_name,
    shown,
    time_told,
)
from kiosk_ui.words import Reader, words_of
from terminal.core.enrolment_card import CODE_CHARACTERS
from terminal.core.faults import Fault, Refused
from terminal.core.provisioning import ProvisionView

HOME = "/pairing"
ADDRESS_KEYS = "1234567890abcdefghijklmnopqrstuvwxyz.-/:"
_WAYS = ("code", "county")


class Station(Protocol):
    """What the page asks; terminal/assembly/pairing.py."""

    def view(self) -> ProvisionView: ...

    def told(self) -> Told: ...

    def take_card(self, text: str) -> None:
        """Raises Fault `enrol_card.*`, `provision.*`, `pairing.*`."""
        ...

    def take_code(self, code: str, county_url: str) -> None:
        """Raises as `take_card`."""
        ...

    def take_county(self, county_url: str) -> None:
        """Remember the county's address for the code. Raises Refused `pairing.no_address`."""
        ...

    def try_again(self) -> None: ...

    def another_card(self) -> None:
        """Begin with another card."""
        ...

    def ask_to_move(self) -> None: ...

    def move(self) -> None: ...

    def print_sheet(self) -> None:
        """Raises Unavailable `printer.*`."""
        ...

    def begin(self) -> None:
        """The clinic's own pages take this one's place."""
        ...

    def picture(self) -> bytes | None:
        """The camera's newest picture, JPEG."""
        ...


def create_pairing(station: Station) -> Flask:
    """Build the page around a station. Nothing happens when this module is imported."""
    app = Flask(__name__)
    guard(app, ())
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(facts_told=facts_told, part_name=part_name, time_told=time_told)
    app.jinja_env.globals.update(
        STEPS=STEPS, DOING=DOING, STATES=STATES, CARD_AGAIN=CARD_AGAIN,
        CODE_KEYS=CODE_CHARACTERS, ADDRESS_KEYS=ADDRESS_KEYS, advice=_advice,
    )  # fmt: skip
    _explain(app)
    _pages(app, station)
    _verbs(app, station)
    return app


def _pages(app: Flask, station: Station) -> None:
    @app.get("/")
    def home() -> ResponseReturnValue:
        return redirect(HOME, 303)

    @app.get(HOME)
    def page() -> ResponseReturnValue:
        return render_template("pairing/page.html", **_shown(station))

    @app.get(f"{HOME}/now")
    def now() -> ResponseReturnValue:
        return render_template("pairing/main.html", **_shown(station))

    @app.get(f"{HOME}/state")
    def state() -> ResponseReturnValue:
        view = station.view()
        steps = [{"step": s.step, "state": s.state, "code": s.code} for s in view.steps]
        return jsonify(steps=steps, is_done=view.is_done, complaint=station.told().complaint)

    @app.get(f"{HOME}/preview.jpg")
    def picture() -> ResponseReturnValue:
        jpeg = station.picture()
        if jpeg is None:
            return make_response("", 204)
        return Response(jpeg, mimetype="image/jpeg")


def _verbs(app: Flask, station: Station) -> None:
    @app.before_request
    def closed() -> None:
        """A machine that has its clinic takes nothing more from anybody who stands there."""
        ends = (f"{HOME}/begin", f"{HOME}/print")
        if request.method == "POST" and request.path not in ends and station.view().is_done:
            raise Refused("pairing.closed")

    @app.post(f"{HOME}/card")
    def card() -> ResponseReturnValue:
        station.take_card(_field("card"))
        return _done()

    @app.post(f"{HOME}/code")
    def code() -> ResponseReturnValue:
        station.take_code(_field("code"), "")
        return _done()

    @app.post(f"{HOME}/county")
    def county() -> ResponseReturnValue:
        station.take_county(_field("address"))
        return redirect(f"{HOME}?way=code", 303)

    verbs: dict[str, Callable[[], None]] = {
        "try-again": station.try_again,
        "another-card": station.another_card,
        "ask-to-move": station.ask_to_move,
        "move": station.move,
        "print": station.print_sheet,
    }
    for name, act in verbs.items():
        app.add_url_rule(f"{HOME}/{name}", name, _verb(act), methods=["POST"])

    @app.post(f"{HOME}/begin")
    def begin() -> ResponseReturnValue:
        # The page stays, and its script goes over by itself: of another one this server, which
        # ends now, might send the text and no script any more, and it would stand for ever.
        station.begin()
        return "", 204


def _verb(act: Callable[[], None]) -> Callable[[], ResponseReturnValue]:
    def verb() -> ResponseReturnValue:
        act()
        return _done()

    return verb


def _field(name: str) -> str:
    """What came in this field; how much of it there may be, the guard has said."""
    return request.form.get(name, "").strip()


def _done() -> ResponseReturnValue:
    return redirect(HOME, 303)


def _shown(station: Station) -> dict[str, object]:
    view, told = station.view(), station.told()
    way = request.args.get("way", "")
    screen = shown(view, told, way if way in _WAYS else "")
    return {
        "screen": screen,
        "view": view,
        "ways": told.ways,
        "at": now_at(view),
        "may_leave": may_leave(view),
        "way": way if screen in (Shown.CODE, Shown.COUNTY) else "",
        "complaint": told.complaint,
    }


def _advice(code: str) -> str:
    return words_of(code).to(Reader.TECHNICIAN)


def _explain(app: Flask) -> None:
    """A fault is shown where the technician stands: the station keeps it as its complaint."""

    @app.errorhandler(Fault)
    def fault(fault: Fault) -> ResponseReturnValue:
        if request.accept_mimetypes.best == "application/json":
            return jsonify(code=fault.code), 409 if isinstance(fault, Refused) else 503
        here = request.path.rpartition("/")[2]
        return redirect(f"{HOME}?way={here}" if here in _WAYS else HOME, 303)

    @app.errorhandler(HTTPException)
    def wrong(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        return render_template("pairing/wrong.html", status=status), status
