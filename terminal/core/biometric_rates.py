"""Error rates of a comparison, from its scores; ISO/IEC 19795-1 and 30107-3.

A score accepts when it is at or above the threshold. Genuine scores ought to be above it
and impostors below. A rate that the data cannot support is None and never a guess: at a
false match rate of one in a thousand, a hundred impostors say nothing.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

CONFIDENCE = 0.95
"""Of all bounds given here; two-sided."""

_SUPPORT_MIN = 0.9
"""Errors the data must be able to hold at a rate: one, less a tenth of the pictures in
which no face could be found."""

_BISECTIONS = 60
"""Halvings of the interval 0 to 1: beyond what a float can tell apart."""

_ROUNDING = 1e-9
"""3000 times 0.001 must be 3 and not 2.9999."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with bounds."""

    errors: int
    trials: int

    @property
    def rate(self) -> float | None:
        """0 to 1, or None when nothing was tried."""
        return self.errors / self.trials if self.trials else None

    def bounds(self) -> tuple[float, float] | None:
        """The interval of Clopper and Pearson: right however few the errors are."""
        if not self.trials:
            return None
        tail = (1.0 - CONFIDENCE) / 2
        low, high = 0.0, 1.0
        if self.errors > 0:
            # The least rate at which so many errors or more are not too surprising.
            low = _root(lambda rate: _at_most(self.errors - 1, self.trials, rate) - (1.0 - tail))
        if self.errors < self.trials:
            high = _root(lambda rate: _at_most(self.errors, self.trials, rate) - tail)
        return low, high


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold, and what it costs on either side."""

    threshold: float
    false_matches: Share
    false_non_matches: Share


class Scores:
    """Genuine and impostor scores of one task.

    Two faces compared: those of one person are genuine, of two people impostors. One
    face searched for among many: the best score is genuine when it is the right
    person's, minus infinity when it is somebody else's; of a face that is not enrolled
    it is an impostor. An attack judged for liveness: attacks are impostors.
    """

    def __init__(self, genuine: Iterable[float], impostor: Iterable[float]) -> None:
        """A NaN counts as the worst score there is on its side: it never helps."""
        self.genuine = sorted(-math.inf if math.isnan(s) else s for s in genuine)
        self.impostor = sorted(math.inf if math.isnan(s) else s for s in impostor)

    def at(self, threshold: float) -> Point:
        """Return both errors at a threshold."""
        return Point(
            threshold,
            Share(
                len(self.impostor) - bisect.bisect_left(self.impostor, threshold),
                len(self.impostor),
            ),
            Share(bisect.bisect_left(self.genuine, threshold), len(self.genuine)),
        )

    def at_false_match_rate(self, rate: float) -> Point | None:
        """Return the lowest threshold that lets through at most this share of impostors.

        None when there is no genuine score, or too few impostors to hold one error.
        """
        if not self.genuine or len(self.impostor) * rate < _SUPPORT_MIN:
            return None
        return self.at(_strictest(self.impostor, rate))

    def lowest_supported(self) -> Point | None:
        """Return the point at which one impostor gets through: any lower rate is a guess."""
        if len(self.impostor) < 2:
            return None
        return self.at_false_match_rate(1 / len(self.impostor))

    def equal_error_rate(self) -> float | None:
        """Return where the two error rates meet, 0 to 1; None without scores of both kinds.

        The DET curve is taken as straight between its points, so that exchanging the two
        sides and turning the scores round changes nothing.
        """
        curve = self.trade_off()
        for (match, non_match), (next_match, next_non_match) in pairwise(curve):
            before, after = match - non_match, next_match - next_non_match
            if after <= 0.0:  # It begins at one and ends at minus one, falling all the way.
                return match + before / (before - after) * (next_match - match)
        return None

    def trade_off(self) -> list[tuple[float, float]]:
        """Return (false match rate, false non-match rate), threshold rising: the DET curve."""
        if not self.genuine or not self.impostor:
            return []
        curve = [(1.0, 0.0)]
        for score in sorted(set(self.genuine) | set(self.impostor)):
            kept_out = bisect.bisect_right(self.impostor, score) / len(self.impostor)
            lost = bisect.bisect_right(self.genuine, score) / len(self.genuine)
            curve.append((1.0 - kept_out, lost))
        return curve


def _strictest(rising: Sequence[float], rate: float) -> float:
    """Return the lowest threshold that at most this share of rising scores reaches.

    Scores that are equal stand or fall together.
    """
    allowed = math.floor(len(rising) * rate + _ROUNDING)
    if allowed >= len(rising):
        return -math.inf
    return math.nextafter(rising[len(rising) - 1 - allowed], math.inf)


def _at_most(errors: int, trials: int, rate: float) -> float:
    """The chance of at most so many errors in so many trials (binomial)."""
    if rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return 1.0 if errors >= trials else 0.0
    odds = math.log(rate) - math.log1p(-rate)
    log_chance = trials * math.log1p(-rate)
    chances = [log_chance]
    for error in range(1, errors + 1):
        log_chance += math.log((trials - error + 1) / error) + odds
        chances.append(log_chance)
    return min(1.0, math.fsum(math.exp(chance) for chance in chances))


def _root(falling: Callable[[float], float]) -> float:
    """Return where a falling function of 0 to 1 crosses nought."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if falling(middle) > 0.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
