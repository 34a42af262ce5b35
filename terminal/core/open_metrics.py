"""What a terminal tells of itself, as OpenMetrics 1.0 text: numbers, and labels that name nobody.

A label holds a word of ours (a state, a code, a part) and nothing else: whatever is not such
a word is counted as `other`, so that no name or number can be told by a mistake elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

_WORD = re.compile(r"[a-z][a-z_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,2}")
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){1,3}((a|b|rc|\.dev|\.post)[0-9]{1,4})?")


class Kind(StrEnum):
    """What may be done with the numbers; a gauge histogram may fall, as old visits leave it."""

    GAUGE = "gauge"
    INFO = "info"
    BUCKETS = "gaugehistogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One name. A unit is the last word of the name, as the format asks."""

    name: str
    kind: Kind
    meaning: str
    label: str = ""
    unit: str = ""
    edges: tuple[float, ...] = ()
    """Upper edges of the buckets, rising; the last bucket has none."""


Told = Mapping[str, int | float]
"""Label's value to number; the empty label where a metric has none."""

Spread = Mapping[str, Sequence[float]]
"""Label's value to what was measured."""


def exposition(told: Iterable[tuple[Metric, Told | Spread]]) -> str:
    """The whole text, with its end mark. Metrics without any number are left out."""
    lines: list[str] = []
    for metric, numbers in told:
        if numbers:
            lines += _described(metric)
            lines += _bucketed(metric, numbers) if metric.edges else _sampled(metric, numbers)
    return "\n".join([*lines, "# EOF", ""])


def _described(metric: Metric) -> list[str]:
    unit = [f"# UNIT {metric.name} {metric.unit}"] if metric.unit else []
    return [f"# TYPE {metric.name} {metric.kind}", *unit, f"# HELP {metric.name} {metric.meaning}"]


def _sampled(metric: Metric, numbers: Mapping[str, object]) -> list[str]:
    summed: dict[str, float] = {}
    for value, number in numbers.items():
        if isinstance(number, int | float):
            label = _labelled(metric, value)
            summed[label] = summed.get(label, 0) + number
    end = "_info" if metric.kind is Kind.INFO else ""
    return [f"{metric.name}{end}{_braced(label)} {n:.15g}" for label, n in summed.items()]


def _bucketed(metric: Metric, numbers: Mapping[str, object]) -> list[str]:
    gathered: dict[str, list[float]] = {}
    for value, measured in numbers.items():
        if isinstance(measured, Sequence):
            gathered.setdefault(_labelled(metric, value), []).extend(measured)
    lines = []
    for label, measured in gathered.items():
        counts = [0] * (len(metric.edges) + 1)
        for each in measured:
            counts[sum(edge < each for edge in metric.edges)] += 1
        names = [*(f"{edge:.1f}" if edge == int(edge) else str(edge) for edge in metric.edges)]
        for edge, count in zip([*names, "+Inf"], accumulate(counts), strict=True):
            inside = f'{label},le="{edge}"' if label else f'le="{edge}"'
            lines.append(f"{metric.name}_bucket{{{inside}}} {count}")
        lines.append(f"{metric.name}_gcount{_braced(label)} {len(measured)}")
        lines.append(f"{metric.name}_gsum{_braced(label)} {sum(measured):.15g}")
    return lines


def _labelled(metric: Metric, value: str) -> str:
    if not metric.label:
        return ""
    right = _VERSION if metric.kind is Kind.INFO else _WORD
    return f'{metric.label}="{value if right.fullmatch(value) else "other"}"'


def _braced(label: str) -> str:
    return f"{{{label}}}" if label else ""
