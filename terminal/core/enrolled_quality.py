"""How well enrolled faces are kept, counted without anybody's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from terminal.core.technical_views import EnrolledQuality

_GOOD_VIEWS = 4
"""Of five that an enrolment takes; who has fewer is recognised from one side only."""

_LIVE_LOW, _LIVE_HIGH = 0.5, 0.9
"""A template taken of a face that hardly looked alive was taken in bad light."""

_YEAR = timedelta(days=365)


def enrolled_quality(
    kept: Iterable[tuple[int, Sequence[float], datetime]], of_other_weights: int, now: datetime
) -> EnrolledQuality:
    """Count. `kept`: of each person the number of templates, their live scores, and when the
    last was taken."""
    views, live, age = Counter[str](), Counter[str](), Counter[str]()
    people = templates = 0
    for count, scores, at in kept:
        people += 1
        templates += count
        views["one" if count == 1 else "few" if count < _GOOD_VIEWS else "good"] += 1
        age["year" if now - at <= _YEAR else "older"] += 1
        for score in scores:
            live["low" if score < _LIVE_LOW else "middle" if score < _LIVE_HIGH else "high"] += 1
    return EnrolledQuality(people, templates, views, live, age, of_other_weights)
