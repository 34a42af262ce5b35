"""The bill's lines as the doctor sees them: what can be changed of each, and its warnings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from terminal.core.bill_views import Line
from terminal.core.counter import VisitView
from terminal.core.goods_views import FindingView, Severity
from terminal.core.money import Money, total

DAYS = (3, 5, 7, 14, 28, 84)
"""For how many days a drug is usually given; 84 are the 12 weeks of a long prescription."""

COURSE_TIMES = (2, 3, 5, 7, 10)

_INJECTED = ("注射", "针剂")
"""In the name of what is given in several days; tablets come in bottles as well."""
_WEIGHED = {"克", "g", "G"}
_GRAMS_A_TAP = Decimal(5)
"""Herbal pieces are weighed in fives; one gram more or less is typed."""

_WEIGHT = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.HINT: 2}


@dataclass(frozen=True, slots=True)
class LinePicture:
    """One line, and what may be done to it now."""

    line: Line
    removable: bool
    editable: bool
    """Its days, course and price; what was scanned is one pack, always."""
    less: str | None
    """The quantity one tap less; None: there is no less, or it cannot be changed."""
    more: str | None
    days: tuple[int, ...]
    """For how many days it may be said to be; empty for a service."""
    times: tuple[int, ...]
    """Of how many times its course may be; empty where it is no treatment."""
    findings: tuple[FindingView, ...]
    """The weightiest first."""


def pictures_of(
    visit: VisitView, removable: Collection[int], editable: Collection[int]
) -> tuple[LinePicture, ...]:
    """Every line of the visit, the newest first; `removable` and `editable` by number."""
    return tuple(
        _picture(line, visit, removable=line.number in removable, editable=line.number in editable)
        for line in reversed(visit.lines)
    )


def findings_of(visit: VisitView, number: int | None) -> tuple[FindingView, ...]:
    """What is said of this line, or with None of the whole visit; the weightiest first.

    A finding about a line that is gone is said of the visit, so that none can stand
    between the bill and its confirmation unseen.
    """
    there = {line.number for line in visit.lines}
    found = [f for f in visit.findings if (f.number if f.number in there else None) == number]
    return tuple(sorted(found, key=lambda f: _WEIGHT[f.severity]))


def first_open(visit: VisitView, lines: tuple[LinePicture, ...]) -> str | None:
    """Where the weightiest finding in the way stands: `visit-<rule>` or `<line>-<rule>`."""
    placed = [("visit", found) for found in findings_of(visit, None)]
    placed += [(str(each.line.number), found) for each in lines for found in each.findings]
    standing = [(at, found) for at, found in placed if found.open]
    if not standing:
        return None
    at, found = min(standing, key=lambda one: _WEIGHT[one[1].severity])
    return f"{at}-{found.rule}"


def whole_price(visit: VisitView) -> Money:
    """What the lines cost together, as they stand on the bill."""
    return total(line.total for line in visit.lines)


def is_service(line: Line) -> bool:
    """Whether nothing was handed over: no code, and none that is missing."""
    return not line.code_shown and not line.untraced and not line.split


def _picture(line: Line, visit: VisitView, *, removable: bool, editable: bool) -> LinePicture:
    service = is_service(line)
    treated = service or any(word in line.name for word in _INJECTED)
    less, more = _steps(line) if editable and line.countable else (None, None)
    return LinePicture(
        line=line,
        removable=removable,
        editable=editable,
        less=less,
        more=more,
        days=DAYS if editable and not service else (),
        times=COURSE_TIMES if editable and treated and not line.course_times else (),
        findings=findings_of(visit, line.number),
    )


def _steps(line: Line) -> tuple[str | None, str | None]:
    """The quantities one tap below and above; of a split line, no more than there is left."""
    try:
        now = Decimal(line.quantity)
    except InvalidOperation:
        return None, None
    step = _GRAMS_A_TAP if line.unit in _WEIGHED else Decimal(1)
    below = now - step
    there_is_more = line.left is None or line.left >= step
    return f"{below:f}" if below > 0 else None, f"{now + step:f}" if there_is_more else None
