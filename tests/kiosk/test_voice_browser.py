"""The page speaks: real files, a real browser, its own audio."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk_ui.app import create_app
from kiosk_ui.voice.table import clips
from terminal.core.visit import VisitState
from tests.kiosk.browsing import Drawing, open_page
from tests.kiosk.conftest import Serving
from tests.kiosk.counter_views import CHILD, ShownDesk, person, visit

HEARD = """(() => {
  const heard = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    const name = this.src.split('/').pop();
    const note = (what) => {
      heard.push(what);
      document.documentElement.dataset.heard = heard.join(' ');
    };
    this.addEventListener('ended', () => note(this.currentTime > 0.1 ? name : 'nothing'));
    this.addEventListener('pause', () => this.ended || note(`stopped:${name}`));
    return play.call(this);
  };
})()"""
"""Writes down each clip when it has been played to its end, or was stopped; it plays as ever."""


@pytest.fixture
def speaking(desk: ShownDesk, assets: Path, pulled: Path, tmp_path: Path, serving: Serving) -> str:
    built = pulled / "voice/mandarin"
    if not built.is_dir():
        pytest.fail("the voice has not been built; run `make pull`")
    # Short ones, of the real voice: a page that speaks takes as long as speech does.
    pack = tmp_path / "short"
    pack.mkdir()
    for name in clips():
        shutil.copyfile(built / "date.month.wav", pack / f"{name}.wav")
    return serving(create_app(desk, Drawing(desk), assets, voice=pack), desk)


def heard(page: Page, names: str) -> None:
    """Wait until just these clips have been played to their ends."""
    expect(page.locator("html")).to_have_attribute("data-heard", names, timeout=60_000)


def test_clips_are_played_to_their_ends_in_order_and_a_redraw_repeats_nothing(
    page: Page, desk: ShownDesk, speaking: str
) -> None:
    page.add_init_script(HEARD)
    desk.show(visit=visit(VisitState.PRESENTED))
    open_page(page, f"{speaking}/resident")
    page.click("#say-again")  # The gesture that browsers want before they play by themselves.
    heard(page, "step.presented")
    desk.show(visit=visit(VisitState.CHOOSING))
    heard(page, "step.presented step.choosing who.self who.son")
    # Something else on the page changes; nothing is said until another visit comes.
    desk.show(visit=visit(VisitState.CHOOSING, choices=(person(age=97), CHILD)))
    expect(page.locator("#choice-1")).to_contain_text("97")
    desk.show(visit=visit(VisitState.PRESENTED, visit_id="v2"))
    heard(page, "step.presented step.choosing who.self who.son step.presented")
    expect(page.locator(".voiceless")).to_be_hidden()


def test_what_is_said_stops_when_something_else_is_to_be_said(
    page: Page, desk: ShownDesk, speaking: str
) -> None:
    page.add_init_script(HEARD)
    # Never answered, so that it cannot have been said before the next step comes.
    page.route("**/voice/step.priced", lambda _: None)
    desk.show(visit=visit(VisitState.PRICED))
    open_page(page, f"{speaking}/resident")
    with page.expect_request("**/voice/step.priced"):
        page.click("#say-again")
    page.evaluate("document.documentElement.dataset.heard = ''")
    desk.show(visit=visit(VisitState.SETTLING))
    ended = re.compile(r"(^| )stopped:step.priced step.settling$")
    expect(page.locator("html")).to_have_attribute("data-heard", ended, timeout=60_000)
    expect(page.locator(".voiceless")).to_be_hidden()


def test_of_hints_that_follow_each_other_the_newest_waits_for_the_last_word(
    page: Page, desk: ShownDesk, speaking: str
) -> None:
    page.add_init_script(HEARD)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    open_page(page, f"{speaking}/resident")
    page.click("#say-again")  # The gesture.
    heard(page, "face.none way.welcome")
    page.route("**/voice/face.too_far", hold)
    with page.expect_request("**/voice/face.too_far"):
        desk.show(hint="face.too_far")
    for hint in ("face.too_close", "face.blurred"):
        desk.show(hint=hint)
        expect(page.locator(f'[data-say="{hint}"]')).to_be_attached()
    held[0].continue_()
    heard(page, "face.none way.welcome face.too_far face.blurred")


def test_where_nothing_can_be_heard_the_page_says_so_and_works(
    page: Page, desk: ShownDesk, speaking: str
) -> None:
    page.route("**/voice/*", lambda route: route.abort())
    desk.show(visit=visit(VisitState.PRESENTED))
    open_page(page, f"{speaking}/resident")
    page.click("#say-again")
    expect(page.locator(".voiceless")).to_be_visible()
    page.unroute("**/voice/*")
    page.click("#help-open")  # A card that is opened says itself.
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator(".voiceless")).to_be_hidden()
