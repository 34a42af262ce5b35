"""What of a line may leave in a support file: by a list of what passes, never of what does not.

A log line passes as far as it is word for word what this program writes, and what stands in
its gaps is a code, a name of our own, or a short figure. Everything else is replaced: who
stands in a line that nobody foresaw is then not in the file either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

HIDDEN = "#"
"""Stands for everything that did not pass: not even its length is told."""

LINE_MAX = 2_000
"""Letters of a line that are looked at."""

_FIGURE = re.compile(
    r"-?[0-9]{1,5}(?:\.[0-9]{1,6})?"
    r"(?: ?(?:%|°C|C|s|ms|us|min|h|d|B|KB|MB|GB|K|M|G|T|V|fps|dBm|ppm|px|Hz|MHz))?"
)
"""At most five digits in a row: a PIN has six, a telephone eleven, an ID number eighteen."""

_SIZE = re.compile(r"[0-9]{2,5}x[0-9]{2,5}")
_MOMENT = re.compile(
    r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:Z|[+-][01][0-9]:[0-5][0-9])?"
)
"""With its time: a day alone may be somebody's birthday."""
_FACT = re.compile(r"([a-z][a-z_]{0,40})=('[^']*'|\"[^\"]*\"|\S+)")
_GAP = re.compile(r"%[-#0 +]*[0-9]*(?:\.[0-9]+)?[sdrfaxX]")
_FRAME = re.compile(r'\s*File "[^"]*?([a-z_0-9]+\.py)", line ([0-9]{1,5}), in (\S+)')
_RAISED = re.compile(r"([A-Za-z_.]*?)([A-Z][A-Za-z]{2,40})(?::.*)?", re.DOTALL)
_METRIC = re.compile(
    r'([a-z_]{3,60})(?:\{([a-z_]+)="([^"\n]*)"(?:,([a-z_]+)="([^"\n]*)")?\})? (\S+)'
)
_METRIC_FIGURE = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{1,9})?(?:e[+-]?[0-9]{1,2})?|Inf|NaN)")
_EDGE = re.compile(r"\+Inf|[0-9]{1,5}(?:\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Vocabulary:
    """What this program itself says; read from its own source (terminal/support_words)."""

    words: frozenset[str]
    """Codes, states, names of parts and settings: each as it stands in the source."""
    templates: tuple[str, ...]
    """Every text that it logs, with its gaps."""
    modules: frozenset[str]
    """`name.py`, and dotted names of loggers."""
    faults: frozenset[str]
    """Names of exceptions: of Python and of our own."""

    @cached_property
    def _forms(self) -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
        """With the word each begins with, so that few are tried."""
        found = []
        for template in sorted(set(self.templates), key=len, reverse=True):
            pieces = tuple(_GAP.split(template))
            if any(pieces):
                form = "(.*?)".join(re.escape(piece.replace("%%", "%")) for piece in pieces)
                found.append((pieces[0][:4], re.compile(form, re.DOTALL), pieces))
        return tuple(found)

    def value(self, text: str) -> str:
        """A gap's content, or a value of JSON: as it is where it is known, else hidden."""
        text = text.strip()
        known = text in self.words or _FIGURE.fullmatch(text) or _SIZE.fullmatch(text)
        if known or _MOMENT.fullmatch(text) or text in self.modules:
            return text
        code, _, rest = text.partition(" ")
        if "." in code and code in self.words:  # A fault: its code, and its facts.
            return " ".join([code, *self._facts(rest)])
        return HIDDEN if text else ""

    def line(self, text: str) -> str:
        """A log line, or a traceback's."""
        text = text[:LINE_MAX].rstrip()
        if text.startswith("Traceback (most recent call last)"):
            return "Traceback"
        frame = _FRAME.match(text)
        if frame is not None:
            file = frame[1] if frame[1] in self.modules else HIDDEN
            return f"  {file}:{frame[2]}"
        for begins, form, pieces in self._forms:
            if text.startswith(begins) and (found := form.fullmatch(text)) is not None:
                gaps = [self.value(gap) for gap in found.groups()]
                whole = zip(pieces, [*gaps, ""], strict=True)
                return "".join(piece.replace("%%", "%") + gap for piece, gap in whole)
        raised = _RAISED.fullmatch(text)
        if raised is not None and raised[2] in self.faults:
            return raised[2]
        return HIDDEN

    def metrics(self, text: str) -> list[str]:
        """Of OpenMetrics text: names of ours, labels of ours, and figures."""
        told = []
        ours = tuple(word for word in self.words if word.startswith("clinic_"))
        for line in text[: 512 * 1024].splitlines():
            found = _METRIC.fullmatch(line)
            if found is None or not found[1].startswith(ours):
                continue
            if not _METRIC_FIGURE.fullmatch(found[6]):
                continue
            pairs = [(found[2], found[3]), (found[4], found[5])]
            labels = ",".join(
                f"{self._label(name)}={self._label(value)}" for name, value in pairs if name
            )
            told.append(f"{found[1]}{{{labels}}} {found[6]}")
        return told

    def tree(self, told: object) -> object:
        """Of JSON: names and words of ours, figures and switches."""
        if told is None or isinstance(told, bool | float):
            return told
        if isinstance(told, int):
            return told if abs(told) < 10**15 and len(str(abs(told))) != 11 else HIDDEN
        if isinstance(told, Mapping):
            return {self.value(str(key)): self.tree(each) for key, each in told.items()}
        if isinstance(told, list | tuple):
            return [self.tree(each) for each in told]
        return self.value(str(told))

    def _label(self, value: str) -> str:
        return value if value in self.words or _EDGE.fullmatch(value) else HIDDEN

    def _facts(self, text: str) -> Iterable[str]:
        for name, value in _FACT.findall(text):
            if name in self.words:
                yield f"{name}={self.value(value.strip(chr(39) + chr(34)))}"


def as_text(told: object) -> str:
    """JSON with sorted names, one object: the same each time."""
    return json.dumps(told, ensure_ascii=True, sort_keys=True, indent=1) + "\n"
