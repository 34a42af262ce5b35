"""What is measured on a page in a real browser: axe-core, and our own measure of its text.

axe knows names, roles and contrast. Ours knows what the people before the screen need: how
large text and targets are on this very screen, and whether anything is cut off or covered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Size = tuple[int, int]

SMALLEST: Size = (1024, 600)
NARROWEST: Size = (600, 1024)
EVERY_SIZE: tuple[Size, ...] = (
    SMALLEST, (1280, 800), (1920, 1080), NARROWEST, (800, 1280), (1080, 1920),
)  # fmt: skip

UNDECIDED: dict[tuple[str, str], str] = {
    ("scrollable-region-focusable", ".column"): "Chromium itself stops the tab key at a scroller"
    " without a button; a stop of its own would be one more wherever there are buttons",
    ("scrollable-region-focusable", ".enrol"): "the same",
    ("color-contrast", "#digits"): "four lines to write on, drawn as a gradient below the digits",
    ("color-contrast-enhanced", "#digits"): "the same",
}
"""What axe cannot decide: its rule and where, with the reason why it may stay so.

Contrast that it cannot decide because boxes overlap is measured on the colours that lie
below the words in the order in which they are painted.
"""


@dataclass(frozen=True, slots=True)
class Least:
    """What one reader's pages keep: sizes in CSS pixels, contrast as n:1."""

    text_px: int
    target_px: int
    contrast: float


RESIDENT = Least(text_px=24, target_px=60, contrast=7.0)
STAFF = Least(text_px=18, target_px=60, contrast=7.0)
"""Doctor and technician. 4.5:1 would do for them; tokens.css promises 7:1 to everybody."""


def least_of(path: str) -> Least:
    """What a page keeps, by its address."""
    return RESIDENT if path.startswith(("/resident", "/ask")) else STAFF


def sized(page: Page, size: Size) -> None:
    if page.viewport_size != {"width": size[0], "height": size[1]}:
        page.set_viewport_size({"width": size[0], "height": size[1]})


def flaws(page: Page, least: Least) -> list[str]:
    """What is too small, too faint, cut off or covered on this page as it stands."""
    limits = {"text": least.text_px, "target": least.target_px, "contrast": least.contrast}
    found: list[str] = page.evaluate(FLAWS, limits)
    return found


def axe_flaws(page: Page, seen: set[str], *, enhanced: bool) -> list[str]:
    """What axe finds in the regions of this page that are not among those `seen`.

    A region is the same as one that was seen when all its elements and classes are: what
    it says does not matter to axe. `enhanced`: contrast as WCAG's AAA has it. What axe
    cannot decide counts as found, unless it stands among UNDECIDED.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    known = {"seen": sorted(seen), "enhanced": enhanced}
    result: dict[str, Any] = page.evaluate(_AXE, known)
    seen.update(result["shapes"])
    least = (RESIDENT if enhanced else STAFF).contrast
    return sorted({*_told(result["violations"]), *_told(result["incomplete"], least)})


def _told(rules: Iterable[dict[str, Any]], decided: float = math.inf) -> Iterable[str]:
    for rule in rules:
        for node in rule["nodes"]:
            if node["contrast"] >= decided:
                continue
            if not any(rule["id"] == r and at in node["inside"] for r, at in UNDECIDED):
                yield f"{rule['id']}: {node['target']} ({node['why']})"


_COLOURS = """
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const colours = new Map();
  const rgba = (colour) => {
    if (!colours.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      colours.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return colours.get(colour);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((n) => n / 255)
      .map((n) => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const between = (one, other) => {
    const [a, b] = [light(one), light(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
"""

_AXE = """async ({seen, enhanced}) => {
%s
  // On what lies under the middle of an element, whoever it belongs to; 0 where that is unsure.
  const contrast = (e) => {
    e.scrollIntoView({block: 'nearest'});
    const box = e.getBoundingClientRect();
    const stack = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    for (const under of stack.slice(Math.max(stack.indexOf(e), 0))) {
      const style = getComputedStyle(under);
      const colour = rgba(style.backgroundColor);
      if (style.backgroundImage !== 'none' || (colour[3] > 0 && colour[3] < 255)) return 0;
      if (colour[3] === 255 && !stack.includes(e)) return 0;
      if (colour[3] === 255) return between(rgba(getComputedStyle(e).color), colour);
    }
    return 0;
  };
  const SAID = ['data-version', 'value', 'src', 'href', 'action', 'hx-post'];
  const shape = (e) => e.tagName + [...e.attributes]
      .filter((a) => !SAID.includes(a.name))
      .map((a) => a.name + '=' + a.value.replace(/[0-9]+/g, '0')).join()
    + '(' + [...e.children].map(shape).join('') + (e.textContent.trim() ? 'x' : '') + ')';
  const page = document.body.className + location.pathname;
  const shapes = [];
  const known = new Set(seen);
  const exclude = [];
  for (const region of document.querySelectorAll('.region[id]')) {
    const its = page + '#' + region.id + shape(region);
    if (known.has(its)) exclude.push(['#' + region.id]);
    else shapes.push(its);
  }
  const frame = page + 'frame';
  if (known.has(frame) && !shapes.length) return {shapes, violations: [], incomplete: []};
  shapes.push(frame);
  const found = await axe.run({include: [['html']], exclude}, {
    resultTypes: ['violations', 'incomplete'],
    rules: {'color-contrast-enhanced': {enabled: enhanced}},
  });
  const told = (rules) => rules.map(({id, nodes}) => ({id, nodes: nodes.map((node) => {
    const target = node.target.join(' ');
    const inside = [];
    for (let e = document.querySelector(target); e; e = e.parentElement)
      inside.push('#' + e.id, ...[...e.classList].map((name) => '.' + name));
    const checks = [...node.any, ...node.all, ...node.none];
    const unsure = id.startsWith('color-contrast') ? document.querySelector(target) : null;
    const why = checks.map((check) => check.message).join('; ').slice(0, 200);
    return {target, inside, contrast: unsure ? contrast(unsure) : 0, why};
  })}));
  return {shapes, violations: told(found.violations), incomplete: told(found.incomplete)};
}""".replace("%s", _COLOURS, 1)

FLAWS = """(least) => {
  const flaws = new Set();
%s  const paper = (e) => {
    for (; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
      if (colour[3] > 0) return null;
    }
    return [255, 255, 255, 255];
  };
  const words = (e) => [...e.childNodes].filter((n) => n.nodeType === 3 && n.textContent.trim());
  const name = (e, text) =>
    e.tagName.toLowerCase() + (e.id && '#' + e.id) + [...e.classList].map((c) => '.' + c).join('')
    + ` "${(text ?? e.textContent).trim().slice(0, 20)}"`;
  const clips = (style, axis) => style['overflow' + axis] !== 'visible';
  // Where what an element holds can be seen: what clips it sideways, and what hides it.
  const rooms = new Map();
  const bounds = (e) => {
    if (!e) return {left: 0, right: innerWidth, hidden: []};
    if (rooms.has(e)) return rooms.get(e);
    const style = getComputedStyle(e);
    const room = {...bounds(style.position === 'fixed' ? null : e.parentElement)};
    const box = e.getBoundingClientRect();
    if (clips(style, 'X')) {
      room.left = Math.max(room.left, box.left);
      room.right = Math.min(room.right, box.right);
    }
    if (['hidden', 'clip'].includes(style.overflowY)) room.hidden = [...room.hidden, box];
    rooms.set(e, room);
    return room;
  };
  if (document.documentElement.scrollWidth > innerWidth) flaws.add('the page overflows');
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    // What is one pixel large is for screen readers.
    if (box.width <= 1 || box.height <= 1 || e.closest('.unseen, svg')) continue;
    const style = getComputedStyle(e);
    if (style.visibility === 'hidden') continue;
    const own = words(e);
    if (own.length) {
      if (parseFloat(style.fontSize) < least.text) flaws.add('small text: ' + name(e));
      if (style.textOverflow === 'ellipsis' && e.scrollWidth > e.clientWidth + 1)
        flaws.add('shortened: ' + name(e));
      if (!e.closest('[disabled]')) {
        const ground = paper(e);
        const contrast = ground ? between(rgba(style.color), ground) : 0;
        if (contrast < least.contrast)
          flaws.add(`faint ${contrast.toFixed(1)}: ` + name(e));
      }
      const room = bounds(e);
      for (const text of own) {
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const part of range.getClientRects()) {
          if (!part.width) continue;
          const under = room.hidden.some((h) => part.top < h.top - 4 || part.bottom > h.bottom + 4);
          if (part.left < room.left - 2 || part.right > room.right + 2 || under)
            flaws.add('cut off: ' + name(e, text.textContent));
          const out = part.left < box.left - 2 || part.right > box.right + 2;
          if (out && style.display !== 'inline')
            flaws.add('outside its box: ' + name(e, text.textContent));
        }
      }
    }
    const scrolls = ['auto', 'scroll'].includes(style.overflowX);
    if (scrolls && e.scrollWidth > e.clientWidth + 1) flaws.add('scrolls sideways: ' + name(e));
    const typed = e.matches('input:not([type=hidden]), textarea');
    if (typed && e.scrollWidth > e.clientWidth + 1) flaws.add('cut off: ' + name(e, e.value));
    const target = e.matches('button, a, summary, select, textarea, input:not([type=hidden])');
    if (target && (box.width < least.target || box.height < least.target))
      flaws.add(`small target ${Math.round(box.width)}x${Math.round(box.height)}: ` + name(e));
  }
  return [...flaws];
}""".replace("%s", _COLOURS, 1)
"""Text and targets by their computed size, colours and boxes; `.unseen` is for screen readers."""

OPEN = "() => document.querySelectorAll('details').forEach((e) => { e.open = true; })"

OUT_OF_SIGHT = """() => {
  const told = [];
  const news = document.querySelector('.news');
  if (news && news.scrollHeight > news.clientHeight + 1) told.push('something is out of sight');
  for (const e of document.querySelectorAll('.news :is(.headline, .picture, .key, .dots,'
      + ' .slip-number, .pay, .button)')) {
    if (e.closest('details:not([open]) > :not(summary), [popover]')) continue;
    const box = e.getBoundingClientRect();
    const room = e.closest('.news').getBoundingClientRect();
    if (box.height && (box.top < room.top - 1 || box.bottom > room.bottom + 1))
      told.push('out of sight: ' + e.className + ' ' + e.textContent.trim().slice(0, 20));
  }
  return told;
}"""
"""What the resident would have to scroll for, which nobody does."""
