"""The demo's counter: boxes to tap, people to put before the camera, faults to plant.

A small web page on its own loopback port, beside the terminal's real screens and outside
them. It knows nothing of the terminal: every tap goes to the Stage, which types into the
simulated devices. No script; each tap is a form sent, and the page drawn again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from drivers.simulated.odd_boxes import odd_boxes
from drivers.simulated.scanner import next_box
from terminal.core.faults import Fault
from terminal.core.money import Money
from terminal.core.trace_codes import classify

FORM_BYTES_MAX = 4096
"""A tap is one short field."""

DOINGS_MAX = 6
"""Enough to see what one just did."""

T = TypeVar("T")

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class DemoBox:
    """A box on the pretend shelf; code is its first box's own trace code."""

    name: str
    spec: str
    price: Money
    code: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Something to put before the camera."""

    key: str
    label: str


class Stage(Protocol):
    """What the panel may ask of the simulated world."""

    def boxes(self) -> Sequence[DemoBox]:
        """The shelf, in order; no two boxes with one code."""
        ...

    def wrong_things(self) -> Sequence[tuple[str, str]]:
        """Things that are no trace code: label and code. Labels differ."""
        ...

    def scenes(self) -> Sequence[Scene]: ...

    def faults(self) -> Sequence[tuple[str, str]]:
        """Faults that can be planted: key and label."""
        ...

    def links(self) -> Sequence[tuple[str, str]]:
        """The terminal's own screens: label and address."""
        ...

    def printed(self) -> Sequence[str]:
        """What the printer printed last, the newest first."""
        ...

    def scan(self, code: str) -> None:
        """Let the scanner read this."""
        ...

    def show(self, scene_key: str) -> None:
        """Put this before the camera."""
        ...

    def plant(self, fault_key: str) -> None:
        """Let this go wrong."""
        ...


class _Counter:
    """What the panel itself remembers: the box on top of each pile, and the last doings."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tops: dict[str, str] = {}
        self._doings: deque[str] = deque(maxlen=DOINGS_MAX)

    def top(self, box: DemoBox) -> str:
        """The code of the box in hand: the same until a new one is taken."""
        with self._lock:
            return self._tops.get(box.code, box.code)

    def take_new(self, box: DemoBox, shelf: Sequence[DemoBox]) -> None:
        """Put a box with a fresh serial on top, never one that stands elsewhere."""
        with self._lock:
            taken = {other.code for other in shelf} | set(self._tops.values())
            code = self._tops.get(box.code, box.code)
            for _ in range(len(taken) + 1):
                if code not in taken:
                    break
                code = next_box(code)
            self._tops[box.code] = code

    def note(self, doing: str) -> None:
        with self._lock:
            self._doings.appendleft(doing)

    def doings(self) -> list[str]:
        with self._lock:
            return list(self._doings)


def create_panel(stage: Stage) -> Flask:
    """Return the page as a WSGI application; serve it on 127.0.0.1 only."""
    here = Path(__file__).with_suffix("")
    app = Flask(__name__, root_path=str(here))
    app.config["MAX_CONTENT_LENGTH"] = FORM_BYTES_MAX
    counter = _Counter()
    app.before_request(_refuse_strangers)
    app.after_request(_harden)
    _add_shelf(app, stage, counter)
    _add_world(app, stage, counter)
    odd = odd_boxes()
    _add_odd_boxes(app, stage, counter, odd)

    @app.get("/")
    def page() -> str:
        shelf = [(box, _printed(counter.top(box))) for box in stage.boxes()]
        return render_template(
            "panel.html",
            shelf=shelf,
            doings=counter.doings(),
            links=stage.links(),
            papers=stage.printed(),
            scenes=[(scene.key, scene.label) for scene in stage.scenes()],
            odd_boxes=[(label, label) for label in odd],
            wrong_things=[(label, label) for label, _ in stage.wrong_things()],
            faults=stage.faults(),
        )

    @app.errorhandler(Fault)
    def answer(fault: Fault) -> ResponseReturnValue:
        if request.method != "POST":
            return f"演示台还没有准备好：{fault.code}", 503
        counter.note(f"没有做成：{fault.code}")
        return redirect(url_for("page"), 303)

    return app


def _add_shelf(app: Flask, stage: Stage, counter: _Counter) -> None:
    @app.post("/boxes/scan")
    def scan_box() -> ResponseReturnValue:
        box = _chosen({str(place): box for place, box in enumerate(stage.boxes())})
        stage.scan(counter.top(box))
        counter.note(f"扫了 {box.name}")
        return redirect(url_for("page", _anchor="shelf"), 303)

    @app.post("/boxes/new")
    def new_box() -> ResponseReturnValue:
        shelf = stage.boxes()
        box = _chosen({str(place): box for place, box in enumerate(shelf)})
        counter.take_new(box, shelf)
        counter.note(f"拿了新的一盒 {box.name}")
        return redirect(url_for("page", _anchor="shelf"), 303)

    @app.post("/wrong-things/scan")
    def scan_wrong_thing() -> ResponseReturnValue:
        label, code = _chosen({label: (label, code) for label, code in stage.wrong_things()})
        stage.scan(code)
        counter.note(f"扫了 {label}")
        return redirect(url_for("page", _anchor="wrong-things"), 303)


def _add_odd_boxes(
    app: Flask, stage: Stage, counter: _Counter, odd: Mapping[str, Callable[[], str]]
) -> None:
    @app.post("/odd-boxes/scan")
    def scan_odd_box() -> ResponseReturnValue:
        label, make = _chosen({label: (label, make) for label, make in odd.items()})
        stage.scan(make())
        counter.note(f"扫了 {label}")
        return redirect(url_for("page", _anchor="odd-boxes"), 303)


def _add_world(app: Flask, stage: Stage, counter: _Counter) -> None:
    @app.post("/scenes/show")
    def show_scene() -> ResponseReturnValue:
        scene = _chosen({scene.key: scene for scene in stage.scenes()})
        stage.show(scene.key)
        counter.note(f"镜头前：{scene.label}")
        return redirect(url_for("page", _anchor="scenes"), 303)

    @app.post("/faults/plant")
    def plant_fault() -> ResponseReturnValue:
        key, label = _chosen({key: (key, label) for key, label in stage.faults()})
        stage.plant(key)
        counter.note(f"故障：{label}")
        return redirect(url_for("page", _anchor="faults"), 303)


def _chosen(choices: Mapping[str, T]) -> T:
    """The choice named by the form; a page drawn before a change gets 404."""
    choice = choices.get(request.form.get("choice", ""))
    if choice is None:
        abort(404)
    return choice


def _printed(code: str) -> str:
    """A code as boxes print it."""
    return classify(code.encode()).shown or code


def _refuse_strangers() -> None:
    """Answer this machine's own pages only: no other name, no other page's form.

    A name that is not loopback means a page elsewhere had its name point here.
    """
    if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        abort(403)
    # Every browser names the page that sends a form; what names none is no browser.
    origin = request.headers.get("Origin", request.host_url.rstrip("/"))
    if request.method == "POST" and origin != request.host_url.rstrip("/"):
        abort(403)


def _harden(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
