"""Every page in every state, measured in a real browser: large, legible, whole, named.

Each state is drawn by the real server. `make test` measures the resident's at the two
tightest sizes and the others at the narrowest, and asks axe at one; more sizes are variants.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from kiosk_ui import steps
from kiosk_ui.app import create_app
from terminal.core.counter import EnrolmentStep
from terminal.core.visit import VisitState
from tests.kiosk.browsing import Drawing, open_page
from tests.kiosk.conftest import HERE, OURS, served
from tests.kiosk.goods_views import GoodsDesk
from tests.kiosk.measured import (
    EVERY_SIZE,
    NARROWEST,
    OPEN,
    OUT_OF_SIGHT,
    RESIDENT,
    SMALLEST,
    Size,
    axe_flaws,
    flaws,
    least_of,
    sized,
)
from tests.kiosk.measured_screens import COUNTER, LIVE, NO_PAGE, PAGES, asked_by, shown_by
from tests.longer import longer

TIGHTEST = (SMALLEST, NARROWEST)

_MARK = """() => document.body.addEventListener('htmx:afterSettle', (event) => {
  const mark = event.detail.xhr?.getResponseHeader('View-Number');
  if (mark) document.body.dataset.shown = mark.split('.')[1];
})"""
_SHOWN = "number => document.body.dataset.shown === number"
_STAYS = "() => { if (document.querySelector('meta[http-equiv=refresh]')) stop(); }"
"""A page that reloads itself would do so while it is measured."""
_STYLED = """() => document.fonts.status === 'loaded'
  && [...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)"""


class Measure:
    """One page of one browser, and the desk whose screens it shows."""

    def __init__(self, page: Page, desk: GoodsDesk, address: str) -> None:
        self.page, self.desk, self.address = page, desk, address
        self.found: dict[str, list[str]] = {}
        self._seen: set[str] = set()

    def live(self, path: str, sizes: tuple[Size, ...], *, axe: bool) -> None:
        """Every state of a page that stays open."""
        shown_by(self.desk, {})
        open_page(self.page, self.address + path)
        self.page.evaluate(_MARK)
        for name in LIVE[path]:
            number = shown_by(self.desk, COUNTER[name])
            self.page.wait_for_function(_SHOWN, arg=number)
            self._measured(f"{path} {name}", path, sizes, axe=axe)

    def opened(self, name: str, sizes: tuple[Size, ...], *, axe: bool) -> None:
        """A page that is opened for a while."""
        screen = PAGES[name]
        self.page.goto("about:blank")  # What the page before asks for would lead it away.
        shown_by(self.desk, screen.shown, screen.step)
        if asked_by(self.desk, screen):
            opening = f"{self.address}/resident/mine/open"
            self.page.context.request.post(opening, form={"visit_id": "v1"}, headers=OURS)
        self.page.goto(self.address + screen.path, wait_until="domcontentloaded")
        self.page.wait_for_function(_STYLED)
        self.page.evaluate(_STAYS)
        for tap in screen.taps:
            self.page.click(tap)
        if screen.shows:
            self.page.wait_for_selector(screen.shows)
            self.page.wait_for_function(_STYLED)
        self._measured(name, screen.path, sizes, axe=axe)

    def _measured(self, name: str, path: str, sizes: tuple[Size, ...], *, axe: bool) -> None:
        least, page = least_of(path), self.page
        found: list[str] = []
        sizes = sizes if least is RESIDENT or sizes != TIGHTEST else (NARROWEST,)
        if least is RESIDENT:
            for size in self._nearest(sizes):
                sized(page, size)
                found += [f"{flaw} at {size}" for flaw in page.evaluate(OUT_OF_SIGHT)]
        page.evaluate(OPEN)
        for size in self._nearest(sizes):
            sized(page, size)
            found += [f"{flaw} at {size}" for flaw in flaws(page, least)]
        if axe:
            found += axe_flaws(page, self._seen, enhanced=least is RESIDENT)
        if found:
            self.found[name] = found

    def _nearest(self, sizes: tuple[Size, ...]) -> tuple[Size, ...]:
        """The size that it has now comes first: each other one lays the page out anew."""
        now = self.page.viewport_size
        assert now is not None
        return tuple(sorted(sizes, key=lambda size: size != (now["width"], now["height"])))


@pytest.fixture
def measure(browser: Browser, assets: Path) -> Iterator[Measure]:
    desk = GoodsDesk()
    context = browser.new_context(viewport={"width": 1024, "height": 600}, locale="zh-CN")
    context.add_cookies([HERE])
    with served(create_app(desk, Drawing(desk), assets), desk) as address:
        yield Measure(context.new_page(), desk, address)
        context.close()


AT = longer([TIGHTEST, *((size,) for size in EVERY_SIZE)], [TIGHTEST])


@pytest.mark.parametrize("sizes", AT)
@pytest.mark.parametrize("path", LIVE)
def test_every_state_of_a_page_that_follows_the_counter_is_legible_whole_and_named(
    measure: Measure, path: str, sizes: tuple[Size, ...]
) -> None:
    measure.live(path, sizes, axe=sizes == TIGHTEST)
    assert measure.found == {}


@pytest.mark.parametrize("sizes", AT)
def test_every_other_page_is_legible_whole_and_named(
    measure: Measure, sizes: tuple[Size, ...]
) -> None:
    for name in PAGES:
        measure.opened(name, sizes, axe=sizes == TIGHTEST)
    assert measure.found == {}


def test_no_state_of_the_counter_is_without_a_measured_screen() -> None:
    source = inspect.getsource(steps)
    told = set(re.findall(r'"(step\.\w+)"', source))
    told |= {f"step.{state.value}" for state in VisitState}
    told |= {f"step.enrol_{step.value}" for step in EnrolmentStep}
    desk = GoodsDesk()
    for shown in COUNTER.values():
        shown_by(desk, shown)
        told.discard(steps.step_of(desk.shown))
    assert told == set()


def test_no_page_is_without_a_measured_screen(app: Flask) -> None:
    adapter = app.url_map.bind("127.0.0.1")
    measured = {*LIVE, *(screen.path.partition("?")[0] for screen in PAGES.values())}
    found: set[str] = set()
    for path in measured:
        try:
            found.add(str(adapter.match(path)[0]))
        except HTTPException:
            continue  # The page that says so is measured as well.
    pages = {
        str(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not any(rule.endpoint.endswith(end) for end in NO_PAGE)
    }
    assert pages - found == set()


PLANTED = {
    "small text": ("20px text", "p { font-size: 20px; }", "<p>请看镜头</p>"),
    "small target": ("40px button", "button { width: 40px; height: 40px; }", "<button>好</button>"),
    "faint": ("grey on grey", "p { color: #666; background: #ddd; }", "<p>请看镜头</p>"),
    "cut off": ("a short box", "p { height: 30px; overflow: hidden; }", "<p>请<br>看<br>镜头</p>"),
    "outside its box": ("a narrow box", "p { width: 40px; }", "<p>Qingkanjingtou</p>"),
    "shortened": (
        "an ellipsis",
        "p { width: 90px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }",
        "<p>请看镜头，请看镜头</p>",
    ),
    "the page overflows": ("a wide page", "p { width: 3000px; }", "<p>请看镜头</p>"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_flaw_is_found(browser: Browser, kind: str) -> None:
    _, style, body = PLANTED[kind]
    page = browser.new_page()
    plain = "p, button { font-size: 30px; min-height: 70px; min-width: 70px; }"
    if kind == "small target":
        plain = "p { font-size: 30px; }"
    drawn = "<html lang=zh><title>x</title><style>{}</style><main><h1>一</h1>{}</main>"
    page.set_content(drawn.format(plain.replace("min-", ""), "<p>好</p>"))
    assert [flaw for flaw in flaws(page, RESIDENT) if kind in flaw] == []
    page.set_content(drawn.format("p, button { font-size: 30px; }" + style, body))
    assert [flaw for flaw in flaws(page, RESIDENT) if kind in flaw] != []
    page.close()


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("color-contrast-enhanced", '<p style="color: #595959; background: #f2f2f2">请看</p>'),
        ("image-alt", '<img src="data:,">'),
        ("button-name", "<button></button>"),
    ],
)
def test_axe_finds_what_is_planted_and_undecided_counts(
    browser: Browser, rule: str, body: str
) -> None:
    page = browser.new_page()
    page.set_content(f"<html lang=zh><title>x</title><main><h1>一</h1>{body}</main>")
    found: list[Any] = axe_flaws(page, set(), enhanced=True)
    assert [flaw for flaw in found if flaw.startswith(rule)] != []
    page.close()
