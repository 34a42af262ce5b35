"""The technician's pages: each part, its test, and what stands behind it. They change nothing.

Every text is in Chinese and in English (technician_words/pages); which of them is shown
stands in a cookie, so that the doctor's screen beside it stays as it is.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kiosk_ui.desk import Desk
from kiosk_ui.technician_names import (
    attributes,
    figures,
    is_well,
    mark,
    meaning,
    measured,
    of_version,
    with_terms,
)
from kiosk_ui.technician_words.english import told
from kiosk_ui.technician_words.pages import LANGUAGES, TEXTS, text
from kiosk_ui.voice.table import clips
from terminal.core.faults import Fault, Refused
from terminal.core.framing import framing_hint

COOKIE = "technician_language"

_HOME = "/technician"
_LEVELS = ("info", "warning", "error")
_FILTER_CHARACTERS_MAX = 64

PAGES = {
    "parts": _HOME,
    "camera": f"{_HOME}/camera",
    "scanner": f"{_HOME}/scanner",
    "network": f"{_HOME}/network",
    "outputs": f"{_HOME}/outputs",
    "versions": f"{_HOME}/versions",
    "logs": f"{_HOME}/logs",
    "settings": f"{_HOME}/settings",
}
"""In the order of the row of links."""

VOICE_TEST = "face.other_ways"
"""The clip that is played as a trial: a whole sentence with all four tones."""


def technician_pages(desk: Desk) -> Blueprint:
    """`/technician` and what is below it."""
    pages = Blueprint("technician", __name__, url_prefix=_HOME)

    @pages.errorhandler(Fault)
    def explain(fault: Fault) -> ResponseReturnValue:
        status = 409 if isinstance(fault, Refused) else 503
        code, back = fault.code, _page_of(request.path)
        if "HX-Request" in request.headers:
            return _drawn(desk, "region_fault", code=code), status
        return _drawn(desk, "fault", code=code, home=back), status

    @pages.get("")
    def parts() -> ResponseReturnValue:
        return _drawn(desk, "parts", view=desk.technical.parts())

    @pages.get("/language/<code>")
    def language(code: str) -> ResponseReturnValue:
        if code not in LANGUAGES:
            abort(404)
        answer = redirect(_page_of(request.args.get("from", _HOME)), 303)
        answer.set_cookie(COOKIE, code, httponly=True, samesite="Strict", path=_HOME)
        return answer

    @pages.get("/versions")
    def versions() -> ResponseReturnValue:
        return _drawn(desk, "versions", versions=desk.technical.versions())

    @pages.get("/settings")
    def settings() -> ResponseReturnValue:
        wanted = _asked("find").casefold()
        rows = [
            (row, meaning(row, _language(desk)))
            for row in desk.technical.settings()
            if wanted in f"{row.name} {meaning(row, _language(desk))}".casefold()
        ]
        return _drawn(desk, "settings", rows=rows, find=_asked("find"))

    @pages.get("/logs")
    def logs() -> ResponseReturnValue:
        level = _asked("level") if _asked("level") in _LEVELS else _LEVELS[0]
        lines = desk.technical.logs(level, _asked("text"))
        return _drawn(desk, "logs", lines=lines, level=level, levels=_LEVELS, wanted=_asked("text"))

    _camera_page(pages, desk)
    _tests(pages, desk)
    _outputs(pages, desk)
    return pages


def _camera_page(pages: Blueprint, desk: Desk) -> None:
    """Where the camera looks, and the light: drawn anew each second while it is open."""

    def shown() -> dict[str, object]:
        framing = desk.technical.framing()
        hint = None if framing is None else framing_hint(framing)
        return {"framing": framing, "hint": hint}

    @pages.get("/camera")
    def camera() -> ResponseReturnValue:
        return _drawn(desk, "camera", **shown(), enrolled=desk.technical.enrolled())

    @pages.get("/camera/now")
    def camera_now() -> ResponseReturnValue:
        return _drawn(desk, "region_camera", **shown())


def _tests(pages: Blueprint, desk: Desk) -> None:
    """The two tests that take a while: the scanner's and the line's."""

    @pages.get("/scanner")
    def scanner() -> ResponseReturnValue:
        return _drawn(desk, "scanner", heard=desk.technical.heard())

    @pages.get("/scanner/now")
    def scanner_now() -> ResponseReturnValue:
        return _drawn(desk, "region_scanner", heard=desk.technical.heard())

    @pages.post("/scanner/start")
    def scanner_start() -> ResponseReturnValue:
        desk.technical.start_scanner_test()
        return redirect(PAGES["scanner"], 303)

    @pages.post("/scanner/stop")
    def scanner_stop() -> ResponseReturnValue:
        desk.technical.stop_scanner_test()
        return redirect(PAGES["scanner"], 303)

    @pages.get("/network")
    def network() -> ResponseReturnValue:
        return _drawn(desk, "network", view=desk.technical.network())

    @pages.get("/network/now")
    def network_now() -> ResponseReturnValue:
        return _drawn(desk, "region_network", view=desk.technical.network())

    @pages.post("/network/try")
    def network_try() -> ResponseReturnValue:
        desk.technical.try_network()
        return redirect(PAGES["network"], 303)


def _outputs(pages: Blueprint, desk: Desk) -> None:
    """What comes out of the terminal: paper and sound."""

    def page(*, sent: bool) -> Response:
        return _drawn(
            desk,
            "outputs",
            paper=desk.view().paper,
            sent=sent,
            clip=VOICE_TEST if VOICE_TEST in clips() else None,
        )

    @pages.get("/outputs")
    def outputs() -> ResponseReturnValue:
        return page(sent=_asked("sent") == "1")

    @pages.post("/outputs/print")
    def print_test() -> ResponseReturnValue:
        desk.paper.print_test()
        return redirect(f"{PAGES['outputs']}?sent=1", 303)


def _drawn(desk: Desk, name: str, **shown: object) -> Response:
    language = _language(desk)
    here = _page_of(request.path)
    return make_response(
        render_template(
            f"technician/{name}.html",
            **shown,
            t=partial(text, language=language),
            has=TEXTS.__contains__,
            told=partial(told, language=language),
            lang="en" if language == "en" else "zh-CN",
            language=language,
            languages=LANGUAGES,
            pages=PAGES,
            here=here,
            measured=measured,
            mark=mark,
            is_well=is_well,
            figures=figures,
            ring_of=attributes,
            with_terms=with_terms,
            of_version=of_version,
        )
    )


def _language(desk: Desk) -> str:
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else desk.technical.language


def _page_of(path: str) -> str:
    """The page that an address belongs to: where a complaint or a language leads back to."""
    fitting = [at for at in PAGES.values() if path == at or path.startswith(f"{at}/")]
    return max(fitting, key=len, default=_HOME)


def _asked(name: str) -> str:
    """A short field of the address; what is too long is nothing."""
    value = request.args.get(name, "").strip()
    return value if len(value) <= _FILTER_CHARACTERS_MAX and value.isprintable() else ""
