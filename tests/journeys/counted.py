"""What hands and ears meet on a page: trusted acts written down, clips that really sounded."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

_ACTS = """(() => {
  const kept = () => JSON.parse(sessionStorage.getItem('acts') ?? '[]');
  const note = (event, what) => {
    if (event.isTrusted) sessionStorage.setItem('acts', JSON.stringify([...kept(), what]));
  };
  // A click of no pointer is what a key did, and its key is written down already.
  addEventListener('click', (event) => {
    if (event.detail === 0) return;
    const at = event.target.closest('button, a, summary, label, input');
    note(event, at?.id || event.target.localName);
  }, true);
  addEventListener('keydown', (event) => note(event, `key ${event.key}`), true);
})()"""
"""Each tap by the id of what was tapped, each key by its name; kept while pages change."""

_SOUNDED = """(() => {
  const sounded = new Set();
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    this.addEventListener('timeupdate', () => {
      if (this.currentTime <= 0) return;
      sounded.add(this.src.split('/').pop());
      document.documentElement.dataset.sounded = [...sounded].join(' ');
    });
    return play.call(this);
  };
})()"""
"""Writes down each clip whose time has moved; it plays as ever."""


def counting(page: Page) -> Page:
    """Write down from now on what hands do on this page."""
    page.add_init_script(_ACTS)
    page.reload(wait_until="domcontentloaded")
    page.evaluate("sessionStorage.removeItem('acts')")
    return page


def acts(page: Page) -> list[str]:
    """What hands have done since the last look, in order."""
    done: list[str] = page.evaluate("JSON.parse(sessionStorage.getItem('acts') ?? '[]')")
    page.evaluate("sessionStorage.removeItem('acts')")
    return done


def listening(page: Page) -> Page:
    """Write down from now on what sounds on this page."""
    page.add_init_script(_SOUNDED)
    page.reload(wait_until="domcontentloaded")
    return page


def sounded(page: Page, clip: str) -> None:
    """Wait until this clip has begun to sound."""
    expect(page.locator("html")).to_have_attribute(
        "data-sounded", re.compile(rf"(^| ){re.escape(clip)}( |$)"), timeout=60_000
    )
