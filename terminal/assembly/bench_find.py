"""What finding a name costs, beside a plain look at every name for the same letters."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

from terminal import shipped
from terminal.core.catalogue import Item
from terminal.core.name_index import Named, NameIndex

_NAMES = 70_000
"""Drugs in a province's whole list."""

_MOST = 12
_TYPED = ("a", "amxl", "amoxilin", "阿mxl", "胶囊", "xn02", "qqqq", "lin", "nve")
"""From one letter to what nothing has; the last is a syllable that hardly anything has."""


def bench_find(drugs: Sequence[Item]) -> dict[str, object]:
    """Milliseconds to make the index and to find in 70,000 names made of the clinic's own."""
    named = _named(drugs)
    names = [each.name for each in named]
    pinyin = shipped.pinyin()
    begun_s = time.perf_counter()
    index = NameIndex(pinyin, named)
    made_ms = (time.perf_counter() - begun_s) * 1e3
    found = {text: _ms(partial(index.find, text, _MOST)) for text in _TYPED}
    plain = {text: _ms(partial(_scan, names, text)) for text in _TYPED}
    return {
        "names": len(names),
        "made_ms": round(made_ms, 1),
        "p50": round(statistics.median(found.values()), 2),
        "max": max(found.values()),
        "by_query": found,
        "plain_scan_p50": round(statistics.median(plain.values()), 2),
        "plain_scan_max": max(plain.values()),
    }


def _named(drugs: Sequence[Item]) -> list[Named]:
    """Halves of names put together, as long as real ones."""
    found = []
    for number in range(_NAMES):
        first = drugs[number % len(drugs)]
        second = drugs[number * 7 // len(drugs) % len(drugs)]
        name = f"{first.name[:5]}{second.name[-5:]}{number % 97}"
        found.append(Named(name, (f"YP{number:05}", f"{first.med_list_codg}{number:05}")))
    return found


def _scan(names: Sequence[str], text: str) -> list[str]:
    return [name for name in names if text in name]


def _ms(act: Callable[[], object]) -> float:
    """The median of a few."""
    taken = []
    for _ in range(7):
        begun_s = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun_s) * 1e3)
    return round(statistics.median(taken), 2)
