"""What the tests in a real browser share: a drawn camera, and what a page must not have."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from playwright.sync_api import Page

from tests.kiosk.counter_views import ShownDesk
from tests.longer import longer

SIZES = longer([(1280, 800), (800, 1280), (1024, 600)], [(1280, 800), (800, 1280)])

FLAWS = """() => {
  const least = document.body.classList.contains('resident') ? 24 : 18;
  const flaws = [];
  if (document.documentElement.scrollWidth > innerWidth) flaws.push('the page overflows');
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height || e.closest('.unseen')) continue;
    const told = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const what = e.tagName + ' ' + e.textContent.trim().slice(0, 20);
    if (told && parseFloat(getComputedStyle(e).fontSize) < least) flaws.push('small text: ' + what);
    if (told && (box.right > innerWidth + 1 || box.left < -1)) flaws.push('cut off: ' + what);
    const target = e.matches('button, a, summary, input:not([type=hidden])');
    if (target && (box.width < 60 || box.height < 60)) flaws.push('small target: ' + what);
  }
  return flaws;
}"""


FAINT = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgba(colour).slice(0, 3).map((n) => n / 255)
      .map((n) => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const under = (e) => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (rgba(colour)[3] === 255) return colour;
    }
    return 'white';
  };
  const faint = [];
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height || e.closest('.unseen, svg, [disabled]')) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const [ink, paper] = [light(getComputedStyle(e).color), light(under(e))];
    const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (contrast < 7) faint.push(e.textContent.trim().slice(0, 20) + ' ' + contrast.toFixed(1));
  }
  return faint;
}"""
"""What is written with a contrast below the 7:1 of static/tokens.css, on its own ground."""


class Drawing:
    """A camera that shows one drawn picture, over and over."""

    def __init__(self, desk: ShownDesk) -> None:
        drawn = np.full((240, 320, 3), (190, 170, 150), np.uint8)
        cv2.rectangle(drawn, (120, 60), (200, 180), (90, 120, 60), -1)
        self._jpeg = cv2.imencode(".jpg", drawn)[1].tobytes()
        self._desk = desk

    def frames(self) -> Iterator[bytes]:
        while True:
            yield self._jpeg
            self._desk.wait_for_change(self._desk.view().number, 0.1)


def open_page(page: Page, at: str) -> None:
    """Open a page that follows the counter, and wait until it does."""
    # The event stream never ends, so the page never finishes loading.
    with page.expect_response("**/events"):
        page.goto(at, wait_until="domcontentloaded")
