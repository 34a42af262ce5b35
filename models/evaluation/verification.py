"""One against one: is this the person they say they are?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.evaluation.acquisition import Acquired, Acquisition, figures
from models.evaluation.lists import Pair
from terminal.core.biometric_rates import Point, Scores, Share

FALSE_MATCH_RATES = {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4, "1e-5": 1e-5, "1e-6": 1e-6}
"""The rates a verification is asked at, by the names they have in the figures."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Figures, and the scores behind them for a plot."""

    figures: dict[str, object]
    scores: Scores


def verify(pairs: Sequence[Pair], acquisition: Acquisition) -> Verification:
    """Compare every pair of which both pictures gave a face.

    Pairs without are left out of every error rate and counted. Raises Refused
    `evaluation.nothing_readable`, `weights.not_finite`.
    """
    listed = [(pair.line, path) for pair in pairs for path in (pair.first, pair.second)]
    found = acquisition.described(listed)
    photographs = _scores(pairs, found, live_gate=False)
    live_gate = _scores(pairs, found, live_gate=True)
    compared = len(photographs.genuine) + len(photographs.impostor)
    told = {
        "pairs": len(pairs),
        "pairs_left_out": len(pairs) - compared,
        **figures(found),
        **rates(photographs),
        "at_similarity_min": both(photographs.at(acquisition.calibration.similarity_min)),
        "at_verify_min": both(photographs.at(acquisition.calibration.verify_min)),
        "at_live_gate": {**figures(found, live_gate=True), **rates(live_gate)},
        "model_digest": acquisition.model_digest,
        "ms": acquisition.medians_ms(),
    }
    return Verification(told, photographs)


def rates(scores: Scores) -> dict[str, object]:
    """Every error rate of a comparison; what the scores cannot support is None."""
    points = {name: scores.at_false_match_rate(rate) for name, rate in FALSE_MATCH_RATES.items()}
    lowest = scores.lowest_supported()
    return {
        "genuine": len(scores.genuine),
        "impostor": len(scores.impostor),
        "eer": scores.equal_error_rate(),
        "fnmr_at_fmr": {name: point and missed(point).rate for name, point in points.items()},
        "fnmr_bounds_at_fmr": {
            name: point and missed(point).bounds() for name, point in points.items()
        },
        "threshold_at_fmr": {name: point and point.threshold for name, point in points.items()},
        "lowest_fmr": lowest and both(lowest),
    }


def missed(point: Point) -> Share:
    """The genuine that were not accepted."""
    return point.false_non_matches


def both(point: Point) -> dict[str, object]:
    """A threshold with both its errors and their bounds."""
    return {
        "threshold": point.threshold,
        "fmr": point.false_matches.rate,
        "fmr_bounds": point.false_matches.bounds(),
        "fnmr": point.false_non_matches.rate,
        "fnmr_bounds": point.false_non_matches.bounds(),
    }


def _scores(pairs: Sequence[Pair], found: dict[Path, Acquired], *, live_gate: bool) -> Scores:
    vectors = {
        path: one.vector
        for path, one in found.items()
        if one.vector is not None and not (live_gate and one.live_gate)
    }
    sides: dict[bool, list[float]] = {True: [], False: []}
    for pair in pairs:
        first, second = vectors.get(pair.first), vectors.get(pair.second)
        if first is not None and second is not None:
            sides[pair.same].append(float(first @ second))
    return Scores(sides[True], sides[False])
