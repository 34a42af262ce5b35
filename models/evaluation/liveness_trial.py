"""Alive or held up: how many attacks pass, and how many people are turned away.

ISO/IEC 30107-3: APCER is told for each kind of attack, and the highest of them is the
figure; BPCER is the share of live presentations taken for attacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.evaluation.acquisition import Acquisition, figures
from models.evaluation.lists import Presentation
from models.policy import ONE_PHOTOGRAPH
from terminal.core.biometric_rates import Scores, Share
from terminal.core.recognition import DEFAULT_THRESHOLDS

THRESHOLD = ONE_PHOTOGRAPH.live_min
"""What one picture is judged by when nothing else is asked: why, docs/thresholds.md."""

_OTHER_THRESHOLDS = (0.3, 0.5, DEFAULT_THRESHOLDS.live_min, 0.9)
"""Told beside it, the live path's among them."""

UNNAMED = "unnamed"
"""The kind of an attack whose list names none."""


@dataclass(frozen=True, slots=True)
class LivenessTrial:
    """Figures, and the scores behind them for a plot."""

    figures: dict[str, object]
    scores: Scores


def judge_liveness(
    listed: Sequence[Presentation], acquisition: Acquisition, threshold: float
) -> LivenessTrial:
    """Judge every presentation alive or not, at or above a threshold of 0 to 1.

    A picture without a face is neither accepted nor refused: it is left out and counted.
    Raises Refused `evaluation.nothing_readable`, `weights.not_finite`.
    """
    found = acquisition.judged([(row.line, row.path) for row in listed])
    live: list[float] = []
    attacks: dict[str, list[float]] = {}
    at_live_gate: dict[bool, list[float]] = {True: [], False: []}
    for row in listed:
        one = found[row.path]
        if one.live_score is None:
            continue
        if one.live_gate is None:
            at_live_gate[row.live].append(one.live_score)
        if row.live:
            live.append(one.live_score)
        else:
            attacks.setdefault(row.attack or UNNAMED, []).append(one.live_score)
    scores = Scores(live, [score for kind in attacks.values() for score in kind])
    told = {
        "presentations": len(listed),
        **figures(found),
        "threshold": threshold,
        **_errors(live, attacks, threshold),
        "eer": scores.equal_error_rate(),
        "at_threshold": {str(other): _errors(live, attacks, other) for other in _OTHER_THRESHOLDS},
        "at_live_gate": {
            **figures(found, live_gate=True),
            **_errors(at_live_gate[True], {"all": at_live_gate[False]}, threshold),
        },
        "ms": acquisition.medians_ms(),
    }
    return LivenessTrial(told, scores)


def _errors(
    live: Sequence[float], attacks: dict[str, list[float]], threshold: float
) -> dict[str, object]:
    """Both errors at one threshold, the attacks' by kind and for the worst kind."""
    refused = Share(sum(not score >= threshold for score in live), len(live))
    passed = {
        kind: Share(sum(score >= threshold for score in scores), len(scores))
        for kind, scores in sorted(attacks.items())
    }
    worst = max(passed.values(), key=lambda share: share.rate or 0.0, default=Share(0, 0))
    return {
        "live": len(live),
        "attacks": sum(share.trials for share in passed.values()),
        "apcer": worst.rate,
        "apcer_bounds": worst.bounds(),
        "apcer_by_attack": {
            kind: {
                "attacks": share.trials,
                "passed": share.errors,
                "apcer": share.rate,
                "apcer_bounds": share.bounds(),
            }
            for kind, share in passed.items()
        },
        "bpcer": refused.rate,
        "bpcer_count": refused.errors,
        "bpcer_bounds": refused.bounds(),
    }
